"""The rule for JSON that is kept as text, and what every reader of JSON refuses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs

from msgkit import rules
from msgkit._fields._check import Check, broken


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
            raise broken(instance, field, value, rules.NOT_WHAT_CAME, what=what, name=name)

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
