"""From the wire's JSON to the short form; what that cannot say stays in the wire's form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgkit._placeholders import escaped
from msgkit._short.words import (
    ACTION,
    ACTION_ID,
    BY_CLASS,
    CUSTOM_DATA,
    EXPIRES,
    INVALID_INFO,
    ONCE,
    SENDER,
    TARGETS,
    Word,
)
from msgkit._wire.shape import TAGGED, Member, shape_of
from msgkit.enums import SenderIdentity

_BLOCKS, _ACTIONS = TAGGED
_SENDER_IDENTITY = Member(SenderIdentity)
_TARGET_OF = {shape_of(cls).word: target for target, (cls, _) in TARGETS.items()}


class _CannotBeSaidError(Exception):
    """The short form has no words for it."""


def shorten_message(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the short form of a message in the wire's form, whose texts are what they say and no template's."""
    plain: dict[str, Any] = _escaped(data)
    found: dict[str, Any] = {"blocks": [shorten(block) for block in plain.get("blocks", ())]}
    if "sender_identity" in plain:
        found[SENDER] = sender(plain["sender_identity"])
    if CUSTOM_DATA in plain:
        found[CUSTOM_DATA] = plain[CUSTOM_DATA]
    return found


def sender(identity: str) -> str:
    """Return the short name of who writes a message; a word of the platform that is none of ours stays as it is."""
    try:
        return _short_of(identity, _SENDER_IDENTITY)
    except _CannotBeSaidError:
        return identity


def shorten(block: Mapping[str, Any], expiries: Mapping[str, str] = {}) -> dict[str, Any]:
    """Return the short form of a block in the wire's form.

    Args:
        block: The block, its texts as a template has them.
        expiries: How its expiries are written that are known when it is rendered, by the JSON Pointers of their
            ``invalid_info``.
    """
    word = BY_CLASS.get(_BLOCKS.words.get(block.get(_BLOCKS.tag, ""), object))
    if word is None:
        return dict(block)
    key = shape_of(word.cls).payload_key or ""
    try:
        return _entry(word, block[key], expiries, f"/{key}")
    except _CannotBeSaidError:
        return dict(block)


def _entry(word: Word, payload: Mapping[str, Any], expiries: Mapping[str, str], wire: str) -> dict[str, Any]:
    value = payload[word.field]
    if word.item is not None:
        there = f"{wire}/{word.field}"
        value = [_item(word.item, each, expiries, f"{there}/{index}") for index, each in enumerate(value)]
    found: dict[str, Any] = {word.main: value}
    for short, field in word.keys.items():
        if field.name in payload:
            kind = field.kind
            value = payload[field.name]
            found[short] = _short_of(value, kind) if isinstance(kind, Member) else value
    if word.acts:
        found |= _action(word, payload[ACTION], payload[word.field])
    if INVALID_INFO in payload or f"{wire}/{INVALID_INFO}" in expiries:
        found |= _limits(payload.get(INVALID_INFO, {}), expiries.get(f"{wire}/{INVALID_INFO}"))
    return found


def _item(word: Word, payload: Mapping[str, Any], expiries: Mapping[str, str], wire: str) -> Any:
    entry = _entry(word, payload, expiries, wire)
    return entry[word.main] if entry.keys() == {word.main} else entry


def _action(word: Word, action: Mapping[str, Any], own: str) -> dict[str, Any]:
    target = _TARGET_OF.get(action[_ACTIONS.tag])
    if target is None:
        raise _CannotBeSaidError
    cls, field = TARGETS[target]
    shape = shape_of(cls)
    inside = action[shape.payload_key] if shape.payload_key else action
    found: dict[str, Any] = {}
    if target == "send":
        if word.must_act or inside[field] != own:
            found[target] = inside[field]
        found |= {CUSTOM_DATA: inside[CUSTOM_DATA]} if CUSTOM_DATA in inside else {}
    elif shape.payload_key and inside.keys() != {field}:
        found[target] = dict(inside)
    else:
        found[target] = inside[field]
    return found | ({ACTION_ID: action[ACTION_ID]} if ACTION_ID in action else {})


def _limits(info: Mapping[str, Any], expiry: str | None) -> dict[str, Any]:
    found = {EXPIRES: info["expired_time"]} if "expired_time" in info else {}
    if expiry is not None:
        found[EXPIRES] = expiry
    if ONCE in info:
        found[ONCE] = info[ONCE]
    if not found:
        raise _CannotBeSaidError  # it is there, and says nothing
    return found


def _short_of(value: str, kind: Member) -> str:
    """Return the short name of an enum's member, in small letters."""
    for member in kind.enum:
        if member.value == value:
            return member.name.lower()
    raise _CannotBeSaidError


def _escaped(value: Any) -> Any:
    """Return JSON in which each dollar of a text is one in a template too."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, Mapping):
        return {key: _escaped(each) for key, each in value.items()}
    return [_escaped(each) for each in value] if isinstance(value, list) else value
