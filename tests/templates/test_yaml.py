"""Tests of YAML as another way to write JSON: what is no JSON is refused, and nothing in a file is run."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings, strategies as st

from msgkit import Problem, TemplateError, rules
from msgkit.templates import _source, _yaml
from msgkit.templates._folder import Flaw
from msgkit.templates._places import NotReadError, find

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

    @pytest.mark.slow
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


def everything(value: Any, pointer: str = "") -> list[str]:
    """Return the pointers of all that is in a value."""
    found = [pointer]
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found += everything(inner, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


def told(text: str) -> list[object]:
    """Return all that reading a text tells: what it says with all places, or what is wrong with it and where."""
    try:
        data, tree = _yaml.load(text)
    except NotReadError as error:
        return [error.problem, error.place]
    places = [
        find(tree, Problem(pointer, rule)) for pointer in everything(data) for rule in (rules.NULL, rules.UNKNOWN_KEY)
    ]
    return [repr(data), places]


@pytest.fixture
def alike(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], bool]:
    """Return a function that tells whether a text is read alike with libyaml and without it."""
    fast = _yaml._FastParser
    assert fast is not None

    def is_alike(text: str) -> bool:
        monkeypatch.setattr(_yaml, "_FastParser", fast)
        with_it = told(text)
        monkeypatch.setattr(_yaml, "_FastParser", None)
        return with_it == told(text)

    return is_alike


PIECES = [
    *("a", "b", "中", "：", "😀", "\u3000", "\xa0", " ", "  ", "\n", "\n  ", "\n  - ", "- ", "-"),
    *(": ", ":", ",", "\t", "\ufeff", "\x85", "\u2028", "\x07", "\r\n", "\r", "<<", "${x}", "---", "..."),
    *("[", "]", "{", "}", "'", '"', "#", " #", "|", ">", "?", "? ", "!", "&", "*", "%", "@", "\\"),
    *("1", "0", ".", "~", "=", "|\n", "|-\n", ">\n", "|+\n", "|2\n", "%YAML 1.1\n"),
]  # fmt: skip

# Fixtures of a function are as good for the next example: nothing of a text stays in them.
any_examples = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestParsers:
    """With libyaml and without it, everything is read alike."""

    @any_examples
    @given(
        json_values,
        st.sampled_from([None, False, True]),
        st.sampled_from([None, '"', "'", "|"]),
        st.sampled_from(["\n", "\r\n"]),
    )
    def test_right(
        self, alike: Callable[[str], bool], value: Any, flow: bool | None, style: str | None, line_break: str
    ) -> None:
        """What is right has the same values at the same places, which are counted in characters."""
        text = yaml.safe_dump(
            value, allow_unicode=True, default_flow_style=flow, default_style=style, line_break=line_break
        )
        assert alike(text)

    @any_examples
    @given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
    def test_any(self, alike: Callable[[str], bool], text: str) -> None:
        """Of what is not, the same is told, at the same place."""
        assert alike(text)

    @pytest.mark.parametrize(
        "text",
        [
            "text: 您好 # 说明\nb: 😀\nc: [中, 😀, {d: 文}]",
            "a: 1\r\n中: 2\r\n- b",
            "[到账了?, 没有]",
            "? a\n: b",
            "a: |#\n  b",
            "a:\n  -\n  -  # 说明\n  - b:\n    c:",
            "{a: , b}",
            "---\n# 说明\n",
            "a:\tb",
            "a: \u2028b",
        ],
    )
    def test_each(self, alike: Callable[[str], bool], text: str) -> None:
        """So it is with what the two take otherwise."""
        assert alike(text)

    def test_characters(self) -> None:
        """A column counts characters, and no bytes, whatever reads them."""
        _, tree = _yaml.load("😀中: {文: a, b: 您}\r\nc: 1")
        for pointer, line, column in (("/😀中/文", 1, 9), ("/😀中/b", 1, 15), ("/c", 2, 4)):
            place = find(tree, Problem(pointer, rules.NULL))
            assert (place.line, place.column) == (line, column)

    def test_nothing_written(self) -> None:
        """A value of which nothing is written stands where its key does."""
        _, tree = _yaml.load("a: 1\ntext:\n")
        place = find(tree, Problem("/text", rules.NULL))
        assert (place.line, place.column) == (2, 1)

    def test_without_libyaml(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A build without it reads all the same."""
        monkeypatch.setattr(_yaml, "_FastParser", None)
        assert load("a: [1, {b: 您好}]") == {"a": [1, {"b": "您好"}]}


LARGE = 1024 * 1024
HOSTILE = {
    "brackets": "[" * LARGE,
    "braces": "{" * LARGE,
    "lists": "- " * (LARGE // 2),
    "questions": "? " * (LARGE // 2),
    "questions in brackets": "[?" * (LARGE // 2),
    "indentation": "".join(" " * level + "a:\n" for level in range(1400)),
    "emptiness": "[" + "[]," * (LARGE // 3),
    "depth": "[" + ("[" * 99 + "]" * 99 + ",") * 5000 + "]",
    "one line": "a: " + "x " * (LARGE // 2 - 10) + ": b",
    "one quote": "a: '" + "x " * (LARGE // 2 - 10),
    "quotes": 'a: "x\n' + '"x\n' * (LARGE // 3 - 10),
    "colons": ":" * LARGE,
    "tabs": "\t" * LARGE,
    "tags": "!" * LARGE,
    "anchors": "&a " * (LARGE // 3),
    "digits": "a: " + "1" * (LARGE - 10),
    "version": "%YAML " + "1" * (LARGE - 20) + ".1\n---\na",
    "keys": "".join(f"k{number}: 0\n" for number in range(60_000)),
    "comments": "[a " + "# " * (LARGE // 2 - 10),
    "documents": "---\n" * (LARGE // 4),
    "wide colons": "a：\n" * (LARGE // 5) + " b: c: d",
    "spaces": "a: b: c" + " " * (LARGE - 10),
}


@pytest.mark.slow
class TestHostile:
    """What is made to cost much."""

    @pytest.mark.parametrize("name", HOSTILE)
    @pytest.mark.parametrize("fast", [True, False])
    def test_time(self, name: str, fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        """It ends in a finding, within seconds, and takes little memory."""
        if not fast:
            monkeypatch.setattr(_yaml, "_FastParser", None)
        start = time.process_time()
        assert refusal(HOSTILE[name])
        assert time.process_time() - start < 20  # as much again for a machine that is slow
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 * 1024**2

    @pytest.mark.parametrize("text", ["[" * 101 + "]" * 101, "- " * 101 + "a", "{a: " * 101 + "1" + "}" * 101])
    def test_depth(self, text: str) -> None:
        """What is nested deeper than any message is refused, and what is not so deep is read without recursion."""
        assert "is nested too deeply at line 1, column " in refusal(text)
        limit = sys.getrecursionlimit()
        try:
            sys.setrecursionlimit(_depth() + 60)
            assert load("[" * 100 + "]" * 100)
        finally:
            sys.setrecursionlimit(limit)


def _depth() -> int:
    depth, frame = 0, sys._getframe()
    while frame.f_back:
        depth, frame = depth + 1, frame.f_back
    return depth


class TestFile:
    """YAML in a file."""

    def test_one_line(self, tmp_path: Path) -> None:
        """A refusal names the file and stands on one line."""
        path = tmp_path / "a.yaml"
        path.write_text("a: &x 1")
        with pytest.raises(TemplateError) as error:
            _source.load(path)
        assert str(error.value) == (f"{path}: is not YAML: has an anchor or an alias; write it out at line 1, column 4")
