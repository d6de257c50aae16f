"""Tests of what differs between two messages."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import (
    Button,
    ButtonGroup,
    Faq,
    FaqList,
    Image,
    InvalidInfo,
    JumpMiniProgram,
    JumpUrl,
    Link,
    Message,
    MiniProgramJumpInfo,
    Reply,
    SendMessage,
    Text,
)
from msgkit.testing import Difference, differences
from msgkit.testing.differences import Comparable
from msgkit.testing.strategies import actions, blocks, replies, texts

FULL = (
    Message()
    .text("您好", bold=True)
    .link("订单", JumpUrl("https://shop.example/o", action_id="order"))
    .faq("多久？", "怎么改？")
    .button_group("满意", Button("不满意", SendMessage("不满意", action_id="unhappy")), layout="HORIZONTAL")
    .with_custom_data("ticket")
)

some_messages = st.builds(
    lambda words, data: Message(tuple(map(Button, words)), custom_data=data),
    st.lists(texts(1, 2, blank=False), max_size=3),
    st.none() | texts(0, 2),
)


def lines(left: Comparable, right: Comparable) -> list[str]:
    """Return the differences as they are shown."""
    return [str(difference) for difference in differences(left, right)]


class TestDifferences:
    """Where two messages differ, and how."""

    def test_none(self) -> None:
        """Equal messages have none."""
        assert differences(FULL, Message.from_json(FULL.to_json())) == []
        assert differences(Message(), Message()) == []

    @given(some_messages, some_messages)
    def test_exactly_where_they_are_not_equal(self, left: Message, right: Message) -> None:
        """There are differences where two messages are not equal, and only there."""
        assert (differences(left, right) == []) == (left == right)

    def test_the_same_moment(self) -> None:
        """One moment, written in two zones, is a difference: messages are equal that write the same."""
        there = datetime(2030, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
        left, right = (Message().button("好", expires=moment) for moment in (there, there.astimezone(UTC)))
        assert left != right
        assert lines(left, right) == [
            "/blocks/0/button/invalid_info/expired_time: '2030-01-01T08:00:00+08:00' != '2030-01-01T00:00:00+00:00'"
        ]

    def test_nested(self) -> None:
        """A difference is told where it is, deep inside a group, and nowhere above."""
        other = FULL.to_json().replace('"text":"不满意"', '"text":"不好"')
        assert lines(FULL, Message.from_json(other)) == ["/blocks/3/button_group/buttons/1/text: '不满意' != '不好'"]

    def test_missing_on_one_side(self) -> None:
        """What only one of them has is told as absent in the other."""
        left, right = Message().text("a", bold=True), Message().text("a", color="DEFAULT").sent_by("MANUAL")
        assert sorted(lines(left, right)) == [
            "/blocks/0/text/color: (absent) != 'DEFAULT'",
            "/blocks/0/text/is_bold: True != (absent)",
            "/sender_identity: (absent) != 'MANUAL'",
        ]
        assert sorted((d.pointer, d.right, d.left) for d in differences(left, right)) == sorted(
            (d.pointer, d.left, d.right) for d in differences(right, left)
        )

    def test_false_is_not_absent(self) -> None:
        """A field that is false or empty is another thing than one that is not set."""
        assert lines(Message().text("a", bold=False), Message().text("a")) == [
            "/blocks/0/text/is_bold: False != (absent)"
        ]
        assert lines(Message().text("a").with_custom_data(""), Message().text("a")) == ["/custom_data: '' != (absent)"]

    def test_lists_of_different_lengths(self) -> None:
        """What one list has more is told item by item, in order."""
        left, right = Message().faq("a"), Message().faq("a", "b", "c").text("d")
        assert [(d.pointer, d.left) for d in differences(left, right)] == [
            ("/blocks/0/faq_list/faqs/1", "(absent)"),
            ("/blocks/0/faq_list/faqs/2", "(absent)"),
            ("/blocks/1", "(absent)"),
        ]
        assert differences(right, left)[-1] == Difference(
            "/blocks/1", "{'type': 'TEXT', 'text': {'text': 'd'}}", "(absent)"
        )

    def test_other_types(self) -> None:
        """Another block or action in the place of one differs by its type and its payload."""
        left = Message().link("x", JumpUrl("https://a.example"))
        right = Message().link("x", JumpMiniProgram("wx1", "p"))
        assert lines(left, right) == [
            "/blocks/0/link/action/action_type: 'ACTION_TYPE_JUMP_URL' != 'ACTION_TYPE_JUMP_MINI_PROGRAM'",
            "/blocks/0/link/action/jump_url: 'https://a.example' != (absent)",
            "/blocks/0/link/action/mini_program_jump_info: (absent) != {'appid': 'wx1', 'path': 'p'}",
        ]

    def test_a_message_without_blocks(self) -> None:
        """A message with which composing starts can be compared too."""
        assert [d.pointer for d in differences(Message(), Message().text("a"))] == ["/blocks/0"]
        assert [d.pointer for d in differences(Reply("a").image("b"), Reply("a"))] == ["/response_images/0"]

    def test_what_the_platform_sent(self) -> None:
        """Blocks that this version does not know are compared by what they hold."""
        left, right = (
            Message.from_dict({"blocks": [{"type": "VIDEO", "video/hd": {"id": number}}]}, strict=False)
            for number in (1, 2)
        )
        assert lines(left, right) == ["/blocks/0/video~1hd/id: 1 != 2"]

    def test_plain_replies(self) -> None:
        """Plain replies are compared in the same way."""
        left = Reply("您好").image("a").link("订单", "https://a.example")
        right = Reply("再见").image("a").image("b").mini_program("wx1", "p", "t")
        assert lines(left, left) == []
        assert sorted(d.pointer for d in differences(left, right)) == [
            "/jump_url",
            "/jump_url_text",
            "/mini_program_jump_info",
            "/response_content",
            "/response_images/1",
        ]

    @pytest.mark.parametrize("text", ["a\nb", "\x1b[2J", "'"])
    def test_one_line_each(self, text: str) -> None:
        """Each difference is one line, whatever the texts are."""
        [line] = lines(Message().text(text), Message().text("a"))
        assert line == f"/blocks/0/text/text: {text!r} != 'a'"
        assert len(line.splitlines()) == 1


ONE_OF_EACH: list[tuple[Comparable, Comparable, list[str]]] = [
    (Text("a"), Text("b"), ["/text/text: 'a' != 'b'"]),
    (Image("a"), Image("a", "WIDE"), ["/image/image_style_type: (absent) != 'IMAGE_STYLE_TYPE_WIDE'"]),
    (
        Link("x", JumpUrl("https://a.example")),
        Link("x", JumpUrl("https://b.example")),
        ["/link/action/jump_url: 'https://a.example' != 'https://b.example'"],
    ),
    (
        FaqList(["a"]),
        FaqList(["a", Faq("b")]),
        ["/faq_list/faqs/1: (absent) != " + repr(Message().faq("b").to_dict()["blocks"][0]["faq_list"]["faqs"][0])],
    ),
    (Button("a", SendMessage("x")), Button("b", SendMessage("x")), ["/button/text: 'a' != 'b'"]),
    (
        ButtonGroup(["a"]),
        ButtonGroup(["a"], "VERTICAL"),
        ["/button_group/button_layout: (absent) != 'LAYOUT_VERTICAL'"],
    ),
    (Faq("a", SendMessage("x")), Faq("b", SendMessage("x")), ["/faq_title: 'a' != 'b'"]),
    (InvalidInfo(), InvalidInfo(multi_clickable=False), ["/multi_clickable: (absent) != False"]),
    (SendMessage("a"), SendMessage("b"), ["/message_info/content: 'a' != 'b'"]),
    (JumpUrl("https://a.example"), JumpUrl("https://a.example", action_id="x"), ["/action_id: (absent) != 'x'"]),
    (JumpMiniProgram("wx1", "a"), JumpMiniProgram("wx1", "b"), ["/mini_program_jump_info/path: 'a' != 'b'"]),
    (MiniProgramJumpInfo("wx1", "p", "a"), MiniProgramJumpInfo("wx1", "p", "b"), ["/text: 'a' != 'b'"]),
    (
        SendMessage("a"),
        JumpUrl("https://a.example"),
        [
            "/action_type: 'ACTION_TYPE_SEND_MESSAGE' != 'ACTION_TYPE_JUMP_URL'",
            "/message_info: {'content': 'a'} != (absent)",
            "/jump_url: (absent) != 'https://a.example'",
        ],
    ),
]

some_parts = st.one_of(blocks(), actions(), replies())


class TestParts:
    """Blocks, actions and what lies in them are compared as messages are."""

    @pytest.mark.parametrize(("left", "right", "expected"), ONE_OF_EACH)
    def test_one_of_each(self, left: Comparable, right: Comparable, expected: list[str]) -> None:
        """The pointer is the one that the wire's JSON has, the type of a block or an action included."""
        assert lines(left, right) == expected
        assert lines(left, left) == []

    @given(some_parts)
    def test_equal_parts(self, part: Comparable) -> None:
        """Whatever can be built differs from itself nowhere."""
        assert lines(part, part) == lines([part], [part]) == []


