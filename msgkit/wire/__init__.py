"""The wire's JSON: the only room that knows its shape.

Four cattrs converters. One writes; its hooks are generated when the classes that use them are imported. One reads what
we are about to send, fast and silent; what it refuses is read once more, by one that says everything that is wrong with
it. The last reads generously what the platform sent. Those that read are made when something is first read, since most
programs only write.

A block is written as ``{"type": …, payload key: {…}}`` and an action as ``{"action_type": …, payload key: {…},
"action_id": …}``; one of a type that this version does not know is kept as the text that it was.

Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``message``) and 提交回复.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

from cattrs import Converter

from msgkit import rules
from msgkit.wire import _text, _writing
from msgkit.wire._shape import Part, field_pointer, is_sound, item_pointer, place, pointer, problems, walk
from msgkit.wire._text import parse

__all__ = [
    "Document",
    "Part",
    "dump",
    "dump_bytes",
    "encode",
    "field_pointer",
    "generate",
    "is_sound",
    "item_pointer",
    "parse",
    "place",
    "pointer",
    "problems",
    "read",
    "walk",
]

_T = TypeVar("_T")

_WRITING = Converter(omit_if_default=True)
_writing.configure(_WRITING)


@functools.cache
def _hasty() -> Converter:
    """Return the converter that reads what is right."""
    from msgkit.wire import _fast  # noqa: PLC0415 - those who only write need not wait for it

    converter = Converter(forbid_extra_keys=True, detailed_validation=False)
    _fast.configure(converter)
    return converter


@functools.cache
def _careful(*, strict: bool) -> Converter:
    """Return the converter that says what is wrong, or the one for what the platform sent."""
    from msgkit.wire import _reading  # noqa: PLC0415 - likewise

    converter = Converter(forbid_extra_keys=strict)
    _reading.configure(converter, strict=strict)
    return converter


_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {}


class Document:
    """A class that has a JSON form of its own: superclass of `Message` and `Reply`."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's JSON as dicts, lists, strings and booleans, without what was not set."""
        return dump(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the wire's JSON as text, Chinese characters as they are.

        Args:
            indent: Spaces for each level, for people; None for the compact form that is sent.
        """
        data = self.to_dict()
        return _text.compact(data) if indent is None else _text.indented(data, indent)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, strict: bool = True) -> Self:
        """Make one from the wire's JSON, as dicts and lists.

        Args:
            data: The JSON object.
            strict: Refuse what the documentation does not name, and every broken rule. False is for what the platform
                sent: it takes the payload that a type names, ignores other keys, and keeps unknown types and values.

        Raises:
            ValidationError: With all problems at once, each with its JSON Pointer.
        """
        return read(cls, data, strict=strict)

    @classmethod
    def from_json(cls, text: str | bytes, *, strict: bool = True) -> Self:
        """Make one from the wire's JSON, as text or as UTF-8 bytes; see `from_dict`.

        Raises:
            ValidationError: With all problems at once, each with its JSON Pointer; also where the text is no JSON.
        """
        return read(cls, parse(text, cls.__name__), strict=strict)


def dump(value: Any) -> dict[str, Any]:
    """Return the wire's JSON of an attrs instance, as dicts and lists."""
    write = _WRITERS.get(type(value)) or _WRITING.get_unstructure_hook(type(value))
    return write(value)


def dump_bytes(value: Any) -> bytes:
    """Return the wire's JSON of an attrs instance, as the bytes to sign and to send."""
    return encode(dump(value))


def encode(data: dict[str, Any]) -> bytes:
    """Return JSON as the bytes to sign and to send: compact, in UTF-8."""
    return _text.compact(data).encode()


def read(cls: type[_T], data: Any, *, strict: bool) -> _T:
    """Make an instance of an attrs class from the wire's JSON; see `Document.from_dict`."""
    if strict:
        with contextlib.suppress(Exception):
            return _hasty().get_structure_hook(cls)(data, cls)  # type: ignore[no-any-return]
        return _careful(strict=True).get_structure_hook(cls)(data, cls)  # type: ignore[no-any-return]
    with rules.generously():
        return _careful(strict=False).get_structure_hook(cls)(data, cls)  # type: ignore[no-any-return]


def generate(cls: type[_T]) -> type[_T]:
    """Class decorator: generate what writes an attrs class now, rather than when it is first written."""
    _WRITERS[cls] = _WRITING.get_unstructure_hook(cls)
    return cls
