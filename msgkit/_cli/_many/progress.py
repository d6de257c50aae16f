"""How far it is: a bar in a terminal, or else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol, cast

from msgkit._cli._many.hints import Hints, hint, is_terminal
from msgkit._cli._many.states import SENT, Ended
from msgkit._language import Words

_EVERY = 10.0  # seconds

_LINE = Words(
    "{done} of {total} done, {failed} failed, {rate}/s[, {left} left]",
    "已处理 {done}/{total}，失败 {failed}，每秒 {rate} 条[，剩余 {left}]",
)
_FAILED = Words("failed", "失败")
_LEFT = Words("left", "剩余")


class Progress(Protocol):
    """Hears of rows that are done."""

    def __call__(self, ended: Ended) -> None:
        """Count one."""
        ...


class _Lines:
    """Says every ten seconds how far it is."""

    def __init__(self, total: int, lang: str) -> None:
        self._total, self._lang = total, lang
        self._begin = self._said = time.monotonic()
        self._done = self._failed = 0

    def __call__(self, ended: Ended) -> None:
        self._done += 1
        self._failed += ended.state != SENT
        now = time.monotonic()
        if now - self._said >= _EVERY:
            self._said = now
            hint(self._line(now - self._begin))

    def _line(self, seconds: float) -> str:
        rate = self._done / seconds
        left = int((self._total - self._done) / rate)
        return _LINE.text(
            self._lang,
            done=self._done,
            total=self._total,
            failed=str(self._failed),
            rate=f"{rate:.1f}",
            left=f"{left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}",
        )


@contextmanager
def progress(total: int, lang: str) -> Iterator[Progress]:
    """Show how far it is.

    Args:
        total: How many rows are due.
        lang: The language.
    """
    if not is_terminal():
        yield _Lines(total, lang)
        return
    from rich.console import Console  # noqa: PLC0415 - most runs of the command show no bar
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}/s"),
        TextColumn(f"[red]{_FAILED.text(lang)} {{task.fields[failed]}}"),
        TextColumn(_LEFT.text(lang)),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(file=cast("IO[str]", Hints(sys.stderr)))) as bar:
        task, begin, failed = bar.add_task("", total=total, rate="0.0", failed=0), time.monotonic(), 0

        def count(ended: Ended) -> None:
            nonlocal failed
            failed += ended.state != SENT
            rate = (bar.tasks[0].completed + 1) / max(time.monotonic() - begin, 0.001)
            bar.update(task, advance=1, failed=failed, rate=f"{rate:.1f}")

        yield count
