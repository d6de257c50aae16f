"""Notifications posted to a real server: once, again, badly, and never to another machine."""

import contextlib
import gc
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from msgkit.sandbox import Sandbox, SandboxError
from msgkit.sandbox.posting import TIMEOUT, _Connection

from .merchant import IMMEDIATE, ORDINARY, Merchant
from .receiver import Receiver


@pytest.fixture
def receiver(sandbox: Sandbox) -> Iterator[Receiver]:
    """A receiver that the sandbox posts to."""
    with Receiver.running() as running:
        sandbox.notify_to(running.url)
        yield running
        sandbox.reset()


def notifying() -> set[threading.Thread]:
    """The threads that post."""
    return {thread for thread in threading.enumerate() if thread.name.startswith("msgkit-notify")}


class TestPosting:
    """All goes well."""

    def test_url(self, sandbox: Sandbox) -> None:
        """It says where notifications go, as that was written; None where they go nowhere."""
        sandbox.notify_to("http://localhost:8000/notify")
        assert sandbox.notify_url == "http://localhost:8000/notify"
        sandbox.notify_to(None)
        assert sandbox.notify_url is None

    def test_in_order(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """What happens to a complaint is told in its order, each once, sealed and signed, over one connection."""
        complaint = sandbox.complaint()
        customer = sandbox.customer(complaint)
        customer.says("还没到账")
        customer.continues_complaint("还是没有")
        sandbox.entry(complaint.complaint_id, "PLATFORM_RESPONSE", details="我们来看看")
        sandbox.settle()
        assert receiver.told(sandbox) == [
            "CREATE_COMPLAINT",
            "USER_RESPONSE",
            "CONTINUE_COMPLAINT",
            "RESPONSE_BY_PLATFORM",
        ]
        assert receiver.ids() == [push.id for push in sandbox.pushes]
        assert [[attempt.status for attempt in push.attempts] for push in sandbox.pushes] == [[204]] * 4
        assert all(push.is_delivered for push in sandbox.pushes)
        assert len(receiver.connections) == 1

    def test_closes_each_time(self, sandbox: Sandbox) -> None:
        """A server that keeps no connection alive gets each over a new one."""
        with Receiver.running(keeps_alive=False) as receiver:
            sandbox.notify_to(receiver.url)
            for text in "一二三":
                sandbox.customer(IMMEDIATE).says(text)
                sandbox.settle()
            assert len(receiver.received) == len(receiver.connections) == 3

    def test_kept_alive_and_ended(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """A connection that the server has ended meanwhile is replaced, and nothing counts as not taken."""
        receiver.answers[:] = [204, 0]
        sandbox.customer(IMMEDIATE).says("一")
        sandbox.settle()
        sandbox.customer(IMMEDIATE).says("二")
        sandbox.settle()
        assert [[attempt.status for attempt in push.attempts] for push in sandbox.pushes] == [[204], [204]]

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
    def test_hosts(self, sandbox: Sandbox, receiver: Receiver, host: str) -> None:
        """By name it is this machine too."""
        sandbox.notify_to(f"http://{host}:{receiver.port}/notify")
        sandbox.customer(IMMEDIATE).says("一")
        sandbox.settle()
        assert len(receiver.received) == 1

    def test_before_an_address(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """What was made while nothing was to be notified is not posted later."""
        sandbox.notify_to(None)
        sandbox.customer(IMMEDIATE).says("一")
        sandbox.notify_to(receiver.url)
        sandbox.customer(IMMEDIATE).says("二")
        sandbox.settle()
        assert receiver.ids() == [sandbox.pushes[1].id]
        assert sandbox.pushes[0].attempts == ()

    def test_registered(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """An address that the merchant registers is kept, and nothing is posted to it, though it be this machine."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"https://127.0.0.1:{listener.getsockname()[1]}/notify"
            registered = merchant.call("POST", "/v3/merchant-service/complaint-notifications", {"url": url})
            assert registered.status == 200
            sandbox.customer(IMMEDIATE).says("一")
            sandbox.settle()
            listener.settimeout(0)
            with pytest.raises(BlockingIOError):
                listener.accept()
        assert sandbox.pushes[0].attempts == ()

    def test_what_localhost_means(self) -> None:
        """A connection that leads to another address than one of loopback, as by a wrong name, is given up at once."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, contextlib.suppress(OSError):
            asking.connect(("192.0.2.1", 9))  # nothing is sent; it only says which address would send it
            own = asking.getsockname()[0]
            if not own.startswith("127."):
                with socket.create_server((own, 0)) as elsewhere:
                    connection = _Connection(own, elsewhere.getsockname()[1], timeout=TIMEOUT)
                    with pytest.raises(ConnectionRefusedError, match="not this machine"):
                        connection.request("POST", "/", b"secret")
                    with elsewhere.accept()[0] as accepted:
                        assert accepted.recv(1) == b""
                return
        pytest.skip("this machine has no other address")


class TestAgain:
    """What is not taken comes again."""

    def test_schedule(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """After 5 seconds, ten times after a minute, then every 5 minutes, by the sandbox's clock."""
        receiver.answers[:] = [500] * 100
        sandbox.customer(IMMEDIATE).says("一")
        counts = []
        for step in (0, 2, 4, 50, 10, 9 * 60, 4 * 60, 60, 3600):
            sandbox.advance(timedelta(seconds=step))
            sandbox.settle()
            counts.append(len(receiver.received))
        assert counts == [1, 1, 2, 2, 3, 12, 12, 13, 25]
        (push,) = sandbox.pushes
        assert [attempt.status for attempt in push.attempts] == [500] * 25
        assert timedelta(seconds=65) <= push.attempts[2].time - push.attempts[0].time < timedelta(seconds=75)
        assert not push.is_delivered

    def test_same_id_signed_anew(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """Each time it is the same one, signed and sealed anew, until it is taken."""
        receiver.answers[:] = [503, 302, 201]
        sandbox.customer(IMMEDIATE).says("一")
        sandbox.settle()
        sandbox.advance(timedelta(hours=1))
        sandbox.settle()
        (push,) = sandbox.pushes
        assert [attempt.status for attempt in push.attempts] == [503, 302, 201, 204]
        assert receiver.ids() == [push.id] * 4
        assert receiver.told(sandbox) == ["USER_RESPONSE"] * 4
        assert len({one.headers["Wechatpay-Nonce"] for one in receiver.received}) == 4
        assert len({one.body for one in receiver.received}) == 4

    def test_no_answer(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """No answer, and no server, is no success either; what happened is told by the name of an error."""
        receiver.answers[:] = [0]
        sandbox.customer(IMMEDIATE).says("一")
        sandbox.settle()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            nobody = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        sandbox.notify_to(nobody)
        sandbox.advance(timedelta(seconds=5))
        sandbox.settle()
        sandbox.notify_to(receiver.url)
        sandbox.advance(timedelta(minutes=1))
        sandbox.settle()
        (push,) = sandbox.pushes
        assert [attempt.status for attempt in push.attempts] == [None, None, 204]
        assert [attempt.error for attempt in push.attempts] == ["RemoteDisconnected", "ConnectionRefusedError", None]

    def test_end(self, sandbox: Sandbox) -> None:
        """After 1,000 tries it does not come again."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            sandbox.notify_to(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        sandbox.customer(IMMEDIATE).says("一")
        for _ in range(2):
            sandbox.advance(timedelta(days=7))
            sandbox.settle(60)
        (push,) = sandbox.pushes
        assert len(push.attempts) == 1000
        assert push.attempts[-1].time - push.attempts[0].time < timedelta(days=7)

    @pytest.mark.slow
    def test_late(self, sandbox: Sandbox) -> None:
        """An answer that does not come within 5 seconds is none."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            sandbox.notify_to(f"http://127.0.0.1:{silent.getsockname()[1]}/")
            sandbox.customer(IMMEDIATE).says("一")
            sandbox.settle(4 * TIMEOUT)
        assert [attempt.error for attempt in sandbox.pushes[0].attempts] == ["TimeoutError"]


class TestBadly:
    """As it happens in the world."""

    def test_times(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """Each one is delivered as often as was asked for, each time signed anew."""
        sandbox.notify_badly(times=3)
        sandbox.customer(IMMEDIATE).says("一")
        sandbox.customer(ORDINARY).says("二")
        sandbox.settle()
        assert sorted(receiver.ids()) == sorted(push.id for push in sandbox.pushes for _ in range(3))
        assert len({one.headers["Wechatpay-Nonce"] for one in receiver.received}) == 6

    def test_shuffled(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """Those of one complaint overtake each other, and none is lost."""
        sandbox.notify_badly(shuffled=True, seed=1)
        customer = sandbox.customer(IMMEDIATE)
        for number in range(20):
            customer.says(str(number))
        sandbox.settle()
        made = [push.id for push in sandbox.pushes]
        assert sorted(receiver.ids()) == sorted(made)
        assert receiver.ids() != made

    def test_well_again(self, sandbox: Sandbox, receiver: Receiver) -> None:
        """Without arguments all goes well again."""
        sandbox.notify_badly(times=3, shuffled=True)
        sandbox.notify_badly()
        sandbox.customer(IMMEDIATE).says("一")
        sandbox.settle()
        assert len(receiver.received) == 1

    @pytest.mark.parametrize(("pushes", "most"), [(100, 10), pytest.param(5000, 120, marks=pytest.mark.slow)])
    def test_many(self, sandbox: Sandbox, receiver: Receiver, pushes: int, most: int) -> None:
        """Many of them, three times each and in any order, all arrive."""
        sandbox.notify_badly(times=3, shuffled=True, seed=1)
        for _ in range(pushes):
            sandbox.complaint()
        sandbox.settle(most)
        assert len(receiver.received) == 3 * pushes
        assert set(receiver.ids()) == {push.id for push in sandbox.pushes}
        assert len(receiver.connections) <= 4


class TestLife:
    """Threads and memory."""

    def test_threads(self) -> None:
        """No thread begins before there is something to post, and none is left."""
        before = set(threading.enumerate())
        with Receiver.running() as receiver, Sandbox(notify=receiver.url) as sandbox:
            assert notifying() <= before
            sandbox.complaint()
            sandbox.settle()
            assert len(notifying() - before) == 1
            assert len(receiver.received) == 1
        gc.collect()
        assert set(threading.enumerate()) == before

    def test_stops_at_once(self) -> None:
        """A server that does not answer does not keep the sandbox from stopping; what waited is posted when it runs."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            sandbox = Sandbox(notify=f"http://127.0.0.1:{silent.getsockname()[1]}/")
            with sandbox:
                sandbox.complaint()
                connection, _ = silent.accept()
                connection.recv(1)
            connection.close()
        (push,) = sandbox.pushes
        assert [attempt.status for attempt in push.attempts] == [None]
        sandbox.advance(timedelta(minutes=1))
        with pytest.raises(SandboxError, match="does not run"):
            sandbox.settle()
        with Receiver.running() as receiver:
            sandbox.notify_to(receiver.url)
            with sandbox:
                sandbox.settle()
            assert receiver.ids() == [push.id]

    def test_reset(self) -> None:
        """A reset forgets what was made, what waits and how it goes badly, and goes back to the address given first."""
        with Receiver.running() as usual, Receiver.running() as other, Sandbox(notify=usual.url) as sandbox:
            sandbox.notify_to(other.url)
            sandbox.notify_badly(times=5)
            other.answers[:] = [500] * 5
            sandbox.complaint()
            sandbox.settle()
            sandbox.reset()
            assert sandbox.pushes == ()
            sandbox.advance(timedelta(hours=1))
            sandbox.settle()
            assert len(other.received) == 5
            sandbox.complaint()
            sandbox.settle()
            assert len(usual.received) == 1
            sandbox.notify_to(None)
            sandbox.complaint()
            sandbox.settle()
            assert len(usual.received) == 1

    def test_timeout(self, sandbox: Sandbox) -> None:
        """Whoever waits is told where something was still to be posted."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            sandbox.notify_to(f"http://127.0.0.1:{silent.getsockname()[1]}/")
            sandbox.complaint()
            with pytest.raises(SandboxError, match=r"still to be posted after 0.1 s"):
                sandbox.settle(0.1)
            connection, _ = silent.accept()
            connection.close()
            sandbox.reset()

    @pytest.mark.parametrize("timeout", [-1, float("nan"), float("inf"), True, "1", None])
    def test_wrong_timeout(self, sandbox: Sandbox, timeout: float) -> None:
        """It waits for a number of seconds."""
        with pytest.raises(ValueError, match="timeout must be"):
            sandbox.settle(timeout)

    @pytest.mark.parametrize(
        "wrong", [{"times": 0}, {"times": 101}, {"times": True}, {"shuffled": 1}, {"seed": "1"}, {"seed": 1.5}], ids=str
    )
    def test_wrong_ways(self, sandbox: Sandbox, wrong: dict[str, int]) -> None:
        """It goes badly in the ways that there are."""
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be"):
            sandbox.notify_badly(**wrong)  # type: ignore[arg-type]
