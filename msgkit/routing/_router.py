"""`Router`: notifications, taps and customers' words to handlers."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from msgkit._action_data import ActionData
from msgkit.client import Client, Merchants, _flows
from msgkit.client._base import ClientBase
from msgkit.errors import ConfigurationError
from msgkit.routing import _web
from msgkit.routing._event import Event
from msgkit.routing._handlers import (
    Filter,
    Handlers,
    Kind,
    any_event,
    any_of,
    of_action_id,
    of_data,
    of_type,
    of_words,
    when as also_when,
)
from msgkit.routing._handling import Handling
from msgkit.routing._inbox import Inbox
from msgkit.routing._lenders import Lender, Many, One
from msgkit.routing._open import open_inbox
from msgkit.routing._receiving import Receiving
from msgkit.routing._workers import Workers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from msgkit.client import AsyncClient
    from msgkit.routing._async_workers import AsyncWorkers

F = TypeVar("F", bound=Callable[..., Any])
if TYPE_CHECKING:  # which know defaults; Python does from 3.13 on
    from typing_extensions import TypeVar as DefaultTypeVar

    C = DefaultTypeVar("C", bound=ClientBase, default=Client)
else:
    C = TypeVar("C", bound=ClientBase)

Condition = Callable[[Event], object]
"""Tells whether a handler takes an event that it could take."""

_LONGEST_LEASE = 3600.0  # seconds
_MOST_ATTEMPTS = 100


class Router(Generic[C]):
    """Hands what customers do to functions of yours, each entry of a complaint's history once and in order.

    `receive` takes notifications and stores them; workers (`running`, or `work`) read what happened and run handlers.
    What a handler returns is sent as the reply, as `Client.reply` does: a `Message`, a `Reply`, or a list of them,
    under an ``idempotent_id`` made from the entry's ``log_id``; None for no reply. A handler may run more than once
    (its worker died before it returned); its rich reply goes out once, its plain one at most once.

    Handlers are given what they ask for by the names of their parameters: ``event`` (or ``tap``, the same `Event`),
    ``complaint``, ``entry``, ``text``, ``message`` and ``custom_data`` (what was tapped), ``data`` (an `ActionData`),
    ``match``, ``client``, and what a middleware added. The first handler that matches is the one that runs. With an
    `AsyncClient` they may be ``async def``, and those that are not run in threads.

    An attempt that fails is tried again after 5, 20, 80 and 180 seconds, while later entries of its complaint wait;
    after the last one it is in ``inbox.failed()``. What no handler took is in ``inbox.unhandled()``, and a plain reply
    of which nobody knows whether it was sent in ``inbox.unclear()``; ``inbox.retry(record)`` takes each up again.

    Args:
        client: Who asks and sends; it needs its ``apiv3_key``. Or `Merchants`: each complaint is handled with the
            client of its merchant. None for a router that others include.
        inbox: What came in and what was done: the path of an SQLite file, a ``redis://`` URL, or an `Inbox` of your
            own; in memory by default, which no other process sees and no restart survives.
        attempts: After how many an entry is given up, 1 to 100.
        lease: For how many seconds a worker has a complaint; it is renewed while the worker lives. What a dead worker
            had is given to another after that time.
        keep: For how long what is over is kept, at least a day.

    Raises:
        ConfigurationError: An argument cannot be what it should; also where the client has no ``apiv3_key``.
    """

    def __init__(
        self,
        client: C | Merchants[C] | None = None,
        *,
        inbox: str | os.PathLike[str] | Inbox | None = None,
        attempts: int = 5,
        lease: float = 60.0,
        keep: timedelta = timedelta(days=30),
    ) -> None:
        _require(
            client is None or isinstance(client, (ClientBase, Merchants)),
            "client must be a Client, an AsyncClient, or Merchants",
        )
        _require(_is_number(attempts, int) and 1 <= attempts <= _MOST_ATTEMPTS, "attempts must be from 1 to 100")
        _require(_is_number(lease, (int, float)) and 0 < lease <= _LONGEST_LEASE, "lease must be seconds, up to 3600")
        _require(isinstance(keep, timedelta) and keep >= timedelta(days=1), "keep must be a timedelta of a day or more")
        _require(
            not isinstance(client, ClientBase) or client._credentials.apiv3_key is not None,  # noqa: SLF001 - ours
            "the router's client needs apiv3_key (WECHATPAY_APIV3_KEY): notifications are encrypted with it",
        )
        self._lender = _lender(client)
        self._waits = issubclass(_kind(client), Client)
        self._attempts, self._lease, self._keep = attempts, lease, keep
        self._handlers = Handlers(takes_async=None if client is None else not self._waits)
        self._given_inbox = inbox
        if client is not None:
            _ = self.inbox  # what cannot be opened is told where it is named

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._lender!r}, inbox={self.inbox!r})" if self._lender else "Router()"

    @cached_property
    def inbox(self) -> Inbox:
        """What came in and what was done."""
        return open_inbox(self._given_inbox)

    # Handlers

    @overload
    def on_complaint(self, function: F, /) -> F: ...
    @overload
    def on_complaint(self, /, *, when: Condition | None = None) -> Callable[[F], F]: ...
    def on_complaint(self, function: Any = None, /, *, when: Condition | None = None) -> Any:
        """Handle complaints: new ones, and those whose customer complains once more (``event.continued``).

        Args:
            function: The handler, where this is used without parentheses.
            when: A function that is given the `Event` and says whether the handler takes it.
        """
        return self._register("complaint", any_event, function, when)

    @overload
    def on_tap(self, /, *action_ids: str | type[ActionData], when: Condition | None = None) -> Callable[[F], F]: ...
    @overload
    def on_tap(self, function: F, /) -> F: ...
    def on_tap(self, /, *action_ids: Any, when: Condition | None = None) -> Any:
        """Handle taps on what carries an ``action_id``; those that no handler takes go to `on_message`.

        Args:
            *action_ids: An `ActionData` class, whose ids are handed over as ``data``; an id, to the letter; or its
                beginning and ``*``. Without any, all of them.
            when: As `on_complaint` has it.
        """
        function, filters = _split(action_ids, _tap_filter, "on_tap takes ActionData classes and action ids")
        return self._register("tap", any_of(filters), function, when)

    @overload
    def on_message(self, function: F, /) -> F: ...
    @overload
    def on_message(self, /, *patterns: str | re.Pattern[str], when: Condition | None = None) -> Callable[[F], F]: ...
    def on_message(self, /, *patterns: Any, when: Condition | None = None) -> Any:
        """Handle what customers write, and taps that went to no other handler; ``text`` is what they said.

        Args:
            *patterns: A text that it holds, or a compiled pattern that is found in it (and handed over as ``match``).
                Without any, whatever they say.
            when: As `on_complaint` has it.
        """
        function, filters = _split(patterns, _words_filter, "on_message takes texts and compiled patterns")
        return self._register("message", any_of(filters), function, when)

    @overload
    def on_event(self, function: F, /) -> F: ...
    @overload
    def on_event(self, /, *operate_types: str, when: Condition | None = None) -> Callable[[F], F]: ...
    def on_event(self, /, *operate_types: Any, when: Condition | None = None) -> Any:
        """Handle all else that happens to a complaint.

        Args:
            *operate_types: Which, by `OperateType`. Without any, all but the merchant's own doing, which is handled
                only where its type is named.
            when: As `on_complaint` has it.
        """
        function, filters = _split(operate_types, _type_filter, "on_event takes operate types")
        return self._register("event", any_of(filters), function, when, names_types=bool(filters))

    def on_error(self, function: F) -> F:
        """Hear of each attempt that failed.

        The function is given, by name, ``error``, ``attempt`` (from 1), ``last`` (whether it was the last one),
        ``complaint_id``, and what handlers are given; these are None where the complaint could not be read. What it
        returns is ignored. It hears errors of this router's handlers and of those that it includes.
        """
        self._handlers.add("error", any_event, function)
        return function

    def middleware(self, function: F) -> F:
        """Run a function around each handler of this router, and of those that it includes.

        It is given ``next`` and whatever it asks for, as handlers are. ``next()`` runs the handler and returns what
        that returned; ``next(name=value)`` hands something to it. What the function returns is the reply.
        """
        self._handlers.add_middleware(function)
        return function

    def include(self, other: Router[Any]) -> None:
        """Take in the handlers of another router, at this place in the order.

        Args:
            other: A router, made without a client.

        Raises:
            ConfigurationError: It has a client, and so works by itself; or it includes this one.
        """
        _require(isinstance(other, Router) and other._lender is None, "include takes a Router() without a client")
        self._handlers.include(other._handlers)

    def _register(
        self,
        kind: Kind,
        accepts: Filter,
        function: Callable[..., Any] | None,
        when: Condition | None,
        *,
        names_types: bool = False,
    ) -> Any:
        _require(when is None or callable(when), "when must be a function that is given the event")

        def register(function: F) -> F:
            self._handlers.add(kind, also_when(accepts, when), function, names_types=names_types)
            return function

        return register if function is None else register(function)

    # Notifications

    def receive(self, headers: Any, body: bytes | str, mchid: str | None = None) -> tuple[int, bytes]:
        """Verify a notification, store it, and say what to answer. No handler runs; a plain call with any client.

        Args:
            headers: The request's headers, as any framework has them; see `Client.parse_notification`.
            body: The request's body, as it came, at most 64 KiB.
            mchid: The merchant that it is for, where the address says so. Without it, it is that of the merchants
                which believe the key that ``Wechatpay-Serial`` names whose APIv3 key decrypts it.

        Returns:
            The status and the body to answer with: 200 where the notification is safe, also against ``kill -9``;
            4xx and the reason where it is not proven to come from WeChat Pay, or is none, and 404 where there is no
            such merchant; 503 where it could not be stored, so that the platform sends it again. A body is JSON.
        """
        return self._receiving.receive(headers, body, mchid)

    def wsgi(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Be a WSGI application that receives notifications, whatever the path; one that ends in a mchid names it."""
        return _web.serve_wsgi(self.receive, environ, start_response)

    async def asgi(self, scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Any]) -> None:
        """Be an ASGI application that receives notifications, whatever the path; one that ends in a mchid names it."""
        await _web.serve_asgi(self.receive, scope, receive, send)

    # Work

    @overload
    def work(self: Router[Client]) -> int: ...
    @overload
    def work(self: Router[AsyncClient]) -> Coroutine[Any, Any, int]: ...
    def work(self) -> Any:
        """Handle all that is due in the inbox, and return; with an `AsyncClient`, awaited.

        Errors of handlers are not raised, and what waits to be tried again is not waited for.

        Returns:
            How many times a complaint was worked on.
        """
        return self._workers.work()

    @overload
    def poll(self: Router[Client], since: timedelta | datetime = ...) -> int: ...
    @overload
    def poll(self: Router[AsyncClient], since: timedelta | datetime = ...) -> Coroutine[Any, Any, int]: ...
    def poll(self, since: timedelta | datetime = timedelta(days=1)) -> Any:
        """Put complaints into the inbox of which no notification may have come; with an `AsyncClient`, awaited.

        Notifications are not guaranteed to arrive, so this belongs into cron. It runs no handler; `work` does.

        Args:
            since: How far back to ask, or since when. The platform lists complaints by the day they were made; those
                that are in the inbox and not yet ``PROCESSED`` are looked at whatever their age.

        Returns:
            How many complaints there were.

        Raises:
            MsgkitError: Of a merchant they could not be listed; of several, the first such error. Those of all others
                are in the inbox then.
        """
        now = datetime.now(UTC)
        begin = now - since if isinstance(since, timedelta) else since
        return self._workers.poll(_flows.day(begin, "since"), _flows.day(now, "now"))

    @overload
    def running(self: Router[Client], workers: int = ...) -> AbstractContextManager[None]: ...
    @overload
    def running(self: Router[AsyncClient], workers: int = ...) -> AbstractAsyncContextManager[None]: ...
    def running(self, workers: int = 4) -> Any:
        """Work in this process for as long as a ``with`` lasts (``async with``, with an `AsyncClient`).

        Leaving it lets handlers that run come to their end, and takes nothing new.

        Args:
            workers: How many complaints are worked on at a time, each in a thread, or a task, of its own.
        """
        _require(_is_number(workers, int) and workers >= 1, "workers must be a whole number of at least 1")
        return self._workers.running(workers)

    def prune(self) -> int:
        """Forget what has been over for longer than `keep`; `work` does so each time, `running` every hour.

        Returns:
            How many entries there were.
        """
        return self.inbox.prune(self.inbox.now() - self._keep.total_seconds())

    @cached_property
    def _receiving(self) -> Receiving:
        return Receiving(self._need_lender(), self.inbox, self._workers.wake)

    @cached_property
    def _workers(self) -> Workers | AsyncWorkers:
        lender = self._need_lender()
        handling = Handling(self.inbox, self._handlers, lender.only, lender.total, self._attempts, self._lease)
        if self._waits:
            return Workers(lender, handling, self.prune)
        from msgkit.routing._async_workers import AsyncWorkers  # noqa: PLC0415 - who waits need not have what it needs

        return AsyncWorkers(lender, handling, self.prune)

    def _need_lender(self) -> Lender[Any]:
        if self._lender is None:
            raise ConfigurationError("this router has no client: include it in one that has, or give it one")
        return self._lender


