"""The other end of the wire: keys, signatures by the letter of the documentation, a server that does as it is told."""

import base64
import functools
import http.client
import http.server
import json
import re
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Literal, Self

from attrs import asdict, frozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from msgkit import Message
from msgkit._apiv3.calls import Call, Operation
from msgkit.client import Client
from msgkit.sandbox import Sandbox

IMMEDIATE = "200201820200101080076610000"
ORDINARY = "200201820200101080076610001"
COMPLAINTS = "/v3/merchant-service/complaints-v2"
UPLOAD = "/v3/merchant-service/images/upload"

MCHID = "1900012181"
SERIAL_NO = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
PUBLIC_KEY_ID = "PUB_KEY_ID_0114232134912410000000000000"
REQUEST_ID = "08F78BB5AF0610D302189D9EE6"

MESSAGE = Message().text("您好").button("转人工")
LOG = b'{"log_id":"300285320210322170000071077"}'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"\r\n--\r\n"

PROXIES = tuple(name for base in ("http", "https", "all", "no") for name in (f"{base}_proxy", f"{base}_PROXY".upper()))
"""The variables that would lead requests away from this machine."""

AUTHORIZATION = re.compile(
    r'WECHATPAY2-SHA256-RSA2048 mchid="([^"]*)",nonce_str="([^"]*)",signature="([^"]*)",'
    r'timestamp="([^"]*)",serial_no="([^"]*)"'
)


@functools.cache
def merchant_key() -> RSAPrivateKey:
    """The merchant's key, for servers other than the sandbox."""
    return generate_private_key(65537, 2048)


@functools.cache
def platform_key() -> RSAPrivateKey:
    """The platform's key, for servers other than the sandbox."""
    return generate_private_key(65537, 2048)


def private_pem(key: RSAPrivateKey) -> str:
    """A private key as apiclient_key.pem holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(key: RSAPrivateKey) -> str:
    """The public half of a key as pub_key.pem holds it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@frozen
