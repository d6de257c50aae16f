"""The JSON Schema of our classes, for editors: derived from their shape, their rules and their docstrings.

The sandbox has schemas of its own, written by hand: it is a second opinion.
"""

from __future__ import annotations

import inspect
import re
from datetime import datetime
from typing import Any, assert_never

import attrs

from msgkit._fields import Limits, limits
from msgkit._wire.shape import Array, Field, Kind, Leaf, Member, Part, Shape, Table, Tagged, shape_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# In the dialect of ECMA-262, where $ is also the place before a last line break; hence the other way to say "the end".
_END = r"(?![\s\S])"
_BLANK = r"\u0009-\u000D\u001C-\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_NO_URL = r"\u0000-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_YEAR = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"

_CHARACTERS = {
    "title": "String",
    "description": "Only characters that UTF-8 encodes in one to three bytes, U+0000 to U+FFFF: no emoji.",
    "type": "string",
    "pattern": rf"^[\u0000-\uD7FF\uE000-\uFFFF]*{_END}",
}
_NOT_BLANK = {"description": "Something to read: not empty, and not white space alone.", "pattern": f"[^{_BLANK}]"}
_HTTPS = {
    "title": "HTTPS address",
    "description": "An address that starts with https://, names a host, and holds neither white space nor control "
    "characters.",
    "pattern": rf"^[Hh][Tt][Tt][Pp][Ss]://(?:[^/?#@{_NO_URL}]*@)?[^/?#@:{_NO_URL}][^/?#@{_NO_URL}]*"
    rf"(?:[/?#][^{_NO_URL}]*)?{_END}",
}
_PLACEHOLDER = {
    "title": "Address that starts with a placeholder",
    "description": "Starts with ${name} or $name, and holds neither white space nor control characters.",
    "pattern": rf"^\$(?:[A-Za-z_]|\{{[A-Za-z_][A-Za-z0-9_]*\}})[^{_NO_URL}]*{_END}",
}
_DOLLARS = {
    "title": "Text with placeholders",
    "description": "A dollar begins a placeholder, ${name} or $name; $$ is a dollar.",
    "pattern": rf"^(?:[^$]|\$(?:\$|[A-Za-z_]|\{{[A-Za-z_][A-Za-z0-9_]*\}}))*{_END}",
}
_MOMENT = {
    "title": "Date and time",
    "description": "A moment that exists, written as RFC 3339 has it, with its zone: 2015-05-20T13:29:35+08:00.",
    "type": "string",
    "pattern": rf"^{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt]{_TIME}:[0-5][0-9](?:\.[0-9]+)?"
    rf"(?:[Zz]|[+-]{_TIME}){_END}",
    "format": "date-time",
}


