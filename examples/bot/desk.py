"""What the bot knows of the people behind it: who has which complaint, and when they are there."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Final

import attrs

BEIJING: Final = timezone(timedelta(hours=8))


@attrs.frozen
class Desk:
    """The people who take over. In memory: where the bot restarts, keep this in your database.

    Attributes:
        opens: From which hour of a day in Beijing they answer.
        closes: Until which.
        waiting: The complaints that are theirs, and the entry of the history (its ``log_id``) that made it so.
        unclear: What the bot did not understand: the entries of a complaint.
        ratings: How satisfied customers were, by complaint.
    """

    opens: int = 9
    closes: int = 21
    waiting: dict[str, str] = attrs.field(factory=dict)
    unclear: dict[str, set[str]] = attrs.field(factory=dict)
    ratings: dict[str, str] = attrs.field(factory=dict)

    def is_open(self, when: datetime) -> bool:
        """Tell whether somebody answers at a moment."""
        return self.opens <= when.astimezone(BEIJING).hour < self.closes

    def take(self, complaint_id: str, log_id: str) -> None:
        """Give a complaint to a person, because of an entry."""
        self.waiting.setdefault(complaint_id, log_id)

    def hand_back(self, complaint_id: str) -> str | None:
        """Give a complaint back to the bot; return the entry that it was taken for, None where it was not."""
        self.unclear.pop(complaint_id, None)
        return self.waiting.pop(complaint_id, None)

    def has(self, complaint_id: str, log_id: str) -> bool:
        """Tell whether a complaint is a person's, so that the bot does not answer an entry.

        The entry that it was taken for is still the bot's to answer: its handler may run again, before what it said the
        first time was stored.
        """
        return self.waiting.get(complaint_id, log_id) != log_id

    def puzzled(self, complaint_id: str, log_id: str) -> int:
        """Note an entry that the bot did not understand, and return how many there were; the same one counts once."""
        entries = self.unclear.setdefault(complaint_id, set())
        entries.add(log_id)
        return len(entries)
