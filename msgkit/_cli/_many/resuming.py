"""Whether a table that was begun may go on: it must be the same, said by the same template, by the same merchant."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

from msgkit._cli._differences import differences
from msgkit._cli._many.content import Content
from msgkit._cli._many.journal import VERSION, Journal
from msgkit._cli._many.seen import Seen
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.errors import ValidationError
from msgkit.reply import Reply
from msgkit.templates import Template

_MOST_LINES = 20
_MOST_RANGES = 10

_VERSION = Words("it was begun by another version of msgkit", "是另一个版本的 msgkit 开始的")
_PURPOSE = Words("its purpose was {old}, and is {new}", "用途原来是 {old}，现在是 {new}")
_MERCHANT = Words("it was begun by the merchant {old}, and this is {new}", "原来的商户号是 {old}，现在是 {new}")
_HOST = Words("it was sent to {old}, and this goes to {new}", "原来发往 {old}，现在发往 {new}")
_FIXED = Words("--var gives other values", "--var 的值变了")
_TEMPLATE = Words("the template has changed:", "模板有改动：")
_ROWS = {
    "changed": Words("other values or ids: {many:kind} {ranges}", "内容变了：第 {ranges} 行"),
    "new": Words("new: {many:kind} {ranges}", "新增：第 {ranges} 行"),
    "gone": Words("gone: {many:kind} {ranges}", "没有了：原第 {ranges} 行"),
    "moved": Words("in another place: {many:kind} {ranges}", "位置变了：第 {ranges} 行"),
}
_AND_MORE = Words("… and {more} more", "……另有 {more} 处")


def meta_of(content: Content, purpose: str, mchid: str, host: str) -> dict[str, str]:
    """Return what a journal knows of the whole.

    Args:
        content: What is sent.
        purpose: What for.
        mchid: The caller.
        host: Scheme and host that it goes to: what a sandbox took is not sent.
    """
    fixed = json.dumps(sorted(content.fixed.items()), default=str).encode()
    return {
        "version": VERSION,
        "purpose": purpose,
        "mchid": mchid,
        "host": host,
        "fixed": hashlib.sha256(fixed).hexdigest(),
        "fingerprint": content.fingerprint,
        "short": content.short,
    }


def changes(journal: Journal, now: Mapping[str, str], content: Content, seen: Seen, lang: str) -> Iterator[str]:
    """Say what is not as it was when a journal was begun, a line each; nothing where all is.

    Args:
        journal: The journal.
        now: What `meta_of` says now.
        content: What is sent now.
        seen: The rows that there are now.
        lang: The language.
    """
    then = journal.meta
    if then.get("version") != now["version"]:
        yield _VERSION.text(lang)
        return
    for name, words in (("purpose", _PURPOSE), ("mchid", _MERCHANT), ("host", _HOST)):
        if then[name] != now[name]:
            yield words.text(lang, old=printable(then[name]), new=printable(now[name]))
    if then["fingerprint"] != now["fingerprint"]:
        yield _TEMPLATE.text(lang)
        yield from _of_template(then["short"], content, lang)
    if then["fixed"] != now["fixed"]:
        yield _FIXED.text(lang)
        return  # each row has other values then
    for name, rows in journal.compared(seen).items():
        if rows:
            yield _ROWS[name].text(lang, many="rows" if len(rows) > 1 else "row", ranges=_ranges(rows, lang))


def _of_template(short: str, content: Content, lang: str) -> Iterator[str]:
    data = json.loads(short)
    try:
        before = Reply.from_dict(data) if "response_content" in data else Template.from_dict(data)
    except ValidationError:  # a rule of a newer msgkit
        return
    lines = list(differences(before, content.said, ("then", "now"), lang))
    yield from (f"  {line}" for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"  {_AND_MORE.text(lang, more=len(lines) - _MOST_LINES)}"


def _ranges(rows: Sequence[int], lang: str) -> str:
    """Return numbers as a person writes them.

    >>> _ranges([2, 3, 4, 7], "en")
    '2–4, 7'
    """
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = found[-1][0], row
        else:
            found.append((row, row))
    said = [str(first) if first == last else f"{first}–{last}" for first, last in found[:_MOST_RANGES]]
    if len(found) > _MOST_RANGES:
        said.append(_AND_MORE.text(lang, more=len(found) - _MOST_RANGES))
    return ("、" if lang == "zh" else ", ").join(said)
