"""What pages are told of a sandbox's changes."""

from __future__ import annotations

from typing import Any

import pytest

from msgkit.sandbox import Change
from msgkit.sandbox.journal import RecordedCall
from msgkit.studio.conversation.telling import telling
from msgkit.studio.events import Events


class _Noting(Events):
    """Notes what is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, Any]] = []

    def tell(self, name: str, **data: Any) -> None:
        self.told.append((name, data.get("id", ...)))


def _call(fault: str | None) -> RecordedCall:
    return RecordedCall("response", "POST", "/v3/1", "", 200, fault, None, "R", None, None, (), 0.0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change("complaint", "1"), [("complaints", ...), ("conversation", "1")]),
        (Change("entry", "1", log_id="2"), [("complaints", ...), ("conversation", "1")]),
        (Change("push", "1", push_id="2"), [("conversation", "1")]),
        (Change("call", "1", call=_call(None)), [("calls", ...), ("conversation", "1")]),
        (Change("call", call=_call("SLOW")), [("calls", ...), ("faults", ...)]),
        (Change("clock"), [("complaints", ...), ("conversation", None), ("calls", ...)]),
        (Change("reset"), [("complaints", ...), ("conversation", None), ("calls", ...)]),
    ],
)
def test_told(change: Change, told: list[tuple[str, Any]]) -> None:
    """Each change is told to the places that show it, and to the conversation that it is about."""
    events = _Noting()
    telling(events)(change)
    assert events.told == told
