"""What a field may hold, as attrs validators.

A rule sits on the field it rules and runs once, when the class is made. Each names in its docstring where WeChat Pay
states it; where the documentation gives no limit, there is none here.

What the platform sends may be newer than we are (a longer limit, another colour), so reading its answers runs inside
`generously`: there a value of the right type passes whatever it holds. Values of the wrong type never pass.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from contextvars import ContextVar
from datetime import datetime, timedelta, timezone
from enum import Enum, StrEnum, auto
from typing import Any

import attrs

from msgkit.errors import Problem, ValidationError

Rule = Callable[[Any, "attrs.Attribute[Any]", Any], None]

# A field that has a default in Python but must stand in the JSON.
ALWAYS_SENT = {"always_sent": True}


class _Stance(Enum):
    """Whose words a value is."""

    COMPOSED = auto()
    """Ours, and perhaps those of a template: a URL may begin with a placeholder."""
    FILLED = auto()
    """Ours, about to be sent."""
    GENEROUS = auto()
    """The platform's."""


_stance: ContextVar[_Stance] = ContextVar("msgkit_stance", default=_Stance.COMPOSED)

_find_blank = re.compile(r"[\s\x00-\x20\x7f-\xa0]").search
# Nearly all URLs; the others are looked at with care.
_is_plain_url = re.compile(r"https://[A-Za-z0-9.-]+(/[!-~]*)?").fullmatch
_is_https = re.compile(r"https://([^/?#@]*@)?[^/?#@:][^/?#@]*([/?#]|$)", re.IGNORECASE | re.ASCII).match
# As string.Template has it; what the URL begins with is known when the template is rendered.
_begins_with_placeholder = re.compile(r"\$([a-z_]|\{[a-z_][a-z0-9_]*\})", re.IGNORECASE | re.ASCII).match
_is_name = re.compile(r"[\w.-]{1,40}", re.ASCII).fullmatch


def generously() -> AbstractContextManager[None]:
    """Let values of the right type pass whatever they hold, in this thread or task, until the block ends."""
    return _Taking(_Stance.GENEROUS)


def filled() -> AbstractContextManager[None]:
    """Let no placeholder stand where a value must, in this thread or task, until the block ends."""
    return _Taking(_Stance.FILLED)


class _Taking:
    """Takes a stance until the block ends; cheaper than a context manager made from a generator."""

    __slots__ = ("_stance", "_token")

    def __init__(self, stance: _Stance) -> None:
        self._stance = stance

    def __enter__(self) -> None:
        self._token = _stance.set(self._stance)

    def __exit__(self, *_: object) -> None:
        _stance.reset(self._token)


def problems(instance: object, cls: type, names: Container[str] | None = None) -> list[Problem]:
    """Run the rules of a class's fields and return everything that is wrong.

    Args:
        instance: An instance of the class, or a stand-in with the same attributes.
        cls: The attrs class.
        names: The names of the fields to look at; all by default.
    """
    found: list[Problem] = []
    for name, rule, field in _rules_of(cls):
        if names is None or name in names:
            try:
                rule(instance, field, getattr(instance, name))
            except ValidationError as error:
                found += error.problems
    return found


def kept(instance: Any) -> bool:
    """Tell whether an instance of an attrs class keeps all its rules, as nearly all do."""
    try:
        for name, rule, field in _rules_of(instance.__class__):
            rule(instance, field, getattr(instance, name))
    except ValidationError:
        return False
    return True


@functools.cache
def _rules_of(cls: type) -> tuple[tuple[str, Rule, attrs.Attribute[Any]], ...]:
    return tuple((field.name, field.validator, field) for field in attrs.fields(cls) if field.validator is not None)


def masked(value: object) -> str:
    """Say how long a text is instead of showing it: the ``repr`` of every field that may hold a customer's words."""
    return "None" if value is None else f"<{len(value)} characters>" if isinstance(value, str) else "<…>"


