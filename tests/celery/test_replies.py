"""`Replies`: the tasks, without a worker's process."""

from __future__ import annotations

import json

import pytest
from celery import Celery

from msgkit import Client, ConfigurationError, Merchants, Message, Reply, ValidationError
from msgkit.celery import Replies, _replies
from msgkit.delivery import Delivery, Ledger, OtherDeliveryError, State
from msgkit.sandbox import Sandbox
from tests.celery.conftest import taken, work
from tests.delivery.conftest import pass_by

RICH_COMPLAINT, PLAIN_COMPLAINT = "200201820200101080076610000", "200201820200101080076610001"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def replies(app: Celery, client: Client) -> Replies:
    """Who queues and sends."""
    return Replies(app, client)


def state(replies: Replies, key: str, mchid: str | None = None) -> State | None:
    """How far a delivery is."""
    found = replies.outcome(key, mchid=mchid)
    return None if found is None else found.state


class TestSend:
    """Queueing replies."""

    def test_sent(self, app: Celery, replies: Replies, wechatpay_sandbox: Sandbox) -> None:
        """What is queued is sent under its id by a worker, and known before and after."""
        rich = replies.send(RICH_COMPLAINT, Message().text("您好"))
        plain = replies.send(PLAIN_COMPLAINT, Reply("您好"), idempotent_id="plain-1")
        assert state(replies, rich) is State.QUEUED
        assert work(app) == 2
        assert [state(replies, key) for key in (rich, plain)] == [State.SENT, State.SENT]
        assert [each.idempotent_id for each in wechatpay_sandbox.replies] == [rich, None]

    def test_queued_twice(self, app: Celery, replies: Replies, wechatpay_sandbox: Sandbox) -> None:
        """Whoever queues twice under one id sends once; another reply under that id is refused."""
        for _ in range(2):
            replies.send(RICH_COMPLAINT, Message().text("您好"), idempotent_id="a-1")
        assert work(app) == 2
        assert len(wechatpay_sandbox.replies) == 1
        with pytest.raises(OtherDeliveryError):
            replies.send(RICH_COMPLAINT, Message().text("再见"), idempotent_id="a-1")

    def test_arguments(self, app: Celery, replies: Replies, client: Client) -> None:
        """A task has the merchant and the id for arguments: no key, and nobody's words."""
        key = replies.send(RICH_COMPLAINT, Message().text("您好"))
        assert taken(app) == [("msgkit.deliver", [client.mchid, key])]

    def test_refused_before(self, app: Celery, replies: Replies) -> None:
        """What breaks a rule is not queued."""
        with pytest.raises(ValidationError):
            replies.send(RICH_COMPLAINT, Message())
        assert taken(app) == []

    def test_broker_away(self, client: Client, url: str, app: Celery, caplog: pytest.LogCaptureFixture) -> None:
        """Where the broker is away the ledger has the reply, and no password is told."""
        away = Celery(broker="redis://:secret@127.0.0.1:9/0", set_as_current=False)
        once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0, "visibility_timeout": 600}
        away.conf.update(task_publish_retry=False, broker_transport_options=once)
        replies = Replies(away, client, ledger=url)
        replies.send(RICH_COMPLAINT, Message().text("您好"), idempotent_id="a")
        assert "secret" not in caplog.text
        assert "the broker cannot be reached" in caplog.text
        again = Replies(app, client)
        again.ledger._redis.zadd("msgkit:due", {f"{client.mchid}:a": 0})
        assert again.queue_due() == 1
        assert work(app) == 1
        assert state(again, "a") is State.SENT

    def test_later(self, app: Celery, replies: Replies, wechatpay_sandbox: Sandbox) -> None:
        """What failed in a way that passes is queued again when it is time, and not before."""
        wechatpay_sandbox.fail_next("SYSTEM_ERROR")
        key = replies.send(RICH_COMPLAINT, Message().text("您好"))
        work(app)
        assert (replies.queue_due(), work(app)) == (0, 0)
        mchid = wechatpay_sandbox.credentials.mchid
        replies.ledger._redis.zincrby("msgkit:due", -5, f"{mchid}:{key}")
        assert (replies.queue_due(), work(app)) == (1, 1)
        assert state(replies, key) is State.SENT

    @pytest.mark.parametrize("queue", [None, "mine"])
    def test_long_queue(self, app: Celery, client: Client, monkeypatch: pytest.MonkeyPatch, queue: str | None) -> None:
        """While the queue is long nothing is queued once more, however long it takes until somebody comes to it."""
        monkeypatch.setattr(_replies, "_MOST", 2)
        replies = Replies(app, client, queue=queue)
        assert replies.queue_due() == 0  # nor is there a queue
        keys = [replies.send(RICH_COMPLAINT, Message().text("您好")) for _ in range(3)]
        for key in keys:
            pass_by(replies.ledger, client.mchid, key, 61)
        assert replies.queue_due() == 0
        assert len(taken(app, queue or "celery")) == 3  # lost
        assert [replies.queue_due(), replies.queue_due(), len(taken(app, queue or "celery"))] == [2, 1, 3]

    def test_away(self, url: str) -> None:
        """Where the broker is away nothing is counted as queued once more."""
        away = Celery(broker="redis://:secret@127.0.0.1:9/0", set_as_current=False)
        replies = Replies(away, ledger=url)
        replies.ledger.queue(Delivery.of("1", "2", Reply("a"), idempotent_id="a"))
        pass_by(replies.ledger, "1", "a", 61)
        assert replies.queue_due() == 0
        assert replies.ledger.due() == [("1", "a")]

    def test_no_such_merchant(self, app: Celery) -> None:
        """A reply of a merchant whose keys are missing waits for them."""
        replies = Replies(app, Merchants(lambda _: None))
        key = replies.send("1", Reply("您好"), mchid="1900099999")
        work(app)
        found = replies.outcome(key, mchid="1900099999")
        assert found is not None
        assert (found.state, found.attempts) == (State.QUEUED, 1)
        assert (found.error or "").startswith("UnknownMerchantError")

    @pytest.mark.usefixtures("replies")
    def test_hostile_task(self, app: Celery, wechatpay_sandbox: Sandbox) -> None:
        """A task with an id that nobody queued sends nothing."""
        app.tasks["msgkit.deliver"](wechatpay_sandbox.credentials.mchid, "no-such")
        assert wechatpay_sandbox.calls == ()


