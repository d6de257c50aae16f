"""Writing in a folder that others write in too: whole files, through no link, and over nothing that was not looked at.

A path leads where its links lead at the moment, and another program may put one on the way between a look and a write.
So a folder is opened step by step, and what is done in it is done in what was opened. Windows cannot do that; there its
path is looked at once more.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator, Sequence

import attrs

_STEPWISE = {os.open, os.mkdir, os.rename, os.link, os.unlink, os.stat, os.chmod} <= os.supports_dir_fd
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_ANYBODYS = 0o666  # as far as the system's mask lets it


@attrs.frozen
class Place:
    """A folder in which something is written; `opened` opens it.

    Attributes:
        path: Where it was opened.
        handle: What it was opened as; None where the system knows no such thing.
    """

    path: str
    handle: int | None

    def _named(self, name: str) -> str:
        return os.path.join(self.path, name) if self.handle is None else name  # noqa: PTH118 - for `os`, a text

    def make_folder(self, name: str) -> None:
        """Make a folder in it, where nothing has that name yet."""
        with contextlib.suppress(FileExistsError):
            os.mkdir(self._named(name), dir_fd=self.handle)

    @contextlib.contextmanager
    def written(self, name: str, content: bytes) -> Iterator[File]:
        """Write a file under a name of its own, which is gone at the end of the block unless it was put elsewhere.

        Args:
            name: The name of the file that it is to be; its mode is kept, where it is there.
            content: What it holds.
        """
        hidden = f".{name.rpartition('.')[0]}.{secrets.token_hex(8)}.tmp"
        try:
            with open(self._named(hidden), "xb", opener=self._create) as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            with contextlib.suppress(FileNotFoundError):
                mode = os.stat(self._named(name), dir_fd=self.handle, follow_symlinks=False).st_mode
                os.chmod(self._named(hidden), mode & 0o7777, dir_fd=self.handle)
            yield File(self, hidden, name)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._named(hidden), dir_fd=self.handle)

    def _create(self, path: str, _: int) -> int:
        return os.open(path, _NEW, _ANYBODYS, dir_fd=self.handle)

    def _sync(self) -> None:
        if self.handle is not None:
            with contextlib.suppress(OSError):  # not every system syncs folders
                os.fsync(self.handle)


@attrs.frozen
class File:
    """A file that was written whole, and has not got its name yet.

    Attributes:
        place: The folder.
        hidden: The name that it has.
        name: The name that it is to get.
    """

    place: Place
    hidden: str
    name: str

    def replace(self) -> None:
        """Put it in the place of what has its name, at once: nobody reads half of it, and a fall of power leaves one.

        Raises:
            OSError: The system does not let us.
        """
        at, place = self.place._named, self.place  # noqa: SLF001 - of the same module
        os.replace(at(self.hidden), at(self.name), src_dir_fd=place.handle, dst_dir_fd=place.handle)
        place._sync()  # noqa: SLF001 - likewise

    def add(self) -> None:
        """Give it its name, if nothing has that by now.

        Raises:
            FileExistsError: Something has.
            OSError: The system does not let us.
        """
        at, place = self.place._named, self.place  # noqa: SLF001 - of the same module
        try:
            os.link(at(self.hidden), at(self.name), src_dir_fd=place.handle, dst_dir_fd=place.handle)
        except FileExistsError:
            raise
        except OSError:  # on FAT, for one, no file has two names: then an empty one keeps the name for us
            os.close(place._create(at(self.name), 0))  # noqa: SLF001 - likewise
            self.replace()
        place._sync()  # noqa: SLF001 - likewise


@contextlib.contextmanager
def opened(root: str, steps: Sequence[str]) -> Iterator[Place]:
    """Open a folder to write in.

    Args:
        root: The folder in which it must be, with all links followed.
        steps: The names of the folders on the way to it, itself the last.

    Raises:
        OSError: It is not there, or a link or a file is on the way.
    """
    path = os.path.join(root, *steps)  # noqa: PTH118 - for `os`, a text
    if not _STEPWISE:
        if os.path.realpath(path) != path:
            raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        yield Place(path, None)
        return
    here = os.open(root, os.O_RDONLY | _FOLDER)
    try:
        for step in steps:
            below = os.open(step, os.O_RDONLY | _FOLDER | _NO_LINK, dir_fd=here)
            os.close(here)
            here = below
        yield Place(path, here)
    finally:
        os.close(here)
