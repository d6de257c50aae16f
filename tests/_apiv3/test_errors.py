"""Error answers: which exception each becomes, each of them sent by a real server to a real client."""

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msgkit import (
    ApiError,
    Client,
    InvalidRequestError,
    NoAuthError,
    NotFoundError,
    ParamError,
    PlatformError,
    Problem,
    RateLimitError,
    Reply,
    SendError,
    ServiceUnavailableError,
    SignError,
    errors,
)
from msgkit._apiv3.errors import by_declaration
from msgkit.sandbox import Sandbox
from tests._apiv3.answers import assert_harmless, caught
from tests.network import (
    IMMEDIATE,
    LOG,
    MESSAGE,
    ORDINARY,
    PNG,
    REQUEST_ID,
    Server,
    answer,
    refusal,
    signed,
    talking,
)

DECLARED = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, ApiError)]


def refused(raw: bytes) -> ApiError:
    """The error that a send gets for an answer that is none of success."""
    error = caught(raw)
    assert isinstance(error, ApiError)
    return error


class TestErrors:
    """Error answers, signed or not."""

    @pytest.mark.parametrize(
        ("status", "code", "expected"),
        [
            (400, "PARAM_ERROR", ParamError),
            (400, "INVALID_REQUEST", InvalidRequestError),
            (413, "INVALID_REQUEST", InvalidRequestError),
            (401, "SIGN_ERROR", SignError),
            (403, "NO_AUTH", NoAuthError),
            (404, "RESOURCE_NOT_EXISTS", NotFoundError),
            (404, "", NotFoundError),
            (429, "FREQUENCY_LIMITED", RateLimitError),
            (429, "RATELIMIT_EXCEEDED", RateLimitError),
            (500, "SYSTEM_ERROR", PlatformError),
            (502, "SERVICE_UNAVAILABLE", ServiceUnavailableError),
            (503, "SERVICE_UNAVAILABLE", ServiceUnavailableError),
            (403, "NEW_CODE", NoAuthError),
            (429, "NEW_CODE", RateLimitError),
            (500, "NEW_CODE", PlatformError),
            (502, "NEW_CODE", ServiceUnavailableError),
            (400, "RESOURCE_NOT_EXISTS", NotFoundError),
            (400, "SYSTEM_ERROR", PlatformError),
            (500, "PARAM_ERROR", ParamError),
            (400, "NEW_CODE", ApiError),
            (418, "NEW_CODE", ApiError),
            (504, "", ApiError),
        ],
    )
    def test_code(self, status: int, code: str, expected: type[ApiError]) -> None:
        """Each documented code has its class; an unknown one that of its status, or none of its own."""
        error = refused(refusal(status, code, "不行"))
        assert type(error) is expected
        assert (error.status, error.code, error.message) == (status, code, "不行")
        assert error.request_id == REQUEST_ID
        said = " ".join(filter(None, (str(status), code, "不行")))
        assert str(error) == f"{said} (Request-ID {REQUEST_ID}, idempotent_id order-42)"

    def test_signed(self) -> None:
        """An error that is signed is the same error."""
        error = refused(signed(400, b'{"code": "PARAM_ERROR", "message": "m"}'))
        assert (type(error), error.message) == (ParamError, "m")

    def test_problem(self) -> None:
        """The field that the platform names becomes a problem, its value kept but not shown."""
        detail = {"field": "/message/blocks/0/text/text", "value": "张三的电话", "issue": "太长", "location": "body"}
        error = refused(refusal(400, "PARAM_ERROR", "参数错误", detail))
        assert error.problem == Problem("/message/blocks/0/text/text", "太长", "张三的电话")
        assert "/message/blocks/0/text/text: 太长" in str(error)
        assert "张三" not in str(error) + repr(error) + repr(error.problem)

    def test_of_the_sandbox(self, sandbox: Sandbox, client: Client) -> None:
        """The sandbox's own refusals come out as their classes."""
        with pytest.raises(NotFoundError, match="no such complaint") as missing:
            client.send("404", MESSAGE)
        assert (missing.value.status, missing.value.code) == (404, "RESOURCE_NOT_EXISTS")
        with pytest.raises(InvalidRequestError, match="immediate service"):
            client.send(ORDINARY, MESSAGE)
        with pytest.raises(NoAuthError, match="complainted_mchid"):
            client.send(IMMEDIATE, MESSAGE, complainted_mchid="1900013511")
        assert sandbox.replies == ()

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html><body>502 Bad Gateway</body></html>",
            b"\xff\xfe\x00",
            b"[]",
            b"null",
            b'"PARAM_ERROR"',
            b"{",
            b'{"code": 5, "message": ["m"], "detail": "d"}',
            b'{"code": null, "message": null, "detail": null}',
            b'{"code": {"a": 1}, "message": {}, "detail": []}',
            b'{"detail": {"field": 5, "issue": 5, "value": NaN}}',
            b'{"detail": {"field": null}}',
            b"[" * 200_000,
            b'{"message":' * 100_000,
            b'{"detail": {"value": ' + b"9" * 5000 + b"}}",
            b"x" * 3_000_000,
        ],
        ids=lambda body: ascii(body[:24]),
    )
    def test_no_error_body(self, body: bytes) -> None:
        """A body that is none of the platform's is ignored; the status says enough."""
        error = refused(answer(500, body))
        assert type(error) is PlatformError
        assert (error.status, error.code, error.message, error.problem) == (500, "", "", None)
        assert str(error) == f"500 (Request-ID {REQUEST_ID}, idempotent_id order-42)"

    def test_half_a_detail(self) -> None:
        """A detail of which only the field can be read is a problem all the same."""
        error = refused(refusal(400, "PARAM_ERROR", detail={"field": "/a", "issue": 5}))
        assert error.problem == Problem("/a", "")

    def test_long(self) -> None:
        """Texts without end are cut off."""
        detail = {"field": "/" + "f" * 10_000, "issue": "i" * 10_000, "value": "v" * 10_000}
        error = refused(refusal(400, "PARAM_ERROR", "m" * 10_000, detail))
        assert_harmless(error)
        error = refused(answer(400, json.dumps({"code": "C" * 100_000}).encode(), Request_ID="r" * 20_000))
        assert_harmless(error)

    @pytest.mark.parametrize(
        "evil",
        [
            "\x1b[2J\x1b]0;owned\x07",
            "a\r\nERROR forged line",
            "\u2028\u2029\x85",
            "\u202egpj.exe",
            "\x00\x7f",
            "\ud800",
        ],
        ids=ascii,
    )
    def test_harmless(self, evil: str) -> None:
        """No character that forges a line or steers a terminal gets from an answer into a text."""
        detail = {"field": f"/{evil}", "issue": evil, "value": evil}
        for raw in (
            refusal(400, f"CODE{evil}", f"m{evil}", detail),
            refusal(401, "SIGN_ERROR", evil, {"sign_information": {"truncated_sign_message": f"POST\n{evil}"}}),
        ):
            error = refused(raw)
            assert_harmless(error)
            assert all(text.isprintable() for text in (error.code, error.message))

    @pytest.mark.parametrize("evil", ["\x1b[31mred\x07", "\x85", "\x00", "\x7f\x0b\x0c", "a\tb"], ids=ascii)
    def test_harmless_request_id(self, evil: str) -> None:
        """The same holds for the Request-ID, of errors and of successes."""
        for raw in (answer(400, b"", Request_ID=f"r{evil}"), answer(200, LOG, Request_ID=f"r{evil}")):
            assert_harmless(caught(raw))
        with talking(signed(200, LOG, Request_ID=f"r{evil}")) as (client, _):
            assert (client.send(IMMEDIATE, MESSAGE).request_id or "").isprintable()

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_redirect(self, status: int) -> None:
        """A redirect is an error, and where it leads nobody is asked."""
        with Server(signed(200, LOG)) as elsewhere:
            error = refused(answer(status, b"", Location=f"{elsewhere.base_url}/v3"))
            assert elsewhere.connections == 0
        assert (type(error), error.status) == (ApiError, status)

    def test_uploads_and_replies(self) -> None:
        """Calls that have no idempotent_id say so."""
        sends: tuple[Callable[[Client], Any], ...] = (
            lambda client: client.send(ORDINARY, Reply("好")),
            lambda client: client.upload_image(PNG, "a.png"),
        )
        for send in sends:
            with talking(refusal(500, "SYSTEM_ERROR")) as (client, _), pytest.raises(PlatformError) as caught:
                send(client)
            assert caught.value.idempotent_id is None
            assert "idempotent_id" not in str(caught.value)

    def test_pickled(self, tmp_path: Path) -> None:
        """An error that crosses a process arrives as it was."""
        for raw in (refusal(400, "PARAM_ERROR", "m", {"field": "/a", "issue": "i", "value": "v"}), answer(200, LOG)):
            error = caught(raw)
            path = tmp_path / "error.pickle"
            path.write_bytes(pickle.dumps(error))
            again = pickle.loads(path.read_bytes())  # noqa: S301 - it is our own
            assert type(again) is type(error)
            assert str(again) == str(error)
            assert vars(again) == vars(error)


