"""The list of complaints, and the form for a new one."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from attrs import frozen
from starlette.responses import Response

from msgkit.sandbox import Complaint
from msgkit.studio.conversation import common
from msgkit.studio.conversation.clocks import Due, due
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.searching import folded, search_of
from msgkit.studio.site import Site
from msgkit.studio.words.conversation import WORDS

#: How many complaints are shown at first, and with each more that is asked for.
PAGE = 60

STATES = ("PENDING", "PROCESSING", "PROCESSED")
PROBLEMS = ("REFUND", "SERVICE_NOT_WORK", "OTHERS")

#: How much of an id is shown: its end, in which ids differ.
_SHOWN_OF_ID = 7

#: Longest detail of a complaint, in characters (查询投诉单列表, ``complaint_detail``).
_LONGEST_DETAIL = 300

_is_yuan = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?").fullmatch
_is_phone = re.compile(r"[0-9+\- ]{3,20}").fullmatch
_is_order = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}").fullmatch


@frozen
class Case:
    """A complaint as a line of the list.

    Attributes:
        complaint: The complaint.
        due: What it waits for; None where it is handled.
    """

    complaint: Complaint
    due: Due | None

    @property
    def end(self) -> str:
        """The end of its id, in which ids differ."""
        whole = self.complaint.complaint_id
        return whole if len(whole) <= _SHOWN_OF_ID else f"…{whole[-_SHOWN_OF_ID:]}"

    @property
    def amount(self) -> str | None:
        """What the customer wants back, or else what was paid, in yuan; None where neither is said."""
        fen = self.complaint.apply_refund_amount
        if fen is None and self.complaint.complaint_order_info:
            fen = self.complaint.complaint_order_info[0].get("amount")
        return common.yuan(fen) if isinstance(fen, int) else None


def _cases(site: Site, asked: Asked) -> Response:
    found = [each for each in common.newest_first(site) if _fits(each, asked)]
    shown = min(_number(asked.query.get("shown", "")), len(found))
    now = site.sandbox.now
    return site.answer(
        asked,
        "conversation/cases.html",
        cases=[Case(each, due(each, now)) for each in found[:shown]],
        current=asked.query.get("id", ""),
        more=len(found) - shown,
        found=len(found),
        total=len(site.sandbox.complaints),
    )


def _number(text: str) -> int:
    """Return how many complaints a page has room for: whole pages of them."""
    wanted = int(text) if re.fullmatch("[0-9]{1,6}", text) else PAGE
    return max(PAGE, wanted)


def _fits(complaint: Complaint, asked: Asked) -> bool:
    state = asked.query.get("state", "")
    if state in STATES and complaint.complaint_state != state:
        return False
    if asked.query.get("immediate") and not complaint.need_immediate_service:
        return False
    words = search_of(asked)
    if not words:
        return True
    orders = (str(value) for order in complaint.complaint_order_info for value in order.values())
    said = (complaint.complaint_id, complaint.complaint_detail, complaint.problem_description, *orders)
    text = folded(" ".join(said))
    return all(word in text for word in words)


def _add(site: Site, asked: Asked) -> Response:
    made = _made(site, asked)
    # The page goes to it.
    told = json.dumps({"conversation:open": {"id": made.complaint_id}})
    return Response(status_code=204, headers={"HX-Trigger": told})


def _made(site: Site, asked: Asked) -> Complaint:
    form = asked.form
    detail = form.get("detail", "").strip()
    if not 1 <= len(detail) <= _LONGEST_DETAIL:
        raise RefusedError(WORDS["bad_detail"], most=_LONGEST_DETAIL, length=len(detail))
    problem = _problem(form.get("problem", ""))
    fields: dict[str, Any] = {
        "complaint_detail": detail,
        "need_immediate_service": form.get("immediate") == "on",
        "apply_refund_amount": _fen(form.get("amount", "").strip()),
        "payer_phone": _phone(form.get("phone", "").strip()),
        "problem_type": problem,
        "problem_description": WORDS[f"problem_{problem}"].zh,
    }
    if order := form.get("order", "").strip():
        fields["complaint_order_info"] = [_order(order, fields["apply_refund_amount"])]
    try:
        return site.sandbox.complaint(**fields)
    except ValueError as error:
        raise RefusedError(WORDS["not_taken"], why=str(error)) from None


def _fen(text: str) -> int | None:
    if not text:
        return None
    if not _is_yuan(text):
        raise RefusedError(WORDS["bad_amount"])
    return int(Decimal(text) * 100)


def _phone(text: str) -> str | None:
    if text and not _is_phone(text):
        raise RefusedError(WORDS["bad_phone"])
    return text or None


def _problem(text: str) -> str:
    if text not in PROBLEMS:
        raise RefusedError(WORDS["bad_problem"])
    return text


def _order(number: str, fen: int | None) -> dict[str, Any]:
    if not _is_order(number):
        raise RefusedError(WORDS["bad_order"])
    return {"out_trade_no": number} | ({} if fen is None else {"amount": fen})


DOORS = (Door("GET", "/conversation/cases", _cases), Door("POST", "/conversation/cases", _add))
