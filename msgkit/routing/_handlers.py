"""Which handler an entry goes to: the first that matches, in the order in which they were registered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from msgkit._action_data import ActionData
from msgkit.complaints import HistoryEntry, OperateType
from msgkit.errors import ConfigurationError
from msgkit.routing._event import Event
from msgkit.routing._functions import Chain, Function, name_of

Kind: TypeAlias = Literal["complaint", "tap", "message", "event", "error"]
"""What a handler was registered for: ``on_complaint``, ``on_tap`` …"""

Filter: TypeAlias = Callable[[Event], Mapping[str, Any] | None]
"""Tells whether a handler takes an event: None for no; else what more of it there is to know, by attribute."""

_KINDS: Mapping[str, tuple[Kind, ...]] = {
    OperateType.USER_CREATE_COMPLAINT: ("complaint",),
    OperateType.USER_CONTINUE_COMPLAINT: ("complaint",),
    OperateType.USER_CLICK_RESPONSE: ("tap", "message"),
    OperateType.USER_RESPONSE: ("message",),
}


def kinds_of(entry: HistoryEntry) -> tuple[Kind, ...]:
    """Return which handlers an entry may go to, the first kind first."""
    kinds = _KINDS.get(entry.operate_type, ("event",))
    has_no_name = entry.click is None or not entry.click.action_id
    return ("message",) if "tap" in kinds and has_no_name else kinds


def is_the_merchants(operate_type: str) -> bool:
    """Tell whether an entry is of the merchant's own doing."""
    return operate_type.startswith("MERCHANT_")


@attrs.frozen
class Row:
    """A handler, and what it takes.

    Attributes:
        kind: What it was registered for.
        accepts: Tells which events of that kind it takes.
        function: The handler.
        names_types: It names the types of entries that it takes, so that the merchant's own are meant too.
    """

    kind: Kind
    accepts: Filter
    function: Function
    names_types: bool = False


@attrs.frozen
class Found:
    """A handler that takes an event.

    Attributes:
        row: The handler.
        way: The routers that lead to it, the outermost first.
        event: The event, with what the filter found in it.
    """

    row: Row
    way: tuple[Handlers, ...]
    event: Event

    def chain(self, given: Mapping[str, Any]) -> Chain:
        """Return the handler with the middlewares of all routers around it."""
        middlewares = [each for handlers in self.way for each in handlers.middlewares]
        return Chain((*middlewares, self.row.function), {**arguments(self.event), **given})


class Handlers:
    """The handlers of a router, and those of the routers that it includes, each where it was included.

    Args:
        takes_async: Whether ``async def`` can be run; None where that is not known yet, because nobody runs it.
    """

    def __init__(self, *, takes_async: bool | None) -> None:
        self.middlewares: list[Function] = []
        self._takes_async = takes_async
        self._rows: list[Row | Handlers] = []
        self._outer: list[Handlers] = []

    def add(self, kind: Kind, accepts: Filter, call: Callable[..., Any], *, names_types: bool = False) -> None:
        """Register a handler; see `Row`."""
        self._rows.append(Row(kind, accepts, self._function(call), names_types))

    def add_middleware(self, call: Callable[..., Any]) -> None:
        """Register a middleware, inside those that there are."""
        self.middlewares.append(self._function(call))

    def include(self, other: Handlers) -> None:
        """Take in the handlers of another router, those too that are added to it later.

        Raises:
            ConfigurationError: It includes this one, or has handlers that cannot be run.
        """
        if self is other or self in other.all():
            raise ConfigurationError("a router cannot include itself")
        for handlers in other.all():
            for function in handlers.own_functions():
                self._check(function)
        self._rows.append(other)
        other._outer.append(self)

    def find(self, event: Event) -> Found | None:
        """Return the handler that an event goes to."""
        is_own = is_the_merchants(event.operate_type)
        for kind in kinds_of(event.entry):
            for way, row in self._all_rows():
                more = row.accepts(event) if row.kind == kind and (row.names_types or not is_own) else None
                if more is not None:
                    return Found(row, way, attrs.evolve(event, **more))
        return None

    def hearers(self, way: tuple[Handlers, ...]) -> Iterator[Function]:
        """Return who hears of errors: of the routers that lead to a handler, the innermost first."""
        for handlers in reversed(way or (self,)):
            yield from (row.function for row in handlers._rows if isinstance(row, Row) and row.kind == "error")  # noqa: SLF001

    def all(self) -> Iterator[Handlers]:
        """Return these and all that they include."""
        yield self
        for each in self._rows:
            if isinstance(each, Handlers):
                yield from each.all()

    def own_functions(self) -> Iterator[Function]:
        """Return the handlers and middlewares that were registered here."""
        yield from self.middlewares
        yield from (row.function for row in self._rows if isinstance(row, Row))

    def _all_rows(self, way: tuple[Handlers, ...] = ()) -> Iterator[tuple[tuple[Handlers, ...], Row]]:
        way = (*way, self)
        for each in self._rows:
            if isinstance(each, Handlers):
                yield from each._all_rows(way)  # noqa: SLF001 - of this class
            else:
                yield way, each

    def _function(self, call: Callable[..., Any]) -> Function:
        function = Function.of(call)
        self._check(function)
        return function

    def _check(self, function: Function) -> None:
        if function.is_async and self._takes_async is False:
            raise ConfigurationError(
                f"{name_of(function.call)} is async, and a router with a Client cannot wait for it: give the router an"
                " AsyncClient, or write the handler with def"
            )
        for handlers in self._outer:
            handlers._check(function)  # noqa: SLF001 - of this class


