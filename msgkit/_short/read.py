"""Reading the values and the keys of files that people write, and saying what is wrong with them in their words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from msgkit import rules
from msgkit._fields import coerced, shown
from msgkit._language import kind
from msgkit._short.slips import slip_of_key
from msgkit._short.words import ENTRIES, OTHERWISE
from msgkit._wire.places import Path
from msgkit._wire.read import Reading
from msgkit.rules import Rule

_KINDS = {"string": "words", "array": "list", "object": "keys", "null": "nothing"}
_IN_ENTRIES = {key for word in ENTRIES.values() for key in (word.main, *word.keys)}
"""The keys that stand in entries, and nowhere else."""


def kind_in_file(value: object) -> str:
    """Return what a value is, in the words of people who write YAML and do not program."""
    found = kind(value)
    return _KINDS.get(found, found)


def text_of(value: Any, path: Path, reading: Reading) -> Any:
    """Return a text; what is a number or a truth should have been in quotes."""
    if isinstance(value, str):
        return value
    if value is None:
        return reading.note(path, rules.EMPTY)
    if isinstance(value, (dict, list)):
        return reading.note(path, rules.NOT_A_TEXT, value, given=kind_in_file(value))
    return reading.note(path, rules.NOT_QUOTED, value, given=kind(value))


def truth_of(value: Any, path: Path, reading: Reading) -> Any:
    """Return true or false."""
    if isinstance(value, bool):
        return value
    return reading.note(path, rules.NOT_A_TRUTH, value, given=kind_in_file(value))


def word_of(enum: type[StrEnum], value: Any, path: Path, reading: Reading, words: Collection[str] | None = None) -> Any:
    """Return what the wire calls a member of an enum, which may be written in any of its ways.

    Args:
        enum: The enum.
        value: What was written.
        path: Where.
        reading: Takes what is wrong with it.
        words: How its members are written; by default by their short names.
    """
    found = coerced(enum)(value) if isinstance(value, str) else None
    if isinstance(found, enum):
        return found.value
    # The platform has a member that says "unknown"; nobody means that who writes a message.
    known = tuple(words or (member.name.lower() for member in enum if member.name != "UNKNOWN"))
    if not isinstance(value, str):
        return reading.note(path, rules.NOT_A_WORD, value, allowed=known, given=kind_in_file(value))
    return reading.note(
        path, rules.UNKNOWN_VALUE, value, **shown(value), allowed=known, near=reading.nearest(value, known)
    )


def plainly(
    data: Mapping[str, Any], spellings: Mapping[str, str], path: Path, reading: Reading
) -> tuple[dict[str, Any], dict[str, Path]]:
    """Return an object by its short keys, whichever of their two names they had, and where each value stands.

    Both names of a thing at once are noted.
    """
    found: dict[str, Any] = {}
    places: dict[str, Path] = {}
    for key, value in data.items():
        short = spellings.get(key, key) if isinstance(key, str) else key
        if short != key and short in data:
            reading.note((path, key), rules.BOTH_SPELLINGS, key=key, other=short)
        else:
            found[short], places[short] = value, (path, key)
    return found, places


def note_unknown(
    data: Mapping[Any, Any], allowed: Collection[str], path: Path, reading: Reading, *, owner: str
) -> None:
    """Note each key that an object does not have, with what was meant by it as far as that can be told."""
    for key in data:
        if not isinstance(key, str):
            reading.note((path, key), rules.KEY_NOT_A_STRING)
        elif key not in allowed:
            rule, params = _meant(key, allowed, owner, reading)
            reading.note((path, key), rule, data[key], **params)


def _meant(key: str, allowed: Collection[str], owner: str, reading: Reading) -> tuple[Rule, dict[str, object]]:
    if found := slip_of_key(key, allowed):
        return found
    if owner in _OUTSIDE and key in _IN_ENTRIES:
        return rules.OUTSIDE_OF_ENTRY, {}
    if owner in ENTRIES and key in OTHERWISE:
        return rules.WRITTEN_OTHERWISE, {"instead": OTHERWISE[key]}
    near = reading.nearest(key, allowed)
    return rules.UNKNOWN_KEY, {"owner": owner, "near": near, "allowed": () if near else tuple(allowed)}


_OUTSIDE = ("TemplateFile", "variant")
