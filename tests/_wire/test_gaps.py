"""Leniently, what lacks something stays as it came: as values, and to the letter."""

import json
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from msgkit import Message, Text, UnknownAction, UnknownBlock, _wire
from msgkit.testing.strategies import messages
from tests.helpers import ABSENT, FULL, changed, places, problem, refused, resolve

ACTION = "/blocks/3/faq_list/faqs/0/action"
GAPS: list[tuple[str, object, str]] = [
    # Inside an action, which is what stays as it came.
    (f"{ACTION}/action_type", ABSENT, ACTION),
    (f"{ACTION}/action_type", None, ACTION),
    (f"{ACTION}/action_type", 5, ACTION),
    (f"{ACTION}/message_info", ABSENT, ACTION),
    (f"{ACTION}/message_info", None, ACTION),
    (f"{ACTION}/message_info", "退款", ACTION),
    (f"{ACTION}/message_info", [], ACTION),
    (f"{ACTION}/message_info", {}, ACTION),
    (f"{ACTION}/message_info/content", ABSENT, ACTION),
    (f"{ACTION}/message_info/content", None, ACTION),
    (f"{ACTION}/message_info/content", 5, ACTION),
    (f"{ACTION}/message_info/custom_data", {}, ACTION),
    (f"{ACTION}/action_id", 5, ACTION),
    ("/blocks/2/link/action/jump_url", ABSENT, "/blocks/2/link/action"),
    ("/blocks/2/link/action/jump_url", None, "/blocks/2/link/action"),
    ("/blocks/2/link/action/jump_url", True, "/blocks/2/link/action"),
    ("/blocks/4/button/action/mini_program_jump_info/appid", ABSENT, "/blocks/4/button/action"),
    ("/blocks/5/button_group/buttons/1/action/jump_url", 0.5, "/blocks/5/button_group/buttons/1/action"),
    # Anywhere else, where it is the block, also for what lies in a button of a group or in a question.
    ("/blocks/0/type", ABSENT, "/blocks/0"),
    ("/blocks/0/type", None, "/blocks/0"),
    ("/blocks/0/type", 5, "/blocks/0"),
    ("/blocks/0/text", ABSENT, "/blocks/0"),
    ("/blocks/0/text", None, "/blocks/0"),
    ("/blocks/0/text", "您好", "/blocks/0"),
    ("/blocks/0/text/text", ABSENT, "/blocks/0"),
    ("/blocks/0/text/text", None, "/blocks/0"),
    ("/blocks/0/text/is_bold", "true", "/blocks/0"),
    ("/blocks/0/text/is_bold", 1, "/blocks/0"),
    ("/blocks/0/text/color", 5, "/blocks/0"),
    ("/blocks/1/image/media_id", ABSENT, "/blocks/1"),
    ("/blocks/2/link/action", ABSENT, "/blocks/2"),
    ("/blocks/2/link/action", None, "/blocks/2"),
    ("/blocks/2/link/action", "https://a", "/blocks/2"),
    ("/blocks/2/link/invalid_info", [], "/blocks/2"),
    ("/blocks/2/link/invalid_info/multi_clickable", "no", "/blocks/2"),
    ("/blocks/3/faq_list/faqs", ABSENT, "/blocks/3"),
    ("/blocks/3/faq_list/faqs", None, "/blocks/3"),
    ("/blocks/3/faq_list/faqs", {}, "/blocks/3"),
    ("/blocks/3/faq_list/faqs/0", None, "/blocks/3"),
    ("/blocks/3/faq_list/faqs/0/faq_title", ABSENT, "/blocks/3"),
    ("/blocks/3/faq_list/faqs/0/action", ABSENT, "/blocks/3"),
    ("/blocks/3/faq_list/faqs/0/faq_id", 5, "/blocks/3"),
    ("/blocks/5/button_group/buttons", None, "/blocks/5"),
    ("/blocks/5/button_group/buttons/0", "满意", "/blocks/5"),
    ("/blocks/5/button_group/buttons/0/text", 5, "/blocks/5"),
    ("/blocks/5/button_group/buttons/1/action", 5, "/blocks/5"),
    ("/blocks/5/button_group/button_layout", [], "/blocks/5"),
]
"""What a document lacks or has and cannot have, and what stays as it came for that."""

TIMES = [
    "",
    "2015-05-20T13:29:60Z",
    "2015-05-20T24:00:00Z",
    "2015-05-20T13:29:35",
    "2015-05-20T13:29:35.5+08:00",
    "2015-05-20T13:29:35.000000001+08:00",
    "2015-02-30T00:00:00Z",
    "1432128575",
    "tomorrow",
]
"""Times that whole seconds of the calendar cannot hold."""


