"""What the sandbox remembers: complaints, the replies to them, uploaded pictures."""

from __future__ import annotations

import collections
import hashlib
import itertools
import threading
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from attrs import evolve, field, frozen
from attrs.validators import in_

from msgkit.sandbox.answers import Refusal, invalid_request, not_found
from msgkit.sandbox.faults import PlannedFault

if TYPE_CHECKING:
    from msgkit.message import Message
    from msgkit.reply import Reply

ComplaintState = Literal["PENDING", "PROCESSING", "PROCESSED"]
ReplyKind = Literal["response-immediate-service", "response"]

#: The two complaints of a new sandbox: the first needs immediate service, the second does not.
INITIAL_COMPLAINTS = {
    "200201820200101080076610000": True,
    "200201820200101080076610001": False,
}


@frozen
class Complaint:
    """A complaint as it stood when it was asked for.

    Attributes:
        complaint_id: Its id.
        complainted_mchid: The merchant it is about.
        need_immediate_service: Whether it takes rich replies.
        complaint_state: ``PENDING``, ``PROCESSING`` after the first reply, ``PROCESSED`` once it
            was reported as handled.
    """

    complaint_id: str
    complainted_mchid: str
    need_immediate_service: bool = True
    complaint_state: ComplaintState = field(default="PENDING", validator=in_(("PENDING", "PROCESSING", "PROCESSED")))


@frozen
class ReceivedReply:
    """A reply that was accepted.

    Attributes:
        complaint_id: The complaint that was answered.
        kind: The endpoint: ``response-immediate-service`` (rich) or ``response`` (plain).
        body: The request's body, parsed.
        idempotent_id: The id a rich reply came with; None for a plain one.
        log_id: The operation's serial number, digits only. A plain reply has one too, though its
            answer does not tell it.
    """

    complaint_id: str
    kind: ReplyKind
    body: dict[str, Any] = field(repr=False, hash=False)
    idempotent_id: str | None
    log_id: str

    @property
    def message(self) -> Message | None:
        """The rich message, as msgkit reads it; None for a plain reply."""
        if self.kind != "response-immediate-service":
            return None
        from msgkit.message import Message  # noqa: PLC0415 - for tests; the sandbox itself works without it

        return Message.from_dict(self.body["message"])

    @property
    def reply(self) -> Reply | None:
        """The plain reply, as msgkit reads it; None for a rich message."""
        if self.kind != "response":
            return None
        from msgkit.reply import Reply  # noqa: PLC0415 - for tests; the sandbox itself works without it

        return Reply.from_dict({key: value for key, value in self.body.items() if key != "complainted_mchid"})


@frozen
class Upload:
    """A picture that was accepted.

    Attributes:
        media_id: The id it was given.
        filename: Its name, as sent.
        content: Its bytes.
        sha256: Their SHA-256 digest, 64 hexadecimal digits in lower case.
    """

    media_id: str
    filename: str
    content: bytes = field(repr=False)
    sha256: str


