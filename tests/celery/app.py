"""A Celery app whose calls may take three seconds only, so that what a dead worker had is soon given to another."""

from __future__ import annotations

import os

from celery import Celery

from msgkit import Client
from msgkit.celery import Replies

TOTAL = 3.0

app = Celery("tests", broker=os.environ["MSGKIT_BROKER"])
app.conf.broker_connection_retry_on_startup = True


def client() -> Client:
    """Make the client of a worker, in its process."""
    return Client.from_env(timeout=(1.0, 2.0), total=TOTAL)


replies = Replies(app, client)
