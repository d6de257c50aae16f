"""The JSON Schemas that are printed for editors, each in one piece."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def message_schema() -> str:
    """Return the JSON Schema of a NormalMessage, as text."""
    return _text("normal-message")


def template_schema() -> str:
    """Return the JSON Schema of template files, as text, with that of the message in it: editors follow few links.

    In it, unlike in the message's own, every text of the message holds to the rule for placeholders too.
    """
    message: dict[str, Any] = json.loads(_text("normal-message"))
    parts: dict[str, Any] = message.pop("$defs")
    whole = {key: value for key, value in message.items() if not key.startswith("$")}
    in_message = {**parts["characters"], "allOf": [{"$ref": "#/$defs/placeholders"}]}
    template: dict[str, Any] = json.loads(
        _text("template-file")
        .replace('"normal-message.schema.json"', '"#/$defs/normal_message"')
        .replace('"normal-message.schema.json#/$defs/characters"', '"#/$defs/words"')
    )
    template["$defs"] |= {"normal_message": whole, "words": parts["characters"], **parts, "characters": in_message}
    return json.dumps(template, ensure_ascii=False, indent=2) + "\n"


def _text(name: str) -> str:
    return files("msgkit").joinpath("schemas", f"{name}.schema.json").read_text(encoding="utf-8")
