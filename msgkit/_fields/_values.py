"""Rules and converters for numbers, truth, times and enums."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from enum import StrEnum
from typing import Any

import attrs

from msgkit import rules
from msgkit._fields._check import Check, broken, wrong_type
from msgkit._language import kind
from msgkit._near import nearest


def integer(*, optional: bool = False) -> Check:
    """Return the rule for a whole number; true and false are none.

    Args:
        optional: None passes too; it stands for "not set".
    """

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if not (value.__class__ is int or (optional and value is None)):
            raise wrong_type(instance, field, value, "whole number")

    return check


def flag(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: true, false, or None for "not set"."""
    if not (value is None or value is True or value is False):
        raise wrong_type(instance, field, value, "true or false")


def moment(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: a datetime that knows its zone, or None for "not set".

    Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``expired_time``: RFC 3339 with zone).
    """
    if value is None:
        return
    if not isinstance(value, datetime):
        raise wrong_type(instance, field, value, "time")
    try:
        offset = value.utcoffset()
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - the zone may be of anybody's class
        raise broken(instance, field, value, rules.BROKEN_ZONE) from None
    if offset is None:
        raise broken(instance, field, value, rules.NO_TIME_ZONE)
    if offset.seconds % 60 or offset.microseconds:
        raise broken(instance, field, value, rules.ODD_OFFSET)


def as_moment(value: Any) -> Any:
    """Bring a datetime into the form the wire can say: whole seconds and a fixed offset; leave all else to the rule."""
    if not isinstance(value, datetime):
        return value
    if value.__class__ is datetime and value.tzinfo.__class__ is timezone and not (value.microsecond or value.fold):
        return value
    try:
        offset = value.utcoffset()
    except Exception:  # noqa: BLE001 - the zone may be of anybody's class; the rule says so
        return value
    if offset is None:
        return value
    clock = (value.hour, value.minute, value.second)
    return datetime(value.year, value.month, value.day, *clock, tzinfo=timezone(offset))


def written(moment: datetime | None) -> str | None:
    """Return what a time is written as, by which times are compared: equal messages write equal JSON."""
    return None if moment is None else moment.isoformat()


def member(enum: type[StrEnum]) -> Check:
    """Return the rule for an enum's field: one of its members, or None for "not set"."""

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value is None or value.__class__ is enum:
            return
        if not isinstance(value, str):
            raise broken(instance, field, value, rules.WRONG_PART, expected=_words(enum), given=kind(value))
        raise broken(instance, field, value, rules.UNKNOWN_VALUE, **not_a_member(value, enum))

    return check


_is_name = re.compile(r"[\w.-]{1,40}", re.ASCII).fullmatch


def not_a_member(value: str, enum: type[StrEnum]) -> dict[str, object]:
    """Return what `rules.UNKNOWN_VALUE` says of a text: what looks like a name is shown, any other text is not."""
    words = _words(enum)
    return {**shown(value), "allowed": words, "near": nearest(value, words)}


def shown(value: str) -> dict[str, object]:
    """Return what looks like a name as it is, of any other text its length: it may be a customer's."""
    return {"given": str(value)} if _is_name(value) else {"length": str(len(value))}


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
