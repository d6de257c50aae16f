"""The JSON Schemas that are printed for editors, each in one piece: editors follow few links.

That of template files is of draft 7, which all editors know: the YAML server of VS Code learnt newer drafts late, the
JSON server knows them in part, and nothing here needs one.
"""

from __future__ import annotations

import json
from typing import Any, Final

from msgkit._fields import limits
from msgkit._short import SENDER
from msgkit._wire.schema import Describer, document
from msgkit._wire.shape import shape_of
from msgkit.enums import SenderIdentity
from msgkit.message import Message
from msgkit.templates import _file
from msgkit.templates._editing import Schema, chosen, closed, one_of, renamed, words
from msgkit.templates._editing_entries import Entries, say
from msgkit.templates._editing_variables import variables
from msgkit.templates._hints import hint

TEMPLATE_DIALECT: Final = "http://json-schema.org/draft-07/schema#"
_HOME: Final = "definitions"
_RICH = "A rich reply to a WeChat Pay complaint that needs immediate service (回复需要即时服务的投诉单)."
_ONE: Final = "blocks、variants、message 三选一。One of blocks, variants and message is needed."


def message_schema() -> str:
    """Return the JSON Schema of a NormalMessage, as text."""
    return _text(document(Message, "normal-message", "NormalMessage", _RICH))


def template_schema() -> str:
    """Return the JSON Schema of template files, as text: of the short form, and of the wire's within it.

    In it, unlike in the message's own, every text of the message holds to the rule for placeholders too.
    """
    definitions: dict[str, Any] = {}
    in_message = Describer(placeholders=True, definitions=definitions, home=_HOME, say=say)
    return _text(
        {
            "$schema": TEMPLATE_DIALECT,
            "$id": "https://msgkit.invalid/schemas/template-file.schema.json",
            "description": hint("file", "file"),
            "errorMessage": _ONE,
            **_Files(in_message).file(),
            _HOME: definitions,
        }
    )


class _Files:
    """Describes a file."""

    def __init__(self, describer: Describer) -> None:
        self._describer = describer
        self._entries = Entries(describer)
        self._plain = Describer(definitions=describer.definitions, home=_HOME, say=say)

    def file(self) -> Schema:
        """Describe the whole file, of which the key with the content says what else stands there."""
        opening = {**self._about(), **self._of_message()}
        for key in _file.CONTENTS:
            kind = "object" if key == _file.MESSAGE else "array"
            opening[key] = {"description": hint("file", key), "type": kind}
        opening, _ = renamed(opening, _file.SPELLINGS)
        return chosen(_file.CONTENTS, self._of, closed(_ordered(opening), **one_of(_file.CONTENTS)))

    def _of(self, content: str) -> Schema:
        value = {_file.BLOCKS: self._entries.list, _file.VARIANTS: self._variants, _file.MESSAGE: self._message}[
            content
        ]()
        properties = {**self._about(), content: {"description": hint("file", content), **value}}
        if content == _file.MESSAGE:
            return closed(_ordered(properties))
        properties, exclusive = renamed({**properties, **self._of_message()}, _file.SPELLINGS)
        return closed(_ordered(properties), dependencies=exclusive)

    def _message(self) -> Schema:
        return {"allOf": [self._describer.ref(Message)]}

    def _variants(self) -> Schema:
        return {"type": "array", "minItems": 1, "items": self._describer.ref_to("variant", self._variant)}

    def _variant(self) -> Schema:
        when = {"description": hint("variant", "when"), **self._entries.condition()}
        blocks = {"description": hint("variant", "blocks"), **self._entries.list()}
        properties, exclusive = renamed({"when": when, "blocks": blocks, **self._of_message()}, _file.SPELLINGS)
        about = {"description": hint("variants", "variant"), "type": "object"}
        return closed(properties, **about, required=["blocks"], dependencies=exclusive)

    def _about(self) -> dict[str, Schema]:
        """Describe what every file may say."""
        text = {"description": hint("file", _file.DESCRIPTION), "type": "string"}
        return {_file.DESCRIPTION: text, _file.VARIABLES: variables(self._plain)}

    def _of_message(self) -> dict[str, Schema]:
        """Describe what a message in the short form has beside its blocks."""
        fields = {field.name: field for field in shape_of(Message).fields}
        data = fields[_file.CUSTOM_DATA]
        sender = {"description": hint("file", SENDER), **words(SenderIdentity, "file", SENDER)}
        text = self._describer.value(data.kind, limits(data.checked))
        return {SENDER: sender, _file.CUSTOM_DATA: {"description": hint("file", _file.CUSTOM_DATA), **text}}


def _ordered(properties: dict[str, Schema]) -> dict[str, Schema]:
    """Return properties in the order in which a person writes them."""
    known = [key for key in _file.KEYS if key in properties]
    return {key: properties[key] for key in [*known, *(key for key in properties if key not in known)]}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
