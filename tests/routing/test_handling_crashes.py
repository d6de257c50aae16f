"""What is done about a complaint while workers die or lose it, and where it is new, old or cannot be read."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from msgkit import Client, Message, Reply, Router
from msgkit.errors import MsgkitError
from msgkit.routing import Claim, SQLiteInbox, State
from msgkit.sandbox import Sandbox
from tests.routing.desk import Clock, Desk
from tests.routing.dying import Dying, KilledError


def answering(desk: Desk, inbox: SQLiteInbox) -> Router[Client]:
    """A router that answers a complaint richly, plainly and richly, and a message plainly."""
    router = Router(desk.client, inbox=inbox)
    router.on_complaint(lambda: [Message().text("一"), Reply("二"), Message().text("三")])
    router.on_message(lambda: Reply("四"))
    return router


class TestCrashes:
    """Workers that die."""

    @pytest.mark.parametrize("is_written", [False, True], ids=["before", "after"])
    def test_at_each_write(self, desk: Desk, tmp_path: Path, *, is_written: bool) -> None:
        """Whichever write a worker dies at, rich replies go once and in order, plain ones once or are unclear."""
        at = 0
        for at in itertools.count(1):
            path = tmp_path / f"{at}.db"
            inbox = SQLiteInbox(path, desk.clock)
            complaint = desk.complaint()
            desk.says(complaint, "在吗")
            inbox.notify(desk.client.mchid, complaint)
            dying = Dying(path, desk.clock, at, is_written=is_written)
            try:
                answering(desk, dying).work()
            except KilledError:
                pass
            else:
                break
            survivor = answering(desk, inbox)
            for _ in range(3):
                desk.clock.now += 61
                survivor.work()
            self._check(desk.sent(complaint), inbox)
            dying.close()
            inbox.close()
        assert at > 15

    def _check(self, sent: list[str], inbox: SQLiteInbox) -> None:
        unclear = {record.operate_type for record in inbox.unclear()}
        expected = ["一", "二", "三", "四"]
        if "USER_CREATE_COMPLAINT" in unclear:  # what stands behind a doubt is not sent
            expected = [text for text in expected if text != "三" and (text != "二" or text in sent)]
        if "USER_RESPONSE" in unclear and "四" not in sent:
            expected.remove("四")
        assert sent == expected
        assert inbox.find(State.NEW, State.SENDING, State.FAILED) == ()

    def test_a_doubt_that_was_sent(self, desk: Desk, tmp_path: Path) -> None:
        """A worker that died after a plain reply was sent, before it wrote that down, is no loss: the history tells."""
        path, inbox = tmp_path / "inbox.db", SQLiteInbox(tmp_path / "inbox.db", desk.clock)
        complaint = desk.complaint(is_rich=False)
        inbox.notify(desk.client.mchid, complaint)
        router = Router(desk.client, inbox=Dying(path, desk.clock, at=7, is_written=False))
        router.on_complaint(lambda: Reply("您好"))
        with pytest.raises(KilledError):
            router.work()
        assert desk.sent(complaint) == ["您好"]
        survivor = Router(desk.client, inbox=inbox)
        for _ in range(3):
            desk.clock.now += 61
            survivor.work()
        assert desk.sent(complaint) == ["您好"]
        assert inbox.unclear() == ()
        assert [r.state for r in inbox.find(*State) if r.operate_type == "USER_CREATE_COMPLAINT"] == [State.DONE]

    def test_a_killed_worker_gives_way(self, desk: Desk, tmp_path: Path) -> None:
        """What a dead worker had is another's after its lease, and not before."""
        inbox = SQLiteInbox(tmp_path / "inbox.db", desk.clock)
        complaint = desk.complaint()
        inbox.notify(desk.client.mchid, complaint)
        with pytest.raises(KilledError):
            answering(desk, Dying(tmp_path / "inbox.db", desk.clock, at=3, is_written=True)).work()
        survivor = answering(desk, inbox)
        desk.clock.now += 59
        assert survivor.work() == 0
        desk.clock.now += 2
        assert survivor.work() == 1
        assert desk.sent(complaint) == ["一", "二", "三"]


class TestLost:
    """Workers that lose a complaint to another one."""

    def test_what_a_lost_worker_had_marked(self, desk: Desk) -> None:
        """A worker that loses a complaint between its mark and the sending sends nothing, and the doubt is told."""
        complaint = desk.complaint(is_rich=False)
        original = desk.inbox.renew
        others: list[Claim | None] = []

        def lose(claim: Claim, lease: float) -> bool:
            desk.clock.now += 120
            others.append(desk.inbox.claim(60))
            return original(claim, lease)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(desk.inbox, "renew", lose)
            desk.router.on_complaint(lambda: Reply("您好"))
            desk.inbox.notify(desk.client.mchid, complaint)
            desk.router.work()
        assert len(others) == 1
        desk.later(121)
        assert desk.sent(complaint) == []
        assert [record.complaint_id for record in desk.inbox.unclear()] == [complaint]

    def test_what_a_lost_worker_returned(self, desk: Desk) -> None:
        """What the handler of a worker returns that has lost its complaint is not kept: the other one's counts."""
        complaint = desk.complaint()
        runs: list[int] = []

        @desk.router.on_complaint
        def slow() -> Message:
            runs.append(1)
            if len(runs) == 1:
                desk.clock.now += 120
                desk.router.work()
                return Message().text("太晚")
            return Message().text("另一个")

        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert (len(runs), desk.sent(complaint)) == (2, ["另一个"])


