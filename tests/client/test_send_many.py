"""`send_many` of either kind of client, and the threads that work for the one that blocks."""

from __future__ import annotations

import gc
import signal
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from msgkit import Complaint, ConfigurationError, Message, NotFoundError, Reply, SendResult, ValidationError
from msgkit.client import _many
from msgkit.client._many import in_threads
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, MESSAGE, ORDINARY, client_for

ROWS: list[Any] = [
    (IMMEDIATE, MESSAGE),
    (IMMEDIATE, MESSAGE, "mine"),
    (ORDINARY, Reply("好")),
    (ORDINARY, Reply("好"), None),
]


BAD: list[tuple[Any, type[Exception], str | None]] = [
    (("no-such", MESSAGE), NotFoundError, "no-such"),
    (("a" * 65, MESSAGE), ValidationError, "a" * 65),
    ((ORDINARY, Reply("好"), "mine"), ValidationError, ORDINARY),
    ((IMMEDIATE, Message().text("${a}")), ValidationError, IMMEDIATE),
    ((IMMEDIATE, None), ValidationError, IMMEDIATE),
    ((2.002e26, MESSAGE), ValidationError, None),
    ((IMMEDIATE,), TypeError, IMMEDIATE),
    ((), TypeError, None),
    ((IMMEDIATE, MESSAGE, "mine", 4), TypeError, IMMEDIATE),
    ([IMMEDIATE, MESSAGE], TypeError, None),
    ("ab", TypeError, None),
    (None, TypeError, None),
]
"""Rows that cannot be sent, what is raised for each, and the complaint that it names."""


def in_order(results: Iterator[SendResult]) -> list[SendResult]:
    """All results, in the order of the replies."""
    return sorted(results, key=lambda result: result.index)


