"""The clients' own client and direct way: what the protocol says is tested by what a server sees of it."""

from tests.client.conftest import client, direct

__all__ = ["client", "direct"]
