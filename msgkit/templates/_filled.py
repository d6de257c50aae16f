"""A template filled to be looked at: what came of it, and what is wrong, in terms of its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from msgkit._short import Origins
from msgkit.errors import Problem
from msgkit.message import Message
from msgkit.templates import _trial
from msgkit.templates._template import Template


@attrs.frozen
class Filled:
    """A template that was filled, whatever came of it.

    Attributes:
        message: The message.
        problems: What is wrong with it, with pointers into the file.
        advice: What looks like a mistake in it, likewise.
    """

    message: Message
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]


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
    texts, seen = content.takes.take(given, complete=True)
    filling = content.filling(texts, seen)
    trace: list[Origins] = []
    filling.trace = trace
    made = _trial.chosen(content.compiled.variants, filling.given)
    message = made.fill(filling)

    def in_file(problems: Iterable[Problem]) -> tuple[Problem, ...]:
        placed = (problem.at(_trial.in_file(problem.pointer, trace, made)) for problem in problems)
        return tuple(_trial.told_once(placed))

    return Filled(message, in_file(filling.problems), in_file(message.advice()))
