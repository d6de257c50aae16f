"""Keys and certificates from wherever a merchant keeps them: a file, PEM text, or what is loaded already."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TypeAlias

import attrs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509 import Certificate, load_pem_x509_certificate

from msgkit.errors import ConfigurationError

PrivateKey: TypeAlias = RSAPrivateKey | str | bytes | os.PathLike[str]
PublicKey: TypeAlias = RSAPublicKey | str | bytes | os.PathLike[str]
MerchantCertificate: TypeAlias = Certificate | str | bytes | os.PathLike[str]

_SMALLEST = 2048
# Base64 has no dot.
_is_file_name = re.compile(r"[^\x00-\x1f]{1,255}\.\w{1,5}").fullmatch


def load_private_key(source: PrivateKey, argument: str = "private_key") -> RSAPrivateKey:
    """Load the merchant's private key (``apiclient_key.pem``).

    Args:
        source: A path, PEM text or bytes, or a loaded key. The PEM may hold the certificate too.
        argument: What the caller names it, for the error.

    Raises:
        ConfigurationError: It is not an RSA private key of at least 2048 bits, in PEM without a password.
    """
    key: object = source
    if not isinstance(source, RSAPrivateKey):
        pem = _pem(source, argument)
        if b"PRIVATE KEY" in pem:
            pem = _first(pem, b"PRIVATE KEY")
        elif b"PUBLIC KEY" in pem or b"BEGIN CERTIFICATE" in pem:
            raise ConfigurationError(
                f"{argument} holds no private key but a public one; it is the merchant's apiclient_key.pem"
            )
        try:
            key = load_pem_private_key(pem, password=None)
        except TypeError:
            raise ConfigurationError(f"{argument} is protected by a password; give it without one") from None
        except (ValueError, UnsupportedAlgorithm):
            raise ConfigurationError(f"{argument} is no private key in PEM; expected apiclient_key.pem") from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigurationError(f"{argument} must be an RSA private key, which APIv3 signs with")
    _require_size(key, argument)
    return key


def load_public_key(source: PublicKey, argument: str = "public_key") -> RSAPublicKey:
    """Load the WeChat Pay public key (``pub_key.pem``).

    Args:
        source: A path, PEM text or bytes, or a loaded key.
        argument: What the caller names it, for the error.

    Raises:
        ConfigurationError: It is not an RSA public key of at least 2048 bits, in PEM.
    """
    key: object = source
    if not isinstance(source, RSAPublicKey):
        pem = _pem(source, argument)
        if b"PRIVATE KEY" in pem:
            raise ConfigurationError(f"{argument} holds a private key; it is WeChat Pay's public key, pub_key.pem")
        if b"BEGIN CERTIFICATE" in pem and b"PUBLIC KEY" not in pem:
            raise ConfigurationError(f"{argument} holds a certificate; it is WeChat Pay's public key, pub_key.pem")
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm):
            raise ConfigurationError(f"{argument} is no public key in PEM; expected pub_key.pem") from None
    if not isinstance(key, RSAPublicKey):
        raise ConfigurationError(f"{argument} must be an RSA public key, which APIv3 signs with")
    _require_size(key, argument)
    return key


@attrs.frozen
class Identity:
    """What a merchant's API certificate says.

    Attributes:
        serial_no: The certificate's serial number, 40 hexadecimal digits in capital letters.
        public_key: The public half of the merchant's key.
        private_key: The key, where the file holds it (``apiclient_cert.p12``).
        effective: When the certificate begins to be valid, in seconds since the epoch.
        expires: When it ends to be.
    """

    serial_no: str
    public_key: RSAPublicKey = attrs.field(repr=False)
    private_key: RSAPrivateKey | None = attrs.field(repr=False)
    effective: float
    expires: float


def load_certificate(source: MerchantCertificate, mchid: str, argument: str = "certificate") -> Identity:
    """Load the merchant's API certificate (``apiclient_cert.pem``, or ``apiclient_cert.p12`` with its key).

    Args:
        source: A path, PEM text or bytes, the bytes of a ``.p12``, or a loaded certificate.
        mchid: The merchant's number, which is the password of its ``.p12``.
        argument: What the caller names it, for the error.

    Raises:
        ConfigurationError: It is no certificate for RSA of at least 2048 bits, its ``.p12`` belongs to another
            merchant, or it is not valid now.
    """
    certificate, private_key = (source, None) if isinstance(source, Certificate) else _opened(source, mchid, argument)
    try:
        public_key: object = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):  # of a kind that nobody here knows
        public_key = None
    if not isinstance(public_key, RSAPublicKey):
        raise ConfigurationError(f"{argument} must be a certificate for RSA, which APIv3 signs with")
    _require_size(public_key, argument)
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    now = time.time()
    if now > end.timestamp():
        raise ConfigurationError(f"{argument} expired on {end:%Y-%m-%d}; ask for a new one on the merchant platform")
    if now < begin.timestamp():
        raise ConfigurationError(f"{argument} is not valid before {begin:%Y-%m-%d %H:%M} UTC, or our clock is off")
    serial_no = f"{certificate.serial_number:040X}"
    return Identity(serial_no, public_key, private_key, begin.timestamp(), end.timestamp())


def _opened(
    source: str | bytes | os.PathLike[str], mchid: str, argument: str
) -> tuple[Certificate, RSAPrivateKey | None]:
    """Return the certificate of a file, and the private key where it holds that."""
    content = _pem(source, argument)
    if b"-----BEGIN" in content:
        if b"BEGIN CERTIFICATE" not in content:
            raise ConfigurationError(f"{argument} holds a key and no certificate; it is apiclient_cert.pem")
        try:
            return load_pem_x509_certificate(_first(content, b"CERTIFICATE")), None
        except ValueError:
            raise ConfigurationError(f"{argument} is no certificate in PEM; expected apiclient_cert.pem") from None
    try:
        held = load_pkcs12(content, mchid.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ConfigurationError(
            f"{argument} is neither a certificate in PEM (apiclient_cert.pem) nor an apiclient_cert.p12 of this "
            "merchant, whose password is the mchid"
        ) from None
    if held.cert is None or not isinstance(held.key, RSAPrivateKey):
        raise ConfigurationError(f"{argument} lacks the certificate or its RSA key; expected apiclient_cert.p12")
    return held.cert.certificate, held.key


def _require_size(key: RSAPrivateKey | RSAPublicKey, argument: str) -> None:
    if key.key_size < _SMALLEST:
        raise ConfigurationError(f"{argument} has {key.key_size} bits; APIv3 takes at least {_SMALLEST}")


def _first(pem: bytes, kind: bytes) -> bytes:
    """Return the first block of a kind from a PEM that may hold several, or all of it where none is whole."""
    found = re.search(rb"-----BEGIN ([A-Z0-9 ]*%b)-----.*?-----END \1-----" % kind, pem, re.DOTALL)
    return found[0] if found else pem


def _pem(source: object, argument: str) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, str) and "-----BEGIN" in source:
        # A variable of the environment often holds the line breaks as a backslash and an n, or an r before.
        # What is no character, and so no key, is left to be found out when the key is read.
        return re.sub(r"(\\r)?\\n|\\r", "\n", source).encode(errors="replace")
    if not isinstance(source, (str, os.PathLike)):
        raise ConfigurationError(f"{argument} must be a path, PEM text or bytes, or a loaded key")
    path = os.fsdecode(source)  # a path may say its bytes
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{argument} is neither PEM text nor {_named(path, error)}") from None


def _named(path: str, error: Exception) -> str:
    """Name the file that could not be read, unless the "path" may be a key that lost its PEM frame."""
    reason = getattr(error, "strerror", None) or "not a path"
    if not _is_file_name(path):
        return f"a file that can be read ({reason})"
    return f"a file that can be read: {path} ({reason})"
