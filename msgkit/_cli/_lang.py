"""The option by which a command speaks English or Chinese."""

from __future__ import annotations

import click

from msgkit import _language


def _chosen(_context: click.Context, _option: click.Parameter, value: str | None) -> str:
    return value or _language.language()


lang = click.option(
    "--lang",
    type=click.Choice(_language.LANGUAGES),
    callback=_chosen,
    help="English or Chinese; by default what MSGKIT_LANG says, or English.",
)
