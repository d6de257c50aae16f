"""What is taken out of the composer: the filled message as Python, JSON or YAML, and the draft in another language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from msgkit import _wire
from msgkit._short.as_yaml import as_yaml
from msgkit.message import Message
from msgkit.studio.answers import JsonAnswer
from msgkit.studio.composer.composing import Composed, composed
from msgkit.studio.composer.draft import JSON, YAML, Draft, draft_of
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.site import Site
from msgkit.studio.words import WORDS
from msgkit.templates import _file
from msgkit.templates._entries import Entry

_FORMS: Final = {
    "python": Message.to_code,
    "json": lambda message: _json(message.to_dict()),
    "yaml": Message.to_short_yaml,
}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _as(site: Site, asked: Asked) -> Response:
    made = composed(site, asked)
    write = _FORMS.get(asked.form.get("to", ""))
    if write is None:
        raise RefusedError(WORDS["composer.bad_form"])
    return JsonAnswer({"text": write(_message(made, asked))})


def _send(site: Site, asked: Asked) -> Response:
    return JsonAnswer({"message": _message(composed(site, asked), asked).to_dict()})


def _message(made: Composed, asked: Asked) -> Message:
    """Return the filled message.

    Raises:
        RefusedError: Something must be mended first; it says what, the first of all.
    """
    if made.message is not None:
        return made.message
    wrong = [slot for slot in made.slots if slot.error]
    if wrong:
        raise RefusedError(WORDS["composer.fill_first"], name=wrong[0].name)
    if made.filled is not None:
        problem = made.filled.problems[0]
        raise RefusedError(WORDS["composer.values_wrong"], said=problem.said(asked.lang))
    errors = [each for each in made.draft.findings(asked.lang) if each["severity"] == "error"]
    raise RefusedError(WORDS["composer.mend_line"], line=errors[0]["line"], said=errors[0]["message"])


def _convert(site: Site, asked: Asked) -> Response:
    """Write a draft in the other language: wire JSON where the message can be said so, and else the short form."""
    draft = draft_of(site, asked.form)
    if draft.source is None:
        raise RefusedError(WORDS["composer.mend_first"])
    if draft.language == YAML:
        return JsonAnswer({"text": _json(_in_wire_form(draft)), "language": JSON})
    return JsonAnswer({"text": _in_yaml(draft), "language": YAML})


def _in_wire_form(draft: Draft) -> Any:
    """Return what a file says with its message as the wire has it; as it is where that could not say all of it."""
    data, file = draft.seen.data, draft.seen.file
    is_whole = draft.template is not None and file is not None and not (draft.includes or file.is_several)
    if not is_whole or file is None or not all(map(_is_plain, file.variants[0].entries)):
        return data
    head = {key: data[key] for key in (_file.DESCRIPTION, _file.VARIABLES) if key in data}
    return {**head, _file.MESSAGE: _wire.dump(file.variants[0].skeleton())}


def _is_plain(entry: Entry) -> bool:
    """Tell whether an entry is one block of the wire's, whatever its variables are."""
    return entry.block is not None and not (entry.when or entry.loop or entry.expiries or entry.lists)


def _in_yaml(draft: Draft) -> str:
    data = draft.seen.data
    is_wire = isinstance(data, Mapping) and (_file.MESSAGE in data or _has_wire_blocks(data.get(_file.BLOCKS)))
    if is_wire and draft.template is not None and not draft.includes:
        return draft.template.to_short_yaml()
    return as_yaml(data)


def _has_wire_blocks(blocks: Any) -> bool:
    return isinstance(blocks, list) and any(isinstance(each, Mapping) and "type" in each for each in blocks)


DOORS = (
    Door("POST", "/compose/as", _as),
    Door("POST", "/compose/send", _send),
    Door("POST", "/compose/convert", _convert),
)
