"""Who calls the platform, and with which keys: the environment, or a file that would set it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import click

from msgkit._printable import printable

PREFIX = "WECHATPAY_"

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
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError) as error:
        raise ValueError(f"it cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > _LARGEST:
        raise ValueError(f"it has more than {_LARGEST} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    return _parsed(text)


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


def _environ(_context: click.Context, _option: click.Parameter, path: Path | None) -> Mapping[str, str]:
    if path is None:
        return os.environ
    try:
        # Of the environment nothing counts then: the keys of a sandbox beside the host of the real platform, or the
        # other way round, are what nobody means.
        return read(path)
    except ValueError as error:
        raise click.BadParameter(f"{printable(str(path))}: {error}") from None


env_file = click.option(
    "--env-file",
    "environ",
    type=click.Path(readable=False, path_type=Path),
    callback=_environ,
    help="Take the WECHATPAY_ variables from this file, such as a sandbox's env.sh, instead of the environment.",
)