def arguments(event: Event | None) -> dict[str, Any]:
    """Return what there is to ask for of an event; of none, where a complaint could not even be read, None each."""
    names = ("complaint", "entry", "message", "custom_data", "data", "match", "text")
    return {"event": event, "tap": event, **{name: getattr(event, name, None) for name in names}}


# Filters


def any_event(_: Event) -> Mapping[str, Any]:
    """Take all."""
    return {}


def when(accepts: Filter, condition: Callable[[Event], object] | None) -> Filter:
    """Take what a filter takes where a condition holds too."""
    if condition is None:
        return accepts

    def both(event: Event) -> Mapping[str, Any] | None:
        more = accepts(event)
        return more if more is not None and condition(attrs.evolve(event, **more)) else None

    return both


def of_data(cls: type[ActionData]) -> Filter:
    """Take taps whose ``action_id`` is one of a class."""

    def accepts(event: Event) -> Mapping[str, Any] | None:
        data = None if event.action_id is None else cls.unpack(event.action_id)
        return None if data is None else {"data": data}

    return accepts


def of_action_id(text: str) -> Filter:
    """Take taps with an ``action_id``; one that ends in ``*`` stands for all that begin so."""
    if not text:
        raise ConfigurationError("on_tap: an action_id is not empty; @router.on_tap without any takes every tap")
    if text.endswith("*"):
        return lambda event: {} if (event.action_id or "").startswith(text[:-1]) else None
    return lambda event: {} if event.action_id == text else None


def of_words(pattern: str | re.Pattern[str]) -> Filter:
    """Take messages that hold a text, or in which a pattern is found.

    Raises:
        ConfigurationError: The text is empty.
    """
    if not pattern:
        raise ConfigurationError("on_message: every message holds the empty text; @router.on_message takes them all")
    if isinstance(pattern, str):
        return lambda event: {} if pattern in event.text else None

    def accepts(event: Event) -> Mapping[str, Any] | None:
        match = pattern.search(event.text)
        return None if match is None else {"match": match}

    return accepts


def of_type(operate_type: str) -> Filter:
    """Take entries of one type.

    Raises:
        ConfigurationError: They go to another kind of handler.
    """
    kinds = _KINDS.get(operate_type, ("event",))
    if "event" not in kinds:
        raise ConfigurationError(f"{operate_type} goes to on_{kinds[0]}, not to on_event")

    return lambda event: {} if event.operate_type == operate_type else None


def any_of(filters: tuple[Filter, ...]) -> Filter:
    """Take what one of several filters takes; without any, all."""
    if not filters:
        return any_event

    def accepts(event: Event) -> Mapping[str, Any] | None:
        return next((more for each in filters if (more := each(event)) is not None), None)

    return accepts
