"""Finding template files in a folder, and opening them without being led out of it."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Mapping
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
            files for one name or for names that are one elsewhere.
        links: The linked folders, which are not followed.
        names: The files by their names in a library, of those whose name is theirs alone; in order of the files. A
            name is the way from the folder, without the ending, as `composed` writes it.
    """

    path: Path
    root: str
    files: tuple[Path, ...]
    flaws: tuple[Flaw, ...]
    links: tuple[Path, ...]
    names: Mapping[str, Path] = attrs.field(factory=dict, eq=False)


def composed(name: str) -> str:
    """Return a name in Unicode's NFC, as keyboards write it; macOS hands letters and their accents out apart."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def name_of(file: Path, folder: Folder | None) -> str | None:
    """Return the name of a file in the library that its folder is; None where it was found in none."""
    if folder is None:
        return None
    return composed(file.relative_to(folder.path).with_suffix("").as_posix())


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
    found: dict[Path, bool] = {}
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
    outside = {file for file, is_link in found.items() if is_link and leads_out(file, root)}
    flaws += (_flaw(file, rules.LEADS_OUT) for file in outside)
    seen = Folder(path, root, tuple(sorted(found.keys() - outside)), (), tuple(sorted(links)))
    names, repeated = _named(seen)
    flaws += repeated
    return attrs.evolve(seen, names=names, flaws=tuple(sorted(flaws, key=lambda flaw: flaw.path)))


def leads_out(file: Path, root: str) -> bool:
    """Tell whether a file is, with all links followed, outside of a folder that is itself no link."""
    # Not Path.resolve, which raises RuntimeError for a link to itself.
    return not Path(os.path.realpath(file)).is_relative_to(root)


# A folder that is there and does not let us in.
_UNSEEN = {errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE}


def _sort(
    entry: os.DirEntry[str], path: Path, *, found: dict[Path, bool], waiting: list[Path], links: list[Path]
) -> None:
    """Put what stands in a folder where it belongs; of a file, keep whether it may be a link."""
    try:
        is_folder, is_link = entry.is_dir(), entry.is_symlink()
    except OSError:  # a link to itself; or a folder that may be listed and not entered
        is_folder, is_link = False, True
    if is_folder:
        (links if is_link else waiting).append(path)
    elif is_template(path):
        found[path] = is_link


def _named(folder: Folder) -> tuple[dict[str, Path], list[Flaw]]:
    """Return the files whose names are theirs alone, and a flaw for each name that several have."""
    # By the name as a file system compares it that minds neither case nor composition, and then as it is written.
    named: dict[str, dict[str, list[Path]]] = {}
    for file in folder.files:
        written = file.relative_to(folder.path).with_suffix("").as_posix()
        named.setdefault(folded(written), {}).setdefault(written, []).append(file)
    names: dict[str, Path] = {}
    flaws: list[Flaw] = []
    for spellings in named.values():
        for written, files in spellings.items():
            if len(files) > 1:
                paths = tuple(map(str, files))
                flaws.append(_flaw(folder.path, rules.ONE_NAME, number=len(files), name=written, files=paths))
            elif len(spellings) == 1:
                names[composed(written)] = files[0]
        if len(spellings) > 1:
            paths = tuple(str(files[0]) for files in spellings.values())
            flaws.append(_flaw(folder.path, rules.NAMES_ALIKE, number=len(paths), files=paths))
    return names, flaws


def folded(name: str) -> str:
    """Return what is the same for names that are one where a file system minds neither case nor composition."""
    if name.isascii():
        return name.lower()
    # Letter by letter: no file system takes ß for ss.
    return composed("".join(low if len(low := char.casefold()) == 1 else char for char in composed(name)))


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
