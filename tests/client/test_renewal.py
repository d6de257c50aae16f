"""The platform's certificates, got in time: once for all calls that need them, and again when they are others."""

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict, evolve

from msgkit import (
    AsyncClient,
    Client,
    NoAuthError,
    PlatformError,
    Receipt,
    Reply,
    ResponseVerificationError,
    Retry,
    TransportError,
)
from msgkit._apiv3.calls import Answer, Deadline, Request
from msgkit._apiv3.certificates import KeyRing
from msgkit._apiv3.verification import Verifier
from msgkit.client._renewal import Renewal
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, MESSAGE, ORDINARY, Received, Server, answer, client_for, forward

pytestmark = pytest.mark.slow  # they wait for requests that others make

ROOT = Path(__file__).parents[2]
SEND = "response-immediate-service"
ALMOST_OVER = timedelta(days=5, seconds=-60)
CERTIFICATES_ONLY: dict[str, Any] = {"public_key_id": None, "public_key": None, "platform_certificates": True}

both = pytest.mark.usefixtures("both", "at_once")


def certified(sandbox: Sandbox, **changes: Any) -> Client:
    """A client that believes the platform's certificates and nothing else."""
    return client_for(sandbox, **(CERTIFICATES_ONLY | changes))


def migrating(sandbox: Sandbox, **changes: Any) -> Client:
    """A client that believes the public key and the certificates too."""
    return client_for(sandbox, platform_certificates=True, **changes)


def send(client: Client, name: str | None = None) -> Receipt:
    """Send a rich reply."""
    return client.send(IMMEDIATE, MESSAGE, idempotent_id=name)


def asked(sandbox: Sandbox) -> int:
    """How often certificates were asked for."""
    return sandbox.counts["certificates"]


def inner(client: Client) -> Any:
    """The client itself, of whichever kind."""
    return vars(client).get("_client", client)


def renewal_of(client: Client) -> Renewal:
    """What gets its certificates."""
    found = inner(client)._platform.certificates
    assert isinstance(found, Renewal)
    return found


class Clock:
    """A clock that can be put forward; less than the 300 seconds that an answer may be old."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return time.time() + self.ahead


def timed(client: Client) -> Clock:
    """Let a client's certificates go by a clock that can be put forward."""
    clock, itself = Clock(), inner(client)
    keys = KeyRing(dict(itself._platform.keys), clock)
    protocol = evolve(itself._platform.protocol, verifier=Verifier(keys))
    platform = evolve(itself._platform, keys=keys, protocol=protocol, certificates=None)
    renewal = Renewal(platform, itself._credentials.apiv3_key, clock=clock)
    itself._platform = evolve(platform, certificates=renewal)
    return clock


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not come to be")


@contextmanager
def threads(client: Client, number: int = 16) -> Iterator[ThreadPoolExecutor]:
    """Threads that use a client."""
    client.close()  # the event loop of one that awaits is there from now on
    with ThreadPoolExecutor(number) as pool:
        yield pool


def at_the_same_time(client: Client, number: int = 16) -> list[Future[Receipt]]:
    """Send from many threads that wait for each other first."""
    barrier = threading.Barrier(number)

    def one(name: int) -> Receipt:
        barrier.wait(10)
        return send(client, f"send-{name}")

    with threads(client, number) as pool:
        return [pool.submit(one, each) for each in range(number)]


