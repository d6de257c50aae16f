"""Programs that tests start, and which not every machine has."""

from __future__ import annotations

import os
import shutil

import pytest


def found(name: str) -> str:
    """Return where a program is; where there is none, CI fails and others skip what needs it."""
    path = shutil.which(name)
    if path is None:
        said = f"no {name} on this machine: apt-get install {name}"
        if os.environ.get("CI"):
            pytest.fail(said, pytrace=False)
        pytest.skip(said)
    return path
