"""What is done about a complaint: order, once, retries, doubts."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from msgkit import Client, Message, Reply, Router
from msgkit.errors import MsgkitError
from msgkit.routing import Claim, Event, LeaseLostError, State
from msgkit.routing._handling import has_log_id
from tests.routing.desk import Desk
from tests.routing.histories import entry


class TestOrder:
    """Which entry is handled when."""

    def test_in_order(self, desk: Desk) -> None:
        """One complaint's entries reach their handlers in the order in which they happened."""
        heard: list[str] = []
        complaint = desk.complaint()
        for text in "一二三":
            desk.says(complaint, text)

        @desk.router.on_complaint
        @desk.router.on_message
        def note(event: Event) -> None:
            heard.append(event.text if event.operate_type == "USER_RESPONSE" else "new")

        desk.hear()
        assert [each for each in heard if each in "一二三"] == ["一", "二", "三"]
        assert heard.index("new") == 0

    def test_a_later_one_waits(self, desk: Desk) -> None:
        """While an entry waits to be tried again, later ones of its complaint wait; other complaints do not."""
        first, second = desk.complaint(), desk.complaint()

        @desk.router.on_complaint
        def broken(event: Event) -> Message:
            if event.complaint_id == first:
                raise RuntimeError
            return Message().text("您好")

        @desk.router.on_message
        def words() -> Message:
            return Message().text("收到")

        desk.says(first, "在吗")
        desk.says(second, "在吗")
        desk.hear()
        assert (desk.sent(first), desk.sent(second)) == ([], ["您好", "收到"])

    def test_the_next_goes_after_the_last_attempt(self, desk: Desk) -> None:
        """After the last attempt an entry is failed, with its error, and the next of its complaint goes."""
        complaint = desk.complaint()
        desk.says(complaint, "在吗")

        @desk.router.on_complaint
        def broken() -> None:
            raise RuntimeError("客户的话")

        @desk.router.on_message
        def words() -> Message:
            return Message().text("收到")

        desk.hear()
        for wait in (5, 20, 80, 180):
            assert desk.sent(complaint) == []
            desk.later(wait - 1)
            assert desk.sent(complaint) == []
            desk.later(1)
        assert desk.sent(complaint) == ["收到"]
        failed = [r for r in desk.router.inbox.failed() if r.complaint_id == complaint]
        assert [(r.operate_type, r.attempts) for r in failed] == [("USER_CREATE_COMPLAINT", 5)]
        assert failed[0].error is not None
        assert failed[0].error.startswith("RuntimeError at test_handling.py:")
        assert "客户的话" not in failed[0].error

    def test_news_during_a_look(self, desk: Desk) -> None:
        """What is asked for while a complaint is worked on causes another look at it."""
        complaint = desk.complaint()

        @desk.router.on_complaint
        def welcome(event: Event) -> None:
            if event.complaint_id == complaint:
                desk.says(complaint, "还有")
                desk.inbox.notify(desk.client.mchid, complaint, "n-2")

        @desk.router.on_message
        def words() -> Message:
            return Message().text("收到")

        desk.hear()
        assert desk.sent(complaint) == ["收到"]

    def test_several_notifications_cost_one_look(self, desk: Desk) -> None:
        """Notifications that came before a look began are answered by that one look."""
        complaint = desk.complaint()
        for n in range(5):
            desk.inbox.notify(desk.client.mchid, complaint, f"n-{n}")
        assert desk.router.work() == 1
        assert desk.sandbox.counts["negotiation-historys"] == 1

    def test_first_meeting(self, desk: Desk) -> None:
        """Where a complaint is met for the first time, what is before the merchant's last reply counts as answered."""
        complaint = desk.complaint()
        desk.says(complaint, "旧的")
        desk.client.send(complaint, Message().text("人工已答"))
        desk.says(complaint, "新的")
        heard: list[str] = []
        desk.router.on_complaint(lambda event: heard.append(event.text) if event.complaint_id == complaint else None)
        desk.router.on_message(lambda event: heard.append(event.text))
        desk.hear()
        assert heard == ["新的"]
        desk.says(complaint, "更新的")
        desk.hear()
        assert heard == ["新的", "更新的"]

    def test_the_same_entry_twice(self, desk: Desk) -> None:
        """An entry that is met again, by notification or by poll, is handled once."""
        complaint = desk.complaint()
        desk.router.on_complaint(lambda: Message().text("您好"))
        desk.hear()
        desk.inbox.notify(desk.client.mchid, complaint, "later")
        desk.router.poll()
        desk.router.work()
        assert desk.sent(complaint) == ["您好"]

    @pytest.mark.parametrize("log_id", ["", " ", "a\n"])
    def test_no_log_id(self, desk: Desk, log_id: str, caplog: pytest.LogCaptureFixture) -> None:
        """An entry whose log_id can be none is passed over, which is told; those around it are handled."""
        complaint = desk.complaint()
        desk.says(complaint, "一")
        desk.sandbox.entry(complaint, "USER_RESPONSE", details="秘密", log_id=log_id)
        desk.says(complaint, "二")
        desk.router.on_message(lambda text: Message().text(text))
        desk.hear()
        assert desk.sent(complaint) == ["一", "二"]
        assert "an entry has no log_id that can be one" in caplog.text
        assert "秘密" not in caplog.text

    def test_half_a_character(self) -> None:
        """A log_id that UTF-8 cannot carry, which no store takes, is none: its complaint is no stone in the way."""
        claim = Claim("2", "1", "token", 1, is_known=True)
        assert not has_log_id(claim, entry("\ud800"))
        assert has_log_id(claim, entry("300285"))


