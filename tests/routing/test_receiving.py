"""Receiving: notifications are verified, stored and answered, and no handler runs."""

from __future__ import annotations

import json
import logging
import threading
import time

import pytest

from msgkit import AsyncClient, Client, Router
from msgkit.errors import ConfigurationError
from msgkit.sandbox import Sandbox
from tests.routing.desk import Desk


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
