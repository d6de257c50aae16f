"""What a Celery worker does every second or so beside its tasks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from msgkit._extras import need

with need("celery"):
    from celery import Celery, signals

logger = logging.getLogger("msgkit")


class Ticker:
    """Calls a function again and again for as long as a worker of an app runs in this process.

    It is called in a thread of the worker's main process, so it must be quick. What it raises is told once, and it is
    called again.

    Args:
        app: The app.
        name: What it does, for the log.
        function: What to call.
        seconds: How long to wait in between.
    """

    def __init__(self, app: Celery, name: str, function: Callable[[], object], seconds: float) -> None:
        self._app, self._name, self._function, self._seconds = app, name, function, seconds
        self._over = threading.Event()
        # By name, so that it is the same for a worker of any app in this process; and held by this object.
        signals.worker_ready.connect(self._start, weak=False)
        signals.worker_shutting_down.connect(self._stop, weak=False)

    def _start(self, sender: Any, **_: Any) -> None:
        if sender.app is self._app:
            self._over = threading.Event()
            threading.Thread(target=self._run, args=(self._over,), name=f"msgkit-{self._name}", daemon=True).start()

    def _stop(self, **_: Any) -> None:
        self._over.set()

    def _run(self, over: threading.Event) -> None:
        is_well = True
        while not over.wait(self._seconds):
            try:
                self._function()
            except Exception as error:  # noqa: BLE001 - a server that is away comes back
                if is_well:
                    logger.warning("%s: %s; it is tried again", self._name, type(error).__name__)
                is_well = False
            else:
                is_well = True
