"""What is done about a complaint where handlers, conditions and middlewares fail or change what is sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from msgkit import ActionData, Message, Reply, Router
from msgkit.routing import Event, State
from tests.routing.desk import Desk

Next = Callable[..., Any]


class TestHearing:
    """Who hears of errors."""

    def test_of_included_routers(self, desk: Desk) -> None:
        """Error handlers hear of their own router's handlers and of those that it includes, the innermost first."""
        heard: list[str] = []
        router = Router(desk.client, inbox=desk.inbox, attempts=1)
        inner, other = Router[Any](), Router[Any]()
        router.include(inner)
        router.include(other)
        for name, each in (("outer", router), ("inner", inner), ("other", other)):
            each.on_error(lambda event, name=name: heard.append(f"{name} {event.text}"))

        @inner.on_message
        def broken_inside() -> None:
            raise RuntimeError

        @router.on_complaint
        def broken() -> None:
            raise RuntimeError

        complaint = desk.complaint()
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.says(complaint, "在吗")
        router.work()
        detail = desk.sandbox.complaints[complaint].complaint_detail
        assert heard == [f"outer {detail}", "inner 在吗", "outer 在吗"]

    def test_what_they_are_given(self, desk: Desk) -> None:
        """Error handlers are given what handlers are, also what their filter found."""

        class Order(ActionData, prefix="order"):
            number: int

        complaint, heard = desk.complaint(), []

        @desk.router.on_tap(Order)
        def broken() -> None:
            raise RuntimeError

        @desk.router.on_error
        def hear(data: Order, client: object, tap: Event, attempt: int, *, last: bool) -> None:
            heard.append((data, client is desk.client, tap.data, attempt, last))

        desk.router.on_complaint(lambda: None)
        desk.taps(complaint, "order:42")
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert heard == [(Order(42), True, Order(42), 1, False)]

    @pytest.mark.parametrize("error", [StopIteration, GeneratorExit, KeyboardInterrupt, RuntimeError])
    def test_any_error(self, desk: Desk, error: type[BaseException]) -> None:
        """Whatever a handler raises, its entry is tried again."""
        complaint, runs = desk.complaint(), list[int]()

        @desk.router.on_complaint
        def welcome() -> Message:
            runs.append(1)
            if len(runs) == 1:
                raise error
            return Message().text("您好")

        desk.inbox.notify(desk.client.mchid, complaint)
        if issubclass(error, Exception):
            desk.router.work()
        else:
            with pytest.raises(error):
                desk.router.work()
        desk.later(5)
        assert desk.sent(complaint) == ["您好"]

    def test_what_is_returned_is_ignored(self, desk: Desk) -> None:
        """What an error handler returns is not sent."""
        complaint = desk.complaint()

        @desk.router.on_complaint
        def broken() -> None:
            raise RuntimeError

        desk.router.on_error(lambda: Message().text("出错了"))
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert desk.sent(complaint) == []

    def test_a_parameter_that_there_is_not(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        """A parameter that is called wrongly is told by its name, in the log and in what is kept."""
        complaint = desk.complaint()

        @desk.router.on_complaint
        def welcome(complain: object) -> None: ...

        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        (record,) = desk.inbox.find(State.NEW)
        assert "welcome asks for complain; there are client, complaint, custom_data" in str(record.error)
        assert "asks for complain; there are" in caplog.text

    def test_a_reply_that_cannot_be_sent(self, desk: Desk) -> None:
        """What the platform refuses is an attempt that failed, with its error."""
        complaint, heard = desk.complaint(), list[str]()
        desk.router.on_complaint(lambda: Message().text("您好"))
        desk.router.on_error(lambda error: heard.append(type(error).__name__))
        desk.sandbox.fail_next("PARAM_ERROR", endpoint="response-immediate-service")
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert heard == ["ParamError"]
        desk.later(5)
        assert desk.sent(complaint) == ["您好"]

    def test_a_doubt(self, desk: Desk) -> None:
        """Error handlers hear of a plain reply of which nobody knows whether it was sent."""
        complaint, heard = desk.complaint(is_rich=False), list[tuple[str, int]]()
        desk.router.on_complaint(lambda: Reply("您好"))
        desk.router.on_error(lambda error, attempt: heard.append((type(error).__name__, attempt)))
        desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=False)
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert heard == [("TransportError", 1)]


class TestConditions:
    """Conditions that fail."""

    def test_a_condition_that_raises(self, desk: Desk) -> None:
        """A condition that raises is a failed attempt: no other handler takes the entry in its place."""
        complaint, heard = desk.complaint(), list[tuple[str, bool]]()
        router = Router(desk.client, inbox=desk.inbox, attempts=2)

        def condition(_: Event) -> bool:
            raise KeyError

        router.on_complaint(when=condition)(lambda: Message().text("第一个"))
        router.on_complaint(lambda: Message().text("第二个"))

        @router.on_error
        def hear(error: Exception, *, last: bool) -> None:
            heard.append((type(error).__name__, last))

        desk.inbox.notify(desk.client.mchid, complaint)
        router.work()
        desk.clock.now += 5
        router.work()
        assert heard == [("KeyError", False), ("KeyError", True)]
        assert desk.sent(complaint) == []
        assert [record.complaint_id for record in router.inbox.failed()] == [complaint]

    def test_a_key_that_is_away(self, desk: Desk) -> None:
        """Where the key of signed ids is not to be had, a tap is tried again, and goes to nobody else."""
        keys: list[bytes] = []

        class Approve(ActionData, prefix="approve", key=lambda: keys[0]):
            amount: int

        complaint = desk.complaint()
        desk.router.on_complaint(lambda: None)
        desk.router.on_tap(Approve)(lambda data: Message().text(f"{data.amount}"))
        desk.router.on_message(lambda: Message().text("听不懂"))
        keys.append(b"a key of sixteen")
        desk.taps(complaint, Approve(5).pack())
        keys.clear()
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert desk.sent(complaint) == []
        keys.append(b"a key of sixteen")
        desk.later(5)
        assert desk.sent(complaint) == ["5"]


