"""An application served by a thread of its own, on an address of this machine alone."""

import asyncio
import contextlib
import logging
import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from msgkit.sandbox.errors import SandboxError
from msgkit.sandbox.sending import TRANSPORT

#: The one address that a sandbox is ever bound to.
LOOPBACK = "127.0.0.1"

#: How long stopping waits for requests under way, in seconds.
GRACE = 1


def bind(port: int, host: str = LOOPBACK) -> socket.socket:
    """Return a socket that is bound to a port; 0 picks a free one.

    Args:
        port: The port.
        host: An address or a name of this machine. A sandbox is on this machine alone; what has a guard of its own may
            be reached from elsewhere.

    Raises:
        SandboxError: It cannot be had, or no host is named.
    """
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if not host:
        # It would be every address that there is, which is said as 0.0.0.0.
        raise SandboxError(f"cannot listen on {shown}: no host is named")
    try:
        # Looked up first: what is no name at all would leave a socket open.
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        made = socket.create_server(address, family=family)
    except (OSError, ValueError) as error:
        raise SandboxError(f"cannot listen on {shown}: {_reason(error)}") from error
    # asyncio sets TCP_NODELAY only where the protocol is named. Without it every answer on a connection that is kept
    # alive waits for the acknowledgement of the one before, some 40 ms.
    return socket.socket(made.family, made.type, socket.IPPROTO_TCP, fileno=made.detach())


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    # Of a name that cannot be looked up, which has numbers of its own.
    return str(error.strerror) if isinstance(error, OSError) and error.strerror else "it is no address"


class _Server(uvicorn.Server):
    """A uvicorn server that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.loop = asyncio.get_running_loop()
        self.listening.set()

    @property
    def connections(self) -> list[Any]:
        """What stands for each open connection, in uvicorn's way."""
        return list(self.server_state.connections)

    async def die(self) -> None:
        """Close the address and cut every connection, also those kept alive and those with a request under way."""
        for server in self.servers:
            server.close()
        for connection in self.connections:
            connection.transport.abort()


class BackgroundServer:
    """An application served by a thread of its own.

    Args:
        app: The application.
        listener: A bound socket, which the server closes when it stops.
    """

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        # What is installed beside uvicorn must not change how the sandbox behaves, so every part is named. Its loggers
        # belong to the program that the sandbox runs in, which may have a uvicorn of its own: nothing sets them up.
        self._app = app
        self._server = _Server(
            uvicorn.Config(
                self._serve,
                interface="asgi3",
                http="h11",
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._thread = threading.Thread(target=self._run, args=(listener,), name="msgkit-sandbox", daemon=True)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, TRANSPORT: lambda: self._transport(scope["client"])}, receive, send)

    def _transport(self, client: tuple[str, int] | None) -> asyncio.Transport | None:
        return next((one.transport for one in self._server.connections if one.client == client), None)

    def _run(self, listener: socket.socket) -> None:
        with _silenced():
            self._server.run([listener])

    def start(self) -> None:
        """Start, and return once connections are answered."""
        self._thread.start()
        while not self._server.listening.wait(0.05):
            if not self._thread.is_alive():
                raise SandboxError("the server's thread ended before it listened")

    def stop(self) -> None:
        """Stop, and return once the socket is closed and the thread has ended."""
        self._server.should_exit = True
        self._thread.join()

    def die(self) -> None:
        """Stop as a host does that loses its power: nobody who is connected is told."""
        assert self._server.loop is not None  # noqa: S101 - for the type checkers: it was started
        asyncio.run_coroutine_threadsafe(self._server.die(), self._server.loop).result()
        self._server.force_exit = True
        self.stop()


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Let nothing reach the program's log or terminal that this thread says through the loggers of the server."""
    silent = threading.get_ident()

    def is_elsewhere(_: logging.LogRecord) -> bool:
        return threading.get_ident() != silent

    loggers = [logging.getLogger(name) for name in ("uvicorn.error", "uvicorn.access", "uvicorn.asgi", "asyncio")]
    for logger in loggers:
        logger.addFilter(is_elsewhere)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(is_elsewhere)
