"""Who may speak to the studio, and what its pages may do: what stands between it and other people's pages.

A page of somebody else, open in the same browser, can send requests to any address of this machine. It can read no
answer, unless its own name is made to mean this machine (DNS rebinding); so the name that was asked for is looked at
(``Host``), and of what changes something also whose page asks (``Origin``).
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Most bytes of what is posted: a picture of 2 MiB, as the platform takes them, in a form.
LARGEST_BODY = 4 * 1024 * 1024

#: The port that an address means which names none: browsers leave it out.
_USUAL_PORT = 80

#: Methods that change nothing.
_SAFE = frozenset({"GET", "HEAD"})

#: The key of a scope under which a page finds the nonce of its styles.
NONCE = "msgkit.nonce"


def policy(nonce: str) -> str:
    """Return the content security policy of a page: its own files and nothing else, no inline script, no eval.

    Args:
        nonce: What the style sheets that the editor makes for itself are known by.
    """
    parts = (
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return "; ".join(parts)


class Guard:
    """Lets through what comes from the studio's own pages.

    Args:
        app: The studio.
        host: The address that it listens on.
        port: Its port.
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._app = app
        self._port = port
        self._names = {"localhost", host.lower()} | (set() if is_loopback(host) else {socket.gethostname().lower()})
        self._is_local = is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - as ASGI has it
        if scope["type"] != "http":
            return
        scope[NONCE] = secrets.token_urlsafe(16)
        answering = _Answering(send, scope[NONCE])
        if (refusal := self._refusal(scope)) is not None:
            await refusal(scope, receive, answering.send)
            return
        await self._app(scope, _Reading(receive).receive, answering.send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if len(headers.getlist("host")) != 1 or not self._is_ours(headers["host"]):
            return PlainTextResponse("this address is not the studio's: open the one that it printed", 421)
        if scope["method"] not in _SAFE and headers.get("origin") != f"http://{headers['host']}":
            return PlainTextResponse("only the studio's own pages may do this", 403)
        # A page of another site may link here, and may not build in what is here.
        is_foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if is_foreign and headers.get("sec-fetch-mode") != "navigate":
            return PlainTextResponse("only the studio's own pages may ask for this", 403)
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            name, port = (parts.hostname or "").lower(), _USUAL_PORT if parts.port is None else parts.port
        except ValueError:
            return False
        if port != self._port or parts.username is not None or parts.path:
            return False
        return name in self._names or self._is_address(name)

    def _is_address(self, name: str) -> bool:
        """Tell whether a host is a number: that one cannot be made to mean another machine."""
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return address.is_loopback or not self._is_local


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Reading:
    """Reads a request's body, as far as is taken; Starlette answers what it raises."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > LARGEST_BODY:
            raise HTTPException(413, f"a request may have at most {LARGEST_BODY} bytes", {"Connection": "close"})
        return message


class _Answering:
    """Gives every answer the headers that a browser needs to know what the page may do."""

    def __init__(self, send: Send, nonce: str) -> None:
        self._send = send
        self._nonce = nonce

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Content-Security-Policy"] = policy(self._nonce)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)
