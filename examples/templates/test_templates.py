"""How a support team proves its templates: run ``pytest`` and ``msgkit check`` in this folder."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from msgkit import (
    Button,
    ButtonGroup,
    Client,
    FaqList,
    JumpMiniProgram,
    JumpUrl,
    Library,
    Link,
    Message,
    SendMessage,
    Template,
    TemplateError,
    Text,
    ValidationError,
)
from msgkit.sandbox import Sandbox

REPLIES = Library(Path(__file__).parent)
PARTS = {"common/closing", "common/greeting"}
"""What other templates include, and nobody sends by itself."""
SENT = sorted(REPLIES.keys() - PARTS)
BEIJING = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 30, 10, 0, tzinfo=BEIJING)


def filled(name: str, **values: Any) -> Message:
    """Fill a template with its examples, and some variables with other values; None leaves a variable out."""
    template = REPLIES[name]
    return template.at(NOW).render(**{**template.examples, **values})


def said(message: Message) -> str:
    """Return what the customer reads, a line for each text."""
    return "\n".join(text.text for text in message.find(Text))


def headline(message: Message) -> str:
    """Return the one text in bold: what the reply comes down to."""
    [bold] = [text.text for text in message.find(Text) if text.is_bold]
    return bold


def pages(message: Message) -> list[str]:
    """Return the addresses that taps open."""
    return [action.jump_url for _, action in message.actions() if isinstance(action, JumpUrl)]


def tapped(message: Message, text: str) -> SendMessage:
    """Return what a tap on the button with a text sends."""
    [action] = [button.action for button in message.find(Button) if button.text == text]
    assert isinstance(action, SendMessage)
    return action


def expiry(part: Button | ButtonGroup | Link) -> datetime | None:
    """Return when something cannot be tapped any more; None where it always can."""
    return part.invalid_info.expired_time if part.invalid_info else None


VARIANTS = [
    pytest.param(template, id=f"{name}-{number}")
    for name in SENT
    for number, template in enumerate(REPLIES[name].variants or (REPLIES[name],))
]
"""Every message that a file may become, those under ``variants`` one by one."""


class TestFolder:
    """What holds for every template."""

    def test_every_template_is_there(self) -> None:
        """The library has these templates, and no other."""
        assert set(REPLIES) == {
            "account/charged_twice",
            "account/recovered",
            "account/unlock",
            "common/closing",
            "common/greeting",
            "complaint/escalated",
            "delivery/delayed",
            "delivery/lost",
            "delivery/not_shipped",
            "delivery/stuck",
            "invoice/sent",
            "payment/mistaken",
            "promotion/not_applied",
            "quality/replacement",
            "refund/accepted",
            "refund/partial",
            "refund/rejected",
            "subscription/cancelled",
        }

    @pytest.mark.parametrize("name", sorted(REPLIES))
    def test_can_be_sent(self, name: str, wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> None:
        """Filled with its examples, each template is accepted, and arrives as it was sent."""
        template = REPLIES[name]
        message = template.render(**template.examples)
        wechatpay_client.send(wechatpay_sandbox.complaint().complaint_id, message)
        assert wechatpay_sandbox.replies[-1].message == message

    @pytest.mark.parametrize("template", VARIANTS)
    def test_variants_can_be_sent(
        self, template: Template, wechatpay_sandbox: Sandbox, wechatpay_client: Client
    ) -> None:
        """So is each variant, also one that the examples do not choose."""
        message = template.render(**template.examples)
        wechatpay_client.send(wechatpay_sandbox.complaint().complaint_id, message)
        assert wechatpay_sandbox.replies[-1].message == message

    @pytest.mark.parametrize("name", sorted(REPLIES))
    def test_is_described(self, name: str) -> None:
        """Each template says what it is for, and each of its variables what belongs there, with an example."""
        template = REPLIES[name]
        assert template.description
        assert template.examples.keys() == template.variables
        assert [variable for variable, said in template.declared.items() if not said.description] == []

    @pytest.mark.parametrize("template", VARIANTS)
    def test_tone(self, template: Template) -> None:
        """Each greets, says in bold what it comes down to, is sorry once at most, and does not shout."""
        message = template.render(**template.examples)
        text = said(message)
        assert text.startswith("欧阳女士，您好：\n")
        assert headline(message)
        assert text.count("抱歉") <= 1
        assert "！" not in text

    @pytest.mark.parametrize("template", VARIANTS)
    def test_names_the_order(self, template: Template) -> None:
        """Each says which order it is about, or which ticket."""
        values = template.examples
        [number] = [values[name] for name in ("order_no", "订单号", "ticket", "工单号") if name in values]
        assert number in said(template.render(**values))

    @pytest.mark.parametrize("template", VARIANTS)
    def test_reaches_a_person(self, template: Template) -> None:
        """Each has a button that reaches a person, and works as long as the customer likes."""
        message = template.render(**template.examples)
        agents = [
            button
            for button in message.find(Button)
            if isinstance(button.action, SendMessage) and button.action.action_id == "agent"
        ]
        expiring = [button for group in message.find(ButtonGroup) if group.invalid_info for button in group.buttons]
        assert [button for button in agents if button.invalid_info is None and button not in expiring]

    @pytest.mark.parametrize("template", VARIANTS)
    def test_fits_a_plain_reply(self, template: Template) -> None:
        """Where a complaint takes only a plain reply, no text is cut."""
        message = template.render(**template.examples)
        reply, _ = message.to_reply()
        assert reply.response_content == said(message)


class TestCommon:
    """What the others include."""

    @pytest.mark.parametrize(
        ("name", "greeting"),
        [
            ("李先生", "李先生，您好："),
            (None, "您好："),
            ("晴天\U0001f31e", "晴天，您好："),
            ("小满 \U0001f33e", "小满，您好："),
            ("\U0001f600", "您好："),
        ],
    )
    def test_greeting(self, name: str | None, greeting: str) -> None:
        """A name is said where there is one; emoji are left out of it, and nothing is said of what is only emoji."""
        assert said(REPLIES["common/greeting"].render(name=name)) == greeting

    def test_closing(self) -> None:
        """The customer reads when somebody is there, and reaches them with one tap."""
        message = REPLIES["common/closing"].render()
        assert "9:00 至 21:00" in said(message)
        assert tapped(message, "转人工").action_id == "agent"

    def test_closing_stands_in_one_file(self) -> None:
        """Whoever includes the closing says the same hours, word for word."""
        hours = said(REPLIES["common/closing"].render())
        messages = [filled(name) for name in SENT]
        assert {text.text for each in messages for text in each.find(Text) if "21:00" in text.text} == {hours}


CONDITIONS = [
    ("refund/accepted", {"note": "赠品不用寄回。"}, "赠品不用寄回。", None),
    ("refund/accepted", {"note": None}, None, "赠品"),
    ("delivery/delayed", {"cause": "暴雪"}, "受暴雪影响", "在路上耽搁了"),
    ("delivery/delayed", {"cause": None}, "在路上耽搁了", "影响"),
    ("delivery/stuck", {"物流记录": ["11月27日 到达杭州"]}, "11月27日 到达杭州", None),
    ("delivery/stuck", {"物流记录": None}, "快递公司正在查找", "杭州"),
    ("quality/replacement", {"pickup": NOW}, "快递员在 11月30日 10:00 前上门取件", "不用寄回"),
    ("quality/replacement", {"pickup": None}, "不用寄回", "取件"),
    ("invoice/sent", {"title": "个人"}, "公司名称和税号", None),
    ("invoice/sent", {"title": "上海晴川有限公司"}, "抬头：上海晴川有限公司", "公司名称和税号"),
    ("subscription/cancelled", {"可用至": date(2026, 12, 20)}, "可以用到 12月20日", None),
    ("subscription/cancelled", {"可用至": None}, "以后不会再扣款", "可以用到"),
    ("subscription/cancelled", {"退款金额": 1900}, "19.00 元已提交退款", None),
    ("subscription/cancelled", {"退款金额": None}, "以后不会再扣款", "退款"),
    ("account/recovered", {"陌生设备": ["安卓手机"]}, "以下设备已退出登录：\n安卓手机\n", None),
    ("account/recovered", {"陌生设备": []}, "可以正常登录了", "以下设备"),
]

CASES = [
    ("delivery/lost", {"in_stock": True}, 0, "免费补发"),
    ("delivery/lost", {"in_stock": False}, 1, "已经没有库存"),
    ("payment/mistaken", {"到账日期": date(2026, 12, 7)}, 0, "预计 12月7日 前到账"),
    ("payment/mistaken", {"到账日期": None}, 1, "24 小时内我们告诉您"),
    ("promotion/not_applied", {"有效期": date(2027, 1, 31)}, 0, "可以用到 2027年1月31日"),
    ("promotion/not_applied", {"有效期": None}, 1, "差价已提交退款"),
]


class TestConditions:
    """What is said only in some cases, both ways."""

    @pytest.mark.parametrize(("name", "values", "there", "gone"), CONDITIONS)
    def test_entries(self, name: str, values: dict[str, Any], there: str | None, gone: str | None) -> None:
        """What belongs to a case is said in it, and what belongs to the other is not."""
        text = said(filled(name, **values))
        assert there is None or there in text
        assert gone is None or gone not in text

    @pytest.mark.parametrize(("name", "values", "number", "there"), CASES)
    def test_variants(self, name: str, values: dict[str, Any], number: int, there: str) -> None:
        """The values choose the variant, and none of the others says the same."""
        assert there in said(filled(name, **values))
        variants = [said(variant.render(**variant.examples)) for variant in REPLIES[name].variants]
        assert [index for index, text in enumerate(variants) if there in text] == [number]

    def test_every_case_is_there(self) -> None:
        """The tables above leave no template with several variants out."""
        assert {name for name, *_ in CASES} == {name for name in REPLIES if REPLIES[name].variants}


class TestValues:
    """How values are written, and what becomes of wrong ones."""

    @pytest.mark.parametrize("amount", [990, Decimal("9.9"), "9.9", "9.90"])
    def test_money(self, amount: object) -> None:
        """Money is fen as int, yuan as Decimal or, from a table, as text; the customer reads yuan with two decimals."""
        assert "订单 42 的 9.90 元" in said(filled("refund/accepted", order_no="42", amount=amount))

    def test_dates(self) -> None:
        """A date has no year unless the template asks for it; a time is that of Beijing."""
        assert "预计 1月5日 前" in said(filled("refund/accepted", arrives=date(2027, 1, 5)))
        assert "2027年1月5日 前" in said(filled("invoice/sent", fix_by=date(2027, 1, 5)))
        assert "最晚 12月1日 02:30 发货" in said(
            filled("delivery/not_shipped", ships_by=datetime(2026, 11, 30, 18, 30, tzinfo=UTC))
        )

    def test_lists(self) -> None:
        """A list becomes the questions of a reply, in order; without one there are those of the file."""
        [faq] = filled("account/charged_twice", questions=["退款到哪里？", "还会再扣吗？"]).find(FaqList)
        assert [question.faq_title for question in faq.faqs] == ["退款到哪里？", "还会再扣吗？"]
        [usual] = filled("account/charged_twice", questions=None).find(FaqList)
        assert [question.faq_title for question in usual.faqs] == ["为什么会重复扣款？", "到期没有收到退款怎么办？"]

    def test_lists_are_not_cut(self) -> None:
        """A list that is too long is refused: which lines to leave out is for a person to say."""
        with pytest.raises(ValidationError) as caught:
            filled("delivery/stuck", 物流记录=["到达", "出发", "揽收", "下单"])
        assert [problem.params["variable"] for problem in caught.value.problems] == ["物流记录"]

    @pytest.mark.parametrize("name", ["quality/replacement", "promotion/not_applied", "complaint/escalated"])
    def test_emoji_are_dropped(self, name: str) -> None:
        """What is copied from titles and from customers may have emoji, which are left out."""
        variable = {"quality/replacement": "product", "promotion/not_applied": "活动名称"}.get(name, "诉求")
        text = said(filled(name, **{variable: "\U0001f525双层保温杯\U0001f525"}))
        assert "双层保温杯" in text
        assert "\U0001f525" not in text

    @pytest.mark.parametrize(
        ("name", "variable", "wrong"),
        [
            ("refund/accepted", "amount", 128.0),
            ("refund/accepted", "amount", "1,280.00"),
            ("refund/accepted", "arrives", "12月7日"),
            ("refund/accepted", "shop", "http://shop.example"),
            ("refund/accepted", "note", "请" * 61),
            ("refund/partial", "deadline", datetime(2026, 12, 3, 18, 0)),  # noqa: DTZ001 - that it has no zone is wrong
            ("refund/partial", "deadline", date(2026, 12, 3)),
            ("delivery/lost", "in_stock", "有"),
            ("delivery/stuck", "停留天数", "三天"),
            ("delivery/stuck", "物流记录", "11月27日 到达杭州"),
            ("account/charged_twice", "questions", ["问题"] * 5),
            ("complaint/escalated", "诉求", "退" * 61),
        ],
    )
    def test_wrong_values(self, name: str, variable: str, wrong: object) -> None:
        """A value that is none for its variable is refused, and the error names the variable."""
        with pytest.raises(TemplateError) as caught:
            filled(name, **{variable: wrong})
        assert [problem.params["variable"] for problem in caught.value.problems] == [variable]
        assert variable in str(caught.value)

    def test_emoji_that_nobody_expects(self) -> None:
        """In what we write ourselves, an emoji is refused and its variable named."""
        with pytest.raises(ValidationError) as caught:
            filled("refund/rejected", reason="商品已经使用\U0001f614")
        assert [problem.params["variable"] for problem in caught.value.problems] == [("reason",)]


class TestRefund:
    """Refunds: accepted, in part, refused."""

    def test_accepted_says_how_much_and_until_when(self) -> None:
        """Order, amount and day stand in one sentence; link and data lead to the same order."""
        message = filled("refund/accepted", order_no="42", amount=990, arrives=date(2026, 12, 7))
        assert "订单 42 的 9.90 元将原路退回，预计 12月7日 前到账。" in said(message)
        assert pages(message) == ["https://shop.example/refunds/42"]
        assert message.custom_data == "order=42"
        assert "用零钱付的退回零钱，用银行卡付的退回原卡。" in said(message)
        assert tapped(message, "转人工").custom_data == "queue=refund"
        [faq] = message.find(FaqList)
        assert [question.faq_id for question in faq.faqs] == ["refund-late", "refund-card"]

    def test_partial_asks_before_it_pays(self) -> None:
        """What the customer agrees to is in the message that a tap sends, and can be sent until the deadline only."""
        deadline = NOW + timedelta(days=2, hours=8)
        message = filled("refund/partial", order_no="42", paid=2000, amount=1550, deadline=deadline)
        assert "请在 12月2日 18:00 前选择" in said(message)
        assert tapped(message, "同意退款") == SendMessage(
            "同意退款 15.50 元", custom_data="order=42&amount=15.50", action_id="accept"
        )
        [group] = message.find(ButtonGroup)
        agree, refuse = group.buttons
        assert (expiry(agree), expiry(refuse)) == (deadline, None)
        assert "到期没有选择，我们会再联系您" in said(message)

    def test_rejected_gives_the_reason_and_a_second_look(self) -> None:
        """The reason stands beside the order, and new evidence is looked at within a time that is said."""
        message = filled("refund/rejected", order_no="42", reason="这件商品是按您的尺寸定作的。")
        assert "订单 42：这件商品是按您的尺寸定作的。" in said(message)
        assert "2 个工作日内复核" in said(message)
        assert tapped(message, "对结果有异议，转人工").custom_data == "queue=refund-appeal"


class TestDelivery:
    """Parcels: not sent, late, stuck, lost."""

    def test_not_shipped_can_be_cancelled_until_it_is(self) -> None:
        """The order is sent by a moment that is said; until then, and no longer, a tap cancels it."""
        moment = NOW + timedelta(days=1)
        message = filled("delivery/not_shipped", order_no="42", ships_by=moment)
        assert "最晚 12月1日 10:00 发货" in said(message)
        assert "发货前可以取消，全额原路退回" in said(message)
        assert pages(message) == ["https://shop.example/orders/42"]
        assert tapped(message, "取消订单").custom_data == "order=42"
        [group] = message.find(ButtonGroup)
        assert [(button.text, expiry(button)) for button in group.buttons] == [
            ("继续等待", None),
            ("取消订单", moment),
        ]

    def test_delayed_says_the_new_day_and_offers_a_refund(self) -> None:
        """The customer reads until when to wait, sees the parcel in the mini program, and need not wait."""
        message = filled("delivery/delayed", order_no="42", date=date(2026, 12, 2), parcel_no="SF1")
        assert "预计 12月2日 前送达" in said(message)
        assert "到这一天还没送到，也可以退。申请后 24 小时内处理" in said(message)
        assert [action.path for _, action in message.actions() if isinstance(action, JumpMiniProgram)] == [
            "pages/parcel?no=SF1"
        ]
        assert tapped(message, "申请退款").custom_data == "order=42"

    def test_stuck_shows_where_the_parcel_was_last(self) -> None:
        """The last records stand in order, in grey, before the moment of our answer and what follows then."""
        message = filled("delivery/stuck", 停留天数=4, 物流记录=["到达杭州", "从宁波发出"], 答复时间=NOW)
        assert "物流 4 天没有更新" in headline(message)
        assert [text.text for text in message.find(Text) if text.color == "SECONDARY"][:2] == ["到达杭州", "从宁波发出"]
        assert "11月30日 10:00 前告诉您。到时还没有找到，补发或退款由您选。" in said(message)
        assert pages(message) == ["https://shop.example/parcels/SF1234567890123"]

    def test_lost_offers_a_choice(self) -> None:
        """A parcel that can be sent again is sent again or paid back, as the customer chooses, once, within 7 days."""
        message = filled("delivery/lost", order_no="42", amount=990)
        [group] = message.find(ButtonGroup)
        assert [button.text for button in group.buttons] == ["补发", "退款"]
        assert expiry(group) == NOW + timedelta(days=7)
        assert group.invalid_info is not None
        assert group.invalid_info.multi_clickable is False
        assert "7 天内没有选择，我们按退款办理" in said(message)

    def test_lost_for_good_is_paid_back(self) -> None:
        """What cannot be sent again is paid back in full, without a question."""
        message = filled("delivery/lost", order_no="42", amount=990, in_stock=False)
        assert "全额退款 9.90 元" in said(message)
        assert message.find(ButtonGroup) == ()
        assert pages(message) == ["https://shop.example/refunds/42"]


class TestAccount:
    """Accounts, and what was charged twice."""

    def test_charged_twice_says_which_and_how_much(self) -> None:
        """Day and amount of the charge, the day of the refund, and that the order stands."""
        message = filled(
            "account/charged_twice", order_no="42", date=date(2026, 11, 20), amount=3550, arrives=date(2026, 12, 7)
        )
        assert "订单 42 在 11月20日 扣了两次，多扣的 35.50 元已提交退款" in said(message)
        assert "预计 12月7日 前到账" in said(message)
        assert "订单照常有效" in said(message)

    def test_unlock_lasts_as_long_as_it_says(self) -> None:
        """The button stops working 24 hours after rendering, as the text says; the way to a person does not."""
        message = filled("account/unlock", ticket="T1")
        unlock, agent = message.find(Button)
        assert isinstance(unlock.action, JumpMiniProgram)
        assert unlock.action.path == "pages/unlock?ticket=T1"
        assert (expiry(unlock), expiry(agent)) == (NOW + timedelta(hours=24), None)
        assert "24 小时内有效" in said(message)
        later = REPLIES["account/unlock"].at(NOW + timedelta(hours=1)).render(ticket="T1")
        assert expiry(later.find(Button)[0]) == NOW + timedelta(hours=25)

    def test_recovered_shows_who_was_there(self) -> None:
        """Each strange device is named, and the password can be changed at once."""
        message = filled("account/recovered", 陌生设备=["安卓手机", "网页版"], 账号尾号="8812")
        assert "以下设备已退出登录：\n安卓手机\n网页版\n请马上修改密码" in said(message)
        assert [link.text for link in message.find(Link)] == ["修改密码"]
        assert tapped(message, "有不是我下的订单").action_id == "stranger"


class TestOthers:
    """Quality, invoices, payments, subscriptions, promotions, and complaints that go further."""

    def test_replacement_costs_nothing(self) -> None:
        """The customer reads that the exchange is free and when the new one leaves, and may still be paid back."""
        message = filled("quality/replacement", order_no="42", product="水杯", ships_by=date(2026, 12, 3))
        assert "订单 42 的“水杯”免费换新，运费由我们承担。" in said(message)
        assert "新的最晚 12月3日 发出" in said(message)
        assert pages(message) == ["https://shop.example/exchanges/42"]
        assert tapped(message, "不换了，改为退款").custom_data == "order=42"

    def test_invoice_can_be_fetched_and_mended(self) -> None:
        """The invoice is one tap away, amount and title can be checked, and a wrong one is replaced until a day."""
        message = filled("invoice/sent", amount=12800, title="个人", download="https://shop.example/i/1")
        assert "按实付金额开具 128.00 元，抬头：个人。" in said(message)
        assert pages(message) == ["https://shop.example/i/1"]
        assert "2026年12月31日 前可以申请重开" in said(message)
        assert "3 个工作日内把新发票发给您" in said(message)
        assert "具有同等法律效力" in said(message)
        assert tapped(message, "申请重开").action_id == "reissue"

    def test_mistaken_payment_admits_only_what_is_known(self) -> None:
        """Who does not know yet whose mistake it was promises an answer within a day, and neither fault nor refund."""
        known = filled("payment/mistaken", 金额=3550)
        assert headline(known) == "很抱歉，我们扣错了这笔钱"
        assert "误扣的 35.50 元已提交退款" in said(known)
        assert pages(known) == ["https://shop.example/refunds/4200002188202411"]
        unknown = filled("payment/mistaken", 金额=3550, 到账日期=None)
        assert headline(unknown) == "我们正在核实这笔扣款"
        assert "已提交退款" not in said(unknown)
        assert "请直接回复图片" in said(unknown)
        assert pages(unknown) == []

    def test_subscription_is_over(self) -> None:
        """Nothing more is charged, since when, and where in WeChat that can be seen."""
        message = filled("subscription/cancelled", 服务名称="月度会员", 取消时间=NOW)
        assert headline(message) == "自动续费已取消，以后不会再扣款"
        assert "“月度会员”（订单 4200002188202411）已在 11月30日 10:00 取消。" in said(message)
        assert "我－服务－钱包－支付设置－自动续费" in said(message)
        assert pages(message) == ["https://shop.example/subscriptions"]

    def test_promotion_is_made_good(self) -> None:
        """A coupon may be turned into money; money is paid back at once."""
        coupon = filled("promotion/not_applied", 订单号="42", 金额=2000)
        assert "20.00 元优惠券已放进您的账户" in said(coupon)
        assert "可以改为退差价，我们 24 小时内提交退款" in said(coupon)
        assert pages(coupon) == ["https://shop.example/coupons"]
        assert tapped(coupon, "改为退差价").custom_data == "order=42"
        money = filled("promotion/not_applied", 订单号="42", 金额=2000, 有效期=None)
        assert "20.00 元差价已提交退款" in said(money)
        assert pages(money) == ["https://shop.example/refunds/42"]

    def test_escalated_says_who_and_until_when(self) -> None:
        """A person is responsible until a moment that is said, and what the customer wants is repeated to them."""
        moment = NOW + timedelta(days=2)
        message = filled("complaint/escalated", 订单号="42", 专员="李女士", 诉求="全额退款", 答复时间=moment)
        assert "由李女士负责，12月2日 10:00 前给您处理结果" in said(message)
        assert "您的诉求：全额退款。有出入请直接回复更正。" in said(message)
        assert "不会向您要验证码、银行卡密码" in said(message)
        assert pages(message) == ["https://shop.example/complaints?order=42"]
        [group] = message.find(ButtonGroup)
        assert [button.text for button in group.buttons] == ["希望电话沟通", "文字沟通即可"]
        assert expiry(group) == moment
