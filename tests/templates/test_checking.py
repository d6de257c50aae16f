"""Tests of checking template files: every problem of every file, and never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from msgkit import JumpUrl, Message, Problem, rules
from msgkit.rules import RULES, Rule
from msgkit.templates import _folder
from msgkit.templates._includes import FolderShelf
from msgkit.templates._source import LARGEST_FILE
from msgkit.templates.checking import Finding, Report, check, examine, findings_in
from tests.helpers import as_nobody, open_to_all

GOOD = Message().text("您好").to_json()
BAD = '{"blocks": [{"type": "TEXT", "text": {"text": 5}}], "extra": 1}'

LAST = {"blocks": [{"text": "last"}]}
ANY_OF_MANY = "v in [" + ", ".join(f'"{number}"' for number in range(30_000)) + "]"

COMMAND = "msgkit.__main__.main()"

Add = Callable[[str, str | bytes], Path]


@pytest.fixture
def add(tmp_path: Path) -> Add:
    """Return a function that writes a file."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def document(message: Message, **variables: dict[str, Any]) -> str:
    """Return a template file that says something of its variables."""
    return json.dumps({"message": message.to_dict(), "variables": variables}, ensure_ascii=False)


def told(output: str) -> list[str]:
    """Return the lines of a command's output that say what was found, without the sources and the cures under them."""
    return [line for line in output.splitlines() if not line.startswith("  ")]


