"""`Reply`, and how a rich message is condensed into one."""

import copy
from datetime import timedelta
from typing import Any

import attrs
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
from msgkit.testing.strategies import messages, replies

from .helpers import EMOJI, FULL_REPLY, PROTOCOLS, SECRET, pickled, pointers, problem, refused, resolve, shown

PAGE = JumpUrl("https://shop.example/o/42")
PROGRAM = JumpMiniProgram("wx1", "pages/o", "我的订单")


def full() -> Reply:
    """A reply that uses every field."""
    return (
        Reply("已与用户沟通解决")
        .image("m1")
        .image("m2")
        .link("查看订单详情", "https://shop.example/o/42")
        .mini_program("wx1", "pages/o", "我的订单")
    )


def places(dropped: tuple[Problem, ...]) -> list[str]:
    """Return the pointers of what was dropped, in order."""
    return [each.pointer for each in dropped]


class TestReply:
    """The plain reply."""

    def test_json(self) -> None:
        """It comes out as exactly the documented JSON and comes back equal."""
        assert full().to_dict() == FULL_REPLY
        assert Reply.from_json(full().to_json()) == full()
        assert Reply.from_dict(FULL_REPLY) == full()

    def test_only_text(self) -> None:
        """What was not set is left out, an empty list of images too."""
        assert Reply("a").to_dict() == {"response_content": "a"}
        assert Reply.from_dict({"response_content": "a", "response_images": []}) == Reply("a")

    @pytest.mark.parametrize(
        "change",
        [
            lambda r: r.image("m"),
            lambda r: r.link("b", "https://b"),
            lambda r: r.mini_program("wx2", "b", "b"),
        ],
    )
    def test_leaves_the_old_one(self, change: Any) -> None:
        """A method returns a new reply, and the old one is what it was."""
        old = full()
        assert change(old) != old
        assert old == full()

    def test_last_word(self) -> None:
        """There is one link and one mini program; the last one counts."""
        reply = full().link("b", "https://b").mini_program("wx2", "b", "c")
        assert (reply.jump_url_text, reply.jump_url) == ("b", "https://b")
        assert reply.mini_program_jump_info == MiniProgramJumpInfo("wx2", "b", "c")

    @given(replies())
    def test_value(self, reply: Reply) -> None:
        """Copies and what comes back from a pickle equal the original and hash like it."""
        for same in (copy.copy(reply), copy.deepcopy(reply), pickled(reply, PROTOCOLS[-1])):
            assert same == reply
            assert hash(same) == hash(reply)

    @pytest.mark.parametrize("protocol", PROTOCOLS)
    def test_pickle(self, protocol: int) -> None:
        """A reply comes back from a pickle of every protocol."""
        assert pickled(full(), protocol) == full()

    @pytest.mark.parametrize("name", [*FULL_REPLY, "another"])
    def test_frozen(self, name: str) -> None:
        """No field can be changed and none added."""
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            setattr(full(), name, None)

    def test_repr_is_silent(self) -> None:
        """The representation shows lengths, never texts."""
        reply = Reply(SECRET).link(SECRET, f"https://a/{SECRET}").mini_program("wx1", SECRET, SECRET)
        assert SECRET not in repr(reply) + str(reply)
        assert "response_content=<5 characters>" in repr(reply)

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Reply(SECRET + EMOJI),
            lambda: Reply(SECRET * 101),
            lambda: Reply("a").image(SECRET + EMOJI),
            lambda: Reply("a").link(SECRET * 3, "https://a"),
            lambda: Reply("a").link("a", f"http://{SECRET}"),
            lambda: Reply("a").mini_program("a", "b", SECRET + EMOJI),
        ],
    )
    def test_errors_are_silent(self, make: Any) -> None:
        """No error shows the text that it complains about."""
        assert SECRET not in shown(refused(make))

    @pytest.mark.parametrize("wrong", [5, "wx1", {"appid": "a"}, PROGRAM], ids=repr)
    def test_mini_program(self, wrong: Any) -> None:
        """A mini program is given as its own class."""
        make: Any = Reply
        assert problem(make, "a", mini_program_jump_info=wrong).pointer == "/mini_program_jump_info"

    @given(replies())
    def test_composed(self, reply: Reply) -> None:
        """Whatever was composed in code can be sent."""
        assert reply.response_content
        reply.check()

    def test_everything_at_once(self) -> None:
        """What was read generously is told all that keeps it from being sent, by pointer."""
        data = {
            "response_content": "",
            "response_images": ["m", EMOJI, "m", "m", "m"],
            "jump_url": "http://a",
            "mini_program_jump_info": {"appid": EMOJI, "path": "a", "text": EMOJI},
        }
        reply = Reply.from_dict(data, strict=False)
        assert pointers(reply.check) == [
            "/jump_url",
            "/jump_url_text",
            "/mini_program_jump_info/appid",
            "/mini_program_jump_info/text",
            "/response_content",
            "/response_images",
            "/response_images/1",
        ]


