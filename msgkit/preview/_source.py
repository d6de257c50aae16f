"""Python source as a tree, laid out as ``ruff format`` lays it out: by the columns that it takes in an editor."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import attrs

from msgkit._columns import columns

WIDTH = 88  # columns, the default of ruff and black
INDENT = "    "

_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LAST_OF_ONE_BYTE, _LAST_OF_TWO = 0xFF, 0xFFFF


@attrs.frozen
class Node:
    """An expression.

    Attributes:
        text: All of it; of one with brackets, what stands up to the first item.
        items: What stands in its brackets; None where it has none.
        closing: Its closing bracket.
        comma: What stands before that on one line; on several, each item has a comma.
    """

    text: str
    items: tuple[Node, ...] | None = None
    closing: str = ""
    comma: str = ""

    def after(self, prefix: str) -> Node:
        """Return it with something before it, such as ``name=``."""
        return attrs.evolve(self, text=prefix + self.text)

    @property
    def flat(self) -> str:
        """It on one line."""
        if self.items is None:
            return self.text
        return f"{self.text}{', '.join(item.flat for item in self.items)}{self.comma}{self.closing}"

    def lines(self, indent: str = "", tail: str = "") -> Iterator[str]:
        """Yield it on one line where that is short enough, and else each item on lines of its own.

        Args:
            indent: The spaces before it.
            tail: What follows it.
        """
        line = f"{indent}{self.flat}{tail}"
        if columns(line) <= WIDTH or not self.items:
            yield line
            return
        yield indent + self.text
        for item in self.items:
            yield from item.lines(indent + INDENT, ",")
        yield f"{indent}{self.closing}{tail}"


def call(name: str, items: Sequence[Node]) -> Node:
    """Return the call of a function."""
    return Node(f"{name}(", tuple(items), ")")


def group(items: Sequence[Node]) -> Node:
    """Return a tuple."""
    return Node("(", tuple(items), ")", "," if len(items) == 1 else "")


def literal(text: str) -> Node:
    r"""Return a text as Python writes it; it is read as this text and nothing else.

    Chinese stays as it is. What cannot be seen or turns around what stands beside it is escaped.

    >>> print(literal('您好\n“$x” "y"\u202e').flat)
    '您好\n“$x” "y"\u202e'
    """
    quote = "'" if text.count('"') > text.count("'") else '"'
    escapes = {**_ESCAPES, quote: "\\" + quote}
    return Node(quote + "".join(escapes.get(char) or _escaped(char) for char in text) + quote)


def _escaped(char: str) -> str:
    if char.isprintable():
        return char
    number = ord(char)
    if number <= _LAST_OF_ONE_BYTE:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= _LAST_OF_TWO else f"\\U{number:08x}"


def imports(module: str, names: Collection[str]) -> Iterator[str]:
    """Yield the lines of an import of these names, constants first."""
    ordered = sorted(names, key=lambda name: (not name.isupper(), name))
    line = f"from {module} import {', '.join(ordered)}"
    if columns(line) <= WIDTH:
        yield line
    else:
        yield from (f"from {module} import (", *(f"{INDENT}{name}," for name in ordered), ")")
