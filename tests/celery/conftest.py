"""An app whose broker is a real Redis; what is queued is taken by hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from celery import Celery

from msgkit import Client
from msgkit.sandbox import Sandbox
from tests.redis_server import serving

_numbers = itertools.count()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis that runs as long as the tests do."""
    with serving(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def url(redis_url: str) -> str:
    """The URL of a database of its own."""
    return f"{redis_url.removesuffix('/0')}/{next(_numbers) % 16}"


@pytest.fixture
def app(url: str) -> Iterator[Celery]:
    """An app."""
    with Celery("tests", broker=url, set_as_current=False) as made:
        with made.connection() as connection:
            connection.default_channel.client.flushdb()
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
