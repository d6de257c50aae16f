"""The newest versions of everybody: a virtual environment of its own, and the suite run there without judging.

The bounds are set against the versions that the extra ``bench`` pins. What others released since then is worth seeing,
and decides nothing here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from msgkit._extras import DISTRIBUTION

_ROOT = Path(__file__).resolve().parent.parent
_PINNED = re.compile(r"""(?P<name>[\w.-]+)==[\w.]+ ?; extra == ['"]bench['"]""")


def peers() -> list[str]:
    """Return the names of what the extra ``bench`` pins."""
    pinned = [_PINNED.fullmatch(requirement) for requirement in metadata.requires(DISTRIBUTION) or []]
    return [match["name"] for match in pinned if match]


def run(arguments: Sequence[str]) -> int:
    """Install the newest versions into a temporary environment, run the suite there, and return its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        print("installing the newest versions …", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True)
        python = str(Path(folder, "Scripts" if os.name == "nt" else "bin", "python"))
        needed = ["-e", f"{_ROOT}[async,celery,testing,yaml]", *peers()]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *needed], check=True)  # noqa: S603
        command = [python, "-m", "benchmarks", "--unjudged", *arguments]
        return subprocess.run(command, check=False).returncode  # noqa: S603
