"""Checking what is built: the one way, for a message that is read strictly, rendered, checked or sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgkit import rules
from msgkit._wire.shape import Array, Kind, Part, Path, Shape, Tagged, pointer, shape_of
from msgkit.errors import Problem, ValidationError

UNREAD: Final = object()
"""What stands for a value that could not be read, while the part that it belongs to is being read."""


def check(part: Any, path: Path, findings: list[Problem], *, filled: bool = True) -> None:
    """Note which rules are broken by a part, and by what lies in it.

    Args:
        part: An instance of one of our classes.
        path: Where it stands.
        findings: Takes what is found, in document order.
        filled: Whether nothing may be left for a template to fill.
    """
    shape = shape_of(part.__class__)
    home = shape.home(path)
    for field in shape.fields:
        value = field.get(part)
        rule = field.filled if filled else field.checked
        if rule is not None:
            try:
                rule(part, field.attribute, value)
            except ValidationError as error:
                _note(error, path if field.beside else home, findings)
                continue
        if field.holds_parts and value is not None:
            _check_inside(field.kind, value, (home, field.name), findings, filled=filled)


def _check_inside(kind: Kind, value: Any, path: Path, findings: list[Problem], *, filled: bool) -> None:
    match kind:
        case Array(item=item):
            for index, each in enumerate(value):
                _check_inside(item, each, (path, index), findings, filled=filled)
        case Tagged(unknown=unknown) if value.__class__ is unknown:
            _note_unknown(kind, value, path, findings)
        case Tagged() | Part():
            check(value, path, findings, filled=filled)


def _note_unknown(kind: Tagged, part: Any, path: Path, findings: list[Problem]) -> None:
    rule = rules.INCOMPLETE if getattr(part, kind.tag) in kind.words else rules.UNKNOWN_TYPE
    findings.append(Problem(pointer(path), rule, part, what=kind.unknown.__name__.removeprefix("Unknown").lower()))


def check_read(shape: Shape, part: Any, values: Sequence[Any], home: Path, path: Path, findings: list[Problem]) -> None:
    """Note which rules are broken by the fields of a part that is being read; what lies in it was read before.

    Args:
        shape: The part's shape.
        part: The part, built of these values.
        values: A value for each field, or `UNREAD`.
        home: Where its payload stands.
        path: Where it stands itself.
        findings: Takes what is found.
    """
    for index, field, rule in shape.ruled:
        if (value := values[index]) is not UNREAD:
            try:
                rule(part, field.attribute, value)
            except ValidationError as error:
                _note(error, path if field.beside else home, findings)


def _note(error: ValidationError, path: Path, findings: list[Problem]) -> None:
    place = pointer(path)
    findings += (problem.under(place) for problem in error.problems)
