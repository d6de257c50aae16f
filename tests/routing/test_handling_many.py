"""Several complaints, workers and processes at a time."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from msgkit import Client, Message, Router
from msgkit.routing import Event, State
from msgkit.sandbox import Sandbox
from tests.routing.desk import Desk, until

WORKER = Path(__file__).with_name("worker.py")


class TestMany:
    """Several at a time."""

    def test_another_complaint(self, desk: Desk) -> None:
        """A notification of one complaint that arrives while another is worked on costs no second look at that one."""
        first, second = desk.complaint(), desk.complaint()

        @desk.router.on_complaint
        def welcome(event: Event) -> Message:
            if event.complaint_id == first:
                desk.inbox.notify(desk.client.mchid, second)
            return Message().text("您好")

        desk.inbox.notify(desk.client.mchid, first)
        assert desk.router.work() == 2
        assert desk.sandbox.counts["negotiation-historys"] == 2
        assert (desk.sent(first), desk.sent(second)) == (["您好"], ["您好"])

    def test_news_do_not_hurry(self, desk: Desk) -> None:
        """A notification that comes while an entry waits to be tried again has it tried no sooner."""
        complaint, runs = desk.complaint(), list[int]()

        @desk.router.on_complaint
        def broken() -> None:
            runs.append(1)
            raise RuntimeError

        for n in range(4):
            desk.inbox.notify(desk.client.mchid, complaint, f"n-{n}")
            desk.later(1)
        assert len(runs) == 1
        desk.later(2)
        assert len(runs) == 2

    @pytest.mark.slow
    def test_one_at_a_time(self, desk: Desk) -> None:
        """However many workers there are, one complaint's entries are handled one at a time and in order."""
        complaints = [desk.complaint() for _ in range(3)]
        router = Router(desk.client)
        heard: dict[str, list[str]] = {each: [] for each in complaints}
        busy: Counter[str] = Counter()

        @router.on_complaint
        @router.on_message
        def note(event: Event) -> None:
            busy[event.complaint_id] += 1
            assert busy[event.complaint_id] == 1
            time.sleep(0.005)
            heard[event.complaint_id].append(event.text)
            busy[event.complaint_id] -= 1

        with router.running(workers=4):
            for n, complaint in itertools.product(range(8), complaints):
                desk.says(complaint, f"{n}")
                router.inbox.notify(desk.client.mchid, complaint)
            until(lambda: all(len(each) >= 9 for each in heard.values()))
        for texts in heard.values():
            assert texts[1:] == [f"{n}" for n in range(8)]
        assert router.inbox.failed() == ()

    @pytest.mark.slow
    def test_polls_and_notifications(self, desk: Desk) -> None:
        """However often an entry is met at a time, by polls and notifications, its handler answers it once."""
        complaints = [desk.complaint() for _ in range(6)]
        router = Router(desk.client)
        router.on_complaint(lambda: Message().text("您好"))
        router.on_message(lambda text: Message().text(f"收到：{text}"))

        def notify() -> None:
            for n, complaint in itertools.product(range(3), complaints):
                router.inbox.notify(desk.client.mchid, complaint, f"{complaint}-{n}")

        def poll() -> None:
            for _ in range(3):
                router.poll()

        with router.running(workers=3):
            threads = [threading.Thread(target=each) for each in (notify, poll, notify, poll)]
            for thread in threads:
                thread.start()
            for complaint in complaints:
                desk.says(complaint, "在吗")
            for thread in threads:
                thread.join()
            router.poll()
            until(lambda: all(len(desk.sent(each)) >= 2 for each in complaints))
        assert [desk.sent(each) for each in complaints] == [["您好", "收到：在吗"]] * 6

    @pytest.mark.slow
    def test_two_processes(self, wechatpay_sandbox: Sandbox, tmp_path: Path) -> None:
        """Two processes with one file answer each entry once."""
        complaints = [wechatpay_sandbox.complaint().complaint_id for _ in range(12)]
        environ = wechatpay_sandbox.credentials.environ
        command = [sys.executable, str(WORKER), str(tmp_path / "inbox.db"), "60", "2"]
        with (
            subprocess.Popen(command, env={**os.environ, **environ}, stdout=subprocess.PIPE) as other,
            Client.from_env(environ) as client,
        ):
            try:
                assert other.stdout is not None
                assert other.stdout.readline() == b"ready\n"
                router = Router(client, inbox=tmp_path / "inbox.db")
                here: list[int] = []

                @router.on_complaint
                def welcome() -> Message:
                    here.append(1)
                    until(lambda: router.inbox.find(State.DONE))  # the other one has begun too
                    return Message().text("您好")

                with router.running(workers=2):
                    for complaint in complaints:
                        router.inbox.notify(client.mchid, complaint)
                    until(lambda: len(router.inbox.find(State.DONE)) == len(complaints))
            finally:
                other.kill()
        assert Counter(reply.complaint_id for reply in wechatpay_sandbox.replies) == dict.fromkeys(complaints, 1)
        assert 0 < len(here) < len(complaints)
