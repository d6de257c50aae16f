"""What the form does to the text: a block or a variable is added, changed, moved, doubled or taken away."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import attrs
from starlette.responses import Response

from msgkit._placeholders import as_name
from msgkit._short import SENDER
from msgkit._short.as_yaml import as_yaml
from msgkit.studio.answers import JsonAnswer
from msgkit.studio.composer.draft import JSON, language_of, text_of
from msgkit.studio.composer.lines import CannotBeEditedError, Lines, entry_lines, key_lines
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.site import Site
from msgkit.studio.words import WORDS
from msgkit.templates import _file
from msgkit.templates._folder import UnreadableError
from msgkit.templates._places import NotReadError, load_json

_HEAD: Final = (_file.DESCRIPTION, SENDER)
_LONGEST_EDIT = 200_000
_MOST_LEVELS = 6


@attrs.frozen
class Edit:
    """What is to be done to a draft.

    Attributes:
        do: ``set``, ``add``, ``move``, ``copy`` or ``delete`` of a block; ``head`` or ``variable``.
        index: The number of the block.
        to: Where a block goes.
        key: The key at the top of the file; or the variable.
        name: What the variable is called then.
        value: What stands there; None takes it away.
    """

    do: str = ""
    index: int = 0
    to: int = 0
    key: str = ""
    name: str = ""
    value: Any = None


def _edit_of(asked: Asked) -> Edit:
    text = asked.form.get("edit", "")
    try:
        data: dict[str, Any] = json.loads(text) if len(text) <= _LONGEST_EDIT else {}
        edit = Edit(**data)
    except (TypeError, ValueError, RecursionError):
        raise RefusedError(WORDS["composer.bad_form"]) from None
    is_typed = all(isinstance(each, str) for each in (edit.do, edit.key, edit.name)) and all(
        type(each) is int and each >= 0 for each in (edit.index, edit.to)
    )
    if not is_typed or edit.do not in _DATA or not _is_flat(edit.value):
        raise RefusedError(WORDS["composer.bad_form"])
    return edit


def _is_flat(value: Any, level: int = 0) -> bool:
    """Tell whether a value is as shallow as all that a form makes."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return level <= _MOST_LEVELS and all(_is_flat(each, level + 1) for each in inside)


def edited(text: str, language: str, edit: Edit) -> str:
    """Return a text after an edit; of YAML, all lines that say something else stay as they are.

    Raises:
        RefusedError: It cannot be edited so.
    """
    if language == JSON:
        return _json_edited(text, edit)
    try:
        lines = Lines.of(text)
    except UnreadableError:
        raise RefusedError(WORDS["composer.mend_first"]) from None
    data = _changed(lines.source.data, edit)
    for made in _tries(lines, edit, data):
        if lines.says(made, data):
            return made
    raise RefusedError(WORDS["composer.only_as_text"])


def _json_edited(text: str, edit: Edit) -> str:
    try:
        data, _ = load_json(text) if text.strip() else ({}, None)
    except NotReadError:
        raise RefusedError(WORDS["composer.mend_first"]) from None
    return json.dumps(_changed(data, edit), ensure_ascii=False, indent=2) + "\n"


# What a text says after an edit


def _changed(data: Any, edit: Edit) -> dict[str, Any]:
    if not isinstance(data, (dict, type(None))):
        raise RefusedError(WORDS["composer.only_as_text"])
    made: dict[str, Any] = {} if data is None else copy.deepcopy(data)
    _DATA[edit.do](made, edit)
    return made


def _blocks(data: dict[str, Any]) -> list[Any]:
    if data.get(_file.BLOCKS) is None:
        data[_file.BLOCKS] = []
    blocks = data[_file.BLOCKS]
    if not isinstance(blocks, list):
        raise RefusedError(WORDS["composer.only_as_text"])
    return blocks


def _at(blocks: list[Any], index: int) -> int:
    if index >= len(blocks):
        raise RefusedError(WORDS["composer.bad_form"])
    return index


def _set(data: dict[str, Any], edit: Edit) -> None:
    blocks = _blocks(data)
    blocks[_at(blocks, edit.index)] = edit.value


def _add(data: dict[str, Any], edit: Edit) -> None:
    _blocks(data).insert(edit.index, edit.value)


def _move(data: dict[str, Any], edit: Edit) -> None:
    blocks = _blocks(data)
    moved = blocks.pop(_at(blocks, edit.index))
    blocks.insert(edit.to, moved)


def _copy(data: dict[str, Any], edit: Edit) -> None:
    blocks = _blocks(data)
    blocks.insert(edit.index + 1, copy.deepcopy(blocks[_at(blocks, edit.index)]))


def _delete(data: dict[str, Any], edit: Edit) -> None:
    blocks = _blocks(data)
    del blocks[_at(blocks, edit.index)]


def _head(data: dict[str, Any], edit: Edit) -> None:
    if edit.key not in _HEAD or not isinstance(edit.value, (str, type(None))):
        raise RefusedError(WORDS["composer.bad_form"])
    spelt = "sender_identity" if edit.key == SENDER and "sender_identity" in data else edit.key
    if edit.value:
        data[spelt] = edit.value
    else:
        data.pop(spelt, None)


