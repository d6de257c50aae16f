"""Reading what the platform sent, which may be newer than we are."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from hypothesis import given

from msgkit import (
    Button,
    ButtonGroup,
    Image,
    InvalidInfo,
    JumpUrl,
    Message,
    Reply,
    SendMessage,
    Text,
    TextColor,
    UnknownAction,
    UnknownBlock,
    ValidationError,
)
from msgkit.testing.strategies import messages, replies
from tests.helpers import (
    ABSENT,
    EMOJI,
    FULL,
    FULL_REPLY,
    SECRET,
    changed,
    fresh,
    places,
    pointers,
    problem,
    refused,
    resolve,
    shown,
)
from tests.strategies import platform_documents

ACTION = "/blocks/3/faq_list/faqs/0/action"


def read(pointer: str, value: object) -> Message:
    """Return what a changed document is leniently read as."""
    return Message.from_dict(changed(FULL, pointer, value), strict=False)


class TestUnknown:
    """Types, values and keys of the future."""

    def test_block(self) -> None:
        """A block of an unknown type is kept whole, and written as it was."""
        video = {"type": "VIDEO", "video": {"id": "v1", "长": 5, "list": [None, 0.5, {}]}}
        message = read("/blocks/1", video)
        assert message.blocks[1] == UnknownBlock(
            "VIDEO", '{"type":"VIDEO","video":{"id":"v1","长":5,"list":[null,0.5,{}]}}'
        )
        assert message.to_dict() == changed(FULL, "/blocks/1", video)
        assert problem(message.check).pointer == "/blocks/1"

    def test_action(self) -> None:
        """An action of an unknown type is kept whole, and written as it was."""
        call = {"action_type": "ACTION_TYPE_CALL", "call": {"number": "110"}, "action_id": "a"}
        message = read(ACTION, call)
        ((pointer, action),) = [pair for pair in message.actions() if isinstance(pair[1], UnknownAction)]
        assert pointer == ACTION
        assert action == UnknownAction(
            "ACTION_TYPE_CALL", '{"action_type":"ACTION_TYPE_CALL","call":{"number":"110"},"action_id":"a"}'
        )
        assert message.to_dict() == changed(FULL, ACTION, call)
        assert problem(message.check).pointer == ACTION

    @pytest.mark.parametrize("kind", ["", "text", "TEXT ", "VIDEO", "视频"])
    def test_type_is_not_guessed(self, kind: str) -> None:
        """A type is what it says to the letter; one that is nearly known is unknown."""
        block = read("/blocks/0/type", kind).blocks[0]
        assert isinstance(block, UnknownBlock)
        assert block.type == kind

    @pytest.mark.parametrize(
        "pointer",
        [
            "/blocks/0/text/color",
            "/blocks/1/image/image_style_type",
            "/blocks/5/button_group/button_layout",
            "/sender_identity",
        ],
    )
    @pytest.mark.parametrize("value", ["RED", "", "机器", EMOJI])
    def test_enum_value(self, pointer: str, value: str) -> None:
        """An unknown enum value is kept as the string it is, written so, and named by `check`."""
        message = read(pointer, value)
        assert message.to_dict() == changed(FULL, pointer, value)
        assert pointers(message.check) == [pointer]

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/blocks/0/text/color", "secondary"),
            ("/blocks/1/image/image_style_type", "wide"),
            ("/blocks/1/image/image_style_type", "WIDE"),
            ("/blocks/5/button_group/button_layout", "Layout_Vertical"),
            ("/sender_identity", "machine"),
        ],
    )
    def test_short_names(self, pointer: str, value: str) -> None:
        """A short name, which is for code, is no member here either: it stays the string that it is."""
        message = read(pointer, value)
        assert message.to_dict() == changed(FULL, pointer, value)
        assert message != Message.from_dict(FULL)
        found = problem(message.check)
        assert (found.pointer, found.rule) == (pointer, "unknown-value")
        assert type(found.value) is str

    def test_known_enum_value(self) -> None:
        """A known enum value is a member as ever."""
        assert read("/x", 1).find(Text)[0].color is TextColor.SECONDARY

    @pytest.mark.parametrize("key", ["new", "", "a/b~c", "action_id_x", "jump_url_text", "type_", "action_type_"])
    def test_keys(self, key: str) -> None:
        """Unknown keys are ignored wherever they stand."""
        for pointer in [p for p in places(FULL) if isinstance(resolve(FULL, p), dict)]:
            data = fresh(FULL)
            resolve(data, pointer)[key] = {"any": [None, EMOJI]}
            assert Message.from_dict(data, strict=False) == Message.from_dict(FULL), pointer

    @pytest.mark.parametrize("payload", ["message_info", "mini_program_jump_info"])
    def test_action_id_in_payload(self, payload: str) -> None:
        """An `action_id` inside a payload is an unknown key like any other, and not taken for the action's own."""
        data = fresh(FULL)
        action = resolve(data, ACTION if payload == "message_info" else "/blocks/4/button/action")
        action[payload]["action_id"] = "another"
        assert Message.from_dict(data, strict=False) == Message.from_dict(FULL)

    @pytest.mark.parametrize(
        "pointer",
        [
            "/blocks/0/image",
            "/blocks/0/button",
            f"{ACTION}/jump_url",
            f"{ACTION}/mini_program_jump_info",
            "/blocks/2/link/action/message_info",
        ],
    )
    @pytest.mark.parametrize("value", [None, 5, {}, "x", {"text": 5}])
    def test_other_payloads(self, pointer: str, value: object) -> None:
        """A payload that the type does not name is not even looked at."""
        assert read(pointer, value) == Message.from_dict(FULL)

    def test_group_button(self) -> None:
        """`invalid_info` on a button of a group and `text` of a mini program, which an index lists, are read."""
        message = Message.from_dict(FULL, strict=False)
        assert message.find(ButtonGroup)[0].buttons[0].invalid_info == InvalidInfo(multi_clickable=False)
        assert "text=<2 characters>" in repr(message.find(Button)[0].action)