def kept(message: Message) -> list[tuple[str, Any]]:
    """Return what stays as it came, with its pointers."""
    return [
        (_wire.pointer(place.path), place.part)
        for place in _wire.walk(message)
        if isinstance(place.part, (UnknownBlock, UnknownAction))
    ]


@st.composite
def with_gaps(draw: DrawFn, documents: SearchStrategy[Any]) -> Any:
    """Valid messages from whose blocks one to six fields, or what lies in them, were taken away."""
    document = draw(documents)
    for _ in range(draw(st.integers(1, 6))):
        if gone := [p for p in places(document) if p.count("/") > 2 and not p.rpartition("/")[2].isdecimal()]:
            document = changed(document, draw(st.sampled_from(gone)), ABSENT)
    return document


def hold_gaps(document: Any) -> None:
    """Assert that a document is read as values and as text, and written as it came."""
    from_values = Message.from_dict(document, strict=False)
    assert from_values.to_dict() == document
    for indent in (None, 1):
        text = json.dumps(document, ensure_ascii=indent is None, indent=indent)
        from_text = Message.from_json(text, strict=False)
        assert from_text.to_dict() == document
        assert json.loads(from_text.to_json()) == document
        for (where, part), (same, by_value) in zip(kept(from_text), kept(from_values), strict=True):
            assert where == same
            assert part.json in text
            assert json.loads(part.json) == json.loads(by_value.json) == resolve(document, where)


