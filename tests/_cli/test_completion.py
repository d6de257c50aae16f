"""Tests of ``msgkit completion``, with a real shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from msgkit.rules import RULES
from tests._cli.command import ROOT, run

BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None, reason="there is no bash")

# What bash does when Tab is pressed behind these words, the last of which may be half written.
PROGRAM = """
eval "$(msgkit completion bash)"
complete -p msgkit >/dev/null || exit 3
compopt() { default=yes; }
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_msgkit_completion msgkit
printf '%s\\n' "${COMPREPLY[@]}" ${default:+'<files of the shell>'}
"""
FILES = "<files of the shell>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder in which a shell finds the command."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/msgkit"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -W error -m msgkit "$@"\n')
    command.chmod(0o755)
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def complete(folder: Path, *words: str) -> list[str]:
    """Return what bash offers for a command line."""
    path = os.pathsep.join([str(folder.parent / "bin"), os.environ.get("PATH", "")])
    done = subprocess.run(
        [str(BASH), "--norc", "-c", PROGRAM, "bash", "msgkit", *words],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split("\n")[:-1]


@pytest.mark.slow
class TestBash:
    """A bash that has the script."""

    def test_commands(self, folder: Path) -> None:
        """Commands are completed, also those below others."""
        assert complete(folder, "ch") == ["check"]
        assert sorted(complete(folder, "complaints", "")) == ["history", "list", "show"]

    def test_choices(self, folder: Path) -> None:
        """So are the values of an option, and of an argument."""
        assert complete(folder, "check", "--format", "") == ["text", "json", "github", "sarif"]
        assert complete(folder, "check", "--lang", "z") == ["zh"]
        assert complete(folder, "completion", "") == ["bash", "zsh", "fish"]

    def test_options(self, folder: Path) -> None:
        """So are options."""
        assert complete(folder, "check", "--s") == ["--strict"]

    def test_rules(self, folder: Path) -> None:
        """So are the codes of rules."""
        assert complete(folder, "explain", "four-") == ["four-byte-character"]
        assert complete(folder, "explain", "") == sorted(RULES)

    def test_files(self, folder: Path) -> None:
        """Of files, template files and folders are; hidden ones where the point is written."""
        for name in ("a.yaml", "b.json", "c.yml", "notes.md", ".d.json", "replies/e.yaml", "replies/f.yaml"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).touch()
        assert complete(folder, "check", "") == ["a.yaml", "b.json", "c.yml", "replies/"]
        assert complete(folder, "preview", ".") == [".d.json"]
        assert complete(folder, "send", "1", "b") == ["b.json"]
        assert complete(folder, "check", "nothing/") == [""]

    def test_one_folder(self, folder: Path) -> None:
        """A folder that is the only choice is opened at once, as a space would stand behind its name."""
        for name in ("replies/refund/a.yaml", "replies/refund/b.yaml"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).touch()
        assert complete(folder, "check", "re") == ["replies/refund/a.yaml", "replies/refund/b.yaml"]
        (folder / "empty").mkdir()
        assert complete(folder, "check", "em") == ["empty/"]

    def test_chinese_names(self, folder: Path) -> None:
        """A Chinese name is a name like any other."""
        (folder / "退款.yaml").touch()
        assert complete(folder, "check", "退") == ["退款.yaml"]

    @pytest.mark.parametrize("name", ["a b.yaml", "$(touch x).yaml", "a\nb.yaml", "'.yaml"])
    def test_names_to_be_quoted(self, folder: Path, name: str) -> None:
        """Where a name needs quotes, bash completes files by itself, as it knows how to write them."""
        (folder / name).touch()
        assert complete(folder, "check", "") == [FILES]
        assert not (folder / "x").exists()


class TestScript:
    """The script itself."""

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_printed(self, tmp_path: Path, shell: str) -> None:
        """There is one for each shell, and it is of this command."""
        done = run("completion", shell, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"_MSGKIT_COMPLETE={shell}_complete" in done.stdout

    def test_of_no_shell(self, tmp_path: Path) -> None:
        """Another shell is refused with those that there are."""
        done = run("completion", "tcsh", cwd=tmp_path)
        assert done.returncode == 2
        assert "'bash', 'zsh', 'fish'" in done.stderr