class TestNotSet:
    """Null, and what is missing."""

    @pytest.mark.parametrize(
        "pointer",
        [
            "/blocks/0/text/color",
            "/blocks/0/text/is_bold",
            "/blocks/1/image/image_style_type",
            "/blocks/2/link/invalid_info",
            "/blocks/2/link/invalid_info/expired_time",
            "/blocks/2/link/invalid_info/multi_clickable",
            "/blocks/2/link/action/action_id",
            f"{ACTION}/message_info/custom_data",
            "/blocks/3/faq_list/faqs/0/faq_id",
            "/blocks/4/button/action/mini_program_jump_info/text",
            "/blocks/5/button_group/button_layout",
            "/sender_identity",
            "/custom_data",
        ],
    )
    def test_null(self, pointer: str) -> None:
        """Null is read as if the key were not there."""
        from_null = read(pointer, None)
        above, _, last = pointer.rpartition("/")
        data = fresh(FULL)
        del resolve(data, above)[last]
        assert from_null == Message.from_dict(data, strict=False)
        assert from_null.to_dict() == data

    @pytest.mark.parametrize("name", ["response_images", "mini_program_jump_info"])
    def test_null_in_reply(self, name: str) -> None:
        """The same holds for the plain reply."""
        data = {key: value for key, value in FULL_REPLY.items() if key != name}
        assert Reply.from_dict(data | {name: None}, strict=False) == Reply.from_dict(data)

    def test_null_for_blocks(self) -> None:
        """The same holds for the blocks, without which a message is where composing starts."""
        documents: list[Any] = [{"blocks": None}, {"blocks": []}, {}, {"x": 1}]
        for data in documents:
            assert Message.from_dict(data, strict=False) == Message()


class TestLimits:
    """Rules that the platform need not keep."""

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/custom_data", "数" * 10_000),
            ("/custom_data", EMOJI),
            ("/blocks/0/text/text", EMOJI),
            ("/blocks/0/text/text", "\ud800"),
            ("/blocks/2/link/action/jump_url", "weixin://dl/business"),
            ("/blocks/2/link/action/jump_url", ""),
            (f"{ACTION}/message_info/content", EMOJI),
        ],
    )
    def test_message(self, pointer: str, value: str) -> None:
        """A text of any length and with any character is read and written, and named by `check`."""
        message = read(pointer, value)
        assert message.to_dict() == changed(FULL, pointer, value)
        assert pointers(message.check) == [pointer]

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/response_content", ""),
            ("/response_content", "复" * 501),
            ("/response_images", ["m"] * 5),
            ("/jump_url", "http://a"),
            ("/jump_url", "https://h/".ljust(513, "a")),
            ("/jump_url_text", "一二三四五六七八九十一"),
            ("/mini_program_jump_info/path", EMOJI),
        ],
    )
    def test_reply(self, pointer: str, value: object) -> None:
        """The same holds for the plain reply."""
        data = changed(FULL_REPLY, pointer, value)
        reply = Reply.from_dict(data, strict=False)
        assert reply.to_dict() == data
        assert pointers(reply.check) == [pointer]

    def test_half_a_pair(self) -> None:
        """A link without its text is read, and named by `check`."""
        reply = Reply.from_dict({"response_content": "a", "jump_url": "https://a"}, strict=False)
        assert pointers(reply.check) == ["/jump_url_text"]

    def test_no_blocks(self) -> None:
        """A message without blocks is read and written; sending it is another matter."""
        message = Message.from_dict({"blocks": []}, strict=False)
        assert message == Message()
        assert message.to_dict() == {}
        assert pointers(message.check) == ["/blocks"]

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/blocks/0/text/text", ""),
            ("/blocks/1/image/media_id", " "),
            ("/blocks/3/faq_list/faqs", []),
            (f"{ACTION}/message_info/content", "\n"),
            ("/blocks/4/button/action/mini_program_jump_info/appid", ""),
            ("/blocks/5/button_group/buttons", []),
        ],
    )
    def test_nothing_to_see(self, pointer: str, value: object) -> None:
        """What nobody could see is read and written, and named by `check`."""
        message = read(pointer, value)
        assert message.to_dict() == changed(FULL, pointer, value)
        assert pointers(message.check) == [pointer]

    def test_composing_further(self) -> None:
        """What is added to a message that was read is as strict as ever; what was read is named before it is sent."""
        message = read("/sender_identity", "ROBOT")
        assert problem(message.text, EMOJI).pointer == "/text"
        assert pointers(message.text("a").check) == ["/sender_identity"]
        assert message.sent_by("MANUAL").text("a").sender_identity == "MANUAL"


