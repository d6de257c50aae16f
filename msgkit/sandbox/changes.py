"""Who is told of what changes in a sandbox: after each step, in the thread that took it, and under no lock."""

from __future__ import annotations

import contextlib
import itertools
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Literal

from attrs import frozen

from msgkit.sandbox.journal import RecordedCall

logger = logging.getLogger("msgkit.sandbox")

ChangeKind = Literal["complaint", "entry", "call", "push", "clock", "reset"]


@frozen
class Change:
    """Something that is otherwise now than it was.

    Attributes:
        kind: ``complaint``: one is new, or stands otherwise, e.g. is ``PROCESSED``. ``entry``: a history has one more.
            ``call``: a request is about to be answered. ``push``: a notification was made, or posted. ``clock``: the
            sandbox's clock was moved. ``reset``: all was forgotten; the complaints of a new sandbox follow.
        complaint_id: The complaint; of a call, the one that its path names, whether or not there is one. None where it
            is about none.
        log_id: Of an entry, its ``log_id``.
        push_id: Of a notification, its ``id``.
        call: Of a call, its record.
    """

    kind: ChangeKind
    complaint_id: str | None = None
    log_id: str | None = None
    push_id: str | None = None
    call: RecordedCall | None = None


Listener = Callable[[Change], object]


class Changes:
    """Notes what changes, and tells it to those who listen.

    What changes under a lock is noted there, and told once the thread has given all locks back: whoever listens may
    read the sandbox, change it, or wait for another thread that does.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[int, Listener] = {}
        self._numbers = itertools.count()
        self._own = _OfThread()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell somebody from now on; see `Sandbox.on_change`."""
        if not callable(listener):
            raise ValueError(f"listener must be a function, not {listener!r}")  # noqa: TRY004 - one error for all
        with self._lock:
            number = next(self._numbers)
            self._listeners[number] = listener

        def leave() -> None:
            with self._lock:
                self._listeners.pop(number, None)

        return leave

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        """A step of this thread. It goes around the lock; at the end of the outermost one, what was noted is told."""
        self._own.depth += 1
        try:
            yield
        finally:
            self._own.depth -= 1
            if self._own.depth == 0:
                noted, self._own.noted = self._own.noted, []
                for change in noted:
                    self._tell(change)

    def note(self, change: Change) -> None:
        """Take note of a change, to be told at the end of this thread's step; at once where it is in none."""
        if self._own.depth:
            self._own.noted.append(change)
        else:
            self._tell(change)

    def _tell(self, change: Change) -> None:
        with self._lock:
            listeners = tuple(self._listeners.values())
        for listener in listeners:
            try:
                listener(change)
            except Exception as error:  # noqa: BLE001 - what was done is done, whoever fails to hear of it
                # The type alone: the text may quote what was in the call.
                logger.error("whoever watches the sandbox failed: %s", type(error).__name__)  # noqa: TRY400


class _OfThread(threading.local):
    """What one thread has noted and not told yet."""

    def __init__(self) -> None:
        self.depth = 0
        self.noted: list[Change] = []
