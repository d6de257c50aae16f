"""The platform as it sends notifications: encrypted and signed by the letter of the documentation."""

import base64
import json
import time
from typing import Any, Self

from attrs import frozen
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from msgkit.sandbox import Sandbox
from tests.helpers import ABSENT
from tests.network import IMMEDIATE

NONCE = "0c0ffee0beef"
CONTENT = {"complaint_id": IMMEDIATE, "action_type": "CREATE_COMPLAINT"}

Notice = tuple[dict[str, str], bytes]
"""Headers and body of a request to the notification URL."""


@frozen
class Platform:
    """Who signs and encrypts.

    Attributes:
        serial: The serial of the key.
        key: What it signs with.
        apiv3_key: What it encrypts with.
    """

    serial: str
    key: RSAPrivateKey
    apiv3_key: bytes

    @classmethod
    def of(cls, sandbox: Sandbox) -> Self:
        """The platform that a sandbox plays, with the key that it signs with now."""
        signer = sandbox._keyring.signer(None)
        return cls(signer.serial, signer.key, sandbox.credentials.apiv3_key.encode())

    def resource(self, content: object = CONTENT, extra: str = "complaint", **changed: Any) -> dict[str, Any]:
        """What is encrypted, but for what is changed or `ABSENT`; content that is no bytes is written as JSON."""
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        sealed = AESGCM(self.apiv3_key).encrypt(NONCE.encode(), text, extra.encode())
        found = {
            "original_type": "complaint",
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": base64.b64encode(sealed).decode(),
            "associated_data": extra,
            "nonce": NONCE,
        }
        return _changed(found, changed)

    def envelope(self, content: object = CONTENT, **changed: Any) -> dict[str, Any]:
        """A notification, but for what is changed or `ABSENT`."""
        found = {
            "id": "EV-2018022511223320873",
            "create_time": "2015-05-20T13:29:35+08:00",
            "resource_type": "encrypt-resource",
            "event_type": "COMPLAINT.CREATE",
            "summary": "产生新投诉",
            "resource": self.resource(content),
        }
        return _changed(found, changed)

    def signed(self, body: bytes, timestamp: object = None, **replaced: str) -> dict[str, str]:
        """The headers of a body, rightly signed but for what is replaced."""
        time_of_it = str(int(time.time())) if timestamp is None else str(timestamp)
        lines = f"{time_of_it}\nnonce\n".encode() + body + b"\n"
        found = {
            "timestamp": time_of_it,
            "nonce": "nonce",
            "signature": base64.b64encode(self.key.sign(lines, PKCS1v15(), SHA256())).decode(),
            "serial": self.serial,
        }
        return {f"Wechatpay-{name.title()}": value for name, value in (found | replaced).items()}

    def notice(self, content: object = CONTENT, **changed: Any) -> Notice:
        """A notification, rightly signed."""
        body = json.dumps(self.envelope(content, **changed)).encode()
        return self.signed(body), body


def _changed(found: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (found | changed).items() if value is not ABSENT}