@both
class TestFirst:
    """A client that has no certificates yet."""

    def test_once(self, sandbox: Sandbox) -> None:
        """The first call gets them before it goes out; later ones ask for nothing."""
        sandbox.rotate_certificate()
        with certified(sandbox) as client:
            for _ in range(3):
                assert send(client).log_id
            assert client.complaint(IMMEDIATE).complaint_id == IMMEDIATE
            client.send(ORDINARY, Reply("好"))
        assert [call.endpoint for call in sandbox.calls] == ["certificates", *[SEND] * 3, "complaint", "response"]
        assert {call.wechatpay_serial for call in sandbox.calls} == {None}

    def test_encrypted(self, sandbox: Sandbox) -> None:
        """What is encrypted for the platform is encrypted with the newest certificate, also by the first call."""
        sandbox.rotate_certificate()
        newest = sandbox.rotate_certificate(valid_for=timedelta(days=3650))
        with certified(sandbox) as client:
            assert client.echo("你好") == "你好"
        assert [call.wechatpay_serial for call in sandbox.calls] == [None, newest]

    def test_at_once(self, sandbox: Sandbox) -> None:
        """Calls that are the first together ask once."""
        sandbox.rotate_certificate()
        with certified(sandbox) as client:
            assert all(each.result().log_id for each in at_the_same_time(client))
        assert sandbox.counts == {"certificates": 1, SEND: 16}

    def test_again(self, sandbox: Sandbox) -> None:
        """Where they are not to be had at first the call is tried again, as it would be for any failure."""
        sandbox.rotate_certificate()
        sandbox.fail_next("SYSTEM_ERROR", endpoint="certificates", times=2)
        with certified(sandbox, retry=Retry()) as client:
            assert send(client).log_id
        assert sandbox.counts == {"certificates": 3, SEND: 1}

    def test_failure(self, sandbox: Sandbox) -> None:
        """Where they are not to be had nothing is sent, and each call has its own error; the next one asks anew."""
        sandbox.rotate_certificate()
        sandbox.fail_next("SYSTEM_ERROR", endpoint="certificates")
        with certified(sandbox) as client:
            with pytest.raises(PlatformError) as caught:
                send(client, "order-42")
            assert caught.value.idempotent_id == "order-42"
            assert not caught.value.maybe_processed
            assert sandbox.replies == ()
            assert send(client).log_id
        assert asked(sandbox) == 2

    @pytest.mark.parametrize("fault", ["UNSIGNED", "WRONG_SIGNATURE", "STALE", "PROBE", "UNKNOWN_SERIAL", "NOT_JSON"])
    def test_not_proven(self, sandbox: Sandbox, fault: str) -> None:
        """Certificates of an answer that is not proven are not believed: nothing is sent."""
        sandbox.rotate_certificate()
        sandbox.fail_next(fault, endpoint="certificates")
        with certified(sandbox) as client:
            with pytest.raises(ResponseVerificationError) as caught:
                send(client)
            assert not caught.value.maybe_processed
            assert len(inner(client)._platform.keys) == 0
        assert sandbox.counts == {"certificates": 1}

    def test_other_apiv3_key(self, sandbox: Sandbox) -> None:
        """With the key of another merchant the error asks for it, and shows none."""
        sandbox.rotate_certificate()
        with (
            certified(sandbox, apiv3_key="x" * 32) as client,
            pytest.raises(ResponseVerificationError, match="apiv3_key") as caught,
        ):
            send(client)
        assert "xxx" not in str(caught.value)
        assert not caught.value.maybe_processed

    def test_time_is_up(self, sandbox: Sandbox) -> None:
        """Who waits for a call whose time is up asks in its place, within its own time."""
        sandbox.rotate_certificate()
        sandbox.fail_next("SLOW", endpoint="certificates", seconds=3)
        with certified(sandbox, total=1.5) as client, threads(client) as pool:
            first = pool.submit(send, client)
            time.sleep(0.9)
            second = pool.submit(send, client)
            with pytest.raises(TransportError) as caught:
                first.result()
            assert not caught.value.maybe_processed
            assert second.result().log_id


@both
class TestNone:
    """A merchant who has no platform certificates: 403."""

    def test_certificates_only(self, sandbox: Sandbox) -> None:
        """A client that has nothing else gets that answer for each call, is asked for no more, and sends nothing."""
        with certified(sandbox, retry=Retry()) as client:
            for name in ("order-1", "order-2"):
                with pytest.raises(NoAuthError) as caught:
                    send(client, name)
                assert caught.value.idempotent_id == name
                assert name in str(caught.value)
                assert not caught.value.maybe_processed
                assert caught.value.request_id
            with pytest.raises(NoAuthError) as other:
                client.complaint(IMMEDIATE)
            assert other.value.idempotent_id is None
        assert sandbox.counts == {"certificates": 1}

    def test_at_once(self, sandbox: Sandbox) -> None:
        """So do calls at the same time, each with its own id."""
        with certified(sandbox) as client:
            errors = [each.exception() for each in at_the_same_time(client)]
        assert {type(each) for each in errors} == {NoAuthError}
        assert {each.idempotent_id for each in errors if isinstance(each, NoAuthError)} == {
            f"send-{name}" for name in range(16)
        }
        assert sandbox.counts == {"certificates": 1}

    def test_migrating(self, sandbox: Sandbox) -> None:
        """A client that has the public key goes on with that, and asks once where an answer names a certificate."""
        with migrating(sandbox) as client:
            assert send(client).log_id
            assert asked(sandbox) == 0
            sandbox.fail_next("UNKNOWN_SERIAL", endpoint=SEND, times=2)
            for _ in range(2):
                with pytest.raises(ResponseVerificationError, match="403") as caught:
                    send(client)
                assert caught.value.maybe_processed
                assert asked(sandbox) == 1
            assert send(client).log_id

    def test_between(self, sandbox: Sandbox) -> None:
        """A 403 of whoever stands between and is not the platform says nothing of certificates."""
        sandbox.rotate_certificate()
        onward, first = forward(sandbox), iter([answer(403, b"<html>no way</html>")])

        def answering(received: Received) -> bytes:
            return next(first, None) or onward(received)

        with Server(answering) as server, certified(sandbox, base_url=server.base_url) as client:
            with pytest.raises(NoAuthError):
                send(client)
            assert send(client).log_id


