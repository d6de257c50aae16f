"""Tests of the commands ``check`` and ``schema``, as processes of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import msgkit
from msgkit import JumpUrl, Message, Template, ValidationError
from msgkit._extras import hint
from msgkit.templates import _source

ROOT = Path(msgkit.__file__).parent.parent
GOOD = Message().text("您好").to_json()
WARNED = Message().text("您好 ${name}").to_json()


def paragraph(text: str) -> dict[str, Any]:
    """Return a message of one paragraph, right or wrong."""
    return {"blocks": [{"type": "TEXT", "text": {"text": text}}]}


BAD = '{"blocks": [{"type": "TEXT", "text": {"text": 5}}], "额外": 1}'


def run(*arguments: str | Path, cwd: Path, shadow: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, perhaps with modules that stand in front of installed ones."""
    path = os.pathsep.join(str(folder) for folder in (shadow, ROOT) if folder)
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "msgkit", *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=30,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
    )


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Draft202012Validator:
    """Return a validator with what ``msgkit schema --template`` prints, and nothing else."""
    done = run("schema", "--template", cwd=tmp_path_factory.mktemp("schema"))
    assert (done.returncode, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    Draft202012Validator.check_schema(schema)
    assert {ref.partition("/")[0] for ref in re.findall(r'"\$ref": "([^"]*)"', done.stdout)} == {"#"}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


class TestCheck:
    """``msgkit check``."""

    def test_nothing_wrong(self, tmp_path: Path) -> None:
        """Without problems it prints nothing but the summary and ends with 0."""
        (tmp_path / "a.json").write_text(GOOD)
        done = run("check", "a.json", cwd=tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "1 file: 0 problems, 0 warnings\n")

    def test_problems(self, tmp_path: Path) -> None:
        """Each problem is a line ``file:line:column: pointer: what is wrong``; a summary follows; it ends with 1."""
        (tmp_path / "replies").mkdir()
        (tmp_path / "replies/b.json").write_text(BAD)
        (tmp_path / "replies/c.yaml").write_text("a: *b")
        (tmp_path / "replies/d.json").write_text(WARNED)
        done = run("check", "nothing.json", "replies", cwd=tmp_path)
        assert done.returncode == 1
        lines = done.stdout.splitlines()
        assert len(lines) == 5
        assert lines[0] == "nothing.json: cannot be read: No such file or directory"
        assert sorted(lines[1:3]) == [
            "replies/b.json:1:47: /blocks/0/text/text: must be a string, not a number",
            "replies/b.json:1:53: /额外: does not belong to Message",
        ]
        assert lines[3:] == [
            "replies/c.yaml:1:4: is not YAML: has an anchor or an alias; write it out",
            (
                "replies/d.json:1:42: /blocks/0/text/text: "
                "warning: the variable name has no example, so what it fills is unchecked"
            ),
        ]
        assert done.stderr == "4 files: 4 problems, 1 warning\n"

    def test_warnings_alone(self, tmp_path: Path) -> None:
        """Warnings are told and do not make it fail."""
        (tmp_path / "a.json").write_text(WARNED)
        done = run("check", "a.json", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "1 file: 0 problems, 1 warning\n")
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
        assert sorted(report["findings"], key=lambda finding: str(finding["pointer"])) == [
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
                "file": "b.json",
                "line": 1,
                "column": 42,
                "pointer": "/blocks/0/text/text",
                "rule": "no-example",
                "message": "the variable name has no example, so what it fills is unchecked",
                "severity": "warning",
            },
            {
                "file": "a.json",
                "line": 1,
                "column": 53,
                "pointer": "/额外",
                "rule": "unknown-key",
                "message": "does not belong to Message",
                "severity": "error",
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
        unknown, empty = sorted(errors, reverse=True)
        assert unknown.startswith(f"::error file={file},line=1,col=16::/a%25")
        assert unknown.endswith("::error::b: does not belong to Message")
        assert empty.startswith(f"::error file={file},line=1,col=12::/blocks: must hold at least one")
        assert warning == (
            "::warning file=b.json,line=1,col=42::/blocks/0/text/text: "
            "the variable name has no example, so what it fills is unchecked"
        )
        assert done.stderr == "2 files: 2 problems, 1 warning\n"

    def test_no_place(self, tmp_path: Path) -> None:
        """What is about a file as a whole has no line and no column, in any format."""
        (tmp_path / "x").mkdir()
        said = {form: run("check", "--format", form, "x", cwd=tmp_path).stdout for form in ("text", "github", "json")}
        assert (said["text"], said["github"]) == (
            "x: holds no template files\n",
            "::error file=x::holds no template files\n",
        )
        [finding] = json.loads(said["json"])["findings"]
        assert (finding["line"], finding["column"], finding["rule"]) == (None, None, "no-templates")

    @pytest.mark.parametrize("form", ["text", "json", "github"])
    def test_what_cannot_be_printed(self, tmp_path: Path, form: str) -> None:
        """Lone surrogates in a key, and bytes in a file name that are no UTF-8, are shown somehow and stop nothing."""
        (tmp_path / "a.json").write_text('{"\\ud800": 1, "b\\nc": 2}')
        other = tmp_path / os.fsdecode(b"\xff\nx.json")
        other.write_text("{}")
        done = run("check", "--format", form, "a.json", other.name, cwd=tmp_path)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        if form == "json":
            done.stdout.encode()
            assert len(json.loads(done.stdout)["findings"]) == 4
        else:
            assert len(done.stdout.splitlines()) == 4

    def test_without_yaml(self, tmp_path: Path) -> None:
        """Without its extra, a YAML file is one line that says what to install."""
        (tmp_path / "a.yaml").write_text(GOOD)
        shadow = tmp_path / "shadow"
        shadow.mkdir()
        (shadow / "yaml.py").write_text("raise ModuleNotFoundError('no yaml', name='yaml')")
        done = run("check", "a.yaml", cwd=tmp_path, shadow=shadow)
        assert (done.returncode, done.stdout) == (1, f"a.yaml: YAML needs {hint('yaml')}\n")

    def test_the_examples(self, tmp_path: Path) -> None:
        """The template folders of the examples have no problems and no warnings."""
        done = run("check", ROOT / "examples/templates", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "")
        assert re.fullmatch(r"\d+ files: 0 problems, 0 warnings\n", done.stderr)


class TestSchema:
    """``msgkit schema``."""

    def test_is_a_schema(self, tmp_path: Path) -> None:
        """It prints the file that ships for editors, which is a JSON Schema of 2020-12."""
        done = run("schema", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == (ROOT / "msgkit/schemas/normal-message.schema.json").read_text(encoding="utf-8")
        schema = json.loads(done.stdout)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)

    def test_stands_alone(self, tmp_path: Path) -> None:
        """It refers to no other file, so that an editor can use it as it is."""
        schema = run("schema", cwd=tmp_path).stdout
        assert {ref.partition("/")[0] for ref in re.findall(r'"\$ref": "([^"]*)"', schema)} == {"#"}
        message = Message().text("您好 ${name}").button("好").to_dict()
        validator = Draft202012Validator(json.loads(schema))
        assert validator.is_valid(message)
        assert not validator.is_valid({**message, "extra": 1})

    def test_the_examples(self, validator: Draft202012Validator) -> None:
        """All six template files of the examples pass the schema of template files."""
        paths = [path for path in (ROOT / "examples/templates").rglob("*") if path.suffix in {".json", ".yaml"}]
        assert len(paths) == 6
        assert [path for path in paths if not validator.is_valid(_source.load(path).data)] == []

    @pytest.mark.parametrize(
        "document",
        [
            paragraph("您好 ${name} $$ $x"),
            {"message": paragraph("a")},
            {
                "message": paragraph("${a}"),
                "description": "5 $",
                "variables": {"a": {"description": "$", "example": "1$"}},
            },
            {"message": paragraph("${a}"), "variables": {"a": {}}},
            {"message": paragraph("a"), "variables": {}},
            {},
            [],
            None,
            {"blocks": []},
            {"message": {"blocks": []}},
            {"message": None},
            {"message": paragraph("a"), "extra": 1},
            {"message": paragraph("a"), "blocks": []},
            {"message": paragraph("a"), "description": None},
            {"message": paragraph("a"), "description": "\U0001f600"},
            {"message": paragraph("a"), "variables": []},
            {"message": paragraph("${a}"), "variables": {"a": None}},
            {"message": paragraph("${a}"), "variables": {"a": "1"}},
            {"message": paragraph("${a}"), "variables": {"a": {"example": 42}}},
            {"message": paragraph("${a}"), "variables": {"a": {"sample": "x"}}},
            {"message": paragraph("${a}"), "variables": {"a b": {}}},
            {"message": paragraph("${a}"), "variables": {"订单": {}}},
            paragraph("100$"),
            paragraph("$ "),
            paragraph("${}"),
            paragraph("${a"),
            paragraph("${a-b}"),
            paragraph("$$$"),
            {"message": paragraph("$1")},
            {"message": {"blocks": paragraph("a")["blocks"], "custom_data": "$"}},
            {"message": Message().link("x", JumpUrl("${base}/o")).to_dict()},
            {"message": Message().link("x", JumpUrl("https://a/$")).to_dict()},
        ],
        ids=lambda document: json.dumps(document)[:60],
    )
    def test_agrees(self, validator: Draft202012Validator, document: Any) -> None:
        """The schema of template files takes and refuses what a library does."""
        try:
            Template.from_dict(document)
        except ValidationError:
            taken = False
        else:
            taken = True
        assert validator.is_valid(document) is taken

    def test_without_the_sandbox(self, tmp_path: Path) -> None:
        """It needs nothing of the sandbox's extra."""
        for name in ("starlette", "jsonschema_rs", "uvicorn", "yaml"):
            (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('no {name}', name='{name}')")
        done = run("schema", cwd=tmp_path, shadow=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["title"] == "NormalMessage"
