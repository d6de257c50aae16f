"""The client that awaits, for tests that block: what holds of one kind of client is asked of the other in its words."""

from __future__ import annotations

import contextlib
import inspect
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from types import TracebackType
from typing import Any, Self

from anyio.from_thread import BlockingPortal, start_blocking_portal

from msgkit import AsyncClient


class Awaited:
    """An `AsyncClient` whose methods block: each call is a task of an event loop in a thread of its own.

    It has the methods and attributes of the client.
    """

    def __init__(self, **settings: Any) -> None:
        self._client = AsyncClient(**settings)
        self._running = contextlib.ExitStack()
        self._portal: BlockingPortal | None = None
        self._lock = threading.Lock()

    def _call(self, function: Callable[[], Awaitable[Any]]) -> Any:
        with self._lock:
            portal = self._portal = self._portal or self._running.enter_context(start_blocking_portal())
        return portal.call(function)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if inspect.iscoroutinefunction(found):
            return lambda *args, **kwargs: self._call(partial(found, *args, **kwargs))
        if name in {"complaints", "history", "send_many"}:
            return lambda *args, **kwargs: self._each(found(*args, **kwargs))
        return found

    def _each(self, listing: AsyncIterator[Any]) -> Iterator[Any]:
        with contextlib.suppress(StopAsyncIteration):
            while True:
                yield self._call(listing.__anext__)

    def __repr__(self) -> str:
        return repr(self._client)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._running:
            self._call(self._client.close)
        self._portal = None
