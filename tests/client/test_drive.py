"""Driving: steps of any kind get their requests carried, by a client that blocks and by one that awaits."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import pytest

from msgkit import ConfigurationError, TransportError
from msgkit._apiv3.calls import Answer, Request
from msgkit._apiv3.exchange import Steps, carry_out
from msgkit._endpoints import reply_richly
from msgkit.client._client import drive
from msgkit.client._transport import Transport
from tests.network import IMMEDIATE, LOG, MCHID, MESSAGE, Answering, Ending, Received, Server, signed, talking

T = TypeVar("T")


@contextmanager
def transport(answer: Answering | bytes, ending: Ending = "keep") -> Iterator[tuple[Transport, Server]]:
    """A transport and the server that it sends to."""
    with Server(answer, ending) as server:
        made = Transport(server.base_url, timeout=5, total=10)
        try:
            yield made, server
        finally:
            made.close()


def asking(*paths: str) -> Steps[list[bytes]]:
    """Steps that ask for one path after the other."""
    found = []
    for path in paths:
        answer = yield Request("GET", path, {"X-Asked": path})
        found.append(answer.body)
    return found


def insisting(path: str, times: int) -> Steps[bytes]:
    """Steps that ask again where no answer came."""
    for _ in range(times - 1):
        try:
            answer = yield Request("GET", path, {})
        except TransportError:
            continue
        return answer.body
    answer = yield Request("GET", path, {})
    return answer.body


async def drive_awaiting(steps: Steps[T], send: Callable[[Request], Awaitable[Answer]]) -> T:
    """What `drive` is, for a client that awaits."""
    step: Callable[[], Request] = partial(next, steps)
    while True:
        try:
            request = step()
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            del step
        try:
            answer = await send(request)
        except TransportError as error:
            step = partial(steps.throw, error)
        else:
            step = partial(steps.send, answer)


def named(received: Received) -> bytes:
    """An answer that says what was asked for."""
    return signed(200, received.target.encode())


class TestDrive:
    """The driver of the client that blocks."""

    def test_several(self) -> None:
        """Each request of the steps is carried as it is, over one connection, and its answer handed in."""
        with transport(named) as (made, server):
            assert drive(asking("/a", "/b?c=d"), made.send) == [b"/a", b"/b?c=d"]
        assert [(received.target, received.header("X-Asked")) for received in server.received] == [
            ("/a", "/a"),
            ("/b?c=d", "/b?c=d"),
        ]
        assert server.connections == 1

    def test_none(self) -> None:
        """Steps that ask nothing have their result without a connection."""
        with transport(named) as (made, server):
            assert drive(asking(), made.send) == []
        assert server.connections == 0

    def test_again(self) -> None:
        """A failure is the steps' own affair: they may ask again, and get that answer."""
        turns = iter([b"", b"", signed(200, b"third")])
        with transport(lambda _: next(turns), "close") as (made, server):
            assert drive(insisting("/a", 3), made.send) == b"third"
        assert len(server.received) == 3

    def test_given_up(self) -> None:
        """One that they do not take is raised."""
        with transport(b"", "close") as (made, server), pytest.raises(TransportError, match=server.base_url):
            drive(insisting("/a", 2), made.send)
        assert len(server.received) == 2

    def test_not_sent(self) -> None:
        """What cannot be sent at all is no failure on the way: the steps do not get to hear of it."""
        heard = []

        def listening() -> Steps[None]:
            try:
                yield Request("GET", "/a b", {})
            except Exception as error:
                heard.append(error)
                raise

        with transport(named) as (made, server), pytest.raises(ConfigurationError):
            drive(listening(), made.send)
        assert heard == []
        assert server.connections == 0

    @pytest.mark.parametrize("turn", [1, 2])
    def test_stop_iteration(self, turn: int) -> None:
        """Only the steps say that they are done: what carries a request and runs out is an error, first or later."""
        answers = iter([Answer(200, {}, b"first")][: turn - 1])
        with pytest.raises(StopIteration):
            drive(asking("/a", "/b"), lambda _: next(answers))

    def test_error_is_let_go(self) -> None:
        """An error that was handed to the steps and came out again is held by nobody else: no cycle keeps it alive."""
        with pytest.raises(TransportError) as raised, transport(b"", "close") as (made, _):
            drive(insisting("/a", 1), made.send)
        frames = [entry.frame.f_locals for entry in raised.traceback]
        held = [value for names in frames for value in names.values() if isinstance(value, partial)]
        assert held == []


class TestAwaiting:
    """The same steps, driven by a client that awaits."""

    @staticmethod
    def carried(made: Transport, steps: Steps[T]) -> T:
        """Drive steps in an event loop."""
        return asyncio.run(drive_awaiting(steps, lambda request: asyncio.to_thread(made.send, request)))

    def test_same(self) -> None:
        """They ask the same, try again the same, and fail the same."""
        turns = iter([b"", signed(200, b"second")])
        with transport(lambda _: next(turns), "close") as (made, _):
            assert self.carried(made, insisting("/a", 2)) == b"second"
        with transport(named) as (made, _):
            assert self.carried(made, asking("/a", "/b")) == [b"/a", b"/b"]
        with transport(b"", "close") as (made, _), pytest.raises(TransportError):
            self.carried(made, insisting("/a", 2))

    def test_operation(self) -> None:
        """An operation of an endpoint has the same result either way."""
        operation = reply_richly(IMMEDIATE, MESSAGE, complainted_mchid=MCHID, idempotent_id="a")
        with talking(signed(200, LOG)) as (client, server):
            awaited = self.carried(client._transport, carry_out(client._protocol, operation))
            assert awaited == client._carry_out(operation)
        first, second = server.received
        assert (first.target, first.body) == (second.target, second.body)
        assert first.header("Authorization") != second.header("Authorization")
