"""A worker without code: ``celery -A msgkit.celery.worker worker``, set up by the environment.

``MSGKIT_BROKER`` is the broker's URL, ``MSGKIT_LEDGER`` that of the Redis with the ledger (by default the broker).
``MSGKIT_MERCHANTS`` is a folder of merchants, as `Merchants` reads it; without it ``WECHATPAY_MCHIDS`` names those in
the environment, or the other ``WECHATPAY_`` variables are those of the only one. ``MSGKIT_RATE`` is how many replies a
second each merchant sends, all workers together; 10 by default.
"""

from __future__ import annotations

import functools
import os
from typing import Any

from msgkit._extras import need
from msgkit.celery._replies import Replies
from msgkit.client import Client, Merchants, Pace, RedisTurns
from msgkit.errors import ConfigurationError

with need("celery"):
    from celery import Celery


def _need(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ConfigurationError(f"{name} is not set: the URL of the broker, such as redis://127.0.0.1:6379/0")
    return value


def _rate() -> float:
    given = os.environ.get("MSGKIT_RATE", "10")
    try:
        return float(given.removesuffix("/s"))
    except ValueError:
        raise ConfigurationError("MSGKIT_RATE must be a number, of replies a second") from None


def _merchants(ledger: str) -> Merchants | Client:
    pace = Pace(reply=_rate(), turns=RedisTurns(ledger))
    folder = os.environ.get("MSGKIT_MERCHANTS")
    if folder:
        return Merchants(folder, settings={"pace": pace})
    if os.environ.get("WECHATPAY_MCHIDS"):
        return Merchants.from_env(pace=pace)
    return Client.from_env(pace=pace)


@functools.cache
def _replies() -> Replies:
    broker = _need("MSGKIT_BROKER")
    ledger = os.environ.get("MSGKIT_LEDGER") or broker
    app = Celery("msgkit", broker=broker)
    app.conf.broker_connection_retry_on_startup = True
    return Replies(app, _merchants(ledger), ledger=ledger)


def __getattr__(name: str) -> Any:
    # When they are asked for, so that whoever only looks at the module needs none of these variables.
    if name == "replies":
        return _replies()
    if name == "app":
        return _replies().app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
