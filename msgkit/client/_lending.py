"""Clients that are made when first asked for, lent, and kept within a bound."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

import attrs

from msgkit.client._base import ClientBase
from msgkit.client._merchant_sources import Found

C = TypeVar("C", bound=ClientBase)


@attrs.define(eq=False)
class Kept(Generic[C]):
    """A client, or the place of one that is being made.

    Attributes:
        mchid: The merchant.
        making: Held by who makes it, so that others wait for that one.
        found: What it was made from.
        client: The client.
        users: How many have it.
        is_over: It is closed once nobody has it any more.
    """

    mchid: str
    making: threading.Lock = attrs.field(factory=threading.Lock)
    found: Found | None = None
    client: C | None = None
    users: int = 0
    is_over: bool = False


class Pool(Generic[C]):
    """The clients of one process.

    Closing one takes time, and may have to be awaited, so what is over is handed out by `over` to be closed.

    Args:
        most: How many are kept; more only while that many are in use.
        make: Makes one of a merchant, and says what it was made from.
    """

    def __init__(self, most: int, make: Callable[[str], tuple[Found, C]]) -> None:
        self._most, self._make = most, make
        self._lock = threading.Lock()
        self._all: OrderedDict[str, Kept[C]] = OrderedDict()  # the least recently used first
        self._over: list[C] = []

    def take(self, mchid: str) -> Kept[C]:
        """Take a client, which is made where there is none that is current; `give_back` ends that.

        Raises:
            ConfigurationError: None can be made. Whoever asks next tries again.
        """
        while True:
            kept = self._join(mchid)
            try:
                with kept.making:
                    if kept.found is None and not kept.is_over:
                        kept.found, kept.client = self._make(mchid)
                        return kept
                    if kept.found is not None and kept.found.is_current():
                        return kept
            except BaseException:
                self._end(kept)
                self.give_back(kept)
                raise
            self._end(kept)
            self.give_back(kept)

    def give_back(self, kept: Kept[C]) -> None:
        """Give back what was taken."""
        with self._lock:
            kept.users -= 1
            self._trim()
            if kept.is_over and kept.users == 0 and kept.client is not None:
                self._over.append(kept.client)
                kept.client = None

    def forget(self, mchid: str) -> None:
        """Have the next one who asks get a new client."""
        with self._lock:
            kept = self._all.get(mchid)
            if kept is not None:
                self._drop(kept)

    def forget_all(self) -> None:
        """Let go of all clients; those in use end with their last user."""
        with self._lock:
            for kept in list(self._all.values()):
                self._drop(kept)

    def over(self) -> list[C]:
        """Return the clients that are to be closed, each once."""
        with self._lock:
            over, self._over = self._over, []
            return over

    def _join(self, mchid: str) -> Kept[C]:
        with self._lock:
            kept = self._all.setdefault(mchid, Kept(mchid))
            self._all.move_to_end(mchid)
            kept.users += 1
            self._trim()
            return kept

    def _end(self, kept: Kept[C]) -> None:
        with self._lock:
            self._drop(kept)

    def _drop(self, kept: Kept[C]) -> None:
        """Take a client out, if it is still in; the lock is held."""
        if self._all.get(kept.mchid) is kept:
            del self._all[kept.mchid]
        kept.is_over = True
        if kept.users == 0 and kept.client is not None:
            self._over.append(kept.client)
            kept.client = None

    def _trim(self) -> None:
        """Let go of those that were not used for longest, as far as nobody has them; the lock is held."""
        idle = [kept for kept in self._all.values() if kept.users == 0] if len(self._all) > self._most else []
        for kept in idle[: len(self._all) - self._most]:
            self._drop(kept)


class Loan(Generic[C]):
    """Lends a client for as long as a ``with`` lasts, or an ``async with`` where clients are closed so.

    Args:
        pool: Whose client.
        mchid: The merchant.
        learn: Is told of each client that is given back.
    """

    def __init__(self, pool: Pool[C], mchid: str, learn: Callable[[C], object]) -> None:
        self._pool, self._mchid, self._learn = pool, mchid, learn
        self._lock = threading.Lock()
        self._kept: Kept[C] | None = None
        self._is_over = False

    def __enter__(self) -> C:
        client = self.take()
        close(self._pool.over())
        return client

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.give_back()
        close(self._pool.over())

    async def __aenter__(self) -> C:
        from anyio import CapacityLimiter, to_thread  # noqa: PLC0415 - who waits has no event loop

        try:
            # Files, a secret store and RSA take their time; a limiter of its own, as it may wait for another's making.
            client = await to_thread.run_sync(self.take, limiter=CapacityLimiter(1))
            await close_async(self._pool.over())
        except BaseException:
            self.give_back()  # also where the thread goes on after this was cancelled
            raise
        return client

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.give_back()
        await close_async(self._pool.over())

    def take(self) -> C:
        """Take the client; for who cannot use ``with``."""
        kept = self._pool.take(self._mchid)
        assert kept.client is not None  # noqa: S101 - for the type checkers: it was just made, and is in use
        client = kept.client
        with self._lock:
            self._kept = kept
            is_over = self._is_over
        if is_over:
            self.give_back()
        return client

    def give_back(self) -> None:
        """Give it back; what is over is left to be closed by who lends next."""
        with self._lock:
            kept, self._kept = self._kept, None
            self._is_over = True
        if kept is not None:
            if kept.client is not None:
                self._learn(kept.client)
            self._pool.give_back(kept)


def close(clients: list[Any]) -> None:
    """Close clients that wait."""
    for client in clients:
        client.close()


async def close_async(clients: list[Any]) -> None:
    """Close clients that are awaited."""
    for client in clients:
        await client.close()