class TestFiles:
    """Which files are checked."""

    def test_nothing_wrong(self, tmp_path: Path, add: Add) -> None:
        """Good files, alone or in folders, have no findings and are counted."""
        add("a.json", GOOD)
        add("refund/b.yaml", GOOD)
        add("refund/c.yml", document(Message().text("${x}"), x={"example": "1"}))
        add("refund/notes.md", "not read")
        add("refund/.hidden/d.json", BAD)
        report = check([tmp_path])
        assert report == Report(3, ())
        assert (report.errors, str(report)) == (0, "3 files: 0 problems, 0 warnings")
        assert str(check([tmp_path / "a.json"])) == "1 file: 0 problems, 0 warnings"

    def test_every_problem_in_order(self, tmp_path: Path, add: Add) -> None:
        """All problems of all files are found, in the order in which the files were given or are found."""
        first = add("z.json", BAD)
        broken, bad = add("folder/a.json", "{"), add("folder/b.yaml", BAD)
        report = check([first, tmp_path / "folder"])
        assert [f.file for f in report.findings] == [str(first), str(first), str(broken), str(bad), str(bad)]
        found = {(f.file, f.pointer) for f in report.findings}
        assert found == {
            (str(first), "/blocks/0/text/text"),
            (str(first), "/extra"),
            (str(broken), ""),
            (str(bad), "/blocks/0/text/text"),
            (str(bad), "/extra"),
        }
        assert str(report) == "3 files: 5 problems, 0 warnings"

    def test_no_file_twice(self, tmp_path: Path, add: Add) -> None:
        """A file that is given twice, or itself and in its folder, is checked once."""
        path = add("a.json", BAD)
        report = check([path, path, tmp_path, tmp_path / "." / "a.json"])
        assert (report.files, report.errors) == (1, 2)

    def test_a_folder_without_templates(self, tmp_path: Path) -> None:
        """A folder in which there is nothing to check is an error: nobody means that."""
        [finding] = check([tmp_path]).findings
        assert finding == Finding(str(tmp_path), Problem("", rules.NO_TEMPLATES))
        assert str(finding) == f"{tmp_path}: holds no template files [no-templates]"

    @pytest.mark.parametrize("name", ["nothing", "nothing.json", "nothing/a.json", "nothing/", "n" * 300 + ".json"])
    def test_a_missing_path(self, tmp_path: Path, name: str) -> None:
        """A path that leads nowhere is an error that says so."""
        report = check([tmp_path / name])
        [finding] = report.findings
        assert finding.file == str(tmp_path / name)
        assert "no such file" in finding.message.lower() or "file name too long" in finding.message.lower()
        assert report.errors == 1

    def test_another_kind_of_file(self, add: Add) -> None:
        """A file with another ending is an error that names the right ones."""
        path = add("a.txt", GOOD)
        [finding] = check([path]).findings
        assert (
            str(finding) == f"{path}: is no template file; its name must end in .json, .yaml, .yml [no-template-file]"
        )

    def test_several_files_for_one_name(self, tmp_path: Path, add: Add) -> None:
        """Each name that several files have is an error of the folder; the files in it are checked all the same."""
        for name in ("a.json", "a.yaml", "c.json", "c.yaml", "c.YML"):
            add(name, GOOD)
        bad = add("b.json", BAD)
        report = check([tmp_path])
        assert [f.message for f in report.findings if f.file == str(tmp_path)] == [
            f"2 files for the name a: {tmp_path / 'a.json'}, {tmp_path / 'a.yaml'}",
            f"3 files for the name c: {tmp_path / 'c.YML'}, {tmp_path / 'c.json'}, {tmp_path / 'c.yaml'}",
        ]
        assert [f.pointer for f in report.findings if f.file == str(bad)] != []
        assert (report.files, report.errors) == (6, 4)

    def test_names_that_are_one_elsewhere(self, tmp_path: Path, add: Add) -> None:
        """Files whose names differ only in case or composition are an error of the folder; they are checked too."""
        paths = [add(name, GOOD) for name in ("A.json", "a.json", "cafe\u0301.yaml", "caf\u00e9.json")]
        report = check([tmp_path])
        assert [(f.rule, f.file) for f in report.findings] == [("names-alike", str(tmp_path))] * 2
        assert [f.message.partition(": ")[2] for f in report.findings] == [
            f"{paths[0]}, {paths[1]}",
            f"{paths[2]}, {paths[3]}",
        ]
        assert (report.files, report.errors) == (4, 2)

    @pytest.mark.parametrize("name", ["C.JSON", "c.Yaml", "c.YML"])
    def test_an_ending_in_capitals(self, tmp_path: Path, add: Add, name: str) -> None:
        """A file whose ending is in capitals is a template file like any other, alone and in its folder."""
        path = add(name, BAD)
        for place in (path, tmp_path):
            report = check([place])
            assert (report.files, report.errors) == (1, 2)

    def test_a_linked_folder(self, tmp_path: Path, add: Add) -> None:
        """A link to a folder is not followed, and a warning says so."""
        add("outside/a.json", BAD)
        add("folder/b.json", GOOD)
        (tmp_path / "folder/in").symlink_to(tmp_path / "outside")
        [finding] = check([tmp_path / "folder"]).findings
        assert (finding.file, finding.severity) == (str(tmp_path / "folder/in"), "warning")
        assert finding.message.startswith("is a link to a folder")

    def test_deep(self, tmp_path: Path) -> None:
        """Folders are looked through deeper than Python calls functions; where a path becomes too long is an error."""
        os.chdir(tmp_path)
        try:
            for _ in range(1200):
                Path("d").mkdir()
                os.chdir("d")
            Path("a.json").write_text(BAD)
            Path("x" * 200).mkdir()
            for _ in range(12):
                os.chdir("x" * 200)
                Path("x" * 200).mkdir()
            os.chdir(tmp_path)
            report = check([Path("d")])
        finally:
            os.chdir(tmp_path)
            subprocess.run(["/bin/rm", "-rf", "d"], check=True)
        assert report.files == 1
        assert [f.message for f in report.findings if f.pointer == ""] == ["cannot be read: File name too long"]
        assert report.errors == 3

    def test_a_link_that_leads_out(self, tmp_path: Path, add: Add) -> None:
        """A link that leads out is an error and not followed; the other files are checked all the same."""
        add("outside.json", "the secret")
        bad = add("folder/b.json", BAD)
        (tmp_path / "folder/a.json").symlink_to(tmp_path / "outside.json")
        report = check([tmp_path / "folder"])
        assert [f.message for f in report.findings if "leads out of the folder" in f.message] != []
        assert [f.pointer for f in report.findings if f.file == str(bad)] != []
        assert "secret" not in str(report.findings)

    def test_a_link_to_itself(self, tmp_path: Path) -> None:
        """A link that leads in a circle is an error."""
        (tmp_path / "a.json").symlink_to("a.json")
        assert check([tmp_path]).errors == 1
        assert check([tmp_path / "a.json"]).errors == 1

    @pytest.mark.parametrize("mode", [0o000, 0o311])
    def test_no_permission(self, mode: int) -> None:
        """What may not be looked into, a folder in a folder among it, is an error for whom permissions bind."""
        with open_to_all() as folder:
            (folder / "replies/closed").mkdir(parents=True)
            (folder / "replies/a.json").write_text(GOOD)
            (folder / "replies/closed/b.json").write_text(GOOD)
            (folder / "replies/closed").chmod(mode)
            done = as_nobody(folder, COMMAND, "check", "replies")
        assert (done.returncode, told(done.stdout)) == (
            1,
            ["replies/closed: cannot be read: Permission denied [cannot-be-read]"],
        )

    def test_may_be_listed_but_not_entered(self) -> None:
        """So it is with each file and each folder in a folder that may only be listed."""
        with open_to_all() as folder:
            (folder / "replies/closed/in").mkdir(parents=True)
            (folder / "replies/closed/b.json").write_text(GOOD)
            (folder / "replies/closed").chmod(0o444)
            done = as_nobody(folder, COMMAND, "check", "replies")
        assert (done.returncode, sorted(told(done.stdout))) == (
            1,
            [f"replies/closed/{name}: cannot be read: Permission denied [cannot-be-read]" for name in ("b.json", "in")],
        )

    @pytest.mark.parametrize("name", ["replies", "replies/a.json", "replies/refund", "replies/notes.md"])
    def test_the_way_is_closed(self, name: str) -> None:
        """So it is with a path that leads through such a folder, whatever would be at its end."""
        with open_to_all() as folder:
            (folder / "replies").mkdir(0)
            done = as_nobody(folder, COMMAND, "check", name)
        assert (done.returncode, told(done.stdout)) == (
            1,
            [f"{name}: cannot be read: Permission denied [cannot-be-read]"],
        )