@attrs.define
class Describer:
    """Describes classes, and what lies in them, as JSON Schemas that refer to each other.

    Attributes:
        placeholders: Whether texts are those of a template, where a dollar begins a placeholder.
        definitions: What was described so far, by name.
    """

    placeholders: bool = False
    definitions: dict[str, Any] = attrs.field(factory=dict)

    def ref(self, cls: type) -> dict[str, Any]:
        """Return a reference to the description of a class, which it makes where there is none yet."""
        return self._ref(cls.__name__, lambda: self._object(shape_of(cls)))

    def _ref(self, name: str, describe: Any) -> dict[str, Any]:
        if name not in self.definitions:
            self.definitions[name] = {}  # there, should it refer to itself
            self.definitions[name] = describe()
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, shape: Shape) -> dict[str, Any]:
        """Describe an object that a part's own fields stand in."""
        fields = [field for field in shape.fields if not field.beside]
        return _about(shape.cls) | self._properties(shape, fields, {})

    def _properties(self, shape: Shape, fields: list[Field], more: dict[str, Any]) -> dict[str, Any]:
        texts = _attributes(shape.cls)
        described = {field.name: {"description": texts.get(field.name, ""), **self._field(field)} for field in fields}
        needed = [field.name for field in fields if field.required or limits(field.checked).at_least_one]
        joined = {other: [field.name] for field in fields if (other := limits(field.checked).together)}
        return {
            "type": "object",
            **({"required": needed} if needed else {}),
            **({"dependentRequired": joined} if joined else {}),
            "properties": {**more, **described},
            "additionalProperties": False,
        }

    def _field(self, field: Field) -> dict[str, Any]:
        return self._value(field.kind, limits(field.checked))

    def _value(self, kind: Kind, said: Limits) -> dict[str, Any]:
        match kind:
            case Leaf(type=type_):
                return self._leaf(type_, said)
            case Member(enum=enum):
                return {"enum": [member.value for member in enum]}
            case Part(cls=cls):
                return self.ref(cls)
            case Tagged():
                return self._ref(kind.what, lambda: self._union(kind))
            case Array(item=item):
                least = {"minItems": 1} if said.at_least_one else {}
                most = {} if said.at_most is None else {"maxItems": said.at_most}
                return {"type": "array", **least, **most, "items": self._value(item, Limits(blank=said.blank))}
            case Table(item=item):
                return {"type": "object", "additionalProperties": self._value(item, Limits())}
            case _:
                assert_never(kind)

    def _leaf(self, type_: type, said: Limits) -> dict[str, Any]:
        if type_ is datetime:
            return self._ref("moment", lambda: _MOMENT)
        if type_ is not str:
            return {"type": {bool: "boolean", int: "integer"}[type_]}
        rules = [self._ref("characters", lambda: _CHARACTERS)]
        if said.https:
            https = self._ref("https", lambda: _HTTPS)
            begun = self._ref("placeholder", lambda: _PLACEHOLDER)
            rules.append({"if": begun, "else": https} if said.template else https)
        elif not said.blank:
            rules.append(self._ref("not_blank", lambda: _NOT_BLANK))
        if self.placeholders:
            rules.append(self._ref("dollars", lambda: _DOLLARS))
        return {"allOf": rules} | ({} if said.at_most is None else {"maxLength": said.at_most})

    def _union(self, kind: Tagged) -> dict[str, Any]:
        """Describe an object that names its type, and has what that type has."""
        tag = kind.tag
        return {
            "description": f"An object whose `{tag}` names what else it holds.",
            "type": "object",
            "required": [tag],
            "properties": {tag: {"description": _about(kind.enum)["description"], "enum": list(kind.words)}},
            "allOf": [
                {
                    "if": {"properties": {tag: {"const": word}}, "required": [tag]},
                    "then": self._wrapped(shape_of(cls), tag),
                }
                for word, cls in kind.words.items()
            ],
        }

    def _wrapped(self, shape: Shape, tag: str) -> dict[str, Any]:
        """Describe what stands beside the name of a type."""
        key = shape.payload_key
        if key is None:
            return self._properties(shape, list(shape.fields), {tag: True})
        beside = [field for field in shape.fields if field.beside]
        described = self._properties(shape, beside, {tag: True, key: self.ref(shape.cls)})
        return {**described, "required": [key]}


def _about(cls: type) -> dict[str, str]:
    return {"title": cls.__name__, "description": (inspect.getdoc(cls) or "").partition("\n")[0]}


_find_entries = re.compile(r"^    (\w+): (.*(?:\n {8,}.*)*)", re.MULTILINE)


def _attributes(cls: type) -> dict[str, str]:
    """Return what a class's docstring says of its attributes, by name."""
    section = (inspect.getdoc(cls) or "").partition("Attributes:\n")[2].partition("\n\n")[0]
    return {name: " ".join(text.split()) for name, text in _find_entries.findall(section)}


def document(cls: type, name: str, title: str, description: str) -> dict[str, Any]:
    """Return the JSON Schema of a document.

    Args:
        cls: Its class.
        name: What the schema is called.
        title: What the document is called.
        description: What it is.
    """
    describer = Describer()
    describer.ref(cls)
    whole = describer.definitions.pop(cls.__name__)
    return {
        "$schema": DIALECT,
        "$id": f"https://msgkit.invalid/schemas/{name}.schema.json",
        **whole,
        "title": title,
        "description": description,
        "$defs": describer.definitions,
    }
