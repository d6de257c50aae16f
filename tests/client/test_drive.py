"""Driving: steps of any kind get their requests carried, by a client that blocks and by one that awaits."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import pytest

from msgkit import ConfigurationError, TransportError
from msgkit._apiv3.calls import Answer, Request, Wait
from msgkit._apiv3.exchange import Steps
from msgkit.client._async_client import drive as drive_awaiting
from msgkit.client._async_transport import AsyncTransport
from msgkit.client._client import drive
from msgkit.client._transport import Transport
from tests.network import Received, Server, signed

T = TypeVar("T")


Driven = Callable[..., Any]


@pytest.fixture(params=["blocking", "awaiting"])
def carried(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """How steps are driven: by the client that blocks, or by the one that awaits."""
    return blocking if request.param == "blocking" else awaiting


def blocking(server: Server, steps: Steps[T], send: Callable[[Request], Answer] | None = None) -> T:
    """Drive steps as `Client` does, with its transport or another one."""
    transport = Transport([server.base_url], timeout=(5, 5))
    try:
        return drive(steps, send or transport.send)
    finally:
        transport.close()


def awaiting(server: Server, steps: Steps[T], send: Callable[[Request], Answer] | None = None) -> T:
    """Drive steps as `AsyncClient` does, with its transport or another one."""

    async def sent(request: Request) -> Answer:
        assert send
        return send(request)

    async def driven() -> T:
        transport = AsyncTransport([server.base_url], timeout=(5, 5))
        try:
            return await drive_awaiting(steps, sent if send else transport.send)
        finally:
            await transport.close()

    return asyncio.run(driven())


def asking(server: Server, *paths: str) -> Steps[list[bytes]]:
    """Steps that ask for one path after the other."""
    found = []
    for path in paths:
        answer = yield Request(server.base_url, "GET", path, {"X-Asked": path})
        assert answer
        found.append(answer.body)
    return found


def insisting(server: Server, path: str, times: int) -> Steps[bytes]:
    """Steps that ask again, a little later, where no answer came."""
    for _ in range(times - 1):
        try:
            answer = yield Request(server.base_url, "GET", path, {})
        except TransportError:
            assert (yield Wait(0.001)) is None
            continue
        assert answer
        return answer.body
    answer = yield Request(server.base_url, "GET", path, {})
    assert answer
    return answer.body


def named(received: Received) -> bytes:
    """An answer that says what was asked for."""
    return signed(200, received.target.encode())


class TestDrive:
    """Both drivers."""

    def test_several(self, carried: Driven) -> None:
        """Each request of the steps is carried as it is, over one connection, and its answer handed in."""
        with Server(named) as server:
            assert carried(server, asking(server, "/a", "/b?c=d")) == [b"/a", b"/b?c=d"]
        assert [(received.target, received.header("X-Asked")) for received in server.received] == [
            ("/a", "/a"),
            ("/b?c=d", "/b?c=d"),
        ]
        assert server.connections == 1

    def test_none(self, carried: Driven) -> None:
        """Steps that ask nothing have their result without a connection."""
        with Server(named) as server:
            assert carried(server, asking(server)) == []
        assert server.connections == 0

    def test_again(self, carried: Driven) -> None:
        """A failure is the steps' own affair: they may wait and ask again, and get that answer."""
        turns = iter([b"", b"", signed(200, b"third")])
        with Server(lambda _: next(turns), "close") as server:
            assert carried(server, insisting(server, "/a", 3)) == b"third"
        assert len(server.received) == 3

    def test_given_up(self, carried: Driven) -> None:
        """One that they do not take is raised."""
        with Server(b"", "close") as server, pytest.raises(TransportError, match=server.base_url):
            carried(server, insisting(server, "/a", 2))
        assert len(server.received) == 2

    def test_not_sent(self, carried: Driven) -> None:
        """What cannot be sent at all is no failure on the way: the steps hear that they are given up, and no more."""
        heard: list[BaseException] = []

        def listening(server: Server) -> Steps[None]:
            try:
                yield Request(server.base_url, "GET", "/a b", {})
            except BaseException as error:
                heard.append(error)
                raise

        with Server(named) as server, pytest.raises(ConfigurationError):
            carried(server, listening(server))
        assert [type(error) for error in heard] == [GeneratorExit]
        assert server.connections == 0

    @pytest.mark.parametrize("turn", [1, 2])
    def test_stop_iteration(self, turn: int) -> None:
        """Only the steps say that they are done: what carries a request and runs out is an error, first or later."""
        answers = iter([Answer(200, {}, b"first")][: turn - 1])
        with Server(named) as server, pytest.raises(StopIteration):
            blocking(server, asking(server, "/a", "/b"), lambda _: next(answers))

    def test_error_is_let_go(self, carried: Driven) -> None:
        """An error that was handed to the steps and came out again is held by nobody else: no cycle keeps it alive."""
        with pytest.raises(TransportError) as raised, Server(b"", "close") as server:
            carried(server, insisting(server, "/a", 1))
        frames = [entry.frame.f_locals for entry in raised.traceback if "msgkit" in entry.frame.f_globals["__name__"]]
        assert frames
        held = [value for names in frames for value in names.values() if isinstance(value, partial)]
        assert held == []

    def test_interrupted(self, carried: Driven) -> None:
        """Where the carrying is interrupted, the steps end at once, and not when somebody clears up."""
        ended = []

        def waiting(server: Server) -> Steps[None]:
            try:
                yield Request(server.base_url, "GET", "/a", {})
            finally:
                ended.append(True)

        def interrupt(_: Request) -> Answer:
            raise KeyboardInterrupt

        with Server(named) as server:
            steps = waiting(server)  # held here, so that nobody clears it up
            with pytest.raises(KeyboardInterrupt):
                carried(server, steps, interrupt)
            assert ended == [True]
