"""Every exception that msgkit raises, and `Problem`, the finding they report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import ClassVar, Final, Literal, TypeAlias

from msgkit import _language
from msgkit._printable import printable
from msgkit._problem import Problem as Problem  # noqa: PLC0414 - errors speak in it, so it is found here

MOST_SHOWN = 20
"""Most problems that the text of a `ValidationError` spells out; it says how many more there are."""

NotificationCheck: TypeAlias = Literal[
    "size", "headers", "timestamp", "serial", "probe", "signature", "json", "shape", "decryption", "content"
]
"""What a notification must pass, in this order, before it is believed."""

_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500  # and above


class MsgkitError(Exception):
    """Superclass of all exceptions of msgkit.

    Never thrown directly.
    """


class ValidationError(MsgkitError, ValueError):
    """A message, a part of one, or an argument breaks a rule: one of WeChat Pay's, or one of msgkit's own.

    Raised at once when a class is made with a wrong value, and with all findings together when JSON is read. The text
    spells out the first 20; `problems` has them all. It is English, or Chinese where the environment says
    ``MSGKIT_LANG=zh``.

    Attributes:
        problems: What is wrong, at least one `Problem`.
        subject: What was being made or read, e.g. ``"Text"``.
    """

    problems: tuple[Problem, ...]
    subject: str

    def __init__(self, problems: Iterable[Problem], subject: str = "") -> None:
        self.problems = tuple(problems)
        self.subject = subject
        super().__init__(self.problems, subject)

    def __str__(self) -> str:
        chinese = _language.language() == _language.CHINESE
        name = printable(self.subject) + ("：" if chinese else ": ") if self.subject else ""
        if len(self.problems) == 1:
            # In Chinese the place follows, with a colon of its own.
            name = name.replace("：", " · ") if chinese and self.problems[0].pointer else name
            return f"{name}{self.problems[0]}"
        count, more = len(self.problems), len(self.problems) - MOST_SHOWN
        lines = [f"{name}{count} 处要改" if chinese else f"{name}{count} problems"]
        lines += map(str, self.problems[:MOST_SHOWN])
        if more > 0:
            lines.append(_language.and_more(more, _language.language()))
        return "\n  ".join(lines)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class TemplateError(MsgkitError, ValueError):
    """A template cannot be rendered with these values, or a template file not be read.

    The text names the variables and what is wrong with each, or the file; it shows no value.

    Attributes:
        problems: What is wrong with the values, a `Problem` each; empty where the error is about a file.
    """

    problems: tuple[Problem, ...]

    def __init__(self, message: object, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class ConfigurationError(MsgkitError, ValueError):
    """A client cannot be made from what it was given: a key that is none, a variable that is not set.

    Also raised where a client is asked for something that it was given no key for. The text names the argument or all
    the missing variables; it never shows a key.
    """


class SendError(MsgkitError):
    """Superclass of what can go wrong between here and WeChat Pay.

    Never thrown directly.

    Attributes:
        idempotent_id: The id under which a rich reply was sent, or None for calls that have none. Sending again with
            it cannot double the reply.
        request_id: The platform's ``Request-ID``, which its support asks for; None where no answer came.
        retryable: Whether the same call may succeed later, without anything being mended. That says nothing of whether
            it was carried out already.
        maybe_processed: Whether the platform may have carried the call out all the same, in this attempt or an earlier
            one. Where it is True and there is an `idempotent_id`, send again with it; where there is none (a plain
            reply, an upload, a decision), look first: sending again may do it twice. Calls that change nothing never
            say so.
        retry_after: After how many seconds, at least, to come again, where that is known: the answer said so
            (``Retry-After``), or the call's turn does not come sooner; or None.
    """

    idempotent_id: str | None
    request_id: str | None
    retryable: bool = False
    maybe_processed: bool
    retry_after: float | None = None

    def __init__(
        self,
        message: str,
        *,
        idempotent_id: str | None = None,
        request_id: str | None = None,
        maybe_processed: bool = False,
    ) -> None:
        super().__init__(message)
        self.idempotent_id = idempotent_id
        self.request_id = request_id
        self.maybe_processed = maybe_processed

    def __str__(self) -> str:
        known = {"Request-ID": self.request_id, "idempotent_id": self.idempotent_id}
        notes = ", ".join(f"{name} {printable(value)}" for name, value in known.items() if value)
        return f"{self.args[0]} ({notes})" if notes else str(self.args[0])


class TransportError(SendError):
    """No answer came: the host or the proxy was not reached, the connection broke, or the time was up.

    `maybe_processed` is False where the request cannot have reached the platform: the name was not resolved, the
    connection refused or not secured, the proxy refused it, or it never was its turn. It is not `retryable` where there
    is no way out at all until something is mended: a proxy that is none, authorities that cannot be read.
    """

    def __init__(
        self,
        message: str,
        *,
        idempotent_id: str | None = None,
        request_id: str | None = None,
        maybe_processed: bool = False,
        retryable: bool = True,
    ) -> None:
        super().__init__(message, idempotent_id=idempotent_id, request_id=request_id, maybe_processed=maybe_processed)
        self.retryable = retryable


class VerificationError(MsgkitError):
    """Superclass of what cannot be trusted to come from WeChat Pay, whoever asked for it.

    Never thrown directly.
    """


class ResponseVerificationError(SendError, VerificationError):
    """An answer of success that cannot be trusted: WeChat Pay did not sign it, or it is not in the documented form.

    The call may or may not have been carried out. Some of these pass: WeChat Pay's own probes, which are signed wrongly
    on purpose to see whether that is noticed, and a host between that cuts or changes an answer. So a call that can be
    sent again without doubling anything is. A wrong key or a clock that is off stays, and is what the last attempt
    says.
    """

    retryable = True


_ANSWERS: Final[Mapping[NotificationCheck, tuple[int, str]]] = {
    "size": (413, "the body is larger than any notification"),
    "headers": (401, "the headers that sign it are missing or contradict each other"),
    "timestamp": (401, "Wechatpay-Timestamp is no time or too far from ours"),
    "serial": (401, "the key that Wechatpay-Serial names is not known here"),
    "probe": (401, "the signature is a probe"),
    "signature": (401, "the signature is wrong"),
    "json": (400, "the body is no JSON object"),
    "shape": (400, "the body is no notification"),
    "decryption": (400, "resource cannot be decrypted"),
    "content": (400, "resource says nothing that can be used"),
}
"""The status that refuses a notification, and what it says, by the check that was not passed."""


class NotificationVerificationError(VerificationError):
    """A notification that cannot be trusted: WeChat Pay did not sign it, or it is not in the documented form.

    The text says what is wrong and what would mend it, and nothing that the notification holds. Answered with
    `answer`, WeChat Pay sends a notification of its own again.

    Attributes:
        check: Which check it did not pass: ``"size"``, ``"headers"``, ``"timestamp"``, ``"serial"`` (of the key),
            ``"probe"`` (signed wrongly on purpose), ``"signature"``, ``"json"``, ``"shape"`` (of the envelope),
            ``"decryption"`` or ``"content"`` (of what was encrypted). They are made in this order.
        unknown_serial: The platform certificate that it names and that is not known, at most 64 hexadecimal digits,
            so that certificates can be renewed; None where that is not what is wrong.

    Source: WeChat Pay documentation, 消费者投诉: 投诉通知回调.
    """

    check: NotificationCheck
    unknown_serial: str | None

    def __init__(self, message: str, check: NotificationCheck, unknown_serial: str | None = None) -> None:
        super().__init__(message, check, unknown_serial)
        self.check = check
        self.unknown_serial = unknown_serial

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def answer(self) -> tuple[int, bytes]:
        """What to answer: the HTTP status, and the body, which is JSON in ASCII.

        413 where it is too large, 401 where it is not proven to be WeChat Pay's, 400 where it cannot be read. The body
        names the check and nothing else, whoever asks.
        """
        status, words = _ANSWERS[self.check]
        return status, json.dumps({"code": "FAIL", "message": f"{self.check}: {words}"}).encode()


class ApiError(SendError):
    """WeChat Pay answered with an error.

    Raised itself for codes that have no subclass, and for redirects, which are not followed. Error answers may come
    unsigned, so nothing here is proven to come from WeChat Pay.

    A subclass declares the codes and statuses that it stands for, and whether it is `retryable`; an answer's class is
    found by them, by its code first. Where none fits it is `ApiError` itself, which is `retryable` by its status: 429,
    or from 500 on.

    Attributes:
        codes: The platform's codes that this class stands for.
        statuses: The HTTP statuses that it stands for where the code says nothing.
        status: The HTTP status, e.g. 400.
        code: The platform's code, e.g. ``"PARAM_ERROR"``; the empty string where the answer had none.
        message: The platform's explanation.
        problem: The field that the platform named (its ``detail``), in the pointers of the request body; or None.
    """

    codes: ClassVar[tuple[str, ...]] = ()
    statuses: ClassVar[tuple[int, ...]] = ()

    status: int
    code: str
    message: str
    problem: Problem | None

    def __init__(  # noqa: PLR0913
        self,
        message: str,
        *,
        status: int = 0,
        code: str = "",
        problem: Problem | None = None,
        idempotent_id: str | None = None,
        request_id: str | None = None,
        maybe_processed: bool = False,
        retry_after: float | None = None,
        hint: str = "",
    ) -> None:
        said = " ".join(part for part in (str(status or ""), code, message) if part)
        found = f"; {problem}" if problem else ""
        super().__init__(
            said + found + (f"; {hint}" if hint else ""),
            idempotent_id=idempotent_id,
            request_id=request_id,
            maybe_processed=maybe_processed,
        )
        self.retry_after = retry_after
        self.status = status
        self.code = code
        self.message = message
        self.problem = problem
        if type(self) is ApiError:  # it stands for many statuses; any other class has declared what it is
            self.retryable = status == _TOO_MANY_REQUESTS or status >= _SERVER_ERRORS


class ParamError(ApiError):
    """400 ``PARAM_ERROR``: a parameter is wrong; `problem` names it."""

    codes = ("PARAM_ERROR",)


class InvalidRequestError(ApiError):
    """400 ``INVALID_REQUEST``: the call breaks the rules of APIv3, or the complaint is not in a state for it.

    Final, also where it says 提交商户回复失败，请稍后重试 and so asks to come again later: nothing documents when that
    helps. Of a second refund decision that is refused because the complaint's state does not take one
    (当前单据状态不支持操作), `maybe_processed` is True: an earlier one, whose answer was lost, may have been carried
    out.
    """

    codes = ("INVALID_REQUEST",)


class SignError(ApiError):
    """401 ``SIGN_ERROR``: the platform could not verify our signature.

    Where the platform sent the string it rebuilt (``detail.sign_information``), the text names the first line in
    which it differs from the one that we signed.
    """

    codes = ("SIGN_ERROR",)
    statuses = (401,)


class NoAuthError(ApiError):
    """403 ``NO_AUTH``: this merchant may not do that, e.g. to a complaint about another merchant."""

    codes = ("NO_AUTH",)
    statuses = (403,)


class NotFoundError(ApiError):
    """404, or ``RESOURCE_NOT_EXISTS`` with 400 or 404: there is no such complaint, no such endpoint, or nothing set."""

    codes = ("RESOURCE_NOT_EXISTS",)
    statuses = (404,)


class RateLimitError(ApiError):
    """429 ``FREQUENCY_LIMITED`` or ``RATELIMIT_EXCEEDED``: too many calls; later, send again with `idempotent_id`."""

    codes = ("FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED")
    statuses = (429,)
    retryable = True


class PlatformError(ApiError):
    """500 ``SYSTEM_ERROR``: the platform failed; later, send again with `idempotent_id`."""

    codes = ("SYSTEM_ERROR",)
    statuses = (500,)
    retryable = True


class ServiceUnavailableError(ApiError):
    """502 or 503 ``SERVICE_UNAVAILABLE``: the platform is not to be had; later, send again with `idempotent_id`."""

    codes = ("SERVICE_UNAVAILABLE",)
    statuses = (502, 503)
    retryable = True
