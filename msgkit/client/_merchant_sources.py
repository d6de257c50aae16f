"""Where the credentials of many merchants come from: a folder, the environment, or a function."""

from __future__ import annotations

import inspect
import json
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import attrs

from msgkit._printable import printable
from msgkit.client import _env_file
from msgkit.client._base import PREFIX, ClientBase, from_variables, missing_variables
from msgkit.errors import ConfigurationError

is_mchid = re.compile(r"[0-9]{1,32}").fullmatch

ARGUMENTS = frozenset(inspect.signature(ClientBase.__init__).parameters) - {"self"}
"""What a client can be given."""

_PATHS = ("private_key", "certificate", "public_key", "platform_certificates", "pictures")
_SETTINGS = ("credentials.json", "env.sh")
_DEFAULTS = {"private_key": "apiclient_key.pem", "certificate": "apiclient_cert.pem", "public_key": "pub_key.pem"}
_FOR_ALL = ("base_url", "backup_url", "platform_certificates")

Stamp: TypeAlias = tuple[tuple[int, ...] | None, ...]


class UnknownMerchantError(ConfigurationError, LookupError):
    """There is no merchant of this number; the text says where it was looked for.

    Attributes:
        mchid: The number.
    """

    def __init__(self, mchid: str, cure: str) -> None:
        self.mchid = mchid
        super().__init__(mchid, cure)

    def __str__(self) -> str:
        return f"there is no merchant {printable(self.mchid[:32])}: {self.args[1]}"


@attrs.frozen
class Found:
    """What a client of a merchant is made from.

    Attributes:
        arguments: The arguments of the client.
        files: What they were read from, and the keys that they name.
        stamp: What these files were before they were read.
    """

    arguments: Mapping[str, Any] = attrs.field(repr=False)
    files: tuple[Path, ...] = ()
    stamp: Stamp = ()

    def is_current(self) -> bool:
        """Tell whether no file was changed, replaced, added or removed since."""
        return _stamp(self.files) == self.stamp


class Source(ABC):
    """Knows merchants, and what clients of them are made from."""

    @abstractmethod
    def __iter__(self) -> Iterator[str]:
        """Go through the merchants that are known to be there.

        Raises:
            ConfigurationError: That cannot be said, or not now.
        """

    @abstractmethod
    def __contains__(self, mchid: str) -> bool:
        """Tell whether there is a merchant."""

    @abstractmethod
    def find(self, mchid: str) -> Found:
        """Return what a client of a merchant is made from.

        Raises:
            UnknownMerchantError: There is no such merchant.
            ConfigurationError: What there is of it cannot be read.
        """


@attrs.frozen
class Folder(Source):
    """A folder that has one for each merchant, named by its mchid.

    Attributes:
        path: The folder.
    """

    path: Path

    def __iter__(self) -> Iterator[str]:
        try:
            with os.scandir(self.path) as entries:
                found = [entry.name for entry in entries if is_mchid(entry.name) and entry.is_dir()]
        except OSError as error:
            raise ConfigurationError(f"merchants: {self._named} cannot be read: {error.strerror}") from None
        yield from sorted(found)

    def __contains__(self, mchid: str) -> bool:
        # Digits only, so that no name leads out of the folder.
        return bool(is_mchid(mchid)) and (self.path / mchid).is_dir()

    def find(self, mchid: str) -> Found:
        if mchid not in self:
            raise UnknownMerchantError(mchid, f"make {self._named}/MCHID with its credentials.json or env.sh")
        folder = self.path / mchid
        files = tuple(folder / name for name in (*_SETTINGS, *_DEFAULTS.values()))
        stamp = _stamp(files)
        found = {**_defaults(folder), **_read(folder, mchid), "mchid": mchid}
        if "public_key_id" not in found:
            found.pop("public_key", None)  # left over from before platform certificates, or no use without its id
        if "serial_no" in found and "certificate" not in found and "private_key" not in found:
            found.pop("serial_no")
        found |= {name: _within(folder, found[name]) for name in _PATHS if name in found}
        keys = tuple(each for name in _DEFAULTS for each in _files(found.get(name)) if each not in files)
        return Found(found, files + keys, stamp + _stamp(keys))

    @property
    def _named(self) -> str:
        return printable(str(self.path))


