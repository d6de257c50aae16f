"""Things done in several calls: what is asked next, given what came. No I/O, so that every kind of client shares it.

A flow is a generator. It yields an `Operation` and is sent its result, or thrown the error that it ended in; a flow
that lists things yields a list of them in between.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias, TypeVar

import attrs

from msgkit import _endpoints, rules
from msgkit._apiv3.calls import Operation
from msgkit._beijing import BEIJING
from msgkit._endpoints import HISTORY_PAGE, LIST_PAGE, LONGEST_RANGE, Page
from msgkit._language import kind
from msgkit._receipt import Receipt
from msgkit.complaints import Complaint, HistoryEntry
from msgkit.errors import ApiError, NoAuthError, NotFoundError, Problem, SendError, SignError, ValidationError
from msgkit.message import Message

T = TypeVar("T")
Entry = TypeVar("Entry", Complaint, HistoryEntry)

Flow: TypeAlias = Generator[Operation[Any], Any, T]
"""Yields what to do, is sent its result, and returns its own."""

Listing: TypeAlias = Generator[Operation[Any] | list[T], Any, None]
"""Yields what to do and is sent its result, or yields some of what it lists."""

_BAD_REQUEST = 400


def set_notification_url(url: str) -> Flow[str]:
    """Say where notifications go, in the way that what is set there now asks for."""
    is_set = (yield from notification_url()) is not None
    found: str = yield _endpoints.set_notification_url(url, "PUT" if is_set else "POST")
    return found


def notification_url() -> Flow[str | None]:
    """Read where notifications go; None where nothing was ever set."""
    try:
        found: str = yield _endpoints.notification_url()
    except NotFoundError:
        return None
    return found


def delete_notification_url() -> Flow[None]:
    """Have no notifications any more."""
    try:
        yield _endpoints.delete_notification_url()
    except NotFoundError as error:
        # Sent again after its answer was lost, it finds nothing left to do.
        if not error.maybe_processed:
            raise


def reply(
    complaint: str | Complaint,
    message: Message,
    *,
    idempotent_id: str | None,
    allow_placeholders: bool,
    shorten: bool,
) -> Flow[Receipt]:
    """Answer a complaint in the way that it takes, once: the other way is not tried afterwards."""
    if not isinstance(message, Message):
        raise _endpoints.no_reply(message, Message)
    known: Complaint = complaint if isinstance(complaint, Complaint) else (yield _endpoints.complaint(complaint))
    operation, dropped = fitting(
        known, message, idempotent_id=idempotent_id, allow_placeholders=allow_placeholders, shorten=shorten
    )
    receipt: Receipt = yield operation
    return attrs.evolve(receipt, dropped=dropped)


def fitting(
    complaint: Complaint,
    message: Message,
    *,
    idempotent_id: str | None,
    allow_placeholders: bool = False,
    shorten: bool = False,
) -> tuple[Operation[Receipt], tuple[Problem, ...]]:
    """Return how a complaint is answered that is known: richly where it takes that; and what did not fit."""
    if complaint.need_immediate_service:
        richly = _endpoints.reply_richly(
            complaint.complaint_id,
            message,
            complainted_mchid=complaint.complainted_mchid,
            idempotent_id=idempotent_id,
            allow_placeholders=allow_placeholders,
        )
        return richly, ()
    plain, dropped = message.to_reply(shorten=shorten)
    plainly = _endpoints.reply_plainly(
        complaint.complaint_id,
        plain,
        complainted_mchid=complaint.complainted_mchid,
        allow_placeholders=allow_placeholders,
    )
    return plainly, dropped


def look(complaint_id: str) -> Flow[tuple[Complaint, list[HistoryEntry]]]:
    """Read a complaint and its history, in the platform's order."""
    # The history first: what the complaint is now is then not older than what it tells.
    entries = yield from collected(history(complaint_id))
    complaint: Complaint = yield _endpoints.complaint(complaint_id)
    return complaint, entries


def collected(listing: Listing[T]) -> Flow[list[T]]:
    """Read a listing to its end."""
    found: list[T] = []
    step: Callable[[], Operation[Any] | list[T]] = partial(next, listing)
    while True:
        try:
            part = step()
        except StopIteration:
            return found
        if not isinstance(part, Operation):
            found += part
            step = partial(next, listing)
            continue
        try:
            step = partial(listing.send, (yield part))
        except SendError as error:
            step = partial(listing.throw, error)


