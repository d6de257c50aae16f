"""What template files include: found in one place, read once, and never from outside of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import attrs

from msgkit import rules
from msgkit._near import nearest
from msgkit.errors import MOST_SHOWN, Problem
from msgkit.templates import _file
from msgkit.templates._entries import MOST_NESTED
from msgkit.templates._file import TemplateFile
from msgkit.templates._folder import SUFFIXES, Folder, UnreadableError, composed
from msgkit.templates._reading import INCLUDE, is_include_name
from msgkit.templates._source import Source, load

_MOST_CHAINED = 3 * MOST_NESTED
"""How long a chain of includes is followed, so as to tell which of its files nest too deeply."""


class Shelf(Protocol):
    """Where included files lie."""

    def path(self, name: str) -> Path | None:
        """Return the path of a file, by its name; None where there is none."""
        ...

    def places(self, name: str) -> tuple[Path, ...]:
        """Return the paths that a file of a name could have."""
        ...

    def load(self, path: Path) -> Source:
        """Read a file.

        Raises:
            UnreadableError: It cannot be read.
        """
        ...

    def near(self, name: str) -> str:
        """Return the name of a file that is nearest to one that is not there; the empty string where none is."""
        ...


@attrs.frozen(eq=False)
class FolderShelf:
    """A folder that was looked through."""

    folder: Folder

    def path(self, name: str) -> Path | None:
        """Return the path of a file, by its name."""
        return self.folder.names.get(name)

    def places(self, name: str) -> tuple[Path, ...]:
        """Return the paths that a file of a name could have."""
        return _places(self.folder, name)

    def load(self, path: Path) -> Source:
        """Read a file of the folder."""
        return load(path, self.folder)

    def near(self, name: str) -> str:
        """Return the name of a file that is nearest to one that is not there."""
        return nearest(name, self.folder.names)


@attrs.frozen(eq=False)
class ProbedShelf:
    """A folder that is not looked through, as it may hold much else."""

    folder: Folder

    @classmethod
    def of(cls, path: Path) -> ProbedShelf:
        """Return the shelf that a folder is."""
        return cls(Folder(path, os.path.realpath(path), (), (), ()))

    def path(self, name: str) -> Path | None:
        """Return the path of a file, by its name."""
        return next((path for path in self.places(name) if os.path.lexists(path)), None)

    def places(self, name: str) -> tuple[Path, ...]:
        """Return the paths that a file of a name could have."""
        return _places(self.folder, name)

    def load(self, path: Path) -> Source:
        """Read a file of the folder."""
        return load(path, self.folder)

    def near(self, name: str) -> str:
        """Return the name of a file beside it that is nearest to one that is not there."""
        around = name.rpartition("/")[0]
        try:
            files = list(Path(self.folder.path, around).iterdir())
        except OSError:
            return ""
        names = [file.stem for file in files if file.suffix.lower() in SUFFIXES]
        near = nearest(name.rpartition("/")[2], names)
        return f"{around}/{near}" if around and near else near


def _places(folder: Folder, name: str) -> tuple[Path, ...]:
    return tuple(Path(folder.path, name + suffix) for suffix in SUFFIXES)


class Includes:
    """The files that others include, each read once.

    Args:
        shelf: Where they lie.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._known: dict[str, _Known] = {}
        self._chain: list[_Known] = []
        self._suggested = 0

    def read(self, source: Source, name: str | None = None) -> tuple[TemplateFile, tuple[Path, ...]]:
        """Return what a file says, with what it includes, and the paths of all files that decide it, its own first.

        Args:
            source: The file.
            name: Its own name, if it has one here.
        """
        known = self._read(name or "", source.path, source)
        return known.file or TemplateFile(()), (source.path, *sorted(known.files - {source.path}))

    def take(self, name: str, place: str) -> TemplateFile | Problem:
        """Return the file of a name, or what is wrong with it, in the place where it is included."""
        name = composed(name)
        names = [each.name for each in self._chain]
        if name in names:
            return Problem(place, rules.INCLUDE_CYCLE, names=" → ".join([*names[names.index(name) :], name]))
        if len(names) > _MOST_CHAINED:
            return Problem(place, rules.TOO_DEEP)
        known = self._known.get(name)
        if known is None:
            path = self._shelf.path(name)
            if path is None:
                self._chain[-1].files.update(self._shelf.places(name))
                return Problem(place, rules.NO_SUCH_INCLUDE, name=name, near=self._near(name))
            known = self._known[name] = self._load(name, path)
        self._chain[-1].files |= known.files
        return known.file if known.flaw is None and known.file else known.said(place)

    def _near(self, name: str) -> str:
        stem, dot, ending = name.rpartition(".")
        is_whole = dot + ending.lower() in SUFFIXES and self._shelf.path(stem) is not None
        if is_whole:
            return stem
        self._suggested += 1  # to look for the nearest of many names takes long
        return self._shelf.near(name) if self._suggested <= MOST_SHOWN else ""

    def _load(self, name: str, path: Path) -> _Known:
        try:
            source = self._shelf.load(path)
        except UnreadableError as error:
            known = _Known(name, {path})
            line = error.flaw.place.line if error.flaw.place else None
            leads_out = error.flaw.problem.rule == rules.LEADS_OUT.code
            broken = Problem("", rules.INCLUDE_BROKEN, name=name, line=line)
            known.flaw = Problem("", rules.LEADS_OUT) if leads_out else broken
            return known
        known = self._read(name, path, source)
        known.flaw = _flaw(known, source)
        return known

    def _read(self, name: str, path: Path, source: Source) -> _Known:
        known = _Known(name, {path})
        self._chain.append(known)
        try:
            known.file = _file.read(source.data, self)
        finally:
            self._chain.pop()
        return known


