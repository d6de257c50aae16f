"""What becomes of a call when something goes wrong: every fault against every kind of call, as one table.

The tests run it with both clients, and the page `docs/faults.md` is made of it, so neither can say what the other does
not.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from attrs import frozen

from msgkit import Client, Message, Reply, _endpoints
from tests.network import IMMEDIATE, ORDINARY, PNG

MESSAGE = Message().text("您好")


def _set(client: Client, method: Literal["POST", "PUT"]) -> str:
    """Do the second half of `Client.set_notification_url`, which reads first."""
    return client._carry_out(_endpoints.set_notification_url("https://shop.example/other", method))


@frozen
class Call:
    """A method of the client.

    Attributes:
        name: How it is written.
        endpoint: The sandbox's name of the endpoint that the fault meets.
        column: The kind of call that it is.
        do: Does it.
    """

    name: str
    endpoint: str
    column: str
    do: Callable[[Client], Any]


RICH, PLAIN, CHANGE, READ, LIST, PICTURE = "rich", "plain", "change", "read", "list", "picture"

COLUMNS = {
    RICH: ("Rich reply", "富文本回复"),
    PLAIN: ("Without an id", "无幂等 ID 的写操作"),
    CHANGE: ("Notification URL", "通知地址"),
    READ: ("Reading, echo", "查询、echo"),
    LIST: ("Lists", "列表"),
    PICTURE: ("Picture", "图片下载"),
}

CALLS = (
    Call("send(id, message)", "response-immediate-service", RICH, lambda c: c.send(IMMEDIATE, MESSAGE)),
    Call("send(id, reply)", "response", PLAIN, lambda c: c.send(ORDINARY, Reply("好"))),
    Call("complete", "complete", PLAIN, lambda c: c.complete(IMMEDIATE)),
    Call("approve_refund", "update-refund-progress", PLAIN, lambda c: c.approve_refund(IMMEDIATE)),
    Call("reject_refund", "update-refund-progress", PLAIN, lambda c: c.reject_refund(IMMEDIATE, reason="已发货")),
    Call("upload_image", "upload", PLAIN, lambda c: c.upload_image(PNG, "a.png")),
    Call("complaint", "complaint", READ, lambda c: c.complaint(IMMEDIATE)),
    Call("notification_url", "complaint-notifications", READ, lambda c: c.notification_url()),
    Call("echo", "echo", READ, lambda c: c.echo("你好")),
    Call("complaints", "complaints", LIST, lambda c: list(c.complaints(date(2026, 1, 1), date(2026, 1, 2)))),
    Call("history", "negotiation-historys", LIST, lambda c: list(c.history(IMMEDIATE))),
    Call("set_notification_url, the first time", "complaint-notifications", PLAIN, lambda c: _set(c, "POST")),
    Call("set_notification_url", "complaint-notifications", CHANGE, lambda c: _set(c, "PUT")),
    Call("delete_notification_url", "complaint-notifications", CHANGE, lambda c: c.delete_notification_url()),
)


@frozen
class Outcome:
    """What a call ends in.

    Attributes:
        error: The name of the error; None for a success.
        attempts: How often the endpoint is asked.
        maybe_processed: Whether the error says that the call may have been carried out.
    """

    error: str | None
    attempts: int
    maybe_processed: bool = False


AGAIN = Outcome(None, 2)
"""Sent again, and done."""
FINE = Outcome(None, 1)
"""Nothing is wrong with that."""


def final(error: str) -> Outcome:
    """Raised at once: it would be the same the next time, and nothing was carried out."""
    return Outcome(error, 1)


def unclear(error: str) -> Outcome:
    """Raised at once: it may have been carried out, and a second time would be once too often."""
    return Outcome(error, 1, maybe_processed=True)


def everywhere(outcome: Outcome, **others: Outcome) -> dict[str, Outcome]:
    """The same outcome for each kind of call, but for some."""
    return dict.fromkeys(COLUMNS, outcome) | others


def unless_it_doubles(error: str, **others: Outcome) -> dict[str, Outcome]:
    """Sent again wherever that cannot do anything twice."""
    return everywhere(AGAIN, plain=unclear(error)) | others


@frozen
class Row:
    """A fault, and what becomes of each kind of call that meets it once.

    Attributes:
        name: The sandbox's name of it, or what happens on the way.
        en: What happens, in English.
        zh: The same in Chinese.
        outcomes: What each kind of call ends in.
        settings: How it is planned.
    """

    name: str
    en: str
    zh: str
    outcomes: dict[str, Outcome]
    settings: Mapping[str, Any] = MappingProxyType({})


_UNTRUSTED = "ResponseVerificationError"
# A list asks for half a page where one is refused: it may have been too large, and no code says so.
_HALVED = {"list": AGAIN}

ROWS = (
    Row("PARAM_ERROR", "400, a parameter is wrong", "400，参数错误", everywhere(final("ParamError"), **_HALVED)),
    Row(
        "INVALID_REQUEST",
        "400, the call is refused",
        "400，请求被拒绝",
        everywhere(final("InvalidRequestError"), **_HALVED),
    ),
    Row(
        "RESOURCE_NOT_EXISTS",
        "400, there is no such thing",
        "400，资源不存在",
        everywhere(final("NotFoundError"), **_HALVED),
    ),
    Row("SIGN_ERROR", "401, our signature is refused", "401，签名错误", everywhere(final("SignError"))),
    Row("NO_AUTH", "403, not allowed", "403，没有权限", everywhere(final("NoAuthError"))),
    Row("FREQUENCY_LIMITED", "429, too many calls", "429，频率超限", everywhere(AGAIN)),
    Row("RATELIMIT_EXCEEDED", "429, too many calls", "429，频率超限", everywhere(AGAIN)),
    Row("FREQUENCY_LIMITED", "429 with `Retry-After: 1`", "429，带 Retry-After", everywhere(AGAIN), {"retry_after": 1}),
    Row(
        "FREQUENCY_LIMITED",
        "429 with a `Retry-After` beyond `total`",
        "429，Retry-After 超过 total",
        everywhere(final("RateLimitError")),
        {"retry_after": 3600},
    ),
    Row("SYSTEM_ERROR", "500", "500", unless_it_doubles("PlatformError")),
    Row(
        "SYSTEM_ERROR",
        "500, and carried out all the same",
        "500，但已处理",
        unless_it_doubles("PlatformError"),
        {"processed": True},
    ),
    Row("SERVICE_UNAVAILABLE", "503", "503", unless_it_doubles("ServiceUnavailableError")),
    Row(
        "BAD_GATEWAY",
        "502 in HTML, by something between",
        "502，中间设备返回 HTML",
        unless_it_doubles("ServiceUnavailableError"),
    ),
    Row(
        "NO_ANSWER",
        "cut before it was carried out",
        "处理前断开",
        unless_it_doubles("TransportError"),
        {"processed": False},
    ),
    Row("NO_ANSWER", "cut after it was carried out", "处理后断开", unless_it_doubles("TransportError")),
    Row("TRUNCATED", "cut in the middle of the answer", "应答中途断开", unless_it_doubles("TransportError")),
    Row("SLOW", "later than `timeout`", "超过 timeout 才应答", unless_it_doubles("TransportError"), {"seconds": 1.0}),
    Row(
        "DRIP",
        "byte by byte until `total` is over",
        "逐字节应答，直到 total 用尽",
        {
            RICH: unclear("TransportError"),
            PLAIN: unclear("TransportError"),
            CHANGE: unclear("TransportError"),
            READ: final("TransportError"),
            LIST: final("TransportError"),
            PICTURE: final("TransportError"),
        },
        {"seconds": 20.0},
    ),
    Row("UNSIGNED", "a success that is not signed", "成功应答没有签名", unless_it_doubles(_UNTRUSTED, picture=FINE)),
    Row("WRONG_SIGNATURE", "signed wrongly", "签名不对", unless_it_doubles(_UNTRUSTED)),
    Row("STALE", "signed ten minutes ago", "十分钟前的签名", unless_it_doubles(_UNTRUSTED)),
    Row("PROBE", "the platform's own probe", "平台的签名探测", unless_it_doubles(_UNTRUSTED)),
    Row("UNKNOWN_SERIAL", "signed with a key nobody has", "用未知的密钥签名", unless_it_doubles(_UNTRUSTED)),
    Row("NOT_JSON", "signed, and no JSON", "签名正确但不是 JSON", unless_it_doubles(_UNTRUSTED, picture=FINE)),
)

ON_THE_WAY = (
    Row("refused", "connection refused", "连接被拒绝", everywhere(AGAIN)),
    Row("no name", "the name is not resolved", "域名解析失败", everywhere(AGAIN)),
    Row("no TLS", "TLS is not established", "TLS 握手失败", everywhere(AGAIN)),
    Row("407", "the proxy asks for a password", "代理要求认证（407）", everywhere(AGAIN)),
    Row("deaf", "connecting takes longer than `timeout`", "连接超时", everywhere(AGAIN)),
)
"""What goes wrong before anything was sent: the other host is asked, whatever the call."""
