"""An end for every call: sockets that ask, before each step, what the call may still take.

A socket's own timeout starts anew with every byte, so a server that sends one now and then holds a call for ever; and
http.client reads heads, interim answers and trailers without counting. Here the seconds and bytes of a whole call stand
in one place, and each step of a socket is given no more than what is left: connecting, TLS, sending and reading.
"""

from __future__ import annotations

import functools
import http.client
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import attrs
import urllib3.util.connection
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError

_SWITCHING_PROTOCOLS = 101


class TooLargeError(Exception):
    """More bytes came than a call may take."""


class RouteError(Exception):
    """There is no way to the host.

    Attributes:
        is_lasting: There will be none until something is mended: a proxy that is none, authorities that are not there.
    """

    def __init__(self, message: str, *, is_lasting: bool = True) -> None:
        super().__init__(message)
        self.is_lasting = is_lasting


@attrs.define
class Budget:
    """What a call may still take, and what has become of it.

    Attributes:
        connect: Seconds for connecting, all addresses of a host and TLS together.
        step: Seconds to wait for the next byte.
        total: Seconds for everything.
        room: Bytes that may still come.
        target: The path and query as they are sent, which no library is to write in another way.
        admits: Tells whether the call may go to an address; None where it may go to any.
        end: When the call, or the part of it that is under way, must be over, by the monotonic clock.
        is_connecting: A connection is being opened.
        is_sent: Something of the request went out over a connection that was open; until then nobody can have acted
            on it.
    """

    connect: float
    step: float
    total: float
    room: int
    target: str = ""
    admits: Callable[[str], bool] | None = None
    end: float = attrs.field(init=False)
    is_connecting: bool = attrs.field(default=False, init=False)
    is_sent: bool = attrs.field(default=False, init=False)
    _whole: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.end = self._whole = time.monotonic() + self.total

    @property
    def left(self) -> float:
        """Seconds that are left; none or fewer where the time is up."""
        return self.end - time.monotonic()

    def share(self, parts: int = 1) -> float:
        """Return how many seconds the next step may take, where so many like it may be needed.

        Raises:
            TimeoutError: None is left.
        """
        left = self.left
        if left <= 0:
            raise TimeoutError("timed out")
        return min(left / parts, self.step)

    def take(self, size: int) -> None:
        """Count bytes that came.

        Raises:
            TooLargeError: They are more than there was room for.
        """
        self.room -= size
        if self.room < 0:
            raise TooLargeError

    @contextmanager
    def connecting(self) -> Iterator[None]:
        """Leave no more than the seconds for connecting until the block ends."""
        self.start_connecting()
        try:
            yield
        finally:
            self.connected()

    def start_connecting(self) -> None:
        """Leave no more than the seconds for connecting, until `connected` is called."""
        self.end = min(self._whole, time.monotonic() + self.connect)
        self.is_connecting = True

    def connected(self) -> None:
        """Leave all that is left again."""
        self.end = self._whole
        self.is_connecting = False

    def sending(self) -> None:
        """Take note that something goes out."""
        # What is said while a connection is opened is said to a proxy.
        self.is_sent = self.is_sent or not self.is_connecting

    def require_admitted(self, addresses: Iterable[str]) -> None:
        """Let a call go on to addresses that it may go to.

        Raises:
            RouteError: It may not go to one of them.
        """
        if self.admits is not None and not all(map(self.admits, addresses)):
            raise RouteError("the host is this machine or in a private network, which no picture of the platform is")


# Sockets are made deep inside urllib3 and ssl, and one of them serves call after call: what the call under way may take
# reaches them from beside, as a deadline does that is set for a whole task.
_under_way: ContextVar[Budget] = ContextVar("msgkit_budget")


def under_way() -> Budget:
    """Return what the call under way may take.

    Raises:
        LookupError: There is none.
    """
    return _under_way.get()


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """Make a budget that of this thread, task or greenlet until the block ends."""
    token = _under_way.set(budget)
    try:
        yield
    finally:
        _under_way.reset(token)


