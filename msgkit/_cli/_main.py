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
from msgkit._cli import _lang, _output
from msgkit._cli._chinese import in_language
from msgkit._cli._errors import SaidError, told
from msgkit._cli._help import examples
from msgkit._extras import MissingExtraError
from msgkit._version import __version__
from msgkit.errors import MsgkitError


class _Commands(click.Group):
    """The commands are the modules of this package whose names begin with no underscore, each loaded when it is used.

    Errors of msgkit's own are said in a line, without a traceback.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as in the base
        """Return the names of the commands."""
        names = (name for _, name, _ in pkgutil.iter_modules(_cli.__path__) if not name.startswith("_"))
        return sorted(name.replace("_", "-") for name in names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; a module has it under its own name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(importlib.import_module(f"{_cli.__name__}.{name}"), name)
        return command

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run, whatever the streams are that it prints to."""
        _output.prepare()
        # What is tried again is said by the command; a logger that nobody listens to would say so on the terminal.
        logging.getLogger("stamina").addHandler(logging.NullHandler())
        try:
            return super().main(*args, **extra)
        except OSError as error:
            lang = _lang.language()
            if not (said := _output.complaint(error, lang)):
                raise
            _output.give_up()
            with contextlib.suppress(OSError):
                SaidError(said, lang).show()
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and say an error of msgkit's own in a line."""
        if _output.are_forced():
            ctx.color = True  # click takes styles out of what goes to no terminal
        try:
            return super().invoke(ctx)
        except MsgkitError as error:
            lang = _lang.language()
            raise SaidError(told(error, lang), lang) from error
        except MissingExtraError as error:
            lang = _lang.language()
            raise SaidError(in_language(str(error), lang), lang) from error


_EXIT_CODES = """\b
Exit codes of every command:
  0  nothing that must be mended
  1  findings, or it did not work out
  2  the command itself is wrong: an option, a --var, a file that is not there
  3  send only: unclear, it may have been sent"""


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"{_EXIT_CODES}\n\n{examples('msgkit check replies/ --lang zh')}",
)
@click.version_option(__version__)
def cli() -> None:
    """Answer WeChat Pay consumer complaints with rich messages."""
