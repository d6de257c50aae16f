"""What a plain reply says of everything that it cannot take; what it takes is tested with `Reply`."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from msgkit import (
    Button,
    ButtonGroup,
    Faq,
    FaqList,
    JumpMiniProgram,
    JumpUrl,
    Link,
    Message,
    Problem,
    Reply,
    SendMessage,
    Text,
)
from msgkit._wire import pointer, shape_of, walk
from msgkit.testing.strategies import messages
from tests.helpers import EMOJI, SECRET, refused

PAGE = JumpUrl("https://shop.example/42")
MOMENT = datetime(2030, 1, 1, tzinfo=UTC)


def told(message: Message, **how: bool) -> dict[str, str | None]:
    """Return which rule is told at which place."""
    return {problem.pointer: problem.rule for problem in message.to_reply(**how)[1]}


def lenient(*blocks: dict[str, Any]) -> Message:
    """Return a message of blocks as the platform sent them."""
    return Message.from_dict({"blocks": list(blocks)}, strict=False)


class TestEverything:
    """Nothing is lost without a word."""

    @pytest.mark.parametrize(
        ("message", "place"),
        [
            (Message().text("a", bold=True), "/blocks/0/text/is_bold"),
            (Message().text("a", color="SECONDARY"), "/blocks/0/text/color"),
            (Message().text("a").image("m", style="WIDE"), "/blocks/1/image/image_style_type"),
            (Message().text("a").link("b", PAGE, expires=MOMENT), "/blocks/1/link/invalid_info/expired_time"),
            (
                Message().text("a").button("b", PAGE, multi_clickable=False),
                "/blocks/1/button/invalid_info/multi_clickable",
            ),
            (
                Message().text("a").link("b", JumpUrl("https://h", action_id="c")),
                "/blocks/1/link/action/action_id",
            ),
            (
                Message().text("a").link("b", JumpMiniProgram("wx1", "p", action_id="c")),
                "/blocks/1/link/action/action_id",
            ),
            (Message().text("a").link("b", JumpMiniProgram("wx1", "p", "c")), "/blocks/1/link/text"),
            (
                Message().text("a").button_group(Button("b", PAGE), layout="HORIZONTAL"),
                "/blocks/1/button_group/button_layout",
            ),
            (
                Message().text("a").button_group(Button("b", PAGE), expires=MOMENT),
                "/blocks/1/button_group/invalid_info/expired_time",
            ),
            (
                Message().text("a").button_group(Button("b", PAGE), multi_clickable=False),
                "/blocks/1/button_group/invalid_info/multi_clickable",
            ),
            (Message().text("a").sent_by("MACHINE"), "/sender_identity"),
            (Message().text("a").with_custom_data("b"), "/custom_data"),
        ],
    )
    def test_field(self, message: Message, place: str) -> None:
        """Whatever is set and has no counterpart is told where it stands, and nothing else is."""
        assert told(message) == {place: "cannot-be-said"}

    @pytest.mark.parametrize(
        "message",
        [
            Message().text("a", bold=False, color="DEFAULT"),
            Message().text("a").link("b", PAGE, multi_clickable=True),
            Message().text("a").link("b", JumpMiniProgram("wx1", "p", "b")),
            Message().text("a").button_group(Button("b", PAGE), layout="UNKNOWN"),
            Message().text("a").sent_by("UNKNOWN"),
        ],
    )
    def test_nothing_lost(self, message: Message) -> None:
        """What says no more than nothing would is no loss."""
        assert told(message) == {}

    def test_data_of_an_action(self) -> None:
        """With a button that sends a text, all that is in it goes, and is told once."""
        message = Message().text("a").button("b", SendMessage("c", "d", action_id="e"), expires=MOMENT)
        assert told(message) == {"/blocks/1/button": "no-counterpart"}

    @given(messages())
    def test_any(self, message: Message) -> None:
        """Each thing that is set in any message is in the reply, or told, itself or with what it stands in."""
        if not message.find(Text):
            message = message.text("您好")
        reply, dropped = message.to_reply()
        reply.check()
        places = [problem.pointer for problem in dropped]
        assert len(set(places)) == len(places)
        kept = [reply.response_content, *reply.response_images, reply.jump_url, reply.jump_url_text]
        if program := reply.mini_program_jump_info:
            kept += [program.appid, program.path, program.text]
        for place in walk(message):
            for field in shape_of(place.part.__class__).fields:
                value, where = field.get(place.part), pointer(place.field(field.name))
                if isinstance(value, str) and value and not hasattr(value, "name"):
                    said = any(value in (each or "") for each in kept)
                    assert said or any(where == p or where.startswith(f"{p}/") for p in places), where


class TestUnfit:
    """What cannot be sent is told, not raised."""

    @pytest.mark.parametrize(
        ("block", "place", "words"),
        [
            ({"type": "TEXT", "text": {"text": f"{SECRET}{EMOJI}"}}, "/blocks/1/text", "text has U+1F600"),
            ({"type": "TEXT", "text": {"text": " "}}, "/blocks/1/text", "text must not be empty"),
            ({"type": "IMAGE", "image": {"media_id": EMOJI}}, "/blocks/1/image", "media_id has U+1F600"),
            (
                {
                    "type": "LINK",
                    "link": {"text": "b", "action": {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "http://h"}},
                },
                "/blocks/1/link",
                "jump_url must be a URL that starts with https://",
            ),
            (
                {
                    "type": "BUTTON",
                    "button": {
                        "text": "b",
                        "action": {
                            "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
                            "mini_program_jump_info": {"appid": EMOJI, "path": "p"},
                        },
                    },
                },
                "/blocks/1/button",
                "appid has U+1F600",
            ),
        ],
    )
    def test_character(self, block: dict[str, Any], place: str, words: str) -> None:
        """A part with something that cannot be sent is dropped, and told with the reason and without a word of it."""
        reply, dropped = lenient({"type": "TEXT", "text": {"text": "您好"}}, block).to_reply()
        (problem,) = dropped
        assert reply == Reply("您好")
        assert (problem.pointer, problem.rule) == (place, "unfit")
        assert problem.message.startswith(f"does not fit into a plain reply: {words}")
        assert "放不进普通回复" in problem.text("zh")
        assert SECRET not in str(problem) + problem.text("zh") + repr(problem)

    def test_link_too_long(self) -> None:
        """A link whose text has more than 10 characters is told in both languages, with the numbers."""
        (problem,) = Message().text("a").link("一二三四五六七八九十一", PAGE).to_reply()[1]
        assert "jump_url_text is 11 characters long; at most 10 are allowed" in problem.message
        assert "有 11 个字，最多 10 个" in problem.text("zh")

    def test_mini_program_without_path(self) -> None:
        """A mini program without a page is dropped: a plain reply needs one."""
        (problem,) = Message().text("a").link("b", JumpMiniProgram("wx1")).to_reply()[1]
        assert (problem.pointer, problem.message) == (
            "/blocks/1/link",
            "does not fit into a plain reply: path is missing",
        )

    def test_another_takes_its_place(self) -> None:
        """What does not fit takes nobody's place: the next that fits is the reply's."""
        message = Message().text("a").link("一二三四五六七八九十一", PAGE).link("b", "https://h")
        assert message.to_reply()[0].jump_url == "https://h"


class TestShorten:
    """Texts that are too long."""

    def test_at_a_sentence(self) -> None:
        """With `shorten`, a text ends with its last sentence that fits; how much was kept is told."""
        text = "第一句话。" * 99 + "这一句放不下了！最后"
        reply, (problem,) = Message().text(text).to_reply(shorten=True)
        assert reply.response_content == "第一句话。" * 99
        assert problem == Problem("/blocks/0/text", problem._said, Text(text), most=500, length=len(text), kept=495)
        assert (problem.rule, problem.params["kept"]) == ("cut", 495)

    @pytest.mark.parametrize("end", ["。", "！", "？", "；", "! ", "? ", "; ", "……", "。”", "\n"])
    def test_ends(self, end: str) -> None:
        """A sentence ends with its mark, and with the quote that closes after it."""
        sentence = "一" * 300 + end
        reply, _ = Message().text(sentence + "二" * 300).to_reply(shorten=True)
        assert reply.response_content == sentence.rstrip()

    def test_english(self) -> None:
        """A mark in Latin letters ends a sentence where a space follows, and not within a number or an address."""
        reply, _ = Message().text("It costs 1.5 yuan. " + "a" * 600).to_reply(shorten=True)
        assert reply.response_content == "It costs 1.5 yuan."
        address = "详情请看。https://shop.example/orders?id=42;a!b&x=" + "1" * 600
        assert Message().text(address).to_reply(shorten=True)[0].response_content == "详情请看。"

    def test_no_sentence(self) -> None:
        """Where no sentence fits, the text is cut as without `shorten`."""
        message = Message().text("一" * 600)
        assert message.to_reply(shorten=True) == message.to_reply()
        assert message.to_reply()[0].response_content == "一" * 499 + "…"

    def test_as_before(self) -> None:
        """Without `shorten`, a text is cut at the last character that there is room for."""
        reply, (problem,) = Message().text("第一句。" * 200).to_reply()
        assert reply.response_content == ("第一句。" * 200)[:499] + "…"
        assert problem.message == "a plain reply holds 500 characters, so this text of 800 was cut to 500"

    def test_fits(self) -> None:
        """What fits is not touched."""
        message = Message().text("一" * 250).text("二" * 249)
        assert message.to_reply(shorten=True) == (Reply("一" * 250 + "\n" + "二" * 249), ())


class TestNoText:
    """A plain reply needs a text."""

    @pytest.mark.parametrize(
        ("message", "rules"),
        [
            (Message(), ["no-text-left"]),
            (Message().image("m"), ["no-text-left"]),
            (Message().faq("a").button("b"), ["no-text-left", "no-counterpart", "no-counterpart"]),
            (lenient({"type": "TEXT", "text": {"text": EMOJI}}), ["no-text-left", "unfit"]),
            (lenient({"type": "TEXT"}), ["no-text-left", "no-counterpart"]),
        ],
    )
    def test_refused(self, message: Message, rules: list[str]) -> None:
        """Where none could be kept, the error says so first, and lists what was dropped."""
        error = refused(message.to_reply)
        assert [problem.rule for problem in error.problems] == rules
        assert error.problems[0].pointer == "/response_content"


class TestUnknown:
    """What was read and not understood."""

    def test_block(self) -> None:
        """An unknown block is told where it stands."""
        message = lenient({"type": "TEXT", "text": {"text": "a"}}, {"type": "VIDEO", "video": {}})
        assert told(message) == {"/blocks/1": "no-counterpart"}

    def test_in_order(self) -> None:
        """What is dropped is told in the order of the document."""
        message = Message(
            (
                Text("a", is_bold=True),
                FaqList((Faq("q"), Faq("r"))),
                Link("l", PAGE),
                ButtonGroup(("x", Button("y", PAGE))),
            )
        )
        assert list(told(message)) == [
            "/blocks/0/text/is_bold",
            "/blocks/1/faq_list/faqs/0",
            "/blocks/1/faq_list/faqs/1",
            "/blocks/3/button_group/buttons/0",
            "/blocks/3/button_group/buttons/1",
        ]

    def test_time_from_now(self) -> None:
        """An expiry that counts from now is told as any other."""
        assert list(told(Message().text("a").link("b", PAGE, expires=timedelta(hours=1)))) == [
            "/blocks/1/link/invalid_info/expired_time"
        ]
