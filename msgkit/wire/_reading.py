"""From JSON to classes: the hooks that read, with all problems at once and each with its JSON Pointer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from types import SimpleNamespace
from typing import Any, get_args, get_origin

import attrs
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn

from msgkit import rules
from msgkit.actions import Action, UnknownAction
from msgkit.blocks import Block, Button, Faq, UnknownBlock
from msgkit.enums import ActionType, BlockType
from msgkit.errors import Problem, ValidationError
from msgkit.wire._shape import ACTION_KEYS, ACTIONS, BLOCKS, ENUMS, as_text, optional_part, place, pointer

Hook = Callable[[Any, Any], Any]

_MISSING = "is missing"
# Types that JSON has too, or that their class turns into the right one and checks: nothing to be done on the way.
_REQUIRED_LEAVES = (str, tuple[str, ...])
_OPTIONAL_LEAVES = (str | None, bool | None, *(enum | str | None for enum in ENUMS))
_is_rfc3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
).fullmatch


def configure(converter: Converter, *, strict: bool) -> None:
    """Teach a converter to read: strictly what we are about to send, generously what the platform sent."""
    optional = _unless_null if strict else _or_null

    def reads(target: Any, hook: Hook) -> None:
        converter.register_structure_hook_func(lambda t: t == target, hook)

    converter.register_structure_hook_factory(attrs.has, lambda cls: _class_reader(cls, converter))
    converter.register_structure_hook_factory(
        lambda t: optional_part(t) is not None, lambda t: optional(converter.get_structure_hook(optional_part(t)))
    )
    converter.register_structure_hook_factory(
        is_mapping, lambda t: mapping_reader(converter.get_structure_hook(get_args(t)[1]))
    )
    # Not by a predicate: for str, cattrs has a direct hook of its own, which would turn 5 into "5".
    converter.register_structure_hook(str, as_is)
    reads(tuple[str, ...], _list_reader(as_is) if strict else _none_for_null(_list_reader(as_is)))
    for leaf in (str | None, bool | None):
        reads(leaf, optional(as_is))
    for enum in ENUMS:
        reads(enum | str | None, optional(_member_reader(enum) if strict else as_is))
    reads(datetime | None, optional(read_moment))
    reads(Action, _action_reader(converter, strict=strict))
    reads(tuple[Faq, ...], _list_reader(converter.get_structure_hook(Faq)))
    reads(tuple[Button, ...], _list_reader(converter.get_structure_hook(Button)))
    reads(
        tuple[Block, ...],
        _list_reader(_block_reader(converter, strict=strict), at_least_one="block" if strict else None),
    )


def _require_object(value: Any, cls_name: str) -> None:
    if value.__class__ is not dict and not isinstance(value, Mapping):
        raise ValidationError([Problem("", f"must be a JSON object, not {_json_kind(value)}", value)], cls_name)


def _json_kind(value: Any) -> str:
    kinds = {
        str: "a string",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        list: "an array",
        dict: "an object",
    }
    return "null" if value is None else kinds.get(type(value), type(value).__name__)


def as_is(value: Any, _: Any) -> Any:
    """Hook: take what JSON and our class have in the same form."""
    return value


def _unless_null(hook: Hook) -> Hook:
    """Make a strict hook of an optional field: what is not set is left out, since APIv3 allows no null."""

    def structure(value: Any, target: Any) -> Any:
        if value is None:
            raise ValidationError([Problem("", "must not be null; leave the key out")])
        return hook(value, target)

    return structure


def _or_null(hook: Hook) -> Hook:
    """Make a generous hook of an optional field."""

    def structure(value: Any, target: Any) -> Any:
        return None if value is None else hook(value, target)

    return structure


def _none_for_null(hook: Hook) -> Hook:
    """Make a generous hook of an array that may be left out."""

    def structure(value: Any, target: Any) -> Any:
        return () if value is None else hook(value, target)

    return structure


def _member_reader(enum: type[StrEnum]) -> Hook:
    """Return a strict hook that takes an enum's wire values only: short names are for code."""
    values = frozenset(enum.__members__.values())

    def structure(value: Any, _: Any) -> Any:
        if isinstance(value, str) and value not in values:
            raise ValidationError([Problem("", rules.not_a_member(value, enum), value)])
        return value

    return structure


