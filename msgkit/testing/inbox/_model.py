"""A plain model of an inbox, and the search for calls after which an inbox says something else."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, TypeVar

import attrs

from msgkit._extras import need
from msgkit.routing import Claim, Inbox, LeaseLostError, Record, State

with need("testing"):
    import pytest
    from hypothesis import HealthCheck, settings, strategies as st
    from hypothesis.stateful import (
        RuleBasedStateMachine,
        initialize,
        invariant,
        precondition,
        rule,
        run_state_machine_as_test,
    )

_T = TypeVar("_T")
Key: TypeAlias = tuple[str, str]

_LONG = 3600.0  # seconds that no search lasts
_STEPS = 25
_RETRYABLE = (State.FAILED, State.UNCLEAR, State.UNHANDLED)
_NOTHING_PRUNED = (float("-inf"), -1)

_KEYS = (("1", "a"), ("1", "b"), ("2", "a"))
_NEWEST = 5

_mchids = st.sampled_from(["1", "2"])
_leases = st.sampled_from([_LONG, _LONG, 0.0])
# Of four entries two are of the same time.
_entries = st.builds(
    lambda number, state: Record(
        mchid="",
        complaint_id="",
        log_id=str(number),
        operate_time=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=(number + 1) // 2),
        place=number,
        state=state,
    ),
    st.integers(0, 3),
    st.sampled_from(State),
)
_looks = st.builds(
    lambda state: Record(mchid="", complaint_id="", log_id=None, state=state),
    st.sampled_from([State.FAILED, State.NEW]),
)


def check(fresh: Callable[[], Inbox], **changes: Any) -> None:
    """Search for calls after which an inbox and the model of it differ.

    Args:
        fresh: Makes an empty inbox.
        **changes: How to search, as `hypothesis.settings` takes it.
    """
    known: dict[str, Any] = {
        "deadline": None,
        "report_multiple_bugs": False,  # one at a time takes long enough
        "stateful_step_count": _STEPS,
        "suppress_health_check": [HealthCheck.too_slow],
    }
    machine: Any = functools.partial(_Comparison, fresh)  # a class is asked for, and what makes one is taken
    run_state_machine_as_test(machine, settings=settings(**(known | changes)))


@attrs.define
class _Complaint:
    """What the model knows of a complaint. It is due at a time between two; None is for when there is news."""

    wanted: int = 0
    due: tuple[float, float] | None = None
    token: str | None = None
    is_known: bool = False
    is_open: bool = True
    pruned: tuple[float, int] = _NOTHING_PRUNED
    records: dict[str | None, tuple[int, Record]] = attrs.field(factory=dict)


class _Comparison(RuleBasedStateMachine):
    """Does the same with an inbox and with the model."""

    def __init__(self, fresh: Callable[[], Inbox]) -> None:
        super().__init__()
        self.inbox = fresh()
        self.complaints: dict[Key, _Complaint] = {}
        self.notifications: set[Key] = set()
        self.claims: list[Claim] = []
        self.step = 0

    def teardown(self) -> None:
        """Close the inbox."""
        self.inbox.close()

    @initialize(count=st.integers(0, len(_KEYS)))
    def start(self, count: int) -> None:
        """Begin where something is known already."""
        for complaint in _KEYS:
            self.notify(complaint, None)
        for _ in range(count):
            self.claim(_LONG, None)

    @rule(complaint=st.sampled_from(_KEYS), notification=st.sampled_from([None, "n", "m"]))
    def notify(self, complaint: Key, notification: str | None) -> None:
        """Ask for a look."""
        mchid, complaint_id = complaint
        key = (mchid, notification or "")
        is_new, span = self.timed(lambda: self.inbox.notify(mchid, complaint_id, notification))
        assert is_new is (notification is None or key not in self.notifications)
        if is_new:
            self.notifications |= {key} if notification else set()
            self.ask(complaint, span)

    @rule(lease=_leases, mchid=st.none() | _mchids)
    def claim(self, lease: float, mchid: str | None) -> None:
        """Claim the complaint that has been due for longest."""
        claim, span = self.timed(lambda: self.inbox.claim(lease, mchid))
        due = {
            key: each.due
            for key, each in self.complaints.items()
            if each.due and each.due[1] <= span[0] and mchid in {None, key[0]}
        }
        if claim is None:
            assert due == {}
            return
        key = (claim.mchid, claim.complaint_id)
        assert due[key][0] <= min(last for _, last in due.values())
        found = self.complaints[key]
        assert (claim.wanted, claim.is_known) == (found.wanted, found.is_known)
        found.token, found.due = claim.token, _after(span, lease)
        self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), lease=_leases)
    def renew(self, data: st.DataObject, lease: float) -> None:
        """Renew a claim, that holds or does not."""
        claim, found, holds = self.drawn(data)
        is_renewed, span = self.timed(lambda: self.inbox.renew(claim, lease))
        assert is_renewed is holds
        if holds:
            found.due = _after(span, lease)

    @precondition(lambda self: self.claims)
    @rule(
        data=st.data(),
        entries=st.lists(_entries, max_size=4, unique_by=lambda each: each.log_id),
        is_open=st.booleans(),
    )
    def looked(self, data: st.DataObject, entries: list[Record], is_open: bool) -> None:
        """Take in what a look found."""
        claim, found, holds = self.drawn(data)
        with _fenced(holds):
            self.inbox.looked(claim, (_of(claim, each) for each in entries), is_open=is_open)
        if holds:
            found.is_known, found.is_open = True, is_open
            found.records.pop(None, None)
            for each in entries:
                if each.log_id not in found.records and each.order > found.pruned:
                    found.records[each.log_id] = (self.step, _of(claim, each))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), record=_entries | _looks)
    def update(self, data: st.DataObject, record: Record) -> None:
        """Write a record."""
        claim, found, holds = self.drawn(data)
        with _fenced(holds):
            self.inbox.update(claim, _of(claim, record))
        if holds:
            found.records[record.log_id] = (self.step, _of(claim, record))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), later=st.sampled_from([None, _LONG, -_LONG, 0.0]))
    def release(self, data: st.DataObject, later: float | None) -> None:
        """Give a complaint back."""
        claim, found, holds = self.drawn(data)
        due = None if later is None else self.inbox.now() + later
        _, span = self.timed(lambda: self.inbox.release(claim, due))
        if holds:
            found.token = None
            found.due = span if found.wanted > claim.wanted else (None if due is None else (due, due))

    @rule(data=st.data(), is_given=st.booleans())
    def retry(self, data: st.DataObject, is_given: bool) -> None:
        """Try again all that failed, or some records."""
        known = [record for _, record in self.written()]
        given = data.draw(st.lists(st.sampled_from(known), max_size=4)) if known and is_given else []
        wanted = given or [each for each in known if each.state is State.FAILED]
        wanted = [each for each in dict.fromkeys(wanted) if each.state in _RETRYABLE]
        count, span = self.timed(lambda: self.inbox.retry(given or None))
        assert count == len(wanted)
        for each in wanted:
            self.complaints[each.mchid, each.complaint_id].records[each.log_id] = (self.step, each.again())
            self.ask((each.mchid, each.complaint_id), span)

    @rule(is_all=st.booleans())
    def prune(self, is_all: bool) -> None:
        """Forget all that ended, or nothing."""
        ended = [each for _, each in self.written() if is_all and not each.is_pending]
        assert self.inbox.prune(self.inbox.now() + (1 if is_all else -_LONG)) == len(ended)
        for each in ended:
            found = self.complaints[each.mchid, each.complaint_id]
            del found.records[each.log_id]
            if each.log_id is not None:
                found.pruned = max(found.pruned, each.order)
        if is_all:
            self.notifications.clear()

    @invariant()
    def agrees(self) -> None:
        """All that can be asked has the same answer."""
        self.step += 1
        found = [attrs.evolve(each, updated=0.0) for each in self.inbox.find(*State)]
        steps = {record: step for step, record in self.written()}
        assert {*found} == steps.keys()
        assert len(found) == len(steps)
        assert [steps[each] for each in found] == sorted(steps.values())
        for mchid in ("1", "2"):
            names = {key[1] for key, each in self.complaints.items() if each.is_open and key[0] == mchid}
            assert {*self.inbox.open(mchid)} == names
        for claim in self.claims:
            complaint = self.complaints[claim.mchid, claim.complaint_id]
            if complaint.token == claim.token:
                held = [attrs.evolve(each, updated=0.0) for each in self.inbox.records(claim)]
                records = (record for _, record in complaint.records.values())
                assert held == sorted(records, key=lambda each: (each.log_id is not None, each.order))

    def written(self) -> Iterator[tuple[int, Record]]:
        """Go through all records, each with the step that wrote it."""
        for each in self.complaints.values():
            yield from each.records.values()

    def ask(self, key: Key, span: tuple[float, float]) -> None:
        """Ask the model for a look."""
        found = self.complaints.setdefault(key, _Complaint())
        found.wanted += 1
        if found.token is None and (found.due is None or found.due[0] > span[1]):
            found.due = span

    def drawn(self, data: st.DataObject) -> tuple[Claim, _Complaint, bool]:
        """Draw one of all claims, and say whether it holds."""
        claim = data.draw(st.sampled_from(self.claims[-_NEWEST:]))
        found = self.complaints[claim.mchid, claim.complaint_id]
        return claim, found, found.token == claim.token

    def timed(self, call: Callable[[], _T]) -> tuple[_T, tuple[float, float]]:
        """Return what a call returned, and between which times it was."""
        start = self.inbox.now()
        return call(), (start, self.inbox.now())


def _of(claim: Claim, record: Record) -> Record:
    return attrs.evolve(record, mchid=claim.mchid, complaint_id=claim.complaint_id)


def _after(span: tuple[float, float], seconds: float) -> tuple[float, float]:
    return (span[0] + seconds, span[1] + seconds)


@contextmanager
def _fenced(holds: bool) -> Iterator[None]:
    if holds:
        yield
    else:
        with pytest.raises(LeaseLostError):
            yield
