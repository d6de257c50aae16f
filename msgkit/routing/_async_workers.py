"""Workers that do other things while they wait, under asyncio or trio: the same work as in `_workers`.

The inbox is spoken to in threads, which may wait for a disk or a network; so does a handler that is no ``async def``.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import from_thread, to_thread

from msgkit.client import _flows
from msgkit.client._async_client import AsyncClient
from msgkit.errors import MsgkitError
from msgkit.routing._functions import Chain
from msgkit.routing._handling import Borrow, Steps, described
from msgkit.routing._keeper import Keeper
from msgkit.routing._lenders import Lender
from msgkit.routing._working import BETWEEN_PRUNINGS, LOOK_AGAIN, HandlerExitError, Mishaps, Working

T = TypeVar("T")

logger = logging.getLogger("msgkit")


class StrayCancellationError(MsgkitError):
    """Something that a handler waited for was cancelled, and the handler was not."""


_HEARS_AFTER = 0.05  # seconds after which an idle task hears of news, which may come from any thread


class AsyncWorkers(Working[AsyncClient]):
    """Does a router's work with an `AsyncClient`."""

    async def work(self) -> int:
        """Handle what is due; see `Router.work`."""
        count = 0
        with Keeper(self._handling.inbox, self._handling.lease) as keeper:
            while await self._one(keeper, lambda: False):
                count += 1
        await in_thread(self._prune)
        return count

    async def poll(self, begin: date, end: date) -> int:
        """Ask for looks at complaints; see `Router.poll`."""
        count, mishaps = 0, Mishaps()
        mchids: list[str] = await in_thread(list, self._lender.mchids())
        for mchid in mchids:
            try:
                async with self._lender.client(mchid) as client:
                    asked = _flows.collected(_flows.complaints(begin, end, None))
                    listed = await client._follow(asked)  # noqa: SLF001 - ours
                wanted = [complaint.complaint_id for complaint in listed]
                count += await in_thread(self._handling.want, mchid, wanted)
            except Exception as error:  # noqa: BLE001 - it hurts no other merchant
                mishaps.note(mchid, error)
        mishaps.end()
        return count

    @asynccontextmanager
    async def running(self, workers: int) -> AsyncIterator[None]:
        """Work in tasks meanwhile; see `Router.running`."""
        over = anyio.Event()
        with Keeper(self._handling.inbox, self._handling.lease) as keeper:
            error: Exception | None = None
            async with anyio.create_task_group() as tasks:
                for _ in range(workers):
                    tasks.start_soon(self._run, keeper, over)
                tasks.start_soon(self._run_prune, over)
                try:
                    yield
                except Exception as raised:  # noqa: BLE001 - handlers come to their end first, as always
                    error = raised
                finally:
                    over.set()
            if error is not None:
                raise error

    async def _run(self, keeper: Keeper, over: anyio.Event) -> None:
        while not over.is_set():
            self._news.clear()
            try:
                found = await self._one(keeper, over.is_set)
            except Exception as error:  # noqa: BLE001 - a store that is away comes back
                logger.error("a worker could not work: %s", described(error))  # noqa: TRY400 - no customer's words
                await _pass(LOOK_AGAIN, over.is_set)
            else:
                if not found:
                    await _pass(LOOK_AGAIN, lambda: over.is_set() or self._news.is_set())

    async def _run_prune(self, over: anyio.Event) -> None:
        while not over.is_set():
            try:
                await in_thread(self._prune)
            except Exception as error:  # noqa: BLE001 - likewise
                logger.error("what is old was not forgotten: %s", described(error))  # noqa: TRY400
            with anyio.move_on_after(BETWEEN_PRUNINGS):
                await over.wait()

    async def _one(self, keeper: Keeper, is_over: Callable[[], bool]) -> bool:
        return await drive(self._handling.one(keeper, self._news.set, is_over), self._lender)


async def drive(steps: Steps[T], lender: Lender[AsyncClient]) -> T:
    """Do what the steps ask for, one after the other, and return their result."""
    async with AsyncExitStack() as lent:
        return await _drive(steps, lender, lent)


async def _drive(steps: Steps[T], lender: Lender[AsyncClient], lent: AsyncExitStack) -> T:
    client: AsyncClient | None = None
    step: Callable[[], Any] = partial(next, steps)
    try:
        while True:
            is_over, found = await in_thread(_resumed, step)
            del step  # it may hold an error, whose traceback holds this frame
            if is_over:
                return found  # type: ignore[no-any-return]
            try:
                if isinstance(found, Borrow):
                    came = client = await lent.enter_async_context(lender.client(found.mchid))
                else:
                    came = await (call(found) if isinstance(found, Chain) else _known(client)._follow(found))  # noqa: SLF001
            except anyio.get_cancelled_exc_class():
                if _is_cancelled():
                    raise
                step = partial(steps.throw, StrayCancellationError("what a handler waited for was cancelled"))
            except Exception as error:  # noqa: BLE001 - the steps know what to make of it
                step = partial(steps.throw, error)
            else:
                step = partial(steps.send, came)
    finally:
        with anyio.CancelScope(shield=True):  # what the steps hold is given back, also where this was cancelled
            await in_thread(steps.close)


async def call(chain: Chain, at: int = 0, given: Mapping[str, Any] | None = None) -> Any:
    """Run a handler within its middlewares, and return what the outermost function returned."""
    function, values = chain.functions[at], chain.given if given is None else given

    async def inner(**added: Any) -> Any:
        return await call(chain, at + 1, {**values, **added})

    def inner_from_thread(**added: Any) -> Any:
        return from_thread.run(partial(inner, **added))

    following = {} if chain.is_last(at) else {"next": inner if function.is_async else inner_from_thread}
    run = function.given({**values, **following})
    if function.is_async:
        return await run()
    returned = await in_thread(_run, run)
    return await returned if inspect.isawaitable(returned) else returned


def _run(call: Callable[[], T]) -> T:
    """Run a function in a thread, where what ends a program is the function's own doing: signals go to the main one."""
    try:
        return call()
    except (SystemExit, KeyboardInterrupt) as error:
        raise HandlerExitError(f"a handler raised {type(error).__name__}") from error


def _resumed(step: Callable[[], Any]) -> tuple[bool, Any]:
    """Take a step; return whether it was the last, and what came of it. A thread's task cannot end in StopIteration."""
    try:
        return False, step()
    except StopIteration as done:
        return True, done.value


async def in_thread(call: Callable[..., T], *arguments: Any) -> T:
    """Call something in a thread of its own, also where those that the program's other parts share are all taken.

    A middleware in one waits for its handler in another: with a bound on both, they could wait for each other. There
    are as many as there are workers, and functions around a handler.
    """
    return await to_thread.run_sync(call, *arguments, limiter=anyio.CapacityLimiter(1))


def _is_cancelled() -> bool:
    """Tell whether it is this task that was cancelled, and not something that it waited for."""
    try:
        task = asyncio.current_task()
    except RuntimeError:  # trio's loop, where nothing else can be
        task = None
    return anyio.current_effective_deadline() == -math.inf or (task is not None and task.cancelling() > 0)


async def _pass(seconds: float, is_over: Callable[[], bool]) -> None:
    """Let time pass, or less of it where something is over."""
    end = anyio.current_time() + seconds
    while not is_over() and anyio.current_time() < end:  # noqa: ASYNC110 - an Event belongs to one loop, news to none
        await anyio.sleep(_HEARS_AFTER)


def _known(client: AsyncClient | None) -> AsyncClient:
    assert client is not None  # noqa: S101 - for the type checkers: steps borrow one before they ask it
    return client
