"""A real Redis on a free port of this machine."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests import programs

_PATIENCE = 20.0  # seconds that it may take to start


def program() -> str:
    """Return where the program is; where there is none, CI fails and others skip what needs it."""
    return programs.found("redis-server")


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """Run a server in a with statement, and return its URL.

    Args:
        folder: Where it may write.
        *options: What else it is told.
    """
    found = program()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quiet = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--dir", str(folder), *options]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen([found, "--port", str(port), *quiet], stdout=log) as server,
    ):
        try:
            url = f"redis://127.0.0.1:{port}/0"
            _await(url, server)
            yield url
        finally:
            server.terminate()


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                assert server.poll() is None, "redis-server has ended"
                assert time.monotonic() < end, "redis-server does not answer"
                time.sleep(0.01)
            else:
                return
