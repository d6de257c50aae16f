"""Many replies at once: what goes in, what comes out, and threads that work on one row after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

import attrs

from msgkit._receipt import Receipt
from msgkit.client._base import id_of
from msgkit.complaints import Complaint
from msgkit.errors import ConfigurationError
from msgkit.message import Message
from msgkit.reply import Reply

T = TypeVar("T")
R = TypeVar("R")

Row: TypeAlias = tuple[str | Complaint, Message | Reply] | tuple[str | Complaint, Message | Reply, str | None]
"""A reply to be sent: the complaint, what to say, and the ``idempotent_id`` where the caller has one."""

Replies: TypeAlias = Iterable[Row]


@attrs.frozen
class SendResult:
    """What came of one of many replies.

    Either `receipt` or `error` is None, and never both.

    Attributes:
        index: Which of the replies it was, from 0, in the order in which they were given.
        complaint_id: The complaint that was to be answered; None where the row named none.
        receipt: What the platform said; None where the reply was not sent.
        error: Why it was not sent, as `Client.send` raises it: a `ValidationError`, a `SendError` (its
            ``maybe_processed`` says whether it may have arrived nevertheless) …; `TypeError` where the row is no such
            tuple. None where it was sent.
    """

    index: int
    complaint_id: str | None
    receipt: Receipt | None
    error: Exception | None


def require_workers(workers: int) -> None:
    """Raise unless it is a number of workers.

    Raises:
        ConfigurationError: It is no whole number of at least 1.
    """
    if not isinstance(workers, int) or isinstance(workers, bool) or workers < 1:
        raise ConfigurationError("workers must be a whole number of at least 1")


def complaint_id_in(row: Any) -> str | None:
    """Return the id of the complaint that a row names; None where it names none."""
    found = id_of(row[0]) if isinstance(row, tuple) and row else None
    return found if isinstance(found, str) else None


def parts_of(index: int, row: Any) -> tuple[Any, Any, Any]:
    """Return the complaint, the message and the ``idempotent_id`` of a row, which nobody has looked at yet.

    Raises:
        TypeError: It is no tuple of two or three.
    """
    match row:
        case tuple((complaint, message)):
            return complaint, message, None
        case tuple((complaint, message, idempotent_id)):
            return complaint, message, idempotent_id
    what = f"a tuple of {len(row)}" if isinstance(row, tuple) else f"of type {type(row).__name__}"
    raise TypeError(
        f"replies[{index}]: should be (complaint, message) or (complaint, message, idempotent_id), and is {what}"
    )


def in_threads(items: Iterable[T], work: Callable[[T], R], workers: int) -> Iterator[R]:
    """Work on items in threads, and yield what comes of each as soon as it is there.

    Items are taken by whoever iterates, and only while a thread is free for them: at most twice as many as there are
    threads are taken and not yet yielded. Where this is left early (``break``, ``close()``, Ctrl+C), nothing new is
    begun, and leaving waits for what is under way.

    Args:
        items: What to work on. Its own error is raised after what was under way has been yielded.
        work: What is done with an item, in a thread. What it raises ends the whole.
        workers: How many threads.
    """
    source, under_way, is_over, failure = iter(items), 0, False, None
    done: SimpleQueue[Future[R]] = SimpleQueue()
    threads: set[int] = set()
    pool = ThreadPoolExecutor(workers, "msgkit-many", initializer=lambda: threads.add(threading.get_ident()))
    try:
        while under_way or not is_over:
            if not is_over and under_way - done.qsize() < workers:
                try:
                    item = next(source)
                except StopIteration:
                    is_over = True
                    continue
                except Exception as error:  # noqa: BLE001 - raised below
                    failure, is_over = error, True
                    continue
                pool.submit(work, item).add_done_callback(done.put)
                under_way += 1
                del item  # nothing is held while the caller has the result of another
                if done.empty():  # and otherwise a slow source would hold up what is there
                    continue
            under_way -= 1
            yield done.get().result()
    finally:
        # Garbage may be collected in any thread; one of these cannot wait for itself, and ends anyhow.
        pool.shutdown(wait=threading.get_ident() not in threads, cancel_futures=True)
    if failure is not None:
        try:
            raise failure
        finally:
            del failure  # its traceback holds this frame
