"""Runs what a page shows and writes what it printed into the page: ``python docs/make_morning.py``; a test holds it.

A fence of YAML whose first line is the comment ``# replies/…`` is the file of that name, from there on; in a fence of
``console`` each line that begins with ``$`` is a command, and the others are what it prints.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).parent / "zh" / "morning.md"

_find_fences = re.compile(r"^```(yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_file_of = re.compile(r"# (replies/\S+)\n").match


def page(text: str, folder: Path) -> str:
    """Return a page with what its commands print, run in a folder."""
    _run("git init -q .", folder)

    def played(fence: re.Match[str]) -> str:
        language, content = fence.groups()
        if language == "yaml" and (name := _file_of(content)):
            path = folder / name[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        if language != "console":
            return fence[0]
        commands = [line for line in content.splitlines() if line.startswith("$ ")]
        lines = [line for command in commands for line in (command, *_run(command[2:], folder).splitlines())]
        return "\n".join(["```console", *lines, "```"])

    return _find_fences.sub(played, text)


def _run(command: str, folder: Path) -> str:
    """Return what a command prints for somebody who reads Chinese."""
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _NOBODY.items()}
    done = subprocess.run(  # noqa: S603 - what the page itself says
        ["bash", "-c", command],  # noqa: S607
        cwd=folder,
        env={
            **os.environ,
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
    with tempfile.TemporaryDirectory() as temporary:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), Path(temporary)), encoding="utf-8")
