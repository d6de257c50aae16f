"""A web application of a merchant, as gunicorn loads it before it forks its workers; run by `test_fork`."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from tests.network import IMMEDIATE, MESSAGE, client_of

client = client_of(
    os.environ["PAY_URL"], private_key="keys/merchant.pem", public_key="keys/platform.pem", timeout=10, total=30
)
# Used before the fork, as an application does that asks for something when it starts.
client.send(IMMEDIATE, MESSAGE, idempotent_id="first")


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
    """Send under the id that the query names, and say who did and what came back."""
    receipt = client.send(IMMEDIATE, MESSAGE, idempotent_id=environ["QUERY_STRING"])
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.getpid()} {receipt.log_id}".encode()]
