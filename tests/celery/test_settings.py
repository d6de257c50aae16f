"""What an app is told, and what is refused."""

from __future__ import annotations

import pytest
from celery import Celery

from msgkit import Client, ConfigurationError
from msgkit.celery import Replies
from msgkit.celery._settings import prepare


class TestPrepare:
    """What is set and what is left alone."""

    def test_set(self, app: Celery, client: Client) -> None:
        """The visibility timeout covers the call that runs and the one that is reserved; one is reserved at a time."""
        Replies(app, client)
        assert app.conf.broker_transport_options["visibility_timeout"] == 60 * 2 + 10
        assert app.conf.worker_prefetch_multiplier == 1
        assert app.conf.broker_connection_max_retries is None
        assert app.conf.task_acks_late is False  # which is the app's own affair

    def test_kept(self, url: str) -> None:
        """What was set otherwise stays, and is counted with."""
        app = Celery(broker=url, set_as_current=False)
        app.conf.update(worker_prefetch_multiplier=3, broker_transport_options={"max_retries": 7})
        prepare(app, 5.0)
        assert app.conf.broker_transport_options == {"max_retries": 7, "visibility_timeout": 30.0}
        assert app.conf.worker_prefetch_multiplier == 3

    def test_short(self, url: str) -> None:
        """A shorter visibility timeout would have a message go to a second worker, and is refused."""
        app = Celery(broker=url, set_as_current=False)
        app.conf.broker_transport_options = {"visibility_timeout": 129}
        with pytest.raises(ConfigurationError, match="is 129 s, and must be 130 s at least"):
            prepare(app, 60.0)

    def test_longer(self, url: str) -> None:
        """A longer one is taken."""
        app = Celery(broker=url, set_as_current=False)
        app.conf.broker_transport_options = {"visibility_timeout": 600}
        prepare(app, 60.0)
        assert app.conf.broker_transport_options == {"visibility_timeout": 600}

    def test_other_brokers(self) -> None:
        """A broker that is no Redis has none."""
        app = Celery(broker="amqp://127.0.0.1", set_as_current=False)
        prepare(app, 60.0)
        assert app.conf.broker_transport_options == {}
