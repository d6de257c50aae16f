"""RSA keys, which take their time to make: spare ones are kept for the next certificate that needs one."""

import threading
from collections.abc import Iterable

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

#: How many spare keys are kept.
SPARE_LIMIT = 8

_lock = threading.Lock()
_spare: list[rsa.RSAPrivateKey] = []


def new_key() -> rsa.RSAPrivateKey:
    """Make a key of 2048 bits, as WeChat Pay uses them."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def take_key() -> rsa.RSAPrivateKey:
    """A key that nobody uses: a spare one, or a new one where there is none."""
    with _lock:
        if _spare:
            return _spare.pop()
    return new_key()


def give_back(keys: Iterable[rsa.RSAPrivateKey]) -> None:
    """Take back keys that are used no longer. They come back under another serial number, and never twice at once."""
    with _lock:
        _spare.extend(keys)
        del _spare[SPARE_LIMIT:]


def private_pem(key: rsa.RSAPrivateKey) -> str:
    """A private key as PEM text (PKCS#8)."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def public_pem(key: rsa.RSAPublicKey) -> str:
    """A public key as PEM text."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode("ascii")
