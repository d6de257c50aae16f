"""What each endpoint is sent: arguments in, a `Call` out. No I/O, so that every kind of client can share it.

Source: WeChat Pay documentation, 消费者投诉: 回复需要即时服务的投诉单, 提交回复, 商户上传反馈图片.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from pathlib import Path, PurePath
from typing import BinaryIO
from urllib.parse import quote

import attrs

from msgkit import rules, wire
from msgkit.apiv3.protocol import Call, Upload
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.reply import Reply

COMPLAINTS = "/v3/merchant-service/complaints-v2"
UPLOAD = "/v3/merchant-service/images/upload"

LARGEST_IMAGE = 2 * 1024 * 1024
"""Most bytes of an image."""

_IMAGES = {
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".bmp": ("image/bmp", b"BM"),
}

Picture = str | os.PathLike[str] | bytes | BinaryIO


def _no_way_up(_instance: object, field: attrs.Attribute[str], value: str) -> None:
    # No escape keeps these two from being read as steps in a path.
    if value in {".", ".."}:
        raise ValidationError([Problem(f"/{field.name}", "must not be . or ..", value)], "send")


@attrs.frozen
class Target:
    """The complaint in a path, and the merchant it is about."""

    complaint_id: str = attrs.field(validator=[rules.string(at_least=1, at_most=64), _no_way_up])
    complainted_mchid: str = attrs.field(validator=rules.string(at_least=1, at_most=64))


@attrs.frozen
class ImmediateResponse:
    """The body of a rich reply."""

    complainted_mchid: str
    message: Message
    idempotent_id: str = attrs.field(validator=rules.string(at_least=1, at_most=128))


@attrs.frozen
class UploadMeta:
    """What an upload says of its file."""

    filename: str = attrs.field(validator=rules.string(at_least=1, at_most=128))
    sha256: str


def send_message(
    complaint_id: str, message: Message, *, complainted_mchid: str, idempotent_id: str | None = None
) -> Call:
    """Answer a complaint that needs immediate service with a rich message.

    Args:
        complaint_id: 1 to 64 characters.
        message: At least one block.
        complainted_mchid: The merchant complained about, 1 to 64 characters.
        idempotent_id: 1 to 128 characters; a new UUID where none is given.

    Raises:
        ValidationError: An argument breaks its rule; the message's problems have pointers like those of the platform,
            e.g. ``/message/blocks/0/text/text``.
    """
    target = Target(complaint_id, complainted_mchid)
    body = ImmediateResponse(target.complainted_mchid, message, _new_id() if idempotent_id is None else idempotent_id)
    try:
        message.check()
    except ValidationError as error:
        raise ValidationError((p.under("/message") for p in error.problems), "send") from None
    return Call(
        "POST",
        _path(target, "response-immediate-service"),
        wire.dump_bytes(body),
        idempotent_id=body.idempotent_id,
    )


def send_reply(complaint_id: str, reply: Reply, *, complainted_mchid: str) -> Call:
    """Answer a complaint with a plain reply.

    Raises:
        ValidationError: An argument breaks its rule.
    """
    target = Target(complaint_id, complainted_mchid)
    reply.check()
    body = {"complainted_mchid": target.complainted_mchid, **reply.to_dict()}
    return Call("POST", _path(target, "response"), wire.encode(body))


def upload_image(picture: Picture, filename: str | None = None) -> Call:
    """Upload an image.

    Args:
        picture: A path, the bytes, or a file opened for reading bytes.
        filename: The name to send, ending in ``.jpg``, ``.png`` or ``.bmp``, at most 128 characters; by default that
            of the path or file.

    Raises:
        ValidationError: The image is larger than 2 MiB or of another type, or has no name that says its type.
        OSError: The file cannot be read.
    """
    content = _content(picture)
    name = _name(picture, filename)
    try:
        meta = UploadMeta(name, hashlib.sha256(content).hexdigest())
    except ValidationError as error:
        raise ValidationError((p.under("/meta") for p in error.problems), "upload_image") from None
    return Call("POST", UPLOAD, wire.dump_bytes(meta), Upload(name, content, _media_type(name, content)))


def _new_id() -> str:
    return str(uuid.uuid4())


def _path(target: Target, operation: str) -> str:
    return f"{COMPLAINTS}/{quote(target.complaint_id, safe='')}/{operation}"


def _content(picture: Picture) -> bytes:
    content: object
    if isinstance(picture, bytes):
        content = picture
    elif isinstance(picture, (str, os.PathLike)):
        with Path(picture).open("rb") as file:
            content = file.read(LARGEST_IMAGE + 1)
    elif callable(getattr(picture, "read", None)):
        content = picture.read(LARGEST_IMAGE + 1)
    else:
        content = None
    if not isinstance(content, bytes):
        raise _unfit("/file", "must be a path, bytes, or a file opened for reading bytes")
    if len(content) > LARGEST_IMAGE:
        raise _unfit("/file", f"is larger than {LARGEST_IMAGE} bytes (2 MiB)")
    return content


def _name(picture: Picture, filename: str | None) -> str:
    if filename is None:
        source = picture if isinstance(picture, (str, os.PathLike)) else getattr(picture, "name", None)
        if not isinstance(source, (str, os.PathLike)):
            raise _unfit("/meta/filename", "is missing; give filename=, e.g. filename='receipt.png'")
        filename = PurePath(source).name
    if not isinstance(filename, str):
        raise _unfit("/meta/filename", f"must be a string, not {type(filename).__name__}")
    # What a quoted name in a form cannot hold, forms escape each in its own way.
    path = PurePath(re.sub(r'["\\\x00-\x1f\x7f]', "_", filename))
    return path.stem + ".jpg" if path.suffix.lower() == ".jpeg" else path.name


def _media_type(name: str, content: bytes) -> str:
    """Return the type that an image's name and its first bytes agree on."""
    for ending, (media_type, start) in _IMAGES.items():
        if name.lower().endswith(ending):
            if content.startswith(start):
                return media_type
            raise _unfit("/file", f"is named {ending} but does not begin like one; it may be of another type or broken")
    raise _unfit("/meta/filename", f"must end in {', '.join(_IMAGES)}; the platform takes no other images")


def _unfit(pointer: str, message: str) -> ValidationError:
    return ValidationError([Problem(pointer, message)], "upload_image")
