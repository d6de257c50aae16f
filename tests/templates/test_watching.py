"""Tests of libraries in long-running programs: whose files are edited, replaced and taken away meanwhile."""

from __future__ import annotations

import copy
import itertools
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from msgkit import Library, Message, Template, TemplateError, ValidationError
from msgkit.templates._folder import look_through
from msgkit.templates._kept import Contents, Kept, read_now, read_settled
from msgkit.templates._stamps import SETTLED, Stamps
from msgkit.templates._watching import Watch
from tests.helpers import PROTOCOLS, as_nobody, open_to_all, pickled

Write = Callable[[str, str], Path]

DEADLINE = 60
"""Seconds after which something that should come about is taken not to."""

BROKEN = '{"blocks": [{"type": "TEXT", "text": {"text": "SECRET", "SECRET_KEY": 1}}]}'


def told(text: str) -> str:
    """Return the file of a template that says something."""
    return Message().text(text).to_json()


def says(library: Library, name: str = "a") -> object:
    """Return what a template of a library says."""
    [block] = library[name].message
    return getattr(block, "text", None)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


def several_looks(library: Library) -> None:
    """Use a library for as long as it takes to look several times."""
    for _ in range(4):
        before = library._looks_from
        until(lambda before=before: len(library) >= 0 and library._looks_from > before)  # type: ignore[misc]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder, with others beside it."""
    path = tmp_path / "replies"
    path.mkdir()
    return path


