"""A line of a file with a caret under a place in it, as any terminal can show it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import attrs

from msgkit import _columns
from msgkit._cli import _output
from msgkit._printable import printable
from msgkit.templates import _folder
from msgkit.templates._findings import HASH, TWO_HASHES
from msgkit.templates._folder import Place, UnreadableError
from msgkit.templates._source import LARGEST_FILE

# ASCII: a Chinese terminal may show … in two columns, and the caret would stand beside its place.
_CUT = "..."
_TAB = " " * 4

# YAML ends lines at these too; JSON, as our places count, at \n alone.
_YAML_LINES = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@attrs.define
class Files:
    """The lines of files, of which the last one stays read."""

    _path: str = ""
    _lines: Sequence[str] = ()

    def line(self, path: str, number: int) -> str | None:
        """Return a line, counted from 1; None where it cannot be had, or not any more."""
        if path != self._path:
            self._path, self._lines = path, _lines(Path(path))
        return self._lines[number - 1] if number <= len(self._lines) else None


def _lines(path: Path) -> Sequence[str]:
    try:
        text = _folder.content(path, LARGEST_FILE).decode("utf-8-sig", errors="replace")
    except UnreadableError:
        return ()
    if path.suffix.lower() == ".json":
        return [line.removesuffix("\r") for line in text.split("\n")]
    return _YAML_LINES.split(text)


def excerpt(line: str, place: Place, width: int) -> tuple[str, str]:
    """Return a line as it can be shown in so many columns, and what to put under it: a caret, at the place.

    A line that is longer is cut on both sides of the place. What steers a terminal, or is none of its characters, is
    shown as an escape.
    """
    before = f"{place.line} | "
    # Of a file that is one line, only as much is looked at as may be shown.
    start = max(0, place.column - 1 - width)
    part = line[start : place.column + width]
    hashes = {match.start() for match in TWO_HASHES.finditer(part)}
    cells = [HASH if number in hashes else _cell(char) for number, char in enumerate(part)]
    at = min(place.column - 1 - start, len(cells))
    room = width - len(before)
    widths = [_columns.columns(cell) for cell in cells]
    is_whole = len(cells) == len(line) and sum(widths) <= room
    first, last = (0, len(cells)) if is_whole else _around(at, widths, room - 2 * len(_CUT))
    left = _CUT if start + first > 0 else ""
    right = _CUT if start + last < len(line) else ""
    # The bar under the number keeps both lines together.
    under = f"{' ' * (len(before) - 2)}| {' ' * _columns.columns(left + ''.join(cells[first:at]))}^"
    return f"{before}{left}{''.join(cells[first:last])}{right}".rstrip(), under


def _cell(char: str) -> str:
    """Return how a character is shown."""
    if char == "\t":
        return _TAB
    return char if printable(char) == char and _output.can_show(char) else ascii(char)[1:-1]


def _around(at: int, widths: Sequence[int], room: int) -> tuple[int, int]:
    """Return the slice around an index whose widths fit into some room, as far in both directions as that goes."""
    first = last = at
    while True:
        grown = False
        for index in (last, first - 1):
            if 0 <= index < len(widths) and widths[index] <= room:
                room -= widths[index]
                first, last = min(first, index), max(last, index + 1)
                grown = True
        if not grown:
            return first, last