def _variable(data: dict[str, Any], edit: Edit) -> None:
    said = data.get(_file.VARIABLES) or {}
    if not isinstance(said, dict) or not edit.key or not isinstance(edit.value, (dict, type(None))):
        raise RefusedError(WORDS["composer.bad_form"])
    name = edit.name or edit.key
    if as_name(name) is None:
        raise RefusedError(WORDS["composer.bad_variable"])
    if name != edit.key and name in said:
        raise RefusedError(WORDS["composer.known_variable"])
    if edit.value is None:
        said.pop(edit.key, None)
    elif edit.key in said:
        said = {name if key == edit.key else key: edit.value if key == edit.key else each for key, each in said.items()}
    else:
        said[name] = edit.value
    data[_file.VARIABLES] = said
    if not said:
        del data[_file.VARIABLES]


_DATA: Final = {
    "set": _set,
    "add": _add,
    "move": _move,
    "copy": _copy,
    "delete": _delete,
    "head": _head,
    "variable": _variable,
}


# The texts that may say it, the narrowest first


def _tries(lines: Lines, edit: Edit, data: dict[str, Any]) -> Iterator[str]:
    for way in (_by_values, _by_lines, _by_keys):
        try:
            yield from way(lines, edit, data)
        except CannotBeEditedError:
            continue
    if "#" not in lines.text:
        yield as_yaml(data)


def _by_values(lines: Lines, _: Edit, data: dict[str, Any]) -> Iterator[str]:
    yield from lines.with_values("", lines.source.data, data)


def _by_lines(lines: Lines, edit: Edit, data: dict[str, Any]) -> Iterator[str]:
    """Yield the text with the lines of one block written anew, or brought elsewhere."""
    old = (lines.source.data or {}).get(_file.BLOCKS)
    if edit.do in ("head", "variable") or not old:
        return
    pointer = f"/{_file.BLOCKS}"
    chunks = lines.chunks(pointer, len(old))
    indent = lines.indent(f"{pointer}/0")
    at = min(edit.index, len(old) - 1)
    before, first, last = chunks[at]
    new = data[_file.BLOCKS]
    match edit.do:
        case "set":
            yield lines.replaced(first, last, entry_lines(edit.value, indent))
        case "add" if edit.index < len(old):
            yield lines.replaced(before, before - 1, entry_lines(edit.value, indent))
        case "add":
            yield lines.replaced(last + 1, last, entry_lines(edit.value, indent))
        case "copy":
            yield lines.replaced(last + 1, last, lines.between(first, last))
        case "delete" if new:
            yield lines.replaced(first, last, [])
        case "move":
            order = [lines.between(start, end) for start, _, end in chunks]
            order.insert(edit.to, order.pop(at))
            yield lines.replaced(chunks[0][0], chunks[-1][2], [line for each in order for line in each])


def _by_keys(lines: Lines, edit: Edit, data: dict[str, Any]) -> Iterator[str]:
    """Yield the text with one variable written anew, or one key at its top."""
    old = lines.source.data or {}
    if edit.do == "variable" and (said := old.get(_file.VARIABLES)):
        yield _with_variable(lines, edit, list(said))
    for key in {*data, *old}:
        if (key in data, data.get(key)) != (key in old, old.get(key)):
            yield _with_key(lines, key, data, old)


def _with_variable(lines: Lines, edit: Edit, names: list[str]) -> str:
    is_there = edit.key in names
    pointer = f"/{_file.VARIABLES}/{edit.key if is_there else names[-1]}"
    first, last = lines.source.key_line(pointer), lines.source.lines(pointer)[1]
    (line,) = lines.between(first, first)
    indent = line[: len(line) - len(line.lstrip())]
    new = [] if edit.value is None else key_lines(edit.name or edit.key, edit.value, indent)
    return lines.replaced(first if is_there else last + 1, last, new)


def _with_key(lines: Lines, key: str, data: dict[str, Any], old: dict[str, Any]) -> str:
    """Return the text with a key at its top: where it was; else what is said of the file above, and all else below."""
    new = key_lines(key, data[key]) if key in data else []
    if key in old:
        return lines.replaced(lines.source.key_line(f"/{key}"), lines.source.lines(f"/{key}")[1], new)
    if not old:
        return "\n".join([*([lines.text.rstrip("\n")] if lines.text.strip() else []), *new, ""])
    if key == _file.VARIABLES and _file.DESCRIPTION in old:
        first = lines.source.lines(f"/{_file.DESCRIPTION}")[1] + 1
    elif key in (_file.VARIABLES, _file.DESCRIPTION):
        first = min(lines.source.key_line(f"/{each}") for each in old)
    else:
        first = max(lines.source.lines(f"/{each}")[1] for each in old) + 1
    return lines.replaced(first, first - 1, new)


def _renamed(text: str, old: str, new: str) -> str:
    """Return a text in which the placeholders of a variable have its new name."""
    return re.sub(r"\$\{" + re.escape(old) + r"\}", lambda _: "${" + new + "}", text)


def _edit(_: Site, asked: Asked) -> Response:
    text, language, edit = text_of(asked.form), language_of(asked.form), _edit_of(asked)
    made = edited(text, language, edit)
    if edit.do == "variable" and edit.name and edit.name != edit.key and edit.value is not None:
        made = _renamed(made, edit.key, edit.name)
    return JsonAnswer({"text": made})


DOORS = (Door("POST", "/compose/edit", _edit),)
