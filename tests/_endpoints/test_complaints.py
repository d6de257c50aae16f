"""Complaints but for replies: what is asked, what the answers become, and what is refused before anything is sent."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from msgkit import ValidationError
from msgkit._apiv3.calls import FlawError, Operation
from msgkit._endpoints import Decision, Page, complaint, complaints, complete, decide_refund, history
from msgkit._endpoints.complaints import DECIDED_BEFORE
from msgkit.complaints import Complaint, HistoryEntry
from tests._endpoints.given import ODD_IDS, WRONG_IDS, answered, refused
from tests.network import COMPLAINTS, IMMEDIATE, MCHID

COMPLAINT = {
    "complaint_id": IMMEDIATE,
    "complaint_time": "2025-03-10T12:00:00+08:00",
    "complaint_detail": "一个重复扣费的问题",
    "complaint_state": "PENDING",
    "complainted_mchid": MCHID,
    "problem_description": "不满意商家服务",
    "complaint_full_refunded": False,
    "incoming_user_response": True,
    "user_complaint_times": 1,
}
ENTRY = {
    "log_id": "1",
    "operator": "投诉人",
    "operate_time": "2025-03-10T12:00:00+08:00",
    "operate_type": "USER_RESPONSE",
}

BY_ID: dict[str, Callable[[Any], Operation[Any]]] = {
    "": complaint,
    "negotiation-historys": lambda complaint_id: history(complaint_id, limit=1, offset=0),
    "complete": lambda complaint_id: complete(complaint_id, complainted_mchid=MCHID),
    "update-refund-progress": lambda complaint_id: decide_refund(complaint_id, Decision("APPROVE")),
}
"""What is asked of one complaint, by the last word of its path."""


def listed(**changes: Any) -> Operation[Page]:
    """The operation of a page."""
    given: dict[str, Any] = {"limit": 50, "offset": 100, "complainted_mchid": None}
    return complaints(date(2025, 3, 1), date(2025, 3, 30), **(given | changes))


def query(operation: Operation[Any]) -> dict[str, list[str]]:
    """The query of an operation."""
    return parse_qs(operation.call.path.partition("?")[2], keep_blank_values=True)


class TestPaths:
    """The complaint in a path."""

    @pytest.mark.parametrize("word", BY_ID)
    @pytest.mark.parametrize("complaint_id", ODD_IDS)
    def test_odd_id(self, word: str, complaint_id: str) -> None:
        """An id is one step of it, whatever is in it."""
        path = BY_ID[word](complaint_id).call.path.partition("?")[0]
        assert path.startswith(f"{COMPLAINTS}/")
        step, *rest = path.removeprefix(f"{COMPLAINTS}/").split("/")
        assert unquote(step) == complaint_id
        assert rest == ([word] if word else [])
        assert path.isascii()
        assert not set(path) & set(" ?#\n")

    @pytest.mark.parametrize("word", BY_ID)
    @pytest.mark.parametrize(("complaint_id", "reason"), WRONG_IDS)
    def test_wrong_id(self, word: str, complaint_id: Any, reason: str) -> None:
        """One that cannot be an id is refused."""
        with pytest.raises(ValidationError, match=reason) as caught:
            BY_ID[word](complaint_id)
        assert [problem.pointer for problem in caught.value.problems] == ["/complaint_id"]


class TestComplaint:
    """The call that reads one complaint."""

    def test_call(self) -> None:
        """It changes nothing."""
        operation = complaint(IMMEDIATE)
        assert (operation.call.method, operation.call.path) == ("GET", f"{COMPLAINTS}/{IMMEDIATE}")
        assert (operation.kind, operation.is_harmless, operation.call.body) == ("read", True, b"")

    def test_result(self) -> None:
        """Its result is the complaint."""
        assert complaint(IMMEDIATE).result(COMPLAINT, answered()) == Complaint.from_dict(COMPLAINT)


class TestComplaints:
    """The call of a page of complaints."""

    def test_call(self) -> None:
        """It asks for days as they are written, and for a merchant where one is named."""
        asked = {"limit": ["50"], "offset": ["100"], "begin_date": ["2025-03-01"], "end_date": ["2025-03-30"]}
        assert listed().call.path.startswith(f"{COMPLAINTS}?")
        assert query(listed()) == asked
        assert query(listed(complainted_mchid="1&2=中")) == asked | {"complainted_mchid": ["1&2=中"]}
        assert listed().is_harmless

    @pytest.mark.parametrize("complainted_mchid", ["", " ", "1" * 65, "\U0001f600", "\ud800", 5, b"1"])
    def test_wrong_merchant(self, complainted_mchid: Any) -> None:
        """A merchant that there cannot be is refused."""
        assert list(refused(listed, complainted_mchid=complainted_mchid)) == ["/complainted_mchid"]

    def test_result(self) -> None:
        """Its result is what the page holds, and how many there are."""
        page = listed().result({"data": [COMPLAINT], "limit": 50, "offset": 0, "total_count": 7}, answered())
        assert page == Page((Complaint.from_dict(COMPLAINT),), 7)

    @pytest.mark.parametrize("total", [None, "7", True, 7.0])
    def test_no_total(self, total: object) -> None:
        """Where the answer does not say how many, it is not known."""
        assert listed().result({"data": [], "total_count": total}, answered()) == Page((), None)
        assert listed().result({}, answered()) == Page((), None)

    @pytest.mark.parametrize("data", [None, {}, "", 5])
    def test_no_list(self, data: object) -> None:
        """A page whose data is no list is none."""
        with pytest.raises(FlawError, match="data"):
            listed().result({"data": data}, answered())


class TestHistory:
    """The call of a page of a history."""

    def test_call(self) -> None:
        """It is spelt as the platform spells it."""
        operation = history(IMMEDIATE, limit=300, offset=600)
        assert operation.call.path == f"{COMPLAINTS}/{IMMEDIATE}/negotiation-historys?limit=300&offset=600"
        assert (operation.name, operation.is_harmless) == ("negotiation-historys", True)

    def test_result(self) -> None:
        """Its result is what the page holds; only the first says how many there are."""
        operation = history(IMMEDIATE, limit=1, offset=0)
        entries = (HistoryEntry.from_dict(ENTRY),)
        assert operation.result({"data": [ENTRY], "total_count": 1}, answered()) == Page(entries, 1)
        assert operation.result({"data": [ENTRY]}, answered()) == Page(entries, None)


class TestComplete:
    """The call that a complaint was handled."""

    def test_call(self) -> None:
        """It says who; it changes something, and nothing makes it the same twice."""
        operation = complete(IMMEDIATE, complainted_mchid=MCHID)
        assert (operation.call.method, json.loads(operation.call.body)) == ("POST", {"complainted_mchid": MCHID})
        assert (operation.kind, operation.is_repeatable) == ("write", False)
        nothing: object = operation.result({}, answered())
        assert nothing is None

    @pytest.mark.parametrize("complainted_mchid", ["", "1" * 65, None, 5, "${mchid}"])
    def test_refused(self, complainted_mchid: Any) -> None:
        """A merchant that there cannot be is refused, as is one that a template left open."""
        assert list(refused(complete, IMMEDIATE, complainted_mchid=complainted_mchid)) == ["/complainted_mchid"]


class TestDecideRefund:
    """The call that decides on a refund."""

    @pytest.mark.parametrize(
        ("decision", "body"),
        [
            (Decision("APPROVE"), {"action": "APPROVE"}),
            (Decision("APPROVE", launch_refund_day=0), {"action": "APPROVE", "launch_refund_day": 0}),
            (Decision("APPROVE", remark=""), {"action": "APPROVE", "remark": ""}),
            (Decision("REJECT", reject_reason="否"), {"action": "REJECT", "reject_reason": "否"}),
            (
                Decision("REJECT", reject_reason="否", reject_media_list=["a", "b"], remark="注"),
                {"action": "REJECT", "reject_reason": "否", "reject_media_list": ["a", "b"], "remark": "注"},
            ),
        ],
    )
    def test_body(self, decision: Decision, body: dict[str, Any]) -> None:
        """It says what was decided, and nothing that was not said."""
        operation = decide_refund(IMMEDIATE, decision)
        assert json.loads(operation.call.body) == body
        assert (operation.name, operation.kind, operation.is_repeatable) == ("update-refund-progress", "write", False)

    def test_doubt(self) -> None:
        """That the state takes no decision may mean that it was decided before."""
        assert decide_refund(IMMEDIATE, Decision("APPROVE")).doubt == DECIDED_BEFORE

    @pytest.mark.parametrize(
        ("given", "pointer"),
        [
            ({"launch_refund_day": -1}, "/launch_refund_day"),
            ({"launch_refund_day": False}, "/launch_refund_day"),
            ({"remark": "长" * 201}, "/remark"),
            ({"action": None}, "/action"),
            ({"action": "REJECT"}, "/reject_reason"),
            ({"action": "REJECT", "reject_reason": ""}, "/reject_reason"),
            ({"action": "REJECT", "reject_reason": "否", "reject_media_list": "m"}, "/reject_media_list"),
            ({"action": "REJECT", "reject_reason": "否", "reject_media_list": [""]}, "/reject_media_list/0"),
        ],
    )
    def test_refused(self, given: dict[str, Any], pointer: str) -> None:
        """A decision that breaks a rule cannot be made."""
        assert list(refused(Decision, **({"action": "APPROVE"} | given))) == [pointer]

    def test_placeholder(self) -> None:
        """One that a template left open is not sent."""
        decision = Decision("REJECT", reject_reason="${reason}", reject_media_list=("${m}",), remark="${r}")
        assert list(refused(decide_refund, IMMEDIATE, decision)) == [
            "/reject_reason",
            "/reject_media_list/0",
            "/remark",
        ]
