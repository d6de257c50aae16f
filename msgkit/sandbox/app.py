"""The way of every request: read, checked against the rules of APIv3, authenticated, answered."""

import asyncio
import logging
import re
import secrets
from collections.abc import Iterable, Mapping

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from msgkit.sandbox.answers import (
    Answer,
    Refusal,
    invalid_request,
    not_found,
    param_error,
)
from msgkit.sandbox.bodies import Part, parse_form
from msgkit.sandbox.credentials import Keys
from msgkit.sandbox.endpoints import ENDPOINTS, Call, Endpoint
from msgkit.sandbox.faults import Fault, PlannedFault
from msgkit.sandbox.signatures import authenticate, signature_headers
from msgkit.sandbox.state import State

logger = logging.getLogger("msgkit.sandbox")

_ADMITTING = re.compile(r"(?:\*/\*|application/\*|application/json)(?!.*;q=0(?:\.0*)?(?:;|$))(?:;.*)?")

_ORIGIN = re.compile(rb"\Ahttps?://[^/?#]*", re.IGNORECASE)

#: The largest body taken, in bytes: a guard for the sandbox, not a rule of the platform.
BODY_LIMITS = {"application/json": 1024 * 1024, "multipart/form-data": 4 * 1024 * 1024}


def create_app(state: State, keys: Keys, endpoints: Iterable[Endpoint] = ENDPOINTS) -> ASGIApp:
    """The sandbox as an ASGI application.

    Args:
        state: What it remembers.
        keys: What it verifies and signs with.
        endpoints: What it offers.
    """
    gate = _Gate(state, keys)
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    app = Starlette(
        routes=[Route(path, _Door(gate, methods)) for path, methods in paths.items()],
        exception_handlers={HTTPException: _no_endpoint},
    )
    # An address with a slash too many is unknown to the platform, and not a redirection.
    app.router.redirect_slashes = False
    return _RawPaths(app)


class _RawPaths:
    """Routes by the path as sent, so that an encoded slash in an id divides nothing.

    A target in absolute form, ``http://host/path``, which every server must take (RFC 9112, 3.2.2), is its path: that
    is what is signed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = _ORIGIN.sub(b"", scope["raw_path"], count=1) or b"/"
        await self._app({**scope, "raw_path": raw, "path": raw.decode("latin-1")}, receive, send)


class _Gate:
    """Stands before the endpoints and lets through what keeps the rules of every APIv3 call."""

    def __init__(self, state: State, keys: Keys) -> None:
        self._state = state
        self._keys = keys

    async def handle(self, request: Request, endpoint: Endpoint) -> Response:
        """Answer a request to an endpoint."""
        try:
            # Where the method has no body, one that comes is read all the same: the next request stands behind it.
            body = await _read(request, BODY_LIMITS[endpoint.media_type or "application/json"])
        except Refusal as refusal:
            return _respond(request, refusal.answer)
        except ClientDisconnect:
            return _respond(request, invalid_request("the request broke off").answer)
        # Reading and checking a large body takes its time, in which others are answered.
        return await asyncio.to_thread(self._handle, request, body, endpoint)

    def _handle(self, request: Request, body: bytes, endpoint: Endpoint) -> Response:
        try:
            call = self._admit(request, body, endpoint)
        except Refusal as refusal:
            # Whoever failed to prove who it is gets no signature of the platform.
            return _respond(request, refusal.answer)
        except Exception as error:  # noqa: BLE001 - even a fault of the sandbox is answered in JSON
            return _respond(request, _system_error(error))
        planned = self._state.next_fault()
        if planned is not None:
            return self._fail(request, planned, endpoint, call)
        answer = self._answer(endpoint, call)
        return _respond(request, answer, signature_headers(answer, self._keys))

    def _fail(self, request: Request, planned: PlannedFault, endpoint: Endpoint, call: Call) -> Response:
        answer = self._answer(endpoint, call) if planned.processed else Answer(204)
        if planned.refusal is not None:
            answer = planned.refusal.answer
        if planned.fault is Fault.NO_ANSWER:
            return _BrokenOff()
        if planned.fault is Fault.UNSIGNED:
            return _respond(request, answer)
        signed = Answer(answer.status, answer.body + b" ") if planned.fault is Fault.WRONG_SIGNATURE else answer
        return _respond(request, answer, signature_headers(signed, self._keys))

    def _admit(self, request: Request, body: bytes, endpoint: Endpoint) -> Call:
        _check_headers(request.headers, endpoint.media_type, self._keys.issued.public_key_id)
        payload, parts = _signed(request, body, endpoint)
        caller = authenticate(
            request.headers.get("authorization"),
            request.method,
            _target(request.scope),
            payload,
            self._keys,
        )
        return Call(f"{request.method} {request.scope['path']}", caller, request.path_params, payload, parts)

    def _answer(self, endpoint: Endpoint, call: Call) -> Answer:
        try:
            return endpoint.handle(self._state, call)
        except Refusal as refusal:
            return refusal.answer
        except Exception as error:  # noqa: BLE001 - even a fault of the sandbox is answered in JSON
            return _system_error(error)


class _Door:
    """The endpoints of one path, one for each method that it takes."""

    def __init__(self, gate: _Gate, endpoints: Mapping[str, Endpoint]) -> None:
        self._gate = gate
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        endpoint = self._endpoints.get(request.method)
        if endpoint is not None:
            response = await self._gate.handle(request, endpoint)
        else:
            refusal = invalid_request("the endpoint does not take this method", status=405)
            response = _respond(request, refusal.answer, {"Allow": ", ".join(self._endpoints)})
        await response(scope, receive, send)


class _BrokenOff(Response):
    """An answer that never arrives: the connection is closed in its middle."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as in the base
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        # Ending here makes the server close the connection, since the announced byte is missing.


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    size = 0
    # Read to its end even when it is too large: a client that is still sending hears no answer.
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            body += chunk
    if size > limit:
        raise invalid_request(f"the body has {size} bytes, at most {limit} are taken", status=413)
    return bytes(body)


