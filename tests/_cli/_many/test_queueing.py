"""``msgkit send-many --celery``: rows are queued, and what became of them is collected."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import ConnectionError as LostConnectionError

from msgkit import Client, Reply
from msgkit._cli._many import queueing
from msgkit.client._redis_client import parted
from msgkit.delivery import Ledger, deliver
from msgkit.delivery._deliver import GIVE_UP
from msgkit.sandbox import Sandbox
from tests._cli._many.tables import report, table, template
from tests._cli.command import Done, invoke
from tests.meanwhile import again_and_again
from tests.network import IMMEDIATE, ORDINARY
from tests.redis_server import serving

Working = Callable[..., AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "_EVERY", 0.02)


@pytest.fixture
def rows(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A table of three rows."""
    template(tmp_path)
    ids = [IMMEDIATE, *(sandbox.complaint().complaint_id for _ in range(2))]
    return table(tmp_path / "table.csv", ([each, "张三", "1.50"] for each in ids))


@pytest.fixture
def working(url: str, sandbox: Sandbox) -> Working:
    """Have a worker send whatever waits, for as long as a block lasts."""

    @contextmanager
    def working(give_up: timedelta = GIVE_UP, total: float = 60.0) -> Iterator[None]:
        ledger = Ledger(url)
        with Client.from_env(sandbox.credentials.environ, retry=None, total=total) as client:

            def send_all() -> None:
                names: Any = ledger._redis.zrange("msgkit:due", 0, -1)
                for name in names:
                    deliver(ledger, parted(name)[1], client, give_up=give_up)

            with again_and_again(send_all, 0.02):
                yield

    return working


@contextmanager
def ending(url: str) -> Iterator[None]:
    """Have a Redis end once three rows are in it, and somebody press Ctrl+C a while after that."""

    def run() -> None:
        ledger = Ledger(url)
        while ledger.waiting() < 3:
            time.sleep(0.01)
        with suppress(LostConnectionError):
            ledger._redis.shutdown(nosave=True)
        time.sleep(0.2)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def send(sandbox: Sandbox, path: Path, *more: str, name: str = "refund.yaml") -> Done:
    """Run the command."""
    return invoke("send-many", path.parent / name, path, *more, **sandbox.credentials.environ)


def states(path: Path) -> list[str]:
    """What the report of a table says of its rows."""
    return [line["state"] for line in report(path.with_name(f"{path.name}.report.csv"))]


class TestQueueing:
    """Rows that others send."""

    def test_sent(self, sandbox: Sandbox, rows: Path, url: str, working: Working) -> None:
        """Each row is sent once by a worker, and reported as if it had been sent from here."""
        with working():
            done = send(sandbox, rows, "--celery", url)
        assert (done.code, done.err, done.lines[0]) == (0, "", "sent: 3")
        found = report(rows.with_name(f"{rows.name}.report.csv"))
        by_id = {sent.idempotent_id: sent.log_id for sent in sandbox.replies}
        assert [by_id[line["idempotent_id"]] for line in found] == [line["log_id"] for line in found]
        assert {len(line["fingerprint"]) for line in found} == {64}

    def test_again(self, sandbox: Sandbox, rows: Path, url: str, working: Working) -> None:
        """The same command sends nothing again, and asks nobody."""
        with working():
            send(sandbox, rows, "--celery", url)
        assert send(sandbox, rows, "--celery", url).code == 0
        assert len(sandbox.replies) == 3

    def test_failed(self, sandbox: Sandbox, rows: Path, url: str, working: Working) -> None:
        """What a worker was refused for good is told, with its error and what to do."""
        sandbox.fail_next("PARAM_ERROR")
        with working():
            done = send(sandbox, rows, "--celery", url, "--lang", "zh")
        assert done.code == 1
        assert Counter(states(rows)) == {"sent": 2, "failed": 1}

    def test_tried_again(self, sandbox: Sandbox, rows: Path, url: str, working: Working) -> None:
        """What workers gave up, and may succeed later, is taken up again by the same command."""
        with working(timedelta()):
            done = send(sandbox, rows, "--celery", url)
        assert (done.code, states(rows)) == (1, ["retryable"] * 3)
        with working():
            assert send(sandbox, rows, "--celery", url).code == 0
        assert states(rows) == ["sent"] * 3

    @pytest.mark.parametrize("plain_too", [True, False])
    def test_plain(self, sandbox: Sandbox, tmp_path: Path, url: str, working: Working, plain_too: bool) -> None:
        """Where a complaint takes no rich reply, a worker sends the plain one with ``--plain-too``, and else fails."""
        template(tmp_path)
        path = table(tmp_path / "table.csv", [[ORDINARY, "张三", "1.50"], [IMMEDIATE, "李四", "2.50"]])
        with working():
            done = send(sandbox, path, "--celery", url, *(["--plain-too"] if plain_too else []))
        assert done.code == (0 if plain_too else 1)
        assert states(path) == (["sent", "sent"] if plain_too else ["failed", "sent"])
        assert len(sandbox.replies) == 1 + plain_too

    @pytest.fixture
    def plain(self, tmp_path: Path, sandbox: Sandbox) -> Path:
        """A table of three plain replies."""
        (tmp_path / "reply.json").write_text(Reply("已处理").to_json())
        ids = [sandbox.complaint().complaint_id for _ in range(3)]
        return table(tmp_path / "table.csv", ([each] for each in ids), ["complaint_id"])

    @pytest.mark.parametrize("retry", [[], ["--retry-unclear"]])
    def test_unclear(self, sandbox: Sandbox, plain: Path, url: str, working: Working, retry: list[str]) -> None:
        """A plain reply that may have been sent is told as such, and goes again only where that is asked for."""
        sandbox.fail_next("NO_ANSWER", endpoint="response", processed=False)
        with working(total=0.2):
            done = send(sandbox, plain, "--celery", url, name="reply.json")
        assert (done.code, "unclear: 1" in done.out, len(sandbox.replies)) == (1, True, 2)
        assert Counter(states(plain)) == {"unclear": 1, "sent": 2}
        with working(total=0.2):
            again = send(sandbox, plain, "--celery", url, *retry, name="reply.json")
        assert (again.code, len(sandbox.replies)) == ((0, 3) if retry else (1, 2))

    def test_the_ledger_forgot(self, sandbox: Sandbox, rows: Path, url: str, working: Working) -> None:
        """Rows that Redis lost may have been sent: they are unclear, and are queued anew where that is asked for."""
        with working():
            send(sandbox, rows, "--celery", url)
        with closing(sqlite3.connect(rows.with_name(f"{rows.name}.report.csv.journal"))) as file, file:
            file.execute("UPDATE rows SET state = 'queued', log_id = NULL WHERE row > 2")
        Ledger(url)._redis.flushdb()
        done = send(sandbox, rows, "--celery", url, "--lang", "zh")
        assert (done.code, states(rows)) == (1, ["sent", "unclear", "unclear"])
        assert "2 行：unknown to the ledger" in done.out
        assert "账本里没有这一条" in report(rows.with_name(f"{rows.name}.report.csv"))[1]["error"]
        with working():
            assert send(sandbox, rows, "--celery", url, "--retry-unclear").code == 0
        assert len(sandbox.replies) == 3  # under their ids

    def test_redis_goes_away(self, sandbox: Sandbox, rows: Path, tmp_path: Path) -> None:
        """A Redis that goes away while results are collected is waited for; what is queued is not lost."""
        with serving(tmp_path) as url, ending(url):
            done = send(sandbox, rows, "--celery", url)
        assert (done.code, states(rows)) == (1, ["queued"] * 3)
        assert "in the queue: 3" in done.out

    def test_rows_in_the_queue_stay(self, sandbox: Sandbox, rows: Path, url: str, working: Working) -> None:
        """What others were given to send is not sent from here, not even afresh."""
        with working():
            send(sandbox, rows, "--celery", url)
        with closing(sqlite3.connect(rows.with_name(f"{rows.name}.report.csv.journal"))) as file, file:
            file.execute("UPDATE rows SET state = 'queued', kind = NULL")  # as if they had not ended
        calls = len(sandbox.calls)
        done = send(sandbox, rows, "--new")
        assert (done.code, len(sandbox.calls)) == (1, calls)
        assert "in the queue: 3" in done.out