class TestToReply:
    """A rich message for a complaint that takes no rich message."""

    def test_expiry_is_lost(self) -> None:
        """A link that expires becomes one that does not, and that is told."""
        message = Message().text("a").link("查看", PAGE, expires=timedelta(hours=1)).button("b", multi_clickable=False)
        reply, dropped = message.to_reply()
        assert reply.jump_url_text == "查看"
        assert [p.pointer for p in dropped] == ["/blocks/1/link/invalid_info", "/blocks/2/button"]

    def test_everything_fits(self) -> None:
        """Texts become lines; images, the link and the mini program become the reply's own."""
        message = Message().text("a").image("m1").text("b").link("查看", PAGE).link("打开", PROGRAM).image("m2")
        reply, dropped = message.to_reply()
        assert dropped == ()
        assert reply == Reply("a\nb", ("m1", "m2")).link("查看", PAGE.jump_url).mini_program(
            "wx1", "pages/o", "我的订单"
        )

    def test_from_buttons(self) -> None:
        """Buttons that open something count like links, those of a group too."""
        message = Message().text("a").button("查看", PAGE).button_group(Button("打开", PROGRAM))
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
            (499, 0, "a" * 499 + "\n", False),
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
        assert dropped[0].message.startswith(finding + " ")

    def test_longest_link(self) -> None:
        """A link of exactly the longest text and address is kept."""
        url = "https://h/".ljust(512, "a")
        reply, dropped = Message().text("a").link("一二三四五六七八九十", JumpUrl(url)).to_reply()
        assert (reply.jump_url, reply.jump_url_text, dropped) == (url, "一二三四五六七八九十", ())

    def test_link_without_text(self) -> None:
        """An empty text does not keep a second link from being told from the first."""
        reply, dropped = Message().text("a").link("", PAGE).link("b", PAGE).to_reply()
        assert (reply.jump_url, reply.jump_url_text) == (PAGE.jump_url, "")
        assert places(dropped) == ["/blocks/2/link"]

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
        assert places(dropped) == [
            "/blocks/2/button",
            "/blocks/4/button_group/buttons/0",
            "/blocks/4/button_group/buttons/1",
        ]
        assert ["one link" in p.message for p in dropped] == [True, False, True]
        assert "one mini program" in dropped[1].message

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

    @pytest.mark.parametrize("message", [Message(), Message().image("m"), Message().text(""), Message().button("a")])
    def test_no_text(self, message: Message) -> None:
        """Without a text there is no plain reply."""
        found = problem(message.to_reply)
        assert (found.pointer, found.message) == ("/response_content", "must not be empty")

    def test_dropped_is_silent(self) -> None:
        """What was dropped is not shown, only named."""
        message = Message().text("a").button(SECRET).add(ButtonGroup((SECRET,))).text(SECRET * 200)
        _, dropped = message.to_reply()
        assert len(dropped) == 3
        assert SECRET not in "".join(f"{p} {p!r}" for p in dropped)

    @given(messages())
    def test_any(self, message: Message) -> None:
        """Of any message comes a reply that can be sent, and pointers that lead into the message; or it has no text."""
        if not any(text.text for text in message.find(Text)) and len(message.find(Text)) <= 1:
            with pytest.raises(ValidationError, match="response_content"):
                message.to_reply()
            return
        reply, dropped = message.to_reply()
        reply.check()
        written = message.to_dict()
        for each in dropped:
            assert resolve(written, each.pointer)
        kept = reply.response_images + ((reply.jump_url,) if reply.jump_url else ())
        assert len(kept) <= 5
