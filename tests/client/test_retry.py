"""Trying again: of what errors, how often, how long, and as what."""

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from msgkit import (
    ApiError,
    Client,
    ConfigurationError,
    InvalidRequestError,
    RateLimitError,
    Reply,
    ResponseVerificationError,
    Retry,
    SendError,
    TransportError,
)
from msgkit._apiv3.calls import Call, Operation
from msgkit.client._retry import again
from msgkit.sandbox import Sandbox
from tests.network import (
    IMMEDIATE,
    LOG,
    MESSAGE,
    ORDINARY,
    Received,
    Server,
    answer,
    client_for,
    client_of,
    forward,
    merchant_key,
    refusal,
    signed,
    talking,
)

pytestmark = pytest.mark.usefixtures("both")


def operation(method: str, idempotent_id: str | None = None, *, harmless: bool | None = None) -> Operation[None]:
    """An operation of a kind."""
    call = Call(method, "/v3/a", idempotent_id=idempotent_id)
    more: dict[str, Any] = {} if harmless is None else {"is_harmless": harmless}
    return Operation("a", call, lambda _data, _answer: None, **more)


KEYED, PLAIN, READ, ECHO = (
    operation("POST", "order-42"),
    operation("POST"),
    operation("GET"),
    operation("POST", harmless=True),
)
PUT, DELETE = operation("PUT"), operation("DELETE")


class TestAgain:
    """The one function that says it."""

    @pytest.mark.parametrize("each", [KEYED, PLAIN, READ, ECHO, PUT, DELETE])
    def test_certain(self, each: Operation[None]) -> None:
        """What cannot have been carried out goes again, whatever it is."""
        assert again(TransportError("refused"), each) is True
        assert again(RateLimitError("m", status=429), each) is True

    @pytest.mark.parametrize("error", [TransportError, ResponseVerificationError])
    def test_unclear(self, error: type[SendError]) -> None:
        """What may have been carried out goes again where twice is as good as once, and nowhere else."""
        lost = error("lost", maybe_processed=True)
        assert [again(lost, each) for each in (KEYED, READ, ECHO, PUT, DELETE)] == [True] * 5
        assert again(lost, PLAIN) is False

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 302, 409])
    @pytest.mark.parametrize("each", [KEYED, PLAIN, READ])
    def test_final(self, status: int, each: Operation[None]) -> None:
        """What does not get better by itself does not go again."""
        assert again(ApiError("m", status=status), each) is False

    def test_lasting(self) -> None:
        """Nor does what somebody must mend first."""
        assert again(TransportError("no proxy", retryable=False), READ) is False

    def test_asked(self) -> None:
        """An answer that says when to come again is believed."""
        assert again(RateLimitError("m", status=429, retry_after=7.5), PLAIN) == 7.5
        assert again(RateLimitError("m", status=429, retry_after=0.0), PLAIN) == 0.0


class TestRetry:
    """How often."""

    @pytest.mark.parametrize("attempts", [0, -1, 101, 1.5, True, None, "5"])
    def test_refused(self, attempts: Any) -> None:
        """It is a whole number from 1 to 100."""
        with pytest.raises(ConfigurationError, match=r"^Retry.attempts "):
            Retry(attempts)

    @pytest.mark.parametrize("retry", [5, "yes", Retry])
    def test_no_retry(self, sandbox: Sandbox, retry: Any) -> None:
        """A client takes a Retry or None."""
        with pytest.raises(ConfigurationError, match=r"^retry "):
            client_for(sandbox, retry=retry)

    @pytest.mark.usefixtures("at_once")
    @pytest.mark.parametrize(("retry", "attempts"), [(None, 1), (Retry(1), 1), (Retry(3), 3), (Retry(), 5)])
    def test_attempts(self, sandbox: Sandbox, retry: Retry | None, attempts: int) -> None:
        """A call that fails on and on is tried so often, and raises what it ended in last."""
        sandbox.fail_next("SYSTEM_ERROR", times=attempts - 1) if attempts > 1 else None
        sandbox.fail_next("FREQUENCY_LIMITED")
        with client_for(sandbox, retry=retry) as client, pytest.raises(RateLimitError):
            client.send(IMMEDIATE, MESSAGE)
        assert sandbox.counts["response-immediate-service"] == attempts