class TestDeclarations:
    """Which class stands for what is said by the classes."""

    def test_all_codes(self) -> None:
        """Each code and status that a class declares is found by an answer, whatever else that says."""
        for cls in DECLARED:
            for code in cls.codes:
                assert type(refused(refusal(418, code))) is cls
            for status in cls.statuses:
                assert type(refused(refusal(status, ""))) is cls

    def test_own_subclass(self) -> None:
        """A class of the caller's, derived from one of ours, is none that the platform means."""

        class _BusyError(RateLimitError):
            codes = ("FREQUENCY_LIMITED", "BUSY")
            statuses = (418,)

        assert type(refused(refusal(429, "FREQUENCY_LIMITED"))) is RateLimitError
        assert type(refused(refusal(418, "BUSY"))) is ApiError
        assert _BusyError("m", status=418).retryable

    @pytest.mark.parametrize("attribute", ["codes", "statuses"])
    def test_twice(self, attribute: str) -> None:
        """What two classes declare is an error that names both; what one inherits is not declared again."""

        class _OneError(ApiError):
            codes = ("A", "B")
            statuses = (1, 2)

        class _InheritingError(_OneError):
            pass

        class _TwoError(ApiError):
            codes = ("C", "B")
            statuses = (3, 2)

        found = by_declaration(attribute, [ApiError, _OneError, _InheritingError])
        assert found == dict.fromkeys(getattr(_OneError, attribute), _OneError)
        with pytest.raises(TypeError, match=r"_OneError and _TwoError both declare ('B'|2) in"):
            by_declaration(attribute, [_OneError, _InheritingError, _TwoError])

    @pytest.mark.parametrize("declared", ["codes = ('NO_AUTH',)", "statuses = (429,)"])
    def test_twice_at_import(self, declared: str) -> None:
        """So nobody who declares one twice gets as far as a client."""
        code = f"from msgkit import errors; errors.ParamError.{declared}; from msgkit import Client"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert "TypeError: ParamError and " in done.stderr


