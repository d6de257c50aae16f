"""`AsyncClient.send_many`: tasks, cancellation, loops that are left, under asyncio and trio alike."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import Any

import anyio
import anyio.lowlevel
import pytest
import trio
import trio.lowlevel

from msgkit import SendResult
from msgkit.client._async_many import InTasks, Tasks, settled
from msgkit.sandbox import Sandbox
from tests.client.test_async import client_for
from tests.network import IMMEDIATE, MESSAGE

Run = Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]


@pytest.fixture(params=["asyncio", "trio"])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Run something in an event loop of either kind; what it leaves as garbage is collected while warnings count."""
    yield trio.run if request.param == "trio" else lambda main: asyncio.run(main())
    gc.collect(1)  # what is young


class Work:
    """Work that takes until it is allowed to end, and says what was begun and what became of it."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.cancelled: list[str] = []
        self.may_end = anyio.Event()

    async def __call__(self, number: int, item: str) -> str:
        """Do it; the first item is done at once."""
        self.begun.append(item)
        try:
            if number:
                await self.may_end.wait()
        except anyio.get_cancelled_exc_class():
            self.cancelled.append(item)
            raise
        self.ended.append(item)
        return item

    def begin(self, tasks: Tasks, items: str = "abcdefghij") -> InTasks[str, str]:
        """Work on items in three tasks."""
        return InTasks(iter(items), self, 3, tasks)


async def started(work: Work, count: int) -> None:
    """Wait until so many are under way."""
    with anyio.fail_after(5):
        while len(work.begun) < count:
            await anyio.lowlevel.checkpoint()


async def take_all(results: AsyncIterator[Any], found: list[Any]) -> None:
    """Iterate to the end."""
    async for each in results:
        found.append(each)  # noqa: PERF401 - what comes before an error counts


class TestSendMany:
    """Replies of a real client."""

    def test_asynchronous_iterable(self, sandbox: Sandbox, run: Run) -> None:
        """Replies come from an asynchronous iterable too; its own error is raised when all is handed out."""
        found: list[SendResult] = []

        async def rows() -> AsyncIterator[Any]:
            for number in range(5):
                await anyio.lowlevel.checkpoint()
                yield IMMEDIATE, MESSAGE, f"send-{number}"
            raise OSError("the disk")

        async def main() -> None:
            async with client_for(sandbox) as client:
                results = client.send_many(rows(), workers=2)
                with pytest.raises(OSError, match="the disk"):
                    await take_all(results, found)
                assert [result async for result in results] == []

        run(main)
        sent = {result.index: result.receipt.idempotent_id for result in found if result.receipt is not None}
        assert sent == {number: f"send-{number}" for number in range(5)}

    def test_numbers(self, sandbox: Sandbox, run: Run) -> None:
        """A result belongs to the reply that its index says, also where tasks are run in any order."""

        async def main() -> list[SendResult]:
            async with client_for(sandbox) as client:
                return [each async for each in client.send_many([(str(n), None) for n in range(50)], workers=20)]  # type: ignore[misc]

        found = run(main)
        assert sorted(result.index for result in found) == list(range(50))
        assert all(str(result.index) == result.complaint_id for result in found)

    def test_closing_waits(self, sandbox: Sandbox, run: Run) -> None:
        """Who leaves a loop in its middle has what is under way sent, if the client is closed as it should be."""
        results: list[SendResult] = []
        sandbox.fail_next("SLOW", seconds=0.2, times=4)

        async def main() -> None:
            async with client_for(sandbox) as client:
                async for result in client.send_many([("", MESSAGE), *[(IMMEDIATE, MESSAGE)] * 50]):
                    results.append(result)
                    break
                assert len(client._tasks.here) == 4
            assert not client._tasks.here

        run(main)
        assert len(results) == 1
        assert len(sandbox.replies) == 4

    def test_cancelled_in_the_body(self, sandbox: Sandbox, run: Run) -> None:
        """Where the loop's body is cancelled, closing the client does not wait for what is under way."""
        sandbox.fail_next("SLOW", seconds=5, times=10)

        async def main() -> None:
            client = client_for(sandbox)
            with anyio.move_on_after(0.15) as scope:
                async with client:
                    async for _ in client.send_many([("", MESSAGE), *[(IMMEDIATE, MESSAGE)] * 3]):
                        await anyio.sleep(5)
            assert scope.cancelled_caught
            assert not client._tasks.here

        run(main)

    def test_several_loops(self, sandbox: Sandbox) -> None:
        """One client sends in several event loops, one after the other."""
        client = client_for(sandbox)

        async def main() -> list[Any]:
            async with client:
                return [result.error async for result in client.send_many([(IMMEDIATE, MESSAGE)] * 3)]

        assert asyncio.run(main()) + trio.run(main) + asyncio.run(main()) == [None] * 9

    def test_at_the_call(self, sandbox: Sandbox) -> None:
        """Calling it needs no event loop and begins nothing; what is never iterated over leaves nothing behind."""
        assert not inspect.isawaitable(client_for(sandbox).send_many([(IMMEDIATE, MESSAGE)]))


