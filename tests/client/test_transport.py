"""Carrying calls: connections, what is read, and what happens when none or half of an answer comes."""

import base64
import gzip
import json
import ssl
import time
import traceback
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import msgkit
from msgkit import (
    ApiError,
    ConfigurationError,
    Message,
    PlatformError,
    Reply,
    ResponseVerificationError,
    SendError,
    TransportError,
)
from msgkit._apiv3.calls import LARGEST_ANSWER, Call
from msgkit._apiv3.keys import load_private_key
from msgkit.sandbox import Sandbox
from tests.network import (
    COMPLAINTS,
    IMMEDIATE,
    LOG,
    MESSAGE,
    ORDINARY,
    PNG,
    PROXIES,
    PUBLIC_KEY_ID,
    Ending,
    Server,
    Tunnel,
    answer,
    ask,
    client_for,
    client_of,
    forward,
    merchant_key,
    platform_key,
    refusal,
    signature,
    signed,
    talking,
)

pytestmark = pytest.mark.usefixtures("both")


def broken(raw: bytes, ending: Ending = "keep", **settings: Any) -> TransportError:
    """The error that a send gets where no answer comes; it says which send it was, and was sent once."""
    with talking(raw, ending, **settings) as (client, server), pytest.raises(TransportError) as caught:
        client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
    assert len(server.received) == 1
    assert caught.value.idempotent_id == "order-42"
    assert caught.value.request_id is None
    assert "idempotent_id order-42" in str(caught.value)
    return caught.value


