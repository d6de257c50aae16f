"""Pace: how many calls a second, so that the platform's limits are not run into."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import attrs

from msgkit._apiv3.calls import Kind
from msgkit.errors import ConfigurationError

SLOWEST = 0.1
"""The smallest share of the pace asked for that 429s bring it down to."""

BETWEEN_HALVINGS = 1.0
"""Seconds from one halving to the next, at least."""

UNTIL_DOUBLED = 2.0
"""Seconds without a 429 after which the pace doubles."""


class Turns(Protocol):
    """Who says when a call may go: in this process, or one for many machines.

    An implementation is asked by many threads and tasks. It answers at once or nearly so: who waits is the caller.
    """

    def take(self, key: str, rate: float, at_most: float) -> float | None:
        """Take the next turn.

        Args:
            key: What shares one pace: a kind of endpoint and a merchant.
            rate: Turns a second that are asked for.
            at_most: Seconds that the caller can wait.

        Returns:
            After how many seconds the turn comes; None where that is longer than the caller can wait, and no turn was
            taken.
        """
        ...

    def slow_down(self, key: str) -> None:
        """Halve the pace: the platform said 429."""
        ...


@attrs.define
class _Lane:
    """The turns of one key."""

    next: float = float("-inf")
    share: float = 1.0
    halved: float = float("-inf")
    changed: float = float("-inf")


class LocalTurns:
    """Turns of this process.

    A 429 halves the pace, at most once a second and never below a tenth of what was asked for; after two seconds
    without one it doubles, until it is what was asked for.

    Args:
        clock: Tells a time in seconds that only grows.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._here: dict[int, tuple[threading.Lock, dict[str, _Lane]]] = {}

    def _of_this_process(self) -> tuple[threading.Lock, dict[str, _Lane]]:
        # A lock that a thread held when its process was forked would never be free again in the child.
        return self._here.setdefault(os.getpid(), (threading.Lock(), {}))

    def take(self, key: str, rate: float, at_most: float) -> float | None:
        """Take the next turn; see `Turns.take`."""
        lock, lanes = self._of_this_process()
        with lock:
            lane, now = lanes.setdefault(key, _Lane()), self._clock()
            while lane.share < 1 and now - lane.changed >= UNTIL_DOUBLED:
                lane.share = min(1.0, lane.share * 2)
                lane.changed += UNTIL_DOUBLED
            begin = max(now, lane.next)
            if begin - now > at_most:
                return None
            lane.next = begin + 1 / (rate * lane.share)
            return begin - now

    def slow_down(self, key: str) -> None:
        """Halve the pace; see `Turns.slow_down`."""
        lock, lanes = self._of_this_process()
        with lock:
            lane, now = lanes.setdefault(key, _Lane()), self._clock()
            lane.changed = now
            if now - lane.halved >= BETWEEN_HALVINGS:
                lane.halved = now
                lane.share = max(SLOWEST, lane.share / 2)


def _rate(_instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if value is not None and not (is_number and 0 < value < float("inf")):
        raise ConfigurationError(f"Pace.{field.name} must be a number of calls a second above 0, or None for no limit")


@attrs.frozen
class Pace:
    """How many calls a second a merchant makes.

    The platform documents no figure that holds everywhere, so this is the caller's choice; a 429 slows it down by
    itself. One `Pace` may be shared by several clients: each merchant has its own turns.

    Args:
        reply: Replies a second, rich and plain ones together; None for no limit.
        read: Calls a second that only read.
        write: Calls a second that change something and are no replies: uploads, decisions, ``complete`` …
        turns: Who gives the turns: this process, or what many machines share: `RedisTurns`, or an object of yours (see
            `Turns`).

    Raises:
        ConfigurationError: A figure is no number above 0.
    """

    reply: float | None = attrs.field(default=None, validator=_rate)
    read: float | None = attrs.field(default=None, validator=_rate)
    write: float | None = attrs.field(default=None, validator=_rate)
    turns: Turns = attrs.field(factory=LocalTurns, repr=False, eq=False, kw_only=True)

    def take(self, kind: Kind, mchid: str, at_most: float) -> float | None:
        """Take a turn for a call; see `Turns.take`."""
        rate: float | None = getattr(self, kind)
        return 0.0 if rate is None else self.turns.take(f"{kind}/{mchid}", rate, at_most)

    def slow_down(self, kind: Kind, mchid: str) -> None:
        """Halve the pace of a kind of call, if it has one."""
        if getattr(self, kind) is not None:
            self.turns.slow_down(f"{kind}/{mchid}")
