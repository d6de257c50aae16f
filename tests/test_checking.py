"""Tests of checking template files: every problem of every file, and never a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from msgkit import JumpUrl, Message
from msgkit.checking import Finding, Report, check

GOOD = Message().text("您好").to_json()
BAD = '{"blocks": [{"type": "TEXT", "text": {"text": 5}}], "extra": 1}'

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
        assert finding == Finding(str(tmp_path), "", "holds no template files")

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
        assert str(finding) == f"{path}: is no template file; its name must end in .json, .yaml, .yml"

    def test_two_files_for_one_name(self, tmp_path: Path, add: Add) -> None:
        """Two files for one name are an error of the folder; the files in it are checked all the same."""
        add("a.json", GOOD)
        add("a.yaml", GOOD)
        bad = add("b.json", BAD)
        report = check([tmp_path])
        assert [f.file for f in report.findings if "two files for the name a: " in f.message] == [str(tmp_path)]
        assert [f.pointer for f in report.findings if f.file == str(bad)] != []
        assert (report.files, report.errors) == (3, 3)

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

    def test_no_permission(self, tmp_path: Path, add: Add) -> None:
        """A file or a folder that may not be looked into is an error."""
        path = add("folder/a.json", GOOD)
        path.chmod(0)
        if os.access(path, os.R_OK):
            pytest.skip("whoever runs this may read everything")
        [finding] = check([path]).findings
        assert finding.message == "cannot be read: Permission denied"
        (tmp_path / "folder").chmod(0)
        try:
            assert check([path]).errors == 1
            assert check([tmp_path / "folder"]).errors == 1
        finally:
            (tmp_path / "folder").chmod(0o700)


class TestContent:
    """What is checked in a file."""

    @pytest.mark.parametrize(
        ("name", "content", "line"),
        [
            ("a.json", "{", "is not JSON: Expecting property name"),
            ("a.json", b"\xff\xfe{\x00", "is not UTF-8: byte 0 cannot be decoded"),
            ("a.json", "null", "must be a JSON object, not null"),
            ("a.yaml", "", "must be a JSON object, not null"),
            ("a.yaml", "a: &a 1", "is not YAML: has an anchor or an alias; write it out at line 1, column 4"),
            ("a.yaml", "!!python/object/apply:os.system [x]", "is not YAML: has a tag; write plain values"),
            ("a.json", Message().text("100$").to_json(), "/blocks/0/text/text: has a $ at position 3"),
            (
                "a.json",
                document(Message().text("a"), x={}),
                "/variables/x: is used nowhere in the message",
            ),
        ],
    )
    def test_one_line(self, add: Add, name: str, content: str | bytes, line: str) -> None:
        """What is wrong is told in one line that begins with the file."""
        path = add(name, content)
        [finding] = check([path]).findings
        assert str(finding).startswith(f"{path}: {line}")
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
            f"{path}: {flaw} (filled with the examples)"
            for flaw in (
                "/message/blocks/0/link/action/jump_url: must be a URL that starts with https://",
                "/message/custom_data: is 4097 characters long; at most 4096 are allowed",
            )
        ]
        good = document(message, base={"example": "https://a.example"}, data={"example": "x"})
        assert check([add("b.json", good)]).findings == ()

    def test_variables_without_an_example(self, add: Add) -> None:
        """Each variable without an example is a warning, which is no error; nothing is rendered then."""
        message = Message().link("x", JumpUrl("${base}")).text("${b} ${a}")
        path = add("a.json", document(message, base={"example": "http://a"}, b={"description": "B"}))
        report = check([path])
        assert [str(finding) for finding in report.findings] == [
            f"{path}: warning: the variable a has no example, so what it fills is unchecked",
            f"{path}: warning: the variable b has no example, so what it fills is unchecked",
        ]
        assert (report.errors, str(report)) == (0, "1 file: 0 problems, 2 warnings")

    def test_a_bare_message_with_variables(self, add: Add) -> None:
        """A bare message cannot say anything of its variables, so each is a warning."""
        report = check([add("a.json", Message().text("${a}").to_json())])
        assert str(report) == "1 file: 0 problems, 1 warning"


class TestHostileFiles:
    """Files that nobody would write by accident."""

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
