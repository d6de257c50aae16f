"""Tests of places: the line and the column of what is wrong in a file, in JSON and in YAML."""

from __future__ import annotations

import json
import pickle
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from msgkit import Library, Problem, TemplateError, ValidationError, rules
from msgkit.rules import Rule
from msgkit.templates import _places, _yaml
from msgkit.templates._folder import Place
from msgkit.templates._source import PlacedValidationError
from msgkit.templates.checking import check

texts = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), max_size=6)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a file."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def findings(path: Path) -> list[tuple[str, str | None, tuple[int, int] | None]]:
    """Return what is found in a file: pointers, rules and places."""
    return [
        (each.pointer, each.rule, (each.place.line, each.place.column) if each.place else None)
        for each in check([path]).findings
    ]


def offset(text: str, place: Place) -> int:
    """Return the position of a place."""
    return sum(len(line) for line in text.split("\n")[: place.line - 1]) + place.line - 1 + place.column - 1


def inside(value: Any, pointer: str = "") -> Iterator[tuple[str, str | None, Any]]:
    """Yield everything in a value: its pointer, the key that it stands under, and itself."""
    yield pointer, None, value
    if isinstance(value, dict):
        for key, each in value.items():
            name = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield from ((place, key if place == name else below, found) for place, below, found in inside(each, name))
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from inside(each, f"{pointer}/{index}")


JSON = """{
  "message": {
    "blocks": [
      {"type": "TEXT", "text": {"text": "您好", "colour": "RED"}},
      {"type": "TEXT", "text": {"text": 5}},
      {"type": "LINK",
       "link": {"text": "中文 $",
                "action": {"action_type": "ACTION_TYPE_JUMP_URL"}}}
    ],
    "sender_identity": null
  },
  "variables": {"a~/b": {"example": 1}, "b": {}},
  "extra": 1
}
"""

YAML = """# a remark
message:
  blocks:
    - type: TEXT
      text: {text: 您好, colour: RED}
    - {type: TEXT, text: {text: 5}}
    - type: LINK
      link:
        text: 中文 $
        action:
          action_type: ACTION_TYPE_JUMP_URL
  sender_identity: null
variables:
  a~/b: {example: 1}
  "b": {}
extra: 1
"""


