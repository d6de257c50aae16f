"""Conditions: which of a template's entries a reader gets to see. A condition asks one variable; no code is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from msgkit._fields import is_sendable
from msgkit._placeholders import as_name
from msgkit.templates._variables import Variable, VariableType

Literal = str | int | bool

_NAME = r"(?P<name>[^\s\"'=!<>()\[\],]+)"
_is_bare = re.compile(rf"\s*(?P<no>not\s+)?{_NAME}\s*").fullmatch
_is_equal = re.compile(rf"\s*{_NAME}\s*==(?P<one>.*)", re.DOTALL).fullmatch
_is_among = re.compile(rf"\s*{_NAME}\s+in\s*\[(?P<many>.*)\]\s*", re.DOTALL).fullmatch
_find_literal = re.compile(r'\s*("(?:[^"\\]|\\.)*"|-?[0-9]{1,18}|true|false)\s*(,|$)').match

NOT_GIVEN: Final = object()
"""What stands for a variable that has no value."""

_EMPTY: Final = ("", ())


@attrs.frozen
class Condition:
    """Something that holds or does not, by the value of one variable.

    Attributes:
        name: The variable.
        values: What it is compared with; None where it is only asked whether it holds.
        negated: Whether the answer is turned round.
    """

    name: str
    values: tuple[Literal, ...] | None = None
    negated: bool = False

    @property
    def text(self) -> str:
        """As it is written, whatever blanks a file has in it."""
        if self.values is None:
            return f"not {self.name}" if self.negated else self.name
        written = [_written(each) for each in self.values]
        return f"{self.name} == {written[0]}" if len(written) == 1 else f"{self.name} in [{', '.join(written)}]"

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Tell whether it holds for these values."""
        return self.holds_for(given.get(self.name, NOT_GIVEN))

    def holds_for(self, value: Any) -> bool:
        """Tell whether it holds for a value of its variable."""
        if self.values is not None:
            return any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in self.values)
        return _is_there(value) is not self.negated

    def hides(self, given: Mapping[str, Any]) -> bool:
        """Tell whether what it guards is left out because the value that it asks for is empty."""
        return self.values is None and not self.negated and given.get(self.name, NOT_GIVEN) in _EMPTY

    @property
    def asks_for_it(self) -> bool:
        """Whether it holds only where its variable has a value."""
        return not self.negated


def _is_there(value: Any) -> bool:
    return value is not NOT_GIVEN and value is not False and value not in _EMPTY


def parse(text: str) -> Condition | None:
    """Return the condition that a text says; None where it says none.

    >>> parse('kind in ["full", "part"]').values
    ('full', 'part')
    """
    text = text.strip()
    if match := _is_bare(text):
        name = as_name(match["name"])
        return Condition(name, negated=bool(match["no"])) if name else None
    if match := _is_among(text):
        return _compared(match["name"], _literals(match["many"]))
    if match := _is_equal(text):
        return _compared(match["name"], _literals(match["one"], most=1))
    return None


_PLAIN = str.maketrans("＝“”‘’'，", '="""""' + ",")
_replace_placeholder = re.compile(r"\$\{?(\w+)\}?").sub
_replace_lone_equals = re.compile(r"\s*(?<![=!<>])=(?!=)\s*").sub
_replace_last_word = re.compile(r"(==\s*)([^\s\"\[\]]+)\s*$").sub
_is_number = re.compile(r"[-+]?[\d.,_]+").fullmatch
_NO_TEXTS = frozenset({"null", "none", "nil", "是", "否", "yes", "no"})
_LONGEST_SLIP = 200  # characters; to guess what a longer one means costs more
_has_two = re.compile(r"&|\||\b(?:and|or)\b|且|或").search


