"""Tests of the line of a file that stands under a finding, and of the caret under its place."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from msgkit._cli._excerpt import Files, excerpt
from msgkit._columns import columns
from msgkit._printable import printable
from msgkit.templates._folder import Place

COMMAND = [sys.executable, "-W", "error", "-m", "msgkit"]
ANSI = re.compile(r"\x1b\[[\d;]*m")


def caret(line: str, column: int, width: int = 100) -> tuple[str, str]:
    """Return what is shown of a line, and what of it stands above the caret and behind it."""
    shown, under = excerpt(line, Place(7, column), width)
    assert under.endswith("^")
    at = columns(under) - 1
    # The last, as an accent takes no column of its own.
    behind = next((shown[end:] for end in range(len(shown), 0, -1) if columns(shown[:end]) == at), "")
    return shown, behind


class TestExcerpt:
    """A line and its caret."""

    @pytest.mark.parametrize(
        ("line", "column", "behind"),
        [
            ("abc: def", 6, "def"),
            ("文字: 您好😀吗", 7, "😀吗"),
            ("文字: 您好", 1, "文字: 您好"),
            ("e\u0301e\u0301x", 5, "x"),
            ("\ta: b", 5, "b"),
            ("ａｂc", 3, "c"),
            ("{", 2, ""),
            ("ab", 99, ""),
            ("", 1, ""),
        ],
    )
    def test_is_under_the_place(self, line: str, column: int, behind: str) -> None:
        """The caret stands under the first column of the place, of whatever width what is before it may be."""
        assert caret(line, column)[1] == behind

    def test_number(self) -> None:
        """The line's number stands before it, and a bar below the bar."""
        assert excerpt("a: b", Place(12, 4), 80) == ("12 | a: b", "   |    ^")

    @pytest.mark.parametrize("column", [1, 50, 400, 799, 800])
    @pytest.mark.parametrize("char", ["x", "中"])
    def test_long(self, char: str, column: int) -> None:
        """A long line is cut around the place, on the sides where there is more of it."""
        line = char * (column - 1) + "@" + char * (800 - column)
        shown, behind = caret(line, column, 60)
        assert behind.startswith("@")
        assert 50 <= columns(shown) <= 60
        assert shown.startswith("7 | ...") is (column > 1 and columns(line[:column]) > 40)
        assert shown.endswith("...") is (columns(line[column:]) > 40)

    def test_as_wide_as_there_is_room(self) -> None:
        """A line that just fits is shown whole."""
        assert excerpt("x" * 56, Place(7, 1), 60)[0] == "7 | " + "x" * 56

    def test_of_a_very_long_line(self) -> None:
        """Of a file that is one line, only what is shown is looked at."""
        shown, behind = caret("中" * 300_000 + "@" + "中" * 300_000, 300_001, 80)
        assert behind.startswith("@")
        assert columns(shown) <= 80

    def test_what_steers_a_terminal(self) -> None:
        """Control characters, and those that turn a text around, are shown as escapes, and the caret knows it."""
        shown, behind = caret("\x1b[2J\u202e\x07\x00: x", 9)
        assert shown == r"7 | \x1b[2J\u202e\x07\x00: x"
        assert behind == " x"

    @pytest.mark.parametrize("line", ["::error::x", "  ::error::x", "##[error]x", "#\u200b#[error]x", "##vso[task]"])
    def test_no_command(self, line: str) -> None:
        """Nothing of it is a command to a machine that reads it."""
        shown, _ = excerpt(line, Place(7, 1), 80)
        assert re.match(r"\d", shown)
        assert not re.search(r"#\W*#", shown)

    def test_hashes_before_the_caret(self) -> None:
        """The caret stays under its place behind what had to be written in another way."""
        assert caret("##[x: y", 7)[1] == "y"

    @given(st.text(max_size=200), st.integers(1, 250), st.integers(40, 120))
    def test_any(self, line: str, column: int, width: int) -> None:
        """Any line is shown in so many columns at most, printable, with the caret within them."""
        shown, under = excerpt(line, Place(3, column), width)
        assert printable(shown) == shown
        assert columns(shown) <= width
        assert columns(under) <= width + 1


class TestFiles:
    """Where the line comes from."""

    def test_lines(self, tmp_path: Path) -> None:
        """YAML ends a line where JSON does not."""
        (tmp_path / "a.yaml").write_bytes("a\r\nb\u2028c\rd".encode())
        (tmp_path / "b.json").write_bytes("a\r\nb\u2028c".encode())
        files = Files()
        yaml, json_ = (str(tmp_path / name) for name in ("a.yaml", "b.json"))
        assert [files.line(yaml, number) for number in range(1, 6)] == ["a", "b", "c", "d", None]
        assert [files.line(json_, number) for number in range(1, 4)] == ["a", "b\u2028c", None]

    def test_it_is_gone(self, tmp_path: Path) -> None:
        """A file that is there no more has no lines."""
        assert Files().line(str(tmp_path / "a.json"), 1) is None

    def test_a_byte_order_mark(self, tmp_path: Path) -> None:
        """A mark at the beginning is no character of the line."""
        (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf{")
        assert Files().line(str(tmp_path / "a.json"), 1) == "{"
