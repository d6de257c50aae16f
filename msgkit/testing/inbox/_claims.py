"""Tests of notifications, and of who holds a complaint for how long."""

from __future__ import annotations

from msgkit._extras import need
from msgkit.routing import Claim, Inbox
from msgkit.testing.inbox._base import (
    COMPLAINT,
    LONG,
    MCHID,
    OTHER_COMPLAINT,
    OTHER_MCHID,
    Hooks,
    asked,
    claimed,
    entry,
    lost,
)

with need("testing"):
    import pytest


class Claims(Hooks):
    """A complaint is asked for, claimed, and given back."""

    # Notifications

    def test_notification_comes_once(self, inbox: Inbox) -> None:
        """A notification that came before is told, and asks for nothing."""
        assert inbox.notify(MCHID, COMPLAINT, "EV-1")
        inbox.release(claimed(inbox), None)
        assert not inbox.notify(MCHID, COMPLAINT, "EV-1")
        assert not inbox.notify(MCHID, OTHER_COMPLAINT, "EV-1")
        assert inbox.claim(LONG) is None
        assert inbox.notify(MCHID, COMPLAINT, "EV-2")
        assert claimed(inbox).wanted == 2

    def test_notification_of_another_merchant(self, inbox: Inbox) -> None:
        """The ids of notifications are each merchant's own."""
        assert inbox.notify(MCHID, COMPLAINT, "EV-1")
        assert inbox.notify(OTHER_MCHID, COMPLAINT, "EV-1")

    def test_notification_without_id(self, inbox: Inbox) -> None:
        """What has no id never came before."""
        assert inbox.notify(MCHID, COMPLAINT)
        assert inbox.notify(MCHID, COMPLAINT)
        assert claimed(inbox).wanted == 2

    def test_notification_about_no_complaint(self, inbox: Inbox) -> None:
        """A notification that is about no complaint is kept, and asks for nothing."""
        assert inbox.notify(MCHID, None, "EV-1")
        assert not inbox.notify(MCHID, None, "EV-1")
        assert inbox.claim(LONG) is None
        assert inbox.open(MCHID) == ()

    # Claims

    def test_claim_says_what_it_holds(self, inbox: Inbox) -> None:
        """A claim says which complaint it is, how often it was asked for and whether it is known; its token is new."""
        inbox.notify(MCHID, COMPLAINT)
        first = claimed(inbox)
        assert first == Claim(MCHID, COMPLAINT, first.token, 1, is_known=False)
        inbox.looked(first, [], is_open=True)
        inbox.release(first, 0.0)
        second = claimed(inbox)
        assert second == Claim(MCHID, COMPLAINT, second.token, 1, is_known=True)
        assert first.token != second.token

    def test_claim_of_nothing(self, inbox: Inbox) -> None:
        """Where nothing is due, nothing is claimed."""
        assert inbox.claim(LONG) is None
        assert inbox.claim(LONG, MCHID) is None

    def test_one_holds_a_complaint(self, inbox: Inbox) -> None:
        """Nobody else gets a complaint that is claimed; others can be had."""
        inbox.notify(MCHID, COMPLAINT)
        held = claimed(inbox)
        assert inbox.claim(LONG) is None
        inbox.notify(MCHID, OTHER_COMPLAINT)
        assert claimed(inbox).complaint_id != held.complaint_id

    def test_longest_due_comes_first(self, inbox: Inbox) -> None:
        """The complaint that has been due for longest is claimed first, and more news does not send it back."""
        names = ["c", "a", "b"]
        claims = [asked(inbox, MCHID, name) for name in names]
        for ago, claim in zip((10, 30, 20), claims, strict=True):
            inbox.release(claim, inbox.now() - ago)
        inbox.notify(MCHID, "a")
        inbox.notify(MCHID, "d")
        assert [claimed(inbox).complaint_id for _ in range(4)] == ["a", "b", "c", "d"]

    def test_claim_of_one_merchant(self, inbox: Inbox) -> None:
        """Who asks for one merchant's complaints gets no other's, and the longest due one first."""
        own, late, early = asked(inbox), asked(inbox, OTHER_MCHID, "late"), asked(inbox, OTHER_MCHID, "early")
        inbox.release(late, inbox.now() - 10)
        inbox.release(early, inbox.now() - 20)
        inbox.release(own, inbox.now() - 30)
        assert inbox.claim(LONG, "1") is None
        found = [inbox.claim(LONG, OTHER_MCHID) for _ in range(3)]
        assert [each and each.complaint_id for each in found] == ["early", "late", None]
        assert claimed(inbox).complaint_id == COMPLAINT

    def test_lease_ends(self, inbox: Inbox) -> None:
        """A complaint that is neither renewed nor released in time is another worker's."""
        inbox.notify(MCHID, COMPLAINT)
        first = claimed(inbox, self.moment)
        self.passes(2 * self.moment)
        second = claimed(inbox)
        assert (second.complaint_id, second.wanted) == (first.complaint_id, first.wanted)
        assert second.token != first.token
        assert inbox.claim(LONG) is None

    def test_lease_is_renewed(self, inbox: Inbox) -> None:
        """A claim that is renewed holds from then on."""
        inbox.notify(MCHID, COMPLAINT)
        claim = claimed(inbox, self.moment)
        assert inbox.renew(claim, LONG)
        self.passes(2 * self.moment)
        assert inbox.claim(LONG) is None
        assert inbox.claim(LONG, MCHID) is None
        inbox.update(claim, entry(0))
        assert inbox.renew(claim, self.moment)
        self.passes(2 * self.moment)
        assert claimed(inbox).token != claim.token

    def test_lost_lease_is_not_renewed(self, inbox: Inbox) -> None:
        """What another worker has, or nobody, is not renewed."""
        inbox.notify(MCHID, COMPLAINT)
        first = lost(inbox)
        second = claimed(inbox)
        assert not inbox.renew(first, 0.0)
        assert inbox.claim(LONG) is None
        inbox.release(second, None)
        assert not inbox.renew(second, LONG)

    # Giving back

    def test_release_until_there_is_news(self, inbox: Inbox) -> None:
        """What is given back without a time waits for the next notification."""
        inbox.release(asked(inbox), None)
        assert inbox.claim(LONG) is None
        assert inbox.claim(LONG, MCHID) is None
        inbox.notify(MCHID, COMPLAINT)
        assert claimed(inbox).wanted == 2

    def test_release_until_a_time(self, inbox: Inbox) -> None:
        """What is given back with a time is claimed from then on, and not before."""
        claim = asked(inbox)
        inbox.release(claim, inbox.now() + LONG)
        assert inbox.claim(LONG) is None
        inbox.notify(MCHID, COMPLAINT)
        inbox.release(claimed(inbox), inbox.now() + self.moment)
        self.passes(2 * self.moment)
        assert claimed(inbox).wanted == 2

    @pytest.mark.parametrize("later", [None, LONG])
    def test_news_while_it_is_claimed(self, inbox: Inbox, later: float | None) -> None:
        """A look that is asked for while the complaint is claimed follows once it is released, whatever its time."""
        claim = asked(inbox)
        inbox.notify(MCHID, COMPLAINT)
        assert inbox.claim(LONG) is None
        inbox.release(claim, None if later is None else inbox.now() + later)
        second = claimed(inbox)
        assert second.wanted == 2
        inbox.release(second, None)
        assert inbox.claim(LONG) is None

    def test_release_of_what_is_lost(self, inbox: Inbox) -> None:
        """Giving back what another worker has changes nothing."""
        inbox.notify(MCHID, COMPLAINT)
        first = lost(inbox)
        second = claimed(inbox)
        inbox.release(first, 0.0)
        assert inbox.claim(LONG) is None
        inbox.release(second, None)
        inbox.release(second, 0.0)
        assert inbox.claim(LONG) is None
