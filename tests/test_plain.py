"""`plain`: text from elsewhere, made fit for APIv3."""

from typing import Any

import pytest
from hypothesis import given, strategies as st

from msgkit import Text
from msgkit._plain import plain
from tests.helpers import EMOJI, problem


class TestPlain:
    """Customers' names."""

    @pytest.mark.parametrize(
        ("text", "result"),
        [
            ("", ""),
            ("张三", "张三"),
            ("zhang san", "zhang san"),
            (f"小明{EMOJI}", "小明_"),
            ("\U0001f44d\U0001f3fd谢谢", "_谢谢"),
            ("a\U0001f468\u200d\U0001f469\u200d\U0001f467b", "a_b"),
            ("\U0001f1e8\U0001f1f3中国", "_中国"),
            ("\U0001f3f4\U000e0067\U000e0062\U000e007fx", "_x"),
            ("\U00020bb7野家", "_野家"),
            ("a\ud83d", "a_"),
            ("\u2764\ufe0f", "\u2764\ufe0f"),
            (f"{EMOJI}{EMOJI}", "__"),
            ("\u2764\ufe0f\u200d\U0001f525小明", "_小明"),
            ("\u26d3\ufe0f\u200d\U0001f4a5", "_"),
            ("\u26f9\U0001f3fd\u200d\u2642\ufe0f", "_"),
            ("a\u200db", "a\u200db"),
        ],
        ids=ascii,
    )
    def test_signs(self, text: str, result: str) -> None:
        """What is drawn as one sign is replaced once; all that APIv3 takes stays."""
        assert plain(text, "_") == result
        assert plain(text) == result.replace("_", "")

    @given(st.text(st.characters(exclude_categories=[])))
    def test_any(self, text: str) -> None:
        """Whatever comes in, what comes out can be sent; what could be sent anyway comes out as it was."""
        result = plain(text, "□")
        assert Text(f"{result}.").text == f"{result}."
        if all(ord(char) <= 0xFFFF and not 0xD800 <= ord(char) <= 0xDFFF for char in text):
            assert result == text

    def test_replacement_is_literal(self) -> None:
        """A backslash in the replacement is one."""
        assert plain(EMOJI, r"\1") == r"\1"

    @pytest.mark.parametrize("wrong", [None, 5, b"a"])
    def test_no_text(self, wrong: Any) -> None:
        """What is no text is refused with its argument's name."""
        assert problem(plain, wrong).pointer == "/text"
        assert problem(plain, "a", wrong).pointer == "/replace"

    def test_replacement_must_be_fit(self) -> None:
        """A replacement that could not be sent itself is refused."""
        assert problem(plain, "a", EMOJI).rule == "unsendable-replacement"
