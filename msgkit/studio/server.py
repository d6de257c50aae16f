"""The studio as a running server: a sandbox, a client of it, and the page on both."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from msgkit._language import CHINESE, known
from msgkit.client import Client
from msgkit.errors import MsgkitError
from msgkit.sandbox import Sandbox, SandboxError
from msgkit.sandbox.background import LOOPBACK, BackgroundServer, bind
from msgkit.studio.app import create_app
from msgkit.studio.conversation.telling import telling
from msgkit.studio.events import Events
from msgkit.studio.folder import TemplateFolder
from msgkit.studio.guard import is_loopback
from msgkit.studio.site import Site

_KEPT_EXCHANGES = 2_000
"""How many of the last requests can be looked at in full."""

USUAL_PORT = 8380
"""The port that is taken where none is asked for: what a browser keeps for a page, such as drafts, goes by its port."""

_SHORTEST, _LONGEST = 16, 200
_is_token = re.compile(rf"[A-Za-z0-9_-]{{{_SHORTEST},{_LONGEST}}}").fullmatch

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - whoever wants it says so
"""What stands for all addresses of a machine, and its own one among them."""


class StudioError(MsgkitError):
    """A studio cannot begin, as its folder is not there; or it is asked for its address before it has begun."""


class Studio:
    """A page on a sandbox of its own: a gallery of templates, a composer, and conversations.

    A context manager: it listens from ``with`` to the end of the block.

    Args:
        folder: The folder of the template files; None to begin without one. Nothing outside of it is read or written.
        port: The port of the page, 0 to 65535; 0 picks a free one, None takes 8380, or a free one where that is taken.
        host: The address that the page listens on. The sandbox is on 127.0.0.1, wherever the page is.
        state_dir: A directory for the sandbox's keys, as `Sandbox` has it.
        notify: Where the sandbox posts notifications to, as `Sandbox` has it.
        lang: The language of the page where a browser asks for neither: ``"zh"`` or ``"en"``.
        token: What the page's address must hold, at least 16 letters, digits, hyphens and underscores; by default one
            that nobody can guess where the page can be reached from other machines, and else none.

    Raises:
        StudioError: There is no such folder.
        SandboxError: As `Sandbox` raises it. On entering: the page's address cannot be had.
        ValueError: As `Sandbox` raises it; or it is no token, or there is no such language.
    """

    def __init__(  # noqa: PLR0913 - each by its name
        self,
        folder: str | os.PathLike[str] | None = None,
        port: int | None = 0,
        *,
        host: str = LOOPBACK,
        state_dir: str | os.PathLike[str] | None = None,
        notify: str | None = None,
        lang: str = CHINESE,
        token: str | None = None,
    ) -> None:
        self._folder = None if folder is None else Path(folder)
        if self._folder is not None and not self._folder.is_dir():
            raise StudioError(f"there is no folder {self._folder}: create it, or name another one")
        self._host, self._port, self._lang = host, port, known(lang)
        if token is not None and not _is_token(token):
            said = f"a token has {_SHORTEST} to {_LONGEST} letters, digits, hyphens and underscores"
            raise ValueError(f"{said}: leave it out to have one made")
        self._token = token or (None if is_loopback(host) else secrets.token_urlsafe(24))
        self.sandbox = Sandbox(state_dir=state_dir, notify=notify, exchanges=_KEPT_EXCHANGES)
        self._url: str | None = None
        self._running: contextlib.ExitStack | None = None

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as running:
            listener = running.enter_context(self._listener())
            running.enter_context(self.sandbox)
            client = running.enter_context(Client.from_env(self.sandbox.credentials.environ))
            events = Events()
            running.callback(self.sandbox.on_change(telling(events)))
            templates = TemplateFolder(self._folder, events.tell)
            running.enter_context(templates.watching())
            site = Site(self.sandbox, client, templates, events, self._lang)
            server = BackgroundServer(create_app(site, self._host, _port(listener), self._token), listener)
            server.start()
            running.callback(server.stop)
            # Streams end first: a server that stops waits for what is under way.
            running.callback(site.events.close)
            self._url = f"http://{_shown(self._host)}:{_port(listener)}/" + (f"{self._token}/" if self._token else "")
            self._running = running.pop_all()
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

    def _listener(self) -> socket.socket:
        if self._port is not None:
            return bind(self._port, self._host)
        try:
            return bind(USUAL_PORT, self._host)
        except SandboxError:
            return bind(0, self._host)

    @property
    def url(self) -> str:
        """Where the page is, such as ``http://127.0.0.1:8380/``; with the token, where there is one.

        Where it listens on all addresses of this machine, it is the one that this machine calls itself by.

        Raises:
            StudioError: Before it first ran: it has no address then.
        """
        if self._url is None:
            raise StudioError("the studio has no address before it runs: use it in a with statement")
        return self._url

    @property
    def is_open(self) -> bool:
        """Whether the page can be reached from other machines."""
        return not is_loopback(self._host)


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def _shown(host: str) -> str:
    host = _ANY.get(host, host)
    return f"[{host}]" if ":" in host else host
