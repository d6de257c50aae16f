"""From classes to JSON: what was set, and nothing else."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given

from msgkit import (
    Action,
    Block,
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
    Reply,
    SendMessage,
    Text,
    UnknownAction,
    UnknownBlock,
    _wire,
)
from msgkit.testing.strategies import Shifting, messages, replies
from tests.helpers import FULL, FULL_REPLY

SEND = {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "a"}}


def written(block: Block) -> Any:
    """Return the JSON of one block."""
    return Message((block,)).to_dict()["blocks"][0]


def of_button(action: Action) -> Any:
    """Return the JSON of one action."""
    return written(Button("a", action))["button"]["action"]


class TestBlocks:
    """Each block under its type and its payload's key."""

    @pytest.mark.parametrize(
        ("block", "expected"),
        [
            (Text("a", is_bold=False), {"type": "TEXT", "text": {"text": "a", "is_bold": False}}),
            (
                Text("a", "default", is_bold=True),
                {"type": "TEXT", "text": {"text": "a", "color": "DEFAULT", "is_bold": True}},
            ),
            (Image("m"), {"type": "IMAGE", "image": {"media_id": "m"}}),
            (
                Image("m", "narrow"),
                {"type": "IMAGE", "image": {"media_id": "m", "image_style_type": "IMAGE_STYLE_TYPE_NARROW"}},
            ),
            (Link("b", SendMessage("a")), {"type": "LINK", "link": {"text": "b", "action": SEND}}),
            (FaqList(("a",)), {"type": "FAQ_LIST", "faq_list": {"faqs": [{"faq_title": "a", "action": SEND}]}}),
            (
                FaqList((Faq("a", faq_id=""),)),
                {"type": "FAQ_LIST", "faq_list": {"faqs": [{"faq_title": "a", "action": SEND, "faq_id": ""}]}},
            ),
            (Button("a"), {"type": "BUTTON", "button": {"text": "a", "action": SEND}}),
            (
                Button("a", invalid_info=InvalidInfo()),
                {"type": "BUTTON", "button": {"text": "a", "action": SEND, "invalid_info": {}}},
            ),
            (
                ButtonGroup(
                    (Button("a", invalid_info=InvalidInfo(multi_clickable=True)),),
                    "unknown",
                    InvalidInfo(multi_clickable=False),
                ),
                {
                    "type": "BUTTON_GROUP",
                    "button_group": {
                        "buttons": [{"text": "a", "action": SEND, "invalid_info": {"multi_clickable": True}}],
                        "button_layout": "LAYOUT_UNKNOWN",
                        "invalid_info": {"multi_clickable": False},
                    },
                },
            ),
            (UnknownBlock("VIDEO", '{"type":"VIDEO","a":null}'), {"type": "VIDEO", "a": None}),
        ],
    )
    def test_exactly(self, block: Block, expected: dict[str, Any]) -> None:
        """False and empty ids are written, what was not set is not."""
        assert written(block) == expected


class TestActions:
    """Each action with its one payload, and its id beside it."""

    @pytest.mark.parametrize(
        ("action", "expected"),
        [
            (SendMessage("a"), SEND),
            (
                SendMessage("a", "", action_id=""),
                {
                    "action_type": "ACTION_TYPE_SEND_MESSAGE",
                    "message_info": {"content": "a", "custom_data": ""},
                    "action_id": "",
                },
            ),
            (JumpUrl("https://a"), {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://a"}),
            (
                JumpUrl("https://a", action_id="b"),
                {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://a", "action_id": "b"},
            ),
            (
                JumpMiniProgram("wx1"),
                {"action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM", "mini_program_jump_info": {"appid": "wx1"}},
            ),
            (
                JumpMiniProgram("wx1", "p"),
                {
                    "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
                    "mini_program_jump_info": {"appid": "wx1", "path": "p"},
                },
            ),
            (
                JumpMiniProgram("wx1", "p", "", action_id="b"),
                {
                    "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
                    "mini_program_jump_info": {"appid": "wx1", "path": "p", "text": ""},
                    "action_id": "b",
                },
            ),
            (UnknownAction("X", '{"action_type":"X","a":[1]}'), {"action_type": "X", "a": [1]}),
        ],
    )
    def test_exactly(self, action: Action, expected: dict[str, Any]) -> None:
        """The payload has what was set; the id stands on the action, not in the payload."""
        assert of_button(action) == expected

    def test_own_action_is_written(self) -> None:
        """An action that sends the button's own text is written, whether it was given or not."""
        assert written(Button("a")) == written(Button("a", SendMessage("a")))


class TestMoments:
    """Times in RFC 3339."""

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (datetime(2015, 5, 20, 13, 29, 35, tzinfo=timezone(timedelta(hours=8))), "2015-05-20T13:29:35+08:00"),
            (datetime(2030, 1, 1, tzinfo=UTC), "2030-01-01T00:00:00+00:00"),
            (datetime(2030, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC), "2030-01-01T00:00:00+00:00"),
            (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), "0001-01-01T00:00:00+14:00"),
            (datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=12))), "9999-12-31T23:59:59-12:00"),
            (datetime(2030, 1, 1, tzinfo=timezone(-timedelta(minutes=210))), "2030-01-01T00:00:00-03:30"),
            (datetime(2030, 1, 1, tzinfo=timezone(timedelta(minutes=1439), "odd")), "2030-01-01T00:00:00+23:59"),
            (datetime(2030, 10, 27, 2, tzinfo=Shifting()), "2030-10-27T02:00:00+02:00"),
            (datetime(2030, 10, 27, 2, fold=1, tzinfo=Shifting()), "2030-10-27T02:00:00+01:00"),
        ],
    )
    def test_exactly(self, moment: datetime, expected: str) -> None:
        """A moment is written in its own zone, in whole seconds, the year with four digits."""
        info = written(Button("a", invalid_info=InvalidInfo(moment)))["button"]["invalid_info"]
        assert info == {"expired_time": expected}


