"""Runs what pages show and writes what it printed into them: ``python docs/make_played.py``; a test holds it.

A fence of YAML whose first line is the comment ``# replies/…`` is the file of that name, from there on, and a table is
``complaints.csv``. In a fence of ``console`` each line that begins with ``$`` is a command, and the others are what
it prints; what it sends goes to a sandbox.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgkit.sandbox import Sandbox

PAGES = [Path(__file__).parent / "zh" / name for name in ("morning.md", "many.md")]

_find_fences = re.compile(r"^```(yaml|text|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_file_of = re.compile(r"# (replies/\S+)\n").match


def page(text: str, folder: Path) -> str:
    """Return a page with what its commands print, run in a folder."""
    with Sandbox() as sandbox:
        environ = sandbox.credentials.environ
        _run("git init -q .", folder, environ)

        def played(fence: re.Match[str]) -> str:
            language, content = fence.groups()
            if language != "console":
                _write(content, folder)
                return fence[0]
            commands = [line for line in content.splitlines() if line.startswith("$ ")]
            lines = [
                line for command in commands for line in (command, *_run(command[2:], folder, environ).splitlines())
            ]
            return "\n".join(["```console", *lines, "```"])

        return _find_fences.sub(played, text)


def _write(content: str, folder: Path) -> None:
    """Write the file that a fence is; not every one is."""
    name = _file_of(content)
    is_table = content.startswith("complaint_id,")
    if is_table or name:
        path = folder / (name[1] if name else "complaints.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def _run(command: str, folder: Path, environ: Mapping[str, str]) -> str:
    """Return what a command prints for somebody who reads Chinese."""
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _NOBODY.items()}
    done = subprocess.run(  # noqa: S603 - what the page itself says
        ["bash", "-c", command],  # noqa: S607
        cwd=folder,
        env={
            **os.environ,
            **environ,
            **who,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "MSGKIT_LANG": "zh",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "PYTHONIOENCODING": "utf-8",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return done.stdout


_NOBODY = {"NAME": "a", "EMAIL": "a@example.com"}


if __name__ == "__main__":
    for each in PAGES:
        with tempfile.TemporaryDirectory() as temporary:
            each.write_text(page(each.read_text(encoding="utf-8"), Path(temporary)), encoding="utf-8")
