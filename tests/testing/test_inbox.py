"""Tests of the tests for inboxes: each thing that an inbox may do wrong is seen."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterable
from typing import Any

import attrs
import pytest
from hypothesis import Phase

from msgkit.routing import Claim, Inbox, Record, SQLiteInbox, State
from msgkit.testing.inbox import InboxContract
from msgkit.testing.inbox._model import check

_YEAR = 365 * 24 * 3600.0


class _Right(SQLiteInbox):
    """An inbox in memory."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        super().__init__(":memory:", clock)


class _TakesNotificationsAgain(_Right):
    """Forgets ids of notifications."""

    def notify(self, mchid: str, complaint_id: str | None, notification_id: str | None = None) -> bool:  # noqa: ARG002
        return super().notify(mchid, complaint_id)


class _MixesMerchants(_Right):
    """Takes any complaint for each merchant's."""

    def claim(self, lease: float, mchid: str | None = None) -> Claim | None:  # noqa: ARG002
        return super().claim(lease)


class _HoldsForever(_Right):
    """Lets no lease end."""

    def claim(self, lease: float, mchid: str | None = None) -> Claim | None:
        return super().claim(lease + _YEAR, mchid)


class _HoldsNothing(_Right):
    """Lets every lease end at once."""

    def claim(self, lease: float, mchid: str | None = None) -> Claim | None:
        return super().claim(lease - _YEAR, mchid)


class _NeverRenews(_Right):
    """Says that it has renewed, and has not."""

    def renew(self, claim: Claim, lease: float) -> bool:  # noqa: ARG002
        return super().renew(claim, 0.0)


class _LosesNews(_Right):
    """Forgets what was asked for while a complaint was claimed."""

    def release(self, claim: Claim, due: float | None) -> None:
        super().release(attrs.evolve(claim, wanted=claim.wanted + 10), due)


class _ForgetsTimes(_Right):
    """Waits for news, whatever the time."""

    def release(self, claim: Claim, due: float | None) -> None:  # noqa: ARG002
        super().release(claim, None)


class _WritesUnfenced(_Right):
    """Lets anybody write."""

    def update(self, claim: Claim, record: Record) -> None:
        with self._transaction() as db:
            (token,) = db.execute(
                "SELECT token FROM complaints WHERE complaint_id = ?", (claim.complaint_id,)
            ).fetchone()
            if token is None:
                token = claim.token
                db.execute("UPDATE complaints SET token = ?", (token,))
        super().update(attrs.evolve(claim, token=token), record)


class _Overwrites(_Right):
    """Lets a look write over what is known."""

    def looked(self, claim: Claim, records: Iterable[Record], *, is_open: bool) -> None:
        found = tuple(records)
        super().looked(claim, found, is_open=is_open)
        for record in found:
            self.update(claim, record)


class _TurnsRecordsRound(_Right):
    """Gives records from the newest on."""

    def records(self, claim: Claim) -> tuple[Record, ...]:
        return super().records(claim)[::-1]


class _RetriesEverything(_Right):
    """Takes up again what was done."""

    def retry(self, what: Record | Iterable[Record] | None = None) -> int:
        return super().retry(self.find(*State) if what is None else what)


class _CallsAllOpen(_Right):
    """Takes every complaint for an open one."""

    def looked(self, claim: Claim, records: Iterable[Record], *, is_open: bool) -> None:
        super().looked(claim, records, is_open=is_open or True)


class _MeetsAgain(_Right):
    """Forgets what was pruned."""

    def prune(self, before: float) -> int:
        count = super().prune(before)
        with self._transaction() as db:
            db.execute("UPDATE complaints SET pruned_time = -9e999, pruned_place = -1")
        return count


class _PrunesAll(_Right):
    """Forgets without regard to time."""

    def prune(self, before: float) -> int:
        return super().prune(before + _YEAR)


WRONG = [each for each in _Right.__subclasses__() if each.__module__ == __name__]


class Moved(InboxContract):
    """The contract, with a clock that is moved."""

    moment = 10.0
    ahead = 0.0

    def passes(self, seconds: float) -> None:
        """Move the clock."""
        self.ahead += seconds


def runs() -> list[tuple[str, dict[str, Any]]]:
    """Return the contract's tests that need no search and no processes, with each of their arguments."""
    found: list[tuple[str, dict[str, Any]]] = []
    for name, test in inspect.getmembers(InboxContract, inspect.isfunction):
        if name.startswith("test_") and name not in {"test_model", "test_processes", "test_threads"}:
            marks = [mark.args for mark in getattr(test, "pytestmark", [])]
            ways = [{argument: value} for argument, values in marks for value in values] or [{}]
            found += ((name, way) for way in ways)
    return found


def failed(kind: type[_Right]) -> set[str]:
    """Return which of the contract's tests an inbox fails."""
    names: set[str] = set()
    for name, arguments in runs():
        contract = Moved()
        inbox = kind(lambda contract=contract: time.time() + contract.ahead)  # type: ignore[misc]
        try:
            getattr(contract, name)(inbox, **arguments)
        except (AssertionError, pytest.fail.Exception):
            names.add(name)
    return names


def test_right() -> None:
    """An inbox that does everything right passes."""
    assert len(runs()) > 30
    assert failed(_Right) == set()


@pytest.mark.parametrize("kind", WRONG)
def test_wrong(kind: type[_Right]) -> None:
    """An inbox that does one thing wrong fails."""
    assert failed(kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", WRONG)
def test_search(kind: type[_Right]) -> None:
    """The search finds it too."""
    with pytest.raises((AssertionError, KeyError, pytest.fail.Exception)):
        check(kind, max_examples=300, phases=[Phase.generate])


def test_without_fresh() -> None:
    """Who does not say how an inbox is made is told to."""
    making: Any = InboxContract.fresh
    with pytest.raises(NotImplementedError, match=r"^fresh: should be a fixture"):
        making.__wrapped__(InboxContract())


def test_in_one_process() -> None:
    """By default no other process has it."""
    inbox: Inbox = _Right()
    with pytest.raises(pytest.skip.Exception, match="only one process has it"):
        InboxContract().test_processes(inbox)
