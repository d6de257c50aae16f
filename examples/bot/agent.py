"""People: how a complaint gets to one, comes back, and ends."""

from __future__ import annotations

from desk import Desk
from replies import REPLIES

from msgkit import Client, Complaint, Event, Message, Router
from msgkit.complaints import ComplaintState

people: Router[Client] = Router()


@people.on_complaint(when=lambda event: event.continued)
@people.on_tap("agent", "unresolved")
@people.on_message("人工", "真人", "客服")
def hand_over(event: Event, desk: Desk) -> Message:
    """Give the complaint to a person, and say when there will be an answer."""
    desk.take(event.complaint_id, event.log_id)
    return REPLIES["agent/waiting"].render(
        再次投诉=event.continued, 在线=desk.is_open(event.operate_time), 上班=desk.opens, 下班=desk.closes
    )


def hand_back(client: Client, desk: Desk, complaint_id: str) -> None:
    """Give a complaint back to the bot, and ask whether that was all: what your people's own tool calls.

    Raises:
        SendError: The customer was not asked; the bot has the complaint all the same.
    """
    log_id = desk.hand_back(complaint_id)
    if log_id is not None:
        client.reply(complaint_id, REPLIES["agent/back"].render(), idempotent_id=f"back/{log_id}")


@people.on_tap("resolved")
def resolved(client: Client, complaint: Complaint, event: Event) -> None:
    """Thank, then complete the complaint: nobody says that one which is completed takes replies."""
    if complaint.complaint_state != ComplaintState.PROCESSED:
        client.reply(complaint, REPLIES["thanks"].render(), idempotent_id=f"thanks/{event.log_id}")
        client.complete(complaint.complaint_id)
