"""Texts in the columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

import re
import unicodedata

# What is drawn on the character before, and what is not drawn at all.
_NO_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc"})
_WIDE = frozenset("WF")


def columns(text: str) -> int:
    """Return how many columns a text takes in a terminal: an emoji or a Chinese character two, an accent none."""
    return len(text) if text.isascii() and text.isprintable() else sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.category(char) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1


def padded(text: str, width: int) -> str:
    """Fill a text with spaces to a number of columns."""
    return text + " " * (width - columns(text))


# A word with the spaces after it, or one Chinese character: before each a line may begin, but for closing punctuation.
_pieces = re.compile(r"[^\s\u2e80-\uffef]+\s*|\S\s*").findall
_CLOSING = "，。；：、）”！？"


def wrapped(text: str, width: int) -> list[str]:
    """Return the lines of a text that is to take so many columns; a word that is longer stands out."""
    lines = [""]
    filled = 0
    for piece in _pieces(text):
        bare = columns(piece.rstrip())
        if lines[-1] and filled + bare > width and piece[0] not in _CLOSING:
            lines.append("")
            filled = 0
        lines[-1] += piece
        filled += columns(piece)
    return [line.rstrip() for line in lines]