class TestLists:
    """Lists and tuples of messages, replies and parts."""

    def test_pointer_begins_with_the_entry(self) -> None:
        """Of two lists, the pointer says in which entry they differ."""
        assert lines([Text("a"), Text("b")], [Text("a"), Text("c")]) == ["/1/text/text: 'b' != 'c'"]
        assert lines((Message().text("a"),), (Message().text("b"),)) == ["/0/blocks/0/text/text: 'a' != 'b'"]
        assert lines([Reply("a")], [Reply("b")]) == ["/0/response_content: 'a' != 'b'"]

    def test_actions_of_a_message(self) -> None:
        """Pairs of pointer and action, as `Message.actions` gives them, are looked into."""
        left, right = (Message().button("x", SendMessage(text)).actions() for text in "ab")
        assert lines(left, right) == ["/0/1/message_info/content: 'a' != 'b'"]

    def test_lengths(self) -> None:
        """What one of them has more is told with its class and its texts."""
        assert lines([Text("a")], [Text("a"), Text("b")]) == [
            "/1: (absent) != Text {'type': 'TEXT', 'text': {'text': 'b'}}"
        ]

    @pytest.mark.parametrize("change", [lambda x: x, list])
    def test_a_list_is_no_tuple(self, change: Callable[[Any], Any]) -> None:
        """A list and a tuple are told to be that, and what else differs in them too."""
        assert lines([Text("a")], (Text("a"),)) == ["a list != a tuple"]
        assert lines(change((Text("a"),)), [Text("b")])[-1] == "/0/text/text: 'a' != 'b'"
        assert lines([(Text("a"),)], [[Text("a")]]) == ["/0: a tuple != a list"]

    def test_what_is_not_ours(self) -> None:
        """Beside ours, a list may hold anything, and another kind in the place of one is told whole."""

        class Odd:
            def __repr__(self) -> str:
                raise RuntimeError

            __hash__ = None  # type: ignore[assignment]

            def __eq__(self, other: object) -> bool:
                raise RuntimeError

        assert lines([Text("a"), 1], [Text("a"), "b\n"]) == ["/1: 1 != 'b\\n'"]
        assert lines([Message().text("a")], [Reply("a")]) == [
            "/0: Message {'blocks': [{'type': 'TEXT', 'text': {'text': 'a'}}]} != Reply {'response_content': 'a'}"
        ]
        assert lines([Reply("a")], [[Reply("b"), {"c": (1,)}]]) == [
            "/0: Reply {'response_content': 'a'} != [Reply {'response_content': 'b'}, {'c': (1,)}]"
        ]
        [odd] = differences([Odd()], [Text("a")])
        assert odd.left.startswith("<")

    def test_by_name(self) -> None:
        """Messages under names, as a folder of templates gives them, are compared name by name."""
        left, right = ({"a/b": Message().text(text), "same": Reply("x")} for text in "ab")
        assert lines(left, right) == ["/a~1b/blocks/0/text/text: 'a' != 'b'"]

    def test_ten_thousand_blocks(self) -> None:
        """The cost grows with the number of blocks and not with its square, which would be ten times this bound."""
        left, right = (Message(tuple(Text(f"{name}{number}") for number in range(10_000))) for name in "ab")
        before = time.process_time()
        assert len(differences(left, right)) == 10_000
        assert time.process_time() - before < 2
