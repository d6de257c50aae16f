"""Conversations with the bot, played by the customer of a local WeChat Pay: run ``pytest`` in this folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import attrs
import pytest
from agent import hand_back
from bot import make_router
from desk import BEIJING, Desk
from replies import REPLIES, OrderRefund
from shop import Shop
from stage import Stage

from msgkit import Client, Message, Router, SendMessage
from msgkit.complaints import ComplaintState
from msgkit.routing import SQLiteInbox
from msgkit.sandbox import Sandbox
from msgkit.sandbox.errors import CannotTapError

ORDER = "4200002188202411"


@attrs.define
class Clock:
    """A clock that stands still until it is moved."""

    now: float = attrs.field(factory=time.time)

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@attrs.frozen
class Bot:
    """The bot, and what is behind it."""

    sandbox: Sandbox
    client: Client
    shop: Shop
    desk: Desk
    clock: Clock
    router: Router[Client]

    def stage(self, **complaint: Any) -> Stage:
        """Have somebody complain, and the bot welcome them."""
        stage = Stage(self.sandbox, self.client, self.router, **complaint)
        stage.hear()
        return stage


@pytest.fixture
def make(wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> Callable[..., Bot]:
    """Return a function that makes a bot with a desk."""

    def make(opens: int = 0, closes: int = 24) -> Bot:
        shop, desk, clock = Shop.example(), Desk(opens, closes), Clock()
        router = make_router(wechatpay_client, shop, desk, inbox=SQLiteInbox(":memory:", clock))
        return Bot(wechatpay_sandbox, wechatpay_client, shop, desk, clock, router)

    return make


@pytest.fixture
def bot(make: Callable[..., Bot]) -> Bot:
    """A bot whose people are always there."""
    return make()


def answers(stage: Stage) -> str:
    """Return what was said by the merchant since this was last asked, times and names left out."""
    said = [entry.split("\n", 1) for entry in stage.news()]
    return "\n\n".join(words[0] for head, *words in said if " 商家" in head and words)


class TestRefund:
    """Money back."""

    def test_full(self, bot: Bot) -> None:
        """Whoever sends the goods back gets all of it, and is told how far it is."""
        stage = bot.stage()
        stage.taps("退款")
        stage.taps("退货退款")
        assert bot.shop.refunds[ORDER].amount == 12800
        assert "128.00 元将原路退回" in answers(stage)
        stage.taps("查退款进度")
        assert answers(stage).startswith("  您的退款正在路上\n  128.00 元已经提交")

    def test_part(self, bot: Bot) -> None:
        """Whoever keeps the goods gets a part, and an invoice of the rest; when the money is there, the bot knows."""
        stage = bot.stage()
        stage.taps("退款")
        stage.taps("留用商品")
        assert "38.40 元将原路退回" in answers(stage)
        stage.says("开一下发票")
        assert "金额 89.60 元" in answers(stage)
        bot.shop.refunds[ORDER] = attrs.evolve(bot.shop.refunds[ORDER], arrived=True)
        stage.says("退款到账了没有")
        assert "您的退款已经到账" in answers(stage)

    def test_one_tap_only(self, bot: Bot) -> None:
        """The choice is made once; the button of a second choice cannot change it either."""
        stage = bot.stage()
        stage.taps("退款")
        stage.taps("退款")  # another choice, under the first
        stage.taps("留用商品")
        with pytest.raises(CannotTapError, match="multi_clickable"):
            stage.taps("退货退款")
        stage.says("我要全额退款")
        assert answers(stage).split("\n\n")[-1].startswith("  好的，退款已经提交\n  订单 4200002188202411 的 38.40 元")
        assert bot.shop.refunds[ORDER].amount == 3840

    def test_the_choice_expires(self, bot: Bot) -> None:
        """After three days the customer has to ask anew."""
        stage = bot.stage()
        stage.taps("退款")
        bot.sandbox.advance(timedelta(days=3))
        with pytest.raises(CannotTapError, match="expired"):
            stage.taps("退货退款")

    def test_a_no_is_no_choice(self, bot: Bot) -> None:
        """What holds the words of a choice, and more, pays nothing."""
        stage = bot.stage()
        stage.says("我不要退货退款，凭什么让我寄回去")
        assert bot.shop.refunds == {}
        assert "这笔订单有两种退法" in answers(stage)

    def test_buttons_of_last_year(self, bot: Bot) -> None:
        """A button whose id nobody can read any more counts as the words that it sends."""
        stage = bot.stage()
        old = SendMessage("我要退款", action_id=f"refund:{ORDER}:ask:2025")
        assert OrderRefund.unpack(f"refund:{ORDER}:ask:2025") is None
        bot.client.send(stage.complaint_id, Message().text("您好").button("申请售后", old))
        answers(stage)
        stage.taps("申请售后")
        assert "这笔订单有两种退法" in answers(stage)

    def test_buttons_of_others(self, bot: Bot) -> None:
        """A button of another order moves no money: an id says what it is about, not whose complaint it is."""
        stage = bot.stage()
        other = SendMessage("退款", action_id=OrderRefund("4200002188209999", "full"))
        bot.client.send(stage.complaint_id, Message().text("您好").button("领退款", other))
        stage.taps("领退款")
        assert bot.shop.refunds == {}


class TestQuestions:
    """What an order answers."""

    def test_delivery(self, bot: Bot) -> None:
        """The customer reads where the parcel was, the latest first; or that it waits."""
        stage = bot.stage()
        stage.taps("查物流")
        assert "顺丰速运 SF1234567890123\n  11月30日 08:12 到达杭州转运中心\n" in answers(stage)
        bot.shop.parcels.clear()
        stage.says("怎么还不发货")
        assert "订单还没有发出" in answers(stage)

    def test_invoice(self, bot: Bot) -> None:
        """The customer gets a link to the invoice; after a full refund there is nothing to invoice."""
        stage = bot.stage()
        stage.taps("开发票")
        assert "[下载发票 ↗]" in answers(stage)
        stage.says("全额退款")
        stage.says("发票呢")
        assert "已经全额退款，不用再开发票了" in answers(stage)

    def test_unknown_words(self, bot: Bot) -> None:
        """Who is not understood gets the menu, and the second time the offer of a person."""
        stage = bot.stage()
        stage.says("今天天气不错")
        assert "[退款] [查物流] [开发票]" in answers(stage)
        stage.says("我说天气不错")
        assert answers(stage).endswith("回复“人工”，同事会接着前面的记录帮您，不用从头再说。\n  [转人工]")

    def test_a_picture(self, bot: Bot) -> None:
        """Who sends a picture without a word is offered a person at once."""
        stage = bot.stage()
        stage.customer.says("", [b"\x89PNG\r\n\x1a\n"])
        stage.hear()
        assert answers(stage).endswith("不用从头再说。\n  [转人工]")

    def test_plain(self, bot: Bot) -> None:
        """Without buttons the words say what can be answered, and answering so gets there too."""
        stage = bot.stage(need_immediate_service=False)
        assert answers(stage) == (
            "  您好，您的反馈我们收到了，很抱歉没能让您满意。\n"
            "  您说的是“双层保温杯”（订单 4200002188202411），对吗？"
            "想先办哪件事，直接回复“退款”“物流”“发票”或“人工”就行。"
        )
        stage.says("退款")
        assert "回复“退货退款”或“留用商品”也行" in answers(stage)
        stage.says("留用商品")
        assert "38.40 元将原路退回" in answers(stage)


class TestPeople:
    """When a person has the complaint."""

    def test_hand_over_and_back(self, bot: Bot) -> None:
        """The bot says who takes over, then nothing, until the person gives the complaint back."""
        stage = bot.stage()
        stage.taps("转人工")
        assert "已经帮您转给人工客服" in answers(stage)
        stage.says("退款")
        stage.person("您好，我是小林")
        stage.says("好的，退款")
        assert answers(stage) == "  您好，我是小林"
        hand_back(bot.client, bot.desk, stage.complaint_id)
        assert "刚才的问题解决了吗" in answers(stage)
        stage.says("物流")
        assert "包裹在路上" in answers(stage)

    def test_out_of_hours(self, make: Callable[..., Bot]) -> None:
        """At eleven at night, in Beijing, the customer reads when somebody is there again."""
        bot = make(opens=9, closes=21)
        now = datetime.now(BEIJING)
        bot.sandbox.advance(now.replace(hour=23, minute=0) - now + timedelta(days=1))
        stage = bot.stage()
        stage.says("人工")
        assert "人工客服每天 9 点到 21 点在线" in answers(stage)

    def test_complained_again(self, bot: Bot) -> None:
        """Who complains once more goes to a person, without a word of the bot's."""
        stage = bot.stage()
        answers(stage)
        stage.customer.continues_complaint("还是没解决")
        stage.hear()
        assert answers(stage).startswith("  很抱歉，上次没有把您的问题处理好")
        assert stage.complaint_id in bot.desk.waiting

    def test_unknown_order(self, bot: Bot) -> None:
        """A complaint about an order that the shop does not know goes to a person, and can be ended after that."""
        stage = bot.stage(complaint_order_info=None)
        assert "已经帮您转给人工客服" in answers(stage)
        hand_back(bot.client, bot.desk, stage.complaint_id)
        stage.taps("已解决")
        assert bot.sandbox.complaints[stage.complaint_id].complaint_state == ComplaintState.PROCESSED

    def test_satisfaction(self, bot: Bot) -> None:
        """Solved means thanked and completed, in this order; the customer's marks are noted."""
        stage = bot.stage()
        stage.taps("退款")
        stage.taps("留用商品")
        answers(stage)
        stage.taps("已解决")
        *_, thanks, completed = [entry.split("\n")[:2] for entry in stage.news()]
        assert thanks[1] == "  那就好，谢谢您的体谅。"
        assert completed[0].endswith("商家 反馈处理完成")
        bot.sandbox.entry(stage.complaint_id, "USER_SUBMIT_SATISFACTION", details="4")
        bot.router.poll()
        bot.router.work()
        assert bot.desk.ratings == {stage.complaint_id: "4"}

    def test_not_solved(self, bot: Bot) -> None:
        """Not solved means a person."""
        stage = bot.stage()
        stage.says("全额退款")
        stage.taps("还没解决")
        assert "已经帮您转给人工客服" in answers(stage)


