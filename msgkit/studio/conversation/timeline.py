"""A complaint's conversation as the customer sees it: what was said, the messages as they stand now, what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from attrs import evolve, field, frozen
from markupsafe import Markup

from msgkit.errors import ValidationError
from msgkit.message import Message
from msgkit.preview import Look, as_fragment
from msgkit.reply import Reply
from msgkit.sandbox import Push, ReceivedReply
from msgkit.sandbox.conversation import by_time
from msgkit.sandbox.history import Entry
from msgkit.sandbox.pushes import ACTIONS, TAKEN
from msgkit.sandbox.tapping import Spot, click_of, tapped_in, text_at
from msgkit.studio.conversation import common
from msgkit.studio.conversation.pictures import picture_of
from msgkit.studio.site import Site
from msgkit.studio.words.conversation import WORDS

#: The entries that hold the customer's words.
_OF_CUSTOMER = frozenset({"USER_CREATE_COMPLAINT", "USER_CONTINUE_COMPLAINT", "USER_RESPONSE", "USER_CLICK_RESPONSE"})


@frozen
class Told:
    """What became of telling the merchant.

    Attributes:
        text: It in words.
        kind: How it looks.
    """

    text: str
    kind: Literal["good", "bad", "calm"]


@frozen
class Item:
    """One entry of the conversation.

    Attributes:
        log_id: Its serial number.
        who: Whose it is: ``customer``, ``merchant``, or ``other``: what nobody said.
        moment: When it was, in words.
        done: What was done beside the words, or instead of them; empty where nothing was.
        text: What was said.
        message: The rich message; None of anything else.
        pictures: Those that go with it, as data URIs; None for one that is not there any more.
        told: What became of telling the merchant; None where the platform does not tell of it.
        is_reply: Whether it is a reply of the merchant's.
        is_click: Whether it is a tap.
    """

    log_id: str
    who: Literal["customer", "merchant", "other"]
    moment: str
    done: str = ""
    text: str = field(default="", repr=False)
    message: Markup | None = field(default=None, repr=False)
    pictures: tuple[str | None, ...] = field(default=(), repr=False)
    told: Told | None = None
    is_reply: bool = False
    is_click: bool = False


@frozen
class _Seeing:
    """What entries are seen with.

    Attributes:
        site: The studio.
        entries: All entries, the oldest first.
        messages: Those with a rich message, by their ``log_id``.
        replies: The replies as they were taken, likewise.
        told: The notifications that tell of entries, likewise.
        now: The moment that it is.
        lang: The language of the page.
    """

    site: Site
    entries: Sequence[Entry]
    messages: Mapping[str, Entry]
    replies: Mapping[str, ReceivedReply]
    told: Mapping[str, Push]
    now: datetime
    lang: str


def timeline(site: Site, complaint_id: str, lang: str) -> list[Item]:
    """Return the conversation of a complaint, the oldest entry first."""
    entries = site.sandbox.history(complaint_id)
    pushes = [push for push in site.sandbox.pushes if push.complaint_id == complaint_id]
    told = dict(_pushed(entries, pushes))
    ordered = by_time(entries)
    messages = {entry.log_id: entry for entry in ordered if entry.normal_message is not None}
    replies = {reply.log_id: reply for reply in site.sandbox.replies if reply.complaint_id == complaint_id}
    seeing = _Seeing(site, ordered, messages, replies, told, site.sandbox.now, lang)
    return [_item(seeing, entry) for entry in ordered]


def _pushed(entries: Sequence[Entry], pushes: Sequence[Push]) -> Iterator[tuple[str, Push]]:
    """Pair entries with the notifications that tell of them, both in the order in which they were made.

    From the end: a complaint that the sandbox began with may have no notification of its own.
    """
    left = list(pushes)
    for entry in reversed(entries):
        action = ACTIONS.get(entry.operate_type)
        if action is not None and left and left[-1].action_type == action:
            yield entry.log_id, left.pop()


def _item(seeing: _Seeing, entry: Entry) -> Item:
    click = click_of(entry)
    spot = None if click is None else _spot(entry, seeing.messages.get(text_at(click, "clicked_log_id")))
    return Item(
        entry.log_id,
        _who(entry),
        common.said_moment(entry.operate_time, seeing.lang),
        _done(entry, spot, seeing.lang),
        entry.operate_details if click is None else text_at(click, "message_content"),
        _message(seeing, entry),
        tuple(picture_of(seeing.site, address) for address in entry.image_list),
        _told(seeing, entry) if entry.operate_type in ACTIONS else None,
        is_reply=entry.operate_type == "MERCHANT_RESPONSE",
        is_click=click is not None,
    )


def _who(entry: Entry) -> Literal["customer", "merchant", "other"]:
    if entry.operate_type in _OF_CUSTOMER:
        return "customer"
    return "merchant" if entry.operate_type == "MERCHANT_RESPONSE" else "other"


def _spot(tap: Entry, message: Entry | None) -> Spot | None:
    return None if message is None else tapped_in(message, tap)


def _done(entry: Entry, spot: Spot | None, lang: str) -> str:
    if click_of(entry) is not None:
        if spot is None:
            return WORDS["tapped_something"].text(lang)
        kind = "tapped_jump" if spot.is_jump else "tapped_question" if spot.number is not None else "tapped"
        said = WORDS[kind].text(lang, text=spot.text)
        return said if spot.action_id is None else f"{said} · action_id: {spot.action_id}"
    named = WORDS.get(f"did_{entry.operate_type}")
    return entry.operate_type if named is None else named.text(lang)


def _message(seeing: _Seeing, entry: Entry) -> Markup | None:
    """Return a reply as it stands now; None for anything else, and where it is none that can be read."""
    look = Look(images=seeing.site.picture, now=seeing.now)
    if entry.normal_message is None:
        received = seeing.replies.get(entry.log_id)
        plain: Reply | None = None if received is None else received.reply
        return None if plain is None else as_fragment(plain, look)
    try:
        message = Message.from_dict(entry.normal_message, strict=False)
    except ValidationError:  # a test can put anything there
        return None
    taps = (tapped_in(entry, tap) for tap in seeing.entries if _is_tap_on(tap, entry))
    used = frozenset(spot.pointer for spot in taps if spot is not None)
    return as_fragment(message, evolve(look, used=used))


def _is_tap_on(tap: Entry, entry: Entry) -> bool:
    click: Mapping[str, Any] | None = click_of(tap)
    return click is not None and click.get("clicked_log_id") == entry.log_id


def _told(seeing: _Seeing, entry: Entry) -> Told | None:
    """Say what became of telling the merchant."""
    push, lang = seeing.told.get(entry.log_id), seeing.lang
    if push is None:
        return None
    if not push.attempts:
        return Told(WORDS["telling" if seeing.site.sandbox.notify_url else "nobody_to_tell"].text(lang), "calm")
    if push.is_delivered:
        taken = next(each.status for each in reversed(push.attempts) if each.status in TAKEN)
        return Told(WORDS["notified"].text(lang, status=taken), "good")
    status, tries = push.attempts[-1].status, len(push.attempts)
    if status is None:
        return Told(WORDS["unreached"].text(lang, tries=tries), "bad")
    return Told(WORDS["untaken"].text(lang, status=status, tries=tries), "bad")
