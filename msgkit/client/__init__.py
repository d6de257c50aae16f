"""Clients: the endpoints as methods, and all the I/O that calls need.

What is asked, signed and believed stands elsewhere and is shared by every kind of client; here it is carried.
"""

from msgkit._receipt import Receipt
from msgkit.client._client import Client

__all__ = ["Client", "Receipt"]
