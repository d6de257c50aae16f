"""What is `AsyncClient`'s alone: tasks, cancellation, event loops, trio."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from msgkit import AsyncClient, Reply, Retry, TransportError
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, LOG, MESSAGE, ORDINARY, PNG, Server, client_of, signed
from tests.twins import Awaited

ROOT = __file__.rpartition("/tests/")[0]

WITHOUT = """
import sys
for name in ("httpx2", "httpcore2", "anyio"):
    sys.modules[name] = None
import msgkit
from msgkit import *
print(msgkit.Client.__name__, "AsyncClient" in dir(msgkit))
try:
    msgkit.AsyncClient
except ImportError as error:
    print(error)
"""


def client_for(sandbox: Sandbox, **settings: Any) -> AsyncClient:
    """A client of a sandbox."""
    return AsyncClient(**(attrs.asdict(sandbox.credentials) | settings))


def open_files() -> int:
    """How many files and sockets this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def settled(most: int) -> None:
    """Fail unless no more than so many are open soon; the sandbox, in this process too, closes its ends when it can."""
    for _ in range(100):
        if open_files() <= most:
            return
        await asyncio.sleep(0.02)
    assert open_files() <= most


@pytest.mark.parametrize("run", [asyncio.run, trio.run], ids=["asyncio", "trio"])
class TestLoops:
    """Under asyncio and under trio alike."""

    def test_works(self, sandbox: Sandbox, run: Callable[..., Any]) -> None:
        """Calls, lists, flows, waits and retries work."""
        sandbox.fail_next("SYSTEM_ERROR", endpoint="response-immediate-service")

        async def main() -> None:
            async with client_for(sandbox) as client:
                assert (await client.send(IMMEDIATE, MESSAGE)).log_id
                assert await client.upload_image(PNG, "a.png")
                assert (await client.reply(ORDINARY, MESSAGE)).endpoint == "response"
                assert [entry.operate_type async for entry in client.history(IMMEDIATE)]
                assert await client.set_notification_url("https://shop.example/notify")
                assert await client.echo("你好") == "你好"

        run(main) if run is trio.run else run(main())

    def test_silence(self, run: Callable[..., Any]) -> None:
        """A server that says nothing holds no task beyond its time."""

        async def main(base_url: str) -> None:
            async with awaiting(base_url, total=0.3) as client:
                with pytest.raises(TransportError, match=r"0\.3 s"):
                    await client.send(IMMEDIATE, MESSAGE)

        with Server(b"", "hang") as server:
            run(main, server.base_url) if run is trio.run else run(main(server.base_url))


def awaiting(base_url: str, **settings: Any) -> AsyncClient:
    """A client of a server, which tries once."""
    with client_of(base_url) as twin:
        credentials = twin._credentials
    signer = credentials.protocol.signer
    made: dict[str, Any] = {
        "mchid": signer.mchid,
        "serial_no": signer.serial_no,
        "private_key": signer.private_key,
        "public_key_id": credentials.protocol.public_key_id,
        "public_key": dict(credentials.keys),
        "base_url": base_url,
        "retry": None,
    }
    return AsyncClient(**(made | settings))


class TestCancelled:
    """Calls that are given up."""

    @pytest.mark.slow
    @pytest.mark.parametrize("delay", [0.0, 0.002, 0.005, 0.02, 0.05])
    def test_no_connection_left(self, sandbox: Sandbox, delay: float) -> None:
        """A call that is cancelled, wherever it is, leaves no connection and no file behind, and the next one works."""

        async def main() -> None:
            async with client_for(sandbox) as client:
                await client.send(IMMEDIATE, MESSAGE)
                before, cancelled = open_files(), 0
                for _ in range(20):
                    sandbox.fail_next("SLOW", seconds=0.3)
                    task = asyncio.create_task(client.send(IMMEDIATE, MESSAGE))
                    await asyncio.sleep(delay)
                    task.cancel()
                    # It may be done by now: a call that was cancelled before takes its fault from it.
                    await asyncio.gather(task, return_exceptions=True)
                    cancelled += task.cancelled()
                    sandbox.reset()
                assert cancelled >= 10
                await settled(before + 1)
                assert (await client.send(IMMEDIATE, MESSAGE)).log_id

        asyncio.run(main())

    def test_waiting(self, sandbox: Sandbox) -> None:
        """A call that waits to try again is cancelled at once."""
        sandbox.fail_next("FREQUENCY_LIMITED", retry_after=30)

        async def main() -> None:
            async with client_for(sandbox) as client:
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(client.send(IMMEDIATE, MESSAGE), 0.5)

        asyncio.run(main())
        assert len(sandbox.calls) == 1

    def test_connecting(self) -> None:
        """One that is still connecting leaves nothing either: not in TCP, and not in TLS."""

        async def main(base_url: str) -> None:
            async with awaiting(base_url) as client:
                before = open_files()
                for _ in range(10):
                    with pytest.raises(TimeoutError):
                        await asyncio.wait_for(client.send(IMMEDIATE, MESSAGE), 0.05)
                await settled(before + 1)

        with socket.socket() as deaf:
            deaf.bind(("127.0.0.1", 0))
            deaf.listen(100)  # takes connections and says nothing
            asyncio.run(main(f"https://127.0.0.1:{deaf.getsockname()[1]}"))

    def test_others_go_on(self, sandbox: Sandbox) -> None:
        """Cancelling one of many does not touch the others: each gets its own receipt."""

        async def main() -> list[Any]:
            async with client_for(sandbox) as client:
                tasks = [
                    asyncio.create_task(client.send(IMMEDIATE, MESSAGE, idempotent_id=f"send-{number}"))
                    for number in range(60)
                ]
                await asyncio.sleep(0.01)
                for task in tasks[::3]:
                    task.cancel()
                return await asyncio.gather(*tasks, return_exceptions=True)

        ended = asyncio.run(main())
        log_ids = {reply.idempotent_id: reply.log_id for reply in sandbox.replies}
        assert all(
            receipt.log_id == log_ids[receipt.idempotent_id]
            for receipt in ended
            if not isinstance(receipt, BaseException)
        )
        assert sum(not isinstance(each, BaseException) for each in ended) >= 40


