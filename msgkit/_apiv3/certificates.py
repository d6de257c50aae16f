"""Platform certificates: read from the platform's answer, and kept with what else it signs with. No I/O.

Source: WeChat Pay documentation, APIv3 接口规则: 下载平台证书, 平台证书, 平台证书更换, 证书和回调报文解密.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509 import load_pem_x509_certificate

from msgkit._apiv3.calls import FlawError
from msgkit._apiv3.errors import json_object
from msgkit._apiv3.verification import TOLERANCE, Flaw, Verifier

ALGORITHM = "AEAD_AES_256_GCM"

_NONCE_BYTES = 12


@attrs.frozen
class PlatformCertificate:
    """A certificate that the platform signs with.

    Attributes:
        serial_no: Its serial number, hexadecimal digits as the platform writes them, in ``Wechatpay-Serial`` too.
        key: Its public key.
        effective: When it begins to be valid, in seconds since the epoch.
        expires: When it ends to be.
    """

    serial_no: str
    key: RSAPublicKey = attrs.field(repr=False)
    effective: float
    expires: float

    def is_valid(self, now: float) -> bool:
        """Tell whether it counts at a time, the clocks being off by what is tolerated."""
        return self.effective - TOLERANCE <= now <= self.expires + TOLERANCE


class KeyRing(Mapping[str, RSAPublicKey]):
    """What answers may be signed with: public keys, which are given, and certificates, which come and go.

    Certificates are replaced all at once, so that threads see the old ones or the new. A certificate that is not valid
    now is not among the keys.

    Args:
        public_keys: Public keys by their ids.
        clock: Tells the time in seconds since the epoch.
    """

    def __init__(self, public_keys: Mapping[str, RSAPublicKey], clock: Callable[[], float] = time.time) -> None:
        self._public_keys = dict(public_keys)
        self._clock = clock
        self.certificates: Mapping[str, PlatformCertificate] = {}

    def add(self, certificates: Mapping[str, PlatformCertificate]) -> None:
        """Take up certificates, and let go of those whose time is over."""
        now = self._clock()
        known = {**self.certificates, **certificates}
        self.certificates = {serial: each for serial, each in known.items() if now <= each.expires + TOLERANCE}

    @property
    def newest(self) -> PlatformCertificate | None:
        """The certificate that is valid now and will be for longest; None where there is none."""
        now = self._clock()
        valid = [each for each in self.certificates.values() if each.is_valid(now)]
        return max(valid, key=lambda each: each.expires, default=None)

    def sealing(self, public_key_id: str | None) -> tuple[str, RSAPublicKey] | None:
        """Return what texts for the platform are encrypted with, and its serial; None where nothing is known.

        Args:
            public_key_id: The public key to take, where there is one.
        """
        if public_key_id is not None:
            return public_key_id, self._public_keys[public_key_id]
        newest = self.newest
        return None if newest is None else (newest.serial_no, newest.key)

    def __getitem__(self, serial: str) -> RSAPublicKey:
        if serial in self._public_keys:
            return self._public_keys[serial]
        certificate = self.certificates[serial]
        if not certificate.is_valid(self._clock()):
            raise KeyError(serial)
        return certificate.key

    def __iter__(self) -> Iterator[str]:
        now = self._clock()
        yield from self._public_keys
        yield from (serial for serial, each in self.certificates.items() if each.is_valid(now))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SelfProving(Verifier):
    """Verifies the answer that brings certificates: what it is signed with may be among what it brings.

    That it could be decrypted proves that it comes from somebody who has the APIv3 key; only the platform and the
    merchant do. The signature over the whole proves that it is whole.
    """

    __slots__ = ("_apiv3_key",)

    def __init__(
        self, keys: Mapping[str, RSAPublicKey], apiv3_key: bytes, clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(keys, clock)
        object.__setattr__(self, "_apiv3_key", apiv3_key)

    def flaw(self, headers: Mapping[str, str], body: bytes) -> Flaw | None:
        """Say why an answer is not proven to come from WeChat Pay; see `Verifier.flaw`.

        Raises:
            FlawError: It cannot be decrypted, or is not as documented.
        """
        brought = read(body, self._apiv3_key)  # type: ignore[attr-defined]
        # One by one: what is among the keys now may be gone in the next moment.
        keys = {serial: key for serial in self.keys if (key := self.keys.get(serial)) is not None}
        keys |= {serial: each.key for serial, each in brought.items()}
        return Verifier(keys, self.clock).flaw(headers, body)


def read(body: bytes, apiv3_key: bytes) -> dict[str, PlatformCertificate]:
    """Read the certificates of an answer, by their serial numbers.

    Args:
        body: The answer's body, as it came.
        apiv3_key: The APIv3 key, 32 bytes.

    Raises:
        FlawError: It is not in the documented form, or not encrypted with this key.
    """
    data = (json_object(body) or {}).get("data")
    if not isinstance(data, list) or not data:
        raise FlawError("it brings no certificates")
    found = [_certificate(entry, apiv3_key) for entry in data]
    return {each.serial_no: each for each in found}


def decrypt(resource: Mapping[str, Any], apiv3_key: bytes) -> bytes:
    """Decrypt what the platform encrypted with the APIv3 key: a certificate, or a notification's resource.

    Args:
        resource: ``algorithm``, ``nonce``, ``associated_data`` (which may be missing or empty) and ``ciphertext``.
        apiv3_key: The key, 32 bytes.

    Raises:
        FlawError: It is not in the documented form, or not encrypted with this key.
    """
    algorithm, nonce, text = (resource.get(name) for name in ("algorithm", "nonce", "ciphertext"))
    extra = resource.get("associated_data") or ""
    if algorithm != ALGORITHM:
        raise FlawError(f"it is not encrypted with {ALGORITHM}")
    if not (isinstance(nonce, str) and isinstance(text, str) and isinstance(extra, str)):
        raise FlawError("what it holds encrypted lacks its nonce or its text")
    if len(nonce.encode(errors="replace")) != _NONCE_BYTES:
        raise FlawError(f"the nonce of what it holds encrypted has not {_NONCE_BYTES} bytes")
    try:
        return AESGCM(apiv3_key).decrypt(nonce.encode(), base64.b64decode(text, validate=True), extra.encode())
    except (ValueError, InvalidTag):
        raise FlawError("what it holds encrypted cannot be decrypted; is apiv3_key that of this merchant?") from None


def _certificate(entry: object, apiv3_key: bytes) -> PlatformCertificate:
    if not isinstance(entry, dict) or not isinstance(entry.get("encrypt_certificate"), dict):
        raise FlawError("an entry of it holds no certificate")
    pem = decrypt(entry["encrypt_certificate"], apiv3_key)
    try:
        loaded = load_pem_x509_certificate(pem)
        key = loaded.public_key()
        begin, end = loaded.not_valid_before_utc, loaded.not_valid_after_utc
    except Exception:  # noqa: BLE001 - whatever stumbles over it, it is no certificate that can be used
        raise FlawError("an entry of it is no certificate") from None
    if not isinstance(key, RSAPublicKey):
        raise FlawError("a certificate of it is not for RSA")
    serial = entry.get("serial_no")
    if not isinstance(serial, str) or serial.upper().lstrip("0") != f"{loaded.serial_number:X}":
        raise FlawError("a certificate of it has another serial_no than its entry says")
    return PlatformCertificate(serial, key, begin.timestamp(), end.timestamp())
