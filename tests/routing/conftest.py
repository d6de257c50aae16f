"""A router that talks to the sandbox."""

from collections.abc import Iterator

import pytest

from msgkit import Client, Router
from msgkit.routing import SQLiteInbox
from msgkit.sandbox import Sandbox
from tests.routing.desk import Clock, Desk

pytest.register_assert_rewrite("msgkit.testing.inbox")


@pytest.fixture
def desk(wechatpay_sandbox: Sandbox) -> Iterator[Desk]:
    """A router with an inbox in memory, whose client tries once."""
    clock = Clock()
    inbox = SQLiteInbox(":memory:", clock)
    environ = wechatpay_sandbox.credentials.environ
    with Client.from_env(environ, retry=None, total=60.0) as client:
        yield Desk(wechatpay_sandbox, client, clock, inbox, Router(client, inbox=inbox))
