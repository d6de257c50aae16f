"""Tells the pages what has changed in the sandbox."""

from __future__ import annotations

from collections.abc import Callable

from msgkit.sandbox import Change
from msgkit.studio.events import Events


def telling(events: Events) -> Callable[[Change], None]:
    """Return what hears of a sandbox's changes and tells the pages of them.

    Args:
        events: Who tells the pages.
    """

    def hear(change: Change) -> None:
        match change.kind:
            case "call":
                events.tell("calls")
                if change.complaint_id is not None:
                    events.tell("conversation", id=change.complaint_id)
                if change.call is not None and change.call.fault is not None:
                    events.tell("faults")  # one of those that waited may be used up
            case "clock" | "reset":
                events.tell("complaints")
                events.tell("conversation", id=None)
                events.tell("calls")
            case "complaint" | "entry":
                events.tell("complaints")
                events.tell("conversation", id=change.complaint_id)
            case "push":
                events.tell("conversation", id=change.complaint_id)

    return hear