class TestRefused:
    """What is wrong is told before anything is queued."""

    def test_findings(self, sandbox: Sandbox, tmp_path: Path, url: str) -> None:
        """A table with findings queues nothing."""
        template(tmp_path)
        path = table(tmp_path / "table.csv", [["2.002E+26", "张三", "1.50"]])
        assert send(sandbox, path, "--celery", url).code == 2
        assert Ledger(url).waiting() == 0

    @pytest.mark.parametrize("option", ["--rate", "--threads"])
    def test_the_workers_own(self, sandbox: Sandbox, rows: Path, url: str, option: str) -> None:
        """How fast it goes is the workers' own."""
        done = send(sandbox, rows, "--celery", url, option, "3")
        assert done.code == 2
        assert option in done.err

    def test_ledger_alone(self, sandbox: Sandbox, rows: Path, url: str) -> None:
        """A ledger is for a queue."""
        assert send(sandbox, rows, "--ledger", url).code == 2

    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_no_redis(self, sandbox: Sandbox, rows: Path, lang: str) -> None:
        """A Redis that is not there is told at once, without the password, and begins no journal."""
        done = send(sandbox, rows, "--celery", "redis://:secret@127.0.0.1:9/0", "--lang", lang)
        assert done.code == 2
        assert "ConnectionError" in done.err
        assert "secret" not in done.err
        assert not rows.with_name(f"{rows.name}.report.csv.journal").exists()

    def test_other_way(self, sandbox: Sandbox, rows: Path, url: str, working: Working) -> None:
        """What went one way is not gone on with in another: who sends has the memory of it."""
        with working():
            send(sandbox, rows, "--celery", url)
        done = send(sandbox, rows)
        assert done.code == 2
        assert "it was sent to Celery, 127.0.0.1:" in done.err

    def test_no_merchant(self, rows: Path, url: str) -> None:
        """Whose replies they are must be said."""
        done = invoke("send-many", rows.parent / "refund.yaml", rows, "--celery", url, WECHATPAY_MCHID="")
        assert done.code == 2
        assert "WECHATPAY_MCHID" in done.err


@pytest.mark.slow
def test_interrupted(sandbox: Sandbox, rows: Path, url: str, working: Working) -> None:
    """Ctrl+C leaves what is queued to the workers, and the same command goes on collecting."""
    command = [
        sys.executable,
        "-m",
        "msgkit",
        "send-many",
        str(rows.parent / "refund.yaml"),
        str(rows),
        "--celery",
        url,
    ]
    environ = {**os.environ, **sandbox.credentials.environ, "MSGKIT_LANG": "en"}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while Ledger(url).waiting() < 3:
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "in the queue: 3" in out
    assert states(rows) == ["queued"] * 3
    with working():
        assert send(sandbox, rows, "--celery", url).code == 0
    assert len(sandbox.replies) == 3
