"""Which merchants a notification may be for: what tells them apart, without a client of each.

A client has its private key, which takes long to load. To hear, a merchant needs WeChat Pay's keys and its APIv3 key.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from msgkit._apiv3.certificates import KeyRing
from msgkit._apiv3.notifications import Reader
from msgkit._apiv3.verification import Verifier
from msgkit.client._base import ClientBase
from msgkit.client._credentials import _apiv3_key, load_public_keys
from msgkit.client._hosts import PRIMARY
from msgkit.client._merchant_sources import Found, Source
from msgkit.errors import ConfigurationError

logger = logging.getLogger("msgkit")

BETWEEN_LOOKS = 5.0
"""Seconds between two times that all merchants are looked at because nobody known fits a notification."""

_NEEDED = ("public_key_id", "public_key", "apiv3_key", "platform_certificates", "base_url")


@attrs.define(eq=False)
class Ear:
    """What a merchant hears with.

    Attributes:
        found: What its client is made from, without what only sending needs.
        ids: The ids of the public keys that it believes.
        host: Whose platform certificates it believes; None for nobody's.
        keys: These public keys, once they were needed.
    """

    found: Found
    ids: frozenset[str]
    host: str | None
    keys: dict[str, RSAPublicKey] | None = attrs.field(default=None, repr=False)

    @classmethod
    def of(cls, found: Found) -> Ear:
        """Make it from what a client would be made from."""
        given = found.arguments
        several, named = given.get("public_key"), given.get("public_key_id")
        ids = [*(several if isinstance(several, Mapping) else ()), named]
        host = str(given.get("base_url", PRIMARY)) if given.get("platform_certificates") else None
        return cls(found, frozenset(each for each in ids if isinstance(each, str)), host)

    def reader(self, mchid: str, certificates: Mapping[str, RSAPublicKey]) -> Reader:
        """Return it as one that a notification may be for.

        Raises:
            ConfigurationError: A key is none, or there is no APIv3 key.
        """
        given = self.found.arguments
        key = _apiv3_key(given.get("apiv3_key"))
        if key is None:
            raise ConfigurationError("it needs apiv3_key, which notifications are encrypted with")
        if self.keys is None:
            named, several = given.get("public_key_id"), given.get("public_key")
            self.keys = {} if named is None or several is None else load_public_keys(named, several)
        return Reader(mchid, Verifier({**self.keys, **certificates}), key)


class Listening:
    """Knows the merchants of one process by what notifications to them are signed with.

    Args:
        source: Knows merchants.
        settings: Arguments for all of them.
        clock: Tells a time in seconds that only grows.
    """

    def __init__(
        self, source: Source, settings: Mapping[str, Any], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._source, self._clock = source, clock
        self._settings = {name: value for name, value in settings.items() if name in _NEEDED}
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._ears: dict[str, Ear] = {}
        # Mchids, by the id of a public key or by a host, which are kept apart: a stranger may name anything.
        self._by_key: dict[tuple[str, str], dict[str, None]] = {}
        self._certificates: dict[str, KeyRing] = {}  # by host, of which several merchants have the same
        self._look_from = float("-inf")
        self._turn = 0

    def note(self, mchid: str, found: Found) -> Ear:
        """Take in what a merchant's client is made from."""
        arguments = {**found.arguments, **self._settings}
        lean = {name: arguments[name] for name in _NEEDED if name in arguments}
        ear = Ear.of(attrs.evolve(found, arguments=lean))
        with self._lock:
            self._remove(mchid)
            self._ears[mchid] = ear
            for key in _keys(ear):
                self._by_key.setdefault(key, {})[mchid] = None
        return ear

    def forget(self, mchid: str) -> None:
        """Have a merchant looked at anew."""
        with self._lock:
            self._remove(mchid)
            self._look_from = float("-inf")

    def learn(self, client: ClientBase) -> None:
        """Take in the platform certificates that a client got; all merchants of its host can do with them.

        What is signed with one still has to be encrypted with the APIv3 key of whom it is for.
        """
        ear, certificates = self._ears.get(client.mchid), client._platform.keys.certificates  # noqa: SLF001 - ours
        if certificates and ear is not None and ear.host is not None:
            self._certificates.setdefault(ear.host, KeyRing({})).add(certificates)

    def one(self, mchid: str) -> Reader:
        """Return a merchant as one that a notification may be for.

        Raises:
            UnknownMerchantError: There is none.
            ConfigurationError: Its credentials are broken.
        """
        ear = self._ears.get(mchid)
        if ear is None or not ear.found.is_current():
            ear = self.note(mchid, self._source.find(mchid))
        ring: Mapping[str, RSAPublicKey] = {} if ear.host is None else self._certificates.get(ear.host, {})
        try:
            # One by one: what is among them now may be gone in the next moment.
            return ear.reader(mchid, {serial: key for serial in ring if (key := ring.get(serial)) is not None})
        except ConfigurationError as error:
            raise ConfigurationError(f"merchant {mchid}: {error}") from None

    def candidates(self, serial: str) -> Iterator[Reader]:
        """Yield the merchants that a notification may be for which names a serial.

        Once those that are known are through, all are looked at again: there may be new ones, and other keys.
        """
        tried = set[str]()
        for mchid in self._named_by(serial):
            tried.add(mchid)
            yield from self._usable(mchid)
        self._look()
        for mchid in self._named_by(serial):
            if mchid not in tried:
                yield from self._usable(mchid)

    def next_to_ask(self) -> str | None:
        """Return the merchant whose turn it is to ask the platform for its certificates; None where none has any."""
        with self._lock:
            hosts = {ear.host for ear in self._ears.values() if ear.host is not None}
            mchids = sorted({mchid for host in hosts for mchid in self._by_key.get(("host", host), ())})
            turn, self._turn = self._turn, self._turn + 1
            return mchids[turn % len(mchids)] if mchids else None

    def _named_by(self, serial: str) -> list[str]:
        hosts = [host for host, ring in list(self._certificates.items()) if serial in ring]
        keys = [("key", serial), *(("host", host) for host in hosts)]
        with self._lock:
            return [mchid for key in keys for mchid in self._by_key.get(key, ())]

    def _usable(self, mchid: str) -> Iterator[Reader]:
        try:
            reader = self.one(mchid)
        except Exception as error:  # noqa: BLE001 - whatever a source of credentials raises, others can be heard
            _tell(mchid, error)
        else:
            yield reader

    def _look(self) -> None:
        """Look at all merchants, unless that was just done: whoever sends what fits nobody must not cause much work."""
        with self._looking:  # whoever comes meanwhile waits for what is found
            if self._clock() >= self._look_from:
                try:
                    self._look_at(list(self._source))
                except ConfigurationError as error:
                    logger.warning("%s", error)
                self._look_from = self._clock() + BETWEEN_LOOKS

    def _look_at(self, there: list[str]) -> None:
        with self._lock:
            for mchid in self._ears.keys() - set(there):
                self._remove(mchid)
        for mchid in there:
            ear = self._ears.get(mchid)
            if ear is not None and ear.found.is_current():
                continue
            try:
                self.note(mchid, self._source.find(mchid))
            except Exception as error:  # noqa: BLE001 - likewise
                _tell(mchid, error)

    def _remove(self, mchid: str) -> None:
        """Take a merchant out; the lock is held."""
        ear = self._ears.pop(mchid, None)
        for key in () if ear is None else _keys(ear):
            self._by_key[key].pop(mchid, None)
            if not self._by_key[key]:
                del self._by_key[key]


def _keys(ear: Ear) -> set[tuple[str, str]]:
    return {*(("key", each) for each in ear.ids), *(() if ear.host is None else (("host", ear.host),))}


def _tell(mchid: str, error: Exception) -> None:
    # Of an error that is not ours, which may quote anything, no more than its name.
    said = str(error) if isinstance(error, ConfigurationError) else type(error).__name__
    logger.warning("merchant %s hears no notifications: %s", mchid, said)
