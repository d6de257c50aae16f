"""How a ratio is measured: contenders take turns, and each turn gives one ratio.

Two programs that are timed one after the other on a shared machine differ by what the machine did meanwhile, often by
more than they differ themselves. pyperf runs one benchmark after the other and has no way to interleave them, so the
order of things is ours:

- A contest runs in worker processes of its own, several one after the other, so that neither the layout of one
  process's memory nor what an earlier contest left behind decides: workers differ more than the rounds of one do.
- In a worker, the calls of a batch are calibrated for each contender, until a batch takes long enough to time.
- Then come the rounds. In each, every contender runs one batch, the first one being another each round, and garbage is
  collected before each batch so that nobody pays for another's. The collector stays on, as it is in a program.
- A round gives one ratio of two batches that ran within the same fraction of a second. The ratio that is reported is
  the median of all rounds of all workers.

Batches are timed twice: by the CPU time of the process, which other programs on the machine hardly touch, and by the
clock on the wall, which counts waiting too. pyperf gives the clock, the machine's description and the file of timings
that its tools read.
"""

from __future__ import annotations

import gc
import multiprocessing
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

import attrs
import pyperf

Rounds: TypeAlias = dict[str, list[float]]
"""Seconds (or bytes) of one call, by contender, one for each round."""


@attrs.frozen
class Contest:
    """Contenders that do the same work.

    Attributes:
        contenders: What each calls, by name.
        argument: Makes the argument of the nth call, so that no two calls do quite the same; it is not timed.
        threads: How many threads call.
    """

    contenders: Mapping[str, Callable[[Any], object]]
    argument: Callable[[int], Any]
    threads: int = 1


Opening: TypeAlias = Callable[[], AbstractContextManager[Contest]]
"""Prepares a contest in a worker, checks that its contenders do the same work, and cleans up after it."""


@attrs.frozen
class Effort:
    """How much is measured.

    Attributes:
        workers: Processes, one after the other.
        rounds: Rounds in each.
        batch: Least seconds of a batch.
        messages: How many messages are held in memory to weigh them.
        processes: How often each import is timed.
        files: How many template files are checked.
        checks: How often.
    """

    workers: int = 12
    rounds: int = 11
    batch: float = 0.02
    messages: int = 10_000
    processes: int = 31
    files: int = 2_000
    checks: int = 5


QUICK = Effort(workers=5, rounds=5, batch=0.01, messages=1_000, processes=21, files=500, checks=3)


@attrs.frozen
class Timings:
    """What a contest took.

    Attributes:
        cpu: CPU time of the process, user and system.
        wall: Time on the wall.
    """

    cpu: Rounds = attrs.field(factory=dict)
    wall: Rounds = attrs.field(factory=dict)

    def extend(self, other: Timings) -> None:
        """Add the rounds of another worker."""
        for mine, theirs in ((self.cpu, other.cpu), (self.wall, other.wall)):
            for name, values in theirs.items():
                mine.setdefault(name, []).extend(values)


def measure(opening: Opening, effort: Effort) -> Timings:
    """Hold a contest in worker processes and return the rounds of all of them."""
    timings = Timings()
    for _ in range(effort.workers):
        timings.extend(in_fresh_process(_hold, opening, effort))
    return timings


def in_fresh_process(function: Callable[..., Any], *args: object) -> Any:
    """Call a function in a Python of its own, started anew."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *args).result()


def _hold(opening: Opening, effort: Effort) -> Timings:
    timings = Timings()
    with opening() as contest, ThreadPoolExecutor(contest.threads) as pool:
        batches = {name: _Batch(contest, function, pool) for name, function in contest.contenders.items()}
        for batch in batches.values():
            batch.calibrate(effort.batch)
        names = list(batches)
        for turn in range(effort.rounds):
            start = turn % len(names)
            for name in names[start:] + names[:start]:
                cpu, wall = batches[name].run()
                timings.cpu.setdefault(name, []).append(cpu)
                timings.wall.setdefault(name, []).append(wall)
    return timings


class _Batch:
    """Runs one contender's calls, so many at a time."""

    def __init__(self, contest: Contest, function: Callable[[Any], object], pool: ThreadPoolExecutor) -> None:
        self._contest = contest
        self._function = function
        self._pool = pool
        self._calls = contest.threads
        self._done = 0

    def calibrate(self, seconds: float) -> None:
        """Double the calls until a batch takes so long; a first batch, which may have to connect, does not count."""
        self.run()
        while self.run()[1] * self._calls < seconds:
            self._calls *= 2
        self.run()

    def run(self) -> tuple[float, float]:
        """Run a batch; return the CPU time and the time on the wall of one call."""
        arguments = [self._contest.argument(self._done + index) for index in range(self._calls)]
        self._done += self._calls
        call = self._in_threads if self._contest.threads > 1 else self._in_turn
        gc.collect()
        cpu, wall = time.process_time(), pyperf.perf_counter()
        call(arguments)
        wall, cpu = pyperf.perf_counter() - wall, time.process_time() - cpu
        return cpu / self._calls, wall / self._calls

    def _in_turn(self, arguments: list[Any]) -> None:
        function = self._function
        for argument in arguments:
            function(argument)

    def _in_threads(self, arguments: list[Any]) -> None:
        for _ in self._pool.map(self._function, arguments):
            pass
