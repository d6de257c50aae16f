"""`InboxContract`: the tests that every inbox passes, for whoever writes one.

    class TestMyInbox(InboxContract):
        @pytest.fixture
        def fresh(self, tmp_path):
            numbers = itertools.count()
            return lambda: MyInbox(tmp_path / str(next(numbers)))

Each sentence of `msgkit.routing.Inbox` has a test here, and `test_model` looks for sequences of calls that nobody has
thought of. Nothing waits for long, and nothing fails because the machine is slow.

It needs pytest and Hypothesis, which come with the extra ``msgkit-wechatpay[testing]``.
"""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from msgkit._extras import need
from msgkit.routing import Inbox, State
from msgkit.testing.inbox._base import LONG, MCHID, asked, entry, kept
from msgkit.testing.inbox._claims import Claims
from msgkit.testing.inbox._ends import Ends
from msgkit.testing.inbox._model import check
from msgkit.testing.inbox._records import Records

with need("testing"):
    import pytest

__all__ = ["InboxContract"]

_WORKERS = 8
_COMPLAINTS = 30


class InboxContract(Claims, Records, Ends):
    """Tests of an inbox. Whoever derives from it overrides the fixture `fresh`, and what else does not fit.

    Attributes:
        moment: For how many seconds what is to end soon lasts; `passes` is asked for longer.
    """

    def test_close(self, inbox: Inbox) -> None:
        """A call after `close` opens the inbox again, with all that it had."""
        claim = asked(inbox)
        inbox.update(claim, entry(0))
        inbox.close()
        inbox.close()
        assert kept(inbox, claim) == (entry(0),)
        assert inbox.renew(claim, LONG)

    def test_clock(self, inbox: Inbox) -> None:
        """Time goes on, and not back."""
        before = inbox.now()
        self.passes(self.moment)
        assert before < inbox.now()

    def test_threads(self, inbox: Inbox) -> None:
        """Of many threads one at a time holds a complaint, and each look that is asked for is followed by a claim."""
        for number in range(_COMPLAINTS):
            inbox.notify(MCHID, str(number))
        held: set[str] = set()
        twice: list[str] = []
        wanted: dict[str, int] = {}
        lock = threading.Lock()

        def work(_: int) -> None:
            while (claim := inbox.claim(LONG)) is not None:
                name = claim.complaint_id
                with lock:
                    twice.extend({name} & held)
                    held.add(name)
                    wanted[name] = claim.wanted
                if claim.wanted == 1:
                    inbox.notify(MCHID, name)
                with lock:
                    held.remove(name)
                inbox.release(claim, None)

        with ThreadPoolExecutor(_WORKERS) as threads:
            list(threads.map(work, range(_WORKERS)))
        assert twice == []
        assert wanted == {str(number): 2 for number in range(_COMPLAINTS)}

    def test_processes(self, inbox: Inbox) -> None:
        """Of several processes one takes in a notification, and one handles a complaint."""
        opener = self.elsewhere(inbox)
        if opener is None:
            pytest.skip("only one process has it")
        with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as processes:
            news = list(processes.map(_take_in, [opener] * 2))
            handled = list(processes.map(_handle, [opener] * 2))
        names = sorted(map(str, range(_COMPLAINTS)))
        assert sorted(itertools.chain(*news)) == names
        assert sorted(itertools.chain(*handled)) == names
        assert len(inbox.find(State.DONE)) == _COMPLAINTS

    def test_model(self, fresh: Callable[[], Inbox]) -> None:
        """Whatever is done with it, it says what a plain model of it says."""
        check(fresh)


def _take_in(opener: Callable[[], Inbox]) -> list[str]:
    inbox = opener()
    names = map(str, range(_COMPLAINTS))
    found = [name for name in names if inbox.notify(MCHID, name, f"EV-{name}")]
    inbox.close()
    return found


def _handle(opener: Callable[[], Inbox]) -> list[str]:
    inbox = opener()
    found: list[str] = []
    while (claim := inbox.claim(LONG)) is not None:
        found.append(claim.complaint_id)
        inbox.looked(claim, [entry(0, State.DONE, claim=claim)], is_open=True)
        inbox.release(claim, None)
    inbox.close()
    return found
