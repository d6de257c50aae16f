"""Receiving: a notification is verified, stored and answered. No handler runs, so that it takes no time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from msgkit._apiv3 import notifications
from msgkit.errors import ConfigurationError, NotificationVerificationError
from msgkit.routing._inbox import Inbox
from msgkit.routing._lenders import Lender

logger = logging.getLogger("msgkit")

TAKEN = (200, b"")
"""The answer to a notification that is safe; no body is asked for (回调通知注意事项)."""

NOT_STORED = (503, b'{"code": "FAIL", "message": "the notification could not be stored; send it again"}')
"""The answer to one that is not."""

UNKNOWN = (404, b'{"code": "FAIL", "message": "there is no such merchant here"}')
"""The answer to one whose address names a merchant that there is none of."""

BETWEEN_RENEWALS = 60.0
"""Seconds between two times that notifications to one address have the platform asked for its certificates."""


class Receiving:
    """Takes notifications in.

    Args:
        lender: Whose merchants know the platform's keys.
        inbox: Where they go.
        wake: Tells the workers of this process.
        clock: Tells the time in seconds; for how long, not when.
    """

    def __init__(
        self,
        lender: Lender[Any],
        inbox: Inbox,
        wake: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lender, self._inbox, self._wake, self._clock = lender, inbox, wake, clock
        self._renew_from: dict[str | None, float] = {}  # by the merchant that an address names

    def receive(self, headers: Any, body: Any, mchid: str | None = None) -> tuple[int, bytes]:
        """Take a notification in; see `Router.receive`."""
        try:
            if mchid is not None and not self._lender.knows(mchid):
                logger.warning("a notification was refused: its address names a merchant that there is none of")
                return UNKNOWN
            readers = partial(self._lender.readers, mchid)
            reader, notification = notifications.read_for(headers, body, readers)
        except NotificationVerificationError as error:
            logger.warning("a notification was refused: %s", error)
            if error.unknown_serial is not None:
                self._renew(mchid, error.unknown_serial)
            return error.answer
        except TypeError:  # of the caller's: what it gave is no request
            raise
        except Exception as error:  # noqa: BLE001 - whatever a source of credentials raises; it may be mended soon
            said = str(error) if isinstance(error, ConfigurationError) else type(error).__name__
            logger.error("a notification was not read: %s", said)  # noqa: TRY400 - nothing of it
            return NOT_STORED
        try:
            self._inbox.notify(reader.mchid, notification.complaint_id, notification.id)
        except Exception as error:  # noqa: BLE001 - whatever kind of store it is
            logger.error("a notification was not stored: %s", type(error).__name__)  # noqa: TRY400 - nothing of it
            return NOT_STORED
        self._wake()
        return TAKEN

    def _renew(self, mchid: str | None, serial: str) -> None:
        """Have the platform asked for a certificate, while the notification is on its way for a second time."""
        now = self._clock()
        if now < self._renew_from.get(mchid, now):
            return
        self._renew_from[mchid] = now + BETWEEN_RENEWALS
        asking = self._lender.to_ask(mchid)
        if asking is not None:
            renewal = partial(self._renewed, asking, serial)
            threading.Thread(target=renewal, name="msgkit-certificates", daemon=True).start()

    def _renewed(self, mchid: str, serial: str) -> None:
        try:
            self._lender.renew_certificates(mchid, serial)
        except Exception as error:  # noqa: BLE001 - a client that is not to be had is told by whoever needs it
            said = str(error) if isinstance(error, ConfigurationError) else type(error).__name__
            logger.warning("merchant %s was not asked for certificates: %s", mchid, said)
