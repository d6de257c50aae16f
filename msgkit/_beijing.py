"""The zone of the platform's days and of the clock that its customers read, wherever the program runs."""

from __future__ import annotations

from datetime import timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
