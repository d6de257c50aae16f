"""Checking again whenever a file has changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from msgkit._language import CHINESE, Words
from msgkit.templates import _folder
from msgkit.templates._findings import one_line

_LOOKS = 0.5
"""Seconds from one look at the files to the next."""

_SETTLED = 0.3
"""Seconds for which nothing may change before a file is read: whoever writes it may be in the middle."""

_MOST_NAMED = 5

_CHANGED = Words("{names:list} changed", "{names:list} 已修改")
_NEW = Words("{names:list} is new", "{names:list} 是新文件")
_GONE = Words("{names:list} is gone", "{names:list} 已删除")
_SEVERAL = Words("{names:list}[ and {more} more]", "{names:list}[ 等 {more} 个文件]")

Seen = dict[str, tuple[int, int, int]]
"""Files by their paths: what they are on the disk, when they were changed, and their sizes."""


def watch(paths: Sequence[Path], check: Callable[[], object], say: Callable[[str], object], lang: str) -> None:
    """Check, and again each time that a file has changed, is new or gone; it ends by an interrupt.

    Args:
        paths: Files, and folders of files.
        check: Checks and tells what was found.
        say: Takes what has changed, a line each time.
        lang: The language.
    """
    # Before the check: what changes while it reads is a change.
    seen = look(paths)
    check()
    while True:
        time.sleep(_LOOKS)
        now = look(paths)
        if now == seen:
            continue
        now = _settled(paths, now)
        said = ("；" if lang == CHINESE else "; ").join(_told(seen, now, lang))
        if said:  # it may be as it was again
            say(one_line(f"{datetime.now().astimezone():%H:%M:%S} {said}"))
            seen = now
            check()


def _settled(paths: Sequence[Path], seen: Seen) -> Seen:
    while True:
        time.sleep(_SETTLED)
        now = look(paths)
        if now == seen:
            return now
        seen = now


def look(paths: Sequence[Path]) -> Seen:
    """Return the template files that there are, of some paths and in the folders among them."""
    return {str(Path(path)): (state.st_ino, state.st_mtime_ns, state.st_size) for path, state in _states(paths)}


def _states(paths: Sequence[Path]) -> Iterator[tuple[str, os.stat_result]]:
    waiting = []
    for path in paths:
        try:
            state = os.stat(path)  # noqa: PTH116 - as for the entries of folders below
        except (OSError, ValueError):
            continue
        if os.path.isdir(path):  # noqa: PTH112
            waiting.append(str(path))
        else:
            yield str(path), state
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    yield from _entry(entry, waiting)
        except OSError:  # the check says what cannot be seen
            continue


def _entry(entry: os.DirEntry[str], waiting: list[str]) -> Iterator[tuple[str, os.stat_result]]:
    if entry.name.startswith("."):
        return
    try:
        if entry.is_dir(follow_symlinks=False):
            waiting.append(entry.path)
        elif _folder.is_template(Path(entry.name)):
            yield entry.path, entry.stat()
    except OSError:  # it is gone, or a link that leads nowhere
        return


def _told(before: Seen, now: Seen, lang: str) -> Iterator[str]:
    """Yield what has changed."""
    changed = [path for path in before if path in now and now[path] != before[path]]
    for said, paths in (
        (_CHANGED, changed),
        (_NEW, [path for path in now if path not in before]),
        (_GONE, [path for path in before if path not in now]),
    ):
        if paths:
            names = sorted(paths)
            more = max(0, len(names) - _MOST_NAMED)
            yield said.text(lang, names=[_SEVERAL.text(lang, names=names[:_MOST_NAMED], more=more)])
