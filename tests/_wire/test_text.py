"""From text to JSON: whatever is no JSON is a `ValidationError`."""

import json
import sys
from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import Message, Reply, ValidationError
from tests.helpers import SECRET, problem, refused, shown

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
            (b'{"blocks": "\xff"}', "is not UTF-8: byte 12 cannot be decoded"),
            (b'{"blocks": "\xe6\x82"}', "is not UTF-8"),
            ("9" * 5000, "is not JSON: Exceeds the limit"),
            ('{"blocks": [' + "9" * 5000 + "]}", "is not JSON: Exceeds the limit"),
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

    @pytest.mark.parametrize("strict", [True, False])
    @pytest.mark.parametrize("place", ['{"blocks":[{"type":"VIDEO","a":%s}]}', '{"sender_identity":%s}', '{"a":%s}'])
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


class TestAnything:
    """Text and bytes at random."""

    @given(st.one_of(st.text(), st.binary()), st.booleans())
    def test_any(self, text: str | bytes, strict: bool) -> None:
        """Whatever the text, nothing but a ValidationError is raised."""
        for cls in (Message, Reply):
            found = problem(cls.from_json, text, strict=strict)
            assert found.pointer == ""
