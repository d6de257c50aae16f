"""What a field may hold: converters, and rules as attrs validators that say which one of the catalogue was broken.

A rule sits on the field that it rules and runs when the class is made. What is of the right type and need not keep the
rules, or was checked already, is built with `unchecked`.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping, Set as AbstractSet
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import Any, Final, get_args

import attrs

from msgkit import rules
from msgkit._language import kind
from msgkit.errors import Problem, ValidationError
from msgkit.rules import Rule

Check = Callable[[Any, "attrs.Attribute[Any]", Any], None]
"""A rule of a field, as attrs calls it: takes the instance, the field and the value; raises `ValidationError`."""


@attrs.frozen
class Limits:
    """What a rule says of values of the right type, for those who describe them or make some.

    Attributes:
        blank: The empty text and white space alone pass.
        at_most: Greatest length, in characters or entries.
        https: It is an https URL.
        template: It may begin with a template's placeholder instead.
        at_least_one: It has an entry.
        from_text: An entry may be given as a text, of which it is made.
        together: The field that is set together with this one, or not at all.
    """

    blank: bool = True
    at_most: int | None = None
    https: bool = False
    template: bool = False
    at_least_one: bool = False
    from_text: bool = False
    together: str | None = None


def limits(check: Check | None) -> Limits:
    """Return what a rule says of values of the right type."""
    return getattr(check, "limits", Limits())


def _with_limits(check: Check, limits: Limits) -> Check:
    check.limits = limits  # type: ignore[attr-defined]
    return check


ALWAYS_SENT: Final = {"always_sent": True}
"""Metadata of a field that has a default in Python but must stand in the JSON."""

BESIDE: Final = {"beside": True}
"""Metadata of a field that stands beside its class's payload, and not in it."""

UNREAD: Final = object()
"""What stands for a value that could not be read, while the part that it belongs to is being read."""


def classes(union: Any) -> tuple[type, ...]:
    """Return the classes of a union, or the one class."""
    return get_args(union) or (union,)


def when_checked(check: Check) -> dict[str, Any]:
    """Return the metadata of a field that may be unfinished while a message is composed.

    Args:
        check: The rule for a message that is read, or about to become a template or to be sent.
    """
    return {"checked": check}


def when_filled(check: Check) -> dict[str, Any]:
    """Return the metadata of a field that may hold a template's placeholder until that is filled.

    Args:
        check: The rule for a message that is rendered, or about to be sent.
    """
    return {"filled": check}


def masked(value: object) -> str:
    """Say how long a text is instead of showing it: the ``repr`` of every field that may hold a customer's words."""
    return "None" if value is None else f"<{len(value)} characters>" if isinstance(value, str) else "<…>"


@functools.cache
def unchecked(cls: type) -> Callable[..., Any]:
    """Return a function that builds an attrs class without converting and checking.

    It takes a value for each field, in order, each of which was checked before, or need not keep the rules.
    """
    names = [field.name for field in attrs.fields(cls)]
    setters = {f"set_{name}": getattr(cls, name).__set__ for name in names}
    body = "".join(f"    set_{name}(made, {name})\n" for name in names)
    source = f"def build({', '.join(names)}):\n    made = new(cls)\n{body}    return made\n"
    scope: dict[str, Any] = {"new": object.__new__, "cls": cls, **setters}
    exec(source, scope)  # noqa: S102 - made of names that stand in our own classes
    return scope["build"]  # type: ignore[no-any-return]


def _broken(
    instance: object, field: attrs.Attribute[Any], value: object, rule: Rule, **params: object
) -> ValidationError:
    return ValidationError([Problem(f"/{field.name}", rule, value, **params)], type(instance).__name__)


def _wrong_type(instance: object, field: attrs.Attribute[Any], value: object, expected: str) -> ValidationError:
    return _broken(instance, field, value, rules.WRONG_TYPE, expected=expected, given=kind(value))


# Texts

_is_name = re.compile(r"[\w.-]{1,40}", re.ASCII).fullmatch
_find_blank = re.compile(r"[\s\x00-\x20\x7f-\xa0]").search
# Nearly all URLs; the others are looked at with care.
_is_plain_url = re.compile(r"https://[A-Za-z0-9.-]+(/[!-~]*)?").fullmatch
_is_https = re.compile(r"https://([^/?#@]*@)?[^/?#@:][^/?#@]*([/?#]|$)", re.IGNORECASE | re.ASCII).match
# As string.Template has it; what the URL begins with is known when the template is rendered.
_begins_with_placeholder = re.compile(r"\$([a-z_]|\{[a-z_][a-z0-9_]*\})", re.IGNORECASE | re.ASCII).match


