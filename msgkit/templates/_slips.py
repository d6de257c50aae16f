"""What a person did who wrote what is no YAML: by what the parser says, and by what stands where it gave up.

The parser tells where it could not go on, which is often lines below the slip. A table says how each slip looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from msgkit import rules
from msgkit._short import char_params
from msgkit.rules import Rule

_MOST_LINES = 10
_MOST_BEFORE = 2000
_MOST_BEHIND = 500

_find_breaks = re.compile("\n").finditer
_HERE = "\0"  # no file has it: the parser refuses it before


@attrs.frozen
class Failure:
    """Where reading ended.

    Attributes:
        said: What the parser says, with what it was at; or the code of the rule that was broken.
        here: The position at which it gave up.
        there: The position at which what it was at begins, where it says that.
    """

    said: str
    here: int
    there: int | None = None


@attrs.frozen
class Slip:
    """What a person did.

    Attributes:
        rule: The rule that says it.
        params: What fills the rule's text.
        position: Where in the text.
    """

    rule: Rule
    params: Mapping[str, object]
    position: int


@attrs.frozen
class _Look:
    """How a slip is told: by what the parser says, and by how the text looks around one of its two positions.

    Attributes:
        said: A pattern of what the parser says.
        looks: A pattern of the text, in which ▮ stands at the position. The group ``slip`` begins where the slip is,
            and ``char`` is what the rule's text shows; without ``slip``, the slip is at ▮.
        rule: What it is then.
        there: Look where what the parser was at begins, and not where it gave up.
    """

    said: str
    looks: str
    rule: Rule
    there: bool = False


_WIDE_DASH = "(?P<slip>(?P<char>[－—–−]))"
_WIDE_QUOTE = "(?P<slip>(?P<char>[“”「『＂‘’＇]))"
_INDENT = r"^[ \t]*(?:- +)*"
_WORD = r"[^\s:：\"'\[{#-][^\s:：]*"
_TO_KEY = r"[^\n]*\n(?:[^\n:：]*\n){0,3}" + _INDENT + r"[^\s:]+▮:"  # and so to the first colon of a line further down

_FIRST_COLON = "mapping values are not allowed here"
_NO_COLON = "could not find expected ':'"
_ENDED = "expected (?:<block end>|'<document start>'), but found"
_IN_BRACKETS = r"expected ',' or '[\]}]', but got"

_LOOKS = (
    # a character that cannot stand here at all
    _Look(r"found character '\\t'", "▮", rules.YAML_TAB),
    _Look("found character '.' that cannot", "▮(?P<char>.)", rules.YAML_FIRST_CHARACTER),
    _Look("ing an? (?:alias|anchor|tag|directive)", "▮(?P<char>[*&!%])", rules.YAML_FIRST_CHARACTER, there=True),
    _Look("undefined tag handle", "▮(?P<char>!)", rules.YAML_FIRST_CHARACTER),
    _Look("found '<(?:directive|stream end)>'", "^(?P<slip>(?P<char>%))", rules.YAML_FIRST_CHARACTER),
    _Look("mapping keys are not allowed here", r"▮(?P<char>\?)", rules.YAML_FIRST_CHARACTER),
    _Look("sequence entries are not allowed here", r"^ *[^\s-][^\n]*▮(?P<char>-)", rules.YAML_FIRST_CHARACTER),
    _Look("sequence entries are not allowed here", "▮", rules.YAML_INDENTATION),
    _Look("expected the node content", r"(?:^|[:-]) *▮(?P<char>[\]},-])", rules.YAML_FIRST_CHARACTER),
    _Look("scanning a block scalar", "▮(?P<char>[|>])", rules.YAML_BLOCK_TEXT, there=True),
    _Look("escape", r"(?P<slip>\\)[xuU]?[0-9a-fA-F]*▮", rules.YAML_ESCAPE),
    # a colon before braces, which are no braces then
    _Look("<scalar>|<block end>", _INDENT + _WORD + r"[ \t]*(?P<slip>：)[ \t]*[{\[][^\n]*▮", rules.YAML_WIDE_COLON),
    # quotes
    _Look("scanning a quoted scalar", "▮", rules.YAML_OPEN_QUOTE, there=True),
    _Look("found '<scalar>'|got '<scalar>'", r"[:,\[{-] *(?P<slip>\")[^\"\n]*\n[^\"]*\" *▮", rules.YAML_OPEN_QUOTE),
    _Look("found '<scalar>'|got '<scalar>'", r"[:,\[{-] *(?P<slip>')[^'\n]*\n[^']*' *▮", rules.YAML_OPEN_QUOTE),
    _Look("found '<scalar>'|got '<scalar>'|" + _ENDED, r"[\"'] *▮(?P<char>[，、])(?= *[\"'])", rules.YAML_WIDE),
    _Look("found '<scalar>'|got '<scalar>'", r"[\"'] *▮(?! *[\"'])", rules.YAML_BEHIND_QUOTE),
    _Look(_ENDED, r"[\"'] *▮", rules.YAML_BEHIND_QUOTE),
    _Look(_ENDED, r"(?P<char>[\]}]) *▮", rules.YAML_BEHIND_BRACKET),
    # brackets
    _Look(_IN_BRACKETS + r" '\{'", r"(?P<slip>\$)▮\{", rules.YAML_BARE_PLACEHOLDER),
    _Look(_IN_BRACKETS + r" '\?'", r"[^\s\[{,][^\n\[{,]*▮(?P<char>\?)", rules.YAML_BARE_MARK),
    _Look(_IN_BRACKETS, r"▮[\[{][^\n\]}]*(?P<slip>(?P<char>[】］｝]))", rules.YAML_WIDE, there=True),
    _Look(_IN_BRACKETS, r"▮[\[{][^\n\]}]*[ \t,](?P<slip>#)", rules.YAML_COMMENT, there=True),
    _Look(_IN_BRACKETS + " '<stream end>'", r"▮(?P<char>[\[{])", rules.YAML_OPEN_BRACKET, there=True),
    _Look(_IN_BRACKETS + ".* further down", r"▮(?P<char>[\[{])", rules.YAML_OPEN_BRACKET, there=True),
    _Look(_IN_BRACKETS + " ':'", r"(?P<slip>(?P<char>，))[^\n,，]*▮:", rules.YAML_WIDE),
    _Look(_IN_BRACKETS + " ':'", r": [^\n,]*▮:", rules.YAML_COLON_IN_TEXT),
    # a key, or what was to be one
    _Look(_FIRST_COLON, _INDENT + _WORD + r"[ \t]*(?P<slip>：)[ \t]*[{\[][^\n]*▮:", rules.YAML_WIDE_COLON),
    _Look(_FIRST_COLON, _INDENT + _WORD + "[ \t]*(?P<slip>：)" + _TO_KEY, rules.YAML_WIDE_COLON),
    _Look(_FIRST_COLON, _INDENT + _WORD + r"(?P<slip>:)(?!//)[^\s]" + _TO_KEY, rules.YAML_COLON_SPACE),
    _Look(_FIRST_COLON, r"^ *" + _WIDE_DASH + _TO_KEY, rules.YAML_WIDE),
    _Look(_FIRST_COLON, r"^ *(?P<slip>-)[^\s-]" + _TO_KEY, rules.YAML_DASH_SPACE),
    _Look(_FIRST_COLON, r"^ *" + _WIDE_DASH + r"[^\n:]*▮:", rules.YAML_WIDE),
    _Look(_FIRST_COLON, r"^ *(?P<slip>-)[^\s:-][^\s:]*▮:", rules.YAML_DASH_SPACE),
    _Look(_FIRST_COLON, r"^ *(?P<slip>\t)[^\n:]*▮:", rules.YAML_TAB),
    _Look(_FIRST_COLON, r"^ *(?P<slip>(?:- +)*[^\s:]+)▮:", rules.YAML_INDENTATION),
    _Look(_FIRST_COLON, r": *" + _WIDE_QUOTE + r"[^\n]*▮:", rules.YAML_WIDE),
    _Look(_FIRST_COLON, "▮", rules.YAML_COLON_IN_TEXT),
    _Look(_NO_COLON, "▮" + _WORD + "[ \t]*(?P<slip>：)", rules.YAML_WIDE_COLON, there=True),
    _Look(_NO_COLON, "▮" + _WORD + r"(?P<slip>:)(?!//)\S", rules.YAML_COLON_SPACE, there=True),
    _Look(_NO_COLON, "▮" + _WIDE_DASH, rules.YAML_WIDE, there=True),
    _Look(_NO_COLON, r"▮(?P<slip>-)[^\s-]", rules.YAML_DASH_SPACE, there=True),
    _Look(_NO_COLON, r"▮(?P<slip>\"[^\"\n]*|'[^'\n]*)$", rules.YAML_OPEN_QUOTE, there=True),
    _Look(_NO_COLON, "▮", rules.YAML_NO_COLON, there=True),
    _Look(_ENDED, r"▮(?P<slip>-)[^\s-]", rules.YAML_DASH_SPACE),
    _Look(_ENDED, "▮" + _WIDE_DASH, rules.YAML_WIDE),
    _Look(_ENDED + r" '(?:\?|-|<block (?:mapping|sequence) start>|<scalar>)'", r"^ *▮", rules.YAML_INDENTATION),
    # what the parser takes and we do not
    _Look(rules.YAML_REPEATED_KEY.code, "▮" + _WIDE_DASH, rules.YAML_WIDE),
    _Look(rules.YAML_REPEATED_KEY.code, r"▮(?P<slip>-)[^\s-]", rules.YAML_DASH_SPACE),
    _Look(rules.YAML_KEY.code, r"(?P<slip>(?P<char>\{)) *▮\{", rules.YAML_FIRST_CHARACTER),
)  # fmt: skip
"""The first that fits counts."""


def find(text: str, failure: Failure) -> Slip | None:
    """Return what a person did that ended so; None where that cannot be told."""
    scenes = {False: _Scene.at(text, failure.here), True: _Scene.at(text, failure.there)}
    for look in _LOOKS:
        if re.search(look.said, failure.said):
            scene = scenes[look.there]
            if match := re.search(look.looks.replace("▮", _HERE), scene.text, re.MULTILINE):
                return scene.slip(look.rule, match)
    return None


@attrs.frozen
class _Scene:
    """Some lines of a text, with ▮ in them.

    Attributes:
        text: The lines.
        start: Where they begin.
        here: Where ▮ stands.
    """

    text: str
    start: int
    here: int

    @classmethod
    def at(cls, text: str, here: int | None) -> _Scene:
        if here is None:
            return cls("", 0, 0)
        start = max(0, here - _MOST_BEFORE)
        lines = [match.end() for match in _find_breaks(text, start, here)]
        if len(lines) > _MOST_LINES:
            start = lines[-_MOST_LINES]
        end = text.find("\n", here, here + _MOST_BEHIND)
        behind = text[here : here + _MOST_BEHIND if end < 0 else end]
        # What begins in mid-line is not to look like a line of its own: nothing looks for a key before a colon.
        cut = ":" if start and text[start - 1] != "\n" else ""
        return cls(f"{cut}{text[start:here]}{_HERE}{behind}", start - len(cut), here)

    def slip(self, rule: Rule, match: re.Match[str]) -> Slip:
        groups = match.groupdict()
        at = match.start("slip") if groups.get("slip") is not None else self.text.index(_HERE)
        return Slip(rule, char_params(groups.get("char")), self._position(at))

    def _position(self, at: int) -> int:
        return self.start + at - (self.start + at > self.here)