class TestFindings:
    """Where findings stand: at the key where that is wrong, at the value elsewhere."""

    def test_json(self, write: Write) -> None:
        """In JSON, each has its line and column; what is missing stands where the object begins that lacks it."""
        assert sorted(findings(write("a.json", JSON))) == [
            ("/extra", "unknown-key", (13, 3)),
            ("/message/blocks/0/text/colour", "unknown-key", (4, 47)),
            ("/message/blocks/1/text/text", "wrong-type", (5, 41)),
            ("/message/blocks/2/link/action/jump_url", "needed", (8, 27)),
            ("/message/sender_identity", "null", (10, 24)),
            ("/variables/a~0~1b", "bad-name", (12, 17)),
        ]

    def test_yaml(self, write: Write) -> None:
        """So it is in YAML."""
        assert sorted(findings(write("a.yaml", YAML))) == [
            ("/extra", "unknown-key", (16, 1)),
            ("/message/blocks/0/text/colour", "unknown-key", (5, 24)),
            ("/message/blocks/1/text/text", "wrong-type", (6, 33)),
            ("/message/blocks/2/link/action/jump_url", "needed", (11, 11)),
            ("/message/sender_identity", "null", (12, 20)),
            ("/variables/a~0~1b", "bad-name", (14, 3)),
        ]

    @pytest.mark.parametrize(
        ("name", "content", "found"),
        [
            ("a.json", '{"message":\n{"blocks": [{"type": "TEXT",\n"text": {"text": "$"}}]},\n "variables": {"x": {}}}',
             [("/message/blocks/0/text/text", "lone-dollar", (3, 19))]),
            ("a.yml", "message: {blocks: [{type: TEXT, text: {text: $}}]}\nvariables:\n  x: {}",
             [("/message/blocks/0/text/text", "lone-dollar", (1, 46))]),
            ("a.json", '\n {"blocks": []}', [("/blocks", "empty-list", (2, 13))]),
            ("a.json", "\n {}", [("", "one-content", (2, 2))]),
            ("a.yaml", "{}", [("", "one-content", (1, 1))]),
            ("a.yaml", "\n\n- a", [("", "not-a-file", (3, 1))]),
            ("a.json", '{"message": {"blocks": [{"type": "TEXT", "text": {"text": "a"}}]},\n"variables": {"%s": {}}}'
             % ("x" * 257), [("/variables", "long-name", (2, 14))]),
            ("a.json", '\ufeff{"blocks": 1}', [("/blocks", "no-blocks", (1, 12))]),
            ("a.yaml", "\ufeffblocks: 1", [("/blocks", "no-blocks", (1, 9))]),
            ("a.json", '{\r\n"blocks": 1}', [("/blocks", "no-blocks", (2, 11))]),
            ("a.yaml", "a: 1\r\nblocks: 1", [("/a", "unknown-key", (1, 1)), ("/blocks", "no-blocks", (2, 9))]),
        ],
    )  # fmt: skip
    def test_each(self, write: Write, name: str, content: str, found: list[Any]) -> None:
        """Whatever is found has a place: also what templates add, in whole files, after a mark, between line ends."""
        assert findings(write(name, content)) == found

    @pytest.mark.parametrize(
        ("name", "content", "rule", "place"),
        [
            ("a.json", "", "not-json", (1, 1)),
            ("a.json", '{"a": 1,\n 中}', "json-quotes", (2, 2)),
            ("a.json", '{"a": [1,\n "NaN", NaN]}', "not-json", (2, 9)),
            ("a.json", '["-Infinity",\n\n -Infinity]', "not-json", (3, 2)),
            ("a.json", '["' + "1" * 5000 + '",\n 1.' + "1" * 5000 + ", " + "1" * 5000 + "]", "not-json", (2, 5006)),
            ("a.json", '{"a": {"b": 1,\n "中": {"b": 2}, "b": 3}}', "repeated-key", (2, 17)),
            ("a.json", '{"a\\"": {"b": "b:"}, "b": ["a\\"", {"a\\"": 1}],\n "a\\u0022": 3}', "repeated-key", (2, 2)),
            ("a.json", '{"a": {"c": 1, "c": 2}, "a": 3', "repeated-key", (1, 16)),
            ("a.json", "\n" + "[" * 100_000, "too-deep", (2, 1)),
            ("a.json", b'{"a":\n "\xe4\xbd\xa0\xe9"}', "not-utf8", (2, 4)),
            ("a.json", b'\xef\xbb\xbf"\xe9"', "not-utf8", (1, 2)),
            ("a.yaml", b"a: 1\nb: \xe4\xbd\xa0\xff", "not-utf8", (2, 5)),
            ("a.yaml", "a: 1\nb: [1", "yaml-open-bracket", (2, 4)),
            ("a.yaml", "a: 1\nb: \x07", "yaml-character", (2, 4)),
            ("a.yaml", "a: 1\nb: 1" + "0" * 5000, "not-yaml", (2, 4)),
            ("a.yaml", "a: 1\nb: &x 1", "yaml-anchor", (2, 4)),
            ("a.yaml", "a: 1\nb: !!str 1", "yaml-tag", (2, 4)),
            ("a.yaml", "a: 1\n1: 2", "yaml-key", (2, 1)),
            ("a.yaml", "a: 1\nb: {c: 1,\n 您: 2, c: 3}", "yaml-repeated-key", (3, 8)),
            pytest.param("a.yaml", "-\n" + "- a\n" * 50_000, "yaml-values", (50_000, 3), marks=pytest.mark.slow),
        ],
        ids=lambda value: str(value)[:24],
    )
    def test_what_cannot_be_parsed(
        self, write: Write, name: str, content: str | bytes, rule: str, place: tuple[int, int]
    ) -> None:
        """So has what is no JSON or YAML at all, and the text says it once."""
        path = write(name, content)
        [finding] = check([path]).findings
        assert (finding.pointer, finding.rule, finding.place) == ("", rule, Place(*place))
        assert "line" not in str(finding)
        assert "行" not in finding.text("zh")
        with pytest.raises(TemplateError) as error:
            Library(path.parent)["a"]
        assert str(error.value).startswith(f"{path}: {finding.message}")
        assert str(error.value).count(f"at line {place[0]}, column {place[1]}") == 1

    def test_depth_of_yaml(self, write: Write) -> None:
        """YAML that is nested too deeply is told with the place at which it became so."""
        [(_, rule, place)] = findings(write("a.yaml", "\n" + "[" * 5000))
        assert rule == "too-deep"
        assert place
        assert (place[0], place[1] > 50) == (2, True)


