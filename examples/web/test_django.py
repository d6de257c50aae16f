"""What `django_shop` does, tried with Django's own test client and a local WeChat Pay."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django_shop
import pytest
from django.test import Client as Browser, RequestFactory, override_settings

from msgkit import Client, Router
from msgkit.sandbox import Customer, Sandbox, SignedNotification


@pytest.fixture
def router(wechatpay_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Router[Client]]:
    """The application's router, with an inbox of its own."""
    for variable, value in wechatpay_sandbox.credentials.environ.items():
        monkeypatch.setenv(variable, value)
    with override_settings(WECHATPAY_INBOX=tmp_path / "inbox.db"):
        django_shop.get_router.cache_clear()
        yield django_shop.get_router()
        django_shop.get_router.cache_clear()


@pytest.fixture
def web() -> Browser:
    """The test client, as strict about CSRF as for browsers."""
    return Browser(enforce_csrf_checks=True, SERVER_NAME="shop.example")


@pytest.fixture
def customer(wechatpay_sandbox: Sandbox) -> Customer:
    """Somebody who has complained about order 42."""
    order = {"transaction_id": "4200000404201909069117582536", "out_trade_no": "42", "amount": 9900}
    return wechatpay_sandbox.customer(wechatpay_sandbox.complaint(complaint_order_info=[order]))


def post(web: Browser, notification: SignedNotification) -> tuple[int, bytes]:
    """Post a notification as the platform does, and return status and body of the answer."""
    headers, body = notification
    answer = web.post("/wechatpay/complaints", body, content_type="application/json", headers=headers)
    return answer.status_code, answer.content


def test_a_complaint_and_a_refund(web: Browser, router: Router[Client], customer: Customer) -> None:
    """A complaint is greeted, and a tap on the button that came with the greeting is answered with the refund."""
    assert post(web, customer.notification()) == (200, b"")
    router.work()
    customer.taps("申请退款")
    assert post(web, customer.notification()) == (200, b"")
    router.work()
    assert "订单 42 的退款已提交" in customer.sees()


def test_a_duplicate(web: Browser, router: Router[Client], customer: Customer, wechatpay_sandbox: Sandbox) -> None:
    """A notification that comes again is taken, and answers nobody for a second time."""
    for _ in range(2):
        assert post(web, customer.notification())[0] == 200
        router.work()
    assert [reply.complaint_id for reply in wechatpay_sandbox.replies] == [customer.complaint_id]


def test_a_forgery(web: Browser, router: Router[Client], customer: Customer, wechatpay_sandbox: Sandbox) -> None:
    """What WeChat Pay did not sign is refused, and nothing is sent."""
    headers, body = customer.notification()
    status, answer = post(web, SignedNotification(headers, body + b" "))
    assert status == 401
    assert b'"FAIL"' in answer
    assert post(web, SignedNotification({}, body))[0] == 401
    router.work()
    assert wechatpay_sandbox.replies == ()


def test_the_rest_of_the_shop(web: Browser) -> None:
    """Other pages are as they were, forms are protected; the address of notifications takes nothing but POST."""
    assert web.get("/").content.decode() == "小店"
    assert web.post("/").status_code == 403
    assert web.get("/wechatpay/complaints").status_code == 405


def test_mounted(router: Router[Client], customer: Customer, wechatpay_sandbox: Sandbox) -> None:
    """The router does the same as a WSGI application, without the view."""
    headers, body = customer.notification()
    factory = RequestFactory(headers=headers)
    said: list[str] = []
    environ = factory.post("/wechatpay/complaints", body, content_type="application/json").environ
    assert b"".join(router.wsgi(environ, lambda status, *_: said.append(status))) == b""  # type: ignore[arg-type]
    assert said == ["200 OK"]
    router.work()
    assert len(wechatpay_sandbox.replies) == 1


@pytest.mark.slow
def test_a_process_that_answers(customer: Customer, wechatpay_sandbox: Sandbox, tmp_path: Path) -> None:
    """The command ``work`` answers, complaints too of which no notification came, and ends when it is told to."""
    command = [sys.executable, str(Path(__file__).with_name("django_shop.py")), "work"]
    environ = os.environ | wechatpay_sandbox.credentials.environ
    with subprocess.Popen(command, cwd=tmp_path, env=environ) as process:
        while "会尽快处理" not in customer.sees() and process.poll() is None:
            time.sleep(0.1)
        process.terminate()
    assert process.returncode == 0
