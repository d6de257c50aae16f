"""The directory in which a sandbox keeps its keys from one start to the next."""

import json
import os
import re
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from msgkit.sandbox.certificates import p12
from msgkit.sandbox.credentials import MCHID, Credentials, Keys, write_private
from msgkit.sandbox.errors import SandboxError

#: What is taken from the directory of an earlier sandbox. The platform's key is in no other file and is the sandbox's.
NEEDED = ("credentials.json", "apiclient_key.pem", "pub_key.pem", "platform_key.pem")

#: What is taken too where it is there: the directories of earlier versions have none.
CERTIFICATE, BUNDLE = "apiclient_cert.pem", "apiclient_cert.p12"

#: What the values of ``credentials.json`` look like that are no keys and no addresses.
FORMS = {
    "mchid": MCHID,
    "serial_no": "[0-9A-F]{40}",
    "public_key_id": "PUB_KEY_ID_01[0-9]{26}",
    "apiv3_key": "[0-9A-Za-z]{32}",
}

_LOCK = "sandbox.lock"
_SIZE_LIMIT = 64 * 1024


class StateDir:
    """A directory that belongs to one sandbox at a time.

    A context manager: from ``with`` to the end of the block it is locked, by a lock that ends with its process, however
    that ends.

    Args:
        directory: The directory; made, for its owner alone, where it is missing.

    Raises:
        SandboxError: On entering, where it cannot be written or another sandbox uses it.
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self._folder = Path(directory).absolute()
        self._lock: int | None = None

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            _lock(self._lock)
        except OSError as error:
            self.__exit__(None, None, None)
            raise SandboxError(
                f"another sandbox uses {self._folder}: stop that one, or choose another directory"
            ) from error
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # The file stays: another process may have opened it already and be about to lock it.
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def keys(self) -> Keys | None:
        """The keys of the sandbox that used the directory before; None where none has.

        Raises:
            SandboxError: Some of its files are missing or broken. They may be all that is left of somebody's keys, so
                nothing is replaced.
        """
        if not any(os.path.lexists(self._folder / name) for name in (*NEEDED, CERTIFICATE, BUNDLE, "env.sh")):
            return None
        try:
            return self._read()
        except OSError as error:
            reason = f"{Path(str(error.filename)).name}: {error.strerror}"
        except ValueError as error:
            reason = str(error)
        raise SandboxError(
            f"{self._folder} holds files of a sandbox, or with their names, that cannot be used: {reason}."
            " Nothing was changed: choose another directory, or empty this one for new keys"
        )

    def write(self, keys: Keys, credentials: Credentials) -> None:
        """Write what the next start takes up, and what the merchant needs.

        Args:
            keys: The keys to keep.
            credentials: What they issue for where the sandbox listens now.

        Raises:
            SandboxError: The directory cannot be written.
        """
        try:
            keys.write_platform_key(self._folder / "platform_key.pem")
            credentials.write(self._folder)
            self._write_certificate(keys, credentials)
        except OSError as error:
            raise self._unwritable(error) from error

    def _write_certificate(self, keys: Keys, credentials: Credentials) -> None:
        if keys.certificate is None or keys.certificate_pem is None:
            return
        write_private(self._folder / CERTIFICATE, keys.certificate_pem)
        # Each writing of a bundle has a salt of its own, and it was read before if it was there.
        if not os.path.lexists(self._folder / BUNDLE):
            key = _private_key("apiclient_key.pem", {"apiclient_key.pem": credentials.private_key})
            write_private(self._folder / BUNDLE, p12(credentials.mchid, key, keys.certificate))

    def _read(self) -> Keys:
        texts = {name: _text(self._folder / name) for name in NEEDED}
        values = _values(texts["credentials.json"])
        merchant = _private_key("apiclient_key.pem", texts)
        platform = _private_key("platform_key.pem", texts)
        issued = Credentials(
            base_url="", private_key=texts["apiclient_key.pem"], public_key=texts["pub_key.pem"], **values
        )
        keys = Keys.made_of(issued, merchant.public_key(), platform, self._certificate(issued, merchant))
        if not keys.are_a_pair:
            raise ValueError("pub_key.pem does not belong to platform_key.pem")
        return keys

    def _certificate(self, issued: Credentials, merchant: rsa.RSAPrivateKey) -> x509.Certificate | None:
        """The merchant's certificate, from either file; None where there is neither."""
        found = [read(self._folder, issued.mchid) for read in (_from_pem, _from_p12)]
        present = [certificate for certificate in found if certificate is not None]
        for certificate in present:
            if certificate != present[0] or certificate.serial_number != int(issued.serial_no, 16):
                raise ValueError(f"{CERTIFICATE} and {BUNDLE} do not belong to credentials.json")
            if certificate.public_key() != merchant.public_key():
                raise ValueError(f"{CERTIFICATE} and {BUNDLE} do not belong to apiclient_key.pem")
        return present[0] if present else None

    def _unwritable(self, error: OSError) -> SandboxError:
        return SandboxError(f"cannot write the credentials into {self._folder}: {error.strerror}")


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _from_pem(folder: Path, _: str) -> x509.Certificate | None:
    if not os.path.lexists(folder / CERTIFICATE):
        return None
    try:
        return x509.load_pem_x509_certificate(_bytes(folder / CERTIFICATE))
    except ValueError:
        raise ValueError(f"{CERTIFICATE} is no certificate in PEM form") from None


def _from_p12(folder: Path, mchid: str) -> x509.Certificate | None:
    if not os.path.lexists(folder / BUNDLE):
        return None
    try:
        _, certificate, _ = pkcs12.load_key_and_certificates(_bytes(folder / BUNDLE), mchid.encode())
    except (ValueError, UnsupportedAlgorithm):
        certificate = None
    if certificate is None:
        raise ValueError(f"{BUNDLE} holds no certificate under the password that it should have")
    return certificate


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        raw = file.read(_SIZE_LIMIT + 1)
    if len(raw) > _SIZE_LIMIT:
        raise ValueError(f"{path.name} is too large")
    return raw


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8") from None


def _values(text: str) -> dict[str, str]:
    try:
        document: Any = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("credentials.json is not JSON") from None
    if not isinstance(document, dict):
        raise ValueError("credentials.json is no object")  # noqa: TRY004 - one error for all
    for name, form in FORMS.items():
        value = document.get(name)
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise ValueError(f"credentials.json has no {name} of a sandbox")
    return {name: document[name] for name in FORMS}


def _private_key(name: str, texts: dict[str, str]) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(texts[name].encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{name} is no private RSA key in PEM form")  # noqa: TRY004 - one error for all
    return key
