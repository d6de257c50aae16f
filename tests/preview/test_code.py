"""Tests of messages as the Python that builds them: it is the same message, and reads as a person would write it."""

from __future__ import annotations

import ast
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from msgkit import (
    Button,
    ButtonGroup,
    Faq,
    InvalidInfo,
    JumpMiniProgram,
    JumpUrl,
    Library,
    Link,
    Message,
    SendMessage,
    Template,
    Text,
    UnknownAction,
    ValidationError,
)
from msgkit.preview import as_code
from msgkit.testing.strategies import messages
from tests.helpers import FULL
from tests.strategies import mutated, platform_documents

ROOT = Path(__file__).parent.parent.parent
BEIJING = timezone(timedelta(hours=8))

REFUND = (
    Message()
    .text("您的退款申请已受理", bold=True)
    .text("预计 1–3 个工作日到账", color="SECONDARY")
    .image("receipt.png", style="WIDE")
    .link("查看订单", "https://shop.example/orders/42")
    .faq("退款多久到账？", "怎么修改收货地址？")
    .button("转人工客服")
    .button_group(
        "满意",
        "不满意",
        Button("售后服务", JumpMiniProgram("wx8888888888888888", path="pages/service")),
        layout="HORIZONTAL",
        expires=datetime(2026, 11, 25, 21, 2, tzinfo=BEIJING),
        multi_clickable=False,
    )
    .sent_by("MACHINE")
)
REFUND_CODE = """\
from datetime import datetime, timedelta, timezone

from msgkit import Button, JumpMiniProgram, Message

message = (
    Message()
    .text("您的退款申请已受理", bold=True)
    .text("预计 1–3 个工作日到账", color="SECONDARY")
    .image("receipt.png", style="WIDE")
    .link("查看订单", "https://shop.example/orders/42")
    .faq("退款多久到账？", "怎么修改收货地址？")
    .button("转人工客服")
    .button_group(
        "满意",
        "不满意",
        Button("售后服务", JumpMiniProgram("wx8888888888888888", path="pages/service")),
        layout="HORIZONTAL",
        expires=datetime(2026, 11, 25, 21, 2, tzinfo=timezone(timedelta(hours=8))),
        multi_clickable=False,
    )
    .sent_by("MACHINE")
)
"""


def made(code: str) -> Message:
    """Return the message that a program makes; it imports msgkit and datetime, and makes nothing else."""
    tree = ast.parse(code)
    *above, last = tree.body
    assert all(isinstance(each, ast.ImportFrom) and each.module in {"datetime", "msgkit"} for each in above)
    assert isinstance(last, ast.Assign)
    names: dict[str, Any] = {}
    exec(compile(tree, "message.py", "exec"), names)  # noqa: S102 - that is what it is for
    message = names["message"]
    assert isinstance(message, Message)
    return message


def line(message: Message) -> str:
    """Return the last line of the program of a message."""
    return as_code(message).splitlines()[-1]


