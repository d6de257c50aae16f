"""`HistoryEntry`: one thing that was said or done about a complaint; and `Click`, a customer's tap."""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from msgkit import _fields
from msgkit.complaints._answer import Answer, readable
from msgkit.complaints._complaint import ComplaintMedia
from msgkit.complaints._enums import OperateType
from msgkit.message import Message


@final
@readable
@attrs.frozen(kw_only=True)
class Click(Answer):
    """A customer's tap on something in a rich message that sends a text.

    Attributes:
        message_content: The text that the tap sent as the customer's reply, at most 1,024 characters.
        action_id: The ``action_id`` of the action, at most 4,096 characters.
        clicked_log_id: The ``log_id`` of the entry whose message was tapped, at most 128 characters.
    """

    message_content: str | None = attrs.field(default=None, repr=_fields.masked)
    action_id: str | None = None
    clicked_log_id: str | None = None


@final
@readable
@attrs.frozen(kw_only=True)
class HistoryEntry(Answer):
    """One entry of a complaint's negotiation history: what was said or done, by whom, and when.

    What is optional is None, or an empty tuple, where the platform did not send it. ``repr`` shows nobody's words.

    Attributes:
        log_id: Its serial number, at most 64 characters; for a rich reply the `Receipt.log_id`.
        operator: Who did it, at most 64 characters.
        operate_time: When.
        operate_type: What was done; an `OperateType`, or the platform's word where that is a new one.
        operate_details: What was said, at most 500 characters.
        image_list: Pictures of the merchant or the platform: at most four URLs, each good for an hour. They are on
            other hosts, sometimes ``http://``, and fetched without a signature.
        complaint_media_list: Pictures of any side. Here the wire has one object and no list; it makes a tuple of one,
            so that they are read as those of a `Complaint` are.
        platform_service_reason: Why the customer asked the platform for help: the wire's
            ``user_appy_platform_service_reason``, whose name is misspelt there.
        platform_service_description: What the customer said of that: the wire's
            ``user_appy_platform_service_reason_description``.
        message: The rich message that was sent: the wire's ``normal_message``.
        click: The tap: the wire's ``click_message``.

    Source: WeChat Pay documentation, 消费者投诉: 查询投诉单协商历史.
    """

    log_id: str
    operator: str = attrs.field(repr=_fields.masked)
    operate_time: datetime
    operate_type: OperateType | str
    operate_details: str | None = attrs.field(default=None, repr=_fields.masked)
    image_list: tuple[str, ...] = attrs.field(default=(), repr=_fields.masked)
    complaint_media_list: tuple[ComplaintMedia, ...] = ()
    platform_service_reason: str | None = attrs.field(
        default=None, repr=_fields.masked, metadata={"key": "user_appy_platform_service_reason"}
    )
    platform_service_description: str | None = attrs.field(
        default=None, repr=_fields.masked, metadata={"key": "user_appy_platform_service_reason_description"}
    )
    message: Message | None = attrs.field(default=None, metadata={"key": "normal_message"})
    click: Click | None = attrs.field(default=None, metadata={"key": "click_message"})
