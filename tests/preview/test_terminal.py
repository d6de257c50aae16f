"""Tests of messages as lines of text."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import (
    Button,
    ButtonGroup,
    InvalidInfo,
    JumpMiniProgram,
    JumpUrl,
    Message,
    Reply,
    Template,
    Text,
    ValidationError,
    Variable,
)
from msgkit._columns import columns
from msgkit.preview import as_text
from msgkit.testing.strategies import messages
from tests.helpers import FULL, FULL_REPLY
from tests.strategies import mutated


class TestAsText:
    """What a message looks like in a terminal."""

    def test_every_block(self) -> None:
        """Each block is shown with its text and with what a tap does, in order."""
        message = (
            Message()
            .text("第一行\n第二行")
            .image("m1", style="WIDE")
            .link("订单", JumpUrl("https://shop.example/o"), multi_clickable=False)
            .faq("多久？")
            .button("小程序", JumpMiniProgram("wx1", "pages/o"), expires=datetime(2030, 1, 2, 3, 4, tzinfo=UTC))
            .button_group("好", "不好", layout="HORIZONTAL")
            .sent_by("MANUAL")
        )
        assert as_text(message).splitlines() == [
            "商家 · 人工",
            "│ 第一行",
            "│ 第二行",
            "│ [宽图] m1",
            "│ 订单 >  → https://shop.example/o（只能点击一次）",
            "│ 猜你想问",
            "│   · 多久？  → 发送“多久？”",
            "│ [ 小程序 ]  → 小程序 wx1 pages/o（2030-01-02 03:04+00:00 失效）",
            "│ [ 好 ] [ 不好 ]",
            "│     好  → 发送“好”",
            "│     不好  → 发送“不好”",
        ]

    def test_a_vertical_group(self) -> None:
        """Buttons of a group that is not horizontal stand one below the other, and its limits below them."""
        group = ButtonGroup((Button("好"), Button("不好")), "VERTICAL", InvalidInfo(multi_clickable=False))
        assert as_text(Message((group,))).splitlines()[1:] == [
            "│ [ 好 ]  → 发送“好”",
            "│ [ 不好 ]  → 发送“不好”",
            "│    （只能点击一次）",
        ]

    def test_the_limits_of_grouped_buttons(self) -> None:
        """What limits one button of a group stands beside it, in whatever layout."""
        info = InvalidInfo(datetime(2030, 1, 2, 3, 4, tzinfo=UTC))
        buttons = (Button("好", invalid_info=info), Button("不好"))
        across = as_text(Message((ButtonGroup(buttons, "HORIZONTAL"),))).splitlines()
        assert across[1:] == [
            "│ [ 好 ] [ 不好 ]",
            "│     好  → 发送“好”（2030-01-02 03:04+00:00 失效）",
            "│     不好  → 发送“不好”",
        ]
        down = as_text(Message((ButtonGroup(buttons, "VERTICAL"),))).splitlines()
        assert down[1] == "│ [ 好 ]  → 发送“好”（2030-01-02 03:04+00:00 失效）"

    def test_a_plain_reply(self) -> None:
        """A plain reply is shown with its text, its pictures, its link and its mini program."""
        reply = Reply("一\n二").image("m1").link("查看", "https://shop.example/").mini_program("wx1", "p", "订单")
        assert as_text(reply).splitlines() == [
            "商家",
            "│ 一",
            "│ 二",
            "│ [图片] m1",
            "│ 查看 >  → https://shop.example/",
            "│ 订单 >  → 小程序 wx1 p",
        ]

    def test_a_template(self) -> None:
        """A template is shown filled with its examples; what has none stays the placeholder that it is."""
        message = Message().text("${a} $b ${c}").sent_by("MACHINE")
        template = Template(message, declared={"a": Variable(example="1"), "c": Variable(example="3")}).partial(c="4")
        assert as_text(template) == "商家 · 自动回复\n│ 1 ${b} 4"

    def test_gbk(self) -> None:
        """All characters that are not the message's own can be shown by a terminal in GBK."""
        as_text(Message.from_dict(FULL)).encode("gbk")
        as_text(Reply.from_dict(FULL_REPLY)).encode("gbk")

    def test_what_the_platform_sent(self) -> None:
        """Blocks, actions and values that this version does not know are shown by their names."""
        blocks = [
            {"type": "VIDEO", "video": {}},
            {"type": "LINK", "link": {"text": "a", "action": {"action_type": "ACTION_TYPE_CALL"}}},
            {"type": "IMAGE", "image": {"media_id": "m", "image_style_type": "ROUND"}},
        ]
        message = Message.from_dict({"blocks": blocks, "sender_identity": "ROBOT"}, strict=False)
        assert as_text(message).splitlines() == [
            "商家",
            "│ [VIDEO]",
            "│ a >  → ACTION_TYPE_CALL",
            "│ [图片] m",
        ]

    def test_what_lacks_something(self) -> None:
        """Of a block that lacks something, its type is shown and what it says; of an action, its type."""
        blocks = [
            {"type": "LINK", "link": {"text": "查看\n订单"}},
            {"type": "BUTTON_GROUP", "button_group": {"buttons": [{"text": "好"}, {"text": "不好", "action": 5}]}},
            {"type": "FAQ_LIST", "faq_list": {"faqs": [{"faq_title": "多久？"}]}},
            {"text": {"text": "a"}},
            {},
            {"type": "BUTTON", "button": {"text": "b", "action": {"action_type": "ACTION_TYPE_JUMP_URL"}}},
            {"type": "BUTTON", "button": {"text": "c", "action": {}}},
        ]
        message = Message.from_dict({"blocks": blocks}, strict=False)
        assert as_text(message).splitlines() == [
            "商家",
            "│ [LINK] 查看 订单",
            "│ [BUTTON_GROUP] 好 · 不好",
            "│ [FAQ_LIST] 多久？",
            "│ [未知内容] a",
            "│ [未知内容]",
            "│ [ b ]  → ACTION_TYPE_JUMP_URL",
            "│ [ c ]  → 未知动作",
        ]

    def test_front_page(self) -> None:
        """A mini program without a path is shown by its APPID."""
        assert as_text(Message().button("a", JumpMiniProgram("wx1"))) == "商家\n│ [ a ]  → 小程序 wx1"

    @given(mutated(messages().map(Message.to_dict)))
    def test_whatever_came(self, document: Any) -> None:
        """Whatever is read leniently is shown, a line or more for each block, and steers no terminal."""
        try:
            message = Message.from_dict(document, strict=False)
        except ValidationError:
            return
        shown = as_text(message)
        assert shown.count("\n") >= len(
            [block for block in message if getattr(block, "faqs", getattr(block, "buttons", 1))]
        )
        assert not [char for char in shown.replace("\n", "") if unicodedata.category(char) in {"Cc", "Zl", "Zp"}]

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            (Text("a", is_bold=True), "\x1b[1ma\x1b[0m"),
            (Text("a", "SECONDARY"), "\x1b[2ma\x1b[0m"),
            (Text("a"), "a"),
        ],
    )
    def test_styles(self, text: Text, shown: str) -> None:
        """Bold and secondary texts are styled where the terminal can."""
        assert as_text(Message((text,)), ansi=True) == f"商家\n│ {shown}"

    def test_width(self) -> None:
        """In a narrow terminal a line goes on below, beside the bar, a Chinese character taking two columns."""
        message = Message().text("退款由微信支付原路退回，最晚后天到账。", bold=True).faq("退款多久到账？")
        assert as_text(message, width=24).split("\n") == [
            "商家",
            "│ 退款由微信支付原路退回，",
            "│ 最晚后天到账。",
            "│ 猜你想问",
            "│   · 退款多久到账？  →",
            "│   发送“退款多久到账？”",
        ]
        assert as_text(message, width=24, ansi=True).count("\x1b[1m") == as_text(message, width=24).count("退款由") + 1

    @given(messages(), st.integers(1, 60))
    def test_any_width(self, message: Message, width: int) -> None:
        """Whatever the width, nothing that is said is lost, and no line is wider but for a word that is."""
        shown = as_text(message, width=width)
        assert "".join(shown.replace("│", "").split()) == "".join(as_text(message).replace("│", "").split())
        for line in shown.split("\n")[1:]:
            words = line.removeprefix("│ ").split()
            assert columns(line) <= max(width, 22) + 2 or max(map(columns, words), default=0) > 12

    @given(messages())
    def test_no_text_steers_a_terminal(self, message: Message) -> None:
        """Whatever a message says, only line breaks of our own reach the terminal as control characters."""
        shown = as_text(message).replace("\n", "")
        assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Zl", "Zp"}]
