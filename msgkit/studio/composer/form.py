"""A draft as a form: a card for each block and each variable, and for what no form can edit, its lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgkit._short import ENTRIES, SENDER, Word
from msgkit.studio.composer.draft import Draft
from msgkit.templates import _file
from msgkit.templates._declared import KEYS
from msgkit.templates._reading import MAIN
from msgkit.templates._source import Source

_PROGRAM: Final = "mini_program"


def model(draft: Draft) -> dict[str, Any]:
    """Return what the form of a draft shows, as JSON.

    ``kind`` is ``blocks`` where each block is a card; ``whole`` where the file is one that only its text can edit; and
    ``broken`` where the text is no YAML or JSON.
    """
    source = draft.source
    if source is None:
        return {"kind": "broken"}
    data = {} if source.data is None else source.data
    is_short = isinstance(data, dict) and not (data.keys() & {_file.VARIANTS, _file.MESSAGE})
    if not (is_short and isinstance(data.get(_file.BLOCKS) or [], list)):
        return {"kind": "whole"}
    said = data.get(_file.VARIABLES) or {}
    return {
        "kind": "blocks",
        "blocks": [_card(source, index, entry) for index, entry in enumerate(data.get(_file.BLOCKS) or [])],
        "variables": [_variable(name, each) for name, each in said.items()] if isinstance(said, dict) else [],
        SENDER: data.get(SENDER, data.get("sender_identity")),
        _file.DESCRIPTION: data.get(_file.DESCRIPTION),
    }


def _card(source: Source, index: int, entry: Any) -> dict[str, Any]:
    pointer = f"/{_file.BLOCKS}/{index}"
    first, last = source.lines(pointer)
    word = word_of(entry)
    if word is not None:
        return {"kind": word.main, "entry": entry, "from": first, "to": last}
    main = next((key for key in MAIN if isinstance(entry, Mapping) and key in entry), "")
    return {"kind": "source", "main": main, "text": source.written(pointer), "from": first, "to": last}


def word_of(entry: Any) -> Word | None:
    """Return what a block is called that a form can edit; None where it has keys or values that no form has."""
    if not isinstance(entry, Mapping):
        return None
    mains = [key for key in ENTRIES if key in entry]
    if len(mains) != 1 or "type" in entry:
        # Beside a wire block nothing else is one; an item's own text stands below its list.
        return None
    word = ENTRIES[mains[0]]
    if not entry.keys() <= set(word.allowed):
        return None
    if word.item is None:
        return word if all(_fits(key, value) for key, value in entry.items()) else None
    items = entry[word.main]
    is_list = isinstance(items, list) and all(_is_item(each, word.item) for each in items)
    return word if is_list and all(_fits(key, entry[key]) for key in entry if key != word.main) else None


def _is_item(item: Any, word: Word) -> bool:
    if isinstance(item, Mapping):
        is_known = word.main in item and item.keys() <= set(word.allowed)
        return is_known and all(_fits(key, value) for key, value in item.items())
    return isinstance(item, str)


def _fits(key: str, value: Any) -> bool:
    """Tell whether a field can show a value: a text, or yes or no; of a mini program, several texts."""
    if key == _PROGRAM and isinstance(value, Mapping):
        return all(isinstance(each, str) for each in value.values())
    return isinstance(value, (str, bool))


def _variable(name: str, said: Any) -> dict[str, Any]:
    data = {} if said is None else said
    is_fit = isinstance(data, Mapping) and data.keys() <= set(KEYS)
    return {"name": name, "said": data if is_fit else None}
