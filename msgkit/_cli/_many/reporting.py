"""The report: a CSV that a spreadsheet opens, one line for each row of the table."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgkit._cli._many.journal import Journal
from msgkit._cli._many.states import FAILED, PLAIN, QUEUED, RETRYABLE, SENT, UNCLEAR, UNSENT, Line
from msgkit._language import CHINESE, Words
from msgkit._printable import printable

COLUMNS = ("row", "complaint_id", "state", "log_id", "idempotent_id", "fingerprint", "error", "cure")
"""The names of the columns, in every language."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a formula of a cell."""

_CURES = {
    UNSENT: Words("run the same command again", "请再运行同一条命令"),
    RETRYABLE: Words("run the same command again", "请再运行同一条命令"),
    QUEUED: Words("it waits for a worker; look at the queue", "在队列里等待，请查看队列"),
    FAILED: Words(
        "mend what the error names; send this row from a table of its own",
        "请按错误提示修改，把这一行放进另一张表重新发送",
    ),
}
_UNCLEAR = Words(
    "it may have been sent: look at msgkit complaints history {id}; the same command with --retry-unclear sends it "
    "again",
    "可能已经发出：请用 msgkit complaints history {id} 查看；确认没有发出后，加上 --retry-unclear 再运行同一条命令",
)


def write(path: Path, journal: Journal, lang: str) -> None:
    """Write the report, all of it or none.

    Args:
        path: Where; what stands there is replaced.
        journal: What is known of the rows.
        lang: The language of errors and cures.

    Raises:
        OSError: It cannot be written.
    """
    fingerprint = journal.meta["fingerprint"]
    handle, made = tempfile.mkstemp(prefix=f".{path.name[:64]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(COLUMNS)
            writer.writerows(_lines(journal, fingerprint, lang))
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)  # noqa: PTH105 - as above
    except BaseException:
        os.unlink(made)  # noqa: PTH108
        raise


def _lines(journal: Journal, fingerprint: str, lang: str) -> Iterator[list[str]]:
    for line in journal.report():
        is_tried = line.kind is not None or line.state != UNSENT
        cells = [
            str(line.row),
            line.complaint_id,
            line.state,
            line.log_id,
            None if line.kind == PLAIN else line.id,
            fingerprint if is_tried else None,
            (line.error_zh if lang == CHINESE else line.error) if line.state != SENT else None,
            _cure(line, lang),
        ]
        yield [neutral(cell or "") for cell in cells]


def _cure(line: Line, lang: str) -> str:
    if line.state == UNCLEAR:
        return _UNCLEAR.text(lang, id=line.complaint_id)
    return _CURES[line.state].text(lang) if line.state in _CURES else ""


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> neutral("=1+1"), neutral("200")
    ("'=1+1", '200')
    """
    return f"'{printable(cell)}" if cell.startswith(_FORMULA) else printable(cell)