class TestMeeting:
    """Complaints that are met for the first time."""

    def test_all_answered(self, desk: Desk) -> None:
        """Where the merchant spoke last, nothing is handled, and nothing is unhandled."""
        complaint = desk.complaint()
        desk.taps(complaint, "agent")
        desk.client.send(complaint, Message().text("人工已答"))
        desk.router.on_complaint(lambda: pytest.fail("it ran"))
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert {record.state for record in desk.inbox.find(*State)} == {State.PASSED}

    def test_after_a_look_that_failed(self, desk: Desk) -> None:
        """A look that failed was no meeting: what is answered until the first that succeeds counts as answered."""
        complaint = desk.complaint()
        heard: list[str] = []
        desk.router.on_complaint(lambda: pytest.fail("it ran"))
        desk.router.on_message(lambda event: heard.append(event.text))
        desk.sandbox.fail_next("SYSTEM_ERROR", endpoint="negotiation-historys")
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        desk.client.send(complaint, Message().text("人工已答"))
        desk.says(complaint, "谢谢")
        desk.later(5)
        assert heard == ["谢谢"]
        assert desk.inbox.failed() == ()


class TestPruning:
    """What is forgotten."""

    def test_what_comes_after(self, desk: Desk) -> None:
        """After what is old was forgotten, what is new is handled, and only that."""
        heard: list[str] = []
        complaint = desk.complaint()
        desk.says(complaint, "旧的")
        desk.router.on_complaint(lambda: heard.append("新投诉"))
        desk.router.on_message(lambda text: heard.append(text))  # noqa: PLW0108 - asked for by name
        desk.inbox.notify(desk.client.mchid, complaint, "1")
        desk.router.work()
        desk.later(31 * 24 * 3600)
        assert desk.inbox.find(*State) == ()
        desk.says(complaint, "新的")
        desk.inbox.notify(desk.client.mchid, complaint, "2")
        desk.router.work()
        assert heard == ["新投诉", "旧的", "新的"]

    def test_what_waits(self, desk: Desk) -> None:
        """What is not over is not forgotten, however old it is."""
        complaint = desk.complaint()

        @desk.router.on_complaint
        def broken() -> None:
            raise RuntimeError

        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        desk.clock.now += 31 * 24 * 3600
        desk.router.prune()
        assert [record.state for record in desk.inbox.find(*State)] == [State.NEW]


def test_a_look_that_is_given_up(desk: Desk) -> None:
    """Where a complaint cannot be read any more, what waits in it comes to an end too, or is tried again by itself."""
    complaint = desk.complaint()
    desk.inbox.notify(desk.client.mchid, complaint)
    runs: list[int] = []

    @desk.router.on_complaint
    def welcome() -> Message:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError
        return Message().text("您好")

    desk.router.work()
    desk.sandbox.fail_next("SYSTEM_ERROR", endpoint="negotiation-historys", times=5)
    for _ in range(8):
        desk.later(181)
    assert desk.states(complaint).get("USER_CREATE_COMPLAINT") in (State.DONE, State.FAILED)


def test_a_client_that_tries_again(wechatpay_sandbox: Sandbox) -> None:
    """A client with retries of its own does not double a plain reply of which nobody knows whether it was sent."""
    clock = Clock()
    complaint = wechatpay_sandbox.complaint(need_immediate_service=False).complaint_id
    with Client.from_env(wechatpay_sandbox.credentials.environ, total=10.0) as client:
        router = Router(client, inbox=SQLiteInbox(":memory:", clock))
        router.on_complaint(lambda: Reply("您好"))
        wechatpay_sandbox.fail_next("NO_ANSWER", endpoint="response", processed=True)
        router.inbox.notify(client.mchid, complaint)
        router.work()
        clock.now += 11
        router.work()
        assert [record.state for record in router.inbox.find(State.DONE, State.UNCLEAR)] == [State.DONE]
    assert len(wechatpay_sandbox.replies) == 1


def test_the_error_of_a_lost_worker(desk: Desk) -> None:
    """That each attempt ended with its worker is one of msgkit's errors, and error handlers hear it."""
    complaint = desk.complaint()
    heard: list[tuple[bool, int, bool]] = []

    @desk.router.on_complaint
    def deadly() -> None:
        raise SystemExit

    @desk.router.on_error
    def hear(error: Exception, attempt: int, *, last: bool) -> None:
        heard.append((isinstance(error, MsgkitError), attempt, last))

    desk.inbox.notify(desk.client.mchid, complaint)
    for _ in range(5):
        with pytest.raises(SystemExit):
            desk.router.work()
    desk.router.work()
    assert heard == [(True, 5, True)]


def test_news_while_nothing_can_be_read(desk: Desk) -> None:
    """Notifications that come while the platform is away do not use up the attempts at a complaint."""
    complaint = desk.complaint()
    desk.router.on_complaint(lambda: Message().text("您好"))
    desk.sandbox.fail_next("SYSTEM_ERROR", endpoint="negotiation-historys", times=5)
    for n in range(5):
        desk.inbox.notify(desk.client.mchid, complaint, f"n-{n}")
        desk.later(1)
    for _ in range(5):
        desk.later(181)
    assert desk.sent(complaint) == ["您好"]
