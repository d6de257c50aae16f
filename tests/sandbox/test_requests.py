"""What every request must keep to, and what hostile ones get."""

import json
import logging
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from msgkit.sandbox import Sandbox
from msgkit.sandbox.gate import BODY_LIMITS

from .merchant import COMPLAINTS, HEADERS, IMMEDIATE, UPLOAD, Answered, Merchant

PLAIN = f"{COMPLAINTS}/{IMMEDIATE}/response"
RICH = f"{COMPLAINTS}/{IMMEDIATE}/response-immediate-service"


def with_headers(merchant: Merchant, **headers: str | None) -> Answered:
    """What a plain reply gets with other headers."""
    renamed = {name.replace("_", "-"): value for name, value in headers.items()}
    return merchant.post(PLAIN, merchant.plain(), headers=renamed)


@pytest.mark.usefixtures("sandbox")
class TestHeaders:
    """Headers that every call needs."""

    @pytest.mark.parametrize("agent", [None, "", " "])
    def test_user_agent(self, merchant: Merchant, agent: str | None) -> None:
        """A request that does not say what is calling is refused, in the platform's words."""
        answered = with_headers(merchant, User_Agent=agent)
        assert (answered.status, answered.code) == (400, "INVALID_REQUEST")
        assert answered.json["message"] == "头部信息不完整"

    @pytest.mark.parametrize("accept", [None, "", " , "])
    def test_accept_missing(self, merchant: Merchant, accept: str | None) -> None:
        """So is one that does not say what it accepts: the platform does not take it as accepting all."""
        answered = with_headers(merchant, Accept=accept)
        assert (answered.status, answered.code) == (400, "INVALID_REQUEST")
        assert answered.json["message"] == "头部信息不完整"

    @pytest.mark.parametrize(
        "accept",
        [
            "text/html",
            "application/jsonp",
            "image/*, text/*",
            "application/json;q=0",
            "*/*; q=0.00",
        ],
    )
    def test_accept_other(self, merchant: Merchant, accept: str) -> None:
        """A request that admits no JSON is refused."""
        answered = with_headers(merchant, Accept=accept)
        assert (answered.status, answered.code) == (400, "INVALID_REQUEST")

    @pytest.mark.parametrize(
        "accept",
        [
            "*/*",
            "application/*",
            "text/html, APPLICATION/JSON; charset=utf-8; q=0.5",
            "application/json;q=0.05",
        ],
    )
    def test_accept(self, merchant: Merchant, accept: str) -> None:
        """Whatever admits JSON passes."""
        assert with_headers(merchant, Accept=accept).status == 204

    @pytest.mark.parametrize("media_type", [None, "", "text/plain", "application/jsonp"])
    def test_content_type_other(self, merchant: Merchant, media_type: str | None) -> None:
        """A body that is not declared as JSON is refused."""
        answered = with_headers(merchant, Content_Type=media_type)
        assert (answered.status, answered.code) == (400, "INVALID_REQUEST")

    def test_content_type(self, merchant: Merchant) -> None:
        """The media type may be followed by a charset."""
        assert with_headers(merchant, Content_Type="Application/JSON; charset=utf-8").status == 204


class TestRoutes:
    """Paths and methods."""

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/v3",
            f"{PLAIN}/",
            f"{COMPLAINTS}//response",
            f"{COMPLAINTS}/a/b/response",
            "/v3/merchant-service/%69mages/upload",
            "/docs?a=1",
        ],
    )
    def test_unknown(self, merchant: Merchant, path: str) -> None:
        """An unknown path gets a 404 in JSON."""
        answered = merchant.post(path, b"{}")
        assert (answered.status, answered.code) == (404, "RESOURCE_NOT_EXISTS")
        assert answered.headers["Request-ID"]

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "BREW"])
    @pytest.mark.parametrize("path", [PLAIN, UPLOAD])
    def test_method(self, merchant: Merchant, method: str, path: str) -> None:
        """A wrong method gets a 405 in JSON that tells the right one."""
        answered = merchant.send(method, path, b"", HEADERS)
        assert (answered.status, answered.code) == (405, "INVALID_REQUEST")
        assert answered.headers["Allow"] == "POST"

    @pytest.mark.parametrize(
        ("complaint_id", "encoded"),
        [
            ("a/b?c#d", "a%2Fb%3Fc%23d"),
            ("a b+c", "a%20b+c"),
            ("投诉", "%E6%8A%95%E8%AF%89"),
            ("100%", "100%25"),
            ("%41", "%2541"),
        ],
    )
    def test_encoded_id(self, sandbox: Sandbox, merchant: Merchant, complaint_id: str, encoded: str) -> None:
        """A complaint id is percent-decoded, once, and the path is signed as it was sent."""
        sandbox.complaint(complaint_id)
        assert merchant.reply(merchant.plain(), encoded).status == 204
        assert sandbox.replies[-1].complaint_id == complaint_id

    @pytest.mark.parametrize("encoded", ["1", "%FF", "%", "%zz", "..", "%00"])
    def test_unknown_id(self, merchant: Merchant, encoded: str) -> None:
        """An id that no complaint has gets a 404."""
        answered = merchant.reply(merchant.plain(), encoded)
        assert (answered.status, answered.code) == (404, "RESOURCE_NOT_EXISTS")


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "blank": b" ",
    "broken": b'{"a":',
    "two documents": b"{} {}",
    "no object": b"[]",
    "null": b"null",
    "a string": b'"a"',
    "byte order mark": b"\xef\xbb\xbf{}",
    "not UTF-8": b'{"complainted_mchid": "\xff"}',
    "UTF-16": '{"complainted_mchid": "1"}'.encode("utf-16"),
    "surrogate": b'{"complainted_mchid": "\\ud83d"}',
    "surrogate key": b'{"\\ud83d": 1, "complainted_mchid": "1", "response_content": "a"}',
    "duplicate key": b'{"complainted_mchid": "1", "complainted_mchid": "1"}',
    "duplicate key inside": b'{"a": {"b": 1, "b": 1}}',
    "NaN": b'{"complainted_mchid": NaN}',
    "infinity": b'{"complainted_mchid": -Infinity}',
    "overflow": b'{"complainted_mchid": 1e999}',
    "long integer": b'{"complainted_mchid": ' + b"9" * 9999 + b"}",
    "control character": b'{"complainted_mchid": "\x01"}',
    "deep array": b"[" * 100_000,
    "deep array, closed": b"[" * 900 + b"]" * 900,
    "deep object": b'{"a":' * 900 + b"1" + b"}" * 900,
    "deep in a field": b'{"complainted_mchid": ' + b"[" * 70 + b"]" * 70 + b"}",
    "many keys": json.dumps({str(number): number for number in range(50_000)}).encode(),
}


