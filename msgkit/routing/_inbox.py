"""`Inbox`: what a router remembers, and how several workers share it.

Whoever implements one runs the tests of `msgkit.testing.inbox` against it.

The unit of work is the complaint, so that its entries are handled one at a time and in order. A worker claims one for a
while; nobody else gets it meanwhile. A claim that is neither renewed nor released in time is given to another worker,
and what the first one still writes is refused.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

import attrs

from msgkit.errors import MsgkitError
from msgkit.routing._records import Record, State


class LeaseLostError(MsgkitError):
    """A worker no longer has the complaint that it works on: it took longer than its lease, and another has it now."""


@attrs.frozen
class Claim:
    """A worker's hold on a complaint.

    Attributes:
        mchid: The merchant.
        complaint_id: The complaint.
        token: What tells this claim from all others.
        wanted: How often a look at the complaint had been asked for when it was claimed.
        is_known: Whether it was looked at before.
    """

    mchid: str
    complaint_id: str
    token: str
    wanted: int
    is_known: bool

    def lost(self) -> LeaseLostError:
        """Return the error of a worker that does not have the complaint any more."""
        return LeaseLostError(f"complaint {self.complaint_id} is another worker's now")


class Inbox(ABC):
    """What came in and what was done.

    Every method is one step: it happens as a whole or not at all, also with many threads and processes; `prune` and
    `take_up` may take several, each as a whole. All of them may be called from any thread. Times are seconds since the
    epoch, by the inbox's own clock. What goes wrong in the store is raised as it is; a notification is then refused,
    so that the platform comes again.
    """

    @abstractmethod
    def now(self) -> float:
        """Tell the time. Workers that share an inbox share its clock."""

    @abstractmethod
    def notify(self, mchid: str, complaint_id: str | None, notification_id: str | None = None) -> bool:
        """Ask for a look at a complaint, now; where it is claimed, once it is released.

        Args:
            mchid: The merchant.
            complaint_id: The complaint; None for a notification that is about none, which is only kept.
            notification_id: What says so; None for nothing that could come twice.

        Returns:
            False where this notification came before: nothing is asked for then.
        """

    @abstractmethod
    def claim(self, lease: float, mchid: str | None = None) -> Claim | None:
        """Take the complaint that has been due for longest, or None where none is due.

        Args:
            lease: For how many seconds.
            mchid: Whose complaints; None for any.
        """

    @abstractmethod
    def renew(self, claim: Claim, lease: float) -> bool:
        """Make a claim last from now on; return whether it still holds."""

    @abstractmethod
    def looked(self, claim: Claim, records: Iterable[Record], *, is_open: bool) -> None:
        """Take in what a look at a complaint found, and forget looks that failed.

        Records that are here stay as they are. Those that are not are added, except what is not later than one that was
        pruned: that was seen before.

        Args:
            claim: The worker's hold on the complaint.
            records: One for each entry of its history.
            is_open: Whether more can happen to the complaint: it is not ``PROCESSED``.

        Raises:
            LeaseLostError: The claim does not hold any more.
        """

    @abstractmethod
    def records(self, claim: Claim) -> tuple[Record, ...]:
        """Return all records of a claimed complaint, in order (`Record.order`); that of a failed look comes first."""

    @abstractmethod
    def update(self, claim: Claim, record: Record) -> None:
        """Write a record of a claimed complaint, in place of the one with its ``log_id``.

        Raises:
            LeaseLostError: The claim does not hold any more; nothing is written.
        """

    @abstractmethod
    def release(self, claim: Claim, due: float | None) -> None:
        """Give a complaint back; without effect where the claim does not hold any more.

        Args:
            claim: The worker's hold on it.
            due: When it is to be worked on again; None for when there is news. Where a look was asked for since it was
                claimed, that is now.
        """

    @abstractmethod
    def find(self, *states: State) -> tuple[Record, ...]:
        """Return the records in certain states, those that were written first in front."""

    @abstractmethod
    def take_up(self, records: Iterable[Record]) -> int:
        """Have entries tried again that failed, are unclear or unhandled (`Record.again`), and their complaints read.

        Args:
            records: Which. Those that are in another state by now, or gone, stay as they are.

        Returns:
            How many there were.
        """

    @abstractmethod
    def open(self, mchid: str) -> tuple[str, ...]:
        """Return the ids of the complaints that are not known to be ``PROCESSED``."""

    @abstractmethod
    def prune(self, before: float) -> int:
        """Forget notifications that came, and entries that ended, before a time.

        A complaint is not forgotten, so that its old entries are not met as new ones.

        Returns:
            How many entries there were.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the store; another call opens it again."""

    def retry(self, what: Record | Iterable[Record] | None = None) -> int:
        """Have failed, unclear or unhandled entries tried again.

        What a handler had returned is sent as it is; a plain reply of which nobody knows whether it was sent may then
        come twice.

        Args:
            what: A record, or several; without any, all that failed.

        Returns:
            How many there were.
        """
        if what is None:
            what = self.failed()
        return self.take_up([what] if isinstance(what, Record) else what)

    def failed(self) -> tuple[Record, ...]:
        """Return what failed, with its errors; a record without ``log_id`` is a complaint that could not be read."""
        return self.find(State.FAILED)

    def unclear(self) -> tuple[Record, ...]:
        """Return the entries of which nobody knows whether their plain reply was sent."""
        return self.find(State.UNCLEAR)

    def unhandled(self) -> tuple[Record, ...]:
        """Return the entries that no handler took."""
        return self.find(State.UNHANDLED)
