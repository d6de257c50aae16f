"""Tests of what is said to people who wrote what is no YAML: what they did, and where they did it."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given, strategies as st

from msgkit import _language
from msgkit._reasons import in_chinese
from msgkit._short import slip
from msgkit.errors import Problem
from msgkit.rules import RULES
from msgkit.templates import _yaml
from msgkit.templates._places import NotReadError

KEYS = {"text", "color", "button", "文字"}

# A text, the rule that tells what is wrong with it, and the line and column of that.
SLIPS = [
    # colons
    ("blocks：\n  - text: 您好", "yaml-wide-colon", 1, 7),
    ('- buttons: ["满意"，"不满意"]', "yaml-wide", 1, 17),
    ("description: 退款\nblocks：\n  - text: 您好", "yaml-wide-colon", 2, 7),
    ("blocks:\n  - text：您好\n    color: secondary", "yaml-wide-colon", 2, 9),
    ("blocks:\n  - text：您好\n      再见\n    color: secondary", "yaml-wide-colon", 2, 9),
    ("- text: 您好\n  color：secondary\n  bold: true", "yaml-wide-colon", 2, 8),
    ("- link: 查看\n  url: https://shop.example/c\n  when：x", "yaml-wide-colon", 3, 7),
    ("- 说明：x\n  text: 您好", "yaml-wide-colon", 1, 5),
    ("blocks:\n  - text:您好\n    color: secondary", "yaml-colon-space", 2, 9),
    ("description:退款\nblocks:\n  - text: x", "yaml-colon-space", 1, 12),
    ("- text: 您好\n  color:secondary\n  bold: true", "yaml-colon-space", 2, 8),
    ("text: 备注: 请尽快", "yaml-colon-in-text", 1, 9),
    ("- text: 时间：10:30 备注: 请尽快", "yaml-colon-in-text", 1, 20),
    ("text: ${a}: ${b}", "yaml-colon-in-text", 1, 11),
    ("b: {text: 备注: 请尽快}", "yaml-colon-in-text", 1, 13),
    ("blocks:\n  - text: 您好\n    color\n    bold: true", "yaml-no-colon", 3, 5),
    ("description: 退款申请，\n告知金额\nblocks: []", "yaml-no-colon", 2, 1),
    ("text: |\n您好\nb: c", "yaml-no-colon", 2, 1),
    ("url: x\nhttps://shop.example\nb: c", "yaml-no-colon", 2, 1),
    # dashes and indentation
    ("blocks:\n  -text: 您好\n   color: red", "yaml-dash-space", 2, 3),
    ("blocks:\n  - text: 您好\n  -text: 再见", "yaml-dash-space", 3, 3),
    ("blocks:\n  -text: 您好\n  -text: 再见", "yaml-dash-space", 3, 3),
    ("blocks:\n  －text: 您好\n    color: red", "yaml-wide", 2, 3),
    ("blocks:\n  － text: 您好\n    color: red", "yaml-wide", 2, 3),
    ("blocks:\n  — text: 您好\n  — text: 再见", "yaml-wide", 3, 3),
    ("blocks:\n  - text: 您好\n  － text: 再见", "yaml-wide", 3, 3),
    ("blocks:\n\t- text: 您好", "yaml-tab", 2, 1),
    ("blocks:\n  - text: 您好\n\t  color: red", "yaml-tab", 3, 1),
    ("a:\tb", "yaml-tab", 1, 3),
    ("blocks:\n  - text: 您好\n   color: red", "yaml-indentation", 3, 4),
    ("blocks:\n  - text: 您好\n     color: red", "yaml-indentation", 3, 6),
    ("blocks:\n  - text: 您好\n  color: red", "yaml-indentation", 3, 3),
    ("blocks:\n  - text: 您好\n   - text: 再见", "yaml-indentation", 3, 4),
    ("blocks:\n  - text: 您好\n - text: 再见", "yaml-indentation", 3, 2),
    ("blocks:\n   - text: 您好\n  - text: 再见", "yaml-indentation", 3, 3),
    ("a: 1\n b: 2", "yaml-indentation", 2, 2),
    ("a:\n    b: 1\n  c: 2", "yaml-indentation", 3, 3),
    (" a: 1\nb: 2", "yaml-indentation", 2, 1),
    ("- a\nb: 1", "yaml-indentation", 2, 1),
    ("a: 1\n- b", "yaml-indentation", 2, 1),
    ("a: -\n- b", "yaml-first-character", 1, 4),
    # how a text begins
    ("text: @张三", "yaml-first-character", 1, 7),
    ("text: `x`", "yaml-first-character", 1, 7),
    ("text: %5", "yaml-first-character", 1, 7),
    ("%5 优惠", "yaml-first-character", 1, 1),
    ("text: 您好\n%优惠", "yaml-first-character", 2, 1),
    ("text: *您好*", "yaml-first-character", 1, 7),
    ("text: **重要**", "yaml-first-character", 1, 7),
    ("text: &您好", "yaml-first-character", 1, 7),
    ("text: !您好", "yaml-first-character", 1, 7),
    ("text: !a!您好", "yaml-first-character", 1, 7),
    ("[a]: 1\n- b: 2\n- - c", "yaml-key", 1, 1),
    ("text: - 您好", "yaml-first-character", 1, 7),
    ("text: ? 您好", "yaml-first-character", 1, 7),
    ("text: ] 您好", "yaml-first-character", 1, 7),
    ("text: , 您好", "yaml-first-character", 1, 7),
    ("text: {{name}}", "yaml-first-character", 1, 7),
    ("text: |您好", "yaml-block-text", 1, 7),
    ("text: > 您好", "yaml-block-text", 1, 7),
    ("text: >0 您好", "yaml-block-text", 1, 7),
    # quotes
    ('blocks:\n  - text: "您好\n    color: red', "yaml-open-quote", 2, 11),
    ('blocks:\n  - text: "您好\n  - text: "再见"', "yaml-open-quote", 2, 11),
    ('blocks:\n  - text: "您好\n  - text: 再见\n    color: "red"', "yaml-open-quote", 2, 11),
    ("blocks:\n  - text: '您好\n  - text: '再见'", "yaml-open-quote", 2, 11),
    ('text: "您好\n---\n再见', "yaml-open-quote", 1, 7),
    ('b: ["您好, 再见]\nc: ["a", b]', "yaml-open-quote", 1, 5),
    ('a: 1\n"b\nc": 2', "yaml-open-quote", 2, 1),
    ('text: "您好" ${name}', "yaml-behind-quote", 1, 12),
    ('text: "您好"，${name}', "yaml-behind-quote", 1, 11),
    ('text: "他说"你好""', "yaml-behind-quote", 1, 11),
    ("text: 'it's'", "yaml-behind-quote", 1, 11),
    ('b: ["您好" 张三]', "yaml-behind-quote", 1, 10),
    ('"您好" 张三', "yaml-behind-quote", 1, 6),
    ('text: "您好"]', "yaml-behind-quote", 1, 11),
    ("text: “您好: 张三”", "yaml-wide", 1, 7),
    ("text: 「您好: 张三」", "yaml-wide", 1, 7),
    (r'text: "C:\路径"', "yaml-escape", 1, 10),
    (r'text: "\u12"', "yaml-escape", 1, 8),
    (r'text: "\UFFFFFFFF"', "yaml-escape", 1, 8),
    (r'text: "\U00110000"', "yaml-escape", 1, 8),
    # brackets
    ("faq: [${name}, b]", "yaml-bare-placeholder", 1, 7),
    ("b: {text: 您好 ${name}, c: d}", "yaml-bare-placeholder", 1, 14),
    ("b: [退款多久?, 到账]", "yaml-bare-mark", 1, 9),
    ("buttons: [a, b\nlayout: x", "yaml-open-bracket", 1, 10),
    ("buttons: [a, b", "yaml-open-bracket", 1, 10),
    ("b:\n  - buttons: [a, [b]\n  - text: x", "yaml-open-bracket", 2, 14),
    ("b:\n  - {text: a, color: b\n  - text: x", "yaml-open-bracket", 2, 5),
    ("b: [a, b】\nc: d", "yaml-wide", 1, 9),
    ("b: {text: a｝\nc: d", "yaml-wide", 1, 12),
    ("b: {text: a，color: b}", "yaml-wide", 1, 12),
    ("b: [a, #b]\nc: d", "yaml-comment", 1, 8),
    ("text: [公告] 您好", "yaml-behind-bracket", 1, 12),
    ("text: {name} 您好", "yaml-behind-bracket", 1, 14),
    ("b: [a]]", "yaml-behind-bracket", 1, 7),
    # the whole
    ("a: 1\n---\nb: 1", "yaml-documents", 2, 1),
    ("a: 1\n...\n---\nb: 1", "yaml-documents", 3, 1),
    ("a: 1\n\ufeffb: 2", "yaml-character", 2, 1),
    ("a: x\u200b\x07", "yaml-character", 1, 6),
    ("a: 1\n1: 2", "yaml-key", 2, 1),
    ("a: 1\na: 2", "yaml-repeated-key", 2, 1),
    ("text: *a", "yaml-anchor", 1, 7),
    # what nobody can guess
    ("b: [a, , c]", "not-yaml", 1, 8),
    ('b: ["a" "b"]', "not-yaml", 1, 9),
    (": a", "not-yaml", 1, 1),
    ("%YAML 2.0\n---\na: 1", "not-yaml", 1, 1),
    ("%YAML 1" + "0" * 5000 + ".1\n---\na: 1", "not-yaml", 1, 7),
]


def refused(text: str) -> tuple[Problem, int, int]:
    """Return why a text is refused, and where."""
    with pytest.raises(NotReadError) as error:
        _yaml.load(text)
    assert error.value.place
    return error.value.problem, error.value.place.line, error.value.place.column


class TestFiles:
    """What ends the reading of a file."""

    @pytest.mark.parametrize(("text", "rule", "line", "column"), SLIPS, ids=lambda value: repr(value)[:40])
    def test_each(self, text: str, rule: str, line: int, column: int) -> None:
        """Each slip is told as such, with the place of itself and not of where the parser gave up."""
        problem, *place = refused(text)
        assert (problem.rule, *place) == (rule, line, column)

    @pytest.mark.parametrize(("text", "rule", "line", "column"), SLIPS, ids=lambda value: repr(value)[:40])
    def test_anywhere(self, text: str, rule: str, line: int, column: int) -> None:
        """So it is below other lines, with Windows' line breaks, and with a line break at the end."""
        if not text.startswith(("%", " ")):
            above = "# 说明\n\n"
            problem, *place = refused(f"{above}{text}\n".replace("\n", "\r\n"))
            assert (problem.rule, *place) == (rule, line + 2, column)

    @pytest.mark.parametrize(("text", "rule", "line", "column"), SLIPS, ids=lambda value: repr(value)[:40])
    def test_words(self, text: str, rule: str, line: int, column: int) -> None:
        """Both languages say it in a line, with a cure, and neither tells a word of the text."""
        problem, *_ = refused(text)
        for lang in _language.LANGUAGES:
            said = problem.text(lang)
            assert len(said.splitlines()) == 1
            assert not re.search("您好|张三|备注|尽快|退款|再见|公告|路径|secondary", said)
        assert re.search(r"[\u4e00-\u9fff]", problem.text("zh"))
        assert RULES[rule].cure
        assert RULES[rule].cure_zh
        assert (line, column) > (0, 0)

    def test_every_rule(self) -> None:
        """No rule of slips is without an example here."""
        told = {rule for _, rule, *_ in SLIPS}
        elsewhere = {"yaml-tag", "yaml-values", "yaml-wide-space"}
        assert {code for code in RULES if code.startswith("yaml-")} - elsewhere <= told

    def test_what_is_shown(self) -> None:
        """Only punctuation is shown, and what would be right instead of it."""
        problem, *_ = refused("b: [a, b】\nc: d")
        assert problem.params == {"char": "】", "plain": "]"}
        assert problem.text("zh") == "这里的 】 是全角符号，YAML 只认半角的 ]"
        assert problem.text("en") == "is not YAML: has 】 where only ] will do"
        problem, *_ = refused("text: @张三")
        assert problem.text("zh") == "文字以 @ 开头，却没有加引号"

    def test_very_long_lines(self) -> None:
        """A slip in a line of any length is found, if it is near."""
        assert refused("a: " + "x" * 100_000 + ": b")[0].rule == "yaml-colon-in-text"
        problem, line, column = refused("a: '" + "x" * 100_000 + "' b")
        assert (problem.rule, line, column) == ("yaml-behind-quote", 1, 100_007)

    @given(st.text("ab您：:，- \n\t[]{}【】\"'“”${}#|>?@%&*!\\－", max_size=30))
    def test_any_text(self, text: str) -> None:
        """Whatever is no YAML is said in Chinese, in one line and with a place inside the text."""
        with contextlib.suppress(NotReadError):  # some of it may as well be YAML
            _yaml.load(text)
            return
        problem, line, column = refused(text)
        said = problem.text("zh")
        assert len(said.splitlines()) == 1
        assert re.search(r"[\u4e00-\u9fff]", said)
        reason = problem.params.get("reason")
        assert reason is None or in_chinese(reason) != reason
        lines = text.split("\n")
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