def read_moment(value: Any, _: Any) -> datetime:
    """Hook: read a time in RFC 3339."""
    if isinstance(value, str) and _is_rfc3339(value):
        try:
            return datetime.fromisoformat(value.upper())
        except ValueError:
            pass
    raise ValidationError(
        [
            Problem(
                "",
                "must be a time in RFC 3339 with its zone, e.g. 2015-05-20T13:29:35+08:00",
                value,
            )
        ]
    )


def _list_reader(item: Hook, *, at_least_one: str | None = None) -> Hook:
    """Return a hook that reads an array and reports the problems of all its items.

    Args:
        item: Reads an item.
        at_least_one: What one of it is called, where an empty array is refused.
    """

    def structure(value: Any, _: Any) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise ValidationError([Problem("", f"must be an array, not {_json_kind(value)}", value)])
        if at_least_one and not value:
            raise ValidationError([Problem("", f"must hold at least one {at_least_one}", value)])
        made: list[Any] = []
        found: list[Problem] = []
        for index, each in enumerate(value):
            try:
                made.append(item(each, None))
            except ValidationError as error:
                found += (p.under(f"/{index}") for p in error.problems)
        if found:
            raise ValidationError(found)
        return tuple(made)

    return structure


def is_mapping(target: Any) -> bool:
    """Whether a type is an object with keys of the writer's own."""
    origin: Any = get_origin(target)
    return origin is Mapping


def mapping_reader(item: Hook) -> Hook:
    """Return a hook that reads an object with keys of the writer's own and reports the problems of all its values."""

    def structure(value: Any, _: Any) -> dict[str, Any]:
        _require_object(value, "")
        made: dict[str, Any] = {}
        found: list[Problem] = []
        for key, each in value.items():
            if not isinstance(key, str):
                found.append(Problem(pointer(key), "must have a string as its key"))
                continue
            try:
                made[key] = item(each, None)
            except ValidationError as error:
                found += (p.under(pointer(key)) for p in error.problems)
        if found:
            raise ValidationError(found)
        return made

    return structure


def _class_reader(cls: type, converter: Converter) -> Hook:
    """Return a hook that reads an object into an attrs class with cattrs, and turns cattrs's errors into problems."""
    generated: Callable[..., Any] = make_dict_structure_fn(cls, converter)
    required = [f.name for f in attrs.fields(cls) if f.metadata.get("always_sent")]

    def structure(value: Any, _: Any) -> Any:
        _require_object(value, cls.__name__)
        found: list[Problem] = []
        made = None
        try:
            made = generated(value, cls)
        except ClassValidationError as group:
            found = _explain(group, value, cls)
        found += (_missing(name) for name in required if name not in value)
        if found:
            raise ValidationError(found, cls.__name__)
        return made

    return structure


def _missing(key: str) -> Problem:
    return Problem(pointer(key), _MISSING)


def _explain(group: ClassValidationError, value: Mapping[str, Any], cls: type) -> list[Problem]:
    """Say everything that is wrong with an object that cattrs could not read into a class."""
    found: list[Problem] = []
    failed = set()
    others: list[Problem] = []
    fields, rest = group.group_exceptions()
    for error, note in fields:
        failed.add(note.name)
        if isinstance(error, ValidationError):
            found += (p.under(pointer(note.name)) for p in error.problems)
        else:
            found.append(_missing(note.name))
    for error in rest:
        if isinstance(error, ForbiddenExtraKeysError):
            found += (
                Problem(
                    pointer(key),
                    f"does not belong here; a {cls.__name__} has no such key",
                    value[key],
                )
                for key in sorted(error.extra_fields, key=as_text)
            )
        elif isinstance(error, ValidationError):
            others += error.problems
    # The class reports the first broken rule only, and is not made at all where something else was wrong.
    found += _broken_rules(value, cls, failed)
    return found or others


def _broken_rules(value: Mapping[str, Any], cls: type, failed: set[str]) -> list[Problem]:
    """Run the rules of the fields that need no reading, as far as they were not refused already."""
    stand_in = SimpleNamespace()
    leaves = _leaves(cls)
    for field in attrs.fields(cls):
        given = value.get(field.name, None if field.default is attrs.NOTHING else field.default)
        convert = field.converter if field.name in leaves - failed else None
        setattr(stand_in, field.name, convert(given) if callable(convert) else given)
    return rules.problems(stand_in, cls, leaves - failed)


