"""The conversation: complaints and their clocks, what the customer sees, and what went over the wire."""

from __future__ import annotations

from msgkit.studio.conversation import cases, export, faults, side, talk, template_reply
from msgkit.studio.doors import Door

DOORS: tuple[Door, ...] = (
    *cases.DOORS,
    *talk.DOORS,
    *side.DOORS,
    *faults.DOORS,
    *template_reply.DOORS,
    *export.DOORS,
)
