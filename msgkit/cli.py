"""The ``msgkit`` command."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from msgkit import _output
from msgkit._extras import MissingExtraError, need
from msgkit._version import __version__
from msgkit.errors import MsgkitError

if TYPE_CHECKING:
    from msgkit.templates.checking import Finding


class _Group(click.Group):
    """A group whose commands report msgkit's own errors in a line, without a traceback."""

    def main(self, *args: Any, **extra: Any) -> Any:
        _output.prepare()
        try:
            return super().main(*args, **extra)
        except OSError as error:
            if not (said := _output.complaint(error)):
                raise
            _output.give_up()
            with contextlib.suppress(OSError):
                click.echo(f"Error: {said}", err=True)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (MsgkitError, MissingExtraError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Answer WeChat Pay consumer complaints with rich messages."""


@cli.command()
def demo() -> None:
    """Compose a reply, send it to a sandbox, and show it."""
    with need("sandbox"):
        from msgkit.demo import run  # noqa: PLC0415 - an extra

    run(click.echo, ansi=_output.has_styles())


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="For people, for machines, or as annotations of a GitHub workflow.",
)
def check(paths: tuple[Path, ...], form: str) -> None:
    """Check messages and templates: files, or all .json and .yaml files in folders.

    Of each file at most 100 findings are told. Exits with 1 where there are problems, or where something could not be
    read.
    """
    from msgkit.templates.checking import check  # noqa: PLC0415 - costs what the other commands need not pay

    report = check(paths)
    if form == "json":
        # GitHub takes ##[ for a command wherever it stands; in JSON only a text can hold it.
        click.echo(json.dumps(report.as_dict(), indent=2).replace("##", "#\\u0023"))
    else:
        for finding in report.findings:
            click.echo(_annotation(finding) if form == "github" else str(finding))
        click.echo(str(report), err=True)
    sys.exit(1 if report.errors else 0)


def _annotation(finding: Finding) -> str:
    """Return a finding as a workflow command of GitHub Actions."""
    text = f"{finding.pointer}: {finding.message}" if finding.pointer else finding.message
    where = f"file={_escaped(finding.file, ':,')}"
    if finding.place:
        where += f",line={finding.place.line},col={finding.place.column}"
    return f"::{finding.severity} {where}::{_escaped(text)}"


def _escaped(text: str, more: str = "") -> str:
    percented = "".join(f"%{ord(char):02X}" if char in "%\r\n" + more else char for char in text)
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in percented)


@cli.command()
@click.argument("file", type=click.Path(readable=False, path_type=Path))
@click.option("--var", "variables", multiple=True, metavar="NAME=TEXT", help="Fill a variable; may be given again.")
def preview(file: Path, variables: tuple[str, ...]) -> None:
    """Show a message, a template or a plain reply as the customer sees it.

    A template is filled with its examples where no --var is given; a variable that has neither stays as ${name}. Exits
    with 1 where what is shown could not be sent.
    """
    from msgkit.preview.files import show  # noqa: PLC0415 - costs what the other commands need not pay

    shown = show(file, variables, ansi=_output.has_styles())
    click.echo(shown.text)
    for note in shown.notes:
        click.echo(note, err=True)
    sys.exit(0 if shown.sendable else 1)


@cli.command()
@click.option("--template", is_flag=True, help="That of template files, which hold a message or say more.")
def schema(*, template: bool) -> None:
    """Print the JSON Schema of a NormalMessage, or of template files, for editors."""
    from msgkit._schema import message_schema, template_schema  # noqa: PLC0415 - likewise

    # As bytes: it goes into a file, which is UTF-8 whatever the terminal speaks.
    click.echo((template_schema() if template else message_schema()).encode(), nl=False)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 picks a free one.")
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for credentials.json, env.sh and the keys.",
)
def sandbox(port: int, state_dir: Path | None) -> None:
    """Run a local WeChat Pay on 127.0.0.1 until it is interrupted."""
    with need("sandbox"):
        from msgkit.sandbox import serve  # noqa: PLC0415 - an extra

    serve(port, state_dir)
