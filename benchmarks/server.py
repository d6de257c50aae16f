"""A server for sends over TLS that is as cheap as can be, so that the time is the client's.

It keeps connections alive, one thread each, looks at nothing of a request but where it ends, and answers all with the
same bytes, which it signs anew each second: a signature covers the time, a nonce and the body, and holds for a while.
Its certificate has an elliptic curve, which makes the handshakes cheap for those who connect for every call.
"""

from __future__ import annotations

import ipaddress
import multiprocessing
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from msgkit.sandbox.answers import Answer
from msgkit.sandbox.credentials import Credentials, Keys
from msgkit.sandbox.signatures import signature_headers

HOST = "127.0.0.1"


@contextmanager
def running(delay: float = 0.0) -> Iterator[tuple[Credentials, Path]]:
    """Run the server in another process; yield what a client needs, and the certificate to trust.

    Args:
        delay: Seconds that each answer takes, as if the server were so far away.
    """
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, folder, delay), daemon=True)
        process.start()
        try:
            yield ours.recv(), Path(folder, "certificate.pem")
        finally:
            process.terminate()
            process.join()


def _serve(started: Connection, folder: str, delay: float) -> None:
    keys = Keys.generate()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*_write_certificate(Path(folder)))
    answer = _SignedAnswer(keys, delay)
    with socket.create_server((HOST, 0), backlog=128) as listener:
        started.send(keys.issued_for(f"https://{HOST}:{listener.getsockname()[1]}"))
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_answer_all, args=(connection, tls, answer), daemon=True).start()


def _answer_all(connection: socket.socket, tls: ssl.SSLContext, answer: _SignedAnswer) -> None:
    with suppress(OSError), tls.wrap_socket(connection, server_side=True) as secured:
        buffered = b""
        while (end := _end_of_request(buffered)) is None or len(buffered) < end:
            received = secured.recv(65536)
            if not received:
                return
            buffered += received
            if (end := _end_of_request(buffered)) is not None and len(buffered) >= end:
                buffered = buffered[end:]
                secured.sendall(answer.current())


def _end_of_request(buffered: bytes) -> int | None:
    head = buffered.find(b"\r\n\r\n")
    if head < 0:
        return None
    lines = buffered[:head].lower().split(b"\r\n")
    length = next((line[15:] for line in lines if line.startswith(b"content-length:")), b"0")
    return head + 4 + int(length)


@attrs.define
class _SignedAnswer:
    """The answer to everything, signed once a second."""

    keys: Keys
    delay: float
    _second: int = 0
    _bytes: bytes = b""

    def current(self) -> bytes:
        """Return the whole answer as it goes over the wire, when it is time."""
        if self.delay:
            time.sleep(self.delay)
        second = int(time.time())
        if second != self._second:
            self._bytes = self._signed()
            self._second = second
        return self._bytes

    def _signed(self) -> bytes:
        answer = Answer.json(200, {"log_id": "4200002188"})
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(answer.body)),
            "Request-ID": "08F78BB5AF0610D302",
            **signature_headers(answer, self.keys),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + answer.body


def _write_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine; return the files of it and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "msgkit benchmarks")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
