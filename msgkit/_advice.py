"""What is allowed in a message and looks like a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from msgkit import _wire, rules
from msgkit._fields import limits
from msgkit._wire import Document, Place
from msgkit._wire.shape import Leaf
from msgkit.actions import JumpMiniProgram, UnknownAction
from msgkit.blocks import Button, Image, InvalidInfo, UnknownBlock
from msgkit.errors import Problem
from msgkit.rules import Rule

# The marks, and how they are shown: what stands between them may be a customer's words. The lengths are bounded so that
# no text is gone through more than a few times.
_LEFTOVERS = {
    "{{…}}": re.compile(r"\{\{[^{}\n]{1,60}\}\}"),
    "{…}": re.compile(r"(?<![${])\{[^\W\d][\w.]{0,60}\}(?!\})"),
    "%s": re.compile(r"(?<![\d%])%(?:\(\w{1,60}\))?s\b", re.ASCII),
    "%d": re.compile(r"(?<![\d%])%(?:\(\w{1,60}\))?d\b", re.ASCII),
}
_MARKUP = {
    "**": re.compile(r"\*\*[^*\n]{1,200}\*\*"),
    "#": re.compile(r"^#{1,6} ", re.MULTILINE),
    "[…](…)": re.compile(r"\[[^\[\]\n]{1,200}\]\([^()\n]{1,500}\)"),
    "`": re.compile(r"`[^`\n]{1,200}`"),
    "<…>": re.compile(
        r"</?(?:a|b|i|u|p|br|em|li|ol|ul|div|img|font|span|strong|h[1-6])(?:\s[^<>]{0,200})?/?>", re.IGNORECASE
    ),
    "&…;": re.compile(r"&(?:nbsp|lt|gt|amp|quot|#\d{1,6});", re.IGNORECASE),
}
_looks_like_a_file = re.compile(r"\.(?:jpe?g|png|bmp|gif|webp)$|[/\\]", re.IGNORECASE).search
# The platform's own ids have an ending too: BB04A5DE….bmp, file23578_21798531.jpg.
_is_an_id = re.compile(r"(?:[0-9A-F]{16,}|file\d+_\d+)\.\w+", re.IGNORECASE).fullmatch
_APPID = "wx"
_PLACEHOLDER = "$"


def advice(message: Document) -> tuple[Problem, ...]:
    """Return what is allowed in a message and looks like a mistake; see `Message.advice`."""
    found: list[Problem] = []
    seen: set[str] = set()
    for place in _wire.walk(message):
        if isinstance(place.part, (UnknownBlock, UnknownAction)):
            continue
        found += _texts(place)
        match place.part:
            case InvalidInfo(expired_time=datetime() as moment) if moment < datetime.now(UTC):
                found.append(_problem(place, "expired_time", rules.EXPIRED))
            case Image(media_id=media_id) if _is_odd(media_id):
                found.append(_problem(place, "media_id", rules.FILE_NAME))
            case JumpMiniProgram(appid=appid) if not (appid.startswith(_APPID) or _PLACEHOLDER in appid):
                found.append(_problem(place, "appid", rules.APPID))
            case Button(text=text) if text in seen:
                found.append(_problem(place, "text", rules.SAME_TEXT))
            case Button(text=text):
                seen.add(text)
    return tuple(found)


def _is_odd(media_id: str) -> bool:
    return bool(_looks_like_a_file(media_id)) and not (_is_an_id(media_id) or _PLACEHOLDER in media_id)


def _texts(place: Place) -> Iterator[Problem]:
    """Look at the texts of a part, but for the merchant's own: what the customer reads, and where a tap leads."""
    for field in _wire.shape_of(place.part.__class__).fields:
        value = field.get(place.part)
        if field.own or not (isinstance(field.kind, Leaf) and isinstance(value, str)):
            continue
        marks = {} if limits(field.checked).https else _MARKUP
        for patterns, rule in ((_LEFTOVERS, rules.LEFTOVER), (marks, rules.MARKUP)):
            hits = [(hit.start(), mark) for mark, pattern in patterns.items() if (hit := pattern.search(value))]
            if hits:
                position, mark = min(hits)
                yield _problem(place, field.name, rule, found=mark, position=position)


def _problem(place: Place, name: str, rule: Rule, **params: object) -> Problem:
    return Problem(_wire.pointer(place.field(name)), rule, getattr(place.part, name), **params)
