"""A platform that costs little: one answer for all, signed anew each second, in a process of its own.

Run as a module it prints its address, answers any POST, and at the end of its input prints how many different ids it
was sent, and how many calls.
"""

from __future__ import annotations

import contextlib
import json
import re
import socketserver
import sys
import threading
import time

from tests import network

_find_id = re.compile(rb'"idempotent_id":"([^"]+)"').search
_find_length = re.compile(rb"(?i)content-length: *(\d+)").search


class _Cheap(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # callers are killed
            self._serve()

    def _serve(self) -> None:
        while True:
            head = b""
            while (line := self.rfile.readline()) not in {b"\r\n", b""}:
                head += line
            if not head:
                return
            length = _find_length(head)
            body = self.rfile.read(int(length[1])) if length else b""
            found = _find_id(body)
            server: Cheap = self.server  # type: ignore[assignment]
            self.wfile.write(server.answer(found[1] if found else b""))


class Cheap(socketserver.ThreadingTCPServer):
    """The platform."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Cheap)
        self.ids: set[bytes] = set()
        self.calls = 0
        self._lock = threading.Lock()
        self._answer, self._second = b"", 0

    @property
    def base_url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, found: bytes) -> bytes:
        """Count a call, and answer it."""
        with self._lock:
            self.ids.add(found)
            self.calls += 1
            if int(time.time()) != self._second:
                self._second = int(time.time())
                self._answer = network.signed(200, b'{"log_id":"1"}', Content_Type="application/json")
            return self._answer


def main() -> None:
    """Serve until the input ends."""
    with Cheap() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        key, public = network.private_pem(network.merchant_key()), network.public_pem(network.platform_key())
        print(json.dumps([server.base_url, key, public]), flush=True)  # noqa: T201
        sys.stdin.read()
        print(json.dumps([len(server.ids), server.calls]), flush=True)  # noqa: T201
        server.shutdown()


if __name__ == "__main__":
    main()
