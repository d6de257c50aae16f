"""Tests of what becomes of entries in the end: they are found, tried again and forgotten."""

from __future__ import annotations

import itertools

import attrs

from msgkit._extras import need
from msgkit.routing import Inbox, State
from msgkit.testing.inbox._base import (
    COMPLAINT,
    ENDS,
    LONG,
    MCHID,
    OTHER_MCHID,
    REPLY,
    RETRYABLE,
    Hooks,
    asked,
    claimed,
    entry,
    kept,
)

with need("testing"):
    import pytest


class Ends(Hooks):
    """What failed is tried again; what is open is known; what ended is forgotten."""

    # Finding, and trying again

    def test_find(self, inbox: Inbox) -> None:
        """Records of certain states are found in all complaints, those that were written first in front."""
        for number, state in enumerate([*State, *State]):
            claim = asked(inbox, MCHID, str(number % 3))
            inbox.update(claim, entry(number, state, claim=claim))
            inbox.release(claim, None)
            self.passes(self.moment / 10)
        for one, two in itertools.combinations(State, 2):
            found = inbox.find(two, one)
            assert [each.state for each in found] == [state for state in [*State, *State] if state in {one, two}]
        assert inbox.find() == ()
        shown = (inbox.failed(), inbox.unclear(), inbox.unhandled())
        assert [{each.state for each in found} for found in shown] == [
            {state} for state in ("failed", "unclear", "unhandled")
        ]

    def test_retry_of_all_that_failed(self, inbox: Inbox) -> None:
        """Without any record, all that failed is tried again, a look too; what was returned already is sent."""
        claim = asked(inbox)
        look = attrs.evolve(entry(0, State.FAILED), log_id=None, operate_time=None)
        failed = [look, entry(0, State.FAILED, attempts=5, error="x"), entry(1, State.FAILED, replies=(REPLY,))]
        for record in (*failed, entry(2, State.UNCLEAR), entry(3, State.DONE)):
            inbox.update(claim, record)
        inbox.release(claim, None)
        assert inbox.retry() == 3
        claim = claimed(inbox)
        assert kept(inbox, claim) == (*(each.again() for each in failed), entry(2, State.UNCLEAR), entry(3, State.DONE))
        assert [each.state for each in inbox.records(claim)][:3] == [State.NEW, State.NEW, State.SENDING]
        assert inbox.retry() == 0

    @pytest.mark.parametrize("state", State)
    def test_retry_of_some(self, inbox: Inbox, state: State) -> None:
        """What is given is tried again where it failed, is unclear or unhandled; all else stays as it is."""
        claim = asked(inbox)
        inbox.update(claim, entry(0, state))
        inbox.update(claim, entry(1, State.FAILED))
        inbox.release(claim, None)
        count = int(state in RETRYABLE)
        assert inbox.retry([entry(0, State.FAILED), entry(0), entry(2, State.FAILED)]) == count
        claim = inbox.claim(LONG) or claim
        assert claim.wanted == 1 + count
        expected = entry(0, state).again() if count else entry(0, state)
        assert kept(inbox, claim) == (expected, entry(1, State.FAILED))

    def test_retry_while_it_is_claimed(self, inbox: Inbox) -> None:
        """What is tried again while its complaint is claimed is looked at once that is released."""
        claim = asked(inbox)
        inbox.update(claim, entry(0, State.FAILED))
        assert inbox.retry() == 1
        assert inbox.claim(LONG) is None
        inbox.release(claim, None)
        assert kept(inbox, claimed(inbox)) == (entry(0),)

    # What is open

    def test_open(self, inbox: Inbox) -> None:
        """Complaints that are not processed are known by merchant, those that were not looked at yet among them."""
        for name in ("a", "b", "c"):
            inbox.notify(MCHID, name)
        for is_open in (True, False):
            inbox.looked(claimed(inbox), [], is_open=is_open)
        assert {*inbox.open(MCHID)} == {"a", "c"}
        assert inbox.open(OTHER_MCHID) == ()

    def test_open_again(self, inbox: Inbox) -> None:
        """What the last look found counts; another notification says nothing about it."""
        claim = asked(inbox)
        inbox.looked(claim, [], is_open=False)
        inbox.release(claim, None)
        claim = asked(inbox)
        assert inbox.open(MCHID) == ()
        inbox.looked(claim, [], is_open=True)
        assert inbox.open(MCHID) == (COMPLAINT,)

    # Forgetting

    def test_prune(self, inbox: Inbox) -> None:
        """What ended before a time is forgotten and counted; what is still to be done, or ended later, stays."""
        claim = asked(inbox)
        states = [*ENDS, State.NEW, State.SENDING]
        for number, state in enumerate(states):
            inbox.update(claim, entry(number, state))
        self.passes(self.moment)
        before = inbox.now()
        self.passes(self.moment)
        inbox.update(claim, entry(0, State.DONE, attempts=1))
        assert inbox.prune(before) == len(ENDS) - 1
        expected = (entry(0, State.DONE, attempts=1), entry(5, State.NEW), entry(6, State.SENDING))
        assert kept(inbox, claim) == expected
        assert inbox.find(State.FAILED, State.UNCLEAR) == ()
        assert inbox.prune(before) == 0

    def test_pruned_entries_are_not_met_again(self, inbox: Inbox) -> None:
        """What is not later than a pruned entry is not new; what is pending stays, and what is later is added."""
        claim = asked(inbox)
        found = [entry(0, place=0), entry(1, place=1), entry(2, at=5, place=2), entry(3, at=5, place=3)]
        inbox.looked(claim, found[:3], is_open=True)
        inbox.update(claim, entry(2, State.DONE, at=5, place=2))
        inbox.update(claim, entry(1, State.DONE, place=1))
        assert inbox.prune(inbox.now() + 1) == 2
        inbox.looked(claim, [*found, entry(4, at=-1)], is_open=True)
        assert kept(inbox, claim) == (found[0], found[3])
        inbox.update(claim, entry(0, State.DONE, place=0))
        assert inbox.prune(inbox.now() + 1) == 1
        inbox.looked(claim, found, is_open=True)
        assert kept(inbox, claim) == (found[3],)

    def test_pruned_complaint_is_known(self, inbox: Inbox) -> None:
        """A complaint is not forgotten: it is still known and open, and its failed looks are no entries of it."""
        claim = asked(inbox)
        look = attrs.evolve(entry(0, State.FAILED), log_id=None, operate_time=None)
        inbox.looked(claim, [], is_open=True)
        inbox.update(claim, look)
        assert inbox.prune(inbox.now() + 1) == 1
        inbox.looked(claim, [entry(0, at=-(10**10))], is_open=True)
        assert kept(inbox, claim) == (entry(0, at=-(10**10)),)
        inbox.release(claim, 0.0)
        assert claimed(inbox).is_known
        assert inbox.open(MCHID) == (COMPLAINT,)

    def test_prune_forgets_notifications(self, inbox: Inbox) -> None:
        """A notification that came before the time is taken as new, a later one is not."""
        inbox.notify(MCHID, COMPLAINT, "EV-1")
        self.passes(self.moment)
        before = inbox.now()
        self.passes(self.moment)
        inbox.notify(MCHID, COMPLAINT, "EV-2")
        assert inbox.prune(before) == 0
        assert not inbox.notify(MCHID, COMPLAINT, "EV-2")
        assert inbox.notify(MCHID, COMPLAINT, "EV-1")
