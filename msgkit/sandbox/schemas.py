"""Request bodies against the JSON Schemas that ship with msgkit."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

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
def validator(name: str) -> Draft202012Validator:
    """A validator for one schema, formats checked, references resolved from the local files.

    Args:
        name: The schema's name, such as ``normal-message``.
    """
    schemas = load()
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    return Draft202012Validator(schemas[name], registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def check(name: str, document: Any, *, base: str = "") -> None:
    """Hold a document against a schema.

    Args:
        name: The schema's name.
        document: What was parsed from JSON.
        base: JSON Pointer of the document within the request.

    Raises:
        Refusal: With the first problem and its pointer, where the document does not fit.
    """
    # Only the first one is looked for, so that a large wrong body costs no more than a small one.
    error = next(validator(name).iter_errors(document), None)
    if error is not None:
        raise _refusal(error, base)


def _refusal(error: ValidationError, base: str) -> Refusal:
    rule: Any = error.validator_value
    schema: Any = error.schema
    value: Any = error.instance
    where = base + json_pointer(*error.absolute_path)
    match error.validator:
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
        case keyword:
            return param_error(where, _issue(str(keyword), rule, schema, value), value)


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
