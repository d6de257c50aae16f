"""`Complaint` and its parts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

import attrs

from msgkit import _fields
from msgkit.complaints._answer import Answer, readable
from msgkit.complaints._enums import (
    AdditionalInfoType,
    ComplaintState,
    MediaType,
    ProblemType,
    ServiceOrderState,
    UserTag,
)

_REPLY_WITHIN: Final = timedelta(hours=24)
_HANDLE_WITHIN: Final = timedelta(hours=72)


@final
@readable
@attrs.frozen(kw_only=True)
class ComplaintOrder(Answer):
    """An order that a complaint is about.

    Attributes:
        transaction_id: WeChat Pay's number of it, at most 64 characters.
        out_trade_no: The merchant's number of it, at most 64 characters.
        amount: What was paid, in fen.
    """

    transaction_id: str | None = None
    out_trade_no: str | None = None
    amount: int | None = None


@final
@readable
@attrs.frozen(kw_only=True)
class ServiceOrder(Answer):
    """An order of WeChat Pay Score (支付分) that a complaint is about.

    Attributes:
        order_id: WeChat Pay's number of it, at most 128 characters.
        out_order_no: The merchant's number of it, at most 128 characters.
        state: How far it is; a `ServiceOrderState`, or the platform's word where that is a new one.
    """

    order_id: str | None = None
    out_order_no: str | None = None
    state: ServiceOrderState | str | None = None


@final
@readable
@attrs.frozen(kw_only=True)
class ComplaintMedia(Answer):
    """Pictures of a complaint, or of an entry of its history.

    Attributes:
        media_type: Whose they are; a `MediaType`, or the platform's word where that is a new one.
        media_url: Where they are, as URLs of the platform's hosts, at most 512 characters each. They are fetched with a
            signature, exactly as they are: a URL that is encoded anew is another one.
    """

    media_type: MediaType | str | None = None
    media_url: tuple[str, ...] = attrs.field(default=(), repr=_fields.masked)


@final
@readable
@attrs.frozen(kw_only=True)
class ReturnAddress(Answer):
    """Where a rented power bank was given back.

    Attributes:
        return_address: The address, at most 256 characters.
        longitude: Its longitude in degrees, as the text that was sent, at most 32 characters.
        latitude: Its latitude, likewise.
    """

    return_address: str | None = attrs.field(default=None, repr=_fields.masked)
    longitude: str | None = attrs.field(default=None, repr=_fields.masked)
    latitude: str | None = attrs.field(default=None, repr=_fields.masked)


@final
@readable
@attrs.frozen(kw_only=True)
class SharePowerInfo(Answer):
    """How a rented power bank was given back.

    Attributes:
        return_time: When.
        return_address_info: Where.
        is_returned_to_same_machine: Whether into the machine that it came from.
    """

    return_time: datetime | None = None
    return_address_info: ReturnAddress | None = None
    is_returned_to_same_machine: bool | None = None


@final
@readable
@attrs.frozen(kw_only=True)
class AdditionalInfo(Answer):
    """What more is known of a complaint.

    Attributes:
        type: What it is about; an `AdditionalInfoType`, or the platform's word where that is a new one.
        share_power_info: How a rented power bank was given back.
    """

    type: AdditionalInfoType | str | None = None
    share_power_info: SharePowerInfo | None = None


@final
@readable
@attrs.frozen(kw_only=True)
class Complaint(Answer):
    """A consumer's complaint, as the platform tells it.

    What is optional is None, or an empty tuple, where the platform did not send it. ``repr`` shows neither who
    complained nor in what words.

    Attributes:
        complaint_id: Its id, at most 64 characters.
        complaint_time: When it was made.
        complaint_detail: The customer's words, at most 300 characters.
        complaint_state: How far it is; a `ComplaintState`, or the platform's word where that is a new one.
        complainted_mchid: The merchant complained about, at most 64 characters; for a service provider one of its
            sub-merchants.
        problem_description: What the problem is called, at most 256 characters.
        complaint_full_refunded: Whether all its orders were refunded in full.
        incoming_user_response: Whether the customer wrote something that was not answered yet.
        user_complaint_times: How often the customer complained.
        payer_phone: The customer's phone number, encrypted for the merchant's certificate, at most 512 characters.
        payer_openid: The customer's OpenID, at most 128 characters; where one complaint was asked for, and not in
            lists.
        complaint_order_info: The orders that it is about.
        service_order_info: The orders of WeChat Pay Score that it is about.
        complaint_media_list: Its pictures.
        problem_type: What it is about; a `ProblemType`, or the platform's word where that is a new one.
        apply_refund_amount: The refund that the customer asks for, in fen.
        user_tag_list: What the platform thinks of the customer: each a `UserTag`, or the platform's word where that is
            a new one.
        additional_info: What more is known.
        in_platform_service: Whether the platform is helping the two sides.
        need_immediate_service: Whether it takes rich replies. Without the platform's word it does not.
        is_agent_mode: Whether an AI agent handles it (智能体投诉).

    Source: WeChat Pay documentation, 消费者投诉: 查询投诉单详情, 查询投诉单列表.

    >>> complaint = Complaint.from_dict({
    ...     "complaint_id": "200201820200101080076610000", "complaint_time": "2026-11-24T10:00:00+08:00",
    ...     "complaint_detail": "一个重复扣费的问题", "complaint_state": "PENDING", "complainted_mchid": "1900012181",
    ...     "problem_description": "不满意商家服务", "complaint_full_refunded": False, "incoming_user_response": True,
    ...     "user_complaint_times": 1, "apply_refund_amount": 1280,
    ... })
    >>> complaint.complaint_state is ComplaintState.PENDING, complaint.apply_refund_amount, complaint.problem_type
    (True, 1280, None)
    >>> complaint.reply_due.isoformat()
    '2026-11-25T10:00:00+08:00'
    """

    complaint_id: str
    complaint_time: datetime
    complaint_detail: str = attrs.field(repr=_fields.masked)
    complaint_state: ComplaintState | str
    complainted_mchid: str
    problem_description: str = attrs.field(repr=_fields.masked)
    complaint_full_refunded: bool
    incoming_user_response: bool
    user_complaint_times: int
    payer_phone: str | None = attrs.field(default=None, repr=False)
    payer_openid: str | None = attrs.field(default=None, repr=False)
    complaint_order_info: tuple[ComplaintOrder, ...] = ()
    service_order_info: tuple[ServiceOrder, ...] = ()
    complaint_media_list: tuple[ComplaintMedia, ...] = ()
    problem_type: ProblemType | str | None = None
    apply_refund_amount: int | None = None
    user_tag_list: tuple[UserTag | str, ...] = ()
    additional_info: AdditionalInfo | None = None
    in_platform_service: bool | None = None
    need_immediate_service: bool = False
    is_agent_mode: bool | None = None

    @property
    def reply_due(self) -> datetime:
        """When the first reply is due: 24 hours after the complaint, by the platform's service rules."""
        return self.complaint_time + _REPLY_WITHIN

    @property
    def handle_due(self) -> datetime:
        """When it is to be handled: 72 hours after the complaint, by the platform's service rules.

        Later, the platform may refund the customer at the merchant's cost.
        """
        return self.complaint_time + _HANDLE_WITHIN
