"""A program that uses a client, forks, and sends from all its processes at once; run by `test_fork`.

It takes the base URL, the number of children and the number of sends of each process, and prints for each send the
idempotent_id and the log_id that came back for it.
"""

import os
import sys

from msgkit import Client
from tests.network import IMMEDIATE, MESSAGE, client_of


def main() -> None:
    """Send once, fork, and send from everywhere."""
    base_url, children, sends = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with client_of(base_url, private_key=sys.stdin.read(), public_key="keys/platform.pem") as client:
        report(client, ["first"])
        pids = []
        for child in range(children):
            if (pid := os.fork()) == 0:
                report(client, [f"{child}-{number}" for number in range(sends)])
                os._exit(0)
            pids.append(pid)
        report(client, [f"parent-{number}" for number in range(sends)])
        failed = [pid for pid in pids if os.waitpid(pid, 0)[1]]
        sys.exit(len(failed))


def report(client: Client, ids: list[str]) -> None:
    """Send under each of these ids and say what came back."""
    lines = [f"{name} {client.send(IMMEDIATE, MESSAGE, idempotent_id=name).log_id}\n" for name in ids]
    os.write(1, "".join(lines).encode())


if __name__ == "__main__":
    main()
