"""Where things stand in a file: from a JSON Pointer to a line and a column.

A tree knows what stands in what. It is looked into only where something was found, each object once, and only on the
way there: nothing is kept of what is right, and a large file with many findings costs little more than one with a few.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Protocol, TypeVar

import attrs

from msgkit import _wire, rules
from msgkit._printable import printable
from msgkit.errors import Problem, ValidationError
from msgkit.templates._folder import Place

_T = TypeVar("_T")
_LONGEST_SHOWN = 64
_MANY_DIGITS = 10  # no array in a file has an entry of such a number


class NotReadError(Exception):
    """A text that is no JSON or no YAML.

    Attributes:
        problem: Why.
        place: Where in the text, where that can be said.
    """

    def __init__(self, problem: Problem, place: Place | None) -> None:
        super().__init__(problem, place)
        self.problem = problem
        self.place = place


class Tree(Protocol[_T]):
    """What stands in what."""

    @property
    def root(self) -> _T:
        """The whole."""
        ...

    def child(self, node: _T, name: str, /) -> tuple[_T, _T] | None:
        """Return where the key and the value of that name stand in an object, or twice where an entry of an array."""
        ...

    def place(self, node: _T, /) -> Place:
        """Return where something stands."""
        ...


# What these say is wrong is the key, and not the value under it.
_OF_KEYS = frozenset(
    rule.code for rule in (rules.UNKNOWN_KEY, rules.MISPLACED_KEY, rules.KEY_NOT_A_STRING, rules.UNUSED_VARIABLE)
)


def find(tree: Tree[_T], problem: Problem) -> Place:
    """Return where a problem stands: at the key where that is wrong, at the value elsewhere.

    What is missing stands where the object begins that lacks it.
    """
    node = at = tree.root
    for name in problem.pointer.split("/")[1:]:
        found = tree.child(node, name.replace("~1", "/").replace("~0", "~"))
        if found is None:
            return tree.place(node)
        at, node = found
    return tree.place(at if problem.rule in _OF_KEYS else node)


def line_and_column(text: str, position: int) -> Place:
    """Return the line and column of a position in a text."""
    return Place(text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))


# JSON

_skip = re.compile(r"[ \t\n\r]*").match
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
# Keys, the braces around them, other strings, and numbers that JSON does not have or Python does not read.
_find_tokens = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")\s*:|(?P<brace>[{}])|"(?:[^"\\]|\\.)*"|'
    r"(?P<number>NaN|-?Infinity|(?<![\d.eE+-])-?\d{4301,}(?![\d.eE]))",
    re.DOTALL,
).finditer


@attrs.define(eq=False)
class JsonTree:
    """Where things stand in JSON text, by the position at which they begin.

    Attributes:
        text: The text, which is valid JSON.
    """

    text: str
    _objects: dict[int, dict[str, tuple[int, int]]] = attrs.field(factory=dict)
    _arrays: dict[int, list[int]] = attrs.field(factory=dict)
    _lines: list[int] | None = None

    @property
    def root(self) -> int:
        """Where the whole begins."""
        return _after_space(self.text, 0)

    def child(self, start: int, name: str) -> tuple[int, int] | None:
        """Return where the key and the value of that name begin in an object, or twice where an entry of an array."""
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

    def place(self, start: int) -> Place:
        """Return the line and column of a position."""
        if self._lines is None:
            self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, start)
        return Place(line, start - self._lines[line - 1] + 1)


def _entries(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield the keys of an object, each with where it begins and where its value does."""
    at = _after_space(text, start + 1)
    while text[at] != "}":
        key, end = scanstring(text, at + 1, True)  # noqa: FBT003 - as its signature has it
        value = _after_space(text, _after_space(text, end) + 1)
        yield key, at, value
        at = _next(text, value)


def _items(text: str, start: int) -> Iterator[int]:
    """Yield where the entries of an array begin."""
    at = _after_space(text, start + 1)
    while text[at] != "]":
        yield at
        at = _next(text, at)


def _next(text: str, value: int) -> int:
    """Return where the key or the entry begins that follows a value, or the bracket does."""
    end = _after_space(text, _scan(text, value)[1])
    return _after_space(text, end + 1) if text[end] == "," else end


def _after_space(text: str, position: int) -> int:
    return _skip(text, position).end()  # type: ignore[union-attr]


def load_json(text: str) -> tuple[Any, JsonTree]:
    """Parse JSON.

    Returns:
        What it says, and where it says it.

    Raises:
        NotReadError: It is not JSON, or has a key twice in one object.
    """
    try:
        return _wire.loads(text, ""), JsonTree(text)
    except ValidationError as error:
        raise _not_read(text, error.problems[0]) from None


def _not_read(text: str, problem: Problem) -> NotReadError:
    """Add the place to what is wrong with a text; up to there it is JSON."""
    params = problem.params
    if "line" in params:
        return NotReadError(problem, Place(params["line"], params["column"]))
    if problem.rule == rules.REPEATED_KEY.code:
        key, position = _repeated_key(text)
        problem = Problem("", rules.REPEATED_KEY, key=repr(printable(key[:_LONGEST_SHOWN])))
    elif problem.rule == rules.NOT_JSON.code:
        position = next((token.start() for token in _find_tokens(text) if token["number"]), 0)
    else:
        position = _after_space(text, 0)
    return NotReadError(problem, line_and_column(text, position))


def _repeated_key(text: str) -> tuple[str, int]:
    """Return the first key that stands a second time in its object, and where."""
    seen: list[set[str]] = []
    for token in _find_tokens(text):
        match token["brace"], token["key"]:
            case "{", _:
                seen.append(set())
            case "}", _:
                seen.pop()
            case _, str(written):
                key = json.loads(written, strict=False)
                if key in seen[-1]:
                    return key, token.start()
                seen[-1].add(key)
    raise AssertionError("the parser found one")
