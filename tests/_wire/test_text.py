"""JSON as text: read from anywhere, and written."""

import inspect
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import Message, Reply, Text, UnknownBlock, ValidationError
from msgkit._wire.text import Verbatim, as_json, dumps
from tests.helpers import FULL, SECRET, changed, fresh, problem, refused, shown
from tests.strategies import arbitrary

GOOD = '{"blocks":[{"type":"TEXT","text":{"text":"您好"}}]}'


class TestAccepted:
    """The forms in which JSON may come."""

    @pytest.mark.parametrize(
        "text",
        [
            GOOD,
            GOOD.encode(),
            bytearray(GOOD.encode()),
            f"\n\t {GOOD} \r\n",
            GOOD.replace("您好", "\\u60a8\\u597d"),
            b"\xef\xbb\xbf" + GOOD.encode(),
            json.dumps(json.loads(GOOD), indent=4),
        ],
        ids=repr,
    )
    def test_forms(self, text: Any) -> None:
        """Text and bytes, blanks around it, and escapes make no difference."""
        assert Message.from_json(text) == Message().text("您好")


class TestRefused:
    """What is no JSON."""

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize(
        ("text", "finding"),
        [
            ("", "is not JSON: Expecting value at line 1, column 1"),
            (b"", "is not JSON"),
            ("{", "is not JSON: Expecting property name"),
            ("{'blocks': []}", "is not JSON"),
            (GOOD + "x", "is not JSON: Extra data at line 1"),
            (GOOD[:-1], "is not JSON"),
            ("\n\n  nope", "is not JSON: Expecting value at line 3, column 3"),
            ("\ufeff" + GOOD, "is not JSON: Unexpected UTF-8 BOM"),
            ('{"blocks": NaN}', "is not JSON: NaN is no JSON number"),
            ('{"blocks": [Infinity]}', "is not JSON: Infinity is no JSON number"),
            ('{"blocks": [-Infinity]}', "is not JSON: -Infinity is no JSON number"),
            ('{"a": "\x01"}', "is not JSON: Invalid control character at"),
            (b"\xff\xfe\xfa", "is not UTF-8"),
            (GOOD.encode("utf-16"), "is not UTF-8: byte 0 cannot be decoded"),
            (GOOD.encode("utf-16-le"), "is not UTF-8: byte"),
            (GOOD.encode("gbk"), "is not UTF-8: byte"),
            (b'{"blocks": "\xff"}', "is not UTF-8: byte 12 cannot be decoded"),
            (b'{"blocks": "\xe6\x82"}', "is not UTF-8"),
            ("[" * 200_000, "is nested too deeply"),
            ('{"a":' * 200_000, "is nested too deeply"),
            (None, "is not JSON: the JSON object must be"),
            (5, "is not JSON: the JSON object must be"),
            ({"blocks": []}, "is not JSON: the JSON object must be"),
        ],
        ids=lambda value: ascii(value)[:30],
    )
    def test_findings(self, text: Any, finding: str, *, strict: bool) -> None:
        """The error says what is wrong and where in the text, under the pointer of the whole."""
        for cls in (Message, Reply):
            error = refused(cls.from_json, text, strict=strict)
            (found,) = error.problems
            assert found.pointer == ""
            assert found.message.startswith(finding)
            assert error.subject == cls.__name__

    @pytest.mark.parametrize("text", ["9" * 5000, '{"blocks": [' + "9" * 5000 + "]}"], ids=["alone", "inside"])
    def test_endless_number(self, text: str) -> None:
        """A number of more digits than Python reads is refused where we are to send it."""
        assert problem(Message.from_json, text).message.startswith("is not JSON: Exceeds the limit")

    @pytest.mark.parametrize("text", [SECRET, f'{{"a": "{SECRET}', f'{{"{SECRET}": "\\x"}}', f'["{SECRET}" 5]'])
    def test_silent(self, text: str) -> None:
        """The error does not show the text."""
        assert SECRET not in shown(refused(Message.from_json, text))

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("null", "null"),
            ("true", "a boolean"),
            ("5", "a number"),
            ("5e-3", "a number"),
            ('"a"', "a string"),
            ("[]", "an array"),
            ('[{"blocks":[]}]', "an array"),
        ],
    )
    def test_no_object(self, text: str, kind: str, *, strict: bool) -> None:
        """JSON that is no object is told from one."""
        for cls in (Message, Reply):
            found = problem(cls.from_json, text, strict=strict)
            assert (found.pointer, found.message) == ("", f"must be a JSON object, not {kind}")

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ('{"blocks":[],"blocks":[]}', "blocks"),
            (GOOD.replace('"type"', '"type":"TEXT","type"'), "type"),
            (GOOD.replace('"text":"您好"', '"text":"您好","color":"DEFAULT","text":"您好"'), "text"),
            ('{"blocks":[{"type":"VIDEO","a":[{"b":{"您":1,"\\u60a8":2}}]}]}', "您"),
            ('{"a":{"' + "k" * 999 + '":1,"' + "k" * 999 + '":1}}', "k" * 64),
            ('{"\\n":1,"\\n":1}', "□"),
        ],
        ids=lambda value: ascii(value)[:30],
    )
    def test_repeated_keys(self, text: str, key: str) -> None:
        """Strictly, no object has a key twice, however deep it lies; leniently, the last one counts."""
        found = problem(Message.from_json, text)
        assert (found.pointer, found.rule) == ("", "repeated-key")
        assert found.message.startswith("is not JSON: the key ")
        assert found.message.endswith(" stands twice in one object")
        assert key in found.message
        assert len(found.message) < 150
        Message.from_json(text, strict=False)

    def test_surrogates(self) -> None:
        """Half of a pair alone, which JSON's escapes can say, is read, and refused like any other character."""
        text = GOOD.replace("您好", "\\ud83d")
        assert problem(Message.from_json, text).rule == "four-byte-character"
        assert Message.from_json(text, strict=False).find(Text)[0].text == "\ud83d"

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize(
        "place",
        [
            '{"blocks":[{"type":"VIDEO","a":%s}]}',
            '{"blocks":[{"type":"VIDEO"}],"sender_identity":%s}',
            '{"blocks":[{"type":"VIDEO"}],"a":%s}',
        ],
    )
    def test_every_depth(self, place: str, *, strict: bool) -> None:
        """However deep the nesting, reading succeeds or raises a ValidationError that blames no innocent key."""
        limit = sys.getrecursionlimit()
        for depth in (1, limit // 2, *range(limit - 80, limit), limit * 3):
            text = place % ("[" * depth + "]" * depth)
            try:
                message = Message.from_json(text, strict=strict)
            except ValidationError as error:
                for found in error.problems:
                    assert found.message != "is missing" or found.pointer.lstrip("/") not in text
            else:
                assert len(message) == 1


def at_depth(depth: int, call: Callable[[], Any]) -> Any:
    """Call a function from that many calls further down."""
    return at_depth(depth - 1, call) if depth else call()


class TestNearTheLimit:
    """Reading for a caller whose stack is nearly full."""

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize(
        "form", [json.dumps, lambda data: json.dumps(data).encode(), fresh], ids=["str", "bytes", "dict"]
    )
    def test_valid(self, form: Any, *, strict: bool) -> None:
        """A valid message is read, or the stack is full; nothing is said to be wrong with the message."""
        document = FULL if strict else changed(FULL, "/blocks/0/type", "VIDEO")
        data = form(document)
        read: Any = Message.from_dict if isinstance(data, dict) else Message.from_json
        expected = read(data, strict=strict)
        outcomes = set()
        taken = len(inspect.stack(0))
        for depth in range(sys.getrecursionlimit() - taken - 150, sys.getrecursionlimit() - taken):
            try:
                message = at_depth(depth, lambda: read(data, strict=strict))
            except RecursionError:
                outcomes.add("full")
            else:
                assert message == expected
                outcomes.add("read")
        assert outcomes == {"full", "read"}

    def test_too_deep(self) -> None:
        """What is nested too deeply is told from that: there was room for any message."""
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        assert problem(Message.from_json, "[" * 100_000).rule == "too-deep"
        found = problem(Message.from_dict, {"blocks": [{"type": "VIDEO", "a": deep}]}, strict=False)
        assert (found.pointer, found.rule) == ("/blocks/0", "no-json-value")
        assert problem(UnknownBlock, "", "[" * 100_000).rule == "not-what-came"


class TestDumps:
    """Writing."""

    def test_verbatim(self) -> None:
        """What is written as it came stands between what is written anew, letter by letter."""
        data = {
            "a": Verbatim('{ "x" :1e999 }'),
            "b": [1, Verbatim("-0"), Verbatim('"\\u60a8\\\\1"')],
            "您": Verbatim("[]"),
        }
        assert dumps(data) == '{"a":{ "x" :1e999 },"b":[1,-0,"\\u60a8\\\\1"],"您":[]}'
        assert dumps(data, 2) == (
            '{\n  "a": { "x" :1e999 },\n  "b": [\n    1,\n    -0,\n    "\\u60a8\\\\1"\n  ],\n  "您": []\n}'
        )

    def test_nothing_verbatim(self) -> None:
        """Otherwise it is compact, or spread over lines."""
        assert dumps({"a": ["您", None, True]}) == '{"a":["您",null,true]}'
        assert dumps({"a": ["您"]}, 1) == '{\n "a": [\n  "您"\n ]\n}'

    @given(arbitrary(), st.sampled_from([None, 0, 2]))
    def test_any(self, value: Any, indent: int | None) -> None:
        """Reading gives back what was written, by itself and as it came."""
        assert json.loads(dumps(value, indent)) == value
        assert json.loads(dumps([value, Verbatim(dumps(value))], indent)) == [value, value]


class TestAsJson:
    """Writing what was parsed, so that parsing gives it back."""

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (float("inf"), "1e999"),
            (float("-inf"), "-1e999"),
            ([float("inf"), "Infinity", '"-Infinity'], '[1e999,"Infinity","\\"-Infinity"]'),
            ({"NaN": float("-inf"), "\\": ["NaN"]}, '{"NaN":-1e999,"\\\\":["NaN"]}'),
            ({"您": [None, True, 0.1, -0.0, "\ud800"]}, '{"您":[null,true,0.1,-0.0,"\ud800"]}'),
        ],
    )
    def test_exactly(self, value: object, text: str) -> None:
        """Numbers that are too large for Python are said as JSON can say them; texts are left as they are."""
        assert as_json(value) == text
        assert json.loads(text) == value

    @pytest.mark.parametrize("value", [float("nan"), [1, {"a": float("nan")}], 10**5000], ids=["nan", "deep", "long"])
    def test_no_number(self, value: object) -> None:
        """What no JSON can say is refused."""
        with pytest.raises(ValueError, match=r"NaN|digits"):
            as_json(value)

    @pytest.mark.parametrize("value", [{1}, object(), b"a", {("a",): 1}], ids=type)
    def test_no_json(self, value: object) -> None:
        """So is what JSON has no type for."""
        with pytest.raises(TypeError):
            as_json(value)

    @given(arbitrary())
    def test_any(self, value: Any) -> None:
        """Whatever was parsed comes back."""
        assert json.loads(as_json(value)) == value


class TestAnything:
    """Text and bytes at random."""

    @given(st.one_of(st.text(), st.binary()), st.booleans())
    def test_any(self, text: str | bytes, strict: bool) -> None:
        """Whatever the text, nothing but a ValidationError is raised."""
        for cls in (Message, Reply):
            found = problem(cls.from_json, text, strict=strict)
            assert found.pointer == ""
