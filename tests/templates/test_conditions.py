"""Tests of conditions: which variants of a chain are never reached."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import Variable
from msgkit.templates._conditions import NOT_GIVEN, Condition, parse, unreachable
from msgkit.templates._variables import VariableType

OF_TYPE: dict[VariableType, tuple[Any, ...]] = {
    VariableType.TEXT: ("", "a", "b", "else"),
    VariableType.INT: (0, 1, 2),
    VariableType.BOOL: (True, False),
    VariableType.LIST: ((), ("a",)),
}
"""All values that the conditions below can tell apart."""


LITERALS: dict[VariableType, tuple[Any, ...]] = {
    VariableType.TEXT: ("", "a", "b"),
    VariableType.INT: (0, 1),
    VariableType.BOOL: (True, False),
}


def conditions(type_: VariableType) -> st.SearchStrategy[Condition]:
    """Return conditions that a variable of a type may have."""
    bare = st.booleans().map(lambda negated: Condition("x", None, negated, "x"))
    literals: tuple[Any, ...] = LITERALS.get(type_, ())
    if not literals:
        return bare
    named = st.lists(st.sampled_from(literals), min_size=1, max_size=2)
    return bare | named.map(lambda values: Condition("x", tuple(values), False, "x in […]"))  # noqa: FBT003


class TestUnreachable:
    """`unreachable`, which `msgkit check` warns of."""

    @pytest.mark.parametrize("type_", OF_TYPE)
    @pytest.mark.parametrize("required", [True, False])
    @given(data=st.data())
    def test_as_if_all_values_were_tried(self, data: st.DataObject, type_: VariableType, *, required: bool) -> None:
        """A condition is never reached where each value that satisfies it satisfies one before."""
        asked: list[Condition | None] = [*data.draw(st.lists(conditions(type_), max_size=5)), None]
        values = [*OF_TYPE[type_], *([] if required else [NOT_GIVEN])]
        holding = [{*values} if each is None else {*filter(each.holds_for, values)} for each in asked]
        found = [index for index in range(1, len(asked)) if holding[index] <= set().union(*holding[:index])]
        assert unreachable(asked, {"x": Variable(type=type_, required=required)}) == found

    @pytest.mark.parametrize(
        ("texts", "found"),
        [
            (["x", "y"], []),
            (["x", "x"], [1]),
            (['x == "a"', 'x in ["a", "b"]', 'x == "b"'], [2]),
            (["x", 'x == "a"'], [1]),
            (["not x", 'x == "a"', "x"], [3]),
        ],
    )
    def test_chains(self, texts: list[str], found: list[int]) -> None:
        """What is left to a condition, and to the last variant, is what those before do not take."""
        assert unreachable([*map(parse, texts), None], {}) == found

    def test_one_is_not_true(self) -> None:
        """1 and true are two values, though they are equal."""
        assert unreachable([parse("x == 1"), parse("x == true"), None], {"x": Variable(type="int")}) == []
