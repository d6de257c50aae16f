"""``msgkit demo``: the whole road once."""

from __future__ import annotations

import click

from msgkit._cli import _output
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._extras import need


@click.command(epilog=examples("msgkit demo --lang zh"))
@lang_option
def demo(lang: str) -> None:
    """Compose a reply, send it to a sandbox, and show it."""
    with need("sandbox"):
        from msgkit._cli._demo import run  # noqa: PLC0415 - an extra

    run(click.echo, lang, ansi=_output.has_styles())
