"""Reading what is right, as fast as it goes.

These hooks take only what the careful ones of `_reading` take, and name no problem: where one raises, whatever it
raises, the careful ones are asked, and they say what is wrong or read it after all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, get_args

import attrs
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn

from msgkit.actions import Action
from msgkit.blocks import Block, Button, Faq
from msgkit.wire._reading import Hook, as_is, is_mapping, mapping_reader, read_moment
from msgkit.wire._shape import ACTION_KEYS, ACTIONS, BLOCKS, ENUMS, optional_part


class _RefusalError(Exception):
    """Something that the careful hooks must look at."""


def configure(converter: Converter) -> None:
    """Teach a converter to read strictly."""

    def reads(target: Any, hook: Hook) -> None:
        converter.register_structure_hook_func(lambda t: t == target, hook)

    converter.register_structure_hook_factory(attrs.has, lambda cls: _class_reader(cls, converter))
    converter.register_structure_hook_factory(
        lambda t: optional_part(t) is not None, lambda t: converter.get_structure_hook(optional_part(t))
    )
    converter.register_structure_hook_factory(
        is_mapping, lambda t: mapping_reader(converter.get_structure_hook(get_args(t)[1]))
    )
    converter.register_structure_hook(str, as_is)
    for leaf in (str | None, bool | None):
        reads(leaf, _set)
    for enum in ENUMS:
        reads(enum | str | None, _member_reader(enum))
    reads(datetime | None, read_moment)
    reads(Action, _action_reader(converter))
    reads(tuple[str, ...], _list_reader(as_is))
    reads(tuple[Faq, ...], _list_reader(converter.get_structure_hook(Faq)))
    reads(tuple[Button, ...], _list_reader(converter.get_structure_hook(Button)))
    reads(tuple[Block, ...], _list_reader(_block_reader(converter), at_least=1))


def _set(value: Any, _: Any) -> Any:
    if value is None:
        raise _RefusalError
    return value


def _member_reader(enum: type[StrEnum]) -> Hook:
    members = {member.value: member for member in enum}
    return lambda value, _: members[value]


def _list_reader(item: Hook, *, at_least: int = 0) -> Hook:
    def structure(value: Any, _: Any) -> tuple[Any, ...]:
        if value.__class__ is not list or len(value) < at_least:
            raise _RefusalError
        return tuple([item(each, None) for each in value])

    return structure


def _class_reader(cls: type, converter: Converter) -> Callable[[Any, Any], Any]:
    generated: Callable[..., Any] = make_dict_structure_fn(cls, converter)
    required = [f.name for f in attrs.fields(cls) if f.metadata.get("always_sent")]
    if not required:
        return generated
    (name,) = required

    def structure(value: Any, _: Any) -> Any:
        if name not in value:
            raise _RefusalError
        return generated(value, cls)

    return structure


def _block_reader(converter: Converter) -> Hook:
    readers = {kind: (kind.lower(), converter.get_structure_hook(cls)) for kind, cls in BLOCKS.items()}

    def structure(value: Any, _: Any) -> Any:
        key, hook = readers[value["type"]]
        if len(value) != 2:  # noqa: PLR2004 - the type and its payload
            raise _RefusalError
        return hook(value[key], None)

    return structure


def _action_reader(converter: Converter) -> Hook:
    readers = {kind: (ACTION_KEYS[cls], converter.get_structure_hook(cls)) for kind, cls in ACTIONS.items()}

    def structure(value: Any, _: Any) -> Any:
        key, hook = readers[value["action_type"]]
        payload = value[key]
        flat = {key: payload} if key == "jump_url" else payload
        if len(value) == 3:  # noqa: PLR2004 - the type, its payload and the id
            if "action_id" in flat:
                raise _RefusalError
            flat = {**flat, "action_id": value["action_id"]}
        elif len(value) != 2 or "action_id" in flat:  # noqa: PLR2004
            raise _RefusalError
        return hook(flat, None)

    return structure
