"""What a sandbox tells whoever watches it: what was called, and what changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgkit.sandbox.changes import Change, Listener
from msgkit.sandbox.credentials import MCHID
from msgkit.sandbox.errors import SandboxError
from msgkit.sandbox.exchanges import Exchange
from msgkit.sandbox.faults import is_count
from msgkit.sandbox.journal import KEPT_CALLS, RecordedCall
from msgkit.sandbox.state import State


class Watched:
    """The side of a sandbox that tells what happens.

    Args:
        exchanges: How many exchanges are kept.

    Raises:
        SandboxError: It is no such number.
    """

    def __init__(self, exchanges: int = 0) -> None:
        self._state = State(MCHID, checked_limit(exchanges))
        self._unwatch: Callable[[], None] | None = None

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """The last 10,000 requests, whatever became of them, in the order in which they were answered."""
        return self._state.journal.calls

    @property
    def counts(self) -> Counter[str]:
        """How many calls each endpoint had, by its name, since the sandbox began or was reset."""
        return self._state.journal.counts

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The last requests with their answers in full, in the order in which they were answered; `reset` forgets them.

        They hold people's words, so none are kept unless that was asked for: ``Sandbox(exchanges=500)``.
        """
        return self._state.exchanges.all

    def exchange(self, request_id: str | None = None, *, log_id: str | None = None) -> Exchange | None:
        """Find a request with its answer, by one of two ids.

        Args:
            request_id: The ``Request-ID`` of the answer, as `RecordedCall.request_id` has it.
            log_id: The ``log_id`` of a reply, as `ReceivedReply.log_id` has it: the request that made it.

        Returns:
            The exchange; None where there is none, or it is not kept, or no more.

        Raises:
            ValueError: Both are given, or neither.
        """
        if (request_id is None) == (log_id is None):
            raise ValueError("give a request_id or a log_id, one of both")
        named = ("request_id", request_id) if log_id is None else ("log_id", log_id)
        return next((one for one in self.exchanges if getattr(one, named[0]) == named[1]), None)

    def watch(self, listener: Callable[[RecordedCall], object] | None) -> None:
        """Have something told of each call as it is answered, in the thread that answers it.

        There is one such listener at a time; `on_change` has several, and tells of more than calls.

        Args:
            listener: Is called with the record; None to have nobody told.
        """
        if self._unwatch is not None:
            self._unwatch()
        self._unwatch = None if listener is None else self.on_change(_of_calls(listener))

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Have something told of all that changes: complaints, entries, calls, notifications, the clock, a reset.

        It is told in the thread that has made the change, before that thread goes on: of a call, before it is answered.
        No lock is held then, so it may read the sandbox and change it; what it does over HTTP it must do in another
        thread, since the server waits for it. Of two threads that change something at the same moment, either may be
        told first. Whoever raises an `Exception` harms nobody: its type is logged.

        Args:
            listener: Is called with each `Change`, beside all others that listen; `reset` leaves it there.

        Returns:
            A function that takes the listener away again; what is being told just then may still reach it.

        Raises:
            ValueError: The listener is no function.
        """
        return self._state.changes.listen(listener)


def checked_limit(exchanges: object) -> int:
    """Return how many exchanges are kept, if it is such a number.

    Raises:
        SandboxError: It is none.
    """
    if not isinstance(exchanges, int) or not is_count(exchanges) or not 0 <= exchanges <= KEPT_CALLS:
        raise SandboxError(f"exchanges must be a whole number from 0 to {KEPT_CALLS}, not {exchanges!r}")
    return exchanges


def _of_calls(listener: Callable[[RecordedCall], object]) -> Listener:
    def told(change: Change) -> None:
        if change.call is not None:
            listener(change.call)

    return told
