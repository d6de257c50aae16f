"""A reply as the sandbox keeps it, for tests to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

if TYPE_CHECKING:
    from msgkit.message import Message
    from msgkit.reply import Reply

ReplyKind = Literal["response-immediate-service", "response"]


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
