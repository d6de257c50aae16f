"""All that a call can change, in one place, so that it can be copied."""

from __future__ import annotations

import copy
from typing import Any

from attrs import define, field, fields

from msgkit.sandbox.answers import invalid_request
from msgkit.sandbox.complaints import Complaint
from msgkit.sandbox.history import Entry
from msgkit.sandbox.oddities import Oddity
from msgkit.sandbox.pictures import Shown, Upload
from msgkit.sandbox.received import ReceivedReply


@define
class Memory:
    """All that a call can change."""

    complaints: dict[str, Complaint] = field(factory=dict)
    entries: dict[str, tuple[Entry, ...]] = field(factory=dict)
    decided: set[str] = field(factory=set)
    replies: list[ReceivedReply] = field(factory=list)
    processed: dict[tuple[str, str], ReceivedReply] = field(factory=dict)
    uploads: list[Upload] = field(factory=list)
    pictures: dict[str, Shown] = field(factory=dict)
    warnings: list[Oddity] = field(factory=list)
    notification_url: str | None = None
    links: bool = True
    jump_clicks: bool = True
    largest_complaints: int | None = None
    largest_history: int | None = None

    def copied(self) -> Memory:
        """A copy that goes its own way."""
        return Memory(*(copy.copy(getattr(self, one.name)) for one in fields(Memory)))


def the_same(reply: ReceivedReply, complaint_id: str, body: dict[str, Any]) -> ReceivedReply:
    """Return a reply that was processed under an ``idempotent_id``, if it is the one that comes again.

    Raises:
        Refusal: It is another one.
    """
    differing = [key for key in ("complainted_mchid", "message") if reply.body[key] != body[key]]
    if reply.complaint_id != complaint_id:
        differing.insert(0, "complaint_id")
    if not differing:
        return reply
    raise invalid_request(
        f"this idempotent_id was processed before with another {' and '.join(differing)}:"
        " the platform would swallow this reply; give every reply an idempotent_id of its own"
    )