class TestManyLoops:
    """Event loops that come and go."""

    def test_one_after_the_other(self, sandbox: Sandbox) -> None:
        """A client outlives its event loop: in the next one it opens connections of its own."""
        client = client_for(sandbox)

        async def main() -> str | None:
            receipt = await client.send(IMMEDIATE, MESSAGE)
            await client.close()
            return receipt.log_id

        assert len({asyncio.run(main()) for _ in range(3)}) == 3

    def test_at_once(self, sandbox: Sandbox) -> None:
        """Event loops in several threads share a client and no connection."""
        client = client_for(sandbox)
        ended: list[Any] = []

        async def main(thread: int) -> None:
            for number in range(10):
                name = f"{thread}-{number}"
                receipt = await client.send(IMMEDIATE, MESSAGE, idempotent_id=name)
                ended.append((name, receipt.idempotent_id, receipt.log_id))
            await client.close()

        threads = [threading.Thread(target=lambda n=n: asyncio.run(main(n))) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        log_ids = {reply.idempotent_id: reply.log_id for reply in sandbox.replies}
        assert len(ended) == 40
        assert all(name == id_ and log_ids[name] == log_id for name, id_, log_id in ended)

    def test_connections_are_kept(self) -> None:
        """Within one, call after call goes over one connection."""

        async def main(base_url: str) -> None:
            async with awaiting(base_url) as client:
                for _ in range(5):
                    await client.send(IMMEDIATE, MESSAGE)

        with Server(signed(200, LOG)) as server:
            asyncio.run(main(server.base_url))
        assert server.connections == 1

    def test_most_connections(self, sandbox: Sandbox) -> None:
        """However many tasks there are, no more than a hundred connections are open; the others wait their turn."""
        before = open_files()
        most = 0

        async def main() -> None:
            nonlocal most
            async with client_for(sandbox) as client:

                async def send() -> None:
                    nonlocal most
                    await client.send(ORDINARY, Reply("好"))
                    most = max(most, open_files() - before)

                await asyncio.gather(*(send() for _ in range(300)))

        asyncio.run(main())
        assert len(sandbox.replies) == 300
        # The sandbox lives in this process, and has the other end of each.
        assert most <= 2 * 100 + 20

    @pytest.mark.slow
    def test_no_connection_free(self) -> None:
        """One that gets no connection in its time was not sent, and says so."""

        async def main(base_url: str) -> list[bool]:
            async with awaiting(base_url, total=0.8) as client:
                calls = (client.send(ORDINARY, Reply("好")) for _ in range(130))
                ended = await asyncio.gather(*calls, return_exceptions=True)
            errors = [each for each in ended if isinstance(each, TransportError)]
            assert len(errors) == 130
            return [error.maybe_processed for error in errors]

        with Server(b"", "hang") as server:
            doubtful = asyncio.run(main(server.base_url))
        assert len(server.received) <= sum(doubtful) <= 100


def test_extra() -> None:
    """Without its extra, everything else works, and whoever asks for it is told what to install."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True, cwd=ROOT)
    first, second = done.stdout.splitlines()
    assert first == "Client True"
    assert "AsyncClient needs an extra: install msgkit-wechatpay[async]" in second


def test_twin(sandbox: Sandbox) -> None:
    """The client that tests see in its place really awaits."""
    with Awaited(**attrs.asdict(sandbox.credentials), retry=Retry()) as client:
        assert isinstance(client._client, AsyncClient)
        assert client.send(IMMEDIATE, MESSAGE).log_id
    waits: Awaitable[Any] = client_for(sandbox).send(IMMEDIATE, MESSAGE)
    assert asyncio.iscoroutine(waits)
    waits.close()
