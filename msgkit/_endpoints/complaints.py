"""What is asked of a complaint, and decided about it, besides replies.

Source: WeChat Pay documentation, 消费者投诉: 查询投诉单列表, 查询投诉单详情, 查询投诉单协商历史, 反馈处理完成,
更新退款审批结果.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

import attrs

from msgkit import _fields, _wire, rules
from msgkit._apiv3.calls import Call, FlawError, Operation
from msgkit._endpoints._common import COMPLAINTS, ComplaintId, Target, path_of, post
from msgkit._language import kind
from msgkit.complaints import Complaint, HistoryEntry
from msgkit.errors import Problem, ValidationError

T = TypeVar("T")

LIST_PAGE = 50
"""Most complaints of one page."""

HISTORY_PAGE = 300
"""Most entries of one page of a history."""

LONGEST_RANGE = timedelta(days=29)
"""From the first day of a list to its last: at most 30 days, both counted."""

# What the platform says of a decision that the complaint's state does not take: a second one, or one that came too
# late. After an answer that was lost it can mean that the first was carried out.
DECIDED_BEFORE = "当前单据状态不支持操作"


@attrs.frozen
class Page:
    """A part of a list, as it was answered.

    Attributes:
        entries: What it holds.
        total: How many there are in all; None where the answer does not say.
    """

    entries: tuple[Any, ...]
    total: int | None


@attrs.frozen
class Merchant:
    """Whose complaints are listed."""

    complainted_mchid: str | None = attrs.field(validator=_fields.text(optional=True, blank=False, at_most=64))


@attrs.frozen
class Decision:
    """The body of a decision on a refund that a customer asked for."""

    action: str = attrs.field(validator=_fields.word)  # APPROVE or REJECT
    launch_refund_day: int | None = attrs.field(default=None, validator=_fields.integer(optional=True))
    reject_reason: str | None = attrs.field(
        default=None, validator=_fields.text(optional=True, blank=False, at_most=200)
    )
    reject_media_list: tuple[str, ...] = attrs.field(
        default=(), converter=_fields.as_tuple, validator=_fields.texts(at_most=4)
    )
    remark: str | None = attrs.field(default=None, validator=_fields.text(optional=True, at_most=200))

    def __attrs_post_init__(self) -> None:
        if self.action == "REJECT" and self.reject_reason is None:
            given = {"expected": "string", "given": kind(None)}
            raise ValidationError([Problem("/reject_reason", rules.WRONG_TYPE, **given)], "Decision")
        days = self.launch_refund_day
        if days is not None and days < 0:
            raise ValidationError(
                [Problem("/launch_refund_day", rules.OUT_OF_RANGE, days, given=days, least=0, most=None)], "Decision"
            )


def complaint(complaint_id: str) -> Operation[Complaint]:
    """Read one complaint.

    Raises:
        ValidationError: The id breaks its rule.
    """
    target = ComplaintId(complaint_id)
    return Operation("complaint", Call("GET", path_of(target.complaint_id)), lambda data, _: Complaint.from_dict(data))


def complaints(begin: date, end: date, *, limit: int, offset: int, complainted_mchid: str | None) -> Operation[Page]:
    """Read a page of the complaints of some days.

    Args:
        begin: The first day, of Beijing.
        end: The last day; at most 30 days in all.
        limit: Most complaints, 1 to 50.
        offset: How many to pass over.
        complainted_mchid: The merchant complained about, 1 to 64 characters; None for all that the caller answers for.

    Raises:
        ValidationError: The merchant's number breaks its rule.
    """
    query: dict[str, Any] = {"limit": limit, "offset": offset, "begin_date": begin, "end_date": end}
    if (merchant := Merchant(complainted_mchid).complainted_mchid) is not None:
        query["complainted_mchid"] = merchant
    return Operation(
        "complaints", Call("GET", f"{COMPLAINTS}?{urlencode(query)}"), lambda data, _: _page(data, Complaint.from_dict)
    )


def history(complaint_id: str, *, limit: int, offset: int) -> Operation[Page]:
    """Read a page of the history of a complaint.

    Args:
        complaint_id: 1 to 64 characters.
        limit: Most entries, 1 to 300.
        offset: How many to pass over.

    Raises:
        ValidationError: The id breaks its rule.
    """
    path = path_of(ComplaintId(complaint_id).complaint_id, "negotiation-historys")
    query = urlencode({"limit": limit, "offset": offset})
    return Operation(
        "negotiation-historys", Call("GET", f"{path}?{query}"), lambda data, _: _page(data, HistoryEntry.from_dict)
    )


def complete(complaint_id: str, *, complainted_mchid: str) -> Operation[None]:
    """Report a complaint as handled.

    Raises:
        ValidationError: An argument breaks its rule.
    """
    target = Target(complaint_id, complainted_mchid)
    call = post(target, "complete", {"complainted_mchid": target.complainted_mchid})
    return Operation("complete", call, _nothing)


def decide_refund(complaint_id: str, decision: Decision) -> Operation[None]:
    """Approve or reject a refund that a customer asked for.

    Raises:
        ValidationError: The id breaks its rule.
    """
    call = post(ComplaintId(complaint_id), "update-refund-progress", _wire.dump(decision))
    return Operation("update-refund-progress", call, _nothing, doubt=DECIDED_BEFORE)


def _nothing(_data: object, _answer: object) -> None:
    """Return what an answer without a body says."""


def _page(data: Mapping[str, Any], read: Callable[[Any], T]) -> Page:
    entries, total = data.get("data", []), data.get("total_count")
    if not isinstance(entries, list):
        raise FlawError("its data is no list")
    is_count = isinstance(total, int) and not isinstance(total, bool)
    return Page(tuple(map(read, entries)), total if is_count else None)
