"""Who calls, and whom it believes: keys and certificates, and how they must fit each other."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import attrs
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from msgkit._apiv3.certificates import KeyRing
from msgkit._apiv3.exchange import Protocol
from msgkit._apiv3.keys import (
    Identity,
    MerchantCertificate,
    PrivateKey,
    PublicKey,
    load_certificate,
    load_private_key,
    load_public_key,
)
from msgkit._apiv3.signing import Signer
from msgkit._apiv3.verification import Verifier
from msgkit.errors import ConfigurationError

PublicKeys: TypeAlias = PublicKey | Mapping[str, PublicKey]
"""WeChat Pay's public key, or several of them by their ids while one replaces another."""

Certificates: TypeAlias = bool | str | os.PathLike[str]
"""Whether the platform signs with its certificates; a folder says too where they are kept."""

_APIV3_KEY_BYTES = 32
_is_public_key_id = re.compile(r"PUB_KEY_ID_[0-9A-Za-z_-]{1,64}").fullmatch


@attrs.frozen
class Credentials:
    """What a client signs with, believes and decrypts with.

    Attributes:
        protocol: Signs and verifies.
        keys: What answers may be signed with.
        apiv3_key: The APIv3 key, 32 bytes; None where none was given.
        certificate: The merchant's certificate; None where none was given.
    """

    protocol: Protocol
    keys: KeyRing
    apiv3_key: bytes | None = attrs.field(repr=False)
    certificate: Identity | None

    @property
    def private_key(self) -> RSAPrivateKey:
        """The merchant's private key."""
        return self.protocol.signer.private_key

    @classmethod
    def load(  # noqa: PLR0913 - they are what they are
        cls,
        *,
        mchid: str,
        serial_no: str | None,
        private_key: PrivateKey | None,
        certificate: MerchantCertificate | None,
        public_key_id: str | None,
        public_key: PublicKeys | None,
        apiv3_key: str | bytes | None,
        platform_certificates: Certificates,
    ) -> Credentials:
        """Load what a client was given; see `Client`.

        Raises:
            ConfigurationError: Something is missing, is not what it should be, or does not fit the rest.
        """
        identity = None if certificate is None else load_certificate(certificate, str(mchid))
        signer = Signer(mchid, _serial_no(serial_no, identity), _private_key(private_key, identity))
        key = _apiv3_key(apiv3_key)
        if platform_certificates and key is None:
            raise ConfigurationError("platform_certificates needs apiv3_key, which they are encrypted with")
        public_keys = _public_keys(public_key_id, public_key, signer.private_key)
        if not public_keys and not platform_certificates:
            raise ConfigurationError(
                "nothing to verify answers with: give public_key_id and public_key, or platform_certificates=True and "
                "apiv3_key"
            )
        keys = KeyRing(public_keys)
        return cls(Protocol(signer, Verifier(keys), public_key_id), keys, key, identity)


def folder_of(platform_certificates: Certificates) -> Path | None:
    """Return the folder that certificates are kept in, where one was named.

    Raises:
        ConfigurationError: It is neither a folder nor a yes or no.
    """
    if isinstance(platform_certificates, bool):
        return None
    is_path = isinstance(platform_certificates, (str, os.PathLike))
    folder = os.fsdecode(platform_certificates) if is_path else ""  # a path may say its bytes
    if not folder or "\0" in folder:
        raise ConfigurationError("platform_certificates must be True, False, or a folder to keep them in")
    return Path(folder)


def _serial_no(serial_no: str | None, identity: Identity | None) -> str:
    if serial_no is None:
        if identity is None:
            raise ConfigurationError("serial_no or certificate is missing: which certificate is private_key that of?")
        return identity.serial_no
    is_number = isinstance(serial_no, str) and re.fullmatch(r"[0-9A-Fa-f]{1,64}", serial_no)
    if identity is not None and is_number and int(serial_no, 16) != int(identity.serial_no, 16):
        raise ConfigurationError("serial_no is not that of certificate; leave it out, the certificate gives it")
    return serial_no


def _private_key(private_key: PrivateKey | None, identity: Identity | None) -> RSAPrivateKey:
    held = None if identity is None else identity.private_key
    if private_key is None and held is None:
        raise ConfigurationError("private_key is missing; it is apiclient_key.pem, or in an apiclient_cert.p12")
    loaded = held if private_key is None else load_private_key(private_key)
    assert loaded is not None  # noqa: S101 - for the type checkers: just looked at
    if identity is not None and loaded.public_key().public_numbers() != identity.public_key.public_numbers():
        raise ConfigurationError("certificate is not that of private_key; both must be of the same merchant and date")
    return loaded


def _public_keys(
    public_key_id: str | None, public_key: PublicKeys | None, private_key: RSAPrivateKey
) -> dict[str, RSAPublicKey]:
    if public_key is None and public_key_id is None:
        return {}
    if public_key is None or public_key_id is None:
        missing, given = ("public_key", "public_key_id") if public_key is None else ("public_key_id", "public_key")
        raise ConfigurationError(f"{missing} is missing; it goes together with {given}")
    loaded = load_public_keys(public_key_id, public_key)
    own = private_key.public_key().public_numbers()
    if any(key.public_numbers() == own for key in loaded.values()):
        raise ConfigurationError(
            "public_key is the merchant's own, of private_key; it must be WeChat Pay's public key, pub_key.pem"
        )
    return loaded


def load_public_keys(public_key_id: str, public_key: PublicKeys) -> dict[str, RSAPublicKey]:
    """Load WeChat Pay's public keys, by their ids; see `Client`.

    Raises:
        ConfigurationError: An id or a key is none, or the key of `public_key_id` is not among them.
    """
    several = public_key if isinstance(public_key, Mapping) else {public_key_id: public_key}
    for name in (public_key_id, *several):
        if not (isinstance(name, str) and _is_public_key_id(name)):
            raise ConfigurationError("public_key_id must be the id of WeChat Pay's public key, PUB_KEY_ID_…")
    if public_key_id not in several:
        raise ConfigurationError(f"public_key has no key for public_key_id, {public_key_id}")
    return {name: load_public_key(key) for name, key in several.items()}


def _apiv3_key(key: object) -> bytes | None:
    if key is None:
        return None
    found = key.encode(errors="replace") if isinstance(key, str) else key
    if not isinstance(found, bytes) or len(found) != _APIV3_KEY_BYTES:
        raise ConfigurationError(f"apiv3_key must have {_APIV3_KEY_BYTES} bytes")
    return found
