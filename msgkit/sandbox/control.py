"""The control port: what a test of another language can set up and look at, as plain JSON.

It lies on a listener of its own, so that nothing of it is among the paths of the platform. A web page that happens to
be open beside it must not reach it: its requests say where they come from, by ``Origin``, by a ``Host`` that is another
name, or by a content type that a page can send without being asked.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from msgkit.sandbox.answers import Refusal
from msgkit.sandbox.app import RawPaths
from msgkit.sandbox.bodies import parse_json
from msgkit.sandbox.commands import COMMANDS, Command
from msgkit.sandbox.errors import SandboxError

if TYPE_CHECKING:
    from msgkit.sandbox.server import Sandbox

logger = logging.getLogger("msgkit.sandbox")

#: The largest body, in bytes.
BODY_LIMIT = 4 * 1024 * 1024

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

# What a page elsewhere might still embed without reading it, a browser then refuses to hand on.
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}


class _Wrong(Exception):  # noqa: N818 - it ends a request, it is no fault of the program
    """The request gets an error.

    Args:
        status: The HTTP status.
        text: What is wrong.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text


def create_control(sandbox: Sandbox, port: int) -> ASGIApp:
    """The control port as an ASGI application.

    Args:
        sandbox: What it controls.
        port: Where it listens, which a request's ``Host`` must name.
    """
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    paths: dict[str, dict[str, Command]] = {}
    for command in COMMANDS:
        paths.setdefault(command.path, {})[command.method] = command
    app = Starlette(
        routes=[Route(path, _door(sandbox, hosts, methods), methods=_METHODS) for path, methods in paths.items()],
        exception_handlers={HTTPException: _no_path(hosts)},
    )
    return RawPaths(app)


def _door(sandbox: Sandbox, hosts: set[str], commands: dict[str, Command]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            _check_origin(request, hosts)
            command = _command(commands, request.method)
            given = await _read(request) if request.method == "POST" else {}
            # Making a key takes its time, in which the platform goes on answering.
            document = await asyncio.to_thread(command.run, sandbox, {**given, **request.path_params})
        except _Wrong as wrong:
            return _json(wrong.status, {"error": wrong.text})
        except (ValueError, TypeError, OverflowError, SandboxError) as error:
            return _json(400, {"error": str(error)})
        except Exception as error:  # noqa: BLE001 - even a fault of the sandbox is answered in JSON
            logger.error("fault in the sandbox: %s", type(error).__name__)  # noqa: TRY400 - its text may quote a customer
            return _json(500, {"error": "the sandbox itself failed"})
        return _json(200, document)

    return answer


def _command(commands: dict[str, Command], method: str) -> Command:
    if method not in commands:
        raise _Wrong(405, f"this path takes {' and '.join(commands)}")
    return commands[method]


def _no_path(hosts: set[str]) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, _: Exception) -> Response:
        try:
            _check_origin(request, hosts)
        except _Wrong as wrong:
            return _json(wrong.status, {"error": wrong.text})
        return _json(404, {"error": "there is no such path; GET / lists those there are"})

    return answer


def _check_origin(request: Request, hosts: set[str]) -> None:
    if request.headers.getlist("host") != [request.headers.get("host")] or request.headers["host"] not in hosts:
        raise _Wrong(403, f"Host must be {' or '.join(sorted(hosts))}")
    if "origin" in request.headers:
        raise _Wrong(403, "requests of web pages are not taken: they have an Origin")


async def _read(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Wrong(415, "Content-Type must be application/json")
    body, size = bytearray(), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= BODY_LIMIT:
                body += chunk
    except ClientDisconnect:
        raise _Wrong(400, "the request broke off") from None
    if size > BODY_LIMIT:
        raise _Wrong(413, f"the body has {size} bytes, at most {BODY_LIMIT} are taken")
    try:
        document = parse_json(bytes(body))
    except Refusal as refusal:
        raise _Wrong(400, f"the body {(refusal.detail or {})['issue']}") from None
    if not isinstance(document, dict):
        raise _Wrong(400, "the body must be an object")
    return document


def _json(status: int, document: Any) -> Response:
    text = json.dumps(document, ensure_ascii=False)
    return Response(text.encode("utf-8", "replace"), status, _HEADERS, "application/json; charset=utf-8")
