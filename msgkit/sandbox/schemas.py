"""Request bodies against the JSON Schemas that ship with msgkit."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs
from jsonschema_rs import RegexOptions, Registry, ValidationError, Validator

from msgkit.sandbox.answers import Refusal, json_pointer, param_error

#: The namespace of the schemas. It never resolves: they are found beside this package only.
BASE = "https://msgkit.invalid/schemas/"

_SUFFIX = ".schema.json"
_TYPES = {
    "array": "an array",
    "boolean": "true or false",
    "object": "an object",
    "string": "a string",
}

# A character that the schemas forbid as they forbid a lone surrogate, and that UTF-8 can carry.
_STAND_IN = "\U0010ffff"
_SURROGATE = re.compile("[\ud800-\udfff]")


@cache
def load() -> Mapping[str, dict[str, Any]]:
    """The schemas by name, such as ``normal-message``."""
    folder = resources.files("msgkit") / "schemas"
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
    schemas = {known: _for_linear_time(schema) for known, schema in load().items()}
    return jsonschema_rs.validator_for(
        schemas[name],
        registry=Registry([(schema["$id"], schema) for schema in schemas.values()]),
        validate_formats=True,
        pattern_options=RegexOptions(),
    )


def _for_linear_time(schema: Any) -> Any:
    r"""Return a schema whose patterns the linear-time engine takes.

    That engine knows no look-ahead, and its ``$`` is the very end. The files write ``(?![\s\S])``, since to other
    validators ``$`` is also the place before a last newline. An engine that backtracks gives up on long texts.
    """
    match schema:
        case dict():
            return {
                key: value.replace(r"(?![\s\S])", "$") if key == "pattern" else _for_linear_time(value)
                for key, value in schema.items()
            }
        case list():
            return [_for_linear_time(value) for value in schema]
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
        return _first_error(name, _encodable(document))
    return None


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return _SURROGATE.sub(_STAND_IN, value)
        case dict():
            return {_encodable(key): _encodable(inner) for key, inner in value.items()}
        case list():
            return [_encodable(inner) for inner in value]
        case _:
            return value


def _refusal(error: ValidationError, document: Any, base: str) -> Refusal:
    keyword, rule, schema = _rule_of(error)
    value = document
    for part in error.instance_path:
        value = value[part]
    where = base + json_pointer(*error.instance_path)
    match keyword:
        case "required":
            missing = next(name for name in rule if name not in value)
            return param_error(where + json_pointer(missing), "is required")
        case "dependentRequired":
            cause, missing = next(
                (cause, name) for cause, names in rule.items() for name in names if cause in value and name not in value
            )
            return param_error(where + json_pointer(missing), f"is required beside {cause}")
        case "additionalProperties":
            extra = next(name for name in value if name not in schema["properties"])
            issue = f"does not belong here; what does: {', '.join(schema['properties'])}"
            return param_error(where + json_pointer(extra), issue, value[extra])
        case _:
            return param_error(where, _issue(keyword, rule, schema, value), value)


def _rule_of(error: ValidationError) -> tuple[str, Any, Any]:
    """Return the keyword that a document breaks, its value, and the schema that it stands in."""
    location, _, pointer = str(error.absolute_keyword_location).partition("#")
    schema: Any = load()[location.removeprefix(BASE).removesuffix(_SUFFIX)]
    *parents, keyword = pointer.removeprefix("/").rstrip("/0123456789").split("/")
    for part in parents:
        schema = schema[int(part)] if isinstance(schema, list) else schema[part]
    return keyword, schema[keyword], schema


def _issue(keyword: str, rule: Any, schema: Any, value: Any) -> str:
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
