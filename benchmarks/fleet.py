"""Workers of Celery in processes of their own, with a Redis, that send what is queued."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Self

from celery import Celery

from benchmarks.messages import UnequalWorkError, compose, order_no
from msgkit.celery import Replies
from msgkit.delivery import Delivery, State
from msgkit.sandbox.credentials import Credentials
from tests import redis_server

_PATIENCE = 60.0  # seconds until workers are there, and until all is sent
_LOOK = 0.02  # seconds between two looks at the ledger

_numbers = count(1)


class Fleet:
    """Workers, each of which sends one reply after the other.

    Args:
        credentials: What they need of the server.
        workers: How many.
    """

    def __init__(self, credentials: Credentials, workers: int) -> None:
        self._credentials, self._workers = credentials, workers
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        broker = self._stack.enter_context(redis_server.serving(folder))
        environ = {**os.environ, **self._credentials.environ, "MSGKIT_BROKER": broker, "MSGKIT_RATE": "100000"}
        environ["PYTHONWARNINGS"] = "ignore"  # that of root, who runs this where nobody else is
        app = Celery("benchmarks", broker=broker)
        self._replies = Replies(app)
        for number in range(self._workers):
            self._stack.callback(_ended, _started(environ, number))
        until = time.monotonic() + _PATIENCE
        while len(app.control.ping(timeout=0.5)) < self._workers:
            _require(time.monotonic() < until, "the workers did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def send(self, replies: int) -> None:
        """Queue so many replies, and wait until all of them are sent."""
        message, mchid = compose(order_no(42)), self._credentials.mchid
        ids = [self._replies.queue(Delivery.of(mchid, order_no(next(_numbers)), message)) for _ in range(replies)]
        until = time.monotonic() + _PATIENCE
        while ids:
            found = dict(zip(ids, self._replies.outcomes(ids, mchid=mchid), strict=True))
            ended = {key: outcome for key, outcome in found.items() if outcome is not None and outcome.is_end}
            _require(all(each.state is State.SENT for each in ended.values()), "a worker did not send a reply")
            _require(time.monotonic() < until, "the workers did not send all replies")
            ids = [key for key in ids if key not in ended]
            time.sleep(_LOOK if ids else 0)


def _started(environ: dict[str, str], number: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "msgkit.celery.worker", "worker", "--pool", "solo"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "ERROR", "-n", f"w{number}@benchmarks"]
    return subprocess.Popen([*command, *quiet], env=environ, stdout=subprocess.DEVNULL)  # noqa: S603 - ours


def _ended(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise UnequalWorkError(otherwise)
