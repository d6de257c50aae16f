"""The sandbox in the foreground: for people, until they interrupt it."""

import contextlib
import functools
import os
import queue
import signal
import threading
import time
from collections.abc import Callable

from msgkit.sandbox.journal import RecordedCall
from msgkit.sandbox.server import Sandbox


def serve(  # noqa: PLR0913 - each by its name
    port: int = 0,
    state_dir: str | os.PathLike[str] | None = None,
    *,
    control: int | None = None,
    notify: str | None = None,
    announce: Callable[[str], object] | None = None,
    report: Callable[[str], object] | None = None,
) -> None:
    """Run a sandbox until SIGINT (Ctrl+C) or SIGTERM, then stop it clean and return.

    To be called from the main thread, which is the one that hears signals. One that comes while the sandbox starts or
    stops is heard too.

    Args:
        port: The port to listen on; 0 picks a free one.
        state_dir: A directory for the keys and the credentials, as `Sandbox` has it.
        control: The port of the control port, as `Sandbox` has it.
        notify: Where notifications are posted to, as `Sandbox` has it.
        announce: Is told ``listening on http://127.0.0.1:PORT``, once, when that is true; then, where there is a
            control port, ``control on http://127.0.0.1:PORT``. By default both are printed.
        report: Is told a line for each call; by default nobody is.

    Raises:
        SandboxError: As `Sandbox` raises it.
        ValueError: Likewise.
    """
    announce = announce or functools.partial(print, flush=True)
    # A signal only leaves a note: raised in the middle of starting or stopping, it would leave that half done.
    heard: queue.SimpleQueue[int] = queue.SimpleQueue()
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, lambda number, _: heard.put(number)) for number in signals}
    try:
        with Sandbox(port, state_dir, control=control, notify=notify) as sandbox:
            if heard.empty():
                lines = _Lines(report)
                sandbox.watch(lines.add)
                announce(f"listening on {sandbox.base_url}")
                if control is not None:
                    announce(f"control on {sandbox.control_url}")
                lines.begin()
            _wait_for(heard)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler or signal.SIG_DFL)


def line_of(call: RecordedCall) -> str:
    """A call in a line: when, what was asked, and what became of it, without a word of anybody's.

    What a stranger puts into a path must not move the cursor of whoever watches.
    """
    parts = [
        time.strftime("%H:%M:%S"),
        call.method,
        call.path,
        "(cut)" if call.status is None else str(call.status),
        call.code or "",
        "" if call.fault is None else f"(planned: {call.fault})",
    ]
    line = " ".join(filter(None, parts))
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


class _Lines:
    """What is said of calls: of each a line, and none before it is said where the sandbox listens.

    Whoever reads that may call at once, so calls are heard before it is said, and told after.
    """

    def __init__(self, report: Callable[[str], object] | None) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._held: list[RecordedCall] | None = []

    def add(self, call: RecordedCall) -> None:
        """Tell a call, now or once it has begun."""
        with self._lock:
            if self._held is None:
                self._tell(call)
            else:
                self._held.append(call)

    def begin(self) -> None:
        """Tell the calls that came before, and each from now on."""
        with self._lock:
            held, self._held = self._held or [], None
            for call in held:
                self._tell(call)

    def _tell(self, call: RecordedCall) -> None:
        # Nobody's call fails because nobody reads any more what is said of it.
        if self._report is not None:
            with contextlib.suppress(OSError, ValueError):
                self._report(line_of(call))


def _wait_for(heard: queue.SimpleQueue[int]) -> None:
    while True:
        # Waking now and then is what lets a signal through on Windows.
        with contextlib.suppress(queue.Empty):
            heard.get(timeout=1)
            return
