"""Pace: turns, halving and recovery by a clock that is given, and the turns of real calls."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from msgkit import AsyncClient, ConfigurationError, Pace, RateLimitError, Reply, Retry, TransportError
from msgkit.client import Turns
from msgkit.sandbox import Sandbox
from tests.client.turns import in_redis, local
from tests.network import IMMEDIATE, MESSAGE, ORDINARY, Server, answer, client_for

Made = tuple[Turns, Any]


@pytest.fixture(params=["local", "in Redis"])
def made(request: pytest.FixtureRequest) -> Iterator[Made]:
    """Turns of either kind, and their clock."""
    if request.param == "local":
        yield local()
        return
    turns, clock = in_redis(request.getfixturevalue("redis_url"))
    yield turns, clock
    turns.close()


class TestTurns:
    """Turns of one process, and those in Redis: the same."""

    def test_one_after_the_other(self, made: Made) -> None:
        """Calls that come at once go one by one, each after its share of a second."""
        turns, _ = made
        assert [turns.take("a", 10, 60) for _ in range(4)] == pytest.approx([0, 0.1, 0.2, 0.3])

    def test_apart(self, made: Made) -> None:
        """What shares no key shares no turns."""
        turns, _ = made
        assert [turns.take(key, 1, 60) for key in ("a", "b", "a")] == pytest.approx([0, 0, 1])

    def test_nothing_is_saved(self, made: Made) -> None:
        """A pause does not let many go at once afterwards."""
        turns, clock = made
        turns.take("a", 10, 60)
        clock.now += 100
        assert [turns.take("a", 10, 60) for _ in range(3)] == pytest.approx([0, 0.1, 0.2])

    def test_too_late(self, made: Made) -> None:
        """A turn that would come too late is not taken, and is there for others."""
        turns, _ = made
        turns.take("a", 1, 60)
        assert turns.take("a", 1, 0.5) is None
        assert turns.take("a", 1, 60) == pytest.approx(1)

    def test_halved(self, made: Made) -> None:
        """A 429 halves the pace, at most once a second."""
        turns, clock = made
        turns.take("a", 10, 60)
        clock.now += 1
        turns.slow_down("a")
        turns.slow_down("a")
        assert [turns.take("a", 10, 60) for _ in range(3)] == pytest.approx([0, 0.2, 0.4])

    def test_never_below_a_tenth(self, made: Made) -> None:
        """However many come, a tenth of what was asked for is left."""
        turns, clock = made
        for _ in range(20):
            turns.slow_down("a")
            clock.now += 1
        turns.take("a", 10, 60)
        assert turns.take("a", 10, 60) == pytest.approx(1.0)

    def test_recovers(self, made: Made) -> None:
        """After two seconds without one it doubles, and again, until it is what was asked for."""
        turns, clock = made
        turns.slow_down("a")
        clock.now += 1
        turns.slow_down("a")  # a quarter
        spans = []
        for _ in range(6):
            turns.take("a", 10, 60)
            spans.append(turns.take("a", 10, 60))
            clock.now += 1
        assert spans == pytest.approx([0.4, 0.4, 0.2, 0.2, 0.1, 0.1])

    @given(st.lists(st.one_of(st.floats(0, 5), st.just("429")), max_size=60), st.floats(0.5, 50))
    def test_never_faster(self, events: list[Any], rate: float) -> None:
        """Whatever comes when, no two turns of a key are closer than what was asked for, or farther than ten times."""
        turns, clock = local()
        before = None
        for event in events:
            if event == "429":
                turns.slow_down("a")
                continue
            clock.now += event
            wait = turns.take("a", rate, 1e9)
            assert wait is not None
            at = clock.now + wait
            if before is not None:
                assert at - before >= 1 / rate - 1e-6
                assert wait <= (10 / rate) * (len(events) + 1)
            before = at


class TestPace:
    """What is asked for."""

    @pytest.mark.parametrize("field", ["reply", "read", "write"])
    @pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan"), "10", True])
    def test_refused(self, field: str, value: Any) -> None:
        """A figure is a number above 0."""
        with pytest.raises(ConfigurationError, match=rf"^Pace.{field} "):
            Pace(**{field: value})

    def test_kinds(self) -> None:
        """Each kind of endpoint has its own pace, and one that has none is not held up."""
        pace = Pace(reply=1, read=2, turns=local()[0])
        assert [pace.take("reply", "1", 60) for _ in range(2)] == [0, 1]
        assert [pace.take("read", "1", 60) for _ in range(2)] == [0, 0.5]
        assert [pace.take("write", "1", 60) for _ in range(2)] == [0, 0]

    def test_merchants(self) -> None:
        """Merchants who share a Pace have turns of their own."""
        pace = Pace(reply=1, turns=local()[0])
        assert [pace.take("reply", mchid, 60) for mchid in ("1", "2", "1")] == [0, 0, 1]


@pytest.mark.usefixtures("both")
class TestCalls:
    """Turns of real calls."""

    def test_waits(self, sandbox: Sandbox) -> None:
        """Replies of both kinds together come no faster than their pace; reading has its own."""
        with client_for(sandbox, pace=Pace(reply=10)) as client:
            started = time.monotonic()
            for _ in range(3):
                client.complaint(IMMEDIATE)
            assert time.monotonic() - started < 2
            for _ in range(3):
                client.send(IMMEDIATE, MESSAGE)
                client.send(ORDINARY, Reply("好"))
        replies = [call.time for call in sandbox.calls if call.endpoint != "complaint"]
        assert replies[-1] - replies[0] >= 0.45

    def test_not_in_time(self, sandbox: Sandbox) -> None:
        """A turn that does not come in the call's time is an error of its own kind: nothing was sent."""
        with client_for(sandbox, pace=Pace(reply=0.1), total=2.0, retry=Retry()) as client:
            client.send(ORDINARY, Reply("好"))
            started = time.monotonic()
            with pytest.raises(TransportError, match="turn") as late:
                client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert time.monotonic() - started < 1.5
        assert not late.value.maybe_processed
        assert late.value.idempotent_id == "order-42"
        assert len(sandbox.calls) == 1

    def test_429(self, sandbox: Sandbox) -> None:
        """A 429 slows down what it was said of."""
        pace = Pace(reply=1000, read=1000)
        sandbox.fail_next("FREQUENCY_LIMITED")
        with client_for(sandbox, pace=pace) as client, pytest.raises(RateLimitError):
            client.send(IMMEDIATE, MESSAGE)
        shares = {key: lane.share for key, lane in pace.turns._of_this_process()[1].items()}  # type: ignore[attr-defined]
        assert shares == {f"reply/{sandbox.credentials.mchid}": 0.5}

    def test_foreign(self, sandbox: Sandbox) -> None:
        """A foreign host that serves a picture has no part in it: neither a turn nor a 429 of its own counts."""
        pace = Pace(read=1000)
        with (
            Server(answer(429)) as foreign,
            client_for(sandbox, pace=pace) as client,
            pytest.raises(RateLimitError),
        ):
            client.download_image(f"{foreign.base_url.replace('127.0.0.1', 'localhost')}/a.png?sign=b")
        assert len(foreign.received) == 1
        assert pace.turns._of_this_process()[1] == {}  # type: ignore[attr-defined]

    def test_no_pace(self, sandbox: Sandbox) -> None:
        """A client takes a Pace or None."""
        with pytest.raises(ConfigurationError, match=r"^pace "):
            client_for(sandbox, pace=10)


def test_threads_share(sandbox: Sandbox) -> None:
    """Eight threads have one pace together."""
    with client_for(sandbox, pace=Pace(reply=20)) as client, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.send(IMMEDIATE, MESSAGE), range(16)))
    times = sorted(call.time for call in sandbox.calls)
    assert times[-1] - times[0] >= 0.7


@pytest.mark.slow
def test_tasks_share(sandbox: Sandbox) -> None:
    """So have 16 tasks, and the other kind of client, if it has the same Pace."""
    pace = Pace(reply=20)

    async def main() -> None:
        async with AsyncClient(**attrs.asdict(sandbox.credentials), pace=pace) as client:
            await asyncio.gather(*(client.send(IMMEDIATE, MESSAGE) for _ in range(16)))

    with client_for(sandbox, pace=pace) as client:
        client.send(IMMEDIATE, MESSAGE)
        asyncio.run(main())
    times = sorted(call.time for call in sandbox.calls)
    assert times[-1] - times[0] >= 0.75
