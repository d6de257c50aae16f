"""Workers in threads."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from msgkit import Client, Message, Router
from msgkit.errors import ConfigurationError
from msgkit.routing import Claim, Event, SQLiteInbox, State
from msgkit.sandbox import Sandbox
from tests.routing.desk import Desk, until


@pytest.mark.slow
def test_at_the_same_time(desk: Desk) -> None:
    """As many complaints are worked on at a time as there are workers."""
    together = threading.Barrier(4, timeout=20)

    @desk.router.on_complaint
    def welcome() -> None:
        together.wait()

    complaints = [desk.complaint() for _ in range(4)]
    with desk.router.running(workers=4):
        for complaint in complaints:
            desk.inbox.notify(desk.client.mchid, complaint)
        until(lambda: len(desk.inbox.find(State.DONE)) == 4)


@pytest.mark.slow
def test_leaving(desk: Desk) -> None:
    """Leaving lets handlers come to their end, sends what they return, and takes nothing new."""
    begun, may_end = threading.Event(), threading.Event()

    @desk.router.on_complaint
    def slow() -> Message:
        begun.set()
        may_end.wait(20)
        return Message().text("您好")

    first, second = desk.complaint(), desk.complaint()
    with desk.router.running(workers=1):
        desk.inbox.notify(desk.client.mchid, first)
        begun.wait(20)
        desk.inbox.notify(desk.client.mchid, second)
        threading.Timer(0.2, may_end.set).start()
    assert (desk.sent(first), desk.sent(second)) == (["您好"], [])
    desk.router.work()
    assert desk.sent(second) == ["您好"]


@pytest.mark.slow
def test_a_handler_longer_than_a_lease(wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> None:
    """A lease is renewed while a handler runs, so that no second worker begins."""
    router = Router(wechatpay_client, lease=0.3)
    runs: list[str] = []

    @router.on_complaint
    def slow(event: object) -> None:
        runs.append(repr(event))
        time.sleep(1.0)

    wechatpay_sandbox.complaint("1")
    router.inbox.notify(wechatpay_client.mchid, "1")
    with router.running(workers=2):
        until(lambda: router.inbox.find(State.DONE))
    assert len(runs) == 1


def test_a_store_that_is_away(desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers outlive a store that fails for a while, and say so."""
    failures = [OSError("disk"), OSError("disk")]
    original = desk.inbox.claim

    def claim(lease: float, mchid: str | None = None) -> Claim | None:
        if failures:
            raise failures.pop()
        return original(lease, mchid)

    monkeypatch.setattr(desk.inbox, "claim", claim)
    monkeypatch.setattr("msgkit.routing._workers.LOOK_AGAIN", 0.01)
    desk.router.on_complaint(lambda: Message().text("您好"))
    complaint = desk.complaint()
    desk.inbox.notify(desk.client.mchid, complaint)
    with caplog.at_level(logging.ERROR, "msgkit"), desk.router.running(workers=1):
        until(lambda: desk.sent(complaint))
    assert caplog.text.count("a worker could not work: OSError") == 2


def test_what_is_old_is_forgotten(desk: Desk) -> None:
    """What has been over for 30 days is forgotten while a router works, and is not met as new again."""
    heard: list[int] = []
    desk.router.on_complaint(lambda: heard.append(1))
    complaint = desk.complaint()
    desk.inbox.notify(desk.client.mchid, complaint)
    desk.router.work()
    desk.later(31 * 24 * 3600)
    assert desk.inbox.find(*State) == ()
    desk.inbox.notify(desk.client.mchid, complaint)
    desk.router.work()
    assert heard == [1]


def test_poll(desk: Desk) -> None:
    """Polling asks for looks at the complaints of some days, and at known ones that are open; it handles nothing."""
    today, known = desk.complaint(), desk.complaint()
    desk.inbox.notify(desk.client.mchid, known)
    desk.router.work()
    assert desk.router.poll() == len(desk.sandbox.complaints)
    desk.router.on_complaint(lambda: Message().text("您好"))
    assert desk.sent(today) == []
    assert desk.router.work() == len(desk.sandbox.complaints)
    assert desk.sent(today) == ["您好"]