@both
class TestRotation:
    """Answers that name a certificate that is not known."""

    def test_in_the_middle(self, sandbox: Sandbox) -> None:
        """While certificates change no send of many threads fails, and they are asked for once more."""
        sandbox.rotate_certificate()
        count = iter(range(1, 201))

        def one(_: int) -> Receipt:
            if next(count) == 100:
                sandbox.rotate_certificate()
            return send(client)

        with certified(sandbox) as client, threads(client) as pool:
            assert all(receipt.log_id for receipt in pool.map(one, range(200)))
        assert sandbox.counts == {"certificates": 2, SEND: 200}
        assert len(sandbox.replies) == 200

    def test_shared(self, sandbox: Sandbox) -> None:
        """Calls that meet it at the same time share one request."""
        sandbox.rotate_certificate()
        with certified(sandbox) as client:
            send(client)
            sandbox.rotate_certificate()
            assert all(each.result().log_id for each in at_the_same_time(client))
        assert asked(sandbox) == 2

    def test_retired(self, sandbox: Sandbox) -> None:
        """The new one is believed when the old one is listed no more, and the old one as long as it is valid."""
        old = sandbox.rotate_certificate()
        with certified(sandbox) as client:
            send(client)
            new = sandbox.rotate_certificate()
            assert send(client).log_id
            sandbox.sign_with(old)
            assert send(client).log_id
            sandbox.retire_certificate(old)
            assert send(client).log_id
            assert set(inner(client)._platform.keys) == {old, new}
        assert asked(sandbox) == 2

    def test_came_meanwhile(self, sandbox: Sandbox) -> None:
        """A call that hears of a certificate which another has just brought does not ask for it again."""
        sandbox.rotate_certificate()
        with certified(sandbox) as client:
            send(client)
            new = sandbox.rotate_certificate()
            late = renewal_of(client).bring(new, Deadline(10))
            assert send(client).log_id
            with pytest.raises(StopIteration) as done:
                next(late)
            assert done.value.value == ""
        assert asked(sandbox) == 2

    @pytest.mark.parametrize("is_first", [True, False])
    def test_came_in_that_moment(self, sandbox: Sandbox, is_first: bool) -> None:
        """Nor does one that looked just before they came, and would ask just after."""
        sandbox.rotate_certificate()

        class Racing(dict[int, Any]):
            raced = False

            def setdefault(self, *args: Any) -> Any:
                if not self.raced:
                    self.raced = True
                    with threads(client, 1) as pool:
                        assert pool.submit(send, client).result().log_id
                return super().setdefault(*args)

        with certified(sandbox) as client:
            if not is_first:
                send(client)
                sandbox.rotate_certificate()
            late = renewal_of(client)
            monkey = pytest.MonkeyPatch()
            with monkey.context() as patched:
                patched.setattr(late, "_fetches", Racing())
                steps: Any = late.bring(sandbox.certificates[-1].serial_no, Deadline(10))
                if is_first:
                    operation: Any = None
                    steps = late.ahead(operation, Deadline(10))
                with pytest.raises(StopIteration):
                    next(steps)
            assert asked(sandbox) == (1 if is_first else 2)

    def test_never_brought(self, sandbox: Sandbox) -> None:
        """One that the platform does not list bars the next request for a minute; nothing else does."""
        sandbox.rotate_certificate()
        with certified(sandbox) as client:
            clock = timed(client)
            send(client)
            sandbox.fail_next("UNKNOWN_SERIAL", endpoint=SEND, times=4)
            said = []
            for _ in range(3):
                with pytest.raises(ResponseVerificationError) as caught:
                    send(client)
                said.append(str(caught.value))
                assert caught.value.maybe_processed
            assert "certificates are others" in said[0]
            assert "less than a minute ago" in said[1]
            assert "less than a minute ago" in said[2]
            assert asked(sandbox) == 2
            clock.ahead = 61
            with pytest.raises(ResponseVerificationError, match="are others"):
                send(client)
            assert asked(sandbox) == 3
            assert send(client).log_id

    def test_failed(self, sandbox: Sandbox) -> None:
        """A request that failed bars nothing."""
        sandbox.rotate_certificate()
        with certified(sandbox) as client:
            send(client)
            new = sandbox.rotate_certificate()
            sandbox.fail_next("SYSTEM_ERROR", endpoint="certificates")
            with pytest.raises(ResponseVerificationError, match="not to be had") as caught:
                send(client, "order-42")
            assert new in str(caught.value)
            assert caught.value.maybe_processed
            assert caught.value.idempotent_id == "order-42"
            assert send(client, "order-42").log_id
        assert asked(sandbox) == 3
        assert len(sandbox.replies) == 2

    def test_retried(self, sandbox: Sandbox) -> None:
        """A rich reply whose answer could not be verified is sent again under its id, and is one."""
        sandbox.rotate_certificate()
        with certified(sandbox, retry=Retry()) as client:
            send(client)
            sandbox.rotate_certificate()
            sandbox.fail_next("NO_ANSWER", endpoint="certificates")
            assert send(client).log_id
        assert len(sandbox.replies) == 2

    def test_public_key(self, sandbox: Sandbox) -> None:
        """The id of a public key is no reason to ask for certificates."""
        sandbox.rotate_certificate()
        with certified(sandbox) as client:
            send(client)
            sandbox.sign_with(sandbox.credentials.public_key_id)
            with pytest.raises(ResponseVerificationError, match="the public key"):
                send(client)
        assert asked(sandbox) == 1
        sandbox.sign_with(sandbox.rotate_public_key()[0])
        with migrating(sandbox) as client, pytest.raises(ResponseVerificationError, match="the public key"):
            send(client)
        assert asked(sandbox) == 1

    def test_migration(self, sandbox: Sandbox) -> None:
        """Who has the public key and asks for certificates too believes answers of either kind, as they come."""
        public, certificate = sandbox.credentials.public_key_id, sandbox.rotate_certificate()
        with migrating(sandbox) as client:
            for serial, requests in ((public, 0), (certificate, 1), (public, 1), (certificate, 1)):
                sandbox.sign_with(serial)
                assert send(client).log_id
                assert sandbox.calls[-1].wechatpay_serial == public
                assert asked(sandbox) == requests


