"""The JSON Schema of our classes, for editors: derived from their shape, their rules and their docstrings.

The sandbox has schemas of its own, written by hand: it is a second opinion.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, assert_never

import attrs

from msgkit._fields import Limits, limits
from msgkit._placeholders import RESERVED
from msgkit._wire.shape import Array, Field, Kind, Leaf, Member, Part, Shape, Table, Tagged, shape_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# In the dialect of ECMA-262, where $ is also the place before a last line break; hence the other way to say "the end".
_END = r"(?![\s\S])"
_BLANK = r"\u0009-\u000D\u001C-\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_NO_URL = r"\u0000-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
_YEAR = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"

# How a name that stands in a template begins and goes on: what Python takes as an identifier, as far as a pattern that
# every editor knows can say it.
_NO_NAME = (
    r"\u0000-\u002F\u003A-\u0040\u005B-\u005E\u0060\u007B-\u00A9\u2000-\u206F\u3000-\u3004\u3008-\u3020"
    r"\uFF01-\uFF0F\uFF1A-\uFF20"
)
_FIRST, _MORE = f"[^0-9{_NO_NAME}]", f"[^{_NO_NAME}]"
_WORDS = "|".join(sorted(RESERVED))
NAME = rf"(?!(?:{_WORDS})(?!{_MORE})){_FIRST}{_MORE}*"
_BARE = rf"(?!(?:{_WORDS})(?![A-Za-z0-9_]))[A-Za-z_]"
PLACEHOLDER = rf"\$(?:{_BARE}[A-Za-z0-9_]*|\{{{NAME}\}})"

# What an editor says where a rule is broken: it would show the pattern otherwise. Not as a description, which editors
# would show for the value itself.
_STRING = {
    "type": "string",
    "errorMessage": "这里要写文字，数字等请加引号。A text belongs here; put numbers and the like in quotes.",
}
CHARACTERS = {
    "pattern": rf"^[\u0000-\uD7FF\uE000-\uFFFF]*{_END}",
    "patternErrorMessage": "不能有表情符号和极少数生僻字。No emoji: only what UTF-8 encodes in one to three bytes.",
}
_NOT_BLANK = {
    "pattern": f"[^{_BLANK}]",
    "patternErrorMessage": "不能为空，也不能只有空白。Not empty, and not white space alone.",
}
_HTTPS = {
    "pattern": rf"^[Hh][Tt][Tt][Pp][Ss]://(?:[^/?#@{_NO_URL}]*@)?[^/?#@:{_NO_URL}][^/?#@{_NO_URL}]*"
    rf"(?:[/?#][^{_NO_URL}]*)?{_END}",
    "patternErrorMessage": "网址要以 https:// 开头，写明域名，没有空白。"
    "An address that starts with https://, names a host, and has no white space.",
}
# Without looking ahead: messages are checked in linear time, by engines that cannot.
_PLACEHOLDER = {
    "pattern": rf"^\$(?:[A-Za-z_]|\{{{_FIRST}{_MORE}*\}})[^{_NO_URL}]*{_END}",
    "not": {"pattern": rf"^\$(?:(?:{_WORDS})(?:[^A-Za-z0-9_]|$)|\{{(?:{_WORDS})\}})"},
}
_DOLLARS = {
    "pattern": rf"^(?:[^$]|\$\$|\$(?:{_BARE}|\{{{NAME}\}}))*{_END}",
    "patternErrorMessage": "$ 后面要写变量名，如 ${order_no}；要显示 $ 请写 $$。"
    "A dollar begins a placeholder, ${order_no}; $$ is a dollar.",
}
MOMENT = {
    "type": "string",
    "pattern": rf"^{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt]{_TIME}:[0-5][0-9](?:\.[0-9]+)?"
    rf"(?:[Zz]|[+-]{_TIME}){_END}",
    "patternErrorMessage": "写明时区的时间：2015-05-20T13:29:35+08:00。A date and time of RFC 3339, with its zone.",
    "format": "date-time",
}


_find_entries = re.compile(r"^    (\w+): (.*(?:\n {8,}.*)*)", re.MULTILINE).findall


def described(cls: type, name: str) -> str:
    """Return what a class's docstring says of an attribute, or of the class (the empty name)."""
    text = inspect.getdoc(cls) or ""
    if not name:
        return text.partition("\n")[0]
    section = text.partition("Attributes:\n")[2].partition("\n\n")[0]
    return next((" ".join(said.split()) for each, said in _find_entries(section) if each == name), "")


