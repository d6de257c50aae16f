"""Looking at what a template file says: what is wrong with it, and what looks like a mistake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from msgkit import _wire, rules
from msgkit._fields import limits
from msgkit._language import Words
from msgkit._near import nearest
from msgkit._short import Origins
from msgkit._wire.shape import Leaf
from msgkit.blocks import ButtonGroup
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.reply import LONGEST_CONTENT
from msgkit.templates import _trial
from msgkit.templates._compile import Compiled, compiled, never_reached
from msgkit.templates._file import TemplateFile
from msgkit.templates._program import Made
from msgkit.templates._variables import Variable, VariableType

# How a message was filled of which something is wrong.
_WITH_EXAMPLES = Words("filled with the examples", "按示例填写")
_WITH_SOME_EXAMPLES = Words(
    "filled with the examples, and with nothing where there is none", "按示例填写，没有示例的留空"
)
_MOST_SUGGESTIONS = 20  # to look for the nearest of many names takes long
_FEW = 4
"""An example shows a limit where it is at least the fourth part of it."""


@attrs.frozen(eq=False)
class Looked:
    """What was seen in a file.

    Attributes:
        problems: What is wrong with it, with pointers into the file.
        warnings: What looks like a mistake.
        note: How it was filled, where that made it wrong.
        text: What the customer reads, with placeholders, to be compared with that of other files.
    """

    problems: Sequence[Problem]
    warnings: Sequence[Problem] = ()
    note: Words | None = None
    text: str = ""


def look(file: TemplateFile) -> Looked:
    """Look at what a file says."""
    if file.problems:
        return Looked(file.problems)
    made = compiled(file.variants, file.variables)
    if made.problems:
        return Looked(made.problems)
    known = _trial.examples(made.names, file.variables)
    lacking = sorted(made.names.keys() - known.keys())
    problems = _trial.problems(made.variants, known, made.names, file.variables)
    warnings = [Problem(_where(file, made, name), rules.NO_EXAMPLE, variable=name) for name in lacking]
    warnings += _advice(file, made, known)
    warnings += never_reached(made.variants, file.variables)
    warnings += _of_variables(file, made)
    note = _WITH_SOME_EXAMPLES if lacking else _WITH_EXAMPLES
    return Looked(problems, warnings, note, "\n".join(_texts(file)))


def _where(file: TemplateFile, made: Compiled, name: str) -> str:
    """Return the JSON Pointer to what a file says of a variable; where it says nothing, to where that is used first."""
    return _declared_at(name) if name in file.variables else made.names[name]


def _declared_at(name: str) -> str:
    return _wire.pointer(_wire.path_of("variables", name))


def _advice(file: TemplateFile, made: Compiled, known: Any) -> Iterator[Problem]:
    """Yield what looks like a mistake in the messages that the file may become."""
    filling = _trial.shown(known, made.names, file.variables)
    for each in made.variants:
        again = filling.again()
        message, trace = each.fill(again), again.trace or []
        # As its examples have it, and then what their conditions leave out: there two buttons may well read the same.
        yield from _told_once(each, [*message.advice(), *_cut(message)], trace)
        skeleton, origins = each.variant.skeleton(), list(each.variant.origins())
        shown = set(map(id, trace))
        rest = [problem for problem in skeleton.advice() if problem.rule != rules.SAME_TEXT.code]
        yield from _told_once(each, _unseen(rest, origins, shown), origins)
        yield from _told_once(each, _slips(skeleton), origins)


def _told_once(made: Made, problems: Iterable[Problem], origins: list[Origins]) -> Iterator[Problem]:
    """Yield problems of a message with pointers into the file."""
    return (problem.at(_trial.in_file(problem.pointer, origins, made)) for problem in problems)


def _unseen(problems: Iterable[Problem], origins: list[Origins], shown: set[int]) -> Iterator[Problem]:
    """Yield the problems of those blocks that the examples do not show."""
    for problem in problems:
        _, first, *rest = problem.pointer.split("/")
        if first == "blocks" and id(origins[int(rest[0])]) not in shown:
            yield problem


def _slips(skeleton: Message) -> Iterator[Problem]:
    """Yield what the notation of files makes easy to write and hard to see."""
    for place in _wire.walk(skeleton):
        for field in _wire.shape_of(place.part.__class__).fields:
            value = field.get(place.part)
            if field.kind == Leaf(str) and isinstance(value, str) and value.endswith("\n") and not field.own:
                yield Problem(_wire.pointer(place.field(field.name)), rules.LAST_BREAK)
        if isinstance(place.part, ButtonGroup) and len(place.part.buttons) == 1 and "，" in place.part.buttons[0].text:
            yield Problem(_wire.pointer(place.field("buttons")), rules.FULL_WIDTH_COMMA)


def _cut(message: Message) -> list[Problem]:
    """Return the first text that a plain reply would not hold whole."""
    try:
        _, dropped = message.to_reply()
    except ValidationError as error:  # it has no text that could be kept
        dropped = error.problems
    cut = [problem for problem in dropped if problem.rule in (rules.CUT.code, rules.NO_ROOM.code)]
    return [Problem(problem.pointer, rules.CUT_WHEN_PLAIN, most=LONGEST_CONTENT) for problem in cut[:1]]


def _texts(file: TemplateFile) -> Iterator[str]:
    """Yield what the customer reads, with its placeholders."""
    for variant in file.variants:
        for place in _wire.walk(variant.skeleton()):
            for field in _wire.shape_of(place.part.__class__).fields:
                value = field.get(place.part)
                if (
                    field.kind == Leaf(str)
                    and isinstance(value, str)
                    and not (field.own or limits(field.checked).https)
                ):
                    yield value


def _of_variables(file: TemplateFile, made: Compiled) -> Iterator[Problem]:
    """Yield what looks like a mistake in what is said of variables."""
    undeclared = [name for name in made.names if name not in file.variables]
    suggestions = 0
    for name, variable in file.variables.items():
        if name not in made.names:
            suggestions += 1
            near = nearest(name, undeclared) if suggestions <= _MOST_SUGGESTIONS else ""
            yield Problem(_declared_at(name), rules.UNUSED_DECLARED, variable=name, near=near)
        elif (length := _length(variable)) is not None and length * _FEW < (variable.at_most or 0):
            place = _declared_at(name) + "/example"
            yield Problem(place, rules.SHORT_EXAMPLE, variable=name, length=length, most=variable.at_most)


def _length(variable: Variable) -> int | None:
    """Return how long an example is; None where there is none, or its type has no length."""
    if variable.example is None or variable.type not in (VariableType.TEXT, VariableType.LIST):
        return None
    return len(variable.example)
