"""500 complaints through duplicates, reordering, polling, and workers that are killed."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from msgkit import Client, Router
from msgkit.routing import Record, State
from msgkit.sandbox import Sandbox
from tests.meanwhile import again_and_again

WORKER = Path(__file__).with_name("worker.py")
COMPLAINTS, PLAIN_EVERY, PROCESSES = 500, 5, 4
LEASE = 2.0

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - so it is called


class Fleet:
    """Worker processes, one of which is killed every second and replaced."""

    def __init__(self, inbox: str, environ: dict[str, str]) -> None:
        self._command = [sys.executable, str(WORKER), inbox, str(LEASE), "2"]
        self._environ = {**os.environ, **environ}
        self._over = threading.Event()
        self._processes = [self._start() for _ in range(PROCESSES)]
        self._thread = threading.Thread(target=self._kill)
        self.killed = 0

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, env=self._environ, stdout=subprocess.PIPE)

    def _kill(self) -> None:
        luck = random.Random(14)  # noqa: S311 - whom it hits is no secret
        while not self._over.wait(1.0):
            at = luck.randrange(PROCESSES)
            self._end(self._processes[at])
            self._processes[at] = self._start()
            self.killed += 1

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def spare(self) -> None:
        """Kill nobody any more."""
        self._over.set()
        self._thread.join()

    def __exit__(self, *_: object) -> None:
        self.spare()
        for process in self._processes:
            self._end(process)


@contextmanager
def receiving(router: Router[Client]) -> Iterator[str]:
    """Serve a router's notifications; yields the address."""
    with make_server("127.0.0.1", 0, router.wsgi, server_class=_Server, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def until_idle(router: Router[Client], expected: int) -> None:
    """Wait until all that customers did has come to an end."""
    end, over = time.monotonic() + 240, 0
    while time.monotonic() < end:
        over = sum(r.log_id is not None and not r.is_pending and _is_tap(r) for r in router.inbox.find(*State))
        if over == expected and not router.inbox.find(State.NEW, State.SENDING):
            return
        time.sleep(0.5)
    pytest.fail(f"{expected - over} taps have no end; {Counter(r.state for r in router.inbox.find(*State))}")


def _is_tap(record: Record) -> bool:
    return record.operate_type == "USER_CLICK_RESPONSE"


@pytest.fixture(params=["sqlite", "redis"])
def inbox(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an inbox that processes share."""
    if request.param == "sqlite":
        return str(tmp_path / "inbox.db")
    return str(request.getfixturevalue("redis_url"))


def test_killed_workers(inbox: str) -> None:
    """Each tap is answered once where the complaint is rich, at most once where it is plain, in order, none lost."""
    with Sandbox() as sandbox, Client.from_env(sandbox.credentials.environ) as client:
        sandbox.reset()
        router = Router(client, inbox=inbox)
        with receiving(router) as address, Fleet(inbox, sandbox.credentials.environ) as fleet:
            sandbox.notify_to(address)
            sandbox.notify_badly(times=3, shuffled=True, seed=14)
            with again_and_again(router.poll, every=5.0):
                rich, plain = _customers(sandbox)
                sandbox.settle(120)
                until_idle(router, COMPLAINTS)
            fleet.spare()
        _check(sandbox, router, rich, plain)
        assert fleet.killed > 5, "nobody was killed meanwhile"


def _customers(sandbox: Sandbox) -> tuple[dict[str, int], dict[str, int]]:
    """Have customers complain and tap; return rich and plain complaints, each with what its customer's tap says."""
    rich: dict[str, int] = {}
    plain: dict[str, int] = {}
    for n in range(COMPLAINTS):
        is_rich = n % PLAIN_EVERY != 0
        complaint = sandbox.complaint(need_immediate_service=is_rich).complaint_id
        (rich if is_rich else plain)[complaint] = n
        # What was tapped stood in a message of before; what counts here is that the tap is answered.
        click = {"message_content": f"{n}", "action_id": f"tap:{n}"}
        sandbox.entry(complaint, "USER_CLICK_RESPONSE", click_message=click)
        time.sleep(0.01)
    return rich, plain


def _check(sandbox: Sandbox, router: Router[Client], rich: dict[str, int], plain: dict[str, int]) -> None:
    said: dict[str, list[str]] = {}
    for reply in sandbox.replies:
        if reply.kind == "response-immediate-service":
            said.setdefault(reply.complaint_id, []).append(reply.body["message"]["blocks"][0]["text"]["text"])
        else:
            said.setdefault(reply.complaint_id, []).append(reply.body["response_content"])
    expected = {c: ["您好", f"收到：{n}"] for c, n in (rich | plain).items()}
    assert {c: said.get(c) for c in rich} == {c: expected[c] for c in rich}
    unclear = {(r.complaint_id, r.operate_type) for r in router.inbox.unclear()}
    for c in plain:
        wanted = [expected[c][0], expected[c][1]]
        found = said.get(c, [])
        assert max(Counter(found).values(), default=0) <= 1, "a plain reply went twice"
        assert found == [text for text in wanted if text in found], "plain replies went out of order"
        for text, kind in zip(wanted, ("USER_CREATE_COMPLAINT", "USER_CLICK_RESPONSE"), strict=True):
            assert text in found or (c, kind) in unclear, "a plain reply was lost, and nobody told"
    assert router.inbox.failed() == ()
