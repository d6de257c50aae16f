"""What carrying a request means, however it is done: its bounds, its words, and what is read of its answer."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection
from typing import TypeGuard
from urllib.parse import urlsplit

from msgkit._apiv3.calls import Request, is_success
from msgkit._printable import printable
from msgkit.client._addresses import is_address, is_here, is_loopback, is_public
from msgkit.client._bounds import Budget, RouteError, TooLargeError
from msgkit.errors import ConfigurationError, TransportError

PROXY_AUTHENTICATION_REQUIRED = 407

_FRAMING = 256 * 1024  # bytes, for heads and for what stands between chunks
_LONGEST_REASON = 500
_is_sent_as_it_is = re.compile(r"/[!-~]*").fullmatch


def require_as_it_is(request: Request) -> None:
    """Let a request through whose path goes out in the very letters that it has, which are those that were signed.

    Raises:
        ConfigurationError: It would not.
    """
    if not _is_sent_as_it_is(request.path):
        raise ConfigurationError("the path that would be sent is not the one that would be signed")


def budget_for(request: Request, timeout: tuple[float, float], hosts: Collection[str]) -> Budget:
    """Return what a request may take.

    Args:
        request: The request.
        timeout: Seconds to connect, and to wait for the next byte.
        hosts: The platform's hosts; where they are this machine, a picture may lie there too.
    """
    admits = None
    if request.is_foreign:
        admits = _public_or_here if all(map(is_here, hosts)) else is_public
    return Budget(*timeout, request.deadline.left, request.largest + _FRAMING, request.path, admits)


def require_way(request: Request, budget: Budget) -> None:
    """Let a request through to a host that is named by its address, if it may go there; a name is seen to later.

    Raises:
        RouteError: It may not.
    """
    if budget.admits is None:
        return
    host = urlsplit(request.host).hostname or ""
    if is_address(host):
        budget.require_admitted([host])


def failure(request: Request, budget: Budget, error: Exception, reason: str | None = None) -> TransportError:
    """Return what to raise where no answer came.

    Args:
        request: What was sent.
        budget: What it might have taken.
        error: What went wrong.
        reason: What that says, where it is not the text at its bottom.
    """
    bottom, where = _bottom(error)
    if request.deadline.left <= 0:
        said = f"the call took longer than {request.deadline.total:g} s in all"
    elif isinstance(bottom, TooLargeError):
        said = f"it is larger than {request.largest} bytes"
    else:
        said = printable(f"{where}{reason or bottom}"[:_LONGEST_REASON]) or type(bottom).__name__
    is_route = isinstance(bottom, RouteError)
    return TransportError(
        f"no answer from {request.host}: {said}",
        maybe_processed=budget.is_sent and not is_route,
        retryable=not (isinstance(bottom, RouteError) and bottom.is_lasting),
    )


class Body:
    """The body of an answer while it comes.

    Of an error its status says most, and nobody signed it: one whose body is too long or breaks off has none.

    Args:
        status: The answer's status.
        largest: Most bytes that are read.
    """

    def __init__(self, status: int, largest: int) -> None:
        self._is_success = is_success(status)
        self._largest = largest
        self._read = bytearray()

    def add(self, chunk: bytes) -> None:
        """Take what came.

        Raises:
            TooLargeError: It is more than is read.
        """
        self._read += chunk
        if len(self._read) > self._largest:
            raise TooLargeError

    def broke_off(self, error: Exception) -> None:
        """Take note that no more will come.

        Raises:
            Exception: The error, where the answer is none without the rest.
        """
        if self._is_success:
            raise error
        self._read.clear()

    @property
    def whole(self) -> bytes:
        """What came."""
        return bytes(self._read)


def seconds(timeout: object) -> tuple[float, float]:
    """Return the seconds to connect and to wait for the next byte.

    Raises:
        ConfigurationError: They are none.
    """
    match (timeout, timeout) if not isinstance(timeout, tuple) else timeout:
        case (connect, wait) if _is_seconds(connect) and _is_seconds(wait):
            return connect, wait
    raise ConfigurationError(
        "timeout must be seconds above 0: one number, or two, to connect and to wait for an answer"
    )


def whole(total: object) -> float:
    """Return the seconds for a whole call.

    Raises:
        ConfigurationError: They are none.
    """
    if not _is_seconds(total):
        raise ConfigurationError("total must be a number of seconds above 0, for a whole call")
    return total


def _is_seconds(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= threading.TIMEOUT_MAX


def _public_or_here(address: str) -> bool:
    return is_loopback(address) or is_public(address)


def _bottom(error: BaseException) -> tuple[BaseException, str]:
    """Return what went wrong at the bottom of a library's wrappings, and where that was if it was not the host."""
    where = ""
    while (inner := next((each for each in error.args if isinstance(each, BaseException)), None)) is not None:
        where = "the proxy: " if type(error).__name__ == "ProxyError" else where
        error = inner
    return error, where
