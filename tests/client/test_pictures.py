"""Pictures: fetched to the letter from where an answer says, by nobody's permission but their own; and those kept."""

import json
import logging
import socket
import ssl
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from msgkit import (
    ApiError,
    Client,
    ConfigurationError,
    NoAuthError,
    NotFoundError,
    ResponseVerificationError,
    Retry,
    TransportError,
    ValidationError,
)
from msgkit.client._hosts import BACKUP, PRIMARY
from msgkit.sandbox import Sandbox
from msgkit.sandbox.pictures import Shown
from tests.client.test_addresses import PRIVATE
from tests.network import (
    PNG,
    Received,
    Server,
    Tunnel,
    answer,
    client_for,
    client_of,
    merchant_key,
    signed,
    talking,
)

pytestmark = pytest.mark.usefixtures("both", "at_once")

IMAGES = "/v3/merchant-service/images"
MIB = 1024 * 1024
REAL = "https://pay.example"
"""The host of a client that is no sandbox's."""

PERMISSION = "sign=hunter2"
"""A query that nobody else may see."""

OURS = {"accept", "accept-encoding", "host", "user-agent"}
"""The headers that say nothing of the merchant."""

PATHS = (
    f"{IMAGES}/ChsyMDAw%2Babc/def%3D%3D",
    f"{IMAGES}/a%2b%3d%2f",
    f"{IMAGES}/a/b//c/",
    f"{IMAGES}/%41%7e~-._",
    f"{IMAGES}/a+b=c&d;e,f:g@h!i$j'k(l)m*",
    f"{IMAGES}/a/../b/./c",
    f"{IMAGES}/%E4%BD%A0%e5%a5%bd",
    f"{IMAGES}/%",
    f"{IMAGES}/%zz%2",
)


