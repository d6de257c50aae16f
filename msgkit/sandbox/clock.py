"""What the sandbox goes by where it says when something was, or until when something holds."""

import threading
from datetime import datetime, timedelta

from msgkit.sandbox.complaints import BEIJING

#: How far the clock goes: what is added to a moment of it is still one that can be written.
LATEST = datetime(9000, 1, 1, tzinfo=BEIJING)


class Clock:
    """The time of the machine, and how far a test has moved the sandbox ahead of it.

    Signatures and certificates do not go by it: their times are compared with the clocks of others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """The moment that it is for the sandbox, in Beijing's time."""
        return datetime.now(BEIJING) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Move ahead; see `Sandbox.advance`."""
        if not isinstance(by, timedelta):
            raise ValueError(f"by must be a timedelta, not {by!r}")  # noqa: TRY004 - one error for all
        if by < timedelta(0):
            raise ValueError("the clock goes forward only: by must not be negative; reset() goes back")
        with self._lock:
            if by > LATEST - self.now():
                raise ValueError(f"the clock ends with the year {LATEST.year - 1}")
            self._ahead += by

    def reset(self) -> None:
        """Go back to the time of the machine."""
        with self._lock:
            self._ahead = timedelta(0)
