"""What a call looks like on its way out and what its answer means, for any transport. No I/O."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from typing import Any

import attrs

from msgkit._printable import printable
from msgkit._version import __version__
from msgkit.apiv3.signing import SignedCall, Signer, difference
from msgkit.apiv3.verification import Verifier
from msgkit.errors import (
    ApiError,
    InvalidRequestError,
    NoAuthError,
    NotFoundError,
    ParamError,
    PlatformError,
    Problem,
    RateLimitError,
    ResponseVerificationError,
    ServiceUnavailableError,
    SignError,
)

_BY_CODE: dict[str, type[ApiError]] = {
    "PARAM_ERROR": ParamError,
    "INVALID_REQUEST": InvalidRequestError,
    "SIGN_ERROR": SignError,
    "NO_AUTH": NoAuthError,
    "FREQUENCY_LIMITED": RateLimitError,
    "RATELIMIT_EXCEEDED": RateLimitError,
    "SYSTEM_ERROR": PlatformError,
    "SERVICE_UNAVAILABLE": ServiceUnavailableError,
}
_BY_STATUS: dict[int, type[ApiError]] = {
    401: SignError,
    403: NoAuthError,
    404: NotFoundError,
    429: RateLimitError,
    500: PlatformError,
    502: ServiceUnavailableError,
    503: ServiceUnavailableError,
}
_LONGEST_SHOWN = 500
_USER_AGENT = f"msgkit/{__version__} Python/{platform.python_version()}"


@attrs.frozen
class Upload:
    """A file that goes out as a form, beside the JSON that describes it.

    Attributes:
        filename: The file's name, as the JSON says it.
        content: Its bytes.
        media_type: Its type, e.g. ``image/png``.
    """

    filename: str
    content: bytes = attrs.field(repr=False)
    media_type: str


@attrs.frozen
class Call:
    """One call of an endpoint.

    Attributes:
        method: ``GET``, ``POST`` …
        path: Path and query string, percent-encoded.
        body: The JSON as bytes. It is what is signed; it is sent as it is, or as the ``meta`` part of an upload.
        upload: The file that goes with it.
        idempotent_id: The id that makes it safe to send again, where it has one.
    """

    method: str
    path: str
    body: bytes = attrs.field(default=b"", repr=False)
    upload: Upload | None = None
    idempotent_id: str | None = None


@attrs.frozen
class Answer:
    """What came back.

    Attributes:
        status: The HTTP status.
        headers: The headers, their names in any case.
        body: The bytes.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    @property
    def request_id(self) -> str | None:
        """The platform's ``Request-ID``, fit for a log."""
        found = next((value for name, value in self.headers.items() if name.lower() == "request-id"), None)
        return None if found is None else _fit_for_a_log(found)


@attrs.frozen
class Protocol:
    """The rules of APIv3 for both ways.

    Attributes:
        signer: Signs what goes out.
        verifier: Checks what comes back.
        public_key_id: The key that the platform is asked to sign its answers with.
    """

    signer: Signer
    verifier: Verifier
    public_key_id: str

    def sign(self, call: Call) -> tuple[SignedCall, dict[str, str]]:
        """Sign a call; return what was signed and the headers to send, but for ``Content-Type``."""
        signed = self.signer.sign(call.method, call.path, call.body)
        return signed, {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": signed.authorization,
            "User-Agent": _USER_AGENT,
            "Wechatpay-Serial": self.public_key_id,
        }

    def accept(self, call: Call, signed: SignedCall, answer: Answer) -> dict[str, Any]:
        """Return the JSON of a success that WeChat Pay signed; an empty dict where it has no body.

        Raises:
            ApiError: The answer is an error.
            ResponseVerificationError: The answer is a success, but not proven to come from WeChat Pay.
        """
        if not is_success(answer.status):
            raise _error(call, signed, answer)
        flaw = self.verifier.flaw(answer.headers, answer.body)
        if flaw:
            raise self.distrust(flaw, call, answer)
        if not answer.body:
            return {}
        data = _json_object(answer.body)
        if data is None:
            raise self.distrust("its body is no JSON object", call, answer)
        return data

    @staticmethod
    def distrust(flaw: str, call: Call, answer: Answer) -> ResponseVerificationError:
        """Return the error for an answer of success that cannot be trusted."""
        return ResponseVerificationError(
            f"the answer of status {answer.status} cannot be trusted: {flaw}",
            idempotent_id=call.idempotent_id,
            request_id=answer.request_id,
        )


def is_success(status: int) -> bool:
    """Tell whether an HTTP status says that a call was carried out."""
    return 200 <= status < 300  # noqa: PLR2004


def _error(call: Call, signed: SignedCall, answer: Answer) -> ApiError:
    """Turn an error answer, which may come unsigned and from anywhere, into an exception."""
    data = _json_object(answer.body) or {}
    code, message = _text(data.get("code")), _text(data.get("message"))
    detail = data.get("detail")
    redirected = 300 <= answer.status < 400  # noqa: PLR2004
    cls = ApiError if redirected else _BY_CODE.get(code) or _BY_STATUS.get(answer.status, ApiError)
    return cls(
        message,
        status=answer.status,
        code=code,
        problem=_problem(detail),
        idempotent_id=call.idempotent_id,
        request_id=answer.request_id,
        hint=_sign_hint(detail, signed) if cls is SignError else "redirect not followed" if redirected else "",
    )


def _problem(detail: object) -> Problem | None:
    if not isinstance(detail, dict) or not isinstance(detail.get("field"), str):
        return None
    return Problem(_text(detail["field"]), _text(detail.get("issue")), detail.get("value"))


def _sign_hint(detail: object, signed: SignedCall) -> str:
    information = detail.get("sign_information") if isinstance(detail, dict) else None
    rebuilt = information.get("truncated_sign_message") if isinstance(information, dict) else None
    return difference(signed.message, rebuilt) if isinstance(rebuilt, str) else ""


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _text(value: object) -> str:
    return _fit_for_a_log(value) if isinstance(value, str) else ""


def _fit_for_a_log(text: str) -> str:
    """Cut a foreign text to a bearable length and take out what could forge a line or steer a terminal."""
    return printable(text[:_LONGEST_SHOWN])
