"""What the command prints to: streams of any encoding, full disks, closed pipes, terminals without colour."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import shutil
import sys
from typing import Any

from msgkit._language import Words

# A pipe whose reader has gone is nobody's error: `| head -1` has read what it wanted.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def prepare() -> None:
    """Show what a stream has no character for as an escape, by its code point, rather than fail.

    Whoever chose another way by ``PYTHONIOENCODING`` keeps it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in {"strict", "surrogateescape"}:
            stream.reconfigure(errors="backslashreplace")


def has_styles() -> bool:
    """Tell whether colours, bold and dim can be shown and are wanted; see https://no-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    return are_forced() or bool(sys.stdout and sys.stdout.isatty())


def are_forced() -> bool:
    """Tell whether styles are wanted wherever the output goes, as CI does whose log shows them."""
    asked = (os.environ.get(name) for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    return not os.environ.get("NO_COLOR") and any(value and value != "0" for value in asked)


def can_show(text: str) -> bool:
    """Tell whether the standard output has all characters of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def width() -> int | None:
    """Return how many columns the terminal has; None where the output is none."""
    return shutil.get_terminal_size().columns if sys.stdout and sys.stdout.isatty() else None


_UNWRITTEN = Words("the output could not be written: {why:reason}", "输出写不出来：{why:reason}")


def complaint(error: OSError, lang: str) -> str | None:
    """Return what to say where the output could not be written; None where the error is another."""
    return _UNWRITTEN.text(lang, why=error.strerror) if error.errno in _FULL else None


def give_up() -> None:
    """Let what is still to be written to the standard output go nowhere, so that nothing fails when Python ends."""
    stream: Any = sys.stdout
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
