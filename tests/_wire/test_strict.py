"""Reading what we are about to send: every problem at once, each at its place."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest

from msgkit import Button, InvalidInfo, Message, Reply, Text, UnknownBlock, ValidationError
from tests.editor_schema import fits_message, fits_reply
from tests.helpers import (
    ABSENT,
    EMOJI,
    FULL,
    FULL_REPLY,
    SECRET,
    changed,
    escaped,
    fresh,
    places,
    pointers,
    problem,
    refused,
    resolve,
    shown,
)

# What WeChat Pay's documentation marks as required, and the types and payloads without which nothing is said.
STATED = {
    *(f"/blocks/{index}/type" for index in range(6)),
    *("/blocks/0/text", "/blocks/1/image", "/blocks/2/link", "/blocks/3/faq_list", "/blocks/4/button"),
    "/blocks/5/button_group",
    *(f"{action}/action_type" for action in ("/blocks/2/link/action", "/blocks/4/button/action")),
    "/blocks/3/faq_list/faqs/0/action/action_type",
    "/blocks/3/faq_list/faqs/0/action/message_info",
    "/blocks/3/faq_list/faqs/0/action/message_info/content",
    "/blocks/4/button/action/mini_program_jump_info",
    "/blocks/4/button/action/mini_program_jump_info/appid",
    "/blocks/5/button_group/buttons/0/action/action_type",
    "/blocks/5/button_group/buttons/0/action/message_info",
    "/blocks/5/button_group/buttons/0/action/message_info/content",
    "/blocks/5/button_group/buttons/1/action/action_type",
}
ACTION: dict[str, Any] = {
    "action_type": "ACTION_TYPE_SEND_MESSAGE",
    "jump_url": "example_jump_url",
    "mini_program_jump_info": {"appid": "example_appid", "path": "example_path"},
    "message_info": {"content": "example_content", "custom_data": "example_custom_data"},
    "action_id": "example_action_id",
}
INFO = {"expired_time": "example_expired_time", "multi_clickable": False}
GENERATED: dict[str, Any] = {
    "blocks": [
        {
            "type": "TEXT",
            "text": {"text": "example_text", "color": "DEFAULT", "is_bold": False},
            "image": {"media_id": "example_media_id", "image_style_type": "IMAGE_STYLE_TYPE_NARROW"},
            "link": {"text": "example_text", "action": ACTION, "invalid_info": INFO},
            "faq_list": {
                "faqs": [{"faq_id": "example_faq_id", "faq_title": "example_faq_title", "action": ACTION}],
            },
            "button": {"text": "example_text", "action": ACTION, "invalid_info": INFO},
            "button_group": {
                "buttons": [{"text": "example_text", "action": ACTION}],
                "button_layout": "LAYOUT_UNKNOWN",
                "invalid_info": INFO,
            },
        }
    ],
    "sender_identity": "UNKNOWN",
    "custom_data": "example_custom_data",
}
"""The request example of WeChat Pay's documentation, which a generator filled with all payloads at once."""

KINDS = [None, True, 5, 0.5, "x", "", [], [5], {}, {"x": 5}, "\ud800", EMOJI]


def at(pointer: str, value: object, document: dict[str, Any] = FULL) -> list[str]:
    """Return the pointers of the problems that a changed document has."""
    return pointers(Message.from_dict, changed(document, pointer, value))


def outcome(cls: type[Message] | type[Reply], data: Any, *, strict: bool = True) -> list[str]:
    """Return the pointers of the problems that a document is refused for; none where it is read."""
    try:
        cls.from_dict(data, strict=strict)
    except ValidationError as error:
        return [p.pointer for p in error.problems]
    return []


def is_under(pointer: str, parent: str) -> bool:
    """Say whether a pointer leads to a place or into it."""
    return pointer == parent or pointer.startswith(parent + "/")


def replaced(pointer: str, value: object) -> dict[str, Any]:
    """Return the full document with a value in it that JSON could not carry."""
    data: dict[str, Any] = fresh(FULL)
    above, _, last = pointer.rpartition("/")
    parent = resolve(data, above)
    parent[int(last) if isinstance(parent, list) else last] = value
    return data


def objects(document: dict[str, Any]) -> list[str]:
    """Return the pointers of all objects in a document."""
    return [pointer for pointer in places(document) if isinstance(resolve(document, pointer), dict)]


