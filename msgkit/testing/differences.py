"""What differs between two messages, by JSON Pointer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from msgkit import wire

_ABSENT = "(absent)"


@attrs.frozen
class Difference:
    """One place where two messages differ.

    Attributes:
        pointer: JSON Pointer to the place.
        left: What the first has there, as JSON would say it in Python; ``(absent)`` where it has nothing.
        right: What the second has there.
    """

    pointer: str
    left: str
    right: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.left} != {self.right}"


def differences(left: wire.Document, right: wire.Document) -> list[Difference]:
    """Return every place where two messages, or two plain replies, differ, in document order.

    >>> from msgkit import Message
    >>> [str(d) for d in differences(Message().button("好"), Message().button("不好"))][0]
    "/blocks/0/button/text: '好' != '不好'"
    """
    return [] if left == right else list(_compare("", wire.dump(left), wire.dump(right)))


def _compare(pointer: str, left: Any, right: Any) -> Iterator[Difference]:
    if isinstance(left, dict) and isinstance(right, dict):
        for key in {**left, **right}:
            yield from _entry(pointer + wire.pointer(key), left, right, key)
    elif isinstance(left, list) and isinstance(right, list):
        for index in range(max(len(left), len(right))):
            yield from _entry(f"{pointer}/{index}", dict(enumerate(left)), dict(enumerate(right)), index)
    elif left != right:
        yield Difference(pointer, repr(left), repr(right))


def _entry(pointer: str, left: dict[Any, Any], right: dict[Any, Any], key: Any) -> Iterator[Difference]:
    if key in left and key in right:
        yield from _compare(pointer, left[key], right[key])
    else:
        shown = [repr(side[key]) if key in side else _ABSENT for side in (left, right)]
        yield Difference(pointer, *shown)
