"""Receiving: a notification is verified, stored and answered. No handler runs, so that it takes no time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from msgkit.client._base import ClientBase
from msgkit.errors import NotificationVerificationError
from msgkit.routing._inbox import Inbox

logger = logging.getLogger("msgkit")

TAKEN = (200, b"")
"""The answer to a notification that is safe; no body is asked for (回调通知注意事项)."""

NOT_STORED = (503, b'{"code": "FAIL", "message": "the notification could not be stored; send it again"}')
"""The answer to one that is not."""

BETWEEN_RENEWALS = 60.0
"""Seconds between two times that a notification has the platform asked for its certificates."""


class Receiving:
    """Takes notifications in.

    Args:
        client: Who knows the platform's keys.
        inbox: Where they go.
        wake: Tells the workers of this process.
        clock: Tells the time in seconds; for how long, not when.
    """

    def __init__(
        self,
        client: ClientBase,
        inbox: Inbox,
        wake: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._inbox, self._wake, self._clock = client, inbox, wake, clock
        self._renew_from = float("-inf")

    def receive(self, headers: Any, body: Any) -> tuple[int, bytes]:
        """Take a notification in; see `Router.receive`."""
        try:
            notification = self._client.parse_notification(headers, body)
        except NotificationVerificationError as error:
            logger.warning("a notification was refused: %s", error)
            if error.unknown_serial is not None:
                self._renew(error.unknown_serial)
            return error.answer
        try:
            self._inbox.notify(self._client.mchid, notification.complaint_id, notification.id)
        except Exception as error:  # noqa: BLE001 - whatever kind of store it is
            logger.error("a notification was not stored: %s", type(error).__name__)  # noqa: TRY400 - nothing of it
            return NOT_STORED
        self._wake()
        return TAKEN

    def _renew(self, serial: str) -> None:
        """Have the platform asked for a certificate, while the notification is on its way for a second time."""
        now = self._clock()
        if now < self._renew_from:
            return
        self._renew_from = now + BETWEEN_RENEWALS
        renewal = self._client._renew_certificates  # noqa: SLF001 - ours
        threading.Thread(target=renewal, args=(serial,), name="msgkit-certificates", daemon=True).start()
