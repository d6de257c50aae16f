"""The shape of the JSON, derived from the classes at import: what stands under which key, and what lies in what.

A class says its fields and, as class attributes, the word that names its type and the key of its payload; the unions
say which classes there are. All else (readers, writers, pointers, the walk, strategies, the editor's schema) asks here.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Final, TypeAlias, Union, get_args, get_origin, get_type_hints

import attrs

from msgkit._fields import Check, limits
from msgkit.actions import Action
from msgkit.blocks import Block
from msgkit.enums import WireEnum

# Types of fields


@attrs.frozen
class Leaf:
    """A string, a boolean, a whole number or a time."""

    type: type


@attrs.frozen
class Member:
    """A member of an enum; in what the platform sent, any string."""

    enum: type[StrEnum]


@attrs.frozen
class Part:
    """An object of one of our classes."""

    cls: type


@attrs.frozen
class Tagged:
    """An object of one of several classes, which says by a key of its own of which one.

    Attributes:
        tag: That key.
        words: The classes by the words under it.
        enum: The enum of these words.
        unknown: The class that keeps what is none of them.
    """

    tag: str
    words: Mapping[str, type] = attrs.field(hash=False)
    enum: type[StrEnum]
    unknown: type

    @property
    def what(self) -> str:
        """What such an object is called: ``block`` or ``action``."""
        return self.unknown.__name__.removeprefix("Unknown").lower()


@attrs.frozen
class Array:
    """An array of one kind of things."""

    item: Kind


@attrs.frozen
class Table:
    """An object with keys of its writer's own."""

    item: Kind


Kind: TypeAlias = Leaf | Member | Part | Tagged | Array | Table

_LEAVES: Final = (str, bool, int, datetime)


