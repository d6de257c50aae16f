"""Tests of YAML as another way to write JSON: what is no JSON is refused, and nothing in a file is run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from msgkit import TemplateError
from msgkit.templates import _source, _yaml
from msgkit.templates._folder import Flaw
from msgkit.templates._places import NotReadError

printable = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc", "Cn"]), max_size=6)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | printable,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(printable, inner, max_size=3),
    max_leaves=6,
)


def load(text: str) -> Any:
    """Return what a text says."""
    return _yaml.load(text)[0]


def refusal(text: str) -> str:
    """Return the one line that says why a text is refused."""
    with pytest.raises(NotReadError) as error:
        load(text)
    problem = error.value.problem
    assert problem.pointer == ""
    assert len(problem.message.splitlines()) == 1
    return str(Flaw(Path("a.yaml"), problem, error.value.place))


class TestValues:
    """What a value is."""

    @given(json_values)
    def test_json(self, value: Any) -> None:
        """Whatever JSON can say, YAML says too, and means the same."""
        assert load(yaml.safe_dump(value, allow_unicode=True)) == value

    @pytest.mark.parametrize(
        "text",
        [
            "2030-01-01",
            "2030-01-01T00:00:00Z",
            "2015-05-20 13:29:35",
            "<<",
            "=",
            "1:30:00",
            "yes",
            "No",
            "on",
            "0123",
            "1_000",
        ],
    )
    def test_stays_text(self, text: str) -> None:
        """Dates, times, words and what else only YAML has a meaning for are the texts that JSON would have."""
        assert load(f"a: {text}") == {"a": text}

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1", 1),
            ("-1", -1),
            ("1.5", 1.5),
            ("true", True),
            ("null", None),
            ("~", None),
            ("'1'", "1"),
            ("张三", "张三"),
        ],
    )
    def test_plain(self, text: str, value: object) -> None:
        """Numbers, booleans, null and texts are what they look like."""
        assert load(f"a: {text}") == {"a": value}

    def test_empty(self) -> None:
        """Nothing at all is null."""
        assert load("") is None
        assert load("# only a remark\n") is None

    def test_block_texts(self) -> None:
        """Texts over several lines keep their line breaks."""
        assert load("a: |\n  您好\n  再见\n") == {"a": "您好\n再见\n"}


class TestRefused:
    """What JSON cannot say."""

    @pytest.mark.parametrize(
        "text",
        [
            "!!python/object/apply:os.system ['touch HERE']",
            "!!python/object/new:os.system ['touch HERE']",
            "a: !!python/name:os.system",
            "!!python/module:os",
            "a: !!binary aGVsbG8=",
            "!!set {a, b}",
            "!!str 5",
            "! 5",
            "!own {a: 1}",
            "!!python/tuple [1]",
            "!!map {a: 1}",
            "{!!str a: 1}",
        ],
    )
    def test_tags(self, text: str, tmp_path: Path) -> None:
        """A tag, of Python or of YAML, is refused and nothing is made of it or run."""
        mark = tmp_path / "ran"
        assert "has a tag; write plain values at line 1" in refusal(text.replace("HERE", str(mark)))
        assert not mark.exists()

    @pytest.mark.parametrize("text", ["a: &x 1\nb: *x", "&x [*x]", "a: *x", "&x a: 1", "a: &x {b: 1}", "*x : 1"])
    def test_anchors_and_aliases(self, text: str) -> None:
        """An anchor or an alias is refused."""
        assert "has an anchor or an alias; write it out at line" in refusal(text)

    def test_a_billion_laughs(self) -> None:
        """References to references to references are refused at the first."""
        lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
        lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
        assert "has an anchor or an alias; write it out at line 1" in refusal("\n".join(lines))

    def test_endless(self) -> None:
        """A file of more values than any message has is refused before its end is read."""
        assert "has more than 50000 keys and values at line 1" in refusal("[" + "0," * 60_000 + "0]")
        assert len(load("[" + "0," * 49_000 + "0]")) == 49_001

    def test_merge_keys(self) -> None:
        """A merge key merges nothing."""
        assert load("<<: {a: 1}\nb: 2") == {"<<": {"a": 1}, "b": 2}
        assert "anchor" in refusal("base: &base {a: 1}\nb:\n  <<: *base")

    @pytest.mark.parametrize("text", ["a: 1\na: 2", "{a: 1, 'a': 2}", "b:\n  - a: 1\n    c: 2\n    a: 3"])
    def test_duplicate_keys(self, text: str) -> None:
        """A key that stands twice in one place is refused, and named."""
        assert "has the key 'a' twice in one place at line" in refusal(text)

    @pytest.mark.parametrize("key", ["1", "1.5", "true", "null", "~", "? [a]\n", "? {a: 1}\n"])
    def test_keys_that_are_no_texts(self, key: str) -> None:
        """A key that is a number, a boolean, null or a collection is refused; JSON has none."""
        assert "has a key that is no text at line 1" in refusal(f"{key}: a")

    def test_keys_that_look_like_none(self) -> None:
        """In quotes, any key is a text."""
        assert load("'1': a\n\"null\": b\n2030-01-01: c") == {"1": "a", "null": "b", "2030-01-01": "c"}

    def test_several_documents(self) -> None:
        """A file holds one document."""
        assert "another document at line 3" in refusal("---\na: 1\n---\nb: 1\n")

    def test_tabs(self) -> None:
        """A tab that indents is refused with its place."""
        assert "at line 2, column 1" in refusal("a:\n\tb: 1")

    @pytest.mark.parametrize(
        "text",
        [
            "[" * 500,
            "- " * 500,
            "a: [1",
            "a: 'x",
            "a: b: c",
            "\x00",
            "a: \x07",
            "%YAML 2.0\n---\na: 1",
            "a: @x",
            "a: 1" + "0" * 5000,
            "a: 0x_",
            "a: 0b_",
            "a: 1" + ":1" * 500 + ".0",
        ],
        ids=lambda text: repr(text[:12]),
    )
    def test_broken(self, text: str) -> None:
        """What is broken, too deep or too large is told in one line."""
        try:
            load(text)
        except NotReadError as error:
            assert len(str(error.problem).splitlines()) == 1  # noqa: PT017 - some of it may as well be a text

    def test_many_sixties(self) -> None:
        """A number in base 60, which JSON has not, costs no more to read than a text."""
        text = "1" + ":1" * 50_000
        assert load(f"a: {text}") == {"a": text}

    @given(st.text("ab01:.-_!&*?|>{}[]'\"#%@~\n\t ", max_size=20))
    def test_any_text(self, text: str) -> None:
        """Any text is parsed to what JSON can say, or refused in one line."""
        try:
            value = load(text)
        except NotReadError as error:
            assert len(str(error.problem).splitlines()) == 1  # noqa: PT017
        else:
            json.dumps(value)


class TestFile:
    """YAML in a file."""

    def test_one_line(self, tmp_path: Path) -> None:
        """A refusal names the file and stands on one line."""
        path = tmp_path / "a.yaml"
        path.write_text("a: &x 1")
        with pytest.raises(TemplateError) as error:
            _source.load(path)
        assert str(error.value) == (f"{path}: is not YAML: has an anchor or an alias; write it out at line 1, column 4")
