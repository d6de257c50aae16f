"""Where things stand in a file: from a JSON Pointer to a line and a column.

A tree knows what stands in what. It is looked into only where something was found, each object once, and only on the
way there: nothing is kept of what is right, and a large file with many findings costs little more than one with a few.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any, Protocol, TypeVar

import attrs

from msgkit import _wire, rules
from msgkit._printable import printable
from msgkit._wire.layout import Layout, after_space
from msgkit.errors import Problem, ValidationError
from msgkit.templates import _json_slips
from msgkit.templates._folder import Place

_T = TypeVar("_T")
_LONGEST_SHOWN = 64


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

    def span(self, node: _T, /) -> tuple[int, int]:
        """Return the positions at which something begins, and behind which it ends."""
        ...


# What these say is wrong is the key, and not the value under it.
_OF_KEYS = frozenset(
    rule.code
    for rule in (
        rules.BAD_NAME,
        rules.BOTH_SPELLINGS,
        rules.DATA_WITHOUT_SENDING,
        rules.KEY_NOT_A_STRING,
        rules.LAST_VARIANT,
        rules.LIST_WITHOUT_FOR,
        rules.LOOP_WITHOUT_FOR,
        rules.MISFIT_KEY,
        rules.MISPLACED_KEY,
        rules.ONE_CONTENT,
        rules.OUTSIDE_OF_ENTRY,
        rules.PLAIN_REPLY,
        rules.REQUIRED_WITH_DEFAULT,
        rules.SEVERAL_ACTIONS,
        rules.SEVERAL_MAIN_KEYS,
        rules.UNKNOWN_KEY,
        rules.UNUSED_DECLARED,
        rules.WRITTEN_OTHERWISE,
        rules.YAML_COLON_SPACE,
        rules.YAML_DASH_SPACE,
        rules.YAML_WIDE_COLON,
        rules.YAML_WIDE_SPACE,
    )
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


def locate(tree: Tree[_T], pointer: str) -> _T:
    """Return what a JSON Pointer names; what is not there, as that in which it should stand."""
    node = tree.root
    for name in pointer.split("/")[1:]:
        found = tree.child(node, name.replace("~1", "/").replace("~0", "~"))
        if found is None:
            break
        node = found[1]
    return node


def line_and_column(text: str, position: int) -> Place:
    """Return the line and column of a position in a text."""
    return Place(text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))


def position_of(text: str, place: Place) -> int:
    """Return the position of a line and a column in a text."""
    start = 0
    for _ in range(place.line - 1):
        start = text.index("\n", start) + 1
    return start + place.column - 1


# JSON

# Keys, the braces around them, other strings, and numbers that JSON does not have or Python does not read.
_find_tokens = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")\s*:|(?P<brace>[{}])|"(?:[^"\\]|\\.)*"|'
    r"(?P<number>NaN|-?Infinity|(?<![\d.eE+-])-?\d{4301,}(?![\d.eE]))",
    re.DOTALL,
).finditer


@attrs.define(eq=False)
class JsonTree(Layout):
    """What stands in what in JSON text, by the positions at which things begin."""

    _lines: list[int] | None = None

    def place(self, start: int) -> Place:
        """Return the line and column of a position."""
        if self._lines is None:
            self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, start)
        return Place(line, start - self._lines[line - 1] + 1)

    def span(self, start: int) -> tuple[int, int]:
        """Return the positions at which something begins, and behind which it ends."""
        return start, start + len(self.letters(start))


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
        place = Place(params["line"], params["column"])
        slip = _json_slips.find(text, position_of(text, place), params["reason"])
        return (
            NotReadError(slip.problem, line_and_column(text, slip.position)) if slip else NotReadError(problem, place)
        )
    if problem.rule == rules.REPEATED_KEY.code:
        key, position = _repeated_key(text)
        problem = Problem("", rules.REPEATED_KEY, key=repr(printable(key[:_LONGEST_SHOWN])))
    elif problem.rule == rules.NOT_JSON.code:
        position = next((token.start() for token in _find_tokens(text) if token["number"]), 0)
    else:
        position = after_space(text, 0)
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
