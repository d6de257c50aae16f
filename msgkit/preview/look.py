"""`Look`: in what state a message is shown, and where its pictures come from."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal, TypeAlias

import attrs

Images: TypeAlias = Callable[[str], bytes | str | None]
"""Takes a media id; gives the picture's bytes, a URL to load it from, or None where it has neither."""

# How a picture begins that a browser shows and that is no program: SVG is none of them.
_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
}
_is_source = re.compile(
    r"https?://[^\s\\]+|/(?![/\\])[^\s\\]*|data:image/(?:png|jpeg|gif|bmp);base64,[A-Za-z0-9+/]+={0,2}"
).fullmatch


def _used(value: Iterable[str]) -> frozenset[str]:
    if isinstance(value, str):
        raise TypeError("used: should be a set of JSON Pointers, not a str")
    return frozenset(value)


def _aware(_look: object, _field: attrs.Attribute[Any], now: datetime | None) -> None:
    if now is not None and now.utcoffset() is None:
        raise ValueError("now: should know its time zone, as datetime.now(UTC) does")


def _known(_look: object, _field: attrs.Attribute[Any], state: str | None) -> None:
    if state not in (None, "expired", "used"):
        raise ValueError("state: should be None, 'expired' or 'used'")


@attrs.frozen
class Look:
    """In what state a message is shown, and where its pictures come from.

    What can be tapped is named by its JSON Pointer into the NormalMessage: the one that `Message.actions` gives for its
    action, without the ``/action`` at its end. A button alone is ``/blocks/0/button``, one of a group
    ``/blocks/2/button_group/buttons/0``, a link ``/blocks/1/link``, a question ``/blocks/3/faq_list/faqs/0``.

    Attributes:
        images: Takes a media id and gives a picture: its bytes, which are shown where they begin as PNG, JPEG, GIF or
            BMP do; a URL, which is loaded where it is http or https, a path that begins with one slash, or a ``data:``
            URL of such a picture; or None. A picture that is not given so is drawn as a placeholder.
        now: The moment at which it is looked at, with a time zone: what has expired by then is shown so. Without one,
            nothing has.
        used: The pointers of what was tapped. It is ticked; where it can be tapped only once, it is off, and with it
            all that shares its limit.
        state: ``"expired"`` shows as over all that has a time, ``"used"`` shows as tapped all that can be tapped only
            once (of a group, its first button); None goes by `now` and `used`.

    Raises:
        ValueError: `now` has no time zone, or `state` is another.
        TypeError: `used` is a text, and no set of texts.

    >>> Look(used={"/blocks/0/button"}).used
    frozenset({'/blocks/0/button'})
    """

    images: Images | None = None
    now: datetime | None = attrs.field(default=None, validator=_aware)
    used: frozenset[str] = attrs.field(default=frozenset(), converter=_used)
    state: Literal["expired", "used"] | None = attrs.field(default=None, validator=_known)

    def source(self, media_id: str) -> str | None:
        """Return where a page takes a picture from; None where there is none that it may take."""
        found = self.images(media_id) if self.images else None
        if isinstance(found, bytes):
            kind = next((kind for beginning, kind in _BEGINNINGS.items() if found.startswith(beginning)), None)
            return f"data:{kind};base64,{base64.b64encode(found).decode()}" if kind else None
        return found if found is not None and _is_source(found) else None

    def is_over(self, moment: datetime) -> bool:
        """Tell whether what works until a moment has stopped to."""
        return self.state == "expired" or (self.now is not None and moment <= self.now)
