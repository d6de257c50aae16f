"""What an inbox keeps of each entry of a complaint's history: what became of it, and what is sent for it."""

from __future__ import annotations

import functools
import hashlib
import json
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter


class State(StrEnum):
    """How far an entry is.

    ``NEW`` waits for its handler, for the first time or again; ``SENDING`` has been handled, and its replies are on
    their way. The others are ends: ``DONE``; ``PASSED``, which needed no handler (it was answered before this inbox
    first met its complaint, or is the merchant's own); ``UNHANDLED``, which no handler took; ``FAILED``, with its
    error; ``UNCLEAR``, where nobody knows whether a plain reply was sent.
    """

    NEW = "new"
    SENDING = "sending"
    DONE = "done"
    PASSED = "passed"
    UNHANDLED = "unhandled"
    FAILED = "failed"
    UNCLEAR = "unclear"


PENDING = frozenset({State.NEW, State.SENDING})
"""The states of an entry that something is still to be done for."""

RETRYABLE = frozenset({State.FAILED, State.UNCLEAR, State.UNHANDLED})
"""The states of an entry that `Inbox.retry` takes up again."""


@attrs.frozen(kw_only=True)
class Outgoing:
    """A reply that a handler returned, as the bytes to send.

    Attributes:
        endpoint: Where it goes: ``response-immediate-service`` (rich) or ``response`` (plain).
        idempotent_id: What makes a rich reply one and the same, however often it is sent; None for a plain one.
        body: The JSON to send; empty once it was sent, so that nobody's words are kept.
        digest: Tells a plain reply's text from others: its SHA-256 in hexadecimal digits; None for a rich one.
        begun: When the last attempt at a plain reply began, in seconds by the inbox's clock; None where nothing of it
            can have been sent.
        shown: How many plain replies with its text the history has once that attempt has arrived.
        is_doubtful: That attempt may or may not have arrived.
        is_sent: It was sent.
    """

    endpoint: str
    idempotent_id: str | None
    body: bytes = attrs.field(repr=False)
    digest: str | None = None
    begun: float | None = None
    shown: int = 0
    is_doubtful: bool = False
    is_sent: bool = False

    def being_sent(self, now: float, shown: int) -> Outgoing:
        """Return it as one that is being sent from now on: it is doubtful until its end is known."""
        return attrs.evolve(self, begun=now, shown=shown, is_doubtful=True)

    def not_sent(self) -> Outgoing:
        """Return it as one whose last attempt has certainly sent nothing."""
        return attrs.evolve(self, begun=None, shown=0, is_doubtful=False)

    def sent(self) -> Outgoing:
        """Return it as one that was sent."""
        return attrs.evolve(self, body=b"", is_doubtful=False, is_sent=True)

    @property
    def is_plain(self) -> bool:
        """Whether it is a plain reply, which nothing keeps from being sent twice."""
        return self.idempotent_id is None


@attrs.frozen(kw_only=True)
class Record:
    """What became of an entry; or of a look at its complaint, where it was not even read.

    It holds none of the customer's words.

    Attributes:
        mchid: The merchant whose inbox it is in.
        complaint_id: The complaint.
        log_id: The entry's serial number; None for a look at the complaint, which is here only where it failed.
        operate_type: What was done, by the platform's word.
        operate_time: When; None for a look.
        place: Where it stands in the history, from the oldest on, from 0.
        state: How far it is.
        attempts: How often it was tried.
        due: When it is tried next, in seconds by the inbox's clock; 0 for at once.
        error: What the last attempt ended in; None where nothing went wrong.
        replies: What is sent for it.
        updated: When this was written, in seconds by the inbox's clock.
    """

    mchid: str
    complaint_id: str
    log_id: str | None
    operate_type: str = ""
    operate_time: datetime | None = None
    place: int = 0
    state: State = State.NEW
    attempts: int = 0
    due: float = 0.0
    error: str | None = None
    replies: tuple[Outgoing, ...] = ()
    updated: float = 0.0

    @property
    def order(self) -> tuple[float, int]:
        """What entries of one complaint are sorted by: when it was, in seconds since the epoch, then its place."""
        return (0.0 if self.operate_time is None else self.operate_time.timestamp(), self.place)

    @property
    def is_pending(self) -> bool:
        """Whether something is still to be done for it."""
        return self.state in PENDING

    def again(self) -> Record:
        """Return it as one that is tried from its beginning: what a handler returned is sent and not asked for anew."""
        replies = tuple(attrs.evolve(reply, is_doubtful=False) for reply in self.replies)
        state = State.SENDING if replies else State.NEW
        return attrs.evolve(self, state=state, attempts=0, due=0.0, error=None, replies=replies)

    def to_json(self) -> str:
        """Return it as JSON text, for an inbox to keep."""
        return json.dumps(_converter().unstructure(self))

    @classmethod
    def from_json(cls, text: str | bytes) -> Record:
        """Read what `to_json` wrote; what a later version wrote beside is passed over."""
        return _converter().structure(json.loads(text), cls)


def digest(text: str) -> str:
    """Return what tells a text from others, without holding it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@functools.cache
def _converter() -> JsonConverter:
    from cattrs.preconf.json import make_converter  # noqa: PLC0415 - with it comes all of cattrs

    converter: Any = make_converter()
    return converter  # type: ignore[no-any-return]
