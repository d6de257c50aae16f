"""Getting the platform's certificates: before they are needed, and when an answer names one that is not known.

Calls that need the same certificates at once share one request for them. Whoever comes first asks; the others let a
little time pass and look again. So it is the same for threads, tasks and processes that were forked meanwhile, with no
lock that somebody could be holding who is no longer there.

Source: WeChat Pay documentation, APIv3 接口规则: 下载平台证书, 平台证书更换.
"""

from __future__ import annotations

import copy
import logging
import os
import time
from collections.abc import Callable
from typing import Any

import attrs

from msgkit._apiv3 import certificates
from msgkit._apiv3.calls import Answer, Call, Deadline, FlawError, Operation, Wait
from msgkit._apiv3.certificates import PlatformCertificate, SelfProving
from msgkit._apiv3.exchange import Steps
from msgkit._apiv3.signing import is_public_key_id
from msgkit.client._calling import Platform, attempt
from msgkit.client._certificate_file import CertificateFile
from msgkit.errors import NoAuthError, SendError, TransportError

logger = logging.getLogger("msgkit")

BEFORE_EXPIRY = 5 * 24 * 3600.0
"""Seconds before the newest certificate's end from which on a newer one is asked for."""

BETWEEN_RENEWALS = 12 * 3600.0
"""Seconds until a newer one is asked for again, where there was none yet."""

AFTER_FAILURE = 60.0
"""Seconds until it is asked for again where that failed, or where what an answer named was not brought."""

_LOOK_AGAIN = 0.02  # seconds


@attrs.define(eq=False)
class _Fetch:
    """A request for certificates, as those see it who wait for it."""

    is_over: bool = False
    error: SendError | None = None


class Renewal:
    """Gets certificates for the calls of one client.

    Args:
        platform: Whom to ask, and where the keys go.
        apiv3_key: What certificates are encrypted with, 32 bytes.
        file: Where they are kept for the next start; None for nowhere.
        clock: Tells the time in seconds since the epoch.
    """

    def __init__(
        self,
        platform: Platform,
        apiv3_key: bytes,
        file: CertificateFile | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys, self._apiv3_key, self._file, self._clock = platform.keys, apiv3_key, file, clock
        protocol = attrs.evolve(platform.protocol, verifier=SelfProving(platform.keys, apiv3_key, clock))
        self._platform = attrs.evolve(platform, protocol=protocol)
        self._is_only_way = protocol.public_key_id is None
        self._operation = Operation("certificates", Call("GET", "/v3/certificates"), self._read)
        self._fetches: dict[int, _Fetch] = {}  # by process
        self._latest = _Fetch(is_over=True)
        self._refusal: NoAuthError | None = None
        self._renew_from = self._bring_from = float("-inf")
        self._remember()

    def ahead(self, operation: Operation[Any], deadline: Deadline) -> Steps[None]:
        """Get certificates before a call goes out whose answer could not be believed without; see `Certificates`.

        Near their end, newer ones are asked for by one call; the others, and that one too if it fails, go on with
        those that are still valid.

        Raises:
            SendError: There are none at all, and none are to be had. The call itself was not sent.
        """
        latest, newest = self._latest, self._keys.newest
        if newest is None:
            if not self._is_only_way:
                return
            if self._refusal is not None:
                raise _for(operation, self._refusal)
            error = yield from self._fetch(deadline, latest)
            if error is not None:
                raise _for(operation, error)
        elif newest.expires - self._clock() < BEFORE_EXPIRY and self._may_renew():
            # The call can do without, so half of its time is left for itself.
            error = yield from self._fetch(Deadline(deadline.left / 2), latest)
            self._renew_from = self._clock() + (BETWEEN_RENEWALS if error is None else AFTER_FAILURE)

    def bring(self, serial: str, deadline: Deadline) -> Steps[str]:
        """Get the certificate that an answer names; see `Bring`."""
        latest = self._latest
        if is_public_key_id(serial) or serial in self._keys:
            return ""
        if self._refusal is not None:
            return "the platform has no certificates for this merchant (403)"
        if self._clock() < self._bring_from:
            return "the platform was asked for its certificates less than a minute ago"
        error = yield from self._fetch(deadline, latest)
        if error is not None:
            return f"the platform's certificates were not to be had: {error}"
        if serial not in self._keys:
            self._bring_from = self._clock() + AFTER_FAILURE
            return "the platform's certificates are others"
        return ""

    def _may_renew(self) -> bool:
        """Tell whether this call is the one that asks for newer certificates."""
        now = self._clock()
        if now < self._renew_from or self._refusal is not None or os.getpid() in self._fetches:
            return False
        self._renew_from = now + AFTER_FAILURE  # should it be given up
        return True

    def _fetch(self, deadline: Deadline, latest: _Fetch) -> Steps[SendError | None]:
        """Ask for the certificates, or wait for the call that is asking already; return what went wrong.

        Args:
            deadline: When that must be over.
            latest: What `_latest` was when the need was seen. A fetch that ended since has seen to it.
        """
        mine = _Fetch()
        while (fetch := self._fetches.setdefault(os.getpid(), mine)) is not mine:
            while self._fetches.get(os.getpid()) is fetch and deadline.left > 0:
                yield Wait(_LOOK_AGAIN)
            if fetch.is_over:
                return fetch.error
            if deadline.left <= 0:
                return TransportError("the platform's certificates did not come in time")
        try:
            if self._latest is not latest:
                return self._latest.error
            mine.error = yield from self._ask(deadline)
            # That the time of this call was up is no answer to those that have some left.
            if mine.error is None or deadline.left > 0:
                mine.is_over = True
                self._latest = mine
            return mine.error
        finally:
            # Where it is not over, or was given up in its middle, one of those that wait asks in its place.
            self._fetches.pop(os.getpid(), None)

    def _ask(self, deadline: Deadline) -> Steps[SendError | None]:
        """Ask for the certificates; return what went wrong."""
        try:
            yield from attempt(self._platform, self._operation, 1, deadline)
        except SendError as error:
            found = copy.copy(error)  # without the frames that it passed through
            # A 403 without the platform's code is that of somebody between.
            if isinstance(found, NoAuthError) and found.code:
                self._refusal = found
            return found
        return None

    def _read(self, _: object, answer: Answer) -> dict[str, PlatformCertificate]:
        """Take up the certificates of an answer, which has proven itself."""
        brought = certificates.read(answer.body, self._apiv3_key)
        self._keys.add(brought)
        if self._file is not None:
            self._file.save(answer)
        return brought

    def _remember(self) -> None:
        """Take up what was kept, if it still proves itself: a file may have been written by anybody."""
        answer = None if self._file is None else self._file.load()
        if answer is None:
            return
        at = answer.header("Wechatpay-Timestamp") or ""
        verifier = SelfProving(self._keys, self._apiv3_key, lambda: float(at) if at.isdigit() else 0.0)
        try:
            flaw = verifier.flaw(answer.headers, answer.body)
            if flaw is None:
                self._keys.add(certificates.read(answer.body, self._apiv3_key))
                return
            why = flaw.text if flaw.serial is None else "it is signed with a key that it does not bring"
        except FlawError as error:
            why = str(error)
        logger.warning("the platform certificates kept on disk are not used: %s", why)


def _for(operation: Operation[Any], error: SendError) -> SendError:
    """Return an error as that of a call which was not sent because of it; other calls have it too, each its own."""
    found = copy.copy(error)
    found.idempotent_id = operation.call.idempotent_id
    found.maybe_processed = False
    return found