class TestGaps:
    """What lacks something that its class needs, or has what its fields cannot hold."""

    @pytest.mark.parametrize(("at", "value", "nearest"), GAPS)
    def test_kept(self, at: str, value: object, nearest: str) -> None:
        """The action around the gap, or otherwise the block, stays as it came, of the type that it names."""
        data = changed(FULL, at, value)
        message = Message.from_dict(data, strict=False)
        ((where, part),) = kept(message)
        assert where == nearest
        came = resolve(data, nearest)
        tag = "action_type" if isinstance(part, UnknownAction) else "type"
        named = came.get(tag)
        assert getattr(part, tag) == (named if isinstance(named, str) else "")
        assert json.loads(part.json) == came
        assert message.to_dict() == data
        assert Message.from_dict(message.to_dict(), strict=False) == message

    @pytest.mark.parametrize(("at", "value", "nearest"), GAPS)
    @pytest.mark.parametrize("indent", [None, 3])
    def test_kept_to_the_letter(self, at: str, value: object, nearest: str, indent: int | None) -> None:
        """From text, it stays as it came letter by letter, however that was spaced and escaped."""
        data = changed(FULL, at, value)
        text = json.dumps(data, indent=indent)
        message = Message.from_json(text, strict=False)
        ((where, part),) = kept(message)
        assert where == nearest
        assert part.json in text
        assert part.json in message.to_json()
        assert part.json in message.to_json(indent=2)
        assert json.loads(part.json) == resolve(data, nearest)
        assert json.loads(message.to_json()) == message.to_dict() == data
        assert Message.from_json(message.to_json(), strict=False) == message

    @pytest.mark.parametrize(("at", "value", "nearest"), GAPS)
    def test_checked(self, at: str, value: object, nearest: str) -> None:
        """It cannot be sent, and that is told where it stands: known types are incomplete, others unknown."""
        message = Message.from_dict(changed(FULL, at, value), strict=False)
        found = problem(message.check)
        assert found.pointer == nearest
        assert found.rule == ("unknown-type" if at.endswith("type") else "incomplete")
        assert found.value is kept(message)[0][1]

    @pytest.mark.parametrize("moment", TIMES)
    def test_times(self, moment: str) -> None:
        """A time that is none, or that whole seconds cannot hold, is a gap of its block."""
        data = changed(FULL, "/blocks/2/link/invalid_info/expired_time", moment)
        message = Message.from_dict(data, strict=False)
        assert [where for where, _ in kept(message)] == ["/blocks/2"]
        assert message.to_dict() == json.loads(message.to_json()) == data

    @pytest.mark.parametrize("fraction", [".0", ".000000000"])
    def test_no_fraction(self, fraction: str) -> None:
        """A fraction that is none loses nothing, and so it is no gap."""
        data = changed(FULL, "/blocks/2/link/invalid_info/expired_time", f"2015-05-20T13:29:35{fraction}+08:00")
        assert Message.from_dict(data, strict=False) == Message.from_dict(FULL)

    @pytest.mark.parametrize(
        ("number", "value"),
        [
            ("1e999", float("inf")),
            ("-1E999", float("-inf")),
            ("-0", 0),
            ("-0.0", -0.0),
            ("0.10000000000000001", 0.1),
            ("1E2", 100.0),
            ("1.50", 1.5),
            ("123456789012345678901234567890", 123456789012345678901234567890),
        ],
    )
    def test_numbers(self, number: str, value: float) -> None:
        """A number is kept as it was written; as a value, it is what Python makes of it."""
        text = json.dumps(changed(FULL, "/blocks/0", {"type": "TEXT", "text": [7]})).replace("[7]", f"[{number}]")
        message = Message.from_json(text, strict=False)
        assert f'"text": [{number}]' in message.to_json()
        (given_back,) = message.to_dict()["blocks"][0]["text"]
        assert (given_back, str(given_back)) == (value, str(value))
        again = Message.from_dict(message.to_dict(), strict=False)
        assert again.to_dict() == message.to_dict()
        assert json.loads(again.to_json()) == message.to_dict()

    def test_endless_number(self) -> None:
        """A number of more digits than Python reads is kept as written, and passed over where nobody asks for it."""
        number = "9" * 5000
        text = json.dumps({"blocks": [{"type": "VIDEO", "n": 7}, {"type": "TEXT", "text": {"text": "a", "n": 7}}]})
        message = Message.from_json(text.replace("7", number), strict=False)
        assert number in message.to_json()
        assert message.to_dict()["blocks"][0]["n"] == float("inf")
        assert message.blocks[1] == Text("a")

    def test_strangers_go_with_the_gap(self) -> None:
        """Keys that nobody knows are kept where their object is, and dropped where it is complete, as before."""
        data = changed(changed(FULL, "/blocks/0/new", 1), "/blocks/1/new", 1)
        assert Message.from_dict(data, strict=False).to_dict() == FULL
        data = changed(data, "/blocks/0/text/text", ABSENT)
        assert Message.from_dict(data, strict=False).to_dict() == changed(data, "/blocks/1/new", ABSENT)

    def test_gap_in_a_gap(self) -> None:
        """Where a block stays as it came, an action in it does too, as part of it."""
        data = changed(changed(FULL, "/blocks/2/link/text", ABSENT), "/blocks/2/link/action/jump_url", ABSENT)
        message = Message.from_dict(data, strict=False)
        assert [where for where, _ in kept(message)] == ["/blocks/2"]
        assert message.to_dict() == data

    def test_many(self) -> None:
        """Each stays by itself, and the others are what they are."""
        data = FULL
        for at, value in [("/blocks/0/text", ABSENT), (f"{ACTION}/message_info", 5), ("/blocks/5/type", "GRID")]:
            data = changed(data, at, value)
        message = Message.from_dict(data, strict=False)
        assert [where for where, _ in kept(message)] == ["/blocks/0", ACTION, "/blocks/5"]
        assert [(p.pointer, p.rule) for p in refused(message.check).problems] == [
            ("/blocks/0", "incomplete"),
            (ACTION, "incomplete"),
            ("/blocks/5", "unknown-type"),
        ]
        assert message.to_dict() == data

    def test_repeated_keys(self) -> None:
        """Of a key that stands twice, the last one counts; to the letter, both are kept."""
        text = '{"blocks":[{"type":"TEXT","text":{"text":"a"},"text":{}},{"type":"TEXT","text":5,"text":{"text":"b"}}]}'
        message = Message.from_json(text, strict=False)
        assert kept(message) == [("/blocks/0", UnknownBlock("TEXT", '{"type":"TEXT","text":{"text":"a"},"text":{}}'))]
        assert message.blocks[1] == Text("b")
        assert message.to_dict()["blocks"][0] == {"type": "TEXT", "text": {}}

    def test_bytes(self) -> None:
        """From bytes it is the same as from text."""
        text = '\n{"blocks": [ {"type":"视频" , "x":[ ] } ]}'
        from_text = Message.from_json(text, strict=False)
        assert kept(from_text) == [("/blocks/0", UnknownBlock("视频", '{"type":"视频" , "x":[ ] }'))]
        forms: list[Any] = [text.encode(), bytearray(text.encode()), b"\xef\xbb\xbf" + text.encode()]
        for form in forms:
            assert Message.from_json(form, strict=False) == from_text

    @given(with_gaps(messages().map(Message.to_dict)))
    @settings(max_examples=300)
    def test_removed(self, document: Any) -> None:
        """Whatever is taken out of blocks, the document is read, and `to_dict` gives back what came."""
        hold_gaps(document)

    @pytest.mark.slow
    @given(with_gaps(messages().map(Message.to_dict)))
    @settings(max_examples=10_000)
    def test_ten_thousand(self, document: Any) -> None:
        """The same holds for 10,000 documents."""
        hold_gaps(document)
