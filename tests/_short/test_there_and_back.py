"""Messages in the short form and back, as dicts and as YAML."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings

from msgkit import Button, InvalidInfo, Link, Message, Problem, SendMessage, ValidationError
from msgkit.blocks import UnknownBlock
from msgkit.templates._yaml import load
from msgkit.testing.strategies import messages
from tests.strategies import platform_documents

PLAIN = {"type": "BUTTON", "button": {"text": "好", "action": {"action_type": "ACTION_TYPE_CALL", "phone": "$1"}}}
"""A block of which the short form cannot say the action."""

ODD_TEXTS = [
    *(
        "yes",
        "null",
        "~",
        "1e3",
        "0o17",
        "0x1F",
        "12:30:00",
        "2026-11-28",
        "=",
        "<<",
        "-",
        "- a",
        "a: b",
        "a #b",
        "? a",
    ),
    *(
        "'",
        '"',
        "|",
        ">",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "{a}",
        "[a]",
        "${a}",
        "$",
        "$$",
        "\t",
        "\n",
        " a ",
        "a\n",
    ),
    *(
        "\x85",
        "\u2028",
        "\ufeff",
        "\x00",
        "\x1b",
        "1_000",
        ".inf",
        "+1",
        "，",
        "a：b",
        "“a”",
        "－ a",
        "a\n\n b\n",
        "-.5",
    ),
]
"""Texts that YAML, or a person's slip, would take for something else."""


def said(error: pytest.ExceptionInfo[ValidationError]) -> list[tuple[str, str | None]]:
    return [(problem.pointer, problem.rule) for problem in error.value.problems]


class TestMessages:
    """What `to_short` gives, `from_short` reads back equal."""

    @given(messages())
    @settings(max_examples=300)
    @example(Message().text("$$ ${a} $"))
    @example(Message().button("好", SendMessage("好", action_id="$a", custom_data="${b}")))
    @example(Message((Button("好", invalid_info=InvalidInfo()),)))
    @example(Message((Link("好", SendMessage("好")),)))
    def test_there_and_back(self, message: Message) -> None:
        """Any message that can be sent is the same after it, strictly and leniently read."""
        short = message.to_short()
        assert Message.from_short(short) == message
        assert Message.from_short(short, strict=False) == message

    @pytest.mark.slow
    @given(messages())
    @settings(max_examples=300)
    def test_as_yaml(self, message: Message) -> None:
        """So it is when it goes through a YAML file."""
        data, _ = load(message.to_short_yaml())
        assert data == message.to_short()
        assert Message.from_short(data) == message

    def test_lines(self) -> None:
        """A text of several lines stands in lines of its own, and numbers that are texts in quotes."""
        assert Message().text("您好\n再见").text("1e3").to_short_yaml() == (
            "blocks:\n  - text: |-\n      您好\n      再见\n  - text: '1e3'\n"
        )

    @pytest.mark.parametrize("text", ODD_TEXTS)
    def test_odd_texts(self, text: str) -> None:
        """A text that YAML would take for something else is quoted."""
        message = Message().text(f"a{text}", bold=True).text(f"{text}a").with_custom_data(text)
        assert Message.from_short(load(message.to_short_yaml())[0]) == message

    def test_is_short(self) -> None:
        """What need not be said is not: an action that sends the own text, an object around a text alone."""
        message = Message().faq("怎么改地址？").button_group("满意", "不满意").button("转人工", SendMessage("人工"))
        assert message.sent_by("MACHINE").to_short() == {
            "blocks": [
                {"faq": ["怎么改地址？"]},
                {"buttons": ["满意", "不满意"]},
                {"button": "转人工", "send": "人工"},
            ],
            "sent_by": "machine",
        }

    def test_an_expiry_counts_from_now(self) -> None:
        """How long something lasts is counted from when it is read, strictly and leniently."""
        for strict in (True, False):
            before = datetime.now(UTC) - timedelta(seconds=1)
            made = Message.from_short({"blocks": [{"button": "好", "expires": "30m"}]}, strict=strict)
            (button,) = made.find(Button)
            assert button.invalid_info
            assert button.invalid_info.expired_time
            lasts = button.invalid_info.expired_time - before
            assert timedelta(minutes=30) <= lasts < timedelta(minutes=31)


