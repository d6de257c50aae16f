"""Doing something again and again beside a test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def again_and_again(function: Callable[[], object], every: float) -> Iterator[None]:
    """Call a function every so many seconds, in a thread, for as long as a block lasts."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(every):
            function()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
