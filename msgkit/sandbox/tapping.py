"""What there is to tap in a rich message, and whether a tap still does something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from attrs import field, frozen

from msgkit.sandbox.answers import json_pointer
from msgkit.sandbox.history import Entry

#: What opens a page or a mini program.
JUMPS = frozenset({"ACTION_TYPE_JUMP_URL", "ACTION_TYPE_JUMP_MINI_PROGRAM"})

TapState = Literal["open", "expired", "used", "inert"]


@frozen
class Limit:
    """Until when, and how often, something can be tapped: an ``invalid_info`` of the wire.

    Attributes:
        expires: Until when; None where that is not said.
        once: Whether for one tap only: ``multi_clickable`` is false. Unset or true it is for as many as one likes.
        block: The block that it holds for, counted from 0.
        part: The part of the block that it holds for; None for the block as a whole.
    """

    expires: datetime | None
    once: bool
    block: int
    part: int | None

    def is_over(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires is not None and self.expires <= now

    def is_used_up(self, taps: Iterable[tuple[int, int]]) -> bool:
        """Whether it was for one tap, and there was one."""
        return self.once and any(block == self.block and self.part in (None, part) for block, part in taps)


@frozen
class Spot:
    """A place of a message that can be tapped on: a button, a question or a link.

    Attributes:
        block: Its block, counted from 0.
        part: Which one of the block's it is, counted from 0.
        pointer: JSON Pointer of it within the message.
        number: Of a question, its number as the customer sees it, from 1; None of anything else.
        text: What the customer reads on it.
        action: What a tap does, as it is on the wire.
        limits: Its own one, and that of its block.
    """

    block: int
    part: int
    pointer: str
    number: int | None
    text: str
    action: Mapping[str, Any]
    limits: tuple[Limit, ...]

    @property
    def action_id(self) -> str | None:
        """The merchant's own id of the action; None where it has none."""
        found = self.action.get("action_id")
        return found if isinstance(found, str) else None

    @property
    def content(self) -> str | None:
        """What a tap sends as the customer's words; None where it leads elsewhere."""
        if self.action.get("action_type") != "ACTION_TYPE_SEND_MESSAGE":
            return None
        return text_at(object_at(self.action, "message_info"), "content")

    @property
    def is_jump(self) -> bool:
        """Whether a tap opens a page or a mini program."""
        return self.action.get("action_type") in JUMPS

    def state(self, taps: Iterable[tuple[int, int]], now: datetime) -> TapState:
        """What a tap on it would come to.

        Args:
            taps: Where the message was tapped, block and part.
            now: The moment that it is.
        """
        if not self.action:
            return "inert"
        for limit in self.limits:
            if limit.is_over(now):
                return "expired"
            if limit.is_used_up(taps):
                return "used"
        return "open"

    @property
    def shown(self) -> str:
        """It, as the customer sees it."""
        if self.number is not None:
            return f"{self.number}. {self.text}"
        return f"[{self.text} ↗]" if self.is_jump else f"[{self.text}]"

    @property
    def click(self) -> dict[str, str]:
        """What a ``click_message`` says of a tap on it, but for where it was."""
        told = {"message_content": self.content, "action_id": self.action_id}
        return {name: value for name, value in told.items() if value is not None}


@frozen
class Tappable:
    """A button, a question or a link of a rich message, and what a tap on it would come to now.

    Attributes:
        pointer: JSON Pointer (RFC 6901) of it within the message: ``/blocks/5/button``, ``/blocks/3/link``,
            ``/blocks/4/faq_list/faqs/1``, ``/blocks/6/button_group/buttons/0``.
        text: What the customer reads on it.
        state: ``open``: it can be tapped. ``expired``: its ``expired_time`` is over by the sandbox's clock. ``used``:
            it was tapped and is for one tap (``multi_clickable`` is false). ``inert``: it has no action.
        action_type: What a tap does, in the words of WeChat Pay; None where the message does not say.
        action_id: The merchant's own id of the action; None where it has none.
        content: What a tap sends as the customer's words; None where it leads elsewhere.
        url: The page that it opens; None of anything else.
        appid: The mini program that it opens; None of anything else.
        path: The page of that mini program; None where none is said.
    """

    pointer: str
    text: str = field(repr=False)
    state: TapState
    action_type: str | None
    action_id: str | None = field(repr=False)
    content: str | None = field(repr=False)
    url: str | None = field(repr=False)
    appid: str | None = field(repr=False)
    path: str | None = field(repr=False)


