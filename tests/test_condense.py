"""How a rich message is condensed into a plain reply."""

from datetime import timedelta

import pytest
from hypothesis import given

from msgkit import (
    Button,
    ButtonGroup,
    Faq,
    Image,
    JumpMiniProgram,
    JumpUrl,
    Link,
    Message,
    MiniProgramJumpInfo,
    Problem,
    Reply,
    SendMessage,
    Text,
    UnknownBlock,
    ValidationError,
)
from msgkit.rules import RULES
from msgkit.testing.strategies import messages

from .helpers import SECRET, refused, resolve

PAGE = JumpUrl("https://shop.example/o/42")
PROGRAM = JumpMiniProgram("wx1", "pages/o", "我的订单")


def places(dropped: tuple[Problem, ...]) -> list[str]:
    """Return the pointers of what was dropped, in order."""
    return [each.pointer for each in dropped]


class TestToReply:
    """A rich message for a complaint that takes no rich message."""

    def test_expiry_is_lost(self) -> None:
        """A link that expires becomes one that does not, and that is told."""
        message = Message().text("a").link("查看", PAGE, expires=timedelta(hours=1)).button("b", multi_clickable=False)
        reply, dropped = message.to_reply()
        assert reply.jump_url_text == "查看"
        assert [(p.pointer, p.rule) for p in dropped] == [
            ("/blocks/1/link/invalid_info/expired_time", "cannot-be-said"),
            ("/blocks/2/button", "no-counterpart"),
        ]

    def test_everything_fits(self) -> None:
        """Texts become lines; images, the link and the mini program become the reply's own."""
        message = Message().text("a").image("m1").text("b").link("查看", PAGE).link("我的订单", PROGRAM).image("m2")
        reply, dropped = message.to_reply()
        assert dropped == ()
        assert reply == Reply("a\nb", ("m1", "m2")).link("查看", PAGE.jump_url).mini_program(
            "wx1", "pages/o", "我的订单"
        )

    def test_from_buttons(self) -> None:
        """Buttons that open something count like links, those of a group too."""
        message = Message().text("a").button("查看", PAGE).button_group(Button("我的订单", PROGRAM))
        reply, dropped = message.to_reply()
        assert dropped == ()
        assert (reply.jump_url, reply.jump_url_text) == (PAGE.jump_url, "查看")
        assert reply.mini_program_jump_info == MiniProgramJumpInfo("wx1", "pages/o", "我的订单")

    def test_name_of_mini_program(self) -> None:
        """A mini program without a name of its own gets the text that was tapped."""
        reply, _ = Message().text("a").link("打开", JumpMiniProgram("wx1", "pages/o")).to_reply()
        assert reply.mini_program_jump_info == MiniProgramJumpInfo("wx1", "pages/o", "打开")

    @pytest.mark.parametrize("length", [1, 499, 500])
    def test_fits_exactly(self, length: int) -> None:
        """Up to 500 characters are kept whole."""
        reply, dropped = Message().text("数" * length).to_reply()
        assert (reply.response_content, dropped) == ("数" * length, ())

    def test_one_text_too_long(self) -> None:
        """A text of 501 characters is cut to 500, of which the last one says so."""
        reply, dropped = Message().text("数" * 501).to_reply()
        assert reply.response_content == "数" * 499 + "…"
        assert places(dropped) == ["/blocks/0/text"]
        assert "500 characters" in dropped[0].message
        assert dropped[0].value == Text("数" * 501)

    @pytest.mark.parametrize(
        ("first", "second", "content", "cut"),
        [
            (249, 250, "a" * 249 + "\n" + "b" * 250, False),
            (249, 251, "a" * 249 + "\n" + "b" * 249 + "…", True),
            (498, 1, "a" * 498 + "\nb", False),
            (498, 2, "a" * 498, True),
            (499, 1, "a" * 499, True),
            (500, 1, "a" * 500, True),
            (497, 3, "a" * 497 + "\nb…", True),
        ],
    )
    def test_line_breaks_count(self, first: int, second: int, content: str, cut: bool) -> None:
        """Line breaks count towards the 500, and a text is cut only where a character of it and the sign have room."""
        reply, dropped = Message().text("a" * first).text("b" * second).to_reply()
        assert reply.response_content == content
        assert places(dropped) == ["/blocks/1/text"] * cut

    def test_nothing_after_the_end(self) -> None:
        """Once the room is used up, every further text is named."""
        reply, dropped = Message().text("a" * 600).text("b").text("c").to_reply()
        assert len(reply.response_content) == 500
        assert places(dropped) == ["/blocks/0/text", "/blocks/1/text", "/blocks/2/text"]

    def test_fifth_image(self) -> None:
        """The first four images are kept, and each further one is named."""
        message = Message((Text("a"), *(Image(f"m{number}") for number in range(6))))
        reply, dropped = message.to_reply()
        assert reply.response_images == ("m0", "m1", "m2", "m3")
        assert places(dropped) == ["/blocks/5/image", "/blocks/6/image"]
        assert "at most 4 images" in dropped[0].message

    @pytest.mark.parametrize(
        ("text", "url", "finding"),
        [
            ("一二三四五六七八九十一", PAGE.jump_url, "jump_url_text"),
            ("查看", "https://h/".ljust(513, "a"), "jump_url"),
        ],
    )
    def test_link_too_long(self, text: str, url: str, finding: str) -> None:
        """A link whose text or address is too long is dropped with the reason, and the next one takes its place."""
        reply, dropped = Message().text("a").link(text, JumpUrl(url)).link("次", PAGE).to_reply()
        assert (reply.jump_url, reply.jump_url_text) == (PAGE.jump_url, "次")
        assert places(dropped) == ["/blocks/1/link"]
        assert dropped[0].rule == "unfit"
        assert dropped[0].message.startswith(f"does not fit into a plain reply: {finding} is ")

    def test_longest_link(self) -> None:
        """A link of exactly the longest text and address is kept."""
        url = "https://h/".ljust(512, "a")
        reply, dropped = Message().text("a").link("一二三四五六七八九十", JumpUrl(url)).to_reply()
        assert (reply.jump_url, reply.jump_url_text, dropped) == (url, "一二三四五六七八九十", ())

    def test_blank_texts(self) -> None:
        """What the platform sent without anything to read is named, and the next one takes its place."""
        data = Message().text("a").text("b").link("c", PAGE).link("d", PAGE).to_dict()
        data["blocks"][0]["text"]["text"] = data["blocks"][2]["link"]["text"] = " "
        reply, dropped = Message.from_dict(data, strict=False).to_reply()
        assert (reply.response_content, reply.jump_url_text) == ("b", "d")
        assert [(p.pointer, p.rule) for p in dropped] == [("/blocks/0/text", "unfit"), ("/blocks/2/link", "unfit")]

    def test_name_is_lost(self) -> None:
        """A mini program's own name takes the place of the text that was tapped, and that is told."""
        reply, dropped = Message().text("a").link("打开", PROGRAM).to_reply()
        assert reply.mini_program_jump_info == MiniProgramJumpInfo("wx1", "pages/o", "我的订单")
        assert [(p.pointer, p.rule) for p in dropped] == [("/blocks/1/link/text", "cannot-be-said")]

    def test_front_page(self) -> None:
        """A mini program without a path has no place in a plain reply, which needs one."""
        reply, dropped = Message().text("a").link("打开", JumpMiniProgram("wx1")).to_reply()
        assert reply == Reply("a")
        assert [(p.pointer, p.rule) for p in dropped] == [("/blocks/1/link", "unfit")]
        assert dropped[0].message == "does not fit into a plain reply: path is missing"
        assert dropped[0].text("zh").endswith("放不进普通回复：小程序路径没有写，这里必须有")

    @pytest.mark.parametrize(
        ("message", "lost"),
        [
            (Message().text("a", bold=True), ["/blocks/0/text/is_bold"]),
            (Message().text("a", bold=False, color="DEFAULT"), []),
            (Message().text("a", color="SECONDARY"), ["/blocks/0/text/color"]),
            (Message().text("a").image("m", style="WIDE"), ["/blocks/1/image/image_style_type"]),
            (
                Message().text("a").link("b", JumpUrl("https://a", action_id="c")),
                ["/blocks/1/link/action/action_id"],
            ),
            (Message().text("a").link("b", PAGE, multi_clickable=True), []),
            (
                Message().text("a").link("b", PAGE, multi_clickable=False),
                ["/blocks/1/link/invalid_info/multi_clickable"],
            ),
            (
                Message().text("a").button_group(Button("b", PAGE), layout="VERTICAL"),
                ["/blocks/1/button_group/button_layout"],
            ),
            (Message().text("a").sent_by("MACHINE").with_custom_data("b"), ["/sender_identity", "/custom_data"]),
            (Message().text("a").sent_by("UNKNOWN"), []),
        ],
        ids=repr,
    )
    def test_whatever_is_set(self, message: Message, lost: list[str]) -> None:
        """Each field that is set and cannot be said is named; one that says no more than nothing does is not."""
        _, dropped = message.to_reply()
        assert [(p.pointer, p.rule) for p in dropped] == [(pointer, "cannot-be-said") for pointer in lost]

    @pytest.mark.parametrize(
        ("text", "kept"),
        [
            ("数" * 400 + "。" + "数" * 200, "数" * 400 + "。"),
            ("数" * 600, "数" * 499 + "…"),
            ("a. " * 200, ("a. " * 166 + "a.")),
        ],
        ids=["a sentence", "none", "many"],
    )
    def test_at_a_sentence(self, text: str, kept: str) -> None:
        """A text may be cut at the end of the last sentence that fits; without one, at the last character."""
        reply, dropped = Message().text(text).to_reply(shorten=True)
        assert reply.response_content == kept
        assert [(p.rule, p.params["length"], p.params["kept"]) for p in dropped] == [("cut", len(text), len(kept))]

    def test_second_of_each(self) -> None:
        """A second link and a second mini program are named, wherever they stand."""
        message = (
            Message()
            .text("a")
            .link("1", PAGE)
            .button("2", PAGE)
            .link("3", PROGRAM)
            .button_group(Button("4", PROGRAM), Button("5", PAGE))
        )
        reply, dropped = message.to_reply()
        assert reply.jump_url_text == "1"
        assert [(p.pointer, p.rule) for p in dropped] == [
            ("/blocks/2/button", "one-link"),
            ("/blocks/3/link/text", "cannot-be-said"),
            ("/blocks/4/button_group/buttons/0", "one-mini-program"),
            ("/blocks/4/button_group/buttons/1", "one-link"),
        ]

    def test_nothing_like_it(self) -> None:
        """Questions and whatever sends a message have no place in a plain reply, and each is named."""
        message = (
            Message()
            .text("a")
            .faq("b", Faq("c", PAGE))
            .button("d")
            .link("e", SendMessage("e"))
            .button_group("f", "g")
            .add(UnknownBlock("VIDEO", '{"type":"VIDEO"}'))
        )
        reply, dropped = message.to_reply()
        assert reply == Reply("a")
        assert places(dropped) == [
            "/blocks/1/faq_list/faqs/0",
            "/blocks/1/faq_list/faqs/1",
            "/blocks/2/button",
            "/blocks/3/link",
            "/blocks/4/button_group/buttons/0",
            "/blocks/4/button_group/buttons/1",
            "/blocks/5",
        ]
        assert [type(p.value) for p in dropped] == [Faq, Faq, Button, Link, Button, Button, UnknownBlock]

    def test_unknown_action(self) -> None:
        """An action that only the platform knows is named like any other that does not fit."""
        data = {
            "blocks": [
                {"type": "TEXT", "text": {"text": "a"}},
                {"type": "BUTTON", "button": {"text": "b", "action": {"action_type": "ACTION_TYPE_CALL"}}},
            ]
        }
        _, dropped = Message.from_dict(data, strict=False).to_reply()
        assert places(dropped) == ["/blocks/1/button"]

    @pytest.mark.parametrize(
        ("message", "dropped"),
        [(Message(), []), (Message().image("m"), []), (Message().button("a"), ["/blocks/0/button"])],
    )
    def test_no_text(self, message: Message, dropped: list[str]) -> None:
        """Without a text there is no plain reply, and what was dropped is told too."""
        first, *others = refused(message.to_reply).problems
        assert (first.pointer, first.rule) == ("/response_content", "no-text-left")
        assert first.message == "must not be empty: no text of the message could be kept"
        assert [problem.pointer for problem in others] == dropped

    def test_dropped_is_silent(self) -> None:
        """What was dropped is not shown, only named."""
        message = Message().text("a").button(SECRET).add(ButtonGroup((SECRET,))).text(SECRET * 200)
        _, dropped = message.to_reply()
        assert len(dropped) == 3
        assert SECRET not in "".join(f"{p} {p!r}" for p in dropped)

    @given(messages())
    def test_any(self, message: Message) -> None:
        """Of any message comes a reply that can be sent, and pointers that lead into the message; or it has no text."""
        if not any(isinstance(block, Text) for block in message):
            with pytest.raises(ValidationError, match="response_content"):
                message.to_reply()
            return
        for shorten in (False, True):
            reply, dropped = message.to_reply(shorten=shorten)
            reply.check()
            assert Reply.from_json(reply.to_json()) == reply
            written = message.to_dict()
            for each in dropped:
                resolve(written, each.pointer)
                assert each.rule in RULES
            kept = reply.response_images + ((reply.jump_url,) if reply.jump_url else ())
            assert len(kept) <= 5
