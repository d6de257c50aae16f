"""The browser that tests look with: Debian's Chromium, or whichever is installed."""

from __future__ import annotations

import os
import shutil

import pytest

ARGUMENTS = (
    "--no-sandbox",  # as root there is none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""What keeps it from asking anything of the world outside."""


def chromium() -> str:
    """Return the path of a browser of Chromium's kind; where none is installed, skip: in CI, fail."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("needs Chromium: apt-get install chromium, or its like")
    assert found is not None
    return found
