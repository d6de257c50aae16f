"""Arguments that are template files, or folders of them, as a shell completes them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from msgkit.templates import _folder


class TemplatePath(click.Path):
    """A path, there or not; a shell completes it to template files and to what stands in folders."""

    name = "path"

    def __init__(self) -> None:
        super().__init__(readable=False, path_type=Path)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002 - as in the base
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Return what a path that is half written may become."""
        found = list(_completed(incomplete))
        # Of these, click's scripts would make several words or none; the shell itself knows how to write them.
        if any(map(_needs_quotes, found)):
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(path) for path in found]


_needs_quotes = re.compile(r"[\s'\"\\$`&|;<>()*?\[\]{}!#:=]|^~$").search


def _completed(incomplete: str) -> Iterator[str]:
    """Yield template files and folders; of a folder that is the only choice, what stands in it.

    Behind the only choice a shell puts a space, and a folder is rarely where the reader wants to stop.
    """
    found = _entries(incomplete)
    while len(found) == 1 and found[0].endswith("/"):
        inside = _entries(found[0])
        if not inside:
            break
        found = inside
    yield from found


def _entries(incomplete: str) -> list[str]:
    above, slash, begun = incomplete.rpartition("/")
    try:
        with os.scandir(os.path.expanduser(above + slash) or ".") as entries:  # noqa: PTH111 - keep what was written
            return sorted(
                above + slash + entry.name + ("/" if entry.is_dir() else "")
                for entry in entries
                if entry.name.startswith(begun)
                and entry.name.startswith(".") <= begun.startswith(".")
                and (entry.is_dir() or _folder.is_template(Path(entry.name)))
            )
    except (OSError, ValueError):
        return []


variables_option = click.option(
    "--var",
    "variables",
    multiple=True,
    metavar="NAME=TEXT",
    help="Fill a variable; may be given again, and of a list for each entry.",
)
library_option = click.option(
    "--library",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder from which files include others; by default the nearest above the file in which all are found.",
)
