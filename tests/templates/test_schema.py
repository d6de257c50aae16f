"""The schema of template files for editors: it agrees with the reader, and tells people what each key is for."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from jsonschema import Draft7Validator

import msgkit
from msgkit import Template
from msgkit._short import ENTRIES
from msgkit._short.words import ACTS, TAPS, TARGETS, Word
from msgkit._wire.shape import TAGGED, Member
from msgkit.enums import SenderIdentity
from msgkit.templates import _file
from msgkit.templates._hints import HINTS
from msgkit.templates._reading import LOOPED, MAIN
from msgkit.templates._source import load
from msgkit.templates._variables import FITS, Variable, VariableType
from msgkit.templates.schema import TEMPLATE_DIALECT, message_schema, template_schema
from tests.helpers import refused
from tests.templates.documents import ONLY_CHECK, RIGHT, TEXT, WRONG, about, of

ROOT = Path(msgkit.__file__).parent.parent
SCHEMA: dict[str, Any] = json.loads(template_schema())
VALIDATOR = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)

NEW = [
    (
        "blocks.py",
        "    color: TextColor",
        "    size: int | None = attrs.field(default=None, validator=_fields.integer(optional=True))\n",
    ),
    ("templates/_variables.py", '    BOOL = "bool"', '    PHONE = "phone"\n'),
    (
        "templates/_variables.py",
        "    emoji: Emoji",
        "    shade: str | None = attrs.field(default=None, kw_only=True)\n",
    ),
]
"""What somebody may add: to which module, before what, and what."""


class TestAgrees:
    """The schema and the reader are of one mind, as far as a schema can be."""

    @pytest.mark.parametrize("document", RIGHT, ids=lambda document: json.dumps(document, ensure_ascii=False)[:70])
    def test_right(self, document: dict[str, Any]) -> None:
        """What the reader takes, the schema takes."""
        Template.from_dict(document)
        assert [error.message for error in VALIDATOR.iter_errors(document)] == []

    @pytest.mark.parametrize("document", WRONG, ids=lambda document: json.dumps(document, ensure_ascii=False)[:70])
    def test_wrong(self, document: Any) -> None:
        """What the reader refuses, the schema refuses."""
        refused(Template.from_dict, document)
        assert not VALIDATOR.is_valid(document)

    @pytest.mark.parametrize("name", ONLY_CHECK)
    def test_only_check(self, name: str) -> None:
        """What no schema can say, the reader tells alone."""
        refused(Template.from_dict, ONLY_CHECK[name])
        assert VALIDATOR.is_valid(ONLY_CHECK[name])

    def test_examples(self) -> None:
        """All template files of the examples pass."""
        paths = [path for path in (ROOT / "examples/templates").rglob("*") if path.suffix in {".json", ".yaml"}]
        assert paths
        assert [path for path in paths if not VALIDATOR.is_valid(load(path).data)] == []

    def test_own_documents(self) -> None:
        """The lists above use each key that an entry, an item, a variable and a file may have, in right documents."""
        used = {key for document in RIGHT for key in keys_of(document)}
        words = [word for entry in ENTRIES.values() for word in (entry, entry.item) if word]
        wanted = {key for word in words for key in (*word.allowed, *word.spellings)}
        wanted |= {*MAIN, *_file.KEYS, *_file.SPELLINGS, "when", "for", "at_most"} - {"include"}
        wanted |= {field.name for field in attrs.fields(Variable)}
        assert wanted - used == set()


def keys_of(data: Any) -> Iterator[str]:
    """Yield every key in JSON."""
    for each in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from keys_of(each)
    if isinstance(data, dict):
        yield from data


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield everything in a schema that is an object."""
    if isinstance(schema, dict):
        yield schema
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from subschemas(each)


def branch(schema: dict[str, Any], key: str) -> dict[str, Any]:
    """Return what the schema says of an object in which this key decides."""
    found = [each["then"] for each in schema["allOf"] if each["if"].get("required") == [key]]
    assert len(found) == 1
    return dict(found[0])