def string(
    *,
    optional: bool = False,
    at_least: int = 0,
    at_most: int | None = None,
    https: bool = False,
    rendered: bool = False,
) -> Rule:
    """Return the rule for a text: one-to-three-byte characters only, and what the arguments add.

    Args:
        optional: None passes too; it stands for "not set".
        at_least: Smallest length, in characters.
        at_most: Greatest length, in characters.
        https: The text must be a URL that begins with ``https://``.
        rendered: It may also begin with a template's placeholder, until it is rendered.

    Source: WeChat Pay APIv3, 接口规则 (characters), and the field tables of each endpoint (lengths, https).
    """

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, str):
            if value is None and optional:
                return
            raise _wrong(instance, field, value, f"must be a string, not {_kind(value)}")
        if not _is_sendable(value):
            _break(instance, field, value, _unsendable(value))
        if at_most is not None and len(value) > at_most:
            _break(
                instance,
                field,
                value,
                f"is {len(value)} characters long; at most {at_most} are allowed",
            )
        if at_least and len(value) < at_least:
            _break(instance, field, value, "must not be empty")
        if https and not _is_plain_url(value) and (flaw := _flaw_of_url(value, rendered=rendered)):
            _break(instance, field, value, flaw)

    return check if https or at_least or at_most is not None else _hurried(check, optional=optional)


