"""From an operation to its result, but for the I/O: a generator that yields what to send and is given what came back.

Whoever drives it carries requests and nothing else, so a client that blocks and one that awaits share all that is said
here. Where an answer needs another request before it can be judged, the generator yields that in between.
"""

from __future__ import annotations

import platform
from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

import attrs

from msgkit._apiv3 import form
from msgkit._apiv3.calls import Answer, Call, FlawError, Operation, Request, is_success
from msgkit._apiv3.errors import error_of, json_object
from msgkit._apiv3.signing import SignedCall, Signer
from msgkit._apiv3.verification import Verifier
from msgkit._version import __version__
from msgkit.errors import ResponseVerificationError, TransportError

T = TypeVar("T")

Steps: TypeAlias = Generator[Request, Answer, T]
"""Yields each request to send, is sent its answer or thrown a `TransportError`, and returns a result."""

_USER_AGENT = f"msgkit/{__version__} Python/{platform.python_version()}"


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

    def sign(self, call: Call) -> tuple[SignedCall, Request]:
        """Sign a call; return what was signed, and what to send."""
        signed = self.signer.sign(call.method, call.path, call.body)
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Authorization": signed.authorization,
            "User-Agent": _USER_AGENT,
            "Wechatpay-Serial": self.public_key_id,
        }
        body = call.body
        if call.upload is not None:
            headers["Content-Type"], body = form.encode(call.body, call.upload)
        elif body:
            headers["Content-Type"] = "application/json"
        return signed, Request(call.method, call.path, headers, body)

    def accept(self, answer: Answer) -> dict[str, Any]:
        """Return the JSON of a success that WeChat Pay signed; an empty dict where it has no body.

        Raises:
            FlawError: It is not proven to come from WeChat Pay, or is no JSON object.
        """
        flaw = self.verifier.flaw(answer.headers, answer.body)
        if flaw:
            raise FlawError(flaw)
        if not answer.body:
            return {}
        data = json_object(answer.body)
        if data is None:
            raise FlawError("its body is no JSON object")
        return data


def carry_out(protocol: Protocol, operation: Operation[T]) -> Steps[T]:
    """Sign, have it sent, verify, and make the result.

    Yields:
        What to send. The generator is sent the answer; where none came, a `TransportError` is thrown into it.

    Returns:
        The operation's result.

    Raises:
        ApiError: The platform answered with an error.
        ResponseVerificationError: The answer is a success, but not proven to be WeChat Pay's, or not as documented.
        TransportError: No answer came; it is the one that was thrown, and now says which call it was.
    """
    call = operation.call
    signed, request = protocol.sign(call)
    try:
        answer = yield request
    except TransportError as error:
        # Whoever carries requests knows nothing of the id, which the caller needs to send again safely.
        error.idempotent_id = call.idempotent_id
        raise
    if not is_success(answer.status):
        raise error_of(call, signed, answer)
    try:
        return operation.result(protocol.accept(answer), answer)
    except FlawError as flaw:
        raise _distrusted(call, answer, str(flaw)) from None
    except Exception as error:
        # The call may have been carried out: whatever is stumbled over, the caller gets the id. What the error says is
        # not repeated, it may be a customer's words.
        raise _distrusted(call, answer, f"it is not as documented ({type(error).__name__})") from error


def _distrusted(call: Call, answer: Answer, why: str) -> ResponseVerificationError:
    return ResponseVerificationError(
        f"the answer of status {answer.status} cannot be trusted: {why}",
        idempotent_id=call.idempotent_id,
        request_id=answer.request_id,
    )
