"""Tests of what ``--help`` ends with, and of the examples there."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from msgkit import Message
from msgkit._cli._main import cli
from msgkit.sandbox import Sandbox
from tests._cli.command import git, invoke

COMPLAINT = "200201820200101080076610000"
ENDLESS = {
    "msgkit sandbox --state-dir state --port 8080",
    "msgkit check replies/ --watch",
    "msgkit studio replies/ --open",
    "msgkit studio replies/ --port 8380 --state-dir state",
    "msgkit studio replies/ --host 0.0.0.0",
}
"""Examples that go on until they are interrupted, which tests of their own run."""


def commands(command: click.Command, name: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the names of a command and of all below it."""
    yield name
    if isinstance(command, click.Group):
        context = click.Context(command)
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            assert found is not None
            yield from commands(found, (*name, each))


ALL = list(commands(cli))


def examples(name: tuple[str, ...]) -> list[str]:
    """Return the examples that the help of a command ends with."""
    paragraph = invoke(*name, "--help").out.rstrip().rpartition("\n\n")[2].splitlines()
    title, *lines = (line.strip() for line in paragraph)
    assert title == ("Example:" if len(lines) == 1 else "Examples:"), f"the help of {name} ends with no example"
    return lines


ALL_EXAMPLES = {example for name in ALL for example in examples(name)}
EXAMPLES = sorted(each for each in ALL_EXAMPLES - ENDLESS if "redis://" not in each)  # a Redis is there in their own


class TestHelp:
    """``--help`` of every command."""

    @pytest.mark.parametrize("name", ALL, ids=" ".join)
    def test_ends_with_examples(self, name: tuple[str, ...]) -> None:
        """It ends with at least one example, of this command; none is wrapped or cut."""
        found = examples(name)
        assert found
        assert [line for line in found if f"msgkit {' '.join(name)}".rstrip() not in line] == []

    def test_all_are_there(self) -> None:
        """The walk meets commands and those below them."""
        assert {(), ("check",), ("completion",), ("complaints",), ("complaints", "list")} <= set(ALL)

    def test_exit_codes(self) -> None:
        """The first help says what the exit codes of all commands mean."""
        out = invoke("--help").out
        assert re.findall(r"^    ([0-3])  ", out, re.MULTILINE) == ["0", "1", "2", "3"]

    @pytest.mark.parametrize("name", [name for name in ALL if name not in {(), ("complaints",)}], ids=" ".join)
    def test_language(self, name: tuple[str, ...]) -> None:
        """Each command takes ``--lang``."""
        assert "--lang [en|zh]" in invoke(*name, "--help").out

    @pytest.mark.parametrize("name", ALL, ids=" ".join)
    def test_an_unknown_option(self, name: tuple[str, ...]) -> None:
        """An option that there is not ends each command with 2."""
        assert invoke(*name, "--nothing").code == 2


class TestExamples:
    """The examples that end by themselves, with a sandbox where they call the platform."""

    @pytest.fixture
    def folder(self, tmp_path: Path, sandbox: Sandbox) -> Path:
        """Return a folder with what the examples name."""
        (tmp_path / "replies").mkdir()
        message = Message().text("订单 ${order_no} 的退款已受理").to_dict()
        template = {"message": message, "variables": {"order_no": {"example": "42"}}}
        (tmp_path / "replies/accepted.yaml").write_text(json.dumps(template), encoding="utf-8")
        (tmp_path / "table.csv").write_text(f"complaint_id,order_no\n{COMPLAINT},42\n", encoding="utf-8")
        for name in ("old.yaml", "new.yaml"):
            (tmp_path / name).write_text("blocks: [{text: 您好}]", encoding="utf-8")
        git(tmp_path, "init", "-q", ".")
        git(tmp_path, "add", "replies")
        for _ in range(2):
            git(tmp_path, "commit", "-q", "--allow-empty", "-m", "x")
        (tmp_path / "state").mkdir()
        lines = [f"export {name}={shlex.quote(value)}" for name, value in sandbox.credentials.environ.items()]
        (tmp_path / "state/env.sh").write_text("\n".join(lines))
        return tmp_path

    @pytest.mark.parametrize("example", EXAMPLES)
    def test_runs(self, folder: Path, sandbox: Sandbox, example: str) -> None:
        """Each ends with 0, and complains of nothing."""
        with contextlib.chdir(folder):
            if example.startswith("eval"):
                program = f'msgkit() {{ {sys.executable} -m msgkit "$@"; }}; {example}'
                done = subprocess.run(["bash", "-c", program], capture_output=True, check=False)  # noqa: S607
                assert (done.returncode, done.stderr) == (0, b"")
                return
            program, *arguments = shlex.split(example)
            assert program == "msgkit"
            ended = invoke(*arguments, **sandbox.credentials.environ)
        assert ended.code == 0, ended.err
        assert "rror" not in ended.err

    def test_most_are_run(self) -> None:
        """No more than these are left out."""
        assert len(EXAMPLES) >= 15
        assert os.name != "posix" or "msgkit demo --lang zh" in EXAMPLES
