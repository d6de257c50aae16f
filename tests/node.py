"""Programs of Node's, and packages from npm at the versions that a lockfile names."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests import programs


def environment() -> dict[str, str]:
    """Return the environment without proxies."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def run(folder: Path, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program of Node's in a folder, with neither proxies nor files of the user's."""
    return subprocess.run(
        [programs.found(command[0]), *command[1:]],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        cwd=folder,
        env=environment(),
    )


def install(files: Path, folder: Path) -> Path:
    """Install packages in a folder, exactly as locked, and run no script of any of them."""
    shutil.copytree(files, folder, dirs_exist_ok=True)
    quiet = ("--loglevel=error", "--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts")
    done = run(folder, "npm", "ci", *quiet, "--cache", str(folder / ".npm"))
    assert (done.returncode, done.stdout, done.stderr) == (0, done.stdout, "")
    return folder


def asked(files: Path, name: str) -> str:
    """Return the version of a package that is asked for."""
    version: str = json.loads((files / "package.json").read_text("utf-8"))["dependencies"][name]
    return version


def installed(folder: Path, name: str) -> str:
    """Return the version of a package that is installed."""
    version: str = json.loads((folder / "node_modules" / name / "package.json").read_text("utf-8"))["version"]
    return version


def check_lockfile(files: Path) -> None:
    """Make sure that a lockfile pins what packages are, by digest, and not where they come from.

    Where they come from is the matter of whoever installs them.
    """
    lock = json.loads((files / "package-lock.json").read_text("utf-8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages
    assert [package for package in packages if "resolved" in package or "integrity" not in package] == []
