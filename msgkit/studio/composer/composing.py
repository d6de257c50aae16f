"""What a draft looks like while it is being written: findings, preview, variables, and which lines make what."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import attrs
from starlette.responses import Response

from msgkit import _wire
from msgkit._wire.places import Place
from msgkit.blocks import Button, Faq
from msgkit.message import Message
from msgkit.preview import Look, as_fragment
from msgkit.studio.answers import JsonAnswer
from msgkit.studio.composer import form
from msgkit.studio.composer.draft import Draft, draft_of
from msgkit.studio.composer.slots import Slot, slots, values_of
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.renderings import STATES
from msgkit.studio.site import Site
from msgkit.studio.words import WORDS
from msgkit.templates._filled import Filled, show


@attrs.frozen(eq=False)
class Composed:
    """A draft with its variables filled.

    Attributes:
        draft: The draft.
        slots: Its variables.
        filled: What came of it; None where something is wrong with the text.
    """

    draft: Draft
    slots: tuple[Slot, ...] = ()
    filled: Filled | None = None

    @property
    def can_be_sent(self) -> bool:
        """Whether nothing is wrong with it as it is filled."""
        return self.filled is not None and not self.filled.problems and not any(slot.error for slot in self.slots)

    @property
    def message(self) -> Message | None:
        """The message; None unless it can be sent."""
        return self.filled.message if self.filled is not None and self.can_be_sent else None


def composed(site: Site, asked: Asked) -> Composed:
    """Return the draft that a form holds, filled with its values.

    Raises:
        RefusedError: The form holds none.
    """
    draft, values = draft_of(site, asked.form), values_of(asked.form)
    template = draft.template
    if template is None:
        return Composed(draft)
    filled_in = slots(template, values, asked.lang)
    known = {slot.name: slot.taken for slot in filled_in if slot.taken is not None}
    variant = _number(asked.form.get("variant", ""), max(len(template.variants), 1))
    return Composed(draft, filled_in, show(template, known, variant))


def _number(text: str, below: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and int(text) < below):  # noqa: PLR2004
        raise RefusedError(WORDS["composer.bad_form"])
    return int(text)


def _compose(site: Site, asked: Asked) -> Response:
    made = composed(site, asked)
    draft, filled, lang = made.draft, made.filled, asked.lang
    template = draft.template
    answer: dict[str, Any] = {
        "findings": draft.findings(lang),
        "can_be_sent": made.can_be_sent,
        "slots": None if filled is None else [slot.as_dict(lang) for slot in made.slots],
        "preview": None,
    }
    if filled is not None and template is not None:
        look = Look(site.picture, state=STATES.get(asked.form.get("state", "")))
        answer |= {
            "preview": as_fragment(filled.message, look=look),
            "lines": list(_lines(draft, filled)),
            "variants": list(template.conditions),
            "variant": filled.variant,
            "description": template.description,
            "problems": _told(filled, made.slots, lang),
        }
    if "form" in asked.form:
        answer["form"] = form.model(draft)
    return JsonAnswer(answer)


def _told(filled: Filled, given: tuple[Slot, ...], lang: str) -> list[str]:
    """Return what is wrong with the values, where nothing is missing: that is told at its field."""
    return [] if any(slot.error for slot in given) else [problem.said(lang) for problem in filled.problems]


def _lines(draft: Draft, filled: Filled) -> Iterator[dict[str, Any]]:
    """Yield which lines of the text make what of the message: each block, and each button and question in one."""
    source = draft.source
    assert source is not None  # noqa: S101 - what was filled was read
    lines = functools.cache(source.lines)  # what a list repeats has the same ones
    for pointer in _pointers(filled.message):
        first, last = lines(filled.place(pointer))
        yield {"pointer": pointer, "from": first, "to": last}


def _pointers(message: Message) -> Iterator[str]:
    places: list[Place] = list(_wire.walk(message))
    for place in places:
        pointer = _wire.pointer(place.path)
        if pointer.count("/") == 2 or isinstance(place.part, (Button, Faq)):  # noqa: PLR2004 - /blocks/0
            yield pointer


DOORS = (Door("POST", "/compose", _compose),)
