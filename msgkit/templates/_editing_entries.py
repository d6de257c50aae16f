"""The schema of the entries of a template file, for editors: derived from the words of the short form."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from msgkit._fields import limits
from msgkit._short import ENTRIES, SENDER, Word
from msgkit._short.words import ACTS, CUSTOM_DATA, EXPIRES, ONCE, RENAMED, TAPS, TARGETS
from msgkit._wire.schema import MOMENT, Describer, described
from msgkit._wire.shape import TAGGED, Field, Member, shape_of
from msgkit.actions import SendMessage
from msgkit.blocks import InvalidInfo
from msgkit.enums import ActionType, BlockType, SenderIdentity
from msgkit.templates._editing import (
    CONDITION,
    END,
    LIMIT,
    LOOP,
    WHOLE_PLACEHOLDER,
    Schema,
    chosen,
    closed,
    excluded,
    one_of,
    renamed,
    words,
)
from msgkit.templates._hints import hint
from msgkit.templates._reading import AT_MOST, BLOCKS, FOR, INCLUDE, LOOPED, MAIN, TYPE, WHEN

_BLOCKS = TAGGED[0]
_TARGET_OF = {cls: target for target, (cls, _) in TARGETS.items()}
_ITEMS_OF = {word.item.cls: (f"{word.main} item", word.item) for word in ENTRIES.values() if word.item}
_OWNERS: Final[Mapping[type, tuple[str, Word]]] = _ITEMS_OF | {word.cls: (word.main, word) for word in ENTRIES.values()}
_ENUMS: Final[Mapping[type, tuple[str, str]]] = {
    BlockType: ("entry", TYPE),
    ActionType: ("", "action_type"),
    SenderIdentity: ("file", SENDER),
} | {
    field.kind.enum: (word.main, key)
    for word in ENTRIES.values()
    for key, field in word.keys.items()
    if isinstance(field.kind, Member)
}
_NOTHING: Final = f"写一个主键：{'、'.join(MAIN)}。One main key is needed."
_ITEMS: Final = "写成列表，或只写一个列表变量：${items}。A list, or the placeholder of one alone: ${items}."
_LOOPS: Final = {AT_MOST: {"required": [FOR], "errorMessage": "at_most 要和 for 一起写。at_most belongs to for."}}

# What an editor inserts for a whole entry; the places that a writer jumps through are $1, $2, …
_SNIPPETS: Final[Mapping[str, tuple[str, Any]]] = {
    "text": ("文字 text", {"text": "$1"}),
    "button": ("按钮 button", {"button": "$1"}),
    "link": ("链接 link", {"link": "${1:查看订单}", "url": "${2:https://}"}),
    "faq": ("推荐问题 faq", {"faq": ["${1:退款多久到账？}", "${2:退款退到哪里？}"]}),
    "buttons": ("按钮组 buttons", {"buttons": ["${1:满意}", "${2:转人工}"], "layout": "horizontal"}),
}


def say(cls: type, name: str) -> str:
    """Return what an editor shows of a class, a field of one or a member of an enum, as the wire has it."""
    otherwise = described(cls, name)
    if issubclass(cls, StrEnum):
        owner, key = _ENUMS.get(cls, ("", ""))
        return hint(owner, f"{key}={cls(name).name.lower()}" if name else key, otherwise)
    if cls in _TARGET_OF:
        return hint(_TARGET_OF[cls], name or _TARGET_OF[cls], otherwise)
    owner, word = _OWNERS.get(cls, ("", None))
    if word and name in ("", word.field):
        return hint(owner if owner != word.main else "entry", word.main, otherwise)
    return hint(owner, name) or hint(owner, RENAMED.get(name, name), otherwise)


class Entries:
    """Describes entries, and what lies in them.

    Attributes:
        describer: Describes the wire's classes.
    """

    def __init__(self, describer: Describer) -> None:
        self.describer = describer

    def list(self) -> Schema:
        """Describe a list of entries."""
        return {"type": "array", "minItems": 1, "items": self.describer.ref_to("entry", self._entry)}

    def _entry(self) -> Schema:
        openings = {main: {"description": hint("entry", main), **_opening(main)} for main in MAIN}
        openings |= {key: {**value, "doNotSuggest": True} for key, value in self._controls(LOOPED[0]).items()}
        snippets = [
            {"label": label, "description": hint("entry", main), "body": body}
            for main, (label, body) in _SNIPPETS.items()
        ]
        return {
            "description": hint("entry", "entry"),
            "errorMessage": _NOTHING,
            **chosen(MAIN, self._of, closed(openings, **one_of(MAIN), defaultSnippets=snippets), TYPE),
        }

    def _of(self, main: str) -> Schema:
        """Describe an entry with this main key."""
        if main == TYPE:
            return self._wire()
        if main == BLOCKS:
            return self._controlled(main, {BLOCKS: {"description": hint("entry", BLOCKS), **self.list()}})
        if main == INCLUDE:
            return self._controlled(main, {INCLUDE: {"description": hint("entry", INCLUDE), **_INCLUDED}})
        return self._worded(ENTRIES[main], main)

    def _wire(self) -> Schema:
        """Describe a block in the wire's form."""
        tag = _BLOCKS.tag
        offered = list(_BLOCKS.words)
        meant = [say(_BLOCKS.enum, word) for word in offered]
        type_ = {"description": hint("entry", tag), "enum": offered, "enumDescriptions": meant}
        branches = []
        for word, cls in _BLOCKS.words.items():
            key = shape_of(cls).payload_key or ""
            then = closed({tag: True, key: self.describer.ref(cls), **self._controls(TYPE)}, required=[key])
            branches.append({"if": {"properties": {tag: {"const": word}}}, "then": then})
        return {"properties": {tag: type_}, "allOf": branches, "dependencies": _LOOPS}

    def _controls(self, main: str) -> dict[str, Schema]:
        found = {WHEN: self.condition()}
        if main in LOOPED:
            found |= {FOR: self._text("loop", LOOP), AT_MOST: LIMIT}
        return {key: {"description": hint("", key), **value} for key, value in found.items()}

    def condition(self) -> Schema:
        """Describe a condition."""
        return self._text("condition", CONDITION)

    def _text(self, name: str, rule: Schema) -> Schema:
        """Describe a text with a rule, which many refer to. The type stands here: editors look for it."""
        told = {"errorMessage": rule["patternErrorMessage"]}
        return {"type": "string", **told, "allOf": [self.describer.ref_to(name, lambda: rule)]}

    def _controlled(self, main: str, properties: Mapping[str, Any], **more: Any) -> Schema:
        """Describe an object with these keys, and those that belong to templates."""
        dependencies = {**(_LOOPS if main in LOOPED else {}), **more.pop("dependencies", {})}
        extra = {"dependencies": dependencies} if dependencies else {}
        return closed({**properties, **self._controls(main)}, **more, **extra)

    def _worded(self, word: Word, owner: str, *, is_item: bool = False) -> Schema:
        """Describe an entry that has a word, or an item of one."""
        properties = {word.main: self._main(word, owner)}
        for key, field in word.keys.items():
            properties[key] = {
                "description": hint(owner, key, described(word.cls, field.name)),
                **self._field(field, owner, key),
            }
        more: dict[str, Any] = {}
        dependencies: dict[str, Any] = {}
        if word.acts:
            properties |= self._acts(owner)
            dependencies |= _exclusive_acts()
            more |= one_of(TARGETS) if word.must_act else {}
        if word.taps:
            properties |= self._taps(owner)
        properties, exclusive = renamed(properties, word.spellings)
        dependencies |= exclusive
        if is_item:
            return closed(properties, **more, dependencies=dependencies)
        return self._controlled(owner, properties, **more, dependencies=dependencies)

    def _main(self, word: Word, owner: str) -> Schema:
        field = _fields(word.cls)[word.field]
        about = {"description": hint(owner if owner.endswith(" item") else "entry", word.main)}
        if word.item is None:
            return about | self._field(field, owner, word.main)
        item, said = word.item, limits(field.checked)
        return {
            **about,
            "type": ["array", "string"],
            "minItems": 1,
            **({} if said.at_most is None else {"maxItems": said.at_most}),
            "items": self.describer.ref_to(f"{owner}_item", lambda: self._item(item, f"{owner} item")),
            "pattern": WHOLE_PLACEHOLDER,
            "patternErrorMessage": _ITEMS,
            "errorMessage": _ITEMS,
        }

    def _item(self, word: Word, owner: str) -> Schema:
        mains = [word.main, *(name for name, key in word.spellings.items() if key == word.main)]
        return {
            "description": hint(owner, owner),
            "if": {"type": "object"},
            "then": {**self._worded(word, owner, is_item=True), **one_of(mains)},
            "else": self._field(_fields(word.cls)[word.field], owner, word.main),
        }

    def _field(self, field: Field, owner: str, key: str) -> Schema:
        if isinstance(field.kind, Member):
            return words(field.kind.enum, owner, key)
        return self.describer.value(field.kind, limits(field.checked))

    def _acts(self, owner: str) -> dict[str, Schema]:
        own = _fields(SendMessage)
        values = {target: self._target(target) for target in TARGETS}
        values |= {key: self._field(own[key], owner, key) for key in ACTS if key not in TARGETS}
        return {key: {"description": hint(owner, key), **value} for key, value in values.items()}

    def _target(self, target: str) -> Schema:
        cls, name = TARGETS[target]
        fields = _fields(cls)
        plain = self._field(fields[name], target, name)
        if not shape_of(cls).payload_key or cls is SendMessage:
            return plain
        inside = {
            key: {"description": say(cls, key), **self._field(field, target, key)}
            for key, field in fields.items()
            if not field.beside
        }
        return {
            "type": ["string", "object"],
            "if": {"type": "object"},
            "then": closed(inside, required=[name]),
            "else": plain,
        }

    def _taps(self, owner: str) -> dict[str, Schema]:
        values = {EXPIRES: self._text("expiry", _EXPIRY), ONCE: self._field(_fields(InvalidInfo)[ONCE], owner, ONCE)}
        return {key: {"description": hint(owner, key), **values[key]} for key in TAPS}