class Received:
    """A request as a server read it."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The one header of this name."""
        (found,) = (value for each, value in self.headers if each.lower() == name.lower())
        return found

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of the Authorization header."""
        found = AUTHORIZATION.fullmatch(self.header("Authorization"))
        assert found
        return dict(zip(("mchid", "nonce_str", "signature", "timestamp", "serial_no"), found.groups(), strict=True))

    def verify(self, key: RSAPublicKey, signed: bytes | None = None) -> None:
        """Fail unless the owner of a key signed this request, or `signed` in place of its body."""
        given = self.parameters
        lines = f"{self.method}\n{self.target}\n{given['timestamp']}\n{given['nonce_str']}\n".encode()
        lines += (self.body if signed is None else signed) + b"\n"
        key.verify(base64.b64decode(given["signature"], validate=True), lines, PKCS1v15(), SHA256())

    def part(self, name: str) -> tuple[str, bytes]:
        """One part of a form: its head and its content."""
        found = re.search("boundary=(.+)", self.header("Content-Type"))
        assert found
        for piece in self.body.split(f"--{found[1]}".encode()):
            head, _, content = piece.partition(b"\r\n\r\n")
            if f'name="{name}"'.encode() in head:
                return head.decode(), content.removesuffix(b"\r\n")
        raise AssertionError(name)


Answering = Callable[[Received], bytes]
Ending = Literal["keep", "close", "reset", "hang"]


class _Serving(socketserver.ThreadingTCPServer):
    """A server on 127.0.0.1 that runs in a with statement."""

    def __init__(self, handler: type[socketserver.BaseRequestHandler], port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.005,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.let_go()
        self.server_close()
        self._thread.join()

    def let_go(self) -> None:
        """End what still goes on in connections."""


class Server(_Serving):
    """A real HTTP server on 127.0.0.1, in a with statement.

    Args:
        answer: The bytes to send, given the request.
        ending: What follows them: the connection is kept, closed, reset, or nothing happens at all.
        tls: What to wrap connections in.
        port: The port to listen on; 0 picks a free one.

    Attributes:
        received: The requests so far.
        connections: How many connections were accepted.
    """

    def __init__(
        self, answer: Answering | bytes, ending: Ending = "keep", tls: ssl.SSLContext | None = None, port: int = 0
    ) -> None:
        super().__init__(_Handler, port)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.base_url = f"http{'s' if tls else ''}://127.0.0.1:{self.server_address[1]}"
        self.answer: Answering = answer if callable(answer) else lambda _: answer
        self.ending = ending
        self.received: list[Received] = []
        self.connections = 0
        self.stopping = threading.Event()
        self.closed = threading.Semaphore(0)
        self._faults: list[BaseException | None] = []
        self._sockets: list[socket.socket] = []

    def __exit__(self, *raised: object) -> None:
        super().__exit__(*raised)
        assert not self._faults

    def let_go(self) -> None:
        """End what still goes on in connections."""
        self.stopping.set()
        for each in self._sockets:
            with suppress(OSError):  # It may be closed already.
                each.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Count a connection, and serve it in a thread of its own."""
        self.connections += 1
        self._sockets.append(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        if self.ending == "reset":
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.close()
        else:
            super().shutdown_request(request)
        self.closed.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - so it is called
        """Keep a fault for the end; that a client went away is none."""
        error = sys.exception()
        if not isinstance(error, OSError):
            self._faults.append(error)


class _Handler(http.server.BaseHTTPRequestHandler):
    """Reads requests and answers them."""

    server: Server  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_POST(self) -> None:
        """Read a request to its end and answer it."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        received = Received(self.command, self.path, tuple(self.headers.items()), body)
        self.server.received.append(received)
        self.wfile.write(self.server.answer(received))
        self.close_connection = self.server.ending != "keep"
        if self.server.ending == "hang":
            self.server.stopping.wait(10)

    do_GET = do_CONNECT = do_POST  # noqa: N815 - so it is called

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - so it is called
        """Say nothing."""


class Tunnel(_Serving):
    """A proxy that leads through to any port of this machine, as CONNECT asks; in a with statement.

    Attributes:
        asked: The hosts and ports that were asked for.
        logins: What the requests had for names and passwords.
    """

    def __init__(self) -> None:
        super().__init__(_Digger)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: list[str] = []
        self.logins: list[str] = []


class _Digger(socketserver.StreamRequestHandler):
    """Carries bytes both ways."""

    server: Tunnel  # pyright: ignore[reportIncompatibleVariableOverride]
    rbufsize = 0

    def handle(self) -> None:
        """Connect to what is asked for, and carry until both sides are done."""
        method, target, _ = self.rfile.readline().decode().split()
        assert method == "CONNECT"
        while line := self.rfile.readline().decode().strip():
            if line.lower().startswith("proxy-authorization: basic "):
                self.server.logins.append(line.rpartition(" ")[2])
        self.server.asked.append(target)
        with socket.create_connection(("127.0.0.1", int(target.rpartition(":")[2]))) as there:
            self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            back = threading.Thread(target=_carry, args=(there, self.connection), daemon=True)
            back.start()
            _carry(self.connection, there)
            back.join()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):  # A side that went away is done.
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def write_certificate(folder: Path) -> Path:
    """Write a certificate for this machine and for pay.example, its key beside it as key.pem."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "msgkit tests")])
    key, now = platform_key(), datetime.now(UTC)
    hosts: list[x509.GeneralName] = [x509.IPAddress(IPv4Address("127.0.0.1")), x509.DNSName("pay.example")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM))
    path.with_name("key.pem").write_text(private_pem(key))
    return path