@both
class TestRenewal:
    """Certificates whose end is near."""

    def test_once(self, sandbox: Sandbox) -> None:
        """Under five days before the end newer ones are asked for, once; with more time left they are not."""
        sandbox.rotate_certificate(valid_for=timedelta(days=5, seconds=60))
        with certified(sandbox) as client:
            clock = timed(client)
            for _ in range(3):
                send(client)
            assert asked(sandbox) == 1
            clock.ahead = 61
            for _ in range(3):
                send(client)
            assert asked(sandbox) == 2

    def test_newer(self, sandbox: Sandbox) -> None:
        """What is brought is the newest from then on, and the one before is still believed."""
        old = sandbox.rotate_certificate(valid_for=ALMOST_OVER)
        with certified(sandbox) as client:
            send(client)
            new = sandbox.rotate_certificate()
            sandbox.sign_with(old)
            for _ in range(3):
                assert send(client).log_id
            assert inner(client)._platform.keys.newest.serial_no == new
        assert asked(sandbox) == 2

    def test_others_go_on(self, sandbox: Sandbox) -> None:
        """While one call asks, the others go on with what is still valid."""
        sandbox.rotate_certificate(valid_for=ALMOST_OVER)
        with certified(sandbox) as client, threads(client) as pool:
            send(client)
            sandbox.fail_next("SLOW", endpoint="certificates", seconds=1)
            renewing = pool.submit(send, client)
            wait_for(lambda: renewal_of(client)._fetches)
            for receipt in pool.map(lambda _: send(client), range(8)):
                assert receipt.log_id
            assert not renewing.done()
            assert renewing.result().log_id
        assert asked(sandbox) == 2

    @pytest.mark.parametrize("fault", ["SYSTEM_ERROR", "NO_ANSWER", "WRONG_SIGNATURE", "FREQUENCY_LIMITED"])
    def test_failed(self, sandbox: Sandbox, fault: str) -> None:
        """Where that fails the call goes on with what is valid, and within a minute nobody asks again."""
        sandbox.rotate_certificate(valid_for=ALMOST_OVER)
        with certified(sandbox) as client:
            clock = timed(client)
            send(client)
            sandbox.fail_next(fault, endpoint="certificates")
            for _ in range(3):
                assert send(client).log_id
            assert asked(sandbox) == 2
            clock.ahead = 62
            for _ in range(3):
                assert send(client).log_id
            assert asked(sandbox) == 3

    def test_slow(self, sandbox: Sandbox) -> None:
        """A platform that is slow to bring newer ones does not use up the time of the call that asks."""
        sandbox.rotate_certificate(valid_for=ALMOST_OVER)
        with certified(sandbox, total=2) as client:
            send(client)
            sandbox.fail_next("SLOW", endpoint="certificates", seconds=3)
            assert send(client).log_id

    def test_given_up(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the call that asks is given up, another asks after a minute."""
        sandbox.rotate_certificate(valid_for=ALMOST_OVER)
        with certified(sandbox) as client:
            clock = timed(client)
            send(client)
            with monkeypatch.context() as patched:
                interrupt_certificates(client, patched)
                with pytest.raises((Interrupted, CancelledError)):
                    send(client)
            assert send(client).log_id
            assert asked(sandbox) == 1
            clock.ahead = 61
            assert send(client).log_id
            assert asked(sandbox) == 2


class Interrupted(BaseException):
    """What a keyboard does to a program."""


def interrupt_certificates(
    client: Client, monkeypatch: pytest.MonkeyPatch, until: Callable[[], object] = lambda: True
) -> None:
    """Interrupt the next request for certificates in its middle, once something is so."""
    transport = inner(client)._transport
    onward, left = transport.send, iter([True])

    def is_meant(request: Request) -> bool:
        return request.path == "/v3/certificates" and next(left, False)

    def blocking(request: Request) -> Answer:
        if is_meant(request):
            wait_for(until)
            raise Interrupted
        found: Answer = onward(request)
        return found

    async def awaiting(request: Request) -> Answer:
        if is_meant(request):
            await asyncio.to_thread(wait_for, until)
            raise asyncio.CancelledError
        found: Answer = await onward(request)
        return found

    monkeypatch.setattr(transport, "send", awaiting if isinstance(inner(client), AsyncClient) else blocking)


class TestGivenUp:
    """Calls that are given up while they ask for certificates."""

    def test_interrupted(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        """Of those that wait for a thread that is interrupted one asks in its place, for all."""
        sandbox.rotate_certificate()
        with certified(sandbox) as client, threads(client, 9) as pool:
            go_on = threading.Event()
            interrupt_certificates(client, monkeypatch, go_on.is_set)
            first = pool.submit(send, client)
            wait_for(lambda: renewal_of(client)._fetches)
            others = [pool.submit(send, client) for _ in range(8)]
            go_on.set()
            assert isinstance(first.exception(), Interrupted)
            assert all(each.result().log_id for each in others)
        assert sandbox.counts == {"certificates": 1, SEND: 8}

    def test_cancelled(self, sandbox: Sandbox) -> None:
        """Of those that wait for a task that is cancelled one asks in its place, for all."""
        sandbox.rotate_certificate()
        sandbox.fail_next("SLOW", endpoint="certificates", seconds=2)

        async def main() -> float:
            settings: dict[str, Any] = asdict(sandbox.credentials) | {"retry": None} | CERTIFICATES_ONLY
            async with AsyncClient(**settings) as client:
                first = asyncio.create_task(client.send(IMMEDIATE, MESSAGE))
                await asyncio.sleep(0.1)
                others = [asyncio.create_task(client.send(IMMEDIATE, MESSAGE)) for _ in range(8)]
                await asyncio.sleep(0.1)
                began = time.monotonic()
                first.cancel()
                assert all([(await each).log_id for each in others])
                with pytest.raises(asyncio.CancelledError):
                    await first
                return time.monotonic() - began

        assert asyncio.run(main()) < 1.5
        assert sandbox.counts[SEND] == 8
        assert asked(sandbox) == 2

    def test_cancelled_waiting(self, sandbox: Sandbox) -> None:
        """One that is cancelled while it waits for another's request leaves that alone."""
        sandbox.rotate_certificate()
        sandbox.fail_next("SLOW", endpoint="certificates", seconds=0.5)

        async def main() -> None:
            settings: dict[str, Any] = asdict(sandbox.credentials) | {"retry": None} | CERTIFICATES_ONLY
            async with AsyncClient(**settings) as client:
                first, second = (asyncio.create_task(client.send(IMMEDIATE, MESSAGE)) for _ in range(2))
                await asyncio.sleep(0.1)
                second.cancel()
                assert (await first).log_id
                with pytest.raises(asyncio.CancelledError):
                    await second

        asyncio.run(main())
        assert sandbox.counts == {"certificates": 1, SEND: 1}


class TestTasks:
    """Many tasks of one event loop."""

    def test_rotation(self, sandbox: Sandbox) -> None:
        """While certificates change none of 200 tasks fails, and they are asked for once more."""
        sandbox.rotate_certificate()
        count = iter(range(1, 201))

        async def main() -> None:
            settings: dict[str, Any] = asdict(sandbox.credentials) | {"retry": None} | CERTIFICATES_ONLY
            gate = asyncio.Semaphore(32)
            async with AsyncClient(**settings) as client:

                async def one() -> Receipt:
                    async with gate:
                        if next(count) == 100:
                            await asyncio.to_thread(sandbox.rotate_certificate)
                        return await client.send(IMMEDIATE, MESSAGE)

                receipts = await asyncio.gather(*(one() for _ in range(200)))
                assert all(receipt.log_id for receipt in receipts)

        asyncio.run(main())
        assert sandbox.counts == {"certificates": 2, SEND: 200}

    def test_at_once(self, sandbox: Sandbox) -> None:
        """So is it where all of them begin at once and are the first; then again in another event loop."""
        sandbox.rotate_certificate()
        settings: dict[str, Any] = asdict(sandbox.credentials) | {"retry": None} | CERTIFICATES_ONLY
        client = AsyncClient(**settings)

        async def main() -> None:
            async with client:
                receipts = await asyncio.gather(*(client.send(IMMEDIATE, MESSAGE) for _ in range(200)))
                assert all(receipt.log_id for receipt in receipts)

        asyncio.run(main())
        asyncio.run(main())
        assert sandbox.counts == {"certificates": 1, SEND: 400}


FORK = """
import json, os, sys, threading, time
from msgkit import Client, Message

client = Client(**json.load(sys.stdin), platform_certificates=True, retry=None, total=20)
message = Message().text("您好")


def send():
    client.send(sys.argv[1], message)
    os.write(1, f"{os.getpid()} {os.getppid()}\\n".encode())


thread = threading.Thread(target=send)
thread.start()
while not client._platform.certificates._fetches:
    time.sleep(0.005)
time.sleep(0.5)  # until the thread waits for the answer: of one that imports, a child would wait for ever
if (child := os.fork()) == 0:
    send()
    os._exit(0)
failed = os.waitpid(child, 0)[1]
thread.join()
sys.exit(failed != 0)
"""


class TestFork:
    """A process that is forked while certificates are asked for."""

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
    def test_fork(self, sandbox: Sandbox) -> None:
        """The child does not wait for an answer that its parent gets, but asks itself."""
        sandbox.rotate_certificate()
        sandbox.fail_next("SLOW", endpoint="certificates", seconds=3)
        settings = asdict(sandbox.credentials)
        del settings["public_key"], settings["public_key_id"]
        done = subprocess.run(
            [sys.executable, "-c", FORK, IMMEDIATE],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            input=json.dumps(settings),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) == 2
        assert sandbox.counts == {"certificates": 2, SEND: 2}
