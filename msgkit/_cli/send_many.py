"""``msgkit send-many``: answer many complaints with one template and a table."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from msgkit._cli._errors import WrongError, told
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._many.options import MOST_THREADS, purpose_of, rate as as_rate, report_of, require_place
from msgkit._cli._paths import TemplatePath, library_option, variables_option
from msgkit._cli._settings import env_file
from msgkit._language import Words
from msgkit.errors import ConfigurationError

if TYPE_CHECKING:
    from msgkit._cli._many.check import Checking
    from msgkit._cli._many.ways import Way

_FOUND = Words("[{many} findings][{one} finding]; nothing was sent", "有[ {many} ][ {one} ]处要改，没有发送。")
_WORKERS_OWN = Words(
    "{option} is the workers' own with --celery: start them with MSGKIT_RATE=10, and as many as you like",
    "加上 --celery 后由 worker 决定 {option}：启动 worker 时设置 MSGKIT_RATE=10，数量不限。",
)
_LEDGER_ALONE = Words("--ledger goes with --celery", "--ledger 要和 --celery 一起用。")


@click.command(
    name="send-many",
    epilog=examples(
        "msgkit send-many replies/accepted.yaml table.csv --dry-run",
        "msgkit send-many replies/accepted.yaml table.csv --report report.csv --rate 10/s",
        "msgkit send-many replies/accepted.yaml table.csv --celery redis://127.0.0.1:6379/0",
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
@click.option("--celery", "broker", metavar="URL", help="Have Celery workers send: the broker that they listen to.")
@click.option("--ledger", metavar="URL", help="With --celery, the Redis of the workers' ledger; by default the broker.")
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
    broker: str | None,
    ledger: str | None,
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

    said = content.load(template, variables, library, lang)
    where = report_of(table, report)
    require_place(where, (table, template), lang)
    with contextlib.ExitStack() as stack:
        try:
            if broker is None:
                _refuse_without_celery(ledger, lang)
                way = None if dry_run else _from_here(environ, rate, threads, stack)
            else:
                _refuse_with_celery(lang)
                way = None if dry_run else _through_celery(broker, ledger, environ, lang)
        except ConfigurationError as error:
            raise WrongError(told(error, lang), lang) from None
        caller = way.mchid if way else environ.get("WECHATPAY_MCHID", "").strip() or "0"
        checking = Checking(Table(table, encoding), said, purpose_of(purpose, said.name, lang), caller, plain_too)
        _require_none(checking, table.name, lang)
        if way is None:
            for line in dry.shown(checking, lang):
                click.echo(line)
            return
        order = running.Order(checking, where, plain_too, retry_unclear, afresh, lang)
        sys.exit(0 if running.run(order, way) else 1)


def _from_here(environ: Mapping[str, str], rate: float, threads: int, stack: contextlib.ExitStack) -> Way:
    from msgkit._cli._many.sending import sending  # noqa: PLC0415 - as above
    from msgkit.client import Client, Pace  # noqa: PLC0415

    # The last of them waits for the turns of the others, which a 429 makes ten times as long.
    total = 60 + 10 * threads / rate
    return sending(stack.enter_context(Client.from_env(environ, pace=Pace(reply=rate), total=total)), threads)


def _through_celery(broker: str, ledger: str | None, environ: Mapping[str, str], lang: str) -> Way:
    mchid = environ.get("WECHATPAY_MCHID", "").strip()
    if not mchid:
        raise ConfigurationError("WECHATPAY_MCHID is not set: whose replies are they?")
    from msgkit._cli._many.queueing import queueing  # noqa: PLC0415 - as above

    return queueing(broker, ledger, mchid, lang)


def _refuse_with_celery(lang: str) -> None:
    context = click.get_current_context()
    for name in ("rate", "threads"):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise WrongError(_WORKERS_OWN.text(lang, option=f"--{name}"), lang)


def _refuse_without_celery(ledger: str | None, lang: str) -> None:
    if ledger is not None:
        raise WrongError(_LEDGER_ALONE.text(lang), lang)


def _require_none(checking: Checking, table: str, lang: str) -> None:
    """Tell all findings, and end where there are any."""
    found = 0
    for finding in checking.findings():
        found += 1
        click.echo(f"{table}: {finding.text(lang)}")
    if found:
        click.echo(_FOUND.text(lang, **({"one": 1} if found == 1 else {"many": found})), err=True)
        sys.exit(2)
