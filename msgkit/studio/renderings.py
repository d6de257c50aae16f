"""The templates' messages as markup, each made once for as long as nothing about it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal
from weakref import WeakKeyDictionary

import attrs
from markupsafe import Markup

from msgkit.preview import Look, as_fragment
from msgkit.studio.entries import Entry

State = Literal["expired", "used"] | None
"""In what state everything is that can be tapped; None for as it is sent."""

STATES: Mapping[str, State] = {"expired": "expired", "used": "used"}
"""The states by what a page calls them; any other word is None."""


@attrs.frozen
class Shown:
    """A message of a template, as the customer sees it.

    Attributes:
        when: Its condition; None where it has none.
        message: The message as markup.
    """

    when: str | None
    message: Markup


class Renderings:
    """Messages as markup: each is made once for as long as its file, and what it includes, stays as it is."""

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[Entry, dict[State, tuple[Shown, ...]]] = WeakKeyDictionary()
        self.count = 0

    def of(self, entry: Entry, state: State) -> tuple[Shown, ...]:
        """Return the messages of a template, in a state."""
        made = self._made.setdefault(entry, {})
        if state not in made:
            self.count += 1
            made[state] = tuple(_shown(entry, state))
        return made[state]


def _shown(entry: Entry, state: State) -> Iterator[Shown]:
    look = Look(state=state)
    if entry.reply is not None:
        yield Shown(None, as_fragment(entry.reply, look))
    if entry.template is None:
        return
    if not entry.template.variants:
        yield Shown(None, as_fragment(entry.template.sample(), look))
    for variant, when in zip(entry.template.variants, entry.template.conditions, strict=True):
        yield Shown(when, as_fragment(variant.sample(), look))
