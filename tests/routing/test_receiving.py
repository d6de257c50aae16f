"""Receiving: notifications are verified, stored and answered, and no handler runs."""

from __future__ import annotations

import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import anyio
import pytest

from msgkit import AsyncClient, Client, Message, Router
from msgkit.errors import ConfigurationError
from msgkit.routing._lenders import One
from msgkit.routing._receiving import Receiving
from msgkit.sandbox import Sandbox
from tests.notices import Platform
from tests.routing.desk import Clock, Desk, until

RECEIVER = Path(__file__).with_name("receiver.py")


class TestTaken:
    """What is taken in."""

    def test_stored_and_answered(self, desk: Desk) -> None:
        """A notification is answered with 200 and waits in the inbox; no handler has run."""
        complaint = desk.complaint()
        heard: list[int] = []
        desk.router.on_complaint(lambda: heard.append(1))
        headers, body = desk.sandbox.customer(complaint).notification()
        assert desk.router.receive(headers, body) == (200, b"")
        assert heard == []
        assert desk.router.work() == 1
        assert heard == [1]

    def test_the_same_one_again(self, desk: Desk) -> None:
        """A notification that comes again, signed anew, is answered with 200 and asks for nothing."""
        customer = desk.sandbox.customer(desk.complaint())
        for _ in range(3):
            assert desk.router.receive(*customer.notification())[0] == 200
        assert desk.router.work() == 1
        assert desk.router.receive(*customer.notification())[0] == 200
        assert desk.router.work() == 0

    def test_about_no_complaint(self, desk: Desk) -> None:
        """A notification that is about no complaint, the platform's test of keys, is kept, and asks for nothing."""
        platform = Platform.of(desk.sandbox)
        resource = platform.resource({"echo_message": "hello"}, original_type="security")
        headers, body = platform.notice(event_type="SECURITY_ECHO.SUCCESS", resource=resource)
        assert desk.router.receive(headers, body) == (200, b"")
        assert desk.router.work() == 0
        assert not desk.inbox.notify(desk.client.mchid, None, json.loads(body)["id"])

    def test_a_new_event(self, desk: Desk) -> None:
        """An event of a type that is not documented yet asks for a look, as others do."""
        content = {"complaint_id": desk.complaint(), "action_type": "DANCED"}
        notice = Platform.of(desk.sandbox).notice(content, event_type="COMPLAINT.DANCED")
        assert desk.router.receive(*notice)[0] == 200
        assert desk.router.work() == 1

    def test_it_survives(self, desk: Desk, tmp_path: Path) -> None:
        """A notification that was answered with 200 is there for others, whatever becomes of the process at once."""
        complaint = desk.complaint()
        headers, body = desk.sandbox.customer(complaint).notification()
        path = tmp_path / "new" / "inbox.db"
        given = json.dumps({"headers": headers, "body": body.decode(), "inbox": str(path)})
        environ = {**os.environ, **desk.sandbox.credentials.environ}
        ended = subprocess.run([sys.executable, str(RECEIVER)], input=given.encode(), env=environ, check=False)
        assert ended.returncode == -signal.SIGKILL
        router = Router(desk.client, inbox=path)
        router.on_complaint(lambda: Message().text("您好"))
        assert router.work() == 1
        assert desk.sent(complaint) == ["您好"]
        assert router.receive(headers, body)[0] == 200
        assert router.work() == 0

    def test_workers_are_woken(self, desk: Desk) -> None:
        """Idle workers of the same process need not look for it."""
        heard = threading.Event()
        desk.router.on_complaint(heard.set)
        with desk.router.running(workers=1):
            time.sleep(0.1)
            desk.router.receive(*desk.sandbox.customer(desk.complaint()).notification())
            assert heard.wait(20)

    def test_with_an_async_client(self, wechatpay_sandbox: Sandbox, wechatpay_async_client: AsyncClient) -> None:
        """Receiving is a plain call with an AsyncClient too."""
        router = Router(wechatpay_async_client)
        customer = wechatpay_sandbox.customer(wechatpay_sandbox.complaint())
        assert router.receive(*customer.notification()) == (200, b"")


def _fail() -> None:
    raise sqlite3.OperationalError("database is locked")


