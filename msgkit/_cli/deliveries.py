"""``msgkit deliveries``: what a fleet of workers has sent, has not, and cannot know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from msgkit._cli._chinese import in_language
from msgkit._cli._errors import SaidError, WrongError, told
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.errors import ConfigurationError

if TYPE_CHECKING:
    from msgkit.delivery import Ledger

_ENDS = ("failed", "unclear")
_ALL = 10**9

_COUNTS = Words(
    "waiting: {queued}\nfailed: {failed}\nunclear: {unclear}",
    "等待发送：{queued}\n失败：{failed}\n不确定是否发出：{unclear}",
)
_RETRIED = Words("taken up again: {number}", "重新发送：{number}")
_CANCELLED = Words("cancelled: {number}", "已取消：{number}")
_AWAY = Words("no Redis answers at the ledger's address ({why})", "账本所在的 Redis 连不上（{why}）。")
_ONE = Words("use one of --show, --retry and --cancel", "--show、--retry、--cancel 只能用一个。")


@click.command(
    epilog=examples(
        "msgkit deliveries --ledger redis://127.0.0.1:6379/0",
        "msgkit deliveries --ledger redis://127.0.0.1:6379/0 --show failed",
        "msgkit deliveries --ledger redis://127.0.0.1:6379/0 --retry failed",
        "msgkit deliveries --ledger redis://127.0.0.1:6379/0 --cancel recall-",
    )
)
@click.option(
    "--ledger",
    metavar="URL",
    envvar=["MSGKIT_LEDGER", "MSGKIT_BROKER"],
    required=True,
    help="The Redis of the ledger; by default that of MSGKIT_LEDGER, or of MSGKIT_BROKER.",
)
@click.option("--show", type=click.Choice(_ENDS), help="List those that ended so: mchid, id and error.")
@click.option(
    "--retry", type=click.Choice(_ENDS), help="Have those sent once more; unclear ones may arrive twice by it."
)
@click.option("--cancel", metavar="BEGINNING", help="Have those not sent that wait and whose id begins so.")
@lang_option
def deliveries(ledger: str, *, show: str | None, retry: str | None, cancel: str | None, lang: str) -> None:
    """Look at what Celery workers deliver: how many wait, failed, and are unclear.

    \b
    Exit codes:
      0  it was done
      1  the ledger's Redis does not answer
      2  the command is wrong
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    if sum(each is not None for each in (show, retry, cancel)) > 1:
        raise WrongError(_ONE.text(lang), lang)
    # Loading what speaks to a network takes longer than `--help`.
    from msgkit.client._redis_client import RedisError  # noqa: PLC0415
    from msgkit.delivery import Ledger  # noqa: PLC0415

    try:
        for line in _done(Ledger(ledger), show, retry, cancel, lang):
            click.echo(line)
    except ConfigurationError as error:
        raise WrongError(told(error, lang), lang) from None
    except RedisError as error:  # whose text may have the password
        raise SaidError(_AWAY.text(lang, why=type(error).__name__), lang) from None


def _done(ledger: Ledger, show: str | None, retry: str | None, cancel: str | None, lang: str) -> Iterator[str]:
    """Do what is asked for, and yield what is said."""
    ends = {"failed": ledger.failed, "unclear": ledger.unclear}
    if show is not None:
        for mchid, key in ends[show](most=_ALL):
            outcome = ledger.outcome(mchid, key)
            error = "" if outcome is None else in_language(printable(outcome.error or ""), lang)
            yield f"{mchid} {printable(key)} {error}"
    elif retry is not None:
        yield _RETRIED.text(lang, number=ledger.retry(ends[retry](most=_ALL)))
    elif cancel is not None:
        yield _CANCELLED.text(lang, number=ledger.cancel(cancel))
    else:
        yield _COUNTS.text(lang, **{str(state): str(number) for state, number in ledger.counts().items()})
