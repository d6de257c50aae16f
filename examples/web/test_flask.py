"""What `flask_shop` does, tried with Flask's own test client and a local WeChat Pay."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_shop import create_app, create_router
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from msgkit import Client, Router
from msgkit.sandbox import Customer, Sandbox, SignedNotification


@pytest.fixture
def router(wechatpay_client: Client, tmp_path: Path) -> Router[Client]:
    """A router with an inbox of its own."""
    return create_router(wechatpay_client, str(tmp_path / "inbox.db"))


@pytest.fixture
def web(router: Router[Client]) -> FlaskClient:
    """The test client of the application."""
    return create_app(router).test_client()


@pytest.fixture
def customer(wechatpay_sandbox: Sandbox) -> Customer:
    """Somebody who has complained about order 42."""
    order = {"transaction_id": "4200000404201909069117582536", "out_trade_no": "42", "amount": 9900}
    return wechatpay_sandbox.customer(wechatpay_sandbox.complaint(complaint_order_info=[order]))


def post(web: FlaskClient, notification: SignedNotification) -> tuple[int, bytes]:
    """Post a notification as the platform does, and return status and body of the answer."""
    answer = web.post("/wechatpay/complaints", headers=notification.headers, data=notification.body)
    return answer.status_code, answer.data


def test_a_complaint_and_a_refund(web: FlaskClient, router: Router[Client], customer: Customer) -> None:
    """A complaint is greeted, and a tap on the button that came with the greeting is answered with the refund."""
    assert post(web, customer.notification()) == (200, b"")
    router.work()
    customer.taps("申请退款")
    assert post(web, customer.notification()) == (200, b"")
    router.work()
    assert "订单 42 的退款已提交" in customer.sees()


def test_a_duplicate(web: FlaskClient, router: Router[Client], customer: Customer, wechatpay_sandbox: Sandbox) -> None:
    """A notification that comes again is taken, and answers nobody for a second time."""
    for _ in range(2):
        assert post(web, customer.notification())[0] == 200
        router.work()
    assert [reply.complaint_id for reply in wechatpay_sandbox.replies] == [customer.complaint_id]


def test_a_forgery(web: FlaskClient, router: Router[Client], customer: Customer, wechatpay_sandbox: Sandbox) -> None:
    """What WeChat Pay did not sign is refused, and nothing is sent."""
    headers, body = customer.notification()
    status, answer = post(web, SignedNotification(headers, body + b" "))
    assert status == 401
    assert b'"FAIL"' in answer
    assert post(web, SignedNotification({}, body))[0] == 401
    router.work()
    assert wechatpay_sandbox.replies == ()


def test_the_order_of_another(
    web: FlaskClient, router: Router[Client], customer: Customer, wechatpay_sandbox: Sandbox
) -> None:
    """A tap that names an order of another complaint refunds nothing, and waits for a person."""
    wechatpay_sandbox.entry(customer.complaint_id, "USER_CLICK_RESPONSE", click_message={"action_id": "refund:43"})
    assert post(web, customer.notification())[0] == 200
    router.work()
    assert "已提交" not in customer.sees()
    assert [record.operate_type for record in router.inbox.unhandled()] == ["USER_CLICK_RESPONSE"]


def test_the_rest_of_the_shop(web: FlaskClient) -> None:
    """Other pages are as they were; the address of notifications takes nothing but POST, and no large body."""
    assert web.get("/").text == "小店"
    assert web.get("/wechatpay/complaints").status_code == 405
    assert post(web, SignedNotification({}, bytes(1_000_000)))[0] == 413


def test_mounted(router: Router[Client], customer: Customer, wechatpay_sandbox: Sandbox) -> None:
    """The router does the same as a WSGI application, at its address and at no other."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "小店")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/wechatpay/complaints": router.wsgi})  # type: ignore[method-assign]
    assert post(app.test_client(), customer.notification()) == (200, b"")
    assert post(app.test_client(), SignedNotification({}, b"{}"))[0] == 401
    assert app.test_client().get("/").text == "小店"
    router.work()
    assert len(wechatpay_sandbox.replies) == 1


@pytest.mark.slow
def test_a_process_that_answers(customer: Customer, wechatpay_sandbox: Sandbox, tmp_path: Path) -> None:
    """The command ``work`` answers, complaints too of which no notification came, and ends when it is told to."""
    command = [sys.executable, "-m", "flask", "--app", str(Path(__file__).with_name("flask_shop.py")), "work"]
    environ = os.environ | wechatpay_sandbox.credentials.environ
    with subprocess.Popen(command, cwd=tmp_path, env=environ) as process:
        while "会尽快处理" not in customer.sees() and process.poll() is None:
            time.sleep(0.1)
        process.terminate()
    assert process.returncode == 0
