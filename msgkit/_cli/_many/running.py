"""From a checked table to its report: the journal, begun or gone on with, the sending, and what is said at the end."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import attrs
import click

from msgkit._cli._errors import SaidError, WrongError
from msgkit._cli._many import reporting, resuming
from msgkit._cli._many.check import Checking
from msgkit._cli._many.journal import Journal, LockedError, NoJournalError
from msgkit._cli._many.lines import BrokenError
from msgkit._cli._many.options import journal_of
from msgkit._cli._many.progress import progress
from msgkit._cli._many.states import FAILED, QUEUED, RETRYABLE, SENT, UNCLEAR, UNSENT
from msgkit._cli._many.stopping import stopped_by_signals
from msgkit._cli._many.ways import Way
from msgkit._cli._many.work import Work
from msgkit._language import Words
from msgkit._printable import printable

_MOST_ERRORS = 5

_LOCKED = Words(
    "another run is sending this table: {path} is in use; wait for it, or stop it",
    "另一个进程正在发送这张表（{path} 正在使用），请等它结束或先停掉它。",
)
_UNUSABLE = Words(
    "the journal {path} cannot be used: {why:reason}; make space or name another --report",
    "日志 {path} 不能用：{why:reason}；请腾出空间，或换一个 --report。",
)
_NO_JOURNAL = Words(
    "{path} is no journal of msgkit, or is damaged, and nothing was sent: put back a copy of it, or name another "
    "--report. Without it rich replies still go once, by their ids; plain ones that went would go again.",
    "{path} 不是 msgkit 的日志，或者已经损坏，没有发送：请恢复它的备份，或换一个 --report。"
    "没有日志时，富文本回复靠幂等 ID 仍不会重复；发过的普通回复会再发一次。",
)
_CHANGED = Words(
    "{path} was begun otherwise, and nothing was sent:\n{changes}\nPut that back to go on; or begin afresh with --new, "
    "or another --report.",
    "{path} 开始之后有变化，没有发送：\n{changes}\n改回去就能继续；要重新开始，请加上 --new，或换一个 --report。",
)
_FULL = Words(
    "the journal could not be written, so nothing more was sent: {why:reason}. Make space; the same command goes on.",
    "日志写不进去，已停止发送：{why:reason}。请腾出磁盘空间，再运行同一条命令继续。",
)
_UNWRITTEN = Words(
    "the report could not be written: {why:reason}. Make space; the same command writes it.",
    "报告写不进去：{why:reason}。请腾出磁盘空间，再运行同一条命令。",
)
_STOPPED = Words("stopped, as no other row would go either: {why}", "已停止，其他行也发不出去：{why}")
_STATES = {
    SENT: Words("sent: {number}", "已发送：{number}"),
    FAILED: Words("failed: {number}", "失败：{number}"),
    RETRYABLE: Words("to be tried again: {number}", "待重试：{number}"),
    UNCLEAR: Words("unclear: {number}", "不确定是否发出：{number}"),
    QUEUED: Words("in the queue: {number}", "在队列里：{number}"),
    UNSENT: Words("not sent yet: {number}", "未发送：{number}"),
}
_ERROR = Words("  {number} × {error}", "  {number} 行：{error}")
_REPORT = Words("Report: {path}", "报告：{path}")
_AGAIN = Words(
    "Next: the same command sends the {number} that are left.", "下一步：再运行同一条命令，发送余下的 {number} 行。"
)
_COLLECT = Words(
    "Next: workers send the {number} in the queue; the same command collects what becomes of them.",
    "下一步：队列里的 {number} 行由 worker 发送；再运行同一条命令收集结果。",
)
_LOOK = Words(
    "Next: look at the unclear ones with msgkit complaints history; --retry-unclear sends them again.",
    "下一步：用 msgkit complaints history 查看不确定的行；加上 --retry-unclear 会再发一次。",
)


@attrs.frozen
class Order:
    """What is asked for.

    Attributes:
        checking: The table, checked.
        report: Where the report goes.
        plain_too: Whether a complaint may get a plain reply instead of a rich one.
        retry_unclear: Whether those are tried again of which nobody knows whether they were sent.
        afresh: Whether to begin anew.
        lang: The language.
    """

    checking: Checking
    report: Path
    plain_too: bool
    retry_unclear: bool
    afresh: bool
    lang: str


def run(order: Order, way: Way) -> bool:
    """Send a table, write its report, and say what came of it; tell whether every row was sent.

    Raises:
        WrongError: The journal is in use, or of another table; nothing was sent.
        SaidError: The disk is full.
    """
    lang, path = order.lang, journal_of(order.report)
    with _opened(path, lang) as journal:
        _begin(order, journal, way)
        work = Work(order.checking, journal, way.batch, order.plain_too, order.retry_unclear, way.queues)
        try:
            failure = _send(order, work, way)
            is_done = _say(order, journal)
        except sqlite3.Error as error:
            with contextlib.suppress(OSError, sqlite3.Error):
                reporting.write(order.report, journal, lang)
            raise SaidError(_FULL.text(lang, why=_why(error)), lang) from None
        if failure:
            raise SaidError(failure, lang)
        return is_done


@contextlib.contextmanager
def _opened(path: Path, lang: str) -> Iterator[Journal]:
    shown = printable(str(path))
    try:
        journal = Journal(path)
    except LockedError:
        raise WrongError(_LOCKED.text(lang, path=shown), lang) from None
    except sqlite3.Error as error:
        raise _unusable(error, path, lang) from None
    try:
        yield journal
    finally:
        with contextlib.suppress(sqlite3.Error):
            journal.close()


def _unusable(error: sqlite3.Error, path: Path, lang: str) -> WrongError:
    """Return why a journal cannot be begun or gone on with, and what to do."""
    shown, code = printable(str(path)), getattr(error, "sqlite_errorcode", 0) & 0xFF
    if isinstance(error, NoJournalError) or code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return WrongError(_NO_JOURNAL.text(lang, path=shown), lang)
    why = _why(error)
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:  # of which SQLite does not say why
        try:
            path.open("ab").close()
        except OSError as found:
            why = found.strerror or why
    return WrongError(_UNUSABLE.text(lang, path=shown, why=why), lang)


def _why(error: sqlite3.Error) -> str:
    """Return why a journal cannot be used, as the system says it, which is known in Chinese too."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_IOERR: errno.EIO}.get(code)
    return str(error) if number is None else os.strerror(number)


