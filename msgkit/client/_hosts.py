"""The platform's hosts: which one is asked next.

Source: WeChat Pay documentation, APIv3 接口规则: 基本规则, 跨城冗灾方案 (the backup host has the same certificates,
paths and credentials).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from enum import Enum
from urllib.parse import urlsplit

import requests

from msgkit.client._addresses import is_loopback
from msgkit.errors import ApiError, ConfigurationError, ResponseVerificationError, SendError, TransportError

PRIMARY = "https://api.mch.weixin.qq.com"
BACKUP = "https://api2.mch.weixin.qq.com"

REST = 30.0
"""Seconds for which a host that failed is left for the other one."""

_SERVER_ERRORS = 500  # and above
_find_unprintable = re.compile(r"[^!-~\x80-\U0010ffff]").search


class Documented(Enum):
    """What a backup host is where none is named."""

    BACKUP = "the documented one"


DOCUMENTED = Documented.BACKUP


class Hosts:
    """Chooses between the hosts; safe for many threads, which see each other's failures.

    Args:
        primary: Scheme and host.
        backup: Likewise; None where there is none.
        clock: Tells a time in seconds that only grows.
    """

    def __init__(self, primary: str, backup: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.all: tuple[str, ...] = (primary,) if backup is None or backup == primary else (primary, backup)
        self._clock = clock
        # Until when each rests. Set by one assignment each, so it needs no lock.
        self._rests: dict[str, float] = dict.fromkeys(self.all, float("-inf"))

    @classmethod
    def of(cls, base_url: str, backup_url: str | Documented | None) -> Hosts:
        """Return the hosts that a client was told.

        Raises:
            ConfigurationError: One of them cannot be.
        """
        primary = checked(base_url, "base_url")
        if isinstance(backup_url, Documented):
            # Never beside a sandbox: what is tried there must not reach the real platform.
            return cls(primary, BACKUP if primary == PRIMARY else None)
        return cls(primary, None if backup_url is None else checked(backup_url, "backup_url"))

    def choose(self, preferred: str | None = None) -> str:
        """Return whom to ask: the first that does not rest, or the one whose rest is over first.

        Args:
            preferred: The one to begin with, where an answer named it.
        """
        now = self._clock()
        for host in self.all if preferred is None else (preferred, *self.all):
            if self._rests.get(host, now + 1) <= now:
                return host
        return min(self.all, key=lambda host: self._rests[host])

    def failed(self, host: str) -> None:
        """Leave a host alone for a while."""
        if host in self._rests:
            self._rests[host] = self._clock() + REST

    def served(self, host: str) -> None:
        """Take a host that answered for one that is there."""
        if host in self._rests:
            self._rests[host] = float("-inf")


def is_the_hosts(error: SendError) -> bool:
    """Tell whether an error speaks against the host: another one may do better."""
    if isinstance(error, ApiError):
        return error.status >= _SERVER_ERRORS
    return isinstance(error, (TransportError, ResponseVerificationError))


def checked(url: str, argument: str) -> str:
    """Return the URL of a host without a final slash, or say what is wrong with it.

    Raises:
        ConfigurationError: It is none that can be asked.
    """
    try:
        if _find_unprintable(url):  # which urlsplit would take out
            raise ValueError  # noqa: TRY301
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except (ValueError, AttributeError, TypeError):
        raise ConfigurationError(f"{argument} must be a URL such as {PRIMARY}") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host or "")):
        raise ConfigurationError(f"{argument} must start with https:// (http:// is for a sandbox on this machine only)")
    if not host or parts.username is not None or parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigurationError(f"{argument} must be a scheme and a host only, such as {PRIMARY}")
    found = f"{parts.scheme}://{parts.netloc}"
    try:
        host.encode("idna")  # As connecting will do.
        prepared = requests.Request("GET", f"{found}/").prepare()
    except (requests.RequestException, UnicodeError):
        raise ConfigurationError(f"{argument} must have a host such as api.mch.weixin.qq.com") from None
    if prepared.path_url != "/" or any(map(str.isspace, host)):
        raise ConfigurationError(f"{argument} must have a host such as api.mch.weixin.qq.com")
    return found
