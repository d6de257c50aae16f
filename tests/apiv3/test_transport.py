"""Carrying calls: connections, what is read, and what happens when none or half of an answer comes."""

import gzip
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

import msgkit
from msgkit import ConfigurationError, Message, Reply, ResponseVerificationError, SendError, TransportError
from msgkit.apiv3.keys import load_private_key
from msgkit.apiv3.protocol import Call
from msgkit.apiv3.transport import LARGEST_ANSWER
from msgkit.sandbox import Sandbox
from tests.network import (
    COMPLAINTS,
    IMMEDIATE,
    MESSAGE,
    ORDINARY,
    PNG,
    PUBLIC_KEY_ID,
    Ending,
    Server,
    Tunnel,
    answer,
    client_for,
    client_of,
    forward,
    merchant_key,
    platform_key,
    private_pem,
    signature,
    signed,
    talking,
)

LOG = b'{"log_id":"300285320210322170000071077"}'


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
        """A call without a body says so where its method may have one, and is signed without."""
        with talking(signed(204)) as (client, server):
            client._transport.send(Call(method, "/v3/certificates"))
        (received,) = server.received
        assert [value for name, value in received.headers if name.lower() == "content-length"] == length
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

    def test_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment's proxy is used, and the signature stays that of the path."""
        with Server(signed(204)) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
            monkeypatch.setenv("http_proxy", proxy.base_url)
            with client_of("http://localhost:9") as client:
                client.send(ORDINARY, Reply("好"))
        (received,) = proxy.received
        path = f"{COMPLAINTS}/{ORDINARY}/response"
        assert received.target == f"http://localhost:9{path}"

    @pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "http://a b:1", "http://a..b:1", "http://[::1", "://"])
    def test_no_proxy(self, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy that is not there, or none at all, is a host that was not reached."""
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("http_proxy", proxy)
        with client_of("http://localhost:9") as client, pytest.raises(TransportError) as caught:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert caught.value.idempotent_id == "order-42"

    @pytest.mark.parametrize("path", ["/", "/v3/a-b_c~d.e/..?f=g/h?&i=%E4%BD%A0", "/!$&'()*+,;=:@%2F%00"])
    def test_path(self, path: str) -> None:
        """A path and its query are sent by the letter, as they were signed."""
        with talking(signed(204)) as (client, server):
            client._transport.send(Call("POST", path))
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
            "/#a",
            "/%2f",
            "/%",
            "/%2",
            "/\\",
            "/a\r\nB: c",
        ],
    )
    def test_no_path(self, path: str) -> None:
        """A path that would be sent in other letters than were signed is not sent."""
        verdict = pytest.raises(ConfigurationError, match=r"^the path that would be sent")
        with talking(signed(204)) as (client, server), verdict:
            client._transport.send(Call("POST", path))
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

    @pytest.mark.parametrize("encoding", ["gzip", "GZIP"])
    def test_gzip(self, encoding: str) -> None:
        """A compressed answer is verified as what it was before."""
        raw = answer(200, gzip.compress(LOG), Content_Encoding=encoding, **signature(LOG, platform_key()))
        with talking(raw) as (client, _):
            assert client.send(IMMEDIATE, MESSAGE).log_id == "300285320210322170000071077"

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

    def test_bomb(self) -> None:
        """A small answer that unpacks into a large one is cut off as well."""
        packed = gzip.compress(bytes(LARGEST_ANSWER * 4))
        assert str(LARGEST_ANSWER) in str(broken(answer(200, packed, Content_Encoding="gzip")))


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
            b"HTTP/1.1 200 " + b"O" * 70_000 + b"\r\n\r\n",
            answer(200, LOG, X="x" * 70_000),
            answer(200, LOG, **{f"X{number}": "x" for number in range(200)}),
            answer(200, LOG, Content_Encoding="gzip"),
            answer(200, LOG, Content_Length=None, Transfer_Encoding="chunked"),
        ],
        ids=["no http", "status", "long line", "long header", "headers", "no gzip", "no chunks"],
    )
    def test_not_http(self, raw: bytes) -> None:
        """What cannot be read as HTTP is no answer; its characters are shown escaped, if at all."""
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

    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        """A certificate for this machine, its key beside it."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "msgkit tests")])
        key, now = platform_key(), datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, SHA256())
        )
        path = tmp_path / "certificate.pem"
        path.write_bytes(made.public_bytes(Encoding.PEM))
        (tmp_path / "key.pem").write_text(private_pem(key))
        return path

    @pytest.fixture
    def tls(self, certificate: Path) -> ssl.SSLContext:
        """What a server wraps connections in."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_name("key.pem"))
        return context

    def test_trusted(self, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A host whose certificate the environment's CA bundle holds is talked to, over one connection."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with talking(signed(204), tls=tls) as (client, server):
            for _ in range(2):
                client.send(ORDINARY, Reply("好"))
        assert (len(server.received), server.connections) == (2, 1)

    def test_tunnel(self, tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Through the environment's proxy, the connection to the host is the same, and kept."""
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with Tunnel() as tunnel, Server(signed(204), tls=tls) as server:
            monkeypatch.setenv("HTTPS_PROXY", tunnel.url)
            with client_of(server.base_url) as client:
                for _ in range(2):
                    client.send(ORDINARY, Reply("好"))
        assert tunnel.asked == [server.base_url.removeprefix("https://")]
        assert [received.target for received in server.received] == [f"{COMPLAINTS}/{ORDINARY}/response"] * 2

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
            ("http://localhost", "http://localhost"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ],
    )
    def test_taken(self, given: str, taken: str) -> None:
        """A scheme and a host, perhaps with a port."""
        with client_of(given) as client:
            assert repr(client) == f"Client(mchid='1900012181', base_url='{taken}')"

    @pytest.mark.parametrize(
        "base_url",
        [
            "http://api.mch.weixin.qq.com",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "http://evil.example#@127.0.0.1",
            "http://127.0.0.2:8080",
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
            30,
            None,
            "5s",
            ("1", "2"),
            (None, 1),
            [1, 2],
        ],
    )
    def test_refused(self, timeout: Any) -> None:
        """Two numbers above 0, or an error that says so."""
        with pytest.raises(ConfigurationError, match=r"^timeout "):
            client_of("http://127.0.0.1:1", timeout=timeout)

    def test_long(self) -> None:
        """A time as good as endless can be waited."""
        with talking(signed(204), timeout=(10**9, 1e9)) as (client, _):
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
