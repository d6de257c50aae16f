"""A process of the tests that takes a notification in, and is killed as soon as it could answer."""

from __future__ import annotations

import json
import os
import signal
import sys

from msgkit import Client, Router


def main() -> None:
    """Receive what is given on standard input."""
    given = json.load(sys.stdin)
    router = Router(Client.from_env(), inbox=given["inbox"])
    status, _ = router.receive(given["headers"], given["body"])
    if status == 200:
        os.kill(os.getpid(), signal.SIGKILL)


main()
