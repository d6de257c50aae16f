"""RSA keys from wherever a merchant keeps them: a file, PEM text, or a key that is loaded already."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from msgkit.errors import ConfigurationError

PrivateKey: TypeAlias = RSAPrivateKey | str | bytes | os.PathLike[str]
PublicKey: TypeAlias = RSAPublicKey | str | bytes | os.PathLike[str]

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