class TestFluent:
    """What is written with the fluent methods."""

    def test_as_a_person_would(self) -> None:
        """A message of all blocks is written as a person would."""
        assert as_code(REFUND) == REFUND_CODE

    @pytest.mark.parametrize(
        ("message", "code"),
        [
            (Message(), "message = Message()"),
            (Message().text("a", bold=False), 'message = Message().text("a", bold=False)'),
            (Message().image("m"), 'message = Message().image("m")'),
            (Message().with_custom_data("x"), 'message = Message().with_custom_data("x")'),
            (Message().button("a", SendMessage("a")), 'message = Message().button("a")'),
            (
                Message().button("a", SendMessage("b", action_id="i")),
                'message = Message().button("a", SendMessage("b", action_id="i"))',
            ),
            (
                Message().link("a", JumpUrl("https://a", action_id="i"), multi_clickable=True),
                'message = Message().link("a", JumpUrl("https://a", action_id="i"), multi_clickable=True)',
            ),
            (
                Message().faq("a", Faq("b", faq_id="f"), Faq("c", SendMessage("d"))),
                'message = Message().faq("a", Faq("b", faq_id="f"), Faq("c", SendMessage("d")))',
            ),
        ],
    )
    def test_each(self, message: Message, code: str) -> None:
        """Each thing is said the short way, and what is the default is not said."""
        assert line(message) == code

    @pytest.mark.parametrize(
        ("moment", "code"),
        [
            (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)"),
            (
                datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=5, minutes=45))),
                "datetime(2026, 1, 2, 0, 0, tzinfo=timezone(timedelta(hours=5, minutes=45)))",
            ),
            (
                datetime(2026, 1, 2, tzinfo=timezone(timedelta(minutes=-30))),
                "datetime(2026, 1, 2, 0, 0, tzinfo=timezone(timedelta(minutes=-30)))",
            ),
        ],
    )
    def test_times(self, moment: datetime, code: str) -> None:
        """A time is written in the zone that it has."""
        message = Message().button("a", expires=moment)
        assert code in as_code(message)
        assert made(as_code(message)) == message


class TestOtherwise:
    """What the fluent methods have no words for."""

    def test_limits_that_say_nothing(self) -> None:
        """Limits that are there and say nothing are written with the classes."""
        empty = InvalidInfo()
        message = Message((Link("a", JumpUrl("https://a"), empty), ButtonGroup(("b",), None, empty)))
        code = as_code(message)
        assert '.add(Link("a", JumpUrl("https://a"), InvalidInfo()))' in code
        assert '.add(ButtonGroup(("b",), invalid_info=InvalidInfo()))' in code
        assert made(code) == message

    def test_what_is_not_known(self) -> None:
        """Blocks and actions that this version does not know are written with their classes, letter by letter."""
        text = '{"blocks": [{"type":"VIDEO", "a":1.0}, {"type":"BUTTON","button":{"text":"b","action":{ }}}]}'
        message = Message.from_json(text, strict=False)
        code = as_code(message)
        assert """UnknownBlock("VIDEO", '{"type":"VIDEO", "a":1.0}')""" in code
        assert isinstance(message.find(Button)[0].action, UnknownAction)
        assert made(code) == message

    def test_what_breaks_a_rule(self) -> None:
        """A block that no class would take is read from its JSON, and only that; so is who wrote it."""
        blocks = [{"type": "TEXT", "text": {"text": "a", "color": "RED"}}, {"type": "TEXT", "text": {"text": "b"}}]
        message = Message.from_dict({"blocks": blocks, "sender_identity": "ROBOT"}, strict=False)
        code = as_code(message)
        assert """    Message.from_json('{"sender_identity":"ROBOT"}', strict=False)\n    .add(\n""" in code
        assert (
            """*Message.from_json(\n            '{"blocks":[{"type":"TEXT","text":{"text":"a","color":"RED"}}]}',"""
            in code
        )
        assert '    .text("b")\n' in code
        assert made(code) == message

    @pytest.mark.parametrize(("identity", "color"), [("machine", "SECONDARY"), ("MACHINE", "secondary")])
    def test_what_a_class_would_change(self, identity: str, color: str) -> None:
        """So is a word that the platform wrote in another way, which a class would put right."""
        blocks = [{"type": "TEXT", "text": {"text": "a", "color": color}}]
        message = Message.from_dict({"blocks": blocks, "sender_identity": identity}, strict=False)
        assert made(as_code(message)) == message

    def test_a_surrogate(self) -> None:
        """Half a character, which no class would take and JSON can hold, comes back as it was."""
        data = {"blocks": [{"type": "TEXT", "text": {"text": "\ud83d"}}], "custom_data": "\udc00"}
        message = Message.from_dict(data, strict=False)
        code = as_code(message)
        code.encode()
        assert made(code) == message


