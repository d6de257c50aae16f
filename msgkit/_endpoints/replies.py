"""Replies to a complaint.

Source: WeChat Pay documentation, 消费者投诉: 回复需要即时服务的投诉单, 提交回复.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import attrs

from msgkit import _fields, _wire, rules
from msgkit._apiv3.calls import Answer, Call, Operation
from msgkit._endpoints._common import Target, id_of, path_of, post
from msgkit._language import kind
from msgkit._receipt import Receipt
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.reply import Reply

RICH = "response-immediate-service"
PLAIN = "response"


@attrs.frozen
class ImmediateResponse:
    """The body of a rich reply."""

    complainted_mchid: str = attrs.field(validator=_fields.text(blank=False, at_most=64))
    message: Message
    idempotent_id: str = attrs.field(validator=_fields.text(blank=False, at_most=128))


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
        raise no_reply(message, Message, Reply)
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

    call = post(
        target,
        RICH,
        _wire.dump(body),
        idempotent_id=body.idempotent_id,
        allow_placeholders=allow_placeholders,
    )
    return _reply(RICH, call)


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
    return _reply(PLAIN, post(target, PLAIN, body, allow_placeholders=allow_placeholders))


def reply_again(complaint_id: str, endpoint: str, body: bytes, idempotent_id: str | None) -> Operation[Receipt]:
    """Answer a complaint with what `reply_richly` or `reply_plainly` made before, to the byte.

    Args:
        complaint_id: The complaint.
        endpoint: Which of the two: the operation's name.
        body: The call's body.
        idempotent_id: The call's, for a rich reply; a plain one has none.
    """
    return _reply(endpoint, Call("POST", path_of(complaint_id, endpoint), body, idempotent_id=idempotent_id))


def _reply(endpoint: str, call: Call) -> Operation[Receipt]:
    def receipt(data: Mapping[str, Any], answer: Answer) -> Receipt:
        log_id = id_of(data, "log_id", 64) if endpoint == RICH else None
        return Receipt(log_id, call.idempotent_id, answer.request_id, endpoint, answer.host)

    return Operation(endpoint, call, receipt, "reply")


def _new_id() -> str:
    return str(uuid.uuid4())


def no_reply(value: object, *classes: type) -> ValidationError:
    """Return the error for what is sent and is none of what can be, such as a template that was not rendered."""
    from msgkit.templates import Template  # noqa: PLC0415 - who sends need have none

    rule = rules.NOT_RENDERED if isinstance(value, Template) else rules.NOT_A_MESSAGE
    rule = rules.TEXT_AS_MESSAGE if isinstance(value, str) else rule
    names = tuple(each.__name__ for each in classes)
    return ValidationError([Problem("/message", rule, value, expected=names, given=kind(value))], "send")
