"""``msgkit complaints``: read complaints from the platform."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from msgkit._beijing import BEIJING
from msgkit._cli import _output
from msgkit._cli._errors import WrongError, saying
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._settings import env_file
from msgkit.errors import SendError

if TYPE_CHECKING:
    from msgkit.complaints import Complaint, HistoryEntry

_DAYS = timedelta(days=29)  # and the day itself

_as_json = click.option("--json", "as_json", is_flag=True, help="Print the platform's JSON, an object a line.")
_complaint_id = click.argument("complaint_id", metavar="ID")
_day = click.DateTime(formats=["%Y-%m-%d"])


@click.group(epilog=examples("msgkit complaints list --due --lang zh"))
def complaints() -> None:
    """Read complaints: a list, one of them, and what was said.

    \b
    Exit codes of each:
      0  read
      1  a setting is missing or wrong, the platform refused, or there was no answer
      2  the command is not written so
    """  # noqa: D301 - \b is click's, for lines that stay as they are


@complaints.command(
    name="list",
    epilog=examples("msgkit complaints list --due", "msgkit complaints list --from 2026-11-01 --to 2026-11-24 --json"),
)
@click.option("--from", "begin", type=_day, help="The first day, of Beijing; 29 days before the last by default.")
@click.option("--to", "end", type=_day, help="The last day, which counts too; today by default.")
@click.option("--mchid", metavar="SUB", help="Those about one merchant; by default about all you answer for.")
@click.option("--due", is_flag=True, help="What must be answered or handled, the most urgent first.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Most complaints to show.")
@_as_json
@env_file
@lang_option
def list_(  # noqa: PLR0913 - options are what they are
    *,
    begin: datetime | None,
    end: datetime | None,
    mchid: str | None,
    due: bool,
    limit: int | None,
    as_json: bool,
    environ: Mapping[str, str],
    lang: str,
) -> None:
    """List the complaints of some days, by default of the last 30.

    With --due, those that are not processed, by their deadlines: 24 hours after the complaint for the first reply, 72
    for the rest. The amount is the refund that was asked for, or else what was paid.
    """
    from msgkit._cli import _complaints, _complaints_words as words  # noqa: PLC0415 - the network side loads slowly
    from msgkit.client import Client  # noqa: PLC0415

    now = datetime.now(UTC)
    last = end.date() if end else max(now.astimezone(BEIJING).date(), begin.date() if begin else date.min)
    first = begin.date() if begin else last - _DAYS
    if first > last:
        raise WrongError(words.REVERSED.text(lang), lang)
    with saying(lang, SendError), Client.from_env(environ) as client:
        found: Iterable[Complaint] = client.complaints(first, last, complainted_mchid=mchid)
        if due:
            found = _complaints.urgent(found, now)
        if as_json:
            for each in itertools.islice(found, limit):
                click.echo(_json(each))
            return
        known = list(found) if due else list(itertools.islice(found, None if limit is None else limit + 1))
    shown = known[:limit]
    if shown:
        for line in _complaints.listed(shown, lang, now, width=_output.width(), ansi=_output.has_styles()):
            click.echo(line)
    said = words.COUNT_DUE if due else words.COUNT
    click.echo(said.text(lang, number=len(shown), begin=first.isoformat(), end=last.isoformat()), err=True)
    if len(known) > len(shown):
        click.echo(words.CUT.text(lang), err=True)


@complaints.command(epilog=examples("msgkit complaints show 200201820200101080076610000"))
@_complaint_id
@click.option("--phone", is_flag=True, help="Decrypt the customer's phone number, and show it.")
@_as_json
@env_file
@lang_option
def show(complaint_id: str, *, phone: bool, as_json: bool, environ: Mapping[str, str], lang: str) -> None:
    """Show one complaint, with all that is known of it."""
    from msgkit._cli import _complaints  # noqa: PLC0415 - the network side loads slowly
    from msgkit.client import Client  # noqa: PLC0415

    with saying(lang, SendError), Client.from_env(environ) as client:
        found = client.complaint(complaint_id)
        number = _complaints.phone_of(found, client.decrypt, lang) if phone else None
    if as_json:
        click.echo(_json(found, **({} if number is None else {"payer_phone": number})))
        return
    for line in _complaints.lines(found, lang, datetime.now(UTC), phone=number, ansi=_output.has_styles()):
        click.echo(line)


@complaints.command(epilog=examples("msgkit complaints history 200201820200101080076610000"))
@_complaint_id
@_as_json
@env_file
@lang_option
def history(complaint_id: str, *, as_json: bool, environ: Mapping[str, str], lang: str) -> None:
    """Show what was said and done about a complaint, the oldest first; as JSON in the platform's order."""
    from msgkit._cli import _complaints  # noqa: PLC0415 - the network side loads slowly
    from msgkit.client import Client  # noqa: PLC0415

    with saying(lang, SendError), Client.from_env(environ) as client:
        if as_json:
            for entry in client.history(complaint_id):
                click.echo(_json(entry))
            return
        found = list(client.history(complaint_id))
    for line in _complaints.conversation(found, lang, ansi=_output.has_styles()):
        click.echo(line)


def _json(answer: Complaint | HistoryEntry, **instead: object) -> str:
    # Escaped, so that it is JSON on a terminal of any encoding, and no character of it steers one.
    return json.dumps({**answer.raw, **instead})