class TestContent:
    """What is checked in a file."""

    @pytest.mark.parametrize(
        ("name", "content", "line"),
        [
            ("a.json", "{", "1:2: is not JSON: ends before its brackets are closed [json-open]"),
            ("a.json", b"\xff\xfe{\x00", "1:1: is not UTF-8: byte 0 cannot be decoded"),
            ("a.json", "null", "1:1: has no content [no-content]"),
            ("a.yaml", "", "1:1: has no content [no-content]"),
            ("a.yaml", "a: &a 1", "1:4: is not YAML: has an anchor or an alias; write it out"),
            ("a.yaml", "!!python/object/apply:os.system [x]", "1:1: is not YAML: has a tag; write plain values"),
            ("a.json", '{"a": 1,\n "b": 2, "a": 3}', "2:10: is not JSON: the key 'a' stands twice in one object"),
            ("a.yaml", "a: 1\nb: 2\na: 3", "3:1: is not YAML: has the key 'a' twice in one place"),
            ("a.json", Message().text("100$").to_json(), "1:46: /blocks/0/text/text: has a $ at position 3"),
            (
                "a.json",
                document(Message().text("a"), x={}),
                "1:82: /variables/x: warning: the variable x is used nowhere [declared-unused]",
            ),
        ],
    )
    def test_one_line(self, add: Add, name: str, content: str | bytes, line: str) -> None:
        """What is wrong is told in one line that begins with the file, the line and the column."""
        path = add(name, content)
        [finding] = check([path]).findings
        assert str(finding).startswith(f"{path}:{line}")
        assert " at line " not in str(finding)
        assert len(str(finding).splitlines()) == 1

    @pytest.mark.parametrize("key", ["a\nb", "a\r::error::b", "\x1b[2J", "\u2028", "\x00", "\x85", "\ud800"])
    @pytest.mark.parametrize("where", ["{%s: 1}", '{"message": {"blocks": []}, "variables": {%s: 5}}'])
    def test_a_key_that_would_break_the_line(self, add: Add, key: str, where: str) -> None:
        """Whatever a key is, its finding is one line that can be printed and steers no terminal."""
        path = add("a.json", where % json.dumps(key))
        for finding in check([path]).findings:
            line = str(finding)
            assert len(line.splitlines()) == 1
            assert line.isprintable()
            line.encode()

    def test_examples(self, add: Add) -> None:
        """A template is rendered with its examples, which finds what only a filled message can break."""
        message = Message().link("x", JumpUrl("${base}/o")).with_custom_data("${data}")
        path = add("a.json", document(message, base={"example": "http://a"}, data={"example": "x" * 4097}))
        assert [str(finding) for finding in check([path]).findings] == [
            f"{path}:1:{flaw} (filled with the examples) [{rule}]"
            for flaw, rule in (
                (
                    (
                        "126: /message/blocks/0/link/action/jump_url: must be a URL that starts with https://, "
                        "once base is filled in"
                    ),
                    "not-https",
                ),
                (
                    (
                        "158: /message/custom_data: is 4097 characters long; at most 4096 are allowed, "
                        "once data is filled in"
                    ),
                    "too-long",
                ),
            )
        ]
        good = document(message, base={"example": "https://a.example"}, data={"example": "x"})
        assert check([add("b.json", good)]).findings == ()

    def test_variables_without_an_example(self, add: Add) -> None:
        """Each variable without an example is a warning, after the errors of those that have one.

        It stands where the file speaks of the variable, or else where the message first uses it.
        """
        message = Message().link("x", JumpUrl("${base}")).link("y", JumpUrl("${a}")).text("${b} ${a}")
        path = add("a.json", document(message, base={"example": "http://a"}, b={"description": "B"}))
        report = check([path])
        note = "once base is filled in (filled with the examples, and with nothing where there is none) [not-https]"
        assert [str(finding) for finding in report.findings] == [
            f"{path}:1:{place}: {line}"
            for place, line in (
                (126, f"/message/blocks/0/link/action/jump_url: must be a URL that starts with https://, {note}"),
                (
                    241,
                    (
                        "/message/blocks/1/link/action/jump_url: "
                        "warning: the variable a has no example, so what it fills is unchecked [no-example]"
                    ),
                ),
                (
                    355,
                    "/variables/b: warning: the variable b has no example, so what it fills is unchecked [no-example]",
                ),
            )
        ]
        assert (report.errors, str(report)) == (1, "1 file: 1 problem, 2 warnings")

    def test_a_bare_message_with_variables(self, add: Add) -> None:
        """A bare message cannot say anything of its variables, so each is a warning."""
        report = check([add("a.json", Message().text("${a}").to_json())])
        assert str(report) == "1 file: 0 problems, 1 warning"


