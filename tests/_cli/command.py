"""The command as a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import msgkit

ROOT = Path(msgkit.__file__).parent.parent


def run(*arguments: str | Path, cwd: Path, shadow: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, perhaps with modules that stand in front of installed ones."""
    path = os.pathsep.join(str(folder) for folder in (shadow, ROOT) if folder)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "msgkit", *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=30,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
    )
