"""What a person may say of a table: how fast, and where the report goes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import click

from msgkit._cli._errors import WrongError
from msgkit._language import Words
from msgkit._printable import printable

MOST_THREADS = 64

_SECONDS = {"s": 1, "min": 60, "h": 3600}
_SAME = Words(
    "the report would overwrite {path}, which is read; name another --report",
    "报告会覆盖要读取的 {path}，请换一个 --report。",
)
_NO_FOLDER = Words(
    "the report cannot be written to {path}: name a file in a folder that is there",
    "报告写不到 {path}：请指定已有文件夹里的一个文件。",
)
_NO_PURPOSE = Words(
    "--purpose must be a text that can be read, such as recall-11",
    "--purpose 要写看得见的文字，例如“11月召回”。",
)
_is_rate = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(?:/(s|min|h))?", re.ASCII).fullmatch


def rate(_context: click.Context, _option: click.Parameter, value: str) -> float:
    """Return how many replies a second are meant by ``10/s``, ``600/min`` or ``10``.

    Raises:
        click.BadParameter: It is not written so.
    """
    match = _is_rate(value.replace(" ", ""))
    if match is None or not float(match[1]):
        raise click.BadParameter("a rate is written like 10/s, 600/min or 10, and is above 0")
    return float(match[1]) / _SECONDS[match[2] or "s"]


def purpose_of(asked: str | None, name: str, lang: str) -> str:
    """Return what the replies are for: the template's name, where nothing else was asked for.

    Raises:
        WrongError: It is blank, or has what nobody can read.
    """
    found = name if asked is None else asked
    if not found.strip() or not found.isprintable():
        raise WrongError(_NO_PURPOSE.text(lang), lang)
    return found


def report_of(table: Path, asked: Path | None) -> Path:
    """Return where the report goes: beside the table, where nothing else was asked for."""
    return table.with_name(f"{table.name}.report.csv") if asked is None else asked


def journal_of(report: Path) -> Path:
    """Return where the journal is kept, beside the report."""
    return report.with_name(f"{report.name}.journal")


def require_place(report: Path, read: Iterable[Path], lang: str) -> None:
    """Make sure that a report can be written, before anything is sent.

    Args:
        report: Where it goes.
        read: What the command reads.
        lang: The language of what is wrong.

    Raises:
        WrongError: It, or its journal, would stand in the place of something that is read, or its folder is not there.
    """
    written = {_name(report), _name(journal_of(report))}
    for path in read:
        if _name(path) in written:
            raise WrongError(_SAME.text(lang, path=printable(str(path))), lang)
    if os.path.isdir(report) or not os.path.isdir(report.parent):  # noqa: PTH112 - Path.is_dir raises for long names
        raise WrongError(_NO_FOLDER.text(lang, path=printable(str(report))), lang)


def _name(path: Path) -> str:
    return os.path.normcase(os.path.abspath(path))  # noqa: PTH100 - of the names as they are: a link is replaced
