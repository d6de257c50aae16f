"""A merchant's receiver of notifications: a real server, and a reading of its own with nothing but `cryptography`."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from attrs import field, frozen
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from msgkit.sandbox import Credentials, Sandbox

from .merchant import public_key


@frozen
class Received:
    """A notification as it came."""

    headers: dict[str, str]
    body: bytes

    def read(self, credentials: Credentials, *, serial: str = "", pem: str = "") -> dict[str, Any]:
        """The envelope with what was sealed in it; fails unless the platform signed it just now."""
        assert self.headers["Wechatpay-Serial"] == (serial or credentials.public_key_id)
        assert self.headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"
        assert self.headers["Content-Type"] == "application/json"
        timestamp = self.headers["Wechatpay-Timestamp"]
        assert abs(time.time() - int(timestamp)) < 60
        string = f"{timestamp}\n{self.headers['Wechatpay-Nonce']}\n".encode() + self.body + b"\n"
        signature = base64.b64decode(self.headers["Wechatpay-Signature"])
        public_key(pem or credentials.public_key).verify(signature, string, padding.PKCS1v15(), SHA256())
        envelope: dict[str, Any] = json.loads(self.body)
        sealed = envelope["resource"]
        opened = AESGCM(credentials.apiv3_key.encode()).decrypt(
            sealed["nonce"].encode(), base64.b64decode(sealed["ciphertext"]), sealed["associated_data"].encode()
        )
        return envelope | {"resource": sealed | {"opened": json.loads(opened)}}


class _Server(ThreadingHTTPServer):
    """A server that does not wait for connections that are kept alive."""

    daemon_threads = True


@frozen
class Receiver:
    """What came to a server, and what it answers: the next of its answers, and then 204."""

    port: int
    received: list[Received] = field(factory=list)
    answers: list[int] = field(factory=list)
    connections: set[Any] = field(factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/notify"

    def ids(self) -> list[str]:
        """The ids of what came, in order."""
        return [json.loads(one.body)["id"] for one in self.received]

    def told(self, sandbox: Sandbox) -> list[str]:
        """The actions that it was told of, in order."""
        return [one.read(sandbox.credentials)["resource"]["opened"]["action_type"] for one in self.received]

    @classmethod
    @contextmanager
    def running(cls, *, keeps_alive: bool = True) -> Iterator[Self]:
        """A server that listens from ``with`` to the end of the block."""
        found: list[Self] = []

        class Handler(BaseHTTPRequestHandler):
            wbufsize = -1  # head and body go out together
            protocol_version = "HTTP/1.1" if keeps_alive else "HTTP/1.0"

            def do_POST(self) -> None:
                receiver = found[0]
                assert self.path == "/notify"
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(Received(dict(self.headers), body))
                receiver.connections.add(self.client_address)
                status = receiver.answers.pop(0) if receiver.answers else 204
                if status:
                    content = b"" if status == 204 else b'{"code": "FAIL", "message": "later"}'
                    self.send_response(status)
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                    if content:
                        self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                else:
                    self.close_connection = True

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - as in the base
                pass

        with _Server(("127.0.0.1", 0), Handler) as server:
            found.append(cls(server.server_port))
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            try:
                yield found[0]
            finally:
                server.shutdown()
                thread.join()
