"""What the schema of template files is made of, for editors: words with what they mean, conditions, what excludes what.

An editor completes and checks best where one key decides which others there are: `chosen` says that with ``if`` and
``then`` for each, side by side and not nested, which the JSON and YAML servers of VS Code and the JetBrains IDEs follow
alike. Of an ``anyOf`` they would offer the keys of all alternatives, and tell the errors of the nearest one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from msgkit._wire.schema import NAME, PLACEHOLDER
from msgkit.enums import WireEnum
from msgkit.templates._hints import hint

Schema = dict[str, Any]

END: Final = r"(?![\s\S])"
_LITERAL = r'(?:"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"|-?(?:0|[1-9][0-9]{0,17})|true|false)'

CONDITION: Final[Schema] = {
    "pattern": rf"^\s*(?:(?:not\s+)?{NAME}|{NAME}\s*==\s*{_LITERAL}"
    rf"|{NAME}\s+in\s*\[\s*{_LITERAL}(?:\s*,\s*{_LITERAL})*\s*\])\s*{END}",
    "patternErrorMessage": '条件写成 x、not x、x == "值"、x in ["甲", "乙"]。'
    'A condition is x, not x, x == "…" or x in ["…", "…"].',
}
LOOP: Final[Schema] = {
    "pattern": rf"^\s*{NAME}\s+in\s+{NAME}\s*{END}",
    "patternErrorMessage": "写成 item in items。A loop is written item in items.",
}
LIMIT: Final[Schema] = {"type": "integer", "minimum": 1}
WHOLE_PLACEHOLDER: Final = rf"^\s*{PLACEHOLDER}\s*{END}"


def words(enum: type[StrEnum], owner: str, key: str) -> Schema:
    """Describe a word of an enum: in small letters as an editor offers it, and as the reader takes it too.

    What a word means is said twice, since VS Code shows ``enumDescriptions`` and the JetBrains IDEs a key of their own.
    Constants, each with a description, would not do: over a word the YAML server of VS Code shows what an enum says.
    """
    offered = [_short(member) for member in enum]
    meant = [hint(owner, f"{key}={word}", word) for word in offered]
    return {
        "anyOf": [
            {
                "type": "string",
                "enum": offered,
                "enumDescriptions": meant,
                "x-intellij-enum-metadata": {
                    word: {"description": text} for word, text in zip(offered, meant, strict=True)
                },
            },
            {"type": "string", "pattern": f"^(?:{spellings(enum)}){END}"},
        ]
    }


def spellings(enum: type[StrEnum], *members: StrEnum) -> str:
    """Return a pattern of all spellings of an enum's members, or of some of them."""
    found: dict[str, None] = {}
    for member in members or enum:
        for text in (member.name, member.value):
            # A word of the wire is found in any case; any other is in small letters, or the member's name.
            each = re.sub("[A-Za-z]", _either_case, text) if issubclass(enum, WireEnum) else f"{text}|{text.lower()}"
            found |= dict.fromkeys(each.split("|"))
    return "|".join(found)


def _short(member: StrEnum) -> str:
    return member.name.lower()


def _either_case(match: re.Match[str]) -> str:
    return f"[{match[0].upper()}{match[0].lower()}]"


def chosen(mains: Iterable[str], then: Callable[[str], Schema], otherwise: Schema, first: str | None = None) -> Schema:
    """Describe an object of which one key decides what else it has.

    Args:
        mains: The keys of which it has one; where it has several, each refuses the others.
        then: Describes an object with that key.
        otherwise: Describes an object with none.
        first: A key that decides alone, whatever others there are.
    """
    keys = list(mains)
    unless = {"not": {"required": [first]}} if first else {}
    # What is no object yet has no key: editors ask what may stand there.
    none = {"not": {"type": "object", "anyOf": [{"required": [key]} for key in keys]}}
    branches = [
        {"if": {"type": "object", "required": [key], **({} if key == first else unless)}, "then": then(key)}
        for key in keys
    ]
    return {"type": "object", "allOf": [{"if": none, "then": otherwise}, *branches]}


def closed(properties: Mapping[str, Any], **more: Any) -> Schema:
    """Describe an object with no other keys than these."""
    return {"properties": dict(properties), "additionalProperties": False, **more}


def one_of(keys: Iterable[str]) -> Schema:
    """Require one of several keys."""
    names = list(keys)
    message = f"写一个：{'、'.join(names)}。One of these is needed."
    return {"anyOf": [{"required": [key], "errorMessage": message} for key in names]}


def excluded(key: str, others: Iterable[str]) -> dict[str, Schema]:
    """Say, for ``dependencies``, which keys do not stand beside another."""
    names = list(others)
    message = f"不能与 {key} 同时写。Not beside {key}."
    return {key: {"properties": dict.fromkeys(names, False), "errorMessage": message}} if names else {}


def renamed(properties: Mapping[str, Schema], spelt: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Schema]]:
    """Return properties with those that are the wire's names of others, and what excludes what.

    Args:
        properties: The properties.
        spelt: The key that each of the wire's names stands for.
    """
    found = dict(properties)
    for name, key in spelt.items():
        text = f"接口文档里 {key} 的写法。The wire's name of {key}."
        # Taken, but not offered: one of the two is enough to choose from.
        found[name] = {**properties[key], "description": text, "doNotSuggest": True}
    exclusive: dict[str, Schema] = {}
    for name, key in spelt.items():
        exclusive |= excluded(name, [key])
    return found, exclusive
