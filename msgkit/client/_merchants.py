"""`Merchants`: clients of many merchants, by their mchids."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast, overload

from msgkit.client._base import ClientBase
from msgkit.client._client import Client
from msgkit.client._lending import Loan, Pool, close, close_async
from msgkit.client._listening import Listening
from msgkit.client._merchant_sources import ARGUMENTS, Folder, Found, Function, Source, Variables
from msgkit.errors import ConfigurationError

if TYPE_CHECKING:  # which know defaults; Python does from 3.13 on
    from typing_extensions import TypeVar as DefaultTypeVar

    from msgkit.client._async_client import AsyncClient

    C = DefaultTypeVar("C", bound=ClientBase, default=Client)
else:
    C = TypeVar("C", bound=ClientBase)

Where = str | os.PathLike[str] | Callable[[str], Mapping[str, Any] | None]
"""A folder, or a function that gives the arguments of a merchant's client."""


class Merchants(Generic[C]):
    """Clients of many merchants: made when first asked for, lent, and kept within a bound.

    ``with merchants.client(mchid) as client:`` lends one (``async with``, where they are `AsyncClient`). One that is
    in use is never closed; beyond the bound, the one is that was not used for longest. A merchant whose credentials are
    broken raises its own error each time and hurts no other. What is in a folder is looked at each time a client is
    lent: new merchants, and keys that were replaced, are taken up without a restart; of a merchant from elsewhere,
    `forget` does that. Threads may share it; a process that was forked makes clients of its own.

    ``mchid in merchants``, going through it and ``len`` speak of the merchants that are known.

    Args:
        where: A folder with one for each merchant, named by its mchid, digits. In it are ``credentials.json`` (the
            arguments of `Client`; ``msgkit sandbox --state-dir`` writes such a one) or else ``env.sh`` (``WECHATPAY_``
            variables), keys as PEM text or as paths, from that folder on or absolute; keys that are not named are taken
            from ``apiclient_key.pem``, ``apiclient_cert.pem`` and ``pub_key.pem``, where they are there. Or a function,
            such as a secret store's, that gives a merchant's arguments of `Client`, and None where there is none.
        mchids: Which merchants there are, beside a function; asked anew each time. Without it nobody can go through
            them, and each number that somebody asks about is the function's to judge.
        settings: Arguments for all clients, e.g. ``{"timeout": 10, "pace": Pace(20)}``; they count before what a
            merchant's own say.
        most: How many clients are kept, at least 1.
        kind: What clients are: `Client`, or `AsyncClient`.

    Raises:
        ConfigurationError: An argument cannot be what it should.
        TypeError: A setting is no argument of the client.
    """

    @overload
    def __init__(
        self: Merchants[Client],
        where: Where,
        *,
        mchids: Collection[str] | None = ...,
        settings: Mapping[str, Any] | None = ...,
        most: int = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        where: Where,
        *,
        mchids: Collection[str] | None = ...,
        settings: Mapping[str, Any] | None = ...,
        most: int = ...,
        kind: type[C],
    ) -> None: ...
    def __init__(
        self,
        where: Where,
        *,
        mchids: Collection[str] | None = None,
        settings: Mapping[str, Any] | None = None,
        most: int = 100,
        kind: type[ClientBase] = Client,
    ) -> None:
        self._begin(_source(where, mchids), {} if settings is None else settings, most, kind)

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        most: int = 100,
        kind: type[C] = Client,  # type: ignore[assignment]
        **settings: Any,
    ) -> Self:
        """Read merchants from the environment.

        Reads ``WECHATPAY_MCHIDS``, mchids with commas between them; for each of them what `Client.from_env` reads, with
        the mchid in its name: ``WECHATPAY_1900012181_PRIVATE_KEY``; and ``WECHATPAY_BASE_URL``, ``_BACKUP_URL`` and
        ``_PLATFORM_CERTIFICATES`` for all that have none of their own.

        Args:
            environ: Where to look instead of the environment of this process.
            most: As `Merchants` has it.
            kind: Likewise.
            settings: Arguments for all clients, e.g. ``timeout=10``.

        Raises:
            ConfigurationError: ``WECHATPAY_MCHIDS`` is not set, or has something else in it. What a merchant lacks is
                told when its client is asked for.
        """
        source = Variables(os.environ if environ is None else environ)
        list(source)  # what is wrong with it is told here
        found = cls.__new__(cls)
        found._begin(source, settings, most, kind)  # noqa: SLF001 - it is being made
        return found

    def _begin(self, source: Source, settings: Mapping[str, Any], most: int, kind: type[ClientBase]) -> None:
        _require(isinstance(kind, type) and issubclass(kind, ClientBase), "kind must be Client or AsyncClient")
        _require(isinstance(most, int) and not isinstance(most, bool) and most >= 1, "most must be at least 1")
        _require(isinstance(settings, Mapping), "settings must be a mapping, of arguments of Client")
        _require("mchid" not in settings, "settings are for all merchants, and mchid is not")
        if unknown := sorted(map(str, settings.keys() - ARGUMENTS)):
            raise TypeError(f"settings has {', '.join(unknown)}, no argument of {kind.__name__}")
        self._source, self._settings, self._most = source, dict(settings), most
        self._kind = cast("type[C]", kind)
        # By process: the lock in one may not survive a fork.
        self._pools: dict[int, Pool[C]] = {}
        self._all_listening: dict[int, Listening] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._source!r}, kind={self._kind.__name__}, most={self._most})"

    def __contains__(self, mchid: object) -> bool:
        return isinstance(mchid, str) and mchid in self._source

    def __iter__(self) -> Iterator[str]:
        return iter(self._source)

    def __len__(self) -> int:
        return sum(1 for _ in self._source)

    @overload
    def client(self: Merchants[Client], mchid: str) -> AbstractContextManager[Client]: ...
    @overload
    def client(self: Merchants[AsyncClient], mchid: str) -> AbstractAsyncContextManager[AsyncClient]: ...
    def client(self, mchid: str) -> Any:
        """Lend the client of a merchant: ``with``, or ``async with`` where clients are `AsyncClient`.

        Args:
            mchid: The merchant's number.

        Raises:
            UnknownMerchantError: There is no such merchant; told on entering.
            ConfigurationError: Its credentials are broken; likewise, each time until they are mended.
        """
        return Loan(self._pool, mchid, self._listening.learn)

    def forget(self, mchid: str) -> None:
        """Have the next client of a merchant made from its credentials as they are then; one in use is finished with.

        Args:
            mchid: The merchant's number.
        """
        self._pool.forget(mchid)
        self._listening.forget(mchid)

    @overload
    def close(self: Merchants[Client]) -> None: ...
    @overload
    def close(self: Merchants[AsyncClient]) -> Coroutine[Any, Any, None]: ...
    def close(self) -> Any:
        """Close all clients, those in use once they are given back; awaited where they are `AsyncClient`.

        Whoever asks later has new ones made.
        """
        self._pool.forget_all()
        over = self._pool.over()
        return close(over) if issubclass(self._kind, Client) else close_async(over)

    def __enter__(self: Merchants[Client]) -> Merchants[Client]:
        return self

    def __exit__(
        self: Merchants[Client],
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self: Merchants[AsyncClient]) -> Merchants[AsyncClient]:
        return self

    async def __aexit__(
        self: Merchants[AsyncClient],
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def _pool(self) -> Pool[C]:
        process = os.getpid()
        return self._pools.get(process) or self._pools.setdefault(process, Pool(self._most, self._make))

    @property
    def _listening(self) -> Listening:
        process = os.getpid()
        found = self._all_listening.get(process)
        return found or self._all_listening.setdefault(process, Listening(self._source, self._settings))

    def _renew_certificates(self, mchid: str, serial: str) -> None:
        """Get a platform certificate that a notification names by a merchant's client; it blocks meanwhile."""
        loan = Loan(self._pool, mchid, self._listening.learn)
        try:
            loan.take()._renew_certificates(serial)  # noqa: SLF001 - ours
        finally:
            loan.give_back()

    def _make(self, mchid: str) -> tuple[Found, C]:
        what = f"a merchant's number is a text of digits, and this is of type {type(mchid).__name__}"
        _require(isinstance(mchid, str), what)
        found = self._source.find(mchid)
        self._listening.note(mchid, found)
        try:
            return found, self._kind(**{**found.arguments, **self._settings})
        except ConfigurationError as error:
            raise ConfigurationError(f"merchant {mchid}: {error}") from None


def _source(where: Where, mchids: Collection[str] | None) -> Source:
    if callable(where):
        _require(mchids is None or not isinstance(mchids, str), "mchids must be a collection of mchids")
        return Function(where, mchids)
    _require(mchids is None, "mchids goes beside a function; a folder says itself which merchants there are")
    is_path = isinstance(where, (str, os.PathLike)) and os.fsdecode(where) and "\0" not in os.fsdecode(where)
    _require(bool(is_path), "merchants must come from a folder or a function")
    folder = Path(os.fsdecode(where))
    _require(folder.is_dir(), "merchants: there is no such folder; make it, with one for each mchid in it")
    return Folder(folder.absolute())


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ConfigurationError(otherwise)