class _Bounded(socket.socket if TYPE_CHECKING else object):  # type: ignore[misc]
    """What a socket does, within the budget of the call under way; arguments are those of its class, gevent's too."""

    def _prepare(self) -> None:
        if budget := _under_way.get(None):
            self.settimeout(budget.share())

    def _prepare_to_send(self) -> None:
        if budget := _under_way.get(None):
            self.settimeout(budget.share())
            budget.sending()

    def do_handshake(self, *args: Any, **kwargs: Any) -> None:
        self._prepare()
        getattr(super(), "do_handshake")(*args, **kwargs)  # noqa: B009 - of TLS's sockets only

    def send(self, *args: Any, **kwargs: Any) -> int:
        self._prepare_to_send()
        sent: int = super().send(*args, **kwargs)
        return sent

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self._prepare_to_send()
        super().sendall(*args, **kwargs)

    def recv(self, *args: Any, **kwargs: Any) -> bytes:
        self._prepare()
        data: bytes = super().recv(*args, **kwargs)
        _count(len(data))
        return data

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self._prepare()
        size: int = super().recv_into(*args, **kwargs)
        _count(size)
        return size


def _count(size: int) -> None:
    if budget := _under_way.get(None):
        budget.take(size)


@functools.cache
def bounded(cls: Any) -> Any:
    """Return a class of sockets that keeps to the budget of the call under way.

    Args:
        cls: The class to start from, as it stands in its module now: gevent puts others there, perhaps long after this
            module was imported.
    """
    return type(f"Bounded{cls.__name__}", (_Bounded, cls), {})


class _FinalResponse(http.client.HTTPResponse):
    """An answer that is the answer: what a server says in between (102, 103) is passed over, as 100 always was."""

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            # 100 is passed over by http.client itself.
            if not http.client.CONTINUE < status < http.client.OK or status == _SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)


class _BoundedConnection(HTTPConnection if TYPE_CHECKING else object):  # type: ignore[misc]
    """How a connection of urllib3 is opened and read, within the budget of the call under way."""

    response_class = _FinalResponse
    _held: bytearray | None = None

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request in one piece, head and body: one record of TLS and mostly one packet, instead of two."""
        self._held = held = bytearray()
        try:
            super().request(*args, **kwargs)
        finally:
            self._held = None
        self.send(held)

    def send(self, data: Any) -> None:
        """Send what is there, or hold it until the rest is."""
        if self._held is None:
            super().send(data)
        else:
            self._held += data

    def connect(self) -> None:
        budget = _under_way.get()
        try:
            with budget.connecting():
                super().connect()
        except TimeoutError:
            raise ConnectTimeoutError(self, f"connecting took longer than {budget.connect:g} s") from None

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        # urllib3 writes escapes in its own way, and what was signed is another text then.
        target = _under_way.get().target
        if not url.startswith("/"):  # a proxy is told the whole URL, or for a tunnel the host alone
            scheme, slashes, rest = url.partition("://")
            target = f"{scheme}{slashes}{rest.partition('/')[0]}{target}" if slashes else url
        super().putrequest(method, target or url, *args, **kwargs)

    def _new_conn(self) -> socket.socket:
        budget = _under_way.get()
        host = self._dns_host.strip("[]")
        family = urllib3.util.connection.allowed_gai_family()
        addresses = socket.getaddrinfo(host, self.port, family, socket.SOCK_STREAM)
        if self.proxy is None:  # a proxy has its own eyes
            budget.require_admitted(str(address[0]) for *_, address in addresses)
        failed: OSError | None = None
        for tried, (*kind, _, address) in enumerate(addresses):
            sock: socket.socket = bounded(socket.socket)(*kind)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                sock.settimeout(budget.share(len(addresses) - tried))
                sock.connect(address)
            except OSError as error:
                sock.close()
                failed = error
            else:
                return sock
        raise failed or OSError(f"{host} has no address")

    @property
    def is_connected(self) -> bool:
        """Whether this connection can carry the next call.

        One on which something lies before anything was asked cannot: that is the answer to nobody's call. urllib3 looks
        at the socket; what TLS has unpacked already lies behind it.
        """
        pending = getattr(self.sock, "pending", None)
        return super().is_connected and not (pending and pending())


@functools.cache
def bounded_connection(cls: type) -> type:
    """Return a class of urllib3's connections that keeps to the budget of the call under way."""
    return type(f"Bounded{cls.__name__}", (_BoundedConnection, cls), {})
