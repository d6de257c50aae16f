"""What workers have in common, whether they wait in threads or do other things meanwhile."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from msgkit.client._base import ClientBase
from msgkit.errors import MsgkitError
from msgkit.routing._handling import Handling

C = TypeVar("C", bound=ClientBase)

LOOK_AGAIN = 1.0
"""Seconds after which an idle worker looks into the inbox, which another process may have filled."""

BETWEEN_PRUNINGS = 3600.0
"""Seconds between two times that what is old is forgotten."""


class HandlerExitError(MsgkitError):
    """A handler would have ended the program, or its thread: it raised `SystemExit`, or another of that kind."""


class Working(Generic[C]):
    """Does a router's work.

    Args:
        client: Who asks and sends.
        handling: What is done about a complaint.
        prune: Forgets what is old.
    """

    def __init__(self, client: C, handling: Handling, prune: Callable[[], object]) -> None:
        self._client, self._handling, self._prune = client, handling, prune
        self._all_news: dict[int, threading.Event] = {}  # by process: the lock in one may not survive a fork

    @property
    def _news(self) -> threading.Event:
        return self._all_news.setdefault(os.getpid(), threading.Event())

    def wake(self) -> None:
        """Have an idle worker look into the inbox at once."""
        self._news.set()
