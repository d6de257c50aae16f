"""Documents against the schema files, and where they do not fit: one refusal with a pointer."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs
from jsonschema_rs import RegexOptions, Registry, ValidationError, Validator

from msgkit.sandbox.answers import Refusal, json_pointer, param_error

#: The namespace of the schemas. It never resolves: they are found beside this module only.
BASE = "https://msgkit.invalid/sandbox/"

_SUFFIX = ".schema.json"
_TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "integer": "a whole number",
    "object": "an object",
    "string": "a string",
}

# A character that the schemas forbid as they forbid a lone surrogate, and that UTF-8 can carry.
_STAND_IN = "\U0010ffff"
_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def load() -> Mapping[str, dict[str, Any]]:
    """The schemas by name, such as ``normal-message``."""
    folder = resources.files("msgkit.sandbox.schemas")
    return {
        entry.name.removesuffix(_SUFFIX): json.loads(entry.read_text("utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(_SUFFIX)
    }


@cache
def validator(name: str) -> Validator:
    """A validator for one schema, formats checked, references resolved from the local files.

    It takes no document that holds lone surrogates; `fits` and `check` do.

    Args:
        name: The schema's name, such as ``normal-message``.
    """
    schemas = {known: for_linear_time(schema) for known, schema in load().items()}
    return jsonschema_rs.validator_for(
        schemas[name],
        registry=Registry([(schema["$id"], schema) for schema in schemas.values()]),
        validate_formats=True,
        pattern_options=RegexOptions(),
    )


def for_linear_time(schema: Any) -> Any:
    r"""Return a schema whose patterns the linear-time engine takes.

    That engine knows no look-ahead, and its ``$`` is the very end. The files write ``(?![\s\S])``, since to other
    validators ``$`` is also the place before a last newline. An engine that backtracks gives up on long texts.
    """
    match schema:
        case dict():
            return {
                key: value.replace(r"(?![\s\S])", "$") if key == "pattern" else for_linear_time(value)
                for key, value in schema.items()
            }
        case list():
            return [for_linear_time(value) for value in schema]
        case _:
            return schema


def fits(name: str, document: Any) -> bool:
    """Whether a document fits a schema.

    Args:
        name: The schema's name.
        document: What was parsed from JSON.
    """
    return _first_error(name, document) is None


def check(name: str, document: Any, *, base: str = "") -> None:
    """Hold a document against a schema.

    Args:
        name: The schema's name.
        document: What was parsed from JSON.
        base: JSON Pointer of the document within the request.

    Raises:
        Refusal: With the first problem and its pointer, where the document does not fit.
    """
    error = _first_error(name, document)
    if error is not None:
        raise _refusal(error, document, base)


def _first_error(name: str, document: Any) -> ValidationError | None:
    # Only the first one is looked for, so that a large wrong body costs no more than a small one.
    try:
        validator(name).validate(document)
    except ValidationError as error:
        return error
    except ValueError:
        # The validator reads UTF-8, which has no lone surrogates: JSON's escapes have them.
        return _first_error(name, encodable(document))
    return None


def encodable(value: Any) -> Any:
    """Return a document that the validator can read, and that fits where this one does: without lone surrogates."""
    match value:
        case str():
            return _SURROGATE.sub(_STAND_IN, value)
        case dict():
            return {encodable(key): encodable(inner) for key, inner in value.items()}
        case list():
            return [encodable(inner) for inner in value]
        case _:
            return value


def _refusal(error: ValidationError, document: Any, base: str) -> Refusal:
    keyword, schema = error.kind.name, _schema_of(error)
    value = document
    for part in error.instance_path:
        value = value[part]
    where = base + json_pointer(*error.instance_path)
    match keyword:
        case "required":
            missing, issue = _missing(schema, value)
            return param_error(where + json_pointer(missing), issue)
        case "additionalProperties":
            extra = next(name for name in value if name not in schema["properties"])
            issue = f"does not belong here; what does: {', '.join(schema['properties'])}"
            return param_error(where + json_pointer(extra), issue, value[extra])
        case _:
            return param_error(where, _issue(keyword, schema, value), value)


def _schema_of(error: ValidationError) -> Any:
    """Return the schema that a document breaks: the one around the keyword, wherever a reference led."""
    location, _, pointer = str(error.absolute_keyword_location).partition("#/")
    schema: Any = load()[location.removeprefix(BASE).removesuffix(_SUFFIX)]
    # Some keywords are followed by the number of an entry.
    for part in pointer.rstrip("/0123456789").split("/")[:-1]:
        schema = schema[int(part)] if isinstance(schema, list) else schema[part]
    return schema


def _missing(schema: Any, value: Any) -> tuple[str, str]:
    # The validator calls both keywords required.
    for name in schema.get("required", ()):
        if name not in value:
            return name, "is required"
    return next(
        (name, f"is required beside {cause}")
        for cause, names in schema["dependentRequired"].items()
        for name in names
        if cause in value and name not in value
    )


def _issue(keyword: str, schema: Any, value: Any) -> str:
    rule = schema.get(keyword)
    match keyword:
        case "type":
            return f"must be {_TYPES[rule]}"
        case "enum":
            return f"must be one of {', '.join(rule)}"
        case "minLength" | "minItems":
            return f"must have a length of at least {rule}"
        case "maxLength" | "maxItems":
            return f"has a length of {len(value)}, at most {rule} is allowed"
        case _:
            return f"breaks a rule: {schema['description']}"
