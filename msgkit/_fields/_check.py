"""What a rule of a field is, what it says of itself, and how a class is built without."""

from __future__ import annotations

import functools
from collections.abc import Callable
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


def with_limits(check: Check, limits: Limits) -> Check:
    check.limits = limits  # type: ignore[attr-defined]
    return check


ALWAYS_SENT: Final = {"always_sent": True}
"""Metadata of a field that has a default in Python but must stand in the JSON."""

BESIDE: Final = {"beside": True}
"""Metadata of a field that stands beside its class's payload, and not in it."""

STATED: Final = {"stated": True}
"""Metadata of a field that WeChat Pay's documentation marks as required."""

OWN: Final = {"own": True}
"""Metadata of a text that is the merchant's own, which no customer sees."""

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


def broken(
    instance: object, field: attrs.Attribute[Any], value: object, rule: Rule, **params: object
) -> ValidationError:
    return ValidationError([Problem(f"/{field.name}", rule, value, **params)], type(instance).__name__)


def wrong_type(instance: object, field: attrs.Attribute[Any], value: object, expected: str) -> ValidationError:
    return broken(instance, field, value, rules.WRONG_TYPE, expected=expected, given=kind(value))