def _leaves(cls: type) -> set[str]:
    attrs.resolve_types(cls)
    return {f.name for f in attrs.fields(cls) if f.type in (*_REQUIRED_LEAVES, *_OPTIONAL_LEAVES)}


def _block_reader(converter: Converter, *, strict: bool) -> Hook:
    readers = {kind: (kind.lower(), converter.get_structure_hook(cls)) for kind, cls in BLOCKS.items()}

    def structure(value: Any, _: Any) -> Any:
        _require_object(value, "Block")
        kind = _tag(value, "type", BlockType, strict=strict)
        if kind not in readers:
            return UnknownBlock(kind, _verbatim(value))
        key, hook = readers[kind]
        found = _strangers(value, {"type", key}, kind) if strict else []
        made = None
        if key not in value:
            found.append(_missing(key))
        else:
            try:
                made = hook(value[key], None)
            except ValidationError as error:
                found += (p.under(pointer(key)) for p in error.problems)
        if found:
            raise ValidationError(found)
        return made

    return structure


def _action_reader(converter: Converter, *, strict: bool) -> Hook:
    readers = {kind: (cls, ACTION_KEYS[cls], converter.get_structure_hook(cls)) for kind, cls in ACTIONS.items()}

    def structure(value: Any, _: Any) -> Any:
        _require_object(value, "Action")
        kind = _tag(value, "action_type", ActionType, strict=strict)
        if kind not in readers:
            return UnknownAction(kind, _verbatim(value))
        cls, key, hook = readers[kind]
        found = _strangers(value, {"action_type", "action_id", key}, kind) if strict else []
        flat, flaw = _flat(value, key, strict=strict)
        made = None
        if flaw:
            found.append(flaw)
        try:
            made = hook(flat, None)
        except ValidationError as error:
            # Nothing is missing from a payload that is not there.
            absent = flaw is not None and flaw.pointer == pointer(key)
            found += (p for p in place(error.problems, cls) if not (absent and p.message == _MISSING))
        if found:
            raise ValidationError(found)
        return made

    return structure


def _flat(action: Mapping[str, Any], key: str, *, strict: bool) -> tuple[dict[str, Any], Problem | None]:
    """Lay an action's payload and its ``action_id`` side by side, as our classes have them.

    Returns:
        The fields, and what is wrong with the payload as a whole.
    """
    flat: dict[str, Any] = {}
    flaw = None
    payload = {key: action[key]} if key == "jump_url" and key in action else action.get(key)
    if key not in action:
        flaw = _missing(key)
    elif not isinstance(payload, Mapping):
        flaw = Problem(pointer(key), f"must be a JSON object, not {_json_kind(payload)}", payload)
    else:
        flat = {name: inner for name, inner in payload.items() if name != "action_id"}
        if strict and len(flat) != len(payload):
            flaw = Problem(f"/{key}/action_id", "does not belong here; it stands on the action itself")
    if "action_id" in action:
        flat["action_id"] = action["action_id"]
    return flat, flaw


def _tag(value: Mapping[str, Any], key: str, enum: type[StrEnum], *, strict: bool) -> str:
    """Return the type that an object says it is of."""
    if key not in value:
        raise ValidationError([_missing(key)])
    kind = value[key]
    if not isinstance(kind, str):
        raise ValidationError([Problem(pointer(key), f"must be a string, not {_json_kind(kind)}", kind)])
    if strict and kind not in enum.__members__.values():
        raise ValidationError([Problem(pointer(key), rules.not_a_member(kind, enum), kind)])
    return kind


def _strangers(value: Mapping[str, Any], allowed: set[str], what: str) -> list[Problem]:
    """Return a problem for each key that an object of this type does not have."""
    return [Problem(pointer(key), f"does not belong to {what}", value[key]) for key in value if key not in allowed]


def _verbatim(value: Any) -> str:
    """Keep JSON that we do not understand as text, which is hashable and cannot change."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ValidationError([Problem("", "is nothing that JSON can say", value)]) from None
