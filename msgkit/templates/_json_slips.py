"""What a person did who wrote what is no JSON, by what stands where the parser gave up."""

from __future__ import annotations

import re

import attrs

from msgkit import rules
from msgkit._short import char_params
from msgkit.errors import Problem
from msgkit.rules import Rule

_WIDE = "：，［】］｛｝【“”「『＂"
_WORDS = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false", "NULL": "null"}


@attrs.frozen
class Slip:
    """What a person did.

    Attributes:
        problem: What is said of it.
        position: Where in the text.
    """

    problem: Problem
    position: int


# How the text looks from where the parser gave up, and the rule that says so.
_LOOKS: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (re.compile(rf"(?P<char>[{_WIDE}])"), rules.JSON_WIDE),
    (re.compile(r"//|/\*|#"), rules.JSON_COMMENT),
    (re.compile(rf"(?P<word>{'|'.join(_WORDS)})\b"), rules.JSON_WORD),
    (re.compile(r"'|[^\W\d]"), rules.JSON_QUOTES),
    (re.compile(r"[\r\n]"), rules.JSON_BREAK),
)
_find_last_comma = re.compile(r",\s*\Z").search
_is_behind_value = re.compile(r"""["\]}\w]\s*\Z""").search
_closes = re.compile(r"[\]}]").match
_is_trailing = re.compile(r",\s*[\]}]").match
_begins_value = re.compile(r"""["\[{\d-]""").match
_MOST_BEFORE = 200
_NO_COMMA = "Expecting ',' delimiter"


def find(text: str, position: int, reason: str) -> Slip | None:
    """Return what a person did, by where the parser gave up and why; None where that cannot be told."""
    before, behind = text[max(0, position - _MOST_BEFORE) : position], text[position : position + _MOST_BEFORE]
    if _is_trailing(behind):  # newer versions of Python stop at the comma
        return _slip(rules.JSON_TRAILING_COMMA, position)
    if _closes(behind) and (comma := _find_last_comma(before)):
        return _slip(rules.JSON_TRAILING_COMMA, position - len(before) + comma.start())
    if not behind.strip():
        return _slip(rules.JSON_OPEN, len(text.rstrip()) or 0) if text.strip() else None
    for pattern, rule in _LOOKS:
        if match := pattern.match(behind):
            return _slip(rule, position, **_params(match))
    if reason == _NO_COMMA and _begins_value(behind) and _is_behind_value(before):
        return _slip(rules.JSON_NO_COMMA, position)
    return None


def _params(match: re.Match[str]) -> dict[str, object]:
    groups = match.groupdict()
    if "word" in groups:
        return {"word": groups["word"], "plain": _WORDS[groups["word"]]}
    return char_params(groups.get("char"))


def _slip(rule: Rule, position: int, **params: object) -> Slip:
    return Slip(Problem("", rule, **params), position)