def text(*, optional: bool = False, blank: bool = True, at_most: int | None = None) -> Check:
    """Return the rule for a text: one-to-three-byte characters only, and what the arguments add.

    Args:
        optional: None passes too; it stands for "not set".
        blank: The empty text and white space alone pass too.
        at_most: Greatest length, in characters.

    Source: WeChat Pay APIv3, 接口规则 (characters), and the field tables of each endpoint (lengths).
    """

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if isinstance(value, str):
            if not (value.isascii() or is_sendable(value)):
                raise _broken(instance, field, value, rules.FOUR_BYTE_CHARACTER, **_unsendable(value))
            if not blank and (not value or value.isspace()):
                raise _broken(instance, field, value, rules.EMPTY)
            if at_most is not None and len(value) > at_most:
                raise _broken(instance, field, value, rules.TOO_LONG, length=len(value), most=at_most)
        elif not (optional and value is None):
            raise _wrong_type(instance, field, value, "string")

    return _with_limits(check, Limits(blank, at_most))


def url(*, optional: bool = False, at_most: int | None = None, template: bool = False) -> Check:
    """Return the rule for a URL that begins with ``https://`` and names a host.

    Args:
        optional: None passes too; it stands for "not set".
        at_most: Greatest length, in characters.
        template: It may also begin with a template's placeholder.
    """
    check_text = text(optional=optional, at_most=at_most)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        check_text(instance, field, value)
        if value is None or _is_plain_url(value):
            return
        if blank := _find_blank(value):
            where = {"char": _code(blank[0]), "position": blank.start()}
            raise _broken(instance, field, value, rules.BLANK_IN_URL, **where)
        if not (_is_https(value) or (template and _begins_with_placeholder(value))):
            rule = rules.NO_HOST if value[:8].lower() == "https://" else rules.NOT_HTTPS
            raise _broken(instance, field, value, rule)

    return _with_limits(check, Limits(blank=False, at_most=at_most, https=True, template=template))


def texts(*, at_most: int) -> Check:
    """Return the rule for a tuple of texts, none of them blank, at most so many."""
    check_entry = text(blank=False)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value.__class__ is not tuple:
            raise _broken(instance, field, value, rules.NOT_A_LIST, expected=("str",), given=kind(value))
        found: list[Problem] = []
        for index, item in enumerate(value):
            if item is UNREAD:
                continue
            try:
                check_entry(instance, field, item)
            except ValidationError as error:
                found += (problem.below(f"/{index}") for problem in error.problems)
        if len(value) > at_most:
            found.append(Problem(f"/{field.name}", rules.TOO_MANY, value, length=len(value), most=at_most))
        if found:
            raise ValidationError(found, type(instance).__name__)

    return _with_limits(check, Limits(blank=False, at_most=at_most))


def together(other: str, check_also: Check) -> Check:
    """Return the rule for a field that is set together with another one or not at all, and has a rule of its own."""

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value is None and getattr(instance, other) is not None:
            raise _broken(instance, field, value, rules.TOGETHER, name=field.name, other=other)
        check_also(instance, field, value)

    return _with_limits(check, attrs.evolve(limits(check_also), together=other))


def is_sendable(value: str) -> bool:
    """Tell whether all characters take one to three bytes in UTF-8, as those do that take two in UTF-16."""
    try:
        return len(value.encode("utf-16")) == 2 * len(value) + 2  # the first two say which way round the others are
    except UnicodeEncodeError:  # half of a pair alone, which no encoding has a form for
        return False


def _unsendable(value: str) -> dict[str, object]:
    first, *others = (index for index, char in enumerate(value) if not is_sendable(char))
    return {"char": _code(value[first]), "position": first, "more": len(others)}


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


# Other values


def integer(*, optional: bool = False) -> Check:
    """Return the rule for a whole number; true and false are none.

    Args:
        optional: None passes too; it stands for "not set".
    """

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if not (value.__class__ is int or (optional and value is None)):
            raise _wrong_type(instance, field, value, "whole number")

    return check


