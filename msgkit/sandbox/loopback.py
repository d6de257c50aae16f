"""Where notifications may be posted to: an address of this machine, and never another one."""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import urlsplit

from attrs import frozen

#: The hosts that are this machine.
HOSTS = ("127.0.0.1", "::1", "localhost")

# What a request line can carry as it stands.
_PRINTABLE = re.compile("[!-~]+")


@frozen
class Address:
    """An address of this machine that notifications are posted to.

    Attributes:
        url: The address as it was given.
        host: One of `HOSTS`.
        port: The port.
        path: The path, at least ``/``.
    """

    url: str
    host: str
    port: int
    path: str

    @classmethod
    def parse(cls, url: object) -> Self:
        """Take an address apart.

        Like the one that a merchant registers (创建投诉通知回调地址), it has no query; unlike that one it is ``http://``.

        Args:
            url: ``http://``, one of `HOSTS`, a port if it is not 80, and a path if there is one.

        Raises:
            ValueError: It is no such address. Nothing is ever posted to another machine.
        """
        wrong = ValueError(
            f"notifications go to this machine only, to an address such as http://127.0.0.1:8000/notify, not {url!r}"
        )
        if not isinstance(url, str) or not _PRINTABLE.fullmatch(url):
            raise wrong
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise wrong from None
        if parts.scheme != "http" or parts.hostname not in HOSTS or "@" in parts.netloc or "?" in url or "#" in url:
            raise wrong
        return cls(url, parts.hostname, 80 if port is None else port, parts.path or "/")
