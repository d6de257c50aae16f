"""Many replies: by one thread, several, tasks, and workers of Celery.

Once to a server that answers at once, so that the CPU is the bound, and once to one that takes 20 ms, as a platform in
another city does, so that waiting is. All send the same messages over TLS to the same server. Workers are processes
that send one after the other; what they send is queued and heard of as a fleet's is, and the time is that of all of it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count

from benchmarks.fleet import Fleet
from benchmarks.measure import Effort, Timings, in_fresh_process
from benchmarks.messages import UnequalWorkError, compose, order_no
from benchmarks.send import Floor, path_of, settings_of, trusting
from benchmarks.server import running
from msgkit import AsyncClient, Client, Message, SendResult
from msgkit.sandbox.credentials import Credentials

ONE, TWO, FOUR = "1 thread", "2 threads", "4 threads"
TASKS = "asyncio, 16 at once"
WORKER, WORKERS = "1 worker", "2 workers"
SIGNATURE = "a signature"
OTHERS = (TWO, FOUR, TASKS, WORKER, WORKERS)

#: Seconds that a platform in another city takes; and how many replies are sent in a round, by each.
AWAY = 0.02
_REPLIES_AT_ONCE, _REPLIES_AWAY = 400, 120

_TASKS = 16

Sending = Callable[[int], object]
"""Sends so many replies."""


def at_once(effort: Effort) -> Timings:
    """Send to a server that answers at once."""
    return _measure(effort, 0.0, _REPLIES_AT_ONCE)


def away(effort: Effort) -> Timings:
    """Send to a server that is far away."""
    return _measure(effort, AWAY, _REPLIES_AWAY)


def _measure(effort: Effort, delay: float, replies: int) -> Timings:
    timings = Timings()
    for turn in range(effort.checks):
        timings.extend(in_fresh_process(hold, delay, replies, turn))
    return timings


def hold(delay: float, replies: int, turn: int) -> Timings:
    """Time all once, another one first each turn; the seconds are those of one reply."""
    timings = Timings()
    with running(delay) as (credentials, certificate), trusting(certificate) as bundle, ExitStack() as stack:
        contenders = _contenders(credentials, stack)
        floor = Floor(credentials, bundle)
        stack.callback(floor.close)
        contenders[SIGNATURE] = lambda calls: _sign(floor, calls)
        names = list(contenders)
        for name in names:
            contenders[name](_TASKS)  # opens the connections
        start = turn % len(names)
        for name in names[start:] + names[:start]:
            wall, cpu = time.perf_counter(), time.process_time()
            contenders[name](replies)
            timings.wall[name] = [(time.perf_counter() - wall) / replies]
            if name not in (WORKER, WORKERS):  # whose work is other processes'
                timings.cpu[name] = [(time.process_time() - cpu) / replies]
    return timings


def _contenders(credentials: Credentials, stack: ExitStack) -> dict[str, Sending]:
    client = stack.enter_context(Client(**settings_of(credentials)))
    fleets = {WORKER: stack.enter_context(Fleet(credentials, 1)), WORKERS: stack.enter_context(Fleet(credentials, 2))}
    return {
        ONE: lambda number: _in_threads(client, number, 1),
        TWO: lambda number: _in_threads(client, number, 2),
        FOUR: lambda number: _in_threads(client, number, 4),
        TASKS: lambda number: asyncio.run(_in_tasks(credentials, number)),
        **{name: fleet.send for name, fleet in fleets.items()},
    }


_numbers = count(1)


def replies(number: int) -> Iterator[tuple[str, Message]]:
    """Return so many replies, each to a complaint of its own."""
    message = compose(order_no(42))
    return ((order_no(next(_numbers)), message) for _ in range(number))


def _in_threads(client: Client, number: int, threads: int) -> None:
    for result in client.send_many(replies(number), workers=threads):
        require_sent(result)


async def _in_tasks(credentials: Credentials, number: int) -> None:
    async with AsyncClient(**settings_of(credentials)) as client:
        async for result in client.send_many(replies(number), workers=_TASKS):
            require_sent(result)


def require_sent(result: SendResult) -> None:
    """Raise where a reply was not sent."""
    if result.error is not None:
        raise UnequalWorkError("a reply was not sent") from result.error


def _sign(floor: Floor, calls: int) -> None:
    for number in range(calls):
        floor.headers(path_of(order_no(number)))
