"""The template files of the studio's folder: looked at time and again, read once, and written only when asked."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import attrs

from msgkit import rules
from msgkit.errors import Problem
from msgkit.studio import entries, saving
from msgkit.studio.doors import RefusedError
from msgkit.studio.entries import Entry, is_whole
from msgkit.templates import _folder
from msgkit.templates._alike import alike
from msgkit.templates._folder import Flaw, Folder, UnreadableError
from msgkit.templates._includes import FolderShelf
from msgkit.templates._source import LARGEST_FILE
from msgkit.templates._stamps import SETTLED, Stamp, Stamps

__all__ = ["Entry", "TemplateFolder"]

logger = logging.getLogger("msgkit")

_EVERY = 0.5
"""Seconds from one look at the folder to the next."""

_SHARE = 10
"""How many times as long as a look has taken passes at least until the next."""

_QUIET = 0.25
"""Seconds after somebody has asked for files for which no others are read in advance: pages come first."""

_MOST_TOLD = 100
"""Most names that are told as changed; more are told as all of them."""

_UNKNOWN = Stamp(())
"""Stands for a file of which the system says nothing."""


class TemplateFolder:
    """The template files of a folder.

    Files are read when they are asked for, and anew when they have changed: `refresh` finds that out, by itself in
    `watching`. It is safe for many threads.

    Args:
        path: The folder; None for none, in which there is nothing and into which nothing can be saved.
        tell: Is told of changes: ``tell("templates", names=[…], version=…)``, or ``names=None`` where they are many;
            and while `watching` reads what has changed, ``tell("checked", number=…)``.
    """

    def __init__(self, path: Path | None, tell: Callable[..., object] = lambda *_, **__: None) -> None:
        self.path = None if path is None else path.absolute()
        self._tell = tell
        self._lock = threading.RLock()
        self._looking = threading.Lock()
        self._folder = Folder(self.path or Path(), "", (), (), ())
        self._names: tuple[str, ...] = ()
        self._stamps: dict[Path, Stamp] | None = None
        self._unsettled: dict[Path, tuple[Stamp | None, float]] = {}
        self._entries: dict[str, Entry] = {}
        self._alike: Mapping[str, str] = {}
        self._asked = float("-inf")
        # Another one in each run, so that a page which was open before does not take it for what it knows.
        self._version = time.time_ns()
        self.refresh()

    # What is there

    @property
    def label(self) -> str | None:
        """What people call it: the name of the folder; None where there is none."""
        return None if self.path is None else self.path.name or str(self.path)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files, in order; without those that several files have."""
        return self._names

    @property
    def version(self) -> str:
        """A text that is another one after each change."""
        return str(self._version)

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """What keeps the folder from being seen whole: several files of one name, links that lead out, and the like."""
        return self._folder.flaws

    @property
    def shelf(self) -> FolderShelf:
        """Where files lie that others include, for `checking.findings_in`."""
        return FolderShelf(self._folder)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _folder.composed(name) in self._folder.names

    def seen(self, name: str) -> Entry | None:
        """Return a file if it was read before and has not changed since; it reads nothing."""
        self._asked = time.monotonic()
        return self._entries.get(_folder.composed(name))

    def glance(self, name: str) -> str:
        """Return what stands in a file, whatever that is, to be searched; the empty string where it cannot be read."""
        folder = self._folder
        path = folder.names.get(_folder.composed(name))
        try:
            return "" if path is None else _folder.content(path, LARGEST_FILE, folder).decode(errors="replace")
        except UnreadableError:
            return ""

    def entry(self, name: str) -> Entry:
        """Return a file, reading it if it has changed.

        Raises:
            RefusedError: There is none of that name.
        """
        self._asked = time.monotonic()
        return self._entry(_folder.composed(name))

    def _entry(self, name: str) -> Entry:
        with self._lock:
            kept, folder, version = self._entries.get(name), self._folder, self._version
        if kept is not None:
            return kept
        path = folder.names.get(name)
        if path is None:
            raise RefusedError(saving.NOT_THERE, name=name)
        made = entries.read(name, path, folder).beside(self._alike.get(name))
        with self._lock:
            # What changed while it was read is read again by whoever asks next.
            return self._entries.setdefault(name, made) if version == self._version else made

    def examine(self, name: str, text: str, ending: str = ".yaml") -> Entry:
        """Return what a text would be as a file of this folder; nothing is written.

        Args:
            name: What the file would be called; the empty string where that is not known yet.
            text: The text.
            ending: ``".yaml"`` or ``".json"``.
        """
        folder = self._folder
        path = Path(folder.path, f"{name or 'message'}{ending}")
        return entries.examined(name, path, text.encode(errors="replace"), folder)

    # What changes

    def refresh(self) -> None:
        """Look at the folder: what has changed and is not being written just now is read anew when it is asked for."""
        with self._looking:
            self._look()

    def _look(self, written: Path | None = None) -> None:
        """Look at the folder.

        Args:
            written: A file that we have written ourselves, and wholly.
        """
        if self.path is None:
            return
        try:
            folder = _with_names(_folder.look_through(self.path))
        except UnreadableError as error:  # what was there before stays, until it is back
            self._take(attrs.evolve(self._folder, flaws=(error.flaw,), names=self._folder.names), set())
            return
        stamps = Stamps(folder)
        now = {path: stamps.of((path,)) or _UNKNOWN for path in folder.files}
        if self._stamps is None:
            self._stamps = now
            self._folder, self._names = folder, tuple(sorted(folder.names))
            return
        before = self._stamps
        differ = {path for path in now.keys() | before.keys() if now.get(path) != before.get(path)}
        changed = {path for path in differ if path == written or self._is_settled(path, now.get(path))}
        self._unsettled = {path: self._unsettled[path] for path in differ - changed}
        kept = {path: stamp for path, stamp in before.items() if path not in changed}
        self._stamps = {**kept, **{path: now[path] for path in changed if path in now}}
        # What is only just being written is not there yet, and what is only just gone is still there.
        late = {name: path for name, path in self._folder.names.items() if path in self._unsettled}
        names = {name: path for name, path in folder.names.items() if path in self._stamps}
        self._take(attrs.evolve(folder, names={**late, **names}), changed)

    def _is_settled(self, path: Path, stamp: Stamp | None) -> bool:
        """Tell whether nobody is writing a file: it may be half there, or gone for the moment of being replaced."""
        if stamp is not None and stamp.is_whole and stamp.is_settled(time.time_ns()):
            return True
        now = time.monotonic()
        seen, since = self._unsettled.get(path, (stamp, now))
        self._unsettled[path] = stamp, since if seen == stamp else now
        return now - self._unsettled[path][1] >= SETTLED

    def _take(self, folder: Folder, changed: set[Path]) -> None:
        """Take what was seen, and tell what is other than before."""
        with self._lock:
            before, self._folder = self._folder, folder
            names = before.names.keys() ^ folder.names.keys()
            names |= {name for name, path in folder.names.items() if path in changed}
            names |= {name for name, entry in self._entries.items() if entry.is_made_of(changed)}
            if not names and before.flaws == folder.flaws:
                return
            self._version += 1
            self._names = tuple(sorted(folder.names))
            for name in names:
                self._entries.pop(name, None)
        self._tell_changed(names)

    def _tell_changed(self, names: set[str]) -> None:
        told = sorted(names) if len(names) <= _MOST_TOLD else None
        self._tell("templates", names=told, version=self.version)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Look at the folder twice a second, and read in between what nobody has asked for, until the block ends."""
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended,), name="msgkit-studio-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _watch(self, ended: threading.Event) -> None:
        due = time.monotonic() + _EVERY
        while not ended.wait(max(0.01, due - time.monotonic())):
            began = time.monotonic()
            try:
                self.refresh()
                due = began + max(_EVERY, _SHARE * (time.monotonic() - began))
                self._read_some(ended, due)
            except Exception:  # whatever it was, the next look may well work
                logger.exception("the folder of the studio could not be looked at")
                due = began + _EVERY

    # All of it

    @property
    def checked(self) -> int:
        """How many of the files were read, as they stand."""
        return len(self._entries)

    @property
    def wrong(self) -> tuple[str, ...]:
        """The names of those files that have errors, as far as they were read, in order."""
        return tuple(sorted(name for name, entry in self._entries.copy().items() if entry.errors))

    def _read_some(self, ended: threading.Event, due: float) -> None:
        """Read files that have changed, until it is time for a look at the folder; then tell how many were read."""
        waiting = [name for name in self.names if name not in self._entries]
        if not waiting:
            return
        for name in waiting:
            began = time.monotonic()
            with contextlib.suppress(RefusedError):
                self._entry(name)
            # At least as long as that took nothing is done: a page that is asked for meanwhile does not wait.
            now = time.monotonic()
            if began > due or ended.wait(max(now - began, self._asked + _QUIET - now)):
                break
        if self.checked == len(self.names):
            self._compare()
        self._tell("checked", number=self.checked)

    def _compare(self) -> None:
        """Find the files that say nearly the same as another."""
        says = [(name, entry.says) for name, entry in sorted(self._entries.copy().items()) if entry.says]
        pairs = dict(alike(says))
        with self._lock:
            differ = {name for name, _ in pairs.items() ^ self._alike.items()} & self._entries.keys()
            self._alike = pairs
            self._entries |= {name: self._entries[name].beside(pairs.get(name)) for name in differ}
            self._version += bool(differ)
        if differ:
            self._tell_changed(differ)

    # Reading and writing its text

    def read(self, name: str) -> tuple[str, str]:
        """Return the text of a file as it is now, and its stamp.

        Raises:
            RefusedError: There is none of that name, or it cannot be read as UTF-8.
        """
        return saving.read(self._folder, name)

    def save(self, name: str, text: str, *, over: str | None, ending: str = ".yaml") -> str:
        """Write a file into the folder, and return its new stamp; see `saving.save`.

        Raises:
            ChangedError: It is not what the person saw.
            RefusedError: Nothing may be written there, or there is no folder.
        """
        if self.path is None:
            raise RefusedError(saving.NO_FOLDER)
        with self._looking:
            path, stamp = saving.save(self.path, name, text, over=over, ending=ending)
            self._look(path)
        return stamp


def _with_names(folder: Folder) -> Folder:
    """Return a folder without the files that no page can name, as their names are not encoded as UTF-8."""
    # A byte that is no UTF-8 has become half a character.
    bad = {name: path for name, path in folder.names.items() if not is_whole(name)}
    if not bad:
        return folder
    problem = Problem("", rules.CANNOT_BE_READ, reason="its name is not encoded as UTF-8")
    flaws = sorted((*folder.flaws, *(Flaw(path, problem) for path in bad.values())), key=lambda flaw: flaw.path)
    names = {name: path for name, path in folder.names.items() if name not in bad}
    return attrs.evolve(folder, names=names, flaws=tuple(flaws))
