"""The sandbox as a running server, in the background for tests."""

import contextlib
import os
import socket
from collections.abc import Iterator
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from msgkit.sandbox.app import create_app
from msgkit.sandbox.background import LOOPBACK, BackgroundServer, bind
from msgkit.sandbox.control import create_control
from msgkit.sandbox.credentials import Credentials, Keys
from msgkit.sandbox.errors import SandboxError
from msgkit.sandbox.faults import is_count
from msgkit.sandbox.pictures import found
from msgkit.sandbox.posting import Poster
from msgkit.sandbox.pushing import Pushing
from msgkit.sandbox.state_dir import StateDir

MAX_PORT = 65535


class Sandbox(Pushing):
    """A local WeChat Pay: real HTTP on 127.0.0.1, real signatures both ways, all in memory.

    A context manager: it listens from ``with`` to the end of the block. What it remembers can
    still be read afterwards.

    Args:
        port: The port to listen on, 0 to 65535; 0 picks a free one.
        state_dir: A directory for the keys and the credentials, see `Credentials.write`. The keys of an earlier sandbox
            that are there are taken up; one sandbox at a time may use it.
        control: The port of the control port, see `control_url`; 0 picks a free one, None has none.
        notify: Where notifications are posted to, an address of this machine such as ``http://127.0.0.1:8000/notify``;
            None posts none. See `notify_to`.
        exchanges: How many of the last requests are kept in full, with their answers, up to 10,000; see `exchanges`.
            None are by default, since they hold people's words.

    Raises:
        ValueError: ``notify`` is no address of this machine.
        SandboxError: An argument is wrong. On entering: the port cannot be had, or the directory cannot be written, is
            in use by another sandbox, or holds keys that are broken.
    """

    def __init__(
        self,
        port: int = 0,
        state_dir: str | os.PathLike[str] | None = None,
        *,
        control: int | None = None,
        notify: str | None = None,
        exchanges: int = 0,
    ) -> None:
        super().__init__(notify, exchanges)
        self._port = _checked_port(port)
        self._control = None if control is None else _checked_port(control)
        self._control_url: str | None = None
        self._state_dir = _checked_directory(state_dir)
        self._keys: Keys | None = None
        self._credentials: Credentials | None = None
        self._app: ASGIApp | None = None
        self._running: contextlib.ExitStack | None = None

    def __enter__(self) -> Self:
        if self._running is not None:
            raise SandboxError("the sandbox is running already")
        with contextlib.ExitStack() as running:
            listener = running.enter_context(bind(self._port))
            control = None if self._control is None else running.enter_context(bind(self._control))
            directory = None if self._state_dir is None else running.enter_context(StateDir(self._state_dir))
            keys = (directory and directory.keys()) or self._keys or Keys.generate()
            credentials = keys.issued_for(_url(listener))
            if directory is not None:
                directory.write(keys, credentials)
            keyring = self._take_up(keys)
            app = create_app(self._state, keyring)
            server = BackgroundServer(app, listener)
            server.start()
            running.callback(server.stop)
            self._state.base_url = credentials.base_url
            if control is not None:
                controller = BackgroundServer(create_control(self, control.getsockname()[1]), control)
                controller.start()
                running.callback(controller.stop)
            poster = Poster(self._state.pushes, keyring)
            poster.start()
            running.callback(poster.stop)
            self._control_url = None if control is None else _url(control)
            self._keys, self._credentials, self._app, self._running = keys, credentials, app, running.pop_all()
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

    @property
    def control_url(self) -> str:
        """Where the control port listens, such as ``http://127.0.0.1:8081``: what others can do without Python.

        Raises:
            SandboxError: It was not asked for, or the sandbox never ran.
        """
        if self._control_url is None:
            raise SandboxError(
                "the sandbox has no control port: ask for one with control=0, and use it in a with statement"
            )
        return self._control_url

    def picture(self, content: bytes, *, presigned: bool = False) -> str:
        """Show a picture, as the platform shows those of customers.

        Args:
            content: Its bytes.
            presigned: Whether it is on another host, and its address signed already, as those of an ``image_list`` are;
                it is served to whoever asks without ``Authorization``. Otherwise it is one of the ``media_url`` of a
                complaint: on the API's host, and the merchant signs its path as it came, percent signs and all.

        Returns:
            Its address.

        Raises:
            SandboxError: Before the sandbox first ran: it has no address then.
            ValueError: The content is no bytes.
        """
        if not isinstance(content, bytes | bytearray | memoryview):
            raise ValueError(f"content must be bytes, not {type(content).__name__}")  # noqa: TRY004 - one error for all
        assert self.base_url  # noqa: S101 - says by itself that there is none
        return self._state.add_picture(bytes(content), presigned=bool(presigned))

    def picture_at(self, url: str) -> bytes | None:
        """Return the bytes of a picture that is shown, without a call of the API.

        Args:
            url: Its address, as `picture` returned it and an ``image_list`` has it.

        Returns:
            The bytes; None where no picture is shown there, or no more: the last 200 are.
        """
        try:
            parts = urlsplit(url)
        except ValueError:  # an entry may name anything
            return None
        shown = found(self._state.pictures, parts.path, parts.query or None)
        return None if shown is None else shown.content

    @contextlib.contextmanager
    def another_host(self) -> Iterator[str]:
        """Listen at another address, too, with the same complaints, keys and faults: to play the backup host.

        At the end of the block that host dies at once, with every connection to it, also those that are kept alive.

        Yields:
            Its address, such as ``http://127.0.0.1:8081``.

        Raises:
            SandboxError: The sandbox does not run.
        """
        if self._running is None or self._app is None:
            raise SandboxError("the sandbox does not run: use it in a with statement")
        listener = bind(0)
        server = BackgroundServer(self._app, listener)
        server.start()
        try:
            yield _url(listener)
        finally:
            server.die()

    def reset(self) -> None:
        """Forget all but the two initial complaints, the keys that it began with, and the address of ``notify``."""
        # Whoever is told of it sees all of it.
        with self._state.changes.step():
            super().reset()
            if self._ring is not None:
                self._ring.reset()


def _url(listener: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


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
