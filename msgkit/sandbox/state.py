"""What the sandbox remembers: complaints, the replies to them, uploaded pictures."""

from __future__ import annotations

import collections
import hashlib
import itertools
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from attrs import evolve, field, frozen

from msgkit.sandbox.answers import Refusal, invalid_request, not_found
from msgkit.sandbox.errors import SandboxError
from msgkit.sandbox.faults import PlannedFault
from msgkit.sandbox.oddities import Oddity

if TYPE_CHECKING:
    from msgkit.message import Message
    from msgkit.reply import Reply

ComplaintState = Literal["PENDING", "PROCESSING", "PROCESSED"]
ReplyKind = Literal["response-immediate-service", "response"]

#: The longest id of a complaint or of a merchant, in characters (查询投诉单列表).
ID_LIMIT = 64

#: How many pictures keep their bytes; of older ones all else stays known. A guard for the sandbox.
KEPT_PICTURES = 100

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
    complaint_state: ComplaintState = "PENDING"


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
        """The rich message, as msgkit reads it where it is not strict: it may be of no use. None for a plain reply."""
        if self.kind != "response-immediate-service":
            return None
        from msgkit.message import Message  # noqa: PLC0415 - for tests; the sandbox itself works without it

        return Message.from_dict(self.body["message"], strict=False)

    @property
    def reply(self) -> Reply | None:
        """The plain reply, as msgkit reads it where it is not strict; None for a rich message."""
        if self.kind != "response":
            return None
        from msgkit.reply import Reply  # noqa: PLC0415 - for tests; the sandbox itself works without it

        body = {key: value for key, value in self.body.items() if key != "complainted_mchid"}
        return Reply.from_dict(body, strict=False)


@frozen
class Upload:
    """A picture that was accepted.

    Attributes:
        media_id: The id it was given.
        filename: Its name, as its ``meta`` says.
        sha256: The SHA-256 digest of its bytes, 64 hexadecimal digits in lower case.
        size: Their number.
    """

    media_id: str
    filename: str
    sha256: str
    size: int
    _content: bytes | None = field(repr=False, eq=False)

    @property
    def content(self) -> bytes:
        """Its bytes, as long as it is one of the last 100 pictures.

        Raises:
            SandboxError: It is an older one, whose bytes are no longer kept. A snapshot of `Sandbox.uploads` that was
                taken while they were still has them.
        """
        if self._content is None:
            raise SandboxError(
                f"the bytes of {self.media_id} are gone: those of the last {KEPT_PICTURES} pictures are kept;"
                " its name, size and sha256 are still known"
            )
        return self._content


