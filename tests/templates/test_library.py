"""Tests of libraries: folders of template files, of which no name and no link leads out."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

import msgkit
from msgkit import Library, Message, Template, TemplateError, ValidationError
from msgkit._extras import hint
from msgkit.templates import _folder, _loading, _source
from tests.helpers import as_nobody, open_to_all

ROOT = Path(msgkit.__file__).parent.parent
ACCEPTED = Message().text("您好 ${name}，退款已受理")
YAML = 'description: 受理\nmessage: {blocks: [{type: TEXT, text: {text: "您好 ${name}，退款已受理"}}]}\n'

Add = Callable[[str, str | bytes], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder, with others beside it."""
    path = tmp_path / "replies"
    path.mkdir()
    return path


@pytest.fixture
def add(folder: Path) -> Add:
    """Return a function that writes a file into the folder."""

    def write(name: str, content: str | bytes) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


class TestMapping:
    """A library as a mapping."""

    def test_names(self, folder: Path, add: Add) -> None:
        """Files are found in all folders, by their names without the ending; other and hidden files are not."""
        for name in ("b.json", "refund/accepted.json", "refund/x/y.v2.json", "a b/订单.json"):
            add(name, ACCEPTED.to_json())
        for name in ("refund/late.yaml", "refund/never.yml"):
            add(name, YAML)
        for name in (".hidden.json", ".git/x.json", "refund/.x/y.json", "README.md", "json", "x.jsonl", ".json"):
            add(name, "not read")
        found = Library(folder)
        names = ["a b/订单", "b", "refund/accepted", "refund/late", "refund/never", "refund/x/y.v2"]
        assert sorted(found) == names
        assert len(found) == len(names)
        assert {name: template.message for name, template in found.items()} == dict.fromkeys(names, ACCEPTED)
        assert isinstance(found, Mapping)

    def test_the_promised_call(self, folder: Path, add: Add) -> None:
        """A template is found by its name and rendered; the folder may be given as a text."""
        add("refund/accepted.json", ACCEPTED.to_json())
        message = Library(f"{folder}/")["refund/accepted"].render(name="张三")
        assert message == Message().text("您好 张三，退款已受理")

    def test_membership(self, folder: Path, add: Add) -> None:
        """Names are members without being read; other things are none."""
        add("a.json", "{")
        found = Library(folder)
        assert "a" in found
        assert "a.json" not in found
        assert found.get("b") is None
        assert repr(found) == f"Library({str(folder)!r})"

    def test_read_only(self, folder: Path) -> None:
        """Nothing can be put into it."""
        found = Library(folder)
        with pytest.raises(TypeError):
            found["a"] = Template(ACCEPTED)  # type: ignore[index] # pyright: ignore[reportIndexIssue]

    def test_unknown_name(self, folder: Path, add: Add) -> None:
        """An unknown name is a KeyError that tells the nearest, where there is one."""
        add("refund/accepted.json", ACCEPTED.to_json())
        with pytest.raises(KeyError) as near:
            Library(folder)["refund/acepted"]
        assert near.value.args == ("refund/acepted; did you mean refund/accepted?",)
        with pytest.raises(KeyError) as far:
            Library(folder)["zzz"]
        assert far.value.args == ("zzz",)

    def test_in_the_current_folder(self, folder: Path, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
        """A folder may be given relative to the current one."""
        add("a.json", ACCEPTED.to_json())
        monkeypatch.chdir(folder)
        assert list(Library(".")) == ["a"]
        monkeypatch.chdir(folder.parent)
        assert list(Library("replies")) == ["a"]

    def test_after_the_current_folder_changed(
        self, folder: Path, add: Add, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A library stays where it was when it was made, wherever the program goes after that."""
        add("a.json", ACCEPTED.to_json())
        monkeypatch.chdir(folder.parent)
        found = Library("replies")
        monkeypatch.chdir("/")
        assert found["a"] == Template(ACCEPTED)
        assert found.folder == tmp_path / "replies"

    def test_an_ending_in_capitals(self, folder: Path, add: Add) -> None:
        """A file whose ending is in capitals is a template like any other."""
        add("C.JSON", ACCEPTED.to_json())
        add("d.Yaml", YAML)
        assert dict(Library(folder)) == {"C": Template(ACCEPTED), "d": Template(ACCEPTED)}

    def test_hidden_above(self, tmp_path: Path) -> None:
        """Only what is hidden in the folder is passed over, not a folder that is hidden itself."""
        folder = tmp_path / ".replies"
        folder.mkdir()
        (folder / "a.json").write_text(ACCEPTED.to_json())
        assert list(Library(folder)) == ["a"]


class TestNames:
    """What files are called, whatever the file system and the keyboard make of a name."""

    @pytest.mark.parametrize("written", ["caf\u00e9", "cafe\u0301"])
    @pytest.mark.parametrize("asked", ["caf\u00e9", "cafe\u0301"])
    def test_composed(self, folder: Path, add: Add, written: str, asked: str) -> None:
        """A name is NFC however the file system writes it, and is found however it is asked for."""
        add(f"{written}/{written}.json", ACCEPTED.to_json())
        found = Library(folder)
        assert list(found) == ["caf\u00e9/caf\u00e9"]
        assert f"{asked}/{asked}" in found
        assert found[f"{asked}/{asked}"] == Template(ACCEPTED)

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("A.json", "a.json"),
            ("A.json", "a.yaml"),
            ("Refund/a.json", "refund/a.json"),
            ("cafe\u0301.json", "caf\u00e9.json"),
            ("CAFE\u0301.json", "caf\u00e9.json"),
            ("\u03a3\u03a3.json", "\u03c3\u03c2.json"),
        ],
    )
    def test_one_elsewhere(self, folder: Path, add: Add, first: str, second: str) -> None:
        """Names that differ only in case or in composition are an error that names the files."""
        add("b.json", "{}")
        paths = add(first, "{}"), add(second, "{}")
        with pytest.raises(TemplateError) as error:
            Library(folder)
        assert str(error.value).startswith(f"{folder}: 2 files whose names differ in ")
        assert str(error.value).endswith(f": {paths[0]}, {paths[1]}")

    @pytest.mark.parametrize(("first", "second"), [("stra\u00dfe", "strasse"), ("\u7532", "\u4e59"), ("a", "\u0430")])
    def test_two_everywhere(self, folder: Path, add: Add, first: str, second: str) -> None:
        """Names that every file system tells apart are two, however alike they look."""
        add(f"{first}.json", "{}")
        add(f"{second}.json", "{}")
        assert len(Library(folder)) == 2

    def test_one_and_alike(self, folder: Path, add: Add) -> None:
        """Where both are wrong, both are told."""
        for name in ("a.json", "a.yaml", "A.json"):
            add(name, "{}")
        with pytest.raises(TemplateError) as error:
            Library(folder)
        assert [line.partition(" files ")[2][:12] for line in str(error.value).split("; ")] == [
            "for the name",
            "whose names ",
        ]

    def test_the_longest(self, folder: Path, add: Add) -> None:
        """A name may be as long as the file system takes it."""
        add("n" * 250 + ".json", ACCEPTED.to_json())
        assert Library(folder)["n" * 250] == Template(ACCEPTED)

    @pytest.mark.skipif(sys.platform == "darwin", reason="macOS takes no such names")
    def test_undecodable(self, folder: Path) -> None:
        """A name that is no UTF-8 is found and read as Python gives it."""
        Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.json")).write_text(ACCEPTED.to_json(), encoding="utf-8")
        found = Library(folder)
        assert list(found) == ["caf\udce9"]
        assert found["caf\udce9"] == Template(ACCEPTED)
        with pytest.raises(KeyError):
            found["caf\udce8"]

    @pytest.mark.parametrize("name", [None, 5, b"a", ("a",)])
    def test_no_text(self, folder: Path, add: Add, name: object) -> None:
        """What is no text is no name."""
        add("a.json", "{}")
        assert name not in Library(folder)
        with pytest.raises(KeyError):
            Library(folder)[name]  # type: ignore[index] # pyright: ignore[reportArgumentType]


class TestReading:
    """When files are read."""

    def test_lazily_and_once(self, folder: Path, add: Add) -> None:
        """A file is read when it is first asked for, and never again."""
        add("broken.json", "{")
        path = add("a.json", "{")
        found = Library(folder)
        path.write_text(ACCEPTED.to_json())
        first = found["a"]
        path.write_text("{")
        assert found["a"] is first
        path.unlink()
        assert found["a"] is first

    def test_a_broken_file_can_be_mended(self, folder: Path, add: Add) -> None:
        """A file that could not be read is read again."""
        path = add("a.json", "{")
        found = Library(folder)
        with pytest.raises(TemplateError):
            found["a"]
        path.write_text(ACCEPTED.to_json())
        assert found["a"] == Template(ACCEPTED)

    def test_no_template(self, folder: Path, add: Add) -> None:
        """What is no template raises all its problems under the file's name."""
        path = add("a.json", '{"blocks": [{"type": "TEXT", "text": {"text": 5}}], "sender": 1}')
        with pytest.raises(ValidationError) as error:
            Library(folder)["a"]
        assert {problem.pointer for problem in error.value.problems} == {"/sender", "/blocks/0/text/text"}
        assert str(error.value).startswith(f"{path}: ")

    def test_a_deleted_file(self, folder: Path, add: Add) -> None:
        """A file that is gone by now is told in one line."""
        path = add("a.json", "{}")
        found = Library(folder)
        path.unlink()
        with pytest.raises(TemplateError) as error:
            found["a"]
        assert str(error.value) == f"{path}: cannot be read: No such file or directory"


class TestConfinement:
    """No name and no link leads out of the folder."""

    @pytest.mark.parametrize(
        "name",
        [
            "../secret",
            "refund/../../secret",
            "refund/../refund/accepted",
            "./refund/accepted",
            "refund//accepted",
            "/refund/accepted",
            "refund/accepted.json",
            "refund\\accepted",
            "REFUND/ACCEPTED",
            "",
            ".",
            "~/secret",
            "refund/accepted\x00",
        ],
    )
    def test_names_that_try_to_leave(self, folder: Path, add: Add, name: str) -> None:
        """A name is one of those found in the folder, letter for letter, or a KeyError; no path is made of it."""
        add("refund/accepted.json", ACCEPTED.to_json())
        (folder.parent / "secret.json").write_text(ACCEPTED.to_json())
        with pytest.raises(KeyError):
            Library(folder)[name]

    def test_an_absolute_name(self, folder: Path) -> None:
        """An absolute path is no name."""
        path = folder.parent / "secret.json"
        path.write_text(ACCEPTED.to_json())
        with pytest.raises(KeyError):
            Library(folder)[str(path.with_suffix(""))]

    @pytest.mark.parametrize("target", ["secret.json", "nothing.json"])
    def test_a_link_that_leads_out(self, folder: Path, target: str) -> None:
        """A link to a file outside is refused, whether that is there or not."""
        (folder.parent / "secret.json").write_text(ACCEPTED.to_json())
        (folder / "a.json").symlink_to(folder.parent / target)
        with pytest.raises(TemplateError, match=r"a\.json: leads out of the folder$"):
            Library(folder)

    @pytest.mark.parametrize("target", ["../secret.json", "{tmp}/secret.json", "../other/../secret.json"])
    def test_a_file_that_becomes_a_link(self, folder: Path, add: Add, target: str, tmp_path: Path) -> None:
        """A file that was replaced by a link out of the folder after the library was made is not read."""
        (tmp_path / "secret.json").write_text(Message().text("SECRET").to_json())
        (tmp_path / "other").mkdir()
        path = add("a.json", ACCEPTED.to_json())
        found = Library(folder)
        path.unlink()
        path.symlink_to(target.format(tmp=tmp_path))
        with pytest.raises(TemplateError) as error:
            found["a"]
        assert str(error.value) == f"{path}: leads out of the folder"

    def test_a_folder_that_becomes_a_link(self, folder: Path, add: Add, tmp_path: Path) -> None:
        """So it is with a folder in it."""
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/a.json").write_text(Message().text("SECRET").to_json())
        path = add("in/a.json", ACCEPTED.to_json())
        found = Library(folder)
        path.unlink()
        path.parent.rmdir()
        path.parent.symlink_to("../outside")
        with pytest.raises(TemplateError, match="leads out of the folder"):
            found["in/a"]

    @pytest.mark.parametrize("what", ["file", "folder"])
    def test_while_it_is_read(self, folder: Path, add: Add, tmp_path: Path, what: str) -> None:
        """Nothing outside is read either where somebody swaps the file, or its folder, for a link all the time."""
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside/a.json").write_text(Message().text("SECRET").to_json())
        path = add("in/a.json", ACCEPTED.to_json())
        found = _folder.look_through(folder)
        swapped = path if what == "file" else path.parent
        aside, done = tmp_path / "aside", threading.Event()

        def swap() -> None:
            while not done.is_set():
                swapped.rename(aside)
                swapped.symlink_to(tmp_path / "outside" / ("a.json" if what == "file" else ""))
                swapped.unlink()
                aside.rename(swapped)

        thread = threading.Thread(target=swap)
        thread.start()
        seen: set[str] = set()
        try:
            for _ in range(3000):
                with contextlib.suppress(TemplateError):
                    seen.add(_loading.load_template(path, found).template.message.to_json())
        finally:
            done.set()
            thread.join()
        seen.add(_loading.load_template(path, found).template.message.to_json())
        assert seen == {ACCEPTED.to_json()}

    def test_a_linked_folder(self, folder: Path, tmp_path: Path) -> None:
        """What is in a linked folder outside is not found."""
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret.json").write_text(ACCEPTED.to_json())
        (folder / "in").symlink_to(outside)
        assert list(Library(folder)) == []

    def test_a_link_that_stays_inside(self, folder: Path, add: Add) -> None:
        """A link to a file of the folder is another name for it."""
        path = add("a.json", ACCEPTED.to_json())
        (folder / "b.json").symlink_to(path)
        assert Library(folder)["b"] == Library(folder)["a"]

    def test_the_folder_is_a_link(self, folder: Path, add: Add) -> None:
        """The folder itself may be a link."""
        add("a.json", ACCEPTED.to_json())
        link = folder.parent / "link"
        link.symlink_to(folder)
        assert Library(link)["a"] == Template(ACCEPTED)

    def test_a_link_to_itself(self, folder: Path) -> None:
        """A link that leads in a circle is an error of ours, on making the library or on reading."""
        (folder / "a.json").symlink_to("a.json")
        with pytest.raises(TemplateError):
            Library(folder)["a"]


class TestFolder:
    """The folder itself."""

    @pytest.mark.parametrize("name", ["nothing", "file.json", "n" * 300])
    def test_missing(self, tmp_path: Path, name: str) -> None:
        """A folder that is none, or cannot be one, is told when the library is made."""
        (tmp_path / "file.json").write_text("{}")
        with pytest.raises(TemplateError) as error:
            Library(tmp_path / name)
        assert str(error.value) == f"no such folder: {tmp_path / name}"

    @pytest.mark.parametrize("endings", [(".json", ".yaml"), (".yaml", ".yml"), (".json", ".yml")])
    def test_two_files_for_one_name(self, folder: Path, add: Add, endings: tuple[str, str]) -> None:
        """Two files for one name are an error that names both."""
        first, second = (add(f"refund/a{ending}", "{}") for ending in endings)
        with pytest.raises(TemplateError) as error:
            Library(folder)
        assert str(error.value) == f"{folder}: 2 files for the name refund/a: {first}, {second}"

    def test_all_at_once(self, folder: Path, add: Add) -> None:
        """Everything that is wrong with the folder is told at once, up to twenty things; the others are counted."""
        for number in range(21):
            for ending in ("json", "yaml"):
                add(f"{number:02}.{ending}", "{}")
        (folder / "link.json").symlink_to("../secret.json")
        with pytest.raises(TemplateError) as error:
            Library(folder)
        told = str(error.value).split("; ")
        assert [f"the name {number:02}: " in line for number, line in enumerate(told[:20])] == [True] * 20
        assert told[20:] == ["and 2 more"]

    def test_in_chinese(self, folder: Path, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the environment speaks Chinese, the whole line does."""
        for number in range(22):
            for ending in ("json", "yaml"):
                add(f"{number:02}.{ending}", "{}")
        monkeypatch.setenv("MSGKIT_LANG", "zh")
        with pytest.raises(TemplateError) as error:
            Library(folder)
        told = str(error.value).split("；")
        assert len(told) == 21
        assert told[-1] == "另有 2 处"

    def test_a_file_and_a_folder_of_one_name(self, folder: Path, add: Add) -> None:
        """A folder may have the name of a file beside it."""
        add("a.json", ACCEPTED.to_json())
        add("a/b.json", ACCEPTED.to_json())
        assert sorted(Library(folder)) == ["a", "a/b"]

    def test_a_folder_named_like_a_file(self, folder: Path, add: Add) -> None:
        """A folder whose name ends like that of a template is a folder."""
        add("x.json/a.json", ACCEPTED.to_json())
        assert list(Library(folder)) == ["x.json/a"]

    def test_empty(self, folder: Path) -> None:
        """An empty folder is an empty library."""
        assert dict(Library(folder)) == {}


class TestParse:
    """Files that are no JSON or YAML."""

    @pytest.mark.parametrize(
        ("name", "content", "flaw"),
        [
            ("a.json", ACCEPTED.to_json().encode("utf-16"), "is not UTF-8: byte 0 cannot be decoded"),
            ("a.json", ACCEPTED.to_json().encode("utf-16-le"), "is not UTF-8: byte "),
            ("a.json", "{}".encode("utf-16-le"), "is not JSON: "),
            ("a.json", b'{"a": "\xe9"}', "is not UTF-8: byte 7 cannot be decoded"),
            ("a.yaml", "text: 您好".encode("gbk"), "is not UTF-8: byte 6 cannot be decoded"),
            ("a.json", b"", "is not JSON: Expecting value at line 1, column 1"),
            ("a.json", b"{", "is not JSON: ends before its brackets are closed at line 1, column 2"),
            ("a.json", b'{"a": 1,}', "is not JSON: "),
            ("a.json", b'{"a": 1} {}', "is not JSON: Extra data at line 1, column 10"),
            ("a.json", b'{"a": NaN}', "is not JSON: NaN is no JSON number"),
            ("a.json", b"[-Infinity]", "is not JSON: -Infinity is no JSON number"),
            ("a.json", b'{"a": {"b": 1, "c": 2, "b": 1}}', "is not JSON: the key 'b' stands twice in one object"),
            ("a.json", b"[" * 100_000, "is nested too deeply"),
            ("a.json", b'{"a":' * 100_000, "is nested too deeply"),
            ("a.json", b"1" * 5000, "is not JSON: "),
            ("a.yaml", b"[" * 500, "is nested too deeply at line 1, column "),
            ("a.yml", b"a: *b", "is not YAML: has an anchor or an alias; write it out at line 1, column 4"),
        ],
    )
    def test_one_line(self, add: Add, name: str, content: bytes, flaw: str) -> None:
        """Whatever is wrong with a file is one line with its name."""
        path = add(name, content)
        with pytest.raises(TemplateError) as error:
            _source.load(path)
        assert str(error.value).startswith(f"{path}: {flaw}")
        assert len(str(error.value).splitlines()) == 1

    @pytest.mark.parametrize("name", ["a.json", "a.yaml"])
    @pytest.mark.parametrize("letter", ["x", "中"])
    def test_too_large(self, add: Add, name: str, letter: str) -> None:
        """A file that is too large is told so, wherever its first megabyte ends; one of just that size is read."""
        limit = _source.LARGEST_FILE
        text = json.dumps(letter * ((limit - 4) // len(letter.encode())), ensure_ascii=False)
        exact = text + " " * (limit - len(text.encode()))
        if name == "a.json":
            _source.load(add(name, exact))
        for content in (exact + " ", exact * 2, '"' + letter * limit):
            path = add(name, content)
            with pytest.raises(TemplateError) as error:
                _source.load(path)
            assert str(error.value) == f"{path}: is larger than {limit} bytes"

    @pytest.mark.parametrize(("name", "content"), [("a.json", ACCEPTED.to_json()), ("a.yaml", YAML)])
    def test_byte_order_mark(self, add: Add, name: str, content: str) -> None:
        """A byte order mark, as editors on Windows write it, does no harm."""
        assert _loading.load_template(add(name, b"\xef\xbb\xbf" + content.encode())).template == Template(ACCEPTED)

    @pytest.mark.parametrize("name", ["a.json", "a.yaml"])
    def test_line_ends(self, add: Add, name: str) -> None:
        """Line ends of Windows do no harm."""
        content = YAML if name == "a.yaml" else ACCEPTED.to_json(indent=2)
        assert _loading.load_template(add(name, content.replace("\n", "\r\n"))).template == Template(ACCEPTED)

    def test_a_folder(self, folder: Path) -> None:
        """A folder in the place of a file is told in one line."""
        with pytest.raises(TemplateError) as error:
            _source.load(folder)
        assert str(error.value) == f"{folder}: cannot be read: Is a directory"

    @pytest.mark.parametrize("name", ["n" * 300 + ".json", "a\x00.json"])
    def test_a_name_that_no_file_can_have(self, folder: Path, name: str) -> None:
        """A name that the system refuses is told in one line."""
        with pytest.raises(TemplateError, match="cannot be read: "):
            _source.load(folder / name)

    def test_no_permission(self) -> None:
        """A file that may not be read is told in one line."""
        with open_to_all() as folder:
            path = folder / "a.json"
            path.write_text("{}")
            path.chmod(0)
            done = as_nobody(folder, "msgkit.Library('.')['a']")
        assert done.stderr.splitlines()[-1].endswith(f"TemplateError: {path}: cannot be read: Permission denied")

    def test_a_folder_without_permission(self) -> None:
        """A folder that may not be looked into makes no library of the others: it would lack names without a word."""
        with open_to_all() as folder:
            (folder / "a.json").write_text(ACCEPTED.to_json())
            (folder / "refund").mkdir(0)
            done = as_nobody(folder, "print(list(msgkit.Library('.')))")
        assert done.stderr.splitlines()[-1].endswith(
            f"TemplateError: {folder / 'refund'}: cannot be read: Permission denied"
        )

    def test_a_pipe(self, folder: Path) -> None:
        """A pipe, of which nobody writes the other end, is told in one line and not waited for."""
        os.mkfifo(folder / "a.json")
        program = "import sys; from msgkit import Library; Library(sys.argv[1])['a']"
        done = run(program, str(folder), timeout=5)
        assert "TemplateError: " in done.stderr


class TestWithoutYaml:
    """YAML is an extra."""

    def test_says_what_to_install(self, folder: Path, add: Add, tmp_path: Path) -> None:
        """Without it, a YAML file is told what to install; JSON needs nothing."""
        add("a.json", ACCEPTED.to_json())
        add("b.yaml", YAML)
        shadow = tmp_path / "shadow"
        shadow.mkdir()
        (shadow / "yaml.py").write_text("raise ModuleNotFoundError('no yaml', name='yaml')")
        program = (
            "import sys\n"
            "from msgkit import Library, TemplateError\n"
            "found = Library(sys.argv[1])\n"
            "print(sorted(found['a'].variables))\n"
            "for _ in range(2):\n"
            "    try:\n"
            "        found['b']\n"
            "    except TemplateError as error:\n"
            "        print(error)\n"
        )
        done = run(program, str(folder), shadow=shadow)
        says = f"{folder / 'b.yaml'}: YAML needs {hint('yaml')}"
        assert (done.stdout.splitlines(), done.stderr) == (["['name']", says, says], "")


def run(
    program: str, *arguments: str, shadow: Path | None = None, timeout: float = 30
) -> subprocess.CompletedProcess[str]:
    """Run a program that uses msgkit, perhaps with modules that stand in front of installed ones."""
    path = os.pathsep.join(str(folder) for folder in (shadow, ROOT) if folder)
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