class TestGeneratedExample:
    """The request example of the documentation."""

    def test_leniently(self) -> None:
        """It reads as the one text that its type names."""
        message = Message.from_dict(GENERATED, strict=False)
        assert message == Message((Text("example_text", "DEFAULT", is_bold=False),), "UNKNOWN", "example_custom_data")

    def test_strictly(self) -> None:
        """It is refused, and exactly the payloads that do not belong to a text are named."""
        error = refused(Message.from_dict, GENERATED)
        assert [p.pointer for p in error.problems] == [
            "/blocks/0/image",
            "/blocks/0/link",
            "/blocks/0/faq_list",
            "/blocks/0/button",
            "/blocks/0/button_group",
        ]
        assert {p.message for p in error.problems} == {"does not belong to TEXT"}

    def test_action(self) -> None:
        """An action with all targets at once is refused for those that its type does not name."""
        data = {"blocks": [{"type": "BUTTON", "button": {"text": "a", "action": ACTION}}]}
        assert pointers(Message.from_dict, data) == [
            "/blocks/0/button/action/jump_url",
            "/blocks/0/button/action/mini_program_jump_info",
        ]


class TestAccepted:
    """What fits."""

    def test_full(self) -> None:
        """Documents that use every field are read, and written as they were."""
        assert Message.from_dict(FULL).to_dict() == FULL
        assert Reply.from_dict(FULL_REPLY).to_dict() == FULL_REPLY

    def test_any_mapping(self) -> None:
        """The whole may be any mapping."""
        assert Message.from_dict(MappingProxyType(FULL)) == Message.from_dict(FULL)

    def test_does_not_change_what_it_reads(self) -> None:
        """The JSON that was read is what it was before."""
        data = fresh(FULL)
        Message.from_dict(data)
        Message.from_dict(data, strict=False)
        assert data == FULL

    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2015-05-20T13:29:35+08:00", datetime(2015, 5, 20, 5, 29, 35, tzinfo=UTC)),
            ("2015-05-20T13:29:35Z", datetime(2015, 5, 20, 13, 29, 35, tzinfo=UTC)),
            ("2015-05-20t13:29:35z", datetime(2015, 5, 20, 13, 29, 35, tzinfo=UTC)),
            ("2015-05-20T13:29:35.999999999-23:59", datetime(2015, 5, 21, 13, 28, 35, tzinfo=UTC)),
            ("0001-01-01T00:00:00+00:00", datetime(1, 1, 1, tzinfo=UTC)),
            ("9999-12-31T23:59:59+00:00", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
            ("2016-02-29T00:00:00-00:00", datetime(2016, 2, 29, tzinfo=UTC)),
        ],
    )
    def test_moments(self, text: str, moment: datetime) -> None:
        """Every form of RFC 3339 is read as the moment that it says, in whole seconds."""
        message = Message.from_dict(changed(FULL, "/blocks/2/link/invalid_info/expired_time", text))
        assert message.find(InvalidInfo)[0].expired_time == moment

    def test_offset_is_kept(self) -> None:
        """A moment is written in the zone in which it was read."""
        (first, *_) = Message.from_dict(FULL).find(InvalidInfo)
        assert first.expired_time is not None
        assert first.expired_time.tzinfo == timezone(timedelta(hours=8))


