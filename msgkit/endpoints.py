"""What each endpoint is sent: arguments in, a `Call` out. No I/O, so that every kind of client can share it.

Source: WeChat Pay documentation, 消费者投诉: 回复需要即时服务的投诉单, 提交回复, 商户上传反馈图片.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any, BinaryIO
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

_NO_PICTURE = "must be a path, bytes, or a file opened for reading bytes, which waits for them"

# As a template's placeholders are written; a bare $name may be meant: 请付 $USD.
_find_placeholder = re.compile(r"\$\{[^{}]*\}").search

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
    complaint_id: str,
    message: Message,
    *,
    complainted_mchid: str,
    idempotent_id: str | None = None,
    allow_placeholders: bool = False,
) -> Call:
    """Answer a complaint that needs immediate service with a rich message.

    Args:
        complaint_id: 1 to 64 characters.
        message: At least one block.
        complainted_mchid: The merchant complained about, 1 to 64 characters.
        idempotent_id: 1 to 128 characters; a new UUID where none is given.
        allow_placeholders: Take texts that hold ``${…}``.

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
    return _post(
        target,
        "response-immediate-service",
        wire.dump(body),
        idempotent_id=body.idempotent_id,
        allow_placeholders=allow_placeholders,
    )


def send_reply(complaint_id: str, reply: Reply, *, complainted_mchid: str, allow_placeholders: bool = False) -> Call:
    """Answer a complaint with a plain reply.

    Args:
        complaint_id: 1 to 64 characters.
        reply: What to say.
        complainted_mchid: The merchant complained about, 1 to 64 characters.
        allow_placeholders: Take texts that hold ``${…}``.

    Raises:
        ValidationError: An argument breaks its rule.
    """
    target = Target(complaint_id, complainted_mchid)
    reply.check()
    body = {"complainted_mchid": target.complainted_mchid, **reply.to_dict()}
    return _post(target, "response", body, allow_placeholders=allow_placeholders)


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
    name = _name(picture, filename)
    content = _content(picture)
    try:
        meta = UploadMeta(name, hashlib.sha256(content).hexdigest())
    except ValidationError as error:
        raise ValidationError((p.under("/meta") for p in error.problems), "upload_image") from None
    return Call("POST", UPLOAD, wire.dump_bytes(meta), Upload(name, content, _media_type(name, content)))


def _new_id() -> str:
    return str(uuid.uuid4())


def _post(
    target: Target,
    operation: str,
    body: dict[str, Any],
    *,
    idempotent_id: str | None = None,
    allow_placeholders: bool,
) -> Call:
    """Return what is done to a complaint, or refuse what a template has left open in any string that would be sent."""
    path, content = f"{COMPLAINTS}/{quote(target.complaint_id, safe='')}/{operation}", wire.encode(body)
    # Nearly nothing that is sent holds such a sign, and `_placeholders` looks at every string.
    if not allow_placeholders and (b"${" in content or "${" in target.complaint_id):
        found = [*_placeholders(target.complaint_id, "/complaint_id"), *_placeholders(body, "")]
        if found:
            raise ValidationError(found, "send")
    return Call("POST", path, content, idempotent_id=idempotent_id)


def _placeholders(value: object, pointer: str) -> Iterator[Problem]:
    """Find each string that still holds a placeholder, in what is about to be sent."""
    if isinstance(value, str) and (found := _find_placeholder(value)):
        yield Problem(
            pointer,
            f"holds ${{…}} at position {found.start()} (counted from 0), which a template has not filled; render the "
            "template, or say allow_placeholders=True where the text means it",
            value,
        )
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _placeholders(each, pointer + wire.pointer(key))


def _content(picture: Picture) -> bytes:
    if isinstance(picture, bytes):
        content = picture
    elif isinstance(picture, (str, os.PathLike)):
        with Path(picture).open("rb") as file:
            content = _read(file)
    elif callable(getattr(picture, "read", None)):
        content = _read(picture)
    else:
        raise _unfit("/file", _NO_PICTURE)
    if not content:
        raise _unfit("/file", "is empty; was the file read or written before, and not rewound?")
    if len(content) > LARGEST_IMAGE:
        raise _unfit("/file", f"is larger than {LARGEST_IMAGE} bytes (2 MiB)")
    return content


def _read(file: BinaryIO) -> bytes:
    """Read a file to its end, or until it is known to be too large: a pipe gives what it has, and more next time."""
    content = bytearray()
    while len(content) <= LARGEST_IMAGE:
        piece: object = file.read(LARGEST_IMAGE + 1 - len(content))
        if not isinstance(piece, bytes):
            raise _unfit("/file", _NO_PICTURE)
        if not piece:
            break
        content += piece
    return bytes(content)


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
