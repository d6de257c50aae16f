"""One pace that two machines' worth of processes share, over Redis: how far it is from what was asked for.

Four processes with a client and two threads each send what is theirs of a hundred replies, at 20 a second in all. The
time of one reply is held against the twentieth of a second that it should take.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.managers import SyncManager
from pathlib import Path
from threading import Barrier

from benchmarks.many import replies, require_sent
from benchmarks.measure import Effort, Timings
from benchmarks.send import settings_of, trusting
from benchmarks.server import running
from msgkit import Client, Pace
from msgkit.client import RedisTurns
from msgkit.sandbox.credentials import Credentials
from tests import redis_server

SHARED, ASKED = "4 processes, one pace", "20 a second"
RATE = 20.0
PROCESSES, THREADS, REPLIES = 4, 2, 100


def measure(effort: Effort) -> Timings:
    """Send at the pace, and return the seconds of one reply beside those that were asked for."""
    timings = Timings()
    with _redis() as url, running() as (credentials, certificate), trusting(certificate):
        for _ in range(effort.checks):
            timings.extend(Timings(wall={SHARED: [_send_at_a_pace(url, credentials)], ASKED: [1 / RATE]}))
    return timings


def _send_at_a_pace(url: str, credentials: Credentials) -> float:
    context = multiprocessing.get_context("spawn")
    with SyncManager(ctx=context) as manager, ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        together = manager.Barrier(PROCESSES)
        sent = [pool.submit(_send, url, credentials, together) for _ in range(PROCESSES)]
        spans = [future.result() for future in sent]
    took: float = max(end for _, end in spans) - min(begin for begin, _ in spans)
    return took / REPLIES


def _send(url: str, credentials: Credentials, together: Barrier) -> tuple[float, float]:
    """Send a process's part when all of them are ready, and return when it began and when it ended."""
    # It may wait for as long as the others have turns.
    pace, total = Pace(reply=RATE, turns=RedisTurns(url)), 2 * REPLIES / RATE
    with Client(**settings_of(credentials), pace=pace, total=total) as client:
        together.wait()
        began = time.time()
        for result in client.send_many(replies(REPLIES // PROCESSES), workers=THREADS):
            require_sent(result)
        return began, time.time()


@contextmanager
def _redis() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, redis_server.serving(Path(folder)) as url:
        yield url
