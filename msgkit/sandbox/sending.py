"""How an answer goes out: whole, late, byte by byte, in part, or not at all."""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

#: Under which key of the scope the server offers to cut the connection of a request.
CUT = "msgkit.cut"


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
    """An answer whose body comes byte by byte, and whose last byte comes after a while; one without a body is late."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - as in the base
        if not self.body:
            await super().__call__(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        content = bytes(self.body)
        for index in range(len(content)):
            await asyncio.sleep(self.seconds / len(content))
            more = index + 1 < len(content)
            await send({"type": "http.response.body", "body": content[index : index + 1], "more_body": more})


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
        cut: Callable[[], object] = scope[CUT]
        cut()
        # What the server does with a connection that is gone, it does once it knows.
        while (await receive())["type"] != "http.disconnect":
            pass
