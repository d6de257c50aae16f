"""Where things stand in a template file: the letters and the lines of what a JSON Pointer names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from msgkit._short.as_yaml import as_yaml
from msgkit.templates._source import Source, parse

TEXT = """\
# 说明
blocks:
  - text: |
      两行
      文字

  # 注释
  - {link: 看, url: "https://shop.example/"} # 行尾
  - faq: [甲, 乙]
  - text: 长的
      一句
variables:
  空:
"""

Json = st.recursive(
    st.text() | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


def source(text: str, ending: str = "yaml") -> Source:
    """Read a text."""
    return parse(Path(f"draft.{ending}"), text.encode())


class TestSpan:
    """`Source.span`, `lines` and `key_line`."""

    @pytest.mark.parametrize(
        ("pointer", "written", "lines"),
        [
            ("/blocks/0", "text: |\n      两行\n      文字", (3, 5)),
            ("/blocks/0/text", "|\n      两行\n      文字", (3, 5)),
            ("/blocks/1", '{link: 看, url: "https://shop.example/"}', (8, 8)),
            ("/blocks/1/url", '"https://shop.example/"', (8, 8)),
            ("/blocks/2/faq", "[甲, 乙]", (9, 9)),
            ("/blocks/2/faq/1", "乙", (9, 9)),
            ("/blocks/3", "text: 长的\n      一句", (10, 11)),
            ("/blocks/3/no/such", "text: 长的\n      一句".partition(": ")[2], (10, 11)),
        ],
    )
    def test_yaml(self, pointer: str, written: str, lines: tuple[int, int]) -> None:
        """What is named is found without the comments and blanks around it; what is not there, as what it lacks in."""
        read = source(TEXT)
        start, end = read.span(pointer.removesuffix("/no/such") + ("/text/x" if "such" in pointer else ""))
        assert (TEXT[start:end], read.lines(pointer)) == (written, lines)

    def test_key(self) -> None:
        """A key stands in the line in which it begins, also where nothing is written behind it."""
        read = source(TEXT)
        assert [read.key_line(each) for each in ("/blocks", "/blocks/3", "/variables", "/variables/空")] == [
            2,
            10,
            12,
            13,
        ]

    def test_written(self) -> None:
        """An entry as it is written begins with its line, so that its dash is there."""
        assert source(TEXT).written("/blocks/2") == "  - faq: [甲, 乙]"

    @given(Json)
    def test_json(self, value: object) -> None:
        """In JSON, what a pointer names, read alone, is what is named."""
        text = json.dumps({"a/b": [value]}, ensure_ascii=False, indent=1)
        start, end = source(text, "json").span("/a~1b/0")
        assert json.loads(text[start:end]) == value

    @given(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20), min_size=1, max_size=4)
    )
    def test_any_texts(self, texts: list[str]) -> None:
        """In YAML, the lines of each entry, read alone, are that entry."""
        text = as_yaml({"blocks": [{"text": each, "bold": True} for each in texts]})
        read = source(text)
        for index, each in enumerate(texts):
            alone = source(f"blocks:\n{read.written(f'/blocks/{index}')}\n")
            assert alone.data == {"blocks": [{"text": each, "bold": True}]}