def serving_tls(certificate: Path) -> ssl.SSLContext:
    """What a server wraps connections in."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


def answer(status: int, body: bytes = b"", **headers: str | None) -> bytes:
    """An HTTP answer as bytes; underscores in header names are hyphens, a header that is None is left out."""
    fields = {"Content_Length": str(len(body)), "Request_ID": REQUEST_ID} | headers
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status} Status", *lines, "", ""]).encode("latin-1") + body


def signature(body: bytes, key: RSAPrivateKey, *, timestamp: str = "", serial: str = PUBLIC_KEY_ID) -> dict[str, str]:
    """The headers that sign a body."""
    timestamp = timestamp or str(int(time.time()))
    lines = f"{timestamp}\nnonce\n".encode() + body + b"\n"
    return {
        "Wechatpay_Timestamp": timestamp,
        "Wechatpay_Nonce": "nonce",
        "Wechatpay_Signature": base64.b64encode(key.sign(lines, PKCS1v15(), SHA256())).decode(),
        "Wechatpay_Serial": serial,
    }


def signed(status: int, body: bytes = b"", **headers: str | None) -> bytes:
    """An HTTP answer that the platform signed."""
    return answer(status, body, **(signature(body, platform_key()) | headers))


def refusal(status: int, code: str, message: str = "参数错误", detail: object = None) -> bytes:
    """One of the platform's errors, unsigned."""
    document = {"code": code, "message": message} | ({} if detail is None else {"detail": detail})
    return answer(status, json.dumps(document).encode())


def forward(sandbox: Sandbox) -> Answering:
    """Answer as a sandbox does, by asking it."""
    host = sandbox.base_url.removeprefix("http://")

    def ask(received: Received) -> bytes:
        connection = http.client.HTTPConnection(host, timeout=10)
        try:
            connection.putrequest(received.method, received.target, skip_host=True, skip_accept_encoding=True)
            for name, value in received.headers:
                connection.putheader(name, value)
            connection.endheaders(received.body)
            response = connection.getresponse()
            headers = {name.title().replace("-", "_"): value for name, value in response.getheaders()}
            kept = {name: value for name, value in headers.items() if name.startswith(("Wechatpay", "Content_Type"))}
            return answer(response.status, response.read(), Request_ID=headers["Request_Id"], **kept)
        finally:
            connection.close()

    return ask


class Kind:
    """Which kind of client tests make: `awaits` is set for those that are run with both."""

    awaits = False

    @classmethod
    def make(cls, **settings: Any) -> Client:
        """A client of the kind that the test is about; one that awaits looks like one that blocks."""
        if cls.awaits:
            from tests.twins import Awaited  # noqa: PLC0415 - few tests await

            awaited: Any = Awaited(**settings)
            return awaited  # type: ignore[no-any-return]
        return Client(**settings)


def client_of(base_url: str, **changes: Any) -> Client:
    """A client of a `Server`, which tries once."""
    settings: dict[str, Any] = {
        "retry": None,
        "mchid": MCHID,
        "serial_no": SERIAL_NO,
        "private_key": merchant_key(),
        "public_key_id": PUBLIC_KEY_ID,
        "public_key": platform_key().public_key(),
        "base_url": base_url,
    }
    return Kind.make(**(settings | changes))


def client_for(sandbox: Sandbox, **changes: Any) -> Client:
    """A client of a sandbox, which tries once."""
    return Kind.make(**(asdict(sandbox.credentials) | {"retry": None} | changes))


def ask(client: Client, call: Call) -> dict[str, Any]:
    """What a client is answered to a call of whatever endpoint."""
    return client._carry_out(Operation("certificates", call, lambda data, _: data))


@contextmanager
def talking(
    answer: Answering | bytes, ending: Ending = "keep", *, tls: ssl.SSLContext | None = None, **settings: Any
) -> Iterator[tuple[Client, Server]]:
    """A client and the server that it talks to."""
    with Server(answer, ending, tls) as server, client_of(server.base_url, **settings) as client:
        yield client, server
