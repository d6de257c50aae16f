"""Tests of what the command prints to: any encoding, full disks, closed pipes, terminals without colour."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

import msgkit
from msgkit import Message
from tests._cli.command import read

pytestmark = pytest.mark.slow  # each starts a process for an encoding or a terminal

ROOT = Path(msgkit.__file__).parent.parent
COMMAND = [sys.executable, "-W", "error", "-m", "msgkit"]


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command, in which nothing says how to print."""
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "PYTHONIOENCODING"}}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def run(arguments: tuple[str, ...], bad: Path, stdout: int | IO[str]) -> tuple[int, str]:
    """Run a command that prints elsewhere, on ``BAD`` where it says so; return its end and its complaint."""
    done = subprocess.run(
        [*COMMAND, *(str(bad) if word == "BAD" else word for word in arguments)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
        env=environment(),
    )
    return done.returncode, done.stderr


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """Return a file with many problems."""
    path = tmp_path / "a.json"
    path.write_text('{"blocks": [' + "0," * 90 + "0]}")
    return path


class TestFullDisk:
    """A disk on which nothing more can be written."""

    @pytest.mark.parametrize(
        "arguments",
        [("check", "BAD"), ("check", "--format=json", "BAD"), ("schema",), ("demo",), ("--help",), ("--version",)],
        ids=" ".join,
    )
    def test_is_said(self, bad: Path, arguments: tuple[str, ...]) -> None:
        """Whatever was to be printed, it ends with 1 and one sentence."""
        with Path("/dev/full").open("w") as full:
            ended = run(arguments, bad, full)
        assert ended == (1, "Error: the output could not be written: No space left on device\n")

    def test_both_streams(self, bad: Path) -> None:
        """Where the sentence cannot be written either, it still ends with 1."""
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, "check", bad], stdout=full, stderr=full, timeout=60, check=False, env=environment()
            )
        assert done.returncode == 1


@pytest.mark.parametrize("arguments", [("check", "BAD"), ("schema",), ("demo",), ("--help",)], ids=" ".join)
def test_a_closed_pipe(bad: Path, arguments: tuple[str, ...]) -> None:
    """Where nobody reads any more, it ends without a word."""
    reading, writing = os.pipe()
    os.close(reading)
    ended = run(arguments, bad, writing)
    os.close(writing)
    assert ended == (1, "")


class TestEncoding:
    """Terminals that do not show all characters."""

    @pytest.mark.parametrize("encoding", ["gbk", "gb2312", "cp437", "latin-1"])
    def test_demo(self, encoding: str) -> None:
        """The demonstration runs to its end on a terminal of any encoding."""
        done = subprocess.run(
            [*COMMAND, "demo"], capture_output=True, timeout=60, check=False, env=environment(PYTHONIOENCODING=encoding)
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert "The receipt:" in done.stdout.decode(encoding)

    def test_gbk_shows_everything(self) -> None:
        """On a terminal in GBK the demonstration looks as it does anywhere else."""
        done = subprocess.run(
            [*COMMAND, "demo"], capture_output=True, timeout=60, check=False, env=environment(PYTHONIOENCODING="gbk")
        )
        assert "│ 查看订单 >  → https://shop.example/orders/42" in done.stdout.decode("gbk").splitlines()
        assert "\\u" not in done.stdout.decode("gbk")

    @pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp437"])
    def test_a_customers_words(self, tmp_path: Path, encoding: str) -> None:
        """A character that the terminal has not is shown as an escape."""
        path = tmp_path / "a.json"
        path.write_text(Message().text("Ünal ⟨42⟩ 您好").to_json(), encoding="utf-8")
        done = subprocess.run(
            [*COMMAND, "preview", path],
            capture_output=True,
            timeout=60,
            check=False,
            env=environment(PYTHONIOENCODING=encoding),
        )
        assert (done.returncode, done.stderr) == (0, b"")
        # click writes UTF-8 to what calls itself ASCII.
        shown = done.stdout.decode("utf-8" if encoding == "ascii" else encoding)
        assert ("⟨42⟩" if encoding == "ascii" else "\\u27e842\\u27e9") in shown

    def test_what_was_chosen_stays(self, tmp_path: Path) -> None:
        """Whoever chose what to do with such characters gets it."""
        path = tmp_path / "a.json"
        path.write_text(Message().text("⟨42⟩").to_json(), encoding="utf-8")
        done = subprocess.run(
            [*COMMAND, "preview", path],
            capture_output=True,
            timeout=60,
            check=False,
            env=environment(PYTHONIOENCODING="gbk:replace"),
        )
        assert "?42?" in done.stdout.decode("gbk")


class TestColour:
    """Bold and dim."""

    @pytest.mark.parametrize(("no_color", "styled"), [(None, True), ("", True), ("1", False), ("0", False)])
    @pytest.mark.parametrize("command", ["preview", "demo"])
    def test_on_a_terminal(self, tmp_path: Path, command: str, no_color: str | None, *, styled: bool) -> None:
        """A terminal gets them, unless NO_COLOR is set to anything."""
        path = tmp_path / "a.json"
        path.write_text(Message().text("您好", bold=True).to_json(), encoding="utf-8")
        more = {} if no_color is None else {"NO_COLOR": no_color}
        ours, theirs = pty.openpty()
        arguments = [path] if command == "preview" else []
        with subprocess.Popen([*COMMAND, command, *arguments], stdout=theirs, env=environment(**more)) as process:
            os.close(theirs)
            shown = b""
            while chunk := read(ours):
                shown += chunk
        os.close(ours)
        assert process.returncode == 0
        assert (b"\x1b[1m" in shown) is styled

    def test_elsewhere(self, tmp_path: Path) -> None:
        """A file gets none."""
        path = tmp_path / "a.json"
        path.write_text(Message().text("您好", bold=True).to_json(), encoding="utf-8")
        done = subprocess.run([*COMMAND, "preview", path], capture_output=True, check=True, env=environment())
        assert b"\x1b" not in done.stdout


def test_json_is_no_command(tmp_path: Path) -> None:
    """Nothing in the JSON of a check is what GitHub takes for a command, and it says the same."""
    (tmp_path / "a.json").write_text('{"blocks": [], "##[error]x": 1, "###[error]y": 1}')
    done = subprocess.run(
        [*COMMAND, "check", "--format=json", "a.json"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        env=environment(),
    )
    assert "##[" not in done.stdout
    pointers = {finding["pointer"] for finding in json.loads(done.stdout)["findings"]}
    assert pointers == {"/##[error]x", "/###[error]y", "/blocks"}


class TestSchema:
    """What is printed to become a file."""

    @pytest.mark.parametrize("arguments", [(), ("--template",)], ids=["message", "template"])
    def test_is_utf_8(self, arguments: tuple[str, ...]) -> None:
        """A schema is UTF-8, as JSON must be, whatever the terminal speaks."""
        done = subprocess.run(
            [*COMMAND, "schema", *arguments],
            stdout=subprocess.PIPE,
            timeout=60,
            check=True,
            env=environment(PYTHONIOENCODING="gbk"),
        )
        assert not done.stdout.isascii()
        assert json.loads(done.stdout.decode("utf-8"))["$schema"]
