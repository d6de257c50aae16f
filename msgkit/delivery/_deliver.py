"""`deliver`: send what the ledger has, once. It is the body of a task, whatever it is that runs tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import attrs

from msgkit._endpoints import PLAIN, RICH
from msgkit.client import Client, _flows
from msgkit.delivery._delivery import UPLOAD
from msgkit.delivery._held import Held, LeaseLostError, Mark
from msgkit.delivery._ledger import Ledger
from msgkit.delivery._outcome import Outcome, State
from msgkit.errors import MsgkitError, SendError
from msgkit.routing._event import plain_replies
from msgkit.routing._records import digest

T = TypeVar("T")

MARGIN = 10.0
"""Seconds that a lease lasts longer than the call that it is for."""

GIVE_UP = timedelta(hours=6)
"""For how long a delivery is tried, by default."""

_WAITS = (5.0, 20.0, 60.0)  # seconds between attempts; then the last of them
_LONGEST_WAIT = 600.0  # seconds, whatever an answer asks for


def deliver(
    ledger: Ledger,
    id: str,  # noqa: A002 - the wire's word ends in it
    client: Client,
    *,
    give_up: timedelta = GIVE_UP,
) -> Outcome | None:
    """Send what the ledger has under an id, if it is time; call it as often as you like.

    - What has ended is not sent again, and neither is what another worker has: its lease is renewed before each call,
      so that a worker which was stopped and wakes up sends nothing.
    - A rich reply goes under its ``idempotent_id``, to the byte as it was queued, so it reaches the customer once.
    - A plain reply is sent at most once. Before, it is marked as being sent; where its answer is lost, or its worker
      dies, the history is read after the client's `total`. It shows one such reply more than before: sent. It does not,
      or cannot be read: unclear, until somebody says `Ledger.retry`.
    - What may succeed later is given back, and `Ledger.due` tells of it after 5, 20, then each 60 seconds, or when the
      platform asks for it.

    Args:
        ledger: What is to be sent and what was.
        id: The delivery, of the client's merchant.
        client: Who sends.
        give_up: For how long it is tried, from the first time on.

    Returns:
        What became of it: an end, or ``QUEUED`` where it is tried again, or another worker has it. None where the
        ledger has no such delivery (any more).

    Raises:
        redis.RedisError: The ledger cannot be asked. Nothing is lost: `Ledger.due` tells of it once more.
    """
    total = total_of(client)
    found = ledger.take(client.mchid, id, total + MARGIN)
    return _attempted(ledger, found, total, give_up, lambda attempt: attempt.made(client))


def put_off(
    ledger: Ledger,
    mchid: str,
    id: str,  # noqa: A002 - likewise
    error: MsgkitError,
    *,
    give_up: timedelta = GIVE_UP,
) -> Outcome | None:
    """Note an attempt that ended before there was a client; like `deliver`, it is made again, or given up.

    Args:
        ledger: What is to be sent and what was.
        mchid: The merchant, of whom there is no client.
        id: The delivery.
        error: Why there is none.
        give_up: As `deliver` has it.
    """
    found = ledger.take(mchid, id, MARGIN)
    return _attempted(ledger, found, 0.0, give_up, lambda attempt: attempt.not_sent(error, is_retryable=True))


def _attempted(
    ledger: Ledger,
    found: Held | Outcome | None,
    total: float,
    give_up: timedelta,
    make: Callable[[_Attempt], Outcome],
) -> Outcome | None:
    if not isinstance(found, Held):
        return found
    try:
        return make(_Attempt(ledger, found, total, give_up.total_seconds()))
    except LeaseLostError:
        return Outcome(attempts=found.attempts)


@attrs.frozen
class _Attempt:
    """One attempt at a delivery that this worker has.

    Attributes:
        ledger: Where it stands.
        held: The delivery.
        total: Seconds after which nothing can come of a call any more.
        give_up: Seconds from the first attempt on after which none is begun.
    """

    ledger: Ledger
    held: Held
    total: float
    give_up: float

    def made(self, client: Client) -> Outcome:
        """Make it, write down what came of it, and return that."""
        delivery = self.held.delivery
        if self.held.mark is None and self._is_late:
            last = "its workers ended before it was sent" if self.held.last is None else self.held.last.error
            return self._finish(State.FAILED, error=last, retryable=True)
        try:
            if delivery.picture is not None:
                return self._upload(client)
            if self.held.mark is not None:
                return self._settled(client, self.held.mark)
            if delivery.plain is None or (delivery.rich is not None and self._takes_rich(client)):
                return self._rich(client)
        except MsgkitError as error:  # so far nothing was sent that could be doubled
            return self.not_sent(error)
        return self._plain(client)

    def not_sent(self, error: MsgkitError, *, is_retryable: bool | None = None) -> Outcome:
        """Try again later what may succeed then; nothing of this attempt has arrived, or its id makes it one."""
        if isinstance(error, LeaseLostError):
            raise error
        if is_retryable is None:
            is_retryable = isinstance(error, SendError) and error.retryable
        if is_retryable and not self._is_late:
            return self._later(error)
        return self._finish(State.FAILED, error=_said(error), retryable=is_retryable)

    @property
    def _is_late(self) -> bool:
        return self.held.now - self.held.first >= self.give_up

    # Each kind

    def _upload(self, client: Client) -> Outcome:
        delivery = self.held.delivery
        # Uploaded twice, it has two ids, of which nobody hears of one.
        media_id = self._call(lambda: client.upload_image(delivery.picture_bytes, delivery.filename))
        return self._finish(State.SENT, endpoint=UPLOAD, media_id=media_id)

    def _takes_rich(self, client: Client) -> bool:
        complaint = self._call(lambda: client.complaint(self.held.delivery.complaint_id or ""))
        return complaint.need_immediate_service

    def _rich(self, client: Client) -> Outcome:
        receipt = self._call(lambda: client._carry_out(self.held.delivery.richly()))  # noqa: SLF001 - ours
        return self._finish(State.SENT, endpoint=RICH, log_id=receipt.log_id, request_id=receipt.request_id)

    def _plain(self, client: Client) -> Outcome:
        # One at a time to a complaint, from before its history is read: they are told apart by counting them.
        if not self.ledger.enter(self.held):
            return self._later(None)
        try:
            shown = self._shown(client)
        except MsgkitError as error:
            return self.not_sent(error)
        mark = Mark(self.ledger.renew(self.held, self.total + MARGIN), shown + 1)
        self.ledger.mark(self.held, mark)
        try:
            receipt = client._carry_out(self.held.delivery.plainly())  # noqa: SLF001 - likewise
        except SendError as error:
            return self._doubtful(mark, error) if error.maybe_processed else self.not_sent(error)
        except MsgkitError as error:
            return self.not_sent(error)
        return self._finish(State.SENT, endpoint=PLAIN, request_id=receipt.request_id)

    def _settled(self, client: Client, mark: Mark) -> Outcome:
        """Find in the history what became of a plain reply whose answer was lost; or wait until it can tell."""
        if self.held.now < mark.begun + self.total:
            return self._doubtful(mark, None)
        try:
            shown = self._shown(client)
        except MsgkitError as error:
            return self._finish(State.UNCLEAR, error=_said(error))
        if shown >= mark.shown:
            return self._finish(State.SENT, endpoint=PLAIN)
        return self._finish(State.UNCLEAR, error="its answer was lost, and the history does not have it")

    def _shown(self, client: Client) -> int:
        """Return how many plain replies with this text the complaint's history has."""
        history = _flows.collected(_flows.history(self.held.delivery.complaint_id or ""))
        entries = self._call(lambda: client._follow(history))  # noqa: SLF001 - likewise
        return plain_replies(entries)[digest(self.held.delivery.plain_text)]

    def _call(self, call: Callable[[], T]) -> T:
        self.ledger.renew(self.held, self.total + MARGIN)
        return call()

    # What comes of it

    def _finish(self, state: State, **what: Any) -> Outcome:
        outcome = Outcome(state=state, attempts=self.held.attempts, **what)
        self.ledger.finish(self.held, outcome)
        return outcome

    def _later(self, error: MsgkitError | None) -> Outcome:
        wait = _WAITS[min(self.held.attempts, len(_WAITS)) - 1]
        asked = getattr(error, "retry_after", None) or 0.0
        outcome = Outcome(attempts=self.held.attempts, error=None if error is None else _said(error))
        self.ledger.later(self.held, max(wait, min(asked, _LONGEST_WAIT)), outcome)
        return outcome

    def _doubtful(self, mark: Mark, error: SendError | None) -> Outcome:
        """Look once nothing can come of the attempt any more."""
        outcome = Outcome(attempts=self.held.attempts, error=None if error is None else _said(error))
        self.ledger.later(self.held, mark.begun + self.total - self.held.now, outcome, mark)
        return outcome


def total_of(client: Client) -> float:
    """Return how many seconds a call of a client may take."""
    return client._platform.total  # noqa: SLF001 - ours


def _said(error: MsgkitError) -> str:
    return f"{type(error).__name__}: {error}"
