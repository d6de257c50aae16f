"""The same work by tasks, under asyncio and trio."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from msgkit import AsyncClient, Message, Router
from msgkit.routing import State
from msgkit.sandbox import Sandbox

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
