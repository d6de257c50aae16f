"""A request on its way through the sandbox, and how it ends: recorded, told to whoever watches, and answered."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from attrs import define, field
from starlette.requests import Request
from starlette.responses import Response

from msgkit.sandbox.answers import Answer
from msgkit.sandbox.changes import Change
from msgkit.sandbox.faults import Fault, PlannedFault
from msgkit.sandbox.journal import RecordedCall
from msgkit.sandbox.sending import Cut, Dripping, Late, Truncated
from msgkit.sandbox.state import State

logger = logging.getLogger("msgkit.sandbox")

# How much of a request is recorded, strangers' too: characters of a path, a query or an id, and headers.
_RECORDED, LONGEST_ID, _HEADERS = 2048, 128, 100


@define
class Visit:
    """A request on its way through, and what there will be to tell of it."""

    state: State
    request: Request
    endpoint: str | None
    arrived: float = field(factory=time.monotonic)
    fault: PlannedFault | None = None
    idempotent_id: str | None = None

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
        self._record(answer.status, request_id, answer.code)
        return response

    def cut(self) -> Response:
        """Record that there is no answer, and return what cuts the connection."""
        self._record(None, _request_id(), None)
        return Cut()

    def _record(self, status: int | None, request_id: str, code: str | None) -> None:
        logger.info("%s %s %s %s", self.request.method, self.request.scope["path"], status, request_id)
        call = self._recorded(status, request_id, code)
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

    @property
    def _complaint_id(self) -> str | None:
        named = self.request.path_params.get("complaint_id")
        return None if named is None else unquote(named)[:LONGEST_ID]


def _request_id() -> str:
    return secrets.token_hex(16).upper()