def _lender(client: ClientBase | Merchants[Any] | None) -> Lender[Any] | None:
    if client is None:
        return None
    return Many(client) if isinstance(client, Merchants) else One(client)


def _kind(client: ClientBase | Merchants[Any] | None) -> type:
    return client._kind if isinstance(client, Merchants) else type(client)  # noqa: SLF001 - ours


def _split(given: tuple[Any, ...], filter_of: Callable[[Any], Filter | None], otherwise: str) -> Any:
    """Tell the handler, of a decorator without parentheses, from what a decorator was given."""
    is_function = len(given) == 1 and callable(given[0]) and not isinstance(given[0], type)
    if is_function and filter_of(given[0]) is None:
        return given[0], ()
    filters = tuple(filter_of(each) for each in given)
    _require(None not in filters, otherwise)
    return None, filters


def _tap_filter(given: Any) -> Filter | None:
    if isinstance(given, type) and issubclass(given, ActionData) and given is not ActionData:
        return of_data(given)
    return of_action_id(given) if isinstance(given, str) else None


def _words_filter(given: Any) -> Filter | None:
    return of_words(given) if isinstance(given, (str, re.Pattern)) else None


def _type_filter(given: Any) -> Filter | None:
    return of_type(given) if isinstance(given, str) else None


def _is_number(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ConfigurationError(otherwise)
