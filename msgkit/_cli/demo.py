"""``msgkit demo``: the whole road once."""

from __future__ import annotations

import click

from msgkit._cli import _output
from msgkit._extras import need


@click.command()
def demo() -> None:
    """Compose a reply, send it to a sandbox, and show it."""
    with need("sandbox"):
        from msgkit._cli._demo import run  # noqa: PLC0415 - an extra

    run(click.echo, ansi=_output.has_styles())