class TestSlip:
    """What YAML takes as a text, or as a key, and was meant as a key or an entry."""

    @pytest.mark.parametrize(
        ("text", "rule", "params"),
        [
            ("text：您好", "yaml-wide-colon", {"key": "text"}),
            ("text ： 您好", "yaml-wide-colon", {"key": "text"}),
            ("text：", "yaml-wide-colon", {"key": "text"}),
            ("text：您好 color", "yaml-wide-colon", {"key": "text"}),
            ("文字：您好", "yaml-wide-colon", {"key": "文字"}),
            ("text:您好", "yaml-colon-space", {"key": "text"}),
            ("text:${name}", "yaml-colon-space", {"key": "text"}),
            ("-text", "yaml-dash-space", {}),
            ("-text:您好", "yaml-dash-space", {}),
            ("－ text", "yaml-wide", {"char": "－", "plain": "-"}),
            ("—text：您好", "yaml-wide", {"char": "—", "plain": "-"}),
        ],
    )
    def test_each(self, text: str, rule: str, params: dict[str, object]) -> None:
        """A known key with a full-width colon, without a space behind its colon, or behind such a dash, is a slip."""
        found = slip(text, KEYS)
        assert found is not None
        assert (found[0].code, found[1]) == (rule, params)
        assert all(Problem("", found[0], **found[1]).text(lang) for lang in _language.LANGUAGES)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "您好",
            "您好：张三",
            "text",
            "text 您好",
            "a:b",
            "https://shop.example",
            "：text",
            "text您好：",
            "--text",
        ],
    )
    def test_none(self, text: str) -> None:
        """Anything else is none, so that no word of it is told."""
        assert slip(text, KEYS) is None

    def test_key_in_the_text(self) -> None:
        """The key is named in both languages."""
        found = slip("text：您好", KEYS)
        assert found is not None
        problem = Problem("/blocks/0", found[0], **found[1])
        assert problem.said("zh") == "text 后面的冒号是全角的“：”，YAML 不认"
        assert problem.said("en") == "is not YAML: has a full-width colon (：) behind text"
