"""Tests of why something cannot be read, in Chinese: what the parsers and the system really say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from msgkit import Message, ValidationError, rules
from msgkit.errors import Problem
from msgkit.templates import checking

JSON = [
    "", '{"a"', "{a: 1}", '{"a": 1,}', "[1, ]", "[1 2]", '"abc', "1 2", '"a\tb"', '"\\x"', '"\\u12"', "[NaN]",
    "[-Infinity]", "9" * 5000, '{"a":',
]  # fmt: skip
YAML = [
    "a: b: c", "a: [1", "a: {b", "a: 'x", "a:\n\tb: 1", "a: @x", "a: `x", 'a: "\\q"', "a: 1\n---\nb: 1", "a: 1\n b: 2",
    "a:\n  b: 1\n c: 2", "- a\nb: 1", "a: \x07", "a: ]", "[a b: c: d]", "a: 1" + "0" * 5000, "'a' 'b'", "a: -\n- b",
    "a: |x\n b", "a: > x\n b", "[" * 3000,
]  # fmt: skip


def chinese(path: Path) -> str:
    """Return what the check says of a file in Chinese, without the file's name."""
    [finding] = checking.check([path]).findings
    return finding.said("zh")


class TestReasons:
    """No English is left in what is said in Chinese."""

    @pytest.mark.parametrize(
        ("name", "content"),
        [*(("a.json", content) for content in JSON), *(("a.yaml", content) for content in YAML)],
        ids=lambda value: repr(value[:16]),
    )
    def test_files(self, tmp_path: Path, name: str, content: str) -> None:
        """What JSON and YAML say most often is said in Chinese."""
        path = tmp_path / name
        path.write_text(content)
        said = chinese(path)
        for word in ("JSON", "YAML", "NaN", "Infinity", "BOM", "Tab", "U+", "\\u", "\\n"):
            said = said.replace(word, "")
        assert not [char for char in said if char.isascii() and char.isalpha()]

    def test_texts(self) -> None:
        """So it is where JSON is read that stands in no file."""
        with pytest.raises(ValidationError) as error:
            Message.from_json('{"blocks": [}')
        assert error.value.problems[0].text("zh") == "不是正确的 JSON：第 1 行第 13 列，这里缺少值"

    def test_the_system(self, tmp_path: Path) -> None:
        """So it is with what the system says most often."""
        (tmp_path / "circle.json").symlink_to("circle.json")
        (tmp_path / "folder.json").mkdir()
        assert chinese(tmp_path / "circle.json") == "无法读取：链接绕成了圈"
        assert chinese(tmp_path / "nothing.json") == "无法读取：没有这个文件或文件夹"
        assert chinese(tmp_path / ("x" * 300 + ".json")) == "无法读取：文件名太长"

    def test_what_is_not_known(self) -> None:
        """What is not known stays in its own words, and English is as it came."""
        problem = Problem("", rules.CANNOT_BE_READ, reason="Something else")
        assert (problem.text("zh"), problem.text("en")) == (
            "无法读取：Something else",
            "cannot be read: Something else",
        )
        known = Problem("", rules.CANNOT_BE_READ, reason=os.strerror(13))
        assert (known.text("zh"), known.text("en")) == ("无法读取：没有权限", "cannot be read: Permission denied")