@pytest.mark.usefixtures("at_once")
class TestSame:
    """What goes again is the same, and signed anew."""

    def test_signed_anew(self) -> None:
        """Each attempt has a nonce and a signature of its own, over the same body under the same id."""
        turns = iter([refusal(500, "SYSTEM_ERROR"), b"", answer(200, LOG), signed(200, LOG)])
        with (
            Server(lambda _: next(turns), "close") as server,
            client_of(server.base_url, retry=Retry()) as client,
        ):
            receipt = client.send(IMMEDIATE, MESSAGE)
        assert len(server.received) == 4
        assert len({received.body for received in server.received}) == 1
        assert {received.json["idempotent_id"] for received in server.received} == {receipt.idempotent_id}
        assert len({received.parameters["nonce_str"] for received in server.received}) == 4
        assert len({received.parameters["signature"] for received in server.received}) == 4
        for received in server.received:
            received.verify(merchant_key().public_key())

    def test_processed_once(self, sandbox: Sandbox) -> None:
        """A reply whose answers are lost is on the platform once."""
        sandbox.fail_next("NO_ANSWER", times=3)
        with client_for(sandbox, retry=Retry()) as client:
            receipt = client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        (reply,) = sandbox.replies
        assert (reply.log_id, reply.idempotent_id) == (receipt.log_id, "order-42")

    def test_doubt_remains(self, sandbox: Sandbox) -> None:
        """A call that ends in a refusal after an attempt that was lost says that it may have been carried out."""
        sandbox.fail_next("NO_ANSWER")
        sandbox.fail_next("FREQUENCY_LIMITED", times=4)
        with client_for(sandbox, retry=Retry()) as client, pytest.raises(RateLimitError) as refused:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        assert refused.value.maybe_processed
        assert refused.value.idempotent_id == "order-42"
        assert len(sandbox.replies) == 1

    def test_no_doubt(self, sandbox: Sandbox) -> None:
        """One whose attempts were all refused does not."""
        sandbox.fail_next("FREQUENCY_LIMITED", times=5)
        with client_for(sandbox, retry=Retry()) as client, pytest.raises(RateLimitError) as refused:
            client.send(ORDINARY, Reply("好"))
        assert not refused.value.maybe_processed
        assert sandbox.replies == ()

    def test_asks_to_come_later(self) -> None:
        """A 400 is final also where its words ask to come again later."""
        said = refusal(400, "INVALID_REQUEST", "提交商户回复失败,请稍后重试")
        with talking(said, retry=Retry()) as (client, server), pytest.raises(InvalidRequestError, match="请稍后重试"):
            client.send(IMMEDIATE, MESSAGE)
        assert len(server.received) == 1

    def test_second_decision(self, sandbox: Sandbox) -> None:
        """A decision that is refused because there was one before is told as what it may be: the first one, done."""
        with client_for(sandbox, retry=Retry()) as client:
            client.approve_refund(IMMEDIATE)
            with pytest.raises(InvalidRequestError, match="an earlier one may have been carried out") as refused:
                client.approve_refund(IMMEDIATE)
        assert refused.value.maybe_processed
        assert "当前单据状态不支持操作" in str(refused.value)

    def test_other_refusals(self, sandbox: Sandbox) -> None:
        """Any other refusal of a decision leaves no doubt, and neither do those words of another endpoint."""
        sandbox.fail_next("INVALID_REQUEST")
        with client_for(sandbox) as client, pytest.raises(InvalidRequestError) as refused:
            client.approve_refund(IMMEDIATE)
        assert not refused.value.maybe_processed
        said = refusal(400, "INVALID_REQUEST", "当前单据状态不支持操作, 请检查是否重复调用")
        with talking(said) as (other, _), pytest.raises(InvalidRequestError) as refused:
            other.complete(IMMEDIATE)
        assert not refused.value.maybe_processed


