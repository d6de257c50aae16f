"""Texts in the columns of a terminal."""

from __future__ import annotations

import pytest

from msgkit._columns import columns, padded, wrapped


class TestColumns:
    """Texts in columns, of which a Chinese character takes two."""

    @pytest.mark.parametrize(
        ("text", "width"),
        [("", 0), ("abc", 3), ("中文，", 6), ("é–…", 3), ("ｆ", 2), ("e\u0301", 1), ("😀", 2), ("\u200b", 0)],
    )
    def test_width(self, text: str, width: int) -> None:
        """A text is as wide as a terminal shows it, and is filled up to a width."""
        assert columns(text) == width
        assert columns(padded(text, 8)) == 8

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("one two three", ["one two", "three"]),
            ("一二三四五六", ["一二三四", "五六"]),
            ("一二三四，五六", ["一二三四，", "五六"]),
            ("一二 three 四", ["一二", "three 四"]),
            ("incomparable x", ["incomparable", "x"]),
            ("", [""]),
        ],
    )
    def test_wrapped(self, text: str, lines: list[str]) -> None:
        """A line ends at a word or at a Chinese character, never before closing punctuation."""
        assert wrapped(text, 8) == lines