class TestOnce:
    """What goes wrong on the way."""

    def test_notified_twice(self, bot: Bot) -> None:
        """The same notification, and another one of what was handled, are answered with 200 and change nothing."""
        stage = bot.stage()
        stage.taps("退款")
        before = stage.customer.sees()
        assert [stage.hear(), stage.hear()] == [200, 200]
        bot.router.poll()
        bot.router.work()
        assert stage.customer.sees() == before

    def test_tried_again(self, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
        """While the shop's system is down the customer waits, and is answered as soon as it is there again."""
        stage = bot.stage()
        answers(stage)
        with monkeypatch.context() as down:
            down.setattr(Shop, "first_order", lambda *_: 1 / 0)
            stage.says("退款")
        assert answers(stage) == ""
        bot.clock.now += 5
        bot.router.work()
        assert "这笔订单有两种退法" in answers(stage)

    def test_given_up(self, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
        """What fails five times is a person's."""
        stage = bot.stage()
        monkeypatch.setattr(Shop, "first_order", lambda *_: 1 / 0)
        stage.says("退款")
        for seconds in (5, 20, 80, 180):
            assert stage.complaint_id not in bot.desk.waiting
            bot.clock.now += seconds
            bot.router.work()
        assert stage.complaint_id in bot.desk.waiting

    def test_run_twice(self, bot: Bot) -> None:
        """A handler that runs twice for an entry, because its worker died, hands over, counts and pays once."""
        bot.desk.take("1", "a")
        assert not bot.desk.has("1", "a")  # it may still say so
        assert bot.desk.has("1", "b")
        assert [bot.desk.puzzled("1", "a"), bot.desk.puzzled("1", "a")] == [1, 1]
        order = bot.shop.orders[ORDER]
        refunds = [bot.shop.refund(order, goes_back=goes_back, today=date(2026, 12, 1)) for goes_back in (True, False)]
        assert refunds[0] is refunds[1]


class TestTemplates:
    """What the support team wrote."""

    @pytest.mark.parametrize("name", sorted(REPLIES))
    def test_can_be_sent(self, name: str, wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> None:
        """Filled with its examples, each template, and each variant of it, is accepted."""
        for template in REPLIES[name].variants or (REPLIES[name],):
            wechatpay_client.send(wechatpay_sandbox.complaint().complaint_id, template.render(**template.examples))
        assert wechatpay_sandbox.warnings == ()
