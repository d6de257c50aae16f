"""Carrying calls over HTTPS with requests."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from msgkit.apiv3.protocol import Answer, Call, Protocol
from msgkit.errors import ConfigurationError, TransportError

logger = logging.getLogger("msgkit")

LARGEST_ANSWER = 8 * 1024 * 1024
"""Most bytes of an answer that are read; no documented answer comes near it."""

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_CHUNK = 64 * 1024


class Transport:
    """Posts signed calls and returns answers whose signature is right.

    One session serves many threads: nothing in it changes after it was made, and no header is shared between calls.
    Connections are kept alive. Redirects are not followed, cookies not kept, and ``.netrc`` not read; the proxy and CA
    settings of the environment count.

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
        self._timeout = timeout
        self._session = requests.Session()
        self._adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0)
        self._session.mount(self.base_url, self._adapter)
        environment = self._session.merge_environment_settings(self.base_url, {}, True, None, None)  # noqa: FBT003
        self._settings: dict[str, Any] = {name: environment[name] for name in ("verify", "cert", "proxies")}

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._session.close()

    def send(self, call: Call) -> tuple[dict[str, Any], Answer]:
        """Sign, send and verify one call.

        Returns:
            The answer's JSON, an empty dict where it has no body; and the answer itself.

        Raises:
            ApiError: The platform answered with an error.
            ResponseVerificationError: The answer is a success, but not proven to come from WeChat Pay.
            TransportError: No answer came.
        """
        signed, headers = self._protocol.sign(call)
        request = self._prepare(call, headers)
        started = time.monotonic()
        try:
            answer = self._exchange(request)
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

    def _prepare(self, call: Call, headers: dict[str, str]) -> requests.PreparedRequest:
        """Make the request of a call, and make sure that requests changed nothing of what was signed."""
        request = requests.Request(call.method, self.base_url + call.path, headers=headers)
        if call.upload is None:
            request.headers["Content-Type"] = "application/json"
            request.data = call.body
        else:
            upload = call.upload
            request.files = [
                ("meta", (None, call.body, "application/json")),
                ("file", (upload.filename, upload.content, upload.media_type)),
            ]
        prepared = request.prepare()
        if prepared.path_url != call.path:
            raise ConfigurationError("the path that would be sent is not the one that was signed")
        return prepared

    def _exchange(self, request: requests.PreparedRequest) -> Answer:
        # The adapter, not the session: the session would look into redirects, cookies and .netrc at every call.
        response = self._adapter.send(
            request,
            stream=True,
            timeout=self._timeout,
            **self._settings,
        )
        try:
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    raise requests.RequestException(f"the answer is larger than {LARGEST_ANSWER} bytes")
        finally:
            response.close()
        return Answer(response.status_code, response.headers, bytes(body))


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
    if prepared.path_url != "/":
        raise ConfigurationError("base_url must have a host such as api.mch.weixin.qq.com")
    return checked