class TestOneFlaw:
    """A valid document with one flaw, for every flaw that there is."""

    @pytest.mark.parametrize("value", KINDS, ids=ascii)
    def test_wrong_value(self, value: object) -> None:
        """A value in the wrong place is refused if the schema refuses it, and blamed where it stands or below."""
        amiss = {}
        for pointer in [p for p in places(FULL) if p]:
            data = changed(FULL, pointer, value)
            blamed = outcome(Message, data)
            right = bool(blamed) != fits_message(data)
            if not right or not all(is_under(each, pointer) for each in blamed):
                amiss[pointer] = blamed
        assert amiss == {}

    @pytest.mark.parametrize("value", KINDS, ids=ascii)
    def test_wrong_value_in_reply(self, value: object) -> None:
        """The same holds for the plain reply."""
        amiss = {}
        for pointer in [p for p in places(FULL_REPLY) if p]:
            data = changed(FULL_REPLY, pointer, value)
            blamed = outcome(Reply, data)
            right = bool(blamed) != fits_reply(data)
            if not right or not all(is_under(each, pointer) for each in blamed):
                amiss[pointer] = blamed
        assert amiss == {}

    @pytest.mark.parametrize("pointer", [p for p in places(FULL) if p and not p[-1].isdecimal()])
    def test_missing(self, pointer: str) -> None:
        """A missing key is named where it should be, if the schema requires it."""
        data = changed(FULL, pointer, ABSENT)
        if fits_message(data):
            assert Message.from_dict(data).to_dict() == data
        else:
            found = problem(Message.from_dict, data)
            if pointer == "/blocks":
                expected = ("empty-list", "must hold at least one block")
            else:
                expected = ("missing" if pointer in STATED else "needed", "is missing")
            assert (found.pointer, found.rule, found.message) == (pointer, *expected)

    @pytest.mark.parametrize(
        "key", ["extra", "", "~", "/", "a/b~c", "~1", "action_id_x", "action", "类型", "0", "\x00"]
    )
    def test_extra_key(self, key: str) -> None:
        """A key that is not documented is named wherever it stands, ~ and / in it escaped, its value not shown."""
        blamed = {}
        for pointer in objects(FULL):
            if key not in resolve(FULL, pointer):
                error = refused(Message.from_dict, changed(FULL, f"{pointer}/{escaped(key)}", SECRET))
                blamed[f"{pointer}/{escaped(key)}"] = [p.pointer for p in error.problems]
                assert "does not belong" in error.problems[0].message
                assert SECRET not in shown(error)
        assert {p: b for p, b in blamed.items() if b != [p]} == {}
        assert blamed

    @pytest.mark.parametrize("pointer", objects(FULL_REPLY))
    def test_extra_key_in_reply(self, pointer: str) -> None:
        """The same holds for the plain reply, `complainted_mchid` included: that is the client's to add."""
        data = fresh(FULL_REPLY)
        resolve(data, pointer)["complainted_mchid"] = "1900012181"
        assert pointers(Reply.from_dict, data) == [f"{pointer}/complainted_mchid"]

    @pytest.mark.parametrize("pointer", [p for p in places(FULL) if isinstance(resolve(FULL, p), str)])
    def test_silent(self, pointer: str) -> None:
        """No error shows the text that it complains about."""
        error = refused(Message.from_dict, changed(FULL, pointer, SECRET + EMOJI))
        assert SECRET not in shown(error)
        assert error.problems[0].value == SECRET + EMOJI

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/sender_identity", "machine"),
            ("/sender_identity", "Machine"),
            ("/blocks/0/text/color", "secondary"),
            ("/blocks/1/image/image_style_type", "WIDE"),
            ("/blocks/1/image/image_style_type", "image_style_type_wide"),
            ("/blocks/5/button_group/button_layout", "HORIZONTAL"),
            ("/blocks/0/type", "text"),
            ("/blocks/2/link/action/action_type", "JUMP_URL"),
        ],
    )
    def test_short_names(self, pointer: str, value: str) -> None:
        """In JSON an enum's value is the wire's: short names are for code."""
        assert not fits_message(changed(FULL, pointer, value))
        assert at(pointer, value) == [pointer]

    @pytest.mark.parametrize(
        "moment",
        [
            "",
            "2015-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2015-05-20T13:29:35",
            "2015-05-20T24:00:00Z",
            "2015-05-20T13:29:60Z",
            "2015-05-20T13:60:00Z",
            "2015-13-20T13:29:35Z",
            "2015-05-20 13:29:35Z",
            "2015-05-20T13:29:35+0800",
            "2015-05-20T13:29:35+08",
            "2015-05-20T13:29:35+08:60",
            "2015-05-20T13:29:35-00:99",
            "2015-05-20T13:29:35+24:00",
            "2015-05-20T13:29:35+23:60",
            "2015-05-20T13:29:35+08:00:00",
            "2015-05-20T13:29:35,5Z",
            "2015-05-20T13:29:35.Z",
            "2015-05-20T13:29Z",
            "20150520T132935Z",
            "2015-W20-3T13:29:35Z",
            "2015-05-20T13:29:35Z\n",
            " 2015-05-20T13:29:35Z",
            "２015-05-20T13:29:35Z",
            "2015-05-20",
            "tomorrow",
        ],
    )
    def test_no_moment(self, moment: str) -> None:
        """What is no moment in RFC 3339 is refused, and the error shows one that is."""
        pointer = "/blocks/2/link/invalid_info/expired_time"
        found = problem(Message.from_dict, changed(FULL, pointer, moment))
        assert found.pointer == pointer
        assert "2015-05-20T13:29:35+08:00" in found.message

    def test_lengths(self) -> None:
        """Limits count, to the very character."""
        assert Message.from_dict(changed(FULL, "/custom_data", "数" * 4096)).custom_data == "数" * 4096
        assert at("/custom_data", "数" * 4097) == ["/custom_data"]
        reply = changed(FULL_REPLY, "/response_content", "复" * 501)
        assert pointers(Reply.from_dict, reply) == ["/response_content"]

    def test_no_blocks(self) -> None:
        """A message without blocks cannot be sent, so it is not read."""
        documents: list[Any] = [{}, {"blocks": []}, changed(FULL, "/blocks", []), changed(FULL, "/blocks", ABSENT)]
        for data in documents:
            found = problem(Message.from_dict, data)
            assert (found.pointer, found.rule, found.message) == (
                "/blocks",
                "empty-list",
                "must hold at least one block",
            )

    @pytest.mark.parametrize(
        ("pointer", "one"), [("/blocks/3/faq_list/faqs", "question"), ("/blocks/5/button_group/buttons", "button")]
    )
    def test_empty_lists(self, pointer: str, one: str) -> None:
        """Lists of questions and of buttons hold at least one."""
        found = problem(Message.from_dict, changed(FULL, pointer, []))
        assert (found.pointer, found.rule) == (pointer, "empty-list")
        assert found.message == f"must hold at least one {one}"

    @pytest.mark.parametrize(
        "pointer",
        [
            "/blocks/0/text/text",
            "/blocks/1/image/media_id",
            "/blocks/2/link/text",
            "/blocks/3/faq_list/faqs/0/faq_title",
            "/blocks/3/faq_list/faqs/0/action/message_info/content",
            "/blocks/4/button/text",
            "/blocks/4/button/action/mini_program_jump_info/appid",
            "/blocks/5/button_group/buttons/0/text",
        ],
    )
    @pytest.mark.parametrize("blank", ["", " ", "\u3000\n"], ids=ascii)
    def test_blank(self, pointer: str, blank: str) -> None:
        """What a person reads, or what leads somewhere, is not blank."""
        found = problem(Message.from_dict, changed(FULL, pointer, blank))
        assert (found.pointer, found.rule) == (pointer, "empty")

    @pytest.mark.parametrize(
        ("pointer", "owner"),
        [
            ("/colour", "Message"),
            ("/blocks/0/txt", "TEXT"),
            ("/blocks/0/text/colour", "TEXT"),
            ("/blocks/2/link/action/jump_ulr", "ACTION_TYPE_JUMP_URL"),
            ("/blocks/2/link/invalid_info/x", "InvalidInfo"),
            ("/blocks/3/faq_list/faqs/0/id", "Faq"),
            ("/blocks/3/faq_list/faqs/0/action/message_info/content_", "ACTION_TYPE_SEND_MESSAGE"),
            ("/blocks/5/button_group/buttons/0/type", "Button"),
        ],
    )
    def test_owner(self, pointer: str, owner: str) -> None:
        """A key that does not belong says to what it does not, by the word of its type or the name of its class."""
        found = problem(Message.from_dict, changed(FULL, pointer, 1))
        assert (found.pointer, found.rule, found.params["owner"]) == (pointer, "unknown-key", owner)
        assert found.message.partition(";")[0] == f"does not belong to {owner}"

    @pytest.mark.parametrize(
        ("pointer", "near"),
        [
            ("/blocks/0/text/colour", "color"),
            ("/blocks/0/text/isbold", "is_bold"),
            ("/blocks/2/link/action/jump_ulr", "jump_url"),
            ("/blocks/1/image/image_style", "image_style_type"),
            ("/sender_identty", "sender_identity"),
            ("/blocks/0/zzz", ""),
            ("/blocks/0/text/类型", ""),
        ],
    )
    def test_slips(self, pointer: str, near: str) -> None:
        """A slip of the pen is told what may be meant, and another key is not."""
        found = problem(Message.from_dict, changed(FULL, pointer, 1))
        assert found.params["near"] == near
        assert found.message.endswith(f"; did you mean {near}?") == bool(near)

    @pytest.mark.parametrize("payload", ["message_info", "mini_program_jump_info"])
    def test_misplaced(self, payload: str) -> None:
        """An action's id in its payload is told where it belongs."""
        action = "/blocks/3/faq_list/faqs/0/action" if payload == "message_info" else "/blocks/4/button/action"
        found = problem(Message.from_dict, changed(FULL, f"{action}/{payload}/action_id", "a"))
        assert (found.pointer, found.rule) == (f"{action}/{payload}/action_id", "misplaced-key")
        assert found.message == "does not belong here; it stands on the action itself"

    def test_not_turned_into_text(self) -> None:
        """A number is not turned into a text."""
        found = problem(Message.from_dict, changed(FULL, "/blocks/0/text/text", 5))
        assert (found.pointer, found.message) == ("/blocks/0/text/text", "must be a string, not a number")
        assert found.value == 5

    def test_null(self) -> None:
        """Null is refused with the advice to leave the key out."""
        found = problem(Message.from_dict, changed(FULL, "/blocks/0/text/is_bold", None))
        assert (found.pointer, found.message) == ("/blocks/0/text/is_bold", "must not be null; leave the key out")