class TestRoundTrip:
    """Once read, a message stays what it is."""

    @given(platform_documents())
    def test_platform(self, document: dict[str, Any]) -> None:
        """What the platform sent is read, written, and read again as the same, in dicts and in text."""
        message = Message.from_dict(document, strict=False)
        assert Message.from_dict(message.to_dict(), strict=False) == message
        assert Message.from_json(message.to_json(), strict=False) == message
        found = pointers(message.check)
        assert all(resolve(message.to_dict(), p) is not None for p in found)

    @given(messages())
    def test_ours(self, message: Message) -> None:
        """What we may send is read leniently as what it is read as strictly."""
        data = message.to_dict()
        assert Message.from_dict(data, strict=False) == Message.from_dict(data) == message

    @given(replies())
    def test_replies(self, reply: Reply) -> None:
        """The same holds for the plain reply."""
        data = reply.to_dict()
        assert Reply.from_dict(data, strict=False) == Reply.from_dict(data) == reply

    @given(platform_documents())
    def test_find(self, document: dict[str, Any]) -> None:
        """Everything is found in what the platform sent, and pointers lead into what is written."""
        message = Message.from_dict(document, strict=False)
        written = message.to_dict()
        assert len(message.find(UnknownBlock)) == 1
        for pointer, action in message.actions():
            assert resolve(written, pointer)["action_type"] == action.action_type


class Watched(Mapping[str, Any]):
    """A mapping that tells when it is being read, and waits until it may go on."""

    def __init__(self, data: dict[str, Any], reading: Event, may_go_on: Event) -> None:
        self._data, self._reading, self._may_go_on = data, reading, may_go_on

    def __getitem__(self, key: str) -> Any:
        self._reading.set()
        assert self._may_go_on.wait(10)
        return self._data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


def strict_ones() -> None:
    """Assert that whatever is made by hand, and read strictly, keeps the rules."""
    assert problem(Text, EMOJI).pointer == "/text"
    assert problem(Text, "a", "RED").pointer == "/color"
    assert problem(Image, "a", "ROUND").pointer == "/image_style_type"
    assert problem(SendMessage, EMOJI).pointer == "/content"
    assert problem(JumpUrl, "http://a").pointer == "/jump_url"
    assert problem(Reply, "").pointer == "/response_content"
    assert problem(Message().with_custom_data, "数" * 4097).pointer == "/custom_data"
    assert pointers(Message.from_dict, changed(FULL, "/blocks/0/text/text", EMOJI)) == ["/blocks/0/text/text"]


