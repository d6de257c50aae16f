"""An error that a command says in the language that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from msgkit._cli._chinese import in_language
from msgkit._language import CHINESE, Words
from msgkit._printable import printable
from msgkit.errors import (
    MOST_SHOWN,
    ConfigurationError,
    MsgkitError,
    ResponseVerificationError,
    SignError,
    ValidationError,
)


class SaidError(click.ClickException):
    """What ends a command with 1; the text says what to change.

    Args:
        message: The text.
        lang: Its language, ``"en"`` or ``"zh"``.
    """

    def __init__(self, message: str, lang: str) -> None:
        super().__init__(message)
        self.lang = lang

    @property
    def line(self) -> str:
        """The text with what marks it as an error."""
        return f"{'错误：' if self.lang == CHINESE else 'Error: '}{self.message}"

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        click.echo(self.line, file=file, err=file is None)


class WrongError(SaidError):
    """What ends a command with 2: it is wrong itself, in a value of a variable, say, or in a file that is not there."""

    exit_code = 2


@contextmanager
def saying(lang: str, *more: type[MsgkitError]) -> Iterator[None]:
    """Say in a language, and in one line, that an argument or a setting is wrong; the library goes by the environment.

    Args:
        lang: The language.
        more: What other errors are said so.

    Raises:
        SaidError: One is raised.
    """
    said: tuple[type[MsgkitError], ...] = (ValidationError, ConfigurationError, *more)
    try:
        yield
    except said as error:
        raise SaidError(told(error, lang), lang) from None


def told(error: MsgkitError, lang: str) -> str:
    """Return what an error says, in one line, and whether `msgkit doctor` says more."""
    if isinstance(error, ValidationError):
        said = [problem.placed(lang) for problem in error.problems[:MOST_SHOWN]]
        return ("；" if lang == CHINESE else "; ").join(said)
    text = in_language(printable(str(error)), lang)
    return text + _DOCTOR.text(lang) if isinstance(error, _OF_KEYS) else text


_OF_KEYS = (ConfigurationError, SignError, ResponseVerificationError)
_DOCTOR = Words("; msgkit doctor says more", "；可用 msgkit doctor 检查")