def _begin(order: Order, journal: Journal, way: Way) -> None:
    checking, lang = order.checking, order.lang
    shown = printable(str(journal.path))
    try:
        now = resuming.meta_of(checking.content, checking.purpose, way.mchid, way.place)
        if journal.meta and not order.afresh:
            changes = list(resuming.changes(journal, now, checking.content, checking.seen, lang))
            if changes:
                text = "\n".join(f"  {line}" for line in changes)
                raise WrongError(_CHANGED.text(lang, path=shown, changes=text), lang)
        else:
            journal.begin(checking.seen, now)
    except sqlite3.Error as error:
        raise _unusable(error, journal.path, lang) from None


def _send(order: Order, work: Work, way: Way) -> str | None:
    """Send what is due; return why it ended early, but for a signal; None where it did not."""
    counts = work.journal.counts()
    queued = [QUEUED] if way.queues else []
    states = [UNSENT, RETRYABLE, *queued, *([UNCLEAR] if order.retry_unclear else [])]
    total = sum(counts.get(state, 0) for state in states)
    sender = way.sender(work)
    failure = None
    with stopped_by_signals(work.stop, order.lang):
        try:
            with progress(total, order.lang) as count:
                for ended in sender.go():
                    count(ended)
        except BrokenError as error:
            failure = error.finding.text(order.lang)
        finally:
            work.finish()
    mistake = sender.mistake(order.lang)
    return failure if mistake is None else _STOPPED.text(order.lang, why=mistake)


def _say(order: Order, journal: Journal) -> bool:
    lang = order.lang
    try:
        reporting.write(order.report, journal, lang)  # before anything is said: nobody may read that, as of `| head`
        unwritten = None
    except OSError as failure:
        unwritten = _UNWRITTEN.text(lang, why=failure.strerror or os.strerror(failure.errno or 0))
    counts = journal.counts()
    for state, words in _STATES.items():
        if number := counts.get(state, 0):
            click.echo(words.text(lang, number=number))
            for error, many in journal.errors(state, _MOST_ERRORS):
                click.echo(_ERROR.text(lang, number=many, error=error))
    if unwritten:
        raise SaidError(unwritten, lang)
    click.echo(_REPORT.text(lang, path=printable(str(order.report))))
    if left := counts.get(UNSENT, 0) + counts.get(RETRYABLE, 0):
        click.echo(_AGAIN.text(lang, number=left))
    if queued := counts.get(QUEUED, 0):
        click.echo(_COLLECT.text(lang, number=queued))
    if counts.get(UNCLEAR):
        click.echo(_LOOK.text(lang))
    return counts.keys() == {SENT}