class TestLeak:
    """Leniency ends with the reading."""

    def test_after_success(self) -> None:
        """After a lenient read, everything is strict."""
        assert read("/blocks/0/text/text", EMOJI).find(Text)[0].text == EMOJI
        strict_ones()

    def test_after_failure(self) -> None:
        """After a lenient read that raised, everything is strict."""
        assert pointers(Message.from_dict, {"blocks": 5}, strict=False) == ["/blocks"]
        assert pointers(Message.from_json, "nope", strict=False) == [""]
        strict_ones()

    def test_after_another_error(self) -> None:
        """After a lenient read that something else broke off, everything is strict."""

        class Broken(Watched):
            def __getitem__(self, key: str) -> Any:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Message.from_dict(Broken(FULL, Event(), Event()), strict=False)
        strict_ones()

    def test_during(self) -> None:
        """While one thread reads leniently, another one is strict."""
        reading, may_go_on = Event(), Event()
        data = Watched(changed(FULL, "/blocks/0/text/text", EMOJI), reading, may_go_on)
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(Message.from_dict, data, strict=False)
            try:
                assert reading.wait(10)
                strict_ones()
                assert not future.done()
            finally:
                may_go_on.set()
            assert future.result().find(Text)[0].text == EMOJI
        strict_ones()

    def test_many_threads(self) -> None:
        """Threads that read leniently, in vain and with success, leave the others strict."""
        good, bad = changed(FULL, "/blocks/0/text/text", EMOJI), changed(FULL, "/custom_data", 5)

        def work(number: int) -> bool:
            if number % 3 == 0:
                return Message.from_dict(good, strict=False).find(Text)[0].text == EMOJI
            if number % 3 == 1:
                return pointers(Message.from_dict, bad, strict=False) == ["/custom_data"]
            strict_ones()
            return True

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(work, range(240)))


class TestErrors:
    """What even the lenient refuse."""

    def test_all_at_once(self) -> None:
        """All problems are told together, each at its place; what stays as it came is none of them."""
        data = FULL
        flaws: dict[str, object] = {"/sender_identity": 5, "/custom_data": 5}
        gaps: dict[str, object] = {
            "/blocks/0/text/text": 5,
            "/blocks/1": 5,
            "/blocks/2/link/action/action_type": 5,
            "/blocks/3": None,
        }
        for pointer, value in (flaws | gaps).items():
            data = changed(data, pointer, value)
        error = refused(Message.from_dict, data, strict=False)
        assert sorted(p.pointer for p in error.problems) == sorted(flaws)
        assert {p.rule for p in error.problems} == {"wrong-type", "wrong-part"}

    @pytest.mark.parametrize(
        ("pointer", "values"),
        [
            ("/blocks", [5, True, "a", {}, 0.5]),
            ("/sender_identity", [5, True, [], {}]),
            ("/custom_data", [5, True, [], {}]),
        ],
    )
    def test_message(self, pointer: str, values: list[object]) -> None:
        """A field of the message itself is of its type: nothing could keep what it holds instead."""
        for value in values:
            assert pointers(Message.from_dict, changed(FULL, pointer, value), strict=False) == [pointer]

    @pytest.mark.parametrize("value", [None, 5, True, "TEXT", [], 0.5, [{"type": "TEXT"}]])
    def test_among_the_blocks(self, value: object) -> None:
        """What stands among the blocks and is none is kept as it came, and the others are read."""
        data = changed(FULL, "/blocks/1", value)
        message = Message.from_dict(data, strict=False)
        assert isinstance(message.blocks[1], UnknownBlock)
        assert message.blocks[1].type == ""
        assert message.to_dict() == data
        assert Message.from_json(json.dumps(data), strict=False).to_dict() == data
        assert pointers(message.check) == ["/blocks/1"]

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/response_content", ABSENT),
            ("/response_content", None),
            ("/response_content", 5),
            ("/response_images", 5),
            ("/response_images/1", None),
            ("/jump_url", 5),
            ("/mini_program_jump_info", []),
            ("/mini_program_jump_info/appid", ABSENT),
            ("/mini_program_jump_info/text", 5),
        ],
    )
    def test_reply(self, pointer: str, value: object) -> None:
        """A plain reply has nothing that could stay as it came."""
        assert pointers(Reply.from_dict, changed(FULL_REPLY, pointer, value), strict=False) == [pointer]

    @pytest.mark.parametrize("value", [b"a", {1}, object(), float("nan"), 10**5000, Text("a")], ids=type)
    def test_no_json(self, value: object) -> None:
        """What JSON cannot say cannot be kept, and is told where it stands."""
        data = fresh(FULL)
        data["blocks"][0] = {"type": "VIDEO", "video": value}
        found = problem(Message.from_dict, data, strict=False)
        assert (found.pointer, found.rule) == ("/blocks/0", "no-json-value")
        data = fresh(FULL)
        data["blocks"][0]["text"]["text"] = value
        assert pointers(Message.from_dict, data, strict=False) == ["/blocks/0/text/text"]

    def test_silent(self) -> None:
        """Not even the error of a lenient read shows a text."""
        error = refused(Message.from_dict, changed(FULL, "/blocks", SECRET), strict=False)
        assert isinstance(error, ValidationError)
        assert SECRET not in shown(error)
