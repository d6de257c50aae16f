"""The JSON Schemas that are printed for editors, each in one piece: editors follow few links."""

from __future__ import annotations

import json
from typing import Any

from msgkit._placeholders import LONGEST_NAME
from msgkit._wire.schema import DIALECT, Describer, document
from msgkit.message import Message
from msgkit.templates._file import TemplateFile

_RICH = "A rich reply to a WeChat Pay complaint that needs immediate service (回复需要即时服务的投诉单)."
_FILE = (
    "A NormalMessage (回复需要即时服务的投诉单) with placeholders such as ${order_no}; or an object with `message` "
    "that also says what the template is for and what its variables are."
)
_NAMES = {
    "description": f"A name that a placeholder can have, at most {LONGEST_NAME} characters long.",
    "pattern": r"^[A-Za-z_][A-Za-z0-9_]*(?![\s\S])",
    "maxLength": LONGEST_NAME,
}


def message_schema() -> str:
    """Return the JSON Schema of a NormalMessage, as text."""
    return _text(document(Message, "normal-message", "NormalMessage", _RICH))


def template_schema() -> str:
    """Return the JSON Schema of template files, as text.

    In it, unlike in the message's own, every text of the message holds to the rule for placeholders too.
    """
    in_message = Describer(placeholders=True)
    message = in_message.ref(Message)
    around = Describer(definitions=in_message.definitions)
    file = around.ref(TemplateFile)
    around.definitions[TemplateFile.__name__]["properties"]["variables"]["propertyNames"] = _NAMES
    return _text(
        {
            "$schema": DIALECT,
            "$id": "https://msgkit.invalid/schemas/template-file.schema.json",
            "title": "msgkit template file",
            "description": _FILE,
            "type": "object",
            "if": {"required": ["message"]},
            "then": file,
            "else": message,
            "$defs": around.definitions,
        }
    )


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
