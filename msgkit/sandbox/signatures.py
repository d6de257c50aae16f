"""The signatures of WeChat Pay APIv3, seen from the platform: requests verified, answers signed.

The rules are those of 如何生成请求签名 (requests) and 如何使用微信支付公钥验签 (answers).
"""

import base64
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any, Self

from attrs import field, frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from msgkit.sandbox.answers import Answer, Refusal
from msgkit.sandbox.credentials import Keys
from msgkit.sandbox.keyring import Signer

ALGORITHM = "WECHATPAY2-SHA256-RSA2048"

#: How far the clocks may differ, in seconds.
CLOCK_TOLERANCE = 300

#: How much of the rebuilt string a ``SIGN_ERROR`` shows, in characters.
SHOWN_STRING_LIMIT = 1024

_PARAMETER = r'[ \t]*([A-Za-z_]+)[ \t]*=[ \t]*"([^"]*)"[ \t]*'
_PARAMETERS = re.compile(f"{_PARAMETER}(?:,{_PARAMETER})*")
_NAMES = ("mchid", "nonce_str", "signature", "timestamp", "serial_no")


@frozen
class Authorization:
    """The ``Authorization`` header of a request, taken apart.

    Attributes:
        mchid: The caller.
        nonce_str: The caller's random string.
        signature: The signature in base64.
        timestamp: Seconds since 1970, as text: this very text was signed.
        serial_no: Serial number of the certificate whose key signed.
    """

    mchid: str
    nonce_str: str = field(repr=False)
    signature: str = field(repr=False)
    timestamp: str
    serial_no: str

    @classmethod
    def parse(cls, header: str | None) -> Self:
        """Take a header apart, its parameters in any order.

        Args:
            header: The header's value; None where the request has none.

        Raises:
            Refusal: Where the header is missing or malformed.
        """
        if not header:
            raise sign_error("the Authorization header is missing")
        scheme, _, rest = header.strip().partition(" ")
        if scheme != ALGORITHM:
            raise sign_error(f"the Authorization scheme must be {ALGORITHM}")
        if not _PARAMETERS.fullmatch(rest):
            raise sign_error('the Authorization header must hold name="value" pairs, comma between')
        pairs = re.findall(_PARAMETER, rest)
        values = dict(pairs)
        if len(values) != len(pairs):
            raise sign_error("the Authorization header holds a parameter twice")
        missing = [name for name in _NAMES if name not in values]
        if missing:
            raise sign_error(f"the Authorization header lacks {', '.join(missing)}")
        return cls(*(values[name] for name in _NAMES))


@frozen
class SignedString:
    """The string that a request's signature is for, as the platform rebuilds it.

    Attributes:
        method: The HTTP method.
        target: Path and query, percent-encoded as sent.
        timestamp: From the ``Authorization`` header.
        nonce: From the ``Authorization`` header.
        body: The bytes signed: the body, or the ``meta`` part of an upload.
    """

    method: str
    target: str
    timestamp: str
    nonce: str = field(repr=False)
    body: bytes = field(repr=False)

    def __bytes__(self) -> bytes:
        # Header values arrive as Latin-1: going back the same way gives the bytes that were sent.
        head = (self.method, self.target, self.timestamp, self.nonce)
        return _lines(*(line.encode("latin-1") for line in head), self.body)

    @property
    def information(self) -> dict[str, Any]:
        """The ``sign_information`` of a ``SIGN_ERROR``; the length is in bytes."""
        string = bytes(self)
        return {
            "method": self.method,
            "url": self.target,
            "sign_message_length": len(string),
            "truncated_sign_message": string.decode("utf-8", "replace")[:SHOWN_STRING_LIMIT],
        }


def sign_error(message: str, string: SignedString | None = None) -> Refusal:
    """Refuse a request's signature: 401 ``SIGN_ERROR`` (WeChat Pay APIv3, 签名常见问题).

    Args:
        message: What is wrong.
        string: The string as rebuilt, where that was possible.
    """
    detail: dict[str, Any] = {"issue": message, "location": "authorization"}
    if string is not None:
        detail["sign_information"] = string.information
    return Refusal(401, "SIGN_ERROR", message, detail)


def authenticate(header: str | None, method: str, target: str, body: bytes, keys: Keys) -> str:
    """Verify that the merchant signed a request.

    Args:
        header: The ``Authorization`` header.
        method: The HTTP method.
        target: Path and query, percent-encoded as sent.
        body: The bytes that must have been signed.
        keys: The sandbox's keys.

    Returns:
        The mchid of the caller.

    Raises:
        Refusal: 401 ``SIGN_ERROR`` in every other case.
    """
    authorization = Authorization.parse(header)
    string = SignedString(method, target, authorization.timestamp, authorization.nonce_str, body)
    if authorization.mchid != keys.issued.mchid:
        raise sign_error("no merchant has this mchid", string)
    if authorization.serial_no != keys.issued.serial_no:
        raise sign_error("the merchant has no certificate with this serial_no", string)
    if not re.fullmatch("[0-9]{1,12}", authorization.timestamp):
        raise sign_error("the timestamp must be seconds since 1970, in digits", string)
    if abs(time.time() - int(authorization.timestamp)) > CLOCK_TOLERANCE:
        raise sign_error(f"the timestamp is more than {CLOCK_TOLERANCE} seconds off", string)
    if not _verifies(keys.merchant, authorization.signature, bytes(string)):
        raise sign_error("the signature is not the one of the string rebuilt here", string)
    return authorization.mchid


def signature_headers(answer: Answer, keys: Keys) -> Mapping[str, str]:
    """The headers that prove an answer to be the platform's, by the public key that the merchant was given.

    Args:
        answer: What is about to be sent; its very bytes are signed.
        keys: The sandbox's keys.
    """
    return signed_by(Signer(keys.issued.public_key_id, keys.platform), answer.body)


def signed_by(signer: Signer, body: bytes, *, age: int = 0) -> dict[str, str]:
    """The headers of an answer that one of the platform's keys signs.

    Args:
        signer: The key.
        body: The very bytes that are signed.
        age: How many seconds ago that was.
    """
    timestamp, nonce = str(int(time.time()) - age), secrets.token_hex(16)
    string = _lines(timestamp.encode(), nonce.encode(), body)
    signature = signer.key.sign(string, padding.PKCS1v15(), SHA256())
    return {
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": base64.b64encode(signature).decode("ascii"),
        "Wechatpay-Signature-Type": ALGORITHM,
        "Wechatpay-Serial": signer.serial,
    }


def _lines(*lines: bytes) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _verifies(key: rsa.RSAPublicKey, signature: str, string: bytes) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), string, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