class TestOfThePlatform:
    """What the platform sent has no words for some of it: that stands in the wire's form."""

    @pytest.mark.slow
    @given(platform_documents())
    @settings(max_examples=300)
    def test_there_and_back(self, document: dict[str, Any]) -> None:
        """Leniently it is read back equal, whatever the platform sent."""
        message = Message.from_dict(document, strict=False)
        if message == Message.from_dict(message.to_dict(), strict=False):  # so it is but for the letters of its JSON
            assert Message.from_short(message.to_short(), strict=False) == message

    @given(platform_documents())
    @settings(max_examples=100)
    def test_as_yaml(self, document: dict[str, Any]) -> None:
        """So it is when it goes through a YAML file."""
        message = Message.from_dict(document, strict=False)
        assert load(message.to_short_yaml())[0] == message.to_short()

    def test_is_refused_strictly(self) -> None:
        """Strictly it is refused as `from_dict` does, in its place."""
        message = Message.from_dict({"blocks": [{"type": "VIDEO", "url": "$"}, PLAIN]}, strict=False)
        assert [type(block) for block in message] == [UnknownBlock, Button]
        with pytest.raises(ValidationError) as refused:
            Message.from_short(message.to_short())
        with pytest.raises(ValidationError) as wire:
            Message.from_dict(message.to_dict())
        assert (
            said(refused)
            == said(wire)
            == [
                ("/blocks/0/type", "unknown-value"),
                ("/blocks/1/button/action/action_type", "unknown-value"),
            ]
        )

    def test_words_that_are_none_of_ours(self) -> None:
        """A colour or a sender of which there is no member comes back as the string it is."""
        document = {"blocks": [{"type": "TEXT", "text": {"text": "$", "color": "RED"}}], "sender_identity": "ROBOT"}
        message = Message.from_dict(document, strict=False)
        assert message.to_short()["sent_by"] == "ROBOT"
        assert Message.from_short(message.to_short(), strict=False) == message

    @pytest.mark.parametrize(
        ("data", "found"),
        [
            ([], [("", "wrong-type")]),
            ({}, [("/blocks", "no-blocks")]),
            ({"blocks": "x", "when": "y"}, [("/when", "unknown-key"), ("/blocks", "no-blocks")]),
            ({"blocks": [{"txt": "x"}]}, [("/blocks/0", "no-main-key")]),
            ({"blocks": [{"text": "x", "link": "y"}]}, [("/blocks/0", "several-main-keys")]),
            ({"blocks": [{"text": "x", "when": "y"}]}, [("/blocks/0/when", "unknown-key")]),
            ({"blocks": [{"faq": ["${x}"]}]}, [("/blocks/0/faq/0", "missing-variable")]),
            ({"blocks": [{"link": "x"}]}, [("/blocks/0", "no-action")]),
        ],
    )
    def test_is_no_short_form(self, data: Any, found: list[tuple[str, str]]) -> None:
        """Also leniently it must be the short form, and nothing that only templates have."""
        with pytest.raises(ValidationError) as refused:
            Message.from_short(data, strict=False)
        assert said(refused) == found


def test_problem_of_an_empty_message() -> None:
    """A message without blocks, where composing starts, is refused strictly, as by `from_dict`, and kept leniently."""
    with pytest.raises(ValidationError) as refused:
        Message.from_short(Message().to_short())
    assert said(refused) == [("/blocks", "empty-list")]
    assert isinstance(refused.value.problems[0], Problem)
    assert Message.from_short(Message().to_short(), strict=False) == Message()