class TestUpload:
    """Queueing pictures."""

    def test_uploaded(self, app: Celery, replies: Replies, wechatpay_sandbox: Sandbox) -> None:
        """The outcome has the media id."""
        key = replies.upload(PNG, "receipt.png")
        work(app)
        found = replies.outcome(key)
        assert found is not None
        assert found.media_id == wechatpay_sandbox.uploads[0].media_id


class TestMaking:
    """Who sends, and where it stands."""

    def test_function(self, app: Celery, client: Client) -> None:
        """A function that makes a client is called where it is sent, once; who queues says which merchant."""
        made: list[Client] = []

        def make() -> Client:
            made.append(client)
            return client

        replies = Replies(app, make)
        with pytest.raises(ConfigurationError, match="mchid"):
            replies.send(RICH_COMPLAINT, Message().text("您好"))
        keys = [replies.send(RICH_COMPLAINT, Message().text("您好"), mchid=client.mchid) for _ in range(2)]
        assert made == []
        work(app)
        assert [state(replies, key, client.mchid) for key in keys] == [State.SENT, State.SENT]
        assert made == [client]

    def test_only_queues(self, app: Celery) -> None:
        """A process without clients queues, and says that it cannot send."""
        replies = Replies(app)
        replies.queue(Delivery.of("1", "2", Reply("a")))
        ((name, arguments),) = taken(app)
        assert (name, arguments[0]) == ("msgkit.deliver", "1")
        app.tasks[name](*arguments)
        found = replies.outcome(arguments[1], mchid="1")
        assert found is not None
        assert "without one it only queues" in (found.error or "")

    def test_ledger(self, app: Celery, url: str) -> None:
        """The ledger is the broker's Redis, or the one that is named; a broker that is none needs one."""
        assert Replies(app).ledger.place == Ledger(url).place
        assert Replies(app, ledger="redis://127.0.0.1:1/2").ledger.place.startswith("127.0.0.1:1 database 2")
        with pytest.raises(ConfigurationError, match="ledger"):
            Replies(Celery(broker="memory://", set_as_current=False))

    @pytest.mark.usefixtures("replies")
    def test_json(self, app: Celery) -> None:
        """Nothing but JSON is queued, late acknowledged, and of this app alone."""
        task = app.tasks["msgkit.deliver"]
        assert (task.serializer, task.acks_late, task.reject_on_worker_lost) == ("json", True, True)
        assert "msgkit.deliver" not in Celery(set_as_current=False).tasks
        assert json.dumps(taken(app)) == "[]"
