"""A template filled to be looked at: what came of it, and what is wrong, in terms of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from msgkit._short import Origins
from msgkit.errors import Problem
from msgkit.message import Message
from msgkit.templates import _trial
from msgkit.templates._filling import Filling
from msgkit.templates._program import Made
from msgkit.templates._template import Template
from msgkit.templates._values import Taken


@attrs.frozen
class Filled:
    """A template that was filled, whatever came of it.

    Attributes:
        message: The message.
        problems: What is wrong with it, with pointers into the file.
        advice: What looks like a mistake in it, likewise.
        variant: The number of the variant that it is, from 0.
    """

    message: Message
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    variant: int
    _origins: tuple[Origins, ...] = attrs.field(eq=False, repr=False)
    _made: Made = attrs.field(eq=False, repr=False)

    def place(self, pointer: str) -> str:
        """Return where in the file something of the message comes from, both as JSON Pointers."""
        return _trial.in_file(pointer, [*self._origins], self._made)


def fill(template: Template, values: Mapping[str, Any], *, examples: bool = False) -> Filled:
    """Fill a template, and say what is wrong in terms of its file.

    Args:
        template: The template.
        values: Values by the names of their variables.
        examples: Whether its examples stand for what is not given.

    Raises:
        TemplateError: A variable is missing, unknown or of another type.
    """
    content = template._content  # noqa: SLF001 - of this package
    given = {**(template.examples if examples else {}), **values}
    return _filled(template, content.filling(*content.takes.take(given, complete=True)))


def show(template: Template, known: Mapping[str, Taken], variant: int | None = None) -> Filled:
    """Fill a template with what is known of it; what must be given and is not stays the placeholder that it is.

    Args:
        template: The template.
        known: Values by the names of their variables, as `_values.take` takes them.
        variant: The number of the variant to fill, from 0; None for that which the conditions choose.
    """
    content = template._content  # noqa: SLF001 - of this package
    # What is left out may be needed all the same in a variant whose condition does not hold.
    names = content.takes.required if variant is None else content.compiled.names
    filling = _trial.shown(known, names, content.declared)
    filling.moment = content.moment
    return _filled(template, filling, variant)


def _filled(template: Template, filling: Filling, variant: int | None = None) -> Filled:
    variants = template._content.compiled.variants  # noqa: SLF001 - of this package
    trace: list[Origins] = []
    filling.trace = trace
    made = _trial.chosen(variants, filling.given) if variant is None else variants[variant]
    message = made.fill(filling)

    def in_file(problems: Iterable[Problem]) -> tuple[Problem, ...]:
        placed = (problem.at(_trial.in_file(problem.pointer, trace, made)) for problem in problems)
        return tuple(_trial.told_once(placed))

    advice = in_file(message.advice())
    return Filled(message, in_file(filling.problems), advice, variants.index(made), tuple(trace), made)
