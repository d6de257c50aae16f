"""What an answer of error means: which exception, and what it says.

Which codes and statuses a class stands for is said by the class, in `msgkit.errors`, and nowhere else.

Source: WeChat Pay documentation, APIv3 接口规则, 错误码和错误提示.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from typing import Any

from msgkit import errors
from msgkit._apiv3.calls import Answer, Operation, fit_for_a_log
from msgkit._apiv3.signing import SignedCall, difference
from msgkit.errors import ApiError, Problem, SignError


def by_declaration(attribute: str, classes: Iterable[type[ApiError]]) -> dict[Any, type[ApiError]]:
    """Return which class stands for each code or status.

    Args:
        attribute: Where a class declares them, ``codes`` or ``statuses``; what it inherits is its superclass's.
        classes: The classes.

    Raises:
        TypeError: Two declare the same.
    """
    found: dict[Any, type[ApiError]] = {}
    for cls in classes:
        for each in vars(cls).get(attribute, ()):
            if (other := found.setdefault(each, cls)) is not cls:
                raise TypeError(f"{other.__name__} and {cls.__name__} both declare {each!r} in {attribute}")
    return found


# Our own: what a caller derives from these is no declaration of what the platform means.
_CLASSES = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, ApiError)]
_BY_CODE = by_declaration("codes", _CLASSES)
_BY_STATUS = by_declaration("statuses", _CLASSES)


_SERVER_ERRORS = 500  # and above
_is_seconds = re.compile(r"[0-9]{1,9}").fullmatch
_DONE_BEFORE = "an earlier one may have been carried out: look at the complaint before you decide again"


def error_of(operation: Operation[Any], signed: SignedCall | None, answer: Answer) -> ApiError:
    """Turn an error answer, which may come unsigned and from anywhere, into an exception.

    Args:
        operation: What was asked.
        signed: What was signed of it, where it was; a refused signature is held against that.
        answer: What came back.
    """
    data = json_object(answer.body) or {}
    code, message = _text(data.get("code")), _text(data.get("message"))
    detail = data.get("detail")
    redirected = 300 <= answer.status < 400  # noqa: PLR2004
    # Whatever a redirect's body claims, the platform was not asked.
    cls = ApiError if redirected else _BY_CODE.get(code) or _BY_STATUS.get(answer.status, ApiError)
    done_before = bool(operation.doubt) and operation.doubt in message and not redirected
    hint = "redirect not followed" if redirected else _DONE_BEFORE if done_before else ""
    return cls(
        message,
        status=answer.status,
        code=code,
        problem=_problem(detail),
        idempotent_id=operation.call.idempotent_id,
        request_id=answer.request_id,
        maybe_processed=done_before or (answer.status >= _SERVER_ERRORS and not operation.is_harmless),
        retry_after=_seconds(answer.header("Retry-After")),
        hint=_sign_hint(detail, signed) if cls is SignError and signed else hint,
    )


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for, be it a number or a date (RFC 9110, 10.2.3)."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if _is_seconds(text):
        return float(text)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - it brings sockets, and few answers hold a date

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return what a body holds; None where that is no JSON object."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _problem(detail: object) -> Problem | None:
    if not isinstance(detail, dict) or not isinstance(detail.get("field"), str):
        return None
    return Problem(_text(detail["field"]), _text(detail.get("issue")), detail.get("value"))


def _sign_hint(detail: object, signed: SignedCall) -> str:
    information = detail.get("sign_information") if isinstance(detail, dict) else None
    rebuilt = information.get("truncated_sign_message") if isinstance(information, dict) else None
    return difference(signed.message, rebuilt) if isinstance(rebuilt, str) else ""


def _text(value: object) -> str:
    return fit_for_a_log(value) if isinstance(value, str) else ""
