"""A merchant of the tests' own: signs and verifies with nothing but `cryptography`."""

import base64
import http.client
import json
import secrets
import time
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import Any, Self

from attrs import frozen
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from msgkit.sandbox import Credentials, Sandbox

COMPLAINTS = "/v3/merchant-service/complaints-v2"
UPLOAD = "/v3/merchant-service/images/upload"
IMMEDIATE = "200201820200101080076610000"
ORDINARY = "200201820200101080076610001"

HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/json",
    "User-Agent": "msgkit-tests/1",
}


OAEP = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)  # noqa: S303 - as the platform has it


def public_key(pem: str) -> rsa.RSAPublicKey:
    """A public key from its PEM text."""
    key = serialization.load_pem_public_key(pem.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    return key


@frozen
class Answered:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The platform's error code."""
        code: str = self.json["code"]
        return code

    @property
    def detail(self) -> dict[str, Any]:
        """The platform's error detail."""
        detail: dict[str, Any] = self.json["detail"]
        return detail


@frozen
class Merchant:
    """Calls a sandbox; each part of a request can be replaced by a wrong one."""

    credentials: Credentials
    key: rsa.RSAPrivateKey

    @classmethod
    def of(cls, sandbox: Sandbox) -> Self:
        """The merchant whom a sandbox knows."""
        return cls.known_by(sandbox.credentials)

    @classmethod
    def known_by(cls, credentials: Credentials) -> Self:
        """The merchant who was given these credentials."""
        key = serialization.load_pem_private_key(credentials.private_key.encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        return cls(credentials, key)

    def authorization(
        self,
        method: str,
        target: str,
        body: bytes,
        *,
        timestamp: str = "",
        nonce: str = "",
        **replaced: str,
    ) -> str:
        """An `Authorization` header; `replaced` overrides its parameters after signing."""
        timestamp = timestamp or str(int(time.time()))
        nonce = nonce or secrets.token_hex(16)
        string = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = self.key.sign(string, padding.PKCS1v15(), SHA256())
        values = {
            "mchid": self.credentials.mchid,
            "nonce_str": nonce,
            "signature": base64.b64encode(signature).decode(),
            "timestamp": timestamp,
            "serial_no": self.credentials.serial_no,
        }
        values |= replaced
        return "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{k}="{v}"' for k, v in values.items())

    def post(
        self,
        target: str,
        body: bytes | Mapping[str, Any],
        *,
        signed: bytes | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Answered:
        """Post a body; a header that is None is left out."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        authorization = self.authorization("POST", target, raw if signed is None else signed)
        return self.send("POST", target, raw, HEADERS | {"Authorization": authorization} | dict(headers or {}))

    def get(self, target: str, headers: Mapping[str, str | None] | None = None) -> Answered:
        """Read a target, signed as it is."""
        return self.call("GET", target, headers=headers)

    def call(
        self,
        method: str,
        target: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str | None] | None = None,
    ) -> Answered:
        """Call with any method."""
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        authorization = self.authorization(method, target, raw)
        return self.send(method, target, raw, HEADERS | {"Authorization": authorization} | dict(headers or {}))

    def send(self, method: str, target: str, body: bytes, headers: Mapping[str, str | None]) -> Answered:
        """Send bytes as they are; a GET without any says nothing of a body."""
        host = self.credentials.base_url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            connection.putrequest(method, target, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                if value is not None:
                    connection.putheader(name, value)
            if body or method != "GET":
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Answered(response.status, response.headers, response.read())
        finally:
            connection.close()

    def reply(self, body: Mapping[str, Any], complaint_id: str = IMMEDIATE) -> Answered:
        """Post a plain reply."""
        return self.post(f"{COMPLAINTS}/{complaint_id}/response", body)

    def reply_richly(self, body: Mapping[str, Any], complaint_id: str = IMMEDIATE) -> Answered:
        """Post a rich reply."""
        return self.post(f"{COMPLAINTS}/{complaint_id}/response-immediate-service", body)

    def decide(self, body: Mapping[str, Any], complaint_id: str = IMMEDIATE) -> Answered:
        """Decide on a refund."""
        return self.post(f"{COMPLAINTS}/{complaint_id}/update-refund-progress", body)

    def history(self, complaint_id: str = IMMEDIATE, query: str = "") -> Answered:
        """Read a complaint's history."""
        return self.get(f"{COMPLAINTS}/{complaint_id}/negotiation-historys{query}")

    def complete(self, complaint_id: str = IMMEDIATE) -> Answered:
        """Report a complaint as handled."""
        body = {"complainted_mchid": self.credentials.mchid}
        return self.post(f"{COMPLAINTS}/{complaint_id}/complete", body)

    def plain(self, **changes: Any) -> dict[str, Any]:
        """The body of a plain reply; a change to None leaves the key out."""
        body = {"complainted_mchid": self.credentials.mchid, "response_content": "已处理"}
        return {name: value for name, value in (body | changes).items() if value is not None}

    def rich(self, **changes: Any) -> dict[str, Any]:
        """The body of a rich reply; a change to None leaves the key out."""
        body = {
            "complainted_mchid": self.credentials.mchid,
            "message": {"blocks": [{"type": "TEXT", "text": {"text": "您好"}}]},
            "idempotent_id": secrets.token_hex(8),
        }
        return {name: value for name, value in (body | changes).items() if value is not None}

    def decrypted(self, text: str) -> str:
        """What the platform encrypted for this merchant."""
        return self.key.decrypt(base64.b64decode(text, validate=True), OAEP).decode()

    def verify(
        self, answered: Answered, serial: str = "", key: rsa.RSAPublicKey | None = None, *, age: int = 0
    ) -> None:
        """Fail unless the platform signed an answer: with the key issued, or another one; now, or a while ago."""
        headers = answered.headers
        assert headers["Wechatpay-Serial"] == (serial or self.credentials.public_key_id)
        assert abs(time.time() - age - int(headers["Wechatpay-Timestamp"])) < 60
        string = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode()
        key = key or public_key(self.credentials.public_key)
        key.verify(
            base64.b64decode(headers["Wechatpay-Signature"]),
            string + answered.body + b"\n",
            padding.PKCS1v15(),
            SHA256(),
        )