def mended(text: str) -> str:
    """Return the condition that was meant by a text that is none; the empty string where that cannot be told.

    >>> mended("kind = 'full'"), mended("${paid}"), mended("a and b")
    ('kind == "full"', 'paid', '')
    """
    if len(text) > _LONGEST_SLIP or _has_two(text):
        return ""
    tried = _replace_lone_equals(" == ", _replace_placeholder(r"\1", text.translate(_PLAIN))).strip()
    return next((each for each in (tried, _replace_last_word(_quoted, tried)) if parse(each)), "")


def _quoted(match: re.Match[str]) -> str:
    """Put a word in quotes; what is meant by True is known, and what by 1.5 and null is not."""
    word = match[2]
    if word in {"True", "False"}:
        return match[1] + word.lower()
    is_text = not (word.lower() in _NO_TEXTS or _is_number(word))
    return f'{match[1]}"{word}"' if is_text else match[0]


def _compared(word: str, values: tuple[Literal, ...]) -> Condition | None:
    name = as_name(word)
    return Condition(name, values) if name and values else None


def _literals(text: str, most: int | None = None) -> tuple[Literal, ...]:
    """Return the literals of a list; none where it is no such list, or a longer one."""
    found: list[Literal] = []
    position, is_open = 0, True
    while is_open:
        match = _find_literal(text, position)
        if match is None or len(found) == most:
            return ()
        try:
            found.append(json.loads(match[1], strict=False))
        except ValueError:
            return ()
        position, is_open = match.end(), bool(match[2])
    return tuple(found)


def _written(value: Literal) -> str:
    # Half of a surrogate pair, which no file can hold, is said as an escape.
    return json.dumps(value, ensure_ascii=isinstance(value, str) and not is_sendable(value))


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
    seen: dict[str, _Covered] = {}
    found = []
    for index, condition in enumerate(conditions):
        if condition is None:
            is_taken = any(covered.whole for covered in seen.values())
        else:
            covered = seen.setdefault(condition.name, _Covered(declared.get(condition.name, Variable())))
            is_taken = covered.has(condition)
            covered.add(condition)
        if is_taken:
            found.append(index)
    return found


class _Covered:
    """Which values of one variable some conditions take.

    Values are of two sides, those for which ``x`` holds and those for which ``not x`` does. A side is taken as a whole,
    or value by value where it has finitely many.
    """

    def __init__(self, variable: Variable) -> None:
        is_bool = variable.type is VariableType.BOOL
        absent = [] if variable.is_required or variable.default is not None else [NOT_GIVEN]
        self._is_asked = False
        self._taken: set[tuple[type, Any]] = set()
        self._sides: dict[bool, set[tuple[type, Any]] | None] = {
            True: {(bool, True)} if is_bool else None,  # None: endlessly many
            False: {_key(each) for each in (*absent, *_EMPTY_OF.get(variable.type, ()))},
        }
        self._taken_sides: set[bool] = set()

    @property
    def whole(self) -> bool:
        """Whether all values are taken."""
        return self._has_side(is_there=True) and self._has_side(is_there=False)

    def has(self, condition: Condition) -> bool:
        """Tell whether all values that a condition takes are taken."""
        if not self._is_asked:
            return False
        if condition.values is None:
            return self._has_side(is_there=not condition.negated)
        return all(_key(each) in self._taken or _is_there(each) in self._taken_sides for each in condition.values)

    def add(self, condition: Condition) -> None:
        """Take the values that a condition takes."""
        self._is_asked = True
        if condition.values is None:
            self._taken_sides.add(not condition.negated)
        else:
            self._taken.update(map(_key, condition.values))

    def _has_side(self, *, is_there: bool) -> bool:
        values = self._sides[is_there]
        return is_there in self._taken_sides or (values is not None and values <= self._taken)


def _key(value: Any) -> tuple[type, Any]:
    """Return what tells values apart: 1 and true are two."""
    return type(value), value


_EMPTY_OF: Final[Mapping[VariableType, tuple[Any, ...]]] = {
    VariableType.TEXT: ("",),
    VariableType.LIST: ((),),
    VariableType.BOOL: (False,),
}
"""The values of each type that are there and for which ``x`` does not hold."""
