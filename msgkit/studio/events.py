"""What has changed, told to every page that is open, by server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator
from typing import Any

#: How long nothing is said before a word that means nothing, in seconds: it shows whether the page is still there.
_SILENCE = 15.0

#: More than so many things that wait are told as one: whoever hears it looks at everything anew.
_MOST_WAITING = 200

#: What is told where too much happened to tell each.
EVERYTHING = "everything"


class _Listener:
    """A page that listens: what it has not been told yet, each thing once."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.woken = asyncio.Event()
        self.waiting: dict[str, None] = {}

    def add(self, told: str) -> None:
        self.waiting[told] = None
        if len(self.waiting) > _MOST_WAITING:
            self.waiting = {_written(EVERYTHING, {}): None}
        self.woken.set()

    def take(self) -> list[str]:
        told, self.waiting = list(self.waiting), {}
        self.woken.clear()
        return told


class Events:
    """Tells of changes; to be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: set[_Listener] = set()
        self._is_closed = False

    def tell(self, name: str, **data: Any) -> None:
        """Tell every page that something has changed.

        Args:
            name: What, e.g. ``templates`` or ``conversation``: in the page, an event ``studio:NAME`` of the body.
            **data: Which one, as JSON; pages look at the rest themselves.
        """
        self._wake(_written(name, data))

    def close(self) -> None:
        """End every stream."""
        with self._lock:
            self._is_closed = True
        self._wake(None)

    def _wake(self, told: str | None) -> None:
        with self._lock:
            for listener in self._listeners:
                act = listener.woken.set if told is None else lambda to=listener: to.add(told)
                with contextlib.suppress(RuntimeError):  # its loop has ended
                    listener.loop.call_soon_threadsafe(act)

    async def stream(self) -> AsyncIterator[str]:
        """Yield what is told from now on, as server-sent events, until `close`."""
        listener = _Listener()
        with self._lock:
            self._listeners.add(listener)
        try:
            # A page that was away has missed something: it looks at everything anew.
            yield f"retry: 1000\n{_written(EVERYTHING, {})}"
            while not self._is_closed:
                try:
                    await asyncio.wait_for(listener.woken.wait(), _SILENCE)
                except TimeoutError:
                    yield ":\n\n"
                for told in listener.take():
                    yield told
        finally:
            with self._lock:
                self._listeners.discard(listener)


def _written(name: str, data: dict[str, Any]) -> str:
    return f"event: change\ndata: {json.dumps({'name': name, **data}, ensure_ascii=True)}\n\n"