class TestRequests:
    """What goes out."""

    def test_headers(self) -> None:
        """Each call says what it is, what it takes, who calls, and with which key to sign the answer."""
        with talking(signed(204)) as (client, server):
            client.send(ORDINARY, Reply("好"))
        (received,) = server.received
        assert received.header("Accept") == "application/json"
        assert received.header("Content-Type") == "application/json"
        assert received.header("Accept-Encoding") == "identity"
        assert received.header("Wechatpay-Serial") == PUBLIC_KEY_ID
        assert received.header("User-Agent").startswith(f"msgkit/{msgkit.__version__} ")
        assert received.header("Content-Length") == str(len(received.body))
        assert received.header("Host") == server.base_url.removeprefix("http://")

    @pytest.mark.parametrize(("method", "length"), [("GET", []), ("POST", ["0"])])
    def test_no_body(self, method: str, length: list[str]) -> None:
        """A call without a body says so where its method may have one, has no type of it, and is signed without."""
        with talking(signed(204)) as (client, server):
            ask(client, Call(method, "/v3/certificates"))
        (received,) = server.received
        assert [value for name, value in received.headers if name.lower() == "content-length"] == length
        assert not any(name.lower() in {"content-type", "transfer-encoding"} for name, _ in received.headers)
        assert received.body == b""
        received.verify(merchant_key().public_key(), b"")

    def test_upload(self) -> None:
        """An upload is a form of two parts, the JSON and the file, each with its type."""
        with talking(signed(200, b'{"media_id":"m"}')) as (client, server):
            client.upload_image(PNG, "收据.png")
        (received,) = server.received
        assert received.header("Content-Type").startswith("multipart/form-data; boundary=")
        head, meta = received.part("meta")
        assert "Content-Type: application/json" in head
        assert b"\xe6\x94\xb6" in meta
        head, content = received.part("file")
        assert 'filename="收据.png"' in head
        assert "Content-Type: image/png" in head
        assert content == PNG

    def test_cookies(self) -> None:
        """What a server wants remembered is not sent to it again."""
        with talking(signed(204, Set_Cookie="session=1; Path=/")) as (client, server):
            for _ in range(3):
                client.send(ORDINARY, Reply("好"))
        assert len(server.received) == 3
        assert not any(name.lower() == "cookie" for received in server.received for name, _ in received.headers)

    def test_netrc(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A password for the same host in .netrc does not take the signature's place."""
        netrc = tmp_path / ".netrc"
        netrc.write_text("machine 127.0.0.1 login a password b\ndefault login a password b\n")
        netrc.chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(netrc))
        with talking(signed(204)) as (client, server):
            client.send(ORDINARY, Reply("好"))
        assert server.received[0].header("Authorization").startswith("WECHATPAY2-SHA256-RSA2048 ")

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_no_proxy_here(self, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Calls to this machine go through no proxy, which would see the signature of each."""
        with Server(signed(204)) as proxy, Server(signed(204)) as server:
            for name in PROXIES:
                if "no" not in name.lower():
                    monkeypatch.setenv(name, proxy.base_url)
            with client_of(server.base_url.replace("127.0.0.1", host)) as client:
                client.send(ORDINARY, Reply("好"))
        assert (len(server.received), proxy.connections) == (1, 0)

    @pytest.mark.parametrize(
        "proxy",
        [
            "http://127.0.0.1:1",
            "http://a b:1",
            "http://a..b:1",
            "http://[::1",
            "://",
            "socks5://127.0.0.1:1",
            "ftp://h",
        ],
    )
    def test_broken_proxy(self, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy that is not there, or none at all, is a host that was not reached; its password is not shown."""
        login = proxy.replace("//", "//merchant:hunter2@")
        for name in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(name, login)
        with client_of("https://pay.example:9") as client, pytest.raises(TransportError) as caught:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert caught.value.idempotent_id == "order-42"
        assert "hunter2" not in "".join(traceback.format_exception(caught.value))

    def test_proxy_authentication(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A 407 is the proxy's: the platform gave no answer."""
        with Server(answer(407, b"{}")) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
            with client_of("https://pay.example:9") as client, pytest.raises(TransportError, match="407") as caught:
                client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert caught.value.idempotent_id == "order-42"
        assert "proxy" in str(caught.value)
        assert proxy.connections == 1

    def test_authentication_of_nobody(self) -> None:
        """A 407 that comes without a proxy is no answer of the platform either."""
        assert "proxy" in str(broken(answer(407, b'{"code":"SIGN_ERROR"}')))

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/v3/a-b_c~d.e/..?f=g/h?&i=%E4%BD%A0",
            "/!$&'()*+,;=:@%2F%00",
            "/a%2Bb%3D/c=",
            "/%2f%2B",
            "/%",
            "/%2",
            '/\\|^`{}[]"<>',
            "/?a#b",
        ],
    )
    def test_path(self, path: str) -> None:
        """A path and its query are sent by the letter, as they were signed."""
        with talking(signed(204)) as (client, server):
            ask(client, Call("POST", path))
        (received,) = server.received
        assert received.target == path
        received.verify(merchant_key().public_key())

    @pytest.mark.parametrize(
        "path",
        [
            "",
            "v3",
            "https://evil.example/",
            "@evil.example/",
            "/a b",
            "/你",
            "/a\r\nB: c",
        ],
    )
    def test_no_path(self, path: str) -> None:
        """A path that would be sent in other letters than were signed is not sent."""
        verdict = pytest.raises(ConfigurationError, match=r"^the path that would be sent")
        with talking(signed(204)) as (client, server), verdict:
            ask(client, Call("POST", path))
        assert server.received == []