def threads() -> list[str]:
    """The threads that work on many things."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("msgkit-many")]


@pytest.mark.usefixtures("both")
class TestSendMany:
    """What is promised of either kind of client."""

    @pytest.mark.parametrize("workers", [1, 3])
    def test_sent(self, sandbox: Sandbox, workers: int) -> None:
        """Each reply is sent once, under its id where it has one, and its result says which it was."""
        with client_for(sandbox) as client:
            results = in_order(client.send_many(iter(ROWS * 2), workers=workers))
        assert [result.index for result in results] == list(range(8))
        assert [result.complaint_id for result in results] == [IMMEDIATE, IMMEDIATE, ORDINARY, ORDINARY] * 2
        assert [result.error for result in results] == [None] * 8
        receipts = [result.receipt for result in results if result.receipt is not None]
        assert [bool(receipt.log_id) for receipt in receipts] == [True, True, False, False] * 2
        assert receipts[1].idempotent_id == "mine"
        assert receipts[1].log_id == receipts[5].log_id
        assert len(sandbox.calls) == 8

    def test_complaint(self, sandbox: Sandbox) -> None:
        """A complaint is named by itself, too, and answered for the merchant it is about."""
        with client_for(sandbox) as client:
            complaint = client.complaint(IMMEDIATE)
            assert isinstance(complaint, Complaint)
            (result,) = client.send_many([(complaint, MESSAGE)])
        assert (result.complaint_id, result.error) == (IMMEDIATE, None)

    def test_errors(self, sandbox: Sandbox) -> None:
        """What goes wrong with a row is in its result, and the others are sent."""
        with client_for(sandbox) as client:
            results = in_order(client.send_many([ROWS[0], *(row for row, _, _ in BAD), ROWS[1]], workers=3))
        assert [result.error for result in (results[0], results[-1])] == [None, None]
        found = [(type(result.error), result.complaint_id) for result in results[1:-1]]
        assert found == [(kind, complaint_id) for _, kind, complaint_id in BAD]
        assert {result.receipt for result in results[1:-1]} == {None}

    def test_what_a_row_is(self, sandbox: Sandbox) -> None:
        """The error of a row that is no such tuple says which it is and what it should be, and not what is in it."""
        with client_for(sandbox) as client:
            (failed,) = client.send_many([["secret", MESSAGE]])  # type: ignore[list-item]
        text = "replies[0]: should be (complaint, message) or (complaint, message, idempotent_id), and is of type list"
        assert str(failed.error) == text

    def test_iterables_error(self, sandbox: Sandbox) -> None:
        """What the iterable raises is raised, after the results of all that it gave before; and then it is over."""

        def rows() -> Iterator[Any]:
            yield from ROWS
            raise OSError("the disk")

        found: list[SendResult] = []
        with client_for(sandbox) as client:
            results = client.send_many(rows(), workers=3)
            with pytest.raises(OSError, match="the disk"):
                found.extend(results)
            assert list(results) == []
        assert sorted(result.index for result in found) == [0, 1, 2, 3]

    def test_none(self, sandbox: Sandbox) -> None:
        """No replies have no results."""
        with client_for(sandbox) as client:
            assert list(client.send_many([])) == []

    def test_bounded(self, sandbox: Sandbox) -> None:
        """Nothing is taken before it is asked for, and never more than twice as many as there are workers."""
        taken = 0

        def rows() -> Iterator[Any]:
            nonlocal taken
            for _ in range(40):
                taken += 1
                yield ROWS[0]

        with client_for(sandbox) as client:
            results = client.send_many(rows(), workers=2)
            assert taken == 0
            most = max(taken - yielded for yielded, _ in enumerate(results))
        assert taken == 40
        assert most <= 4

    def test_workers(self, sandbox: Sandbox) -> None:
        """A number of workers that is none is refused at once."""
        numbers: list[Any] = [0, -1, 1.0, "4", True, None]
        with client_for(sandbox) as client:
            for workers in numbers:
                with pytest.raises(ConfigurationError, match=r"^workers must be a whole number of at least 1$"):
                    client.send_many([], workers=workers)

    def test_no_iterable(self, sandbox: Sandbox) -> None:
        """What cannot be iterated over is refused at once."""
        with client_for(sandbox) as client, pytest.raises(TypeError, match="iterable"):
            client.send_many(5)  # type: ignore[arg-type]


class Work:
    """Work that takes until it is allowed to end, and says what was begun and what came to its end."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.may_end = threading.Semaphore(0)

    def __call__(self, item: int) -> int:
        """Do it."""
        self.begun.append(item)
        assert self.may_end.acquire(timeout=10)
        time.sleep(0.02)  # whoever leaves is there first
        self.ended.append(item)
        return item


def interrupt(_: object) -> None:
    """Press Ctrl+C."""
    signal.raise_signal(signal.SIGINT)


def divide_by_nothing(_: object) -> float:
    """Fail."""
    return 1 / 0