_INCLUDED: Final[Schema] = {
    "type": "string",
    "pattern": rf"^[^/\\.\u0000-\u001F][^/\\\u0000-\u001F]*(?:/[^/\\.\u0000-\u001F][^/\\\u0000-\u001F]*)*{END}",
    "patternErrorMessage": "写从模板库算起的路径，如 parts/footer。A path from the library's folder: parts/footer.",
}
_EXPIRY: Final[Schema] = {
    "pattern": rf"^\s*[1-9][0-9]{{0,4}}[mhd]\s*{END}|{WHOLE_PLACEHOLDER}|{MOMENT['pattern']}",
    "patternErrorMessage": "写 30m、24h、7d，带时区的时间，或 ${变量}。30m, 24h, 7d, a time with zone, or ${variable}.",
}


def _opening(main: str) -> Schema:
    """Return what an editor inserts behind a main key."""
    if main == BLOCKS or (main in ENTRIES and ENTRIES[main].item):
        return {"type": "array", "items": {}}
    return {"enum": list(_BLOCKS.words)} if main == TYPE else {"type": "string"}


def _fields(cls: type) -> dict[str, Field]:
    return {field.name: field for field in shape_of(cls).fields}


def _exclusive_acts() -> dict[str, Schema]:
    targets = list(TARGETS)
    found: dict[str, Schema] = {}
    for index, target in enumerate(targets):
        own = [] if TARGETS[target][0] is SendMessage else [CUSTOM_DATA]
        found |= excluded(target, [*targets[index + 1 :], *own])
    return found
