"""The shape of the JSON, as tables: which class stands under which key, and what lies in what."""

from __future__ import annotations

from collections.abc import Iterable
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
from msgkit.enums import ButtonLayout, ImageStyle, SenderIdentity, TextColor
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
ENUMS = (TextColor, ImageStyle, ButtonLayout, SenderIdentity)
"""The enums of fields; those of `BLOCKS` and `ACTIONS` stand in no field of ours."""

_UNKNOWN: dict[type, str] = {UnknownBlock: "a block", UnknownAction: "an action"}

# Parts in parts, in the order in which a reader meets them.
_NESTED: dict[type, tuple[str, ...]] = {
    Link: ("action", "invalid_info"),
    FaqList: ("faqs",),
    Faq: ("action",),
    Button: ("action", "invalid_info"),
    ButtonGroup: ("buttons", "invalid_info"),
}


def walk(blocks: Iterable[Block]) -> list[tuple[str, Part]]:
    """Return everything that a message is made of, in document order.

    Returns:
        Each part after the JSON Pointer under which its fields stand, e.g. ``/blocks/0/button/action``.
    """
    found: list[tuple[str, Part]] = []
    for index, block in enumerate(blocks):
        _walk(block, item_pointer(block, "/blocks", index), found)
    return found


def _walk(part: Any, pointer: str, found: list[tuple[str, Part]]) -> None:
    found.append((pointer, part))
    for name in _NESTED.get(part.__class__, ()):
        inner = getattr(part, name)
        if inner.__class__ is tuple:
            for index, item in enumerate(inner):
                _walk(item, f"{pointer}/{name}/{index}", found)
        elif inner is not None:
            _walk(inner, f"{pointer}/{name}", found)


def is_sound(part: Any) -> bool:
    """Tell whether `problems` would find nothing in a part and in all that lies in it, in as few steps as it takes."""
    cls = part.__class__
    if cls in _UNKNOWN or not rules.kept(part):
        return False
    for name in _NESTED.get(cls, ()):
        inner = getattr(part, name)
        if inner.__class__ is tuple:
            if not all(map(is_sound, inner)):
                return False
        elif inner is not None and not is_sound(inner):
            return False
    return True


def problems(part: Any) -> list[Problem]:
    """Run the rules of a part that was read generously, as if it were made now."""
    cls = part.__class__
    if cls in _UNKNOWN:
        return [Problem("", f"is {_UNKNOWN[cls]} of a type that msgkit cannot send", part)]
    return place(rules.problems(part, cls), cls)


def place(found: Iterable[Problem], cls: type, pointer: str = "") -> list[Problem]:
    """Turn pointers to a class's fields into those of the wire, for a part that stands under `pointer`."""
    return [problem.under(pointer + _payload_of(cls, problem.pointer)) for problem in found]


def field_pointer(cls: type, pointer: str, name: str) -> str:
    """Return the pointer to a field of a part that stands under `pointer`."""
    return f"{pointer}{_payload_of(cls, f'/{name}')}/{name}"


def item_pointer(item: object, pointer: str, index: int) -> str:
    """Return the pointer under which the fields of an item of an array stand."""
    key = BLOCK_KEYS.get(type(item)) if pointer == "/blocks" else None
    return f"{pointer}/{index}/{key}" if key else f"{pointer}/{index}"


def pointer(*keys: object) -> str:
    """Return the JSON Pointer that goes through these keys."""
    return "".join("/" + as_text(key).replace("~", "~0").replace("/", "~1") for key in keys)


def as_text(key: object) -> str:
    """Return a key as text, whatever it is."""
    try:
        return str(key)
    except ValueError:  # a number of more digits than Python writes
        return f"<{type(key).__name__}>"


def _payload_of(cls: type, field: str) -> str:
    """Return what stands between an action and one of its fields, most of which are inside its payload."""
    key = ACTION_KEYS.get(cls, "jump_url")
    return "" if key == "jump_url" or field == "/action_id" else f"/{key}"


def optional_part(target: Any) -> Any:
    """Return our class where a type is "our class or None", and None where it is anything else."""
    match get_args(target):
        case (part, none) if none is NoneType and attrs.has(part):
            return part
    return None