class TestConnections:
    """Connections that are kept and shared."""

    def test_kept_alive(self) -> None:
        """One connection serves call after call, of whatever outcome."""
        turns = iter([signed(204), answer(400), signed(204), answer(302, Location="/"), answer(204), signed(204)])
        with talking(lambda _: next(turns)) as (client, server):
            for _ in range(6):
                try:
                    client.send(ORDINARY, Reply("好"))
                except SendError:
                    continue
        assert len(server.received) == 6
        assert server.connections == 1

    def test_closed_by_server(self) -> None:
        """A connection that the server gave up in the meantime is replaced unnoticed."""
        with talking(signed(204), "close") as (client, server):
            for _ in range(3):
                client.send(ORDINARY, Reply("好"))
                assert server.closed.acquire(timeout=5)
                time.sleep(0.01)
        assert (len(server.received), server.connections) == (3, 3)

    def test_closed_by_us(self) -> None:
        """Leaving the client's block closes its connections."""
        with Server(signed(204)) as server:
            with client_of(server.base_url) as client:
                client.send(ORDINARY, Reply("好"))
                assert not server.closed.acquire(blocking=False)
            assert server.closed.acquire(timeout=5)

    def test_opened_again(self) -> None:
        """A client that was closed and is used all the same opens another connection."""
        with talking(signed(204)) as (client, server):
            for _ in range(2):
                client.send(ORDINARY, Reply("好"))
                client.close()
        assert (len(server.received), server.connections) == (2, 2)

    @pytest.mark.slow
    def test_threads(self, sandbox: Sandbox) -> None:
        """300 sends from 16 threads: every signature holds, each message arrives once, over at most 16 connections."""
        messages = {f"id-{number}": Message().text(f"第 {number} 条").button("转人工") for number in range(300)}
        with Server(forward(sandbox)) as server, client_for(sandbox, base_url=server.base_url) as client:

            def send(idempotent_id: str) -> tuple[str, str | None]:
                receipt = client.send(IMMEDIATE, messages[idempotent_id], idempotent_id=idempotent_id)
                assert receipt.idempotent_id == idempotent_id
                return idempotent_id, receipt.log_id

            with ThreadPoolExecutor(16) as pool:
                log_ids = dict(pool.map(send, messages))
        assert len(set(log_ids.values())) == 300
        assert {reply.idempotent_id: reply.log_id for reply in sandbox.replies} == log_ids
        assert len(sandbox.replies) == 300
        for reply in sandbox.replies:
            assert reply.body["message"] == messages[str(reply.idempotent_id)].to_dict()
        key = load_private_key(sandbox.credentials.private_key).public_key()
        for received in server.received:
            received.verify(key)
        assert len({received.parameters["nonce_str"] for received in server.received}) == 300
        assert 1 < server.connections <= 16


