"""Checking what is built: the one way, for a message that is read strictly, rendered, checked or sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from msgkit import rules
from msgkit._fields import UNREAD
from msgkit._wire.shape import TAGGED, Path, Place, Shape, pointer, shape_of
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
    _check(Place(part, path, path), findings, filled=filled)


def _check(place: Place, findings: list[Problem], *, filled: bool) -> None:
    part, path, home = place
    for field in shape_of(part.__class__).fields:
        value = field.get(part)
        rule = field.filled if filled else field.checked
        if rule is not None:
            try:
                rule(part, field.attribute, value)
            except ValidationError as error:
                _note(error, path if field.beside else home, findings)
                continue
        if field.holds_parts:
            for inner in place.within(field):
                if inner.part.__class__ in _UNKNOWN:
                    _note_unknown(inner, findings)
                else:
                    _check(inner, findings, filled=filled)


def _note_unknown(place: Place, findings: list[Problem]) -> None:
    kind = _UNKNOWN[place.part.__class__]
    rule = rules.INCOMPLETE if getattr(place.part, kind.tag) in kind.words else rules.UNKNOWN_TYPE
    findings.append(Problem(pointer(place.path), rule, place.part, what=kind.what))


ReadChecker: TypeAlias = Callable[[Any, Sequence[Any], Path, Path, list[Problem]], None]
"""Takes a part, its values (or `UNREAD`), where its payload stands, where it stands itself, and the findings."""


def checker(shape: Shape) -> ReadChecker:
    """Return what notes which rules are broken by a part that is being read; what lies in it was read before."""
    ruled = shape.ruled

    def check_read(part: Any, values: Sequence[Any], home: Path, path: Path, findings: list[Problem]) -> None:
        for index, field, rule in ruled:
            if (value := values[index]) is not UNREAD:
                try:
                    rule(part, field.attribute, value)
                except ValidationError as error:
                    _note(error, path if field.beside else home, findings)

    return check_read


def _note(error: ValidationError, path: Path, findings: list[Problem]) -> None:
    place = pointer(path)
    findings += (problem.under(place) for problem in error.problems)
