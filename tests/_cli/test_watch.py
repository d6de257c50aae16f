"""Tests of ``msgkit check --watch``, in a process of its own with files that change under it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from msgkit import Message
from msgkit._cli._watch import look
from tests._cli.command import ROOT, run

SECONDS = 30
GOOD = Message().text("您好").to_json()
BAD = '{"blocks": []}'

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

# A shell starts what runs in its background with SIGINT ignored, these tests perhaps among it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@attrs.define
class Watching:
    """A check that goes on, whose two outputs stand in files."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def out(self) -> str:
        """What was found."""
        return (self.folder / "out").read_text(encoding="utf-8")

    @property
    def told(self) -> list[str]:
        """The lines beside it."""
        return (self.folder / "err").read_text(encoding="utf-8").splitlines()

    def wait_for(self, *, checks: int) -> list[str]:
        """Wait until it has checked so many times, and return the summaries."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = [line for line in self.told if re.match(r"\d+ files?: ", line)]
            # The line after the last summary says what to do next, so that all has been said.
            if len(found) >= checks and not re.match(r"\d+ files?: ", self.told[-1]):
                return found
            time.sleep(0.05)
        raise AssertionError(self.told)

    def end(self) -> int:
        """Press Ctrl+C, and return how it ends."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(SECONDS)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    """Watch a folder with one good file."""
    (tmp_path / "replies").mkdir()
    (tmp_path / "replies/a.json").write_text(GOOD)
    with (
        (tmp_path / "out").open("wb") as out,
        (tmp_path / "err").open("wb") as err,
        subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "msgkit", "check", "--watch", "replies"],
            stdout=out,
            stderr=err,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        ) as process,
    ):
        try:
            yield Watching(process, tmp_path)
        finally:
            process.kill()


@pytest.mark.slow
class TestWatch:
    """Files that change."""

    def test_break_and_mend(self, watching: Watching) -> None:
        """Each change is told and checked, what is found is shown, and Ctrl+C ends it with 0."""
        file = watching.folder / "replies/a.json"
        assert watching.wait_for(checks=1) == ["1 file: 0 problems, 0 warnings"]
        file.write_text(BAD)
        assert watching.wait_for(checks=2)[-1] == "1 file: 1 problem, 0 warnings"
        assert "replies/a.json:1:12: /blocks: " in watching.out
        file.write_text(GOOD)
        assert watching.wait_for(checks=3)[-1] == "1 file: 0 problems, 0 warnings"
        assert watching.end() == 0
        changes = [line for line in watching.told if re.fullmatch(r"\d\d:\d\d:\d\d replies/a\.json changed", line)]
        assert len(changes) == 2
        assert len(watching.told) == 8
        assert watching.out.count("[empty-list]") == 1

    def test_new_and_gone(self, watching: Watching) -> None:
        """So are a file that is new, in a new folder too, and one that is gone."""
        watching.wait_for(checks=1)
        (watching.folder / "replies/refund").mkdir()
        (watching.folder / "replies/refund/b.yaml").write_text(BAD)
        assert watching.wait_for(checks=2)[-1] == "2 files: 1 problem, 0 warnings"
        (watching.folder / "replies/refund/b.yaml").unlink()
        assert watching.wait_for(checks=3)[-1] == "1 file: 0 problems, 0 warnings"
        assert watching.end() == 0
        said = [line[9:] for line in watching.told if " is " in line]
        assert said == ["replies/refund/b.yaml is new", "replies/refund/b.yaml is gone"]

    def test_half_written(self, watching: Watching) -> None:
        """A file that is being written is read once it is whole."""
        watching.wait_for(checks=1)
        content = Message().text("您好" * 20).to_json().encode()
        with (watching.folder / "replies/a.json").open("wb", buffering=0) as file:
            for start in range(0, len(content), 12):
                file.write(content[start : start + 12])
                time.sleep(0.15)
        assert watching.wait_for(checks=2) == ["1 file: 0 problems, 0 warnings"] * 2
        assert watching.end() == 0
        assert watching.out == ""

    def test_interrupted_early(self, watching: Watching) -> None:
        """What is interrupted while it still waits for a change ends with 0 too."""
        watching.wait_for(checks=1)
        assert watching.end() == 0
        assert len(watching.told) == 2

    @pytest.mark.parametrize("form", ["json", "sarif"])
    def test_one_document(self, tmp_path: Path, form: str) -> None:
        """What is one document cannot go on."""
        done = run("check", "--watch", "--format", form, ".", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"--format {form} is one document" in done.stderr
        done = run("check", "--watch", "--format", form, "--lang", "zh", ".", cwd=tmp_path)
        assert (done.returncode, done.stderr[:3]) == (2, "错误：")


class TestLook:
    """What it looks at."""

    def test_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Files that are named, and template files in folders, but for hidden ones and what links lead to nowhere."""
        monkeypatch.chdir(tmp_path)
        for name in ("a.json", "in/b.yml", "in/.c.json", "in/.d/e.json", "in/notes.md", "f.txt"):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text("{}")
        Path("in/g.json").symlink_to("nothing.json")
        Path("in/h").symlink_to(tmp_path)
        assert set(look([Path("in"), Path("f.txt"), Path("nothing.json"), Path("a\0b")])) == {"in/b.yml", "f.txt"}
        assert set(look([Path()])) == {"a.json", "in/b.yml"}

    def test_a_change(self, tmp_path: Path) -> None:
        """A file that was put in place of another one is a change, whatever its time and size."""
        file = tmp_path / "a.json"
        file.write_text(GOOD)
        before = look([tmp_path])
        assert look([tmp_path]) == before
        state = file.stat()
        (tmp_path / "b").write_text(GOOD)
        os.utime(tmp_path / "b", ns=(state.st_atime_ns, state.st_mtime_ns))
        (tmp_path / "b").replace(file)
        assert look([tmp_path]) != before
