"""Whether files are still what they were: when they were changed, how large they are, and which they are."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

import attrs

from msgkit.templates._folder import Folder, leads_out

SETTLED = 0.3
"""Seconds that nobody has changed a file for when its content is taken; before, it may be half-written."""

_SETTLED, _HOUR = int(SETTLED * 1e9), 3600 * 10**9

# The time of its last change in nanoseconds, its size in bytes, and its number in the file system.
_Mark = tuple[int, int, int]


@attrs.frozen
class Stamp:
    """What several files were at a moment; two that are equal mean the same content.

    Attributes:
        marks: Of each file, of which a link has a second one for what it leads to; None where there is nothing, or
            where it leads out of the folder.
    """

    marks: tuple[_Mark | None, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all of the files are there, and in the folder."""
        return None not in self.marks

    def is_settled(self, now: int) -> bool:
        """Tell by the clock whether nobody is writing: each file is there, and its last change is `SETTLED` ago.

        Args:
            now: The time, in nanoseconds since 1970.
        """
        return all(mark is not None and mark[0] <= now - _SETTLED for mark in self.marks)

    def is_recent(self, now: int) -> bool:
        """Tell by the clock whether somebody may be writing; see `is_settled`.

        A change that lies far in the future is not one of just now: a clock was wrong then, or is.
        """
        return any(mark is not None and now - _SETTLED < mark[0] < now + _HOUR for mark in self.marks)


class Stamps:
    """Stamps of files of one folder, at one moment: where the folders in it lead to is asked once for each.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Folder) -> None:
        self._root = folder.root
        self._outside: dict[Path, bool] = {}

    def of(self, files: Iterable[Path]) -> Stamp | None:
        """Return what files are now; None where the system does not say, because of a permission, say."""
        try:
            return Stamp(tuple(mark for file in files for mark in self._marks(file)))
        except (OSError, ValueError):
            return None

    def _marks(self, file: Path) -> tuple[_Mark | None, ...]:
        # What is outside is none of ours, and may change all the time.
        if self._is_outside(file.parent):
            return (None,)
        try:
            status = os.lstat(file)
            if not stat.S_ISLNK(status.st_mode):
                return (_mark(status),)
            return (_mark(status), None if leads_out(file, self._root) else _target(file))
        except (FileNotFoundError, NotADirectoryError):
            return (None,)

    def _is_outside(self, folder: Path) -> bool:
        if folder not in self._outside:
            self._outside[folder] = leads_out(folder, self._root)
        return self._outside[folder]


def _mark(status: os.stat_result) -> _Mark:
    return status.st_mtime_ns, status.st_size, status.st_ino


def _target(link: Path) -> _Mark | None:
    try:
        return _mark(link.stat())
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        return None
