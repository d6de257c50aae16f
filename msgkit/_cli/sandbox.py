"""``msgkit sandbox``: a local WeChat Pay."""

from __future__ import annotations

from pathlib import Path

import click

from msgkit._extras import need


@click.command()
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
