"""What differs between two messages, two replies, two parts of them, or lists of these, by JSON Pointer."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

from msgkit._printable import printable
from msgkit._wire import Path, pointer, shape_of
from msgkit._wire.shape import Array, Part, Tagged, kinds_within
from msgkit._wire.write import writer
from msgkit.message import Message
from msgkit.reply import Reply

Comparable: TypeAlias = attrs.AttrsInstance | Sequence[Any] | Mapping[Any, Any]
"""What `differences` compares."""

_ABSENT = "(absent)"
# How deep in lists msgkit's own are looked for: message.actions() is a tuple of tuples.
_DEPTH = 3


@attrs.frozen
class Difference:
    """One place where two messages differ.

    Attributes:
        pointer: JSON Pointer to the place; the empty string is the whole.
        left: What the first has there, as JSON would say it in Python; ``(absent)`` where it has nothing.
        right: What the second has there.
    """

    pointer: str
    left: str
    right: str

    def __str__(self) -> str:
        place = f"{self.pointer}: " if self.pointer else ""
        return f"{place}{self.left} != {self.right}"


def differences(left: Comparable, right: Comparable) -> list[Difference]:
    """Return every place where two messages differ, in document order.

    Plain replies, blocks, actions and other parts are compared in the same way, and so are lists and tuples of all
    these; there, a pointer begins with the number of the entry.

    >>> from msgkit import Message, Text
    >>> [str(d) for d in differences(Message().button("好"), Message().button("不好"))][0]
    "/blocks/0/button/text: '好' != '不好'"
    >>> [str(d) for d in differences([Text("a"), Text("b")], [Text("a"), Text("c")])]
    ["/1/text/text: 'b' != 'c'"]
    """
    return list(_compare(None, left, right))


def explained(left: object, right: object) -> list[str] | None:
    """Say in lines what differs between two values that should be equal; None where msgkit has nothing to say."""
    if _kind(left) is not _kind(right) or not (_is_ours(left) or _is_ours(right)):
        return None
    lines = [str(difference) for difference in _compare(None, left, right)]
    return [_title(left, right), *lines] if lines else None


def _title(left: object, right: object) -> str:
    names = [type(side).__name__ for side in (left, right)]
    if names[0] == names[1]:
        title = f"two {names[0].removesuffix('y')}{'ies' if names[0].endswith('y') else 's'} differ"
    else:
        title = " and ".join(f"{'an' if name[0] in 'AEIOU' else 'a'} {name}" for name in names) + " differ"
    if isinstance(left, Sequence) and isinstance(right, Sequence) and len(left) != len(right):
        title += f", of {len(left)} and {len(right)} entries"
    return f"{title}:"


def _compare(path: Path, left: Any, right: Any) -> Iterator[Difference]:
    if _is_same(left, right):
        return
    kind = _kind(left)
    if kind is None or kind is not _kind(right):
        yield Difference(pointer(path), _shown(left), _shown(right))
    elif kind is dict:
        yield from _compare_each(path, left, right)
    elif kind is list:
        if isinstance(left, list) is not isinstance(right, list):
            names = (f"a {'list' if isinstance(side, list) else 'tuple'}" for side in (left, right))
            yield Difference(pointer(path), *names)
        yield from _compare_each(path, dict(enumerate(left)), dict(enumerate(right)))
    else:
        yield from _compare(path, _comparable(left), _comparable(right))


def _compare_each(path: Path, left: dict[Any, Any], right: dict[Any, Any]) -> Iterator[Difference]:
    for key in {**left, **right}:
        if key in left and key in right:
            yield from _compare((path, key), left[key], right[key])
        else:
            sides = (_shown(side[key]) if key in side else _ABSENT for side in (left, right))
            yield Difference(pointer((path, key)), *sides)


def _is_same(left: Any, right: Any) -> bool:
    try:
        return bool(left == right)
    except Exception:  # noqa: BLE001 - beside ours, a list may hold what cannot be compared
        return False


def _kind(value: object) -> Any:
    """Return what a value is compared as: one of our kinds, a list (or tuple), a dict, or None for all else."""
    if isinstance(value, (list, tuple)):
        return list
    if isinstance(value, dict):
        return dict
    return _kinds().get(type(value))


@functools.cache
def _kinds() -> dict[type, Any]:
    """Return what each of msgkit's own classes is compared with place by place: its union, or itself alone."""
    found: dict[type, Any] = {}
    for kind in (*kinds_within(Message), *kinds_within(Reply)):
        match kind:
            case Part(cls=cls):
                # A class of a union may stand alone elsewhere, as buttons do; by itself it is written with its type.
                found.setdefault(cls, cls)
            case Tagged(words=words, unknown=unknown):
                classes = (*words.values(), unknown)
                found |= dict.fromkeys(classes, functools.reduce(operator.or_, classes))
    return found


def _is_ours(value: Any, depth: int = _DEPTH) -> bool:
    """Tell whether a value is one of msgkit's own, or a list that holds one."""
    if isinstance(value, (list, tuple, dict)):
        inner = value.values() if isinstance(value, dict) else value
        return depth > 0 and any(_is_ours(each, depth - 1) for each in inner)
    return _kind(value) is not None


def _written(value: Any) -> Any:
    """Return one of msgkit's own as the wire's JSON, a block or an action with the type that stands beside it."""
    return writer(_kind(value), verbatim=False)(value)


def _comparable(value: Any) -> Any:
    """Return the wire's JSON with the lists that it leaves out where they are empty: they are compared by entries."""
    shape = shape_of(value.__class__)
    empty: dict[str, list[Any]] = {}
    if shape.tag is None:
        empty = {field.name: [] for field in shape.fields if isinstance(field.kind, Array)}
    return empty | _written(value)


def _shown(value: Any) -> str:
    """Show a value in one line, with the texts that the ``repr`` of msgkit's own hides."""
    match _kind(value):
        case None:
            return _repr(value)
        case kind if kind is dict:
            return f"{{{', '.join(f'{_repr(key)}: {_shown(each)}' for key, each in value.items())}}}"
        case kind if kind is list:
            entries = ", ".join(map(_shown, value))
            return f"[{entries}]" if isinstance(value, list) else f"({entries}{',' * (len(value) == 1)})"
    return f"{type(value).__name__} {_written(value)}"


def _repr(value: object) -> str:
    try:
        return printable(repr(value))
    except Exception:  # noqa: BLE001 - beside ours, a list may hold what cannot be shown
        return object.__repr__(value)
