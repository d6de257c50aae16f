"""What can be told of settings and keys without asking anybody."""

from __future__ import annotations

import difflib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from msgkit._apiv3.keys import Identity, load_certificate, load_private_key
from msgkit._apiv3.signing import _mchid, _serial_no as _is_serial_no
from msgkit._cli._chinese import in_language
from msgkit._cli._doctor import _words
from msgkit._cli._doctor._report import Finding, Status
from msgkit._cli._settings import PREFIX
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.client import Client
from msgkit.client._base import VARIABLES, _switch, missing_variables
from msgkit.client._credentials import _apiv3_key, _private_key, _public_keys, _serial_no
from msgkit.client._hosts import DOCUMENTED, PRIMARY, Hosts
from msgkit.errors import ConfigurationError

SOON = 30
"""Days before the end of a certificate from which on it is a warning."""

_DAY = 24 * 3600


@attrs.frozen
class Settings:
    """The variables that are set.

    Attributes:
        given: Their values, by the names of the client's arguments.
        others: The names of those that nobody reads.
        lang: The language that findings are said in.
    """

    given: Mapping[str, Any] = attrs.field(repr=False)
    others: tuple[str, ...]
    lang: str

    @classmethod
    def of(cls, environ: Mapping[str, str], lang: str) -> Settings:
        """Take up what an environment says."""
        names = {f"{PREFIX}{name.upper()}": name for name in VARIABLES}
        given: dict[str, Any] = {name: environ[key] for key, name in names.items() if environ.get(key)}
        if "platform_certificates" in given:
            given["platform_certificates"] = _switch(given["platform_certificates"])
        others = (each for each in environ if each.startswith(PREFIX) and each not in names)
        return cls(given, tuple(sorted(others)), lang)

    @property
    def missing(self) -> list[str]:
        """The variables that would be needed."""
        return missing_variables(self.given)

    @property
    def uses_certificates(self) -> bool:
        """Whether the platform signs with its certificates (too)."""
        return bool(self.given.get("platform_certificates"))

    @property
    def uses_public_key(self) -> bool:
        """Whether the platform signs with its public key (too)."""
        return "public_key" in self.given or "public_key_id" in self.given

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that a client asks.

        Raises:
            ConfigurationError: One of them cannot be.
        """
        return Hosts.of(self.given.get("base_url", PRIMARY), self.given.get("backup_url", DOCUMENTED)).all

    def say(self, words: Words, **params: object) -> str:
        """Say something in the language that was asked for."""
        return words.text(self.lang, **params)

    def reason(self, error: Exception | str) -> str:
        """Say what the library says."""
        return in_language(printable(str(error)), self.lang)


def look_at(settings: Settings) -> list[Finding]:
    """Look at the settings, and at each key that they name."""
    found = [_settings(settings)]
    identity, failed = _identity(settings)
    key: RSAPrivateKey | None = None
    if "private_key" in settings.given or identity is not None:
        key, finding = _key(settings, identity)
        found.append(finding)
    found += [failed or _certificate(settings, identity, key), _public_key(settings, key)]
    if not any(each.status is Status.ERROR for each in found):
        found[0] = _as_a_whole(settings) or found[0]
    return found


def _as_a_whole(settings: Settings) -> Finding | None:
    """Return what a client says against settings of which each is right by itself."""
    try:
        Client(**settings.given)
    except ConfigurationError as error:
        return Finding("settings", Status.ERROR, settings.reason(error), settings.say(_words.SETTINGS_CURE))
    return None


def _settings(settings: Settings) -> Finding:
    if missing := settings.missing:
        wrong = {each: near for each in settings.others if (near := difflib.get_close_matches(each, missing, n=1))}
        typo = next(({"wrong": each, "near": near[0]} for each, near in wrong.items()), {})
        cure = settings.say(_words.MISSING_CURE, **typo)
        return Finding("settings", Status.ERROR, settings.say(_words.MISSING, names=missing), cure)
    try:
        _mchid(None, None, settings.given["mchid"])
        _ = settings.hosts
        _apiv3_key(settings.given.get("apiv3_key"))
    except ConfigurationError as error:
        cure = settings.say(_words.SETTINGS_CURE)
        return Finding("settings", Status.ERROR, settings.reason(error), cure)
    both = settings.uses_certificates, settings.uses_public_key
    how = {(True, False): _words.BY_CERTIFICATES, (False, True): _words.BY_KEY}.get(both, _words.BY_BOTH)
    said = settings.say(_words.SETTINGS, mchid=settings.given["mchid"], how=settings.say(how))
    return Finding("settings", Status.OK, said)


def _identity(settings: Settings) -> tuple[Identity | None, Finding | None]:
    """Return what the merchant's certificate says, or what is wrong with it."""
    certificate = settings.given.get("certificate")
    if certificate is None:
        return None, None
    try:
        return load_certificate(certificate, settings.given.get("mchid", "")), None
    except ConfigurationError as error:
        cure = settings.say(_words.CERTIFICATE_CURE)
        return None, Finding("certificate", Status.ERROR, settings.reason(error), cure)


