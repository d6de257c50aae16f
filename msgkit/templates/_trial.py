"""A template filled without being asked for values: to be looked at, and to see what breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from msgkit._beijing import BEIJING
from msgkit._short import Origins
from msgkit.errors import Problem
from msgkit.message import Message
from msgkit.templates._filling import Filling
from msgkit.templates._program import Made
from msgkit.templates._values import Taken, take
from msgkit.templates._variables import Variable, VariableType

# The shortest text, which no limit can be too small for; a text that is there; and what a URL may begin with.
_TEXTS: Final = ("", "0", "https://shop.example", "https://shop.example/")
_OTHERS: Final[Mapping[VariableType, Any]] = {
    VariableType.MONEY: 1,
    VariableType.INT: 1,
    VariableType.DATE: date(2026, 11, 28),
    VariableType.DATETIME: datetime(2026, 11, 28, 18, tzinfo=BEIJING),
    VariableType.BOOL: True,
}
_UNDECLARED = Variable()


def examples(names: Iterable[str], declared: Mapping[str, Variable]) -> dict[str, Taken]:
    """Return the values that a file gives of its variables: their examples, or else their defaults."""
    found = {}
    for name in names:
        variable = declared.get(name, _UNDECLARED)
        value = variable.default if variable.example is None else variable.example
        if value is not None:
            found[name] = take(variable, value)
    return found


def chosen(variants: Iterable[Made], given: Mapping[str, Any]) -> Made:
    """Return the first variant whose condition holds; the last has none."""
    for made in variants:
        when = made.variant.when
        if when is None or when.holds(given):
            return made
    raise AssertionError("the last variant has no condition")


def sample(
    variants: Iterable[Made],
    known: Mapping[str, Taken],
    names: Iterable[str],
    declared: Mapping[str, Variable],
    moment: datetime | None = None,
) -> Message:
    """Return a message filled with what is known, placeholders standing where nothing is.

    Args:
        variants: What it may become.
        known: The values.
        names: The variables.
        declared: What is said of them.
        moment: For when it is rendered; None for now.
    """
    filling = shown(known, names, declared)
    filling.moment = moment
    return chosen(variants, filling.given).fill(filling)


def shown(known: Mapping[str, Taken], names: Iterable[str], declared: Mapping[str, Variable]) -> Filling:
    """Return a rendering with what is known, placeholders standing where nothing is."""
    taken = dict(known)
    for name in names:
        if name not in taken:
            text = f"${{{name}}}"
            is_list = declared.get(name, _UNDECLARED).type is VariableType.LIST
            taken[name] = Taken((text,) if is_list else text, text)
    return _filling(taken)


def problems(
    variants: Iterable[Made], known: Mapping[str, Taken], names: Iterable[str], declared: Mapping[str, Variable]
) -> tuple[Problem, ...]:
    """Return what breaks whatever stands for the variables of which nothing is known; see `Template.trial`."""
    lacking = [name for name in names if name not in known]
    found: list[Problem] = []
    for number, text in enumerate(_TEXTS):
        taken = {**{name: _stand_in(declared.get(name, _UNDECLARED), text) for name in lacking}, **known}
        filling = _filling(taken, everything=True)
        now = [problem for made in variants for problem in _tried(made, filling.again())]
        places = {problem.pointer for problem in now}
        found = [problem for problem in found if problem.pointer in places] if number else now
        if not (lacking and found):
            break
    return tuple(found)


def _stand_in(variable: Variable, text: str) -> Taken:
    if variable.type is VariableType.LIST:
        return Taken((text or "0",), text)
    value = _OTHERS.get(variable.type)
    return Taken(text, text) if value is None else take(Variable(type=variable.type), value)


def _tried(made: Made, filling: Filling) -> Iterator[Problem]:
    """Yield what is wrong with one variant, all its entries filled, with pointers into the file."""
    made.fill(filling)
    trace = filling.trace or []
    yield from told_once(problem.at(in_file(problem.pointer, trace, made)) for problem in filling.problems)


def told_once(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems without those that are another's in the file: what sends its own text has it twice."""
    found: dict[tuple[str, str | None], Problem] = {}
    for problem in problems:
        found.setdefault((problem.pointer, problem.rule), problem)
    return [*found.values()]


def in_file(pointer: str, trace: list[Origins], made: Made) -> str:
    """Return where in the file something of a rendered message comes from."""
    _, first, *rest = pointer.split("/", 3) if pointer else ("", "")
    if first == "blocks" and rest and int(rest[0]) < len(trace):
        return trace[int(rest[0])].place("".join(f"/{each}" for each in rest[1:]))
    variant = made.variant
    return {"custom_data": variant.data_place, "sender_identity": variant.sender_place}.get(first, variant.place)


def _filling(taken: Mapping[str, Taken], *, everything: bool = False) -> Filling:
    texts = {name: each.said for name, each in taken.items() if each.said is not None}
    given = {name: each.given for name, each in taken.items()}
    return Filling(texts, given, everything=everything, trace=[])
