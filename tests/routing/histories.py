"""Histories of complaints, as the platform gives them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgkit import Button, Complaint, HistoryEntry, Message, SendMessage
from msgkit.routing._event import Look

T0 = datetime(2026, 11, 24, 10, tzinfo=UTC)


def entry(log_id: str, operate_type: str = "USER_RESPONSE", seconds: int = 0, **more: Any) -> HistoryEntry:
    """An entry, so many seconds after the first."""
    time = (T0 + timedelta(seconds=seconds)).isoformat()
    data = {"log_id": log_id, "operator": "投诉人", "operate_time": time, "operate_type": operate_type, **more}
    return HistoryEntry.from_dict(data)


def said(log_id: str, *buttons: Button, seconds: int = 0) -> HistoryEntry:
    """A rich message of the merchant's, with buttons."""
    message = Message().text("您好").button_group(*buttons)
    return entry(log_id, "MERCHANT_RESPONSE", seconds, normal_message=message.to_dict())


def carrying(text: str, custom_data: str | None, action_id: str | None = "a") -> Button:
    """A button that sends its text."""
    return Button(text, SendMessage(text, custom_data, action_id=action_id))


def look(entries: Sequence[HistoryEntry]) -> Look:
    """A look that found these entries."""
    complaint = Complaint.from_dict(
        {
            "complaint_id": "1",
            "complaint_time": T0.isoformat(),
            "complaint_detail": "重复扣费",
            "complaint_state": "PENDING",
            "complainted_mchid": "2",
            "problem_description": "扣费",
            "complaint_full_refunded": False,
            "incoming_user_response": True,
            "user_complaint_times": 1,
        }
    )
    return Look(complaint, tuple(entries), 0.0)
