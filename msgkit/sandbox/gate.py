"""What every call must keep to, and the way of one that does: authenticated, carried out, answered, signed."""

import asyncio
import json
import logging
import re
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from msgkit.sandbox.answers import Answer, Refusal, invalid_request, param_error
from msgkit.sandbox.bodies import Part, named_boundary, parse_form
from msgkit.sandbox.calls import Call, Endpoint
from msgkit.sandbox.faults import Fault, PlannedFault
from msgkit.sandbox.keyring import Keyring, Signer
from msgkit.sandbox.signatures import authenticate, signed_by
from msgkit.sandbox.state import State
from msgkit.sandbox.visits import LONGEST_ID, Visit

logger = logging.getLogger("msgkit.sandbox")

_ADMITTING = re.compile(r"(?:\*/\*|application/\*|application/json)(?!.*;q=0(?:\.0*)?(?:;|$))(?:;.*)?")

#: The largest body taken, in bytes: a guard for the sandbox, not a rule of the platform.
BODY_LIMITS = {"application/json": 1024 * 1024, "multipart/form-data": 4 * 1024 * 1024}

#: What the platform says where Accept or User-Agent is missing (消费者投诉常见问题).
INCOMPLETE = "头部信息不完整"

#: How old a stale answer is, in seconds.
STALE_AGE = 600

#: How a signature starts that the platform makes wrong on purpose (如何应对签名探测流量).
PROBE = "WECHATPAY/SIGNTEST/"

#: What a proxy says of a platform that it cannot reach.
BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
NOT_JSON = b"<html><body>ok</body></html>"


class Gate:
    """Stands before the endpoints and lets through what keeps the rules of every APIv3 call.

    Args:
        state: What the sandbox remembers.
        keyring: What it verifies and signs with.
    """

    def __init__(self, state: State, keyring: Keyring) -> None:
        self._state = state
        self._keyring = keyring

    async def handle(self, request: Request, endpoint: Endpoint) -> Response:
        """Answer a request to an endpoint."""
        visit = Visit(self._state, request, endpoint.name)
        try:
            # Where the method has no body, one that comes is read all the same: the next request stands behind it.
            await visit.read(BODY_LIMITS[endpoint.media_type or "application/json"])
        except Refusal as refusal:
            return visit.respond(refusal.answer)
        # Reading and checking a large body takes its time, in which others are answered.
        return await asyncio.to_thread(self._handle, visit, endpoint)

    def _handle(self, visit: Visit, endpoint: Endpoint) -> Response:
        try:
            call = self._admit(visit, endpoint)
            signer = self._keyring.signer(call.serial)
        except Refusal as refusal:
            # Whoever failed to prove who it is gets no signature of the platform.
            return visit.respond(refusal.answer)
        except Exception as error:  # noqa: BLE001 - even a fault of the sandbox is answered in JSON
            return visit.respond(_system_error(error))
        visit.idempotent_id = _idempotent_id(call.payload)
        visit.fault = self._state.faults.take(endpoint.name)
        if visit.fault is not None:
            return self._fail(visit, visit.fault, endpoint, call, signer)
        answer = self._answer(endpoint, call, self._state)
        visit.log_id = answer.log_id
        return visit.respond(answer, signed_by(signer, answer.body) if answer.signed else {})

    def _fail(self, visit: Visit, planned: PlannedFault, endpoint: Endpoint, call: Call, signer: Signer) -> Response:
        # What is not carried out still has the answer that it would have had.
        answer = self._answer(endpoint, call, self._state if planned.processed else self._state.scratch())
        visit.log_id = answer.log_id if planned.processed else None
        if planned.refusal is not None:
            answer = planned.refusal.answer
            retry = {} if planned.retry_after is None else {"Retry-After": planned.retry_after}
            if planned.fault is Fault.BAD_GATEWAY:
                return visit.respond(Answer(502, BAD_GATEWAY, "text/html", reason=answer.reason), retry)
            return visit.respond(answer, signed_by(signer, answer.body) | retry)
        if planned.fault is Fault.NO_ANSWER:
            return visit.cut()
        if planned.fault is Fault.NOT_JSON:
            answer = Answer(200, NOT_JSON)
        headers = self._signature(planned.fault, answer, signer)
        return visit.respond(answer, headers)

    def _signature(self, fault: Fault, answer: Answer, signer: Signer) -> Mapping[str, str]:
        match fault:
            case Fault.UNSIGNED:
                return {}
            case Fault.WRONG_SIGNATURE:
                return signed_by(signer, answer.body + b" ")
            case Fault.STALE:
                return signed_by(signer, answer.body, age=STALE_AGE)
            case Fault.PROBE:
                headers = signed_by(signer, answer.body)
                return headers | {"Wechatpay-Signature": PROBE + headers["Wechatpay-Signature"]}
            case Fault.UNKNOWN_SERIAL:
                return signed_by(self._keyring.unknown(), answer.body)
            case _:
                return signed_by(signer, answer.body) if answer.signed else {}

    def _admit(self, visit: Visit, endpoint: Endpoint) -> Call:
        request = visit.request
        serial = request.headers.get("wechatpay-serial")
        _check_headers(request.headers, endpoint)
        if serial is not None:
            self._keyring.named(serial)
        visit.payload, parts = _signed(request, visit.body, endpoint)
        try:
            caller = authenticate(visit.authorization, request.method, visit.target, visit.payload, self._keyring.keys)
        except Refusal:
            visit.investigate(self._keyring.keys.merchant)
            raise
        return Call(
            f"{request.method} {request.scope['path']}",
            caller,
            request.path_params,
            request.scope["query_string"].decode("latin-1"),
            visit.payload,
            self._keyring,
            serial,
            parts,
            not parts or bool(named_boundary(request.headers["content-type"])),
        )

    def _answer(self, endpoint: Endpoint, call: Call, state: State) -> Answer:
        try:
            return endpoint.handle(state, call)
        except Refusal as refusal:
            return refusal.answer
        except Exception as error:  # noqa: BLE001 - even a fault of the sandbox is answered in JSON
            return _system_error(error)


