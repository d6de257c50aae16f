"""What the fluent methods of `Message` are called with, where it is not what a class takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgkit import rules
from msgkit.blocks import InvalidInfo
from msgkit.errors import Problem, ValidationError

# What a field of the wire is called in the fluent methods.
_CALLED = {
    "is_bold": "bold=",
    "image_style_type": "style=",
    "button_layout": "layout=",
    "expired_time": "expires=",
    "invalid_info": "expires= and multi_clickable=",
}


def refuse(method: str, others: Mapping[str, object]) -> None:
    """Refuse arguments that a method does not have, and say what they are called here.

    Raises:
        TypeError: For the first of them.
    """
    for name in others:
        cure = f"; here it is called {_CALLED[name]}" if name in _CALLED else ""
        raise TypeError(f"Message.{method}() got an unexpected keyword argument {name!r}{cure}")


def invalid_info(expires: datetime | timedelta | None, multi_clickable: bool | None) -> InvalidInfo | None:
    """Return until when and how often something can be tapped; None where neither is said.

    Args:
        expires: An aware datetime, or a timedelta from now.
        multi_clickable: Whether it can be tapped more than once.

    Raises:
        ValidationError: The moment is none that can be written, or has no zone.
    """
    if expires is None and multi_clickable is None:
        return None
    if isinstance(expires, timedelta):
        try:
            expires = datetime.now(UTC).astimezone() + expires
        except OverflowError:
            raise ValidationError([Problem("/expired_time", rules.TOO_FAR, expires)], "InvalidInfo") from None
    return InvalidInfo(expires, multi_clickable)