class TestRefused:
    """What is not."""

    def test_not_proven(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        """What is not proven is answered with 401 and why; nothing is stored, and the log says no more than that."""
        headers, body = desk.sandbox.customer(desk.complaint()).notification()
        with caplog.at_level(logging.DEBUG, "msgkit"):
            status, answer = desk.router.receive(headers, body.replace(b"COMPLAINT", b"complaint"))
        assert (status, json.loads(answer)["code"]) == (401, "FAIL")
        assert desk.router.work() == 0
        (said,) = caplog.messages
        assert "signature" in said
        assert headers["Wechatpay-Signature"] not in said
        assert "ciphertext" not in said

    def test_too_large(self, desk: Desk) -> None:
        """A body of 10 MB is refused unread."""
        headers, _ = desk.sandbox.customer(desk.complaint()).notification()
        assert desk.router.receive(headers, b"x" * 10_000_000)[0] == 413

    def test_an_inbox_that_is_full(
        self, desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where it cannot be stored, the platform is asked to come again."""

        def notify(*_: object) -> bool:
            raise OSError("no space left on device")

        monkeypatch.setattr(desk.inbox, "notify", notify)
        status, answer = desk.router.receive(*desk.sandbox.customer(desk.complaint()).notification())
        assert (status, json.loads(answer)["code"]) == (503, "FAIL")
        assert caplog.messages == ["a notification was not stored: OSError"]

    @pytest.mark.parametrize("headers", [[], {}, {"Wechatpay-Serial": ""}, [(b"\xff", b"\xff")]])
    @pytest.mark.parametrize("body", [b"", "", b"\xff", b"{}", "\ud800"])
    def test_hostile(self, desk: Desk, headers: object, body: bytes | str) -> None:
        """Whatever comes in, it is answered, and asks for nothing."""
        status, answer = desk.router.receive(headers, body)
        assert 400 <= status < 500
        assert json.loads(answer)["code"] == "FAIL"
        assert desk.router.work() == 0

    def test_signed_before_it_is_read(self, desk: Desk) -> None:
        """Of a body that nobody signed, nothing is read: whether it is JSON makes no difference."""
        headers, _ = desk.sandbox.customer(desk.complaint()).notification()
        found = {desk.router.receive(headers, body) for body in (b"{}", b"no JSON", b"[" * 60_000)}
        assert len(found) == 1

    def test_it_comes_again(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """What could not be stored is taken when the platform comes again."""
        customer = desk.sandbox.customer(desk.complaint())
        with monkeypatch.context() as patch:
            patch.setattr(desk.inbox, "_connect", _fail)
            patch.setattr(desk.inbox, "_stores", {})
            assert desk.router.receive(*customer.notification())[0] == 503
        assert desk.router.receive(*customer.notification())[0] == 200
        assert desk.router.work() == 1

    def test_without_a_key(self, wechatpay_sandbox: Sandbox) -> None:
        """A router whose client cannot decrypt notifications is refused when it is made."""
        client = Client.from_env(wechatpay_sandbox.credentials.environ, apiv3_key=None)
        with client, pytest.raises(ConfigurationError, match="apiv3_key"):
            Router(client)

    def test_without_a_client(self) -> None:
        """A router that others include receives nothing."""
        with pytest.raises(ConfigurationError, match="no client"):
            Router().receive({}, b"")


class TestUnknownCertificate:
    """What is signed with a key that is not known yet."""

    def test_it_is_fetched(self, wechatpay_sandbox: Sandbox) -> None:
        """A certificate that is not known yet is fetched meanwhile, and the notification taken when it comes again."""
        wechatpay_sandbox.rotate_certificate()
        environ = {**wechatpay_sandbox.credentials.environ, "WECHATPAY_PLATFORM_CERTIFICATES": "1"}
        with Client.from_env(environ) as client:
            router = Router(client)
            customer = wechatpay_sandbox.customer(wechatpay_sandbox.complaint())
            assert router.receive(*customer.notification())[0] == 401
            end = time.monotonic() + 20
            while (status := router.receive(*customer.notification())[0]) != 200:
                assert time.monotonic() < end
                time.sleep(0.05)
            assert status == 200

    def test_at_most_once_a_minute(self, wechatpay_sandbox: Sandbox) -> None:
        """However many notifications name unknown certificates, the platform is asked once a minute."""
        environ = {**wechatpay_sandbox.credentials.environ, "WECHATPAY_PLATFORM_CERTIFICATES": "1"}
        with Client.from_env(environ) as client:
            router = Router(client)
            headers, body = wechatpay_sandbox.customer(wechatpay_sandbox.complaint()).notification()
            for n in range(50):
                assert router.receive({**headers, "Wechatpay-Serial": f"{n:040X}"}, body)[0] == 401
            time.sleep(0.5)
            assert wechatpay_sandbox.counts["certificates"] <= 1

    def test_with_an_async_client(self, wechatpay_sandbox: Sandbox) -> None:
        """With an AsyncClient it is fetched in the background too, whether or not an event loop runs."""
        wechatpay_sandbox.rotate_certificate()
        environ = {**wechatpay_sandbox.credentials.environ, "WECHATPAY_PLATFORM_CERTIFICATES": "1"}

        async def play() -> None:
            async with AsyncClient.from_env(environ) as client:
                router = Router(client)
                customer = wechatpay_sandbox.customer(wechatpay_sandbox.complaint())
                assert router.receive(*customer.notification())[0] == 401
                with anyio.fail_after(20):
                    while router.receive(*customer.notification())[0] != 200:  # noqa: ASYNC110 - as the platform does
                        await anyio.sleep(0.05)

        anyio.run(play)

    def test_the_clock(self, desk: Desk) -> None:
        """After a minute, and not before, the platform is asked again."""
        headers, body = desk.sandbox.customer(desk.complaint()).notification()
        clock, asked = Clock(1000.0), list[str]()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(desk.client, "_renew_certificates", asked.append)
            receiving = Receiving(One(desk.client), desk.inbox, lambda: None, clock)
            for now in (1000.0, 1059.0, 1060.0, 1061.0, 1119.0, 1120.0):
                clock.now = now
                assert receiving.receive({**headers, "Wechatpay-Serial": f"{int(now):040X}"}, body)[0] == 401
            until(lambda: len(asked) == 3)
        assert asked == [f"{now:040X}" for now in (1000, 1060, 1120)]