@pytest.fixture
def write(folder: Path) -> Write:
    """Return a function that writes a file into the folder that nobody has changed for a while."""

    def put(name: str, content: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        aged(path)
        return path

    return put


def aged(path: Path) -> None:
    """Make a file look as if it was changed a while ago, each at another time."""
    then = time.time() - 1000 + next(_ages) / 100
    os.utime(path, (then, then))


_ages = itertools.count()


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Return a function that returns the warnings that were logged."""
    caplog.set_level(logging.WARNING, "msgkit")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "msgkit"]


class TestReload:
    """Looking through the folder anew when the program says so."""

    def test_changes(self, folder: Path, write: Write) -> None:
        """What was changed, came or went is found; what was not changed is not read again."""
        for name in "abc":
            write(f"{name}.json", told("1"))
        library = Library(folder)
        before = {name: library[name] for name in "abc"}
        write("a.json", told("2"))
        (folder / "b.json").unlink()
        write("d.json", told("1"))
        assert [says(library, name) for name in library] == ["1", "1", "1"]
        library.reload()
        assert sorted(library) == ["a", "c", "d"]
        assert says(library) == "2"
        assert library["c"] is before["c"]
        with pytest.raises(KeyError):
            library["b"]

    def test_at_once(self, folder: Path, write: Write) -> None:
        """A change is found also where the file looks the same: as large, and changed in the same tick of a clock."""
        path = write("a.json", told("1"))
        library = Library(folder)
        for text in "23456789":
            inode = path.stat().st_ino
            now = time.time_ns()
            path.write_text(told(text), encoding="utf-8")
            os.utime(path, ns=(now, now))
            library.reload()
            assert says(library) == text
            path.write_text(told("x"), encoding="utf-8")
            os.utime(path, ns=(now, now))
            library.reload()
            assert says(library) == "x"
            assert path.stat().st_ino == inode

    def test_broken(self, folder: Path, write: Write) -> None:
        """A file that was changed to something broken raises when it is asked for."""
        write("a.json", told("1"))
        library = Library(folder)
        library["a"]
        write("a.json", BROKEN)
        library.reload()
        with pytest.raises(ValidationError):
            library["a"]

    @pytest.mark.parametrize("watch", [False, True])
    def test_a_broken_folder(self, folder: Path, write: Write, watch: bool) -> None:
        """Where the folder is broken it raises as the constructor does, and the library is what it was."""
        write("a.json", told("1"))
        library = Library(folder, watch=watch)
        first = library["a"]
        link = folder / "x.json"
        link.symlink_to("/etc/passwd")
        with pytest.raises(TemplateError, match="leads out of the folder"):
            library.reload()
        assert (list(library), library["a"]) == (["a"], first)
        link.unlink()
        folder.rename(folder.parent / "aside")
        with pytest.raises(TemplateError, match="no such folder"):
            library.reload()
        assert (list(library), library["a"]) == (["a"], first)

    @pytest.mark.slow
    def test_is_safe_for_threads(self, folder: Path, write: Write) -> None:
        """Threads that read while others reload find a whole library, and after the last reload the last content."""
        for number in range(20):
            write(f"{number}.json", told("0"))
        library, done = Library(folder), threading.Event()

        def use() -> None:
            while not done.is_set():
                assert len(library) == 20
                assert {says(library, name) for name in library} <= {"0", "1", "2"}

        with ThreadPoolExecutor() as pool:
            users = [pool.submit(use) for _ in range(4)]
            for text in "12":
                for number in range(20):
                    replacement = write(f".{number}", told(text))
                    replacement.rename(folder / f"{number}.json")
                    library.reload()
            assert {says(library, name) for name in library} == {"2"}
            done.set()
            for user in users:
                user.result()


class TestWatch:
    """A library that looks itself."""

    def test_changes(self, folder: Path, write: Write) -> None:
        """What was changed, came or went is found after a while; what was not changed is not read again."""
        write("a.json", told("1"))
        write("b.json", told("1"))
        write("never-read.json", told("1"))
        library = Library(folder, watch=True)
        kept = library["b"]
        assert says(library) == "1"
        write("a.json", told("2"))
        write("in/c.yaml", "blocks: [{type: TEXT, text: {text: '3'}}]")
        (folder / "never-read.json").unlink()
        until(lambda: sorted(library) == ["a", "b", "in/c"])
        until(lambda: says(library) == "2")
        assert says(library, "in/c") == "3"
        assert library["b"] is kept
        with pytest.raises(KeyError):
            library["never-read"]

    def test_not_without(self, folder: Path, write: Write) -> None:
        """A library that does not watch keeps what it has."""
        write("a.json", told("1"))
        library = Library(folder)
        assert says(library) == "1"
        write("a.json", told("2"))
        write("b.json", told("2"))
        time.sleep(0.6)
        assert (list(library), says(library)) == (["a"], "1")

    @pytest.mark.parametrize("how", ["in", "iter", "len", "get"])
    def test_every_access_looks(self, folder: Path, write: Write, how: str) -> None:
        """Whatever a library is asked, it looks first."""
        library = Library(folder, watch=True)
        write("a.json", told("1"))
        asked: dict[str, Callable[[], object]] = {
            "in": lambda: "a" in library,
            "iter": lambda: list(library),
            "len": lambda: len(library),
            "get": lambda: library.get("a"),
        }
        until(lambda: bool(asked[how]()))

    def test_a_new_spelling(self, folder: Path, write: Write) -> None:
        """A template that moves from JSON to YAML keeps its name, and is read from where it is."""
        path = write("a.json", told("1"))
        library = Library(folder, watch=True)
        assert says(library) == "1"
        path.unlink()
        write("a.yaml", "blocks: [{type: TEXT, text: {text: '2'}}]")
        until(lambda: says(library) == "2")
        assert list(library) == ["a"]

    def test_a_release(self, tmp_path: Path, write: Write, folder: Path) -> None:
        """A folder that is a link is followed to where it leads by now, as deployments switch releases."""
        write("a.json", told("1"))
        (tmp_path / "second").mkdir()
        (tmp_path / "second/a.json").write_text(told("2"), encoding="utf-8")
        aged(tmp_path / "second/a.json")
        current = tmp_path / "current"
        current.symlink_to(folder)
        library = Library(current, watch=True)
        assert says(library) == "1"
        (tmp_path / "new").symlink_to(tmp_path / "second")
        (tmp_path / "new").replace(current)
        until(lambda: says(library) == "2")

    @pytest.mark.slow
    def test_a_clock_that_is_ahead(self, folder: Path, write: Write) -> None:
        """A file whose time of change lies in the future is taken when it was seen unchanged for a while."""
        path = write("a.json", told("1"))
        library = Library(folder, watch=True)
        assert says(library) == "1"
        path.write_text(told("2"), encoding="utf-8")
        os.utime(path, (time.time() + 10_000, time.time() + 10_000))
        until(lambda: says(library) == "2")
        assert says(Library(folder, watch=True)) == "2"

    @pytest.mark.slow
    def test_many_files(self, folder: Path, write: Write) -> None:
        """Two thousand files are looked at like two."""
        for number in range(2000):
            write(f"{number % 20}/{number}.json", told("1"))
        library = Library(folder, watch=True)
        assert all(says(library, name) == "1" for name in library)
        write("7/7.json", told("2"))
        until(lambda: says(library, "7/7") == "2")
        assert len(library) == 2000


@pytest.mark.slow
class TestBroken:
    """Edits that cannot be taken."""

    def test_keeps_the_last_good_one(self, folder: Path, write: Write, log: Callable[[], list[str]]) -> None:
        """A broken edit changes nothing and is told once for each version: file, line and rule, and no content."""
        path = write("a.json", told("1"))
        library = Library(folder, watch=True)
        assert says(library) == "1"
        write("a.json", BROKEN)
        until(lambda: len(library) == 1 and len(log()) == 1)
        several_looks(library)
        assert says(library) == "1"
        [line] = log()
        assert line == (f"{path} is not read anew: line 1: unknown-key; what was read before stays in use")
        write("a.json", "{\n" + BROKEN)
        until(lambda: len(library) == 1 and len(log()) == 2)
        several_looks(library)
        assert len(log()) == 2
        assert "line 2: not-json" in log()[1]
        assert "SECRET" not in "".join(log())
        write("a.json", told("2"))
        until(lambda: says(library) == "2")
        assert len(log()) == 2

    def test_many_problems(self, folder: Path, write: Write, log: Callable[[], list[str]]) -> None:
        """Of many problems the first are told, and how many more there are."""
        write("a.json", told("1"))
        library = Library(folder, watch=True)
        library["a"]
        write("a.json", '{"blocks": [\n0,\n0,\n0,\n0,\n0]}')
        until(lambda: bool(log()) or not len(library))
        assert "line 2: not-an-entry, line 3: not-an-entry, line 4: not-an-entry and 2 more; " in log()[0]

    def test_never_read_good(self, folder: Path, write: Write, log: Callable[[], list[str]]) -> None:
        """A file that was never read good raises, until it is mended."""
        write("a.json", "{")
        library = Library(folder, watch=True)
        for _ in range(2):
            with pytest.raises(TemplateError, match="is not JSON"):
                library["a"]
            several_looks(library)
        write("a.json", told("1"))
        assert says(library) == "1"
        assert log() == []

    @pytest.mark.parametrize("how", ["gone", "link", "itself", "folder", "pipe"])
    def test_gone(self, folder: Path, write: Write, log: Callable[[], list[str]], how: str) -> None:
        """A file that is gone, or replaced by what is none of ours, stays as it was read, which is said once."""
        (folder.parent / "secret.json").write_text(told("SECRET"), encoding="utf-8")
        path = write("in/a.json", told("1"))
        library = Library(folder, watch=True)
        assert says(library, "in/a") == "1"
        path.unlink()
        if how == "link":
            path.symlink_to("../../secret.json")
        elif how == "itself":
            path.symlink_to("a.json")
        elif how == "folder":
            path.mkdir()
        elif how == "pipe":
            os.mkfifo(path)
        until(lambda: "in/a" in library and len(log()) == 1)
        with (folder.parent / "secret.json").open("a") as secret:
            secret.write(" ")
        several_looks(library)
        assert (list(library), says(library, "in/a")) == (["in/a"], "1")
        [line] = log()
        assert str(path) in line
        assert "what was read before stays in use" in line
        if how == "gone":
            write("in/a.json", told("2"))
            until(lambda: says(library, "in/a") == "2")
        else:
            path.rename(folder.parent / "aside")
            library.reload()
            assert "in/a" not in library

    def test_a_folder_that_becomes_a_link(
        self, folder: Path, write: Write, tmp_path: Path, log: Callable[[], list[str]]
    ) -> None:
        """Where a folder in it becomes a link out of it, its templates stay as they were read, said once for each."""
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/a.json").write_text(told("SECRET"), encoding="utf-8")
        path = write("in/a.json", told("1"))
        library = Library(folder, watch=True)
        assert says(library, "in/a") == "1"
        path.unlink()
        path.parent.rmdir()
        path.parent.symlink_to(tmp_path / "outside")
        until(lambda: "in/a" in library and len(log()) == 1)
        (tmp_path / "outside/a.json").write_text(told("SECRET, and more of it"), encoding="utf-8")
        several_looks(library)
        assert says(library, "in/a") == "1"
        assert "leads-out" in log()[0]
        assert len(log()) == 1

    def test_an_unreadable_folder(self, folder: Path, write: Write, log: Callable[[], list[str]]) -> None:
        """A folder that is away for a moment changes nothing, also not what was never read; it is said once."""
        write("a.json", told("1"))
        write("b.json", told("2"))
        library = Library(folder, watch=True)
        assert says(library) == "1"
        folder.rename(folder.parent / "aside")
        until(lambda: len(library) == 2 and len(log()) == 1)
        several_looks(library)
        assert (list(library), says(library)) == (["a", "b"], "1")
        assert log() == [f"{folder}: no such folder; what was found before stays in use"]
        (folder.parent / "aside").rename(folder)
        write("a.json", told("3"))
        until(lambda: says(library) == "3")
        assert says(library, "b") == "2"
        assert len(log()) == 1

    def test_without_permission(self) -> None:
        """A folder in it that may not be entered for a while changes nothing in it, and the rest goes on."""
        program = (
            "import logging, os, time, pathlib; logging.basicConfig(format='%(message)s');"
            "from msgkit import Library;"
            'template = \'{"blocks": [{"type": "TEXT", "text": {"text": "%s"}}]}\';'
            "write = lambda path, text: pathlib.Path(path).write_text(template % text);"
            "library = Library('.', watch=True); says = lambda n: library[n].message.blocks[0].text;"
            "says('a'), says('in/b'); os.chmod('in', 0); write('a.json', '2');\n"
            "while says('a') != '2': time.sleep(0.05)\n"
            "print(sorted(library), says('in/b')); os.chmod('in', 0o755); write('in/b.json', '3');\n"
            "while says('in/b') != '3': time.sleep(0.05)\n"
            "print(sorted(library), says('in/c'))"
        )
        with open_to_all() as folder:
            (folder / "in").mkdir()
            for name in ("a", "in/b", "in/c"):
                (folder / f"{name}.json").write_text(told("1"), encoding="utf-8")
            for path in (folder, *folder.rglob("*")):
                path.chmod(0o777)
            (folder / "in").chmod(0o777)
            if os.geteuid() == 0:
                for path in (folder, *folder.rglob("*")):
                    os.chown(path, 65534, 65534)
            done = as_nobody(folder, program)
        assert done.stdout.splitlines() == ["['a', 'in/b', 'in/c'] 1", "['a', 'in/b', 'in/c'] 1"], done.stderr
        assert [line.split(": ", 1)[1] for line in done.stderr.splitlines()] == [
            "cannot be read: Permission denied; what was found before stays in use"
        ]

    def test_names_that_clash(self, folder: Path, write: Write, log: Callable[[], list[str]]) -> None:
        """A second file for a name, or for one that is the same elsewhere, is not taken and said once."""
        write("a.json", told("1"))
        library = Library(folder, watch=True)
        write("a.yaml", told("2"))
        write("A.json", told("3"))
        write("b.json", told("4"))
        until(lambda: "b" in library)
        several_looks(library)
        assert (sorted(library), says(library)) == (["a", "b"], "1")
        assert [line.partition(" files ")[2][:12] for line in log()] == ["for the name", "whose names "]
        write("a.json", told("5"))
        until(lambda: says(library) == "5")

    def test_a_new_link_that_leads_out(self, folder: Path, write: Write, log: Callable[[], list[str]]) -> None:
        """A new link out of the folder is no template, and said once."""
        library = Library(folder, watch=True)
        (folder / "x.json").symlink_to("/etc/passwd")
        write("a.json", told("1"))
        until(lambda: list(library) == ["a"])
        several_looks(library)
        assert log() == [f"{folder / 'x.json'}: leads out of the folder; what was found before stays in use"]

    @pytest.mark.skipif(sys.platform == "darwin", reason="macOS takes no such names")
    def test_a_name_that_cannot_be_printed(self, folder: Path, write: Write, log: Callable[[], list[str]]) -> None:
        """No file's name forges a line of the log."""
        name = "x\nERROR \udce9.json"
        write(name, told("1"))
        library = Library(folder, watch=True)
        library[name.removesuffix(".json")]
        write(name, "{")
        until(lambda: len(library) == 1 and len(log()) == 1)
        log()[0].encode()
        assert len(log()[0].splitlines()) == 1


@pytest.mark.slow
class TestHalfWritten:
    """Files that somebody is writing."""

    WRITER = """
import sys, time
path, text = sys.argv[1:]
written, longest = time.monotonic(), 0
with open(path, "w", encoding="utf-8") as file:
    file.write("blocks:\\n")
    for number in range(30):
        file.write(f"- {{type: TEXT, text: {{text: '{text}'}}}}\\n")
        file.flush()
        before, written = written, time.monotonic()
        longest = max(longest, written - before)
        time.sleep(0.04)
print(longest)
"""

    def write_slowly(self, path: Path, text: str) -> subprocess.Popen[str]:
        """Start a process that writes a file of 30 blocks, which is a valid template after each of them."""
        return subprocess.Popen([sys.executable, "-c", self.WRITER, str(path), text], stdout=subprocess.PIPE, text=True)

    def is_fair(self, writer: subprocess.Popen[str]) -> bool:
        """Whether a process wrote steadily; on a busy machine it may have paused for so long that it seemed done."""
        assert writer.stdout is not None
        return float(writer.stdout.read()) < SETTLED / 2

    def test_never_taken(self, folder: Path, log: Callable[[], list[str]]) -> None:
        """A file that another process writes slowly is valid all the time, and taken only when it is whole."""
        path = folder / "a.yaml"
        with self.write_slowly(path, "0"):
            pass
        library = Library(folder, watch=True)
        assert len(library["a"].message) == 30
        text, seen = "", set[tuple[object, int]]()
        for text in "123456789":
            seen = set()

            def use(text: str = text, seen: set[tuple[object, int]] = seen) -> bool:
                message = library["a"].message
                seen.add((getattr(message.blocks[0], "text", None), len(message)))
                return (text, 30) in seen

            with self.write_slowly(path, text) as writer:
                until(use)
                if self.is_fair(writer):
                    break
        assert seen <= {(str(int(text) - 1), 30), (text, 30)}
        assert log() == []

    def test_a_new_one(self, folder: Path) -> None:
        """Nor does a new file have a name before it is whole."""
        library, blocks = Library(folder, watch=True), 0
        for name in "abcdefghi":
            with self.write_slowly(folder / f"{name}.yaml", "1") as writer:
                until(lambda name=name: name in library)  # type: ignore[misc]
                blocks = len(library[name].message)
                if self.is_fair(writer):
                    break
        assert blocks == 30

    def test_read_the_first_time(self, folder: Path, write: Write) -> None:
        """A file that is asked for the first time while somebody writes is waited for, and refused if that goes on."""
        path = write("a.json", told("1"))
        library, done = Library(folder, watch=True), threading.Event()

        def go_on() -> None:
            while not done.wait(0.001):
                with path.open("a", encoding="utf-8") as file:
                    file.write(" ")

        with ThreadPoolExecutor(1) as pool:
            pool.submit(go_on)
            try:
                until(lambda: path.stat().st_size > len(told("1").encode()))
                with pytest.raises(TemplateError) as error:
                    library["a"]
            finally:
                done.set()
        assert str(error.value) == f"{path}: was replaced while it was read"
        assert says(library) == "1"

    def test_just_written(self, folder: Path) -> None:
        """A file that was written just before is read, and what is broken or gone is told."""
        for name, content in (("a", told("1")), ("b", "{"), ("c", "")):
            (folder / f"{name}.json").write_text(content, encoding="utf-8")
        library = Library(folder, watch=True)
        (folder / "c.json").unlink()
        assert says(library) == "1"
        with pytest.raises(TemplateError, match="is not JSON"):
            library["b"]
        with pytest.raises(TemplateError, match="No such file"):
            library["c"]

    @pytest.mark.parametrize(
        ("age", "settled", "recent"), [(1, True, False), (0.1, False, True), (-60, False, True), (-86400, False, False)]
    )
    def test_ages(self, folder: Path, write: Write, age: float, settled: bool, recent: bool) -> None:
        """A last change is settled or recent; one far in the future is neither, and only a second look tells."""
        path = write("a.json", told("1"))
        now = time.time_ns()
        os.utime(path, ns=(now - int(age * 1e9), now - int(age * 1e9)))
        stamp = Stamps(look_through(folder)).of([path])
        assert stamp is not None
        assert (stamp.is_settled(now), stamp.is_recent(now)) == (settled, recent)

    def test_settled(self, folder: Path, write: Write) -> None:
        """What is read when nobody has written for a while is kept with its stamp, and without one else."""
        path = write("a.json", told("1"))
        found = look_through(folder)
        assert read_settled(path, found).stamp == read_now(path, found).stamp == Stamps(found).of([path])
        path.write_text(told("2"), encoding="utf-8")
        assert read_now(path, found).stamp is None
        kept = read_settled(path, found)
        assert kept.stamp is not None
        assert time.time_ns() - path.stat().st_mtime_ns >= SETTLED * 1e9


class TestSeveralFiles:
    """Templates that are made of several files."""

    def test_each_counts(self, folder: Path, write: Write) -> None:
        """A template is read anew when any of its files changed."""
        own, other = write("a.json", told("1")), write("b.json", told("2"))
        found = look_through(folder)
        kept = Kept(read_now(own, found).template, (own, other), Stamps(found).of((own, other)))
        has, watch = Contents(found, found.names, {"a": kept}), Watch()
        assert watch.look(has).kept == {}
        write("b.json", told("3"))
        assert watch.look(has).kept.keys() == {"a"}

    @pytest.mark.parametrize("change", ["content", "time", "other file", "gone", "out"])
    def test_stamps(self, folder: Path, write: Write, change: str) -> None:
        """A stamp tells each change of each file from the others, a link's target among them."""
        path = write("a.json", told("1"))
        (folder / "b.json").symlink_to("a.json")
        found = look_through(folder)
        before = {name: Stamps(found).of([folder / name]) for name in ("a.json", "b.json")}
        assert before == {name: Stamps(found).of([folder / name]) for name in ("a.json", "b.json")}
        status = path.stat()
        if change == "content":
            path.write_text(told("11"), encoding="utf-8")
            os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
        elif change == "time":
            os.utime(path, ns=(status.st_mtime_ns + 1000, status.st_mtime_ns + 1000))
        else:
            path.rename(folder.parent / "outside.json")
        if change == "other file":
            path.write_text(told("2"), encoding="utf-8")
            os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
        elif change == "out":
            path.symlink_to("../outside.json")
        after = {name: Stamps(found).of([folder / name]) for name in ("a.json", "b.json")}
        assert all(after[name] != before[name] for name in after)


@pytest.mark.slow
class TestThreads:
    """Many threads that use one library."""

    def test_whole_templates_and_agreeing_names(self, folder: Path, write: Write) -> None:
        """While files change, each thread finds whole templates, and every name that it is told of."""
        for number in range(10):
            write(f"{number}.json", told("0" * 100))
        library, done = Library(folder, watch=True), threading.Event()

        def use() -> None:
            while not done.is_set():
                for name in library:
                    assert name in library
                    text = str(says(library, name))
                    assert text == text[0] * 100

        with ThreadPoolExecutor(8) as pool:
            users = [pool.submit(use) for _ in range(8)]
            try:
                for text in "123":
                    for number in range(10):
                        write(f"{number}.json", told(text * 100))
                    write(f"new{text}.json", told(text * 100))
                    until(lambda text=text: all(says(library, str(n)) == text * 100 for n in range(10)))  # type: ignore[misc]
                until(lambda: len(library) == 13)
            finally:
                done.set()
            for user in users:
                user.result()

    def test_read_once(self, folder: Path, write: Write) -> None:
        """A template that many threads ask for at once is read once: all have the same."""
        write("a.json", told("1"))
        for watch in (False, True):
            library, together = Library(folder, watch=watch), threading.Barrier(16)

            def ask(library: Library = library, together: threading.Barrier = together) -> Template:
                together.wait()
                return library["a"]

            with ThreadPoolExecutor(16) as pool:
                assert len({id(asked.result()) for asked in [pool.submit(ask) for _ in range(16)]}) == 1

    def test_one_looks(self, folder: Path, write: Write) -> None:
        """While one thread looks, the others go on with what is there."""
        write("a.json", told("1"))
        library = Library(folder, watch=True)
        first = library["a"]
        write("a.json", told("2"))
        library._looks_from = 0
        with library._locks.looking, ThreadPoolExecutor(1) as pool:
            assert pool.submit(lambda: library["a"]).result(DEADLINE) is first
        assert says(library) == "2"

    def test_asked_by_the_log(self, folder: Path, write: Write) -> None:
        """A handler of the log may ask the library itself, which is looking just then."""
        write("a.json", told("1"))
        library = Library(folder, watch=True)
        library["a"]
        asked: list[object] = []

        class Handler(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                asked.append((record.levelname, says(library)))

        handler = Handler()
        logging.getLogger("msgkit").addHandler(handler)
        try:
            write("a.json", "{")
            until(lambda: len(library) == 1 and asked == [("WARNING", "1")])
        finally:
            logging.getLogger("msgkit").removeHandler(handler)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
    def test_a_fork(self, folder: Path, write: Write) -> None:
        """A process that was forked while a thread looked goes on looking."""
        write("a.json", told("1"))
        program = (
            "import os, sys, time, signal; from msgkit import Library, Message\n"
            "library = Library(sys.argv[1], watch=True); library['a']\n"
            "locks = library._locks; locks.looking.acquire(); locks.changing.acquire()\n"
            "if child := os.fork(): sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
            "signal.alarm(60); path = sys.argv[1] + '/a.json'\n"
            "open(path, 'w').write(Message().text('2').to_json()); os.utime(path, (1, 1))\n"
            "while library['a'].message.blocks[0].text != '2': time.sleep(0.05)\n"
        )
        done = subprocess.run([sys.executable, "-c", program, str(folder)], check=False, timeout=2 * DEADLINE)
        assert done.returncode == 0


class TestCopies:
    """Copies and pickles of a library."""

    @pytest.mark.parametrize("watch", [False, True])
    @pytest.mark.parametrize(
        "copied",
        [copy.copy, copy.deepcopy, *(lambda library, p=p: pickled(library, p) for p in PROTOCOLS)],
        ids=["copy", "deepcopy", *map(str, PROTOCOLS)],
    )
    def test_goes_on_by_itself(
        self, folder: Path, write: Write, copied: Callable[[Library], Library], watch: bool
    ) -> None:
        """A copy has the folder, the names and what was read, also where that is gone by now; then it is alone."""
        write("a.json", told("1"))
        write("b.json", told("1"))
        library = Library(folder, watch=watch)
        library["a"]
        (folder / "a.json").unlink()
        other = copied(library)
        assert (other.folder, list(other), says(other)) == (folder, ["a", "b"], "1")
        assert repr(other) == repr(library)
        write("a.json", told("2"))
        other.reload()
        assert (says(other), says(other, "b")) == ("2", "1")
        if not watch:
            assert says(library) == "1"
            assert "b" not in library._has.kept
        else:
            write("c.json", told("3"))
            until(lambda: "c" in other)

    def test_a_library_of_ones_own(self, folder: Path, write: Write) -> None:
        """What a subclass adds goes along."""
        write("a.json", told("1"))
        library = Shop(folder)
        library.shop = "x"
        other = pickle.loads(pickle.dumps(library))  # noqa: S301 - our own pickle
        assert (type(other), other.shop, says(other)) == (Shop, "x", "1")


class Shop(Library):
    """A library that knows whose it is."""

    shop: str


class TestUnknownNames:
    """Names that are not there."""

    def test_leave_nothing_behind(self, folder: Path, write: Write) -> None:
        """However many names are asked for that are not there, the library grows by nothing."""
        write("a.json", told("1"))
        library = Library(folder, watch=True)
        for number in range(100):
            with pytest.raises(KeyError):
                library[f"x{number}"]
        assert library._locks.reading == {}
