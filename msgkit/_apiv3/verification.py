"""Verifying what claims to come from WeChat Pay: answers and notifications alike. No I/O.

Source: WeChat Pay documentation, APIv3 接口规则, 签名验证 and 微信支付公钥.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable, Mapping

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from msgkit._apiv3.signing import is_public_key_id

TOLERANCE = 300
"""How far off the platform's clock may be, in seconds."""

_PROBE = "WECHATPAY/SIGNTEST/"


class UnknownKeyError(Exception):
    """A text is signed with a key that is not known here.

    Attributes:
        serial: The key's serial, as the text names it.
    """

    def __init__(self, serial: str) -> None:
        super().__init__(serial)
        self.serial = serial


@attrs.frozen
class Verifier:
    """Checks signatures with the keys that it knows; safe for many threads.

    Attributes:
        keys: Public keys by the serial that ``Wechatpay-Serial`` names: a public key's id, or the serial number of a
            platform certificate. It may be a mapping that changes.
        clock: Tells the time in seconds since the epoch.
    """

    keys: Mapping[str, RSAPublicKey] = attrs.field(repr=lambda keys: repr(sorted(keys)))
    clock: Callable[[], float] = attrs.field(default=time.time, repr=False)

    def flaw(self, headers: Mapping[str, str], body: bytes) -> str | None:
        """Say why a text is not proven to come from WeChat Pay.

        Args:
            headers: The headers it came with, their names in any case.
            body: The bytes it came as; empty where there is no body.

        Returns:
            What is wrong, or None where the signature is right.

        Raises:
            UnknownKeyError: The key that it names is not known.
        """
        found = {name.lower(): value for name, value in headers.items()}
        names = ("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial")
        missing = [name for name in names if not found.get(name.lower())]
        if missing:
            return f"it is not signed: {', '.join(missing)} missing"
        timestamp, nonce, signature, serial = (found[name.lower()] for name in names)
        key = self.keys.get(serial)
        if key is None:
            raise UnknownKeyError(serial)
        return self._flaw_of_time(timestamp) or _flaw_of_signature(
            key, signature, f"{timestamp}\n{nonce}\n".encode(errors="replace") + body + b"\n"
        )

    def _flaw_of_time(self, timestamp: str) -> str | None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("253402300799")):
            return "its Wechatpay-Timestamp is no time in seconds"
        off = int(timestamp) - int(self.clock())
        if abs(off) > TOLERANCE:
            return f"its clock is {off:+d} seconds from ours; at most {TOLERANCE} are tolerated"
        return None

    def unknown(self, serial: str) -> str:
        """Say what is wrong with a text that is signed with a key that is not known."""
        kind = "the public key" if is_public_key_id(serial) else "the platform certificate"
        known = ", ".join(sorted(self.keys)) or "no key"
        return f"it was signed with {kind} {serial[:64]!a}, and this client knows {known}"


def _flaw_of_signature(key: RSAPublicKey, signature: str, message: bytes) -> str | None:
    if signature.startswith(_PROBE):
        return "its signature is a probe, wrong on purpose"
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (binascii.Error, ValueError, InvalidSignature):
        return "its signature is wrong"
    return None