def _signed(request: Request, body: bytes, endpoint: Endpoint) -> tuple[bytes, Mapping[str, Part]]:
    """Return the bytes that a request's signature is for, and the parts of its form if its body is one."""
    match endpoint.media_type:
        case None:
            return b"", {}
        case "application/json":
            return body, {}
        case "multipart/form-data":
            parts = parse_form(body, request.headers["content-type"])
            if "meta" not in parts:
                raise param_error("/meta", "is required")
            return parts["meta"].content, parts


def _check_headers(headers: Headers, media_type: str | None, public_key_id: str) -> None:
    if not headers.get("user-agent", "").strip():
        raise invalid_request("the request must have a User-Agent")
    if not _admits_json(",".join(headers.getlist("accept"))):
        raise invalid_request("Accept must admit application/json")
    # Where the method has no body the header says nothing of it: many clients send the same headers with every call.
    if media_type is not None and headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise invalid_request(f"Content-Type must be {media_type}")
    if headers.get("wechatpay-serial", public_key_id) != public_key_id:
        raise invalid_request("Wechatpay-Serial names a key that the platform does not have")


def _admits_json(accept: str) -> bool:
    """Whether an ``Accept`` header admits JSON. A request without one admits all (RFC 9110)."""
    ranges = [re.sub(r"\s", "", entry).lower() for entry in accept.split(",") if entry.strip()]
    return not ranges or any(_ADMITTING.fullmatch(entry) for entry in ranges)


def _target(scope: Scope) -> str:
    path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


async def _no_endpoint(request: Request, _: Exception) -> Response:
    return _respond(request, not_found("there is no such endpoint").answer)


def _system_error(error: Exception) -> Answer:
    # The type alone: the text of an unforeseen error may quote what a customer wrote.
    logger.error("fault in the sandbox: %s", type(error).__name__)
    return Refusal(500, "SYSTEM_ERROR", "the sandbox itself failed").answer


def _respond(request: Request, answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    request_id = secrets.token_hex(16).upper()
    logger.info("%s %s %s %s", request.method, request.scope["path"], answer.status, request_id)
    return Response(
        answer.body,
        answer.status,
        {"Request-ID": request_id, **(headers or {})},
        media_type="application/json; charset=utf-8" if answer.body else None,
    )
