"""Tests of what a row says, and of the id of its reply."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit._cli._many.entries import Entry, entry_of
from msgkit._cli._many.table import Row
from msgkit.templates._variables import Variable, VariableType

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
    [('["a", "b"]', ["a", "b"]), ("a\nb\n", ["a", "b"]), ("[x", ["[x"]), (["a"], ["a"])],
)
def test_lists(cell: Any, value: list[str]) -> None:
    """Of a list, a cell holds a JSON array, or lines."""
    declared = {"items": Variable(type=VariableType.LIST)}
    entry = entry_of(Row(2, {"complaint_id": "c", "items": cell}), {}, declared)
    assert isinstance(entry, Entry)
    assert entry.values == {"items": value}
