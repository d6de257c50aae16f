"""The sandbox as a running server: in the background for tests, in the foreground for people."""

import contextlib
import functools
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from msgkit.errors import MsgkitError
from msgkit.sandbox.app import create_app
from msgkit.sandbox.credentials import Credentials, Keys
from msgkit.sandbox.faults import plan
from msgkit.sandbox.state import Complaint, ComplaintState, ReceivedReply, State, Upload

#: The one address that a sandbox is ever bound to.
LOOPBACK = "127.0.0.1"

MAX_PORT = 65535

#: How long stopping waits for requests under way, in seconds.
GRACE = 1


class SandboxError(MsgkitError):
    """The sandbox cannot start, or is used while it is not running."""


class Sandbox:
    """A local WeChat Pay: real HTTP on 127.0.0.1, real signatures both ways, all in memory.

    A context manager: it listens from ``with`` to the end of the block. What it remembers can
    still be read afterwards.

    Args:
        port: The port to listen on; 0 picks a free one.
        state_dir: A directory to write the credentials into, see `Credentials.write`.

    Raises:
        SandboxError: On entering, where the port cannot be had or the directory not be written.
    """

    def __init__(self, port: int = 0, state_dir: str | os.PathLike[str] | None = None) -> None:
        self._port = port
        self._state_dir = state_dir
        self._keys = Keys.generate()
        self._state = State(self._keys.issued.mchid)
        self._credentials: Credentials | None = None
        self._server: _BackgroundServer | None = None

    def __enter__(self) -> Self:
        if self._server is not None:
            raise SandboxError("the sandbox is running already")
        with contextlib.ExitStack() as undo:
            listener = undo.enter_context(_bind(self._port))
            credentials = self._keys.issued_for(f"http://{LOOPBACK}:{listener.getsockname()[1]}")
            if self._state_dir is not None:
                _write(credentials, self._state_dir)
            server = _BackgroundServer(create_app(self._state, self._keys), listener)
            server.start()
            undo.pop_all()
        self._credentials, self._server = credentials, server
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def __repr__(self) -> str:
        return f"<Sandbox {self.base_url if self._server else 'not running'}>"

    @property
    def credentials(self) -> Credentials:
        """What the merchant of this sandbox calls it with.

        Raises:
            SandboxError: Before the sandbox first listened: its address is not known until then.
        """
        if self._credentials is None:
            raise SandboxError("the sandbox has no address before it runs: use it in a with statement")
        return self._credentials

    @property
    def base_url(self) -> str:
        """Where it listens, such as ``http://127.0.0.1:8080``."""
        return self.credentials.base_url

    def fail_next(self, fault: str = "SYSTEM_ERROR", *, processed: bool = False, times: int = 1) -> None:
        """Let the next calls go wrong, whose signature holds.

        Args:
            fault: One of the platform's codes, e.g. ``SYSTEM_ERROR`` or ``FREQUENCY_LIMITED``; or ``NO_ANSWER`` (the
                connection breaks), ``UNSIGNED`` or ``WRONG_SIGNATURE``, whose calls are carried out.
            processed: Carry the call out also where the fault is one of the codes.
            times: How many calls.

        Raises:
            ValueError: There is no such fault.
        """
        self._state.add_faults(plan(fault, processed=processed), times)

    @property
    def complaints(self) -> Mapping[str, Complaint]:
        """The complaints by id, as they stand now: a snapshot, read-only."""
        return self._state.complaints

    @property
    def replies(self) -> tuple[ReceivedReply, ...]:
        """The replies accepted so far, in order."""
        return self._state.replies

    @property
    def uploads(self) -> tuple[Upload, ...]:
        """The pictures accepted so far, in order."""
        return self._state.uploads

    def complaint(
        self,
        complaint_id: str | None = None,
        *,
        complainted_mchid: str | None = None,
        need_immediate_service: bool = True,
        complaint_state: ComplaintState = "PENDING",
    ) -> Complaint:
        """Add a complaint, as if a consumer had just made it.

        Args:
            complaint_id: Its id; a new one of 27 digits where none is given.
            complainted_mchid: The merchant it is about; the sandbox's merchant by default.
            need_immediate_service: Whether it takes rich replies.
            complaint_state: ``PENDING``, ``PROCESSING`` or ``PROCESSED``.

        Returns:
            The complaint as it is now; `complaints` tells how it goes on.

        Raises:
            ValueError: Where there is a complaint of this id already, or no such state.
        """
        return self._state.add_complaint(
            complaint_id,
            complainted_mchid=complainted_mchid,
            need_immediate_service=need_immediate_service,
            complaint_state=complaint_state,
        )

    def reset(self) -> None:
        """Forget all replies, uploads and complaints but the two initial ones; keep the keys."""
        self._state.reset()


def serve(
    port: int = 0,
    state_dir: str | os.PathLike[str] | None = None,
    *,
    announce: Callable[[str], object] | None = None,
) -> None:
    """Run a sandbox until SIGINT (Ctrl+C) or SIGTERM, then stop it clean and return.

    To be called from the main thread, which is the one that hears signals.

    Args:
        port: The port to listen on; 0 picks a free one.
        state_dir: A directory to write the credentials into.
        announce: Is told ``listening on http://127.0.0.1:PORT``, once, when that is true; by
            default it is printed.

    Raises:
        SandboxError: Where the port cannot be had or the directory not be written.
    """
    announce = announce or functools.partial(print, flush=True)
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, signal.default_int_handler) for number in signals}
    try:
        with Sandbox(port, state_dir) as sandbox:
            announce(f"listening on {sandbox.base_url}")
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        return
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _bind(port: int) -> socket.socket:
    where = f"{LOOPBACK}:{port}"
    if not 0 <= port <= MAX_PORT:
        raise SandboxError(f"cannot listen on {where}: a port is a number from 0 to {MAX_PORT}")
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SandboxError(f"cannot listen on {where}: {reason}") from error


def _write(credentials: Credentials, directory: str | os.PathLike[str]) -> None:
    try:
        credentials.write(directory)
    except OSError as error:
        raise SandboxError(f"cannot write the credentials into {os.fspath(directory)}: {error.strerror}") from error


class _Server(uvicorn.Server):
    """A uvicorn server that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.listening.set()


class _BackgroundServer:
    """An application served by a thread of its own.

    Args:
        app: The application.
        listener: A bound socket, which the server closes when it stops.
    """

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        # What is installed beside uvicorn must not change how the sandbox behaves, so every part
        # is named; and it takes no part in the logging of the program that it runs in.
        self._server = _Server(
            uvicorn.Config(
                app,
                http="h11",
                loop="asyncio",
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="msgkit-sandbox", daemon=True)

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