def _key(settings: Settings, identity: Identity | None) -> tuple[RSAPrivateKey | None, Finding]:
    """Load the key, from its own file or that of the certificate."""
    given = settings.given.get("private_key")
    try:
        key = _private_key(None, identity) if given is None else load_private_key(given)
    except ConfigurationError as error:
        cure = settings.say(_words.KEY_CURE)
        return None, Finding("private_key", Status.ERROR, settings.reason(error), cure)
    return key, Finding("private_key", Status.OK, settings.say(_words.KEY, bits=key.key_size))


def _certificate(settings: Settings, identity: Identity | None, key: RSAPrivateKey | None) -> Finding:
    serial_no, cure = settings.given.get("serial_no"), settings.say(_words.CERTIFICATE_CURE)
    try:
        if serial_no is None and identity is None:
            return Finding("certificate", Status.NOTE, settings.say(_words.NO_KEY))
        serial_no = _serial_no(serial_no, identity)
        _is_serial_no(None, None, serial_no)
        if key is not None:
            _private_key(key, identity)
    except ConfigurationError as error:
        return Finding("certificate", Status.ERROR, settings.reason(error), cure)
    if identity is None:
        return Finding("certificate", Status.NOTE, settings.say(_words.NO_CERTIFICATE, serial=serial_no))
    said = settings.say(_words.CERTIFICATE, serial=identity.serial_no, **until(identity.expires))
    if days_left(identity.expires) < SOON:
        return Finding("certificate", Status.WARNING, said, settings.say(_words.CERTIFICATE_SOON))
    return Finding("certificate", Status.OK, said)


def _public_key(settings: Settings, own: RSAPrivateKey | None) -> Finding:
    if not settings.uses_public_key:
        return Finding("public_key", Status.NOTE, settings.say(_words.NO_PUBLIC_KEY))
    name, given = settings.given.get("public_key_id"), settings.given.get("public_key")
    try:
        # It must not be the merchant's own; where that is not known, any other will do.
        key = _public_keys(name, given, own or generate_private_key(65537, 2048))[str(name)]
    except ConfigurationError as error:
        cure = settings.say(_words.PUBLIC_KEY_CURE)
        return Finding("public_key", Status.ERROR, settings.reason(error), cure)
    return Finding("public_key", Status.OK, settings.say(_words.PUBLIC_KEY, id=name, bits=key.key_size))


def days_left(expires: float) -> int:
    """Return how many whole days are left until a time in seconds since the epoch."""
    return int((expires - time.time()) // _DAY)


def until(expires: float) -> dict[str, object]:
    """Return what is said of the end of a certificate."""
    return {"date": datetime.fromtimestamp(expires, UTC).date().isoformat(), "days": days_left(expires)}
