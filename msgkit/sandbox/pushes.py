"""The notifications that the platform makes: of what, and how often and when one is posted until it is taken."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Self

from attrs import frozen

#: What a notification calls what happened, by the type of the entry that tells it (投诉通知回调). What is not here
#: makes none. The merchant's own actions are in the documentation's list, and are no longer pushed.
ACTIONS = {
    "USER_CREATE_COMPLAINT": "CREATE_COMPLAINT",
    "USER_CONTINUE_COMPLAINT": "CONTINUE_COMPLAINT",
    "USER_RESPONSE": "USER_RESPONSE",
    # There is none of its own for a tap.
    "USER_CLICK_RESPONSE": "USER_RESPONSE",
    "PLATFORM_RESPONSE": "RESPONSE_BY_PLATFORM",
    "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE": "SELLER_REFUND",
    "COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE": "REFUND_SUCCESS",
    "USER_APPLY_PLATFORM_SERVICE": "USER_APPLY_PLATFORM_SERVICE",
    "USER_CANCEL_PLATFORM_SERVICE": "USER_CANCEL_PLATFORM_SERVICE",
    "PLATFORM_SERVICE_FINISHED": "PLATFORM_SERVICE_FINISHED",
}

CREATED = "USER_CREATE_COMPLAINT"

#: The statuses that say that a notification was taken; any other one has it sent again.
TAKEN = frozenset({200, 204})

# The newer of the two documented schedules: 5 s once, 1 min ten times, then every 5 min, up to 1,000 tries or a week.
_SOON, _LATER, _LATEST = timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5)
_MINUTES_UNTIL, _MOST_TRIES = 11, 1000

#: For how long one is posted again.
LONGEST = timedelta(days=7)


@frozen
class Attempt:
    """One time that a notification was posted.

    Attributes:
        time: When it was due, by the clock of the sandbox.
        status: The HTTP status that was answered; None where no answer came within 5 seconds.
        error: What happened instead of an answer, the name of an exception.
    """

    time: datetime
    status: int | None
    error: str | None = None


@frozen
class Push:
    """A notification that the platform made.

    Attributes:
        id: Its id, 36 characters; the same one each time it is posted.
        complaint_id: The complaint.
        event_type: ``COMPLAINT.CREATE`` or ``COMPLAINT.STATE_CHANGE``.
        action_type: What happened, e.g. ``USER_RESPONSE``.
        create_time: When, by the clock of the sandbox.
        attempts: Each time that it was posted, in order; none where nothing was to be notified.
    """

    id: str
    complaint_id: str
    event_type: str
    action_type: str
    create_time: datetime
    attempts: tuple[Attempt, ...] = ()

    @classmethod
    def of(cls, complaint_id: str, operate_type: str, now: datetime) -> Self:
        """Make the one that tells of an entry, of one of the types of `ACTIONS`."""
        event = "COMPLAINT.CREATE" if operate_type == CREATED else "COMPLAINT.STATE_CHANGE"
        return cls(str(uuid.uuid4()), complaint_id, event, ACTIONS[operate_type], now)

    @property
    def is_delivered(self) -> bool:
        """Whether it was taken at least once."""
        return any(attempt.status in TAKEN for attempt in self.attempts)


def delay_after(tries: int) -> timedelta | None:
    """How long after a try that failed the next one is due.

    Args:
        tries: How many there were, at least 1.

    Returns:
        The time between the two; None where no other one follows.
    """
    if tries >= _MOST_TRIES:
        return None
    if tries == 1:
        return _SOON
    return _LATER if tries <= _MINUTES_UNTIL else _LATEST
