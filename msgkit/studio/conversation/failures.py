"""What is said where a reply was not sent, or may not have been: what happened, and what to do."""

from __future__ import annotations

from attrs import frozen

from msgkit._language import Words
from msgkit._printable import printable
from msgkit.errors import (
    ApiError,
    InvalidRequestError,
    MsgkitError,
    NoAuthError,
    NotFoundError,
    ParamError,
    PlatformError,
    RateLimitError,
    ResponseVerificationError,
    SendError,
    ServiceUnavailableError,
    SignError,
    TransportError,
)
from msgkit.studio.words.conversation import WORDS

_SAID: dict[type[MsgkitError], str] = {
    RateLimitError: "failed_rate",
    PlatformError: "failed_platform",
    ServiceUnavailableError: "failed_unavailable",
    SignError: "failed_sign",
    NoAuthError: "failed_auth",
    NotFoundError: "failed_missing",
    InvalidRequestError: "failed_request",
    ParamError: "failed_param",
    ApiError: "failed_api",
    ResponseVerificationError: "failed_verification",
    TransportError: "failed_transport",
}


@frozen
class Failure:
    """What went wrong.

    Attributes:
        what: What happened, in words.
        cure: What to do.
        text: What the client itself says: its exception's name and text.
        is_unclear: Whether the reply may have been sent.
    """

    what: str
    cure: str
    text: str
    is_unclear: bool


def failure(error: MsgkitError, lang: str) -> Failure:
    """Say what went wrong in sending a reply, and what to do about it."""
    name = next((_SAID[cls] for cls in type(error).__mro__ if cls in _SAID), "failed_other")
    is_unclear = isinstance(error, SendError) and error.maybe_processed
    text = f"{type(error).__name__}: {printable(str(error))}"
    return Failure(WORDS[name].text(lang), _cure(error).text(lang), text, is_unclear)


def _cure(error: MsgkitError) -> Words:
    if not isinstance(error, SendError):
        return WORDS["cure_never"]
    if error.maybe_processed:
        return WORDS["cure_again_with_id" if error.idempotent_id else "cure_look_first"]
    return WORDS["cure_later" if error.retryable else "cure_never"]
