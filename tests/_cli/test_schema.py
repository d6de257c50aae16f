"""Tests of the command ``schema``, as a process of its own."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from msgkit import JumpUrl, Message, Template, ValidationError
from msgkit.templates._source import load
from msgkit.templates.schema import message_schema
from tests._cli.command import ROOT, run


def paragraph(text: str) -> dict[str, Any]:
    """Return a message of one paragraph, right or wrong."""
    return {"blocks": [{"type": "TEXT", "text": {"text": text}}]}


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Draft202012Validator:
    """Return a validator with what ``msgkit schema --template`` prints, and nothing else."""
    done = run("schema", "--template", cwd=tmp_path_factory.mktemp("schema"))
    assert (done.returncode, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    Draft202012Validator.check_schema(schema)
    assert {ref.partition("/")[0] for ref in re.findall(r'"\$ref": "([^"]*)"', done.stdout)} == {"#"}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


class TestSchema:
    """``msgkit schema``."""

    def test_is_a_schema(self, tmp_path: Path) -> None:
        """It prints the schema that is derived from the classes, which is a JSON Schema of 2020-12."""
        done = run("schema", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == message_schema()
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
        """All eighteen template files of the examples pass the schema of template files."""
        paths = [path for path in (ROOT / "examples/templates").rglob("*") if path.suffix in {".json", ".yaml"}]
        assert len(paths) == 18
        assert [path for path in paths if not validator.is_valid(load(path).data)] == []

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
