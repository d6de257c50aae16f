"""Editing YAML by what it says, and keeping all lines that say something else as they are, comments too.

PyYAML forgets comments. So only the lines of what changes are written anew, and afterwards the whole is read again:
what does not say then what it should is no edit, and a wider one is tried.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from msgkit._short.as_yaml import as_yaml
from msgkit.templates._folder import UnreadableError
from msgkit.templates._source import Source, parse

_YAML: Final = Path("draft.yaml")
_is_dash = re.compile(r" *- +").fullmatch
# What stands as it is in a line, behind a colon or a dash; whether it does there is found out by reading it again.
_is_plain = re.compile(r"[^\s\"'&*!|>%@`#,\[\]{}?:-][^\n#]*").fullmatch


class CannotBeEditedError(Exception):
    """Lines in which something stands in a way that is not edited by lines."""


@attrs.frozen(eq=False)
class Lines:
    """A YAML text by its lines.

    Attributes:
        text: The text.
        source: What it says, and where.
    """

    text: str
    source: Source

    @classmethod
    def of(cls, text: str) -> Lines:
        """Read a text.

        Raises:
            UnreadableError: It is no YAML.
        """
        return cls(text, parse(_YAML, text.encode()))

    def says(self, text: str, data: Any) -> bool:
        """Tell whether a text says something."""
        try:
            return _same(parse(_YAML, text.encode()).data, data)
        except UnreadableError:
            return False

    def replaced(self, first: int, last: int, lines: list[str]) -> str:
        """Return the text with other lines in place of some; where the last is before the first, with more lines."""
        old = self.text.split("\n")
        before, after = old[: first - 1], old[last:]
        return "\n".join([*before, *lines, *(after or [""])])

    # Values

    def with_values(self, pointer: str, old: Any, new: Any) -> Iterator[str]:
        """Yield texts in which single values are written anew, where nothing else changes between old and new."""
        changes = list(_changes(pointer, old, new))
        for write in (_plainly, _quoted):
            text = self.text
            for place, value in reversed(changes):
                start, end = self.source.span(place)
                if "\n" in text[start:end]:
                    raise CannotBeEditedError
                text = text[:start] + write(value) + text[end:]
            yield text

    # Entries of a list

    def chunks(self, pointer: str, count: int) -> list[tuple[int, int, int]]:
        """Return of each entry of a list the line of the comments before it, its first line and its last one.

        Raises:
            CannotBeEditedError: An entry does not begin with a dash of its own, or ends in a line with another.
        """
        found: list[tuple[int, int, int]] = []
        before = self.source.key_line(pointer)
        for index in range(count):
            self.indent(f"{pointer}/{index}")
            first, last = self.source.lines(f"{pointer}/{index}")
            if first <= before:
                raise CannotBeEditedError
            found.append((before + 1, first, last))
            before = last
        return found

    def indent(self, pointer: str) -> str:
        """Return the blanks before the dash of an entry.

        Raises:
            CannotBeEditedError: It has no dash of its own.
        """
        start, _ = self.source.span(pointer)
        dash = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        if not _is_dash(dash):
            raise CannotBeEditedError
        return dash[: dash.index("-")]

    def between(self, first: int, last: int) -> list[str]:
        """Return some of its lines."""
        return self.text.split("\n")[first - 1 : last]


def entry_lines(entry: Any, indent: str = "  ") -> list[str]:
    """Return an entry of a list as lines of YAML, the first with its dash."""
    written = as_yaml({"_": [entry]}).rstrip("\n").split("\n")[1:]
    return [indent + line[2:] if line.strip() else line for line in written]


def key_lines(key: str, value: Any, indent: str = "") -> list[str]:
    """Return a key with its value as lines of YAML."""
    return [indent + line if line.strip() else line for line in as_yaml({key: value}).rstrip("\n").split("\n")]


def _changes(pointer: str, old: Any, new: Any) -> Iterator[tuple[str, Any]]:
    """Yield what changes between two values, in order, where that is nothing but single values in one line."""
    if isinstance(old, Mapping) and isinstance(new, Mapping) and old.keys() == new.keys():
        for key in old:
            step = str(key).replace("~", "~0").replace("/", "~1")
            yield from _changes(f"{pointer}/{step}", old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, each in enumerate(old):
            yield from _changes(f"{pointer}/{index}", each, new[index])
    elif not _same(old, new):
        is_single = isinstance(old, (str, bool, int)) and isinstance(new, (str, bool, int))
        if not is_single or "\n" in str(new) or not str(old):
            raise CannotBeEditedError
        yield pointer, new


def _plainly(value: Any) -> str:
    return value if isinstance(value, str) and _is_plain(value) else json.dumps(value, ensure_ascii=False)


def _quoted(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same in JSON too, where true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
