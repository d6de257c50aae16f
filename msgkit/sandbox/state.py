"""What the sandbox remembers: complaints and their histories, the replies to them, pictures, addresses."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import itertools
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from attrs import evolve

from msgkit.sandbox.answers import Refusal, invalid_request, not_found
from msgkit.sandbox.changes import Change, Changes
from msgkit.sandbox.clock import Clock
from msgkit.sandbox.complaints import INITIAL_COMPLAINTS, Complaint, ComplaintFields, new_complaint
from msgkit.sandbox.exchanges import Exchanges
from msgkit.sandbox.fault_plan import FaultPlan
from msgkit.sandbox.history import Entry, after, operator_of
from msgkit.sandbox.journal import Journal
from msgkit.sandbox.memory import Memory, the_same
from msgkit.sandbox.oddities import Oddity
from msgkit.sandbox.pictures import KEPT_PICTURES, SHOWN_PICTURES, Shown, Upload, presigned_path, signed_path
from msgkit.sandbox.push_queue import Pushes
from msgkit.sandbox.received import ReceivedReply, ReplyKind

#: What the platform says where a complaint is another merchant's (消费者投诉常见问题).
NOT_YOURS = "您暂无权限为该投诉单提交商户回复"

#: What it says to a merchant for whom links are not enabled.
NO_LINKS = "此商户号暂不支持发送外部链接"

#: What it says of a decision that was made before.
DECIDED = "当前单据状态不支持操作, 请检查是否重复调用"


class State:
    """The memory of one sandbox, shared by the server's thread and its owner's.

    Each method is one step: no other thread sees it half done.

    Args:
        mchid: The merchant that complaints are about where nothing else is said.
        exchanges: How many exchanges are kept.
    """

    def __init__(self, mchid: str, exchanges: int = 0) -> None:
        self.mchid = mchid
        self.changes = Changes()
        self.faults = FaultPlan()
        self.journal = Journal()
        self.exchanges = Exchanges(exchanges)
        self.clock = Clock()
        self.pushes = Pushes(self.clock, self.changes)
        #: Where pictures are shown, once it is known: this host, and the other one.
        self.base_url = ""
        self._lock = threading.RLock()
        # Begins anywhere, so that no other sandbox gives the same ids, and goes on through `reset`.
        self._numbers = itertools.count(secrets.randbelow(9 * 10**19))
        self.reset()

    @contextlib.contextmanager
    def step(self) -> Iterator[None]:
        """A step that no other thread sees half done. What it changes is told once the lock is given back."""
        with self.changes.step(), self._lock:
            yield

    def reset(self) -> None:
        """Forget everything but the two initial complaints."""
        with self.step():
            self._memory = Memory()
            self.changes.note(Change("reset"))
            self.clock.reset()
            self.pushes.reset()
            for complaint_id, immediate in INITIAL_COMPLAINTS.items():
                self._add_complaint(complaint_id, {"need_immediate_service": immediate})
            self.faults.reset()
            self.journal.reset()
            self.exchanges.reset()

    def scratch(self) -> State:
        """A copy to carry a call out in that is not to be carried out: it tells what the answer would have been."""
        with self._lock:
            other = copy.copy(self)
            other._lock, other._memory = threading.RLock(), self._memory.copied()  # noqa: SLF001 - its own
            # Nobody listens there: nothing of it happens.
            other.changes = Changes()
            return other

    @property
    def complaints(self) -> Mapping[str, Complaint]:
        """The complaints by id, as they stand now."""
        with self._lock:
            return MappingProxyType(dict(self._memory.complaints))

    @property
    def replies(self) -> tuple[ReceivedReply, ...]:
        """The accepted replies, in order."""
        with self._lock:
            return tuple(self._memory.replies)

    @property
    def uploads(self) -> tuple[Upload, ...]:
        """The accepted pictures, in order."""
        with self._lock:
            return tuple(self._memory.uploads)

    @property
    def warnings(self) -> tuple[Oddity, ...]:
        """What was odd in the calls that were carried out, in order."""
        with self._lock:
            return tuple(self._memory.warnings)

    @property
    def notification_url(self) -> str | None:
        """Where the platform is to send notifications; None where that was not said."""
        with self._lock:
            return self._memory.notification_url

    def set_notification_url(self, url: str | None, *, anew: bool) -> None:
        """Set, change or take away where the platform is to send notifications.

        Args:
            url: The address; None to have none.
            anew: Whether there must be none before; otherwise there must be one.

        Raises:
            Refusal: There is one already, or none.
        """
        with self._lock:
            if anew and self._memory.notification_url is not None:
                raise invalid_request("a notification URL is set already: change it with PUT")
            if not anew and self._memory.notification_url is None:
                raise Refusal(400, "RESOURCE_NOT_EXISTS", "no notification URL is set")
            self._memory.notification_url = url

    def set_limits(self, *, complaints: int | None, history: int | None) -> None:
        """Set the largest pages; see `Sandbox.largest_page`."""
        with self._lock:
            self._memory.largest_complaints, self._memory.largest_history = complaints, history

    @property
    def limits(self) -> tuple[int | None, int | None]:
        """The largest pages of complaints and of history."""
        with self._lock:
            return self._memory.largest_complaints, self._memory.largest_history

    def enable_links(self, enabled: bool) -> None:
        """Let plain replies have links; see `Sandbox.enable_links`."""
        with self._lock:
            self._memory.links = enabled

    @property
    def jump_clicks(self) -> bool:
        """Whether a tap on what leads elsewhere is told."""
        with self._lock:
            return self._memory.jump_clicks

    def enable_jump_clicks(self, enabled: bool) -> None:
        """Tell of taps on what leads elsewhere; see `Sandbox.enable_jump_clicks`."""
        with self._lock:
            self._memory.jump_clicks = enabled

    def add_complaint(self, complaint_id: str | None, given: ComplaintFields) -> Complaint:
        """Add a complaint; see `Sandbox.complaint`."""
        with self.step():
            complaint = self._add_complaint(complaint_id, given)
            self.pushes.add(complaint.complaint_id, "USER_CREATE_COMPLAINT")
            return complaint

    def _add_complaint(self, complaint_id: str | None, given: ComplaintFields) -> Complaint:
        with self.step():
            number = next(self._numbers)
            # 27 digits, as the platform's are.
            made_up = f"2002018{time.strftime('%Y%m%d')}{number % 10**12:012d}"
            given = {"complaint_time": self.clock.now(), **given}
            complaint = new_complaint(made_up if complaint_id is None else complaint_id, self.mchid, number, given)
            if complaint.complaint_id in self._memory.complaints:
                raise ValueError(f"there is a complaint {complaint.complaint_id!r} already")
            self._put(complaint)
            media = complaint.complaint_media_list[:1]
            self._note(
                complaint.complaint_id,
                "USER_CREATE_COMPLAINT",
                operate_time=complaint.complaint_time,
                operate_details=complaint.complaint_detail,
                more={"complaint_media_list": media[0]} if media else {},
            )
            return complaint

    def add_entry(self, complaint_id: str, operate_type: str, **given: Any) -> Entry:
        """Add an entry as the platform or the customer would; see `Sandbox.entry`."""
        with self.step():
            complaint = self._memory.complaints.get(complaint_id)
            if complaint is None:
                raise ValueError(f"there is no complaint {complaint_id!r}")
            entry = self._note(complaint_id, operate_type, **given)
            self._put(after(complaint, operate_type))
            self.pushes.add(complaint_id, operate_type)
            return entry

    def history(self, complaint_id: str) -> tuple[Entry, ...] | None:
        """The entries of a complaint, in the order in which they were made; None where there is no such complaint."""
        with self._lock:
            return self._memory.entries.get(complaint_id)

    def entry(self, log_id: str) -> tuple[str, Entry] | None:
        """An entry by its ``log_id``, and whose complaint's it is; None where there is none."""
        with self._lock:
            entries = self._memory.entries.items()
            return next(((one, entry) for one, found in entries for entry in found if entry.log_id == log_id), None)

    def add_picture(self, content: bytes, *, presigned: bool) -> str:
        """Show a picture; see `Sandbox.picture`."""
        path = presigned_path() if presigned else signed_path()
        sign = f"q-sign-algorithm=sha1&sign={secrets.token_hex(20)}" if presigned else None
        with self._lock:
            pictures = self._memory.pictures
            pictures[path] = Shown(content, sign)
            if len(pictures) > SHOWN_PICTURES:
                del pictures[next(iter(pictures))]
        if sign is None:
            return self.base_url + path
        return f"http://localhost:{self.base_url.rpartition(':')[2]}{path}?{sign}"

    @property
    def pictures(self) -> Mapping[str, Shown]:
        """The pictures that the platform shows, by path."""
        with self._lock:
            return MappingProxyType(dict(self._memory.pictures))

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
        with self.step():
            key = (caller, body["idempotent_id"])
            if key in self._memory.processed:
                return the_same(self._memory.processed[key], complaint_id, body)
            complaint = self._find(complaint_id, body)
            if not complaint.need_immediate_service:
                raise invalid_request("the complaint does not need immediate service")
            reply = self._accept(complaint, "response-immediate-service", body, normal_message=body["message"])
            self._memory.processed[key] = reply
            self._memory.warnings.extend(oddities)
            return reply

    def reply_plainly(self, complaint_id: str, body: dict[str, Any], oddities: Iterable[Oddity] = ()) -> ReceivedReply:
        """Accept a plain reply; any complaint takes one.

        Args:
            complaint_id: The complaint to answer.
            body: A body that fits its schema.
            oddities: What is odd in it, noted if it is carried out.

        Raises:
            Refusal: Where the complaint is unknown or another merchant's, or links are not enabled.
        """
        with self.step():
            complaint = self._find(complaint_id, body)
            if not self._memory.links and not body.keys().isdisjoint(("jump_url", "mini_program_jump_info")):
                raise Refusal(403, "NO_AUTH", NO_LINKS)
            images = self._addresses(body.get("response_images", ()))
            details = body["response_content"]
            reply = self._accept(complaint, "response", body, operate_details=details, image_list=images)
            self._memory.warnings.extend(oddities)
            return reply

    def complete(self, complaint_id: str, body: dict[str, Any]) -> None:
        """Take note that a complaint was handled; a second time changes nothing.

        Args:
            complaint_id: The complaint that was handled.
            body: A body that fits its schema.

        Raises:
            Refusal: Where the complaint is unknown or another merchant's.
        """
        with self.step():
            complaint = self._find(complaint_id, body)
            if complaint.complaint_state != "PROCESSED":
                self._put(evolve(complaint, complaint_state="PROCESSED"))
                self._note(complaint_id, "MERCHANT_CONFIRM_COMPLETE")

    def decide_refund(self, complaint_id: str, body: dict[str, Any], oddities: Iterable[Oddity] = ()) -> None:
        """Take a decision on a refund. Nothing is refunded by it: an approved one ends when the money has arrived.

        Args:
            complaint_id: The complaint.
            body: A body that fits its schema.
            oddities: What is odd in it, noted if it is carried out.

        Raises:
            Refusal: Where the complaint is unknown, was decided before, or is refunded already.
        """
        with self.step():
            complaint = self._find(complaint_id, body)
            if complaint_id in self._memory.decided or complaint.complaint_full_refunded:
                raise invalid_request(DECIDED)
            self._memory.decided.add(complaint_id)
            if body["action"] == "APPROVE":
                self._note(complaint_id, "MERCHANT_APPROVE_REFUND", operate_details=body.get("remark", ""))
            else:
                self._put(evolve(complaint, complaint_state="PROCESSED"))
                images = self._addresses(body.get("reject_media_list", ()))
                details = body.get("reject_reason", "")
                self._note(complaint_id, "MERCHANT_REFUSE_RERUND", operate_details=details, image_list=images)
            self._memory.warnings.extend(oddities)

    def add_upload(self, filename: str, content: bytes, oddities: Iterable[Oddity] = ()) -> Upload:
        """Keep a picture, and of the one that is now too old all but its bytes.

        Args:
            filename: Its name.
            content: Its bytes.
            oddities: What is odd in the upload.
        """
        digest = hashlib.sha256(content).hexdigest()
        with self._lock:
            uploads = self._memory.uploads
            upload = Upload(f"sandbox_media_{self._serial_number()}", filename, digest, len(content), content)
            uploads.append(upload)
            if len(uploads) > KEPT_PICTURES:
                uploads[-KEPT_PICTURES - 1] = uploads[-KEPT_PICTURES - 1].without_content()
            self._memory.warnings.extend(oddities)
            return upload

    def find(self, complaint_id: str) -> Complaint:
        """Return a complaint by its id.

        Raises:
            Refusal: 404 where there is none.
        """
        with self._lock:
            complaint = self._memory.complaints.get(complaint_id)
            if complaint is None:
                raise not_found("there is no such complaint")
            return complaint

    def _find(self, complaint_id: str, body: dict[str, Any]) -> Complaint:
        complaint = self.find(complaint_id)
        if body.get("complainted_mchid", complaint.complainted_mchid) != complaint.complainted_mchid:
            issue = "is not the merchant that the complaint is about"
            detail = {"field": "/complainted_mchid", "issue": issue, "location": "body"}
            raise Refusal(403, "NO_AUTH", NOT_YOURS, detail)
        return complaint

    def _accept(self, complaint: Complaint, kind: ReplyKind, body: dict[str, Any], **said: Any) -> ReceivedReply:
        entry = self._note(complaint.complaint_id, "MERCHANT_RESPONSE", **said)
        reply = ReceivedReply(complaint.complaint_id, kind, body, body.get("idempotent_id"), entry.log_id)
        self._memory.replies.append(reply)
        state = "PROCESSING" if complaint.complaint_state == "PENDING" else complaint.complaint_state
        self._put(evolve(complaint, complaint_state=state, incoming_user_response=False))
        return reply

    def _put(self, complaint: Complaint) -> None:
        if self._memory.complaints.get(complaint.complaint_id) != complaint:
            self._memory.complaints[complaint.complaint_id] = complaint
            self.changes.note(Change("complaint", complaint.complaint_id))

    def _note(self, complaint_id: str, operate_type: str, operate_time: datetime | None = None, **given: Any) -> Entry:
        entry = Entry(
            log_id=f"3002852{self._serial_number()}",
            operate_type=operate_type,
            operate_time=operate_time or self.clock.now(),
            operator=given.pop("operator", None) or operator_of(operate_type),
            **given,
        )
        self._memory.entries[complaint_id] = (*self._memory.entries.get(complaint_id, ()), entry)
        self.changes.note(Change("entry", complaint_id, log_id=entry.log_id))
        return entry

    def _addresses(self, media_ids: Iterable[str]) -> tuple[str, ...]:
        """Where the uploaded pictures of a reply are shown; made-up ids have no picture."""
        uploads = {upload.media_id: upload for upload in self._memory.uploads if upload.is_kept}
        known = [uploads[media_id] for media_id in media_ids if media_id in uploads]
        return tuple(self.add_picture(upload.content, presigned=True) for upload in known)

    def _serial_number(self) -> str:
        return f"{time.strftime('%Y%m%d')}{next(self._numbers):020d}"
