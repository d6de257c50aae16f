"""A ledger in a real Redis, and a client that tries once."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from msgkit import Client
from msgkit.client._redis_client import joined
from msgkit.delivery import Ledger
from msgkit.delivery._held import Mark
from msgkit.sandbox import Sandbox

_numbers = itertools.count()


@pytest.fixture
def ledger(redis_url: str) -> Iterator[Ledger]:
    """A ledger with a prefix of its own."""
    made = Ledger(redis_url, prefix=f"delivering-{next(_numbers)}:")
    yield made
    made.close()


@pytest.fixture
def client(wechatpay_sandbox: Sandbox) -> Iterator[Client]:
    """A client of the sandbox that tries once."""
    with Client.from_env(wechatpay_sandbox.credentials.environ, retry=None) as made:
        yield made


def pass_by(ledger: Ledger, mchid: str, key: str, seconds: float) -> None:
    """Have all that stands in the ledger of a delivery be so much longer ago."""
    redis, prefix, name = ledger._redis, ledger._prefix, joined(mchid, key)
    kept: Any = redis.hgetall(f"{prefix}delivery:{name}")
    for field in (b"first", b"until"):
        if field in kept:
            redis.hset(f"{prefix}delivery:{name}", field, repr(float(kept[field]) - seconds))
    if kept.get(b"mark"):
        mark = Mark(**json.loads(kept[b"mark"]))
        redis.hset(f"{prefix}delivery:{name}", "mark", Mark(mark.begun - seconds, mark.shown).to_json())
    if redis.zscore(f"{prefix}due", name) is not None:
        redis.zincrby(f"{prefix}due", -seconds, name)
