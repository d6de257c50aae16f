"""Sending rows from this process, in threads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import attrs

from msgkit._cli import _errors
from msgkit._cli._many.states import FAILED, PLAIN, RETRYABLE, RICH, SENT, UNCLEAR, Ended
from msgkit._cli._many.ways import Way
from msgkit._cli._many.work import Job, Work
from msgkit._printable import printable
from msgkit._receipt import Receipt
from msgkit.client import Client
from msgkit.client._many import in_threads
from msgkit.errors import ApiError, MsgkitError, SendError, SignError, TransportError
from msgkit.message import Message


def sending(client: Client, threads: int) -> Way:
    """Return the way from this process.

    Args:
        client: Who sends.
        threads: How many rows at a time.
    """
    host = client._platform.hosts.all[0]  # noqa: SLF001 - the command is of the same house
    return Way(client.mchid, host, threads, lambda work: Sending(client, work, threads))


@attrs.define
class Sending:
    """Sends rows.

    Attributes:
        client: Who sends.
        work: The rows.
        threads: How many at a time.
        failure: Why the journal could not be written; None where it could.
    """

    client: Client
    work: Work
    threads: int
    failure: Exception | None = None
    _mistake: MsgkitError | None = attrs.field(default=None, init=False)

    def mistake(self, lang: str) -> str | None:
        """Say what is wrong with our keys or our way out, so that no other row would go either; None for nothing."""
        return None if self._mistake is None else _errors.told(self._mistake, lang)

    def go(self) -> Iterator[Ended]:
        """Send what is due, and yield what came of it, in order of completion.

        Raises:
            BrokenError: The table is another one now.
            sqlite3.Error: The journal cannot be written.
        """
        for ended in in_threads(self.work.jobs(), self._send, self.threads):
            self.work.end(ended)
            yield ended
        if self.failure is not None:
            raise self.failure

    def _send(self, job: Job) -> Ended:
        kind = job.kind
        try:
            if self.work.plain_too and not job.content.is_plain:
                kind, receipt = self._look_and_send(job)
            else:
                is_rich = job.kind == RICH
                receipt = self.client.send(
                    job.entry.complaint_id,
                    job.render(),
                    idempotent_id=job.begun.id if is_rich else None,
                    complainted_mchid=job.entry.mchid,
                )
        except _PlainError as error:
            return self._failed(job, error.error, PLAIN)
        except MsgkitError as error:
            return self._failed(job, error, kind)
        except sqlite3.Error as error:
            self.failure = error
            self.work.stop.set()
            return Ended(job.entry.row, job.begun.state)
        return Ended(job.entry.row, SENT, receipt.log_id)

    def _look_and_send(self, job: Job) -> tuple[str, Receipt]:
        content = job.render()
        assert isinstance(content, Message)  # noqa: S101 - for the type checkers: plain replies go without a look
        complaint = self.client.complaint(job.entry.complaint_id)
        self.client._merchant(complaint, job.entry.mchid)  # noqa: SLF001 - another merchant is refused as in `send`
        # What was begun richly may have arrived; only by its id can it not go twice.
        if job.kind == RICH or complaint.need_immediate_service:
            self.work.decided(job, RICH)
            return RICH, self.client.send(complaint, content, idempotent_id=job.begun.id)
        reply, _ = content.to_reply()
        self.work.decided(job, PLAIN)
        try:
            return PLAIN, self.client.send(complaint, reply)
        except MsgkitError as error:
            raise _PlainError(error) from None

    def _failed(self, job: Job, error: MsgkitError, kind: str | None) -> Ended:
        is_ours = isinstance(error, SignError) or (isinstance(error, TransportError) and not error.retryable)
        if is_ours:
            self._mistake = error
            self.work.stop.set()
        said = _errors.told(error, "en"), _errors.told(error, "zh")
        # What was unclear before stays so, whatever came of trying again.
        state = UNCLEAR if job.begun.state == UNCLEAR else _state(error, kind, is_ours=is_ours)
        return Ended(job.entry.row, state, None, _code(error), *said)


class _PlainError(Exception):
    """Why a plain reply was not sent, or may not have been."""

    def __init__(self, error: MsgkitError) -> None:
        super().__init__()
        self.error = error


def _code(error: MsgkitError) -> str:
    """Return the kind of an error: the platform's status and code, or the name of its class."""
    return f"{error.status} {printable(error.code)}".strip() if isinstance(error, ApiError) else type(error).__name__


def _state(error: MsgkitError, kind: str | None, *, is_ours: bool) -> str:
    """Return what becomes of a row that ended in an error."""
    if not isinstance(error, SendError):
        return FAILED
    if error.maybe_processed and (kind == PLAIN or not error.retryable):
        return UNCLEAR
    return RETRYABLE if error.retryable or is_ours else FAILED