class State:
    """The memory of one sandbox, shared by the server's thread and its owner's.

    Each method is one step: no other thread sees it half done.

    Args:
        mchid: The merchant that complaints are about where nothing else is said.
    """

    def __init__(self, mchid: str) -> None:
        self._mchid = mchid
        self._lock = threading.RLock()
        # Begins anywhere, so that no other sandbox gives the same ids, and goes on through `reset`.
        self._numbers = itertools.count(secrets.randbelow(9 * 10**19))
        self.reset()

    def reset(self) -> None:
        """Forget everything but the two initial complaints."""
        with self._lock:
            self._complaints: dict[str, Complaint] = {}
            self._replies: list[ReceivedReply] = []
            self._uploads: list[Upload] = []
            self._processed: dict[tuple[str, str], ReceivedReply] = {}
            self._warnings: list[Oddity] = []
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

    @property
    def warnings(self) -> tuple[Oddity, ...]:
        """What was odd in the calls that were carried out, in order."""
        with self._lock:
            return tuple(self._warnings)

    @property
    def faults(self) -> tuple[PlannedFault, ...]:
        """The faults that wait for a call, in order."""
        with self._lock:
            return tuple(self._faults)

    def add_complaint(
        self,
        complaint_id: str | None = None,
        *,
        complainted_mchid: str | None = None,
        need_immediate_service: bool = True,
        complaint_state: ComplaintState = "PENDING",
    ) -> Complaint:
        """Add a complaint; see `Sandbox.complaint`."""
        if not isinstance(need_immediate_service, bool):
            raise ValueError(f"need_immediate_service must be True or False, not {need_immediate_service!r}")  # noqa: TRY004
        states = get_args(ComplaintState)
        if complaint_state not in states:
            raise ValueError(f"complaint_state must be one of {', '.join(states)}, not {complaint_state!r}")
        with self._lock:
            complaint = Complaint(
                self._new_complaint_id() if complaint_id is None else _id("complaint_id", complaint_id),
                self._mchid if complainted_mchid is None else _id("complainted_mchid", complainted_mchid),
                need_immediate_service,
                complaint_state,
            )
            if complaint.complaint_id in self._complaints:
                raise ValueError(f"there is a complaint {complaint.complaint_id!r} already")
            self._complaints[complaint.complaint_id] = complaint
            return complaint

    def add_fault(self, fault: PlannedFault) -> None:
        """Let the next calls go wrong; see `Sandbox.fail_next`."""
        with self._lock:
            self._faults.append(fault)

    def next_fault(self) -> PlannedFault | None:
        """Take the fault that waits for this call, if there is one."""
        with self._lock:
            if not self._faults:
                return None
            fault = self._faults.popleft()
            if fault.times > 1:
                self._faults.appendleft(evolve(fault, times=fault.times - 1))
            return fault

    def reply_richly(
        self, caller: str, complaint_id: str, body: dict[str, Any], oddities: Iterable[Oddity] = ()
    ) -> ReceivedReply:
        """Accept a rich reply, or find the one that came with the same ``idempotent_id`` before.

        An ``idempotent_id`` is the caller's for good: "the same id is processed once". What the platform does with
        another reply under a known id it does not document, and it answers no error; so that reply is lost, and its
        sender holds a receipt for it. Here it is refused. A complaint that was reported as handled still takes replies
        and stays handled: the documentation does not forbid it.

        Args:
            caller: The mchid that signed the request.
            complaint_id: The complaint to answer.
            body: A body that fits its schema.
            oddities: What is odd in it, noted if it is carried out.

        Raises:
            Refusal: Where the id belongs to another reply, or the complaint is unknown, another merchant's, or takes no
                rich reply.
        """
        with self._lock:
            key = (caller, body["idempotent_id"])
            if key in self._processed:
                return _the_same(self._processed[key], complaint_id, body)
            complaint = self._find(complaint_id, body)
            if not complaint.need_immediate_service:
                raise invalid_request("the complaint does not need immediate service")
            reply = self._accept(complaint, "response-immediate-service", body)
            self._processed[key] = reply
            self._warnings.extend(oddities)
            return reply

    def reply_plainly(self, complaint_id: str, body: dict[str, Any], oddities: Iterable[Oddity] = ()) -> ReceivedReply:
        """Accept a plain reply; any complaint takes one.

        Args:
            complaint_id: The complaint to answer.
            body: A body that fits its schema.
            oddities: What is odd in it, noted if it is carried out.

        Raises:
            Refusal: Where the complaint is unknown or another merchant's.
        """
        with self._lock:
            reply = self._accept(self._find(complaint_id, body), "response", body)
            self._warnings.extend(oddities)
            return reply

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

    def add_upload(self, filename: str, content: bytes, oddities: Iterable[Oddity] = ()) -> Upload:
        """Keep a picture, and of the one that is now too old all but its bytes.

        Args:
            filename: Its name.
            content: Its bytes.
            oddities: What is odd in the upload.
        """
        digest = hashlib.sha256(content).hexdigest()
        with self._lock:
            media_id = f"sandbox_media_{self._serial_number()}"
            upload = Upload(media_id, filename, digest, len(content), content)
            self._uploads.append(upload)
            if len(self._uploads) > KEPT_PICTURES:
                self._uploads[-KEPT_PICTURES - 1] = evolve(self._uploads[-KEPT_PICTURES - 1], content=None)
            self._warnings.extend(oddities)
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
        return f"{time.strftime('%Y%m%d')}{next(self._numbers):020d}"

    def _new_complaint_id(self) -> str:
        # 27 digits, as the platform's are.
        return f"2002018{time.strftime('%Y%m%d')}{next(self._numbers) % 10**12:012d}"


def _id(name: str, value: object) -> str:
    """Return an id that a test asks for, if the platform could give it."""
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a str, not {type(value).__name__}")  # noqa: TRY004 - one error for all
    if not 1 <= len(value) <= ID_LIMIT:
        raise ValueError(f"{name} has {len(value)} characters; it must have 1 to {ID_LIMIT}")
    return value


def _the_same(reply: ReceivedReply, complaint_id: str, body: dict[str, Any]) -> ReceivedReply:
    differing = [key for key in ("complainted_mchid", "message") if reply.body[key] != body[key]]
    if reply.complaint_id != complaint_id:
        differing.insert(0, "complaint_id")
    if not differing:
        return reply
    raise invalid_request(
        f"this idempotent_id was processed before with another {' and '.join(differing)}:"
        " the platform would swallow this reply; give every reply an idempotent_id of its own"
    )