class TestForms:
    """Dicts, text and bytes."""

    def test_plain_types(self) -> None:
        """Dicts hold plain strings, booleans, lists and dicts only: no members, no tuples."""

        def types(value: Any) -> set[type]:
            inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
            return {type(value)}.union(*map(types, inner))

        assert types(Message.from_dict(FULL).to_dict()) == {dict, list, str, bool}
        assert types(Reply.from_dict(FULL_REPLY).to_dict()) == {dict, list, str}

    def test_fresh(self) -> None:
        """Whoever changes the dicts does not change the message."""
        message = Message.from_dict(FULL)
        message.to_dict()["blocks"].clear()
        assert message.to_dict() == FULL

    def test_text(self) -> None:
        """The text is compact, and has Chinese characters as they are."""
        message = Message().text('您"好\n').sent_by("MANUAL")
        assert message.to_json() == (
            '{"blocks":[{"type":"TEXT","text":{"text":"您\\"好\\n"}}],"sender_identity":"MANUAL"}'
        )

    def test_indent(self) -> None:
        """For people, it is spread over lines."""
        assert Reply("您好").to_json(indent=2) == '{\n  "response_content": "您好"\n}'
        message = Message.from_dict(FULL)
        assert json.loads(message.to_json(indent=4)) == FULL

    def test_order(self) -> None:
        """A block starts with its type, an action with its own, and blocks come first."""
        data = Message.from_dict(FULL).to_dict()
        assert list(data) == ["blocks", "sender_identity", "custom_data"]
        assert all(next(iter(block)) == "type" for block in data["blocks"])
        assert next(iter(data["blocks"][2]["link"]["action"])) == "action_type"

    @given(messages())
    def test_one_form(self, message: Message) -> None:
        """Text, dicts and the bytes that are signed say the same, and twice the same."""
        assert json.loads(message.to_json()) == message.to_dict()
        assert _wire.dump_bytes(message) == _wire.encode(message.to_dict()) == message.to_json().encode()
        assert message.to_json() == message.to_json()

    def test_as_it_came(self) -> None:
        """What was kept as it came is written letter by letter, in bytes too; dicts have its values."""
        block = UnknownBlock("VIDEO", '{ "type":"VIDEO", "x" : 1E2,"y":"\\u60a8" }')
        action = UnknownAction("CALL", '{"action_type" :"CALL","n":1e999}')
        message = Message((Text("a"), block, Button("b", action)))
        text = message.to_json()
        assert text == (
            '{"blocks":[{"type":"TEXT","text":{"text":"a"}},{ "type":"VIDEO", "x" : 1E2,"y":"\\u60a8" },'
            '{"type":"BUTTON","button":{"text":"b","action":{"action_type" :"CALL","n":1e999}}}]}'
        )
        assert _wire.dump_bytes(message) == text.encode()
        assert block.json in message.to_json(indent=2)
        assert message.to_dict()["blocks"][1] == {"type": "VIDEO", "x": 100.0, "y": "您"}
        assert of_button(action) == {"action_type": "CALL", "n": float("inf")}

    def test_values_of_what_came_are_fresh(self) -> None:
        """Whoever changes the values of what was kept as it came does not change the message."""
        message = Message((UnknownBlock("VIDEO", '{"type":"VIDEO","x":[]}'),))
        message.to_dict()["blocks"][0]["x"].append(1)
        assert message.to_dict()["blocks"][0]["x"] == []

    @given(messages())
    def test_no_null(self, message: Message) -> None:
        """Null is never written, nor a character of four bytes."""
        text = message.to_json()
        assert None not in list(_values(message.to_dict()))
        assert max(text) <= "\uffff"

    @given(replies())
    def test_reply(self, reply: Reply) -> None:
        """The same holds for the plain reply, whose empty list of images is left out."""
        assert None not in list(_values(reply.to_dict()))
        assert ("response_images" in reply.to_dict()) == bool(reply.response_images)
        assert _wire.dump_bytes(reply) == reply.to_json().encode()


def _values(data: Any) -> Any:
    yield data
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _values(inner)
