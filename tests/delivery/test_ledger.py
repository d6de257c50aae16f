"""`Ledger` against a real server."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from redis import ResponseError

from msgkit import ConfigurationError, Message, Reply
from msgkit.delivery import Delivery, Ledger, OtherDeliveryError, Outcome, State
from msgkit.delivery._held import Held, LeaseLostError, Mark
from tests.delivery.conftest import pass_by

MCHID = "1900012181"
DELIVERY = Delivery.of(MCHID, "200201", Message().text("您好"), idempotent_id="a:1%您")

SECRET = "张三4711"
OTHER = Delivery.of(MCHID, "200201", Message().text(SECRET), idempotent_id="other").to_json().encode()


def take(ledger: Ledger, lease: float = 60.0) -> Held:
    """Take the delivery up."""
    held = ledger.take(MCHID, DELIVERY.id, lease)
    assert isinstance(held, Held)
    return held


@pytest.fixture
def held(ledger: Ledger) -> Held:
    """A delivery that this worker has."""
    ledger.queue(DELIVERY)
    return take(ledger)


class TestMaking:
    """Where it is."""

    @pytest.mark.parametrize("url", ["http://127.0.0.1", "", "redis://:secret@127.0.0.1:port"])
    def test_no_redis(self, url: str) -> None:
        """A URL that is none is refused, and no password shown."""
        with pytest.raises(ConfigurationError, match="ledger: ") as caught:
            Ledger(url)
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize("keep", [timedelta(), timedelta(-1), 30])
    def test_keep(self, redis_url: str, keep: timedelta) -> None:
        """For how long it keeps ends is a time of more than nothing."""
        with pytest.raises(ConfigurationError, match="keep"):
            Ledger(redis_url, keep=keep)

    def test_repr(self) -> None:
        """Its repr says where it is, and no password."""
        assert repr(Ledger("redis://:secret@127.0.0.1:1/2")) == "<Ledger 127.0.0.1:1 database 2 prefix 'msgkit:'>"

    def test_prefixes(self, redis_url: str, ledger: Ledger) -> None:
        """Two with different prefixes share nothing."""
        ledger.queue(DELIVERY)
        assert Ledger(redis_url, prefix="another:").outcome(MCHID, DELIVERY.id) is None


class TestQueue:
    """What is known of deliveries."""

    def test_unknown(self, ledger: Ledger) -> None:
        """Of one that was never queued there is nothing."""
        assert ledger.outcome(MCHID, "a") is None
        assert ledger.take(MCHID, "a", 1) is None

    def test_twice(self, ledger: Ledger) -> None:
        """Queued twice, it is one that waits."""
        ledger.queue(DELIVERY)
        ledger.queue(DELIVERY)
        assert ledger.outcome(MCHID, DELIVERY.id) == Outcome()
        assert ledger.counts() == {State.QUEUED: 1, State.FAILED: 0, State.UNCLEAR: 0}

    def test_other_words(self, ledger: Ledger) -> None:
        """Other words under an id that is known are refused, also once the first were sent."""
        ledger.queue(DELIVERY)
        other = Delivery.of(MCHID, "200201", Message().text("再见"), idempotent_id=DELIVERY.id)
        with pytest.raises(OtherDeliveryError):
            ledger.queue(other)
        ledger.finish(take(ledger), Outcome(state=State.SENT))
        ledger.queue(DELIVERY)
        with pytest.raises(OtherDeliveryError):
            ledger.queue(other)
        assert ledger.waiting() == 0

    @pytest.mark.parametrize("key", [":", "%3A", "a%b:c/d", "您" * 128, "a" * 128, " a ", "{}", "*"])
    def test_any_id(self, ledger: Ledger, key: str) -> None:
        """Any id comes back as it was."""
        ledger.queue(Delivery.of(MCHID, "2", Reply("a"), idempotent_id=key))
        pass_by(ledger, MCHID, key, 61)
        assert ledger.due() == [(MCHID, key)]
        found = ledger.take(MCHID, key, 1)
        assert isinstance(found, Held)
        assert found.delivery.id == key
        ledger.finish(found, Outcome(state=State.FAILED))
        assert ledger.failed() == [(MCHID, key)]

    def test_many(self, ledger: Ledger) -> None:
        """Many are asked for at once, and come in the order that they were asked for in."""
        for number in range(3):
            ledger.queue(Delivery.of("1", "2", Reply("a"), idempotent_id=str(number)))
        assert [each is not None for each in ledger.outcomes("1", ["2", "none", "0"])] == [True, False, True]

    def test_ids_are_not_mixed_up(self, ledger: Ledger) -> None:
        """Ids with colons are not taken for others."""
        ledger.queue(Delivery.of("1:2", "c", Reply("a"), idempotent_id="3"))
        assert ledger.outcome("1", "2:3") is None


class TestDue:
    """What is to be queued (again)."""

    def test_once(self, ledger: Ledger) -> None:
        """What was queued is due when nobody has taken it up for a minute, and is told once a minute."""
        ledger.queue(DELIVERY)
        assert ledger.due() == []
        pass_by(ledger, MCHID, DELIVERY.id, 61)
        assert ledger.due() == [(MCHID, DELIVERY.id)]
        assert ledger.due() == []
        pass_by(ledger, MCHID, DELIVERY.id, 61)
        assert ledger.due() == [(MCHID, DELIVERY.id)]

    def test_most(self, ledger: Ledger) -> None:
        """No more are told than are asked for."""
        for number in range(3):
            ledger.queue(Delivery.of(MCHID, "2", Reply("a"), idempotent_id=str(number)))
            pass_by(ledger, MCHID, str(number), 61)
        assert [len(ledger.due(most=2)), len(ledger.due(most=2)), len(ledger.due(most=2))] == [2, 1, 0]

    def test_ended(self, ledger: Ledger, held: Held) -> None:
        """What has ended is not due."""
        ledger.finish(held, Outcome(state=State.SENT))
        assert ledger.waiting() == 0


class TestHeld:
    """What a worker has."""

    def test_others(self, ledger: Ledger, held: Held) -> None:
        """Nobody else has it until the lease ends; then the first has it no more."""
        assert held.delivery == DELIVERY
        assert ledger.take(MCHID, DELIVERY.id, 60) == Outcome()
        pass_by(ledger, MCHID, DELIVERY.id, 60)
        second = take(ledger)
        assert second.attempts == 2
        for step in (
            lambda: ledger.renew(held, 60),
            lambda: ledger.enter(held),
            lambda: ledger.mark(held, Mark(0, 1)),
            lambda: ledger.later(held, 1, Outcome()),
            lambda: ledger.finish(held, Outcome(state=State.SENT)),
        ):
            with pytest.raises(LeaseLostError):
                step()
        ledger.finish(second, Outcome(state=State.SENT, log_id="7"))
        found = ledger.outcome(MCHID, DELIVERY.id)
        assert found is not None
        assert found.log_id == "7"

    def test_later(self, ledger: Ledger, held: Held) -> None:
        """What is given back may be taken up at once, and tells what the last attempt came to."""
        ledger.later(held, 20, Outcome(error="late"))
        again = take(ledger)
        assert (again.attempts, again.last and again.last.error, again.mark) == (2, "late", None)

    def test_mark(self, ledger: Ledger, held: Held) -> None:
        """The next worker finds the mark, also where the last one died."""
        ledger.mark(held, Mark(12.5, 3))
        pass_by(ledger, MCHID, DELIVERY.id, 60)
        mark = take(ledger).mark
        assert mark is not None
        assert mark.shown == 3

    def test_keys_go(self, redis_url: str) -> None:
        """What has ended is forgotten by itself after the time it is kept for."""
        ledger = Ledger(redis_url, prefix="short:", keep=timedelta(seconds=0.05))
        ledger.queue(DELIVERY)
        ledger.finish(take(ledger), Outcome(state=State.SENT))
        while ledger.outcome(MCHID, DELIVERY.id) is not None:
            pass
        assert list(ledger._redis.scan_iter("short:*")) == []


def write(ledger: Ledger, **fields: bytes | str) -> None:
    """Write into the delivery what somebody else might."""
    (key,) = ledger._redis.scan_iter(f"{ledger._prefix}delivery:*")
    for field, value in fields.items():
        ledger._redis.hset(key, field, value)


class TestHostile:
    """What somebody else wrote into its keys."""

    @pytest.mark.parametrize(
        "fields",
        [
            {"document": b"{}"},
            {"document": b"\xff\x00"},
            {"document": b'{"mchid": 7}'},
            {"document": SECRET * 10_000},
            {"document": OTHER},
            {"first": SECRET},
            {"outcome": SECRET},
            {"outcome": b'{"error": {}}'},
        ],
        ids=str,
    )
    def test_unreadable(self, ledger: Ledger, fields: dict[str, bytes]) -> None:
        """What nobody can read ends as failed, once, with an error that quotes nothing, and people see it."""
        ledger.queue(DELIVERY)
        write(ledger, **fields)
        outcome = ledger.take(MCHID, DELIVERY.id, 1)
        assert isinstance(outcome, Outcome)
        assert (outcome.state, ledger.waiting()) == (State.FAILED, 0)
        assert "does anybody else use its keys?" in (outcome.error or "")
        assert SECRET not in (outcome.error or "")
        assert ledger.take(MCHID, DELIVERY.id, 1) == outcome == ledger.outcome(MCHID, DELIVERY.id)
        assert ledger.failed() == [(MCHID, DELIVERY.id)]

    @pytest.mark.parametrize(
        "mark",
        [
            SECRET,
            "[]",
            "{}",
            '{"begun": [], "shown": 1}',
            '{"begun": 1, "shown": "a"}',
            '{"begun": Infinity, "shown": 1}',
        ],
    )
    def test_unreadable_mark(self, ledger: Ledger, mark: str) -> None:
        """A plain reply whose mark nobody can read may have been sent, and is unclear."""
        ledger.queue(DELIVERY)
        write(ledger, mark=mark)
        outcome = ledger.take(MCHID, DELIVERY.id, 1)
        assert isinstance(outcome, Outcome)
        assert (outcome.state, ledger.unclear()) == (State.UNCLEAR, [(MCHID, DELIVERY.id)])

    @pytest.mark.parametrize("outcome", [SECRET, "[]", '{"state": "gone"}', '{"log_id": 7}', "[" * 100_000], ids=repr)
    def test_outcome(self, ledger: Ledger, held: Held, outcome: str) -> None:
        """An outcome that is none is refused, and not quoted."""
        ledger.finish(held, Outcome(state=State.SENT))
        write(ledger, outcome=outcome)
        asks: list[Callable[[], object]] = [
            lambda: ledger.outcome(MCHID, DELIVERY.id),
            lambda: ledger.take(MCHID, DELIVERY.id, 1),
        ]
        for ask in asks:
            with pytest.raises(ConfigurationError, match="is no outcome") as caught:
                ask()
            assert SECRET not in str(caught.value)

    @pytest.mark.parametrize("name", [SECRET, "a:b:c", b"\xff:a"])
    def test_names(self, ledger: Ledger, name: Any) -> None:
        """So are names that are none."""
        for key in ("due", "failed", "unclear"):
            ledger._redis.zadd(f"{ledger._prefix}{key}", {name: 0})
        asks: list[Callable[[], object]] = [ledger.due, ledger.failed, ledger.unclear, lambda: ledger.cancel("a")]
        for ask in asks:
            with pytest.raises(ConfigurationError) as caught:
                ask()
            assert SECRET not in str(caught.value)

    def test_types(self, ledger: Ledger) -> None:
        """Keys of another type are the server's error, which quotes nothing either."""
        ledger._redis.set(f"{ledger._prefix}delivery:{MCHID}:a", SECRET)
        ledger._redis.set(f"{ledger._prefix}due", SECRET)
        asks: list[Callable[[], object]] = [
            ledger.due,
            ledger.waiting,
            lambda: ledger.queue(DELIVERY),
            lambda: ledger.outcome(MCHID, "a"),
        ]
        for ask in asks:
            with pytest.raises(ResponseError) as caught:
                ask()
            assert SECRET not in str(caught.value)


