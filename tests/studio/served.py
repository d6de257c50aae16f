"""The studio without a browser: its application, asked in this process."""

from __future__ import annotations

import atexit
import contextlib
import functools
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from msgkit.client import Client
from msgkit.sandbox import Sandbox
from msgkit.studio.app import create_app
from msgkit.studio.events import Events
from msgkit.studio.folder import TemplateFolder
from msgkit.studio.site import Site

HOST, PORT = "127.0.0.1", 8380
ADDRESS = f"http://{HOST}:{PORT}"


@functools.cache
def merchant() -> tuple[Sandbox, Client]:
    """Return a sandbox and a client of it, for all tests to which it does not matter what happens there."""
    running = contextlib.ExitStack()
    atexit.register(running.close)
    sandbox = running.enter_context(Sandbox())
    return sandbox, running.enter_context(Client.from_env(sandbox.credentials.environ))


def site_on(folder: Path | None) -> Site:
    """Return what a studio is, without a server and without anybody who watches the folder."""
    events = Events()
    return Site(*merchant(), TemplateFolder(folder, events.tell), events)


def client_of(site: Site, host: str = HOST, token: str | None = None, **options: Any) -> TestClient:
    """Return whom the studio takes for a page of its own."""
    return TestClient(create_app(site, host, PORT, token), base_url=ADDRESS, follow_redirects=False, **options)
