"""Which templates a page asks for: those of a folder, those with problems, those in which something stands."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import attrs

from msgkit.studio.doors import Asked
from msgkit.studio.entries import Entry
from msgkit.studio.folder import TemplateFolder
from msgkit.studio.renderings import STATES, State
from msgkit.studio.searching import folded, search_of

WRONG = ":wrong"
"""Asks for templates with problems, in the place of a folder; no folder has a colon."""

# What an entry is found by does not change, and it takes longer to make than to search.
_SEARCHED: WeakKeyDictionary[Entry, str] = WeakKeyDictionary()


@attrs.frozen
class Filter:
    """Which cards are asked for, and in which state their messages are shown.

    Attributes:
        within: A folder with its slash, `WRONG`, or the empty string for all.
        words: What each must hold.
        state: The state of what can be tapped.
    """

    within: str
    words: tuple[str, ...]
    state: State

    @classmethod
    def of(cls, asked: Asked) -> Filter:
        """Read what a page asks for."""
        words, state = search_of(asked, "q"), STATES.get(asked.query.get("state", ""))
        return cls(asked.query.get("in", ""), tuple(words), state)

    def lets_through(self, name: str, templates: TemplateFolder) -> bool:
        """Tell whether a template is asked for."""
        if self.within == WRONG:
            entry = templates.seen(name)
            if entry is None or not entry.errors:
                return False
        elif not name.startswith(self.within):
            return False
        return not self.words or self._is_found_in(_searched(name, templates))

    def _is_found_in(self, text: str) -> bool:
        return all(word in text for word in self.words)


def _searched(name: str, templates: TemplateFolder) -> str:
    """Return what a template is found by: of one that was not read yet, what stands in its file."""
    entry = templates.seen(name)
    if entry is None:
        return folded(f"{name}\n{templates.glance(name)}")
    if entry not in _SEARCHED:
        _SEARCHED[entry] = _searched_of(entry)
    return _SEARCHED[entry]


def _searched_of(entry: Entry) -> str:
    parts = [entry.name, entry.says]
    if entry.template is not None:
        parts += [entry.template.description or "", *entry.template.variables]
        parts += (said.description or "" for said in entry.template.declared.values())
    else:
        parts.append(entry.text)
    return folded("\n".join(parts))