class TestInTasks:
    """Tasks, and their end."""

    def test_by_completion(self, run: Run) -> None:
        """What is there first is handed out first."""

        async def work(_: int, seconds: float) -> float:
            await anyio.sleep(seconds)
            return seconds

        async def main() -> list[float]:
            return [each async for each in InTasks(iter([0.05, 0.0, 0.025]), work, 3, Tasks())]

        assert run(main) == [0.0, 0.025, 0.05]

    def test_break(self, run: Run) -> None:
        """After a break nothing is begun, and what is under way comes to its end though nobody holds it."""

        async def main() -> None:
            work, tasks = Work(), Tasks()
            async for _ in work.begin(tasks):
                break
            gc.collect()
            work.may_end.set()
            await settled(tasks.here)
            assert sorted(work.begun) == sorted(work.ended) == ["a", "b", "c", "d"]
            assert not tasks.here

        run(main)

    def test_error_in_the_body(self, run: Run) -> None:
        """An error in the loop's body is raised as it is; what is under way comes to its end."""

        async def main() -> None:
            work, tasks = Work(), Tasks()

            async def iterate() -> None:
                async for _ in work.begin(tasks):
                    raise ZeroDivisionError

            with pytest.raises(ZeroDivisionError):
                await iterate()
            work.may_end.set()
            await settled(tasks.here)
            assert sorted(work.ended) == ["a", "b", "c", "d"]

        run(main)

    def test_aclose(self, run: Run) -> None:
        """Closing waits for what is under way, and what is closed has nothing more."""

        async def main() -> None:
            work, tasks = Work(), Tasks()
            async with contextlib.aclosing(work.begin(tasks)) as done:
                assert await anext(done) == "a"
                work.may_end.set()
            assert sorted(work.ended) == ["a", "b", "c", "d"]
            assert not tasks.here
            assert [each async for each in done] == []

        run(main)

    @pytest.mark.parametrize("waits", ["for a result", "for the source", "for the end"])
    def test_cancelled(self, run: Run, waits: str) -> None:
        """Where whoever waits is cancelled, so is what is under way, and nothing of it is left."""

        async def endless() -> AsyncIterator[str]:
            yield "a"
            yield "b"
            await anyio.sleep_forever()

        async def main() -> None:
            work, tasks = Work(), Tasks()
            done = InTasks(endless(), work, 3, tasks) if waits == "for the source" else work.begin(tasks)
            with anyio.move_on_after(0.03) as scope:
                await anext(done)
                await started(work, 2)
                await (done.aclose() if waits == "for the end" else anext(done))
            assert scope.cancelled_caught
            assert sorted(work.cancelled) == sorted(work.begun)[1:]
            assert not tasks.here
            assert [each async for each in done] == []

        run(main)

    def test_asyncios_own_cancellation(self) -> None:
        """The same where it is asyncio that cancels, and not a cancel scope."""

        async def main() -> None:
            work, tasks = Work(), Tasks()

            async def iterate() -> None:
                async for _ in work.begin(tasks):
                    pass

            task = asyncio.create_task(iterate())
            await started(work, 4)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert sorted(work.cancelled) == ["b", "c", "d"]
            assert not tasks.here
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(main())

    def test_each_in_a_task_of_its_own(self, run: Run) -> None:
        """Results may be asked for by one task after the other, each with cancel scopes of its own."""

        async def main() -> list[str]:
            work, found = Work(), []
            work.may_end.set()
            done = work.begin(Tasks())

            async def ask() -> None:
                with anyio.fail_after(5):
                    found.append(await anext(done))

            for _ in range(10):
                async with anyio.create_task_group() as group:
                    group.start_soon(ask)
            return found

        assert sorted(run(main)) == list("abcdefghij")

    def test_two_at_once(self, run: Run) -> None:
        """Two tasks that ask at once are told so, and the first is served."""

        async def main() -> None:
            work = Work()
            done = work.begin(Tasks())
            assert await anext(done) == "a"
            async with anyio.create_task_group() as group:
                group.start_soon(anext, done)
                await anyio.wait_all_tasks_blocked()
                with pytest.raises(anyio.BusyResourceError):
                    await anext(done)
                work.may_end.set()
            await done.aclose()

        run(main)

    def test_loop_ends(self, run: Run) -> None:
        """An event loop that ends cancels what is under way, without a word."""
        works: list[Work] = []

        async def main() -> None:
            works.append(Work())
            async for _ in works[0].begin(Tasks()):
                break
            await started(works[0], 4)

        run(main)
        assert sorted(works[0].cancelled) == ["b", "c", "d"]

    def test_context(self, run: Run) -> None:
        """A task sees the context variables of whoever iterates."""
        name: contextvars.ContextVar[str] = contextvars.ContextVar("name")

        async def work(_number: int, _item: int) -> str:
            await anyio.lowlevel.checkpoint()
            return name.get()

        async def main() -> list[str]:
            name.set("here")
            return [each async for each in InTasks(iter(range(2)), work, 2, Tasks())]

        assert run(main) == ["here", "here"]

    @pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="Python has eager tasks from 3.12 on")
    def test_eager(self) -> None:
        """Tasks that run before they are handed out, as asyncio can have them, are worked with all the same."""

        async def work(_number: int, item: int) -> int:
            return item

        async def main() -> list[int]:
            asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009
            return [each async for each in InTasks(iter(range(9)), work, 2, Tasks())]

        assert sorted(asyncio.run(main())) == list(range(9))

    def test_inside_trio_inside_asyncio(self) -> None:
        """Trio as a guest of asyncio's loop is trio."""

        async def work(_number: int, item: int) -> int:
            await trio.lowlevel.checkpoint()
            return item

        async def guest() -> list[int]:
            return [each async for each in InTasks(iter(range(9)), work, 2, Tasks())]

        async def main() -> Any:
            loop, over = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
            trio.lowlevel.start_guest_run(
                guest,
                run_sync_soon_threadsafe=loop.call_soon_threadsafe,
                done_callback=over.set_result,
            )
            return (await over).unwrap()

        assert sorted(asyncio.run(main())) == list(range(9))
