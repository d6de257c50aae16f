"""How long a complaint may still wait: a day for the first reply, three for the whole, by the sandbox's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import frozen

from msgkit import complaints
from msgkit.sandbox import Complaint
from msgkit.studio.words.conversation import WORDS

#: From so long before the end on, a clock is a warning.
_SOON = timedelta(hours=6)

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)

#: What is longer than this is said in days.
_IN_DAYS = 3 * _DAY


@frozen
class Due:
    """What a complaint waits for next.

    Attributes:
        what: ``reply`` or ``handle``.
        left: How long until it is due; negative where that is over.
    """

    what: Literal["reply", "handle"]
    left: timedelta

    @property
    def kind(self) -> Literal["bad", "warn", "calm"]:
        """How it looks."""
        if self.left < timedelta(0):
            return "bad"
        return "warn" if self.left <= _SOON else "calm"

    def text(self, lang: str) -> str:
        """Say it: 首次回复剩 3 小时."""
        late = "late" if self.left < timedelta(0) else "left"
        return WORDS[f"{self.what}_{late}"].text(lang, time=_said(abs(self.left), lang))


def due(complaint: Complaint, now: datetime) -> Due | None:
    """Return what a complaint waits for next; None where it is handled.

    The times are those of `msgkit.complaints.Complaint`: 24 hours for the first reply and 72 hours for handling it.

    Args:
        complaint: The complaint, as the sandbox keeps it.
        now: The moment that it is for the sandbox.
    """
    # It is read as a merchant reads it; the phone number, which would be encrypted, is not looked at.
    read = complaints.Complaint.from_dict(complaint.document(lambda _: "", detail=False))
    if read.complaint_state == complaints.ComplaintState.PROCESSED:
        return None
    if read.complaint_state == complaints.ComplaintState.PENDING:
        return Due("reply", read.reply_due - now)
    return Due("handle", read.handle_due - now)


def _said(time: timedelta, lang: str) -> str:
    """Say a length of time in its largest unit, rounded down but for seconds: at first there are 24 hours."""
    time = round(time / _MINUTE) * _MINUTE
    if time > _IN_DAYS:
        return WORDS["days"].text(lang, number=time // _DAY)
    if time >= _HOUR:
        return WORDS["hours"].text(lang, number=time // _HOUR)
    return WORDS["minutes"].text(lang, number=time // _MINUTE)
