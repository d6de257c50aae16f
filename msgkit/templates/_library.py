"""`Library`: a folder of template files. Nothing in a file is run, and no name leads out of the folder."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from msgkit._language import in_a_line
from msgkit.errors import TemplateError
from msgkit.templates import _folder
from msgkit.templates._folder import Folder, UnreadableError, composed
from msgkit.templates._kept import Contents, read_now, read_settled
from msgkit.templates._stamps import Stamps
from msgkit.templates._template import Template
from msgkit.templates._watching import Watch

_MOST_FLAWS = 20

_EVERY = 0.5
"""Seconds from one look at the folder to the next, where it is watched."""


@attrs.frozen(eq=False)
class _Locks:
    """What keeps the threads of one process from doing one thing twice.

    Attributes:
        looking: Held by the one that looks at the folder. Nobody waits for it.
        changing: Held while what the library has is changed, and never while a file is read.
        reading: By the name of a template: held by the one that reads it the first time.
    """

    looking: threading.Lock = attrs.field(factory=threading.Lock)
    changing: threading.RLock = attrs.field(factory=threading.RLock)
    reading: dict[str, threading.RLock] = attrs.field(factory=dict)


class Library(Mapping[str, Template]):
    """The templates in a folder and its folders, by name: ``refund/accepted`` is ``refund/accepted.json`` or ``.yaml``.

    The folder is looked through once, when the library is made, and again by `reload`; a file is read when it is first
    asked for. Hidden files and folders are passed over. YAML needs the extra ``msgkit-wechatpay[yaml]``. Names are
    letters in Unicode's NFC, however the file system writes them, and may be asked for in any form.

    A library that watches looks at the folder itself: whoever uses it then looks first, at most twice a second, and
    finds what was changed, came or went. A file that was changed is read again once nobody has changed it for 0.3
    seconds, so that no half-written one is taken; a file that was never read is waited for as long. What is changed to
    something broken, and what is gone, stays as it was read last, and the log, ``msgkit``, says so once, with the file,
    the line and the rule.

    It is safe for many threads, and serves forked processes too. A copy, or what comes back from a pickle, has the
    templates that were read, and goes on by itself.

    Args:
        folder: The folder. It may be relative to the current one, as that is when the library is made.
        watch: Whether it looks for changes by itself, in a program that runs for long.

    Attributes:
        folder: The folder, as an absolute path.

    Raises:
        TemplateError: There is no such folder, a folder in it may not be looked into, a link leads out of it, or
            several files have one name, or names that are one on Windows and macOS; it names each.

    Reading a template raises:
        KeyError: There is none of that name.
        TemplateError: The file cannot be read, is no JSON or YAML, or was replaced by a link out of the folder.
        ValidationError: What it holds is no template; with all problems, each by JSON Pointer, line and column.
    """

    def __init__(self, folder: str | os.PathLike[str], *, watch: bool = False) -> None:
        self.folder = Path(folder).absolute()
        found = _look_through(self.folder)
        self._has = Contents(found, found.names)
        self._watch = Watch() if watch else None
        self._looks_from = time.monotonic() + _EVERY
        self._here: dict[int, _Locks] = {}

    def reload(self) -> None:
        """Look through the folder anew, and forget what has changed: it is read when it is next asked for.

        What is not among the files any more is forgotten too.

        Raises:
            TemplateError: As when the library is made. The library is then what it was before.
        """
        found = _look_through(self.folder)
        stamps, had = Stamps(found), self._has.kept.copy()
        kept = {
            name: old
            for name, old in had.items()
            if found.names.get(name) == old.files[0] and old.stamp is not None and stamps.of(old.files) == old.stamp
        }
        with self._locks.changing:
            self._has = Contents(found, found.names, kept)
            self._watch = Watch() if self._watch else None

    def __getitem__(self, name: str) -> Template:
        key = composed(name) if isinstance(name, str) else name
        kept = self._now().kept.get(key)
        return self._read(key) if kept is None else kept.template

    def __iter__(self) -> Iterator[str]:
        return iter(self._now().paths)

    def __len__(self) -> int:
        return len(self._now().paths)

    def __contains__(self, name: object) -> bool:
        return (composed(name) if isinstance(name, str) else name) in self._now().paths

    def __repr__(self) -> str:
        return f"Library({str(self.folder)!r}{', watch=True' if self._watch else ''})"

    def __getstate__(self) -> dict[str, Any]:
        # Locks are this process's, and so is the clock; a dict that grows belongs to one library.
        state = {name: value for name, value in vars(self).items() if name not in {"_here", "_looks_from"}}
        return {**state, "_has": attrs.evolve(self._has, kept=self._has.kept.copy()), "_watch": self._watch is not None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _here={}, _looks_from=float("-inf"), _watch=Watch() if state["_watch"] else None)

    @property
    def _locks(self) -> _Locks:
        # A lock that a thread held when its process was forked would never be free again in the child.
        return self._here.setdefault(os.getpid(), _Locks())

    def _now(self) -> Contents:
        """Return what the library has; where it is time to look whether that is fresh, after a look."""
        if self._watch is not None and time.monotonic() >= self._looks_from:
            looking = self._locks.looking
            if looking.acquire(blocking=False):
                try:
                    if time.monotonic() >= self._looks_from:
                        self._look(self._watch)
                finally:
                    # From its end, so that a slow file system is not looked at all the time.
                    self._looks_from = time.monotonic() + _EVERY
                    looking.release()
        return self._has

    def _look(self, watch: Watch) -> None:
        had = self._has
        seen = watch.look(had)
        with self._locks.changing:
            if self._has.kept is not had.kept:  # it was reloaded meanwhile
                return
            had.kept.update(seen.kept)
            late = {name: old.files[0] for name, old in had.kept.items() if name not in seen.paths}
            self._has = Contents(seen.folder, {**seen.paths, **late} if late else seen.paths, had.kept)

    def _read(self, name: str) -> Template:
        """Read a template that the library does not have yet; of several threads, one does and the others wait."""
        has = self._has
        if name not in has.paths:
            raise KeyError(_not_there(name, has.paths))
        with self._locks.reading.setdefault(name, threading.RLock()):
            if name not in has.kept:
                read = read_settled if self._watch else read_now
                kept = read(has.paths[name], has.folder)
                with self._locks.changing:
                    has.kept.setdefault(name, kept)
            return has.kept[name].template


def _not_there(name: str, names: Mapping[str, Path]) -> str:
    import difflib  # noqa: PLC0415 - nearly nobody asks for a name that is not there

    near = difflib.get_close_matches(str(name), names, n=1)
    return f"{name}; did you mean {near[0]}?" if near else name


def _look_through(folder: Path) -> Folder:
    try:
        found = _folder.look_through(folder)
    except UnreadableError as error:
        raise TemplateError(f"{error.flaw.problem}: {folder}") from None
    if found.flaws:
        raise TemplateError(in_a_line(found.flaws[:_MOST_FLAWS], max(0, len(found.flaws) - _MOST_FLAWS)))
    return found