@attrs.define
class Describer:
    """Describes classes, and what lies in them, as JSON Schemas that refer to each other.

    Attributes:
        placeholders: Whether texts are those of a template, where a dollar begins a placeholder.
        definitions: What was described so far, by name.
        home: The key under which these will stand.
        say: Says what a field of a class is for, a member of an enum by its value, or a class itself (the empty name).
    """

    placeholders: bool = False
    definitions: dict[str, Any] = attrs.field(factory=dict)
    home: str = "$defs"
    say: Callable[[type, str], str] = described

    def ref(self, cls: type) -> dict[str, Any]:
        """Return a reference to the description of a class, which it makes where there is none yet."""
        return self.ref_to(cls.__name__, lambda: self._object(shape_of(cls)))

    def ref_to(self, name: str, describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return a reference to a description by its name, which is made where there is none yet."""
        if name not in self.definitions:
            self.definitions[name] = {}  # there, should it refer to itself
            self.definitions[name] = describe()
        return {"$ref": f"#/{self.home}/{name}"}

    def _object(self, shape: Shape) -> dict[str, Any]:
        """Describe an object that a part's own fields stand in."""
        fields = [field for field in shape.fields if not field.beside]
        return self._about(shape.cls) | self._properties(shape, fields, {})

    def _properties(self, shape: Shape, fields: list[Field], more: dict[str, Any]) -> dict[str, Any]:
        described = {
            field.name: {"description": self.say(shape.cls, field.name), **self._field(field)} for field in fields
        }
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
        return self.value(field.kind, limits(field.checked))

    def value(self, kind: Kind, said: Limits) -> dict[str, Any]:
        """Describe a value of a kind, for which a rule holds."""
        match kind:
            case Leaf(type=type_):
                return self._leaf(type_, said)
            case Member(enum=enum):
                return self._words(enum, [member.value for member in enum])
            case Part(cls=cls):
                return self.ref(cls)
            case Tagged():
                return self.ref_to(kind.what, lambda: self._union(kind))
            case Array(item=item):
                least = {"minItems": 1} if said.at_least_one else {}
                most = {} if said.at_most is None else {"maxItems": said.at_most}
                return {"type": "array", **least, **most, "items": self.value(item, Limits(blank=said.blank))}
            case Table(item=item):
                return {"type": "object", "additionalProperties": self.value(item, Limits())}
            case _:
                assert_never(kind)

    def _leaf(self, type_: type, said: Limits) -> dict[str, Any]:
        if type_ is datetime:
            return self.ref_to("moment", lambda: MOMENT)
        if type_ is not str:
            return {"type": {bool: "boolean", int: "integer"}[type_]}
        rules = [self.ref_to("characters", lambda: CHARACTERS)]
        if said.https:
            https = self.ref_to("https", lambda: _HTTPS)
            begun = self.ref_to("placeholder", lambda: _PLACEHOLDER)
            rules.append({"if": begun, "else": https} if said.template else https)
        elif not said.blank:
            rules.append(self.ref_to("not_blank", lambda: _NOT_BLANK))
        if self.placeholders:
            rules.append(self.ref_to("dollars", lambda: _DOLLARS))
        if said.at_most is not None:
            most = {"maxLength": said.at_most}
            # What is too long may be short enough once it is filled.
            rules.append({"if": {"pattern": r"\$"}, "else": most} if self.placeholders else most)
        return {**_STRING, "allOf": rules}

    def _words(self, enum: type, offered: list[str]) -> dict[str, Any]:
        meant = [self.say(enum, word) for word in offered]
        return {"enum": offered} | ({"enumDescriptions": meant} if all(meant) else {})

    def _about(self, cls: type) -> dict[str, str]:
        return {"title": cls.__name__, "description": self.say(cls, "")}

    def _union(self, kind: Tagged) -> dict[str, Any]:
        """Describe an object that names its type, and has what that type has."""
        tag = kind.tag
        return {
            "description": f"An object whose `{tag}` names what else it holds.",
            "type": "object",
            "required": [tag],
            "properties": {tag: {"description": self.say(kind.enum, ""), **self._words(kind.enum, list(kind.words))}},
            "allOf": [
                {
                    "if": {"type": "object", "properties": {tag: {"const": word}}, "required": [tag]},
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
