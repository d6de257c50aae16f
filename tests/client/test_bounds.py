"""The end of every call: whatever a server does, it comes."""

import contextlib
import itertools
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from msgkit import ApiError, TransportError
from msgkit.client._bounds import Budget
from tests.network import IMMEDIATE, LOG, MESSAGE, PNG, Server, client_of, signed

pytestmark = [pytest.mark.usefixtures("both"), pytest.mark.slow]  # budgets are real seconds

TOTAL = 0.6
SLACK = 3.0

Doing = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def doing(do: Doing) -> Iterator[str]:
    """The base URL of a server that does with each connection what it is told, until the test is over."""
    over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):  # The client went away, as it should.
                do(self.request, over)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.005,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            over.set()
            server.shutdown()
            thread.join()


def drip(head: bytes, piece: bytes, pause: float = 0.05) -> Doing:
    """Send a head at once and then a piece again and again."""

    def do(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while not over.wait(pause):
            connection.sendall(piece)

    return do


def flood(head: bytes, piece: bytes) -> Doing:
    """Send a head and then a piece again and again, as fast as it goes."""

    def do(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while not over.is_set():
            connection.sendall(piece * 1000)

    return do


def head(status: int = 200, **headers: str) -> bytes:
    """The head of an answer that nobody signed."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} OK\r\n{lines}\r\n".encode()


def failed(base_url: str, **settings: Any) -> tuple[TransportError, float]:
    """The error of a send, and the seconds it took."""
    started = time.monotonic()
    settings = {"timeout": (5, 5), "total": TOTAL} | settings
    with client_of(base_url, **settings) as client, pytest.raises(TransportError) as caught:
        client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
    assert caught.value.idempotent_id == "order-42"
    return caught.value, time.monotonic() - started


CHUNKED = head(Transfer_Encoding="chunked")
MEMBER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"


class TestSlow:
    """Servers that never fall silent, and never finish."""

    @pytest.mark.parametrize(
        "do",
        [
            drip(head(Content_Length="100000"), b" "),
            drip(b"HTTP/1.1 200 OK\r\n", b"X"),
            drip(b"", b"H"),
            drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
            drip(CHUNKED, b"1\r\n \r\n"),
            drip(CHUNKED + b"0\r\n", b"X: y\r\n"),
            drip(head(Content_Encoding="gzip"), MEMBER),
            drip(head(), b" "),
        ],
        ids=["body", "header", "status", "100", "103", "chunks", "trailers", "gzip members", "until closed"],
    )
    def test_drips(self, do: Doing) -> None:
        """A byte now and then holds a call for no longer than its whole time."""
        with doing(do) as base_url:
            error, seconds = failed(base_url)
        assert seconds < TOTAL + SLACK
        assert f"{TOTAL:g} s" in str(error)

    def test_error(self) -> None:
        """An error whose body drips is that error when the time is up."""
        with doing(drip(head(400, Content_Length="100000"), b" ")) as base_url:
            started = time.monotonic()
            with client_of(base_url, total=TOTAL) as client, pytest.raises(ApiError) as caught:
                client.send(IMMEDIATE, MESSAGE)
        assert caught.value.status == 400
        assert time.monotonic() - started < TOTAL + SLACK

    def test_reads_nothing(self) -> None:
        """A server that does not read what is sent holds a call for no longer either."""

        def do(_: socket.socket, over: threading.Event) -> None:
            over.wait(20)

        picture = PNG + bytes(2 * 1024 * 1024 - len(PNG))
        with doing(do) as base_url:
            started = time.monotonic()
            settings: Any = {"timeout": (5, 20), "total": TOTAL}
            with client_of(base_url, **settings) as client, pytest.raises(TransportError):
                client.upload_image(picture, "a.png")
        assert time.monotonic() - started < TOTAL + SLACK

    def test_reads_slowly(self) -> None:
        """Nor does one that reads a little now and then."""

        def do(connection: socket.socket, over: threading.Event) -> None:
            while not over.wait(0.05):
                connection.recv(1000)

        picture = PNG + bytes(2 * 1024 * 1024 - len(PNG))
        with doing(do) as base_url:
            started = time.monotonic()
            with client_of(base_url, total=TOTAL) as client, pytest.raises(TransportError):
                client.upload_image(picture, "a.png")
        assert time.monotonic() - started < TOTAL + SLACK

    def test_tls(self) -> None:
        """A server that drips where TLS should begin is given up after the time for connecting."""

        def do(connection: socket.socket, over: threading.Event) -> None:
            connection.sendall(b"\x16\x03\x03\x40\x00")
            while not over.wait(0.05):
                connection.sendall(b"\x00")

        with doing(do) as base_url:
            error, seconds = failed(base_url.replace("http", "https"), timeout=(0.5, 30), total=30)
        assert seconds < 0.5 + SLACK
        assert "0.5 s" in str(error)

    @pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 Connected\r\nX: "], ids=["status", "header"])
    def test_proxy(self, head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
        """So is a proxy that drips where it should lead through."""
        with doing(drip(head, b"H")) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy)
            error, seconds = failed("https://pay.example:9", timeout=(0.5, 30), total=30)
        assert seconds < 0.5 + SLACK
        assert "0.5 s" in str(error)

    def test_slow_but_whole(self) -> None:
        """An answer that comes in pieces within the time is an answer."""
        pieces = iter([signed(200, LOG)[start : start + 100] for start in range(0, 2000, 100)])

        def do(connection: socket.socket, over: threading.Event) -> None:
            connection.recv(65536)
            for piece in pieces:
                over.wait(0.01)
                connection.sendall(piece)

        with doing(do) as base_url, client_of(base_url, total=10) as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id


@pytest.mark.slow
class TestMuch:
    """Servers that send without end, as fast as they can."""

    @pytest.mark.parametrize(
        "do",
        [
            flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            flood(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
            flood(CHUNKED + b"0\r\n", b"X: y\r\n"),
            flood(CHUNKED, b"1\r\n \r\n"),
            flood(head(), b" " * 100),
            flood(head(Content_Encoding="gzip"), MEMBER),
        ],
        ids=["100", "102", "trailers", "chunks", "until closed", "gzip members"],
    )
    def test_floods(self, do: Doing) -> None:
        """What comes is counted, framing and all, and ends the call long before its time."""
        with doing(do) as base_url:
            error, _ = failed(base_url, total=60)
        assert "larger than" in str(error) or "too long" in str(
            error
        )  # by our count, or by that of the library beneath

    def test_endless_line(self) -> None:
        """A trailer that never ends is not read on and on, by urllib3's limit or by ours."""
        with doing(flood(CHUNKED + b"0\r\n", b"x" * 1000)) as base_url:
            _, seconds = failed(base_url, total=60)
        assert seconds < 30


class TestConnecting:
    """The time for connecting is one for all addresses of a host."""

    @pytest.fixture
    def deaf(self) -> Iterator[int]:
        """A port of 127.0.0.2 that takes no more connections: the queue of those it was to accept is full."""
        with contextlib.ExitStack() as held:
            listener = held.enter_context(socket.socket())
            listener.bind(("127.0.0.2", 0))
            listener.listen(0)
            for _ in range(4):
                each = held.enter_context(socket.socket())
                each.settimeout(0)
                each.connect_ex(listener.getsockname())
            yield listener.getsockname()[1]

    def named(self, monkeypatch: pytest.MonkeyPatch, port: int, *addresses: str) -> None:
        """Let a name have these addresses, as a name server may say."""
        asked = socket.getaddrinfo
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

        def say(host: str | bytes | None, *rest: Any, **more: Any) -> Any:
            return found if host in {"pay.example", b"pay.example"} else asked(host, *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", say)

    def test_deaf(self, deaf: int, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Eight addresses that do not answer take no longer than one."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        self.named(monkeypatch, deaf, *itertools.repeat("127.0.0.2", 8))
        error, seconds = failed(f"https://pay.example:{deaf}", timeout=(0.8, 30), total=30)
        assert 0.5 < seconds < 0.8 + SLACK
        assert "0.8 s" in str(error) or "timed out" in str(error)

    def test_second(self, deaf: int, certificate: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
        """One that does not answer leaves time for the next one, which does."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with Server(signed(200, LOG), tls=tls, port=deaf):
            self.named(monkeypatch, deaf, "127.0.0.2", "127.0.0.1")
            with client_of(f"https://pay.example:{deaf}", timeout=(2, 5)) as client:
                assert client.send(IMMEDIATE, MESSAGE).log_id


class TestBudget:
    """What a call may still take."""

    def test_shares(self) -> None:
        """A step gets its share of what is left, and no more than a step may take."""
        budget = Budget(connect=5, step=30, total=60, room=10)
        assert budget.share() == 30
        assert 14 < budget.share(4) <= 15
        with budget.connecting():
            assert 4 < budget.share() <= 5
        assert budget.share() == 30

    def test_over(self) -> None:
        """When the time is up, there is no share."""
        budget = Budget(connect=5, step=30, total=0.001, room=10)
        time.sleep(0.002)
        with pytest.raises(TimeoutError):
            budget.share()