def _hurried(check: Rule, *, optional: bool) -> Rule:
    """Put in front of the rule for a text what nearly all texts are, in as few steps as it takes to know."""

    def hurry(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value.__class__ is str:
            if value.isascii() or _is_sendable(value):
                return
        elif value is None and optional:
            return
        check(instance, field, value)

    return hurry


def flag(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: true, false, or None for "not set"."""
    if not (value is None or value is True or value is False):
        raise _wrong(instance, field, value, f"must be true or false, not {_kind(value)}")


def moment(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: a datetime that knows its zone, or None for "not set".

    Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``expired_time``: RFC 3339 with zone).
    """
    if value is None:
        return
    if not isinstance(value, datetime):
        raise _wrong(instance, field, value, f"must be a datetime with a time zone, not {_kind(value)}")
    offset = _offset(value)
    if offset is None:
        raise _wrong(
            instance,
            field,
            value,
            "has no time zone; use datetime.now(timezone.utc) or give tzinfo=",
        )
    if offset.seconds % 60 or offset.microseconds:
        raise _wrong(
            instance,
            field,
            value,
            "has a zone whose offset is not in whole minutes, which RFC 3339 cannot say",
        )


def as_moment(value: Any) -> Any:
    """Bring a datetime into the form the wire can say: whole seconds and a fixed offset; leave all else to the rule."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo.__class__ is timezone and not (value.microsecond or value.fold):
        return value
    if (offset := _offset(value)) is None:
        return value
    return value.replace(microsecond=0, tzinfo=timezone(offset), fold=0)


def _offset(moment: datetime) -> timedelta | None:
    """Return how far a datetime's zone is from UTC; None where it has no zone, or one that no clock can have."""
    try:
        return moment.utcoffset()
    except ValueError:
        return None


def json_text(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: JSON as text, which can be written again."""
    try:
        json.loads(value, parse_constant=refuse_constant)
    except (TypeError, ValueError, RecursionError):
        raise _wrong(instance, field, value, "must be JSON as text") from None


def refuse_constant(name: str) -> None:
    """Refuse NaN and the infinities, which `json` would read although JSON has no such numbers.

    Raises:
        ValueError: Always.
    """
    raise ValueError(f"{name} is no JSON number")


def member(enum: type[StrEnum]) -> Rule:
    """Return the rule for an enum's field: one of its members, or None for "not set"."""
    allowed = ", ".join(enum)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value is None or value.__class__ is enum:
            return
        if not isinstance(value, str):
            raise _wrong(instance, field, value, f"must be one of {allowed}, not {_kind(value)}")
        _break(instance, field, value, not_a_member(value, enum))

    return check


def not_a_member(value: str, enum: type[StrEnum]) -> str:
    """Say that a text is no member of an enum, and which ones there are, by wire value."""
    return f"{_shown(value)} is not one of {', '.join(enum)}"


def coerced(enum: type[StrEnum]) -> Callable[[Any], Any]:
    """Return a function that finds an enum's member by member, wire value or short name, and leaves all else alone."""
    spellings: dict[Any, Any] = {None: None}
    for each in enum:
        spellings |= dict.fromkeys((each.value, each.name, each.value.lower(), each.name.lower()), each)

    def coerce(value: Any) -> Any:
        try:
            return spellings[value]
        except (KeyError, TypeError):
            pass
        try:
            return enum(value) if isinstance(value, str) else value
        except ValueError:
            return value

    return coerce


def instance_of(*classes: type, optional: bool = False, hint: str = "") -> Rule:
    """Return the rule for a field that holds one of our own classes."""
    allowed = frozenset(classes)
    names = _names(classes)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value.__class__ in allowed or (value is None and optional):
            return
        raise _wrong(instance, field, value, f"must be {names}, not {_kind(value)}{hint}")

    return check


def tuple_of(*classes: type) -> Rule:
    """Return the rule for a field that holds a tuple of our own classes."""
    allowed = frozenset(classes)
    names = _names(classes)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value.__class__ is not tuple:
            raise _wrong(instance, field, value, f"must be a list of {names}, not {_kind(value)}")
        if allowed.issuperset(map(type, value)):
            return
        raise ValidationError(
            (
                Problem(f"/{field.name}/{index}", f"must be {names}, not {_kind(item)}", item)
                for index, item in enumerate(value)
                if type(item) not in allowed
            ),
            type(instance).__name__,
        )

    return check


def strings(*, at_most: int) -> Rule:
    """Return the rule for a tuple of texts, at most so many."""
    each = string()

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value.__class__ is not tuple:
            raise _wrong(instance, field, value, f"must be a list of strings, not {_kind(value)}")
        found: list[Problem] = []
        for index, item in enumerate(value):
            try:
                each(instance, field, item)
            except ValidationError as error:
                found += (Problem(f"{p.pointer}/{index}", p.message, p.value) for p in error.problems)
        if len(value) > at_most and _stance.get() is not _Stance.GENEROUS:
            found.append(
                Problem(
                    f"/{field.name}",
                    f"has {len(value)} entries; at most {at_most} are allowed",
                    value,
                )
            )
        if found:
            raise ValidationError(found, type(instance).__name__)

    return check


def goes_with(other: str) -> Rule:
    """Return the rule for a field that is set together with another one, or not at all."""

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value is None and getattr(instance, other) is not None:
            _break(
                instance,
                field,
                value,
                f"is missing; {other} and {field.name} go together or not at all",
            )

    return check


def as_tuple(value: Any) -> Any:
    """Turn a list or another iterable into a tuple; leave to the rule what is none, a text and a mapping among them."""
    if value.__class__ is tuple or isinstance(value, (str, bytes, dict)):
        return value
    try:
        return tuple(value)
    except TypeError:
        return value


def _wrong(instance: object, field: attrs.Attribute[Any], value: object, message: str) -> ValidationError:
    return ValidationError([Problem(f"/{field.name}", message, value)], type(instance).__name__)


def _break(instance: object, field: attrs.Attribute[Any], value: object, message: str) -> None:
    """Raise for a value of the right type that breaks a rule, unless we read what the platform sent."""
    if _stance.get() is not _Stance.GENEROUS:
        raise _wrong(instance, field, value, message)


def _kind(value: object) -> str:
    return "null (None)" if value is None else type(value).__name__


def _names(classes: tuple[type, ...]) -> str:
    *others, last = (cls.__name__ for cls in classes if not cls.__name__.startswith("Unknown"))
    return f"{', '.join(others)} or {last}" if others else last


def _shown(value: str) -> str:
    """Show a value that looks like a name; anything else may be a customer's text."""
    return repr(str(value)) if _is_name(value) else f"a text of {len(value)} characters"


def _is_sendable(value: str) -> bool:
    """Tell whether all characters take one to three bytes in UTF-8, as those do that take two in UTF-16."""
    try:
        return len(value.encode("utf-16")) == 2 * len(value) + 2  # the first two say which way round the others are
    except UnicodeEncodeError:  # half of a pair alone, which no encoding has a form for
        return False


def _unsendable(value: str) -> str:
    first, *others = (index for index, char in enumerate(value) if not _is_sendable(char))
    more = f" and {len(others)} more like it" if others else ""
    return (
        f"has U+{ord(value[first]):04X} at position {first} (counted from 0){more}; "
        "APIv3 takes only characters that UTF-8 encodes in one to three bytes"
    )


def _flaw_of_url(value: str, *, rendered: bool) -> str | None:
    if found := _find_blank(value):
        return f"has U+{ord(found[0]):04X} at position {found.start()} (counted from 0), which no URL may have"
    if _is_https(value) or (rendered and _stance.get() is _Stance.COMPOSED and _begins_with_placeholder(value)):
        return None
    if value[:8].lower() == "https://":
        return "has no host; it must be a URL such as https://shop.example/orders"
    return "must be a URL that starts with https://"
