"""Whose clients a router works with: one merchant's, or those of many."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any, Generic, TypeVar

from msgkit._apiv3.notifications import Reader
from msgkit.client._base import ClientBase
from msgkit.client._merchants import Merchants

C = TypeVar("C", bound=ClientBase)

_TOTAL = 60.0  # seconds, as clients have it by default


class Lender(ABC, Generic[C]):
    """Lends clients by mchid.

    Attributes:
        only: Whose complaints are worked on; None for anybody's that are in the inbox.
        total: Seconds after which nothing can come of a call any more, of a client that cannot be had.
    """

    only: str | None
    total: float

    @abstractmethod
    def mchids(self) -> Iterable[str]:
        """Return the merchants that are known."""

    @abstractmethod
    def client(self, mchid: str) -> Any:
        """Lend a client, for a ``with``; for an ``async with`` where clients are awaited."""

    @abstractmethod
    def knows(self, mchid: str) -> bool:
        """Tell whether there is a merchant."""

    @abstractmethod
    def readers(self, mchid: str | None, serial: str) -> Iterable[Reader]:
        """Return those that a notification may be for.

        Args:
            mchid: The merchant that its address names; None where it names none.
            serial: The key that it says it is signed with.
        """

    @abstractmethod
    def to_ask(self, mchid: str | None) -> str | None:
        """Return the merchant that asks for certificates for the one that an address names; None for nobody."""

    @abstractmethod
    def renew_certificates(self, mchid: str, serial: str) -> None:
        """Get the platform certificate that a notification names; see `ClientBase._renew_certificates`."""


class One(Lender[C]):
    """Lends the one client that there is; whoever made it closes it.

    Args:
        client: The client.
    """

    def __init__(self, client: C) -> None:
        self._client, self.only = client, client.mchid
        self.total = client._platform.total  # noqa: SLF001 - ours

    def __repr__(self) -> str:
        return repr(self._client)

    def mchids(self) -> Iterable[str]:
        return (self._client.mchid,)

    def client(self, mchid: str) -> Any:  # noqa: ARG002 - it is the only one
        return nullcontext(self._client)

    def knows(self, mchid: str) -> bool:
        return mchid == self._client.mchid

    def readers(self, mchid: str | None, serial: str) -> Iterable[Reader]:  # noqa: ARG002 - likewise
        key = self._client._credentials.apiv3_key  # noqa: SLF001 - ours
        assert key is not None  # noqa: S101 - for the type checkers: the router takes no other
        return (Reader(self._client.mchid, self._client._platform.protocol.verifier, key),)  # noqa: SLF001

    def to_ask(self, mchid: str | None) -> str | None:  # noqa: ARG002 - likewise
        return self._client.mchid

    def renew_certificates(self, mchid: str, serial: str) -> None:  # noqa: ARG002 - likewise
        self._client._renew_certificates(serial)  # noqa: SLF001 - ours


class Many(Lender[C]):
    """Lends the clients of many merchants.

    Args:
        merchants: The merchants.
    """

    def __init__(self, merchants: Merchants[C]) -> None:
        self._merchants, self.only = merchants, None
        self.total = float(merchants._settings.get("total", _TOTAL))  # noqa: SLF001 - ours

    def __repr__(self) -> str:
        return repr(self._merchants)

    def mchids(self) -> Iterable[str]:
        return self._merchants

    def client(self, mchid: str) -> Any:
        merchants: Any = self._merchants  # whose clients are of either kind
        return merchants.client(mchid)

    def knows(self, mchid: str) -> bool:
        return mchid in self._merchants

    def readers(self, mchid: str | None, serial: str) -> Iterable[Reader]:
        listening = self._merchants._listening  # noqa: SLF001 - ours
        return listening.candidates(serial) if mchid is None else (listening.one(mchid),)

    def to_ask(self, mchid: str | None) -> str | None:
        return self._merchants._listening.next_to_ask() if mchid is None else mchid  # noqa: SLF001 - ours

    def renew_certificates(self, mchid: str, serial: str) -> None:
        self._merchants._renew_certificates(mchid, serial)  # noqa: SLF001 - ours
