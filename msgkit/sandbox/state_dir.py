"""The directory in which a sandbox keeps its keys from one start to the next."""

import json
import os
import re
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from msgkit.sandbox.credentials import MCHID, Credentials, Keys
from msgkit.sandbox.errors import SandboxError

#: What is taken from the directory of an earlier sandbox. The platform's key is in no other file and is the sandbox's.
NEEDED = ("credentials.json", "apiclient_key.pem", "pub_key.pem", "platform_key.pem")

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
        if not any(os.path.lexists(self._folder / name) for name in (*NEEDED, "env.sh")):
            return None
        try:
            return self._read()
        except OSError as error:
            reason = f"{Path(str(error.filename)).name}: {error.strerror}"
        except (ValueError, RecursionError) as error:
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
        except OSError as error:
            raise self._unwritable(error) from error

    def _read(self) -> Keys:
        texts = {name: _text(self._folder / name) for name in NEEDED}
        values = _values(texts["credentials.json"])
        merchant = _private_key("apiclient_key.pem", texts)
        platform = _private_key("platform_key.pem", texts)
        issued = Credentials(
            base_url="", private_key=texts["apiclient_key.pem"], public_key=texts["pub_key.pem"], **values
        )
        keys = Keys(issued, merchant.public_key(), platform)
        if not keys.are_a_pair:
            raise ValueError("pub_key.pem does not belong to platform_key.pem")
        return keys

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


def _text(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(_SIZE_LIMIT + 1)
    if len(raw) > _SIZE_LIMIT:
        raise ValueError(f"{path.name} is too large")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path.name} is not UTF-8") from None


def _values(text: str) -> dict[str, str]:
    try:
        document: Any = json.loads(text)
    except json.JSONDecodeError:
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
