"""How an answer goes out: whole, late, byte by byte, in part, or not at all."""

import asyncio
import time
from http import HTTPStatus
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

#: Under which key of the scope the server gives the transport that a request came by, or None once that is gone.
TRANSPORT = "msgkit.transport"

#: How often at most a dripping answer drips, in seconds: oftener than this it could not be on time.
TICK = 0.005


class Late(Response):
    """An answer that comes after a while.

    Args:
        seconds: After how long.
        *arguments: As `Response` has them.
        **named: Likewise.
    """

    def __init__(self, seconds: float, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - as in the base
        await asyncio.sleep(self.seconds)
        await super().__call__(scope, receive, send)


class Dripping(Late):
    """An answer that comes byte by byte, its head too, and whose last byte comes after a while; then it hangs up.

    The server would send the head at once, so it is written past it.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002, D102 - as in the base
        transport: asyncio.Transport | None = scope[TRANSPORT]()
        if transport is None:
            return
        content = self._head() + bytes(self.body)
        begun, sent = time.monotonic(), 0
        try:
            while sent < len(content) and not transport.is_closing():
                await asyncio.sleep(max(self.seconds / len(content), TICK))
                due = int(len(content) * (time.monotonic() - begun) / self.seconds)
                transport.write(content[sent:due])
                sent = max(sent, due)
        finally:
            transport.close()
        await _until_gone(receive)

    def _head(self) -> bytes:
        status = HTTPStatus(self.status_code)
        # A status without a body has no length either (RFC 9110, 8.6).
        lengthless = status == HTTPStatus.NO_CONTENT
        kept = [pair for pair in self.raw_headers if not (lengthless and pair[0] == b"content-length")]
        lines = [f"HTTP/1.1 {status} {status.phrase}".encode()]
        lines += [name + b": " + value for name, value in (*kept, (b"connection", b"close"))]
        return b"\r\n".join([*lines, b"", b""])


class Truncated(Response):
    """An answer that ends in the middle of its body, before the length that it has announced."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002, D102 - as in the base
        content = bytes(self.body)
        kept = [pair for pair in self.raw_headers if pair[0] != b"content-length"]
        headers = [*kept, (b"content-length", str(max(len(content), 1)).encode())]
        # A status that has no body could not end before it.
        status = self.status_code if content else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content[: len(content) // 2], "more_body": True})
        # Ending here makes the server close the connection, since announced bytes are missing.


class Cut(Response):
    """An answer of which nothing arrives: the connection is cut."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002, D102 - as in the base
        transport: asyncio.Transport | None = scope[TRANSPORT]()
        if transport is not None:
            transport.abort()
            await _until_gone(receive)


async def _until_gone(receive: Receive) -> None:
    # What the server does with a connection that is gone, it does once it knows.
    while (await receive())["type"] != "http.disconnect":
        pass
