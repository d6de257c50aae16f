"""What is taken up again when somebody asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from msgkit import Message, Reply, Router
from msgkit.routing import Claim, Record, State
from tests.routing.desk import Desk


class TestRetry:
    """What is taken up again when somebody asks for it."""

    @pytest.fixture
    def record(self, desk: Desk) -> Callable[[State], Record]:
        """Give a record in some state."""

        def made(state: State) -> Record:
            claim = self._claim(desk)
            (record,) = desk.inbox.records(claim)
            desk.inbox.update(claim, found := attrs.evolve(record, state=state))
            desk.inbox.release(claim, None)
            return found

        return made

    def _claim(self, desk: Desk) -> Claim:
        desk.inbox.notify(desk.client.mchid, complaint := desk.complaint())
        claim = desk.inbox.claim(60)
        assert claim is not None
        log_id = desk.sandbox.history(complaint)[0].log_id
        record = Record(mchid=claim.mchid, complaint_id=complaint, log_id=log_id, operate_type="USER_CREATE_COMPLAINT")
        desk.inbox.looked(claim, [record], is_open=True)
        return claim

    @pytest.mark.parametrize("state", [State.FAILED, State.UNCLEAR, State.UNHANDLED])
    def test_what_is_taken_up(self, desk: Desk, record: Callable[[State], Record], state: State) -> None:
        """What failed, is unclear or was not handled is handled when it is asked for."""
        found = record(state)
        desk.router.on_complaint(lambda: Message().text("您好"))
        assert desk.router.work() == 0
        assert desk.inbox.retry(found) == 1
        desk.router.work()
        assert desk.sent(found.complaint_id) == ["您好"]

    @pytest.mark.parametrize("state", [State.NEW, State.SENDING, State.DONE, State.PASSED])
    def test_what_is_not(self, desk: Desk, record: Callable[[State], Record], state: State) -> None:
        """What is over, or still goes on, is not begun anew."""
        found = record(state)
        desk.router.on_complaint(lambda: pytest.fail("it ran"))
        assert desk.inbox.retry(found) == 0
        assert desk.router.work() == 0
        assert [each.state for each in desk.inbox.find(*State)] == [state]

    def test_an_old_look_at_it(self, desk: Desk, record: Callable[[State], Record]) -> None:
        """What counts is how far an entry is now, not how far it was when somebody looked."""
        found = record(State.UNHANDLED)
        desk.router.on_complaint(lambda: Message().text("您好"))
        assert desk.inbox.retry(found) == 1
        desk.router.work()
        assert desk.inbox.retry(found) == 0
        desk.router.work()
        assert desk.sent(found.complaint_id) == ["您好"]

    def test_all_that_failed(self, desk: Desk, record: Callable[[State], Record]) -> None:
        """Without any, all that failed is tried again, and nothing else."""
        for state in (State.FAILED, State.UNCLEAR, State.FAILED, State.UNHANDLED):
            record(state)
        desk.router.on_complaint(lambda: None)
        assert desk.inbox.retry() == 2
        desk.router.work()
        assert Counter(each.state for each in desk.inbox.find(*State)) == {
            State.DONE: 2,
            State.UNCLEAR: 1,
            State.UNHANDLED: 1,
        }

    def test_while_another_worker_has_it(self, desk: Desk) -> None:
        """A retry that is asked for while a worker has the complaint is done once that one is through."""
        complaint = desk.complaint()
        router = Router(desk.client, inbox=desk.inbox, attempts=1)
        is_mended: list[bool] = []

        @router.on_complaint
        def welcome() -> Message:
            if not is_mended:
                raise RuntimeError
            return Message().text("您好")

        @router.on_message
        def words() -> Message:
            is_mended.append(True)
            assert desk.inbox.retry() == 1
            return Message().text("收到")

        desk.says(complaint, "在吗")
        desk.inbox.notify(desk.client.mchid, complaint)
        router.work()
        assert desk.sent(complaint) == ["收到", "您好"]
        assert desk.inbox.failed() == ()

    def test_the_second_try_is_lost_too(self, desk: Desk) -> None:
        """A plain reply that is sent again and lost again is found in the history, or unclear again."""
        complaint = desk.complaint(is_rich=False)
        desk.router.on_complaint(lambda: Reply("您好"))
        desk.inbox.notify(desk.client.mchid, complaint)
        for processed, state in ((False, State.UNCLEAR), (False, State.UNCLEAR), (True, State.DONE)):
            desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=processed)
            for record in desk.inbox.unclear():
                desk.inbox.retry(record)
            desk.router.work()
            desk.sandbox.advance(timedelta(seconds=61))
            desk.later(61)
            assert desk.states(complaint)["USER_CREATE_COMPLAINT"] is state
        assert desk.sent(complaint) == ["您好"]


@pytest.mark.slow
def test_many_attempts(desk: Desk) -> None:
    """However often an entry is tried, no wait is longer than three minutes."""
    complaint = desk.complaint()
    router = Router(desk.client, inbox=desk.inbox, attempts=100)
    attempts: list[int] = []

    @router.on_complaint
    def broken() -> None:
        attempts.append(1)
        raise RuntimeError

    desk.inbox.notify(desk.client.mchid, complaint)
    router.work()
    for _ in range(99):
        desk.clock.now += 180
        router.work()
    assert len(attempts) == 100
    assert [record.attempts for record in router.inbox.failed()] == [100]