class TestInThreads:
    """Threads, and their end."""

    def test_by_completion(self) -> None:
        """What is there first is handed out first."""
        quick_is_out = threading.Event()

        def work(name: str) -> str:
            assert name == "quick" or quick_is_out.wait(10)
            return name

        done = in_threads(["slow", "quick"], work, 2)
        assert next(done) == "quick"
        quick_is_out.set()
        assert list(done) == ["slow"]

    def test_at_once(self) -> None:
        """As many are worked on at once as there are workers."""
        together = threading.Barrier(4)
        assert sorted(in_threads(range(8), lambda item: together.wait(10) * 0 + item, 4)) == list(range(8))

    def test_one_thread_takes(self) -> None:
        """Items are taken by whoever iterates, in that thread, since a generator cannot be shared."""

        def items() -> Iterator[int]:
            for _ in range(20):
                yield threading.get_ident()

        assert set(in_threads(items(), lambda item: item, 4)) == {threading.get_ident()}

    def test_slow_source(self) -> None:
        """What is there is handed out while the source still has more: after one more item, not after all."""
        taken: list[int] = []

        def items() -> Iterator[int]:
            for number in range(20):
                taken.append(number)
                time.sleep(0.01)
                yield number

        assert next(in_threads(items(), lambda item: item, 16)) == 0
        assert len(taken) <= 4

    @pytest.mark.parametrize("leave", ["break", "close", "error", "interrupt"])
    def test_left(self, leave: str) -> None:
        """However it is left, nothing is begun any more, what is under way comes to its end, and no thread is left."""
        work = Work()
        work.may_end.release()
        done = in_threads(iter(range(100)), work, 3)
        next(done)
        work.may_end.release(100)
        match leave:
            case "break":
                for _ in done:
                    break
                del done
            case "close":
                done.close()  # type: ignore[attr-defined]
            case "error":
                with pytest.raises(ZeroDivisionError):
                    list(map(divide_by_nothing, done))
                del done
            case _:
                with pytest.raises(KeyboardInterrupt):
                    list(map(interrupt, done))
                del done
        assert threads() == []
        assert sorted(work.ended) == sorted(work.begun)
        assert len(work.begun) <= 6

    def test_interrupted(self) -> None:
        """Ctrl+C while it waits for a result is heard at once, and what is under way comes to its end."""
        work = Work()

        def press() -> None:
            wait_until(lambda: len(work.begun) == 3)
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            work.may_end.release(100)

        done = in_threads(range(100), work, 3)
        interrupting = threading.Thread(target=press)
        interrupting.start()
        with pytest.raises(KeyboardInterrupt):
            next(done)
        interrupting.join()
        assert sorted(work.ended) == sorted(work.begun) == [0, 1, 2]
        assert threads() == []

    def test_source_interrupted(self) -> None:
        """Ctrl+C while the source is asked is raised at once; what is under way comes to its end."""
        work = Work()
        work.may_end.release(100)

        def items() -> Iterator[int]:
            yield 0
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            list(in_threads(items(), work, 3))
        assert work.ended == [0]
        assert threads() == []

    def test_works_error(self) -> None:
        """What the work itself raises ends the whole, and leaves no thread."""
        with pytest.raises(ZeroDivisionError):
            list(in_threads([1, 0, 1], lambda item: 1 / item, 2))
        assert threads() == []

    def test_garbage(self) -> None:
        """One that became garbage in a circle, and is collected in one of its own threads, does not wait for itself."""
        both_begun, collect = threading.Barrier(2), threading.Event()
        collected: list[int] = []

        def work(item: int) -> int:
            both_begun.wait(10)
            if item:
                assert collect.wait(10)
                collected.append(gc.collect())
            return item

        circle: list[Any] = []
        circle.extend([circle, in_threads(range(2), work, 2)])
        gc.disable()
        try:
            assert next(circle[1]) == 0
            del circle
            collect.set()
            wait_until(lambda: threads() == [])
        finally:
            gc.enable()
        assert len(collected) == 1

    def test_holds_nothing(self) -> None:
        """Neither items nor what came of them are held once they are handed out."""

        class Thing:
            """Something that is counted while it is there."""

        alive: weakref.WeakSet[Thing] = weakref.WeakSet()

        def things() -> Iterator[Thing]:
            for _ in range(50):
                thing = Thing()
                alive.add(thing)
                yield thing
                del thing

        assert max(len(alive) for _ in in_threads(things(), lambda thing: thing, 2)) <= 5

    def test_no_circle(self) -> None:
        """An error of the source holds nothing in a circle, so that what it holds goes when it is let go."""

        def items() -> Iterator[int]:
            yield 0
            raise OSError("the disk")

        gc.collect()
        gc.disable()
        try:
            with pytest.raises(OSError, match="the disk"):
                list(in_threads(items(), lambda item: item, 2))
            held = [each for each in gc.get_objects() if type(each) is OSError and each.args == ("the disk",)]
        finally:
            gc.enable()
        assert held == []


def wait_until(holds: Callable[[], bool]) -> None:
    """Fail unless something holds soon."""
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    assert holds()


def test_names() -> None:
    """What a result says of itself fits in a line, and it cannot be changed."""
    result = SendResult(0, "1", None, ValueError("a"))
    assert repr(result) == "SendResult(index=0, complaint_id='1', receipt=None, error=ValueError('a'))"
    with pytest.raises(AttributeError):
        result.index = 1  # type: ignore[misc]
    assert _many.SendResult is SendResult
