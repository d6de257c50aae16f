"""Tests of the msgkit command, as a process of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import msgkit
from msgkit._extras import hint

SECONDS = 30


def msgkit_command(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "msgkit", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=env,
    )


class TestCommand:
    """The command as a whole."""

    def test_version(self) -> None:
        """It tells the version of the package."""
        assert msgkit.__version__ in msgkit_command("--version").stdout

    def test_help(self) -> None:
        """Help names every command."""
        out = msgkit_command("--help").stdout
        assert [name for name in ("check", "demo", "preview", "sandbox", "schema") if name not in out] == []

    def test_without_click(self, tmp_path: Path) -> None:
        """Without its extra it says in one line what to install."""
        (tmp_path / "click.py").write_text("raise ModuleNotFoundError('no click', name='click')")
        done = msgkit_command("demo", env={**os.environ, "PYTHONPATH": str(tmp_path)})
        assert done.returncode == 1
        assert done.stderr == f"no module click; the msgkit command needs {hint('cli')}\n"

    def test_without_the_sandbox(self, tmp_path: Path) -> None:
        """Without the sandbox's extra, a command that needs it says in one line what to install."""
        (tmp_path / "starlette.py").write_text("raise ModuleNotFoundError('no starlette', name='starlette')")
        done = msgkit_command("demo", env={**os.environ, "PYTHONPATH": str(tmp_path)})
        assert done.returncode == 1
        assert done.stderr == f"Error: no module starlette; the sandbox needs {hint('sandbox')}\n"


class TestDemo:
    """``msgkit demo``."""

    @pytest.mark.slow
    def test_exits_well(self) -> None:
        """It ends with 0, tells a log_id and complains of nothing."""
        done = msgkit_command("demo")
        assert (done.returncode, done.stderr) == (0, "")
        assert "log_id" in done.stdout


class TestSandbox:
    """``msgkit sandbox``."""

    @pytest.fixture
    def server(self, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
        """Run a sandbox that writes its credentials into a folder."""
        command = [sys.executable, "-m", "msgkit", "sandbox", "--state-dir", str(tmp_path / "state")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            yield process
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    @pytest.mark.slow
    def test_serves_a_client_of_the_environment(self, server: "subprocess.Popen[str]", tmp_path: Path) -> None:
        """A client made from the environment that env.sh sets sends a message; an interrupt ends the sandbox with 0."""
        assert server.stdout is not None
        line = server.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        program = (
            "from msgkit import Client, Message\n"
            "with Client.from_env() as client:\n"
            "    print(client.send('200201820200101080076610000', Message().text('您好')).log_id)\n"
        )
        sent = subprocess.run(
            ["/bin/sh", "-c", '. "$1" && exec "$2" -c "$3"', "sh", tmp_path / "state/env.sh", sys.executable, program],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        assert sent.stdout.strip().isdigit()
        server.send_signal(signal.SIGINT)
        assert server.wait(SECONDS) == 0

    def test_a_port_that_is_taken(self) -> None:
        """A port that is taken is told in one line."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = msgkit_command("sandbox", "--port", str(taken.getsockname()[1]))
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert len(done.stderr.splitlines()) == 1
