"""What a handler returned, as replies to be sent; and what can be known of one whose answer was lost."""

from __future__ import annotations

import json
import logging

from msgkit import _endpoints
from msgkit._apiv3.calls import Operation
from msgkit._receipt import Receipt
from msgkit.client import _flows
from msgkit.complaints import Complaint
from msgkit.message import Message
from msgkit.reply import Reply
from msgkit.routing._event import Look
from msgkit.routing._records import Outgoing, digest

logger = logging.getLogger("msgkit")


def prepared(returned: object, complaint: Complaint, log_id: str) -> tuple[Outgoing, ...]:
    """Return the replies to send for what a handler returned.

    Args:
        returned: A `Message`, a `Reply`, a list of them, or None.
        complaint: The complaint, which says whether it takes rich replies.
        log_id: The entry's serial number. It is the ``idempotent_id`` of a single reply; the n-th of a list has
            ``LOG_ID-n``, from 1.

    Raises:
        ValidationError: It is something else, or cannot be sent.
    """
    several = isinstance(returned, (list, tuple))
    ids = (f"{log_id}-{n}" for n, _ in enumerate(returned, 1)) if several else iter([log_id])  # type: ignore[arg-type]
    messages = returned if several else [returned]
    return tuple(
        _outgoing(complaint, message, idempotent_id)
        for message, idempotent_id in zip(messages, ids, strict=True)  # type: ignore[call-overload]
        if message is not None
    )


def _outgoing(complaint: Complaint, message: object, idempotent_id: str) -> Outgoing:
    if isinstance(message, Message):
        operation, dropped = _flows.fitting(complaint, message, idempotent_id=idempotent_id)
        if dropped:
            codes = ", ".join(sorted({problem.rule or "" for problem in dropped}))
            logger.info(
                "complaint %s: a plain reply takes %d parts less (%s)", complaint.complaint_id, len(dropped), codes
            )
    elif isinstance(message, Reply):
        operation = _endpoints.reply_plainly(
            complaint.complaint_id, message, complainted_mchid=complaint.complainted_mchid
        )
    else:
        raise _endpoints.no_reply(message, Message, Reply)
    call = operation.call
    is_plain = call.idempotent_id is None
    return Outgoing(
        endpoint=operation.name,
        idempotent_id=call.idempotent_id,
        body=call.body,
        digest=digest(json.loads(call.body)["response_content"]) if is_plain else None,
    )


def sending(complaint_id: str, reply: Outgoing) -> _flows.Flow[Receipt]:
    """Send a reply, to the byte as it was stored."""
    operation: Operation[Receipt] = _endpoints.reply_again(
        complaint_id, reply.endpoint, reply.body, reply.idempotent_id
    )
    receipt: Receipt = yield operation
    return receipt


def being_sent(reply: Outgoing, now: float, look: Look) -> Outgoing:
    """Return a plain reply as one that is being sent, with how many with its text the history will have then.

    These are counted, and no times compared: the history has the platform's, and only whole seconds of them. What the
    inbox knows to be sent counts also where the history was late.

    Args:
        reply: The reply.
        now: The time, by the inbox's clock.
        look: The complaint's history, as it was last read, and what was sent before and since.
    """
    text = reply.digest or ""
    return reply.being_sent(now, max(look.shown[text], look.sent_before[text]) + look.sent_since[text] + 1)


def was_sent(reply: Outgoing, look: Look) -> bool:
    """Tell whether a history shows a plain reply whose answer was lost.

    Args:
        reply: The reply.
        look: The complaint's history, read after all that could still have come of the attempt.
    """
    return look.shown[reply.digest or ""] >= reply.shown
