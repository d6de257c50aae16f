"""What the sandbox answers: successes, and refusals in the platform's form."""

import json
from typing import Any, Literal, Self

from attrs import field, frozen

JSON = "application/json; charset=utf-8"

#: How much of an offending value an error answer repeats, in characters of JSON.
VALUE_LIMIT = 256

_MISSING = object()


@frozen
class Answer:
    """A status and the body that goes with it.

    Attributes:
        status: The HTTP status.
        body: The exact bytes to sign and to send; empty where there is no body.
        media_type: What the body is; said only where there is one.
        signed: Whether the platform signs it. Pictures come without a signature.
        code: The error code of a refusal.
        reason: Why it was refused, for whoever watches the sandbox.
        log_id: Of a reply that was taken, the ``log_id`` of its entry.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    media_type: str = JSON
    signed: bool = True
    code: str | None = None
    reason: str | None = field(default=None, repr=False)
    log_id: str | None = None

    @classmethod
    def json(
        cls,
        status: int,
        document: dict[str, Any],
        *,
        code: str | None = None,
        reason: str | None = None,
        log_id: str | None = None,
    ) -> Self:
        """Answer with a JSON document in UTF-8."""
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        # A refused value may hold lone surrogates, which UTF-8 cannot carry.
        return cls(status, text.encode("utf-8", "replace"), code=code, reason=reason, log_id=log_id)


class Refusal(Exception):  # noqa: N818 - it ends a request, it is no fault of the program
    """The request gets one of the platform's errors (WeChat Pay APIv3, 错误码和错误提示).

    Args:
        status: The HTTP status.
        code: The platform's code, such as ``PARAM_ERROR``.
        message: What is wrong, for a person to read.
        detail: Where it is wrong, for a program to read.
    """

    def __init__(self, status: int, code: str, message: str, detail: dict[str, Any] | None = None) -> None:
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail

    @property
    def answer(self) -> Answer:
        """The refusal as it goes over the wire."""
        document: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.detail is not None:
            document["detail"] = self.detail
        return Answer.json(self.status, document, code=self.code, reason=self._reason)

    @property
    def _reason(self) -> str:
        if self.detail is None or "field" not in self.detail:
            return self.message
        where = self.detail["field"] or f"the {self.detail['location']}"
        return f"{self.message}: {where} {self.detail['issue']}"


def json_pointer(*parts: str | int) -> str:
    """A JSON Pointer (RFC 6901) from its parts."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def param_error(
    pointer: str,
    issue: str,
    value: object = _MISSING,
    *,
    location: Literal["body", "path", "query"] = "body",
) -> Refusal:
    """Refuse one field: 400 ``PARAM_ERROR``.

    Args:
        pointer: JSON Pointer (RFC 6901) of the field; of a missing one, where it should be.
        issue: What is wrong with it, following on "the field …".
        value: The value found there, if there is one. A long one is repeated in part.
        location: In which part of the request the field stands.
    """
    detail: dict[str, Any] = {"field": pointer, "issue": issue, "location": location}
    if value is not _MISSING:
        detail["value"] = _abridged(value)
    return Refusal(400, "PARAM_ERROR", "a parameter is wrong", detail)


def invalid_request(message: str, *, status: int = 400) -> Refusal:
    """Refuse a request that breaks the rules of every APIv3 call: ``INVALID_REQUEST``."""
    return Refusal(status, "INVALID_REQUEST", message)


def not_found(message: str) -> Refusal:
    """Refuse a request for something that does not exist: 404 ``RESOURCE_NOT_EXISTS``."""
    return Refusal(404, "RESOURCE_NOT_EXISTS", message)


def _abridged(value: object) -> object:
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= VALUE_LIMIT else text[:VALUE_LIMIT] + "…"