class TestRetryable:
    """Which errors may pass by themselves."""

    @pytest.mark.parametrize(
        ("status", "code", "retryable"),
        [
            (429, "FREQUENCY_LIMITED", True),
            (500, "SYSTEM_ERROR", True),
            (503, "SERVICE_UNAVAILABLE", True),
            (429, "NEW_CODE", True),
            (502, "", True),
            (504, "", True),
            (501, "NEW_CODE", True),
            (400, "RATELIMIT_EXCEEDED", True),
            (400, "PARAM_ERROR", False),
            (400, "INVALID_REQUEST", False),
            (401, "SIGN_ERROR", False),
            (403, "NO_AUTH", False),
            (404, "", False),
            (400, "RESOURCE_NOT_EXISTS", False),
            (500, "PARAM_ERROR", False),
            (400, "NEW_CODE", False),
            (418, "", False),
            (302, "SYSTEM_ERROR", False),
        ],
    )
    def test_answers(self, status: int, code: str, *, retryable: bool) -> None:
        """An error says so by its class, and where it has none of its own by its status."""
        error = refused(refusal(status, code))
        assert error.retryable is retryable
        assert pickle.loads(pickle.dumps(error)).retryable is retryable  # noqa: S301 - it is our own

    def test_no_answer(self) -> None:
        """A call that got no answer may get one the next time."""
        with talking(b"", "close") as (client, _), pytest.raises(SendError) as failed:
            client.send(ORDINARY, Reply("好"))
        assert failed.value.retryable

    @pytest.mark.parametrize(
        "raw", [answer(200, LOG), signed(200, LOG, Wechatpay_Signature="WECHATPAY/SIGNTEST/AAAA"), signed(200, b"{}")]
    )
    def test_untrusted(self, raw: bytes) -> None:
        """An answer of success that cannot be trusted may be another one the next time: a probe, or a cut one."""
        assert caught(raw).retryable
