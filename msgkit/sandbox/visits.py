"""A request on its way through the sandbox, and how it ends: recorded, told to whoever watches, and answered."""

from __future__ import annotations

import contextlib
import logging
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from attrs import Factory, define, field
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from msgkit.sandbox.answers import Answer, Refusal, invalid_request
from msgkit.sandbox.changes import Change
from msgkit.sandbox.detection import Finding, Spelling, found_out
from msgkit.sandbox.exchanges import KEPT_BODY, Exchange, SignedStrings, lines_of, shown_headers
from msgkit.sandbox.faults import Fault, PlannedFault
from msgkit.sandbox.journal import RecordedCall
from msgkit.sandbox.sending import Cut, Dripping, Late, Truncated
from msgkit.sandbox.signatures import Authorization, SignedString
from msgkit.sandbox.state import State

logger = logging.getLogger("msgkit.sandbox")

# How much of a request is recorded, strangers' too: characters of a path, a query or an id, and headers.
_RECORDED, LONGEST_ID, _HEADERS = 2048, 128, 100

RawHeaders = Sequence[tuple[bytes, bytes]]


@define
class Visit:
    """A request on its way through, and what there will be to tell of it."""

    state: State
    request: Request
    endpoint: str | None
    arrived: float = field(factory=time.monotonic)
    moment: datetime = field(default=Factory(lambda self: self.state.clock.now(), takes_self=True))
    body: bytes = b""
    size: int = 0
    payload: bytes | None = None
    finding: Finding | None = None
    fault: PlannedFault | None = None
    idempotent_id: str | None = None
    log_id: str | None = None

    async def read(self, limit: int) -> None:
        """Read the request's body.

        Args:
            limit: How many bytes are taken.

        Raises:
            Refusal: It has more, or broke off. What came is in `body` all the same, as far as the limit.
        """
        body = bytearray()
        try:
            # Read to its end even when it is too large: a client that is still sending hears no answer.
            async for chunk in self.request.stream():
                self.size += len(chunk)
                body += chunk[: max(limit - len(body), 0)]
        except ClientDisconnect:
            raise invalid_request("the request broke off") from None
        finally:
            self.body = bytes(body)
        if self.size > limit:
            raise invalid_request(f"the body has {self.size} bytes, at most {limit} are taken", status=413)

    async def read_anything(self) -> None:
        """Read the body of a request that is refused whatever it holds, so that the next one can be read behind it."""
        with contextlib.suppress(Refusal):
            await self.read(KEPT_BODY)

    def investigate(self, key: rsa.RSAPublicKey) -> None:
        """Find out what was signed instead, for whoever watches.

        Args:
            key: The merchant's.
        """
        string = self._rebuilt
        if self.state.exchanges.limit and string is not None:
            signature = Authorization.parse(self.authorization).signature
            host = self.request.headers.get("host", "")
            self.finding = found_out(string, signature, key, host, self.body)

    @property
    def authorization(self) -> str | None:
        """The ``Authorization`` header; None where there is none."""
        return self.request.headers.get("authorization")

    @property
    def target(self) -> str:
        """Path and query, percent-encoded as sent."""
        scope = self.request.scope
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        return f"{path}?{query}" if query else path

    def respond(self, answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
        """Record how the request ends, and return the answer as its fault lets it go out."""
        request_id = _request_id()
        content: dict[str, Any] = {
            "content": answer.body,
            "status_code": answer.status,
            "headers": {"Request-ID": request_id, **(headers or {})},
            "media_type": answer.media_type if answer.body else None,
        }
        match self.fault:
            case PlannedFault(fault=Fault.SLOW, seconds=seconds):
                response: Response = Late(seconds, **content)
            case PlannedFault(fault=Fault.DRIP, seconds=seconds):
                response = Dripping(seconds, **content)
            case PlannedFault(fault=Fault.TRUNCATED):
                response = Truncated(**content)
            case _:
                response = Response(**content)
        self._record(answer.status, request_id, answer, response.raw_headers)
        return response

    def cut(self) -> Response:
        """Record that there is no answer, and return what cuts the connection."""
        self._record(None, _request_id(), Answer(0), ())
        return Cut()

    def _record(self, status: int | None, request_id: str, answer: Answer, headers: RawHeaders) -> None:
        logger.info("%s %s %s %s", self.request.method, self.request.scope["path"], status, request_id)
        call = self._recorded(status, request_id, answer.code)
        if self.state.exchanges.limit:
            self.state.exchanges.keep(self._exchange(call, answer, headers))
        self.state.journal.add(call)
        self.state.changes.note(Change("call", self._complaint_id, call=call))

    def _recorded(self, status: int | None, request_id: str, code: str | None) -> RecordedCall:
        scope, headers = self.request.scope, self.request.headers
        serial = headers.get("wechatpay-serial")
        return RecordedCall(
            endpoint=self.endpoint,
            method=self.request.method,
            path=scope["path"][:_RECORDED],
            query=scope["query_string"].decode("latin-1")[:_RECORDED],
            status=status,
            fault=None if self.fault is None else str(self.fault.fault),
            idempotent_id=self.idempotent_id,
            request_id=request_id,
            code=code,
            wechatpay_serial=None if serial is None else serial[:LONGEST_ID],
            headers=tuple(name[:LONGEST_ID] for name in headers.keys()[:_HEADERS]),
            time=self.arrived,
        )

    def _exchange(self, call: RecordedCall, answer: Answer, headers: RawHeaders) -> Exchange:
        return Exchange(
            call,
            self._complaint_id,
            self.log_id,
            self.moment,
            time.monotonic() - self.arrived,
            shown_headers(self.request.headers.raw),
            self.body[:KEPT_BODY],
            self.size,
            shown_headers(headers),
            answer.body[:KEPT_BODY],
            len(answer.body),
            answer.reason,
            self._strings(dict(headers), answer.body),
        )

    def _strings(self, headers: Mapping[bytes, bytes], body: bytes) -> SignedStrings:
        string, finding = self._rebuilt, self.finding or Finding(None)
        proof = [headers[name] for name in (b"wechatpay-timestamp", b"wechatpay-nonce") if name in headers]
        return SignedStrings(
            None if string is None else lines_of(Spelling.of(string).lines),
            None if finding.lines is None else lines_of(finding.lines),
            finding.mistakes,
            lines_of([*proof, body]) if proof else None,
        )

    @property
    def _rebuilt(self) -> SignedString | None:
        if self.payload is None:
            return None
        try:
            found = Authorization.parse(self.authorization)
        except Refusal:
            return None
        return SignedString(self.request.method, self.target, found.timestamp, found.nonce_str, self.payload)

    @property
    def _complaint_id(self) -> str | None:
        named = self.request.path_params.get("complaint_id")
        return None if named is None else unquote(named)[:LONGEST_ID]


def _request_id() -> str:
    return secrets.token_hex(16).upper()
