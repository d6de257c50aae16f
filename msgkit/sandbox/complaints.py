"""A complaint as the platform keeps it, and as it answers it."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from types import EllipsisType
from typing import Any, Literal, TypedDict, get_args

from attrs import field, frozen

from msgkit.sandbox.answers import Refusal
from msgkit.sandbox.schemas import check

ComplaintState = Literal["PENDING", "PROCESSING", "PROCESSED"]

#: The longest id of a complaint or of a merchant, in characters (查询投诉单列表).
ID_LIMIT = 64

#: The zone that the platform counts days in, wherever this machine stands.
BEIJING = timezone(timedelta(hours=8))

#: The two complaints of a new sandbox: the first needs immediate service, the second does not.
INITIAL_COMPLAINTS = {
    "200201820200101080076610000": True,
    "200201820200101080076610001": False,
}

#: The keys of the wire that a complaint does without where their value is None or empty.
_OPTIONAL = (
    "payer_phone",
    "payer_openid",
    "complaint_order_info",
    "service_order_info",
    "complaint_media_list",
    "problem_type",
    "apply_refund_amount",
    "user_tag_list",
    "additional_info",
    "in_platform_service",
    "is_agent_mode",
)


class ComplaintFields(TypedDict, total=False):
    """What a complaint can be given when it is made; see `Complaint` for what each means.

    Where the wire may lack a key, None or an empty list leaves it out. ``complaint_order_info=...`` is one order of its
    own, as by default.
    """

    complainted_mchid: str | None
    need_immediate_service: bool
    complaint_state: ComplaintState
    complaint_time: datetime
    complaint_detail: str
    payer_phone: str | None
    payer_openid: str | None
    complaint_order_info: Sequence[Mapping[str, Any]] | EllipsisType | None
    service_order_info: Sequence[Mapping[str, Any]] | None
    complaint_media_list: Sequence[Mapping[str, Any]] | None
    complaint_full_refunded: bool
    incoming_user_response: bool
    problem_description: str
    user_complaint_times: int
    problem_type: str | None
    apply_refund_amount: int | None
    user_tag_list: Sequence[str] | None
    additional_info: Mapping[str, Any] | None
    in_platform_service: bool | None
    is_agent_mode: bool | None


Objects = tuple[Mapping[str, Any], ...]


@frozen
class Complaint:
    """A complaint as it stood when it was asked for.

    Attributes:
        complaint_id: Its id.
        complainted_mchid: The merchant it is about.
        need_immediate_service: Whether it takes rich replies.
        complaint_state: ``PENDING``, ``PROCESSING`` after the first reply, ``PROCESSED`` once it
            was reported as handled, a refund was refused or has arrived.
        complaint_time: When it was made.
        complaint_detail: What the customer wrote, at most 300 characters.
        payer_phone: The customer's telephone number in plain; it is served encrypted.
        payer_openid: The customer's openid; served in the detail only.
        complaint_order_info: The orders: ``transaction_id``, ``out_trade_no``, ``amount`` in fen.
        service_order_info: Service orders: ``order_id``, ``out_order_no``, ``state``.
        complaint_media_list: Pictures: ``media_type``, ``media_url``.
        complaint_full_refunded: Whether every order was refunded.
        incoming_user_response: Whether the customer wrote something that no reply came after.
        problem_description: What the customer chose as the problem, at most 256 characters.
        user_complaint_times: How often the customer complained: once, and each time it goes on.
        problem_type: ``REFUND``, ``SERVICE_NOT_WORK`` or ``OTHERS``.
        apply_refund_amount: What the customer wants back, in fen.
        user_tag_list: ``TRUSTED``, ``HIGH_RISK``.
        additional_info: What belongs to some trades only, such as power banks.
        in_platform_service: Whether the platform's own service has taken it up.
        is_agent_mode: Whether an AI agent handles it.
    """

    complaint_id: str
    complainted_mchid: str
    need_immediate_service: bool = True
    complaint_state: ComplaintState = "PENDING"
    complaint_time: datetime = field(factory=lambda: datetime.now(BEIJING))
    complaint_detail: str = field(default="收到的商品与描述不符，申请退款", repr=False)
    payer_phone: str | None = field(default="13800138000", repr=False)
    payer_openid: str | None = field(default="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", repr=False)
    complaint_order_info: Objects = field(default=(), repr=False, hash=False)
    service_order_info: Objects = field(default=(), repr=False, hash=False)
    complaint_media_list: Objects = field(default=(), repr=False, hash=False)
    complaint_full_refunded: bool = False
    incoming_user_response: bool = False
    problem_description: str = field(default="商品与描述不符", repr=False)
    user_complaint_times: int = 1
    problem_type: str | None = "REFUND"
    apply_refund_amount: int | None = 1000
    user_tag_list: tuple[str, ...] = ()
    additional_info: Mapping[str, Any] | None = field(default=None, repr=False, hash=False)
    in_platform_service: bool | None = False
    is_agent_mode: bool | None = False

    def document(self, encrypt: Callable[[str], str], *, detail: bool) -> dict[str, Any]:
        """The complaint as it goes over the wire.

        Args:
            encrypt: What the telephone number is encrypted with, for the merchant.
            detail: Whether it was asked for by itself: only then has it the openid.
        """
        document = self._plain()
        if "payer_phone" in document:
            document["payer_phone"] = encrypt(document["payer_phone"])
        if not detail:
            document.pop("payer_openid", None)
        return document

    def _plain(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "complaint_id": self.complaint_id,
            "complaint_time": moment(self.complaint_time),
            "complaint_detail": self.complaint_detail,
            "complaint_state": self.complaint_state,
            "complainted_mchid": self.complainted_mchid,
            "complaint_full_refunded": self.complaint_full_refunded,
            "incoming_user_response": self.incoming_user_response,
            "problem_description": self.problem_description,
            "user_complaint_times": self.user_complaint_times,
            "need_immediate_service": self.need_immediate_service,
        }
        optional = {name: getattr(self, name) for name in _OPTIONAL}
        return values | {name: value for name, value in optional.items() if value not in (None, (), {})}


def new_complaint(complaint_id: str, mchid: str, number: int, fields: ComplaintFields) -> Complaint:
    """Make a complaint that the platform could have.

    Args:
        complaint_id: Its id.
        mchid: The merchant it is about where nothing else is said.
        number: A number that no other complaint has, which its order is named after.
        fields: What it is given.

    Raises:
        ValueError: A value could not be the platform's.
        TypeError: There is no such field.
    """
    given: dict[str, Any] = dict(fields)
    if given.get("complainted_mchid") is None:
        given["complainted_mchid"] = mchid
    checked_id("complaint_id", complaint_id)
    checked_id("complainted_mchid", given["complainted_mchid"])
    state, states = given.get("complaint_state", "PENDING"), get_args(ComplaintState)
    if state not in states:
        raise ValueError(f"complaint_state must be one of {', '.join(states)}, not {state!r}")
    immediate = given.get("need_immediate_service", True)
    if not isinstance(immediate, bool):
        raise ValueError(f"need_immediate_service must be True or False, not {immediate!r}")  # noqa: TRY004
    if "complaint_time" in given:
        given["complaint_time"] = checked_moment("complaint_time", given["complaint_time"])
    if given.get("complaint_order_info", ...) is ...:
        given["complaint_order_info"] = [_order(number)]
    for name in ("complaint_order_info", "service_order_info", "complaint_media_list", "user_tag_list"):
        given[name] = () if given.get(name) is None else tuple(given[name])
    made = Complaint(complaint_id, **given)
    return _fitting(made, given)


def _fitting(complaint: Complaint, given: dict[str, Any]) -> Complaint:
    document = plain_json(complaint._plain())  # noqa: SLF001 - the module's own
    try:
        check("complaint", document)
    except Refusal as refusal:
        detail = refusal.detail or {}
        raise ValueError(f"{detail['field'].removeprefix('/')} {detail['issue']}") from None
    # What the caller goes on changing must not change what is remembered.
    own = {name: document[name] for name in given if name in document and isinstance(document[name], list | dict)}
    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in own.items()}
    return Complaint(complaint.complaint_id, **{**given, "complaint_time": complaint.complaint_time, **lists})


def _order(number: int) -> dict[str, Any]:
    day = datetime.now(BEIJING).strftime("%Y%m%d")
    return {
        "transaction_id": f"4200001{number % 1000:03d}{day}{number % 10**10:010d}",
        "out_trade_no": f"{day}{number % 10**12:012d}",
        "amount": 1000,
    }


def checked_id(name: str, value: object) -> str:
    """Return an id that a test asks for, if the platform could give it."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a str, not {type(value).__name__}")  # noqa: TRY004 - one error for all
    if not 1 <= len(value) <= ID_LIMIT:
        raise ValueError(f"{name} has {len(value)} characters; it must have 1 to {ID_LIMIT}")
    return value


def checked_moment(name: str, value: object) -> datetime:
    """Return a moment, if it is one in whatever zone."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{name} must be a datetime with a zone, not {value!r}")
    return value


def moment(when: datetime) -> str:
    """A moment as the platform writes it: RFC 3339, in Beijing's time."""
    return when.astimezone(BEIJING).isoformat(timespec="seconds")


def plain_json(value: Any) -> Any:
    """Return a value's copy by way of JSON, so that nothing but JSON is in it.

    Raises:
        ValueError: Something in it is no JSON.
    """
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"cannot be written as JSON: {error}") from None
