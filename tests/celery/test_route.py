"""`route`: a router's inbox worked by tasks."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from celery import Celery

from msgkit import AsyncClient, Client, Message, Router
from msgkit.celery import route
from msgkit.sandbox import Sandbox
from tests.celery.conftest import taken, work


@pytest.fixture
def client(wechatpay_sandbox: Sandbox) -> Iterator[Client]:
    """A client that can read notifications."""
    with Client.from_env(wechatpay_sandbox.credentials.environ) as made:
        yield made


def welcome() -> Message:
    """Answer a complaint."""
    return Message().text("您好")


def wait_for_task(app: Celery) -> None:
    """Wait until something is queued; pytest's own timeout ends what never comes."""
    with app.connection() as connection:
        while not connection.default_channel.client.llen("celery"):
            time.sleep(0.01)


class TestRoute:
    """Notifications to handlers."""

    def test_news(self, app: Celery, client: Client, wechatpay_sandbox: Sandbox) -> None:
        """A notification that is received queues a task, which runs the handler."""
        router = Router(client)
        router.on_complaint(welcome)
        route(router, app)
        customer = wechatpay_sandbox.customer(wechatpay_sandbox.complaint())
        status, _ = router.receive(*customer.notification())
        assert status == 200
        wait_for_task(app)
        assert work(app) == 1
        assert len(wechatpay_sandbox.replies) == 1

    def test_awaited(self, app: Celery, wechatpay_sandbox: Sandbox) -> None:
        """The router of an `AsyncClient` works in an event loop of the task's own."""
        router = Router(AsyncClient.from_env(wechatpay_sandbox.credentials.environ))
        router.on_complaint(welcome)
        route(router, app)
        customer = wechatpay_sandbox.customer(wechatpay_sandbox.complaint())
        router.receive(*customer.notification())
        app.tasks["msgkit.work"]()
        assert len(wechatpay_sandbox.replies) == 1

    def test_poll(self, app: Celery, client: Client, wechatpay_sandbox: Sandbox) -> None:
        """Polling fills the inbox and queues the work; beat does it every hour."""
        router = Router(client)
        router.on_complaint(welcome)
        app.conf.beat_schedule = {"mine": {"task": "mine", "schedule": 1.0}}
        route(router, app)
        assert app.conf.beat_schedule.keys() == {"mine", "msgkit-poll"}
        assert app.conf.beat_schedule["msgkit-poll"]["schedule"] == 3600.0
        wechatpay_sandbox.complaint()
        app.tasks["msgkit.poll"]()
        assert [name for name, _ in taken(app)] == ["msgkit.work"]
        app.tasks["msgkit.work"]()
        assert len(wechatpay_sandbox.replies) >= 1

    def test_broker_away(self, client: Client, wechatpay_sandbox: Sandbox) -> None:
        """A broker that is away keeps no notification from being taken in."""
        away = Celery(broker="redis://127.0.0.1:9/0", set_as_current=False)
        away.conf.broker_transport_options = {"socket_connect_timeout": 0.1, "visibility_timeout": 600}
        router = Router(client)
        route(router, away)
        customer = wechatpay_sandbox.customer(wechatpay_sandbox.complaint())
        assert router.receive(*customer.notification())[0] == 200