class TestAnywhere:
    """Whatever a file holds, each place in it is found."""

    @given(json_values, st.sampled_from([None, 0, 2]), st.sampled_from(["", " \n\t"]))
    def test_json(self, value: Any, indent: int | None, space: str) -> None:
        """In JSON, a value stands where parsing from there gives it, and a key where it is written."""
        text = space + json.dumps(value, ensure_ascii=False, indent=indent) + space
        data, tree = _places.load_json(text)
        for pointer, key, each in inside(data):
            start = offset(text, _places.find(tree, Problem(pointer, rules.NULL)))
            assert json.JSONDecoder().raw_decode(text, start)[0] == each
            start = offset(text, _places.find(tree, Problem(pointer, rules.UNKNOWN_KEY)))
            assert json.JSONDecoder().raw_decode(text, start)[0] == (each if key is None else key)

    @given(json_values, st.booleans())
    def test_yaml(self, value: Any, flow: bool) -> None:
        """In YAML, a scalar and a key stand where their text begins."""
        text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, width=1000)
        try:
            data, tree = _yaml.load(text)
        except _places.NotReadError:  # control characters, which YAML writes only in ways that not all parsers read
            return
        lines = text.split("\n")
        for pointer, key, each in inside(data):
            for rule, written in ((rules.NULL, each), (rules.UNKNOWN_KEY, each if key is None else key)):
                place = _places.find(tree, Problem(pointer, rule))
                if isinstance(written, str) and written.isalnum() and written.isascii():
                    assert lines[place.line - 1][place.column - 1 :].lstrip("'\"").startswith(written)

    @given(json_values, st.text("/ab0-1~", max_size=6), st.sampled_from([rules.MISSING, rules.UNKNOWN_KEY]))
    def test_what_is_not_there(self, value: Any, pointer: str, rule: Rule) -> None:
        """What is not there stands where the nearest thing above it does."""
        text = json.dumps(value)
        _, tree = _places.load_json(text)
        problem = Problem("/" + pointer if pointer else "", rule)
        assert 0 <= offset(text, _places.find(tree, problem)) < len(text)


class TestLibrary:
    """The errors of libraries."""

    def test_text(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        """The text tells the file, and of each problem the line, the column, the pointer and what is wrong."""
        path = write("a.yaml", YAML)
        with pytest.raises(ValidationError) as error:
            Library(path.parent)["a"]
        shown = str(error.value).splitlines()
        assert (shown[0], len(shown)) == (f"{path}: 6 problems", 7)
        assert "  line 6, column 33: /message/blocks/1/text/text: must be a string, not a number" in shown
        monkeypatch.setenv("MSGKIT_LANG", "zh")
        assert "  第 6 行第 33 列，第 2 块 · 文字：应为字符串，实际是数字" in str(error.value).splitlines()

    def test_one_problem(self, write: Write) -> None:
        """A single one stands in the same line as the file."""
        path = write("a.json", '{\n"blocks": []}')
        with pytest.raises(ValidationError) as error:
            Library(path.parent)["a"]
        assert str(error.value) == f"{path}: line 2, column 11: /blocks: must hold at least one block"
        assert repr(error.value).startswith("PlacedValidationError(")

    def test_places(self, write: Write) -> None:
        """The error has the places for machines, and is pickled with them."""
        path = write("a.json", JSON)
        with pytest.raises(PlacedValidationError) as caught:
            Library(path.parent)["a"]
        again: PlacedValidationError = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
        for error in (caught.value, again):
            assert dict(zip((each.pointer for each in error.problems), error.places, strict=True))["/extra"] == Place(
                13, 3
            )
        assert str(again) == str(caught.value)


@pytest.mark.slow
class TestCost:
    """Hostile files stay cheap."""

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            pytest.param("a.json", '{"blocks": [' + "0," * 500_000 + "0]}", marks=pytest.mark.slow),
            pytest.param("a.json", '{"blocks": [' + "0,\n" * 340_000 + "0]}", marks=pytest.mark.slow),
            pytest.param(
                "a.json", '{"blocks": [' + "[" * 900 + "]" * 900 + "," + "[]," * 300_000 + "0]}", marks=pytest.mark.slow
            ),
            ("a.json", '{"blocks": [' + '{"type":"TEXT","text":{"a":1}},' * 33_000 + "0]}"),
            ("a.json", "{" + ",".join(f'"{n}":0' for n in range(90_000)) + "}"),
            ("a.json", '{"a":' * 900 + "1" + "}" * 900),
            ("a.json", '{"blocks": ["' + '\\"' * 500_000 + '"], "blocks": 1}'),
            ("a.json", "{" + '"a":{},' * 100_000 + '"b":{}}'),
            ("a.json", '"' + '\\"' * 500_000),
            ("a.yaml", "blocks: [" + "0," * 49_000 + "0]"),
            pytest.param("a.yaml", "".join(f"k{n}: 0\n" for n in range(24_000)), marks=pytest.mark.slow),
        ],
        ids=range(11),
    )
    def test_time(self, write: Write, name: str, content: str) -> None:
        """A file of the greatest size with as many findings as it can have is checked in seconds, and read likewise."""
        path = write(name, content)
        start = time.process_time()
        assert check([path]).errors > 0
        with pytest.raises((ValidationError, TemplateError)) as error:
            Library(path.parent)["a"]
        assert str(error.value)
        assert time.process_time() - start < 30  # at a quadratic cost it takes hours
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 4 * 1024**2
