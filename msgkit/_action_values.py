"""How the values of an `ActionData` are written into an ``action_id`` and read again, by the types of its fields.

A value is written in letters that no URL escapes, and ``%`` with two hex digits for each byte of whatever else, so that
a colon within one is never taken for the one between two. Reading may take more than writing makes: whoever reads
compares what was read, written again, with what came.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Set as AbstractSet
from datetime import date, datetime
from enum import Enum, Flag
from types import SimpleNamespace
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin, get_type_hints

import attrs

from msgkit import rules
from msgkit._fields import shown
from msgkit._language import kind
from msgkit._near import nearest
from msgkit._placeholders import as_name, find_dollars
from msgkit.rules import Rule

ALLOWED: Final = "str, int, bool, date, an Enum whose values are str or int, or Literal of str, int or bool"
"""The types of fields, for an error."""

Flaw: TypeAlias = tuple[Rule, Mapping[str, object]]
"""A rule that a value breaks, with what fills the rule's text."""

MOST_DIGITS = 640
"""Most digits of an integer: Python can be told to write and read no more (``PYTHONINTMAXSTRDIGITS``), but not less."""


@attrs.frozen
class Codec:
    """How the values of one type are told, written and read.

    Attributes:
        flaw: Tells why a value is none that fits; None where it is one.
        write: Writes a value that fits.
        read: Reads one, or raises LookupError or ValueError.
    """

    flaw: Callable[[Any], Flaw | None]
    write: Callable[[Any], str]
    read: Callable[[str], Any]


@attrs.define(eq=False)
class Field:
    """A field's type, resolved when it can be: a name in a string may stand for what the module defines later.

    Attributes:
        place: Which field of which class it is, for errors.
        hint: Its annotation.
    """

    place: str
    hint: Any
    _names: dict[str, Any] | None = attrs.field(default=None, init=False, repr=False)
    _codec: Codec | None = attrs.field(default=None, init=False)

    def declare(self, names: dict[str, Any], local: Mapping[str, Any]) -> None:
        """Resolve it where its names have a meaning already; one that is inherited was declared before.

        Args:
            names: What names mean in the module where the class is defined, now and later.
            local: What they mean in the function where it is defined.

        Raises:
            TypeError: The type is none that a field may have.
        """
        if self._names is not None:
            return
        self._names = names
        try:
            self._codec = self._made(local)
        except (AttributeError, NameError):  # of what comes later, or of a module that is being imported
            return

    def codec(self) -> Codec:
        """Return how its values are written.

        Raises:
            TypeError: The type is none that a field may have, or its names have no meaning.
        """
        if self._codec is None:
            try:
                self._codec = self._made({})
            except (AttributeError, NameError) as error:
                raise TypeError(
                    f"{self.place}: {error}; its type must be defined in the class's module, or before the class"
                ) from None
        return self._codec

    def _made(self, local: Mapping[str, Any]) -> Codec:
        # One by one, since of a whole class nothing can be resolved where one name cannot.
        holder = SimpleNamespace(__annotations__={"field": self.hint})
        hint = get_type_hints(holder, self._names, local)["field"]
        try:
            return _codec_of(hint)
        except TypeError as error:
            raise TypeError(f"{self.place}: {error}") from None


def placeholder(value: object) -> int | None:
    """Return where in a text a template's placeholder begins; None where there is none, or it is no text."""
    if not isinstance(value, str):
        return None
    found = (match.start() for match in find_dollars(value) if match["braced"] and as_name(match["braced"]))
    return next(found, None)


def _codec_of(hint: Any) -> Codec:
    if isinstance(hint, type):
        if hint in _PLAIN:
            return _PLAIN[hint]
        if issubclass(hint, Enum) and not issubclass(hint, Flag):  # flags add up to values that have no name
            return _member(hint)
    if get_origin(hint) is Literal:
        return _literal(get_args(hint))
    name = hint.__name__ if isinstance(hint, type) else str(hint)
    raise TypeError(f"{name} cannot be written; a field of ActionData is {ALLOWED}")


def _text_flaw(value: Any) -> Flaw | None:
    if not isinstance(value, str):
        return _wrong("string", value)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        return rules.HALF_CHARACTER, {"char": f"U+{ord(value[error.start]):04X}", "position": error.start}
    return None


def _write_text(value: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - most programs that compose pack nothing

    return quote(value, safe="")


def _read_text(text: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 - as above

    return unquote(text, errors="strict")


def _integer_flaw(value: Any) -> Flaw | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return _wrong("whole number", value)
    if abs(value) >= _TOO_LARGE:
        return rules.TOO_LONG, {"length": int(math.log10(abs(value))) + 1, "most": MOST_DIGITS}
    return None


def _date_flaw(value: Any) -> Flaw | None:
    if not isinstance(value, date) or isinstance(value, datetime):
        return _wrong("date", value)
    return None


def _member(enum: type[Enum]) -> Codec:
    by_text = _by_text(((each.value, each) for each in enum), {str, int})
    texts = {member.name: text for text, member in by_text.items()}

    def flaw(value: Any) -> Flaw | None:
        return None if isinstance(value, enum) else _wrong(enum.__name__, value)

    return Codec(flaw, lambda member: texts[member.name], by_text.__getitem__)


def _literal(values: tuple[Any, ...]) -> Codec:
    by_text = _by_text(((value, value) for value in values), {str, int, bool})
    texts = {(type(value), value): text for text, value in by_text.items()}
    types = {type(value) for value in values}
    words = tuple(map(str, values))

    def flaw(value: Any) -> Flaw | None:
        if type(value) in types and (type(value), value) in texts:
            return None
        if isinstance(value, str) and str in types:
            return rules.UNKNOWN_VALUE, {**shown(value), "allowed": words, "near": nearest(value, words)}
        return rules.WRONG_PART, {"expected": words, "given": kind(value)}

    return Codec(flaw, lambda value: texts[type(value), value], by_text.__getitem__)


def _by_text(choices: Iterable[tuple[Any, Any]], types: AbstractSet[type]) -> dict[str, Any]:
    """Return what is chosen from, by the texts in which it is written.

    Args:
        choices: What is written of each, and itself.
        types: Of which types that may be.

    Raises:
        TypeError: There is none, one cannot be written, or is written as another is.
    """
    found: dict[str, Any] = {}
    for value, choice in choices:
        if type(value) not in types or _PLAIN[type(value)].flaw(value):
            raise TypeError(f"{choice!r} cannot be written; a field of ActionData is {ALLOWED}")
        text = _PLAIN[type(value)].write(value)
        if found.setdefault(text, choice) is not choice:
            raise TypeError(f"{choice!r} would be written as {found[text]!r} is")
    if not found:
        raise TypeError(f"an Enum without members has no values; a field of ActionData is {ALLOWED}")
    return found


def _wrong(expected: str, value: object) -> Flaw:
    return rules.WRONG_TYPE, {"expected": expected, "given": kind(value)}


_TOO_LARGE = 10**MOST_DIGITS
_FLAGS = {"1": True, "0": False}
_PLAIN: Mapping[type, Codec] = {
    str: Codec(_text_flaw, _write_text, _read_text),
    int: Codec(_integer_flaw, lambda value: str(int(value)), int),
    bool: Codec(
        lambda value: None if isinstance(value, bool) else _wrong("true or false", value),
        lambda value: "1" if value else "0",
        _FLAGS.__getitem__,
    ),
    date: Codec(_date_flaw, date.isoformat, date.fromisoformat),
}
