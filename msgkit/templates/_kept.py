"""What a library has of its templates, and reading one more: at once, or when nobody is writing it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import attrs

from msgkit import rules
from msgkit.errors import Problem, TemplateError
from msgkit.templates._folder import Flaw, Folder, UnreadableError
from msgkit.templates._loading import load_template
from msgkit.templates._stamps import SETTLED, Stamp, Stamps
from msgkit.templates._template import Template

_MOST_TRIES = 4
"""How often a file is read that is being changed all the while."""


@attrs.frozen(eq=False)
class Kept:
    """A template that was read.

    Attributes:
        template: The template.
        files: What it was made of, its own file first.
        stamp: What those were; None where they could have changed since and look the same.
    """

    template: Template
    files: tuple[Path, ...]
    stamp: Stamp | None


@attrs.frozen(eq=False)
class Contents:
    """What a library has.

    Attributes:
        folder: The folder, as it was when it was last looked through.
        paths: The files by their names.
        kept: The templates that were read, by name. It grows, and is another one after `Library.reload`.
    """

    folder: Folder
    paths: Mapping[str, Path]
    kept: dict[str, Kept] = attrs.field(factory=dict)


def read_now(path: Path, folder: Folder) -> Kept:
    """Read a template as its files stand.

    Raises:
        TemplateError: As `Loaded.template` does.
        ValidationError: Likewise.
    """
    now = time.time_ns()
    loaded = load_template(path, folder)
    stamp = Stamps(folder).of(loaded.files)
    # Two changes in one tick of a file system's clock look like one, and one while it was read looks like none.
    return Kept(loaded.template, loaded.files, stamp if stamp is not None and stamp.is_settled(now) else None)


def read_settled(path: Path, folder: Folder) -> Kept:
    """Read a template when nobody is writing its files; for that it waits, up to `SETTLED` a few times.

    Raises:
        TemplateError: As `Loaded.template` does; or somebody goes on writing.
        ValidationError: Likewise.
    """
    files: tuple[Path, ...] = (path,)
    for _ in range(_MOST_TRIES):
        before = Stamps(folder).of(files)
        if before is not None and before.is_recent(time.time_ns()):
            time.sleep(SETTLED)
            if Stamps(folder).of(files) != before:
                continue
        loaded = load_template(path, folder)
        if Stamps(folder).of(files) != before:
            continue
        if loaded.files == files or not isinstance(loaded.outcome, Template):
            return Kept(loaded.template, loaded.files, before)
        files = loaded.files
    raise TemplateError(str(UnreadableError(Flaw(path, Problem("", rules.REPLACED)))))
