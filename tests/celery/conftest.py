"""An app whose broker is a real Redis; what is queued is taken by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from celery import Celery

from msgkit import Client
from msgkit.sandbox import Sandbox


@pytest.fixture
def app(url: str) -> Iterator[Celery]:
    """An app."""
    with Celery("tests", broker=url, set_as_current=False) as made:
        yield made


@pytest.fixture
def client(wechatpay_sandbox: Sandbox) -> Iterator[Client]:
    """A client of the sandbox that tries once."""
    with Client.from_env(wechatpay_sandbox.credentials.environ, retry=None) as made:
        yield made


def taken(app: Celery, name: str = "celery") -> list[tuple[str, list[Any]]]:
    """Take what is in the queue: names of tasks and their arguments."""
    found = []
    with app.connection() as connection, connection.SimpleQueue(name) as queue, suppress(queue.Empty):
        while True:
            message = queue.get_nowait()
            found.append((message.headers["task"], json.loads(message.body)[0]))
            message.ack()
    return found


def work(app: Celery) -> int:
    """Do what is in the queue, as a worker does, and return how many tasks that were."""
    tasks = taken(app)
    for name, arguments in tasks:
        app.tasks[name](*arguments)
    return len(tasks)
