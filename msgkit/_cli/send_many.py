"""``msgkit send-many``: answer many complaints with one template and a table."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from msgkit._cli._errors import WrongError, told
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._many.options import MOST_THREADS, rate as as_rate, report_of, require_place
from msgkit._cli._paths import TemplatePath, library_option, variables_option
from msgkit._cli._settings import env_file
from msgkit._language import Words
from msgkit.errors import ConfigurationError

_FOUND = Words("[{many} findings][{one} finding]; nothing was sent", "有[ {many} ][ {one} ]处要改，没有发送。")


@click.command(
    name="send-many",
    epilog=examples(
        "msgkit send-many replies/accepted.yaml table.csv --dry-run",
        "msgkit send-many replies/accepted.yaml table.csv --report report.csv --rate 10/s",
    ),
)
@click.argument("template", type=TemplatePath())
@click.argument("table", type=click.Path(readable=False, path_type=Path))
@variables_option
@library_option
@click.option("--report", type=click.Path(path_type=Path), help="Where the report goes; by default beside the table.")
@click.option("--encoding", type=click.Choice(["utf-8", "gbk"]), default="utf-8", help="What the table is written in.")
@click.option("--purpose", help="What the replies are for; by default the template's name. The same reply goes once.")
@click.option(
    "--rate", callback=as_rate, default="10/s", show_default=True, help="Most replies a second, also as 600/min."
)
@click.option("--threads", type=click.IntRange(1, MOST_THREADS), default=4, show_default=True, help="Rows at a time.")
@click.option(
    "--plain-too",
    is_flag=True,
    help="Look at each complaint first; where it takes no rich reply, send as much as fits as a plain one.",
)
@click.option("--retry-unclear", is_flag=True, help="Send those again, too, that may have been sent.")
@click.option("--new", "afresh", is_flag=True, help="Begin afresh; plain replies that went stay as they are.")
@click.option("--dry-run", is_flag=True, help="Send nothing; show three messages, and the smallest and largest amount.")
@env_file
@lang_option
def send_many(  # noqa: PLR0913 - options are what they are
    template: Path,
    table: Path,
    *,
    variables: tuple[str, ...],
    library: Path | None,
    report: Path | None,
    encoding: str,
    purpose: str | None,
    rate: float,
    threads: int,
    plain_too: bool,
    retry_unclear: bool,
    afresh: bool,
    dry_run: bool,
    environ: Mapping[str, str],
    lang: str,
) -> None:
    """Answer many complaints: TABLE is CSV or JSON Lines, its columns the template's variables and complaint_id.

    The columns complainted_mchid and idempotent_id may be there. Everything is checked before anything is sent. Stopped
    in any way, the same command goes on, and no rich reply goes twice; a plain one that may have been sent is not sent
    again unless that is asked for.

    \b
    Exit codes:
      0  every row was sent; or, with --dry-run, could be
      1  some were not; the report says which, and what to do
      2  findings in the table, or the command is wrong: nothing was sent
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    # Loading what speaks to a network takes longer than `--help`.
    from msgkit._cli._many import content, dry, running  # noqa: PLC0415
    from msgkit._cli._many.check import Checking  # noqa: PLC0415
    from msgkit._cli._many.table import Table  # noqa: PLC0415
    from msgkit.client import Client, Pace  # noqa: PLC0415

    said = content.load(template, variables, library, lang)
    where = report_of(table, report)
    require_place(where, table, lang)
    client = None
    if not dry_run:
        try:
            # The last of them waits for the turns of the others, which a 429 makes ten times as long.
            total = 60 + 10 * threads / rate
            client = Client.from_env(environ, pace=Pace(reply=rate), total=total)
        except ConfigurationError as error:
            raise WrongError(told(error, lang), lang) from None
    caller = client.mchid if client else environ.get("WECHATPAY_MCHID", "").strip() or "0"
    checking = Checking(Table(table, encoding), said, purpose or said.name, caller, plain_too)
    found = 0
    for finding in checking.findings():
        found += 1
        click.echo(f"{table.name}: {finding.text(lang)}")
    if found:
        click.echo(_FOUND.text(lang, **({"one": 1} if found == 1 else {"many": found})), err=True)
        sys.exit(2)
    if client is None:
        for line in dry.shown(checking, lang):
            click.echo(line)
        return
    with client:
        order = running.Order(checking, where, threads, plain_too, retry_unclear, afresh, lang)
        sys.exit(0 if running.run(order, client) else 1)
