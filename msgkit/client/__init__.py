"""Clients: the endpoints as methods, and all the I/O that calls need.

What is asked, signed and believed stands elsewhere and is shared by every kind of client; here it is carried.
"""

import typing as _typing

from msgkit._later import later as _import_later
from msgkit._receipt import Receipt as Receipt
from msgkit.client._calling import Attempt as Attempt
from msgkit.client._client import Client as Client
from msgkit.client._many import SendResult as SendResult
from msgkit.client._merchant_sources import UnknownMerchantError as UnknownMerchantError
from msgkit.client._merchants import Merchants as Merchants
from msgkit.client._pace import LocalTurns as LocalTurns, Pace as Pace, Turns as Turns
from msgkit.client._retry import Retry as Retry

if _typing.TYPE_CHECKING:
    from msgkit.client._async_client import AsyncClient as AsyncClient
    from msgkit.client._redis_turns import RedisTurns as RedisTurns
else:
    # Extras, which most programs do without.
    __getattr__, __dir__ = _import_later(__name__, {"AsyncClient": "_async_home", "RedisTurns": "_redis_turns"})

# Without AsyncClient and RedisTurns, which `from msgkit.client import *` must not ask for.
__all__ = [
    "Attempt",
    "Client",
    "LocalTurns",
    "Merchants",
    "Pace",
    "Receipt",
    "Retry",
    "SendResult",
    "Turns",
    "UnknownMerchantError",
]
