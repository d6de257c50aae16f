"""Tests of a table whose sending is killed again and again, by a platform that fails a fifth of the calls."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from msgkit.sandbox import Sandbox
from tests._cli._many.tables import report, table, template
from tests._cli.command import ROOT

ROWS = int(os.environ.get("MSGKIT_KILLED_ROWS", "600"))
KILLS = 5
MOST_MEMORY = 200 * 1024  # kB


def start(folder: Path, sandbox: Sandbox, *more: str) -> subprocess.Popen[bytes]:
    """Start the command."""
    command = [sys.executable, "-m", "msgkit", "send-many", "refund.yaml", "table.csv", "--rate", "2000", *more]
    env = {**os.environ, **sandbox.credentials.environ, "PYTHONPATH": str(ROOT), "MSGKIT_LANG": "en"}
    return subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def memory(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> int:
    """Return the most memory that a process has had, in kB; 0 where it has ended."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def sent(sandbox: Sandbox) -> int:
    """Return how many replies the sandbox took."""
    return len(sandbox.replies)


def kill_in_the_middle(folder: Path, sandbox: Sandbox, *more: str) -> int:
    """Kill the command at five random moments of its sending; return the most memory that it had."""
    luck, most = random.Random(16), 0  # noqa: S311 - nobody's secret
    for number in range(KILLS):
        process = start(folder, sandbox, *more)
        goal = sent(sandbox) + luck.randint(1, max(2, (ROWS - sent(sandbox)) // (KILLS - number + 1)))
        while process.poll() is None and sent(sandbox) < goal:
            time.sleep(0.02)
            most = max(most, memory(process))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    return most


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measures memory as Linux tells it")
class TestKilled:
    """``kill -9`` in the middle."""

    def test_rich(self, tmp_path: Path) -> None:
        """Each row is sent once, the report is complete, and memory stays small."""
        with Sandbox() as sandbox:
            ids = [sandbox.complaint().complaint_id for _ in range(ROWS)]
            template(tmp_path)
            table(tmp_path / "table.csv", ([each, f"客户{number}", "1.50"] for number, each in enumerate(ids)))
            sandbox.fail_some({"NO_ANSWER": 2, "SYSTEM_ERROR": 2, "FREQUENCY_LIMITED": 0.2}, share=0.2, seed=16)
            begin = time.monotonic()
            most = kill_in_the_middle(tmp_path, sandbox, "--threads", "16")
            code = 1
            for _ in range(10):
                process = start(tmp_path, sandbox, "--threads", "16")
                while process.poll() is None:
                    time.sleep(0.05)
                    most = max(most, memory(process))
                process.communicate()
                code = process.returncode
                if code == 0:
                    break
            print(f"{ROWS} rows in {time.monotonic() - begin:.0f} s, {most / 1024:.0f} MB")  # noqa: T201
            assert code == 0
            assert Counter(reply.complaint_id for reply in sandbox.replies) == Counter(ids)
            lines = report(tmp_path / "table.csv.report.csv")
        assert [line["complaint_id"] for line in lines] == ids
        assert {line["state"] for line in lines} == {"sent"}
        assert all(line["log_id"] for line in lines)
        assert most < MOST_MEMORY

    def test_plain(self, tmp_path: Path) -> None:
        """No plain reply goes twice, and each that may have gone unseen is told."""
        with Sandbox() as sandbox:
            ids = [sandbox.complaint().complaint_id for _ in range(ROWS)]
            (tmp_path / "refund.yaml").write_text("response_content: 已处理\n", encoding="utf-8")
            table(tmp_path / "table.csv", ([each] for each in ids), ["complaint_id"])
            sandbox.fail_some({"NO_ANSWER": 1, "SYSTEM_ERROR": 1}, share=0.2, seed=16)
            kill_in_the_middle(tmp_path, sandbox)
            for _ in range(10):
                process = start(tmp_path, sandbox)
                out, _ = process.communicate()
                if b"to be tried again" not in out and b"not sent yet" not in out:
                    break
            counts = Counter(reply.complaint_id for reply in sandbox.replies)
            lines = report(tmp_path / "table.csv.report.csv")
        states = {line["complaint_id"]: line["state"] for line in lines}
        assert list(states) == ids
        assert set(counts.values()) == {1}
        assert set(states.values()) == {"sent", "unclear"}
        assert all(counts[each] for each, state in states.items() if state == "sent")

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_stopped(self, tmp_path: Path, number: signal.Signals) -> None:
        """Asked to end, it ends what is under way, writes the report, says what is left, and goes on the next time."""
        with Sandbox() as sandbox:
            ids = [sandbox.complaint().complaint_id for _ in range(60)]
            (tmp_path / "refund.yaml").write_text("response_content: 已处理\n", encoding="utf-8")
            table(tmp_path / "table.csv", ([each] for each in ids), ["complaint_id"])
            before = signal.signal(number, signal.default_int_handler)  # which a child is not told to ignore
            process = start(tmp_path, sandbox, "--rate", "20")
            signal.signal(number, before)
            while sent(sandbox) < 5:
                time.sleep(0.02)
            process.send_signal(number)
            out, error = process.communicate()
            assert process.returncode == 1
            assert error.startswith(b"stopping: ")
            states = Counter(line["state"] for line in report(tmp_path / "table.csv.report.csv"))
            assert states == {"sent": sent(sandbox), "unsent": 60 - sent(sandbox)}
            assert f"sends the {states['unsent']} that are left".encode() in out
            process = start(tmp_path, sandbox)
            process.communicate()
            assert (process.returncode, sent(sandbox)) == (0, 60)
