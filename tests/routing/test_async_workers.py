"""The same work by tasks, under asyncio and trio."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from msgkit import AsyncClient, Message, Reply, Router
from msgkit.errors import ConfigurationError
from msgkit.routing import Claim, Event, SQLiteInbox, State
from msgkit.sandbox import Sandbox
from tests.routing.desk import Clock

BACKENDS = pytest.mark.parametrize("backend", ["asyncio", "trio"])

Play = Callable[[Router[AsyncClient], AsyncClient], Awaitable[None]]


def played(sandbox: Sandbox, backend: str, play: Play, **settings: Any) -> None:
    """Run a play with a router and its client."""

    async def main() -> None:
        async with AsyncClient.from_env(sandbox.credentials.environ, retry=None) as client:
            await play(Router(client, **settings), client)

    anyio.run(main, backend=backend)


def sent(sandbox: Sandbox, complaint: str) -> list[str]:
    """Return what the customer was sent."""
    replies = [reply.body for reply in sandbox.replies if reply.complaint_id == complaint]
    return [body["message"]["blocks"][0]["text"]["text"] for body in replies]


@BACKENDS
class TestHandlers:
    """Handlers that are awaited, and those that are not."""

    def test_sync_and_async(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """Handlers and middlewares may be async; those that are not run in threads of their own."""
        complaint = wechatpay_sandbox.complaint().complaint_id
        wechatpay_sandbox.entry(complaint, "USER_RESPONSE", details="在吗")
        threads: dict[str, threading.Thread] = {}

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            @router.middleware
            def outer(next: Callable[..., Any]) -> Any:  # noqa: A002 - its name
                threads["outer"] = threading.current_thread()
                return next(user="张三")

            @router.middleware
            async def inner(next: Callable[..., Awaitable[Any]], user: str) -> Any:  # noqa: A002
                threads["inner"] = threading.current_thread()
                return await next(greeting=f"{user}您好")

            @router.on_complaint
            async def welcome(greeting: str) -> Message:
                await anyio.lowlevel.checkpoint()
                return Message().text(greeting)

            @router.on_message
            def words(text: str) -> Message:
                threads["words"] = threading.current_thread()
                return Message().text(f"收到：{text}")

            router.inbox.notify(client.mchid, complaint)
            assert await router.work() == 1
            threads["main"] = threading.current_thread()

        played(wechatpay_sandbox, backend, play)
        assert sent(wechatpay_sandbox, complaint) == ["张三您好", "收到：在吗"]
        assert threads["inner"] is threads["main"]
        assert threads["main"] not in (threads["outer"], threads["words"])

    def test_errors(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """An error of an async handler is heard, and tried again."""
        complaint = wechatpay_sandbox.complaint().complaint_id
        heard: list[tuple[str, int]] = []

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            @router.on_complaint
            async def broken() -> None:
                raise StopIteration

            @router.on_error
            async def hear(error: Exception, attempt: int) -> None:
                heard.append((type(error).__name__, attempt))

            router.inbox.notify(client.mchid, complaint)
            await router.work()
            assert [r.attempts for r in router.inbox.find(State.NEW)] == [1]

        played(wechatpay_sandbox, backend, play)
        assert heard == [("RuntimeError", 1)]

    @pytest.mark.slow
    def test_a_cancelled_handler_gives_back(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """A complaint whose handler is cancelled is given back, to be worked on at once."""
        complaint = wechatpay_sandbox.complaint().complaint_id

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            is_stuck = [True]

            @router.on_complaint
            async def welcome() -> Message:
                await anyio.sleep(60 if is_stuck else 0)
                return Message().text("您好")

            router.inbox.notify(client.mchid, complaint)
            with anyio.move_on_after(1.0) as scope:
                await router.work()
            assert scope.cancelled_caught
            is_stuck.clear()
            assert await router.work() == 1

        played(wechatpay_sandbox, backend, play)
        assert sent(wechatpay_sandbox, complaint) == ["您好"]

    @pytest.mark.parametrize("error", [StopIteration, RuntimeError, SystemExit, KeyboardInterrupt])
    def test_errors_of_threads(self, wechatpay_sandbox: Sandbox, backend: str, error: type[BaseException]) -> None:
        """An error of a handler that is not async is heard too, whatever it is."""
        complaint = wechatpay_sandbox.complaint().complaint_id
        heard: list[int] = []

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            @router.on_complaint
            def broken() -> None:
                raise error

            router.on_error(lambda attempt: heard.append(attempt))  # noqa: PLW0108 - asked for by name
            router.inbox.notify(client.mchid, complaint)
            await router.work()

        played(wechatpay_sandbox, backend, play)
        assert heard == [1]

    def test_a_cancelled_claim_gives_back(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """A complaint that is claimed just when its worker is cancelled is given back too."""
        complaint = wechatpay_sandbox.complaint().complaint_id

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            router.on_complaint(lambda: Message().text("您好"))
            router.inbox.notify(client.mchid, complaint)

            async def work() -> None:
                await router.work()

            original, begun, may_end = router.inbox.claim, threading.Event(), threading.Event()

            def claim(lease: float, mchid: str | None = None) -> Claim | None:
                begun.set()
                may_end.wait(20)
                return original(lease, mchid)

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(router.inbox, "claim", claim)
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(work)
                    await anyio.to_thread.run_sync(begun.wait)
                    tasks.cancel_scope.cancel()
                    may_end.set()
            assert await router.work() == 1

        played(wechatpay_sandbox, backend, play)
        assert sent(wechatpay_sandbox, complaint) == ["您好"]

    def test_few_threads(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """Handlers within middlewares come to their end, however few threads the program has for all that waits."""
        complaint = wechatpay_sandbox.complaint().complaint_id

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            @router.middleware
            def outer(next: Callable[..., Any]) -> Any:  # noqa: A002 - its name
                return next()

            router.on_complaint(lambda: Message().text("您好"))
            router.inbox.notify(client.mchid, complaint)
            limiter = anyio.to_thread.current_default_thread_limiter()
            limiter.total_tokens = 1
            with anyio.move_on_after(2) as scope:
                await router.work()
            limiter.total_tokens = 40
            assert not scope.cancelled_caught, "they wait for each other"

        played(wechatpay_sandbox, backend, play)

    def test_a_plain_reply_that_was_lost(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """A plain reply whose answer was lost is found in the history, and is not sent again."""
        complaint = wechatpay_sandbox.complaint(need_immediate_service=False).complaint_id
        clock = Clock()

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            router.on_complaint(lambda: Reply("您好"))
            wechatpay_sandbox.fail_next("NO_ANSWER", endpoint="response", processed=True)
            router.inbox.notify(client.mchid, complaint)
            await router.work()
            assert [record.state for record in router.inbox.find(*State)] == [State.SENDING]
            clock.now += 61
            await router.work()
            assert router.inbox.find(State.NEW, State.SENDING, State.UNCLEAR) == ()

        played(wechatpay_sandbox, backend, play, inbox=SQLiteInbox(":memory:", clock))
        assert len(wechatpay_sandbox.replies) == 1

    @pytest.mark.slow
    def test_a_handler_longer_than_a_lease(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """A lease is renewed while a handler is awaited, so that no second worker begins."""
        complaint = wechatpay_sandbox.complaint().complaint_id
        runs: list[int] = []

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            @router.on_complaint
            async def slow() -> None:
                runs.append(1)
                await anyio.sleep(0.9)

            router.inbox.notify(client.mchid, complaint)
            async with router.running(workers=2):
                with anyio.fail_after(20):
                    while not router.inbox.find(State.DONE):  # noqa: ASYNC110 - it is a store that is asked
                        await anyio.sleep(0.01)

        played(wechatpay_sandbox, backend, play, lease=0.3)
        assert len(runs) == 1


@BACKENDS
class TestRunning:
    """Work by tasks."""

    def test_running(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """Tasks take what comes in meanwhile; leaving lets handlers come to their end."""
        complaints = [wechatpay_sandbox.complaint().complaint_id for _ in range(4)]

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            begun: list[int] = []

            @router.on_complaint
            async def welcome() -> Message:
                begun.append(1)
                await anyio.sleep(0.3)
                return Message().text("您好")

            async with router.running(workers=4):
                for complaint in complaints:
                    router.inbox.notify(client.mchid, complaint)
                with anyio.fail_after(20):
                    while len(begun) < 4:  # noqa: ASYNC110 - handlers of threads could not set an event of this loop
                        await anyio.sleep(0.01)

        played(wechatpay_sandbox, backend, play)
        assert [sent(wechatpay_sandbox, complaint) for complaint in complaints] == [["您好"]] * 4

    def test_poll(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """Polling is awaited, and fills the inbox."""
        complaint = wechatpay_sandbox.complaint().complaint_id

        async def play(router: Router[AsyncClient], _: AsyncClient) -> None:
            router.on_complaint(lambda: Message().text("您好"))
            assert await router.poll() == len(wechatpay_sandbox.complaints)
            assert sent(wechatpay_sandbox, complaint) == []
            await router.work()

        played(wechatpay_sandbox, backend, play)
        assert sent(wechatpay_sandbox, complaint) == ["您好"]

    def test_leaving_with_an_error(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """Whoever leaves with an error leaves with that one, and handlers come to their end."""
        complaint = wechatpay_sandbox.complaint().complaint_id

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            begun = anyio.Event()

            @router.on_complaint
            async def slow() -> Message:
                begun.set()
                await anyio.sleep(0.2)
                return Message().text("您好")

            router.inbox.notify(client.mchid, complaint)
            with pytest.raises(KeyError):  # noqa: PT012 - it is left like that
                async with router.running(workers=1):
                    with anyio.fail_after(20):
                        await begun.wait()
                    raise KeyError

        played(wechatpay_sandbox, backend, play)
        assert sent(wechatpay_sandbox, complaint) == ["您好"]

    def test_leaving_takes_nothing_new(self, wechatpay_sandbox: Sandbox, backend: str) -> None:
        """What comes in while handlers come to their end is left for later."""
        first, second = (wechatpay_sandbox.complaint().complaint_id for _ in range(2))

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            begun = anyio.Event()

            @router.on_complaint
            async def slow() -> Message:
                begun.set()
                await anyio.sleep(0.3)
                return Message().text("您好")

            router.inbox.notify(client.mchid, first)
            async with router.running(workers=1):
                await begun.wait()
                router.inbox.notify(client.mchid, second)

        played(wechatpay_sandbox, backend, play)
        assert [sent(wechatpay_sandbox, each) for each in (first, second)] == [["您好"], []]

    def test_a_store_that_is_away(
        self,
        wechatpay_sandbox: Sandbox,
        backend: str,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Workers outlive a store that fails for a while, and say so."""
        complaint = wechatpay_sandbox.complaint().complaint_id
        monkeypatch.setattr("msgkit.routing._async_workers.LOOK_AGAIN", 0.01)

        async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
            router.on_complaint(lambda: Message().text("您好"))
            original, failures = router.inbox.claim, [OSError("disk"), OSError("disk")]

            def claim(lease: float, mchid: str | None = None) -> Claim | None:
                if failures:
                    raise failures.pop()
                return original(lease, mchid)

            monkeypatch.setattr(router.inbox, "claim", claim)
            router.inbox.notify(client.mchid, complaint)
            async with router.running(workers=1):
                with anyio.fail_after(20):
                    while not sent(wechatpay_sandbox, complaint):  # noqa: ASYNC110 - it is another thread that is asked
                        await anyio.sleep(0.01)

        with caplog.at_level(logging.ERROR, "msgkit"):
            played(wechatpay_sandbox, backend, play)
        assert caplog.text.count("a worker could not work: OSError") == 2


