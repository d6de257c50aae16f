"""Tests of Python source: texts that are read as themselves, and lines that are short enough."""

import ast

import pytest
from hypothesis import given, strategies as st

from msgkit._columns import columns
from msgkit.preview._source import WIDTH, Node, call, group, imports, literal


class TestLiteral:
    """Texts."""

    @given(st.text(st.characters()))
    def test_any_text(self, text: str) -> None:
        """Whatever a text is, it is written in characters that can be seen, and read as the same."""
        written = literal(text).flat
        assert written.isprintable()
        assert ast.literal_eval(written) == text

    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ("您好", '"您好"'),
            ("it's", '"it\'s"'),
            ('"a"', "'\"a\"'"),
            ("\"'", '"\\"\'"'),
            ("a\n\t\\", '"a\\n\\t\\\\"'),
            ("\x00\u202e\U000e0001\ud800", '"\\x00\\u202e\\U000e0001\\ud800"'),
        ],
    )
    def test_as_ruff_has_it(self, text: str, written: str) -> None:
        """It stands in the quotes that need fewer escapes, double ones if in doubt."""
        assert literal(text).flat == written


class TestLines:
    """Expressions on lines."""

    def test_fits(self) -> None:
        """What fits stands on one line, a Chinese character taking two columns."""
        fits, not_fits = (call("f", [literal("宽" * number)]) for number in (41, 43))
        assert list(fits.lines()) == [f'f("{"宽" * 41}")']
        assert list(not_fits.lines()) == ["f(", f'    "{"宽" * 43}",', ")"]
        assert columns(fits.flat) <= WIDTH < columns(not_fits.flat)

    def test_nested(self) -> None:
        """What does not fit has each item on lines of its own, and so has each item that does not fit there."""
        inner = call("g", [Node("a" * 50), Node("b" * 50)])
        assert list(call("f", [Node("x"), inner.after("y=")]).lines("  ", ".z")) == [
            "  f(",
            "      x,",
            "      y=g(",
            f"          {'a' * 50},",
            f"          {'b' * 50},",
            "      ),",
            "  ).z",
        ]

    def test_tuples(self) -> None:
        """A tuple of one has its comma, on one line and on several."""
        assert group([Node("a")]).flat == "(a,)"
        assert group([Node("a"), Node("b")]).flat == "(a, b)"
        assert list(group([Node("a" * 90)]).lines()) == ["(", f"    {'a' * 90},", ")"]


class TestImports:
    """Imports."""

    def test_order(self) -> None:
        """Constants come first, and many names stand below each other."""
        assert list(imports("datetime", {"timezone", "UTC", "datetime"})) == [
            "from datetime import UTC, datetime, timezone"
        ]
        names = {f"Name{number}" for number in range(10, 22)}
        assert list(imports("msgkit", names)) == [
            "from msgkit import (",
            *(f"    Name{number}," for number in range(10, 22)),
            ")",
        ]
