"""What a merchant reads: the list of complaints, one of them, and its history."""

from typing import Any

from msgkit.sandbox.answers import Answer, invalid_request, not_found, param_error
from msgkit.sandbox.calls import Call
from msgkit.sandbox.complaints import BEIJING
from msgkit.sandbox.queries import Parameter, Query, day, merchant_id, number
from msgkit.sandbox.state import State

#: How far apart the days of a list may be (查询投诉单列表).
DAYS_LIMIT = 30

#: What the platform says to whoever asks for more than it can give at once.
TOO_MUCH = "当前查询结果数据量过大"

LIST: Query = {
    "begin_date": Parameter(day, required=True),
    "end_date": Parameter(day, required=True),
    "limit": Parameter(number(1, 50), 10),
    "offset": Parameter(number(0), 0),
    "complainted_mchid": Parameter(merchant_id),
}
HISTORY: Query = {
    "limit": Parameter(number(1, 300), 100),
    "offset": Parameter(number(0), 0),
}


def list_complaints(state: State, call: Call) -> Answer:
    """Answer a page of complaints (查询投诉单列表), the newest first, by the days that Beijing had."""
    asked = call.asked(LIST)
    begin, end = asked["begin_date"], asked["end_date"]
    if not 0 <= (end - begin).days <= DAYS_LIMIT:
        issue = f"must be a day from begin_date to {DAYS_LIMIT} days after it"
        raise param_error("/end_date", issue, end.isoformat(), location="query")
    mchid = asked["complainted_mchid"]
    found = [
        complaint
        for complaint in reversed([*state.complaints.values()])
        if begin <= complaint.complaint_time.astimezone(BEIJING).date() <= end
        and mchid in (None, complaint.complainted_mchid)
    ]
    # Of those that were made at the same moment, the one that was added later is the newer one: sorting is stable.
    found.sort(key=lambda complaint: complaint.complaint_time, reverse=True)
    page = _page(found, asked, state.limits[0])
    data = [complaint.document(call.keyring.encrypt, detail=False) for complaint in page]
    return Answer.json(200, _numbered(data, asked) | {"total_count": len(found)})


def show_complaint(state: State, call: Call) -> Answer:
    """Answer one complaint (查询投诉单详情)."""
    call.asked({})
    return Answer.json(200, state.find(call.complaint_id).document(call.keyring.encrypt, detail=True))


def show_history(state: State, call: Call) -> Answer:
    """Answer a page of a complaint's history (查询投诉单协商历史), the newest entry first."""
    asked = call.asked(HISTORY)
    entries = state.history(call.complaint_id)
    if entries is None:
        raise not_found("there is no such complaint")
    found = [*reversed(entries)]
    found.sort(key=lambda entry: entry.operate_time, reverse=True)
    answered = _numbered([entry.document for entry in _page(found, asked, state.limits[1])], asked)
    # The platform counts only for the first page.
    return Answer.json(200, answered if asked["offset"] else answered | {"total_count": len(found)})


def _page(found: list[Any], asked: dict[str, Any], largest: int | None) -> list[Any]:
    if largest is not None and asked["limit"] > largest:
        raise invalid_request(TOO_MUCH)
    return found[asked["offset"] : asked["offset"] + asked["limit"]]


def _numbered(data: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
    return {"data": data, "limit": asked["limit"], "offset": asked["offset"]}
