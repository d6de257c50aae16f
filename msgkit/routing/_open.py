"""Placeholder until the inbox helper's module is merged."""

from __future__ import annotations

import os

from msgkit.routing._inbox import Inbox
from msgkit.routing._sqlite import SQLiteInbox


def open_inbox(inbox: str | os.PathLike[str] | Inbox | None) -> Inbox:
    if inbox is None:
        return SQLiteInbox(":memory:")
    return inbox if isinstance(inbox, Inbox) else SQLiteInbox(inbox)