@pytest.mark.parametrize("workers", [0, -1, True, 1.5])
def test_wrong_workers(desk: Desk, workers: int) -> None:
    """What is no number of workers is refused."""
    with pytest.raises(ConfigurationError, match="workers"):
        desk.router.running(workers=workers)


def test_one_inbox_of_several_routers(desk: Desk) -> None:
    """A router takes its own merchant's complaints from an inbox, and nobody else's."""
    desk.inbox.notify("1900000001", "other")
    assert desk.router.work() == 0


def test_an_inbox_in_memory(wechatpay_client: Client) -> None:
    """Without any other, a router has an inbox in memory, of its own."""
    one, other = Router(wechatpay_client), Router(wechatpay_client)
    assert isinstance(one.inbox, SQLiteInbox)
    one.inbox.notify(wechatpay_client.mchid, "1")
    assert other.inbox.claim(1) is None


def test_leaving_a_complaint_with_much_in_it(desk: Desk) -> None:
    """Leaving begins no other handler, also where the complaint that is worked on has more entries: they are left."""
    complaint, begun, may_end = desk.complaint(), threading.Event(), threading.Event()
    heard: list[str] = []

    @desk.router.on_complaint
    def slow() -> None:
        begun.set()
        may_end.wait(20)

    desk.router.on_message(lambda event: heard.append(event.text))
    desk.says(complaint, "在吗")
    desk.inbox.notify(desk.client.mchid, complaint)
    with desk.router.running(workers=1):
        begun.wait(20)
        threading.Timer(0.2, may_end.set).start()
    assert heard == []
    desk.router.work()
    assert heard == ["在吗"]


def test_leaving_with_an_error(desk: Desk) -> None:
    """Whoever leaves with an error leaves with that one, and handlers come to their end."""
    complaint, begun = desk.complaint(), threading.Event()

    @desk.router.on_complaint
    def slow() -> Message:
        begun.set()
        time.sleep(0.2)
        return Message().text("您好")

    desk.inbox.notify(desk.client.mchid, complaint)
    with pytest.raises(KeyError), desk.router.running(workers=1):  # noqa: PT012 - it is left like that
        begun.wait(20)
        raise KeyError
    assert desk.sent(complaint) == ["您好"]


@pytest.mark.slow
def test_a_handler_that_would_end_the_program(desk: Desk) -> None:
    """A handler that raises SystemExit, or any other end of a program, does not end the worker that runs it."""
    deadly, other = desk.complaint(), desk.complaint()

    @desk.router.on_complaint
    def welcome(event: Event) -> Message:
        if event.complaint_id == deadly:
            raise SystemExit
        return Message().text("您好")

    desk.inbox.notify(desk.client.mchid, deadly)
    with desk.router.running(workers=1):
        until(lambda: desk.inbox.find(State.NEW))
        time.sleep(0.2)
        desk.inbox.notify(desk.client.mchid, other)
        until(lambda: desk.sent(other), 3)


@pytest.mark.parametrize("since", [timedelta(hours=1), datetime.now(UTC) - timedelta(days=40), timedelta(days=365)])
def test_poll_since(desk: Desk, since: timedelta | datetime) -> None:
    """Polling reaches as far back as is asked for, also where the platform lists it in parts."""
    desk.complaint()
    assert desk.router.poll(since) == len(desk.sandbox.complaints)


@pytest.mark.parametrize("since", [datetime(2026, 11, 24), "yesterday", 1])  # noqa: DTZ001 - that is what is wrong
def test_poll_since_no_time(desk: Desk, since: Any) -> None:
    """What says no moment is refused, and the inbox stays as it was."""
    with pytest.raises(ValueError, match="since"):
        desk.router.poll(since)
    assert desk.router.work() == 0


def test_poll_of_what_is_processed(desk: Desk) -> None:
    """Of what is out of the days that are asked for, an open complaint is looked at, and a processed one is not."""
    processed, open_ = desk.complaint(), desk.complaint()
    desk.client.complete(processed)
    desk.hear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("msgkit.client._flows.complaints", lambda *_: iter(()))
        desk.router.poll()
    looked: list[str] = []
    while claim := desk.inbox.claim(60):
        looked.append(claim.complaint_id)
    assert open_ in looked
    assert processed not in looked