def refused(client: Client, url: Any, **settings: Any) -> str | None:
    """The rule by which a URL is refused, in both languages."""
    with pytest.raises(ValidationError) as caught:
        client.download_image(url, **settings)
    (problem,) = caught.value.problems
    assert problem.pointer == "/url"
    assert problem.text("zh") != problem.text("en")
    return problem.rule


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was connected to; nothing is."""
    found: list[tuple[str, int]] = []

    def connect(_: socket.socket, address: Any) -> None:
        found.append(address[:2])
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return found


@pytest.fixture
def lead(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Say where pictures.example leads: each argument is what is answered once, and the last one from then on."""
    look_up = socket.getaddrinfo

    def say(*turns: tuple[str, ...]) -> list[str]:
        answers, asked = list(turns), list[str]()

        def found(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host
            if name != "pictures.example":
                return look_up(host, port, *rest, **more)
            asked.append(name)
            addresses = answers.pop(0) if len(answers) > 1 else answers[0]
            return [
                (
                    family,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (address, port) if family == socket.AF_INET else (address, port, 0, 0),
                )
                for address in addresses
                for family in [socket.AF_INET6 if ":" in address else socket.AF_INET]
            ]

        monkeypatch.setattr(socket, "getaddrinfo", found)
        return asked

    return say


@pytest.fixture
def real() -> Iterator[Client]:
    """A client of a host that is not this machine."""
    with client_of(REAL) as client:
        yield client


class TestOurs:
    """Pictures on the hosts that the client speaks to."""

    def test_signed(self, sandbox: Sandbox, client: Client) -> None:
        """One is asked for with a signature, and comes with its type."""
        url = sandbox.picture(PNG)
        picture = client.download_image(url)
        assert (picture.content, picture.media_type) == (PNG, "image/png")
        (call,) = sandbox.calls
        assert "authorization" in call.headers
        assert call.path == url.removeprefix(sandbox.base_url)

    @pytest.mark.parametrize("path", PATHS)
    def test_to_the_letter(self, sandbox: Sandbox, client: Client, path: str) -> None:
        """Its path goes out byte for byte as it came, with a signature that the platform accepts."""
        sandbox._state._memory.pictures[path] = Shown(PNG)
        assert client.download_image(sandbox.base_url + path).content == PNG
        assert [call.path for call in sandbox.calls] == [path]

    @pytest.mark.parametrize(
        "target", [*PATHS, f"{IMAGES}/a?b=%2b&c=%2B&d", f'{IMAGES}/"<>[]\\^`{{|}}', "/", "/a//b//"]
    )
    def test_what_is_signed(self, target: str) -> None:
        """What is signed is what is sent, the query too, whatever other characters are in it."""
        with talking(answer(200, PNG)) as (client, server):
            client.download_image(server.base_url + target)
        (received,) = server.received
        assert received.target == target
        received.verify(merchant_key().public_key())

    def test_fragment(self, client: Client, sandbox: Sandbox) -> None:
        """A fragment is the reader's own, and not sent."""
        assert client.download_image(f"{sandbox.picture(PNG)}#top").content == PNG

    @pytest.mark.parametrize("write", [str.upper, str.title, str])
    def test_same_host(self, write: Callable[[str], str]) -> None:
        """A host is the same however it is written."""
        with Server(answer(200, PNG)) as server:
            base_url = server.base_url.replace("127.0.0.1", "localhost")
            with client_of(base_url) as client:
                client.download_image(f"{write(base_url)}/a")
        assert server.received[0].header("Authorization")

    @pytest.mark.parametrize("given", ["https://pay.example", "https://pay.example:443", "https://Pay.Example"])
    @pytest.mark.parametrize("asked", ["https://pay.example", "https://pay.example:443", "HTTPS://PAY.EXAMPLE"])
    def test_default_port(self, given: str, asked: str) -> None:
        """So it is with its port or without, by the name that the client was given."""
        with client_of(given) as client:
            operation = client._download(f"{asked}/a", allow_http=False)
        assert (operation.host, operation.is_foreign) == (given, False)

    def test_another_port(self) -> None:
        """Another port is another host."""
        with client_of(REAL) as client:
            assert client._download("https://pay.example:8443/a", allow_http=False).is_foreign

    def test_backup(self, sandbox: Sandbox) -> None:
        """The backup host is the platform's too, and is the one that is asked."""
        heard: list[Any] = []
        with (
            sandbox.another_host() as backup,
            client_for(sandbox, backup_url=backup, on_attempt=heard.append) as client,
        ):
            url = sandbox.picture(PNG).replace(sandbox.base_url, backup)
            assert client.download_image(url).content == PNG
            assert [attempt.host for attempt in heard] == [backup]
        assert all("authorization" in call.headers for call in sandbox.calls)

    @pytest.mark.parametrize("host", [PRIMARY, BACKUP, f"{BACKUP}:443"])
    @pytest.mark.parametrize("backup_url", [BACKUP, None])
    def test_documented(self, host: str, backup_url: str | None) -> None:
        """A client of the real platform takes pictures from both of its hosts, whether or not it asks both."""
        with client_of(PRIMARY, backup_url=backup_url) as client:
            operation = client._download(f"{host}{IMAGES}/a", allow_http=False)
        assert not operation.is_foreign
        assert operation.host in {PRIMARY, BACKUP}

    @pytest.mark.parametrize(
        "host",
        [
            PRIMARY,
            BACKUP,
            f"{PRIMARY}:443",
            PRIMARY.upper(),
            f"{PRIMARY}.",
            f"{PRIMARY}:8443",
            PRIMARY.replace("s:", ":"),
        ],
    )
    def test_other_platform(
        self, sandbox: Sandbox, client: Client, connected: list[tuple[str, int]], host: str
    ) -> None:
        """A sandbox's client never asks the real platform, however that is written."""
        assert refused(client, f"{host}{IMAGES}/a", allow_http=True) == "other-platform"
        assert sandbox.calls == ()
        assert connected == []

    def test_tried_again(self, sandbox: Sandbox) -> None:
        """It is asked for again where it did not come."""
        url = sandbox.picture(PNG)
        sandbox.fail_next("TRUNCATED", endpoint="image")
        with client_for(sandbox, retry=Retry()) as client:
            assert client.download_image(url).content == PNG
        assert sandbox.counts["image"] == 2

    def test_none(self, sandbox: Sandbox, client: Client) -> None:
        """One that is not there is not found, as is one that was uploaded."""
        media_id = client.upload_image(PNG, "a.png")
        for name in ("nothing", media_id):
            with pytest.raises(NotFoundError):
                client.download_image(f"{sandbox.base_url}{IMAGES}/{name}")

    @pytest.mark.parametrize("fault", ["WRONG_SIGNATURE", "STALE", "UNKNOWN_SERIAL"])
    def test_forged(self, sandbox: Sandbox, client: Client, fault: str) -> None:
        """One that need not be signed, and is, is signed well."""
        url = sandbox.picture(PNG)
        sandbox.fail_next(fault, endpoint="image")
        with pytest.raises(ResponseVerificationError):
            client.download_image(url)


class TestForeign:
    """Pictures on other hosts, which need no signature of ours."""

    def test_no_signature(self, sandbox: Sandbox, client: Client) -> None:
        """One is asked for without a signature, and without any header that says who asks."""
        url = sandbox.picture(PNG, presigned=True)
        assert client.download_image(url).content == PNG
        (call,) = sandbox.calls
        assert set(call.headers) <= OURS
        assert call.wechatpay_serial is None
        assert f"{call.path}?{call.query}" == url.partition("localhost:")[2].partition("/")[1] + url.split("/", 3)[3]

    @pytest.mark.parametrize("target", [*PATHS, "/a?sign=%2b%2B&x=a/b?c", "/a//b//?"])
    def test_to_the_letter(self, target: str) -> None:
        """Its path and query go out byte for byte as they came, and nothing names the merchant."""
        with Server(answer(200, PNG)) as server, Server(b"") as platform, client_of(platform.base_url) as client:
            assert client.download_image(server.base_url + target).content == PNG
        (received,) = server.received
        assert received.target == target
        assert {name.lower() for name, _ in received.headers} <= OURS
        assert "1900012181" not in str(received)
        assert platform.connections == 0

    def test_signed_by_nobody(self) -> None:
        """What another host calls a signature of the platform's means nothing."""
        headers = {"Wechatpay_Signature": "x", "Wechatpay_Serial": "PUB_KEY_ID_1"}
        with Server(answer(200, PNG, **headers)) as server, client_of("http://localhost:1") as client:
            assert client.download_image(f"{server.base_url}/a").content == PNG

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_redirect(self, status: int) -> None:
        """It is not followed elsewhere."""
        with Server(answer(200, PNG)) as other, Server(b"") as server, client_of("http://localhost:1") as client:
            server.answer = lambda _: answer(status, Location=f"{other.base_url}/?sign=hunter2")
            with pytest.raises(ApiError) as caught:
                client.download_image(f"{server.base_url}/a")
        assert (caught.value.status, other.connections) == (status, 0)
        assert "redirect not followed" in str(caught.value)
        assert "hunter2" not in str(caught.value)

    def test_new_connection(self) -> None:
        """No connection to it is kept."""
        with Server(answer(200, PNG)) as server, client_of("http://localhost:1") as client:
            for _ in range(2):
                client.download_image(f"{server.base_url}/a")
        assert server.connections == 2

    def test_refused(self) -> None:
        """Where its permission is over, that is the error."""
        refusing = pytest.raises(NoAuthError)
        with Server(answer(403, b"<Error/>")) as server, client_of("http://localhost:1") as client, refusing:
            client.download_image(f"{server.base_url}/a")


class TestHttp:
    """Pictures that come in clear."""

    def test_refused(self, real: Client, connected: list[tuple[str, int]], lead: Callable[..., list[str]]) -> None:
        """They are refused before the host is even looked up."""
        asked = lead(("93.184.215.14",))
        for url in ("http://pictures.example/a", "HTTP://pictures.example/a", "http://pay.example/a"):
            assert refused(real, url) == "picture-not-https"
        assert (asked, connected) == ([], [])

    def test_allowed(self, real: Client, connected: list[tuple[str, int]], lead: Callable[..., list[str]]) -> None:
        """They are fetched where that is said."""
        lead(("93.184.215.14",))
        with pytest.raises(TransportError):
            real.download_image("http://pictures.example/a", allow_http=True)
        assert connected == [("93.184.215.14", 80)]

    def test_no_signature(self, real: Client) -> None:
        """Our own host in clear gets no signature either."""
        operation = real._download("http://pay.example/a", allow_http=True)
        assert operation.is_foreign

    def test_at_home(self, sandbox: Sandbox, client: Client) -> None:
        """A sandbox's client takes them without a word."""
        assert client.download_image(sandbox.picture(PNG, presigned=True)).content == PNG

    def test_half_at_home(self, sandbox: Sandbox, connected: list[tuple[str, int]]) -> None:
        """A client one of whose hosts is elsewhere is none of a sandbox."""
        with client_for(sandbox, backup_url="https://pay.example") as client:
            assert refused(client, "http://pictures.example/a") == "picture-not-https"
            with pytest.raises(TransportError, match="private network"):
                client.download_image(sandbox.picture(PNG, presigned=True), allow_http=True)
        assert connected == []


class TestNeighbours:
    """Hosts that lead to this machine or to one of its neighbours."""

    @staticmethod
    def unreachable(client: Client, url: str) -> TransportError:
        """The error of a picture that nothing was connected for."""
        with pytest.raises(TransportError, match="private network") as caught:
            client.download_image(url, allow_http=True)
        assert not caught.value.retryable
        assert not caught.value.maybe_processed
        return caught.value

    @pytest.mark.parametrize("address", PRIVATE.values(), ids=PRIVATE)
    def test_name(
        self, real: Client, connected: list[tuple[str, int]], lead: Callable[..., list[str]], address: str
    ) -> None:
        """A name that leads there is not followed, over TLS or without."""
        for scheme in ("https", "http"):
            lead((address,))
            self.unreachable(real, f"{scheme}://pictures.example/a?sign=hunter2")
        assert connected == []

    @pytest.mark.parametrize("addresses", [("93.184.215.14", "10.0.0.1"), ("10.0.0.1", "93.184.215.14")])
    def test_one_of_several(
        self, real: Client, connected: list[tuple[str, int]], lead: Callable[..., list[str]], addresses: tuple[str, str]
    ) -> None:
        """Nor one that leads there too."""
        lead(addresses)
        self.unreachable(real, "https://pictures.example/a")
        assert connected == []

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "127.0.0.1:8080",
            "[::1]",
            "10.0.0.1",
            "169.254.169.254",
            "100.100.100.200",
            "[::ffff:10.0.0.1]",
            "[64:ff9b::a00:1]",
            "[2002:a00:1::]",
            "[fd00:ec2::254]",
            "0",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.0.0.1.",
            "localhost",
            "LOCALHOST",
        ],
    )
    @pytest.mark.parametrize("proxied", [False, True], ids=["direct", "proxy"])
    def test_literal(self, host: str, proxied: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nor is an address in the URL, in whatever form, directly or through a proxy."""
        connected: list[Any] = []
        with Server(answer(200, PNG)) as proxy:
            if proxied:
                for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                    monkeypatch.setenv(name, proxy.base_url)
                    monkeypatch.setenv(name.lower(), proxy.base_url)
            monkeypatch.setattr(socket.socket, "connect", lambda _, address: connected.append(address))
            with client_of(REAL) as client:
                for scheme in ("https", "http"):
                    self.unreachable(client, f"{scheme}://{host}/a?sign=hunter2")
            monkeypatch.undo()
        assert connected == []
        assert proxy.connections == 0

    def test_rebinding(self, real: Client, connected: list[tuple[str, int]], lead: Callable[..., list[str]]) -> None:
        """The address that was looked at is the one that is connected to: the name is asked once."""
        asked = lead(("93.184.215.14",), ("127.0.0.1",))
        with pytest.raises(TransportError, match="refused"):
            real.download_image("https://pictures.example/a")
        assert asked == ["pictures.example"]
        assert connected == [("93.184.215.14", 443)]

    def test_rebinding_at_home(self, lead: Callable[..., list[str]]) -> None:
        """So it is where the connection comes about."""
        with Server(answer(200, PNG)) as server, client_of("http://localhost:1") as client:
            asked = lead(("127.0.0.1",), ("10.0.0.1",))
            url = server.base_url.replace("127.0.0.1", "pictures.example")
            assert client.download_image(f"{url}/a").content == PNG
        assert asked == ["pictures.example"]
        assert server.received[0].header("Host") == url.removeprefix("http://")

    @pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "fd00::1", "::ffff:10.0.0.1"])
    def test_at_home(
        self, client: Client, connected: list[tuple[str, int]], lead: Callable[..., list[str]], address: str
    ) -> None:
        """A sandbox's client goes to this machine, and to none of its neighbours."""
        lead((address,))
        self.unreachable(client, "http://pictures.example/a")
        assert connected == []

    def test_addresses_in_turn(
        self, real: Client, connected: list[tuple[str, int]], lead: Callable[..., list[str]]
    ) -> None:
        """Where a host has several addresses, each is tried."""
        lead(("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"))
        with pytest.raises(TransportError):
            real.download_image("https://pictures.example/a")
        assert connected == [("93.184.215.14", 443), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443)]