@attrs.frozen
class Variables(Source):
    """Variables, such as the environment: ``WECHATPAY_MCHIDS``, and ``WECHATPAY_1900012181_PRIVATE_KEY`` and so on.

    Attributes:
        environ: The variables.
    """

    environ: Mapping[str, str] = attrs.field(repr=False)

    def __iter__(self) -> Iterator[str]:
        named = [each.strip() for each in self.environ.get(f"{PREFIX}MCHIDS", "").split(",") if each.strip()]
        if not named:
            raise ConfigurationError(f"not set in the environment: {PREFIX}MCHIDS, the mchids with commas between them")
        if any(not is_mchid(each) for each in named):
            raise ConfigurationError(f"{PREFIX}MCHIDS must be mchids, digits, with commas between them")
        yield from dict.fromkeys(named)

    def __contains__(self, mchid: str) -> bool:
        return mchid in list(self)

    def find(self, mchid: str) -> Found:
        if mchid not in self:
            raise UnknownMerchantError(mchid, f"name it in {PREFIX}MCHIDS and set {PREFIX}MCHID_PRIVATE_KEY and so on")
        prefix = f"{PREFIX}{mchid}_"
        # Keys are a merchant's own: one that is set for a single client is nobody else's.
        shared = {name: value for name, value in from_variables(self.environ).items() if name in _FOR_ALL}
        found = {**shared, **from_variables(self.environ, prefix), "mchid": mchid}
        if missing := missing_variables(found, prefix):
            raise ConfigurationError(f"not set in the environment: {', '.join(missing)}")
        return Found(found)


@attrs.frozen
class Function(Source):
    """A function that gives the arguments of a merchant's client, such as a secret store's.

    Attributes:
        function: The function.
        mchids: Which merchants there are; None where nobody says.
    """

    function: Callable[[str], Mapping[str, Any] | None]
    mchids: Collection[str] | None

    def __iter__(self) -> Iterator[str]:
        if self.mchids is None:
            raise ConfigurationError("merchants: a function does not say which there are; give mchids= beside it")
        yield from self.mchids

    def __contains__(self, mchid: str) -> bool:
        if not is_mchid(mchid):
            return False
        return self.function(mchid) is not None if self.mchids is None else mchid in self.mchids

    def find(self, mchid: str) -> Found:
        is_there = bool(is_mchid(mchid)) and (self.mchids is None or mchid in self.mchids)
        given: object = self.function(mchid) if is_there else None
        if given is None:
            raise UnknownMerchantError(mchid, "the function has none, or mchids= does not name it")
        if not isinstance(given, Mapping):
            raise ConfigurationError(
                f"merchant {mchid}: the function must return the arguments of Client as a mapping, or None; "
                f"it returned {type(given).__name__}"
            )
        found = dict(given)
        _check(found, mchid, "what the function returned")
        return Found({**found, "mchid": mchid})


def _read(folder: Path, mchid: str) -> dict[str, Any]:
    """Read what a merchant's folder says, but for the keys that lie in it by their usual names."""
    path = next((folder / name for name in _SETTINGS if (folder / name).exists()), None)
    if path is None:
        return {}
    where = f"{path.name} of merchant {mchid}"
    if not path.is_file():  # of a pipe nobody may ever write
        raise ConfigurationError(f"{where}: it is no regular file; write the credentials into one")
    try:
        found = from_variables(_env_file.read(path)) if path.suffix == ".sh" else json.loads(_env_file.text_of(path))
    except (ValueError, RecursionError) as error:
        why = str(error) if type(error) is ValueError else "it is no JSON"  # which would be quoted
        raise ConfigurationError(f"{where}: {why}") from None
    if not isinstance(found, dict):
        raise ConfigurationError(f"{where}: it must be an object with the arguments of Client")
    _check(found, mchid, where)
    return found


def _check(found: Mapping[str, Any], mchid: str, where: str) -> None:
    """Refuse what is no argument of a client, or another merchant's."""
    unknown = [printable(str(name)[:64]) for name in found if name not in ARGUMENTS]
    if unknown:
        raise ConfigurationError(f"merchant {mchid}: {where} has {', '.join(unknown[:3])}, no argument of Client")
    if found.get("mchid", mchid) != mchid:
        raise ConfigurationError(f"merchant {mchid}: {where} is of another mchid")


def _defaults(folder: Path) -> dict[str, Any]:
    """Return the keys that lie in a folder by the names that WeChat Pay's tools give them."""
    return {argument: name for argument, name in _DEFAULTS.items() if (folder / name).is_file()}


def _within(folder: Path, value: Any) -> Any:
    """Return a path as it is meant in a folder; PEM text and all else as it is."""
    if isinstance(value, Mapping):
        return {name: _within(folder, each) for name, each in value.items()}
    is_path = isinstance(value, str) and value.strip() and "-----BEGIN" not in value and "\0" not in value
    return str(folder / value) if is_path else value


def _files(value: Any) -> Iterator[Path]:
    """Yield the files that an argument names."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _files(each)
    elif isinstance(value, str) and "-----BEGIN" not in value and "\0" not in value:
        yield Path(value)


def _stamp(files: tuple[Path, ...]) -> Stamp:
    """Return what tells files from what they were at another time."""
    return tuple(map(_stamp_of, files))


def _stamp_of(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):  # it is not there, or no text that could be a path
        return None
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)
