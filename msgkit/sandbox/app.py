"""The sandbox as an ASGI application: which door a path leads to."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from msgkit.sandbox.answers import Answer, invalid_request, not_found
from msgkit.sandbox.calls import Endpoint
from msgkit.sandbox.endpoints import ENDPOINTS
from msgkit.sandbox.gate import Gate
from msgkit.sandbox.keyring import Keyring
from msgkit.sandbox.pictures import PRESIGNED, found
from msgkit.sandbox.state import State
from msgkit.sandbox.visits import Visit

_ORIGIN = re.compile(rb"\Ahttps?://[^/?#]*", re.IGNORECASE)


def create_app(state: State, keyring: Keyring, endpoints: Iterable[Endpoint] = ENDPOINTS) -> ASGIApp:
    """The sandbox as an ASGI application.

    Args:
        state: What it remembers.
        keyring: What it verifies and signs with.
        endpoints: What it offers.
    """
    gate = Gate(state, keyring)
    paths: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    doors = [Route(path, _Door(gate, state, methods)) for path, methods in paths.items()]
    app = Starlette(
        routes=[*doors, Route(f"{PRESIGNED}{{name}}", _OtherHost(state))],
        exception_handlers={HTTPException: _no_endpoint(state)},
    )
    # An address with a slash too many is unknown to the platform, and not a redirection.
    app.router.redirect_slashes = False
    return RawPaths(app)


class RawPaths:
    """Routes by the path as sent, so that an encoded slash in an id divides nothing.

    A target in absolute form, ``http://host/path``, which every server must take (RFC 9112, 3.2.2), is its path: that
    is what is signed.

    Args:
        app: What is routed to.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - as ASGI has it
        raw = _ORIGIN.sub(b"", scope["raw_path"], count=1) or b"/"
        await self._app({**scope, "raw_path": raw, "path": raw.decode("latin-1")}, receive, send)


class _Door:
    """The endpoints of one path, one for each method that it takes."""

    def __init__(self, gate: Gate, state: State, endpoints: Mapping[str, Endpoint]) -> None:
        self._gate = gate
        self._state = state
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        endpoint = self._endpoints.get(request.method)
        if endpoint is not None:
            response = await self._gate.handle(request, endpoint)
        else:
            refusal = invalid_request("the endpoint does not take this method", status=405)
            allowed = {"Allow": ", ".join(self._endpoints)}
            visit = Visit(self._state, request, None)
            await visit.read_anything()
            response = visit.respond(refusal.answer, allowed)
        await response(scope, receive, send)


class _OtherHost:
    """Another host than the API's, with pictures whose addresses are signed already."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        visit = Visit(self._state, request, "image")
        await visit.read_anything()
        response = visit.respond(self._answer(request))
        await response(scope, receive, send)

    def _answer(self, request: Request) -> Answer:
        sign = request.scope["query_string"].decode("latin-1")
        picture = found(self._state.pictures, request.scope["path"], sign)
        if picture is None or request.headers.get("host", "").partition(":")[0] != "localhost":
            return not_found("there is no such picture").answer
        if request.method != "GET":
            return invalid_request("a picture is read with GET", status=405).answer
        if "authorization" in request.headers:
            # As object stores answer it: two ways of signing at once.
            return invalid_request("a pre-signed address takes no Authorization header").answer
        return Answer(200, picture.content, picture.media_type, signed=False)


def _no_endpoint(state: State) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def answer(request: Request, _: Exception) -> Response:
        visit = Visit(state, request, None)
        await visit.read_anything()
        return visit.respond(not_found("there is no such endpoint").answer)

    return answer