class TestHostile:
    """Bodies that nobody should send."""

    @pytest.mark.parametrize("name", HOSTILE)
    @pytest.mark.parametrize("target", [PLAIN, RICH])
    def test_body(self, sandbox: Sandbox, merchant: Merchant, target: str, name: str) -> None:
        """A body that is no fitting JSON gets a PARAM_ERROR in valid JSON."""
        answered = merchant.post(target, HOSTILE[name])
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert answered.detail["location"] == "body"
        assert sandbox.replies == ()

    @pytest.mark.parametrize(("target", "media_type"), [(PLAIN, "application/json"), (UPLOAD, "multipart/form-data")])
    def test_too_large(self, merchant: Merchant, target: str, media_type: str) -> None:
        """A body over the sandbox's limit gets a 413 in JSON, once it was sent."""
        body = b" " * (BODY_LIMITS[media_type] + 1)
        answered = merchant.post(target, body, headers={"Content-Type": media_type})
        assert (answered.status, answered.code) == (413, "INVALID_REQUEST")

    def test_large(self, merchant: Merchant) -> None:
        """A wrong body of the largest size is answered as one of any size."""
        body = json.dumps({"message": {"blocks": [{}] * 200_000}}).encode()
        assert merchant.post(RICH, body).status == 400

    @settings(deadline=None, max_examples=80)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.text() | st.sampled_from(["blocks", "type", "text", "action"]),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        )
    )
    def test_arbitrary_message(self, merchant: Merchant, message: Any) -> None:
        """No JSON in place of a message makes the sandbox fail."""
        body = merchant.rich(idempotent_id="hypothesis") | {"message": message}
        answered = merchant.post(RICH, json.dumps(body).encode())
        assert answered.status in (200, 400)
        assert answered.json

    @settings(deadline=None, max_examples=80)
    @given(st.binary(max_size=200))
    def test_arbitrary_bytes(self, merchant: Merchant, body: bytes) -> None:
        """No bytes in place of a body make the sandbox fail."""
        answered = merchant.post(PLAIN, body)
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")


class TestLogging:
    """What reaches the log."""

    def test_what_is_logged(self, sandbox: Sandbox, merchant: Merchant, caplog: pytest.LogCaptureFixture) -> None:
        """A request is logged by method, path, status and Request-ID, and by nothing else."""
        with caplog.at_level(logging.DEBUG):
            answered = merchant.post(f"{PLAIN}?secret=1", merchant.plain())
        logged = [record.getMessage() for record in caplog.records]
        assert logged == [f"POST {PLAIN} 204 {answered.headers['Request-ID']}"]
        assert sandbox.replies

    def test_fault_of_its_own(
        self,
        merchant: Merchant,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        """A fault of the sandbox is a SYSTEM_ERROR in JSON, its text kept out of the log."""

        def fail(*_: object) -> None:
            raise ZeroDivisionError("what a customer wrote")

        monkeypatch.setattr("msgkit.sandbox.state.State.reply_plainly", fail)
        answered = merchant.post(PLAIN, merchant.plain())
        assert (answered.status, answered.code) == (500, "SYSTEM_ERROR")
        assert "ZeroDivisionError" in caplog.text
        assert "customer" not in caplog.text
