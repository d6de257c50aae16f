"""The negotiation history: what was said and done about a complaint, entry by entry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attrs import evolve, field, frozen

from msgkit.sandbox.complaints import Complaint, moment

#: Who did it, by how the type of an entry begins (查询投诉单协商历史).
OPERATORS = {"USER_": "投诉人", "MERCHANT_": "商家", "PLATFORM_": "微信支付客服"}

#: Who did what nobody did.
SYSTEM = "系统"

#: How the types of the platform's own messages end.
SYSTEM_MESSAGE = "_SYSTEM_MESSAGE"

#: Entries in which the customer says something that waits for a reply.
SAID_BY_USER = frozenset({"USER_RESPONSE", "USER_CONTINUE_COMPLAINT", "USER_CLICK_RESPONSE"})


@frozen
class Entry:
    """One entry of a negotiation history.

    Attributes:
        log_id: Its serial number; of what the merchant did, the one that the answer told.
        operate_type: What was done, e.g. ``MERCHANT_RESPONSE``.
        operate_time: When.
        operator: Who did it.
        operate_details: What was said; empty where nothing was.
        image_list: The addresses of pictures that go with it.
        normal_message: The rich message, of a reply that was one.
        click_message: What the customer tapped on: ``message_content``, ``action_id``, ``clicked_log_id``.
        more: Whatever else the entry has on the wire, by its key.
        tapped: Of a tap, the block of the message and the part of it, counted from 0; it is not on the wire.
    """

    log_id: str
    operate_type: str
    operate_time: datetime
    operator: str
    operate_details: str = field(default="", repr=False)
    image_list: tuple[str, ...] = field(default=(), repr=False)
    normal_message: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    click_message: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    more: Mapping[str, Any] = field(factory=dict, repr=False, hash=False)
    tapped: tuple[int, int] | None = field(default=None, repr=False)

    @property
    def document(self) -> dict[str, Any]:
        """The entry as it goes over the wire; what is empty is not there."""
        optional = {
            "operate_details": self.operate_details,
            "image_list": list(self.image_list),
            "normal_message": self.normal_message,
            "click_message": self.click_message,
        }
        return {
            "log_id": self.log_id,
            "operator": self.operator,
            "operate_time": moment(self.operate_time),
            "operate_type": self.operate_type,
            **{key: value for key, value in optional.items() if value not in (None, "", [])},
            **self.more,
        }


def operator_of(operate_type: str) -> str:
    """Who does what such an entry tells."""
    if operate_type.endswith(SYSTEM_MESSAGE):
        return SYSTEM
    return next((who for start, who in OPERATORS.items() if operate_type.startswith(start)), SYSTEM)


def after(complaint: Complaint, operate_type: str) -> Complaint:
    """A complaint after the customer or the platform did something (投诉单字段说明)."""
    if operate_type in SAID_BY_USER:
        complaint = evolve(complaint, incoming_user_response=True)
    match operate_type:
        case "USER_CONTINUE_COMPLAINT":
            return evolve(complaint, user_complaint_times=complaint.user_complaint_times + 1)
        case "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE":
            return evolve(complaint, complaint_full_refunded=True)
        case "COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE":
            return evolve(complaint, complaint_state="PROCESSED")
        case _:
            return complaint