class TestRetries:
    """What is tried again, and what is not."""

    def test_the_handler_is_not_run_again(self, desk: Desk) -> None:
        """What a handler returned is sent again, to the byte, under the same id; the handler is not asked again."""
        complaint = desk.complaint()
        runs: list[int] = []

        @desk.router.on_complaint
        def welcome(event: Event) -> Message | None:
            if event.complaint_id != complaint:
                return None
            runs.append(1)
            return Message().text(f"第{len(runs)}次")

        desk.sandbox.fail_next("SYSTEM_ERROR", endpoint="response-immediate-service", processed=True)
        desk.hear()
        desk.later(5)
        assert desk.sent(complaint) == ["第1次"]
        assert len(runs) == 1
        bodies = [call for call in desk.sandbox.calls if call.endpoint == "response-immediate-service"]
        assert len(bodies) == 2

    def test_only_what_was_not_sent(self, desk: Desk) -> None:
        """Of a list, what was sent stays sent: a retry begins with the first that was not."""
        complaint = desk.complaint()

        @desk.router.on_complaint
        def welcome(event: Event) -> list[Message | None] | None:
            if event.complaint_id != complaint:
                return None
            return [Message().text("一"), None, Message().text("三")]

        desk.hear()
        replies = [reply for reply in desk.sandbox.replies if reply.complaint_id == complaint]
        log_id = desk.sandbox.history(complaint)[0].log_id
        assert [reply.idempotent_id for reply in replies] == [f"{log_id}-1", f"{log_id}-3"]

    def test_errors_are_heard(self, desk: Desk) -> None:
        """Error handlers hear of each attempt, its number, and whether it was the last; their errors end nothing."""
        complaint = desk.complaint()
        router = Router(desk.client, inbox=desk.inbox, attempts=2)
        heard: list[tuple[str, int, bool, str]] = []

        @router.on_complaint
        def broken(event: Event) -> str | None:
            return "不是消息" if event.complaint_id == complaint else None

        @router.on_error
        def hear(error: Exception, attempt: int, last: bool, event: Event, complaint_id: str) -> str:
            assert event.complaint_id == complaint_id
            heard.append((type(error).__name__, attempt, last, complaint_id))
            raise RuntimeError

        desk.inbox.notify(desk.client.mchid, complaint)
        router.work()
        desk.clock.now += 5
        router.work()
        assert heard == [("ValidationError", 1, False, complaint), ("ValidationError", 2, True, complaint)]

    def test_retry(self, desk: Desk) -> None:
        """What failed is tried again when asked for."""
        complaint = desk.complaint()
        router = Router(desk.client, inbox=desk.inbox, attempts=1)
        is_mended: list[bool] = []

        @router.on_complaint
        def welcome(event: Event) -> Message | None:
            if event.complaint_id == complaint and not is_mended:
                raise RuntimeError
            return Message().text("您好")

        desk.inbox.notify(desk.client.mchid, complaint)
        router.work()
        (failed,) = router.inbox.failed()
        is_mended.append(True)
        assert router.inbox.retry(failed) == 1
        router.work()
        assert desk.sent(complaint) == ["您好"]
        assert router.inbox.failed() == ()

    def test_unhandled(self, desk: Desk) -> None:
        """What no handler took is kept and visible, and can be handled once there is a handler."""
        complaint = desk.complaint()
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        (unhandled,) = desk.router.inbox.unhandled()
        desk.router.on_complaint(lambda: Message().text("您好"))
        desk.router.inbox.retry(unhandled)
        desk.router.work()
        assert desk.sent(complaint) == ["您好"]

    def test_a_complaint_that_cannot_be_read(self, desk: Desk) -> None:
        """A complaint that cannot be read is failed after the last attempt, and visible without an entry."""
        router = Router(desk.client, inbox=desk.inbox, attempts=2)
        heard: list[tuple[object, str]] = []
        router.on_error(lambda event, complaint_id: heard.append((event, complaint_id)))
        desk.inbox.notify(desk.client.mchid, "nobody")
        router.work()
        desk.clock.now += 5
        router.work()
        (failed,) = router.inbox.failed()
        assert (failed.complaint_id, failed.log_id, failed.attempts) == ("nobody", None, 2)
        assert heard == [(None, "nobody")] * 2

    def test_an_interruption_gives_back(self, desk: Desk) -> None:
        """A worker that is interrupted in a handler gives the complaint back, to be worked on at once."""
        complaint = desk.complaint()
        interrupted: list[int] = []

        @desk.router.on_complaint
        def welcome() -> Message:
            if not interrupted:
                interrupted.append(1)
                raise KeyboardInterrupt
            return Message().text("您好")

        desk.inbox.notify(desk.client.mchid, complaint)
        with pytest.raises(KeyboardInterrupt):
            desk.router.work()
        desk.router.work()
        assert desk.sent(complaint) == ["您好"]

    def test_a_handler_that_ends_its_worker(self, desk: Desk) -> None:
        """An entry whose every attempt ended with its worker is failed, and does not go round for ever."""
        complaint = desk.complaint()

        @desk.router.on_complaint
        def deadly() -> None:
            raise SystemExit

        desk.inbox.notify(desk.client.mchid, complaint)
        for _ in range(5):
            with pytest.raises(SystemExit):
                desk.router.work()
        desk.router.work()
        (failed,) = desk.router.inbox.failed()
        assert failed.error == "WorkerLostError: all 5 attempts ended with their worker"


