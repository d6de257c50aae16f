"""`deliver`: one attempt after the other at one reply, against the sandbox and a real Redis."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from msgkit import Client, ConfigurationError, Message, Reply
from msgkit.delivery import Delivery, Ledger, Outcome, State, deliver, put_off
from msgkit.delivery._deliver import MARGIN
from msgkit.delivery._held import Held, Mark
from msgkit.sandbox import Sandbox
from tests.delivery.conftest import pass_by

RICH_COMPLAINT, PLAIN_COMPLAINT = "200201820200101080076610000", "200201820200101080076610001"
TOTAL = 60.0  # seconds, the client's
RICH, PLAIN = "response-immediate-service", "response"
KINDS: dict[str, tuple[str, Message | Reply, str]] = {
    "rich": (RICH_COMPLAINT, Message().text("您好"), RICH),
    "plain": (PLAIN_COMPLAINT, Reply("您好"), PLAIN),
}
both = pytest.mark.parametrize("kind", KINDS)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


class Desk:
    """A client, a ledger, and one delivery after the other.

    Args:
        client: Who sends.
        ledger: Where it stands.
        sandbox: The platform.
    """

    def __init__(self, client: Client, ledger: Ledger, sandbox: Sandbox) -> None:
        self.client, self.ledger, self.sandbox = client, ledger, sandbox

    def queue(self, kind: str, key: str = "a") -> None:
        """Queue a reply."""
        complaint_id, message, _ = KINDS[kind]
        self.ledger.queue(Delivery.of(self.client.mchid, complaint_id, message, idempotent_id=key))

    def deliver(self, key: str = "a") -> Outcome:
        """Deliver it, as far as that goes now."""
        outcome = deliver(self.ledger, key, self.client)
        assert outcome is not None
        return outcome

    def take(self, key: str = "a", lease: float = TOTAL + MARGIN) -> Held:
        """Take it up, as another worker does."""
        held = self.ledger.take(self.client.mchid, key, lease)
        assert isinstance(held, Held)
        return held

    def wait(self, seconds: float, key: str = "a") -> None:
        """Let time pass."""
        pass_by(self.ledger, self.client.mchid, key, seconds)

    def due_in(self, key: str = "a") -> float:
        """In how many seconds it is due."""
        score = self.ledger._redis.zscore(f"{self.ledger._prefix}due", f"{self.client.mchid}:{key}")
        seconds, microseconds = self.ledger._redis.time()
        assert score is not None
        return round(float(score) - seconds - microseconds / 1e6)

    def fail(self, fault: str, kind: str, **how: bool) -> None:
        """Have the next call that sends fail."""
        self.sandbox.fail_next(fault, endpoint=KINDS[kind][2], **how)


@pytest.fixture
def desk(client: Client, ledger: Ledger, wechatpay_sandbox: Sandbox) -> Desk:
    """All that is needed."""
    return Desk(client, ledger, wechatpay_sandbox)


class TestBoth:
    """What holds for both kinds of reply."""

    @both
    def test_sent(self, desk: Desk, kind: str) -> None:
        """It is sent, and the ledger knows; when its task comes again, nothing is sent."""
        desk.queue(kind)
        outcome = desk.deliver()
        assert (outcome.state, outcome.is_end, outcome.attempts) == (State.SENT, True, 1)
        assert (outcome.endpoint, bool(outcome.log_id)) == (KINDS[kind][2], kind == "rich")
        assert desk.deliver() == outcome == desk.ledger.outcome(desk.client.mchid, "a")
        assert len(desk.sandbox.replies) == 1
        assert desk.ledger.waiting() == 0

    @both
    def test_words_go(self, desk: Desk, kind: str) -> None:
        """Once it is sent, the ledger keeps nothing of what was said."""
        desk.queue(kind)
        desk.deliver()
        kept = desk.ledger._redis.hgetall(f"{desk.ledger._prefix}delivery:{desk.client.mchid}:a")
        assert set(kept) == {b"digest", b"outcome", b"state"}

    @both
    def test_held(self, desk: Desk, kind: str) -> None:
        """While another worker has it, nothing is sent, and it is due once that worker's lease is over."""
        desk.queue(kind)
        desk.take()
        assert desk.deliver() == Outcome()
        assert desk.due_in() == TOTAL + MARGIN
        assert desk.sandbox.replies == ()

    @both
    def test_stopped(self, desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A worker that was stopped until another one has it sends nothing when it wakes up."""
        desk.queue(kind)
        taken = Ledger.take

        def stopped(ledger: Ledger, *arguments: object) -> object:
            held = taken(ledger, *arguments)  # type: ignore[arg-type]
            monkeypatch.undo()
            desk.wait(TOTAL + MARGIN)
            desk.take()  # another one's
            return held

        monkeypatch.setattr(Ledger, "take", stopped)
        assert desk.deliver().state is State.QUEUED
        assert desk.sandbox.replies == ()

    @both
    def test_at_once(self, desk: Desk, kind: str) -> None:
        """Workers that are told of the same deliveries at the same time send each once."""
        keys = [str(number) for number in range(12)]
        for key in keys:
            desk.queue(kind, key)

        def work(_: int) -> None:
            while [key for key in keys if not desk.deliver(key).is_end]:
                pass

        with ThreadPoolExecutor(4) as workers:
            list(workers.map(work, range(4)))
        assert {desk.deliver(key).state for key in keys} == {State.SENT}
        assert len(desk.sandbox.replies) == len(keys)
        assert Counter(call.endpoint for call in desk.sandbox.calls)[KINDS[kind][2]] == len(keys)

    @both
    def test_refused(self, desk: Desk, kind: str) -> None:
        """An error that stays is the end: it is told, and nothing is sent again."""
        desk.queue(kind)
        desk.fail("PARAM_ERROR", kind)
        outcome = desk.deliver()
        assert (outcome.state, outcome.retryable) == (State.FAILED, False)
        assert (outcome.error or "").startswith("ParamError: ")
        assert desk.deliver() == outcome
        assert desk.ledger.failed() == [(desk.client.mchid, "a")]
        assert desk.sandbox.replies == ()

    @both
    def test_later(self, desk: Desk, kind: str) -> None:
        """What may succeed later is tried again after 5, 20 and then 60 seconds, and given up after six hours."""
        desk.queue(kind)
        waits = []
        for _ in range(4):
            desk.fail("FREQUENCY_LIMITED", kind)
            assert desk.deliver().state is State.QUEUED
            waits.append(desk.due_in())
            desk.wait(waits[-1])
        assert waits == [5, 20, 60, 60]
        desk.wait(6 * 3600)
        outcome = desk.deliver()
        assert (outcome.state, outcome.retryable) == (State.FAILED, True)
        assert (outcome.error or "").startswith("RateLimitError: ")

    @both
    def test_as_long_as_asked(self, desk: Desk, kind: str) -> None:
        """It waits as long as the answer asks for."""
        desk.queue(kind)
        desk.sandbox.fail_next("FREQUENCY_LIMITED", retry_after=90, endpoint=KINDS[kind][2])
        desk.deliver()
        assert desk.due_in() == 90

    @both
    def test_deadly(self, desk: Desk, kind: str) -> None:
        """One that kills each of its workers is given up in the end."""
        desk.queue(kind)
        desk.take()
        desk.wait(7 * 3600)
        outcome = desk.deliver()
        assert (outcome.state, outcome.error) == (State.FAILED, "its workers ended before it was sent")

    @both
    def test_without_a_client(self, desk: Desk, kind: str) -> None:
        """Where there is no client for it, it waits, and is given up with that error."""
        desk.queue(kind)
        error = ConfigurationError("no such merchant")
        later = put_off(desk.ledger, desk.client.mchid, "a", error)
        assert later is not None
        assert later.state is State.QUEUED
        desk.wait(7 * 3600)
        outcome = put_off(desk.ledger, desk.client.mchid, "a", error)
        assert outcome is not None
        assert (outcome.state, outcome.error) == (State.FAILED, "ConfigurationError: no such merchant")

    def test_unknown(self, desk: Desk) -> None:
        """Of what the ledger does not know, nothing is sent."""
        assert deliver(desk.ledger, "no-such", desk.client) is None


class TestRich:
    """Rich replies go out once."""

    @pytest.mark.parametrize("fault", ["NO_ANSWER", "SYSTEM_ERROR", "WRONG_SIGNATURE"])
    @pytest.mark.parametrize("processed", [True, False])
    def test_lost_answer(self, desk: Desk, fault: str, processed: bool) -> None:
        """After a lost answer it is sent again under its id, and stands there once."""
        desk.queue("rich")
        desk.fail(fault, "rich", processed=processed)
        assert desk.deliver().state is State.QUEUED
        desk.wait(5)
        outcome = desk.deliver()
        assert (outcome.state, outcome.attempts) == (State.SENT, 2)
        assert [each.log_id for each in desk.sandbox.replies] == [outcome.log_id]
        assert {each.idempotent_id for each in desk.sandbox.replies} == {"a"}

    def test_dead_worker(self, desk: Desk) -> None:
        """After a worker died with it, it is sent once the lease is over, and told by `due` then."""
        desk.queue("rich")
        desk.take()
        desk.client.send(RICH_COMPLAINT, Message().text("您好"), idempotent_id="a")
        assert desk.ledger.due() == []
        desk.wait(TOTAL + MARGIN)
        assert desk.ledger.due() == [(desk.client.mchid, "a")]
        assert desk.deliver().state is State.SENT
        assert len(desk.sandbox.replies) == 1


class TestPlain:
    """Plain replies go out at most once, and each doubt is told."""

    @pytest.mark.parametrize(("processed", "state"), [(True, State.SENT), (False, State.UNCLEAR)])
    def test_lost_answer(self, desk: Desk, processed: bool, state: State) -> None:
        """After a lost answer the history tells, once `total` has passed; nothing is sent a second time."""
        desk.queue("plain", "an equal one of before")
        desk.deliver("an equal one of before")
        desk.queue("plain")
        desk.fail("NO_ANSWER", "plain", processed=processed)
        assert desk.deliver().state is State.QUEUED
        assert desk.due_in() == TOTAL
        assert desk.deliver().state is State.QUEUED  # before its time
        desk.wait(TOTAL)
        assert desk.deliver().state is state
        assert len(desk.sandbox.replies) == 1 + processed
        assert desk.ledger.unclear() == ([] if processed else [(desk.client.mchid, "a")])

    @pytest.mark.parametrize(("arrived", "state"), [(True, State.SENT), (False, State.UNCLEAR)])
    def test_dead_worker(self, desk: Desk, arrived: bool, state: State) -> None:
        """The mark that a dead worker left is settled by the history, and nothing is sent."""
        desk.queue("plain")
        held = desk.take()
        desk.ledger.enter(held)
        desk.ledger.mark(held, Mark(held.now, 1))
        if arrived:
            desk.client.send(PLAIN_COMPLAINT, Reply("您好"))
        desk.wait(TOTAL + MARGIN)
        assert desk.deliver().state is state
        assert len(desk.sandbox.replies) == arrived

    @pytest.mark.parametrize("step", ["enter", "renew", "mark"])
    def test_stopped_on_its_way(self, desk: Desk, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A worker that was stopped at any step before it sends, until another one has it, sends nothing."""
        desk.queue("plain")
        done = getattr(Ledger, step)

        def stopped(ledger: Ledger, *arguments: object) -> object:
            monkeypatch.undo()
            desk.wait(TOTAL + MARGIN)
            assert desk.deliver().state is State.SENT  # by another one
            return done(ledger, *arguments)

        monkeypatch.setattr(Ledger, step, stopped)
        assert desk.deliver() == Outcome(attempts=1)
        assert len(desk.sandbox.replies) == 1
        found = desk.ledger.outcome(desk.client.mchid, "a")
        assert found is not None
        assert (found.state, found.attempts) == (State.SENT, 2)

    def test_stopped_while_it_sends(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """One that was stopped after its mark may send late; another one has not sent, and said that it is unclear."""
        desk.queue("plain")
        done = Ledger.mark

        def stopped(ledger: Ledger, *arguments: Any) -> None:
            done(ledger, *arguments)
            monkeypatch.undo()
            desk.wait(TOTAL + MARGIN)
            assert desk.deliver().state is State.UNCLEAR  # by another one

        monkeypatch.setattr(Ledger, "mark", stopped)
        assert desk.deliver() == Outcome(attempts=1)
        assert len(desk.sandbox.replies) == 1
        assert desk.deliver().state is State.UNCLEAR

    def test_refused_for_now(self, desk: Desk) -> None:
        """A 429 before it was taken in leaves no doubt, and keeps no other from its complaint."""
        desk.queue("plain", "first")
        desk.queue("plain", "second")
        desk.fail("FREQUENCY_LIMITED", "plain")
        assert desk.deliver("first").state is State.QUEUED
        assert desk.deliver("second").state is State.SENT
        assert desk.deliver("first").state is State.SENT
        assert len(desk.sandbox.replies) == 2

    def test_dead_before_its_mark(self, desk: Desk) -> None:
        """A worker that died before it sent keeps others to its complaint waiting until its lease ends, no longer."""
        desk.queue("plain", "first")
        desk.queue("plain", "second")
        assert desk.ledger.enter(desk.take("first"))
        assert desk.deliver("second").state is State.QUEUED
        desk.wait(TOTAL + MARGIN, "first")
        assert desk.deliver("first").state is State.SENT
        assert desk.deliver("second").state is State.SENT

    def test_history_away(self, desk: Desk) -> None:
        """Where the history cannot be read, a doubtful one is unclear."""
        desk.queue("plain")
        desk.fail("NO_ANSWER", "plain", processed=True)
        desk.deliver()
        desk.wait(TOTAL)
        desk.sandbox.fail_next("SYSTEM_ERROR")
        outcome = desk.deliver()
        assert outcome.state is State.UNCLEAR
        assert (outcome.error or "").startswith("PlatformError: ")

    def test_history_away_before(self, desk: Desk) -> None:
        """Nothing is sent where the history cannot be read before."""
        desk.queue("plain")
        desk.sandbox.fail_next("SYSTEM_ERROR")
        assert desk.deliver().state is State.QUEUED
        assert desk.sandbox.replies == ()

    def test_two_alike(self, desk: Desk) -> None:
        """While one is in doubt, another to its complaint waits: whose the history shows could not be told."""
        desk.queue("plain", "first")
        desk.queue("plain", "second")
        desk.fail("NO_ANSWER", "plain", processed=False)
        desk.deliver("first")
        assert desk.deliver("second").state is State.QUEUED
        desk.wait(TOTAL, "first")
        assert desk.deliver("first").state is State.UNCLEAR
        assert desk.deliver("second").state is State.SENT

    def test_retry(self, desk: Desk) -> None:
        """An unclear one goes out again when somebody says so, and not before."""
        desk.queue("plain")
        desk.fail("NO_ANSWER", "plain", processed=False)
        desk.deliver()
        desk.wait(TOTAL)
        desk.deliver()
        assert desk.deliver().state is State.UNCLEAR
        assert desk.ledger.retry([(desk.client.mchid, "a")]) == 1
        assert desk.ledger.unclear() == []
        assert desk.deliver().state is State.SENT
        assert desk.ledger.retry([(desk.client.mchid, "a")]) == 0


class TestOthers:
    """What is neither."""

    @pytest.mark.parametrize(("complaint_id", "endpoint"), [(RICH_COMPLAINT, RICH), (PLAIN_COMPLAINT, PLAIN)])
    def test_either(self, desk: Desk, complaint_id: str, endpoint: str) -> None:
        """What may go both ways goes as the complaint takes it."""
        message = Message().text("您好")
        desk.ledger.queue(
            Delivery.of(desk.client.mchid, complaint_id, message, idempotent_id="a", plain_too=True),
        )
        assert (desk.deliver().state, desk.deliver().endpoint) == (State.SENT, endpoint)

    def test_picture(self, desk: Desk) -> None:
        """A picture is uploaded, again where the answer was lost, and its media id is told."""
        desk.ledger.queue(Delivery.of_picture(desk.client.mchid, PNG, "a.png", id="a"))
        desk.sandbox.fail_next("SYSTEM_ERROR")
        assert desk.deliver().state is State.QUEUED
        outcome = desk.deliver()
        assert (outcome.state, outcome.media_id) == (State.SENT, desk.sandbox.uploads[-1].media_id)

    def test_plain_because_of_the_complaint(self, desk: Desk) -> None:
        """What went plainly since the complaint takes no rich reply is settled as a plain reply."""
        message = Message().text("您好")
        desk.ledger.queue(
            Delivery.of(desk.client.mchid, PLAIN_COMPLAINT, message, idempotent_id="a", plain_too=True),
        )
        desk.fail("NO_ANSWER", "plain", processed=True)
        assert desk.deliver().state is State.QUEUED
        desk.wait(TOTAL)
        outcome = desk.deliver()
        assert (outcome.state, outcome.endpoint) == (State.SENT, PLAIN)
        assert len(desk.sandbox.replies) == 1

    def test_anothers(self, desk: Desk) -> None:
        """A client sends what its own merchant has under an id, and nothing of another's."""
        desk.ledger.queue(Delivery.of("1900099999", RICH_COMPLAINT, Message().text("您好"), idempotent_id="a"))
        assert deliver(desk.ledger, "a", desk.client) is None
        assert desk.sandbox.calls == ()

    def test_give_up(self, desk: Desk) -> None:
        """For how long it is tried may be said."""
        desk.queue("rich")
        desk.fail("SYSTEM_ERROR", "rich")
        desk.deliver()
        desk.wait(60)
        found = deliver(desk.ledger, "a", desk.client, give_up=timedelta(minutes=1))
        assert found is not None
        assert found.state is State.FAILED