class TestAnswers:
    """Answers as they can come over the wire."""

    def test_not_unpacked(self) -> None:
        """A compressed answer, which was not asked for, is not unpacked: its bytes as they came must be signed."""
        packed = gzip.compress(LOG)
        raw = answer(200, packed, Content_Encoding="gzip", **signature(LOG, platform_key()))
        with talking(raw) as (client, _), pytest.raises(ResponseVerificationError, match="signature is wrong"):
            client.send(IMMEDIATE, MESSAGE)
        with (
            talking(signed(200, packed, Content_Encoding="gzip")) as (client, _),
            pytest.raises(ResponseVerificationError, match="no JSON object"),
        ):
            client.send(IMMEDIATE, MESSAGE)

    def test_chunked(self) -> None:
        """An answer in chunks is an answer, and its connection is kept."""
        raw = signed(200, LOG, Content_Length=None, Transfer_Encoding="chunked")
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (LOG[:5], LOG[5:], b""))
        with talking(raw.removesuffix(LOG) + chunks) as (client, server):
            for _ in range(2):
                assert client.send(IMMEDIATE, MESSAGE).log_id
        assert (len(server.received), server.connections) == (2, 1)

    def test_until_closed(self) -> None:
        """An answer without a length ends with its connection."""
        with talking(signed(200, LOG, Content_Length=None), "close") as (client, _):
            assert client.send(IMMEDIATE, MESSAGE).log_id

    def test_signed_twice(self) -> None:
        """Of two signatures neither counts, though one be right: nobody knows which was meant."""
        raw = signed(200, LOG)
        twice = raw.replace(b"Wechatpay-Signature: ", b"wechatpay-signature: AAAA\r\nWechatpay-Signature: ")
        with talking(twice) as (client, _), pytest.raises(ResponseVerificationError, match="signature is wrong"):
            client.send(IMMEDIATE, MESSAGE)

    def test_largest(self) -> None:
        """An answer of the largest size is read to its end, one byte more is not."""
        body = LOG + b" " * (LARGEST_ANSWER - len(LOG))
        with talking(signed(200, body)) as (client, _):
            assert client.send(IMMEDIATE, MESSAGE).log_id
        assert str(LARGEST_ANSWER) in str(broken(signed(200, body + b" ")))

    @pytest.mark.slow
    def test_bomb(self) -> None:
        """A small answer that would unpack into a large one costs what came."""
        packed = gzip.compress(gzip.compress(bytes(LARGEST_ANSWER * 40)))
        tracemalloc.start()
        try:
            raw = answer(400, packed, Content_Encoding="gzip, gzip")
            with talking(raw) as (client, _), pytest.raises(ApiError) as caught:
                client.send(IMMEDIATE, MESSAGE)
            assert tracemalloc.get_traced_memory()[1] < LARGEST_ANSWER / 4
        finally:
            tracemalloc.stop()
        assert caught.value.status == 400

    def test_large_error(self) -> None:
        """An error whose body is too large is that error, without what the body may say."""
        raw = refusal(400, "PARAM_ERROR", "x" * (LARGEST_ANSWER + 1))
        with talking(raw) as (client, _), pytest.raises(ApiError) as caught:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert (caught.value.status, caught.value.code, caught.value.idempotent_id) == (400, "", "order-42")

    def test_half_an_error(self) -> None:
        """An error whose body breaks off is that error too."""
        raw = answer(500, b"{", Content_Length="100")
        with talking(raw, "close") as (client, _), pytest.raises(PlatformError) as caught:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert caught.value.idempotent_id == "order-42"

    @pytest.mark.parametrize("status", [100, 102, 103, 199])
    def test_interim(self, status: int) -> None:
        """What a server says before its answer is not its answer."""
        interim = f"HTTP/1.1 {status} Wait\r\nLink: </a>\r\n\r\n".encode()
        with talking(interim * 2 + signed(200, LOG)) as (client, server):
            for _ in range(2):
                assert client.send(IMMEDIATE, MESSAGE).log_id == "300285320210322170000071077"
        assert (len(server.received), server.connections) == (2, 1)

    @pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
    def test_redirect(self, status: int) -> None:
        """A redirect is an error that says that it was not followed, whatever code its body claims."""
        raw = answer(status, b'{"code":"SYSTEM_ERROR","message":"m"}', Location="/")
        with talking(raw) as (client, server), pytest.raises(ApiError, match="redirect not followed") as caught:
            client.send(IMMEDIATE, MESSAGE)
        assert type(caught.value) is ApiError
        assert len(server.received) == 1

    @pytest.mark.parametrize("log_id", ["3" * 65, "3" * 2**20, "3\x1b[31m", "3\n4", "3\x00"])
    def test_log_id(self, log_id: str) -> None:
        """A log_id that no platform would give is not handed on."""
        body = json.dumps({"log_id": log_id}).encode()
        with talking(signed(200, body)) as (client, _), pytest.raises(ResponseVerificationError) as caught:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert caught.value.idempotent_id == "order-42"
        assert str(caught.value).isprintable()
        assert len(str(caught.value)) < 400

    def test_media_id(self) -> None:
        """The longest media_id is handed on, one character more is not."""
        for size in (512, 513):
            with talking(signed(200, json.dumps({"media_id": "m" * size}).encode())) as (client, _):
                if size == 512:
                    assert client.upload_image(PNG, "a.png") == "m" * 512
                else:
                    with pytest.raises(ResponseVerificationError):
                        client.upload_image(PNG, "a.png")