class TestLeases:
    """Whose complaint it is."""

    def test_a_lost_lease_sends_nothing(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        """A worker whose complaint another one has meanwhile sends nothing."""
        complaint = desk.complaint()
        others: list[object] = []

        @desk.router.on_complaint
        def slow() -> Message:
            desk.clock.now += 120  # longer than the lease, and nobody renewed it
            others.append(desk.inbox.claim(60))
            return Message().text("您好")

        desk.inbox.notify(desk.client.mchid, complaint)
        with caplog.at_level(logging.WARNING, "msgkit"):
            desk.router.work()
        assert others != [None]
        assert desk.sent(complaint) == []
        assert "another worker" in caplog.text

    def test_an_error(self) -> None:
        """A lost lease is one of msgkit's errors."""
        assert issubclass(LeaseLostError, MsgkitError)


class TestPlain:
    """Replies that nothing keeps from being sent twice."""

    @pytest.fixture
    def plain(self, desk: Desk) -> str:
        """A complaint that takes plain replies alone, of which the router was notified."""
        complaint = desk.complaint(is_rich=False)

        @desk.router.on_complaint
        def welcome(event: Event) -> list[Message] | None:
            return [Message().text("您好").button("转人工")] if event.complaint_id == complaint else None

        desk.inbox.notify(desk.client.mchid, complaint)
        return complaint

    def test_sent(self, desk: Desk, plain: str) -> None:
        """A message for a complaint that takes none is sent as the plain reply that it condenses to."""
        desk.router.work()
        assert desk.sent(plain) == ["您好"]

    def test_an_answer_was_lost(self, desk: Desk, plain: str) -> None:
        """A plain reply whose answer was lost is found in the history, once nothing more can come of it."""
        desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=True)
        desk.router.work()
        assert desk.states(plain) == {"USER_CREATE_COMPLAINT": State.SENDING}
        desk.later(59)
        assert desk.states(plain) == {"USER_CREATE_COMPLAINT": State.SENDING}
        desk.later(2)
        assert desk.states(plain) == {"USER_CREATE_COMPLAINT": State.DONE}
        assert desk.sent(plain) == ["您好"]

    def test_a_request_was_lost(self, desk: Desk, plain: str) -> None:
        """A plain reply that the history does not show is unclear, and is sent again only when asked for."""
        desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=False)
        desk.router.work()
        desk.later(61)
        desk.later(1000)
        (unclear,) = desk.router.inbox.unclear()
        assert (unclear.complaint_id, desk.sent(plain)) == (plain, [])
        desk.router.inbox.retry(unclear)
        desk.router.work()
        assert desk.sent(plain) == ["您好"]
        assert desk.router.inbox.unclear() == ()

    def test_the_history_cannot_be_read(self, desk: Desk, plain: str) -> None:
        """Where the history cannot be read when it should tell, a plain reply is unclear."""
        desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=True)
        desk.router.work()
        desk.sandbox.fail_next("SYSTEM_ERROR", endpoint="negotiation-historys")
        desk.later(61)
        assert [record.complaint_id for record in desk.router.inbox.unclear()] == [plain]
        desk.later(1000)
        assert desk.sent(plain) == ["您好"]

    def test_it_was_not_sent_for_certain(self, desk: Desk, plain: str) -> None:
        """A plain reply that certainly was not sent is simply sent again."""
        desk.sandbox.fail_next("FREQUENCY_LIMITED", endpoint="response")
        desk.router.work()
        desk.later(5)
        assert desk.sent(plain) == ["您好"]
        assert desk.states(plain) == {"USER_CREATE_COMPLAINT": State.DONE}

    @pytest.mark.parametrize(("processed", "end"), [(True, State.DONE), (False, State.UNCLEAR)])
    def test_the_second_of_two_is_lost(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, *, processed: bool, end: State
    ) -> None:
        """One entry in the history does not stand for two replies with the same text."""
        complaint = desk.complaint(is_rich=False)
        seen: list[int] = []

        @desk.router.on_complaint
        def welcome() -> list[Reply]:
            return [Reply("您好"), Reply("您好")]

        desk.sandbox.watch(lambda call: seen.append(1) if call.endpoint == "response" else None)
        desk.inbox.notify(desk.client.mchid, complaint)
        original = desk.inbox.renew

        def fail_the_second(claim: Claim, lease: float) -> bool:
            if seen:
                desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=processed)
            return original(claim, lease)

        monkeypatch.setattr(desk.inbox, "renew", fail_the_second)
        desk.router.work()
        desk.sandbox.watch(None)
        desk.later(61)
        assert desk.states(complaint)["USER_CREATE_COMPLAINT"] is end
        assert desk.sent(complaint) == (["您好", "您好"] if processed else ["您好"])

    def test_the_same_words_twice(self, desk: Desk) -> None:
        """Where an answer took its time, it does not hide that the same words to the next entry were lost."""
        complaint = desk.complaint(is_rich=False)
        desk.router.on_complaint(lambda: None)

        @desk.router.on_message
        def words(text: str) -> Reply:
            if text == "在吗？":
                desk.clock.now += 2
                desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=False)
            return Reply("收到")

        desk.says(complaint, "在吗")
        lost = desk.says(complaint, "在吗？")
        desk.sandbox.advance(timedelta(seconds=2))  # what the first answer takes
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        desk.later(61)
        assert desk.sent(complaint) == ["收到"]
        assert [record.log_id for record in desk.inbox.unclear()] == [lost]


def test_a_clock_is_shared(desk: Desk) -> None:
    """Workers wait by the inbox's clock, not by that of their machine."""
    assert desk.inbox.now() == desk.clock.now


def test_the_client_is_given(desk: Desk) -> None:
    """A handler is given the router's client."""
    given: list[Client] = []
    desk.complaint()

    @desk.router.on_complaint
    def welcome(client: Client) -> None:
        given.append(client)

    desk.hear()
    assert set(given) == {desk.client}
