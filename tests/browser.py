"""A real browser on this machine."""

import os
import shutil

import pytest

_PROGRAM = "chromium"


def program() -> str:
    """Return where the program is; where there is none, CI fails and others skip what needs it."""
    found = shutil.which(_PROGRAM)
    if found is None:
        said = f"no {_PROGRAM} on this machine: apt-get install {_PROGRAM}"
        if os.environ.get("CI"):
            pytest.fail(said, pytrace=False)
        pytest.skip(said)
    return found


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
