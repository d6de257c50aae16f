"""Rules and converters for parts of a message, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set as AbstractSet
from typing import Any

import attrs

from msgkit import rules
from msgkit._fields._check import Check, Limits, broken, classes, with_limits
from msgkit._language import kind
from msgkit.errors import Problem, ValidationError
from msgkit.rules import Rule


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
            raise broken(instance, field, value, rule, expected=names, given=kind(value))

    return check


def parts(union: Any, *, one: str = "", text: bool = False, text_rule: Rule | None = None) -> Check:
    """Return the rule for a field that holds a tuple of our own classes.

    Args:
        union: The class, or the union of classes.
        one: What an entry is called, where at least one must be there.
        text_rule: What is said of a text in place of the tuple, where there is more to say than that it is none.
        text: A text is turned into an entry before it comes here, so that the error names it too.
    """
    allowed = frozenset(classes(union))
    names = (*_names(union), "str") if text else _names(union)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if text_rule is not None and isinstance(value, str):
            raise broken(instance, field, value, text_rule)
        if value.__class__ is not tuple:
            raise broken(instance, field, value, rules.NOT_A_LIST, expected=names, given=kind(value))
        if one and not value:
            raise broken(instance, field, value, rules.EMPTY_LIST, what=one)
        if not allowed.issuperset(map(type, value)):
            raise ValidationError(
                (
                    Problem(f"/{field.name}/{index}", _wrong_entry(item), item, expected=names, given=kind(item))
                    for index, item in enumerate(value)
                    if type(item) not in allowed
                ),
                type(instance).__name__,
            )

    return with_limits(check, Limits(at_least_one=bool(one), from_text=text))


def _wrong_entry(item: object) -> Rule:
    if isinstance(item, (AbstractSet, Mapping)):
        return rules.UNORDERED
    is_list = isinstance(item, Iterable) and not isinstance(item, (str, bytes)) and not attrs.has(type(item))
    return rules.LIST_IN_LIST if is_list else rules.WRONG_PART


def _names(union: Any) -> tuple[str, ...]:
    """Return what a user may give; of a union, what is only ever read is passed over, which has no payload."""
    members = classes(union)
    given = [cls for cls in members if hasattr(cls, "payload_key")] or members
    return tuple(cls.__name__ for cls in given)


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
