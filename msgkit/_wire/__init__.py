"""The wire's JSON, to and from our classes: the only room that knows its shape, and derives it from them.

A block is written as ``{"type": …, payload key: {…}}`` and an action as ``{"action_type": …, payload key: {…},
"action_id": …}``; what this version cannot make anything of is kept as the text that it was.

`shape` says what a class is on the wire and `places` where things stand in a message, `read` and `write` go both ways,
`check` holds what is built against the rules, `text` is JSON as text and `layout` says where things stand in it, and
`schema` describes it all to editors.

Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``message``) and 提交回复.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

from msgkit._wire import text as _text
from msgkit._wire.check import check
from msgkit._wire.places import Path, Place, parts, path_of, pointer, walk
from msgkit._wire.read import Reader, Reading, read, reader
from msgkit._wire.shape import kind_of, kinds_within, shape_of
from msgkit._wire.text import dumps, loads

__all__ = [
    "Document",
    "Path",
    "Place",
    "Reading",
    "check",
    "derive",
    "dump",
    "dump_bytes",
    "dumps",
    "encode",
    "loads",
    "parts",
    "path_of",
    "pointer",
    "read",
    "reader_of",
    "shape_of",
    "walk",
]

_T = TypeVar("_T")


class Document:
    """A class that has a JSON form of its own: superclass of `Message` and `Reply`."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the wire's JSON as dicts, lists, strings and booleans, without what was not set.

        Of what was read it gives back what was read, checked or not; `check` tells whether it can be sent. Left out are
        keys that a complete class does not have, null, and an empty list of blocks; a time in another notation, such as
        one that ends in ``Z``, is written as ``+00:00``.
        """
        return dump(self)

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the wire's JSON as text, Chinese characters as they are.

        Args:
            indent: Spaces for each level, for people; None for the compact form that is sent.
        """
        return dumps(_written(self, verbatim=True), indent)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, strict: bool = True) -> Self:
        """Make one from the wire's JSON, as dicts and lists.

        Args:
            data: The JSON object.
            strict: Refuse what the documentation does not name, and every broken rule. False is for what the platform
                sent: it takes the payload that a type names, ignores keys that a complete class does not have, keeps
                unknown enum values as strings, and a block or an action of an unknown type, or without what its type
                needs, as `UnknownBlock` or `UnknownAction`; so is what stands among the blocks and is none. Only what
                nothing could keep is an error: a message that is no object, or a field of the message itself of
                another type.

        Raises:
            ValidationError: With all problems at once, each with its JSON Pointer.
        """
        return read(cls, data, strict=strict)

    @classmethod
    def from_json(cls, text: str | bytes, *, strict: bool = True) -> Self:
        """Make one from the wire's JSON, as text or as UTF-8 bytes; see `from_dict`.

        Raises:
            ValidationError: With all problems at once, each with its JSON Pointer; also where the text is no JSON or,
                strictly, has a key twice in one object.
        """
        data = loads(text, cls.__name__, strict=strict)
        if strict:
            return read(cls, data, strict=True)
        return read(cls, data, strict=False, text=text if isinstance(text, str) else _text.decode(text))


def dump(value: Any) -> dict[str, Any]:
    """Return the wire's JSON of an attrs instance, as dicts and lists."""
    return _written(value, verbatim=False)  # type: ignore[no-any-return]


def dump_bytes(value: Any) -> bytes:
    """Return the wire's JSON of an attrs instance, as the bytes to sign and to send."""
    return encode(_written(value, verbatim=True))


def encode(data: object) -> bytes:
    """Return JSON as the bytes to sign and to send: compact, in UTF-8."""
    return dumps(data).encode()


def _written(value: Any, *, verbatim: bool) -> Any:
    return _writer(value.__class__, verbatim)(value)


@functools.cache
def _writer(cls: type, verbatim: bool) -> Callable[[Any], Any]:
    # With it comes cattrs, which is half of what importing msgkit would cost; composing and reading do without.
    from msgkit._wire.write import writer  # noqa: PLC0415

    return writer(cls, verbatim=verbatim)


def reader_of(union: Any) -> Reader:
    """Return what reads a class, or one of a union of classes, as a part of something else."""
    return reader(kind_of(union))


def derive(cls: type[_T]) -> type[_T]:
    """Class decorator: derive the shape of a class and of all that lies in it, so that a wrong field fails at import.

    What reads and writes it is made of these shapes, when it is first read and first written.

    Raises:
        TypeError: A field has a type that nobody can read or write.
    """
    kinds_within(cls)
    return cls
