"""``msgkit diff``: what the customer would see differently, for two files or one at two revisions."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from msgkit._cli import _output
from msgkit._cli._differences import differences
from msgkit._cli._filled import held, read, unreadable
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._paths import TemplatePath, library_option
from msgkit._cli._revisions import is_revision, open_revision
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.reply import Reply
from msgkit.templates import Template
from msgkit.templates._folder import UnreadableError

_SAME = Words("The customer sees no difference.", "用户看到的内容没有变化。")
_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


@click.command(
    epilog=examples(
        "msgkit diff old.yaml new.yaml",
        "msgkit diff HEAD:replies/accepted.yaml replies/accepted.yaml",
        "msgkit diff HEAD~1:replies/accepted.yaml HEAD:replies/accepted.yaml --lang zh",
    )
)
@click.argument("old", type=TemplatePath())
@click.argument("new", type=TemplatePath())
@library_option
@lang_option
def diff(old: Path, new: Path, library: Path | None, lang: str) -> None:
    """Show what the customer would see differently: OLD and NEW are files, or REVISION:PATH as git has them.

    Both are filled with the same examples, those of NEW first. What a file includes is read at its revision.

    \b
    Exit codes:
      0  the customer sees no difference
      1  there are differences, or a file cannot be read
      2  the command is wrong: an option, a file or a revision that is not there
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    before, after = _content(old, library, lang), _content(new, library, lang)
    lines = list(differences(before, after, (str(old), str(new)), lang))
    for line in lines:
        colour = _COLOURS.get(line[:1]) if _output.has_styles() else None
        click.echo(click.style(line, fg=colour) if colour else line)
    if not lines:
        click.echo(_SAME.text(lang))
    sys.exit(1 if lines else 0)


def _content(path: Path, library: Path | None, lang: str) -> Template | Reply:
    """Return what one side holds."""
    argument = str(path)
    if not is_revision(argument):
        return read(path, lang, library)[1]
    try:
        source, shelf = open_revision(argument, lang)
    except UnreadableError as error:
        raise unreadable(printable(argument), error, lang) from None
    return held(source, shelf, lang)
