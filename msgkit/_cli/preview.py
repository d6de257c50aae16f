"""``msgkit preview``: a file as the customer sees it, for the people who write replies."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from msgkit._cli import _output
from msgkit._cli._filled import filled
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._paths import TemplatePath, library_option, variables_option
from msgkit.preview import as_text


@click.command(
    epilog=examples("msgkit preview replies/accepted.yaml", "msgkit preview replies/accepted.yaml --var order_no=42")
)
@click.argument("file", type=TemplatePath())
@variables_option
@library_option
@lang_option
def preview(file: Path, variables: tuple[str, ...], library: Path | None, lang: str) -> None:
    """Show a message, a template or a plain reply as the customer sees it.

    A template is filled with its examples where no --var is given.

    \b
    Exit codes:
      0  shown
      1  it cannot be shown, for want of an example too, or what is shown could not be sent
      2  the command is wrong: an option, a --var, a file that is not there
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    shown = filled(file, variables, lang, library)
    click.echo(as_text(shown.content, ansi=_output.has_styles(), width=_output.width()))
    if shown.problems:
        click.echo(shown.not_sendable(lang), err=True)
        sys.exit(1)
