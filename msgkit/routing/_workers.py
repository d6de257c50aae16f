"""Workers that wait: they take complaints from the inbox and run handlers, in this thread or in their own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import partial
from typing import Any, TypeVar

from msgkit.client import Client, _flows
from msgkit.routing._functions import Chain
from msgkit.routing._handling import Borrow, Steps, described
from msgkit.routing._keeper import Keeper
from msgkit.routing._lenders import Lender
from msgkit.routing._working import BETWEEN_PRUNINGS, LOOK_AGAIN, HandlerExitError, Mishaps, Working

T = TypeVar("T")

logger = logging.getLogger("msgkit")


class Workers(Working[Client]):
    """Does a router's work with a `Client`."""

    def work(self) -> int:
        """Handle what is due; see `Router.work`."""
        with Keeper(self._handling.inbox, self._handling.lease) as keeper:
            count = 0
            while self._one(keeper, lambda: False):
                count += 1
        self._prune()
        return count

    def poll(self, begin: date, end: date) -> int:
        """Ask for looks at complaints; see `Router.poll`."""
        count, mishaps = 0, Mishaps()
        for mchid in self._lender.mchids():
            try:
                with self._lender.client(mchid) as client:
                    listed = client._follow(_flows.collected(_flows.complaints(begin, end, None)))  # noqa: SLF001 - ours
                count += self._handling.want(mchid, [complaint.complaint_id for complaint in listed])
            except Exception as error:  # noqa: BLE001 - it hurts no other merchant
                mishaps.note(mchid, error)
        mishaps.end()
        return count

    @contextmanager
    def running(self, workers: int) -> Iterator[None]:
        """Work in threads meanwhile; see `Router.running`."""
        over = threading.Event()
        with Keeper(self._handling.inbox, self._handling.lease) as keeper:
            targets = [partial(self._run, keeper, over)] * workers + [partial(self._run_prune, over)]
            threads = [threading.Thread(target=each, name=f"msgkit-{n}") for n, each in enumerate(targets)]
            for thread in threads:
                thread.start()
            try:
                yield
            finally:
                over.set()
                self._news.set()
                for thread in threads:
                    thread.join()

    def _run(self, keeper: Keeper, over: threading.Event) -> None:
        while not over.is_set():
            self._news.clear()
            try:
                found = self._one(keeper, over.is_set)
            except Exception as error:  # noqa: BLE001 - a store that is away comes back
                logger.error("a worker could not work: %s", described(error))  # noqa: TRY400 - no customer's words
                over.wait(LOOK_AGAIN)
            else:
                if not found and not over.is_set():
                    self._news.wait(LOOK_AGAIN)

    def _run_prune(self, over: threading.Event) -> None:
        while not over.is_set():
            try:
                self._prune()
            except Exception as error:  # noqa: BLE001 - likewise
                logger.error("what is old was not forgotten: %s", described(error))  # noqa: TRY400
            over.wait(BETWEEN_PRUNINGS)

    def _one(self, keeper: Keeper, is_over: Callable[[], bool]) -> bool:
        return drive(self._handling.one(keeper, self._news.set, is_over), self._lender)


def drive(steps: Steps[T], lender: Lender[Client]) -> T:
    """Do what the steps ask for, one after the other, and return their result."""
    with ExitStack() as lent:
        return _drive(steps, lender, lent)


def _drive(steps: Steps[T], lender: Lender[Client], lent: ExitStack) -> T:
    client: Client | None = None
    step: Callable[[], Any] = partial(next, steps)
    try:
        while True:
            try:
                found = step()
            except StopIteration as done:
                result: T = done.value
                return result
            finally:
                del step  # it may hold an error, whose traceback holds this frame
            try:
                if isinstance(found, Borrow):
                    came = client = lent.enter_context(lender.client(found.mchid))
                else:
                    came = found.call() if isinstance(found, Chain) else _known(client)._follow(found)  # noqa: SLF001
            except Exception as error:  # noqa: BLE001 - the steps know what to make of it
                step = partial(steps.throw, error)
            except BaseException as error:
                if threading.current_thread() is threading.main_thread():  # it may be a signal's
                    raise
                step = partial(steps.throw, HandlerExitError(f"a handler raised {type(error).__name__}"))
            else:
                step = partial(steps.send, came)
    finally:
        steps.close()  # where this was interrupted, what the steps hold is given back now


def _known(client: Client | None) -> Client:
    assert client is not None  # noqa: S101 - for the type checkers: steps borrow one before they ask it
    return client
