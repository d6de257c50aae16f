"""The sandbox in the foreground: for people, until they interrupt it."""

import contextlib
import functools
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator

from msgkit.sandbox.journal import RecordedCall
from msgkit.sandbox.server import Sandbox


def serve(  # noqa: PLR0913 - each by its name
    port: int = 0,
    state_dir: str | os.PathLike[str] | None = None,
    *,
    control: int | None = None,
    notify: str | None = None,
    exchanges: int = 0,
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
        exchanges: How many exchanges are kept for the control port, as `Sandbox` has it.
        announce: Is told ``listening on http://127.0.0.1:PORT``, once, when that is true; then, where there is a
            control port, ``control on http://127.0.0.1:PORT``. By default both are printed.
        report: Is told a line for each call; by default nobody is.

    Raises:
        SandboxError: As `Sandbox` raises it.
        ValueError: Likewise.
    """
    announce = announce or functools.partial(print, flush=True)
    with (
        until_interrupted() as interruption,
        Sandbox(port, state_dir, control=control, notify=notify, exchanges=exchanges) as sandbox,
    ):
        if not interruption.was_heard:
            lines = CallLines(report)
            sandbox.watch(lines.add)
            announce(f"listening on {sandbox.base_url}")
            if control is not None:
                announce(f"control on {sandbox.control_url}")
            lines.begin()
        interruption.wait()


class Interruption:
    """Whether and when the program is to end. `until_interrupted` gives one."""

    def __init__(self) -> None:
        self._heard: queue.SimpleQueue[int] = queue.SimpleQueue()

    def note(self, number: int, _: object = None) -> None:
        """Take note of a signal, as its handler."""
        self._heard.put(number)

    @property
    def was_heard(self) -> bool:
        """Whether the program was told to end, and `wait` would not wait."""
        return not self._heard.empty()

    def wait(self) -> None:
        """Wait until the program is told to end."""
        while True:
            # Waking now and then is what lets a signal through on Windows.
            with contextlib.suppress(queue.Empty):
                self._heard.get(timeout=1)
                return


@contextlib.contextmanager
def until_interrupted() -> Iterator[Interruption]:
    """Hear SIGINT (Ctrl+C) and SIGTERM to the end of the block, for a program that runs until it is told to end.

    A signal only leaves a note: raised in the middle of starting or stopping, it would leave that half done. To be used
    in the main thread, around all that is started and stopped.

    Yields:
        What can be asked whether there was a signal, and waits for one.

    Raises:
        ValueError: It is not the main thread.
    """
    interruption = Interruption()
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, interruption.note) for number in signals}
    try:
        yield interruption
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


class CallLines:
    """What is said of calls: of each a line, and none before it is said where the sandbox listens.

    Whoever reads that may call at once, so calls are heard before it is said, and told after.

    Args:
        report: Is told each line; None to have nobody told.
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
