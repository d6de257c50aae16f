"""An error that a command says in the language that was asked for."""

from __future__ import annotations

from typing import IO, Any

import click

from msgkit._language import CHINESE


class SaidError(click.ClickException):
    """What ends a command with 1; the text says what to change.

    Args:
        message: The text.
        lang: Its language, ``"en"`` or ``"zh"``.
    """

    def __init__(self, message: str, lang: str) -> None:
        super().__init__(message)
        self.lang = lang

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        mark = "错误：" if self.lang == CHINESE else "Error: "
        click.echo(f"{mark}{self.message}", file=file, err=file is None)
