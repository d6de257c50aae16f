"""Changes: what a sandbox tells whoever watches it, when, and that listening hinders nobody."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from msgkit.sandbox import Change, Sandbox
from msgkit.sandbox.changes import ChangeKind, Changes

from .merchant import IMMEDIATE, ORDINARY, Merchant
from .receiver import Receiver

SECONDS = 30


@pytest.fixture
def heard(sandbox: Sandbox) -> Iterator[list[Change]]:
    """What is told from now on."""
    changes: list[Change] = []
    leave = sandbox.on_change(changes.append)
    yield changes
    leave()


def kinds(changes: list[Change]) -> list[ChangeKind]:
    """What kinds were told, in order."""
    return [change.kind for change in changes]


class TestKinds:
    """What is told."""

    def test_complaint(self, sandbox: Sandbox, heard: list[Change]) -> None:
        """A new complaint is told, with its first entry and the notification of it."""
        made = sandbox.complaint()
        assert kinds(heard) == ["complaint", "entry", "push"]
        assert {change.complaint_id for change in heard} == {made.complaint_id}
        assert heard[1].log_id == sandbox.history(made.complaint_id)[0].log_id
        assert heard[2].push_id == sandbox.pushes[0].id

    def test_says(self, sandbox: Sandbox, heard: list[Change]) -> None:
        """What the customer says is an entry, and the complaint waits for a reply; said again, it waited already."""
        for _ in range(2):
            sandbox.customer(IMMEDIATE).says("在吗")
        assert kinds(heard) == ["entry", "complaint", "push", "entry", "push"]

    def test_reply(self, sandbox: Sandbox, merchant: Merchant, heard: list[Change]) -> None:
        """A reply is an entry, a complaint that is now being handled, and a call with its record."""
        merchant.reply_richly(merchant.rich())
        assert kinds(heard) == ["entry", "complaint", "call"]
        assert [change.complaint_id for change in heard] == [IMMEDIATE] * 3
        assert heard[0].log_id == sandbox.replies[0].log_id
        assert heard[2].call == sandbox.calls[0]

    def test_complete(self, merchant: Merchant, heard: list[Change]) -> None:
        """A second completion changes nothing but that there was a call."""
        merchant.complete(ORDINARY)
        merchant.complete(ORDINARY)
        assert kinds(heard) == ["complaint", "entry", "call", "call"]

    def test_call_elsewhere(self, merchant: Merchant, heard: list[Change]) -> None:
        """A call names the complaint of its path, whether or not there is one, or none."""
        merchant.complete("no%2Fsuch")
        merchant.get("/v3/certificates")
        merchant.get("/nothing")
        assert [(change.kind, change.complaint_id) for change in heard] == [
            ("call", "no/such"),
            ("call", None),
            ("call", None),
        ]

    def test_not_carried_out(self, sandbox: Sandbox, merchant: Merchant, heard: list[Change]) -> None:
        """Of what is not carried out the call alone is told."""
        sandbox.fail_next("TRUNCATED", processed=False)
        with pytest.raises(Exception, match="IncompleteRead"):
            merchant.reply_richly(merchant.rich())
        assert kinds(heard) == ["call"]

    def test_push(self, sandbox: Sandbox, heard: list[Change]) -> None:
        """A notification is told as it is made, and again each time that it was posted."""
        told = threading.Event()
        leave = sandbox.on_change(lambda change: told.set() if kinds(heard).count("push") == 2 else change)
        with Receiver.running() as receiver:
            sandbox.notify_to(receiver.url)
            sandbox.customer(IMMEDIATE).says("在吗")
            assert told.wait(SECONDS)
        leave()
        assert kinds(heard)[-2:] == ["push", "push"]
        assert len(sandbox.pushes[0].attempts) == 1

    def test_clock(self, sandbox: Sandbox, heard: list[Change]) -> None:
        """Moving the clock is told."""
        sandbox.advance(timedelta(hours=1))
        assert heard == [Change("clock")]

    def test_reset(self, sandbox: Sandbox, heard: list[Change]) -> None:
        """A reset is told before the complaints of a new sandbox, when all of it is done; who listens stays."""
        sandbox.rotate_certificate()
        certificates: list[int] = []
        leave = sandbox.on_change(lambda _: certificates.append(len(sandbox.certificates)))
        sandbox.reset()
        leave()
        assert kinds(heard) == ["reset", "complaint", "entry", "complaint", "entry"]
        assert certificates == [0] * 5


class TestListening:
    """How it is told."""

    def test_several(self, sandbox: Sandbox) -> None:
        """Several listen at once, one of them twice; each goes for itself, and going again is harmless."""
        first: list[Change] = []
        second: list[Change] = []
        leave, leave_once, leave_twice = map(sandbox.on_change, (first.append, second.append, second.append))
        sandbox.advance(timedelta(0))
        leave()
        leave()
        leave_once()
        sandbox.advance(timedelta(0))
        leave_twice()
        sandbox.advance(timedelta(0))
        assert (len(first), len(second)) == (1, 3)

    def test_beside_watch(self, sandbox: Sandbox, merchant: Merchant, heard: list[Change]) -> None:
        """The one who watches calls has others beside it, and takes none of them away."""
        calls: list[Any] = []
        sandbox.watch(calls.append)
        sandbox.watch(calls.append)
        merchant.complete()
        sandbox.watch(None)
        sandbox.watch(None)
        merchant.complete()
        assert calls == [*sandbox.calls[:1]]
        assert kinds(heard).count("call") == 2

    def test_raises(self, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        """Whoever raises harms neither what is done nor the others; the log has the error's name, and not its text."""

        def fail(_: Change) -> None:
            raise ZeroDivisionError("SECRET")

        after: list[Change] = []
        leaving: list[Callable[[], None]] = [sandbox.on_change(fail), sandbox.on_change(after.append)]
        sandbox.customer(IMMEDIATE).says("在吗")
        for leave in leaving:
            leave()
        assert len(after) == 3
        assert "ZeroDivisionError" in caplog.text
        assert "SECRET" not in caplog.text

    def test_no_function(self, sandbox: Sandbox) -> None:
        """What listens is a function."""
        wrong: Any = "print"
        with pytest.raises(ValueError, match="listener must be a function"):
            sandbox.on_change(wrong)

    def test_holds_no_lock(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Whoever listens may wait for another thread that reads the sandbox and changes it."""
        done: list[str] = []

        def use() -> None:
            sandbox.customer(ORDINARY).sees()
            sandbox.customer(ORDINARY).notification()
            done.append(f"{len(sandbox.calls)} {len(sandbox.pushes)}")

        def listen(change: Change) -> None:
            if change.complaint_id == IMMEDIATE:
                thread = threading.Thread(target=use, daemon=True)
                thread.start()
                thread.join(SECONDS)
                assert not thread.is_alive()

        leave = sandbox.on_change(listen)
        sandbox.customer(IMMEDIATE).says("在吗")
        merchant.reply(merchant.plain())
        leave()
        assert done == ["0 2", "0 2", "0 2", "0 2", "0 2", "1 2"]

    def test_changes_more(self, sandbox: Sandbox) -> None:
        """Whoever listens may change the sandbox, which is told in turn, to itself as well."""
        seen: list[ChangeKind] = []

        def listen(change: Change) -> None:
            seen.append(change.kind)
            if change.kind == "entry" and len(sandbox.history(IMMEDIATE)) < 3:
                sandbox.customer(IMMEDIATE).says("还在吗")

        leave = sandbox.on_change(listen)
        sandbox.customer(IMMEDIATE).says("在吗")
        leave()
        assert seen == ["entry", "entry", "push", "complaint", "push"]

    def test_after_a_failure(self) -> None:
        """What had changed before a step failed is told all the same, and only to whoever listens then."""
        changes, told = Changes(), list[Change]()
        changes.note(Change("clock"))
        changes.listen(told.append)

        def fail() -> None:
            with changes.step(), changes.step():
                changes.note(Change("reset"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert told == [Change("reset")]

    def test_threads(self) -> None:
        """What one thread has noted is told by that thread, whatever others do meanwhile."""
        changes, told = Changes(), list[tuple[str, Change]]()
        changes.listen(lambda change: told.append((threading.current_thread().name, change)))
        with changes.step():
            changes.note(Change("reset"))
            other = threading.Thread(target=changes.note, args=[Change("clock")], name="other")
            other.start()
            other.join()
        assert told == [("other", Change("clock")), (threading.current_thread().name, Change("reset"))]
