"""Tests of the command ``check``, as a process of its own."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from msgkit import Message
from msgkit._extras import hint
from tests._cli.command import ROOT, run

GOOD = Message().text("您好").to_json()
NO_EXAMPLE = "the variable name has no example, so what it fills is unchecked"
WARNED = Message().text("您好 ${name}").to_json()


BAD = '{"blocks": [{"type": "TEXT", "text": {"text": 5}}], "额外": 1}'

STRANGE = (
    "does not belong to a template file; it has description, variables, blocks, variants, message, sent_by, custom_data"
)


class TestCheck:
    """``msgkit check``."""

    def test_nothing_wrong(self, tmp_path: Path) -> None:
        """Without problems it prints nothing but the summary, which says what comes next, and ends with 0."""
        (tmp_path / "a.json").write_text(GOOD)
        done = run("check", "a.json", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (
            0,
            "",
            "1 file: 0 problems, 0 warnings\nNext: msgkit preview a.json shows what the customer sees.\n",
        )

    def test_problems(self, tmp_path: Path) -> None:
        """Each is a line ``file:line:column: pointer: what is wrong [code]``; a summary follows; it ends with 1."""
        (tmp_path / "replies").mkdir()
        (tmp_path / "replies/b.json").write_text(BAD)
        (tmp_path / "replies/c.yaml").write_text("a: *b")
        (tmp_path / "replies/d.json").write_text(WARNED)
        done = run("check", "nothing.json", "replies", cwd=tmp_path)
        assert done.returncode == 1
        lines = [line for line in done.stdout.splitlines() if not line.startswith("  ")]
        assert len(lines) == 5
        assert lines[0] == "nothing.json: cannot be read: No such file or directory [cannot-be-read]"
        assert lines[1:3] == [
            "replies/b.json:1:47: /blocks/0/text/text: must be a string, not a number [wrong-type]",
            f"replies/b.json:1:53: /额外: {STRANGE} [unknown-key]",
        ]
        assert lines[3:] == [
            "replies/c.yaml:1:4: is not YAML: has an anchor or an alias; write it out [yaml-anchor]",
            f"replies/d.json:1:42: /blocks/0/text/text: warning: {NO_EXAMPLE} [no-example]",
        ]
        assert done.stderr.splitlines() == [
            "4 files: 4 problems, 1 warning",
            "Mend nothing.json first; msgkit explain cannot-be-read says more.",
        ]

    def test_warnings_alone(self, tmp_path: Path) -> None:
        """Warnings are told and do not make it fail."""
        (tmp_path / "a.json").write_text(WARNED)
        done = run("check", "a.json", cwd=tmp_path)
        assert (done.returncode, done.stderr.splitlines()) == (
            0,
            [
                "1 file: 0 problems, 1 warning",
                "Look at a.json (line 1) first; msgkit explain no-example says more.",
            ],
        )
        assert done.stdout.startswith("a.json:1:42: /blocks/0/text/text: warning: the variable name has no example")

    def test_without_paths(self, tmp_path: Path) -> None:
        """Without a path it says how it is used."""
        done = run("check", cwd=tmp_path)
        assert done.returncode == 2
        assert "Usage: msgkit check" in done.stderr

    def test_json(self, tmp_path: Path) -> None:
        """``--format json`` is one JSON document with the files' number and every finding."""
        (tmp_path / "a.json").write_text(BAD)
        (tmp_path / "b.json").write_text(WARNED)
        done = run("check", "--format", "json", "a.json", "b.json", cwd=tmp_path)
        report = json.loads(done.stdout)
        assert (done.returncode, done.stderr, report["files"]) == (1, "", 2)
        assert report["findings"] == [
            {
                "file": "a.json",
                "line": 1,
                "column": 47,
                "pointer": "/blocks/0/text/text",
                "rule": "wrong-type",
                "message": "must be a string, not a number",
                "severity": "error",
            },
            {
                "file": "a.json",
                "line": 1,
                "column": 53,
                "pointer": "/额外",
                "rule": "unknown-key",
                "message": STRANGE,
                "severity": "error",
            },
            {
                "file": "b.json",
                "line": 1,
                "column": 42,
                "pointer": "/blocks/0/text/text",
                "rule": "no-example",
                "message": "the variable name has no example, so what it fills is unchecked",
                "severity": "warning",
            },
        ]

    def test_json_of_nothing_wrong(self, tmp_path: Path) -> None:
        """Where nothing is wrong, the JSON says that too, and it ends with 0."""
        (tmp_path / "a.json").write_text(GOOD)
        done = run("check", "--format=json", "a.json", cwd=tmp_path)
        assert (done.returncode, json.loads(done.stdout)) == (0, {"files": 1, "findings": []})

    def test_github(self, tmp_path: Path) -> None:
        """``--format github`` prints workflow commands, in which no file name and no text can begin another."""
        name = "100%,a:b\n::error::x.json"
        (tmp_path / name).write_text('{"blocks": [], "a%\\n::error::b": 1}')
        (tmp_path / "b.json").write_text(WARNED)
        done = run("check", "--format", "github", name, "b.json", cwd=tmp_path)
        assert done.returncode == 1
        *errors, warning = done.stdout.splitlines()
        file = "100%25%2Ca%3Ab%0A%3A%3Aerror%3A%3Ax.json"
        prefix = f"::error file={file},line=1,col="
        assert [line.startswith(prefix) for line in errors] == [True, True]
        empty, unknown = (line.removeprefix(prefix).partition("::")[2] for line in errors)
        assert [line.partition("::")[2].partition("::")[0].rpartition(",")[2] for line in errors] == [
            "title=empty-list",
            "title=unknown-key",
        ]
        assert unknown.startswith("/a%25")
        assert unknown.endswith(f"::error::b: {STRANGE}")
        assert empty.startswith("/blocks: must hold at least one")
        assert warning == (f"::warning file=b.json,line=1,col=42,title=no-example::/blocks/0/text/text: {NO_EXAMPLE}")
        assert done.stderr.startswith("2 files: 2 problems, 1 warning\n")

    @pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
    def test_what_cannot_be_printed(self, tmp_path: Path, form: str) -> None:
        """Lone surrogates in a key, and bytes in a file name that are no UTF-8, are shown somehow and stop nothing."""
        (tmp_path / "a.json").write_text('{"\\ud800": 1, "b\\nc": 2}')
        other = tmp_path / os.fsdecode(b"\xff\nx.json")
        other.write_text("{}")
        done = run("check", "--format", form, "a.json", other.name, cwd=tmp_path)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        done.stdout.encode()
        if form == "json":
            assert len(json.loads(done.stdout)["findings"]) == 4
        elif form == "sarif":
            assert len(json.loads(done.stdout)["runs"][0]["results"]) == 4
        else:
            assert len([line for line in done.stdout.splitlines() if not line.startswith("  ")]) == 4

    def test_without_yaml(self, tmp_path: Path) -> None:
        """Without its extra, a YAML file is one line that says what to install."""
        (tmp_path / "a.yaml").write_text(GOOD)
        shadow = tmp_path / "shadow"
        shadow.mkdir()
        (shadow / "yaml.py").write_text("raise ModuleNotFoundError('no yaml', name='yaml')")
        done = run("check", "a.yaml", cwd=tmp_path, shadow=shadow)
        assert done.returncode == 1
        assert done.stdout.splitlines()[0] == f"a.yaml: YAML needs {hint('yaml')} [needs-yaml]"

    def test_the_examples(self, tmp_path: Path) -> None:
        """The template folders of the examples have no problems and no warnings."""
        done = run("check", ROOT / "examples/templates", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "")
        assert re.fullmatch(
            r"\d+ files: 0 problems, 0 warnings\nNext: msgkit preview FILE shows what the customer sees\.\n",
            done.stderr,
        )

    @pytest.mark.parametrize(("content", "code"), [(GOOD, 0), (WARNED, 1), (BAD, 1)], ids=["good", "warned", "bad"])
    def test_strict(self, tmp_path: Path, content: str, code: int) -> None:
        """With ``--strict`` warnings make it fail too."""
        (tmp_path / "a.json").write_text(content)
        assert run("check", "--strict", "a.json", cwd=tmp_path).returncode == code

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ((".",), "Next: msgkit preview FILE shows what the customer sees."),
            (("a b.json",), "Next: msgkit preview 'a b.json' shows what the customer sees."),
        ],
    )
    def test_what_comes_next(self, tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
        """Where nothing is wrong, it names the command that shows the file, as a shell takes it."""
        (tmp_path / "a b.json").write_text(GOOD)
        assert run("check", *arguments, cwd=tmp_path).stderr.splitlines()[-1] == said

    def test_errors_first(self, tmp_path: Path) -> None:
        """Errors are to be mended before warnings, wherever they stand."""
        (tmp_path / "a.json").write_text(WARNED)
        (tmp_path / "b.json").write_text(BAD)
        done = run("check", ".", "--lang", "zh", cwd=tmp_path)
        assert done.stderr.splitlines()[-1] == "先改 b.json 第 1 行，运行 msgkit explain wrong-type 查看说明。"
