"""Starting and stopping, in the background and in the foreground."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from msgkit.sandbox import Sandbox, SandboxError

from .merchant import UPLOAD, Merchant

SERVE = "import sys; from msgkit.sandbox import serve; serve(int(sys.argv[1]), sys.argv[2])"


def port_of(sandbox: Sandbox) -> int:
    """The port in a sandbox's address."""
    return int(sandbox.base_url.rpartition(":")[2])


class TestBackground:
    """A sandbox in a with statement."""

    def test_life(self) -> None:
        """A sandbox answers inside the block; after it, only what it remembers is left."""
        before = set(threading.enumerate())
        with Sandbox() as sandbox:
            merchant = Merchant.of(sandbox)
            assert merchant.reply(merchant.plain()).status == 204
            assert f"{port_of(sandbox)}" in repr(sandbox)
        assert set(threading.enumerate()) == before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=1)
        assert len(sandbox.replies) == 1
        assert repr(sandbox) == "<Sandbox not running>"

    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"POST /v3",
            f"POST {UPLOAD} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc".encode(),
        ],
        ids=["silent", "half a head", "half a body"],
    )
    def test_slow_client(self, sent: bytes) -> None:
        """A client that keeps its connection open does not keep the sandbox alive."""
        before = set(threading.enumerate())
        with (
            socket.socket() as slow,
            Sandbox() as sandbox,
        ):
            slow.connect(("127.0.0.1", port_of(sandbox)))
            slow.sendall(sent)
            # Once this one was answered, what the slow client sent has been read.
            Merchant.of(sandbox).complete()
        assert set(threading.enumerate()) == before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=1)

    def test_again(self) -> None:
        """A stopped sandbox can be started again, with its keys and its memory."""
        sandbox = Sandbox()
        with sandbox:
            credentials = sandbox.credentials
            sandbox.complaint("kept")
        with sandbox:
            assert sandbox.credentials.private_key == credentials.private_key
            merchant = Merchant.of(sandbox)
            assert merchant.reply(merchant.plain(), "kept").status == 204

    def test_same_port(self) -> None:
        """A port is free again as soon as its sandbox has stopped."""
        with Sandbox() as first:
            merchant = Merchant.of(first)
            merchant.complete()
        with Sandbox(port_of(first)) as second:
            assert second.base_url == first.base_url

    def test_entered_twice(self, running: Sandbox) -> None:
        """A running sandbox cannot be started a second time."""
        with pytest.raises(SandboxError, match="already"), running:
            pass
        assert running.complaints

    def test_not_started(self) -> None:
        """A sandbox that never ran has no address to tell."""
        with pytest.raises(SandboxError, match="with statement"):
            _ = Sandbox().base_url

    @pytest.mark.parametrize("port", [-1, 65536])
    def test_no_port(self, port: int) -> None:
        """A port that cannot exist is one clear error."""
        with pytest.raises(SandboxError, match=f"127.0.0.1:{port}"), Sandbox(port):
            pass

    def test_port_in_use(self, running: Sandbox) -> None:
        """A port that is taken is one clear error, in a line."""
        port = port_of(running)
        with pytest.raises(SandboxError) as caught, Sandbox(port):
            pass
        assert f"127.0.0.1:{port}" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1

    def test_state_dir(self, tmp_path: Path) -> None:
        """The credentials are there before the block begins."""
        with Sandbox(state_dir=tmp_path / "state") as sandbox:
            values = json.loads((tmp_path / "state" / "credentials.json").read_text("utf-8"))
            assert values["base_url"] == sandbox.base_url

    def test_state_dir_unwritable(self, tmp_path: Path) -> None:
        """A directory that cannot be written is one clear error, and no socket stays open."""
        (tmp_path / "file").write_text("")
        with pytest.raises(SandboxError, match="credentials"), Sandbox(state_dir=tmp_path / "file"):
            pass

    @pytest.mark.skipif(sys.platform != "linux", reason="Linux has all of 127.0.0.0/8")
    def test_loopback_only(self, running: Sandbox) -> None:
        """No other address of this machine is listened on."""
        probe = socket.socket()
        with probe:
            # Were the port bound on all addresses, this one would be taken too.
            probe.bind(("127.0.0.2", port_of(running)))


class TestIndependence:
    """The second opinion."""

    def test_imports(self) -> None:
        """The sandbox shares no code with the client that it answers, but for the errors and how they are shown."""
        script = (
            "import sys, msgkit.sandbox; print(*(n for n in sys.modules if n.startswith('msgkit.')"
            " and not n.startswith(('msgkit.sandbox', 'msgkit.errors', 'msgkit._printable', 'msgkit._extras'))))"
        )
        printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert printed.stdout.strip() == ""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
class TestForeground:
    """A sandbox in a process of its own."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_signal(self, tmp_path: Path, number: signal.Signals) -> None:
        """serve() says once that it listens, answers, and ends with 0 on a signal."""
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", SERVE, "0", str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stdout
            line = process.stdout.readline()
            values = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
            assert line == f"listening on {values['base_url']}\n"
            host, _, port = values["base_url"].removeprefix("http://").partition(":")
            socket.create_connection((host, int(port)), timeout=5).close()
            process.send_signal(number)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (0, "", "")

    def test_port_in_use(self, running: Sandbox, tmp_path: Path) -> None:
        """serve() on a taken port raises the error that a command can print, and prints nothing."""
        script = SERVE.replace("serve(int", "import msgkit.sandbox as s\ntry: serve(int") + (
            "\nexcept s.SandboxError as error: sys.exit(str(error))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(port_of(running)), str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("cannot listen on 127.0.0.1:")
        assert list(tmp_path.iterdir()) == []
