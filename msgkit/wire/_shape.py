"""The shape of the JSON, as tables: which class stands under which key, and what lies in what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import NoneType
from typing import Any, get_args

import attrs

from msgkit import rules
from msgkit.actions import Action, JumpMiniProgram, JumpUrl, SendMessage, UnknownAction
from msgkit.blocks import (
    Block,
    Button,
    ButtonGroup,
    Faq,
    FaqList,
    Image,
    InvalidInfo,
    Link,
    Text,
    UnknownBlock,
)
from msgkit.errors import Problem

Part = Block | Faq | InvalidInfo | Action
"""Everything that a message is made of."""

BLOCKS: dict[str, type] = {cls.type.value: cls for cls in (Text, Image, Link, FaqList, Button, ButtonGroup)}
ACTIONS: dict[str, type] = {cls.action_type.value: cls for cls in (SendMessage, JumpUrl, JumpMiniProgram)}
BLOCK_KEYS = {cls: kind.lower() for kind, cls in BLOCKS.items()}
ACTION_KEYS: dict[type, str] = {
    SendMessage: "message_info",
    JumpUrl: "jump_url",
    JumpMiniProgram: "mini_program_jump_info",
}
# Parts in parts, in the order in which a reader meets them.
_NESTED: dict[type, tuple[str, ...]] = {
    Link: ("action", "invalid_info"),
    FaqList: ("faqs",),
    Faq: ("action",),
    Button: ("action", "invalid_info"),
    ButtonGroup: ("buttons", "invalid_info"),
}


def walk(blocks: Iterable[Block]) -> Iterator[tuple[str, Part]]:
    """Go through everything that a message is made of, in document order.

    Yields:
        A part, and the JSON Pointer under which its fields stand, e.g. ``/blocks/0/button/action``.
    """
    for index, block in enumerate(blocks):
        key = BLOCK_KEYS.get(type(block))
        yield from _walk(block, f"/blocks/{index}/{key}" if key else f"/blocks/{index}")


def _walk(part: Any, pointer: str) -> Iterator[tuple[str, Part]]:
    yield pointer, part
    for name in _NESTED.get(type(part), ()):
        inner = getattr(part, name)
        if inner.__class__ is tuple:
            for index, item in enumerate(inner):
                yield from _walk(item, f"{pointer}/{name}/{index}")
        elif inner is not None:
            yield from _walk(inner, f"{pointer}/{name}")


def problems(part: Any) -> list[Problem]:
    """Run the rules of a part that was read generously, as if it were made now."""
    if isinstance(part, (UnknownBlock, UnknownAction)):
        kind = type(part).__name__.removeprefix("Unknown").lower()
        return [
            Problem(
                "",
                f"is {'an' if kind == 'action' else 'a'} {kind} of a type that msgkit cannot send",
                part,
            )
        ]
    cls = type(part)
    found = rules.problems(part, cls, [field.name for field in attrs.fields(cls)])
    return into_payload(found, cls)


def into_payload(found: Iterable[Problem], cls: type) -> list[Problem]:
    """Turn pointers to an action's fields into those of the wire, where most fields stand inside its payload."""
    key = ACTION_KEYS.get(cls, "jump_url")
    if key == "jump_url":
        return list(found)
    return [p if p.pointer.startswith("/action_id") else p.under(f"/{key}") for p in found]


def optional_part(target: Any) -> Any:
    """Return our class where a type is "our class or None", and None where it is anything else."""
    match get_args(target):
        case (part, none) if none is NoneType and attrs.has(part):
            return part
    return None
