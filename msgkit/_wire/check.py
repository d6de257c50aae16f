"""Checking what is built: the one way, for a message that is read strictly, rendered, checked or sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from msgkit import rules
from msgkit._fields import UNREAD
from msgkit._wire.places import Path, entries, home_of, pointer
from msgkit._wire.shape import TAGGED, Shape, shape_of
from msgkit.errors import Problem, ValidationError

_UNKNOWN = {kind.unknown: kind for kind in TAGGED}


def check(part: Any, path: Path, findings: list[Problem], *, filled: bool = True) -> None:
    """Note which rules are broken by a part, and by what lies in it.

    Args:
        part: An instance of one of our classes.
        path: Where it stands.
        findings: Takes what is found, in document order.
        filled: Whether nothing may be left for a template to fill.
    """
    _check(part, path, path, findings, filled)


def _check(part: Any, path: Path, home: Path, findings: list[Problem], filled: bool) -> None:
    for field in shape_of(part.__class__).fields:
        rule = field.filled if filled else field.checked
        if rule is None and not field.holds_parts:
            continue
        value = field.get(part)
        if value is None and field.unset:
            continue
        if rule is not None:
            try:
                rule(part, field.attribute, value)
            except ValidationError as error:
                _note(error, path if field.beside else home, findings)
                continue
        if field.holds_parts:
            for below, each in entries(field, part, home):
                if each.__class__ in _UNKNOWN:
                    _note_unknown(each, below, findings)
                else:
                    _check(each, below, home_of(field.entry, each, below), findings, filled)


def _note_unknown(part: Any, path: Path, findings: list[Problem]) -> None:
    kind = _UNKNOWN[part.__class__]
    rule = rules.INCOMPLETE if getattr(part, kind.tag) in kind.words else rules.UNKNOWN_TYPE
    findings.append(Problem(pointer(path), rule, part, what=kind.what))


ReadChecker: TypeAlias = Callable[[Any, Sequence[Any], Path, Path, list[Problem]], None]
"""Takes a part, its values (or `UNREAD`), where its payload stands, where it stands itself, and the findings."""


def checker(shape: Shape) -> ReadChecker:
    """Return what notes which rules are broken by a part that is being read; what lies in it was read before."""
    ruled = shape.ruled

    def check_read(part: Any, values: Sequence[Any], home: Path, path: Path, findings: list[Problem]) -> None:
        for index, field, rule in ruled:
            value = values[index]
            if not (value is UNREAD or (value is None and field.unset)):
                try:
                    rule(part, field.attribute, value)
                except ValidationError as error:
                    _note(error, path if field.beside else home, findings)

    return check_read


def _note(error: ValidationError, path: Path, findings: list[Problem]) -> None:
    place = pointer(path)
    findings += (problem.under(place) for problem in error.problems)
