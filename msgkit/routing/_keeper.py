"""`Keeper`: makes the claims of a process last for as long as they are worked on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from msgkit.routing._inbox import Claim, Inbox

logger = logging.getLogger("msgkit")


class Keeper:
    """A thread that renews claims, as a context manager: a handler may take longer than a lease, and need not know.

    Args:
        inbox: Where the claims are.
        lease: For how many seconds each lasts; a third of it passes between renewals.
    """

    def __init__(self, inbox: Inbox, lease: float) -> None:
        self._inbox, self._lease = inbox, lease
        self._claims: dict[str, Claim] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="msgkit-leases", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @contextmanager
    def keeping(self, claim: Claim) -> Iterator[None]:
        """Renew a claim meanwhile. One that does not hold any more is not: who works on it finds out."""
        self._claims[claim.token] = claim
        try:
            yield
        finally:
            self._claims.pop(claim.token, None)

    def _run(self) -> None:
        while not self._over.wait(self._lease / 3):
            for claim in list(self._claims.values()):
                try:
                    if not self._inbox.renew(claim, self._lease):
                        self._claims.pop(claim.token, None)
                except Exception as error:  # noqa: BLE001 - the store may be back before the lease is over
                    logger.warning("a lease was not renewed: %s", type(error).__name__)
