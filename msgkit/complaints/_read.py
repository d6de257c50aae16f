"""From JSON to what the platform answered: one lenient reader, made once from the fields of each class.

The types of fields are those that the messages' own reader knows. That one tells all that is wrong with a document,
which may be one to be sent; here whatever may be missing may also be something else, and is passed over.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import MAXYEAR, MINYEAR, datetime
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

import attrs

from msgkit import rules
from msgkit._fields import UNREAD, unchecked
from msgkit._language import kind as kind_word
from msgkit._wire import Document
from msgkit._wire.shape import Array, Kind, Leaf, Member, Part, kind_of
from msgkit.errors import Problem, ValidationError

Read = Callable[[Any], Any]
"""Takes a value; returns what was made of it, or `UNREAD`."""

KEPT: Final = {"kept": True}
"""Metadata of the field that keeps the JSON as it came, which is the first."""

_INTEGERS: Final = range(-(2**63), 2**63)


@attrs.frozen
class _Field:
    """What a field's key is, how it is read, what stands for it where it cannot be, and whether it must be there."""

    key: str
    read: Read
    default: Any
    required: bool
    expected: str


@functools.cache
def plan(cls: type) -> tuple[_Field, ...]:
    """Return how the fields of a class are read.

    Raises:
        TypeError: A field has a type that nobody can read, or could be missing and has no value for that.
    """
    hints = get_type_hints(cls)
    return tuple(_field(cls, each, hints[each.name]) for each in attrs.fields(cls) if not each.metadata.get("kept"))


def _field(cls: type, attribute: attrs.Attribute[Any], hint: Any) -> _Field:
    default: Any = attribute.default
    required = default is attrs.NOTHING
    try:
        kind = kind_of(hint)
        read_value = _reader(kind)
    except TypeError as error:
        raise TypeError(f"{cls.__name__}.{attribute.name}: {error}") from None
    if required and (NoneType in get_args(hint) or not isinstance(kind, (Leaf, Member))):
        raise TypeError(f"{cls.__name__}.{attribute.name} may be missing, and has no default for that")
    expected = _EXPECTED.get(kind.type, "") if isinstance(kind, Leaf) else "string"
    return _Field(attribute.metadata.get("key", attribute.name), read_value, default, required, expected)


_EXPECTED: Final = {str: "string", bool: "true or false", int: "whole number"}


def read(cls: type, data: object) -> Any:
    """Make an instance of a class from JSON.

    Raises:
        ValidationError: Something that is always there is missing or of another type.
    """
    if not isinstance(data, Mapping):
        wrong = Problem("", rules.WRONG_TYPE, data, expected="JSON object", given=kind_word(data))
        raise ValidationError([wrong], cls.__name__)
    values: list[Any] = []
    found: list[Problem] = []
    for field in plan(cls):
        value = field.read(data[field.key]) if field.key in data else UNREAD
        if value is UNREAD:
            value = field.default
            if field.required:
                found.append(_problem(field, data))
        values.append(value)
    if found:
        raise ValidationError(found, cls.__name__)
    return unchecked(cls)(data, *values)


def _problem(field: _Field, data: Mapping[str, Any]) -> Problem:
    """Return what is wrong with something that is always there."""
    pointer = f"/{field.key}"
    if field.key not in data:
        return Problem(pointer, rules.MISSING)
    value = data[field.key]
    if not field.expected:
        return Problem(pointer, rules.NOT_A_TIME, value)
    return Problem(pointer, rules.WRONG_TYPE, value, expected=field.expected, given=kind_word(value))


# Values


def _reader(kind: Kind) -> Read:
    """Return what reads values of a kind.

    Raises:
        TypeError: Nothing does.
    """
    match kind:
        case Leaf(type=type_):
            return _LEAVES[type_]
        case Member(enum=enum):
            members: dict[str, Any] = {member.value: member for member in enum}
            return lambda value: members.get(value, value) if isinstance(value, str) else UNREAD
        case Array(item=item):
            return functools.partial(_array, _reader(item))
        case Part(cls=cls) if issubclass(cls, Document):
            return functools.partial(_part, functools.partial(cls.from_dict, strict=False))
        case Part(cls=cls) if any(each.metadata.get("kept") for each in attrs.fields(cls)):
            plan(cls)
            return functools.partial(_part, functools.partial(read, cls))
        case _:
            raise TypeError("nobody can read an answer's field of this type")


def _string(value: object) -> Any:
    return value if isinstance(value, str) else UNREAD


def _boolean(value: object) -> Any:
    return value if value is True or value is False else UNREAD


def _integer(value: object) -> Any:
    # True and false are integers in Python only; what has thousands of digits could not even be shown.
    return value if value.__class__ is int and value in _INTEGERS else UNREAD


def _moment(value: object) -> Any:
    try:
        moment = datetime.fromisoformat(value.upper()) if isinstance(value, str) else None
    except ValueError:
        return UNREAD
    # At either end of time, a day later or another zone would be an error.
    return moment if moment and moment.tzinfo and MINYEAR < moment.year < MAXYEAR else UNREAD


_LEAVES: Final[dict[type, Read]] = {str: _string, bool: _boolean, int: _integer, datetime: _moment}


def _array(read_entry: Read, value: object) -> Any:
    """Read a list, or an object in place of a list of one, as the history has it."""
    entries = [value] if isinstance(value, Mapping) else value
    if not isinstance(entries, (list, tuple)):
        return UNREAD
    return tuple(made for each in entries if (made := read_entry(each)) is not UNREAD)


def _part(read_part: Read, value: object) -> Any:
    try:
        return read_part(value)
    except ValidationError:
        return UNREAD
