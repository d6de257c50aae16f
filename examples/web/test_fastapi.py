"""What `fastapi_shop` does, tried with the test client of FastAPI and a local WeChat Pay."""

import asyncio
import time
import warnings
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi_shop import app, create_router, poll
from starlette.routing import Mount

from msgkit import AsyncClient, Router
from msgkit.sandbox import Customer, Sandbox, SignedNotification

with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of anyio, to an older Starlette
    from fastapi.testclient import TestClient


@pytest.fixture
def router(wechatpay_async_client: AsyncClient, tmp_path: Path) -> Router[AsyncClient]:
    """A router with an inbox of its own."""
    return create_router(wechatpay_async_client, str(tmp_path / "inbox.db"))


@pytest.fixture
def web(router: Router[AsyncClient]) -> TestClient:
    """The test client of the application, which has not started: nothing works beside the test."""
    app.state.router = router
    return TestClient(app)


@pytest.fixture
def customer(wechatpay_sandbox: Sandbox) -> Customer:
    """Somebody who has complained about order 42."""
    order = {"transaction_id": "4200000404201909069117582536", "out_trade_no": "42", "amount": 9900}
    return wechatpay_sandbox.customer(wechatpay_sandbox.complaint(complaint_order_info=[order]))


@pytest.fixture
def process(wechatpay_sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process of the application has: variables with the credentials, and a folder for its inbox."""
    for variable, value in wechatpay_sandbox.credentials.environ.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(tmp_path)


def post(web: TestClient, notification: SignedNotification, at: str = "/wechatpay/complaints") -> tuple[int, bytes]:
    """Post a notification as the platform does, and return status and body of the answer."""
    answer = web.post(at, headers=notification.headers, content=notification.body, follow_redirects=False)
    return answer.status_code, answer.content


def work(router: Router[AsyncClient]) -> None:
    """Handle what is in the inbox."""

    async def awaited() -> None:
        await router.work()

    asyncio.run(awaited())


def test_a_complaint_and_a_refund(web: TestClient, router: Router[AsyncClient], customer: Customer) -> None:
    """A complaint is greeted, and a tap on the button that came with the greeting is answered with the refund."""
    assert post(web, customer.notification()) == (200, b"")
    work(router)
    customer.taps("申请退款")
    assert post(web, customer.notification()) == (200, b"")
    work(router)
    assert "订单 42 的退款已提交" in customer.sees()


def test_a_duplicate(
    web: TestClient, router: Router[AsyncClient], customer: Customer, wechatpay_sandbox: Sandbox
) -> None:
    """A notification that comes again is taken, and answers nobody for a second time."""
    for _ in range(2):
        assert post(web, customer.notification())[0] == 200
        work(router)
    assert [reply.complaint_id for reply in wechatpay_sandbox.replies] == [customer.complaint_id]


def test_a_forgery(
    web: TestClient, router: Router[AsyncClient], customer: Customer, wechatpay_sandbox: Sandbox
) -> None:
    """What WeChat Pay did not sign is refused, and nothing is sent."""
    headers, body = customer.notification()
    status, answer = post(web, SignedNotification(headers, body + b" "))
    assert status == 401
    assert b'"FAIL"' in answer
    assert post(web, SignedNotification({}, body))[0] == 401
    work(router)
    assert wechatpay_sandbox.replies == ()


def test_the_rest_of_the_shop(web: TestClient) -> None:
    """Other pages are as they were; the address of notifications takes nothing but POST."""
    assert web.get("/").json() == "小店"
    assert web.get("/wechatpay/complaints").status_code == 405


def test_mounted(router: Router[AsyncClient], customer: Customer, wechatpay_sandbox: Sandbox) -> None:
    """The router does the same as an ASGI application, below its address; the address itself is a redirect."""
    web = TestClient(FastAPI(routes=[Mount("/wechatpay", router.asgi)]))
    assert post(web, customer.notification(), at="/wechatpay")[0] == 307
    assert post(web, customer.notification()) == (200, b"")
    assert post(web, SignedNotification({}, b"{}"))[0] == 401
    work(router)
    assert len(wechatpay_sandbox.replies) == 1


@pytest.mark.usefixtures("process")
def test_the_application_answers(customer: Customer) -> None:
    """From its start to its end, the application itself answers what comes in."""
    with TestClient(app) as web:
        assert post(web, customer.notification()) == (200, b"")
        while "会尽快处理" not in customer.sees():
            time.sleep(0.02)


@pytest.mark.usefixtures("process")
def test_without_a_notification(customer: Customer) -> None:
    """What ``poll`` finds is answered by the application, which need not run yet."""
    asyncio.run(poll())
    with TestClient(app):
        while "会尽快处理" not in customer.sees():
            time.sleep(0.02)
