"""What a contract needs from those who derive from it, and what its tests share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs

from msgkit._extras import need
from msgkit.routing import Claim, Inbox, Outgoing, Record, State

with need("testing"):
    import pytest

MCHID, OTHER_MCHID = "1900012181", "1900012182"
COMPLAINT, OTHER_COMPLAINT = "200201820200101080076610000", "200201820200101080076610001"

LONG = 3600.0  # seconds that no test lasts
_START = datetime(2026, 1, 22, 10, 0, 0, tzinfo=timezone(timedelta(hours=8)))
ENDS = (State.DONE, State.PASSED, State.UNHANDLED, State.FAILED, State.UNCLEAR)
RETRYABLE = (State.FAILED, State.UNCLEAR, State.UNHANDLED)
REPLY = Outgoing(
    endpoint="response",
    idempotent_id=None,
    body="您好".encode(),
    digest="0" * 64,
    begun=1.5,
    shown=1,
)


class Hooks:
    """What tests ask for. Whoever derives from it overrides the fixture `fresh`, and what else does not fit.

    Attributes:
        moment: For how many seconds what is to end soon lasts; `passes` is asked for longer.
    """

    moment: float = 0.05

    @pytest.fixture
    def fresh(self) -> Callable[[], Inbox]:
        """Return what makes an inbox that is empty, as often as it is called."""
        raise NotImplementedError("fresh: should be a fixture that returns a function, and that an empty inbox")

    def passes(self, seconds: float) -> None:
        """Let time pass for the inbox; overridden where its clock can be moved."""
        time.sleep(seconds)

    def elsewhere(self, inbox: Inbox) -> Callable[[], Inbox] | None:  # noqa: ARG002 - for those who override it
        """Return what opens the inbox in another process, fit to be pickled; None where only one process has it."""
        return None

    @pytest.fixture
    def inbox(self, fresh: Callable[[], Inbox]) -> Iterator[Inbox]:
        """An inbox that is empty."""
        made = fresh()
        yield made
        made.close()


def entry(
    number: int, state: State = State.NEW, *, claim: Claim | None = None, at: int = 0, **fields: object
) -> Record:
    """Return a record of the number-th entry of a complaint.

    Args:
        number: Its number.
        state: How far it is.
        claim: Its complaint; `COMPLAINT` by default.
        at: When it was, in seconds after all others.
        **fields: What else it holds.
    """
    mchid, complaint_id = (claim.mchid, claim.complaint_id) if claim else (MCHID, COMPLAINT)
    given: dict[str, Any] = {
        "log_id": f"log-{number}",
        "place": number,
        "operate_time": _START + timedelta(seconds=at),
    } | fields
    return attrs.evolve(Record(mchid=mchid, complaint_id=complaint_id, log_id=None, state=state), **given)


def claimed(inbox: Inbox, lease: float = LONG) -> Claim:
    """Claim what has been due for longest, which must be there."""
    claim = inbox.claim(lease)
    assert claim is not None, "nothing is due"
    return claim


def asked(inbox: Inbox, mchid: str = MCHID, complaint_id: str = COMPLAINT) -> Claim:
    """Ask for a look at a complaint and claim it; no other may be due."""
    inbox.notify(mchid, complaint_id)
    claim = claimed(inbox)
    assert (claim.mchid, claim.complaint_id) == (mchid, complaint_id)
    return claim


def lost(inbox: Inbox) -> Claim:
    """Claim what is due, for no time at all."""
    return claimed(inbox, 0.0)


def kept(inbox: Inbox, claim: Claim) -> tuple[Record, ...]:
    """Return the records of a claimed complaint, without when they were written."""
    return tuple(attrs.evolve(each, updated=0.0) for each in inbox.records(claim))
