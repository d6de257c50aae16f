"""The studio without a browser: its application, asked in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def site_on(folder: Path | None) -> Iterator[Site]:
    """Make what a studio is, without a server and without anybody who watches the folder."""
    with Sandbox() as sandbox, Client.from_env(sandbox.credentials.environ) as client:
        events = Events()
        yield Site(sandbox, client, TemplateFolder(folder, events.tell), events)


def client_of(site: Site, host: str = HOST, token: str | None = None, **options: Any) -> TestClient:
    """Return whom the studio takes for a page of its own."""
    return TestClient(create_app(site, host, PORT, token), base_url=ADDRESS, follow_redirects=False, **options)
