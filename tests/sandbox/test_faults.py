"""Tests of faults on demand: what a client meets, and whether the call was carried out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from msgkit import (
    ApiError,
    Client,
    InvalidRequestError,
    Message,
    NoAuthError,
    NotFoundError,
    ParamError,
    PlatformError,
    RateLimitError,
    Reply,
    ResponseVerificationError,
    SendError,
    ServiceUnavailableError,
    SignError,
    TransportError,
    errors,
)
from msgkit.sandbox import Sandbox
from msgkit.sandbox.faults import Fault

from .merchant import IMMEDIATE, ORDINARY, Merchant

MESSAGE = Message().text("您好")
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(32)

CODES: dict[str, tuple[type[ApiError], int]] = {
    "PARAM_ERROR": (ParamError, 400),
    "INVALID_REQUEST": (InvalidRequestError, 400),
    "RESOURCE_NOT_EXISTS": (NotFoundError, 400),
    "SIGN_ERROR": (SignError, 401),
    "NO_AUTH": (NoAuthError, 403),
    "FREQUENCY_LIMITED": (RateLimitError, 429),
    "RATELIMIT_EXCEEDED": (RateLimitError, 429),
    "SYSTEM_ERROR": (PlatformError, 500),
    "SERVICE_UNAVAILABLE": (ServiceUnavailableError, 503),
}
BROKEN_ANSWERS: dict[str, type[SendError]] = {
    "NO_ANSWER": TransportError,
    "UNSIGNED": ResponseVerificationError,
    "WRONG_SIGNATURE": ResponseVerificationError,
}
ON_THE_WIRE = ("BAD_GATEWAY", "STALE", "PROBE", "UNKNOWN_SERIAL", "NOT_JSON", "TRUNCATED", "SLOW", "DRIP")


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    """Make a client of the sandbox, which tries once."""
    issued = sandbox.credentials
    with Client(
        mchid=issued.mchid,
        serial_no=issued.serial_no,
        private_key=issued.private_key,
        public_key_id=issued.public_key_id,
        public_key=issued.public_key,
        base_url=issued.base_url,
        retry=None,
    ) as made:
        yield made


def test_every_fault_is_tested() -> None:
    """The tables above, and the tests of the wire, name every fault that there is."""
    assert {str(fault) for fault in Fault} == {*CODES, *BROKEN_ANSWERS, *ON_THE_WIRE}


def test_every_code_of_an_error_is_a_fault() -> None:
    """Whatever code an error class stands for can be asked for, and the documentation of faults names it."""
    codes = {
        code
        for cls in vars(errors).values()
        if isinstance(cls, type) and issubclass(cls, ApiError)
        for code in cls.codes
    }
    assert codes == {*CODES}
    text = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text("utf-8")
    assert [fault for fault in Fault if f"`{fault}`" not in text] == []


class TestCodes:
    """Faults that are the platform's error codes."""

    @pytest.mark.parametrize("code", CODES)
    def test_not_processed(self, sandbox: Sandbox, client: Client, code: str) -> None:
        """The call fails with the code's own error and nothing is carried out; sending again succeeds."""
        kind, status = CODES[code]
        sandbox.fail_next(code)
        with pytest.raises(ApiError) as error:
            client.send(IMMEDIATE, MESSAGE, idempotent_id="i1")
        assert type(error.value) is kind
        assert (error.value.status, error.value.code, error.value.idempotent_id) == (status, code, "i1")
        assert error.value.request_id
        assert list(sandbox.replies) == []
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PENDING"
        client.send(IMMEDIATE, MESSAGE, idempotent_id="i1")
        assert [reply.message for reply in sandbox.replies] == [MESSAGE]

    @pytest.mark.parametrize("code", CODES)
    def test_processed(self, sandbox: Sandbox, client: Client, code: str) -> None:
        """With ``processed=True`` the call fails and is carried out; sending again does not double the reply."""
        sandbox.fail_next(code, processed=True)
        with pytest.raises(CODES[code][0]) as error:
            client.send(IMMEDIATE, MESSAGE)
        assert len(sandbox.replies) == 1
        receipt = client.send(IMMEDIATE, MESSAGE, idempotent_id=error.value.idempotent_id)
        assert [(r.message, r.log_id, r.idempotent_id) for r in sandbox.replies] == [
            (MESSAGE, receipt.log_id, error.value.idempotent_id)
        ]

    def test_of_the_other_calls(self, sandbox: Sandbox, client: Client) -> None:
        """Plain replies and uploads go wrong as well."""
        sandbox.fail_next("NO_AUTH", times=2)
        with pytest.raises(NoAuthError):
            client.send(ORDINARY, Reply("您好"))
        with pytest.raises(NoAuthError):
            client.upload_image(PICTURE, "a.png")
        assert (sandbox.replies, sandbox.uploads) == ((), ())

    def test_by_default(self, sandbox: Sandbox, client: Client) -> None:
        """Where nothing is said, the platform fails once and the call is not carried out."""
        sandbox.fail_next()
        with pytest.raises(PlatformError):
            client.send(IMMEDIATE, MESSAGE)
        assert list(sandbox.replies) == []
        client.send(IMMEDIATE, MESSAGE)

    def test_answers_are_signed(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The error is answered as the platform answers one: in JSON, with its code, and signed."""
        sandbox.fail_next("SYSTEM_ERROR")
        answered = merchant.reply_richly(merchant.rich())
        assert (answered.status, answered.code) == (500, "SYSTEM_ERROR")
        merchant.verify(answered)


class TestBrokenAnswers:
    """Faults in the answer: the call is carried out."""

    @pytest.mark.parametrize("processed", [None, True])
    @pytest.mark.parametrize("fault", BROKEN_ANSWERS)
    def test_rich_reply(self, sandbox: Sandbox, client: Client, fault: str, processed: bool | None) -> None:
        """The client trusts no such answer; the reply is there, and sending again does not double it."""
        sandbox.fail_next(fault, processed=processed)
        with pytest.raises(BROKEN_ANSWERS[fault]) as error:
            client.send(IMMEDIATE, MESSAGE)
        assert [reply.idempotent_id for reply in sandbox.replies] == [error.value.idempotent_id]
        receipt = client.send(IMMEDIATE, MESSAGE, idempotent_id=error.value.idempotent_id)
        assert [reply.log_id for reply in sandbox.replies] == [receipt.log_id]

    @pytest.mark.parametrize("fault", BROKEN_ANSWERS)
    def test_not_processed(self, sandbox: Sandbox, client: Client, fault: str) -> None:
        """With ``processed=False`` nothing is carried out, and sending again is the first time."""
        sandbox.fail_next(fault, processed=False)
        with pytest.raises(BROKEN_ANSWERS[fault]) as error:
            client.send(IMMEDIATE, MESSAGE)
        assert (sandbox.replies, sandbox.complaints[IMMEDIATE].complaint_state) == ((), "PENDING")
        client.send(IMMEDIATE, MESSAGE, idempotent_id=error.value.idempotent_id)
        assert len(sandbox.replies) == 1

    @pytest.mark.parametrize("fault", BROKEN_ANSWERS)
    def test_the_other_calls(self, sandbox: Sandbox, client: Client, fault: str) -> None:
        """Plain replies, whose answer is empty, and uploads go wrong in the same way."""
        sandbox.fail_next(fault, times=2)
        with pytest.raises(BROKEN_ANSWERS[fault]):
            client.send(ORDINARY, Reply("您好"))
        with pytest.raises(BROKEN_ANSWERS[fault]):
            client.upload_image(PICTURE, "a.png")
        assert (len(sandbox.replies), len(sandbox.uploads)) == (1, 1)

    def test_wrong_signature(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A wrong signature comes with all its headers and belongs to another answer."""
        sandbox.fail_next("WRONG_SIGNATURE")
        answered = merchant.reply_richly(merchant.rich())
        assert answered.status == 200
        assert answered.headers["Wechatpay-Serial"] == sandbox.credentials.public_key_id
        with pytest.raises(Exception, match=r"^$") as error:
            merchant.verify(answered)
        assert type(error.value).__name__ == "InvalidSignature"

    def test_unsigned(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """An unsigned answer has no header of a signature."""
        sandbox.fail_next("UNSIGNED")
        answered = merchant.reply_richly(merchant.rich())
        assert answered.status == 200
        assert [name for name in answered.headers if name.lower().startswith("wechatpay-")] == []


class TestPlan:
    """Which calls go wrong."""

    def test_times(self, sandbox: Sandbox, client: Client) -> None:
        """As many calls go wrong as were asked for."""
        sandbox.fail_next("FREQUENCY_LIMITED", times=2)
        for _ in range(2):
            with pytest.raises(RateLimitError):
                client.send(IMMEDIATE, MESSAGE)
        client.send(IMMEDIATE, MESSAGE)
        assert len(sandbox.replies) == 1

    def test_in_order(self, sandbox: Sandbox, client: Client) -> None:
        """Faults that were asked for one after the other happen in that order."""
        sandbox.fail_next("SYSTEM_ERROR")
        sandbox.fail_next("NO_ANSWER")
        sandbox.fail_next("NO_AUTH", processed=True)
        met = []
        for _ in range(3):
            with pytest.raises(SendError) as error:
                client.send(IMMEDIATE, MESSAGE)
            met.append(type(error.value))
        assert met == [PlatformError, TransportError, NoAuthError]
        assert len(sandbox.replies) == 2

    def test_only_calls_whose_signature_holds(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A call that is refused for what it is does not use a fault up."""
        sandbox.fail_next("SYSTEM_ERROR")
        assert merchant.post("/v3/nothing", b"{}").status == 404
        assert merchant.reply_richly(merchant.rich(), "unknown").status == 500

    def test_a_call_that_is_wrong_itself(self, sandbox: Sandbox, client: Client) -> None:
        """A call that would fail anyway, and is carried out, changes nothing either."""
        sandbox.fail_next("SYSTEM_ERROR", processed=True)
        with pytest.raises(PlatformError):
            client.send("unknown", MESSAGE)
        assert list(sandbox.replies) == []

    @pytest.mark.parametrize("fault", ["", "TIMEOUT", "system_error", "NOT_FOUND"])
    def test_unknown(self, sandbox: Sandbox, client: Client, fault: str) -> None:
        """An unknown fault is refused with the names of all there are, and plans nothing."""
        with pytest.raises(ValueError, match=f"no such fault: {fault}; there are ") as error:
            sandbox.fail_next(fault)
        assert [name for name in (*CODES, *BROKEN_ANSWERS) if name not in str(error.value)] == []
        client.send(IMMEDIATE, MESSAGE)

    @pytest.mark.parametrize("fault", [None, 1, [], b"SYSTEM_ERROR"], ids=repr)
    def test_fault_of_another_type(self, sandbox: Sandbox, fault: Any) -> None:
        """A fault that is no name is told in the same sentence."""
        with pytest.raises(ValueError, match="no such fault: "):
            sandbox.fail_next(fault)

    @pytest.mark.parametrize("times", [-1, 0, 1.0, "2", None, True], ids=repr)
    def test_times_that_are_none(self, sandbox: Sandbox, times: Any) -> None:
        """A fault happens at least once, a whole number of times; anything else plans nothing."""
        with pytest.raises(ValueError, match=f"times must be a whole number of at least 1, not {times!r}"):
            sandbox.fail_next(times=times)
        assert sandbox.faults == ()

    @pytest.mark.parametrize("processed", [1, 0, "yes"], ids=repr)
    def test_processed_of_another_type(self, sandbox: Sandbox, processed: Any) -> None:
        """A call is carried out or not."""
        with pytest.raises(ValueError, match="processed must be True or False"):
            sandbox.fail_next(processed=processed)

    def test_what_waits(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The faults that wait for a call can be seen, and how many calls each waits for, however many those are."""
        sandbox.fail_next("NO_AUTH")
        sandbox.fail_next("SYSTEM_ERROR", times=10**12)
        assert [str(fault) for fault in sandbox.faults] == [
            "NO_AUTH (1 call left)",
            "SYSTEM_ERROR (1000000000000 calls left)",
        ]
        for _ in range(2):
            merchant.complete()
        assert [(fault.fault, fault.times) for fault in sandbox.faults] == [("SYSTEM_ERROR", 10**12 - 1)]
        sandbox.reset()
        assert sandbox.faults == ()

    def test_reset(self, sandbox: Sandbox, client: Client) -> None:
        """A reset forgets the faults that have not happened yet."""
        sandbox.fail_next("SYSTEM_ERROR", times=3)
        with pytest.raises(PlatformError):
            client.send(IMMEDIATE, MESSAGE)
        sandbox.reset()
        client.send(IMMEDIATE, MESSAGE)
        assert len(sandbox.replies) == 1


class TestHeal:
    """What was switched on can be seen, and switched off."""

    def test_chances(self, sandbox: Sandbox) -> None:
        """Faults by chance can be seen: what happens, how likely each is, and to which part of which calls."""
        sandbox.fail_some({"SYSTEM_ERROR": 3, "SLOW": 1}, share=0.5, seed=1, endpoint="response", seconds=2)
        sandbox.fail_some(["NO_AUTH"], share=1, seed=1)
        first, second = sandbox.chances
        assert [(one.fault, weight, one.seconds) for one, weight in first.faults] == [
            ("SYSTEM_ERROR", 3, 1.0),
            ("SLOW", 1, 2.0),
        ]
        assert (first.share, first.endpoint) == (0.5, "response")
        assert (second.share, second.endpoint) == (1, None)
        sandbox.reset()
        assert sandbox.chances == ()

    def test_heal(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Healing forgets faults that wait and those by chance, and nothing else."""
        merchant.complete()
        sandbox.fail_next("SYSTEM_ERROR", times=3)
        sandbox.fail_some(["NO_AUTH"], share=1, seed=1)
        assert merchant.complete().code == "SYSTEM_ERROR"
        sandbox.heal()
        assert (sandbox.faults, sandbox.chances) == ((), ())
        assert merchant.complete().status == 204
        assert len(sandbox.calls) == 3
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PROCESSED"