def complaints(begin: object, end: object, complainted_mchid: str | None) -> Listing[Complaint]:
    """List the complaints of some days, in parts that the platform takes."""
    first, last = day(begin, "begin"), day(end, "end")
    if last < first:
        raise ValidationError([Problem("/end", rules.DATES_REVERSED, end, begin=first.isoformat())], "complaints")

    _part(first, last, complainted_mchid)(1, 0)  # a merchant that breaks its rule is refused before anything is read

    def parts() -> Listing[Complaint]:
        part = first
        while True:
            until = last if last - part <= LONGEST_RANGE else part + LONGEST_RANGE
            yield from _pages(_part(part, until, complainted_mchid), LIST_PAGE, lambda each: each.complaint_id)
            if until == last:
                return
            part = until + timedelta(days=1)

    return parts()


def history(complaint_id: str) -> Listing[HistoryEntry]:
    """List the history of a complaint."""
    _endpoints.history(complaint_id, limit=1, offset=0)  # an id that breaks its rule is refused before anything is read

    def ask(limit: int, offset: int) -> Operation[Page]:
        return _endpoints.history(complaint_id, limit=limit, offset=offset)

    return _pages(ask, HISTORY_PAGE, lambda each: each.log_id)


def day(moment: object, argument: str) -> date:
    """Return the day of Beijing that a date or a datetime means.

    Raises:
        ValidationError: It is neither, or a datetime without a zone, which may mean any of two days.
    """
    if isinstance(moment, datetime):
        if moment.utcoffset() is None:
            raise ValidationError([Problem(f"/{argument}", rules.NO_TIME_ZONE, moment)], "complaints")
        try:
            return moment.astimezone(BEIJING).date()
        except OverflowError:  # datetime.max, for as long as there are days
            return moment.date()
    if not isinstance(moment, date):
        raise ValidationError([Problem(f"/{argument}", rules.NOT_A_DATE, moment, given=kind(moment))], "complaints")
    return moment


def _part(begin: date, end: date, complainted_mchid: str | None) -> Callable[[int, int], Operation[Page]]:
    def ask(limit: int, offset: int) -> Operation[Page]:
        return _endpoints.complaints(begin, end, limit=limit, offset=offset, complainted_mchid=complainted_mchid)

    return ask


def _pages(ask: Callable[[int, int], Operation[Page]], limit: int, key: Callable[[Any], str]) -> Listing[Any]:
    """List all pages, each entry once, also where entries appear meanwhile.

    New entries stand in front and push the others down: what was the end of a page comes again on the next one, and is
    passed over. The new ones are found by looking at the beginning again, as far as what is known, until one page
    shows all that is new: nothing is missing then that was there when it was read.
    """
    seen: set[str] = set()
    asked = 0
    while asked != 1:
        limit, asked = yield from _round(ask, limit, key, seen)


def _round(
    ask: Callable[[int, int], Operation[Page]], limit: int, key: Callable[[Any], str], seen: set[str]
) -> Generator[Operation[Any] | list[Any], Any, tuple[int, int]]:
    """Read from the beginning to the end, or to what was known before: behind that, all is.

    Returns:
        The size of pages that the platform gives, and how many it gave.
    """
    known = frozenset(seen)
    offset, asked, expected, found = 0, 0, 0, False
    passed: set[str] = set()
    while True:
        page, limit = yield from _page(ask, limit, offset)
        keys = [key(each) for each in page.entries]
        new = [each for each in page.entries if not (key(each) in seen or seen.add(key(each)))]  # type: ignore[func-returns-value]
        if new:
            yield new
        found = found or bool(new)
        offset, asked, expected = offset + len(keys), asked + 1, max(expected, page.total or 0)
        is_short = page.total is not None or len(keys) < limit
        if not keys or (is_short and offset >= expected) or not known.isdisjoint(keys):
            return limit, asked
        if passed.issuperset(keys):
            # A page or more was pushed down, so that there are others in front; or a list that answers the same
            # whatever is asked for would have no end.
            if not found:
                return limit, asked
            offset, found = 0, False
            passed.clear()
        else:
            passed.update(keys)


def _page(
    ask: Callable[[int, int], Operation[Page]], limit: int, offset: int
) -> Generator[Operation[Any], Any, tuple[Page, int]]:
    """Read one page; where the platform finds it too large, half of it, and so on.

    No code is documented for that, and its text is not compared: any refusal may mean it, but for those that cannot.

    Returns:
        The page, and the size that was given.

    Raises:
        ApiError: The first refusal, where one entry is too much as well.
    """
    refused: ApiError | None = None
    while True:
        try:
            page: Page = yield ask(limit, offset)
        except ApiError as error:
            if error.status != _BAD_REQUEST or isinstance(error, (SignError, NoAuthError)):
                raise
            refused = refused or error
            if limit == 1:
                raise refused from None
            limit //= 2
        else:
            return page, limit