class TestNoAnswer:
    """Calls of which nobody knows what became."""

    def test_refused(self) -> None:
        """A host where nothing listens is named."""
        with Server(b"") as server:
            pass
        with client_of(server.base_url) as client, pytest.raises(TransportError) as caught:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert f"no answer from {server.base_url}: " in str(caught.value)
        assert caught.value.idempotent_id == "order-42"

    def test_unprintable_id(self) -> None:
        """An id with a line break or an escape does not break a line of a log."""
        error = None
        with talking(b"", "close") as (client, _), pytest.raises(TransportError) as caught:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order\n42\x1b[31m")
        error = caught.value
        assert error.idempotent_id == "order\n42\x1b[31m"
        assert str(error).isprintable()

    def test_generated_id(self) -> None:
        """An idempotent_id that was not given is told as well."""
        with talking(b"", "close") as (client, server), pytest.raises(TransportError) as caught:
            client.send(IMMEDIATE, MESSAGE)
        assert caught.value.idempotent_id == server.received[0].json["idempotent_id"]

    def test_silence(self) -> None:
        """A server that never answers is given up after the timeout."""
        started = time.monotonic()
        assert "timed out" in str(broken(b"", "hang", timeout=(5, 0.2)))
        assert time.monotonic() - started < 3

    def test_silence_midway(self) -> None:
        """The timeout also counts in the middle of an answer."""
        broken(signed(200, LOG, Content_Length="100"), "hang", timeout=(5, 0.2))

    @pytest.mark.parametrize("ending", ["close", "reset"])
    @pytest.mark.parametrize("raw", [b"", signed(200, LOG, Content_Length="100")], ids=["nothing", "half a body"])
    def test_broken_off(self, raw: bytes, ending: Ending) -> None:
        """Half an answer is none."""
        broken(raw, ending)

    @pytest.mark.parametrize("ending", ["close", "reset"])
    @pytest.mark.parametrize("raw", [b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Le"])
    def test_broken_head(self, raw: bytes, ending: Ending) -> None:
        """Half the head of an answer is none either, or one that nobody signed."""
        with talking(raw, ending) as (client, _), pytest.raises(SendError) as caught:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert isinstance(caught.value, TransportError | ResponseVerificationError)
        assert caught.value.idempotent_id == "order-42"

    @pytest.mark.parametrize(
        "raw",
        [
            b"SSH-2.0-OpenSSH_9.6\r\n",
            b"HTTP/1.1 abc OK\r\n\r\n",
            answer(200, LOG, Content_Length=None, Transfer_Encoding="chunked"),
            answer(200, b"-e\r\n" + LOG, Content_Length=None, Transfer_Encoding="chunked"),
        ],
        ids=["no http", "status", "no chunks", "chunk of less than nothing"],
    )
    def test_not_http(self, raw: bytes) -> None:
        """What cannot be read as HTTP is no answer; its characters are shown escaped, if at all."""
        assert str(broken(raw, "close")).isprintable()

    @pytest.mark.parametrize(
        "raw",
        [
            b"HTTP/1.1 200 " + b"O" * 200_000 + b"\r\n\r\n",
            answer(200, LOG, X="x" * 200_000),
            answer(200, LOG, **{f"X{number}": "x" * 1000 for number in range(200)}),
        ],
        ids=["long line", "long header", "headers"],
    )
    def test_long_head(self, raw: bytes) -> None:
        """A head that is longer than any is not read to its end; how long that is, the library beneath says."""
        assert str(broken(raw, "close")).isprintable()

    def test_sent_again(self, sandbox: Sandbox) -> None:
        """A reply that was processed though its answer was lost is not doubled by sending it again."""
        ask = forward(sandbox)

        def lose(received: Any) -> bytes:
            ask(received)
            return b""

        with (
            Server(lose, "close") as server,
            client_for(sandbox, base_url=server.base_url) as client,
            pytest.raises(TransportError) as caught,
        ):
            client.send(IMMEDIATE, MESSAGE)
        (reply,) = sandbox.replies
        with client_for(sandbox) as client:
            receipt = client.send(IMMEDIATE, MESSAGE, idempotent_id=caught.value.idempotent_id)
        assert receipt.log_id == reply.log_id
        assert len(sandbox.replies) == 1


class TestTls:
    """HTTPS, as in production."""

    def test_trusted(self, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A host whose certificate the environment's CA bundle holds is talked to, over one connection."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with talking(signed(204), tls=tls) as (client, server):
            for _ in range(2):
                client.send(ORDINARY, Reply("好"))
        assert (len(server.received), server.connections) == (2, 1)

    def test_tunnel(self, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Through the environment's proxy, which gets its login, the connection to the host is the same, and kept."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with Tunnel() as tunnel, Server(signed(204), tls=tls) as server:
            monkeypatch.setenv("HTTPS_PROXY", tunnel.url.replace("//", "//merchant:hunter2@"))
            port = server.base_url.rpartition(":")[2]
            with client_of(f"https://pay.example:{port}") as client:
                for _ in range(2):
                    client.send(ORDINARY, Reply("好"))
        assert tunnel.asked == [f"pay.example:{port}"]
        assert tunnel.logins == [base64.b64encode(b"merchant:hunter2").decode()]
        assert [received.target for received in server.received] == [f"{COMPLAINTS}/{ORDINARY}/response"] * 2

    def test_nobodys_answer(self, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An answer that lies on an idle connection, unpacked by TLS already, is not that of the next call."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        first = signed(200, b'{"log_id":"1"}')
        # As one record, of which reading the head takes the first 8,192 bytes: the second answer stays behind in TLS.
        first = first.replace(b"\r\n\r\n", b"\r\nPadding: " + b"x" * (8192 - len(first) - 11) + b"\r\n\r\n")
        assert len(first) == 8192
        turns = iter([first + signed(200, b'{"log_id":"nobody"}'), signed(200, b'{"log_id":"2"}')])
        with talking(lambda _: next(turns), tls=tls) as (client, server):
            assert client.send(IMMEDIATE, MESSAGE).log_id == "1"
            assert client.send(IMMEDIATE, MESSAGE).log_id == "2"
        assert server.connections == 2

    def test_no_bundle(self, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the environment's CA bundle is not there, nothing is sent, and the error names it."""
        bundle = tmp_path / "nothing.pem"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        verdict = pytest.raises(TransportError, match=r"nothing\.pem")
        with talking(signed(204), tls=tls) as (client, server), verdict:
            client.send(ORDINARY, Reply("好"))
        assert server.received == []

    def test_stranger(self, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
        """A host with another certificate is told nothing."""
        monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
        verdict = pytest.raises(TransportError, match="certificate verify failed")
        with talking(signed(204), tls=tls) as (client, server), verdict:
            client.send(ORDINARY, Reply("好"))
        assert server.received == []


class TestBaseUrl:
    """Where calls go."""

    @pytest.mark.parametrize(
        ("given", "taken"),
        [
            ("https://api.mch.weixin.qq.com", "https://api.mch.weixin.qq.com"),
            ("https://api2.mch.weixin.qq.com/", "https://api2.mch.weixin.qq.com"),
            ("HTTPS://api.mch.weixin.qq.com:443", "https://api.mch.weixin.qq.com:443"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.0.0.2:8080", "http://127.0.0.2:8080"),
            ("http://localhost", "http://localhost"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ],
    )
    def test_taken(self, given: str, taken: str) -> None:
        """A scheme and a host, perhaps with a port."""
        with client_of(given) as client:
            assert repr(client).removeprefix("Async") == f"Client(mchid='1900012181', base_url='{taken}')"

    @pytest.mark.parametrize(
        "base_url",
        [
            "http://api.mch.weixin.qq.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "http://evil.example#@127.0.0.1",
            "ftp://127.0.0.1",
            "api.mch.weixin.qq.com",
            "//api.mch.weixin.qq.com",
            "https://",
            "https:///v3",
            "https://api.mch.weixin.qq.com/v3",
            "https://api.mch.weixin.qq.com?a=1",
            "https://api.mch.weixin.qq.com#a",
            "https://merchant:secret@api.mch.weixin.qq.com",
            "https://@api.mch.weixin.qq.com",
            "https://api.mch.weixin.qq.com:99999",
            "https://api.mch.weixin.qq.com:a",
            "https://[::1",
            "",
            None,
            5,
            b"https://api.mch.weixin.qq.com",
            "https://h\n.evil",
            "https://h\t.evil",
            " https://h.example",
            "https://h.example\r\n",
            "https://h.example\x7f",
        ],
    )
    def test_refused(self, base_url: Any) -> None:
        """Anything else is refused when the client is made, credentials in it not shown."""
        with pytest.raises(ConfigurationError, match=r"^base_url ") as caught:
            client_of(base_url)
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize(
        "base_url",
        [
            "https://exa mple.com",
            "https://*.example",
            "https://a..b",
            f"https://{'a' * 80}.example",
            "https://.",
            "https://h%zz",
            "https://a\\b",
        ],
    )
    def test_no_host(self, base_url: str) -> None:
        """A host that cannot be one is refused when the client is made, not at each call."""
        with pytest.raises(ConfigurationError, match=r"^base_url "):
            client_of(base_url)

    def test_ipv6(self) -> None:
        """A host in brackets is reached, or said not to be, like any other."""
        with client_of("http://[::1]:1") as client, pytest.raises(TransportError, match=r"http://\[::1\]:1"):
            client.send(ORDINARY, Reply("好"))


class TestTimeout:
    """How long is waited."""

    @pytest.mark.parametrize(
        "timeout",
        [
            (0, 1),
            (1, 0),
            (-1, 1),
            (float("nan"), 1),
            (1,),
            (1, 2, 3),
            (),
            0,
            True,
            (True, True),
            None,
            "5s",
            ("1", "2"),
            (None, 1),
            [1, 2],
        ],
    )
    def test_refused(self, timeout: Any) -> None:
        """One number above 0 or two, or an error that says so."""
        with pytest.raises(ConfigurationError, match=r"^timeout "):
            client_of("http://127.0.0.1:1", timeout=timeout)

    @pytest.mark.parametrize("total", [None, 0, -1, True, "60", float("inf"), float("nan"), (60, 60)])
    def test_no_total(self, total: Any) -> None:
        """A call has an end: no number above 0 for it is refused when the client is made."""
        with pytest.raises(ConfigurationError, match=r"^total "):
            client_of("http://127.0.0.1:1", total=total)

    def test_one_number(self) -> None:
        """One number is for connecting and for waiting."""
        started = time.monotonic()
        assert "timed out" in str(broken(b"", "hang", timeout=0.2))
        assert time.monotonic() - started < 3

    def test_long(self) -> None:
        """A time as good as endless can be waited."""
        with talking(signed(204), timeout=(10**9, 1e9), total=10**9) as (client, _):
            assert client.send(ORDINARY, Reply("好")).request_id

    @pytest.mark.parametrize("timeout", [(float("inf"), 1), (1, float("inf")), (1, 1e300)])
    def test_endless(self, timeout: Any) -> None:
        """A time that no socket can wait is refused when the client is made."""
        with pytest.raises(ConfigurationError, match=r"^timeout "):
            client_of("http://127.0.0.1:1", timeout=timeout)


class TestPublicKeyId:
    """The key that answers are asked to be signed with."""

    @pytest.mark.parametrize(
        "public_key_id",
        [
            "",
            "5157F09E",
            None,
            5,
            "PUB_KEY_ID_",
            "PUB_KEY_ID_01\n",
            "PUB_KEY_ID_01\r\nX: y",
            "PUB_KEY_ID_中",
            " PUB_KEY_ID_01",
        ],
    )
    def test_refused(self, public_key_id: Any) -> None:
        """What cannot stand in a header is refused when the client is made."""
        with pytest.raises(ConfigurationError, match=r"^public_key_id "):
            client_of("http://127.0.0.1:1", public_key_id=public_key_id)