class TestManyFlaws:
    """All problems are told together."""

    def test_everywhere(self) -> None:
        """Flaws in all corners of a document are all found, each once."""
        flaws: dict[str, object] = {
            "/blocks/0/text/text": EMOJI,
            "/blocks/0/text/color": "RED",
            "/blocks/0/text/is_bold": None,
            "/blocks/0/text/a~1b": 1,
            "/blocks/0/image": {},
            "/blocks/1/image/media_id": 5,
            "/blocks/1/image/image_style_type": "ROUND",
            "/blocks/2/link/text": ABSENT,
            "/blocks/2/link/action/jump_url": "http://a",
            "/blocks/2/link/action/action_id": 5,
            "/blocks/2/link/action/message_info": {},
            "/blocks/2/link/invalid_info/expired_time": "tomorrow",
            "/blocks/2/link/invalid_info/multi_clickable": "no",
            "/blocks/2/link/invalid_info/~0": 1,
            "/blocks/3/faq_list/faqs/0/faq_title": None,
            "/blocks/3/faq_list/faqs/0/faq_id": EMOJI,
            "/blocks/3/faq_list/faqs/0/action/message_info/content": ABSENT,
            "/blocks/3/faq_list/faqs/0/action/message_info/custom_data": EMOJI,
            "/blocks/3/faq_list/faqs/0/action/message_info/x": 1,
            "/blocks/4/button/action/mini_program_jump_info/appid": EMOJI,
            "/blocks/4/button/action/mini_program_jump_info/path": EMOJI,
            "/blocks/4/button/action/mini_program_jump_info/text": 5,
            "/blocks/4/button/x": 1,
            "/blocks/5/button_group/buttons/0/action": ABSENT,
            "/blocks/5/button_group/buttons/0/invalid_info": [],
            "/blocks/5/button_group/buttons/1/action/action_type": "ACTION_TYPE_CALL",
            "/blocks/5/button_group/button_layout": "GRID",
            "/sender_identity": "ROBOT",
            "/custom_data": "数" * 4097,
            "/x": 1,
        }
        data = FULL
        for pointer, value in flaws.items():
            data = changed(data, pointer, value)
        data["blocks"] += [5, {"type": "VIDEO"}, {}]
        expected = [*flaws, "/blocks/6", "/blocks/7/type", "/blocks/8/type"]
        error = refused(Message.from_dict, data)
        assert sorted(p.pointer for p in error.problems) == sorted(expected)
        assert error.subject == "Message"
        assert str(error).startswith(f"Message: {len(expected)} problems\n")

    def test_reply(self) -> None:
        """The plain reply tells everything too."""
        data = {
            "response_content": "",
            "response_images": [EMOJI, 5, "m", "m", "m"],
            "jump_url": "http://a",
            "mini_program_jump_info": {"appid": 5, "extra": 1},
            "extra": 1,
        }
        assert pointers(Reply.from_dict, data) == [
            "/extra",
            "/jump_url",
            "/jump_url_text",
            "/mini_program_jump_info/appid",
            "/mini_program_jump_info/extra",
            "/mini_program_jump_info/path",
            "/mini_program_jump_info/text",
            "/response_content",
            "/response_images",
            "/response_images/0",
            "/response_images/1",
        ]

    def test_both_of_an_action(self) -> None:
        """That an action's payload holds a stranger does not hide what is missing from it."""
        pointer = "/blocks/3/faq_list/faqs/0/action/message_info"
        assert at(pointer, {"action_id": "a"}) == [f"{pointer}/action_id", f"{pointer}/content"]

    def test_both_of_an_action_without_payload(self) -> None:
        """That an action has no payload does not hide that its id is wrong."""
        pointer = "/blocks/3/faq_list/faqs/0/action"
        wrong = {"action_type": "ACTION_TYPE_SEND_MESSAGE", "action_id": 5}
        assert at(pointer, wrong) == [f"{pointer}/action_id", f"{pointer}/message_info"]


