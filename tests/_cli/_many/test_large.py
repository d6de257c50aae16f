"""Tests of tables that are large: memory stays small, and nothing is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from msgkit._cli._many.journal import Journal
from tests import network
from tests._cli._many.tables import report, table, template
from tests._cli._many.test_killed import MOST_MEMORY, memory
from tests._cli.command import ROOT

ROWS = int(os.environ.get("MSGKIT_LARGE_ROWS", "5000"))
WRONG = ROWS // 200

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3000)]

Environ = dict[str, str]


def ids(number: int) -> Iterator[str]:
    """Yield ids of complaints."""
    return (f"2002018202001010800766{each:06d}" for each in range(number))


@pytest.fixture
def platform() -> Iterator[tuple[subprocess.Popen[str], Environ]]:
    """A cheap platform in a process of its own, and the environment that leads to it."""
    command = [sys.executable, "-m", "tests._cli._many.cheap"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base_url, private, public = json.loads(process.stdout.readline())
        yield (
            process,
            {
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "MSGKIT_LANG": "en",
                "WECHATPAY_MCHID": network.MCHID,
                "WECHATPAY_SERIAL_NO": network.SERIAL_NO,
                "WECHATPAY_PRIVATE_KEY": private,
                "WECHATPAY_PUBLIC_KEY_ID": network.PUBLIC_KEY_ID,
                "WECHATPAY_PUBLIC_KEY": public,
                "WECHATPAY_BASE_URL": base_url,
            },
        )
        process.kill()


def counted(process: subprocess.Popen[str]) -> tuple[int, int]:
    """End the platform; return how many ids it was sent, and how many calls."""
    out, _ = process.communicate("")
    found, calls = json.loads(out)
    return found, calls


def start(folder: Path, environ: Environ, *more: str) -> subprocess.Popen[str]:
    """Start the command."""
    command = [sys.executable, "-m", "msgkit", "send-many", "refund.yaml", "table.csv", "--rate", "100000", *more]
    return subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class TestErrors:
    """Tables with many mistakes."""

    @pytest.mark.parametrize("wrong", [WRONG, ROWS])
    def test_all_are_told(self, tmp_path: Path, platform: tuple[subprocess.Popen[str], Environ], wrong: int) -> None:
        """All are told, nothing is sent, and there is no journal."""
        process, environ = platform
        template(tmp_path)
        every = ROWS // wrong
        rows = ([each, "客户", "1,5" if number % every == 0 else "1.50"] for number, each in enumerate(ids(ROWS)))
        table(tmp_path / "table.csv", rows)
        begin = time.monotonic()
        with (tmp_path / "out").open("wb") as file:
            command = [sys.executable, "-m", "msgkit", "send-many", "refund.yaml", "table.csv"]
            with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=file, stderr=subprocess.PIPE) as checking:
                most = 0
                while checking.poll() is None:
                    time.sleep(0.01)
                    most = max(most, memory(checking))
        print(f"{ROWS} rows, {wrong} wrong: {time.monotonic() - begin:.0f} s, {most / 1024:.0f} MB")  # noqa: T201
        assert checking.returncode == 2
        assert len((tmp_path / "out").read_text(encoding="utf-8").splitlines()) == ROWS // every
        assert counted(process) == (0, 0)
        assert sorted(each.name for each in tmp_path.iterdir()) == ["out", "refund.yaml", "table.csv"]
        assert most < MOST_MEMORY


class TestSent:
    """Tables that are sent."""

    def test_killed(self, tmp_path: Path, platform: tuple[subprocess.Popen[str], Environ]) -> None:
        """Killed five times, each row is sent, under one id, and the report is complete; memory stays small."""
        process, environ = platform
        template(tmp_path)
        table(tmp_path / "table.csv", ([each, "客户", "1.50"] for each in ids(ROWS)))
        begin, most = time.monotonic(), 0
        luck = random.Random(16)  # noqa: S311 - nobody's secret
        for _ in range(5):
            sending = start(tmp_path, environ)
            until = time.monotonic() + 1.5 + luck.random() * ROWS / 2000
            while sending.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
                most = max(most, memory(sending))
            sending.send_signal(signal.SIGKILL)
            sending.communicate()
        sending = start(tmp_path, environ)
        while sending.poll() is None:
            time.sleep(0.01)
            most = max(most, memory(sending))
        out, _ = sending.communicate()
        found, calls = counted(process)
        seconds = time.monotonic() - begin
        print(f"{ROWS} rows in {seconds:.0f} s, {calls} calls, {most / 1024:.0f} MB")  # noqa: T201
        assert (sending.returncode, found) == (0, ROWS), out
        assert calls <= ROWS + 5 * 16
        lines = report(tmp_path / "table.csv.report.csv")
        assert [line["complaint_id"] for line in lines] == list(ids(ROWS))
        assert {line["state"] for line in lines} == {"sent"}
        assert most < MOST_MEMORY

    def test_full_disk(self, tmp_path: Path, platform: tuple[subprocess.Popen[str], Environ]) -> None:
        """Where the journal cannot grow, it stops and says so; once there is space, the same command goes on."""
        process, environ = platform
        template(tmp_path)
        table(tmp_path / "table.csv", ([each, "客户", "1.50"] for each in ids(1000)))
        code = (
            "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)); "
            "from msgkit.__main__ import main; sys.argv[0] = 'msgkit'; main()"
        )
        command = [sys.executable, "-c", code, "send-many", "refund.yaml", "table.csv", "--rate", "100000"]
        done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done
        assert "Make space" in done.stderr
        sending = start(tmp_path, environ)
        sending.communicate()
        found, _ = counted(process)
        assert (sending.returncode, found) == (0, 1000)

    def test_power_loss(self, tmp_path: Path, platform: tuple[subprocess.Popen[str], Environ]) -> None:
        """What is on the disk at any moment is a journal that can be gone on with."""
        _, environ = platform
        template(tmp_path)
        table(tmp_path / "table.csv", ([each, "客户", "1.50"] for each in ids(ROWS)))
        journal, copied, before = tmp_path / "table.csv.report.csv.journal", 0, 0
        sending = start(tmp_path, environ)
        while sending.poll() is None:
            time.sleep(0.05)
            copy = tmp_path / f"copy{copied}"
            log = journal.with_name(f"{journal.name}-wal")
            if not log.exists():
                continue
            # Frozen, as at the moment the power goes: two files cannot be copied at one instant otherwise.
            sending.send_signal(signal.SIGSTOP)
            for suffix in ("", "-wal"):
                if (source := journal.with_name(journal.name + suffix)).exists():
                    copy.with_name(copy.name + suffix).write_bytes(source.read_bytes())
            sending.send_signal(signal.SIGCONT)
            if not copy.exists():
                continue
            copied += 1
            opened = Journal(copy)
            if opened.meta:
                counts = opened.counts()
                assert sum(counts.values()) == ROWS
                assert counts.get("sent", 0) >= before
                before = counts.get("sent", 0)
            opened.close()
        sending.communicate()
        assert sending.returncode == 0
        assert copied
