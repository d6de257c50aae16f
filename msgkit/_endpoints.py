"""One `Operation` an endpoint: what to ask, and how to read the answer. No I/O, so that every kind of client shares it.

Source: WeChat Pay documentation, 消费者投诉: 回复需要即时服务的投诉单, 提交回复, 商户上传反馈图片.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import attrs

from msgkit import _fields, _wire, rules
from msgkit._apiv3.calls import Answer, Call, FlawError, Operation, Upload
from msgkit._language import kind
from msgkit._receipt import Receipt
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.reply import Reply
from msgkit.templates import Template

COMPLAINTS = "/v3/merchant-service/complaints-v2"
UPLOAD = "/v3/merchant-service/images/upload"

# As a template's placeholders are written; a bare $name may be meant: 请付 $USD.
_find_placeholder = re.compile(r"\$\{[^{}]*\}").search


def _no_way_up(_instance: object, field: attrs.Attribute[str], value: str) -> None:
    # No escape keeps these two from being read as steps in a path.
    if value in {".", ".."}:
        raise ValidationError([Problem(f"/{field.name}", rules.PATH_STEP, value)], "send")


@attrs.frozen
class Target:
    """The complaint in a path, and the merchant it is about."""

    complaint_id: str = attrs.field(validator=[_fields.text(blank=False, at_most=64), _no_way_up])
    complainted_mchid: str = attrs.field(validator=_fields.text(blank=False, at_most=64))


@attrs.frozen
class ImmediateResponse:
    """The body of a rich reply."""

    complainted_mchid: str = attrs.field(validator=_fields.text(blank=False, at_most=64))
    message: Message
    idempotent_id: str = attrs.field(validator=_fields.text(blank=False, at_most=128))


@attrs.frozen
class UploadMeta:
    """What an upload says of its file."""

    filename: str = attrs.field(validator=_fields.text(blank=False, at_most=128))
    sha256: str = attrs.field(validator=_fields.text(blank=False))


def send(
    complaint_id: str,
    message: Message | Reply,
    *,
    complainted_mchid: str,
    idempotent_id: str | None = None,
    allow_placeholders: bool = False,
) -> Operation[Receipt]:
    """Answer a complaint with what there is: a `Message` by `reply_richly`, a `Reply` by `reply_plainly`.

    Raises:
        ValidationError: It is neither, or a plain reply comes with an `idempotent_id`; and what these two raise.
    """
    if isinstance(message, Message):
        return reply_richly(
            complaint_id,
            message,
            complainted_mchid=complainted_mchid,
            idempotent_id=idempotent_id,
            allow_placeholders=allow_placeholders,
        )
    if not isinstance(message, Reply):
        raise _no_reply(message)
    if idempotent_id is not None:
        raise ValidationError([Problem("/idempotent_id", rules.NO_IDEMPOTENT_ID, idempotent_id)], "send")
    return reply_plainly(
        complaint_id, message, complainted_mchid=complainted_mchid, allow_placeholders=allow_placeholders
    )


def reply_richly(
    complaint_id: str,
    message: Message,
    *,
    complainted_mchid: str,
    idempotent_id: str | None = None,
    allow_placeholders: bool = False,
) -> Operation[Receipt]:
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

    def receipt(data: Mapping[str, Any], answer: Answer) -> Receipt:
        return Receipt(_id(data, "log_id", 64), body.idempotent_id, answer.request_id)

    call = _post(
        target,
        "response-immediate-service",
        _wire.dump(body),
        idempotent_id=body.idempotent_id,
        allow_placeholders=allow_placeholders,
    )
    return Operation(call, receipt)


def reply_plainly(
    complaint_id: str, reply: Reply, *, complainted_mchid: str, allow_placeholders: bool = False
) -> Operation[Receipt]:
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
    return Operation(
        _post(target, "response", body, allow_placeholders=allow_placeholders),
        lambda _, answer: Receipt(None, None, answer.request_id),
    )


def upload_image(upload: Upload) -> Operation[str]:
    """Upload an image; the result is its ``media_id``.

    Args:
        upload: The image, with a name of 1 to 128 characters.

    Raises:
        ValidationError: The name breaks its rule.
    """
    try:
        meta = UploadMeta(upload.filename, hashlib.sha256(upload.content).hexdigest())
    except ValidationError as error:
        raise ValidationError((p.under("/meta") for p in error.problems), "upload_image") from None
    return Operation(
        Call("POST", UPLOAD, _wire.dump_bytes(meta), upload),
        lambda data, _: _id(data, "media_id", 512),
    )


def _new_id() -> str:
    return str(uuid.uuid4())


def _no_reply(value: object) -> ValidationError:
    """Return the error for what is sent and is no reply, such as a template that was not rendered."""
    rule = rules.NOT_RENDERED if isinstance(value, Template) else rules.NOT_A_MESSAGE
    rule = rules.TEXT_AS_MESSAGE if isinstance(value, str) else rule
    names = (Message.__name__, Reply.__name__)
    return ValidationError([Problem("/message", rule, value, expected=names, given=kind(value))], "send")


def _id(data: Mapping[str, Any], key: str, at_most: int) -> str:
    """Return an id from an answer, which goes into logs and databases as it is."""
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise FlawError(f"it has no {key}")
    if len(value) > at_most or not value.isprintable():
        raise FlawError(f"its {key} has more than {at_most} characters, or some that cannot be shown")
    return value


def _post(
    target: Target,
    operation: str,
    body: dict[str, Any],
    *,
    idempotent_id: str | None = None,
    allow_placeholders: bool,
) -> Call:
    """Return what is done to a complaint, or refuse what a template has left open in any string that would be sent."""
    path, content = f"{COMPLAINTS}/{quote(target.complaint_id, safe='')}/{operation}", _wire.encode(body)
    # Nearly nothing that is sent holds such a sign, and `_placeholders` looks at every string.
    if not allow_placeholders and (b"${" in content or "${" in target.complaint_id):
        found = [*_placeholders(target.complaint_id, (None, "complaint_id")), *_placeholders(body, None)]
        if found:
            raise ValidationError(found, "send")
    return Call("POST", path, content, idempotent_id=idempotent_id)


def _placeholders(value: object, path: _wire.Path) -> Iterator[Problem]:
    """Find each string that still holds a placeholder, in what is about to be sent."""
    if isinstance(value, str) and (found := _find_placeholder(value)):
        yield Problem(_wire.pointer(path), rules.PLACEHOLDER_LEFT, value, position=found.start())
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from _placeholders(each, (path, key))
