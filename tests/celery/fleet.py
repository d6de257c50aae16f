"""Real workers in processes of their own, of which one is killed now and then, and a Redis that is started again."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import redis

from tests import redis_server

ROOT = Path(__file__).parent.parent.parent


class Server:
    """A Redis that keeps all it is told, and is started again on the same files and the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it has read what it kept."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", ""]
        keeps = ["--appendonly", "yes", "--appendfsync", "always"]
        with (self._folder / "log").open("a") as log:
            self._process = subprocess.Popen([redis_server.program(), *options, *keeps], stdout=log)
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    assert self._process.poll() is None, "redis-server has ended"
                    time.sleep(0.02)
                else:
                    return

    def stop(self) -> None:
        """Stop it as an operator does, by SIGTERM."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)


class Fleet:
    """Workers of an app.

    Args:
        app: The module of the app.
        environ: The environment of the workers.
        log: Where they write.
        pool: How they work.
        workers: How many there are.
    """

    def __init__(
        self, app: str, environ: Mapping[str, str], log: Path, *, pool: str = "prefork", workers: int = 2
    ) -> None:
        self._app, self._log, self._pool = app, log, pool
        self._environ = {**os.environ, **environ, "PYTHONWARNINGS": "ignore"}
        self._workers: list[subprocess.Popen[bytes]] = []
        self._count = workers
        self.kills = 0

    def start(self) -> None:
        """Start as many workers as are missing."""
        self._workers = [each for each in self._workers if each.poll() is None]
        while len(self._workers) < self._count:
            self._workers.append(self._started())

    def _started(self) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            self._app,
            "worker",
            "--pool",
            self._pool,
            "--concurrency",
            "2",
        ]
        quick = [
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "WARNING",
            "-n",
            f"w{random.getrandbits(32)}@here",
        ]
        with self._log.open("a") as log:
            return subprocess.Popen(
                [*command, *quick], cwd=ROOT, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )

    def kill_one(self) -> None:
        """Kill a worker, or a process in which one works, and replace it."""
        mine = [process for worker in self._workers for process in (worker.pid, *children(worker.pid))]
        victim = random.choice(mine)  # noqa: S311 - nobody's secret
        os.kill(victim, signal.SIGKILL)
        self.kills += 1
        for worker in self._workers:
            if worker.pid == victim:
                worker.wait()
                end_group(victim)  # whose processes nobody else ends
        self.start()

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Have one of them, with all its processes, stand still for as long as this lasts."""
        leader = self._workers[0].pid
        os.killpg(leader, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(leader, signal.SIGCONT)

    def stop(self) -> None:
        """End all of them at once."""
        for worker in self._workers:
            end_group(worker.pid)
            worker.wait()


def end_group(leader: int) -> None:
    """Kill whatever is left of a worker and its processes."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def children(parent: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


@contextmanager
def running(app: str, environ: Mapping[str, str], folder: Path, **options: object) -> Iterator[tuple[Server, Fleet]]:
    """Run a Redis and workers."""
    server = Server(folder)
    with ExitStack() as stack:
        server.start()
        stack.callback(server.stop)
        fleet = Fleet(app, {**environ, "MSGKIT_BROKER": server.url}, folder / "workers.log", **options)  # type: ignore[arg-type]
        fleet.start()
        stack.callback(fleet.stop)
        yield server, fleet