def flag(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: true, false, or None for "not set"."""
    if not (value is None or value is True or value is False):
        raise _wrong_type(instance, field, value, "boolean")


def moment(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: a datetime that knows its zone, or None for "not set".

    Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``expired_time``: RFC 3339 with zone).
    """
    if value is None:
        return
    if not isinstance(value, datetime):
        raise _wrong_type(instance, field, value, "time")
    offset = _offset(value)
    if offset is None:
        raise _broken(instance, field, value, rules.NO_TIME_ZONE)
    if offset.seconds % 60 or offset.microseconds:
        raise _broken(instance, field, value, rules.ODD_OFFSET)


def as_moment(value: Any) -> Any:
    """Bring a datetime into the form the wire can say: whole seconds and a fixed offset; leave all else to the rule."""
    if not isinstance(value, datetime):
        return value
    if value.tzinfo.__class__ is timezone and not (value.microsecond or value.fold):
        return value
    if (offset := _offset(value)) is None:
        return value
    return value.replace(microsecond=0, tzinfo=timezone(offset), fold=0)


def written(moment: datetime | None) -> str | None:
    """Return what a time is written as, by which times are compared: equal messages write equal JSON."""
    return None if moment is None else moment.isoformat()


def _offset(moment: datetime) -> timedelta | None:
    """Return how far a datetime's zone is from UTC; None where it has no zone, or one that does not work."""
    try:
        return moment.utcoffset()
    except Exception:  # noqa: BLE001 - the zone may be of anybody's class
        return None


def member(enum: type[StrEnum]) -> Check:
    """Return the rule for an enum's field: one of its members, or None for "not set"."""

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value is None or value.__class__ is enum:
            return
        if not isinstance(value, str):
            raise _broken(instance, field, value, rules.WRONG_PART, expected=_words(enum), given=kind(value))
        raise _broken(instance, field, value, rules.UNKNOWN_VALUE, **not_a_member(value, enum))

    return check


def not_a_member(value: str, enum: type[StrEnum]) -> dict[str, object]:
    """Return what `rules.UNKNOWN_VALUE` says of a text: what looks like a name is shown, any other text is not."""
    shown = {"given": repr(str(value))} if _is_name(value) else {"length": str(len(value))}
    return {**shown, "allowed": _words(enum)}


def _words(enum: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in enum)


def coerced(enum: type[StrEnum]) -> Callable[[Any], Any]:
    """Return a converter that finds an enum's member by member, wire value or short name, and leaves all else alone."""
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


# Parts


def part(union: Any, *, optional: bool = False, rule: Rule = rules.WRONG_PART) -> Check:
    """Return the rule for a field that holds one of our own classes.

    Args:
        union: The class, or the union of classes.
        optional: None passes too; it stands for "not set".
        rule: What is said where it is none.
    """
    allowed = frozenset(classes(union))
    names = _names(union)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if not (value.__class__ in allowed or (optional and value is None)):
            raise _broken(instance, field, value, rule, expected=names, given=kind(value))

    return check


def parts(union: Any, *, one: str = "", text: bool = False) -> Check:
    """Return the rule for a field that holds a tuple of our own classes.

    Args:
        union: The class, or the union of classes.
        one: What an entry is called, where at least one must be there.
        text: A text is turned into an entry before it comes here, so that the error names it too.
    """
    allowed = frozenset(classes(union))
    names = (*_names(union), "str") if text else _names(union)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value.__class__ is not tuple:
            raise _broken(instance, field, value, rules.NOT_A_LIST, expected=names, given=kind(value))
        if one and not value:
            raise _broken(instance, field, value, rules.EMPTY_LIST, what=one)
        if not allowed.issuperset(map(type, value)):
            raise ValidationError(
                (
                    Problem(f"/{field.name}/{index}", _wrong_entry(item), item, expected=names, given=kind(item))
                    for index, item in enumerate(value)
                    if type(item) not in allowed
                ),
                type(instance).__name__,
            )

    return _with_limits(check, Limits(at_least_one=bool(one), from_text=text))


def _wrong_entry(item: object) -> Rule:
    return rules.LIST_IN_LIST if isinstance(item, (list, tuple)) else rules.WRONG_PART


def _names(union: Any) -> tuple[str, ...]:
    """Return what a user may give; what is only ever read is passed over."""
    return tuple(cls.__name__ for cls in classes(union) if not hasattr(cls, "json"))


def as_tuple(value: Any) -> Any:
    """Turn a list or another iterable into a tuple; leave to the rule what is no list.

    A text is none, nor is a mapping; and a set has no order.
    """
    if value.__class__ is tuple or isinstance(value, (str, bytes, Mapping, AbstractSet)):
        return value
    try:
        return tuple(value)
    except TypeError:
        return value


def json_of(name: str, what: str) -> Check:
    """Return the rule for the JSON text of an object whose type the instance names too, as reading keeps it.

    Args:
        name: The key that names the type, which is the instance's field too.
        what: What the object is called.
    """

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        try:
            data = json.loads(value, parse_constant=refuse_constant) if isinstance(value, str) else None
        except ValueError:
            data = None
        except RecursionError:
            need_room()
            data = None
        if not (isinstance(data, dict) and getattr(instance, name) == named(data, name)):
            raise _broken(instance, field, value, rules.NOT_WHAT_CAME, what=what, name=name)

    return check


def named(data: Mapping[str, Any], name: str) -> str:
    """Return the type that an object names; the empty string where it names none."""
    word = data.get(name)
    return word if isinstance(word, str) else ""


def refuse_constant(name: str) -> None:
    """Refuse NaN and the infinities, which `json` would read although JSON has no such numbers.

    Raises:
        ValueError: Always.
    """
    raise ValueError(f"{name} is no JSON number")


_ROOM = 100
"""More than reading or writing a message takes of the interpreter's stack."""


def need_room(levels: int = _ROOM) -> None:
    """Tell a value that is nested too deeply from a caller whose stack is full: for what meets a `RecursionError`.

    Raises:
        RecursionError: There is no room left for any message.
    """
    if levels:
        need_room(levels - 1)
