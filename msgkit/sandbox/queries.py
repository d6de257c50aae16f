"""Query strings, read as strictly as bodies: known names, each once, with values that keep to their rule."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import unquote_plus

from attrs import frozen

from msgkit.sandbox.answers import json_pointer, param_error

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


@frozen
class Parameter:
    """One parameter of a query.

    Attributes:
        read: Makes a value of its text; a ValueError says what is wrong.
        default: What stands for it where it is missing.
        required: Whether it must be there.
    """

    read: Callable[[str], Any]
    default: Any = None
    required: bool = False


Query = Mapping[str, Parameter]


def parse_query(raw: str, query: Query) -> dict[str, Any]:
    """Read a query string.

    Args:
        raw: The string as it was sent, without the question mark.
        query: The parameters that there are.

    Raises:
        Refusal: 400 ``PARAM_ERROR`` for a name that is unknown, comes twice or is missing, or a value that is wrong.
    """
    found: dict[str, Any] = {}
    for pair in filter(None, raw.split("&")):
        name, _, text = pair.partition("=")
        name, value = _decoded(name), _decoded(text)
        pointer = json_pointer(name)
        if name not in query:
            belonging = ", ".join(query) or "nothing"
            raise param_error(pointer, f"does not belong here; what does: {belonging}", value, location="query")
        if name in found:
            raise param_error(pointer, "comes twice", value, location="query")
        try:
            found[name] = query[name].read(value)
        except ValueError as error:
            raise param_error(pointer, str(error), value, location="query") from None
    for name, parameter in query.items():
        if parameter.required and name not in found:
            raise param_error(json_pointer(name), "is required", location="query")
    return {name: parameter.default for name, parameter in query.items()} | found


def number(least: int, most: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers.

    Args:
        least: The smallest one.
        most: The largest one; None where the documentation names none.
    """
    allowed = f"from {least} to {most}" if most is not None else f"of at least {least}"

    def read(text: str) -> int:
        # Nine digits are far more than there are complaints, and hold for every database.
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least or (most is not None and int(text) > most):
            raise ValueError(f"must be a whole number {allowed}")
        return int(text)

    return read


def day(text: str) -> date:
    """Read a day, ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError("must be a day that exists, written as YYYY-MM-DD") from None


def merchant_id(text: str) -> str:
    """Read a mchid, 1 to 64 characters."""
    if not 1 <= len(text) <= 64:  # noqa: PLR2004 - said in the sentence
        raise ValueError("must have 1 to 64 characters")
    return text


def _decoded(text: str) -> str:
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise param_error("", "is not UTF-8 behind its percent signs", location="query") from None
