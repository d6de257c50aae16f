"""Notifications posted to the merchant: in the background, to this machine alone, over connections kept alive."""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import logging
import os
import socket
import threading
import time

from msgkit.sandbox.envelopes import SignedNotification, signed_notification
from msgkit.sandbox.keyring import Keyring
from msgkit.sandbox.loopback import Address
from msgkit.sandbox.push_queue import LANES, Pushes

logger = logging.getLogger("msgkit.sandbox")

#: Within how many seconds the platform wants an answer (投诉通知回调).
TIMEOUT = 5.0

# How much of an answer is read, in bytes: its status is all that counts.
_READ = 64 * 1024


class Poster:
    """Posts what is to be posted, each lane in a thread of its own that begins with the first that it has.

    Args:
        pushes: What is to be posted.
        keyring: What it is sealed and signed with.
    """

    def __init__(self, pushes: Pushes, keyring: Keyring) -> None:
        self._pushes = pushes
        self._keyring = keyring
        self._lines = [_Line() for _ in range(LANES)]
        self._threads: dict[int, threading.Thread] = {}
        # After a fork the threads are the parent's, and so is what they post.
        self._process = os.getpid()

    def start(self) -> None:
        """Begin. No thread does before there is something to post."""
        self._pushes.open(self._wake)

    def stop(self) -> None:
        """End, and return once each thread has; what is under way is cut."""
        self._pushes.close()
        if os.getpid() == self._process:
            for line in self._lines:
                line.cut()
            for thread in self._threads.values():
                thread.join()

    def _wake(self, lane: int) -> None:
        if lane not in self._threads and os.getpid() == self._process:
            thread = threading.Thread(target=self._work, args=(lane,), name=f"msgkit-notify-{lane}", daemon=True)
            self._threads[lane] = thread
            thread.start()

    def _work(self, lane: int) -> None:
        line = self._lines[lane]
        while (taken := self._pushes.take(lane)) is not None:
            delivery, push, address = taken
            status, error = None, None
            try:
                status = line.post(address, signed_notification(push, self._keyring))
            except (OSError, http.client.HTTPException) as failed:
                error = type(failed).__name__
            except Exception as failed:  # noqa: BLE001 - the next one is posted, whatever this one fails by
                error = type(failed).__name__
                logger.error("fault in the sandbox: %s", error)  # noqa: TRY400 - its text may quote a customer
            self._pushes.finish(delivery, status, error)
        line.close()


class _Connection(http.client.HTTPConnection):
    """A connection to this machine, whatever ``localhost`` means here."""

    def connect(self) -> None:
        super().connect()
        if not ipaddress.ip_address(self.sock.getpeername()[0]).is_loopback:
            self.close()
            raise ConnectionRefusedError("the host is not this machine")

    @property
    def is_usable(self) -> bool:
        """Whether it was kept alive: what can be read before anything was asked is its end."""
        if self.sock is None:
            return False
        self.sock.settimeout(0)
        try:
            self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self.sock.settimeout(TIMEOUT)
        return False


class _Line:
    """What one thread posts by: one connection at a time, kept alive where the other side keeps it."""

    def __init__(self) -> None:
        self._address: Address | None = None
        self._connection: _Connection | None = None
        self._is_cut = False

    def post(self, address: Address, notification: SignedNotification) -> int:
        """Post a notification, and return the status of the answer. A redirection is not followed.

        Raises:
            OSError: No answer came in time.
            HTTPException: What came is no answer.
        """
        connection, is_new = self._connected(address)
        begun = time.monotonic()
        try:
            return self._exchanged(connection, address, notification, begun)
        except ConnectionError:
            # A connection that was kept alive may end just as it is used again.
            if is_new or self._is_cut:
                raise
            return self._exchanged(self._connected(address)[0], address, notification, begun)

    def _connected(self, address: Address) -> tuple[_Connection, bool]:
        if self._connection is not None and self._address == address and self._connection.is_usable:
            return self._connection, False
        self.close()
        self._address, self._connection = address, _Connection(address.host, address.port, timeout=TIMEOUT)
        return self._connection, True

    def _exchanged(
        self, connection: _Connection, address: Address, notification: SignedNotification, begun: float
    ) -> int:
        if self._is_cut:
            raise ConnectionAbortedError("the sandbox stops")
        try:
            connection.request("POST", address.path, notification.body, notification.headers)
            response = connection.getresponse()
            if len(response.read(_READ)) == _READ:
                connection.close()
        except BaseException:
            connection.close()
            raise
        if time.monotonic() - begun > TIMEOUT:
            raise TimeoutError(f"the answer took longer than {TIMEOUT:g} s")
        return response.status

    def cut(self) -> None:
        """End what is under way, from another thread."""
        self._is_cut = True
        found = None if self._connection is None else self._connection.sock
        if found is not None:
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