@pytest.mark.slow
def test_a_handler_whose_task_was_cancelled(wechatpay_sandbox: Sandbox) -> None:
    """A handler that waits for a task which somebody cancels has failed; the worker that runs it goes on."""
    stuck, other = (wechatpay_sandbox.complaint().complaint_id for _ in range(2))

    async def play(router: Router[AsyncClient], client: AsyncClient) -> None:
        @router.on_complaint
        async def welcome(event: Event) -> Message:
            if event.complaint_id == stuck:
                task = asyncio.ensure_future(asyncio.sleep(60))
                task.cancel()
                await task
            return Message().text("您好")

        router.inbox.notify(client.mchid, stuck)
        async with router.running(workers=1):
            await anyio.sleep(0.3)
            router.inbox.notify(client.mchid, other)
            with anyio.move_on_after(3):
                while not sent(wechatpay_sandbox, other):  # noqa: ASYNC110 - likewise
                    await anyio.sleep(0.01)

    played(wechatpay_sandbox, "asyncio", play)
    assert sent(wechatpay_sandbox, other) == ["您好"]


def test_as_tasks(wechatpay_sandbox: Sandbox) -> None:
    """What is awaited may be a task too, which type checkers know, and see where it was forgotten."""

    async def main() -> None:
        async with AsyncClient.from_env(wechatpay_sandbox.credentials.environ) as client:
            router = Router(client)
            counts = await asyncio.gather(asyncio.create_task(router.work()), asyncio.create_task(router.poll()))
        assert counts[1] == len(wechatpay_sandbox.complaints)

    asyncio.run(main())


def test_wrong_workers(wechatpay_sandbox: Sandbox) -> None:
    """What is no number of workers is refused before anything is awaited."""

    async def play(router: Router[AsyncClient], _: AsyncClient) -> None:
        with pytest.raises(ConfigurationError, match="workers"):
            router.running(workers=0)

    played(wechatpay_sandbox, "asyncio", play)
