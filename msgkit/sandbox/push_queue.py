"""When each notification is to be posted: at once, and again by the schedule until it is taken."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

from attrs import define, evolve, field

from msgkit.sandbox.changes import Change, Changes
from msgkit.sandbox.clock import Clock
from msgkit.sandbox.errors import SandboxError
from msgkit.sandbox.faults import is_count
from msgkit.sandbox.loopback import Address
from msgkit.sandbox.pushes import ACTIONS, CREATED, LONGEST, TAKEN, Attempt, Push, delay_after

#: How many threads post; the notifications of one complaint go through the same one, and so in their order.
LANES = 4

#: What a shuffled notification waits at most before it is posted.
SPREAD = timedelta(seconds=0.25)

#: How often at most a notification is delivered on demand.
MOST_TIMES = 100


@define(order=True)
class Delivery:
    """A notification on its way: of one that comes twice there are two."""

    due: datetime
    number: int
    push_id: str = field(order=False)
    lane: int = field(order=False)
    first: datetime = field(order=False)
    tries: int = field(default=0, order=False)
    taken: float = field(default=0.0, order=False)


class Pushes:
    """The notifications of one sandbox, and the way of those that are to be posted. It posts none itself.

    Args:
        clock: What the schedule goes by.
        changes: What is told of them.
    """

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes
        self._lock = threading.RLock()
        self._queued = [threading.Condition(self._lock) for _ in range(LANES)]
        self._finished = threading.Condition(self._lock)
        self._numbers = itertools.count()
        self._wake: Callable[[int], object] | None = None
        #: Where they go where no test has said anything else.
        self.usual: Address | None = None
        self.reset()

    def reset(self) -> None:
        """Forget them all, where they go, and that they go badly."""
        with self._lock:
            self._pushes: dict[str, Push] = {}
            self._last: dict[str, str] = {}
            self._lanes: list[list[Delivery]] = [[] for _ in range(LANES)]
            self._under_way: set[int] = set()
            self._first_tries = 0
            self._address = self.usual
            self.go()

    def go(self, *, times: int = 1, shuffled: bool = False, seed: int = 0) -> None:
        """Say how they go from now on; see `Sandbox.notify_badly`."""
        if not is_count(times) or not 1 <= times <= MOST_TIMES:
            raise ValueError(f"times must be a whole number from 1 to {MOST_TIMES}, not {times!r}")
        if not isinstance(shuffled, bool):
            raise ValueError(f"shuffled must be True or False, not {shuffled!r}")  # noqa: TRY004 - one error for all
        if not is_count(seed):
            raise ValueError(f"seed must be a whole number, not {seed!r}")
        with self._lock:
            self._times = times
            self._luck = random.Random(seed) if shuffled else None  # noqa: S311 - for tests, not for secrets

    @property
    def url(self) -> str | None:
        """Where they are posted to; None where they are not."""
        with self._lock:
            return None if self._address is None else self._address.url

    def set_address(self, address: Address | None) -> None:
        """Say where they go from now on, those too that wait; None to have none made that is to be posted."""
        with self._lock:
            self._address = address
            self.look_again()

    @property
    def all(self) -> tuple[Push, ...]:
        """All that were made, in order."""
        with self._lock:
            return tuple(self._pushes.values())

    def last(self, complaint_id: str) -> Push:
        """The last one about a complaint; where there is none, the one that tells of the complaint is made."""
        with self._changes.step(), self._lock:
            known = self._last.get(complaint_id)
            return self._made(complaint_id, CREATED) if known is None else self._pushes[known]

    def add(self, complaint_id: str, operate_type: str) -> None:
        """Make the one that tells of an entry, if the platform tells of it."""
        if operate_type not in ACTIONS:
            return
        with self._changes.step(), self._lock:
            push = self._made(complaint_id, operate_type)
            if self._address is not None:
                self._send(push)

    def _made(self, complaint_id: str, operate_type: str) -> Push:
        push = Push.of(complaint_id, operate_type, self._clock.now())
        self._pushes[push.id] = push
        self._last[complaint_id] = push.id
        self._changes.note(Change("push", complaint_id, push_id=push.id))
        return push

    def _send(self, push: Push) -> None:
        lane = zlib.crc32(push.complaint_id.encode("utf-8", "replace")) % LANES
        for _ in range(self._times):
            due = push.create_time if self._luck is None else push.create_time + self._luck.random() * SPREAD
            self._queue(Delivery(due, next(self._numbers), push.id, lane, due))
        self._first_tries += self._times
        if self._wake is not None:
            self._wake(lane)

    def _queue(self, delivery: Delivery) -> None:
        heapq.heappush(self._lanes[delivery.lane], delivery)
        self._queued[delivery.lane].notify()

    def open(self, wake: Callable[[int], object]) -> None:
        """Begin to give them out.

        Args:
            wake: Is told of each lane in which something is to be posted, and sees to it that somebody takes it.
        """
        with self._lock:
            self._wake = wake
            for lane, waiting in enumerate(self._lanes):
                if waiting:
                    wake(lane)

    def close(self) -> None:
        """Give out no more; what waits goes on waiting."""
        with self._lock:
            self._wake = None
            self.look_again()

    def look_again(self) -> None:
        """Let whoever waits see what is due now."""
        with self._lock:
            for condition in (*self._queued, self._finished):
                condition.notify_all()

    def take(self, lane: int) -> tuple[Delivery, Push, Address] | None:
        """Wait for what is to be posted next.

        Args:
            lane: One of `LANES`, which one thread at a time takes from.

        Returns:
            The delivery, the notification, and where it goes; None once no more are given out.
        """
        with self._lock:
            while self._wake is not None:
                waiting, wait = self._lanes[lane], None
                if waiting and self._address is not None:
                    wait = (waiting[0].due - self._clock.now()).total_seconds()
                    if wait <= 0:
                        delivery = heapq.heappop(waiting)
                        delivery.taken = time.monotonic()
                        self._under_way.add(delivery.number)
                        return delivery, self._pushes[delivery.push_id], self._address
                self._queued[lane].wait(wait)
            return None

    def finish(self, delivery: Delivery, status: int | None, error: str | None = None) -> None:
        """Take note of how a delivery ended, and let it be tried again if that is to be.

        The next try is due a while after this one was and had its answer, whenever it was made: where a test has moved
        the clock, all those follow at once that would have been made meanwhile.
        """
        with self._changes.step(), self._lock:
            if delivery.number not in self._under_way:
                return  # forgotten by a reset
            self._under_way.discard(delivery.number)
            push = self._pushes[delivery.push_id]
            attempts = (*push.attempts, Attempt(delivery.due, status, error))
            self._pushes[push.id] = evolve(push, attempts=attempts)
            self._changes.note(Change("push", push.complaint_id, push_id=push.id))
            self._first_tries -= delivery.tries == 0
            delivery.tries += 1
            delay = None if status in TAKEN else delay_after(delivery.tries)
            if delay is not None:
                delivery.due += delay + timedelta(seconds=time.monotonic() - delivery.taken)
                if delivery.due - delivery.first <= LONGEST:
                    self._queue(delivery)
            self._finished.notify_all()

    def settle(self, timeout: float) -> None:
        """Wait until nothing is to be posted now; see `Sandbox.settle`."""
        ends = time.monotonic() + timeout
        with self._lock:
            while self._is_due():
                if self._wake is None:
                    raise SandboxError("notifications wait, and the sandbox does not run: use it in a with statement")
                if time.monotonic() >= ends:
                    raise SandboxError(f"notifications were still to be posted after {timeout:g} s")
                self._finished.wait(max(ends - time.monotonic(), 0))

    def _is_due(self) -> bool:
        if self._under_way or self._address is None:
            return bool(self._under_way)
        now = self._clock.now()
        # Those that are shuffled wait a moment, and are to be posted now all the same.
        return self._first_tries > 0 or any(waiting and waiting[0].due <= now for waiting in self._lanes)
