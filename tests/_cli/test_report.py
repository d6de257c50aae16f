"""Tests of what a check found, for people: lines, cures, colours, and what to do next."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from msgkit import Message
from msgkit._columns import columns
from tests._cli.command import ROOT, read, run

COMMAND = [sys.executable, "-W", "error", "-m", "msgkit"]
ANSI = re.compile(r"\x1b\[[\d;]*m")


class TestCheck:
    """``msgkit check``, as text."""

    BAD = "message:\n  blocks:\n    - type: TEXT\n      text: {text: 5}\n    - type: TEXT\n      text: {text: 6}\n"

    def test_line_and_cure(self, tmp_path: Path) -> None:
        """Under what was found stand its line, the caret, and the cure where its rule appears the first time."""
        (tmp_path / "a.yaml").write_text(self.BAD)
        done = run("check", "a.yaml", "--lang", "zh", cwd=tmp_path)
        first, second = done.stdout.split("a.yaml:")[1:]
        assert first.splitlines()[1:] == [
            "  4 |       text: {text: 5}",
            "    |                    ^",
            "  怎么改：请改成这个字段要求的类型，msgkit 不会自动转换。YAML 里要当文字的数字请加引号。",
        ]
        assert second.splitlines()[1:] == ["  6 |       text: {text: 6}", "    |                    ^"]
        assert done.stderr.splitlines() == [
            "1 个文件：2 个错误，0 个警告",
            "先改 a.yaml 第 4 行，运行 msgkit explain wrong-type 查看说明。",
        ]

    def test_without_a_place(self, tmp_path: Path) -> None:
        """Of what stands in no line, none is shown."""
        done = run("check", "nothing.json", cwd=tmp_path)
        assert [line[:8] for line in done.stdout.splitlines()] == ["nothing.", "  help: "]

    def test_in_gbk(self, tmp_path: Path) -> None:
        """On a terminal in GBK the caret stands under the place too, behind a character that GBK has not."""
        (tmp_path / "a.json").write_text(
            '{"😀您好": 1, "blocks": [{"type": "TEXT", "text": {"text": 5}}]}', encoding="utf-8"
        )
        done = subprocess.run(
            [*COMMAND, "check", "a.json", "--lang", "zh"],
            capture_output=True,
            cwd=tmp_path,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk"},
        )
        lines = done.stdout.decode("gbk").splitlines()
        number = next(number for number, line in enumerate(lines) if "[wrong-type]" in line)
        shown, under = lines[number + 1 : number + 3]
        assert r"\U0001f600您好" in shown
        at = columns(under) - 1
        assert next(shown[n:] for n in range(len(shown)) if columns(shown[:n]) == at) == "5}}]}"


class TestColour:
    """Where, how bad, and the caret."""

    @pytest.fixture
    def bad(self, tmp_path: Path) -> Path:
        """Return a folder with a file that has an error and a warning."""
        blocks = [{"type": "TEXT", "text": {"text": text}} for text in ("##${name}", "{{x}}")]
        (tmp_path / "a.json").write_text(json.dumps({"blocks": blocks}))
        (tmp_path / "b.json").write_text("{")
        return tmp_path

    def on_a_terminal(self, folder: Path, **environ: str) -> str:
        """Return what a terminal of 80 columns gets."""
        ours, theirs = pty.openpty()
        command = [*COMMAND, "check", "a.json", "b.json"]
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80", **environ}
        with subprocess.Popen(command, cwd=folder, stdout=theirs, stderr=subprocess.DEVNULL, env=environ):
            os.close(theirs)
            shown = b""
            while chunk := read(ours):
                shown += chunk
        os.close(ours)
        return shown.decode()

    def test_on_a_terminal(self, bad: Path) -> None:
        """A terminal shows the path in bold, a warning in yellow, an error in red, and the caret in its colour."""
        shown = self.on_a_terminal(bad)
        assert "\x1b[1mb.json:1:2\x1b[0m: " in shown
        assert "\x1b[1;31m[json-open]\x1b[0m" in shown
        assert "\x1b[1;31m^\x1b[0m" in shown
        assert "\x1b[1;33mwarning: \x1b[0m" in shown
        assert "\x1b[1;33m^\x1b[0m" in shown
        assert max(columns(line) for line in ANSI.sub("", shown).splitlines() if " | " in line[:8]) <= 80

    def test_it_says_the_same(self, bad: Path) -> None:
        """But for the colours it is what a pipe gets."""
        piped = run("check", "a.json", "b.json", cwd=bad).stdout
        assert "\x1b" not in piped
        assert ANSI.sub("", self.on_a_terminal(bad, COLUMNS="100")).replace("\r\n", "\n") == piped

    def test_no_color(self, bad: Path) -> None:
        """NO_COLOR is heard, whatever else is said."""
        assert "\x1b" not in self.on_a_terminal(bad, NO_COLOR="1", FORCE_COLOR="1")

    @pytest.mark.parametrize("name", ["FORCE_COLOR", "CLICOLOR_FORCE"])
    def test_forced(self, bad: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """A pipe gets colours where they are asked for; 0 does not ask."""
        monkeypatch.setenv(name, "1")
        assert "\x1b[1mb.json:1:2\x1b[0m: " in run("check", "b.json", cwd=bad).stdout
        monkeypatch.setenv(name, "0")
        assert "\x1b" not in run("check", "b.json", cwd=bad).stdout


class TestNext:
    """What to do next, the last line beside the findings."""

    @pytest.mark.parametrize("name", ["##[error]x.json", "a\n::error::b.json"])
    @pytest.mark.parametrize("content", ["{}", Message().text("您好").to_json()], ids=["bad", "good"])
    def test_hostile_names(self, tmp_path: Path, name: str, content: str) -> None:
        """A name can make no command and no line of its own there."""
        (tmp_path / name).write_text(content)
        done = run("check", name, cwd=tmp_path)
        assert len(done.stderr.splitlines()) == 2
        assert "##" not in done.stdout + done.stderr
        assert not [line for line in [*done.stdout.splitlines(), *done.stderr.splitlines()] if line.startswith("::")]
