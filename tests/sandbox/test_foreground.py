"""Programs in the foreground: they run until they are told to end, and say what they like in their own order."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from msgkit.sandbox.background import LOOPBACK, bind
from msgkit.sandbox.errors import SandboxError
from msgkit.sandbox.foreground import until_interrupted

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

# A program of its own around a sandbox.
PROGRAM = """
from msgkit.sandbox import Sandbox
from msgkit.sandbox.foreground import CallLines, until_interrupted
with until_interrupted() as interruption, Sandbox() as sandbox:
    lines = CallLines(print)
    sandbox.watch(lines.add)
    print("page on http://127.0.0.1:1/")
    print(f"listening on {sandbox.base_url}", flush=True)
    lines.begin()
    interruption.wait()
print("ended", flush=True)
"""


class TestUntilInterrupted:
    """Signals only leave a note."""

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_noted(self, number: signal.Signals) -> None:
        """A signal in the block raises nothing and is there to be asked for; after it, handlers are as before."""
        before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
        with until_interrupted() as interruption:
            assert not interruption.was_heard
            os.kill(os.getpid(), number)
            interruption.wait()
            os.kill(os.getpid(), number)
            assert interruption.was_heard
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before

    def test_main_thread(self) -> None:
        """Elsewhere than in the main thread it is an error, since no signal is heard there."""
        caught: list[ValueError] = []

        def use() -> None:
            try:
                with until_interrupted():
                    pass
            except ValueError as error:
                caught.append(error)

        thread = threading.Thread(target=use)
        thread.start()
        thread.join()
        assert len(caught) == 1

    def test_program(self) -> None:
        """A program says its own line first, and ends clean when it is told to."""
        with subprocess.Popen([sys.executable, "-W", "error", "-c", PROGRAM], stdout=subprocess.PIPE) as process:
            assert process.stdout
            lines = [process.stdout.readline() for _ in range(2)]
            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=30)
        assert [line.partition(b" http")[0] for line in lines] == [b"page on", b"listening on"]
        assert (process.returncode, rest) == (0, b"ended\n")


class TestBind:
    """Where something may listen."""

    @pytest.mark.parametrize("host", [LOOPBACK, "localhost", "0.0.0.0"])
    def test_host(self, host: str) -> None:
        """A port is bound where it is asked for, by default on this machine alone."""
        with bind(0, host) as listener, bind(0) as usual:
            assert listener.getsockname()[0] == (LOOPBACK if host == "localhost" else host)
            assert usual.getsockname()[0] == LOOPBACK

    def test_newer_addresses(self) -> None:
        """An address of IPv6 is one, too, and an error names it as an address has it."""
        try:
            listener = bind(0, "::1")
        except SandboxError as error:
            assert str(error).startswith("cannot listen on [::1]:0: ")  # noqa: PT017 - not every machine has it
        else:
            with listener:
                port = listener.getsockname()[1]
                with pytest.raises(SandboxError, match=rf"cannot listen on \[::1\]:{port}: Address already in use"):
                    bind(port, "::1")

    @pytest.mark.parametrize(
        "host", ["", "no such host", "host.invalid", "a\0b", "256.1.1.1", "203.0.113.7", "." * 300]
    )
    def test_no_host(self, host: str) -> None:
        """What is no address of this machine is one clear error; no host is not all of them."""
        with pytest.raises(SandboxError, match="cannot listen on "):
            bind(0, host)