class TestOrder:
    """In which order the findings of a file are told."""

    def test_as_in_the_file(self, add: Add) -> None:
        """Errors come as they stand in the file, and then warnings do."""
        broken = add(
            "a.json", '{"b": 1, "blocks": [\n{"type": "TEXT", "text": {"text": 5, "colour": 1}}, 0],\n"c": {}}'
        )
        placed = [finding.place for finding in check([broken]).findings]
        assert len(placed) == 5
        assert placed == sorted(placed)  # type: ignore[type-var]
        message = Message().button("${x}").text("${y} {{b}}").link("x", JumpUrl("${z}")).link("y", JumpUrl("${w}"))
        examples = {"z": {"example": "http://z"}, "w": {"example": "http://w"}, "x": {"description": "X"}}
        findings = check([add("b.json", document(message, **examples))]).findings
        for severity, number in (("error", 2), ("warning", 3)):
            placed = [finding.place for finding in findings if finding.severity == severity]
            assert len(placed) == number
            assert placed == sorted(placed)  # type: ignore[type-var]
        assert [finding.severity for finding in findings] == ["error"] * 2 + ["warning"] * 3

    def test_the_first(self, add: Add) -> None:
        """Of more than are told, the first of the file are."""
        path = add("a.json", '{"blocks": [' + "0,\n" * 150 + '0],\n"extra": 1, "another": 2}')
        *told, more = check([path]).findings
        assert [finding.place and finding.place.line for finding in told] == list(range(1, 101))
        assert more.message == "53 more findings; these are the first 100"


