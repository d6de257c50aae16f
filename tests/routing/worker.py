"""A worker process of the tests: answers what customers do, until it is killed."""

from __future__ import annotations

import sys
import time

from msgkit import Client, Message, Router

INBOX, LEASE, WORKERS = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])


def main() -> None:
    """Work until the end."""
    with Client.from_env(total=3.0) as client:
        router = Router(client, inbox=INBOX, lease=LEASE)

        @router.on_complaint
        def welcome() -> Message:
            return Message().text("您好")

        @router.on_tap
        @router.on_message
        def answer(text: str) -> Message:
            time.sleep(0.01)
            return Message().text(f"收到：{text}")

        with router.running(workers=WORKERS):
            print("ready", flush=True)  # noqa: T201 - whoever started it waits for this
            time.sleep(600)


main()
