"""The router as a whole: conversations with a customer, and what it refuses to be made of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import pytest

from msgkit import ActionData, Button, Client, Message, Router, SendMessage
from msgkit.errors import ConfigurationError
from msgkit.routing import Event, SQLiteInbox
from msgkit.sandbox import Sandbox
from msgkit.sandbox.customer import Customer
from tests.routing.desk import Desk

AGENT = SendMessage("转人工", custom_data="queue=vip", action_id="agent")


class Refund(ActionData, prefix="refund"):
    """What a refund is asked for."""

    order_no: str
    kind: Literal["full", "part"] = "full"


class TestConversation:
    """A customer and a router that hear each other by notifications alone."""

    @pytest.fixture
    def router(self, desk: Desk) -> Router[Client]:
        """A router that welcomes, refunds and calls a person."""
        router = desk.router

        @router.on_complaint
        def welcome(event: Event) -> Message:
            if event.continued:
                return Message().text("我们再看一次")
            refund = SendMessage("我要退款", action_id=Refund("4:2 号", "part"))
            return Message().text("您好").button("退款", refund).button("转人工", AGENT)

        @router.on_tap(Refund)
        def refund(data: Refund) -> Message:
            return Message().text(f"{data.order_no} {data.kind}")

        @router.on_tap("agent")
        def agent(custom_data: str, message: Message, text: str) -> Message:
            return Message().text(f"{text} {custom_data} {len(message.find(Button))}")

        @router.on_message
        def words(text: str) -> Message:
            return Message().text(f"收到：{text}")

        return router

    def test_back_and_forth(self, desk: Desk, router: Router[Client]) -> None:
        """Each tap and each word is answered once, in turn, with what its button carried."""
        customer = desk.sandbox.customer(complaint := desk.complaint())
        self._heard(router, customer)
        for does, what in (
            (customer.taps, "退款"),
            (customer.taps, "agent"),
            (customer.says, "还没到账"),
            (customer.continues_complaint, "没有解决"),
        ):
            does(what)
            self._heard(router, customer)
        expected = ["您好", "4:2 号 part", "转人工 queue=vip 2", "收到：还没到账", "我们再看一次"]
        assert desk.sent(complaint) == expected

    def test_all_at_once(self, desk: Desk, router: Router[Client]) -> None:
        """What the customer does in one go is answered in order, whatever the notifications tell of it."""
        customer = desk.sandbox.customer(complaint := desk.complaint())
        self._heard(router, customer)
        customer.says("在吗")
        customer.taps("退款")
        customer.says("在吗？")
        self._heard(router, customer)
        assert desk.sent(complaint) == ["您好", "收到：在吗", "4:2 号 part", "收到：在吗？"]

    def _heard(self, router: Router[Client], customer: Customer) -> None:
        """Have the last notification taken in three times, and handle what it tells of."""
        for _ in range(3):
            assert router.receive(*customer.notification())[0] == 200
        assert router.work() == 1


class TestMade:
    """What a router is made of."""

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"client": "client"}, "client must be"),
            ({"attempts": 0}, "attempts must be from 1 to 100"),
            ({"attempts": 101}, "attempts must be"),
            ({"attempts": True}, "attempts must be"),
            ({"attempts": 2.0}, "attempts must be"),
            ({"lease": 0}, "lease must be seconds"),
            ({"lease": 3601}, "lease must be seconds"),
            ({"lease": float("nan")}, "lease must be seconds"),
            ({"lease": "60"}, "lease must be seconds"),
            ({"keep": timedelta(hours=23)}, "keep must be"),
            ({"keep": 30}, "keep must be"),
        ],
    )
    def test_wrong(self, wrong: dict[str, Any], told: str) -> None:
        """What an argument cannot be is refused, with what it can be."""
        with pytest.raises(ConfigurationError, match=told):
            Router(**wrong)

    def test_without_a_client(self) -> None:
        """A router without a client works with none of its methods, and says what it is for."""
        router = Router()  # type checkers ask for no annotation
        for call in (router.work, router.poll, router.running, lambda: router.receive({}, b"")):
            with pytest.raises(ConfigurationError, match="include it in one that has"):
                call()

    def test_typed(self, wechatpay_client: Client) -> None:
        """Type checkers take a `Router` that is not said more of for one that waits."""

        def given(router: Router) -> Router[Client]:
            return router

        assert given(Router(wechatpay_client)).work() == 0

    def test_repr(self, wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> None:
        """What a router looks like shows its merchant and its inbox, and no key."""
        shown = repr(Router(wechatpay_client))
        assert wechatpay_client.mchid in shown
        assert wechatpay_sandbox.credentials.apiv3_key not in shown
        assert repr(Router()) == "Router()"

    @pytest.fixture
    def inbox(self) -> Iterator[SQLiteInbox]:
        """An inbox of one's own."""
        inbox = SQLiteInbox(":memory:")
        yield inbox
        inbox.close()

    def test_an_inbox_of_your_own(self, wechatpay_client: Client, inbox: SQLiteInbox) -> None:
        """An inbox that is given is the one that is used."""
        assert Router(wechatpay_client, inbox=inbox).inbox is inbox


def test_prune(desk: Desk) -> None:
    """What was over before `keep` is forgotten, and counted."""
    router = Router(desk.client, inbox=desk.inbox, keep=timedelta(days=2))
    router.on_complaint(lambda: None)
    desk.inbox.notify(desk.client.mchid, desk.complaint())
    router.work()
    desk.clock.now += 2 * 86400 - 1
    assert router.prune() == 0
    desk.clock.now += 2
    assert router.prune() == 1
