"""Receiving notifications while handlers are busy, beside receiving them while nobody works.

The platform waits five seconds for an answer, so what counts is the slowest of many: each round takes in 1,000
notifications by 16 threads and reports the 99th percentile of one. All handlers sleep meanwhile, for longer than the
round takes.

A sandbox signs the notifications and answers the workers. It runs in the process that started this one, so that it
takes no time of those that are measured.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import quantiles

from benchmarks.measure import Effort, Timings, in_fresh_process
from benchmarks.messages import UnequalWorkError
from msgkit import Client, Router
from msgkit.sandbox import Sandbox, SignedNotification

IDLE, BUSY = "nobody works", "handlers sleep"

NOTIFICATIONS, THREADS, WORKERS = 1_000, 16, 4
SLEEP = 10.0  # seconds


def measure(effort: Effort) -> Timings:
    """Take notifications in, in fresh processes, and return the 99th percentiles."""
    timings = Timings()
    with Sandbox() as sandbox:
        customers = [sandbox.customer(sandbox.complaint()) for _ in range(NOTIFICATIONS)]
        for turn in range(effort.checks):
            posted = [customer.notification() for customer in customers]
            timings.extend(in_fresh_process(hold, sandbox.credentials.environ, posted, turn))
    return timings


def hold(environ: Mapping[str, str], posted: Sequence[SignedNotification], turn: int) -> Timings:
    """Time both once, another one first each turn."""
    timings = Timings()
    contenders = [(IDLE, idle), (BUSY, busy)]
    with tempfile.TemporaryDirectory() as folder, Client.from_env(environ) as client:
        for name, run in contenders[turn % 2 :] + contenders[: turn % 2]:
            router = Router(client, inbox=Path(folder, f"{run.__name__}.db"))
            cpu, wall = time.process_time(), run(router, posted)
            timings.cpu[name], timings.wall[name] = [(time.process_time() - cpu) / len(posted)], [wall]
    return timings


def idle(router: Router[Client], posted: Sequence[SignedNotification]) -> float:
    """Take them in while nobody works."""
    receive(router, posted[:WORKERS])
    return receive(router, posted[WORKERS:])


def busy(router: Router[Client], posted: Sequence[SignedNotification]) -> float:
    """Take them in while every worker is in a handler that sleeps."""
    asleep = threading.Semaphore(0)

    @router.on_complaint
    def sleeps() -> None:
        asleep.release()
        time.sleep(SLEEP)

    with router.running(workers=WORKERS):
        receive(router, posted[:WORKERS])
        for _ in range(WORKERS):
            asleep.acquire()
        began = time.monotonic()
        slow = receive(router, posted[WORKERS:])
        if time.monotonic() - began > SLEEP:
            raise UnequalWorkError("the handlers did not sleep for as long as notifications came")
    return slow


def receive(router: Router[Client], posted: Sequence[SignedNotification]) -> float:
    """Take notifications in by 16 threads, and return the 99th percentile of one, in seconds."""

    def one(notification: SignedNotification) -> float:
        began = time.perf_counter()
        status, _ = router.receive(*notification)
        took = time.perf_counter() - began
        if status != 200:  # noqa: PLR2004 - HTTP's
            raise UnequalWorkError(f"a notification was answered with {status}")
        return took

    with ThreadPoolExecutor(THREADS) as pool:
        return quantiles(pool.map(one, posted), n=100)[-1]
