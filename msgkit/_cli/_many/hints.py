"""What is said beside the work, on standard error: where nobody can read it, the work goes on all the same."""

from __future__ import annotations

import contextlib
import sys
from typing import TextIO

import click


class Hints:
    """Standard error, whose end ends nothing: a terminal that was closed, a full disk, or none at all."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.encoding = stream.encoding

    def write(self, text: str) -> int:
        """Write a text, if that can be done."""
        with contextlib.suppress(OSError, ValueError):  # of a closed one a ValueError
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written, if that can be done."""
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return what the system knows it by, for its width."""
        return self._stream.fileno()


def is_terminal() -> bool:
    """Tell whether somebody looks at a terminal."""
    stream: TextIO | None = sys.stderr  # None where the process was given none
    return stream is not None and not stream.closed and stream.isatty()


def hint(text: str) -> None:
    """Say something in a line of its own."""
    stream: TextIO | None = sys.stderr
    if stream is None:  # the process was given none, which not every click knows
        return
    with contextlib.suppress(OSError, ValueError):
        click.echo(text, err=True)
