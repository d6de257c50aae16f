"""One call under way: its attempts, the hosts they go to, their turns, and who hears of them. No I/O."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, Protocol as Interface, TypeVar

import attrs

from msgkit._apiv3.calls import Answer, Deadline, Operation, Wait
from msgkit._apiv3.certificates import KeyRing
from msgkit._apiv3.exchange import Protocol, Steps, carry_out
from msgkit.client import _retry
from msgkit.client._hosts import Hosts, is_the_hosts
from msgkit.client._pace import Pace
from msgkit.client._retry import Retry
from msgkit.errors import ApiError, RateLimitError, ResponseVerificationError, SendError, TransportError

T = TypeVar("T")

logger = logging.getLogger("msgkit")


@attrs.frozen
class Attempt:
    """One attempt of a call, as `Client(on_attempt=…)` hears of it when it ended in an answer or an error.

    One that is given up in its middle, because its task is cancelled or its program interrupted, is not told. It holds
    nothing that was said, and nothing of a path but the endpoint.

    Attributes:
        operation: The endpoint, by the last word of its path: ``response-immediate-service``, ``complaints`` …
        host: Scheme and host that was asked.
        number: Which attempt of its call it is, from 1.
        status: The HTTP status; None where no answer came, or none that can be trusted.
        error: The name of the exception's class; None where it succeeded.
        seconds: How long it took, from its turn on.
        request_id: The platform's ``Request-ID``; None where it gave none.
    """

    operation: str
    host: str
    number: int
    status: int | None
    error: str | None
    seconds: float
    request_id: str | None


class Certificates(Interface):
    """Who gets the platform's certificates; see `Renewal`."""

    def ahead(self, operation: Operation[Any], deadline: Deadline) -> Steps[None]:
        """Get what a call will need before it goes."""
        ...

    def bring(self, serial: str, deadline: Deadline) -> Steps[str]:
        """Get what an answer names; return why it is not to be had."""
        ...


@attrs.frozen
class Platform:
    """What all calls of a client share.

    Attributes:
        protocol: Signs and verifies.
        keys: What answers may be signed with.
        hosts: Who is asked.
        retry: How often; None for once.
        pace: How many calls a second; None for as many as there are.
        total: Seconds for a whole call.
        on_attempt: Hears of each attempt.
        certificates: Who gets the platform's; None where it signs with its public key alone.
    """

    protocol: Protocol
    keys: KeyRing
    hosts: Hosts
    retry: Retry | None
    pace: Pace | None
    total: float
    on_attempt: Callable[[Attempt], object] | None
    certificates: Certificates | None = None

    @property
    def mchid(self) -> str:
        """The merchant who calls."""
        return self.protocol.signer.mchid


class Calling(Generic[T]):
    """One call, from its first attempt to its last.

    Args:
        platform: Whom it goes to.
        operation: What is asked.
    """

    def __init__(self, platform: Platform, operation: Operation[T]) -> None:
        self._platform = platform
        self._operation = operation
        self._deadline = Deadline(platform.total)
        self._number = 0
        self._doubt = False

    def attempts(self) -> Any:
        """Return the attempts, for a ``for`` loop and for an ``async for`` loop; see `_retry.attempts`."""
        return _retry.attempts(self._platform.retry, self._operation, self._deadline)

    def attempt(self) -> Steps[T]:
        """Return the steps of the next attempt.

        Raises:
            SendError: What it ended in. Its `maybe_processed` speaks of the earlier attempts too.
        """
        self._number += 1
        try:
            return (yield from attempt(self._platform, self._operation, self._number, self._deadline))
        except SendError as error:
            # An earlier attempt can only have left a doubt where sending again does no harm; see `_retry.again`.
            self._doubt |= error.maybe_processed
            error.maybe_processed = self._doubt
            raise


def attempt(platform: Platform, operation: Operation[T], number: int, deadline: Deadline) -> Steps[T]:
    """Carry an operation out once: choose a host, wait for a turn, ask, and tell whoever listens.

    Raises:
        SendError: What it ended in.
    """
    certificates = None if operation.is_foreign else platform.certificates
    if certificates is not None:
        yield from certificates.ahead(operation, deadline)
    operation = operation.sealed(platform.keys.sealing(platform.protocol.public_key_id))
    yield from _turn(platform, operation, deadline)
    foreign = operation.host if operation.is_foreign else None
    host = foreign or platform.hosts.choose(operation.host)
    watch = _Watch(platform, operation, host, number)
    try:
        bring = None if certificates is None else partial(certificates.bring, deadline=deadline)
        result, answer = yield from carry_out(platform.protocol, operation, host, deadline, bring)
    except SendError as error:
        watch.failed(error)
        raise
    watch.served(answer)
    return result


@attrs.frozen
class _Watch:
    """Sees how an attempt ends, and lets all know whom it concerns: hosts, pace, the log, and who listens."""

    platform: Platform
    operation: Operation[Any]
    host: str
    number: int
    began: float = attrs.field(factory=time.monotonic)

    def served(self, answer: Answer) -> None:
        """Take note of an answer of success."""
        self.platform.hosts.served(self.host)
        request_id = answer.request_id
        self._say(str(answer.status), request_id)
        self._tell(answer.status, None, request_id)

    def failed(self, error: SendError) -> None:
        """Take note of what went wrong."""
        if is_the_hosts(error):
            self.platform.hosts.failed(self.host)
        # What a foreign host has too much of is not the platform's.
        if isinstance(error, RateLimitError) and self.platform.pace is not None and not self.operation.is_foreign:
            self.platform.pace.slow_down(self.operation.kind, self.platform.mchid)
        status = error.status if isinstance(error, ApiError) else None
        reason = type(error.__cause__ or error).__name__
        untrusted = isinstance(error, ResponseVerificationError)
        what = str(status) if status else "an answer that cannot be trusted" if untrusted else f"no answer ({reason})"
        self._say(what, error.request_id)
        self._tell(status, type(error).__name__, error.request_id)

    def _say(self, what: str, request_id: str | None) -> None:
        if not logger.isEnabledFor(logging.INFO):
            return
        # A query may hold the signature of a picture.
        path = self.operation.call.path.partition("?")[0]
        took = (time.monotonic() - self.began) * 1000
        logger.info(
            "%s %s: %s in %.0f ms, Request-ID %s, attempt %d at %s",
            self.operation.call.method, path, what, took, request_id, self.number, self.host,
        )  # fmt: skip

    def _tell(self, status: int | None, error: str | None, request_id: str | None) -> None:
        if self.platform.on_attempt is None:
            return
        took = time.monotonic() - self.began
        try:
            self.platform.on_attempt(
                Attempt(self.operation.name, self.host, self.number, status, error, took, request_id)
            )
        except Exception as raised:  # noqa: BLE001 - whoever listens is a guest in this call
            # Its text may be anything, and so hold anything.
            logger.error("on_attempt raised %s", type(raised).__name__)  # noqa: TRY400


def _turn(platform: Platform, operation: Operation[Any], deadline: Deadline) -> Steps[None]:
    """Wait for this call's turn.

    Raises:
        TransportError: It does not come in time.
    """
    if platform.pace is None or operation.is_foreign:
        return
    seconds = platform.pace.take(operation.kind, platform.mchid, deadline.left)
    if seconds is None:
        error = TransportError(
            f"its turn does not come within the {deadline.total:g} s that the call may take: the pace is used up",
            idempotent_id=operation.call.idempotent_id,
        )
        error.retry_after = deadline.left
        raise error
    if seconds > 0:
        yield Wait(seconds)
