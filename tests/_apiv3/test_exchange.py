"""What answers mean, each of them sent by a real server to a real client."""

import json
import pickle
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
    Receipt,
    Reply,
    ResponseVerificationError,
    SendError,
    ServiceUnavailableError,
    SignError,
)
from msgkit.sandbox import Sandbox
from tests.network import (
    IMMEDIATE,
    MESSAGE,
    ORDINARY,
    PNG,
    REQUEST_ID,
    Server,
    answer,
    merchant_key,
    platform_key,
    refusal,
    signature,
    signed,
    talking,
)

LOG = b'{"log_id":"300285320210322170000071077"}'


def caught(raw: bytes, idempotent_id: str = "order-42") -> SendError:
    """The error that a send gets for an answer; it says which send it was."""
    with talking(raw) as (client, _), pytest.raises(SendError) as caught:
        client.send(IMMEDIATE, MESSAGE, idempotent_id=idempotent_id)
    assert caught.value.idempotent_id == idempotent_id
    return caught.value


def refused(raw: bytes) -> ApiError:
    """The error that a send gets for an answer that is none of success."""
    error = caught(raw)
    assert isinstance(error, ApiError)
    return error


def assert_harmless(error: SendError) -> None:
    """The text of an error fits on a line, and nothing in it steers a terminal."""
    for text in (str(error), error.request_id or ""):
        assert text.isprintable()
        assert len(text) < 2500


class TestTrusted:
    """Answers of success that the platform signed."""

    @pytest.mark.parametrize(
        "body",
        [LOG, b'\n{ "log_id": "300285320210322170000071077", "new": [null] }\n'],
        ids=["compact", "blanks and a new field"],
    )
    def test_message(self, body: bytes) -> None:
        """The log_id is handed on, whatever else an answer holds."""
        with talking(signed(200, body)) as (client, _):
            receipt = client.send(IMMEDIATE, MESSAGE, idempotent_id="a")
        assert receipt == Receipt("300285320210322170000071077", "a", REQUEST_ID)

    def test_case_of_names(self) -> None:
        """Header names count in any case on the wire too."""
        headers = {name.lower(): value for name, value in signature(LOG, platform_key()).items()}
        with talking(answer(200, LOG, Request_ID=None, **headers, **{"request-id": "r"})) as (client, _):
            assert client.send(IMMEDIATE, MESSAGE).request_id == "r"

    def test_no_request_id(self) -> None:
        """An answer without a Request-ID is an answer."""
        with talking(signed(204, Request_ID=None)) as (client, _):
            assert client.send(ORDINARY, Reply("好")) == Receipt(None, None, None)


class TestUntrusted:
    """Answers of success that are not proven, or not what is documented."""

    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            (answer(200, LOG), "not signed"),
            (answer(200, LOG, **signature(LOG, merchant_key())), "signature is wrong"),
            (answer(200, LOG, **signature(LOG + b" ", platform_key())), "signature is wrong"),
            (signed(200, LOG, Wechatpay_Signature="WECHATPAY/SIGNTEST/AAAA"), "probe"),
            (signed(200, LOG, Wechatpay_Serial="PUB_KEY_ID_9"), "public key 'PUB_KEY_ID_9'"),
            (signed(200, LOG, Wechatpay_Serial="5157F09E"), "platform certificate '5157F09E'"),
            (signed(200, LOG, Wechatpay_Nonce=None), "Wechatpay-Nonce"),
            (answer(200, LOG, **signature(LOG, platform_key(), timestamp="1554208460")), "clock"),
            (signed(200), "no log_id"),
            (signed(204), "no log_id"),
            (signed(200, b"{}"), "no log_id"),
            (signed(200, b'{"log_id": null}'), "no log_id"),
            (signed(200, b'{"log_id": 5}'), "no log_id"),
            (signed(200, b'{"log_id": ""}'), "no log_id"),
            (signed(200, b"<html>"), "no JSON object"),
            (signed(200, b'["log_id"]'), "no JSON object"),
            (signed(200, b"null"), "no JSON object"),
            (signed(200, b'{"log_id": "\xff"}'), "no JSON object"),
            (signed(200, b"[" * 200_000), "no JSON object"),
        ],
    )
    def test_message(self, raw: bytes, reason: str) -> None:
        """The error says why, and carries what is needed to send again and to ask support."""
        error = caught(raw)
        assert isinstance(error, ResponseVerificationError)
        assert reason in str(error)
        assert f"Request-ID {REQUEST_ID}, idempotent_id order-42" in str(error)
        assert error.request_id == REQUEST_ID
        assert_harmless(error)

    def test_reply(self) -> None:
        """A plain reply's success must be signed too, though it has no body."""
        with talking(answer(204)) as (client, _), pytest.raises(ResponseVerificationError) as caught:
            client.send(ORDINARY, Reply("好"))
        assert caught.value.idempotent_id is None

    @pytest.mark.parametrize("body", [b"{}", b'{"media_id": null}', b'{"media_id": ""}', b"[]", b""])
    def test_upload(self, body: bytes) -> None:
        """An upload's success must name the media_id."""
        with talking(signed(200, body)) as (client, _), pytest.raises(ResponseVerificationError):
            client.upload_image(PNG, "a.png")


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
