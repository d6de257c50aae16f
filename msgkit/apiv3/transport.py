"""Carrying calls over HTTPS, with requests and the connections of urllib3 beneath it."""

from __future__ import annotations

import functools
import logging
import re
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import attrs
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.fields import RequestField

from msgkit.apiv3.protocol import Answer, Call, Protocol
from msgkit.errors import ConfigurationError, TransportError

logger = logging.getLogger("msgkit")

LARGEST_ANSWER = 8 * 1024 * 1024
"""Most bytes of an answer that are read; no documented answer comes near it."""

_CHUNK = 64 * 1024  # small, since a compressed one unpacks into a thousand times as much before its size is known
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
# What urllib3 sends as it is; it would write other characters, and escapes in small letters, in its own way.
_is_sent_as_it_is = re.compile(r"/([\w.~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*", re.ASCII).fullmatch
_NEVER_AGAIN = urllib3.Retry(False, redirect=False)  # noqa: FBT003 - False raises what went wrong as it is


class Transport:
    """Posts signed calls and returns answers whose signature is right.

    One transport serves many threads: no header is shared between calls. Connections are kept alive. Redirects are not
    followed, cookies not kept, and ``.netrc`` not read; the proxy and CA settings of the environment count, as they
    were when the transport was made.

    Args:
        protocol: Signs and verifies.
        base_url: ``https://`` and a host; ``http://`` for this machine only, for a sandbox.
        timeout: Seconds to connect, and seconds to wait between two bytes of an answer.
        connections: Most connections kept alive.

    Raises:
        ConfigurationError: The URL or the times cannot be.
    """

    def __init__(
        self, protocol: Protocol, base_url: str, *, timeout: tuple[float, float], connections: int = 32
    ) -> None:
        if not _is_timeout(timeout):
            raise ConfigurationError("timeout must be two numbers of seconds, both above 0: to connect and to wait")
        self.base_url = _checked(base_url)
        self._protocol = protocol
        self._timeout = urllib3.Timeout(connect=timeout[0], read=timeout[1])
        self._host = _Host(self.base_url, connections)

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._host.close()

    def send(self, call: Call) -> tuple[dict[str, Any], Answer]:
        """Sign, send and verify one call.

        Returns:
            The answer's JSON, an empty dict where it has no body; and the answer itself.

        Raises:
            ApiError: The platform answered with an error.
            ResponseVerificationError: The answer is a success, but not proven to come from WeChat Pay.
            TransportError: No answer came.
        """
        if not _is_sent_as_it_is(call.path):
            raise ConfigurationError("the path that would be sent is not the one that would be signed")
        signed, headers = self._protocol.sign(call)
        headers["Content-Type"], body = _content(call)
        started = time.monotonic()
        try:
            answer = self._exchange(call, headers, body)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            logger.info("%s %s: no answer (%s)", call.method, call.path, type(error).__name__)
            raise TransportError(
                f"no answer from {self.base_url}: {error}", idempotent_id=call.idempotent_id
            ) from error
        milliseconds = (time.monotonic() - started) * 1000
        logger.info(
            "%s %s: %d in %.0f ms, Request-ID %s",
            call.method, call.path, answer.status, milliseconds, answer.request_id,
        )  # fmt: skip
        return self._protocol.accept(call, signed, answer), answer

    def _exchange(self, call: Call, headers: dict[str, str], body: bytes) -> Answer:
        route = self._host.route
        with route.pool.urlopen(
            call.method,
            route.prefix + call.path,
            body or None,  # empty, it would be announced even where a method has none
            headers,
            retries=_NEVER_AGAIN,
            redirect=False,
            assert_same_host=False,
            timeout=self._timeout,
            preload_content=False,
        ) as response:
            answer = bytearray()
            for chunk in response.stream(_CHUNK):
                answer += chunk
                if len(answer) > LARGEST_ANSWER:
                    raise requests.RequestException(f"the answer is larger than {LARGEST_ANSWER} bytes")
        return Answer(response.status, dict(response.headers), bytes(answer))


@attrs.frozen
class _Route:
    """The way to a host.

    Attributes:
        pool: Its connections.
        prefix: What stands before the path in a request: nothing, or the whole base URL where a proxy is asked in
            plain HTTP.
    """

    pool: urllib3.HTTPConnectionPool
    prefix: str


class _Host(HTTPAdapter):
    """One host, and the way to it that requests would look for anew at every call: proxy, authorities, connections."""

    def __init__(self, base_url: str, connections: int) -> None:
        super().__init__(pool_connections=1, pool_maxsize=connections)
        self._base_url = base_url
        with requests.Session() as session:
            environment: dict[str, Any] = {**session.merge_environment_settings(base_url, {}, None, None, None)}
        self._verify, self._cert, self._proxies = (environment[name] for name in ("verify", "cert", "proxies"))

    @functools.cached_property
    def route(self) -> _Route:
        """The way to the host, found when it is first needed."""
        request = requests.Request("GET", f"{self._base_url}/").prepare()
        pool: Any = self.get_connection_with_tls_context(request, self._verify, self._proxies, self._cert)
        self.cert_verify(pool, request.url, self._verify, self._cert)  # type: ignore[no-untyped-call]
        return _Route(pool, self.request_url(request, self._proxies).removesuffix("/"))

    def close(self) -> None:
        """Close the connections; a later call opens others."""
        super().close()
        self.__dict__.pop("route", None)


def _content(call: Call) -> tuple[str, bytes]:
    """Return the type of what a call sends, and its bytes."""
    if call.upload is None:
        return "application/json", call.body
    meta = RequestField("meta", call.body)
    meta.make_multipart(content_type="application/json")
    upload = call.upload
    file = ("file", (upload.filename, upload.content, upload.media_type))
    form, media_type = urllib3.encode_multipart_formdata([meta, file])
    return media_type, form


def _is_timeout(timeout: object) -> bool:
    return (
        isinstance(timeout, tuple)
        and len(timeout) == 2  # noqa: PLR2004 - to connect and to wait
        and all(isinstance(seconds, (int, float)) and 0 < seconds <= threading.TIMEOUT_MAX for seconds in timeout)
    )


def _checked(base_url: str) -> str:
    """Return a base URL without a final slash, or say what is wrong with it."""
    try:
        parts = urlsplit(base_url)
        host, _ = parts.hostname, parts.port
    except (ValueError, AttributeError, TypeError):
        raise ConfigurationError("base_url must be a URL such as https://api.mch.weixin.qq.com") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
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
