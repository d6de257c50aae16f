"""The sandbox as a running server: in the background for tests, in the foreground for people."""

import contextlib
import functools
import logging
import os
import queue
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from msgkit.sandbox.app import create_app
from msgkit.sandbox.credentials import MCHID, Credentials, Keys
from msgkit.sandbox.errors import SandboxError
from msgkit.sandbox.faults import PlannedFault, is_count, plan
from msgkit.sandbox.oddities import Oddity
from msgkit.sandbox.state import Complaint, ComplaintState, ReceivedReply, State, Upload
from msgkit.sandbox.state_dir import StateDir

#: The one address that a sandbox is ever bound to.
LOOPBACK = "127.0.0.1"

MAX_PORT = 65535

#: How long stopping waits for requests under way, in seconds.
GRACE = 1


class Sandbox:
    """A local WeChat Pay: real HTTP on 127.0.0.1, real signatures both ways, all in memory.

    A context manager: it listens from ``with`` to the end of the block. What it remembers can
    still be read afterwards.

    Args:
        port: The port to listen on, 0 to 65535; 0 picks a free one.
        state_dir: A directory for the keys and the credentials, see `Credentials.write`. The keys of an earlier sandbox
            that are there are taken up; one sandbox at a time may use it.

    Raises:
        SandboxError: An argument is wrong. On entering: the port cannot be had, or the directory cannot be written, is
            in use by another sandbox, or holds keys that are broken.
    """

    def __init__(self, port: int = 0, state_dir: str | os.PathLike[str] | None = None) -> None:
        self._port = _checked_port(port)
        self._state_dir = _checked_directory(state_dir)
        self._keys: Keys | None = None
        self._state = State(MCHID)
        self._credentials: Credentials | None = None
        self._running: contextlib.ExitStack | None = None

    def __enter__(self) -> Self:
        if self._running is not None:
            raise SandboxError("the sandbox is running already")
        with contextlib.ExitStack() as running:
            listener = running.enter_context(_bind(self._port))
            directory = None if self._state_dir is None else running.enter_context(StateDir(self._state_dir))
            keys = (directory and directory.keys()) or self._keys or Keys.generate()
            credentials = keys.issued_for(f"http://{LOOPBACK}:{listener.getsockname()[1]}")
            if directory is not None:
                directory.write(keys, credentials)
            server = _BackgroundServer(create_app(self._state, keys), listener)
            server.start()
            running.callback(server.stop)
            self._keys, self._credentials, self._running = keys, credentials, running.pop_all()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.close()

    def __repr__(self) -> str:
        return f"<Sandbox {self.base_url if self._running else 'not running'}>"

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
            times: How many calls, at least 1.

        Raises:
            ValueError: There is no such fault, or another argument is wrong.
        """
        self._state.add_fault(plan(fault, processed=processed, times=times))

    @property
    def faults(self) -> tuple[PlannedFault, ...]:
        """The faults of `fail_next` that no call has met yet, in order; each says how many calls it waits for."""
        return self._state.faults

    @property
    def warnings(self) -> tuple[Oddity, ...]:
        """What was odd in the calls that were carried out, in order; `reset` forgets it.

        An upload whose part ``file`` has no filename or another one than ``meta``; a reply that still holds ``${…}``,
        or in which something is empty or missing that makes it work. The documentation forbids none of it. Those of one
        call are in the order of its body. A call that is refused, or that only repeats one, is not in it.
        """
        return self._state.warnings

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
        """The pictures accepted so far, in order; the last 100 with their bytes, see `Upload.content`."""
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
            complaint_id: Its id, 1 to 64 characters; a new one of 27 digits where none is given.
            complainted_mchid: The merchant it is about, 1 to 64 characters; the sandbox's merchant by default.
            need_immediate_service: Whether it takes rich replies.
            complaint_state: ``PENDING``, ``PROCESSING`` or ``PROCESSED``.

        Returns:
            The complaint as it is now; `complaints` tells how it goes on.

        Raises:
            ValueError: Where there is a complaint of this id already, or an argument is wrong.
        """
        return self._state.add_complaint(
            complaint_id,
            complainted_mchid=complainted_mchid,
            need_immediate_service=need_immediate_service,
            complaint_state=complaint_state,
        )

    def reset(self) -> None:
        """Forget all replies, uploads, warnings, faults and complaints but the two initial ones; keep the keys."""
        self._state.reset()


def serve(
    port: int = 0,
    state_dir: str | os.PathLike[str] | None = None,
    *,
    announce: Callable[[str], object] | None = None,
) -> None:
    """Run a sandbox until SIGINT (Ctrl+C) or SIGTERM, then stop it clean and return.

    To be called from the main thread, which is the one that hears signals. One that comes while the sandbox starts or
    stops is heard too.

    Args:
        port: The port to listen on; 0 picks a free one.
        state_dir: A directory for the keys and the credentials, as `Sandbox` has it.
        announce: Is told ``listening on http://127.0.0.1:PORT``, once, when that is true; by
            default it is printed.

    Raises:
        SandboxError: As `Sandbox` raises it.
    """
    announce = announce or functools.partial(print, flush=True)
    # A signal only leaves a note: raised in the middle of starting or stopping, it would leave that half done.
    heard: queue.SimpleQueue[int] = queue.SimpleQueue()
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, lambda number, _: heard.put(number)) for number in signals}
    try:
        with Sandbox(port, state_dir) as sandbox:
            if heard.empty():
                announce(f"listening on {sandbox.base_url}")
            _wait_for(heard)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _wait_for(heard: queue.SimpleQueue[int]) -> None:
    while True:
        # Waking now and then is what lets a signal through on Windows.
        with contextlib.suppress(queue.Empty):
            heard.get(timeout=1)
            return


def _checked_port(port: object) -> int:
    if not is_count(port):
        raise SandboxError(f"a port is a number from 0 to {MAX_PORT}, not {port!r}")
    assert isinstance(port, int)  # noqa: S101 - for the type checkers: just looked at
    if not 0 <= port <= MAX_PORT:
        raise SandboxError(f"cannot listen on {LOOPBACK}:{port}: a port is a number from 0 to {MAX_PORT}")
    return port


def _checked_directory(directory: object) -> str | os.PathLike[str] | None:
    if directory is None:
        return None
    path = os.fspath(directory) if isinstance(directory, str | os.PathLike) else directory
    if not isinstance(path, str) or not path or "\0" in path:
        raise SandboxError(f"state_dir must be the path of a directory, not {directory!r}")
    return path


def _bind(port: int) -> socket.socket:
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
        # What is installed beside uvicorn must not change how the sandbox behaves, so every part is named. Its loggers
        # belong to the program that the sandbox runs in, which may have a uvicorn of its own: nothing sets them up.
        self._server = _Server(
            uvicorn.Config(
                app,
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