def tappables(entry: Entry, entries: Iterable[Entry], now: datetime) -> tuple[Tappable, ...]:
    """What there is to tap in an entry's message, from top to bottom, as it stands now.

    Args:
        entry: The entry; one without a message has nothing.
        entries: Those in which taps on it may be told.
        now: The moment that it is.
    """
    taps = taps_on(entry, entries)
    return tuple(_tappable(spot, spot.state(taps, now)) for spot in spots(entry.normal_message))


def _tappable(spot: Spot, state: TapState) -> Tappable:
    program = object_at(spot.action, "mini_program_jump_info")
    return Tappable(
        spot.pointer,
        spot.text,
        state,
        text_at(spot.action, "action_type") or None,
        spot.action_id,
        spot.content,
        text_at(spot.action, "jump_url") or None,
        text_at(program, "appid") or None,
        text_at(program, "path") or None,
    )


def spots(message: object) -> Iterator[Spot]:
    """Where a message can be tapped, from top to bottom; what makes no sense is passed over."""
    for number, block in enumerate(blocks_of(message)):
        yield from spots_of(number, block)


def spots_of(number: int, block: Mapping[str, Any]) -> Iterator[Spot]:
    """Where a block can be tapped.

    Args:
        number: Which one of the message it is, counted from 0.
        block: The block, as it is on the wire.
    """
    kind = text_at(block, "type")
    payload = object_at(block, kind.lower())
    pointer = json_pointer("blocks", number, kind.lower())
    match kind:
        case "BUTTON" | "LINK":
            yield _spot((number, 0), pointer, payload, "text", _limits(payload, number, None))
        case "FAQ_LIST":
            for part, faq in enumerate(objects_at(payload, "faqs")):
                yield _spot((number, part), f"{pointer}/faqs/{part}", faq, "faq_title", (), part + 1)
        case "BUTTON_GROUP":
            shared = _limits(payload, number, None)
            for part, button in enumerate(objects_at(payload, "buttons")):
                limits = (*_limits(button, number, part), *shared)
                yield _spot((number, part), f"{pointer}/buttons/{part}", button, "text", limits)


def _spot(  # noqa: PLR0913, PLR0917 - what a spot is made of
    place: tuple[int, int],
    pointer: str,
    given: Mapping[str, Any],
    label: str,
    limits: tuple[Limit, ...],
    number: int | None = None,
) -> Spot:
    return Spot(*place, pointer, number, text_at(given, label), object_at(given, "action"), limits)


def taps_on(entry: Entry, entries: Iterable[Entry]) -> list[tuple[int, int]]:
    """Where a message was tapped, block and part, in order.

    Args:
        entry: The entry with the message.
        entries: Those in which taps may be told.
    """
    found = [tapped_in(entry, tap) for tap in entries if (click_of(tap) or {}).get("clicked_log_id") == entry.log_id]
    return [(one.block, one.part) for one in found if one is not None]


def tapped_in(entry: Entry, tap: Entry) -> Spot | None:
    """What in an entry's message a tap was on; by what it says where a test has written it by hand."""
    for one in spots(entry.normal_message):
        if (one.block, one.part) == tap.tapped or (tap.tapped is None and _says(tap, one)):
            return one
    return None


def _says(tap: Entry, one: Spot) -> bool:
    told = click_of(tap) or {}
    return one.click == {name: told[name] for name in ("message_content", "action_id") if name in told}


def click_of(entry: Entry) -> Mapping[str, Any] | None:
    """What an entry says of a tap; None where it tells of none."""
    return entry.click_message if isinstance(entry.click_message, Mapping) else None


def _limits(payload: Mapping[str, Any], block: int, part: int | None) -> tuple[Limit, ...]:
    info = object_at(payload, "invalid_info")
    try:
        expires = datetime.fromisoformat(text_at(info, "expired_time").upper())
    except ValueError:
        expires = None
    if expires is not None and expires.tzinfo is None:
        expires = None
    once = info.get("multi_clickable") is False
    return () if expires is None and not once else (Limit(expires, once, block, part),)


def blocks_of(message: object) -> list[Mapping[str, Any]]:
    """The blocks of a message, whatever a test has put there."""
    return objects_at(message, "blocks")


def objects_at(parent: object, key: str) -> list[Mapping[str, Any]]:
    """The objects of a list; what is none counts as one without anything, so that each keeps its place."""
    found = parent.get(key) if isinstance(parent, Mapping) else None
    return [one if isinstance(one, Mapping) else {} for one in found] if isinstance(found, list) else []


def object_at(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object under a key; an empty one where there is none."""
    found = parent.get(key)
    return found if isinstance(found, Mapping) else {}


def text_at(parent: Mapping[str, Any], key: str) -> str:
    """The text under a key; an empty one where there is none."""
    found = parent.get(key)
    return found if isinstance(found, str) else ""
