"""Carrying requests over HTTPS, with the connections of urllib3."""

from __future__ import annotations

import logging
import os
import re
import threading
from typing import TypeGuard
from urllib.parse import urlsplit

import requests
import urllib3

from msgkit._apiv3.calls import Answer, Request, is_success
from msgkit._printable import printable
from msgkit.client._bounds import Budget, TooLargeError, spending
from msgkit.client._route import Route, RouteError, is_loopback
from msgkit.errors import ConfigurationError, TransportError

logger = logging.getLogger("msgkit")

LARGEST_ANSWER = 8 * 1024 * 1024
"""Most bytes of an answer that are read; no documented answer comes near it."""

_FRAMING = 256 * 1024  # bytes, for heads and for what stands between chunks
_CHUNK = 64 * 1024
_LONGEST_REASON = 500
_PROXY_AUTHENTICATION_REQUIRED = 407
_find_unprintable = re.compile(r"[^!-~\x80-\U0010ffff]").search
# What urllib3 sends as it is; it would write other characters, and escapes in small letters, in its own way.
_is_sent_as_it_is = re.compile(r"/([\w.~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*", re.ASCII).fullmatch
_NEVER_AGAIN = urllib3.Retry(False, redirect=False)  # noqa: FBT003 - False raises what went wrong as it is


class Transport:
    """Sends requests as they are and returns what came back, whoever sent it.

    One transport serves many threads: it keeps nothing of a request. Connections are kept alive. Redirects are not
    followed, cookies not kept, and ``.netrc`` not read; the proxy and CA settings of the environment count, as they
    were when the transport was made, and no proxy for this machine itself. A process that was forked opens connections
    of its own.

    Args:
        base_url: ``https://`` and a host; ``http://`` for this machine only, for a sandbox.
        timeout: Seconds to connect (all addresses of the host and TLS together), and seconds to wait for the next byte
            of an answer or to get rid of one; one number for both.
        total: Seconds for a whole call. Looking up the host's name counts, but cannot be cut off.
        connections: Most connections kept alive.

    Raises:
        ConfigurationError: The URL or the times cannot be.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float | tuple[float, float],
        total: float,
        connections: int = 32,
    ) -> None:
        self._connect, self._wait = _seconds(timeout)
        if not _is_seconds(total):
            raise ConfigurationError("total must be a number of seconds above 0, for a whole call")
        self._total = total
        self.base_url = _checked(base_url)
        self._route = Route.find(self.base_url, connections)
        self._pools: dict[int, urllib3.HTTPConnectionPool] = {}

    def close(self) -> None:
        """Close the connections that are kept alive; a later call opens others."""
        for process in list(self._pools):
            if pool := self._pools.pop(process, None):
                pool.close()

    def send(self, request: Request) -> Answer:
        """Send one request and read its answer to the end.

        Raises:
            ConfigurationError: The path would be sent in other letters than it has, which are those that were signed.
            TransportError: No answer came.
        """
        budget = Budget(self._connect, self._wait, self._total, LARGEST_ANSWER + _FRAMING)
        if not _is_sent_as_it_is(request.path):
            raise ConfigurationError("the path that would be sent is not the one that would be signed")
        try:
            with spending(budget):
                answer = self._exchange(request)
        # Whatever it is that went wrong between here and there, the caller has to know that no answer came.
        except Exception as error:
            logger.info("%s %s: no answer (%s)", request.method, request.path, type(error).__name__)
            reason = f"the call took longer than {self._total:g} s in all" if budget.left <= 0 else _reason(error)
            raise TransportError(f"no answer from {self.base_url}: {reason}") from error
        logger.info(
            "%s %s: %d in %.0f ms, Request-ID %s",
            request.method, request.path, answer.status, (self._total - budget.left) * 1000, answer.request_id,
        )  # fmt: skip
        return answer

    def _exchange(self, request: Request) -> Answer:
        with self._pool().urlopen(
            request.method,
            request.path,
            request.body or None,  # empty, it would be announced even where a method has none
            request.headers,
            retries=_NEVER_AGAIN,
            redirect=False,
            assert_same_host=False,
            timeout=urllib3.Timeout(connect=self._connect, read=self._wait),
            preload_content=False,
            decode_content=False,
        ) as response:
            if response.status == _PROXY_AUTHENTICATION_REQUIRED:
                raise RouteError("the proxy asks for a name and password (407)")
            return Answer(response.status, dict(response.headers), _body(response))

    def _pool(self) -> urllib3.HTTPConnectionPool:
        """Return the connections of this process.

        Those of the process that it was forked from are still in use there: whoever shares them gets the other's
        answers. They are let go of, which closes them here and not there.
        """
        process = os.getpid()
        pool = self._pools.get(process)
        if pool is None:
            # Without a lock, which could be held by a thread that is not there after a fork: of threads that come here
            # at once, all take the connections of the first.
            pool = self._pools.setdefault(process, self._route.open())
            for other in [each for each in list(self._pools) if each != process]:
                self._pools.pop(other, None)
        return pool


def _body(response: urllib3.BaseHTTPResponse) -> bytes:
    """Read an answer to its end.

    Of an error its status says most, and nobody signed it: one whose body is too long or breaks off has none.
    """
    body = bytearray()
    try:
        for chunk in response.stream(_CHUNK, decode_content=False):
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise TooLargeError  # noqa: TRY301 - as the sockets do
    except Exception:
        if is_success(response.status):
            raise
        return b""
    return bytes(body)


def _reason(error: BaseException) -> str:
    """Say what went wrong at the bottom of urllib3's wrappings, in one line."""
    where = ""
    while (inner := next((each for each in error.args if isinstance(each, BaseException)), None)) is not None:
        where = "the proxy: " if isinstance(error, urllib3.exceptions.ProxyError) else where
        error = inner
    if isinstance(error, TooLargeError):
        return f"it is larger than {LARGEST_ANSWER} bytes"
    return printable(f"{where}{error}"[:_LONGEST_REASON]) or type(error).__name__


def _seconds(timeout: object) -> tuple[float, float]:
    """Return the seconds to connect and to wait for the next byte."""
    match (timeout, timeout) if not isinstance(timeout, tuple) else timeout:
        case (connect, wait) if _is_seconds(connect) and _is_seconds(wait):
            return connect, wait
    raise ConfigurationError(
        "timeout must be seconds above 0: one number, or two, to connect and to wait for an answer"
    )


def _is_seconds(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= threading.TIMEOUT_MAX


def _checked(base_url: str) -> str:
    """Return a base URL without a final slash, or say what is wrong with it."""
    try:
        if _find_unprintable(base_url):  # which urlsplit would take out
            raise ValueError  # noqa: TRY301
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except (ValueError, AttributeError, TypeError):
        raise ConfigurationError("base_url must be a URL such as https://api.mch.weixin.qq.com") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host or "")):
        raise ConfigurationError("base_url must start with https:// (http:// is for a sandbox on this machine only)")
    if not host or parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigurationError("base_url must be a scheme and a host only, such as https://api.mch.weixin.qq.com")
    checked = f"{parts.scheme}://{parts.netloc}"
    try:
        host.encode("idna")  # As connecting will do.
        prepared = requests.Request("GET", f"{checked}/").prepare()
    except (requests.RequestException, UnicodeError):
        raise ConfigurationError("base_url must have a host such as api.mch.weixin.qq.com") from None
    if prepared.path_url != "/" or any(map(str.isspace, host)):
        raise ConfigurationError("base_url must have a host such as api.mch.weixin.qq.com")
    return checked
