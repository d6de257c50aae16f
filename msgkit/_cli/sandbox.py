"""``msgkit sandbox``: a local WeChat Pay."""

from __future__ import annotations

import functools
from pathlib import Path

import click

from msgkit._cli._chinese import in_language
from msgkit._cli._errors import WrongError
from msgkit._cli._help import examples
from msgkit._cli._lang import language, speaks
from msgkit._extras import need
from msgkit._printable import printable

_PORT = click.IntRange(0, 65535)


@click.command(epilog=examples("msgkit sandbox --state-dir state --port 8080"))
@click.option("--port", type=_PORT, default=0, help="Port to listen on; 0 picks a free one.")
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for credentials.json, env.sh and the keys.",
)
@click.option(
    "--control",
    type=_PORT,
    is_flag=False,
    flag_value=0,
    default=None,
    metavar="[PORT]",
    help="Offer a control port too: plain JSON, to set up complaints and faults and to read what arrived.",
)
@click.option(
    "--notify",
    metavar="URL",
    help="Post notifications to this address of this machine, such as http://127.0.0.1:8000/notify.",
)
@speaks
def sandbox(port: int, state_dir: Path | None, control: int | None, notify: str | None) -> None:
    """Run a local WeChat Pay on 127.0.0.1 until it is interrupted, and tell each call in a line."""
    with need("sandbox"):
        from msgkit.sandbox import serve  # noqa: PLC0415 - an extra
        from msgkit.sandbox.loopback import Address  # noqa: PLC0415 - likewise

    if notify is not None:
        try:
            Address.parse(notify)
        except ValueError as error:
            said = in_language(printable(str(error)), language())
            raise WrongError(f"--notify: {said}", language()) from None
    serve(port, state_dir, control=control, notify=notify, report=functools.partial(print, flush=True))
