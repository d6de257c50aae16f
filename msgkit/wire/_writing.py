"""From classes to JSON: the hooks that write, leaving out what was not set."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
from cattrs import Converter
from cattrs.fns import identity
from cattrs.gen import make_dict_unstructure_fn, override

from msgkit.actions import Action, JumpUrl, UnknownAction
from msgkit.blocks import Block, Button, Faq, UnknownBlock
from msgkit.wire._shape import ACTION_KEYS, ACTIONS, BLOCKS, ENUMS, optional_part

Writer = Callable[[Any], Any]


def configure(converter: Converter) -> None:
    """Teach a converter to write."""

    def writes(target: Any, hook: Writer) -> None:
        converter.register_unstructure_hook_func(lambda t: t == target, hook)

    converter.register_unstructure_hook_factory(attrs.has, lambda cls: _class_writer(cls, converter))
    converter.register_unstructure_hook_factory(
        lambda t: optional_part(t) is not None, lambda t: converter.get_unstructure_hook(optional_part(t))
    )
    for leaf in (str | None, bool | None):
        writes(leaf, identity)
    for enum in ENUMS:
        writes(enum | str | None, str)  # a member's value, as a plain string
    writes(tuple[str, ...], list)
    writes(datetime | None, datetime.isoformat)
    writes(Action, _action_writer(converter))
    writes(tuple[Faq, ...], _list_writer(converter.get_unstructure_hook(Faq)))
    writes(tuple[Button, ...], _list_writer(converter.get_unstructure_hook(Button)))
    writes(tuple[Block, ...], _list_writer(_block_writer(converter)))


def _verbatim_again(unknown: UnknownBlock | UnknownAction) -> Any:
    return json.loads(unknown.json)


def _class_writer(cls: type, converter: Converter, **more: Any) -> Callable[[Any], dict[str, Any]]:
    """Return a function that writes an attrs instance with cattrs, leaving out what was not set."""
    overrides: dict[str, Any] = {
        field.name: override(omit_if_default=not field.metadata.get("always_sent")) for field in attrs.fields(cls)
    }
    return make_dict_unstructure_fn(cls, converter, **(overrides | more))


def _block_writer(converter: Converter) -> Callable[[Any], dict[str, Any]]:
    writers = {cls: (kind, kind.lower(), converter.get_unstructure_hook(cls)) for kind, cls in BLOCKS.items()}

    def unstructure(block: Any) -> dict[str, Any]:
        if block.__class__ is UnknownBlock:
            return _verbatim_again(block)  # type: ignore[no-any-return]
        kind, key, payload = writers[block.__class__]
        return {"type": kind, key: payload(block)}

    return unstructure


def _payload_writer(cls: type, converter: Converter) -> Writer:
    """Return a function that writes what of an action stands under its payload's key."""
    if cls is JumpUrl:
        return operator.attrgetter("jump_url")
    return _class_writer(cls, converter, action_id=override(omit=True))


def _action_writer(converter: Converter) -> Callable[[Any], dict[str, Any]]:
    writers = {cls: (kind, ACTION_KEYS[cls], _payload_writer(cls, converter)) for kind, cls in ACTIONS.items()}

    def unstructure(action: Any) -> dict[str, Any]:
        if action.__class__ is UnknownAction:
            return _verbatim_again(action)  # type: ignore[no-any-return]
        kind, key, payload = writers[action.__class__]
        written = {"action_type": kind, key: payload(action)}
        if action.action_id is not None:
            written["action_id"] = action.action_id
        return written

    return unstructure


def _list_writer(item: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda items: [item(each) for each in items]
