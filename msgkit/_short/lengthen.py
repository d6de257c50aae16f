"""From the short form to the wire's JSON of a message that came from the platform, whatever stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgkit import rules
from msgkit._fields import coerced, written
from msgkit._language import kind
from msgkit._placeholders import as_name, find_dollars, unescaped
from msgkit._short.expand import Expanded, expand
from msgkit._short.read import note_unknown, plainly
from msgkit._short.words import CUSTOM_DATA, ENTRIES, RENAMED, SENDER
from msgkit._wire.places import Path
from msgkit._wire.read import Reading
from msgkit.enums import SenderIdentity
from msgkit.errors import ValidationError

_BLOCKS, _TYPE, _SENDER_IDENTITY = "blocks", "type", "sender_identity"
_MAIN = (*ENTRIES, _TYPE)
_SPELLINGS = {name: short for name, short in RENAMED.items() if short == SENDER}


def lengthen_message(data: object) -> dict[str, Any]:
    """Return a message in the wire's form, of what `shorten_message` made of one.

    Raises:
        ValidationError: It is not in the short form; with all problems, each with its JSON Pointer.
    """
    reading = Reading(strict=True)
    found: dict[str, Any] = {}
    if isinstance(data, Mapping):
        given, at = plainly(data, _SPELLINGS, None, reading)
        note_unknown(given, (_BLOCKS, SENDER, CUSTOM_DATA), None, reading, owner="message")
        plain = {key: _unescaped(value, at[key], reading) for key, value in given.items()}
        if isinstance(blocks := plain.get(_BLOCKS), list):
            found[_BLOCKS] = [_block(each, (at[_BLOCKS], index), reading) for index, each in enumerate(blocks)]
        else:
            reading.note((None, _BLOCKS), rules.NO_BLOCKS, blocks, given=kind(blocks))
        if SENDER in plain:
            found[_SENDER_IDENTITY] = coerced(SenderIdentity)(plain[SENDER])
        if CUSTOM_DATA in plain:
            found[CUSTOM_DATA] = plain[CUSTOM_DATA]
    else:
        reading.note(None, rules.WRONG_TYPE, data, expected="object", given=kind(data))
    if reading.found:
        raise ValidationError(reading.found, "Message")
    return found


def _block(data: Any, path: Path, reading: Reading) -> Any:
    """Return the wire's form of an entry; what stands there in that form already stays as it is."""
    if not isinstance(data, Mapping) or _TYPE in data:
        return data
    mains = [key for key in ENTRIES if key in data]
    if not mains:
        return reading.note(path, rules.NO_MAIN_KEY, allowed=_MAIN)
    if len(mains) > 1:
        return reading.note(path, rules.SEVERAL_MAIN_KEYS, found=tuple(mains))
    made = expand(ENTRIES[mains[0]], data, path, reading)
    _set_expiries(made)
    return made.block


def _set_expiries(made: Expanded) -> None:
    """Let what lasts for some time begin now."""
    for place, expiry in made.expiries.items():
        info: Any = made.block
        for key in place.split("/")[1:]:
            info = info[int(key) if isinstance(info, list) else key]
        if expiry.lasts is not None:
            info["expired_time"] = written((datetime.now(UTC).astimezone() + expiry.lasts).replace(microsecond=0))


def _unescaped(value: Any, path: Path, reading: Reading) -> Any:
    """Return what texts say whose dollars are doubled; a variable in one, which nobody gives, is noted."""
    if isinstance(value, str):
        for match in find_dollars(value):
            name = as_name(match["named"] or match["braced"] or "")
            if name:
                reading.note(path, rules.MISSING_VARIABLE, name=name)
        return unescaped(value)
    if isinstance(value, Mapping):
        return {key: _unescaped(each, (path, key), reading) for key, each in value.items()}
    return [_unescaped(each, (path, i), reading) for i, each in enumerate(value)] if isinstance(value, list) else value
