"""What Celery must be told so that nothing is lost: of an app, and of each task."""

from __future__ import annotations

from typing import Any

from msgkit._extras import need
from msgkit.delivery._deliver import MARGIN
from msgkit.errors import ConfigurationError

with need("celery"):
    from celery import Celery

#: A message is given back only when its task is over, and goes to another worker where that one was killed.
TASK: dict[str, Any] = {
    "acks_late": True,
    "reject_on_worker_lost": True,
    "ignore_result": True,
    "serializer": "json",
    "shared": False,  # or every app of this process had it
}

_DEFAULT_PREFETCH = 4  # Celery's, which takes messages from other workers that have nothing to do
_DEFAULT_RETRIES = 100  # Celery's, after which a worker ends


def prepare(app: Celery, total: float) -> None:
    """Set what loses nothing: prefetch multiplier 1, a broker that is tried for ever, and Redis' visibility timeout.

    That timeout is after how many seconds Redis gives a message to another worker: one that takes a call's `total`
    times one more than the messages that a process may have reserved, and 10 seconds. Celery's own is an hour, for
    which what a dead worker had would lie there.

    Args:
        app: The app, which has its broker.
        total: Seconds that a call may take.

    Raises:
        ConfigurationError: It has a shorter visibility timeout, with which a message would go to a second worker while
            the first one still works on it.
    """
    if app.conf.worker_prefetch_multiplier == _DEFAULT_PREFETCH:
        app.conf.worker_prefetch_multiplier = 1
    if app.conf.broker_connection_max_retries == _DEFAULT_RETRIES:
        app.conf.broker_connection_max_retries = None
    if not is_redis(app.conf.broker_url):
        return
    reserved = app.conf.worker_prefetch_multiplier
    needed = total * (reserved + 1) + MARGIN
    options = dict(app.conf.broker_transport_options)
    given = options.setdefault("visibility_timeout", needed)
    if given < needed:
        raise ConfigurationError(
            f"broker_transport_options: visibility_timeout is {given:g} s, and must be {needed:g} s at least: a call "
            f"may take {total:g} s, and a process reserves {reserved} messages beside the one that it works on"
        )
    app.conf.broker_transport_options = options


def is_redis(url: str | None) -> bool:
    """Tell whether a broker is Redis."""
    return (url or "").split(":", 1)[0] in {"redis", "rediss"}
