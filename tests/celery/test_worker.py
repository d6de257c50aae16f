"""``msgkit.celery.worker``: a worker that is set up by the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from msgkit.sandbox import Sandbox

PROGRAM = "import msgkit.celery.worker as worker; print(worker.replies.ledger.place, worker.replies._merchants)"


def run(**environ: str) -> subprocess.CompletedProcess[str]:
    """Import the worker in a Python of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MSGKIT_", "WECHATPAY_"))}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env={**clean, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
class TestWorker:
    """What the variables mean."""

    def test_one(self, wechatpay_sandbox: Sandbox) -> None:
        """The ledger is the broker's, and the merchant that of the environment."""
        done = run(MSGKIT_BROKER="redis://127.0.0.1:9/3", **wechatpay_sandbox.credentials.environ)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("127.0.0.1:9 database 3")
        assert wechatpay_sandbox.credentials.mchid in done.stdout
        assert "PRIVATE" not in done.stdout

    def test_folder(self, wechatpay_sandbox: Sandbox, tmp_path: Path) -> None:
        """A folder of merchants, and a ledger elsewhere."""
        mine = tmp_path / wechatpay_sandbox.credentials.mchid
        mine.mkdir()
        wechatpay_sandbox.credentials.write(mine)
        done = run(
            MSGKIT_BROKER="amqp://127.0.0.1", MSGKIT_LEDGER="redis://127.0.0.1:9/4", MSGKIT_MERCHANTS=str(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("127.0.0.1:9 database 4")
        assert "Merchants" in done.stdout

    @pytest.mark.parametrize(
        ("environ", "said"),
        [
            ({}, "MSGKIT_BROKER is not set"),
            ({"MSGKIT_BROKER": "redis://127.0.0.1:9/3"}, "WECHATPAY_MCHID"),
            ({"MSGKIT_BROKER": "redis://127.0.0.1:9/3", "MSGKIT_RATE": "fast"}, "MSGKIT_RATE must be a number"),
            ({"MSGKIT_BROKER": "amqp://127.0.0.1", "MSGKIT_RATE": "5"}, "turns: should be a URL of Redis"),
        ],
    )
    def test_wrong(self, environ: dict[str, str], said: str) -> None:
        """What is missing is named, and what to set."""
        done = run(**environ)
        assert done.returncode == 1
        assert said in done.stderr.splitlines()[-1]
