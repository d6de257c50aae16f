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


def bind(port: int) -> socket.socket:
    """Return a socket that is bound to a port of this machine; 0 picks a free one.

    Raises:
        SandboxError: It cannot be had.
    """
    try:
        made = socket.create_server((LOOPBACK, port))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SandboxError(f"cannot listen on {LOOPBACK}:{port}: {reason}") from error
    # asyncio sets TCP_NODELAY only where the protocol is named. Without it every answer on a connection that is kept
    # alive waits for the acknowledgement of the one before, some 40 ms.
    return socket.socket(made.family, made.type, socket.IPPROTO_TCP, fileno=made.detach())


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
