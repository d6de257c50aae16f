"""A conversation as text, as the customer sees it."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from msgkit.sandbox import Sandbox
from msgkit.sandbox.history import Entry
from msgkit.sandbox.tapping import spots

from .merchant import IMMEDIATE
from .test_customer import block, button, group, jump, send
from .test_schemas import MESSAGE

BEIJING = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=BEIJING)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "blocks", "button", "button_group", "buttons", "text", "action", "faq_list"])
            | st.sampled_from(["faqs", "invalid_info", "expired_time", "multi_clickable", "message_info", "content"])
            | st.sampled_from(["message_content", "action_id", "clicked_log_id", "action_type"]),
            inner | st.sampled_from(["BUTTON", "BUTTON_GROUP", "FAQ_LIST", "LINK", "9999-12-31T23:59:59-12:00"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture
def complaint_id(sandbox: Sandbox) -> str:
    """A complaint of noon."""
    return sandbox.complaint("42", complaint_time=NOON, complaint_detail="没收到货").complaint_id


def after_noon(sandbox: Sandbox, minutes: int, operate_type: str, **more: Any) -> Entry:
    """An entry of a while later."""
    return sandbox.entry("42", operate_type, operate_time=NOON + timedelta(minutes=minutes), **more)


class TestSees:
    """Golden texts."""

    def test_all(self, sandbox: Sandbox, complaint_id: str) -> None:
        """Who did what and when, the words, and what can be tapped, with what has become of it."""
        blocks = [
            block("TEXT", {"text": "您好\n请选择："}),
            block("IMAGE", {"media_id": "m1"}),
            block("LINK", button("订单", jump("https://shop.example/42"))),
            block("FAQ_LIST", {"faqs": [{"faq_title": "多久？", "action": send("a")}, {"faq_title": "退哪里？"}]}),
            block("BUTTON", button("转人工", expired_time="2100-01-01T09:00:00+08:00", multi_clickable=False)),
            block("BUTTON", button("催一下", expired_time="2026-11-30T04:30:00Z")),
            group(button("满意"), button("不满意", jump("https://shop.example/")), multi_clickable=False),
        ]
        reply = after_noon(sandbox, 1, "MERCHANT_RESPONSE", normal_message={"blocks": blocks})
        click = {"message_content": "满意", "clicked_log_id": reply.log_id}
        after_noon(sandbox, 2, "USER_CLICK_RESPONSE", click_message=click)
        after_noon(sandbox, 3, "USER_RESPONSE", details="谢谢", image_list=["https://pictures.example/1"])
        after_noon(sandbox, 4, "MERCHANT_CONFIRM_COMPLETE")
        after_noon(sandbox, 5, "COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE")
        after_noon(sandbox, 6, "SOMETHING_NEW")
        assert sandbox.customer(complaint_id).sees() == (
            "投诉单 42（已处理完成）\n"
            "2026-11-30 12:00:00 投诉人 发起投诉\n"
            "  没收到货\n"
            "2026-11-30 12:01:00 商家\n"
            "  您好\n"
            "  请选择：\n"
            "  [图片 m1]\n"
            "  [订单 ↗]\n"
            "  1. 多久？\n"
            "  2. 退哪里？\n"
            "  [转人工]（只能点一次，2100-01-01 09:00 前有效）\n"
            "  [催一下]（已失效）\n"
            "  [满意] [不满意 ↗]（已点过）\n"
            "2026-11-30 12:02:00 投诉人 点了 [满意]\n"
            "  满意\n"
            "2026-11-30 12:03:00 投诉人\n"
            "  谢谢\n"
            "  [图片]\n"
            "2026-11-30 12:04:00 商家 反馈处理完成\n"
            "2026-11-30 12:05:00 系统 退款已到账\n"
            "2026-11-30 12:06:00 系统 SOMETHING_NEW"
        )

    def test_vertical(self, sandbox: Sandbox, complaint_id: str) -> None:
        """Buttons below each other are so, each with what holds for it alone; what holds for all stands behind them."""
        buttons = [button("甲", expired_time="2026-11-30T12:00:00+08:00"), button("乙")]
        payload = {"buttons": buttons, "button_layout": "LAYOUT_VERTICAL", "invalid_info": {"multi_clickable": False}}
        after_noon(sandbox, 1, "MERCHANT_RESPONSE", normal_message={"blocks": [block("BUTTON_GROUP", payload)]})
        assert sandbox.customer(complaint_id).sees().splitlines()[-2:] == ["  [甲]（已失效）", "  [乙]（只能点一次）"]

    def test_by_time(self, sandbox: Sandbox, complaint_id: str) -> None:
        """Entries stand in the order in which they happened, however they were added."""
        after_noon(sandbox, 2, "USER_RESPONSE", details="后")
        after_noon(sandbox, 1, "USER_RESPONSE", details="先")
        assert [line for line in sandbox.customer(complaint_id).sees().splitlines() if line[2:] in "先后"] == [
            "  先",
            "  后",
        ]

    def test_expires_as_time_goes(self, sandbox: Sandbox, complaint_id: str) -> None:
        """What is valid now has expired after the sandbox's clock was moved."""
        until = (datetime.now(BEIJING) + timedelta(hours=1)).isoformat("T", "seconds")
        blocks = [block("BUTTON", button("转人工", expired_time=until))]
        after_noon(sandbox, 1, "MERCHANT_RESPONSE", normal_message={"blocks": blocks})
        assert "前有效" in sandbox.customer(complaint_id).sees()
        sandbox.advance(timedelta(hours=2))
        assert "[转人工]（已失效）" in sandbox.customer(complaint_id).sees()

    def test_as_they_are(self, sandbox: Sandbox, complaint_id: str) -> None:
        """Words stay as they are, emoji too; what would move the cursor is shown by its number."""
        after_noon(sandbox, 1, "USER_RESPONSE", details="好的👨‍👩‍👧　\t谢谢\r\n\x1b[2J\x9b")
        assert sandbox.customer(complaint_id).sees().splitlines()[-2:] == ["  好的👨‍👩‍👧　\t谢谢", r"  \x1b[2J\x9b"]

    @pytest.mark.parametrize("kind", ["TEXT", "IMAGE", "LINK", "FAQ_LIST", "BUTTON", "BUTTON_GROUP"])
    def test_empty(self, sandbox: Sandbox, complaint_id: str, kind: str) -> None:
        """What the sandbox takes it can show, however little is in it."""
        after_noon(sandbox, 1, "MERCHANT_RESPONSE", normal_message={"blocks": [block(kind, {})]})
        assert sandbox.customer(complaint_id).sees().splitlines()[4:] in ([], ["  []"], ["  [图片]"])

    @settings(max_examples=100)
    @given(JSON, JSON)
    def test_whatever_it_is(self, running: Sandbox, message: Any, click: Any) -> None:
        """No message and no tap that a test can write makes it fail."""
        running.reset()
        entry = running.entry(IMMEDIATE, "MERCHANT_RESPONSE", normal_message=message, operator=message)
        if isinstance(click, dict):
            click |= {"clicked_log_id": entry.log_id}
        running.entry(IMMEDIATE, "USER_CLICK_RESPONSE", click_message=click)
        assert running.customer(IMMEDIATE).sees().startswith(f"投诉单 {IMMEDIATE}")


class TestSpots:
    """What there is to tap."""

    def test_message(self) -> None:
        """Each thing with an action is found, from top to bottom, as the customer sees it."""
        assert [one.shown for one in spots(MESSAGE)] == [
            "[订单 ↗]",
            "1. 多久？",
            "2. 怎么？",
            "[人工]",
            "[满意]",
            "[看看 ↗]",
        ]
