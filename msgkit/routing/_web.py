"""The same as applications: WSGI and ASGI, to be mounted where the notification URL points."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from msgkit.complaints import LARGEST_NOTIFICATION

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Receive: TypeAlias = Callable[[Any, bytes, str | None], tuple[int, bytes]]
"""Takes headers, body and the mchid of the address, and returns status and body: `Router.receive`."""

_PHRASES = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
}
_NOT_POST = (405, b'{"code": "FAIL", "message": "notifications come by POST"}')

_MOST_DIGITS = 20  # of a length that are read: enough for what is far too large

# 8 and 10 digits are in use; fewer are more likely another part of a path, such as a version.
_find_mchid = re.compile(r"(?:\A|/)([0-9]{8,32})/?\Z").search

_Message: TypeAlias = MutableMapping[str, Any]


def serve_wsgi(receive: Receive, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request as PEP 3333 has it."""
    if environ["REQUEST_METHOD"] != "POST":
        status, body = _NOT_POST
    else:
        mchid = mchid_of(environ.get("PATH_INFO", ""), environ.get("SCRIPT_NAME", ""))
        status, body = receive(environ, _read(environ), mchid)
    phrase = _PHRASES.get(status, "Service Unavailable")
    start_response(f"{status} {phrase}", list(_headers(status, body)))
    return [body]


def mchid_of(path: str, mounted_at: str) -> str | None:
    """Return the merchant that the end of an address names; None where it names none.

    Args:
        path: The path; within where the application is mounted, or from the root on, as servers differ.
        mounted_at: Where it is mounted. Where nothing comes after that, it is what the address ends with.
    """
    found = _find_mchid(path if path.strip("/") else mounted_at)
    return None if found is None else found[1]


def _read(environ: WSGIEnvironment) -> bytes:
    """Read the body; of one that is too large as much as shows that it is."""
    left, parts = _most(environ), []
    while left > 0 and (part := environ["wsgi.input"].read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _most(environ: WSGIEnvironment) -> int:
    """Return how many bytes of a body are read at most."""
    given = environ.get("CONTENT_LENGTH") or ""
    if given.isdecimal():
        return min(int(given[:_MOST_DIGITS]), LARGEST_NOTIFICATION + 1)
    # Without a length a body ends where the server says so (it then came in chunks), or there is none.
    return LARGEST_NOTIFICATION + 1 if environ.get("wsgi.input_terminated") else 0


async def serve_asgi(
    receive: Receive,
    scope: _Message,
    hear: Callable[[], Awaitable[_Message]],
    say: Callable[[_Message], Awaitable[None]],
) -> None:
    """Answer one request, or begin and end with a server that serves nothing else."""
    if scope["type"] == "lifespan":
        await _live(hear, say)
    elif scope["type"] == "http":
        body = await _heard(hear)
        if body is not None:
            await _answer(receive, scope, body, say)
    else:
        raise ValueError(f"notifications come by http, not by {scope['type']}")


async def _live(hear: Callable[[], Awaitable[_Message]], say: Callable[[_Message], Awaitable[None]]) -> None:
    while True:
        kind = (await hear())["type"]
        await say({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _heard(hear: Callable[[], Awaitable[_Message]]) -> bytes | None:
    """Read the body, or as much of it as shows that it is too large; None where whoever sent it went away."""
    body, more = bytearray(), True
    while more and len(body) <= LARGEST_NOTIFICATION:
        message = await hear()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


async def _answer(receive: Receive, scope: _Message, body: bytes, say: Callable[[_Message], Awaitable[None]]) -> None:
    if scope["method"] != "POST":
        status, answer = _NOT_POST
    else:
        mchid = mchid_of(scope.get("path", ""), scope.get("root_path", ""))
        status, answer = await _in_thread(partial(receive, scope["headers"], body, mchid))
    headers = [(name.lower().encode(), value.encode()) for name, value in _headers(status, answer)]
    await say(
        {
            "type": "http.response.start",
            "status": status,
            "headers": headers,
        }
    )
    await say({"type": "http.response.body", "body": answer})


async def _in_thread(call: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
    """Store in a thread: a disk or a network may take its time, and other requests wait for the event loop.

    The loop may be trio's where anyio is there, which all frameworks bring that run on both.
    """
    try:
        from anyio import to_thread  # noqa: PLC0415 - who speaks WSGI has no event loop
    except ModuleNotFoundError:
        import asyncio  # noqa: PLC0415 - likewise

        return await asyncio.to_thread(call)
    return await to_thread.run_sync(call)


def _headers(status: int, body: bytes) -> Iterable[tuple[str, str]]:
    """Yield an answer's headers; servers and proxies expect a type also of nothing."""
    yield "Content-Type", "application/json" if body else "text/plain"
    yield "Content-Length", str(len(body))
    if status == _NOT_POST[0]:
        yield "Allow", "POST"  # RFC 9110, 15.5.6
