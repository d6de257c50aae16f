"""Tests of the command ``schema``, as a process of its own."""

import json
import re
from pathlib import Path

from jsonschema import Draft7Validator, Draft202012Validator

from msgkit import Message
from msgkit.templates.schema import message_schema, template_schema
from tests._cli.command import run


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

    def test_of_templates(self, tmp_path: Path) -> None:
        """With --template it prints that of template files, of draft 7, in UTF-8 and in one piece too."""
        done = run("schema", "--template", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == template_schema()
        schema = json.loads(done.stdout)
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
        Draft7Validator.check_schema(schema)
        assert {ref.partition("/")[0] for ref in re.findall(r'"\$ref": "([^"]*)"', done.stdout)} == {"#"}
        assert "文字：一段话。" in done.stdout

    def test_of_templates_stands_alone(self, tmp_path: Path) -> None:
        """What it prints takes a file of the short form, one of the wire's, and refuses what is neither."""
        validator = Draft7Validator(json.loads(run("schema", "--template", cwd=tmp_path).stdout))
        assert validator.is_valid({"blocks": [{"text": "您好 ${name}"}, {"button": "好"}]})
        assert validator.is_valid({"message": Message().text("您好 ${name}").button("好").to_dict()})
        assert not validator.is_valid({"blocks": [{"text": "您好", "button": "好"}]})

    def test_without_the_sandbox(self, tmp_path: Path) -> None:
        """It needs nothing of the sandbox's extra."""
        for name in ("starlette", "jsonschema_rs", "uvicorn", "yaml"):
            (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('no {name}', name='{name}')")
        done = run("schema", cwd=tmp_path, shadow=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["title"] == "NormalMessage"
        done = run("schema", "--template", cwd=tmp_path, shadow=tmp_path)
        assert (done.returncode, done.stdout) == (0, template_schema())
