"""What may be written at the cursor: keys, words, variables and names of templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs
from starlette.responses import Response

from msgkit._placeholders import find_dollars
from msgkit.studio.answers import JsonAnswer
from msgkit.studio.composer import grammar
from msgkit.studio.composer.draft import YAML, draft_of, language_of, text_of
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.site import Site
from msgkit.studio.words import WORDS
from msgkit.templates._reading import INCLUDE

_MOST: Final = 200
_MOST_LINES: Final = 2000
_LONGEST: Final = 2000
"""Most characters of a line in which anything is offered."""

_is_line = re.compile(r"(?P<blank> *)(?P<dashes>(?:- +)*)(?:(?P<key>[\w-]+) *:(?: +(?P<value>.*))?)?.*").match
_begins_variable = re.compile(r"\$\{?([^\s${}]*)$").search
_begins_value = re.compile(r"^(?: |- )*(?P<key>[\w-]+): +(?P<word>[^\s#\[{\"']*)$").match
_begins_key = re.compile(r"^(?P<lead>(?: |- )*)(?P<word>[\w-]*)$").match
_in_braces = re.compile(r"[{,] *(?:(?P<key>[\w-]+): *)?(?P<word>[\w-]*)$").search


@attrs.frozen
class Here:
    """Where the cursor is.

    Attributes:
        path: The keys and numbers of the object in which it is.
        around: What stands in each object on the way there, and in that one itself.
    """

    path: tuple[str | int, ...]
    around: tuple[dict[str, str], ...]


def _complete(site: Site, asked: Asked) -> Response:
    text, before = text_of(asked.form), asked.form.get("before", "")
    line = asked.form.get("line", "1")
    if not (line.isascii() and line.isdecimal() and len(line) < 8):  # noqa: PLR2004
        raise RefusedError(WORDS["composer.bad_form"])
    if len(before) > _LONGEST:
        return JsonAnswer(None)
    if (begun := _begins_variable(before)) is not None:
        is_braced = before[begun.start() :].startswith("${")
        offers = list(_variables(site, asked))
        mended = [{**each, "apply": each["label"] + "}" if is_braced else f"{{{each['label']}}}"} for each in offers]
        return JsonAnswer({"word": begun[1], "options": mended[:_MOST]})
    if language_of(asked.form) != YAML:
        return JsonAnswer(None)
    word, options = _in_yaml(site, text.split("\n")[:_MOST_LINES], int(line), before, asked.lang)
    return JsonAnswer({"word": word, "options": options[:_MOST]} if options else None)


def _variables(site: Site, asked: Asked) -> Iterator[dict[str, str]]:
    """Yield the variables that a text declares or uses, whatever else is wrong with it."""
    draft = draft_of(site, asked.form)
    file = draft.seen.file
    told: dict[str, str] = {}
    for name, variable in (file.variables if file else {}).items():
        told[name] = variable.description or ""
    for match in find_dollars(asked.form["text"]):
        if (name := match["braced"] or match["named"]) and name not in told:
            told[name] = ""
    for name in re.findall(r"^  ([^\W\d]\w*):", asked.form["text"], re.MULTILINE):
        if file is None:
            told.setdefault(name, "")
    yield from ({"label": name, "detail": about} for name, about in told.items())


def _in_yaml(site: Site, lines: list[str], line: int, before: str, lang: str) -> tuple[str, list[dict[str, str]]]:
    here = where(lines, line, before)
    if (braced := _in_braces(before)) is not None and "{" in before:
        return _in_flow(lines, line, before, lang, braced)
    if (value := _begins_value(before)) is not None:
        if value["key"] == INCLUDE:
            return value["word"], [{"label": name} for name in site.templates.names]
        words = grammar.values((*here.path, value["key"]), here.around)
        return value["word"], [_offer(word, lang) for word in words]
    if (key := _begins_key(before)) is not None:
        return key["word"], list(_keys(here, lang))
    return "", []


def _in_flow(
    lines: list[str], line: int, before: str, lang: str, begun: re.Match[str]
) -> tuple[str, list[dict[str, str]]]:
    """Return what may stand within braces, in one line with the key that they belong to."""
    opened = before.rindex("{")
    inside = dict(re.findall(r"([\w-]+): *([^,}]*)", before[opened + 1 : begun.start()]))
    outer = where(lines, line, before)
    owner = re.match(r"^(?: |- )*(?P<key>[^\s:{\[]+): *(?P<list>\[?)", before)
    steps: tuple[str | int, ...] = () if owner is None else (owner["key"], *((0,) if owner["list"] else ()))
    dashes = before.count("- ") if owner is None else 0
    lists: tuple[dict[str, str], ...] = ({},) * (len(steps) - 1 if steps else 0)
    path = (*outer.path, *steps) if not dashes else outer.path
    around = (*outer.around, *lists, inside) if not dashes else (*outer.around[:-1], inside)
    if begun["key"]:
        return begun["word"], [_offer(word, lang) for word in grammar.values((*path, begun["key"]), around)]
    return begun["word"], [each for each in _keys(Here(path, around), lang) if each["label"] not in inside]


def _keys(here: Here, lang: str) -> Iterator[dict[str, str]]:
    for word in grammar.keys(here.path, here.around):
        if word.text not in here.around[-1]:
            yield {**_offer(word, lang), "apply": f"{word.text}:" if word.kind else f"{word.text}: "}


def _offer(word: grammar.Word, lang: str) -> dict[str, str]:
    said = word.said(lang)
    return {"label": word.text, "info": said} if said else {"label": word.text}


def where(lines: list[str], line: int, before: str) -> Here:
    """Return where in a YAML file a line is, by how far in it and those around it begin; nothing need be right yet.

    Args:
        lines: The lines of the file.
        line: The line, counted from 1.
        before: What stands in it before the cursor.
    """
    steps: list[str | int] = []
    around: list[dict[str, str]] = []
    match = _is_line(before)
    assert match is not None  # noqa: S101 - it matches every line
    at, level, is_item = line - 1, len(match["blank"]) + len(match["dashes"]), bool(match["dashes"])
    while True:
        around.append(_beside(lines, at, level, own=line - 1))
        first = at if is_item else _first(lines, at, level)
        if first is not None:
            # The dash of an entry stands before it, and the key of its list above, as far in or less.
            steps.append(0)
            around.append({})
            at = first
        parent = _above(lines, at, level - 2 if first is not None else level, is_list=first is not None)
        if parent is None:
            return Here(tuple(reversed(steps)), tuple(reversed(around)))
        at, key, level, is_item = parent
        steps.append(key)


def _first(lines: list[str], at: int, level: int) -> int | None:
    """Return the line with the dash of the entry whose keys stand so far in; None where they are those of no entry."""
    for index in range(min(at, len(lines)) - 1, -1, -1):
        match, text = _is_line(lines[index]), lines[index].strip()
        if match is None or not text or text.startswith("#"):
            continue
        start = len(match["blank"]) + len(match["dashes"])
        if start < level:
            return None
        if start == level and match["dashes"]:
            return index
    return None


def _above(lines: list[str], at: int, level: int, *, is_list: bool) -> tuple[int, str, int, bool] | None:
    """Return the line with the key under which something stands: its number, the key, how far in, and if by a dash."""
    for index in range(min(at, len(lines)) - 1, -1, -1):
        match = _is_line(lines[index])
        if match is None or not match["key"] or lines[index].lstrip().startswith("#"):
            continue
        start = len(match["blank"]) + len(match["dashes"])
        if start < level or (is_list and start == level and not match["dashes"] and not match["value"]):
            return index, match["key"], start, bool(match["dashes"])
    return None


def _beside(lines: list[str], at: int, level: int, own: int) -> dict[str, str]:
    """Return the keys of the object in which a line is, with what stands behind them; without the cursor's own line."""
    found: dict[str, str] = {}
    for direction in (-1, 1):
        index = at if direction < 0 else at + 1
        while 0 <= index < len(lines):
            match = _is_line(lines[index])
            text = lines[index].strip()
            start = len(match["blank"]) + len(match["dashes"]) if match else 0
            if text and not text.startswith("#"):
                if start < level or (direction > 0 and start == level and match and match["dashes"]):
                    break
                if start == level and match and match["key"] and index != own:
                    found[match["key"]] = (match["value"] or "").strip()
                if start == level and match and match["dashes"]:
                    break
            index += direction
    return found


DOORS = (Door("POST", "/compose/complete", _complete),)
