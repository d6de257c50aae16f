"""JSON as text: written as it is sent, and read from anywhere."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import attrs

from msgkit import rules
from msgkit._fields import need_room, refuse_constant
from msgkit._printable import printable
from msgkit.errors import Problem, ValidationError

_LONGEST_SHOWN = 64


@attrs.frozen
class Verbatim:
    """JSON that is written as it came."""

    text: str


# What a converter wrote holds nothing twice, so there are no circles to look for.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False).encode


def dumps(data: object, indent: int | None = None) -> str:
    """Write JSON: in the form that is sent, or for people.

    Args:
        data: Dicts, lists and plain values, and `Verbatim` among them.
        indent: Spaces for each level; None for the compact form that is sent.
    """
    if indent is None:
        try:
            return _compact(data)
        except TypeError:  # it holds something verbatim
            pass
    kept: dict[str, str] = {}

    def keep(value: Any) -> str:
        # Nobody can have written this before, and so it stands where it was put and nowhere else.
        name = os.urandom(16).hex()
        kept[f'"{name}"'] = value.text
        return name

    separators = (",", ":") if indent is None else None
    text = json.dumps(data, ensure_ascii=False, separators=separators, indent=indent, default=keep)
    return _find_names(lambda match: kept.get(match[0], match[0]), text) if kept else text


_find_names = re.compile('"[0-9a-f]{32}"').sub


def loads(text: str | bytes, subject: str, *, strict: bool = True) -> Any:
    """Parse JSON text from anywhere.

    Args:
        text: The JSON; bytes are UTF-8.
        subject: What was to be read, for the error.
        strict: Refuse a key that stands twice in one object; otherwise its last value counts.

    Raises:
        ValidationError: It is not JSON, not UTF-8, or nested too deeply.
        RecursionError: The caller's stack is full.
    """
    try:
        decoded = decode(text) if isinstance(text, (bytes, bytearray)) else text
        if not strict:
            return parse(decoded)
        return json.loads(decoded, parse_constant=refuse_constant, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        flaw = Problem("", rules.NOT_JSON, reason=error.msg, line=error.lineno, column=error.colno)
    except _RepeatedError as error:
        flaw = Problem("", rules.REPEATED_KEY, key=repr(printable(error.key[:_LONGEST_SHOWN])))
    except UnicodeDecodeError as error:
        flaw = Problem("", rules.NOT_UTF8, byte=error.start)
    except RecursionError:
        need_room()
        flaw = Problem("", rules.TOO_DEEP)
    except (TypeError, ValueError) as error:
        flaw = Problem("", rules.NOT_JSON, reason=str(error))
    raise ValidationError([flaw], subject)


def parse(text: str) -> Any:
    """Parse valid JSON, whatever numbers are in it; of more digits than Python reads, a number is as large as can be.

    Raises:
        ValueError: It is not JSON.
        RecursionError: It is nested too deeply.
    """
    return json.loads(text, parse_constant=refuse_constant, parse_int=_integer)


def _integer(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def decode(content: bytes | bytearray) -> str:
    """Decode UTF-8, with or without the mark that some editors put in front."""
    return content.decode("utf-8-sig")


class _RepeatedError(ValueError):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _RepeatedError(key)
            seen.add(key)
    return found


def as_json(value: Any) -> str:
    """Write a value that was parsed from JSON, so that parsing gives it back.

    Raises:
        ValueError: JSON cannot say it.
        TypeError: Likewise.
        RecursionError: The caller's stack is full.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        need_room()
        raise ValueError("nested too deeply") from None
    if "NaN" in text or "Infinity" in text:
        text = _find_constants.sub(_constant, text)
    return text


# Texts are passed over, what they hold is theirs.
_find_constants = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')


def _constant(match: re.Match[str]) -> str:
    """Say a number that is too large for Python, as 1e999 is, in a way that JSON has."""
    match match[0]:
        case "NaN":
            raise ValueError("NaN is no JSON number")
        case "Infinity":
            return "1e999"
        case "-Infinity":
            return "-1e999"
    return match[0]
