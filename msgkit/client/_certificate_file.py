"""Where the platform's certificates are kept from one start of a program to the next: as they came, encrypted."""

from __future__ import annotations

import base64
import errno
import json
import logging
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgkit._apiv3.calls import Answer

logger = logging.getLogger("msgkit")

_LARGEST = 1024 * 1024  # bytes
_HEADERS = ("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial")


class CertificateFile:
    """A file with the answer that brought the certificates: its bytes, and the headers that prove it.

    Nothing here raises: without the file there are the platform's own certificates, which are asked for again.

    Args:
        folder: Where it lies; made, for its owner alone (0700), where it is missing.
        mchid: The merchant whose it is: each has its own.
    """

    def __init__(self, folder: str | os.PathLike[str], mchid: str) -> None:
        self._path = Path(folder) / f"platform_certificates_{mchid}.json"

    def load(self) -> Answer | None:
        """Return the answer; None where there is none that can be read."""
        try:
            raw = _read(self._path)
        except FileNotFoundError:
            return None
        except OSError as error:
            logger.warning("%s cannot be read: %s", self._path, error.strerror)
            return None
        answer = _answer(raw)
        if answer is None:
            logger.warning("%s holds no answer with platform certificates", self._path)
        return answer

    def save(self, answer: Answer) -> None:
        """Keep an answer in place of the one before, whole or not at all, for this user alone (0600)."""
        headers = {name: answer.header(name) for name in _HEADERS}
        text = json.dumps({"headers": headers, "body": base64.b64encode(answer.body).decode()})
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(self._path, text.encode())
        except OSError as error:
            logger.warning("%s cannot be written: %s", self._path, error.strerror)


def write_private(path: Path, content: bytes) -> None:
    """Write a file for its owner alone (0600), beside and then into place, so that nobody sees it half done.

    Raises:
        OSError: It cannot be written.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".msgkit-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _read(path: Path) -> bytes:
    """Return a file's content, or as much of it as shows that it is too large.

    Raises:
        OSError: It cannot be read, or is a link, a pipe or a device: nothing that was put there in `save`.
    """
    # Neither follows a link nor waits for somebody to write into a pipe, where the system knows how.
    strictly = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | strictly)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no file")
        return file.read(_LARGEST + 1)


def _answer(raw: bytes) -> Answer | None:
    if len(raw) > _LARGEST:
        return None
    try:
        found: Any = json.loads(raw)
        headers, body = found["headers"], base64.b64decode(found["body"], validate=True)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(headers, dict) or not all(isinstance(headers.get(name), str) for name in _HEADERS):
        return None
    return Answer(200, {name: headers[name] for name in _HEADERS}, body)
