"""`deliver`: send what the ledger has, once. It is the body of a task, whatever it is that runs tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import attrs

from msgkit._endpoints import PLAIN, RICH
from msgkit.client import Client, _flows
from msgkit.delivery._delivery import UPLOAD
from msgkit.delivery._ledger import Held, LeaseLostError, Ledger, Mark
from msgkit.delivery._outcome import Outcome, State
from msgkit.errors import MsgkitError, SendError
from msgkit.routing._event import plain_replies
from msgkit.routing._records import digest

T = TypeVar("T")

MARGIN = 10.0
"""Seconds that a lease lasts longer than the call that it is for."""

_WAITS = (5.0, 20.0, 60.0)  # seconds between attempts; then the last of them
_LONGEST_WAIT = 600.0  # seconds, whatever an answer asks for


def deliver(ledger: Ledger, id: str, client: Client, *, give_up: timedelta = timedelta(hours=6)) -> Outcome | None:  # noqa: A002
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
    lease = total_of(client) + MARGIN
    held = ledger.take(client.mchid, id, lease)
    if not isinstance(held, Held):
        return held
    try:
        return _Attempt(ledger, client, held, lease, give_up.total_seconds()).made()
    except LeaseLostError:
        return Outcome(attempts=held.attempts)


@attrs.frozen
class _Attempt:
    """One attempt at a delivery that this worker has."""

    ledger: Ledger
    client: Client
    held: Held
    lease: float
    give_up: float

    @property
    def total(self) -> float:
        """Seconds after which nothing can come of a call any more."""
        return total_of(self.client)

    def made(self) -> Outcome:
        """Make it, write down what came of it, and return that."""
        delivery = self.held.delivery
        try:
            if delivery.picture is not None:
                return self._upload()
            if self.held.mark is not None:
                return self._settled(self.held.mark)
            if delivery.plain is None or (delivery.rich is not None and self._takes_rich()):
                return self._rich()
        except MsgkitError as error:  # so far nothing was sent that could be doubled
            return self._not_sent(error)
        return self._plain()

    # Each kind

    def _upload(self) -> Outcome:
        delivery = self.held.delivery
        # Uploaded twice, it has two ids, of which nobody hears of one.
        media_id = self._call(lambda: self.client.upload_image(delivery.picture_bytes, delivery.filename))
        return self._finish(State.SENT, endpoint=UPLOAD, media_id=media_id)

    def _takes_rich(self) -> bool:
        complaint = self._call(lambda: self.client.complaint(self.held.delivery.complaint_id or ""))
        return complaint.need_immediate_service

    def _rich(self) -> Outcome:
        receipt = self._call(lambda: self.client._carry_out(self.held.delivery.richly()))  # noqa: SLF001 - ours
        return self._finish(State.SENT, endpoint=RICH, log_id=receipt.log_id, request_id=receipt.request_id)

    def _plain(self) -> Outcome:
        # One at a time to a complaint, from before its history is read: they are told apart by counting them.
        if not self.ledger.enter(self.held):
            return self._later(None)
        try:
            shown = self._shown()
        except MsgkitError as error:
            return self._not_sent(error)
        mark = Mark(self.ledger.renew(self.held, self.lease), shown + 1)
        self.ledger.mark(self.held, mark)
        try:
            receipt = self.client._carry_out(self.held.delivery.plainly())  # noqa: SLF001 - likewise
        except SendError as error:
            return self._doubtful(mark, error) if error.maybe_processed else self._not_sent(error)
        except MsgkitError as error:
            return self._not_sent(error)
        return self._finish(State.SENT, endpoint=PLAIN, request_id=receipt.request_id)

    def _settled(self, mark: Mark) -> Outcome:
        """Find in the history what became of a plain reply whose answer was lost; or wait until it can tell."""
        if self.held.now < mark.begun + self.total:
            return self._doubtful(mark, None)
        try:
            shown = self._shown()
        except MsgkitError as error:
            return self._finish(State.UNCLEAR, error=_said(error))
        if shown >= mark.shown:
            return self._finish(State.SENT, endpoint=PLAIN)
        return self._finish(State.UNCLEAR, error="its answer was lost, and the history does not have it")

    def _shown(self) -> int:
        """Return how many plain replies with this text the complaint's history has."""
        history = _flows.collected(_flows.history(self.held.delivery.complaint_id or ""))
        entries = self._call(lambda: self.client._follow(history))  # noqa: SLF001 - likewise
        return plain_replies(entries)[digest(self.held.delivery.plain_text)]

    def _call(self, call: Callable[[], T]) -> T:
        self.ledger.renew(self.held, self.lease)
        return call()

    # What comes of it

    def _finish(self, state: State, **what: Any) -> Outcome:
        outcome = Outcome(state=state, attempts=self.held.attempts, **what)
        self.ledger.finish(self.held, outcome)
        return outcome

    def _not_sent(self, error: MsgkitError) -> Outcome:
        """Try again later what may succeed then; nothing of this attempt has arrived, or its id makes it one."""
        if isinstance(error, LeaseLostError):
            raise error
        is_retryable = isinstance(error, SendError) and error.retryable
        if is_retryable and self.held.now - self.held.first < self.give_up:
            return self._later(error)
        return self._finish(State.FAILED, error=_said(error), retryable=is_retryable)

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
