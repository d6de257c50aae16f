"""Many replies at once, in tasks of the event loop.

A task group inside an asynchronous generator breaks where the generator is left early (PEP 789): its cancel scope would
be open in whoever iterates. So the tasks here belong to the event loop, and what hands out their results is no
generator. Who leaves it has nothing to close: nothing new is begun unless somebody asks for a result.
"""

from __future__ import annotations

import asyncio
import contextvars
import itertools
import sys
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator
from typing import Any, Generic, Self, TypeAlias, TypeVar

import anyio
import anyio.lowlevel
import attrs

from msgkit.client import _many

T = TypeVar("T")
R = TypeVar("R")

Replies: TypeAlias = Iterable[_many.Row] | AsyncIterable[_many.Row]


@attrs.define(eq=False)
class Task:
    """A task of an event loop.

    Attributes:
        scope: What cancels it.
        ended: Whether it came to its end, whatever that was.
        handle: The event loop's own, which asyncio does not hold.
    """

    scope: anyio.CancelScope = attrs.field(factory=anyio.CancelScope)
    ended: anyio.Event = attrs.field(factory=anyio.Event)
    handle: object = None


class Tasks:
    """The tasks that a client has begun and that are under way, of each event loop its own."""

    def __init__(self) -> None:
        self._here: anyio.lowlevel.RunVar[set[Task]] = anyio.lowlevel.RunVar(f"msgkit_tasks_{id(self)}")

    @property
    def here(self) -> set[Task]:
        """Those of this event loop."""
        found = self._here.get(None)
        if found is None:
            found = set()
            self._here.set(found)
        return found

    def start(self, run: Callable[[], Awaitable[None]], ended: Callable[[Task], object]) -> Task:
        """Begin a task.

        Args:
            run: What it does; it raises nothing.
            ended: Is called when it has come to its end, or was cancelled.
        """
        task, here = Task(), self.here
        here.add(task)

        async def running() -> None:
            try:
                with task.scope:
                    await run()
            finally:
                here.discard(task)
                task.ended.set()
                ended(task)

        task.handle = _spawn(running)
        return task


async def settled(tasks: Iterable[Task]) -> None:
    """Wait until tasks have come to their end; where that is cancelled, so are they."""
    tasks = tuple(tasks)
    try:
        for task in tasks:
            await task.ended.wait()
    except BaseException:
        await cancelled(tasks)
        raise


async def cancelled(tasks: Iterable[Task]) -> None:
    """Cancel tasks, and wait until nothing of them is left."""
    tasks = tuple(tasks)
    for task in tasks:
        task.scope.cancel()
    with anyio.CancelScope(shield=True):
        for task in tasks:
            await task.ended.wait()


def _spawn(run: Callable[[], Coroutine[Any, Any, None]]) -> object:
    """Begin a task that belongs to the event loop alone."""
    trio = sys.modules.get("trio")  # who runs it has imported it
    if trio is not None and trio.lowlevel.in_trio_task():
        found: object = trio.lowlevel.spawn_system_task(run, context=contextvars.copy_context())
        return found
    return asyncio.get_running_loop().create_task(run())


class InTasks(AsyncIterator[R], Generic[T, R]):
    """Works on items in tasks, and hands out what comes of each as soon as it is there; the twin of `in_threads`.

    Leaving a loop over it does not wait, which nothing that is left by ``break`` could do: what is under way comes to
    its end by itself, `aclose` waits for it, and so does closing the client. Where whoever waits for a result is
    cancelled, so is what is under way.

    Args:
        source: What to work on, an iterator or an asynchronous one. Its own error is raised after what was under way
            has been handed out.
        work: What is done with an item, in a task; it is given the item's number too, from 0, and raises nothing.
        workers: How many tasks.
        tasks: Where they are begun.
    """

    def __init__(
        self,
        source: Iterator[T] | AsyncIterator[T],
        work: Callable[[int, T], Awaitable[R]],
        workers: int,
        tasks: Tasks,
    ) -> None:
        self._source, self._work, self._workers, self._tasks = source, work, workers, tasks
        self._numbers = itertools.count()
        self._under_way: set[Task] = set()
        self._done: deque[R] = deque()
        self._change: anyio.Event | None = None
        self._is_over = False
        self._failure: Exception | None = None
        self._guard = anyio.ResourceGuard("iterating")

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> R:
        with self._guard:
            try:
                return await self._next()
            except BaseException as error:
                if not isinstance(error, Exception):
                    self._is_over = True
                    self._done.clear()
                    await cancelled(self._under_way)
                raise

    async def aclose(self) -> None:
        """Begin nothing new, and wait for what is under way."""
        self._is_over, self._failure = True, None
        await settled(self._under_way)
        self._done.clear()

    async def _next(self) -> R:
        while self._under_way or self._done or not self._is_over:
            if not self._is_over and len(self._under_way) < self._workers:
                await self._take()
                if not self._done:  # and otherwise a slow source would hold up what is there
                    continue
            if self._done:
                return self._done.popleft()
            self._change = anyio.Event()
            await self._change.wait()
        failure, self._failure = self._failure, None
        try:
            raise failure or StopAsyncIteration
        finally:
            del failure  # its traceback holds this frame

    async def _take(self) -> None:
        """Take the next item, if there is one, and begin with it."""
        try:
            item = await _first(self._source)
        except StopAsyncIteration:
            self._is_over = True
        except Exception as error:  # noqa: BLE001 - raised when what is under way has been handed out
            self._is_over, self._failure = True, error
        else:
            self._begin(item)

    def _begin(self, item: T) -> None:
        number = next(self._numbers)  # here: trio runs tasks in any order

        async def run() -> None:
            self._done.append(await self._work(number, item))

        task = self._tasks.start(run, self._ended)
        if not task.ended.is_set():  # which an eager one may be
            self._under_way.add(task)

    def _ended(self, task: Task) -> None:
        self._under_way.discard(task)
        if self._change is not None:
            self._change.set()


async def _first(source: Iterator[T] | AsyncIterator[T]) -> T:
    if isinstance(source, AsyncIterator):
        return await anext(source)
    for item in source:
        return item
    raise StopAsyncIteration
