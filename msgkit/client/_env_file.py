"""A file that would set the environment: ``export NAME='value'`` lines, which are read and not executed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

_LARGEST = 1024 * 1024  # bytes

_skip = re.compile(r"(?:[\s;]|\#[^\n]*)*").match
# As a shell reads it, which takes a # within a word for a part of it, as shlex does not.
_assignment = re.compile(
    r"""(?:export[ \t]+)?([A-Za-z_]\w*)=((?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\;])*)(?=[\s;]|\Z)""", re.DOTALL
).match


def read(path: Path) -> dict[str, str]:
    """Read a file of ``export NAME='value'`` lines, as ``msgkit sandbox --state-dir`` writes them; nothing is executed.

    A value is taken as it stands: ``$HOME`` in it is these five characters.

    Raises:
        ValueError: It cannot be read, or has something else in it; the text names the line and shows nothing of it.
    """
    return _parsed(text_of(path))


def text_of(path: Path) -> str:
    """Return the text of a small file, at most 1 MiB.

    Raises:
        ValueError: It cannot be read, is larger, or is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise ValueError(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > _LARGEST:
        raise ValueError(f"it has more than {_LARGEST} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None


def _parsed(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = _end(_skip(text, 0))
    while at < len(text):
        entry = _assignment(text, at)
        if entry is None:
            raise ValueError(f"line {text.count(chr(10), 0, at) + 1} is not export NAME='value'")
        found[entry[1]] = "".join(shlex.split(entry[2]))
        at = _end(_skip(text, entry.end()))
    return found


def _end(match: re.Match[str] | None) -> int:
    assert match is not None  # noqa: S101 - for the type checkers: nothing at all matches too
    return match.end()