def kind_of(annotation: Any) -> Kind:
    """Return what a field of this type holds, None apart.

    Raises:
        TypeError: Nobody can read or write it.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _LEAVES:
        return Leaf(annotation)
    if origin is tuple and arguments[1:] == (...,):
        return Array(_entry(annotation, arguments[0]))
    if origin is Mapping and arguments[0] is str:
        return Table(_entry(annotation, arguments[1]))
    if origin in (Union, UnionType):
        return _union(annotation, [each for each in arguments if each is not NoneType])
    if isinstance(annotation, type) and attrs.has(annotation):
        return Part(annotation)
    raise TypeError(f"nobody can read or write a field of type {annotation}")


def _entry(annotation: Any, entry: Any) -> Kind:
    """Return what an array or a table is of: texts and parts, and not arrays again, or what may be None."""
    kind = kind_of(entry)
    if isinstance(kind, (Array, Table)) or NoneType in get_args(entry):
        raise TypeError(f"nobody can read or write a field of type {annotation}")
    return kind


def _union(annotation: Any, members: list[Any]) -> Kind:
    if len(members) == 1:
        return kind_of(members[0])
    enums = [each for each in members if isinstance(each, type) and issubclass(each, StrEnum)]
    if len(enums) == 1 and set(members) == {enums[0], str}:
        return Member(enums[0])
    tagged = {each: tag for each in members if isinstance(each, type) and (tag := tag_of(each))}
    unknown = [each for each in members if each not in tagged]
    if len(set(tagged.values())) == 1 and len(unknown) == 1 and attrs.has(unknown[0]):
        (tag,) = set(tagged.values())
        words: dict[str, type] = {}
        for cls in tagged:
            if not hasattr(cls, "payload_key"):
                raise TypeError(f"{cls.__name__} does not say its payload_key")
            if words.setdefault(getattr(cls, tag).value, cls) is not cls:
                raise TypeError(f"two classes of {annotation} have one {tag}")
        return Tagged(tag, words, type(getattr(next(iter(tagged)), tag)), unknown[0])
    raise TypeError(f"nobody can read or write a field of type {annotation}")


def tag_of(cls: type) -> str | None:
    """Return the class attribute by which a class names its type on the wire; None where it has none."""
    return next((name for name, value in vars(cls).items() if isinstance(value, WireEnum)), None)


def _complete(union: Any) -> Tagged:
    """Return what a union is, which must name each class that has a type of the wire, and each type there is.

    Raises:
        TypeError: It does not.
    """
    kind = kind_of(union)
    if not isinstance(kind, Tagged):
        raise TypeError(f"{union} is no union of classes that name their types")
    home = sys.modules[kind.unknown.__module__]
    for cls in vars(home).values():
        ours = isinstance(cls, type) and cls.__module__ == home.__name__ and attrs.has(cls)
        if ours and tag_of(cls) and cls not in kind.words.values():
            raise TypeError(f"{cls.__name__} stands in no union")
    if missing := [word for word in kind.enum if word not in kind.words]:
        raise TypeError(f"no class has the {kind.tag} {', '.join(missing)}")
    return kind


TAGGED: Final = (_complete(Block), _complete(Action))
"""The two unions, which are the only list of classes."""

# Classes


@attrs.frozen(eq=False, repr=False)
class Field:
    """A field of a class.

    Attributes:
        attribute: What attrs says of it.
        name: Its name, which is its key.
        kind: What it holds.
        optional: Whether it may be None, which stands for "not set".
        required: Whether the JSON must have it.
        stated: Whether WeChat Pay's documentation marks it as required.
        own: Whether it is a text of the merchant's own, which no customer sees.
        default: What it is where the JSON does not have it and need not.
        beside: Whether it stands beside its class's payload, and not in it.
        holds_parts: Whether there are parts in it.
        entry: What is in it: of an array or a table, what each entry is.
        get: Gets it from an instance.
        unset: Whether nothing more is to be said of it where it is None.
        checked: What holds for it, beyond its type, in a message that is complete but for what a template fills.
        filled: What holds for it in a message that is about to be sent.
    """

    attribute: attrs.Attribute[Any]
    name: str
    kind: Kind
    optional: bool
    required: bool
    stated: bool
    own: bool
    default: Any
    beside: bool
    holds_parts: bool
    entry: Kind
    get: Callable[[Any], Any]
    unset: bool
    checked: Check | None
    filled: Check | None


@attrs.frozen(eq=False, repr=False)
class Shape:
    """A class as JSON has it.

    Attributes:
        cls: The class.
        tag: The key that names its type, None where it has none.
        word: What stands under that key.
        payload_key: The key under which its fields stand, None where they stand on the object itself.
        fields: Its fields.
        nested: Those of its fields in which there are parts.
        ruled: Those that have a rule, each between its number and the rule.
    """

    cls: type
    tag: str | None
    word: str
    payload_key: str | None
    fields: tuple[Field, ...]
    nested: tuple[Field, ...]
    ruled: tuple[tuple[int, Field, Check], ...]


@functools.cache
def shape_of(cls: type) -> Shape:
    """Return the shape of a class.

    Raises:
        TypeError: A field has a type that nobody can read or write.
    """
    hints = get_type_hints(cls)
    fields = tuple(_field(cls, each, hints[each.name]) for each in attrs.fields(cls))
    tag = tag_of(cls)
    return Shape(
        cls,
        tag,
        getattr(cls, tag).value if tag else "",
        getattr(cls, "payload_key", None),
        fields,
        tuple(each for each in fields if each.holds_parts),
        tuple((index, each, each.checked) for index, each in enumerate(fields) if each.checked),
    )


def _field(cls: type, attribute: attrs.Attribute[Any], hint: Any) -> Field:
    try:
        kind = kind_of(hint)
    except TypeError as error:
        raise TypeError(f"{cls.__name__}.{attribute.name}: {error}") from None
    default = attribute.default
    # Of a part its type is all that could be wrong, and that was seen to when it was made, or read.
    checked = None if isinstance(kind, (Part, Tagged)) else attribute.metadata.get("checked", attribute.validator)
    if checked is None and not isinstance(kind, (Part, Tagged, Table)):
        raise TypeError(f"{cls.__name__}.{attribute.name} has no rule; give it a validator of msgkit._fields")
    if not (default in (attrs.NOTHING, None, ()) or isinstance(default, (attrs.Factory, Mapping))):  # type: ignore[arg-type]
        raise TypeError(f"{cls.__name__}.{attribute.name} has a default that would not be written; None is not set")
    return Field(
        attribute=attribute,
        name=attribute.name,
        kind=kind,
        optional=NoneType in get_args(hint),
        required=default is attrs.NOTHING or attribute.metadata.get("always_sent", False),
        default=None if default is attrs.NOTHING or isinstance(default, attrs.Factory) else default,  # type: ignore[arg-type]
        stated=attribute.metadata.get("stated", False),
        own=attribute.metadata.get("own", False),
        beside=attribute.metadata.get("beside", False),
        holds_parts=_holds_parts(kind),
        entry=kind.item if isinstance(kind, (Array, Table)) else kind,
        get=getattr(cls, attribute.name).__get__,
        unset=NoneType in get_args(hint) and limits(checked).together is None,
        checked=checked,
        filled=attribute.metadata.get("filled", checked),
    )


def kinds_within(cls: type) -> list[Part | Tagged]:
    """Return the kinds of all parts that may lie in a class, itself first.

    Raises:
        TypeError: A field of one of them has a type that nobody can read or write.
    """
    found: list[Part | Tagged] = []
    _collect(Part(cls), found)
    return found


def _collect(kind: Kind, found: list[Part | Tagged]) -> None:
    if isinstance(kind, (Array, Table)):
        _collect(kind.item, found)
    elif isinstance(kind, (Part, Tagged)) and kind not in found:
        found.append(kind)
        for cls in (kind.cls,) if isinstance(kind, Part) else (*kind.words.values(), kind.unknown):
            for field in shape_of(cls).fields:
                _collect(field.kind, found)


def _holds_parts(kind: Kind) -> bool:
    return _holds_parts(kind.item) if isinstance(kind, (Array, Table)) else isinstance(kind, (Part, Tagged))
