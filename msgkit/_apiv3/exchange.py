"""From an operation to its result, but for the I/O: a generator that yields what to send and is given what came back.

Whoever drives it carries requests, lets time pass, and nothing else, so a client that blocks and one that awaits share
all that is said here. Where an answer needs another request before it can be judged, the generator yields that in
between.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Generator
from typing import Any, TypeAlias, TypeVar

import attrs

from msgkit._apiv3 import form
from msgkit._apiv3.calls import Answer, Call, Deadline, FlawError, Operation, Request, Wait, is_success
from msgkit._apiv3.errors import error_of, json_object
from msgkit._apiv3.signing import SignedCall, Signer
from msgkit._apiv3.verification import Verifier
from msgkit._version import __version__
from msgkit.errors import ResponseVerificationError, TransportError

T = TypeVar("T")

Steps: TypeAlias = Generator[Request | Wait, Answer | None, T]
"""Yields what to send, is sent its answer or thrown a `TransportError`; yields what to wait; and returns a result."""

Bring: TypeAlias = Callable[[str], Steps[str]]
"""Steps that bring the key of a serial, and return why it is not to be had; the empty string where it is."""

_USER_AGENT = f"msgkit/{__version__} Python/{platform.python_version()}"


@attrs.frozen
class Protocol:
    """The rules of APIv3 for both ways.

    Attributes:
        signer: Signs what goes out.
        verifier: Checks what comes back.
        public_key_id: The public key that the platform is asked to sign its answers with; None where it signs with its
            certificates.
    """

    signer: Signer
    verifier: Verifier
    public_key_id: str | None

    def sign(self, call: Call) -> tuple[SignedCall, dict[str, str], bytes]:
        """Sign a call; return what was signed, and the headers and the body to send."""
        signed = self.signer.sign(call.method, call.path, call.body)
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": signed.authorization,
            "User-Agent": _USER_AGENT,
        }
        if serial := call.serial or self.public_key_id:
            headers["Wechatpay-Serial"] = serial
        body = call.body
        if call.upload is not None:
            headers["Content-Type"], body = form.encode(call.body, call.upload)
        elif body:
            headers["Content-Type"] = "application/json"
        return signed, headers, body


def carry_out(
    protocol: Protocol, operation: Operation[T], host: str, deadline: Deadline, bring: Bring | None = None
) -> Steps[tuple[T, Answer]]:
    """Sign, have it sent, verify, and make the result.

    Args:
        protocol: Signs and verifies.
        operation: What to do.
        host: Scheme and host to ask.
        deadline: When all must be over.
        bring: Brings keys that an answer names and that are not known; None where there is no way to get them.

    Yields:
        What to send. The generator is sent the answer; where none came, a `TransportError` is thrown into it.

    Returns:
        The operation's result, and the answer that it was made of.

    Raises:
        ApiError: The platform answered with an error.
        ResponseVerificationError: The answer is a success, but not proven to be WeChat Pay's, or not as documented.
        TransportError: No answer came; it is the one that was thrown, and now says which call it was.
    """
    call, largest = operation.call, operation.largest
    if operation.is_foreign:
        signed, headers, body = None, {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": _USER_AGENT}, b""
    else:
        signed, headers, body = protocol.sign(call)
    try:
        answer = yield Request(
            host, call.method, call.path, headers, body, deadline, largest, is_foreign=operation.is_foreign
        )
    except TransportError as error:
        # Whoever carries requests knows nothing of the id, which the caller needs to send again safely.
        error.idempotent_id = call.idempotent_id
        error.maybe_processed &= not operation.is_harmless
        raise
    assert answer is not None  # noqa: S101 - for the type checkers: of a request there is one
    if not is_success(answer.status):
        raise error_of(operation, signed, answer)
    try:
        yield from _trusted(protocol, operation, answer, bring)
        return operation.result(_read(operation, answer), answer), answer
    except FlawError as flaw:
        raise _distrusted(operation, answer, str(flaw)) from None
    except Exception as error:
        # The call may have been carried out: whatever is stumbled over, the caller gets the id. What the error says is
        # not repeated, it may be a customer's words.
        raise _distrusted(operation, answer, f"it is not as documented ({type(error).__name__})") from error


def _trusted(protocol: Protocol, operation: Operation[Any], answer: Answer, bring: Bring | None) -> Steps[None]:
    """Let an answer through that is WeChat Pay's, where need be after bringing the key that it is signed with."""
    # A file may come unsigned, and from hosts that have no key at all; one that says it is signed must be.
    if operation.is_picture and (operation.is_foreign or answer.header("Wechatpay-Signature") is None):
        return
    flaw = protocol.verifier.flaw(answer.headers, answer.body)
    why_not = ""
    if flaw is not None and flaw.serial is not None:
        why_not = (yield from bring(flaw.serial)) if bring is not None else ""
        flaw = protocol.verifier.flaw(answer.headers, answer.body)
    if flaw is not None:
        raise FlawError(f"{flaw.text}; {why_not}" if why_not and flaw.serial is not None else flaw.text)


def _read(operation: Operation[Any], answer: Answer) -> dict[str, Any]:
    """Return the JSON of an answer; an empty dict where it has no body, or is a file."""
    if operation.is_picture or not answer.body:
        return {}
    data = json_object(answer.body)
    if data is None:
        raise FlawError("its body is no JSON object")
    return data


def _distrusted(operation: Operation[Any], answer: Answer, why: str) -> ResponseVerificationError:
    return ResponseVerificationError(
        f"the answer of status {answer.status} cannot be trusted: {why}",
        idempotent_id=operation.call.idempotent_id,
        request_id=answer.request_id,
        maybe_processed=not operation.is_harmless,
    )
