"""Signing a call: SHA256 with RSA (PKCS#1 v1.5) over five lines. No I/O.

Source: WeChat Pay documentation, APIv3 接口规则, 签名生成.
"""

from __future__ import annotations

import base64
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import attrs
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from msgkit.errors import ConfigurationError

SCHEME = "WECHATPAY2-SHA256-RSA2048"

_LINES = ("method", "path", "timestamp", "nonce", "body")
_LONGEST_SHOWN = 200
# A rebuilt line is shown where it looks like one of its kind; it may be a body that got into the wrong place.
_FORMS = {
    "method": re.compile(r"[A-Z]{1,10}"),
    "path": re.compile(r"/[\w.~%/?&=+:,;@-]*", re.ASCII),
    "timestamp": re.compile(r"[0-9]{1,20}"),
    "nonce": re.compile(r"\w{1,64}", re.ASCII),
}


@attrs.frozen
class SignedCall:
    """What was signed, and the header that proves it.

    Attributes:
        message: The five lines, as bytes; they hold the body, so ``repr`` does not show them.
        authorization: The value of the ``Authorization`` header.
    """

    message: bytes = attrs.field(repr=False)
    authorization: str = attrs.field(repr=False)


def _mchid(_instance: object, _field: object, value: Any) -> None:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,64}", value):
        raise ConfigurationError("mchid must be the merchant's number as text, digits only, e.g. 1900012181")


def _serial_no(_instance: object, _field: object, value: Any) -> None:
    if isinstance(value, str) and is_public_key_id(value):
        raise ConfigurationError(
            "serial_no is a public key id; it must be the serial number of the merchant's API certificate"
        )
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-Fa-f]{1,64}", value):
        raise ConfigurationError(
            "serial_no must be the serial number of the merchant's API certificate, in hexadecimal digits"
        )


@attrs.frozen
class Signer:
    """Signs calls in a merchant's name; safe for many threads.

    Attributes:
        mchid: The merchant's number, digits.
        serial_no: The serial number of the merchant's API certificate, in hexadecimal digits.
        private_key: The key of that certificate; never shown.
        clock: Tells the time in seconds since the epoch.

    Raises:
        ConfigurationError: The number or the serial number cannot be one.
    """

    mchid: str = attrs.field(validator=_mchid)
    serial_no: str = attrs.field(validator=_serial_no)
    private_key: RSAPrivateKey = attrs.field(repr=False)
    clock: Callable[[], float] = attrs.field(default=time.time, repr=False)

    def sign(self, method: str, path: str, body: bytes) -> SignedCall:
        """Sign one call.

        Args:
            method: ``GET``, ``POST`` …
            path: Path and query string exactly as they are sent, without the host.
            body: Exactly the bytes that are sent, empty for GET; for an upload, those of the ``meta`` part.
        """
        timestamp, nonce = str(int(self.clock())), secrets.token_hex(16)
        message = b"".join(line.encode() + b"\n" for line in (method, path, timestamp, nonce)) + body + b"\n"
        signature = base64.b64encode(self.private_key.sign(message, PKCS1v15(), SHA256())).decode()
        return SignedCall(
            message,
            f'{SCHEME} mchid="{self.mchid}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{timestamp}",serial_no="{self.serial_no}"',
        )


def is_public_key_id(serial: str) -> bool:
    """Tell a public key's id (``PUB_KEY_ID_…``) from a certificate's serial number."""
    return serial.startswith("PUB_KEY_ID_")


def difference(ours: bytes, theirs: str) -> str:
    """Say in which line the string that we signed and the one that the platform rebuilt differ first.

    Args:
        ours: What was signed.
        theirs: ``detail.sign_information.truncated_sign_message`` of a ``SIGN_ERROR``; possibly only the beginning.

    Returns:
        A sentence. It shows a method, path, timestamp or nonce, and nothing of a body.
    """
    our_lines, their_lines = (text.split("\n", 4) for text in (ours.decode(errors="replace"), theirs))
    for number, (name, mine, rebuilt) in enumerate(zip(_LINES, our_lines, their_lines, strict=False), start=1):
        cut = number == len(their_lines) and mine.startswith(rebuilt)
        if mine == rebuilt or cut:
            continue
        if name == "body":
            at = next((i for i, (a, b) in enumerate(zip(mine, rebuilt, strict=False)) if a != b), len(mine))
            return f"the strings differ first in line 5 (body), from character {at} (counted from 0)"
        return (
            f"the strings differ first in line {number} ({name}): we signed {_shown(mine)}, "
            f"the platform rebuilt {_shown(rebuilt) if _FORMS[name].fullmatch(rebuilt) else 'something else'}"
        )
    shown = "" if len(theirs) >= len(ours.decode(errors="replace")) else f" in its first {len(theirs)} characters"
    return (
        f"the platform rebuilt the string that we signed{shown}, so it is likely that the private key is not that of "
        "serial_no, that the certificate is not the merchant's, or that our clock is off"
    )


def _shown(line: str) -> str:
    return ascii(line if len(line) <= _LONGEST_SHOWN else line[:_LONGEST_SHOWN] + "…")
