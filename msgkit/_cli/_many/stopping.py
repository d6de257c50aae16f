"""Ending early: Ctrl+C and SIGTERM let what is under way come to its end; a second one does not.

So does SIGHUP, which comes when the terminal is closed.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from msgkit._cli._many.hints import hint
from msgkit._language import Words

_STOPPING = Words(
    "stopping: what is under way comes to its end; Ctrl+C again ends at once, and the same command goes on later",
    "正在停止：等待已发出的请求结束；再按一次 Ctrl+C 立即退出，以后可以用同一条命令继续",
)


_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def stopped_by_signals(stop: threading.Event, lang: str) -> Iterator[None]:
    """Set an event at the first signal to end, and end the process at the second.

    What whoever began the process had ignored stays so, as nohup does.

    Args:
        stop: The event.
        lang: The language of what is said.
    """

    def stopping(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            os._exit(1)  # the journal is made for that
        stop.set()
        hint(_STOPPING.text(lang))

    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    heard = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, stopping) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