class TestWaiting:
    """How long."""

    @pytest.fixture(autouse=True)
    def slept(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
        """The waits between attempts, which are not waited for."""
        waits: list[float] = []

        async def awaited(seconds: float) -> None:
            waits.append(seconds)

        monkeypatch.setattr("tenacity.nap.time.sleep", waits.append)
        monkeypatch.setattr("stamina._core._smart_sleep", awaited)
        return waits  # type: ignore[return-value]

    def failing(self, sandbox: Sandbox, total: float = 60.0, **plan: Any) -> SendError:
        """What a call ends in that always fails."""
        sandbox.fail_next(times=20, **plan)
        with client_for(sandbox, retry=Retry(5), total=total) as client, pytest.raises(SendError) as failed:
            client.complaint(IMMEDIATE)
        sandbox.reset()
        return failed.value

    def test_grows(self, sandbox: Sandbox, slept: list[float]) -> None:
        """Each wait is twice the one before, with up to a second more."""
        self.failing(sandbox)
        assert len(slept) == 4
        for wait, least in zip(slept, (0.1, 0.2, 0.4, 0.8), strict=True):
            assert least <= wait <= least + 1

    def test_jitter(self, sandbox: Sandbox, slept: list[float]) -> None:
        """No two calls wait for equally long: those that failed together do not come together again."""
        for _ in range(3):
            self.failing(sandbox)
        assert len(set(slept)) == 12

    def test_none_beyond_total(self, sandbox: Sandbox, slept: list[float]) -> None:
        """A wait that could pass the time of the whole call is not begun."""
        self.failing(sandbox, total=1.0)
        assert slept == []
        self.failing(sandbox, total=1.35)
        assert len(slept) == 2

    @pytest.mark.parametrize("fault", ["FREQUENCY_LIMITED", "SERVICE_UNAVAILABLE"])
    def test_asked(self, sandbox: Sandbox, slept: list[float], fault: str) -> None:
        """An answer that says after how many seconds to come again is waited for so long."""
        self.failing(sandbox, fault=fault, retry_after=7)
        assert slept == [7.0] * 4

    def test_date(self, sandbox: Sandbox, slept: list[float]) -> None:
        """So is one that says when, as a date."""
        when = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
        self.failing(sandbox, fault="FREQUENCY_LIMITED", retry_after=when)
        assert len(slept) == 4
        assert all(10 < wait <= 20 for wait in slept)

    @pytest.mark.parametrize("retry_after", ["61", "Wed, 21 Oct 2199 07:28:00 GMT"])
    def test_too_late(self, sandbox: Sandbox, slept: list[float], retry_after: str) -> None:
        """One that lies beyond the time of the whole call ends it at once, with that error."""
        started = time.monotonic()
        error = self.failing(sandbox, fault="FREQUENCY_LIMITED", retry_after=retry_after)
        assert isinstance(error, RateLimitError)
        assert error.retry_after
        assert error.retry_after > 60
        assert slept == []
        assert time.monotonic() - started < 5

    @pytest.mark.parametrize("retry_after", ["soon", "Wed, 99 Oct 2199 07:28:00 GMT", "1e9", "-5", "٣", "1" * 40])
    def test_nonsense(self, sandbox: Sandbox, retry_after: str) -> None:
        """What says no time is no reason to wait for one."""
        said = answer(429, Retry_After=retry_after.encode().decode("latin-1"))
        with talking(said) as (client, _), pytest.raises(RateLimitError) as refused:
            client.complaint(IMMEDIATE)
        assert refused.value.retry_after is None
        assert sandbox.calls == ()

    def test_past(self) -> None:
        """A date that is over means now."""
        said = answer(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")
        with talking(said) as (client, _), pytest.raises(ApiError) as refused:
            client.complaint(IMMEDIATE)
        assert refused.value.retry_after == 0


@pytest.mark.usefixtures("at_once")
class TestTotal:
    """All attempts and all waiting have one time together."""

    @pytest.mark.slow
    def test_bounds_all(self, sandbox: Sandbox) -> None:
        """A later attempt has what the earlier ones left, and no time of its own."""
        sandbox.fail_next("SYSTEM_ERROR")
        sandbox.fail_next("DRIP", seconds=30.0)
        started = time.monotonic()
        with (
            client_for(sandbox, retry=Retry(), timeout=(5, 30), total=2.0) as client,
            pytest.raises(TransportError) as late,
        ):
            client.send(IMMEDIATE, MESSAGE)
        assert 1.8 < time.monotonic() - started < 5
        assert "2 s in all" in str(late.value)
        assert late.value.maybe_processed
        assert sandbox.counts["response-immediate-service"] == 2
        sandbox.reset()

    def test_nothing_left(self, sandbox: Sandbox) -> None:
        """An attempt for which there is no time is not sent."""
        with client_for(sandbox, total=1e-9) as client, pytest.raises(TransportError) as late:
            client.send(IMMEDIATE, MESSAGE)
        assert not late.value.maybe_processed
        assert sandbox.calls == ()


class TestInstrumentation:
    """What stamina tells those who listen to it."""

    @pytest.mark.slow
    def test_no_argument(self, sandbox: Sandbox) -> None:
        """It knows of no argument, and of no name but that a block was tried again."""
        heard: list[RetryDetails] = []

        def hear(details: RetryDetails) -> None:
            heard.append(details)

        set_on_retry_hooks([hear])
        try:
            sandbox.fail_next("SYSTEM_ERROR")
            with client_for(sandbox, retry=Retry()) as client:
                client.send(IMMEDIATE, MESSAGE)
        finally:
            set_on_retry_hooks(None)
        (details,) = heard
        assert (details.name, details.args, details.kwargs) == ("<context block>", (), {})
        assert "您好" not in repr(details.caused_by)

    def test_switched_off(self, sandbox: Sandbox) -> None:
        """Whoever switches stamina off in tests of their own has one attempt."""
        sandbox.fail_next("SYSTEM_ERROR")
        stamina.set_active(False)
        try:
            with client_for(sandbox, retry=Retry()) as client, pytest.raises(ApiError):
                client.send(IMMEDIATE, MESSAGE)
        finally:
            stamina.set_active(True)
        assert sandbox.counts["response-immediate-service"] == 1


def test_lost_in_front(sandbox: Sandbox) -> None:
    """A reply that the platform took and whose answer a host between lost is not doubled."""
    ask, turns = forward(sandbox), itertools.count()

    def lose_the_first(received: Received) -> bytes:
        found = ask(received)
        return found if next(turns) else b""

    with (
        Server(lose_the_first, "close") as server,
        client_for(sandbox, base_url=server.base_url, retry=Retry()) as client,
        stamina.set_testing(True, attempts=5),
    ):
        client.send(IMMEDIATE, MESSAGE)
    assert len(server.received) == 2
    assert len(sandbox.replies) == 1


def test_client_that_is_closed(sandbox: Sandbox) -> None:
    """A client that was closed tries again over connections that it opens anew."""
    client: Client = client_for(sandbox, retry=Retry())
    with client:
        client.send(IMMEDIATE, MESSAGE)
    sandbox.fail_next("SYSTEM_ERROR")
    with stamina.set_testing(True, attempts=2), client:
        client.send(IMMEDIATE, MESSAGE)
    assert len(sandbox.replies) == 2
