"""Where things stand in JSON text, letter by letter.

It is looked into only where something is to be told or kept, each object once, and only on the way there: nothing is
kept of the rest, and a large text in which many things are looked up costs little more than one with a few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

import attrs

_MANY_DIGITS = 10  # no array in a text has an entry of such a number
_skip = re.compile(r"[ \t\n\r]*").match
# Numbers are passed over, also those of more digits than Python reads.
_scan: Any = json.JSONDecoder(parse_int=str, parse_float=str).scan_once  # type: ignore[attr-defined]


@attrs.define(eq=False)
class Layout:
    """Where things stand in JSON text, by the position at which they begin.

    Attributes:
        text: The text, which is valid JSON.
    """

    text: str
    _objects: dict[int, dict[str, tuple[int, int]]] = attrs.field(factory=dict)
    _arrays: dict[int, list[int]] = attrs.field(factory=dict)

    @property
    def root(self) -> int:
        """Where the whole begins."""
        return after_space(self.text, 0)

    def child(self, start: int, name: str) -> tuple[int, int] | None:
        """Return where the key and the value of that name begin in an object, or twice where an entry of an array.

        Of a key that stands twice it is the last one, whose value counts.
        """
        match self.text[start : start + 1]:
            case "{":
                if start not in self._objects:
                    self._objects[start] = {key: (at, value) for key, at, value in _entries(self.text, start)}
                return self._objects[start].get(name)
            case "[":
                if start not in self._arrays:
                    self._arrays[start] = list(_items(self.text, start))
                entries = self._arrays[start]
                number = int(name) if name.isdecimal() and len(name) < _MANY_DIGITS else -1
                return (entries[number], entries[number]) if 0 <= number < len(entries) else None
        return None

    def letters(self, start: int) -> str:
        """Return a value as it is written."""
        return self.text[start : _scan(self.text, start)[1]]


def _entries(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield the keys of an object, each with where it begins and where its value does."""
    at = after_space(text, start + 1)
    while text[at] != "}":
        key, end = scanstring(text, at + 1, True)  # noqa: FBT003 - as its signature has it
        value = after_space(text, after_space(text, end) + 1)
        yield key, at, value
        at = _next(text, value)


def _items(text: str, start: int) -> Iterator[int]:
    """Yield where the entries of an array begin."""
    at = after_space(text, start + 1)
    while text[at] != "]":
        yield at
        at = _next(text, at)


def _next(text: str, value: int) -> int:
    """Return where the key or the entry begins that follows a value, or the bracket does."""
    end = after_space(text, _scan(text, value)[1])
    return after_space(text, end + 1) if text[end] == "," else end


def after_space(text: str, position: int) -> int:
    """Return the first position from here on that holds no white space."""
    return _skip(text, position).end()  # type: ignore[union-attr]
