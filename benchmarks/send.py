"""Sending a message over TLS to a server in another process.

The messages are composed beforehand; a send checks, writes, signs and sends, and verifies the answer. The floor is what
cannot be spared: a kept connection of `http.client`, ready bytes, one signature and one verification.

All trust the server's certificate and nothing else, but for one contest, in which they trust the authorities of certifi
as well, as they do where nothing is configured. wechatpayv3 connects anew for every call and reads them every time, so
that the first is the least that it can take, and the second what a merchant has.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import certifi
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from wechatpayv3.core import Core
from wechatpayv3.type import RequestType

from benchmarks.measure import Contest
from benchmarks.messages import UnequalWorkError, compose, compose_dict, order_no, require_same
from benchmarks.server import running
from msgkit import Client
from msgkit._apiv3.keys import load_private_key, load_public_key
from msgkit.sandbox.credentials import Credentials

_OK = 200
_ORDER = order_no(42)


@contextmanager
def one_thread() -> Iterator[Contest]:
    """The senders, one call after the other."""
    with _contest() as contest:
        yield contest


@contextmanager
def with_authorities() -> Iterator[Contest]:
    """The senders, one call after the other, with the authorities of certifi trusted besides."""
    with _contest(certifi.contents()) as contest:
        yield contest


@contextmanager
def sixteen_threads() -> Iterator[Contest]:
    """The senders, called by 16 threads."""
    with _contest(threads=16) as contest:
        yield contest


@contextmanager
def _contest(authorities: str = "", *, threads: int = 1) -> Iterator[Contest]:
    require_same()
    with running() as (credentials, certificate), trusting(certificate, authorities) as bundle, ExitStack() as stack:
        client = stack.enter_context(Client(**settings_of(credentials)))
        floor = stack.enter_context(closing(Floor(credentials, bundle)))
        yield Contest(
            {"msgkit": _msgkit(client), "wechatpayv3": _wechatpayv3(credentials), "floor": floor},
            # A complaint's id of its own for each call.
            order_no,
            threads,
        )


@contextmanager
def trusting(certificate: Path, authorities: str = "") -> Iterator[Path]:
    """Make requests trust a certificate and some authorities, in this process until the block ends."""
    bundle = certificate.with_name("bundle.pem")
    bundle.write_text(authorities + certificate.read_text(encoding="ascii"), encoding="utf-8")
    with patch.dict(os.environ, REQUESTS_CA_BUNDLE=str(bundle)):
        yield bundle


Sender = Callable[[str], object]
"""Sends the message for the complaint of an id."""


def settings_of(credentials: Credentials) -> dict[str, Any]:
    """Return the arguments of a client."""
    names = ("mchid", "serial_no", "private_key", "public_key_id", "public_key", "base_url")
    return {name: getattr(credentials, name) for name in names}


def _msgkit(client: Client) -> Sender:
    message = compose(_ORDER)

    def send(complaint_id: str) -> object:
        return client.send(complaint_id, message)

    return send


def _wechatpayv3(credentials: Credentials) -> Sender:
    core = Core(
        credentials.mchid,
        credentials.serial_no,
        credentials.private_key,
        credentials.apiv3_key,
        public_key=credentials.public_key,
        public_key_id=credentials.public_key_id,
    )
    core._gate_way = credentials.base_url  # noqa: SLF001 - it has no argument for it
    body = body_of(credentials)

    def send(complaint_id: str) -> object:
        status, answer = core.request(path_of(complaint_id), method=RequestType.POST, data=body)
        if status != _OK:
            raise UnequalWorkError(f"wechatpayv3 was answered {status}")
        return answer

    return send


class Floor:
    """What cannot be spared."""

    def __init__(self, credentials: Credentials, bundle: Path) -> None:
        self._credentials = credentials
        self._address = urlsplit(credentials.base_url)
        self._tls = ssl.create_default_context(cafile=bundle)
        self._private_key = load_private_key(credentials.private_key)
        self._public_key = load_public_key(credentials.public_key)
        self._body = json.dumps(body_of(credentials), ensure_ascii=False, separators=(",", ":")).encode()
        self._local = threading.local()
        self._open: list[http.client.HTTPSConnection] = []

    def __call__(self, complaint_id: str) -> bytes:
        """Send."""
        path = path_of(complaint_id)
        connection = self._connection()
        connection.request("POST", path, self._body, self.headers(path))
        response = connection.getresponse()
        body = response.read()
        if response.status != _OK:
            raise UnequalWorkError(f"the floor was answered {response.status}")
        self.verify(response.headers, body)
        return body

    def _connection(self) -> http.client.HTTPSConnection:
        connection: http.client.HTTPSConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPSConnection(
                self._address.hostname or "", self._address.port, context=self._tls, timeout=30
            )
            self._local.connection = connection
            self._open.append(connection)
        return connection

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._open:
            connection.close()

    def headers(self, path: str) -> dict[str, str]:
        """Return the headers of a call, signed."""
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)
        signed = f"POST\n{path}\n{timestamp}\n{nonce}\n".encode() + self._body + b"\n"
        signature = base64.b64encode(self._private_key.sign(signed, PKCS1v15(), SHA256())).decode()
        return {
            "Accept": "application/json",
            "Authorization": (
                f'WECHATPAY2-SHA256-RSA2048 mchid="{self._credentials.mchid}",nonce_str="{nonce}",'
                f'signature="{signature}",timestamp="{timestamp}",serial_no="{self._credentials.serial_no}"'
            ),
            "Content-Type": "application/json",
            "User-Agent": "floor",
            "Wechatpay-Serial": self._credentials.public_key_id,
        }

    def verify(self, headers: Any, body: bytes) -> None:
        """Hold an answer to its signature, given its headers, a mapping in any case."""
        timestamp, nonce = headers["Wechatpay-Timestamp"], headers["Wechatpay-Nonce"]
        signature = base64.b64decode(headers["Wechatpay-Signature"])
        self._public_key.verify(signature, f"{timestamp}\n{nonce}\n".encode() + body + b"\n", PKCS1v15(), SHA256())


def body_of(credentials: Credentials) -> dict[str, Any]:
    """Return the body of a send."""
    return {
        "complainted_mchid": credentials.mchid,
        "message": compose_dict(_ORDER),
        "idempotent_id": "00000000-0000-4000-8000-000000000042",
    }


def path_of(complaint_id: str) -> str:
    """Return the path of a send."""
    return f"/v3/merchant-service/complaints-v2/{complaint_id}/response-immediate-service"
