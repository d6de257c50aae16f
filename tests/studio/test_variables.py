"""The variables of a template as the fields of a form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from msgkit.studio.variables import parsed, unit_of, written
from msgkit.templates import Variable
from msgkit.templates._variables import Unit, VariableType

BARE, FEN, YUAN = (Variable(type=VariableType.MONEY, unit=unit) for unit in (None, Unit.FEN, Unit.YUAN))


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        (Variable(type=VariableType.LIST), " 甲 \r\n\r\n乙", ["甲", "乙"]),
        (Variable(), "甲\r\n乙 ", "甲\n乙 "),
        (Variable(type=VariableType.DATETIME), "2026-11-28T10:00", "2026-11-28T10:00:00+08:00"),
        (Variable(type=VariableType.DATETIME), "2026-11-28T10:00:30", "2026-11-28T10:00:30+08:00"),
        (Variable(type=VariableType.DATETIME), "2026-11-28T10:00:00+08:00", "2026-11-28T10:00:00+08:00"),
        (Variable(type=VariableType.DATETIME), "2026-11-28T10:00:00-05:00", "2026-11-28T10:00:00-05:00"),
        (Variable(type=VariableType.DATETIME), "2026-11-28T10:00:00Z", "2026-11-28T10:00:00Z"),
        (Variable(type=VariableType.DATETIME), "morgen", "morgen"),
        (BARE, " 128.00 ", Decimal("128.00")),
        (BARE, "1e3", "1e3"),
        (BARE, "NaN", "NaN"),
        (FEN, " 12800 ", "12800"),
        (Variable(type=VariableType.DATE), " 2026-11-28 ", "2026-11-28"),
    ],
)
def test_parsed(variable: Variable, text: str, value: Any) -> None:
    """A text in a field means what a person means by it; what is no value of its type stays the text."""
    assert parsed(variable, text) == value


@pytest.mark.parametrize(
    ("variable", "value", "text"),
    [
        (Variable(), None, ""),
        (Variable(type=VariableType.LIST), ["甲", "乙"], "甲\n乙"),
        (BARE, 12800, "128.00"),
        (YUAN, "128.00", "128.00"),
        (FEN, 12800, "12800"),
        (Variable(type=VariableType.BOOL), True, "true"),
        (Variable(type=VariableType.BOOL), "否", "false"),
        (Variable(type=VariableType.DATE), date(2026, 11, 28), "2026-11-28"),
    ],
)
def test_written(variable: Variable, value: Any, text: str) -> None:
    """An example stands in its field as a person would write it there."""
    assert written(variable, value) == text


def test_unit_of() -> None:
    """People write money in yuan where the template does not say fen, and nothing else has a unit."""
    assert [unit_of(each) for each in (BARE, FEN, YUAN, Variable())] == ["yuan", "fen", "yuan", ""]
