"""Tests of what a row says, and of the id of its reply."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit._cli._many.entries import Entry, entry_of
from msgkit._cli._many.table import Row
from msgkit.templates._variables import Emoji, Unit, Variable, VariableType

ENTRY = Entry(2, "c", None, None, {"name": "a"})


@given(st.text(max_size=200), st.text(max_size=70))
def test_an_id_fits(purpose: str, complaint: str) -> None:
    """An id is readable ASCII of at most 128 characters, the same each time."""
    made = Entry(2, complaint, None, None, {}).id(purpose, "1")
    assert 64 <= len(made) <= 128
    assert made.isascii()
    assert made == Entry(7, complaint, "other", None, {}).id(purpose, "1")


@pytest.mark.parametrize(
    "other",
    [
        ENTRY.id("b", "1"),
        ENTRY.id("a", "2"),
        Entry(2, "d", None, None, {"name": "a"}).id("a", "1"),
        Entry(2, "c", None, None, {"name": "b"}).id("a", "1"),
    ],
)
def test_what_makes_another(other: str) -> None:
    """Another purpose, caller, complaint or value makes another id."""
    assert other != ENTRY.id("a", "1")


@pytest.mark.parametrize(
    ("cell", "value"),
    [('["a", "b"]', ("a", "b")), ("a\nb\n", ("a", "b")), ("[x", ("[x",)), (["a"], ("a",)), ("[1]", [1])],
)
def test_lists(cell: Any, value: Any) -> None:
    """Of a list, a cell holds a JSON array, or lines."""
    declared = {"items": Variable(type=VariableType.LIST)}
    entry = entry_of(Row(2, {"complaint_id": "c", "items": cell}), {}, declared)
    assert isinstance(entry, Entry)
    assert entry.values == {"items": value}


@pytest.mark.parametrize(
    ("variable", "cells"),
    [
        (Variable(type=VariableType.MONEY, unit=Unit.YUAN), ["128", "128.0", " 128.00", 12800]),
        (Variable(type=VariableType.MONEY, unit=Unit.FEN), ["100", "0100 ", 100]),
        (Variable(type=VariableType.INT), ["5", " 5", 5]),
        (Variable(type=VariableType.BOOL), ["TRUE", "true", "是", True]),
        (Variable(type=VariableType.DATE), ["2026-01-02", "2026-01-02 "]),
        (Variable(type=VariableType.TEXT, emoji=Emoji.DROP), ["a", "a\U0001f600"]),
    ],
)
def test_the_same_however_it_is_written(variable: Variable, cells: list[Any]) -> None:
    """A value that a spreadsheet writes otherwise makes the same row, and the same id."""
    found = [entry_of(Row(2, {"complaint_id": "c", "x": cell}), {}, {"x": variable}) for cell in cells]
    assert len({each.id("a", "1") for each in found if isinstance(each, Entry)}) == 1
    assert len({each.digest for each in found if isinstance(each, Entry)}) == 1
    assert not any(isinstance(each, list) for each in found)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("complaint_id", "'200201820200101"),
        ("complaint_id", '="200201820200101"'),
        ("complaint_id", "\u200b200201820200101"),
        ("complaint_id", "200201820200101\ufeff"),
        ("complaint_id", "２００２０１８２"),
        ("complaint_id", "2002 0182"),
        ("complainted_mchid", "１９００"),
        ("complainted_mchid", "١٩٠٠"),
        ("complainted_mchid", "'1900"),
    ],
)
def test_ids_that_are_none(column: str, cell: str) -> None:
    """An id that a spreadsheet decorated, and the platform would not know, is found before anything is sent."""
    found = entry_of(Row(2, {"complaint_id": "1", column: cell}), {}, {})
    assert isinstance(found, list)
    assert [(each.row, each.column) for each in found] == [(2, column)]
