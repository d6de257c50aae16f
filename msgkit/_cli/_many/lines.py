"""The lines of a table's file, in bounded memory: decoded, and refused where they cannot be."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from msgkit._cli._many import findings
from msgkit._cli._many.findings import Finding
from msgkit._language import Words

MOST = 1024 * 1024
"""Most bytes of a line."""

ENCODINGS = {"utf-8": "utf-8", "gbk": "gb18030"}
"""What a table may be written in, and what decodes it: GB18030 holds all of GBK."""

_CHINESE = "\u2e80"  # from here on
_NAMES = {"utf-8": "UTF-8", "gbk": "GBK"}


class BrokenError(Exception):
    """A file that cannot be read any further.

    Args:
        said: What is wrong.
        params: What fills the words.
    """

    def __init__(self, said: Words, **params: object) -> None:
        super().__init__(said.en)
        self.finding = Finding(None, None, said, params)


def lines(path: Path, encoding: str) -> Iterator[str]:
    """Yield the lines of a file with their ends, without a byte order mark.

    Args:
        path: The file.
        encoding: A key of `ENCODINGS`.

    Raises:
        BrokenError: It cannot be read, is in another encoding, has a NUL or an endless line, or changed meanwhile.
    """
    try:
        # A pipe that nobody writes to would keep an ordinary open waiting.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise BrokenError(findings.NO_FILE)
            yield from _decoded(file, encoding)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise BrokenError(findings.UNREADABLE, why=error.strerror or str(error)) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise BrokenError(findings.CHANGED)


def _decoded(file: IO[bytes], encoding: str) -> Iterator[str]:
    codec, number, likeness = ENCODINGS[encoding], 0, _Likeness()
    while line := file.readline(MOST + 1):
        number += 1
        if len(line) > MOST:
            raise BrokenError(findings.LONG_LINE, line=number, most=MOST)
        if number == 1 and line.startswith(codecs.BOM_UTF8):
            if encoding != "utf-8":
                raise BrokenError(findings.NOT_GBK)
            line = line.removeprefix(codecs.BOM_UTF8)
        try:
            # Of none of the encodings a newline is a part of another character.
            text = line.decode(codec)
        except UnicodeDecodeError as error:
            other = "gbk" if encoding == "utf-8" else "utf-8"
            params = {"line": number, "byte": error.start + 1, "encoding": _NAMES[encoding], "other": other}
            raise BrokenError(findings.NOT_ENCODED, **params) from None
        if "\0" in text:
            raise BrokenError(findings.NUL, line=number)
        if encoding != "utf-8":
            likeness.look(line)
        yield text
    if likeness.is_certain:
        raise BrokenError(findings.NOT_GBK)


class _Likeness:
    """Whether a whole file reads as UTF-8 with Chinese in it, which GBK does by chance in a short line at most."""

    def __init__(self) -> None:
        self._has_chinese, self._is_all = False, True

    @property
    def is_certain(self) -> bool:
        """Whether it does."""
        return self._has_chinese and self._is_all

    def look(self, line: bytes) -> None:
        """Look at another line."""
        if self._is_all and not line.isascii():
            try:
                self._has_chinese |= max(line.decode()) >= _CHINESE
            except UnicodeDecodeError:
                self._is_all = False
