"""What endpoints have in common: the complaint in a path, ids in answers, and no placeholder that is sent unfilled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import attrs

from msgkit import _fields, _wire, rules
from msgkit._apiv3.calls import Call, FlawError
from msgkit.errors import Problem, ValidationError

COMPLAINTS = "/v3/merchant-service/complaints-v2"

# As a template's placeholders are written; a bare $name may be meant: 请付 $USD.
_find_placeholder = re.compile(r"\$\{[^{}]*\}").search


def no_way_up(_instance: object, field: attrs.Attribute[str], value: str) -> None:
    """Refuse what no escape keeps from being read as a step in a path."""
    if value in {".", ".."}:
        raise ValidationError([Problem(f"/{field.name}", rules.PATH_STEP, value)], "send")


@attrs.frozen
class Target:
    """The complaint in a path, and the merchant it is about."""

    complaint_id: str = attrs.field(validator=[_fields.text(blank=False, at_most=64), no_way_up])
    complainted_mchid: str = attrs.field(validator=_fields.text(blank=False, at_most=64))


@attrs.frozen
class ComplaintId:
    """The complaint in the path of a call that says nothing of the merchant."""

    complaint_id: str = attrs.field(validator=[_fields.text(blank=False, at_most=64), no_way_up])


def path_of(complaint_id: str, operation: str = "") -> str:
    """Return the path of what is done to a complaint, percent-encoded."""
    return "/".join(filter(None, (COMPLAINTS, quote(complaint_id, safe=""), operation)))


def id_of(data: Mapping[str, Any], key: str, at_most: int) -> str:
    """Return an id from an answer, which goes into logs and databases as it is.

    Raises:
        FlawError: There is none, or none that can be shown.
    """
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise FlawError(f"it has no {key}")
    if len(value) > at_most or not value.isprintable():
        raise FlawError(f"its {key} has more than {at_most} characters, or some that cannot be shown")
    return value


def post(
    target: Target | ComplaintId,
    operation: str,
    body: dict[str, Any],
    *,
    idempotent_id: str | None = None,
    allow_placeholders: bool = False,
) -> Call:
    """Return what is done to a complaint, or refuse what a template has left open in any string that would be sent.

    Raises:
        ValidationError: Something is left open.
    """
    content = _wire.encode(body)
    # Nearly nothing that is sent holds such a sign, and `_placeholders` looks at every string.
    if not allow_placeholders and (b"${" in content or "${" in target.complaint_id):
        found = [*_placeholders(target.complaint_id, (None, "complaint_id")), *_placeholders(body, None)]
        if found:
            raise ValidationError(found, "send")
    return Call("POST", path_of(target.complaint_id, operation), content, idempotent_id=idempotent_id)


def _placeholders(value: object, path: _wire.Path) -> Iterator[Problem]:
    """Find each string that still holds a placeholder, in what is about to be sent."""
    if isinstance(value, str) and (found := _find_placeholder(value)):
        yield Problem(_wire.pointer(path), rules.PLACEHOLDER_LEFT, value, position=found.start())
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _placeholders(each, (path, key))
