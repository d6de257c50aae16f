"""A studio that runs, and a real browser that looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

from msgkit.studio import Studio
from tests import browser as chromium


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for templates, with none in it."""
    made = tmp_path / "replies"
    made.mkdir()
    return made


@pytest.fixture
def studio(folder: Path) -> Iterator[Studio]:
    """A studio on the folder."""
    with Studio(folder) as running:
        yield running


# Of a module and no longer: as long as it is there, a loop runs in this thread, and no test can run one of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    path = chromium.program()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser, studio: Studio) -> Iterator[Page]:
    """A fresh profile's page, which must end without a word in the console and without a request to anywhere else."""
    context = browser.new_context(viewport={"width": 1440, "height": 860}, locale="zh-CN")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    said: list[str] = []
    origin = urlsplit(studio.url).netloc

    def hear(message: ConsoleMessage) -> None:
        said.append(f"console: {message.type}: {message.text}")

    def watch(request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob") and asked.netloc != origin:
            said.append(f"a request to {request.url}")

    def close(dialog: Dialog) -> None:
        said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    opened.on("console", hear)
    opened.on("pageerror", lambda error: said.append(f"error: {error}"))
    opened.on("request", watch)
    opened.on("dialog", close)
    yield opened
    context.close()
    assert said == []
