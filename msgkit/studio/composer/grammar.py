"""What may stand where in a template file, for completion: read out of the JSON Schema that editors get.

The schema says with ``if`` which keys decide what else there is; of JSON Schema, as much is understood here as it uses
for that.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from msgkit._language import CHINESE
from msgkit.templates._hints import HINTS
from msgkit.templates.schema import template_schema

Schema = Mapping[str, Any]
_BY_BOTH: Final = {"".join(pair): pair for pair in HINTS.values()}


@attrs.frozen
class Word:
    """A key or a value that may be written.

    Attributes:
        text: As it is written.
        about: What it means, in Chinese and English at once.
        kind: What stands under a key: ``object``, ``array``, or nothing for a single value.
    """

    text: str
    about: str
    kind: str = ""

    def said(self, lang: str) -> str:
        """Say what it means, in a language."""
        chinese, english = _BY_BOTH.get(self.about, (self.about, self.about))
        return chinese if lang == CHINESE else english


@functools.cache
def _whole() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(template_schema())
    return schema


def keys(path: tuple[str | int, ...], around: tuple[Mapping[str, str], ...]) -> Iterator[Word]:
    """Yield the keys that may stand in an object.

    Args:
        path: The keys and numbers that lead to it.
        around: What stands in each object on the way, the file's own first and that object last: its keys, each with
            what stands behind it in its line. Of lists, nothing.
    """
    for key, schema in _properties(_found(path, around), around[-1]).items():
        if not schema.get("doNotSuggest"):
            yield Word(key, schema.get("description", ""), _kind(schema))


def values(path: tuple[str | int, ...], around: tuple[Mapping[str, str], ...]) -> Iterator[Word]:
    """Yield the words that may stand behind a key, which is the last of the path; see `keys`."""
    yield from _words(_found(path, around))


def _words(schema: Schema) -> Iterator[Word]:
    schema = _resolved(schema)
    about = schema.get("enumDescriptions", ())
    for index, word in enumerate(schema.get("enum", ())):
        yield Word(str(word), about[index] if index < len(about) else "")
    if schema.get("type") == "boolean":
        yield from (Word("true", ""), Word("false", ""))
    for each in schema.get("anyOf", ()):
        yield from _words(each)


def _found(path: tuple[str | int, ...], around: tuple[Mapping[str, str], ...]) -> Schema:
    schema: Schema = _whole()
    for depth, step in enumerate(path):
        if isinstance(step, int):
            schema = _items(schema)
        else:
            beside = around[depth] if depth < len(around) else {}
            known = _properties(schema, beside)
            schema = known.get(step) or _others(schema)
    return schema


def _resolved(schema: Schema) -> Schema:
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = _whole()["definitions"][name]
    return schema


def _branches(schema: Schema, data: Mapping[str, str]) -> Iterator[Schema]:
    """Yield a schema and all that hold beside it for an object with these keys."""
    schema = _resolved(schema)
    yield schema
    for each in schema.get("allOf", ()):
        yield from _branches(each, data)
    if "if" in schema:
        branch = schema.get("then" if _holds(schema["if"], data) else "else")
        if isinstance(branch, Mapping):
            yield from _branches(branch, data)


def _properties(schema: Schema, data: Mapping[str, str]) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for branch in _branches(schema, data):
        for key, each in branch.get("properties", {}).items():
            if isinstance(each, Mapping):
                known = found.get(key)
                # A key that is offered by one branch need not be offered by another too.
                less = {"doNotSuggest"} if known is not None and not known.get("doNotSuggest") else set[str]()
                more = {name: value for name, value in _resolved(each).items() if name not in less}
                found[key] = {**(known or {}), **more}
    return found


def _others(schema: Schema) -> Schema:
    """Return what stands under a key that may have any name."""
    for branch in _branches(schema, {}):
        other = branch.get("additionalProperties")
        if isinstance(other, Mapping):
            return other
    return {}


def _items(schema: Schema) -> Schema:
    for branch in _branches(schema, {}):
        items = branch.get("items")
        if isinstance(items, Mapping):
            return items
    return {}


def _kind(schema: Schema) -> str:
    kinds = [each.get("type") for each in _branches(schema, {})]
    found = next((kind for kind in kinds if kind), "")
    return found if found in ("object", "array") else "array" if "array" in (found or ()) else ""


def _holds(schema: Schema, data: Mapping[str, str]) -> bool:
    """Tell whether an object with these keys fits a condition of the schema."""
    if not all(key in data for key in schema.get("required", ())):
        return False
    if "not" in schema and _holds(schema["not"], data):
        return False
    if "anyOf" in schema and not any(_holds(each, data) for each in schema["anyOf"]):
        return False
    for key, each in schema.get("properties", {}).items():
        pattern = each.get("pattern") if isinstance(each, Mapping) else None
        if key in data and pattern and not re.search(pattern, data[key]):
            return False
    return True
