"""What a sandbox tells whoever watches it: what was called, and what changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from msgkit.sandbox.changes import Change, Listener
from msgkit.sandbox.credentials import MCHID
from msgkit.sandbox.journal import RecordedCall
from msgkit.sandbox.state import State


class Watched:
    """The side of a sandbox that tells what happens."""

    def __init__(self) -> None:
        self._state = State(MCHID)
        self._unwatch: Callable[[], None] | None = None

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """The last 10,000 requests, whatever became of them, in the order in which they were answered."""
        return self._state.journal.calls

    @property
    def counts(self) -> Counter[str]:
        """How many calls each endpoint had, by its name, since the sandbox began or was reset."""
        return self._state.journal.counts

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


def _of_calls(listener: Callable[[RecordedCall], object]) -> Listener:
    def told(change: Change) -> None:
        if change.call is not None:
            listener(change.call)

    return told
