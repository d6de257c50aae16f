"""Where `AsyncClient` is imported from, so that whoever lacks its extra is told how to get it."""

from msgkit._extras import need

with need("async"):
    from msgkit.client._async_client import AsyncClient

__all__ = ["AsyncClient"]