class TestLanguages:
    """What a finding says in English and Chinese."""

    def test_both(self, add: Add, monkeypatch: pytest.MonkeyPatch) -> None:
        """A finding says itself in either language, whatever the environment asks for, which decides elsewhere."""
        path = add("a.json", document(Message().link("x", JumpUrl("${a}${b}")), a={"example": "http://a"}))
        report = check([path])
        error, warning = report.findings
        english = [
            (
                f"{path}:1:126: /message/blocks/0/link/action/jump_url: must be a URL that starts with https://, "
                "once a, b is filled in (filled with the examples, and with nothing where there is none) [not-https]"
            ),
            (
                f"{path}:1:126: /message/blocks/0/link/action/jump_url: warning: "
                "the variable b has no example, so what it fills is unchecked [no-example]"
            ),
        ]
        chinese = [
            (
                f"{path}:1:126: 第 1 块 · 点击动作 · 网址：必须以 https:// 开头（填入变量 a、b 之后）"
                "（按示例填写，没有示例的留空） [not-https]"
            ),
            f"{path}:1:126: 警告：第 1 块 · 点击动作 · 网址：变量 b 没有示例，填写后的内容没有检查 [no-example]",
        ]
        assert [error.text("en"), warning.text("en")] == english == [str(error), str(warning)]
        assert [error.text("zh"), warning.text("zh")] == chinese
        assert (report.text("en"), report.text("zh")) == (
            "1 file: 1 problem, 1 warning",
            "1 个文件：1 个错误，1 个警告",
        )
        monkeypatch.setenv("MSGKIT_LANG", "zh")
        assert [str(error), str(warning), str(report)] == [*chinese, "1 个文件：1 个错误，1 个警告"]
        assert error.as_dict()["message"].startswith("must be a URL")

    def test_another(self, add: Add) -> None:
        """There is no third one."""
        [finding, *_] = check([add("a.json", BAD)]).findings
        with pytest.raises(ValueError, match="'fr' is not one of en, zh"):
            finding.text("fr")

    def test_rules(self, tmp_path: Path, add: Add) -> None:
        """Every finding is one of a rule of the catalogue: also those of folders, files and what is left out."""
        add("in/a.json", "{")
        add("in/b.yaml", "a: *b")
        add("in/c.json", b"\xff")
        add("in/d.json", '{"a": 1, "a": 2}')
        add("in/e.json", '{"blocks": [' + "0," * 100 + "0]}")
        add("in/f.json", Message().text("${a}").to_json())
        add("in/G.json", "{")
        add("in/g.json", "{")
        add("in/f.yaml", " " * 1024 * 1024 + " ")
        add("in/out.json", "").unlink()
        (tmp_path / "in/out.json").symlink_to(tmp_path / "x.json")
        (tmp_path / "in/link").symlink_to(tmp_path)
        (tmp_path / "empty").mkdir()
        paths = [tmp_path / name for name in ("in", "empty", "nothing", "nothing.json", "x" * 300)]
        report = check([*paths, add("x.txt", "")])
        assert {finding.rule for finding in report.findings} == {
            "cannot-be-read",
            "large-file",
            "leads-out",
            "linked-folder",
            "more-findings",
            "names-alike",
            "no-example",
            "not-an-entry",
            "no-such-path",
            "no-template-file",
            "no-templates",
            "json-open",
            "not-utf8",
            "one-name",
            "repeated-key",
            "yaml-anchor",
        }
        for finding in report.findings:
            assert finding.rule in RULES
            assert re.search("[\u4e00-\u9fff]", finding.text("zh").removeprefix(finding.file))


