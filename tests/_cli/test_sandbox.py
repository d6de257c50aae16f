"""``msgkit sandbox`` in a terminal: its first lines, a line for each call, and the control port."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from msgkit.sandbox.foreground import line_of
from msgkit.sandbox.journal import RecordedCall
from tests.sandbox.receiver import Receiver

from .command import run

SECONDS = 30

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@contextmanager
def started(*arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the command until the block ends, and then let it end by itself."""
    command = [sys.executable, "-W", "error", "-m", "msgkit", "sandbox", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(SECONDS)


def asked(url: str, method: str, path: str, body: str = "") -> int:
    """The status that a request gets."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=SECONDS)
    connection.request(method, path, body.encode() or None, {"Content-Type": "application/json"} if body else {})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


class TestLines:
    """What it prints."""

    def test_first_lines(self) -> None:
        """It says where it listens, alone on the first line, then where it is controlled, then a line for each call."""
        with started("--control") as process:
            assert process.stdout
            first, second = process.stdout.readline(), process.stdout.readline()
            found = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", first)
            control = re.fullmatch(r"control on (http://127\.0\.0\.1:\d+)\n", second)
            assert found
            assert control
            assert asked(control[1], "POST", "/complaints", json.dumps({"complaint_id": "mine"})) == 200
            assert asked(found[1], "GET", "/v3/certificates?secret=1") == 400
            line = process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=SECONDS) == ("", "")
        assert re.fullmatch(r"\d\d:\d\d:\d\d GET /v3/certificates 400 INVALID_REQUEST\n", line)
        assert process.returncode == 0

    @pytest.mark.slow
    def test_without_control(self) -> None:
        """Without being asked for it has no control port, and says nothing of one."""
        with started() as process:
            assert process.stdout
            url = process.stdout.readline().removeprefix("listening on ").strip()
            assert asked(url, "GET", "/nothing") == 404
            assert process.stdout.readline().endswith(" GET /nothing 404 RESOURCE_NOT_EXISTS\n")

    @pytest.mark.slow
    def test_nobody_reads(self) -> None:
        """Calls are answered also after whoever read the lines has gone."""
        with started() as process:
            assert process.stdout
            url = process.stdout.readline().removeprefix("listening on ").strip()
            process.stdout.close()
            assert [asked(url, "GET", "/nothing") for _ in range(3)] == [404] * 3

    @pytest.mark.slow
    def test_notify(self) -> None:
        """It posts notifications to the address that it was given."""
        with Receiver.running() as receiver, started("--control", "--notify", receiver.url) as process:
            assert process.stdout
            process.stdout.readline()
            control = process.stdout.readline().removeprefix("control on ").strip()
            assert asked(control, "POST", "/complaints", json.dumps({"complaint_id": "mine"})) == 200
            assert asked(control, "POST", "/settle", "{}") == 200
            assert len(receiver.received) == 1

    @pytest.mark.parametrize(
        ("lang", "url", "said"),
        [
            (
                "en",
                "https://127.0.0.1/",
                "Error: --notify: notifications go to this machine only, to an address",
            ),
            (
                "zh",
                "http://shop.example/",
                "错误：--notify: 通知只能发到本机的地址，例如 http://127.0.0.1:8000/notify，不能是",
            ),
        ],
    )
    def test_notify_elsewhere(self, tmp_path: Path, lang: str, url: str, said: str) -> None:
        """An address of another machine is refused before it starts, in the language of the command."""
        done = run("sandbox", "--notify", url, "--lang", lang, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(said)
        assert done.stderr.endswith(f" {url!r}\n")

    @pytest.mark.parametrize("port", ["65536", "a", "1.5"])
    def test_port(self, tmp_path: Path, port: str) -> None:
        """A control port is a port."""
        done = run("sandbox", "--control", port, cwd=tmp_path)
        assert done.returncode == 2
        assert "--control" in done.stderr


class TestLine:
    """A call in a line."""

    @pytest.mark.parametrize(
        ("status", "code", "fault", "expected"),
        [
            (204, None, None, "POST /a 204"),
            (
                429,
                "FREQUENCY_LIMITED",
                "FREQUENCY_LIMITED",
                "POST /a 429 FREQUENCY_LIMITED (planned: FREQUENCY_LIMITED)",
            ),
            (None, None, "NO_ANSWER", "POST /a (cut) (planned: NO_ANSWER)"),
        ],
    )
    def test_outcome(self, status: int | None, code: str | None, fault: str | None, expected: str) -> None:
        """It tells the status, the error code, and the fault that was planned."""
        call = RecordedCall("echo", "POST", "/a", "b=c", status, fault, "id", "R", code, "serial", (), 0.0)
        assert line_of(call)[9:] == expected

    def test_control_characters(self) -> None:
        """What would move the cursor, or turn the direction of a text, is shown by its number."""
        call = RecordedCall(None, "GET", "/\x1b[2J\r\n\x9b\u202e", "", 404, None, None, "R", None, None, (), 0.0)
        assert line_of(call)[9:] == r"GET /\x1b[2J\r\n\x9b\u202e 404"
