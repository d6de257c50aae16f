"""What the platform signs, encrypts and decrypts with: its public keys, and its certificates as they come and go."""

import base64
import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import field, frozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1

from msgkit.sandbox.answers import Refusal, invalid_request
from msgkit.sandbox.certificates import FIVE_YEARS, issue, new_serial, pem
from msgkit.sandbox.complaints import moment
from msgkit.sandbox.credentials import Keys, new_public_key_id
from msgkit.sandbox.rsa_keys import give_back, public_pem, take_key

# The algorithm of the API, which has the older digest; nothing is secret here.
_OAEP = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)  # noqa: S303


@frozen
class PlatformCertificate:
    """A certificate that the platform signs with.

    Attributes:
        serial_no: Its serial number, 40 hexadecimal digits.
        effective_time: Since when it is valid.
        expire_time: Until when.
        pem: The certificate itself, PEM text.
    """

    serial_no: str
    effective_time: datetime
    expire_time: datetime
    pem: str = field(repr=False)

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return datetime.now(UTC) >= self.expire_time


@frozen
class Signer:
    """What an answer is signed with.

    Attributes:
        serial: The id of a public key, or the serial number of a certificate.
        key: The private key that belongs to it.
    """

    serial: str
    key: rsa.RSAPrivateKey = field(repr=False)


class Keyring:
    """The platform's keys, shared by the server's threads and the sandbox's owner.

    Args:
        keys: The keys that the sandbox began with.
    """

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._lock = threading.RLock()
        self._signers: dict[str, Signer] = {}
        self._unknown: Signer | None = None
        self.reset()

    def reset(self) -> None:
        """Go back to the one public key."""
        with self._lock:
            used = [signer.key for signer in self._signers.values() if signer.key is not self.keys.platform]
            give_back(used if self._unknown is None else [*used, self._unknown.key])
            own = Signer(self.keys.issued.public_key_id, self.keys.platform)
            self._signers = {own.serial: own}
            self._newest_key = own
            self._certificates: dict[str, PlatformCertificate] = {}
            self._forced: Signer | None = None
            self._unknown = None

    @property
    def certificates(self) -> tuple[PlatformCertificate, ...]:
        """The certificates that there are, the oldest first; those whose time is over too."""
        with self._lock:
            return tuple(self._certificates.values())

    def rotate_certificate(self, *, valid_for: timedelta = FIVE_YEARS, since: timedelta = timedelta(0)) -> str:
        """Take a new certificate into use; see `Sandbox.rotate_certificate`."""
        for name, value in (("valid_for", valid_for), ("since", since)):
            if not isinstance(value, timedelta):
                raise ValueError(f"{name} must be a timedelta, not {value!r}")  # noqa: TRY004 - one error for all
        if valid_for <= timedelta(0):
            raise ValueError("valid_for must be longer than nothing")
        signer = Signer(new_serial(), take_key())
        certificate = _issued(signer, self.keys.platform, valid_for, since)
        with self._lock:
            self._signers[signer.serial] = signer
            self._certificates[signer.serial] = certificate
        return signer.serial

    def retire_certificate(self, serial: str) -> None:
        """Take a certificate out of use; see `Sandbox.retire_certificate`."""
        with self._lock:
            if serial not in self._certificates:
                raise ValueError(f"there is no platform certificate {serial!r}")
            del self._certificates[serial]
            retired = self._signers.pop(serial)
            if self._forced is retired:
                self._forced = None

    def rotate_public_key(self) -> tuple[str, str]:
        """Add a public key; see `Sandbox.rotate_public_key`."""
        signer = Signer(new_public_key_id(), take_key())
        with self._lock:
            self._signers[signer.serial] = self._newest_key = signer
        return signer.serial, public_pem(signer.key.public_key())

    def sign_with(self, serial: str | None) -> None:
        """Sign every answer with one key; see `Sandbox.sign_with`."""
        with self._lock:
            if serial is not None and serial not in self._signers:
                raise ValueError(f"there is no key {serial!r}; there are {', '.join(self._signers)}")
            self._forced = None if serial is None else self._signers[serial]

    def signer(self, asked: str | None) -> Signer:
        """Return what an answer is signed with.

        Args:
            asked: The key that the request's ``Wechatpay-Serial`` names; None where it has none.

        Raises:
            Refusal: 400 where it names a key that the platform does not have.
        """
        with self._lock:
            named = self.named(asked) if asked is not None else None
            if self._forced is not None:
                return self._forced
            return named or self._newest()

    def named(self, serial: str) -> Signer:
        """Return a key by its id or serial number.

        Raises:
            Refusal: 400 where the platform has none of that name.
        """
        with self._lock:
            if serial not in self._signers:
                raise invalid_request("Wechatpay-Serial names a key that the platform does not have")
            return self._signers[serial]

    def unknown(self) -> Signer:
        """A key that nobody can get, under a serial number that is in no list."""
        with self._lock:
            if self._unknown is None:
                self._unknown = Signer(new_serial(), take_key())
            return self._unknown

    def _newest(self) -> Signer:
        valid = [serial for serial, one in self._certificates.items() if not one.is_expired]
        return self._signers[valid[-1]] if valid else self._newest_key

    def encrypt(self, text: str) -> str:
        """Encrypt a text for the merchant, with the public key of its certificate (敏感信息加解密)."""
        return base64.b64encode(self.keys.merchant.encrypt(text.encode(), _OAEP)).decode("ascii")

    def decrypt(self, serial: str, encrypted: str) -> str:
        """Decrypt what the merchant encrypted with one of the platform's keys.

        Raises:
            Refusal: 400 where there is no such key.
            ValueError: It cannot be decrypted with this key, or is no text.
        """
        key = self.named(serial).key
        return key.decrypt(base64.b64decode(encrypted, validate=True), _OAEP).decode()

    def listed(self) -> list[dict[str, Any]]:
        """The valid certificates, each encrypted with the APIv3 key (获取平台证书列表).

        Raises:
            Refusal: 403 where the merchant has nothing but the public key.
        """
        certificates = self.certificates
        if not certificates:
            raise Refusal(403, "NO_AUTH", "the merchant has a WeChat Pay public key and no platform certificates")
        return [self._entry(certificate) for certificate in certificates if not certificate.is_expired]

    def _entry(self, certificate: PlatformCertificate) -> dict[str, Any]:
        nonce, associated = secrets.token_hex(6), "certificate"
        sealed = AESGCM(self.keys.issued.apiv3_key.encode()).encrypt(
            nonce.encode(), certificate.pem.encode(), associated.encode()
        )
        return {
            "serial_no": certificate.serial_no,
            "effective_time": moment(certificate.effective_time),
            "expire_time": moment(certificate.expire_time),
            "encrypt_certificate": {
                "algorithm": "AEAD_AES_256_GCM",
                "nonce": nonce,
                "associated_data": associated,
                "ciphertext": base64.b64encode(sealed).decode("ascii"),
            },
        }


def _issued(signer: Signer, issuer: rsa.RSAPrivateKey, valid_for: timedelta, since: timedelta) -> PlatformCertificate:
    try:
        certificate: x509.Certificate = issue(
            "Tenpay.com sign", signer.serial, signer.key.public_key(), issuer, valid_for=valid_for, since=since
        )
    except (ValueError, OverflowError) as error:
        raise ValueError(f"no certificate can be valid then: {error}") from None
    return PlatformCertificate(
        signer.serial, certificate.not_valid_before_utc, certificate.not_valid_after_utc, pem(certificate)
    )
