"""What was found, and how it is told."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import attrs

from msgkit import _columns
from msgkit._cli import _output
from msgkit._cli._doctor import _words
from msgkit._printable import printable

_MARKS = ("✓✗–!", "√×–!", "+x-!")  # of the second, GBK has every sign
_NARROWEST = 30  # columns
_BOLD, _RED, _GREEN, _YELLOW, _RESET = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"


class Status(StrEnum):
    """How a check ended; a ``note`` says why there was nothing to check, or what need not worry."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    NOTE = "note"


_COLOURS = {Status.OK: _GREEN, Status.WARNING: _YELLOW, Status.ERROR: _RED, Status.NOTE: ""}


@attrs.frozen
class Finding:
    """What one check found.

    Attributes:
        check: Which one; a key of `_words.TITLES`.
        status: How it ended.
        message: What was found.
        cure: What to do about it; empty where nothing is to be done.
        host: The host that it is about, where it is about one.
    """

    check: str
    status: Status
    message: str = attrs.field(converter=printable)
    cure: str = attrs.field(default="", converter=printable)
    host: str | None = None

    def told(self, room: int | None) -> list[str]:
        """Return what was found, and the cure, in lines of so many columns."""
        told = [self.message, *([f"→ {self.cure}"] if self.cure else [])]
        return told if room is None else [line for each in told for line in _columns.wrapped(each, room)]


@attrs.frozen
class Report:
    """All that was found, in order.

    Attributes:
        findings: What each check found.
        is_complete: Whether all settings were there.
    """

    findings: tuple[Finding, ...]
    is_complete: bool

    @property
    def exit_code(self) -> int:
        """0 where all is well, 1 where something is wrong, 2 where settings are missing."""
        if not self.is_complete:
            return 2
        return 1 if self._count(Status.ERROR) else 0

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON, for machines."""
        return {"ok": self.exit_code == 0, "checks": [attrs.asdict(each) for each in self.findings]}

    def lines(self, lang: str, *, columns: int | None, ansi: bool) -> Iterator[str]:
        """Tell it: what each check found, and what to do about that.

        Args:
            lang: The language.
            columns: How many the terminal has; None where a line may have any length.
            ansi: Show marks in colour, and the summary in bold.
        """
        titles = {each.check: _words.TITLES[each.check].text(lang) for each in self.findings}
        width = max(map(_columns.columns, titles.values()), default=0) + 2
        room = None if columns is None else max(columns - width - 2, _NARROWEST)
        marks = dict(zip(_ORDER, next(marks for marks in _MARKS if _output.can_show(marks)), strict=True))
        for each in self.findings:
            mark = marks[each.status]
            mark = f"{_COLOURS[each.status]}{mark}{_RESET}" if ansi and _COLOURS[each.status] else mark
            first, *others = each.told(room)
            yield f"{mark} {_columns.padded(titles[each.check], width)}{first}"
            yield from (f"  {' ' * width}{line}" for line in others)
        yield ""
        summary = self._summary(lang)
        yield f"{_BOLD}{summary}{_RESET}" if ansi else summary

    def _summary(self, lang: str) -> str:
        errors, warnings = self._count(Status.ERROR), self._count(Status.WARNING)
        if errors:
            return _words.WRONG.text(lang, errors=errors, warnings=warnings)
        return (_words.WELL_BUT if warnings else _words.WELL).text(lang, warnings=warnings)

    def _count(self, status: Status) -> int:
        return sum(each.status is status for each in self.findings)


_ORDER = (Status.OK, Status.ERROR, Status.NOTE, Status.WARNING)
