"""``msgkit send``: answer one complaint with a file."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Mapping
from pathlib import Path

import click

from msgkit._cli import _output
from msgkit._cli._errors import SaidError, saying
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._paths import TemplatePath, library_option, variables_option
from msgkit._cli._settings import env_file
from msgkit.errors import SendError
from msgkit.message import Message


@click.command(
    epilog=examples(
        "msgkit send 200201820200101080076610000 replies/accepted.yaml --var order_no=42 --dry-run",
        "msgkit send 200201820200101080076610000 replies/accepted.yaml --var order_no=42",
    )
)
@click.argument("complaint_id")
@click.argument("file", metavar="PATH", type=TemplatePath())
@variables_option
@library_option
@click.option(
    "--idempotent-id",
    metavar="ID",
    help="What makes a rich reply one and the same however often it is sent; a new one by default.",
)
@click.option("--mchid", metavar="SUB", help="The merchant complained about, where that is not the caller.")
@click.option(
    "--plain-too",
    is_flag=True,
    help="Look at the complaint first; where it takes no rich reply, send as much as fits as a plain one.",
)
@click.option("--dry-run", is_flag=True, help="Send nothing; show the exact request, and what the customer would see.")
@env_file
@lang_option
def send(  # noqa: PLR0913 - options are what they are
    complaint_id: str,
    file: Path,
    *,
    variables: tuple[str, ...],
    library: Path | None,
    idempotent_id: str | None,
    mchid: str | None,
    plain_too: bool,
    dry_run: bool,
    environ: Mapping[str, str],
    lang: str,
) -> None:
    """Answer a complaint with a message, a template or a plain reply.

    The file is checked first, filled with the values of --var; its examples are never sent. Where something is wrong
    with it, nothing is sent. Without --plain-too it is one POST, and nothing is read.

    \b
    Exit codes:
      0  sent; or, with --dry-run, it could be
      1  not sent: findings, or the platform refused it
      2  the command is wrong: an option, a --var, a file that is not there
      3  unclear: it may have been sent; what to do is said
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    # Loading what speaks to a network takes longer than `--help`.
    from msgkit._cli import _report, _sending  # noqa: PLC0415
    from msgkit.client import Client  # noqa: PLC0415

    checked = _sending.check(file, variables, lang, library)
    for line in _report.lines(checked.report, lang):
        click.echo(line, err=checked.content is not None)
    if checked.content is None:
        click.echo(checked.report.text(lang), err=True)
        sys.exit(_sending.NOT_SENT)
    is_new_id = idempotent_id is None and isinstance(checked.content, Message)
    # Made here, so that it is known whatever happens to the sending.
    made = str(uuid.uuid4()) if is_new_id else idempotent_id
    sending = _sending.Sending(complaint_id, checked.content, made, mchid, plain_too)
    if dry_run:
        with saying(lang, SendError):
            request = sending.request(environ)
        for line in _sending.shown(sending, request, lang, is_new_id=is_new_id):
            click.echo(line)
        return
    try:
        with saying(lang), Client.from_env(environ) as client:
            receipt = sending.send(client)
        for line in _sending.told(receipt, lang):
            click.echo(line)
    # Also where the receipt could not be written: it was sent, and must not look as if it was not.
    except (SendError, OSError, KeyboardInterrupt) as error:
        said, cure, code = _sending.failure(error, sending, lang)
        if isinstance(error, OSError):
            _output.give_up()
        click.echo(SaidError(said, lang).line, err=True)
        click.echo(cure, err=True)
        sys.exit(code)