class TestLookingAfter:
    """What people do."""

    def test_retry(self, ledger: Ledger, held: Held) -> None:
        """What failed is taken up again, from its beginning; what was sent is not."""
        ledger.finish(held, Outcome(state=State.FAILED, error="no"))
        assert ledger.failed() == [(MCHID, DELIVERY.id)]
        assert ledger.retry(ledger.failed()) == 1
        assert ledger.due() == [(MCHID, DELIVERY.id)]
        again = take(ledger)
        assert (again.attempts, again.last) == (1, None)
        ledger.finish(again, Outcome(state=State.SENT))
        assert ledger.retry([(MCHID, DELIVERY.id), (MCHID, "none")]) == 0

    def test_cancel(self, ledger: Ledger) -> None:
        """What waits under ids that begin so is not sent; what a worker has, and what may have arrived, stays."""
        for name in ("sale-1", "sale-2", "sale-3", "sale-4", "other"):
            ledger.queue(Delivery.of(MCHID, "2", Reply("a"), idempotent_id=name))
        assert isinstance(ledger.take(MCHID, "sale-2", 60), Held)
        doubtful = ledger.take(MCHID, "sale-3", 60)
        assert isinstance(doubtful, Held)
        ledger.later(doubtful, 60, Outcome(), Mark(0, 1))
        assert ledger.cancel("sale-") == 2
        assert {key for _, key in ledger.failed()} == {"sale-1", "sale-4"}
        found = ledger.take(MCHID, "sale-1", 60)
        assert isinstance(found, Outcome)
        assert (found.state, found.error) == (State.FAILED, "cancelled before it was sent")
        assert ledger.waiting() == 3
        with pytest.raises(ConfigurationError):
            ledger.cancel("")


def test_fork(ledger: Ledger) -> None:
    """A process that was forked may use it, and the one it was forked from too."""
    ledger.queue(DELIVERY)
    child = os.fork()
    if child == 0:
        os._exit(0 if ledger.outcome(MCHID, DELIVERY.id) is not None else 1)
    assert ledger.outcome(MCHID, DELIVERY.id) is not None
    assert os.waitpid(child, 0)[1] == 0
