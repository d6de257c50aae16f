"""Tests of what is written of a complaint."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from msgkit._extras import need
from msgkit.routing import Inbox, LeaseLostError, Record, State
from msgkit.testing.inbox._base import COMPLAINT, MCHID, REPLY, Hooks, asked, claimed, entry, kept, lost

with need("testing"):
    import pytest


class Records(Hooks):
    """Records are written by who holds the complaint."""

    def test_records_are_in_order(self, inbox: Inbox) -> None:
        """Records come by time and then by place, however a look gave them."""
        claim = asked(inbox)
        found = [entry(3, at=1, place=0), entry(2, at=0, place=2), entry(0, at=0, place=1), entry(1, at=-1, place=10)]
        inbox.looked(claim, iter(found), is_open=True)
        assert [each.log_id for each in inbox.records(claim)] == ["log-1", "log-0", "log-2", "log-3"]

    def test_records_are_whole(self, inbox: Inbox) -> None:
        """Whatever a record holds is given back; when it was written, the inbox says by its own clock."""
        claim = asked(inbox)
        full = entry(0, State.SENDING, replies=(REPLY, REPLY.sent()), attempts=3, due=1.25, error="第一次：timed\nout")
        before = inbox.now()
        inbox.update(claim, full)
        (found,) = inbox.records(claim)
        assert attrs.evolve(found, updated=0.0) == full
        assert before <= found.updated <= inbox.now()

    def test_records_of_one_complaint(self, inbox: Inbox) -> None:
        """Ids are taken as they are: no merchant, complaint or entry is taken for another."""
        names = [("a:b", "c"), ("a", "b:c"), ("a", "b"), ("a%3Ab", "c"), ("b", "a"), ("数 字", "*?[x]\\'\"")]
        for mchid, complaint_id in names:
            claim = asked(inbox, mchid, complaint_id)
            found = [entry(0, claim=claim, log_id=name) for name in (f"{mchid}:{complaint_id}", ":", "数 %")]
            inbox.looked(claim, found, is_open=True)
            assert {each.log_id for each in inbox.records(claim)} == {each.log_id for each in found}
        assert len(inbox.find(State.NEW)) == 3 * len(names)
        assert {(mchid, each) for mchid, _ in names for each in inbox.open(mchid)} == {*names}

    def test_known_records_stay(self, inbox: Inbox) -> None:
        """A look adds the entries that are new, and leaves the others as they are."""
        claim = asked(inbox)
        inbox.looked(claim, [entry(0)], is_open=True)
        inbox.update(claim, entry(0, State.DONE, attempts=2))
        inbox.looked(claim, [entry(1, State.PASSED), entry(0)], is_open=True)
        assert kept(inbox, claim) == (entry(0, State.DONE, attempts=2), entry(1, State.PASSED))

    def test_failed_look(self, inbox: Inbox) -> None:
        """The record of a look that failed comes first, and goes when a look succeeds."""
        claim = asked(inbox)
        inbox.looked(claim, [entry(0, at=-(10**10))], is_open=True)
        failed = attrs.evolve(entry(0, State.FAILED, error="x"), log_id=None, operate_time=None)
        inbox.update(claim, failed)
        assert kept(inbox, claim) == (failed, entry(0, at=-(10**10)))
        assert [each.log_id for each in inbox.failed()] == [None]
        inbox.looked(claim, [], is_open=True)
        assert kept(inbox, claim) == (entry(0, at=-(10**10)),)
        assert inbox.failed() == ()

    def test_update(self, inbox: Inbox) -> None:
        """A record is written in place of the one with its id, and added where there is none."""
        claim = asked(inbox)
        for record in (entry(0), entry(1, State.FAILED, error="x"), entry(1, State.DONE, at=-1)):
            inbox.update(claim, record)
        assert kept(inbox, claim) == (entry(1, State.DONE, at=-1), entry(0))
        assert inbox.failed() == ()

    @pytest.mark.parametrize("whose", ["another's", "nobody's"])
    def test_lost_lease_writes_nothing(self, inbox: Inbox, whose: str) -> None:
        """Who has lost the complaint is told so, and writes nothing."""
        inbox.notify(MCHID, COMPLAINT)
        first = lost(inbox)
        second = claimed(inbox)
        inbox.looked(second, [entry(0)], is_open=False)
        if whose == "nobody's":
            inbox.release(second, None)
        with pytest.raises(LeaseLostError):
            inbox.update(first, entry(0, State.DONE))
        with pytest.raises(LeaseLostError):
            inbox.looked(first, [entry(1)], is_open=True)
        assert [attrs.evolve(each, updated=0.0) for each in inbox.find(*State)] == [entry(0)]
        assert inbox.open(MCHID) == ()

    def test_look_is_taken_in_as_a_whole(self, inbox: Inbox) -> None:
        """Where not all records of a look can be had, none is written."""
        claim = asked(inbox)
        inbox.update(claim, attrs.evolve(entry(0, State.FAILED), log_id=None))

        def broken() -> Iterator[Record]:
            yield entry(0)
            raise EOFError

        with pytest.raises(EOFError):
            inbox.looked(claim, broken(), is_open=False)
        assert [each.log_id for each in inbox.records(claim)] == [None]
        assert inbox.open(MCHID) == (COMPLAINT,)
        inbox.release(claim, 0.0)
        assert not claimed(inbox).is_known