def _signed(request: Request, body: bytes, endpoint: Endpoint) -> tuple[bytes, Mapping[str, Part]]:
    """Return the bytes that a request's signature is for, and the parts of its form if its body is one."""
    match endpoint.media_type:
        case None:
            return b"", {}
        case "application/json":
            return body, {}
        case "multipart/form-data":
            parts = parse_form(body, request.headers["content-type"])
            if "meta" not in parts:
                raise param_error("/meta", "is required")
            return parts["meta"].content, parts


def _check_headers(headers: Headers, endpoint: Endpoint) -> None:
    accept = ",".join(headers.getlist("accept"))
    if not headers.get("user-agent", "").strip() or not accept.strip(", \t"):
        raise invalid_request(INCOMPLETE)
    # What answers pictures is not asked for JSON alone.
    if endpoint.name != "image" and not _admits_json(accept):
        raise invalid_request("Accept must admit application/json")
    # Where the method has no body the header says nothing of it: many clients send the same headers with every call.
    media_type = endpoint.media_type
    if media_type is not None and headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise invalid_request(f"Content-Type must be {media_type}")


def _admits_json(accept: str) -> bool:
    """Whether an ``Accept`` header admits JSON."""
    ranges = [re.sub(r"\s", "", entry).lower() for entry in accept.split(",") if entry.strip()]
    return any(_ADMITTING.fullmatch(entry) for entry in ranges)


def _idempotent_id(payload: bytes) -> str | None:
    if b"idempotent_id" not in payload:
        return None
    try:
        found = json.loads(payload)["idempotent_id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return found[:LONGEST_ID] if isinstance(found, str) else None


def _system_error(error: Exception) -> Answer:
    # The type alone: the text of an unforeseen error may quote what a customer wrote.
    logger.error("fault in the sandbox: %s", type(error).__name__)
    return Refusal(500, "SYSTEM_ERROR", "the sandbox itself failed").answer
