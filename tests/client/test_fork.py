"""Processes that were forked from one that had used its client: each send gets its own receipt."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.network import (
    Received,
    Server,
    merchant_key,
    platform_key,
    private_pem,
    public_pem,
    serving_tls,
    signed,
    write_certificate,
)

ROOT = Path(__file__).parents[2]


def echo(received: Received) -> bytes:
    """A receipt from which one can tell whose it is."""
    return signed(200, json.dumps({"log_id": f"of-{received.json['idempotent_id']}"}).encode())


@pytest.fixture(params=["plain", "tls"])
def pay(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A platform that says whose receipt each is, in HTTP and in HTTPS."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/merchant.pem").write_text(private_pem(merchant_key()))
    (tmp_path / "keys/platform.pem").write_text(public_pem(platform_key()))
    tls = serving_tls(write_certificate(tmp_path)) if request.param == "tls" else None
    with Server(echo, tls=tls) as server:
        yield server


def environ(folder: Path, **more: str) -> dict[str, str]:
    """The environment of the programs: ours, and what they need to find the tests and to trust the server."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "REQUESTS_CA_BUNDLE": str(folder / "certificate.pem"), **more}


def run_forking(server: Server, folder: Path, children: int, sends: int, kind: str) -> None:
    """Run the program that forks, and hold every receipt against its send."""
    (folder / "certificate.pem").touch()
    done = subprocess.run(
        [sys.executable, "-m", "tests.client.forking", server.base_url, str(children), str(sends), kind],
        cwd=folder,
        env=environ(folder),
        input=private_pem(merchant_key()),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    receipts = [line.split() for line in done.stdout.splitlines()]
    assert len(receipts) == 1 + (children + 1) * sends
    assert [receipt for receipt in receipts if receipt[1] != f"of-{receipt[0]}"] == []
    sent = [received.json["idempotent_id"] for received in server.received]
    assert sorted(sent) == sorted(name for name, _ in receipts)
    assert server.connections == children + 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["blocking", "awaiting"])
def test_fork(pay: Server, tmp_path: Path, kind: str) -> None:
    """A parent and its children that send at once share no connection and get their own receipts."""
    run_forking(pay, tmp_path, children=2, sends=25, kind=kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["blocking", "awaiting"])
def test_many_forks(pay: Server, tmp_path: Path, kind: str) -> None:
    """So do four children and their parent with 200 sends each."""
    run_forking(pay, tmp_path, children=4, sends=200, kind=kind)


def ask(port: int, name: str) -> tuple[str, str]:
    """Have the application send under an id."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", f"/?{name}")
        response = connection.getresponse()
        body = response.read().decode()
        assert response.status == 200, body
        pid, log_id = body.split()
        return pid, log_id
    finally:
        connection.close()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.slow
@pytest.mark.parametrize("worker", ["sync", "gevent"])
def test_gunicorn(pay: Server, tmp_path: Path, worker: str) -> None:
    """Four workers of gunicorn, forked from an application that was loaded and used before, do so too."""
    (tmp_path / "certificate.pem").touch()
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers=4", f"--worker-class={worker}"]
    command += [
        f"--bind=127.0.0.1:{port}",
        "--no-control-socket",
        "--graceful-timeout=3",
        "tests.client.forked_app:app",
    ]
    with (tmp_path / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environ(tmp_path, PAY_URL=pay.base_url), stdout=log, stderr=log
        )
        try:
            wait_for(port, process)
            names = [f"send-{number}" for number in range(800)]
            with ThreadPoolExecutor(8) as pool:
                answers: list[Any] = list(pool.map(lambda name: ask(port, name), names))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            finally:
                process.kill()
    said = (tmp_path / "gunicorn.log").read_text()
    assert [log_id for _, log_id in answers] == [f"of-{name}" for name in names], said
    assert len({pid for pid, _ in answers}) > 1, "one worker did all the work"
    assert sorted(received.json["idempotent_id"] for received in pay.received) == sorted([*names, "first"])
    assert "Traceback" not in said


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the application answers."""
    for _ in range(300):
        assert process.poll() is None, "gunicorn ended before it listened"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("gunicorn does not listen")
