"""The sandbox in the foreground: for people, until they interrupt it."""

import contextlib
import functools
import os
import queue
import signal
from collections.abc import Callable

from msgkit.sandbox.server import Sandbox


def serve(
    port: int = 0,
    state_dir: str | os.PathLike[str] | None = None,
    *,
    announce: Callable[[str], object] | None = None,
) -> None:
    """Run a sandbox until SIGINT (Ctrl+C) or SIGTERM, then stop it clean and return.

    To be called from the main thread, which is the one that hears signals. One that comes while the sandbox starts or
    stops is heard too.

    Args:
        port: The port to listen on; 0 picks a free one.
        state_dir: A directory for the keys and the credentials, as `Sandbox` has it.
        announce: Is told ``listening on http://127.0.0.1:PORT``, once, when that is true; by
            default it is printed.

    Raises:
        SandboxError: As `Sandbox` raises it.
    """
    announce = announce or functools.partial(print, flush=True)
    # A signal only leaves a note: raised in the middle of starting or stopping, it would leave that half done.
    heard: queue.SimpleQueue[int] = queue.SimpleQueue()
    signals = (signal.SIGINT, signal.SIGTERM)
    previous = {number: signal.signal(number, lambda number, _: heard.put(number)) for number in signals}
    try:
        with Sandbox(port, state_dir) as sandbox:
            if heard.empty():
                announce(f"listening on {sandbox.base_url}")
            _wait_for(heard)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _wait_for(heard: queue.SimpleQueue[int]) -> None:
    while True:
        # Waking now and then is what lets a signal through on Windows.
        with contextlib.suppress(queue.Empty):
            heard.get(timeout=1)
            return
