"""Carrying requests over HTTPS, with the connections of urllib3."""

from __future__ import annotations

import os
from collections.abc import Iterable

import urllib3

from msgkit._apiv3.calls import Answer, Request
from msgkit.client._bounds import RouteError, spending
from msgkit.client._carrying import (
    PROXY_AUTHENTICATION_REQUIRED,
    Body,
    budget_for,
    failure,
    require_as_it_is,
    require_way,
)
from msgkit.client._route import Route

_CHUNK = 64 * 1024
_NEVER_AGAIN = urllib3.Retry(False, redirect=False)  # noqa: FBT003 - False raises what went wrong as it is


class Transport:
    """Sends requests as they are and returns what came back, whoever sent it.

    One transport serves many threads: it keeps nothing of a request. Connections are kept alive. Redirects are not
    followed, cookies not kept, and ``.netrc`` not read; the proxy and CA settings of the environment count, as they
    were when the transport was made, and no proxy for this machine itself. A process that was forked opens connections
    of its own.

    Args:
        hosts: The platform's hosts: ``https://`` and a name; ``http://`` for this machine only, for a sandbox.
        timeout: Seconds to connect (all addresses of the host and TLS together), and seconds to wait for the next byte
            of an answer or to get rid of one.
        connections: Most connections to a host that are kept alive.
    """

    def __init__(self, hosts: Iterable[str], *, timeout: tuple[float, float], connections: int = 32) -> None:
        self._timeout, self._connections = timeout, connections
        self._routes = {host: Route.find(host, connections) for host in hosts}
        self._pools: dict[int, dict[str, urllib3.HTTPConnectionPool]] = {}

    def close(self) -> None:
        """Close the connections that are kept alive; a later call opens others."""
        for process in list(self._pools):
            for pool in self._pools.pop(process, {}).values():
                pool.close()

    def send(self, request: Request) -> Answer:
        """Send one request and read its answer to the end.

        Raises:
            ConfigurationError: The path would be sent in other letters than it has, which are those that were signed.
            TransportError: No answer came.
        """
        require_as_it_is(request)
        budget = budget_for(request, self._timeout, self._routes)
        try:
            require_way(request, budget)
            with spending(budget):
                return self._foreign(request) if request.is_foreign else self._exchange(request, self._pool(request))
        # Whatever it is that went wrong between here and there, the caller has to know that no answer came.
        except Exception as error:
            raise failure(request, budget, error) from error

    def _exchange(self, request: Request, pool: urllib3.HTTPConnectionPool) -> Answer:
        connect, wait = self._timeout
        # Where no tunnel leads through, a proxy is told the whole URL.
        is_forwarded = pool.proxy is not None and pool.scheme == "http"
        with pool.urlopen(
            request.method,
            f"{request.host}{request.path}" if is_forwarded else request.path,
            request.body or None,  # empty, it would be announced even where a method has none
            request.headers,
            retries=_NEVER_AGAIN,
            redirect=False,
            assert_same_host=False,
            timeout=urllib3.Timeout(connect=connect, read=wait),
            preload_content=False,
            decode_content=False,
        ) as response:
            if response.status == PROXY_AUTHENTICATION_REQUIRED:
                raise RouteError("the proxy asks for a name and password (407)", is_lasting=False)
            return Answer(response.status, dict(response.headers), _body(response, request.largest), request.host)

    def _foreign(self, request: Request) -> Answer:
        """Ask a host that an answer named, over a connection that is closed again."""
        pool = Route.find(request.host, 1).open()
        try:
            return self._exchange(request, pool)
        finally:
            pool.close()

    def _pool(self, request: Request) -> urllib3.HTTPConnectionPool:
        """Return the connections of this process to a host.

        Those of the process that it was forked from are still in use there: whoever shares them gets the other's
        answers. They are let go of, which closes them here and not there.
        """
        process = os.getpid()
        pools = self._pools.get(process)
        if pools is None:
            # Without a lock, which could be held by a thread that is not there after a fork: of threads that come here
            # at once, all take the connections of the first.
            pools = self._pools.setdefault(process, {})
            for other in [each for each in list(self._pools) if each != process]:
                self._pools.pop(other, None)
        found = pools.get(request.host)
        return found or pools.setdefault(request.host, self._routes[request.host].open())


def _body(response: urllib3.BaseHTTPResponse, largest: int) -> bytes:
    """Read an answer to its end; see `Body`."""
    body = Body(response.status, largest)
    try:
        for chunk in response.stream(_CHUNK, decode_content=False):
            body.add(chunk)
    except Exception as error:  # noqa: BLE001 - whatever it is that broke it off
        body.broke_off(error)
    return body.whole
