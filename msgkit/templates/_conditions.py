"""Conditions: which of a template's entries a reader gets to see. A condition asks one variable; no code is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
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


_PLAIN = str.maketrans("＝“”‘’'", '="""""')
_find_braces = re.compile(r"\$\{?(\w+)\}?").sub
_find_lone_equals = re.compile(r"\s*(?<![=!<>])=(?!=)\s*").sub
_find_bare_word = re.compile(r"(==\s*)([^\s\"\[\]]+)\s*$").sub
_has_two = re.compile(r"&|\||\b(?:and|or)\b|且|或").search


def mended(text: str) -> str:
    """Return the condition that was meant by a text that is none; the empty string where that cannot be told.

    >>> mended("kind = 'full'"), mended("${paid}"), mended("a and b")
    ('kind == "full"', 'paid', '')
    """
    if _has_two(text):
        return ""
    tried = _find_lone_equals(" == ", _find_braces(r"\1", text.translate(_PLAIN))).strip()
    return next((each for each in (tried, _find_bare_word(r'\1"\2"', tried)) if parse(each)), "")


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
    chain = list(conditions)
    found = []
    for index, condition in enumerate(chain):
        before = [each for each in chain[:index] if each is not None]
        names = {each.name for each in before} if condition is None else {condition.name}
        if any(_is_taken(name, condition, before, declared.get(name, Variable())) for name in names):
            found.append(index)
    return found


def _is_taken(name: str, condition: Condition | None, before: list[Condition], variable: Variable) -> bool:
    """Tell whether the conditions before, about one variable, take all values of it that a condition would take."""
    about = [each for each in before if each.name == name]
    asked = [*about, condition] if condition else about
    values = _values(variable, asked)
    left = [value for value in values if condition is None or condition.holds_for(value)]
    return bool(about) and all(any(each.holds_for(value) for each in about) for value in left)


def _values(variable: Variable, asked: list[Condition]) -> list[Any]:
    """Return values of a variable, one for each way in which conditions can tell them apart."""
    absent = [] if variable.is_required or variable.default is not None else [NOT_GIVEN]
    if variable.type is VariableType.BOOL:
        return [*absent, True, False]
    named = [value for each in asked for value in each.values or ()]
    empty = [""] if variable.type is VariableType.TEXT else [()] if variable.type is VariableType.LIST else []
    return [*absent, *empty, *named, _OTHER]
