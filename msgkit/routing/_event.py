"""`Event`: what a handler hears of; and what a look at a complaint found, from which events are made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

import attrs

from msgkit import _fields
from msgkit._action_data import ActionData
from msgkit.actions import Action, SendMessage
from msgkit.complaints import Click, Complaint, HistoryEntry, OperateType
from msgkit.message import Message
from msgkit.routing._records import digest

_LONGEST_CONTENT = 1024  # characters that a click record shows of what was sent (查询投诉单协商历史)


@attrs.frozen(kw_only=True)
class Event:
    """Something that happened to a complaint: an entry of its history.

    ``repr`` shows nobody's words.

    Attributes:
        complaint: The complaint, as it was when its history was read.
        entry: The entry.
        message: The message that was tapped; None where nothing was, or where that is not certain.
        custom_data: What the tapped button carried; None likewise.
        data: The `ActionData` of the tap, of the class that its handler asked for.
        match: What matched the pattern that the handler of a message asked for.
    """

    complaint: Complaint
    entry: HistoryEntry
    message: Message | None = attrs.field(default=None, repr=False)
    custom_data: str | None = attrs.field(default=None, repr=_fields.masked)
    data: ActionData | None = None
    match: re.Match[str] | None = attrs.field(default=None, repr=False)

    @property
    def complaint_id(self) -> str:
        """The complaint's id."""
        return self.complaint.complaint_id

    @property
    def log_id(self) -> str:
        """The entry's serial number."""
        return self.entry.log_id

    @property
    def operate_type(self) -> OperateType | str:
        """What was done."""
        return self.entry.operate_type

    @property
    def operate_time(self) -> datetime:
        """When."""
        return self.entry.operate_time

    @property
    def continued(self) -> bool:
        """Whether the customer complained once more: ``USER_CONTINUE_COMPLAINT``."""
        return self.entry.operate_type == OperateType.USER_CONTINUE_COMPLAINT

    @property
    def action_id(self) -> str | None:
        """The ``action_id`` of a tap; None where there is none."""
        return None if self.entry.click is None else self.entry.click.action_id

    @property
    def text(self) -> str:
        """What the customer said: the words of the entry, or of the complaint, or what a tap sent; may be empty."""
        if self.entry.click is not None:
            return self.entry.click.message_content or ""
        if self.entry.operate_type == OperateType.USER_CREATE_COMPLAINT:
            return self.entry.operate_details or self.complaint.complaint_detail
        return self.entry.operate_details or ""


@attrs.frozen
class Look:
    """A complaint and its history, as they were at one moment.

    Attributes:
        complaint: The complaint.
        entries: Its history, the oldest first.
        began: When it was begun to be read, in seconds by the inbox's clock.
        sent_before: How many plain replies the inbox knows to have been sent before, by the digest of their text.
        sent_since: How many were sent since, likewise.
    """

    complaint: Complaint
    entries: tuple[HistoryEntry, ...]
    began: float
    sent_before: Counter[str | None] = attrs.field(factory=Counter)
    sent_since: Counter[str | None] = attrs.field(factory=Counter)

    @cached_property
    def shown(self) -> Counter[str]:
        """How many of the merchant's plain replies the history has, by the digest of their text."""
        return plain_replies(self.entries)

    def event(self, log_id: str | None) -> Event | None:
        """Return what an entry tells; None where there is no such entry (any more)."""
        entry = next((each for each in self.entries if each.log_id == log_id), None)
        if entry is None:
            return None
        message, custom_data = (None, None) if entry.click is None else tapped(entry.click, self.entries)
        return Event(complaint=self.complaint, entry=entry, message=message, custom_data=custom_data)


def plain_replies(entries: Iterable[HistoryEntry]) -> Counter[str]:
    """Return how many of the merchant's plain replies a history has, by the digest of their text."""
    return Counter(
        digest(entry.operate_details or "")
        for entry in entries
        if entry.operate_type == OperateType.MERCHANT_RESPONSE and entry.message is None
    )


def in_order(entries: Sequence[HistoryEntry]) -> tuple[HistoryEntry, ...]:
    """Return a history with the oldest entry first.

    Which way round the platform lists it is read from its times; where all are the same, from where it begins.
    Entries of one second stay in the platform's order.
    """
    first, last = (entries[0], entries[-1]) if entries else (None, None)
    if first is None or last is None:
        return ()
    ends_with_begin = last.operate_type == OperateType.USER_CREATE_COMPLAINT
    is_reversed = (first.operate_time, ends_with_begin) > (last.operate_time, False)
    return tuple(sorted(reversed(entries) if is_reversed else entries, key=lambda each: each.operate_time))


def tapped(click: Click, entries: Sequence[HistoryEntry]) -> tuple[Message | None, str | None]:
    """Find in a history what was tapped.

    Returns:
        The message that it stood in, and the ``custom_data`` that it carried: each None where there are none, or
        several that differ.
    """
    shown: Mapping[str, Message] = {each.log_id: each.message for each in entries if each.message is not None}
    named = shown.get(click.clicked_log_id or "")
    messages = list(shown.values()) if named is None else [named]
    found = [(message, action) for message in messages for _, action in message.actions() if _is_of(click, action)]
    carried = {action.custom_data for _, action in found if isinstance(action, SendMessage)}
    return (
        named if named is not None else _only([message for message, _ in found]),
        carried.pop() if len(carried) == 1 else None,
    )


def _is_of(click: Click, action: Action) -> bool:
    """Tell whether a tap on something that does this is written so."""
    if (getattr(action, "action_id", None) or None) != (click.action_id or None):
        return False
    if not isinstance(action, SendMessage) or click.message_content is None:
        return True
    return action.content[:_LONGEST_CONTENT] == click.message_content[:_LONGEST_CONTENT]


def _only(messages: Sequence[Message]) -> Message | None:
    return messages[0] if messages and all(each == messages[0] for each in messages) else None
