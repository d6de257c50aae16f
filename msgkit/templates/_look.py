"""Looking at what a template file says: what is wrong with it, and what looks like a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from typing import Any

import attrs

from msgkit import _wire, rules
from msgkit._fields import limits
from msgkit._language import Words
from msgkit._near import nearest
from msgkit._short import Origins
from msgkit._wire.shape import Leaf
from msgkit.blocks import Button, ButtonGroup, Faq, FaqList
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
_find_comma = re.compile("[，、]").search
_find_comma_of_questions = re.compile("[?？]([，、])").search  # within a question a comma may well stand
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
    meant = _meant(file, made)
    near = {name: nearest(name, file.variables) for name in _undeclared(file, made)}
    warnings = [_lacking(name, _where(file, made, name), meant, near) for name in lacking]
    warnings += _advice(file, made, known)
    warnings += never_reached(made.variants, file.variables)
    warnings += _of_variables(file, made, set(meant.values()))
    note = _WITH_SOME_EXAMPLES if lacking else _WITH_EXAMPLES
    return Looked(problems, warnings, note, "\n".join(_texts(file)))


def _meant(file: TemplateFile, made: Compiled) -> dict[str, str]:
    """Return the variables that are used and not declared, each with the one that was meant: declared, and not used."""
    unused = [name for name in file.variables if name not in made.names]
    near = {name: nearest(name, unused) for name in _undeclared(file, made)} if unused else {}
    return {name: each for name, each in near.items() if each}


def _undeclared(file: TemplateFile, made: Compiled) -> list[str]:
    """Return the variables that are used and not declared, as many as somebody may have misspelt."""
    return [name for name in made.names if name not in file.variables][:_MOST_SUGGESTIONS]


def _lacking(name: str, place: str, meant: Mapping[str, str], near: Mapping[str, str]) -> Problem:
    """Return what is said of a variable of which nothing is known."""
    if name in meant:
        return Problem(place, rules.MISSPELT_VARIABLE, variable=name, near=meant[name])
    return Problem(place, rules.NO_EXAMPLE, variable=name, near=near.get(name, ""))


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
        # A time that an example gives passes without anybody's mistake; one that the file itself says does not.
        filled = [problem for problem in message.advice() if problem.rule != rules.EXPIRED.code]
        yield from _in_file(each, [*filled, *_cut(message)], trace)
        skeleton, origins = each.variant.skeleton(), list(each.variant.origins())
        shown = set(map(id, trace))
        rest = [problem for problem in skeleton.advice() if problem.rule != rules.SAME_TEXT.code]
        yield from _in_file(each, _unseen(rest, origins, shown), origins)
        yield from _in_file(each, _slips(skeleton), origins)


def _in_file(made: Made, problems: Iterable[Problem], origins: list[Origins]) -> Iterator[Problem]:
    """Yield problems of a message with pointers into the file."""
    return (problem.at(_trial.in_file(problem.pointer, origins, made)) for problem in problems)


def _unseen(problems: Iterable[Problem], origins: list[Origins], shown: set[int]) -> Iterator[Problem]:
    """Yield the problems of those blocks that the examples do not show, and of the file's own times."""
    for problem in problems:
        _, first, *rest = problem.pointer.split("/")
        if first == "blocks" and (problem.rule == rules.EXPIRED.code or id(origins[int(rest[0])]) not in shown):
            yield problem


def _slips(skeleton: Message) -> Iterator[Problem]:
    """Yield what the notation of files makes easy to write and hard to see."""
    for place in _wire.walk(skeleton):
        for field in _wire.shape_of(place.part.__class__).fields:
            value = field.get(place.part)
            if field.kind != Leaf(str) or not isinstance(value, str) or field.own:
                continue
            at = _wire.pointer(place.field(field.name))
            if value.endswith("\n"):
                yield Problem(at, rules.LAST_BREAK)
            if (position := value.find("\\n")) >= 0:
                yield Problem(at, rules.WRITTEN_BREAK, value, position=position)
        match place.part:
            case ButtonGroup(buttons=(Button(text=text),)) if found := _find_comma(text):
                yield Problem(_wire.pointer(place.field("buttons")), rules.FULL_WIDTH_COMMA, char=found[0])
            case FaqList(faqs=(Faq(faq_title=text),)) if found := _find_comma_of_questions(text):
                yield Problem(_wire.pointer(place.field("faqs")), rules.FULL_WIDTH_COMMA, char=found[1])


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


def _of_variables(file: TemplateFile, made: Compiled, meant: AbstractSet[str]) -> Iterator[Problem]:
    """Yield what looks like a mistake in what is said of variables; those that another name means are told there."""
    for name, variable in file.variables.items():
        if name not in made.names:
            if name not in meant:
                yield Problem(_declared_at(name), rules.UNUSED_DECLARED, variable=name)
        elif (length := _length(variable)) is not None and length * _FEW < (variable.at_most or 0):
            place = _declared_at(name) + "/example"
            yield Problem(place, rules.SHORT_EXAMPLE, variable=name, length=length, most=variable.at_most)


def _length(variable: Variable) -> int | None:
    """Return how long an example is; None where there is none, or its type has no length."""
    if variable.example is None or variable.type not in (VariableType.TEXT, VariableType.LIST):
        return None
    return len(variable.example)