class TestMiddlewares:
    """What stands around handlers."""

    def test_they_change_the_reply(self, desk: Desk) -> None:
        """What the outermost middleware returns is sent, whatever the handler returned."""
        complaint = desk.complaint()

        @desk.router.middleware
        def politely(next: Next) -> Any:  # noqa: A002 - its name
            return [Message().text("您好"), next()]

        desk.router.on_complaint(lambda: Message().text("收到"))
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert desk.sent(complaint) == ["您好", "收到"]

    def test_they_keep_it_back(self, desk: Desk) -> None:
        """A middleware that returns nothing has nothing sent, and the entry is done."""
        complaint = desk.complaint()

        @desk.router.middleware
        def silently(next: Next) -> None:  # noqa: A002
            next()

        desk.router.on_complaint(lambda: Message().text("收到"))
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert desk.sent(complaint) == []
        assert desk.states(complaint) == {"USER_CREATE_COMPLAINT": State.DONE}

    def test_they_hear_of_errors(self, desk: Desk) -> None:
        """A middleware may make an answer of an error."""
        complaint = desk.complaint()

        @desk.router.middleware
        def calmly(next: Next) -> Any:  # noqa: A002
            try:
                return next()
            except RuntimeError:
                return Message().text("请稍候")

        @desk.router.on_complaint
        def broken() -> None:
            raise RuntimeError

        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert desk.sent(complaint) == ["请稍候"]

    def test_what_they_add(self, desk: Desk) -> None:
        """What a middleware adds is given to the handler, and to middlewares inside it."""
        complaint = desk.complaint()

        @desk.router.middleware
        def outer(next: Next) -> Any:  # noqa: A002
            return next(user="张三")

        @desk.router.middleware
        def inner(next: Next, user: str) -> Any:  # noqa: A002
            return next(greeting=f"{user}您好")

        desk.router.on_complaint(lambda greeting: Message().text(greeting))
        desk.inbox.notify(desk.client.mchid, complaint)
        desk.router.work()
        assert desk.sent(complaint) == ["张三您好"]


class TestLists:
    """Several replies to one entry."""

    @pytest.fixture
    def complaint(self, desk: Desk) -> str:
        """A complaint that is answered richly, plainly and richly."""
        complaint = desk.complaint()
        desk.router.on_complaint(lambda: [Message().text("一"), Reply("二"), Message().text("三")])
        desk.inbox.notify(desk.client.mchid, complaint)
        return complaint

    def test_of_both_kinds(self, desk: Desk, complaint: str) -> None:
        """Rich and plain replies go in the order of the list, the rich ones under their place in it."""
        desk.router.work()
        assert desk.sent(complaint) == ["一", "二", "三"]
        log_id = desk.sandbox.history(complaint)[0].log_id
        ids = [reply.idempotent_id for reply in desk.sandbox.replies]
        assert [each for each in ids if each] == [f"{log_id}-1", f"{log_id}-3"]

    def test_one_is_lost(self, desk: Desk, complaint: str) -> None:
        """Of a list whose plain reply was lost, the rest goes once the history has told, and nothing goes twice."""
        desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=True)
        desk.router.work()
        assert desk.sent(complaint) == ["一", "二"]
        desk.later(61)
        assert desk.sent(complaint) == ["一", "二", "三"]

    def test_one_is_lost_and_the_look_fails(self, desk: Desk, complaint: str) -> None:
        """Where the history cannot tell, the rest goes when somebody asks for it, after the plain one again."""
        desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=False)
        desk.router.work()
        desk.sandbox.fail_next("SYSTEM_ERROR", endpoint="negotiation-historys")
        desk.later(61)
        (unclear,) = desk.inbox.unclear()
        assert desk.sent(complaint) == ["一"]
        desk.inbox.retry(unclear)
        desk.later(5)
        assert desk.sent(complaint) == ["一", "二", "三"]

    def test_what_waits_behind(self, desk: Desk, complaint: str) -> None:
        """While the history has not told yet, later entries of the complaint wait."""
        desk.router.on_message(lambda: Message().text("四"))
        desk.says(complaint, "在吗")
        desk.sandbox.fail_next("NO_ANSWER", endpoint="response", processed=True)
        desk.router.work()
        desk.inbox.notify(desk.client.mchid, complaint, "n")
        desk.later(30)
        assert desk.sent(complaint) == ["一", "二"]
        desk.later(31)
        assert desk.sent(complaint) == ["一", "二", "三", "四"]


def test_the_merchants_own(desk: Desk) -> None:
    """What the merchant did is not unhandled, also where a person did it beside the router."""
    complaint = desk.complaint()
    desk.router.on_complaint(lambda: Message().text("您好"))
    desk.inbox.notify(desk.client.mchid, complaint)
    desk.router.work()
    desk.client.send(complaint, Message().text("人工"))
    desk.client.complete(complaint)
    desk.inbox.notify(desk.client.mchid, complaint)
    desk.router.work()
    assert desk.inbox.unhandled() == ()
    assert desk.inbox.open(desk.client.mchid) == ()


def test_the_handlers_line(desk: Desk) -> None:
    """What is kept of an error names the line of the handler, and not one of what the handler called."""
    desk.router.on_complaint(lambda: json.loads("{"))
    desk.hear()
    (kept,) = {record.error for record in desk.inbox.find(State.NEW)}
    assert kept is not None
    assert kept.startswith("JSONDecodeError at test_handling_errors.py:")
