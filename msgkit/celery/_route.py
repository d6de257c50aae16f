"""`route`: a router's inbox worked by Celery."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from datetime import timedelta
from typing import Any

from msgkit._extras import need
from msgkit.celery._settings import TASK, prepare
from msgkit.celery._ticker import Ticker
from msgkit.routing import Router

with need("celery"):
    from celery import Celery
    from kombu.exceptions import OperationalError

WORK, POLL = "msgkit.work", "msgkit.poll"
"""The names of the tasks that work on the inbox, and that ask for complaints."""

_LOOK_AGAIN = 5.0  # seconds after which the inbox is looked at without news: what waits to be tried again, waits longer
_BETWEEN_POLLS = 3600.0  # seconds

logger = logging.getLogger("msgkit")


def route(router: Router[Any], app: Celery, *, queue: str | None = None) -> None:
    """Have Celery workers do a router's work: handlers run in a task, and `Router.running` is not needed.

    `Router.receive` queues a task at once. What waits to be tried again, and what another process took in, is looked at
    every five seconds by each worker. An entry of Celery beat polls every hour: run a beat for it.

    What is promised is what the router promises: the inbox knows what was done, and a task only says that somebody
    should look. Call this in the web process and in the workers alike, with an inbox that they share.

    Args:
        router: The router; with an `AsyncClient`, each task has an event loop of its own.
        app: The Celery app, with its broker; it is set as `Replies` sets it.
        queue: The queue of Celery's; by default the app's.

    Raises:
        ConfigurationError: The app's visibility timeout is too short.
        MissingExtraError: The extra ``msgkit-wechatpay[celery]`` is not installed.
    """
    prepare(app, router._need_lender().total)  # noqa: SLF001 - ours

    def work() -> None:
        _done(router.work())

    def poll(seconds: float = timedelta(days=1).total_seconds()) -> None:
        _done(router.poll(timedelta(seconds=seconds)))
        task.apply_async(queue=queue)

    task: Any = app.task(work, name=WORK, **TASK)
    app.task(poll, name=POLL, **TASK)
    options = {"queue": queue, "expires": _BETWEEN_POLLS}
    entry = {"msgkit-poll": {"task": POLL, "schedule": _BETWEEN_POLLS, "options": options}}
    app.conf.beat_schedule = {**app.conf.beat_schedule, **entry}
    # Looks that nobody had time for are not piled up.
    Ticker(app, "looking into the inbox", lambda: task.apply_async(queue=queue, expires=_LOOK_AGAIN), _LOOK_AGAIN)
    router._workers.hear(_Waker(task, queue).wake)  # noqa: SLF001 - likewise


def _done(result: Any) -> None:
    if inspect.iscoroutine(result):
        asyncio.run(result)


class _Waker:
    """Queues a task when there is news, in a thread of its own: who takes a notification in does not wait for a broker.

    Args:
        task: The task.
        queue: Its queue.
    """

    def __init__(self, task: Any, queue: str | None) -> None:
        self._task, self._queue = task, queue
        self._is_waking = threading.Lock()

    def wake(self) -> None:
        """Queue it, unless that is just being done."""
        if self._is_waking.acquire(blocking=False):
            threading.Thread(target=self._queue_one, name="msgkit-waking", daemon=True).start()

    def _queue_one(self) -> None:
        self._is_waking.release()  # what comes from now on is news of its own
        try:
            self._task.apply_async(queue=self._queue, retry=False)
        except OperationalError:  # whose text may have the password
            logger.warning("the broker cannot be reached; the inbox is looked at when it can")
