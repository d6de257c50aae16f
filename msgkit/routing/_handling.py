"""What is done about a complaint: looked at, its entries handled one by one, what came of them sent. No I/O of its own.

It is a generator, so that it is written once for programs that wait and for those that do other things meanwhile. It
yields what takes time, a `Flow` of the client, a `Chain` of handlers or the loan of a client (`Borrow`), and is sent
the result or thrown the error. With the inbox it speaks itself.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import attrs

from msgkit.client import _flows
from msgkit.client._base import ClientBase
from msgkit.client._flows import Flow
from msgkit.complaints import ComplaintState, HistoryEntry, OperateType
from msgkit.errors import MsgkitError, SendError
from msgkit.routing._event import Event, Look, in_order
from msgkit.routing._functions import Chain
from msgkit.routing._handlers import Found, Handlers, arguments, is_the_merchants
from msgkit.routing._inbox import Claim, Inbox, LeaseLostError
from msgkit.routing._keeper import Keeper
from msgkit.routing._records import Outgoing, Record, State
from msgkit.routing._replies import being_sent, prepared, sending, was_sent

T = TypeVar("T")


@attrs.frozen
class Borrow:
    """Asks for the client of a merchant, for as long as the steps go on.

    Attributes:
        mchid: The merchant.
    """

    mchid: str


Steps: TypeAlias = Generator[Flow[Any] | Chain | Borrow, Any, T]
"""Yields what takes time, is sent its result, and returns its own."""

logger = logging.getLogger("msgkit")

_HERE = Path(__file__).parent

_WAITS = (5.0, 20.0, 80.0, 180.0)  # seconds between attempts; then the last of them


class WorkerLostError(MsgkitError):
    """Each attempt at an entry ended with its worker: it was killed, or its handler ended the process."""


class EntryGoneError(MsgkitError):
    """The history no longer has the entry that was to be handled."""


@attrs.frozen
class Handling:
    """Works on complaints.

    Attributes:
        inbox: What is remembered.
        handlers: Where entries go.
        only: Whose complaints are worked on; None for anybody's.
        total: Seconds after which nothing can come of a call any more.
        attempts: After how many an entry is given up.
        lease: For how many seconds a complaint is claimed.
        client: Who asks and sends, of the merchant of the complaint that is worked on; handlers are given it.
    """

    inbox: Inbox
    handlers: Handlers
    only: str | None
    total: float
    attempts: int
    lease: float
    client: ClientBase | None = None

    def want(self, mchid: str, complaint_ids: Iterable[str]) -> int:
        """Ask for a look at a merchant's complaints: these, and those that are not processed; return at how many."""
        wanted = {*complaint_ids, *self.inbox.open(mchid)}
        for complaint_id in sorted(wanted):
            self.inbox.notify(mchid, complaint_id)
        return len(wanted)

    def one(self, keeper: Keeper, taken: Callable[[], object], is_over: Callable[[], bool]) -> Steps[bool]:
        """Take a complaint that is due, do all that can be done for it now, and give it back.

        Args:
            keeper: Makes its lease last meanwhile.
            taken: Is told that one was taken: there may be more, for another worker.
            is_over: Tells whether nothing more is to be begun.

        Returns:
            Whether there was one.
        """
        claim = self.inbox.claim(self.lease, self.only)
        if claim is None:
            return False
        due: float | None = self.inbox.now()  # whoever is interrupted leaves it to others at once
        try:
            taken()
            with keeper.keeping(claim):
                due = yield from self._with_client(claim, is_over)
        except LeaseLostError as error:
            logger.warning("%s: what was done here is left to it", error)
        finally:
            self.inbox.release(claim, due)
        return True

    def _with_client(self, claim: Claim, is_over: Callable[[], bool]) -> Steps[float | None]:
        """Do all for a complaint with the client of its merchant; return when to come again."""
        try:
            client: ClientBase = yield Borrow(claim.mchid)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and tried again
            return (yield from self._look_failed(claim, error))
        mine = attrs.evolve(self, client=client, total=client._platform.total)  # noqa: SLF001 - ours
        return (yield from mine._all(claim, is_over))  # noqa: SLF001 - itself

    def _all(self, claim: Claim, is_over: Callable[[], bool]) -> Steps[float | None]:
        """Look at a complaint and handle what is new; return when to come again."""
        began = self.inbox.now()
        try:
            complaint, entries = yield _flows.look(claim.complaint_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and tried again
            return (yield from self._look_failed(claim, error))
        look = Look(complaint, in_order(entries), began)
        is_open = complaint.complaint_state != ComplaintState.PROCESSED
        self.inbox.looked(claim, self._records(claim, look), is_open=is_open)
        records = self.inbox.records(claim)
        look.sent_before.update(reply.digest for record in records for reply in record.replies if reply.is_sent)
        for record in records:
            if not record.is_pending:
                continue
            if is_over():
                return self.inbox.now()
            if record.due <= self.inbox.now():
                record = yield from self._entry(claim, record, look)  # noqa: PLW2901 - what became of it
            if record.is_pending:
                return record.due  # those that came later wait for it
        return None

    def _records(self, claim: Claim, look: Look) -> list[Record]:
        """Return a record for each entry; those that need no handler have passed."""
        replies = (at for at, entry in enumerate(look.entries) if entry.operate_type == OperateType.MERCHANT_RESPONSE)
        answered_until = -1 if claim.is_known else max(replies, default=-1)
        return [
            Record(
                mchid=claim.mchid,
                complaint_id=claim.complaint_id,
                log_id=entry.log_id,
                operate_type=entry.operate_type,
                operate_time=entry.operate_time,
                place=place,
                state=State.PASSED if place <= answered_until else State.NEW,
            )
            for place, entry in enumerate(look.entries)
            if has_log_id(claim, entry)
        ]

    def _look_failed(self, claim: Claim, error: Exception) -> Steps[float | None]:
        records = self.inbox.records(claim)
        for record in records:
            self._give_up_doubt(claim, record)
        is_waited_for = any(record.is_pending for record in self.inbox.records(claim) if record.log_id is not None)
        known = next((each for each in records if each.log_id is None), None)
        if known is None or not (known.is_pending or is_waited_for):
            known = Record(mchid=claim.mchid, complaint_id=claim.complaint_id, log_id=None)
        if known.due > self.inbox.now():  # news came before its time, and uses no attempt up
            return known.due
        record = yield from self._failed(claim, attrs.evolve(known, attempts=known.attempts + 1), error, None)
        # What waits in the complaint is handled once it can be read again, also where that was given up.
        return record.due if record.is_pending else self.inbox.now() + _WAITS[-1] if is_waited_for else None

    # One entry

    def _entry(self, claim: Claim, record: Record, look: Look) -> Steps[Record]:
        """Handle an entry and send what came of it, as far as that goes now; return what became of it."""
        event = look.event(record.log_id)
        if any(reply.is_doubtful for reply in record.replies):
            record = self._settled(claim, record, look)
            if any(reply.is_doubtful for reply in record.replies):
                return record
        elif record.attempts >= self.attempts:  # counted when they begin, so that no crash goes round for ever
            lost = WorkerLostError(f"all {record.attempts} attempts ended with their worker")
            return (yield from self._failed(claim, record, lost, event))
        else:
            record = self._write(claim, record, attempts=record.attempts + 1, due=0.0)
        if record.state is State.NEW:
            record = yield from self._handle(claim, record, look, event)
        if record.state is State.SENDING:
            record = yield from self._send(claim, record, look, event)
        return record

    def _handle(self, claim: Claim, record: Record, look: Look, event: Event | None) -> Steps[Record]:
        """Run the handler of an entry, and store what it returned before anything is sent."""
        try:
            if event is None:
                raise EntryGoneError("the history does not have this entry any more")  # noqa: TRY301 - one end for all
            found = self.handlers.find(event)
            returned = None if found is None else (yield found.chain({"client": self.client}))
            replies = prepared(returned, look.complaint, event.log_id)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is told, and tried again
            return (yield from self._failed(claim, record, error, event))
        if found is None:
            state = State.PASSED if is_the_merchants(event.operate_type) else State.UNHANDLED
        else:
            state = State.SENDING if replies else State.DONE
        return self._write(claim, record, state=state, replies=replies, error=None)

    def _send(self, claim: Claim, record: Record, look: Look, event: Event | None) -> Steps[Record]:
        """Send the replies that were not sent yet, in order."""
        for at, reply in enumerate(record.replies):
            if reply.is_sent:
                continue
            if reply.is_plain:
                record = self._replace(claim, record, at, being_sent(reply, self.inbox.now(), look))
            if not self.inbox.renew(claim, self.lease):
                raise claim.lost()
            try:
                yield sending(claim.complaint_id, reply)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and tried again
                return (yield from self._not_sent(claim, record, at, error, event))
            record = self._replace(claim, record, at, record.replies[at].sent())
            look.sent_since[reply.digest] += 1
        return self._write(claim, record, state=State.DONE, error=None)

    def _settled(self, claim: Claim, record: Record, look: Look) -> Record:
        """Find in the history what became of a plain reply whose answer was lost; or wait until it can tell."""
        at, reply = next((at, each) for at, each in enumerate(record.replies) if each.is_doubtful)
        until = self._settles(reply)
        if look.began < until:
            return self._write(claim, record, due=until)
        if was_sent(reply, look):
            return self._replace(claim, record, at, reply.sent())
        return self._unclear(claim, record)

    def _not_sent(self, claim: Claim, record: Record, at: int, error: Exception, event: Event | None) -> Steps[Record]:
        """Do what is to be done about a reply that was not sent, or of which that is not known."""
        reply = record.replies[at]
        if not reply.is_doubtful:
            return (yield from self._failed(claim, record, error, event))
        if isinstance(error, SendError) and not error.maybe_processed:
            record = self._replace(claim, record, at, reply.not_sent())
            return (yield from self._failed(claim, record, error, event))
        # Sending it again could double it: the history is asked once nothing can come of this attempt any more.
        record = self._write(claim, record, due=self._settles(reply), error=described(error))
        yield from self._tell(record, error, event, last=False)
        return record

    def _give_up_doubt(self, claim: Claim, record: Record) -> None:
        """Call an entry unclear whose time for looking has come, where the history cannot be read."""
        doubts = [reply for reply in record.replies if reply.is_doubtful and record.is_pending]
        if doubts and self._settles(doubts[0]) <= self.inbox.now():
            self._unclear(claim, record)

    def _settles(self, reply: Outgoing) -> float:
        """Return when nothing can come any more of the last attempt at a reply."""
        return (reply.begun or 0.0) + self.total

    def _unclear(self, claim: Claim, record: Record) -> Record:
        logger.warning("complaint %s: nobody knows whether a plain reply was sent", record.complaint_id)
        return self._write(claim, record, state=State.UNCLEAR, due=0.0)

    # What becomes of it

    def _failed(self, claim: Claim, record: Record, error: Exception, event: Event | None) -> Steps[Record]:
        """Write down a failed attempt, and have it told; return the entry, to be tried again or given up."""
        is_last = record.attempts >= self.attempts
        record = self._write(
            claim,
            record,
            state=State.FAILED if is_last else record.state,
            due=0.0 if is_last else self.inbox.now() + _WAITS[min(record.attempts, len(_WAITS)) - 1],
            error=described(error),
        )
        yield from self._tell(record, error, event, last=is_last)
        return record

    def _tell(self, record: Record, error: Exception, event: Event | None, *, last: bool) -> Steps[None]:
        """Let the error handlers hear; what becomes of that changes nothing."""
        found = None if event is None else self._found(event)
        given = {**arguments(event if found is None else found.event), "client": self.client, "error": error}
        given |= {"attempt": record.attempts, "last": last, "complaint_id": record.complaint_id}
        hearers = list(self.handlers.hearers(() if found is None else found.way))
        if not hearers:
            logger.error("complaint %s, attempt %d: %s", record.complaint_id, record.attempts, record.error)
        for function in hearers:
            try:
                yield Chain((function,), given)
            except Exception as mistake:  # noqa: BLE001 - it would hide the error that it hears of
                logger.error("a handler of errors failed: %s", described(mistake))  # noqa: TRY400 - no customer's words

    def _found(self, event: Event) -> Found | None:
        try:
            return self.handlers.find(event)
        except Exception:  # noqa: BLE001 - it may be the very error that is told
            return None

    def _replace(self, claim: Claim, record: Record, at: int, reply: Outgoing) -> Record:
        replies = (*record.replies[:at], reply, *record.replies[at + 1 :])
        return self._write(claim, record, replies=replies)

    def _write(self, claim: Claim, record: Record, **changes: Any) -> Record:
        record = attrs.evolve(record, **changes)
        self.inbox.update(claim, record)
        return record


def has_log_id(claim: Claim, entry: HistoryEntry) -> bool:
    """Tell whether an entry's serial number can be one: it is a key of the inbox, and the id that is sent."""
    is_usable = entry.log_id.isprintable() and bool(entry.log_id.strip())
    if not is_usable:
        logger.warning("complaint %s: an entry has no log_id that can be one, and is passed over", claim.complaint_id)
    return is_usable


def described(error: BaseException) -> str:
    """Return what is kept of an error: msgkit's own words; of any other its name and place, as it may quote anyone."""
    name = type(error).__name__
    if isinstance(error, MsgkitError):
        return f"{name}: {error}"
    frames = list(traceback.extract_tb(error.__traceback__))
    # Where we called something else: the handler's own line says more than one of what it calls.
    is_ours = [Path(frame.filename).is_relative_to(_HERE) for frame in frames]
    called = [at for at in range(1, len(frames)) if is_ours[at - 1] and not is_ours[at]]
    if not frames:
        return name
    frame = frames[called[-1] if called else -1]
    return f"{name} at {Path(frame.filename).name}:{frame.lineno}"
