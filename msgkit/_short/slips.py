"""What YAML takes as a text, or as a key, and was meant as something else: its punctuation was of another kind."""

from __future__ import annotations

import re
from collections.abc import Collection

from msgkit import rules
from msgkit.rules import Rule

_PLAIN = dict(zip("：，－—–−【［】］｛｝“”「『＂‘’＇", ':,----[[]]{}"""""\'\'\'', strict=True))
"""What only looks like YAML's punctuation, and what would be it."""

_key = re.compile(r"(?P<dash>[-－—–−]?)[ \t]*(?P<key>[^\s:：]+?)[ \t]*(?:(?P<colon>[:：])|\Z)").match
_begins_with_wide_space = re.compile(r"[^\S \t\r\n]").match  # what a Chinese keyboard or a web page has for a space


def char_params(char: str | None) -> dict[str, object]:
    """Return what fills a rule's text about a character: itself, and what would be right instead of it."""
    if char is None:
        return {}
    return {"char": char, "plain": _PLAIN[char]} if char in _PLAIN else {"char": char}


def slip(text: str, keys: Collection[str]) -> tuple[Rule, dict[str, object]] | None:
    """Return what a person did who wrote a text where an object belongs, or a key that is not known.

    Args:
        text: The text, or the key.
        keys: The keys that may stand there. Nothing else of the text is told.

    Returns:
        The rule and what fills its text; None where it is no slip of YAML's.

    >>> [found[0].code for text in ("text：hello", "text:hello", "-text") if (found := slip(text, {"text"}))]
    ['yaml-wide-colon', 'yaml-colon-space', 'yaml-dash-space']
    """
    match = _key(text)
    if match is None or match["key"] not in keys:
        return None
    match match["dash"], match["colon"]:
        case "-", _:
            return rules.YAML_DASH_SPACE, {}
        case "", "：":
            return rules.YAML_WIDE_COLON, {"key": match["key"]}
        case "", ":":
            return rules.YAML_COLON_SPACE, {"key": match["key"]}
        case "", _:
            return None
        case dash, _:
            return rules.YAML_WIDE, char_params(dash)


def slip_of_key(key: str, keys: Collection[str]) -> tuple[Rule, dict[str, object]] | None:
    """Return what a person did who wrote a key that is not known; see `slip`."""
    if space := _begins_with_wide_space(key):
        return rules.YAML_WIDE_SPACE, {"char": f"U+{ord(space[0]):04X}"}
    return slip(key, keys)


def slip_of_list(text: str) -> tuple[Rule, dict[str, object]] | None:
    """Return what a person did who wrote a text where a list belongs: its brackets are full-width ones."""
    return (rules.YAML_WIDE, char_params(text[0])) if text.startswith(("【", "［")) else None
