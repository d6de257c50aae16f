"""Carrying requests over HTTPS without blocking, with the connections of httpx2.

Like its blocking twin it goes straight to the connections beneath the client: `httpcore2` comes with httpx2 and is to
it what urllib3 is to requests. What httpx2 itself would add (unpacking, redirects, cookies, another look at the
environment for each client) is what must not happen here.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import anyio
import anyio.lowlevel
import attrs
import httpcore2

from msgkit._apiv3.calls import Answer, Request
from msgkit.client._bounds import Budget, RouteError, spending, under_way
from msgkit.client._carrying import (
    PROXY_AUTHENTICATION_REQUIRED,
    Body,
    budget_for,
    failure,
    require_as_it_is,
    require_way,
)
from msgkit.client._route import Route

_LARGEST_READ = 1024 * 1024  # bytes: more than ever lies ready, so that nothing is left behind in a buffer


class AsyncTransport:
    """Sends requests as they are and returns what came back, whoever sent it; the twin of `Transport`.

    It serves many tasks, and each event loop has its own connections, as has a process that was forked. It works under
    asyncio and under trio.

    Args:
        hosts: As `Transport` has it.
        timeout: As `Transport` has it.
        connections: Most connections to a host that are open, and that are kept alive; a call that finds none free
            waits for one within its own time.
    """

    def __init__(self, hosts: Iterable[str], *, timeout: tuple[float, float], connections: int = 100) -> None:
        self._timeout, self._connections = timeout, connections
        self._routes = {host: Route.find(host, connections) for host in hosts}
        self._here: anyio.lowlevel.RunVar[tuple[int, dict[str, httpcore2.AsyncConnectionPool]]]
        self._here = anyio.lowlevel.RunVar(f"msgkit_pools_{id(self)}")

    async def close(self) -> None:
        """Close the connections of this event loop that are kept alive; a later call opens others."""
        process, pools = self._here.get((0, {}))
        self._here.set((0, {}))
        if process == os.getpid():
            for pool in pools.values():
                await pool.aclose()

    async def send(self, request: Request) -> Answer:
        """Send one request and read its answer to the end; see `Transport.send`.

        Raises:
            ConfigurationError: The path would be sent in other letters than it has.
            TransportError: No answer came.
        """
        require_as_it_is(request)
        budget = budget_for(request, self._timeout, self._routes)
        try:
            require_way(request, budget)
            with spending(budget):
                if not request.is_foreign:
                    return await _exchange(request, self._pool(request), budget)
                async with _pool(Route.find(request.host, 1)) as pool:
                    return await _exchange(request, pool, budget)
        except Exception as error:
            raise failure(request, budget, error, _reason(error, budget)) from error

    def _pool(self, request: Request) -> httpcore2.AsyncConnectionPool:
        """Return the connections of this event loop, in this process, to a host."""
        process, pools = self._here.get((0, {}))
        if process != os.getpid():
            # Those of another process are still in use there; see `Transport`.
            pools = {}
            self._here.set((os.getpid(), pools))
        if request.host not in pools:
            pools[request.host] = _pool(self._routes[request.host])
        return pools[request.host]


def _pool(route: Route) -> httpcore2.AsyncConnectionPool:
    """Return connections along a route, none of which is open yet.

    Raises:
        RouteError: The proxy is none, or the authorities cannot be read.
    """
    settings: dict[str, Any] = {
        "max_connections": route.connections,
        "max_keepalive_connections": route.connections,
        "network_backend": _Network(is_proxied=route.proxy is not None),
        "ssl_context": route.context() if route.is_secure else None,
    }
    if route.proxy is None:
        return httpcore2.AsyncConnectionPool(**settings)
    address, name, password = route.proxy_and_login()
    if urlsplit(address).scheme == "https":
        settings["proxy_ssl_context"] = route.context()
    return httpcore2.AsyncHTTPProxy(address, (name, password) if name or password else None, **settings)


async def _exchange(request: Request, pool: httpcore2.AsyncConnectionPool, budget: Budget) -> Answer:
    address = urlsplit(request.host)
    url = httpcore2.URL(
        scheme=address.scheme, host=_host(address.hostname or ""), port=address.port, target=request.path.encode()
    )
    headers = [("Host", address.netloc), *request.headers.items()]
    if request.body or request.method in {"POST", "PUT"}:
        headers.append(("Content-Length", str(len(request.body))))
    response = await pool.handle_async_request(
        httpcore2.Request(
            request.method, url, headers=headers, content=request.body, extensions={"timeout": {"pool": budget.left}}
        )
    )
    stream = response.extensions["network_stream"]
    try:
        if response.status == PROXY_AUTHENTICATION_REQUIRED:
            raise RouteError("the proxy asks for a name and password (407)", is_lasting=False)
        answer = Answer(response.status, _headers(response), await _body(response, request.largest), request.host)
        if isinstance(stream, _Stream) and _has_leftover(response):
            stream.is_spoilt = True
        return answer
    finally:
        with anyio.CancelScope(shield=True):
            await response.aclose()


def _reason(error: Exception, budget: Budget) -> str | None:
    """Say what went wrong where the error itself says nothing of use; None where it does."""
    if isinstance(error, httpcore2.ProxyError):
        return f"the proxy: {error}"
    if isinstance(error, httpcore2.PoolTimeout):
        return "no connection was free in time"
    if isinstance(error, (httpcore2.TimeoutException, TimeoutError)):
        return f"connecting took longer than {budget.connect:g} s" if budget.is_connecting else "timed out"
    tried = error.args[0] if error.args else None
    if isinstance(tried, OSError) and tried.__cause__ is not None:  # that all addresses failed says nothing of how
        return str(tried.__cause__)
    return None


def _host(name: str) -> str:
    return name.encode("idna").decode() if not name.isascii() else name


def _headers(response: httpcore2.Response) -> dict[str, str]:
    """Return the headers; of one that comes twice, what both say, as urllib3 does it."""
    found: dict[str, str] = {}
    for raw, value in response.headers:
        name = raw.decode("latin-1").title()
        text = value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


async def _body(response: httpcore2.Response, largest: int) -> bytes:
    """Read an answer to its end; see `Body`."""
    body = Body(response.status, largest)
    try:
        async for chunk in response.aiter_stream():
            body.add(chunk)
    except Exception as error:  # noqa: BLE001 - whatever it is that broke it off
        body.broke_off(error)
    return body.whole


def _has_leftover(response: httpcore2.Response) -> bool:
    """Tell whether more came than the answer: the beginning of the answer to nobody's call.

    httpcore2 would hand it out as the answer to the next one, and has no word for it; so this looks inside. Where
    there is nothing to be seen any more, the connection is not kept.
    """
    stream: Any = response.stream
    try:
        data, _ = stream._stream._connection._h11_state.trailing_data  # noqa: SLF001
    except AttributeError:
        return True
    return bool(data)


@attrs.define(eq=False)
class _Stream(httpcore2.AsyncNetworkStream):
    """A connection, each step of which asks what the call under way may still take."""

    inner: httpcore2.AsyncNetworkStream
    is_spoilt: bool = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - the interface's
        budget = under_way()
        data = await self.inner.read(max(max_bytes, _LARGEST_READ), budget.share())
        budget.take(len(data))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        if not buffer:
            return
        budget = under_way()
        # What is said to a proxy belongs to connecting; what follows it does not.
        if budget.is_connecting and not buffer.startswith(b"CONNECT "):
            budget.connected()
        budget.sending()
        await self.inner.write(buffer, budget.share())

    async def aclose(self) -> None:
        # Not to be waited for: a peer that does not answer the farewell of TLS holds nobody up.
        with anyio.move_on_after(1, shield=True), suppress(Exception):
            await self.inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> httpcore2.AsyncNetworkStream:
        try:
            return _Stream(await self.inner.start_tls(ssl_context, server_hostname, under_way().share()))
        except BaseException:
            await self.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        found = self.inner.get_extra_info(info)
        if info == "is_readable":
            return self.is_spoilt or found or _has_unread(self.inner.get_extra_info("ssl_object"))
        return found


def _has_unread(tls: Any) -> bool:
    """Tell whether something lies in TLS that nobody has read; what was to be read has been."""
    if tls is None:
        return False
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        pass
    return True


@attrs.define(eq=False)
class _Network(httpcore2.AsyncNetworkBackend):
    """Opens connections, within what the call under way may take."""

    is_proxied: bool
    inner: Any = attrs.field(factory=httpcore2.AnyIOBackend)

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the interface's
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.AsyncNetworkStream:
        budget = under_way()
        budget.start_connecting()
        if budget.admits is None or self.is_proxied:
            return _Stream(await self.inner.connect_tcp(host, port, budget.share()))
        with anyio.fail_after(budget.share()):
            found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # The address that was looked at is the one that is connected to; asked again, the name might have another.
        addresses = [str(address[0]) for *_, address in found]
        budget.require_admitted(addresses)
        failed: Exception | None = None
        for tried, address in enumerate(addresses):
            try:
                return _Stream(await self.inner.connect_tcp(address, port, budget.share(len(addresses) - tried)))
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
        raise failed or OSError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)