class TestMachines:
    """What a machine that runs the check could take for a command."""

    # As the runner of GitHub Actions has it: src/Runner.Common/ActionCommand.cs.
    @staticmethod
    def is_command(line: str) -> bool:
        """Whether GitHub takes a line for a workflow command."""
        return line.lstrip().startswith("::") or "##[" in line

    @pytest.mark.parametrize("name", ["::error::x.json", " ::error::x.json", "##[error]x.json", "###[error]x.json"])
    def test_file_names(self, add: Add, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        """No file name makes a line a command, and one that begins with colons still leads to the file."""
        monkeypatch.chdir(add(name, BAD).parent)
        lines = [str(finding) for finding in check([Path(name)]).findings]
        assert len(lines) == 2
        assert [line for line in lines if self.is_command(line)] == []
        if "#" not in name:
            assert Path(lines[0].partition(".json")[0] + ".json").exists()

    @pytest.mark.parametrize("key", ["##[error]x", "####[error]", "\u200b::error::x", "##vso[task.complete]x"])
    def test_keys(self, add: Add, key: str) -> None:
        """Nor does a key, wherever it stands in the line."""
        lines = [str(finding) for finding in check([add("a.json", json.dumps({"blocks": [], key: 1}))]).findings]
        assert len(lines) == 2
        assert [line for line in lines if self.is_command(line) or "##" in line] == []


class TestHostileFiles:
    """Files that nobody would write by accident."""

    @pytest.mark.parametrize(
        ("content", "problems"),
        [
            ('{"blocks": [' + "0," * 50_000 + "0]}", 50_001),
            ('{"blocks": [], ' + ",".join(f'"{n}": 0' for n in range(9_999)) + "}", 10_000),
        ],
    )
    def test_many_problems(self, add: Add, content: str, problems: int) -> None:
        """Of a file with thousands of problems a hundred are told, and then how many more there are."""
        path = add("a.json", content)
        findings = check([path, add("b.json", BAD)]).findings
        assert [f.file for f in findings] == [str(path)] * 101 + [str(path.parent / "b.json")] * 2
        assert str(findings[100]) == f"{path}: {problems - 100} more findings; these are the first 100 [more-findings]"
        assert (findings[100].severity, findings[100].place) == ("error", None)

    def test_as_many_as_are_told(self, add: Add) -> None:
        """Where there are just as many as are told, nothing is said of more."""
        findings = check([add("a.json", '{"blocks": [' + "0," * 99 + "0]}")]).findings
        assert (len(findings), "more" in findings[-1].message) == (100, False)

    def test_many_warnings(self, add: Add) -> None:
        """Many warnings hide no error."""
        message = Message().text(" ".join(f"${{v{n}}}" for n in range(200))).link("x", JumpUrl("${base}"))
        report = check([add("a.json", document(message, base={"example": "http://a"}))])
        assert (report.errors, len(report.findings)) == (1, 101)
        assert (report.findings[0].severity, report.findings[100].severity) == ("error", "warning")

    def test_dollars(self, add: Add) -> None:
        """A text of nothing but lone dollars is one problem."""
        path = add("a.json", json.dumps({"blocks": [{"type": "TEXT", "text": {"text": "$ " * 500_000}}]}))
        [finding] = check([path]).findings
        assert "and 499999 more like it" in finding.message

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("data", "rule"),
        [
            ({"blocks": [{"text": "x"}] * 50_000}, rules.CUT_WHEN_PLAIN),
            ({"blocks": [{"text": "x", "colr": "y"}] * 20_000}, rules.UNKNOWN_KEY),
            ({"blocks": [{"txet": "x"}] * 20_000}, rules.NO_MAIN_KEY),
            ({"blocks": [{"text": "x", "when": "a = b"}] * 20_000}, rules.BAD_CONDITION),
            ({"blocks": [{"text": f"${{v{n}}}"} for n in range(20_000)]}, rules.NO_EXAMPLE),
            ({"blocks": [{"buttons": [1] * 50_000}]}, rules.NOT_QUOTED),
            ({"blocks": [{"faq": [f"${{v{n}}}" for n in range(10_000)]}]}, rules.NO_EXAMPLE),
            ({"blocks": [{"include": f"v{n}"} for n in range(20_000)]}, rules.NO_SUCH_INCLUDE),
            (
                {
                    "blocks": [{"text": f"${{a{n}}}"} for n in range(10_000)],
                    "variables": {f"b{n}": {} for n in range(10_000)},
                },
                rules.NO_EXAMPLE,
            ),
            (
                {"variants": [*({"when": f"v{n}", "blocks": [{"text": f"${{v{n}}}"}]} for n in range(5_000)), LAST]},
                rules.NO_EXAMPLE,
            ),
            (
                {"variants": [*({"when": f'v == "{n}"', "blocks": [{"text": "x"}]} for n in range(8_000)), LAST]},
                rules.NO_EXAMPLE,
            ),
            ({"variants": [*[{"when": ANY_OF_MANY, "blocks": [{"text": "x"}]}] * 2, LAST]}, rules.UNREACHABLE),
        ],
    )
    def test_short_form(self, add: Add, data: object, rule: Rule) -> None:
        """A large file costs seconds, not the square of what stands in it, and has no more findings than are told."""
        path = add("a.json", json.dumps(data))
        assert path.stat().st_size < LARGEST_FILE
        before = time.process_time()
        findings = check([path]).findings
        assert time.process_time() - before < 15
        assert rule.code in {finding.rule for finding in findings}
        assert len(findings) <= 101

    def test_many_files_that_include_what_is_not_there(self, tmp_path: Path, add: Add) -> None:
        """Each is told what it lacks, and the nearest there is, in seconds."""
        for number in range(1_000):
            add(f"reply-{number:04}.json", json.dumps({"blocks": [{"include": f"replies-{number:04}"}]}))
        before = time.process_time()
        report = check([tmp_path])
        assert time.process_time() - before < 15
        assert {finding.rule for finding in report.findings} == {rules.NO_SUCH_INCLUDE.code}

    def test_long_chain_of_includes(self, tmp_path: Path, add: Add) -> None:
        """Of files of which each includes the next, those are told that begin too long a chain."""
        for number in range(1_000):
            add(f"{number:04}.json", json.dumps({"blocks": [{"include": f"{number + 1:04}"}]}))
        add("1000.json", GOOD)
        report = check([tmp_path])
        assert {finding.rule for finding in report.findings} == {rules.TOO_DEEP.code, rules.INCLUDE_BROKEN.code}
        assert {finding.pointer for finding in report.findings} == {"/blocks/0/include"}
        assert 980 < report.errors < 1_000
        assert check([tmp_path / "0995.json"]).findings == ()

    @pytest.mark.parametrize("name", ["a.json", "a.yaml"])
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(content=st.binary(max_size=64))
    @example(b"\xef\xbb\xbf")
    @example(b"{1: {}, null: {}, a: {}}")
    @example(b'message: {blocks: [{type: TEXT, text: {text: "a"}}]}\nvariables: {1: {}, a: {}}')
    @example(b'{"\\ud800": 1}')
    @example(b"a: 1" + b":1" * 300 + b".0")
    def test_any_bytes(self, tmp_path: Path, name: str, content: bytes) -> None:
        """Whatever bytes a file holds, checking raises nothing and finds something that can be printed."""
        (tmp_path / name).write_bytes(content)
        report = check([tmp_path / name])
        assert report.errors > 0
        "\n".join(map(str, report.findings)).encode()

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text("$a{}", max_size=4),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        [
                            "message",
                            "blocks",
                            "type",
                            "text",
                            "TEXT",
                            "variables",
                            "action",
                            "description",
                            "example",
                            "$",
                        ]
                    ),
                    inner,
                    max_size=4,
                )
            ),
        )
    )
    def test_any_json(self, tmp_path: Path, data: object) -> None:
        """Whatever JSON a file holds, checking raises nothing."""
        (tmp_path / "a.json").write_text(json.dumps(data))
        assert check([tmp_path / "a.json"]).files == 1