class State:
    """The memory of one sandbox, shared by the server's thread and its owner's.

    Each method is one step: no other thread sees it half done.

    Args:
        mchid: The merchant that complaints are about where nothing else is said.
    """

    def __init__(self, mchid: str) -> None:
        self._mchid = mchid
        self._lock = threading.RLock()
        # Goes on through `reset`, so that an id from before it never comes again.
        self._numbers = itertools.count(1)
        self.reset()

    def reset(self) -> None:
        """Forget everything but the two initial complaints."""
        with self._lock:
            self._complaints: dict[str, Complaint] = {}
            self._replies: list[ReceivedReply] = []
            self._uploads: list[Upload] = []
            self._processed: dict[tuple[str, str], ReceivedReply] = {}
            self._faults: collections.deque[PlannedFault] = collections.deque()
            for complaint_id, immediate in INITIAL_COMPLAINTS.items():
                self.add_complaint(complaint_id, need_immediate_service=immediate)

    @property
    def complaints(self) -> Mapping[str, Complaint]:
        """The complaints by id, as they stand now."""
        with self._lock:
            return MappingProxyType(dict(self._complaints))

    @property
    def replies(self) -> tuple[ReceivedReply, ...]:
        """The accepted replies, in order."""
        with self._lock:
            return tuple(self._replies)

    @property
    def uploads(self) -> tuple[Upload, ...]:
        """The accepted pictures, in order."""
        with self._lock:
            return tuple(self._uploads)

    def add_complaint(
        self,
        complaint_id: str | None = None,
        *,
        complainted_mchid: str | None = None,
        need_immediate_service: bool = True,
        complaint_state: ComplaintState = "PENDING",
    ) -> Complaint:
        """Add a complaint; see `Sandbox.complaint`."""
        with self._lock:
            if complaint_id is None:
                complaint_id = f"2002018{self._serial_number()}"
            if complaint_id in self._complaints:
                raise ValueError(f"there is a complaint {complaint_id!r} already")
            complaint = Complaint(
                complaint_id,
                self._mchid if complainted_mchid is None else complainted_mchid,
                need_immediate_service,
                complaint_state,
            )
            self._complaints[complaint_id] = complaint
            return complaint

    def add_faults(self, fault: PlannedFault, times: int) -> None:
        """Let the next calls go wrong; see `Sandbox.fail_next`."""
        with self._lock:
            self._faults.extend([fault] * times)

    def next_fault(self) -> PlannedFault | None:
        """Take the fault that waits for this call, if there is one."""
        with self._lock:
            return self._faults.popleft() if self._faults else None

    def reply_richly(self, caller: str, complaint_id: str, body: dict[str, Any]) -> ReceivedReply:
        """Accept a rich reply, or find the one that came with the same ``idempotent_id`` before.

        An ``idempotent_id`` is the caller's for good: it is processed once, even when it comes
        with another body or for another complaint. A complaint that was reported as handled still
        takes replies and stays handled: the documentation does not forbid it.

        Args:
            caller: The mchid that signed the request.
            complaint_id: The complaint to answer.
            body: A body that fits its schema.

        Raises:
            Refusal: Where the complaint is unknown, another merchant's, or takes no rich reply.
        """
        with self._lock:
            complaint = self._find(complaint_id, body)
            key = (caller, body["idempotent_id"])
            if key in self._processed:
                return self._processed[key]
            if not complaint.need_immediate_service:
                raise invalid_request("the complaint does not need immediate service")
            reply = self._accept(complaint, "response-immediate-service", body)
            self._processed[key] = reply
            return reply

    def reply_plainly(self, complaint_id: str, body: dict[str, Any]) -> ReceivedReply:
        """Accept a plain reply; any complaint takes one.

        Args:
            complaint_id: The complaint to answer.
            body: A body that fits its schema.

        Raises:
            Refusal: Where the complaint is unknown or another merchant's.
        """
        with self._lock:
            return self._accept(self._find(complaint_id, body), "response", body)

    def complete(self, complaint_id: str, body: dict[str, Any]) -> None:
        """Take note that a complaint was handled; a second time changes nothing.

        Args:
            complaint_id: The complaint that was handled.
            body: A body that fits its schema.

        Raises:
            Refusal: Where the complaint is unknown or another merchant's.
        """
        with self._lock:
            complaint = self._find(complaint_id, body)
            self._complaints[complaint_id] = evolve(complaint, complaint_state="PROCESSED")

    def add_upload(self, filename: str, content: bytes) -> Upload:
        """Keep a picture.

        Args:
            filename: Its name.
            content: Its bytes.
        """
        with self._lock:
            upload = Upload(
                media_id=f"sandbox_media_{self._serial_number()}",
                filename=filename,
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
            )
            self._uploads.append(upload)
            return upload

    def _find(self, complaint_id: str, body: dict[str, Any]) -> Complaint:
        complaint = self._complaints.get(complaint_id)
        if complaint is None:
            raise not_found("there is no such complaint")
        if body["complainted_mchid"] != complaint.complainted_mchid:
            raise Refusal(403, "NO_AUTH", "the complaint is not about this complainted_mchid")
        return complaint

    def _accept(self, complaint: Complaint, kind: ReplyKind, body: dict[str, Any]) -> ReceivedReply:
        reply = ReceivedReply(
            complaint.complaint_id,
            kind,
            body,
            body.get("idempotent_id"),
            log_id=f"3002852{self._serial_number()}",
        )
        self._replies.append(reply)
        if complaint.complaint_state == "PENDING":
            answered = evolve(complaint, complaint_state="PROCESSING")
            self._complaints[complaint.complaint_id] = answered
        return reply

    def _serial_number(self) -> str:
        return f"{time.strftime('%Y%m%d')}{next(self._numbers):012d}"