class TestProxy:
    """Pictures through the environment's proxy."""

    def test_tunnel(
        self,
        tls: ssl.SSLContext,
        certificate: Path,
        lead: Callable[..., list[str]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """The proxy looks the name up itself, and sees no more than that."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        asked = lead(("10.0.0.1",))
        with Tunnel() as tunnel, Server(answer(200, PNG), tls=tls) as server:
            monkeypatch.setenv("HTTPS_PROXY", tunnel.url)
            port = server.base_url.rpartition(":")[2]
            with client_of("https://api.example") as client:
                assert client.download_image(f"https://pay.example:{port}/a%2b?sign=%2B").content == PNG
        assert tunnel.asked == [f"pay.example:{port}"]
        assert server.received[0].target == "/a%2b?sign=%2B"
        assert {name.lower() for name, _ in server.received[0].headers} <= OURS
        assert asked == []


class TestContent:
    """What comes."""

    @pytest.mark.parametrize(
        ("content", "media_type"),
        [
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (PNG, "image/png"),
            (b"BM6", "image/bmp"),
            (b"GIF87a", "image/gif"),
            (b"GIF89a...", "image/gif"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
            (b"RIFF\x00\x00\x00\x00WAVE", "application/octet-stream"),
            (b"<html>", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ],
    )
    @pytest.mark.parametrize("presigned", [False, True])
    def test_type(
        self,
        sandbox: Sandbox,
        client: Client,
        content: bytes,
        media_type: str,
        presigned: bool,
    ) -> None:
        """The first bytes say what it is, whatever the server says."""
        picture = client.download_image(sandbox.picture(content, presigned=presigned))
        assert (picture.content, picture.media_type) == (content, media_type)

    @pytest.mark.parametrize("is_foreign", [False, True])
    @pytest.mark.parametrize("framing", ["length", "chunks", "close"])
    def test_largest(self, framing: str, is_foreign: bool) -> None:
        """10 MiB are taken; more are not, however they come."""
        largest = bytes(10 * MIB)

        def framed(body: bytes) -> bytes:
            if framing == "length":
                return answer(200, body)
            if framing == "close":
                return answer(200, Content_Length=None, Connection="close") + body
            halves = (body[: 5 * MIB], body[5 * MIB :])
            chunks = b"".join(b"%x\r\n%s\r\n" % (len(half), half) for half in halves)
            return answer(200, Content_Length=None, Transfer_Encoding="chunked") + chunks + b"0\r\n\r\n"

        ending: Any = "close" if framing == "close" else "keep"
        with (
            Server(framed(largest), ending) as server,
            client_of("http://localhost:1" if is_foreign else server.base_url) as client,
        ):
            assert len(client.download_image(f"{server.base_url}/a").content) == 10 * MIB
            server.answer = lambda _: framed(largest + b"x")
            with pytest.raises(TransportError, match="larger than 10485760 bytes"):
                client.download_image(f"{server.base_url}/a")


class TestUrl:
    """What is no URL of a picture."""

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "sandbox_media_1",
            "/v3/merchant-service/images/a",
            "//pictures.example/a",
            "ftp://pictures.example/a",
            "file:///etc/passwd",
            "https:/pictures.example/a",
            "https://",
            "https:///a",
            "https://pictures.example",
            "https://pictures.example?a",
            "https://:443/a",
            "https://user@pictures.example/a",
            "https://user:hunter2@pictures.example/a",
            "https://@pictures.example/a",
            "https://pictures.example:99999/a",
            "https://pictures.example:x/a",
            "https://[::1/a",
            "https://[x]/a",
            "https://[fe80::1%25eth0]/a",
            "https://127.0.0.1\\.pictures.example/a",
            "https://127.0.0.1%2f.pictures.example/a",
            "https://pictures.example/a b",
            "https://pictures.example/a\n",
            " https://pictures.example/a",
            "https://pictures.example/中",
            "https://图.example/a",
            "https://pictures.example/\x00",
            "https://pictures.example/" + "a" * 4072,
            None,
            5,
            b"https://pictures.example/a",
        ],
    )
    def test_refused(self, real: Client, connected: list[tuple[str, int]], url: Any) -> None:
        """It is refused before the host is looked up."""
        assert refused(real, url) == "no-picture-url"
        assert connected == []

    def test_longest(self) -> None:
        """4,096 characters are taken."""
        with talking(answer(200, PNG)) as (client, server):
            url = f"{server.base_url}/"
            assert client.download_image(url + "a" * (4096 - len(url))).content == PNG


def shown(error: BaseException, log: pytest.LogCaptureFixture) -> str:
    """All that an error shows, with what it came of, and what the log says."""
    return "".join(traceback.format_exception(error)) + repr(error) + log.text


class TestSecrets:
    """What a URL's query holds is a permission, which nobody else may see."""

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "no-such-host.invalid",
            "a..example",
            ".example",
            "-",
            "a" * 64 + ".example",
            "xn--",
            "a%2fb",
            "a\\b",
            "a_b",
            "[fe80::1%25]",
            "[v1.a]",
            "1.1.1.1:0",
            "pictures.example:",
        ],
    )
    @pytest.mark.parametrize("scheme", ["https", "http"])
    @pytest.mark.usefixtures("connected")
    def test_no_way(self, real: Client, host: str, scheme: str, caplog: pytest.LogCaptureFixture) -> None:
        """No error of a host that is not reached shows it."""
        caplog.set_level(logging.INFO)
        with pytest.raises((TransportError, ValidationError)) as caught:
            real.download_image(f"{scheme}://{host}/a?{PERMISSION}", allow_http=True)
        assert "hunter2" not in shown(caught.value, caplog)

    @pytest.mark.parametrize(
        "given",
        [
            b"",
            b"nonsense\r\n\r\n",
            answer(404),
            answer(403, b'{"code":"NO_AUTH","message":"no"}'),
            answer(500, b"<html>"),
            answer(302, Location="https://elsewhere.example/?sign=hunter2"),
            answer(200, b"cut", Content_Length="10"),
            answer(200, b"long", Content_Length=str(11 * MIB)),
            answer(407),
        ],
        ids=["none", "nonsense", "404", "403", "500", "redirect", "cut", "too long", "407"],
    )
    @pytest.mark.parametrize("is_foreign", [False, True])
    def test_bad_answer(self, given: bytes, is_foreign: bool, caplog: pytest.LogCaptureFixture) -> None:
        """No error of an answer does, nor does the log."""
        caplog.set_level(logging.INFO)
        with (
            Server(given, "close") as server,
            client_of("http://localhost:1" if is_foreign else server.base_url) as client,
            pytest.raises((ApiError, TransportError)) as caught,
        ):
            client.download_image(f"{server.base_url}/a?{PERMISSION}")
        assert "hunter2" not in shown(caught.value, caplog)

    @pytest.mark.parametrize(
        "url",
        [
            "http://pictures.example/a?sign=hunter2",
            "https://user@pictures.example/a?sign=hunter2",
            f"{PRIMARY}/a?sign=hunter2",
            "https://pictures.example/a b?sign=hunter2",
        ],
    )
    def test_refused(self, url: str, caplog: pytest.LogCaptureFixture) -> None:
        """No error of a URL that is refused does."""
        with client_of(REAL) as client, pytest.raises(ValidationError) as caught:
            client.download_image(url)
        assert "hunter2" not in shown(caught.value, caplog)

    def test_success(self, sandbox: Sandbox, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        """Nor does the log of one that comes, or what shows the picture."""
        caplog.set_level(logging.INFO)
        url = sandbox.picture(PNG, presigned=True)
        heard: list[Any] = []
        with client_for(sandbox, on_attempt=heard.append) as other:
            picture = other.download_image(url)
        client.download_image(url)
        assert url.partition("?")[2] not in caplog.text + repr(heard)
        assert repr(picture) == f"Picture(content=<{len(PNG)} bytes>, media_type='image/png')"


MEDIA_IDS = (
    "m1",
    "BB04A5DEEFEA18D4F2554C1EDD3B610B.bmp",
    "a/b",
    "../../outside",
    "/etc/outside",
    ".",
    "..",
    ".hidden",
    "a%2Fb",
    "~",
    'a b\\c:d*e?f"g<h>i|j',
    "图片",
    "图" * 512,
    "m" * 512,
    "m" * 511 + "n",
    "M1",
)


class TestKept:
    """Pictures that were uploaded."""

    def test_upload(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """One is kept under its id, for its owner alone."""
        folder = tmp_path / "a" / "pictures"
        with client_for(sandbox, pictures=folder) as client:
            media_id = client.upload_image(PNG, "收据.png")
        (kept,) = folder.iterdir()
        assert kept.name == f"{media_id}.png"
        assert kept.read_bytes() == PNG
        assert (kept.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)

    @pytest.mark.parametrize(
        ("name", "content"), [("a.jpeg", b"\xff\xd8\xff\xe0"), ("A.JPG", b"\xff\xd8\xff"), ("a.bmp", b"BM6")]
    )
    def test_ending(self, sandbox: Sandbox, tmp_path: Path, name: str, content: bytes) -> None:
        """Its ending says what it is."""
        with client_for(sandbox, pictures=str(tmp_path)) as client:
            client.upload_image(content, name)
        (kept,) = tmp_path.iterdir()
        assert kept.suffix == (".bmp" if name.endswith("bmp") else ".jpg")

    def test_any_id(self, tmp_path: Path) -> None:
        """Whatever is in its id, it lies in the folder and nowhere else, and no other is in its place."""
        turns = iter(MEDIA_IDS)

        def take(_: Received) -> bytes:
            return signed(200, json.dumps({"media_id": next(turns)}).encode())

        folder = tmp_path / "pictures"
        with talking(take, pictures=folder) as (client, _):
            for number, media_id in enumerate(MEDIA_IDS):
                content = PNG + bytes([number])
                assert client.upload_image(content, "a.png") == media_id
            pictures = client._pictures
        assert pictures is not None
        assert [each.name for each in tmp_path.iterdir()] == ["pictures"]
        assert len(list(folder.iterdir())) == len(MEDIA_IDS)
        for number, media_id in enumerate(MEDIA_IDS):
            path = pictures.path(media_id)
            assert path.parent == folder
            assert path.with_name(f"{path.name}.png").read_bytes() == PNG + bytes([number])

    def test_again(self, tmp_path: Path) -> None:
        """One that comes under the same id takes the place of the one before."""
        with talking(signed(200, b'{"media_id":"m"}'), pictures=tmp_path) as (client, _):
            client.upload_image(PNG, "a.png")
            client.upload_image(PNG + b"2", "a.png")
        (kept,) = tmp_path.iterdir()
        assert kept.read_bytes() == PNG + b"2"

    def test_no_folder(self, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        """Where the folder cannot be, the id is not lost, and the log says so."""
        file = tmp_path / "file"
        file.write_text("")
        for folder in (file, file / "below"):
            with client_for(sandbox, pictures=folder) as client:
                assert client.upload_image(PNG, "a.png") == sandbox.uploads[-1].media_id
            assert caplog.records[-1].levelno == logging.WARNING
            assert f"cannot be kept in {folder}" in caplog.text

    def test_full(
        self, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nor is it where there is no room; and nothing half done is left."""

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        with client_for(sandbox, pictures=tmp_path) as client:
            assert client.upload_image(PNG, "a.png") == sandbox.uploads[0].media_id
        assert "No space left on device" in caplog.text
        assert list(tmp_path.iterdir()) == []

    def test_refused(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """What was not uploaded is not kept."""
        sandbox.fail_next("NO_AUTH", endpoint="upload")
        with client_for(sandbox, pictures=tmp_path) as client, pytest.raises(NoAuthError):
            client.upload_image(PNG, "a.png")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("pictures", ["", 5, True, b"folder", "a\0b"])
    def test_no_path(self, sandbox: Sandbox, pictures: Any) -> None:
        """What is no path is refused when the client is made."""
        with pytest.raises(ConfigurationError, match=r"^pictures "):
            client_for(sandbox, pictures=pictures)