class TestAdvice:
    """What is allowed and looks like a mistake."""

    def test_is_a_warning(self, tmp_path: Path) -> None:
        """It is told with its place, does not make the check fail, and an example is looked at in its place."""
        message = Message().text("您好{{name}}").button("${text}").to_dict()
        data = {"message": message, "variables": {"text": {"example": "**好**"}}}
        (tmp_path / "a.json").write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
        report = check([tmp_path / "a.json"])
        assert report.errors == 0
        assert [(finding.rule, finding.pointer, finding.severity) for finding in report.findings] == [
            ("leftover", "/message/blocks/0/text/text", "warning"),
            ("markup", "/message/blocks/1/button/text", "warning"),
            ("markup", "/message/blocks/1/button/action/message_info/content", "warning"),
        ]
        assert all(finding.place for finding in report.findings)

    def test_our_own_placeholders(self, tmp_path: Path) -> None:
        """A variable of the template itself is no leftover."""
        (tmp_path / "a.json").write_text(Message().text("您好 ${name}").to_json(), encoding="utf-8")
        assert [finding.rule for finding in check([tmp_path / "a.json"]).findings] == ["no-example"]

    def test_times_that_passed(self, tmp_path: Path) -> None:
        """An example's time passes without anybody's mistake; a time that the file itself says does not."""
        blocks = [
            {"text": "您好"},
            {"button": "同意", "expires": "${deadline}"},
            {"button": "选择", "expires": "2020-01-01T18:00:00+08:00"},
        ]
        deadline = {"type": "datetime", "example": "2020-01-01T18:00:00+08:00"}
        data = {"blocks": blocks, "variables": {"deadline": deadline}}
        (tmp_path / "a.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        findings = check([tmp_path / "a.json"]).findings
        assert [(finding.rule, finding.pointer) for finding in findings] == [("expired", "/blocks/2/expires")]


class TestText:
    """A text that stands in no file yet."""

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.json", GOOD),
            ("a.json", BAD),
            ("a.json", "{"),
            ("a.yaml", BAD),
            ("a.yaml", "blocks: [{text: '${x}'}, {include: foot}, {include: missing}]"),
            ("a.yml", "blocks: [{button: x, y: 1}]\nvariables: {z: {}}"),
            ("a.yaml", ""),
        ],
    )
    def test_as_a_file(self, tmp_path: Path, add: Add, name: str, content: str) -> None:
        """What is found in it is what is found in a file that holds it, in the same places."""
        add("foot.yaml", "blocks: [{text: 再见}]")
        shelf = FolderShelf(_folder.look_through(tmp_path))
        found = findings_in(tmp_path / name, content, shelf)
        path = add(name, content)
        assert found == check([path], tmp_path).findings
        assert found == findings_in(path, content)

    def test_itself(self, tmp_path: Path, add: Add) -> None:
        """It may not include itself: neither what it is, nor what stood in its file before."""
        add("a.yaml", "blocks: [{text: 您好}]")
        shelf = FolderShelf(_folder.look_through(tmp_path))
        content = "blocks: [{include: a}]"
        assert [each.rule for each in findings_in(tmp_path / "a.yaml", content, shelf, "a")] == ["include-cycle"]
        assert findings_in(tmp_path / "b.yaml", content, shelf, "b") == ()

    def test_half_a_character(self, tmp_path: Path) -> None:
        """A text that no file can hold is looked at as well."""
        findings_in(tmp_path / "a.yaml", "blocks: [{text: \ud800}]")

    def test_examined(self, tmp_path: Path, add: Add) -> None:
        """What was looked at is a template or none, and it is known which files decided that."""
        foot = add("foot.yaml", "blocks: [{text: 再见}]")
        path = tmp_path / "a.yaml"
        good = examine(path, b"blocks: [{include: foot}]")
        assert good.template is not None
        assert good.template.render() == Message().text("再见")
        assert (good.files, good.text) == ((path, foot), "再见")
        for content in (b"blocks: [{include: missing}]", b"{", b"blocks: [{text: $}]", b"\xff"):
            bad = examine(path, content)
            assert bad.template is None
            assert bad.findings
            assert path in bad.files
