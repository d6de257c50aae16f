"""A program that uses a client, forks, and sends from all its processes at once; run by `test_fork`.

It takes the base URL, the number of children, the number of sends of each process and the kind of client, and prints
for each send the idempotent_id and the log_id that came back for it.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

from msgkit import AsyncClient
from tests.network import IMMEDIATE, MCHID, MESSAGE, PUBLIC_KEY_ID, SERIAL_NO, client_of


def main() -> None:
    """Send once, fork, and send from everywhere."""
    base_url, children, sends = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    keys: dict[str, Any] = {"private_key": sys.stdin.read(), "public_key": "keys/platform.pem"}
    if sys.argv[4] == "awaiting":
        made = AsyncClient(
            mchid=MCHID, serial_no=SERIAL_NO, public_key_id=PUBLIC_KEY_ID, base_url=base_url, retry=None, **keys
        )
        asyncio.run(awaiting(made, children, sends))
        return
    with client_of(base_url, **keys) as client:

        def report(ids: list[str]) -> None:
            say([(name, client.send(IMMEDIATE, MESSAGE, idempotent_id=name).log_id) for name in ids])

        report(["first"])
        pids = fork(children, sends, report)
        report([f"parent-{number}" for number in range(sends)])
        wait_for(pids)


async def awaiting(client: AsyncClient, children: int, sends: int) -> None:
    """Do the same in an event loop: the children have one of their own each."""

    async def report(ids: list[str]) -> None:
        receipts = [(name, await client.send(IMMEDIATE, MESSAGE, idempotent_id=name)) for name in ids]
        say([(name, receipt.log_id) for name, receipt in receipts])

    async def report_and_close(ids: list[str]) -> None:
        await report(ids)
        await client.close()

    await report(["first"])
    pids = fork(children, sends, lambda ids: asyncio.run(report_and_close(ids)))
    await report([f"parent-{number}" for number in range(sends)])
    await client.close()
    wait_for(pids)


def fork(children: int, sends: int, report: Callable[[list[str]], Any]) -> list[int]:
    """Start children that send, and return who they are."""
    pids = []
    for child in range(children):
        if (pid := os.fork()) == 0:
            report([f"{child}-{number}" for number in range(sends)])
            os._exit(0)
        pids.append(pid)
    return pids


def wait_for(pids: list[int]) -> None:
    """Fail unless all children end well."""
    statuses = [os.waitpid(pid, 0)[1] for pid in pids]
    if any(statuses):
        sys.exit("a child failed")


def say(sent: list[tuple[str, str | None]]) -> None:
    """Say what came back for each send, in one piece."""
    os.write(1, "".join(f"{name} {log_id}\n" for name, log_id in sent).encode())


if __name__ == "__main__":
    main()
