"""The enums of answers. Each name is the wire's word to the letter, also where that is misspelt; a dot is ``_``.

A word that is none of them stays the string that it is: the platform may send new ones at any time.
"""

from __future__ import annotations

from enum import StrEnum


class ComplaintState(StrEnum):
    """How far a complaint is.

    The first reply takes it from ``PENDING`` to ``PROCESSING``. It is ``PROCESSED`` once it was reported as handled, a
    refund was refused, or the refunded money has arrived.
    """

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    PROCESSED = "PROCESSED"


class ProblemType(StrEnum):
    """What a complaint is about: a refund, a service that does not work, or something else."""

    REFUND = "REFUND"
    SERVICE_NOT_WORK = "SERVICE_NOT_WORK"
    OTHERS = "OTHERS"


class UserTag(StrEnum):
    """What the platform thinks of a customer."""

    TRUSTED = "TRUSTED"
    HIGH_RISK = "HIGH_RISK"


class ServiceOrderState(StrEnum):
    """How far an order of WeChat Pay Score (支付分) is. ``CREATED`` and ``EXPIRED`` are in older answers only."""

    DOING = "DOING"
    REVOKED = "REVOKED"
    WAITPAY = "WAITPAY"
    DONE = "DONE"
    CREATED = "CREATED"
    EXPIRED = "EXPIRED"


class MediaType(StrEnum):
    """Whose pictures they are: the customer's, sent with the complaint, or those of any side, sent while it lasted."""

    USER_COMPLAINT_IMAGE = "USER_COMPLAINT_IMAGE"
    OPERATION_IMAGE = "OPERATION_IMAGE"


class AdditionalInfoType(StrEnum):
    """What more is known of a complaint: ``SHARE_POWER_TYPE`` is about a rented power bank."""

    SHARE_POWER_TYPE = "SHARE_POWER_TYPE"


class OperateType(StrEnum):
    """What was done, or said, in an entry of the negotiation history.

    Where more than the words of a message is in `HistoryEntry.operate_details`: ``MERCHANT_REFUSE_RERUND`` (spelt so)
    has the reason, ``USER_SUBMIT_SATISFACTION`` the score. A tap is ``USER_CLICK_RESPONSE``, with `HistoryEntry.click`.
    ``USER_REVOKE_COMPLAINT`` and ``USER_COMFIRM_COMPLAINT`` (spelt so) are in the histories of old complaints only, and
    the last four, of which one is misspelt too, in older answers only.
    """

    USER_CREATE_COMPLAINT = "USER_CREATE_COMPLAINT"
    USER_CONTINUE_COMPLAINT = "USER_CONTINUE_COMPLAINT"
    USER_RESPONSE = "USER_RESPONSE"
    PLATFORM_RESPONSE = "PLATFORM_RESPONSE"
    MERCHANT_RESPONSE = "MERCHANT_RESPONSE"
    MERCHANT_CONFIRM_COMPLETE = "MERCHANT_CONFIRM_COMPLETE"
    USER_CREATE_COMPLAINT_SYSTEM_MESSAGE = "USER_CREATE_COMPLAINT_SYSTEM_MESSAGE"
    COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE = "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE"
    USER_CONTINUE_COMPLAINT_SYSTEM_MESSAGE = "USER_CONTINUE_COMPLAINT_SYSTEM_MESSAGE"
    USER_REVOKE_COMPLAINT = "USER_REVOKE_COMPLAINT"
    USER_COMFIRM_COMPLAINT = "USER_COMFIRM_COMPLAINT"
    PLATFORM_HELP_APPLICATION = "PLATFORM_HELP_APPLICATION"
    USER_APPLY_PLATFORM_HELP = "USER_APPLY_PLATFORM_HELP"
    MERCHANT_APPROVE_REFUND = "MERCHANT_APPROVE_REFUND"
    MERCHANT_REFUSE_RERUND = "MERCHANT_REFUSE_RERUND"
    USER_SUBMIT_SATISFACTION = "USER_SUBMIT_SATISFACTION"
    SERVICE_ORDER_CANCEL = "SERVICE_ORDER_CANCEL"
    SERVICE_ORDER_COMPLETE = "SERVICE_ORDER_COMPLETE"
    COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE = "COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE"
    COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE = "COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE"
    COMPLAINT_ENTRUSTED_REFUND_SYSTEM_MESSAGE = "COMPLAINT_ENTRUSTED_REFUND_SYSTEM_MESSAGE"
    USER_APPLY_PLATFORM_SERVICE = "USER_APPLY_PLATFORM_SERVICE"
    USER_CANCEL_PLATFORM_SERVICE = "USER_CANCEL_PLATFORM_SERVICE"
    PLATFORM_SERVICE_FINISHED = "PLATFORM_SERVICE_FINISHED"
    USER_CLICK_RESPONSE = "USER_CLICK_RESPONSE"
    COMPLAINT_FULL_REFUNDED = "COMPLAINT_FULL_REFUNDED"
    MERCHANT_CONFIRM_COMPLETE_SYSTEM_MESSAGE = "MERCHANT_CONFIRM_COMPLETE_SYSTEM_MESSAGE"
    SERVICE_ORDER_WAIT_USER_PAY = "SERVICE_ORDER_WAIT_USER_PAY"
    USER_APPLY_PLATFORM_SERIVCE = "USER_APPLY_PLATFORM_SERIVCE"


class EventType(StrEnum):
    """What a notification is about: a complaint that is new, one whose state changed, or a test of keys (`echo`)."""

    COMPLAINT_CREATE = "COMPLAINT.CREATE"
    COMPLAINT_STATE_CHANGE = "COMPLAINT.STATE_CHANGE"
    SECURITY_ECHO_SUCCESS = "SECURITY_ECHO.SUCCESS"


class NotificationAction(StrEnum):
    """What was done to the complaint that a notification names.

    A tap on a button comes as ``USER_RESPONSE``. What the merchant does is listed and no longer sent.
    """

    CREATE_COMPLAINT = "CREATE_COMPLAINT"
    CONTINUE_COMPLAINT = "CONTINUE_COMPLAINT"
    USER_RESPONSE = "USER_RESPONSE"
    RESPONSE_BY_PLATFORM = "RESPONSE_BY_PLATFORM"
    SELLER_REFUND = "SELLER_REFUND"
    MERCHANT_RESPONSE = "MERCHANT_RESPONSE"
    MERCHANT_CONFIRM_COMPLETE = "MERCHANT_CONFIRM_COMPLETE"
    USER_APPLY_PLATFORM_SERVICE = "USER_APPLY_PLATFORM_SERVICE"
    USER_CANCEL_PLATFORM_SERVICE = "USER_CANCEL_PLATFORM_SERVICE"
    PLATFORM_SERVICE_FINISHED = "PLATFORM_SERVICE_FINISHED"
    MERCHANT_APPROVE_REFUND = "MERCHANT_APPROVE_REFUND"
    MERCHANT_REJECT_REFUND = "MERCHANT_REJECT_REFUND"
    REFUND_SUCCESS = "REFUND_SUCCESS"
