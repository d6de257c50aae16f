"""The command itself: finds its commands, and says errors in a line."""

from __future__ import annotations

import contextlib
import importlib
import logging
import pkgutil
import sys
from typing import Any

import click

from msgkit import _cli
from msgkit._cli import _output
from msgkit._extras import MissingExtraError
from msgkit._version import __version__
from msgkit.errors import MsgkitError


class _Commands(click.Group):
    """The commands are the modules of this package whose names begin with no underscore, each loaded when it is used.

    Errors of msgkit's own are said in a line, without a traceback.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as in the base
        """Return the names of the commands."""
        return sorted(name for _, name, _ in pkgutil.iter_modules(_cli.__path__) if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; a module has it under its own name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(importlib.import_module(f"{_cli.__name__}.{cmd_name}"), cmd_name)
        return command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, whatever the streams are that it prints to."""
        _output.prepare()
        # What is tried again is said by the command; a logger that nobody listens to would say so on the terminal.
        logging.getLogger("stamina").addHandler(logging.NullHandler())
        try:
            return super().main(*args, **extra)
        except OSError as error:
            if not (said := _output.complaint(error)):
                raise
            _output.give_up()
            with contextlib.suppress(OSError):
                click.echo(f"Error: {said}", err=True)
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and say an error of msgkit's own in a line."""
        try:
            return super().invoke(ctx)
        except (MsgkitError, MissingExtraError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Answer WeChat Pay consumer complaints with rich messages."""
