"""What is wrong with a table, by row and column; no value of it is ever shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from msgkit._language import CHINESE, Words
from msgkit._printable import printable
from msgkit.errors import Problem

_LONGEST = 64  # characters of a column's name

_PLACE = Words("[row {row}][, column {column}]: ", "[第 {row} 行][，{column} 列]：")
_COLUMN = Words("column {column}: ", "{column} 列：")

NO_ROWS = Words("there are no rows in it; add one under the header", "表里没有数据；请在表头下面填写。")
EMPTY = Words("it is empty; its first line names the columns, complaint_id among them", "文件是空的；第一行要写列名。")
UNREADABLE = Words("it cannot be read: {why:reason}", "读不出来：{why:reason}")
NO_FILE = Words(
    "it is no regular file; write the table into a file, as it is read several times",
    "不是普通文件；表要读几遍，请先存成文件。",
)
CHANGED = Words(
    "it changed while it was read; wait until nobody writes it, and run the command again",
    "读取时文件有改动；请等文件不再变动后重新运行。",
)
NOT_ENCODED = Words(
    "line {line} is no {encoding} from its byte {byte} on; save the table as “CSV UTF-8”[, or say --encoding {other}]",
    "文件第 {line} 行第 {byte} 个字节起不是 {encoding}；请另存为“CSV UTF-8”[，或加上 --encoding {other}]。",
)
LONG_LINE = Words(
    "line {line} has more than {most} bytes; the rest was not read. Is a quotation mark left open?",
    "文件第 {line} 行超过 {most} 字节，后面没有再读；是不是缺少引号？",
)
NUL = Words(
    "line {line} has a NUL byte, which no text has; save the table as “CSV UTF-8”",
    "文件第 {line} 行有 NUL 字节，不是文字；请另存为“CSV UTF-8”。",
)
BROKEN = Words(
    "line {line} is not written as CSV, and the rest was not read: look at its quotation marks, and at a cell of more "
    "than {most} characters",
    "文件第 {line} 行不是正确的 CSV，后面没有再读；请检查引号，以及超过 {most} 个字的单元格。",
)
RAGGED = Words(
    "it has {number} cells, and the header has {columns}; a comma inside a cell needs quotation marks around the cell",
    "有 {number} 个单元格，表头有 {columns} 列；单元格里有逗号时要加引号。",
)
NOT_JSON = Words("it is not JSON: {why:reason}", "不是 JSON：{why:reason}")
NESTED = Words(
    "it is nested too deeply; each value is a text, a number or a list of texts",
    "嵌套太深；每个值只能是文字、数字或文字列表。",
)
NO_OBJECT = Words("it must be a JSON object, one a line", "每行要写一个 JSON 对象。")
REPEATED_KEY = Words("a name stands twice in it; keep one", "有重复的名称，请只保留一个。")
NO_COLUMN = Words("there is no column {name}; add one", "缺少 {name} 列，请加上。")
UNKNOWN = Words(
    "there is no such variable in the template[; did you mean {near}?]; leave the column out, or rename it",
    "模板里没有这个变量[，是不是想写 {near}？]；请删掉这一列或改名。",
)
TWICE = Words("it stands twice in the header; keep one", "表头里出现了两次，请只保留一列。")
NO_NAME = Words("it has no name in the header; name it, or remove it", "表头没有列名；请写上，或删掉这一列。")
GIVEN = Words("--var gives it already; leave one out", "--var 已经给了这个值，请去掉其中一个。")
BLANK_ID = Words("it is empty; each row needs a complaint", "是空的，每行都要有投诉单号。")
NO_TEXT_ID = Words(
    "it must be a text; in JSON an id stands in quotation marks",
    "要写成文字，JSON 里的单号要加引号。",
)
MANGLED = Words(
    "a spreadsheet made a number of it, and its last digits are lost: format the column as text (把列设为文本), and "
    "paste the values again",
    "表格软件把它变成了数字，后面几位已经丢失；请把列设为文本，再重新粘贴。",
)
UNFIT_ID = Words(
    "no id is written so: it begins with a quotation mark or =, or has a character in it that is invisible or none of "
    "ASCII; leave digits alone, and format the column as text (把列设为文本)",
    "单号里有多余的字符（开头的引号或等号、看不见的字符、全角字符）；请只保留数字，并把列设为文本。",
)
UNFIT_MERCHANT = Words("a merchant's number is digits, 0 to 9; mend it", "商户号只能是半角数字，请修改。")
NOT_GBK = Words(
    "it is UTF-8, and in GBK its words would be others: leave out --encoding gbk",
    "文件是 UTF-8，按 GBK 读会变成乱码；请去掉 --encoding gbk。",
)
NO_UNIT = Words(
    "the template does not say whether these amounts are yuan or fen: add unit: yuan (128.00) or unit: fen (12800) to "
    "the variable",
    "模板没有写金额的单位；请给这个变量加上 unit: yuan（写成 128.00）或 unit: fen（写成 12800）。",
)
PLAIN_ID = Words(
    "a plain reply has no idempotent_id, by which the platform could tell it; remove the column",
    "普通回复没有幂等 ID，请删掉这一列。",
)
SAME_ID = Words(
    "it is the same reply as row {other}; remove one, or give each an idempotent_id of its own",
    "和第 {other} 行是同一条回复；请删掉一行，或各写一个 idempotent_id。",
)
SAME_REPLY = Words(
    "it is the same reply to the same complaint as row {other}; remove one", "和第 {other} 行重复；请删掉一行。"
)


@attrs.frozen
class Finding:
    """One thing that is wrong with a table.

    Attributes:
        row: The row as a spreadsheet counts it: the header is 1; of JSON Lines, the line. None for the whole.
        column: The column; None for the whole row.
        said: What is wrong, in words or as a broken rule.
        params: What fills the words.
    """

    row: int | None
    column: str | None
    said: Words | Problem
    params: Mapping[str, Any] = MappingProxyType({})

    def text(self, lang: str) -> str:
        """Say it, the place first."""
        before = ""
        if self.row is not None:
            before = _PLACE.text(lang, row=str(self.row), column=self.column)
        elif self.column is not None:
            before = _COLUMN.text(lang, column=self.column)
        if isinstance(self.said, Words):
            return before + self.said.text(lang, **self.params)
        return before + (self.said.text(lang) if lang == CHINESE else self.said.placed(lang))


def shown(name: str, number: int) -> str:
    """Return how a column is called: by its name, or by its number where that may be anybody's text."""
    is_name = name.isidentifier() and len(name) <= _LONGEST
    return printable(name) if is_name else f"#{number}"
