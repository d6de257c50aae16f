"""What an upload takes: an image from wherever it is kept, with a name that says its type.

Source: WeChat Pay documentation, 消费者投诉: 商户上传反馈图片.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath
from typing import BinaryIO, TypeAlias

from msgkit import rules
from msgkit._apiv3.calls import Upload
from msgkit._language import kind
from msgkit.errors import Problem, ValidationError
from msgkit.rules import Rule

Picture: TypeAlias = str | os.PathLike[str] | bytes | BinaryIO

LARGEST = 2 * 1024 * 1024
"""Most bytes of an image."""

# Endings, and how an image of the type begins.
_TYPES = {
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".bmp": ("image/bmp", b"BM"),
}


def read(picture: Picture, filename: str | None = None) -> Upload:
    """Read an image that is to be uploaded.

    Args:
        picture: A path, the bytes, or a file opened for reading bytes.
        filename: The name to send, ending in ``.jpg``, ``.png`` or ``.bmp``; by default that of the path or file.

    Returns:
        The bytes, their type, and a name that a form can hold; how long it may be is the endpoint's rule.

    Raises:
        ValidationError: The image is larger than 2 MiB or of another type, or has no name that says its type.
        OSError: The file cannot be read.
    """
    name = _name(picture, filename)
    content = _content(picture)
    return Upload(name, content, _media_type(name, content))


def _name(picture: Picture, filename: str | None) -> str:
    if filename is None:
        source = picture if isinstance(picture, (str, os.PathLike)) else getattr(picture, "name", None)
        if not isinstance(source, (str, os.PathLike)):
            raise _unfit("/meta/filename", rules.NO_FILENAME)
        filename = PurePath(source).name
    if not isinstance(filename, str):
        raise _unfit("/meta/filename", rules.WRONG_TYPE, expected="string", given=kind(filename))
    # What a quoted name in a form cannot hold, forms escape each in its own way.
    path = PurePath(re.sub(r'["\\\x00-\x1f\x7f]', "_", filename))
    return path.stem + ".jpg" if path.suffix.lower() == ".jpeg" else path.name


def _content(picture: Picture) -> bytes:
    if isinstance(picture, bytes):
        content = picture
    elif isinstance(picture, (str, os.PathLike)):
        with Path(picture).open("rb") as file:
            content = _bytes_of(file)
    elif callable(getattr(picture, "read", None)):
        content = _bytes_of(picture)
    else:
        raise _unfit("/file", rules.NO_PICTURE)
    if not content:
        raise _unfit("/file", rules.EMPTY_FILE)
    if len(content) > LARGEST:
        raise _unfit("/file", rules.FILE_TOO_LARGE, most=LARGEST)
    return content


def _bytes_of(file: BinaryIO) -> bytes:
    """Read a file to its end, or until it is known to be too large: a pipe gives what it has, and more next time."""
    content = bytearray()
    while len(content) <= LARGEST:
        piece: object = file.read(LARGEST + 1 - len(content))
        if not isinstance(piece, bytes):
            raise _unfit("/file", rules.NO_PICTURE)
        if not piece:
            break
        content += piece
    return bytes(content)


def _media_type(name: str, content: bytes) -> str:
    """Return the type that an image's name and its first bytes agree on."""
    for ending, (media_type, start) in _TYPES.items():
        if name.lower().endswith(ending):
            if content.startswith(start):
                return media_type
            raise _unfit("/file", rules.IMAGE_CONTENT, ending=ending)
    raise _unfit("/meta/filename", rules.IMAGE_ENDING, allowed=tuple(_TYPES))


def _unfit(pointer: str, rule: Rule, **params: object) -> ValidationError:
    return ValidationError([Problem(pointer, rule, **params)], "upload_image")
