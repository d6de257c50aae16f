"""The ``msgkit`` command."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

import msgkit
from msgkit.errors import MsgkitError


class _Group(click.Group):
    """A group whose commands report msgkit's own errors in a line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MsgkitError as error:
            raise click.ClickException(str(error)) from error
        except ModuleNotFoundError as error:
            if error.name not in {"jsonschema", "python_multipart", "rfc3339_validator", "starlette", "uvicorn"}:
                raise
            raise click.ClickException("this needs an extra: pip install 'msgkit[sandbox]'") from error


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(msgkit.__version__)
def cli() -> None:
    """Answer WeChat Pay consumer complaints with rich messages."""


@cli.command()
def demo() -> None:
    """Compose a reply, send it to a sandbox, and show it."""
    from msgkit.demo import run  # noqa: PLC0415 - the sandbox is an extra

    run(click.echo, ansi=sys.stdout.isatty())


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 picks a free one.")
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for credentials.json, env.sh and the keys.",
)
def sandbox(port: int, state_dir: Path | None) -> None:
    """Run a local WeChat Pay on 127.0.0.1 until it is interrupted."""
    from msgkit.sandbox import serve  # noqa: PLC0415 - an extra

    serve(port, state_dir)
