"""Finding template files in a folder, and opening them without being led out of it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import attrs

from msgkit import _language, rules
from msgkit.errors import Problem, TemplateError
from msgkit.rules import Rule

SUFFIXES = (".json", ".yaml", ".yml")
"""How the names of template files end, in small letters; those of files may be in any."""

# A pipe would have us wait for whoever writes into it, and a terminal would become ours. Windows knows neither.
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_STEPWISE = os.open in os.supports_dir_fd and bool(_NO_LINK)


@attrs.frozen(order=True)
class Place:
    """A place in a file; the one that comes first in it is the lesser.

    Attributes:
        line: Its line, counted from 1.
        column: Its column in characters, counted from 1.
    """

    line: int
    column: int

    def text(self, lang: str) -> str:
        """Say it in English (``"en"``) or Chinese (``"zh"``)."""
        chinese = lang == _language.CHINESE
        return f"第 {self.line} 行第 {self.column} 列" if chinese else f"line {self.line}, column {self.column}"


@attrs.frozen
class Flaw:
    """What keeps a folder from being seen whole, or a file from being read.

    Attributes:
        path: The file or folder.
        problem: What is wrong with it.
        place: Where in the file, where that can be said.
    """

    path: Path
    problem: Problem
    place: Place | None = None

    def __str__(self) -> str:
        said = f"{self.path}: {self.problem}"
        if self.place is None or "line" in self.problem.params:
            return said
        lang = _language.language()
        place = self.place.text(lang)
        return f"{said}（{place}）" if lang == _language.CHINESE else f"{said} at {place}"


class UnreadableError(TemplateError):
    """A file that cannot be read, or a folder.

    Attributes:
        flaw: Which, and why.
    """

    flaw: Flaw

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw

    def __str__(self) -> str:
        return str(self.flaw)


def _flaw(path: Path, rule: Rule, **params: object) -> Flaw:
    return Flaw(path, Problem("", rule, **params))


@attrs.frozen
class Folder:
    """The template files of a folder and its folders, as they were when it was looked through.

    Attributes:
        path: The folder, as it was given.
        root: The folder itself, with all links followed.
        files: The files in order, below `path`.
        flaws: What could not be seen or may not be read: folders without permission, links that lead out, several
            files for one name.
        links: The linked folders, which are not followed.
    """

    path: Path
    root: str
    files: tuple[Path, ...]
    flaws: tuple[Flaw, ...]
    links: tuple[Path, ...]

    def name(self, file: Path) -> str:
        """Return a file's name in a library: its way from the folder, without the ending."""
        return file.relative_to(self.path).with_suffix("").as_posix()


def is_template(path: Path) -> bool:
    """Tell whether a file's name ends as that of a template file does."""
    return path.suffix.lower() in SUFFIXES


def reason(error: OSError | ValueError) -> str:
    """Return why the system refuses something, without the file's name."""
    return getattr(error, "strerror", None) or str(error)


def look_through(path: Path) -> Folder:
    """Find the template files in a folder and its folders; hidden ones are passed over.

    Raises:
        UnreadableError: There is no such folder.
    """
    root = os.path.realpath(path)
    found: list[Path] = []
    flaws: list[Flaw] = []
    links: list[Path] = []
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                visible = [entry for entry in entries if not entry.name.startswith(".")]
        except (OSError, ValueError) as error:
            if folder is path and getattr(error, "errno", None) not in _UNSEEN:
                raise UnreadableError(_flaw(path, rules.NO_FOLDER)) from None
            flaws.append(_flaw(folder, rules.CANNOT_BE_READ, reason=reason(error)))
            continue
        for entry in visible:
            _sort(entry, Path(folder, entry.name), found=found, waiting=waiting, links=links)
    files: list[Path] = []
    for file in sorted(found):
        # Not Path.resolve, which raises RuntimeError for a link to itself.
        if Path(os.path.realpath(file)).is_relative_to(root):
            files.append(file)
        else:
            flaws.append(_flaw(file, rules.LEADS_OUT))
    seen = Folder(path, root, tuple(files), (), tuple(sorted(links)))
    flaws += _repeated(seen)
    return attrs.evolve(seen, flaws=tuple(sorted(flaws, key=lambda flaw: flaw.path)))


# A folder that is there and does not let us in.
_UNSEEN = {errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE}


def _sort(entry: os.DirEntry[str], path: Path, *, found: list[Path], waiting: list[Path], links: list[Path]) -> None:
    try:
        is_folder, is_link = entry.is_dir(), entry.is_symlink()
    except OSError:  # a link to itself; or a folder that may be listed and not entered
        is_folder = is_link = False
    if is_folder:
        (links if is_link else waiting).append(path)
    elif is_template(path):
        found.append(path)


def _repeated(folder: Folder) -> Iterator[Flaw]:
    """Return a flaw for each name that several files have."""
    named: dict[str, list[Path]] = {}
    for file in folder.files:
        named.setdefault(folder.name(file), []).append(file)
    for name, files in named.items():
        if len(files) > 1:
            paths = tuple(map(str, files))
            yield _flaw(folder.path, rules.ONE_NAME, number=len(files), name=name, files=paths)


def content(file: Path, most: int, folder: Folder | None = None) -> bytes:
    """Return what a file holds, at most so many bytes and one.

    Args:
        file: The file.
        most: The limit, in bytes.
        folder: The folder that it was found in, out of which it must not lead now either.

    Raises:
        UnreadableError: It cannot be read, is no regular file, or leads out of the folder; with its name.
    """
    try:
        with _opened(file, folder) as stream:
            # Of what was opened, not of what has the name by now.
            if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return stream.read(most + 1)
        flaw = _flaw(file, rules.NO_REGULAR_FILE)
    except UnreadableError:
        raise
    except (OSError, ValueError) as error:
        flaw = _flaw(file, rules.CANNOT_BE_READ, reason=reason(error))
    raise UnreadableError(flaw)


def _opened(file: Path, folder: Folder | None) -> BinaryIO:
    if folder is None:
        return open(file, "rb", opener=lambda name, _: os.open(name, _READING))
    real = os.path.realpath(Path(folder.root, file.relative_to(folder.path)))
    if not Path(real).is_relative_to(folder.root):
        raise UnreadableError(_flaw(file, rules.LEADS_OUT))
    if _STEPWISE:
        steps = Path(real).relative_to(folder.root).parts
        return open(file, "rb", opener=lambda *_: _descend(folder.root, steps))
    stream = open(real, "rb", opener=lambda name, _: os.open(name, _READING))  # noqa: SIM115
    if not os.path.samestat(os.fstat(stream.fileno()), os.lstat(real)):
        stream.close()
        raise UnreadableError(_flaw(file, rules.REPLACED))
    return stream


def _descend(root: str, steps: tuple[str, ...]) -> int:
    """Open a file below a folder, step by step and through no link, whatever is replaced by one on the way."""
    *folders, name = steps
    here = os.open(root, os.O_RDONLY | _FOLDER)
    try:
        for step in folders:
            below = os.open(step, os.O_RDONLY | _FOLDER | _NO_LINK, dir_fd=here)
            os.close(here)
            here = below
        return os.open(name, _READING | _NO_LINK, dir_fd=here)
    finally:
        os.close(here)
