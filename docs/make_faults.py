"""Writes the page of faults from the table that the tests run: ``python docs/make_faults.py``; a test holds it true."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.client.fault_matrix import CALLS, COLUMNS, ON_THE_WAY, ROWS, Outcome, Row

PAGE = Path(__file__).parent / "faults.md"

HEAD = """\
# What becomes of a call

What a call ends in that meets a fault once, for each kind of call. The tests run this very table, every fault against
every method of both clients, with a local WeChat Pay over real HTTP; the words in capitals are the sandbox's
(`sandbox.fail_next("SYSTEM_ERROR")`).

- **again**: it is sent again, with a new signature, a rich reply under the same `idempotent_id`; and succeeds.
- **an error**: it is raised at once. Nothing was carried out, and the same call would end the same.
- **an error, unclear**: it is raised at once, with `maybe_processed=True`. A second time might be once too often: look
  at the complaint first, or for a rich reply send again with `error.idempotent_id`.
- **done**: nothing is wrong with that.

平台或网络出一次故障时，各类调用的结果。“again” 为自动重试后成功；“unclear” 为可能已经处理（`maybe_processed=True`），
请先查看投诉单，富文本回复可用同一个 `idempotent_id` 再发。
"""

TAIL = """\
A reply that is refused with 400 提交商户回复失败，请稍后重试 asks to come again later. It is final for msgkit like any
other 400: nothing documents after how long that would help, so it is the caller's to decide.

A list that is refused with 400 is asked for again with half the page, since the platform says so when a page is too
large (当前查询结果数据量过大) and has no code for it; where one entry is refused too, the first refusal is raised.

A picture that a foreign host serves is never signed. It goes to that one host, so there is no other to ask.
"""


def page() -> str:
    """Return the page, in Markdown."""
    parts = [HEAD, "## Which calls are which\n", *_kinds(), "## Answers that are wrong, or none\n", *_table(ROWS)]
    return "\n".join([*parts, "## No way to the platform, and another host\n", *_table(ON_THE_WAY), TAIL])


def _kinds() -> list[str]:
    methods = {column: [f"`{call.name}`" for call in CALLS if call.column == column] for column in COLUMNS}
    methods["picture"] = ["`download_image` from the platform's hosts"]
    lines = [f"- **{english}** ({chinese}): {', '.join(methods[name])}" for name, (english, chinese) in COLUMNS.items()]
    return [*lines, ""]


def _table(rows: tuple[Row, ...]) -> list[str]:
    head = ["What happens", "会发生什么", *(english for english, _ in COLUMNS.values())]
    lines = [_line(head), _line(["---"] * len(head))]
    for row in rows:
        name = f"{row.en} (`{row.name}`)" if row.name.isupper() else row.en
        lines.append(_line([name, row.zh, *(_said(row.outcomes[column]) for column in COLUMNS)]))
    return [*lines, ""]


def _said(outcome: Outcome) -> str:
    if outcome.error is None:
        return "done" if outcome.attempts == 1 else "again"
    return f"`{outcome.error}`{', unclear' if outcome.maybe_processed else ''}"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