@attrs.define(eq=False)
class _Known:
    """A file that was read.

    Attributes:
        name: Its name.
        files: The paths of all files that it is made of.
        file: What it says.
        flaw: What keeps it from being included.
    """

    name: str
    files: set[Path]
    file: TemplateFile | None = None
    flaw: Problem | None = None

    def said(self, place: str) -> Problem:
        """Return what keeps it from being included, in the place where it is."""
        return (self.flaw or Problem("", rules.INCLUDE_BROKEN, name=self.name)).at(place)


def _flaw(known: _Known, source: Source) -> Problem | None:
    """Return what keeps a file from being included."""
    file = known.file
    if file is None:
        return None
    for problem in file.problems:
        if problem.rule == rules.INCLUDE_CYCLE.code:
            return problem
    if file.problems:
        line = min(source.place(problem).line for problem in file.problems)
        return Problem("", rules.INCLUDE_BROKEN, name=known.name, line=line)
    (variant, *others) = file.variants
    said = {
        "variants": bool(others) or file.is_several,
        "sent_by": variant.sender_identity is not None,
        "custom_data": variant.custom_data is not None,
    }
    found = tuple(key for key, has in said.items() if has)
    return Problem("", rules.INCLUDE_MORE, name=known.name, found=found) if found else None


def shelf_for(source: Source) -> Shelf:
    """Return the nearest folder above a file from which all that it includes is found, or else the file's own."""
    path = Path(os.path.abspath(source.path))  # noqa: PTH100 - of the name as it is, no link followed
    return first_with_all(source, [ProbedShelf.of(folder) for folder in path.parents])


def first_with_all(source: Source, shelves: Sequence[Shelf]) -> Shelf:
    """Return the first shelf on which all lies that a file includes, or else the first of all."""
    wanted = {composed(name) for name in included(source.data)}
    return next((shelf for shelf in shelves if _has_all(shelf, wanted)), shelves[0])


def _has_all(shelf: Shelf, wanted: set[str]) -> bool:
    """Tell whether all these files are found, and what they include in turn."""
    seen: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        path = shelf.path(name)
        if path is None:
            return False
        try:
            waiting += included(shelf.load(path).data)
        except UnreadableError:
            continue  # it is there; what is wrong with it is told when it is read
    return True


def included(data: Any) -> Iterator[str]:
    """Yield the names of what a file includes."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            name = value.get(INCLUDE)
            if isinstance(name, str) and is_include_name(name):
                yield name
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
