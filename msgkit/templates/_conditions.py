"""Conditions: which of a template's entries a reader gets to see. A condition asks one variable; no code is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from msgkit._placeholders import as_name
from msgkit.templates._variables import Variable, VariableType

Literal = str | int | bool

_NAME = r"(?P<name>[^\s\"'=!<>()\[\],]+)"
_is_bare = re.compile(rf"\s*(?P<no>not\s+)?{_NAME}\s*").fullmatch
_is_equal = re.compile(rf"\s*{_NAME}\s*==\s*(?P<one>\S.*?)\s*", re.DOTALL).fullmatch
_is_among = re.compile(rf"\s*{_NAME}\s+in\s*\[(?P<many>.*)\]\s*", re.DOTALL).fullmatch
_find_literals = re.compile(r'\s*("(?:[^"\\]|\\.)*"|-?\d{1,18}|true|false)\s*(?:,|$)').match

NOT_GIVEN: Final = object()
"""What stands for a variable that has no value."""

_EMPTY: Final = ("", ())
_EMPTY_OF: Final[Mapping[VariableType, Any]] = {VariableType.TEXT: "", VariableType.LIST: ()}
_OTHER = object()
"""Any value that no condition names."""


@attrs.frozen
class Condition:
    """Something that holds or does not, by the value of one variable.

    Attributes:
        name: The variable.
        values: What it is compared with; None where it is only asked whether it holds.
        negated: Whether the answer is turned round.
        text: As it is written.
    """

    name: str
    values: tuple[Literal, ...] | None
    negated: bool
    text: str = attrs.field(eq=False)

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Tell whether it holds for these values."""
        return self.holds_for(given.get(self.name, NOT_GIVEN))

    def holds_for(self, value: Any) -> bool:
        """Tell whether it holds for a value of its variable."""
        if self.values is not None:
            return any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in self.values)
        is_there = value is not NOT_GIVEN and value is not False and value not in _EMPTY
        return is_there is not self.negated

    @property
    def asks_for_it(self) -> bool:
        """Whether it holds only where its variable has a value."""
        return not self.negated


def parse(text: str) -> Condition | None:
    """Return the condition that a text says; None where it says none.

    >>> parse('kind in ["full", "part"]').values
    ('full', 'part')
    """
    text = text.strip()
    if match := _is_bare(text):
        if name := as_name(match["name"]):
            return Condition(name, None, bool(match["no"]), text)
    elif match := _is_among(text):
        return _compared(match["name"], _literals(match["many"]), text)
    elif match := _is_equal(text):
        values = _literals(match["one"])
        return _compared(match["name"], values if len(values) == 1 else (), text)
    return None


def _compared(word: str, values: tuple[Literal, ...], text: str) -> Condition | None:
    name = as_name(word)
    return Condition(name, values, False, text) if name and values else None  # noqa: FBT003


def _literals(text: str) -> tuple[Literal, ...]:
    """Return the literals of a list; none where it is no such list."""
    found: list[Literal] = []
    position = 0
    while position < len(text):
        match = _find_literals(text, position)
        if match is None:
            return ()
        try:
            found.append(json.loads(match[1], strict=False))
        except ValueError:
            return ()
        position = match.end()
    return tuple(found)


_COMPARED_WITH: Final[Mapping[VariableType, type]] = {
    VariableType.TEXT: str,
    VariableType.URL: str,
    VariableType.MEDIA: str,
    VariableType.INT: int,
    VariableType.MONEY: int,
    VariableType.BOOL: bool,
}


def unfit(condition: Condition, type_: VariableType) -> str | None:
    """Return what a condition compares its variable with that no value of this type is; None where all fits."""
    fitting = _COMPARED_WITH.get(type_)
    for value in condition.values or ():
        if type(value) is not fitting:
            return {str: "text", int: "int", bool: "bool"}[type(value)]
    return None


def unreachable(conditions: Iterable[Condition | None], declared: Mapping[str, Variable]) -> list[int]:
    """Return which of several conditions, the first true one of which wins, are never reached.

    Args:
        conditions: In order; None always holds.
        declared: What is known of their variables.
    """
    before: dict[str, _Taken] = {}
    found = []
    for index, condition in enumerate(conditions):
        about = [*before.values()] if condition is None else [*filter(None, [before.get(condition.name)])]
        if any(taken.takes_all(condition) for taken in about):
            found.append(index)
        if condition is not None:
            new = _Taken(declared.get(condition.name, Variable()))
            before.setdefault(condition.name, new).add(condition)
    return found


@attrs.frozen(eq=False)
class _Taken:
    """Which values of a variable the conditions so far take.

    Attributes:
        variable: What is known of it.
        named: The values that they name, each with whether it is a boolean, as 1 and true are equal.
        bare: Those that only ask whether it holds, or does not, by which.
    """

    variable: Variable
    named: set[tuple[bool, Any]] = attrs.field(factory=set)
    bare: dict[bool, Condition] = attrs.field(factory=dict)

    def add(self, condition: Condition) -> None:
        """Add a condition about the variable."""
        if condition.values is None:
            self.bare[condition.negated] = condition
        else:
            self.named.update((isinstance(value, bool), value) for value in condition.values)

    def takes_all(self, condition: Condition | None) -> bool:
        """Tell whether a condition about the variable, or None, which always holds, is left no value."""
        if condition is not None and condition.values is not None:
            left = condition.values
        else:
            left = tuple(value for value in self._values() if condition is None or condition.holds_for(value))
        return all(self._takes(value) for value in left)

    def _takes(self, value: Any) -> bool:
        is_named = (isinstance(value, bool), value) in self.named
        return is_named or any(condition.holds_for(value) for condition in self.bare.values())

    def _values(self) -> Iterator[Any]:
        """Yield values of it, one for each way in which bare conditions can tell them apart."""
        if not (self.variable.is_required or self.variable.default is not None):
            yield NOT_GIVEN
        if self.variable.type is VariableType.BOOL:
            yield from (True, False)
            return
        if self.variable.type in _EMPTY_OF:
            yield _EMPTY_OF[self.variable.type]
        yield _OTHER