class TestNoJson:
    """Python objects that no JSON parser makes."""

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize(
        "value",
        [b"a", bytearray(b"a"), {1, 2}, object(), 1j, float("nan"), 10**5000, range(3), Text("a")],
        ids=lambda value: type(value).__name__,
    )
    def test_values(self, value: object, *, strict: bool) -> None:
        """Such a value is refused where it stands; it is not converted, and nothing else is raised."""
        amiss = {}
        for pointer in [p for p in places(FULL) if p]:
            blamed = outcome(Message, replaced(pointer, value), strict=strict)
            if not blamed or not all(is_under(each, pointer) for each in blamed):
                amiss[pointer] = blamed
        assert amiss == {}

    @pytest.mark.parametrize("value", [float("inf"), float("-inf")])
    def test_infinite(self, value: float) -> None:
        """A number that is too large for Python is refused where we are to send it; JSON can say it, as 1e999."""
        for pointer in ("/blocks/0/text/text", "/blocks/0/type", "/sender_identity"):
            assert outcome(Message, replaced(pointer, value)) == [pointer]
        kept = Message.from_dict(replaced("/blocks/0/text/text", value), strict=False).blocks[0]
        assert isinstance(kept, UnknownBlock)
        assert f'"text":{"-" * (value < 0)}1e999,' in kept.json

    @pytest.mark.parametrize(
        "value",
        [{"m"}, MappingProxyType({"m": 1}), iter(["m"]), range(2), b"ab"],
        ids=lambda value: type(value).__name__,
    )
    def test_images(self, value: object) -> None:
        """The images are an array; nothing else that can be iterated is one."""
        data = FULL_REPLY | {"response_images": value}
        assert {p[: len("/response_images")] for p in pointers(Reply.from_dict, data)} == {"/response_images"}

    @pytest.mark.parametrize("key", [5, None, True, 1.5, ("a",), b"a", frozenset()], ids=repr)
    def test_keys(self, key: object) -> None:
        """A key that is no text is refused like any other that is not documented, and ignored by the lenient."""
        for pointer in objects(FULL):
            data = fresh(FULL)
            resolve(data, pointer)[key] = 1
            assert outcome(Message, data) == [f"{pointer}/{escaped(key)}"]
            assert Message.from_dict(data, strict=False) == Message.from_dict(FULL)

    @pytest.mark.parametrize("strict", [True, False])
    def test_key_without_text(self, *, strict: bool) -> None:
        """A number of more digits than Python writes is a wrong key like any other."""
        for pointer in objects(FULL):
            data = fresh(FULL)
            resolve(data, pointer)[10**5000] = 1
            with ThreadPoolExecutor(1) as pool:
                # Not raised here: pytest itself cannot show an exception of which such a key is a part.
                error = pool.submit(Message.from_dict, data, strict=strict).exception()
            findings = [p.message for p in error.problems] if isinstance(error, ValidationError) else []
            assert type(error) is (ValidationError if strict else type(None))
            assert ["does not belong" in finding for finding in findings] == [True] * strict

    @pytest.mark.parametrize("strict", [True, False])
    def test_depth(self, *, strict: bool) -> None:
        """A value that is nested too deeply for Python is refused where it stands, not somewhere else."""
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        amiss = {}
        for pointer in [p for p in places(FULL) if p]:
            blamed = outcome(Message, replaced(pointer, deep), strict=strict)
            if not blamed or not all(is_under(each, pointer) for each in blamed):
                amiss[pointer] = blamed
        assert amiss == {}

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize(
        "data", [None, 5, "a", b"{}", [], [FULL], {"a"}, object(), Button("a")], ids=lambda d: str(type(d))
    )
    def test_whole(self, data: Any, *, strict: bool) -> None:
        """What is no mapping at all is refused as a whole."""
        found = problem(Message.from_dict, data, strict=strict)
        assert found.pointer == ""
        assert found.message.startswith("must be a JSON object, not ")

    def test_cycle(self) -> None:
        """A structure that contains itself is refused like any other wrong value."""
        data = fresh(FULL)
        data["blocks"].append(data["blocks"])
        assert pointers(Message.from_dict, data) == ["/blocks/6"]
        data["blocks"][6] = {"type": "VIDEO", "video": data}
        assert pointers(Message.from_dict, data, strict=False) == ["/blocks/6"]
