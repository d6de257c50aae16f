"""Rules for texts: which characters, how many, and what a URL is."""

from __future__ import annotations

import re
from typing import Any

import attrs

from msgkit import rules
from msgkit._fields._check import UNREAD, Check, Limits, broken, limits, with_limits, wrong_type
from msgkit._language import kind
from msgkit._placeholders import begins_with_one
from msgkit.errors import Problem, ValidationError
from msgkit.rules import Rule

_find_blank = re.compile(r"[\s\x00-\x20\x7f-\xa0]").search
# Nearly all URLs; the others are looked at with care.
is_plain_url = re.compile(r"https://[A-Za-z0-9.-]+(/[!-~]*)?").fullmatch
_is_https = re.compile(r"https://([^/?#@]*@)?[^/?#@:][^/?#@]*([/?#]|$)", re.IGNORECASE | re.ASCII).match


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
                raise broken(instance, field, value, rules.FOUR_BYTE_CHARACTER, **unsendable(value))
            if not blank and (not value or value.isspace()):
                raise broken(instance, field, value, rules.EMPTY)
            if at_most is not None and len(value) > at_most:
                raise broken(instance, field, value, rules.TOO_LONG, length=len(value), most=at_most)
        elif not (optional and value is None):
            raise wrong_type(instance, field, value, "string")

    return with_limits(check, Limits(blank, at_most))


def word(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Rule: a string, whatever it says: what the platform calls something."""
    if not isinstance(value, str):
        raise wrong_type(instance, field, value, "string")


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
        if value is not None and (flaw := url_flaw(value, template=template)):
            rule, params = flaw
            raise broken(instance, field, value, rule, **params)

    return with_limits(check, Limits(blank=False, at_most=at_most, https=True, template=template))


def url_flaw(value: str, *, template: bool = False) -> tuple[Rule, dict[str, object]] | None:
    """Return which rule a URL breaks, with what fills the rule's text; None where it is one.

    Args:
        value: The text, whose characters are allowed.
        template: It may also begin with a template's placeholder.
    """
    if is_plain_url(value):
        return None
    if blank := _find_blank(value):
        return rules.BLANK_IN_URL, {"char": _code(blank[0]), "position": blank.start()}
    if _is_https(value) or (template and begins_with_one(value)):
        return None
    return (rules.NO_HOST if value[:8].lower() == "https://" else rules.NOT_HTTPS), {}


def texts(*, at_most: int) -> Check:
    """Return the rule for a tuple of texts, none of them blank, at most so many."""
    check_entry = text(blank=False)

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value.__class__ is not tuple:
            raise broken(instance, field, value, rules.NOT_A_LIST, expected=("str",), given=kind(value))
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

    return with_limits(check, Limits(blank=False, at_most=at_most))


def together(other: str, check_also: Check) -> Check:
    """Return the rule for a field that is set together with another one or not at all, and has a rule of its own."""

    def check(instance: object, field: attrs.Attribute[Any], value: Any) -> None:
        if value is None and getattr(instance, other) is not None:
            raise broken(instance, field, value, rules.TOGETHER, name=field.name, other=other)
        check_also(instance, field, value)

    return with_limits(check, attrs.evolve(limits(check_also), together=other))


def is_sendable(value: str) -> bool:
    """Tell whether all characters take one to three bytes in UTF-8, as those do that take two in UTF-16."""
    try:
        return len(value.encode("utf-16")) == 2 * len(value) + 2  # the first two say which way round the others are
    except UnicodeEncodeError:  # half of a pair alone, which no encoding has a form for
        return False


def unsendable(value: str) -> dict[str, object]:
    """Return what `rules.FOUR_BYTE_CHARACTER` says of a text that has such a character."""
    first, *others = (index for index, char in enumerate(value) if not is_sendable(char))
    return {"char": _code(value[first]), "position": first, "more": len(others)}


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"
