"""Reading a template file: what it says, and where it says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from msgkit import _language, rules
from msgkit._extras import hint
from msgkit._wire.text import decode
from msgkit.errors import MOST_SHOWN, Problem, ValidationError
from msgkit.templates import _folder
from msgkit.templates._folder import Flaw, Folder, Place, UnreadableError
from msgkit.templates._places import NotReadError, Tree, find, line_and_column, load_json, locate

LARGEST_FILE = 1024 * 1024
"""Most bytes of a template file."""

_MOST_LINES = 10_000  # further down nobody reads, and each look there costs as much as the file is long


@attrs.frozen(eq=False)
class Source:
    """The content of a JSON or YAML file.

    Attributes:
        path: The file.
        data: What it says, as dicts and lists.
    """

    path: Path
    data: Any
    _tree: Tree[Any]
    _text: str = attrs.field(default="", repr=False)

    def place(self, problem: Problem) -> Place:
        """Return where a problem stands, whose pointer leads into `data`; what is missing, where it should stand in."""
        try:
            place = find(self._tree, problem)
        except RecursionError:  # it is nested nearly as deeply as can be read
            return self._tree.place(self._tree.root)
        position = problem.params.get("position")
        return self._within(place, problem.value, position) if isinstance(position, int) else place

    def span(self, pointer: str) -> tuple[int, int]:
        """Return the positions at which something begins and behind which it ends, by its JSON Pointer.

        What is not there counts as that in which it should stand. White space at its end is none of it.
        """
        start, end = self._tree.span(locate(self._tree, pointer))
        return start, max(start, start + len(self._text[start:end].rstrip()))

    def lines(self, pointer: str) -> tuple[int, int]:
        """Return the first and the last line of something, counted from 1, by its JSON Pointer."""
        start, end = self.span(pointer)
        first = self._text.count("\n", 0, start) + 1
        return first, first + self._text.count("\n", start, end)

    def key_line(self, pointer: str) -> int:
        """Return the line in which the key of a value stands, counted from 1; for an entry, that in which it begins."""
        around, _, name = pointer.rpartition("/")
        found = self._tree.child(locate(self._tree, around), name.replace("~1", "/").replace("~0", "~"))
        start = self._tree.span(locate(self._tree, around) if found is None else found[0])[0]
        return self._text.count("\n", 0, start) + 1

    def written(self, pointer: str) -> str:
        """Return something as it is written, from the beginning of its line on, by its JSON Pointer."""
        first, last = self.lines(pointer)
        return "\n".join(self._text.split("\n")[first - 1 : last])

    def _within(self, place: Place, value: Any, position: int) -> Place:
        """Return where in a text something stands, where the file has the text in one line and as it is."""
        if not isinstance(value, str) or place.line > _MOST_LINES:
            return place
        lines = self._text.split("\n", place.line)
        written = lines[place.line - 1][place.column - 1 :] if place.line <= len(lines) else ""
        quote = 1 if written[:1] in {'"', "'"} else 0
        if written.startswith(value[: position + 1], quote):
            return Place(place.line, place.column + quote + position)
        return place

    def refusal(self, problems: Sequence[Problem]) -> ValidationError:
        """Return the error that tells these problems with their places."""
        return PlacedValidationError(problems, str(self.path), map(self.place, problems))


class PlacedValidationError(ValidationError):
    """What a template file says breaks a rule; the text tells the line and the column of each problem.

    Attributes:
        places: Where in the file, a `Place` for each of `problems`.
    """

    places: tuple[Place, ...]

    def __init__(self, problems: Iterable[Problem], subject: str, places: Iterable[Place]) -> None:
        super().__init__(problems, subject)
        self.places = tuple(places)
        self.args = (self.problems, subject, self.places)

    def __str__(self) -> str:
        told: Any = map(_Placed, self.problems[:MOST_SHOWN], self.places)
        return str(ValidationError([*told, *self.problems[MOST_SHOWN:]], self.subject))


@attrs.frozen
class _Placed:
    """A problem as it is told, after its place."""

    problem: Problem
    place: Place

    @property
    def pointer(self) -> str:
        """None: the text names the place in another way."""
        return ""

    def __str__(self) -> str:
        lang = _language.language()
        return f"{self.place.text(lang)}{'，' if lang == _language.CHINESE else ': '}{self.problem}"


def load(path: Path, folder: Folder | None = None) -> Source:
    """Read a JSON or YAML file.

    Args:
        path: The file.
        folder: The folder that it was found in, out of which it must not lead now either.

    Raises:
        UnreadableError: It cannot be read, is too large, or is no JSON or YAML; in one line, with the file's name.
    """
    return parse(path, _folder.content(path, LARGEST_FILE, folder))


def parse(path: Path, content: bytes) -> Source:
    """Read what a JSON or YAML file holds.

    Args:
        path: The file's name, which says what it is.
        content: What it holds.

    Raises:
        UnreadableError: It is too large, or is no JSON or YAML; in one line, with the file's name.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableError(Flaw(path, Problem("", rules.LARGE_FILE, most=LARGEST_FILE)))
    try:
        text = decode(content)
        data, tree = load_json(text) if path.suffix.lower() == ".json" else _load_yaml(text)
    except UnicodeDecodeError as error:
        raise UnreadableError(_not_utf8(path, error)) from None
    except NotReadError as error:
        raise UnreadableError(Flaw(path, error.problem, error.place)) from None
    return Source(path, data, tree, text)


def _not_utf8(path: Path, error: UnicodeDecodeError) -> Flaw:
    before = bytes(error.object[: error.start]).decode()
    return Flaw(path, Problem("", rules.NOT_UTF8, byte=error.start), line_and_column(before, len(before)))


def _load_yaml(text: str) -> tuple[Any, Tree[Any]]:
    try:
        from msgkit.templates._yaml import load as load_yaml  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name != "yaml":
            raise
        raise NotReadError(Problem("", rules.NEEDS_YAML, hint=hint("yaml")), None) from None
    return load_yaml(text)