HOSTILE = (
    '"""',
    "'''",
    '"\'"',
    "\\",
    '\\"',
    '\\\\"\n#',
    '"); import os; os.system("x") #',
    "{x}",
    "\x00\x1b[2J",
    "\u202e\u2066\u2028\x85",
    "\ufeff",
    "\\N{BULLET}",
    "\uffff",
)


class TestHostile:
    """A text of the message is a text."""

    @pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
    def test_texts(self, text: str) -> None:
        """Whatever a text is, the program has it as a text, which shows nothing that it is not."""
        message = Message().text(f"a{text}").faq(f"{text}b").with_custom_data(text)
        code = as_code(message)
        assert code.replace("\n", "").isprintable()
        assert made(code) == message

    @given(messages())
    def test_same_message(self, message: Message) -> None:
        """What the program makes equals the message, and each of its characters can be seen."""
        code = as_code(message)
        assert code.replace("\n", "").isprintable()
        assert made(code) == message

    @given(platform_documents())
    def test_from_the_platform(self, document: dict[str, Any]) -> None:
        """So it is for what a newer platform may send."""
        message = Message.from_dict(document, strict=False)
        assert made(as_code(message)) == message

    @given(mutated(messages().map(Message.to_dict)))
    def test_whatever_came(self, document: Any) -> None:
        """So it is for whatever is read leniently."""
        try:
            message = Message.from_dict(document, strict=False)
        except ValidationError:
            return
        assert made(as_code(message)) == message

    @pytest.mark.slow
    @settings(max_examples=2000)
    @given(messages())
    def test_two_thousand(self, message: Message) -> None:
        """So it is for two thousand messages that can be sent."""
        assert made(as_code(message)) == message

    @pytest.mark.slow
    @settings(max_examples=2000)
    @given(mutated(platform_documents()))
    def test_two_thousand_that_came(self, document: Any) -> None:
        """So it is for two thousand that a newer, and careless, platform may send."""
        try:
            message = Message.from_dict(document, strict=False)
        except ValidationError:
            return
        assert made(as_code(message)) == message


def examples() -> dict[str, Message]:
    """Return the messages of the examples, filled with their examples, and those of these tests."""
    library = Library(ROOT / "examples" / "templates")
    found = {name: library[name] for name in library}
    samples = {name: each.sample() for name, each in found.items() if isinstance(each, Template)}
    wide = Message().text("宽" * 40).text("宽" * 36).text("宽" * 35).faq(*["宽" * 8] * 4).button_group(*["宽" * 9] * 4)
    return {
        **samples,
        "refund": REFUND,
        "full": Message.from_dict(FULL),
        "long": Message().text("长" * 100),
        "two": Message().text("长" * 30).text("b" * 30),
        "wide": wide.add(Text("a", is_bold=True)),
        "quotes": Message().text("\"'").text('""').text("''").text('\\"').text("\x00\x1b\u202e"),
        "empty": Message(),
    }


EXAMPLES = examples()


class TestStyle:
    """How it is laid out."""

    def test_as_ruff_has_it(self, tmp_path: Path) -> None:
        """The formatter leaves it as it is, and finds no name unused or missing, nor imports out of order."""
        for name, message in EXAMPLES.items():
            (tmp_path / f"{name.replace('/', '_')}.py").write_text(as_code(message), "utf-8")
        for command in (("format", "--diff"), ("check", "--select", "E,F,I", "--ignore", "E501")):
            ruff = [sys.executable, "-m", "ruff", command[0], "--isolated", "--no-cache", *command[1:], str(tmp_path)]
            done = subprocess.run(ruff, capture_output=True, encoding="utf-8", check=False, timeout=60)
            assert done.returncode == 0, done.stdout + done.stderr

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_same_message(self, name: str) -> None:
        """Each of these makes its message."""
        assert made(as_code(EXAMPLES[name])) == EXAMPLES[name]
