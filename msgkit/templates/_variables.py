"""What a template says of its variables: their types, and what may be given for them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from msgkit import _fields


class VariableType(StrEnum):
    """What a variable holds."""

    TEXT = "text"
    MONEY = "money"
    INT = "int"
    DATE = "date"
    DATETIME = "datetime"
    URL = "url"
    MEDIA = "media"
    LIST = "list"
    BOOL = "bool"


class Unit(StrEnum):
    """What money that is given as text is counted in."""

    FEN = "fen"
    YUAN = "yuan"


class Format(StrEnum):
    """How a date is written."""

    SHORT = "short"
    LONG = "long"


class Emoji(StrEnum):
    """What becomes of characters that APIv3 does not take."""

    REFUSE = "refuse"
    DROP = "drop"


_coerced = {enum: _fields.coerced(enum) for enum in (VariableType, Unit, Format, Emoji)}


def _type(value: Any) -> Any:
    return VariableType.TEXT if value is None else _coerced[VariableType](value)


def _unit(value: Any) -> Any:
    return _coerced[Unit](value)


def _format(value: Any) -> Any:
    return _coerced[Format](value)


def _emoji(value: Any) -> Any:
    return _coerced[Emoji](value)


@attrs.frozen
class Variable:
    """What a template says of one of its variables.

    Attributes:
        description: What belongs there, for the people who use the template.
        example: A value to check and to preview with, never to send.
        type: What it holds: ``text``, ``money``, ``int``, ``date``, ``datetime``, ``url``, ``media`` (the id of an
            uploaded picture), ``list`` (of texts) or ``bool``.
        required: Whether it must be given; None: where it has no `default`.
        default: What stands for it where it is not given.
        at_most: Most characters of a text, most entries of a list, or the greatest int or money (fen).
        unit: What money is counted in that is given as text: ``fen`` or ``yuan``.
        format: ``long`` writes a date with its year; otherwise 11月28日.
        emoji: ``drop`` leaves out what APIv3 does not take; otherwise it is refused.

    Raises:
        ValidationError: The description, the type, the unit, the format or what becomes of emoji is none.
    """

    description: str | None = attrs.field(default=None, validator=attrs.validators.optional(_fields.word))
    example: Any = attrs.field(default=None, repr=_fields.masked)
    type: VariableType = attrs.field(
        default=VariableType.TEXT, converter=_type, validator=_fields.member(VariableType), kw_only=True
    )
    required: bool | None = attrs.field(default=None, validator=_fields.flag, kw_only=True)
    default: Any = attrs.field(default=None, repr=_fields.masked, kw_only=True)
    at_most: int | None = attrs.field(default=None, validator=_fields.integer(optional=True), kw_only=True)
    unit: Unit | None = attrs.field(default=None, converter=_unit, validator=_fields.member(Unit), kw_only=True)
    format: Format | None = attrs.field(default=None, converter=_format, validator=_fields.member(Format), kw_only=True)
    emoji: Emoji | None = attrs.field(default=None, converter=_emoji, validator=_fields.member(Emoji), kw_only=True)

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.default is None if self.required is None else self.required

    def bare(self) -> Variable:
        """Return what decides what is rendered, said in one way: without what only people read."""
        required = None if self.is_required or self.default is not None else False
        return attrs.evolve(self, description=None, example=None, required=required)

    def fits(self, other: Variable) -> bool:
        """Tell whether another declaration says the same, but for its description and its example."""
        return self.bare() == other.bare()


FITS: Final[Mapping[str, tuple[VariableType, ...]]] = {
    "at_most": (VariableType.TEXT, VariableType.LIST, VariableType.INT, VariableType.MONEY),
    "unit": (VariableType.MONEY,),
    "format": (VariableType.DATE, VariableType.DATETIME),
    "emoji": (VariableType.TEXT, VariableType.LIST),
}
"""What can be said of variables of some types only."""