class TestDerived:
    """What the schema describes comes from what the reader knows."""

    def test_valid(self) -> None:
        """It is a schema of the dialect that it names, in one piece."""
        Draft7Validator.check_schema(SCHEMA)
        assert SCHEMA["$schema"] == TEMPLATE_DIALECT
        links = {each["$ref"] for each in subschemas(SCHEMA) if isinstance(each.get("$ref"), str)}
        assert links == {f"#/definitions/{name}" for name in SCHEMA["definitions"]}

    @pytest.mark.parametrize("word", ENTRIES.values(), ids=list(ENTRIES))
    def test_words(self, word: Word) -> None:
        """Beside each main key stand its own keys, in both spellings, what belongs to templates, and nothing else."""
        then = branch(SCHEMA["definitions"]["entry"], word.main)
        controls = {"when", "for", "at_most"} if word.main in LOOPED else {"when"}
        assert {*then["properties"]} == {*word.allowed, *word.spellings, *controls}
        assert then["additionalProperties"] is False
        if word.item:
            item = SCHEMA["definitions"][f"{word.main}_item"]["then"]
            assert {*item["properties"]} == {*word.item.allowed, *word.item.spellings}

    def test_mains(self) -> None:
        """An entry that says nothing yet is offered every main key, and one key alone is enough to decide."""
        first, *others = SCHEMA["definitions"]["entry"]["allOf"]
        offered = [key for key, value in first["then"]["properties"].items() if "doNotSuggest" not in value]
        assert offered == [*MAIN]
        assert [each["if"]["required"] for each in others] == [[main] for main in MAIN]

    def test_variables(self) -> None:
        """A variable of each type is offered what can be said of it, and every type is."""
        variable = SCHEMA["definitions"]["variable"]
        types = [type_.value for type_ in VariableType]
        assert variable["properties"]["type"]["anyOf"][0]["enum"] == types
        for type_, each in zip(VariableType, variable["allOf"], strict=True):
            fields = [field.name for field in attrs.fields(Variable)]
            assert [*each["then"]["properties"]] == [key for key in fields if type_ in FITS.get(key, (type_,))]

    def test_new_ones(self, tmp_path: Path) -> None:
        """A new field of a block, of a variable and a new type of variable appear by themselves."""
        package = shutil.copytree(ROOT / "msgkit", tmp_path / "msgkit", ignore=shutil.ignore_patterns("__pycache__"))
        for name, before, new in NEW:
            path = package / name
            text = path.read_text("utf-8")
            assert text.count(before) == 1
            path.write_text(text.replace(before, f"{new}{before}"), "utf-8")
        done = subprocess.run(
            [sys.executable, "-c", "from msgkit.templates.schema import *; print(template_schema())"],
            capture_output=True, check=True, encoding="utf-8", cwd=tmp_path, timeout=60,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        schema = json.loads(done.stdout)
        assert branch(schema["definitions"]["entry"], "text")["properties"]["size"]["type"] == "integer"
        variable = schema["definitions"]["variable"]
        assert "phone" in variable["properties"]["type"]["anyOf"][0]["enum"]
        assert all(each["then"]["properties"]["shade"]["type"] == "string" for each in variable["allOf"])
        for document in (of({"text": "a", "size": 3}), about(type="phone", shade="s")):
            assert Draft7Validator(schema).is_valid(document)
            assert not VALIDATOR.is_valid(document)


class TestHints:
    """What an editor shows."""

    def test_every_key(self) -> None:
        """Each key that may stand in a file is said in Chinese first, and then in English."""
        silent = [
            name
            for each in subschemas(SCHEMA)
            for name, value in (each.get("properties") or {}).items()
            if isinstance(value, dict)
            and ("$ref" in value or "type" in value or "anyOf" in value or "allOf" in value)
            and "doNotSuggest" not in value
            and not re.match(r"[^ -~].*[a-z]", value.get("description") or described(value))
        ]
        assert silent == []

    def test_every_word(self) -> None:
        """Each word that may be chosen is too, in the way of VS Code, and the short form's in JetBrains' own."""
        lists = [each for each in subschemas(SCHEMA) if isinstance(each.get("enum"), list)]
        told = [each for each in lists if "enumDescriptions" in each]
        assert [each["enum"] for each in lists if each not in told] == [[*TAGGED[0].words]]  # what is inserted at first
        for each in told:
            assert len(each["enum"]) == len(each["enumDescriptions"])
            assert all(re.match(r"[^a-z]*[^ -~].*[a-zA-Z0-9.]", text) for text in each["enumDescriptions"])
            if "x-intellij-enum-metadata" in each:
                meant = {key: value["description"] for key, value in each["x-intellij-enum-metadata"].items()}
                assert meant == dict(zip(each["enum"], each["enumDescriptions"], strict=True))

    def test_none_idle(self) -> None:
        """Every hint that was written is shown somewhere."""
        printed = template_schema()
        shown = {key: json.dumps("".join(texts), ensure_ascii=False) for key, texts in HINTS.items()}
        assert [key for key, text in shown.items() if text not in printed] == []

    def test_both_languages(self) -> None:
        """Each hint has both languages, and Chinese has no English stops."""
        for key, (chinese, english) in HINTS.items():
            assert re.search(r"[一-鿿]", chinese), key
            assert chinese.endswith("。"), key
            assert english.isascii() or re.search(r"[月…]", english), key
            assert english.endswith("."), key

    def test_message(self) -> None:
        """The message's own schema stays in English, of the docstrings."""
        assert "A paragraph." in message_schema()
        assert HINTS["text"][0] not in message_schema()


def described(value: dict[str, Any]) -> str:
    """Return what a definition says that a property refers to."""
    name = str(value.get("$ref", "")).rpartition("/")[2]
    return str(SCHEMA["definitions"].get(name, {}).get("description", ""))


class TestWords:
    """What stands for what, by the tables of the reader."""

    def test_targets(self) -> None:
        """A tap leads to one place: of two, the schema refuses the second."""
        for first in TARGETS:
            for second in TARGETS:
                document = of({"link": "a", first: "https://a", second: "https://a"})
                assert VALIDATOR.is_valid(document) is (first == second)

    def test_all_spellings(self) -> None:
        """Each word of an enum is taken in small letters, as the wire has it, and in capitals."""
        enums = [
            ({entry.main: ["a"] if entry.item else "a"}, key, field.kind.enum)
            for entry in ENTRIES.values()
            for key, field in entry.keys.items()
            if isinstance(field.kind, Member)
        ]
        assert len(enums) == 3
        for entry, key, enum in enums:
            for member in enum:
                for text in (member.value, member.name, member.name.lower(), member.value.title()):
                    assert VALIDATOR.is_valid(of({**entry, key: text}))
                assert not VALIDATOR.is_valid(of({**entry, key: f"{member.value}S"}))
        for sender in SenderIdentity:
            assert VALIDATOR.is_valid(of(TEXT, sent_by=sender.value.title()))

    def test_taps_and_acts(self) -> None:
        """What can be tapped has the keys of a tap, all of them."""
        for word in ENTRIES.values():
            then = branch(SCHEMA["definitions"]["entry"], word.main)
            assert ({*ACTS} <= {*then["properties"]}) is word.acts
            assert ({*TAPS} <= {*then["properties"]}) is word.taps
