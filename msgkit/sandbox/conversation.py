"""A complaint's conversation as text, as the customer sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgkit.sandbox.complaints import BEIJING, Complaint
from msgkit.sandbox.history import Entry
from msgkit.sandbox.rendering import picture
from msgkit.sandbox.tapping import Limit, blocks_of, click_of, object_at, spots_of, tapped_in, taps_on, text_at

_STATES = {"PENDING": "待处理", "PROCESSING": "处理中", "PROCESSED": "已处理完成"}

#: What is said of an entry beside its words, by its type; one that is not here is called by its type.
DONE = {
    "USER_CREATE_COMPLAINT": "发起投诉",
    "USER_CONTINUE_COMPLAINT": "继续投诉",
    "USER_RESPONSE": "",
    "MERCHANT_RESPONSE": "",
    "PLATFORM_RESPONSE": "",
    "MERCHANT_CONFIRM_COMPLETE": "反馈处理完成",
    "MERCHANT_APPROVE_REFUND": "同意退款",
    "MERCHANT_REFUSE_RERUND": "拒绝退款",
    "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE": "已全额退款",
    "COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE": "已部分退款",
    "COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE": "退款已到账",
    "USER_SUBMIT_SATISFACTION": "评价服务",
    "USER_APPLY_PLATFORM_SERVICE": "申请平台介入",
    "USER_CANCEL_PLATFORM_SERVICE": "取消平台介入",
    "PLATFORM_SERVICE_FINISHED": "平台服务结束",
}

_INDENT = "  "

_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")


def by_time(entries: Sequence[Entry]) -> list[Entry]:
    """Entries in the order in which they happened; those of one moment in the order in which they were made."""
    return sorted(entries, key=lambda entry: entry.operate_time)


def conversation(complaint: Complaint, entries: Sequence[Entry], now: datetime) -> str:
    """What the customer sees: who did what and when, the words, and what can be tapped.

    Args:
        complaint: The complaint.
        entries: Its history.
        now: The moment that it is, which decides what has expired.
    """
    lines = [f"投诉单 {complaint.complaint_id}（{_STATES[complaint.complaint_state]}）"]
    ordered = by_time(entries)
    messages = {entry.log_id: entry for entry in ordered if entry.normal_message is not None}
    for entry in ordered:
        head = (written(entry.operate_time, "seconds"), str(entry.operator), _done(entry, messages))
        lines.append(" ".join(filter(None, head)))
        for paragraph in _words(entry, ordered, now):
            lines += [_INDENT + line for line in paragraph.splitlines()]
    return "\n".join(map(_harmless, lines))


def written(when: datetime, until: str) -> str:
    """A moment in Beijing's time, to the minute or the second; one that this calendar has not, as it came."""
    try:
        return when.astimezone(BEIJING).replace(tzinfo=None).isoformat(" ", until)
    except OverflowError:
        return when.isoformat(" ", until)


def _done(entry: Entry, messages: Mapping[str, Entry]) -> str:
    click = click_of(entry)
    if click is None:
        return DONE.get(entry.operate_type, entry.operate_type)
    message = messages.get(text_at(click, "clicked_log_id"))
    tapped = None if message is None else tapped_in(message, entry)
    return "点了" if tapped is None else f"点了 {tapped.shown}"


def _words(entry: Entry, entries: Sequence[Entry], now: datetime) -> Iterator[str]:
    yield entry.operate_details
    yield text_at(click_of(entry) or {}, "message_content")
    taps = [] if entry.normal_message is None else taps_on(entry, entries)
    for number, block in enumerate(blocks_of(entry.normal_message)):
        yield from _block(number, block, taps, now)
    yield from (picture() for _ in entry.image_list)


def _block(number: int, block: Mapping[str, Any], taps: list[tuple[int, int]], now: datetime) -> Iterator[str]:
    kind = text_at(block, "type")
    payload = object_at(block, kind.lower())
    if kind == "TEXT":
        yield text_at(payload, "text")
    elif kind == "IMAGE":
        yield picture(text_at(payload, "media_id"))
    found = list(spots_of(number, block))
    if kind != "BUTTON_GROUP":
        yield from (one.shown + _marks(one.limits, taps, now) for one in found)
    elif found:
        # What holds for the group is said once, behind it.
        own = [one.shown + _marks([it for it in one.limits if it.part is not None], taps, now) for one in found]
        shared = _marks([it for it in found[0].limits if it.part is None], taps, now)
        if text_at(payload, "button_layout") == "LAYOUT_VERTICAL":
            yield from own[:-1]
            yield own[-1] + shared
        else:
            yield " ".join(own) + shared


def _marks(limits: Sequence[Limit], taps: list[tuple[int, int]], now: datetime) -> str:
    said = [mark for limit in limits for mark in _mark(limit, taps, now)]
    return f"（{'，'.join(said)}）" if said else ""


def _mark(limit: Limit, taps: list[tuple[int, int]], now: datetime) -> Iterator[str]:
    if limit.once:
        yield "已点过" if limit.is_used_up(taps) else "只能点一次"
    if limit.expires is not None:
        yield "已失效" if limit.is_over(now) else f"{written(limit.expires, 'minutes')} 前有效"


def _harmless(line: str) -> str:
    """A line as it is, but for what would move the cursor of whoever reads it."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], line)
