"""Keeping a library fresh while people edit its files, and never by half of what they write."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path

import attrs

from msgkit import rules
from msgkit._printable import printable
from msgkit.errors import Problem
from msgkit.templates._folder import Flaw, Folder, Place, UnreadableError, look_through
from msgkit.templates._kept import Contents, Kept
from msgkit.templates._loading import NotTakenError, load_template
from msgkit.templates._source import PlacedValidationError
from msgkit.templates._stamps import SETTLED, Stamp, Stamps
from msgkit.templates._template import Template

logger = logging.getLogger("msgkit")

_MOST_TOLD = 3
"""Most problems of one file that a line of the log names."""

_Files = tuple[Path, ...]


@attrs.frozen
class _Refused:
    """A version of a template that was not taken.

    Attributes:
        files: What it would have been made of.
        stamp: What those were.
        may_pass: Whether it can be read another time though nothing about the files changes.
    """

    files: _Files
    stamp: Stamp
    may_pass: bool


class Watch:
    """Looks at the folder of a library time and again, and remembers what it saw and said; for one thread at a time."""

    def __init__(self) -> None:
        self._refused: dict[str, _Refused] = {}
        self._told: set[tuple[Path, str]] = set()
        # Since when files have been what they are, in seconds of the monotonic clock: by this look, and by the last.
        self._since: dict[_Files, tuple[Stamp, float]] = {}
        self._before = self._since

    def look(self, has: Contents) -> Contents:
        """Return what a library should have from now on: its names, and only those templates that were read anew.

        A template that cannot be read anew is told in the log, once for each version, and is not among them. A folder
        that cannot be looked into changes nothing.
        """
        try:
            folder = look_through(has.folder.path)
        except UnreadableError as error:
            self._tell([error.flaw])
            return attrs.evolve(has, kept={})
        listed = set(has.paths.values())
        self._tell(flaw for flaw in folder.flaws if flaw.path not in listed)  # what is asked for by name says it then
        self._before, self._since = self._since, {}
        stamps, kept = Stamps(folder), has.kept.copy()
        paths = self._paths(folder, attrs.evolve(has, kept=kept), stamps)
        fresh = {name: self._read_anew(name, paths[name], old, folder, stamps) for name, old in kept.items()}
        return Contents(folder, paths, {name: new for name, new in fresh.items() if new is not None})

    def _paths(self, folder: Folder, has: Contents, stamps: Stamps) -> Mapping[str, Path]:
        """Return the files by name: none goes that was read or may be there unseen, and none comes half-written."""
        there = {*folder.files, *(flaw.path for flaw in folder.flaws)}
        closed = {flaw.path for flaw in folder.flaws if flaw.problem.rule == rules.CANNOT_BE_READ.code}

        def stays(path: Path) -> bool:
            return path in there or not closed.isdisjoint(path.parents)

        def comes(name: str, path: Path) -> bool:
            return name in known or self._is_settled((path,), stamps.of((path,)))

        known = has.paths.keys() | has.kept.keys()
        paths = {name: old.files[0] for name, old in has.kept.items()}
        paths |= {name: path for name, path in has.paths.items() if stays(path)}
        paths |= {name: path for name, path in folder.names.items() if comes(name, path)}
        return has.paths if paths == has.paths else dict(sorted(paths.items(), key=itemgetter(1)))

    def _is_settled(self, files: _Files, stamp: Stamp | None) -> bool:
        """Tell whether nobody is writing files; what may be unknown now is not settled."""
        if stamp is None:
            return False
        if stamp.is_settled(time.time_ns()):
            return True
        # A file system has a clock of its own, which may be ahead of ours; and for what is gone there is no time.
        now = time.monotonic()
        seen, since = self._before.get(files, (None, now))
        self._since[files] = stamp, since if seen == stamp else now
        return now - self._since[files][1] >= SETTLED

    def _read_anew(self, name: str, path: Path, kept: Kept, folder: Folder, stamps: Stamps) -> Kept | None:
        """Read a template if its files have changed and are settled; None where there is nothing new to take."""
        files = kept.files if kept.files[0] == path else (path,)
        stamp = stamps.of(files)
        if files is kept.files and stamp == kept.stamp:
            self._refused.pop(name, None)
            return None
        if self._is_refused(name, path, stamps) or not self._is_settled(files, stamp):
            return None
        loaded = load_template(path, folder)
        stamps = Stamps(folder)
        if stamps.of(files) != stamp:
            return None
        if isinstance(loaded.outcome, Template):
            whole = stamps.of(loaded.files)
            if loaded.files != files and not self._is_settled(loaded.files, whole):
                return None
            self._refused.pop(name, None)
            logger.info("%s was read anew", _shown(path))
            return Kept(loaded.outcome, loaded.files, whole)
        files = tuple(dict.fromkeys((*loaded.files, *files)))  # any of them can be mended
        if (whole := stamps.of(files)) is not None:
            self._refuse(name, loaded.outcome, files, whole)
        return None

    def _is_refused(self, name: str, path: Path, stamps: Stamps) -> bool:
        refused = self._refused.get(name)
        if refused is None or refused.may_pass or refused.files[0] != path:
            return False
        return stamps.of(refused.files) == refused.stamp

    def _refuse(self, name: str, error: NotTakenError, files: _Files, stamp: Stamp) -> None:
        problems = _problems(error)
        may_pass = stamp.is_whole and any(problem.rule == rules.CANNOT_BE_READ.code for problem, _ in problems)
        now, before = _Refused(files, stamp, may_pass), self._refused.get(name)
        self._refused[name] = now
        if now != before:
            said = ", ".join(_said(*each) for each in problems[:_MOST_TOLD])
            more = f" and {len(problems) - _MOST_TOLD} more" if len(problems) > _MOST_TOLD else ""
            subject = str(error.flaw.path if isinstance(error, UnreadableError) else error.subject)
            where = "" if subject == str(files[0]) else f"{_shown(subject)}: "
            # By rules and not in words, which could say what stands in the file.
            logger.warning(
                "%s is not read anew: %s%s%s; what was read before stays in use", _shown(files[0]), where, said, more
            )

    def _tell(self, flaws: Iterable[Flaw]) -> None:
        """Say in the log what is wrong with the folder and was not by the last look."""
        said = {(flaw.path, flaw.problem.message) for flaw in flaws}
        for path, message in sorted(said - self._told):
            logger.warning("%s: %s; what was found before stays in use", _shown(path), message)
        self._told = said


def _problems(error: NotTakenError) -> Sequence[tuple[Problem, Place | None]]:
    match error:
        case UnreadableError():
            return [(error.flaw.problem, error.flaw.place)]
        case PlacedValidationError():
            return list(zip(error.problems, error.places, strict=True))
        case _:
            return [(problem, None) for problem in error.problems]


def _said(problem: Problem, place: Place | None) -> str:
    where = f"line {place.line}: " if place else ""
    # What the system says is no content.
    why = f" ({problem.params['reason']})" if problem.rule == rules.CANNOT_BE_READ.code else ""
    return f"{where}{problem.rule}{why}"


def _shown(path: object) -> str:
    return printable(str(path))
