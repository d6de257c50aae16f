"""Verifying what claims to come from WeChat Pay: answers and notifications alike. No I/O.

Source: WeChat Pay documentation, APIv3 接口规则, 签名验证 and 微信支付公钥.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Callable, Mapping

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from msgkit._apiv3.signing import is_public_key_id
from msgkit.errors import NotificationCheck

TOLERANCE = 300
"""How far off the platform's clock may be, in seconds."""

HEADERS = ("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial")
"""The headers that sign a text: what is signed beside its body, the signature itself, and whose it is."""

_PROBE = "WECHATPAY/SIGNTEST/"
_is_serial = re.compile(r"[0-9A-Fa-f]{1,64}|PUB_KEY_ID_[0-9A-Fa-f]{1,64}").fullmatch


@attrs.frozen
class Flaw:
    """Why a text is not proven to come from WeChat Pay.

    Attributes:
        check: What it did not pass.
        text: What is wrong, fit for a log.
        serial: The key that it names, where that is not known here; it may be to be had.
    """

    check: NotificationCheck
    text: str
    serial: str | None = attrs.field(default=None, repr=False)


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

    def flaw(self, headers: Mapping[str, str], body: bytes) -> Flaw | None:
        """Say why a text is not proven to come from WeChat Pay.

        What costs little is looked at first: the headers, the clock, the key, and the signature last.

        Args:
            headers: The headers it came with, their names in any case.
            body: The bytes it came as; empty where there is no body.

        Returns:
            What is wrong, or None where the signature is right.
        """
        found = {name.lower(): value for name, value in headers.items()}
        missing = [name for name in HEADERS if not found.get(name.lower())]
        if missing:
            return Flaw("headers", f"it is not signed: {', '.join(missing)} missing")
        timestamp, nonce, signature, serial = (found[name.lower()] for name in HEADERS)
        if flaw := self._flaw_of_time(timestamp):
            return flaw
        key = self.keys.get(serial)
        if key is None:
            return Flaw("serial", self._unknown(serial), serial)
        message = f"{timestamp}\n{nonce}\n".encode(errors="replace") + body + b"\n"
        return _flaw_of_signature(key, signature, message)

    def _flaw_of_time(self, timestamp: str) -> Flaw | None:
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("253402300799")):
            return Flaw("timestamp", "its Wechatpay-Timestamp is no time in seconds")
        off = int(timestamp) - int(self.clock())
        if abs(off) > TOLERANCE:
            return Flaw("timestamp", f"its clock is {off:+d} seconds from ours; at most {TOLERANCE} are tolerated")
        return None

    def _unknown(self, serial: str) -> str:
        kind = "the public key" if is_public_key_id(serial) else "the platform certificate"
        known = ", ".join(sorted(self.keys)) or "no key"
        # Whoever sends what is not proven must not choose words for a log.
        named = serial if _is_serial(serial) else "?"
        return f"it was signed with {kind} '{named}', and this client knows {known}"


def _flaw_of_signature(key: RSAPublicKey, signature: str, message: bytes) -> Flaw | None:
    if signature.startswith(_PROBE):
        return Flaw("probe", "its signature is a probe, wrong on purpose")
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (binascii.Error, ValueError, InvalidSignature):
        return Flaw("signature", "its signature is wrong")
    return None
