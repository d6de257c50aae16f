"""What a checked table would send: how many rows, which amounts, and what some customers would see."""

from __future__ import annotations

from collections.abc import Iterator

from msgkit._cli._many.check import Checking
from msgkit._language import Words
from msgkit.preview import as_text

_MESSAGES = 3

_ROWS = Words("{number} rows", "共 {number} 行")
_FINGERPRINT = Words("fingerprint {fingerprint}", "模板指纹 {fingerprint}")
_AMOUNT = Words(
    "{name}: from {least} yuan (row {low}) to {most} yuan (row {high})",
    "{name}：最小 {least} 元（第 {low} 行），最大 {most} 元（第 {high} 行）",
)
_ROW = Words("Row {row}:", "第 {row} 行：")
_NOTHING = Words("Nothing was sent.", "没有发送。")


def shown(checking: Checking, lang: str) -> Iterator[str]:
    """Show what would be sent, and three messages: those of the first row, the last, and the longest others."""
    yield _ROWS.text(lang, number=checking.number)
    yield _FINGERPRINT.text(lang, fingerprint=checking.content.fingerprint)
    for name, amounts in sorted(checking.amounts.items()):
        if amounts.least and amounts.most:
            (least, low), (most, high) = amounts.least, amounts.most
            yield _AMOUNT.text(lang, name=name, least=_yuan(least), low=low, most=_yuan(most), high=high)
    asked = (checking.first, checking.last, *(entry for _, entry in checking.longest))
    entries = {each.row: each for each in asked if each is not None}
    entries = dict(list(entries.items())[:_MESSAGES])
    for row, entry in sorted(entries.items()):
        yield ""
        yield _ROW.text(lang, row=row)
        for line in as_text(checking.content.render(entry.values, checking.moment)).split("\n"):
            yield f"  {line}"
    yield ""
    yield _NOTHING.text(lang)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
