"""Exchanges: what is yielded and what is made of the answer; most of them by a real server and a real client."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from msgkit import (
    NotFoundError,
    Receipt,
    Reply,
    ResponseVerificationError,
    TransportError,
)
from msgkit._apiv3.calls import Answer, Call, Deadline, FlawError, Operation, Request
from msgkit._apiv3.exchange import Protocol, Steps, carry_out
from msgkit._apiv3.signing import Signer
from msgkit._apiv3.verification import Verifier
from tests._apiv3.answers import assert_harmless, caught
from tests.network import (
    IMMEDIATE,
    LOG,
    MCHID,
    MESSAGE,
    ORDINARY,
    PNG,
    PUBLIC_KEY_ID,
    REQUEST_ID,
    SERIAL_NO,
    answer,
    merchant_key,
    platform_key,
    refusal,
    signature,
    signed,
    talking,
)

PROTOCOL = Protocol(
    Signer(MCHID, SERIAL_NO, merchant_key()), Verifier({PUBLIC_KEY_ID: platform_key().public_key()}), PUBLIC_KEY_ID
)
HOST = "https://pay.example"
COMPLAINT = "/v3/merchant-service/complaints-v2/200201820200101080076610000?a=1&b=%E4%B8%AD"


class TestTrusted:
    """Answers of success that the platform signed."""

    @pytest.mark.parametrize(
        "body",
        [LOG, b'\n{ "log_id": "300285320210322170000071077", "new": [null] }\n'],
        ids=["compact", "blanks and a new field"],
    )
    def test_message(self, body: bytes) -> None:
        """The log_id is handed on, whatever else an answer holds."""
        with talking(signed(200, body)) as (client, server):
            receipt = client.send(IMMEDIATE, MESSAGE, idempotent_id="a")
        assert receipt == Receipt(
            "300285320210322170000071077", "a", REQUEST_ID, "response-immediate-service", server.base_url
        )

    def test_case_of_names(self) -> None:
        """Header names count in any case on the wire too."""
        headers = {name.lower(): value for name, value in signature(LOG, platform_key()).items()}
        with talking(answer(200, LOG, Request_ID=None, **headers, **{"request-id": "r"})) as (client, _):
            assert client.send(IMMEDIATE, MESSAGE).request_id == "r"

    def test_no_request_id(self) -> None:
        """An answer without a Request-ID is an answer."""
        with talking(signed(204, Request_ID=None)) as (client, server):
            assert client.send(ORDINARY, Reply("好")) == Receipt(None, None, None, "response", server.base_url)


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


def as_it_came(data: dict[str, Any], _: Answer) -> dict[str, Any]:
    """A result that is the answer."""
    return data


def trusted(body: bytes, status: int = 200) -> Answer:
    """An answer that the platform signed."""
    headers = {name.replace("_", "-"): value for name, value in signature(body, platform_key()).items()}
    return Answer(status, {**headers, "Request-ID": REQUEST_ID}, body)


class TestGet:
    """Operations that only ask."""

    def test_asked(self) -> None:
        """A GET has no body and says nothing of one; what is signed is its path with the query, and an empty line."""
        body = json.dumps({"complaint_id": "1", "new": None}).encode()
        with talking(signed(200, body)) as (client, server):
            for _ in range(2):
                found = client._carry_out(
                    Operation("complaint", Call("GET", COMPLAINT), lambda data, _: data["complaint_id"])
                )
                assert found == "1"
        assert server.connections == 1
        for received in server.received:
            assert (received.method, received.target, received.body) == ("GET", COMPLAINT, b"")
            names = {name.lower() for name, _ in received.headers}
            assert not names & {"content-type", "content-length", "transfer-encoding"}
            assert received.header("Accept") == "application/json"
            received.verify(merchant_key().public_key(), b"")

    def test_refused(self) -> None:
        """An error is that error, and has no id under which to send again."""
        with (
            talking(refusal(400, "RESOURCE_NOT_EXISTS")) as (client, _),
            pytest.raises(NotFoundError) as refused,
        ):
            client._carry_out(Operation("complaint", Call("GET", COMPLAINT), as_it_came))
        assert (refused.value.idempotent_id, refused.value.request_id) == (None, REQUEST_ID)

    def test_unsigned(self) -> None:
        """What nobody signed is no answer to a question either."""
        with talking(answer(200, LOG)) as (client, _), pytest.raises(ResponseVerificationError, match="not signed"):
            client._carry_out(Operation("complaint", Call("GET", COMPLAINT), as_it_came))


def made(steps: Steps[Any]) -> Request:
    """The request that steps begin with."""
    request = next(steps)
    assert isinstance(request, Request)
    return request


class TestSteps:
    """The generator itself, given its answers by hand."""

    def test_request(self) -> None:
        """What is yielded is whole: nothing is left for whoever carries it to add or to change."""
        call = Call("POST", "/v3/a?b=c", b'{"a":1}', idempotent_id="order-42")
        request = made(carry_out(PROTOCOL, Operation("a", call, as_it_came), HOST, Deadline(60)))
        assert (request.host, request.method, request.path, request.body) == (HOST, "POST", "/v3/a?b=c", b'{"a":1}')
        assert sorted(request.headers) == [
            "Accept", "Accept-Encoding", "Authorization", "Content-Type", "User-Agent", "Wechatpay-Serial"
        ]  # fmt: skip

    def test_result(self) -> None:
        """The generator returns what the operation makes of an answer, which it gets with its data."""
        steps = carry_out(
            PROTOCOL, Operation("a", Call("GET", "/"), lambda data, answer: (data, answer)), HOST, Deadline(60)
        )
        next(steps)
        given = trusted(b'{"a": 1}')
        with pytest.raises(StopIteration) as done:
            steps.send(given)
        assert done.value.value == (({"a": 1}, given), given)

    def test_no_body(self) -> None:
        """An answer without a body is one without data."""
        steps = carry_out(PROTOCOL, Operation("a", Call("GET", "/"), as_it_came), HOST, Deadline(60))
        next(steps)
        given = trusted(b"", 204)
        with pytest.raises(StopIteration) as done:
            steps.send(given)
        assert done.value.value == ({}, given)

    def test_no_answer(self) -> None:
        """A failure that is thrown in comes out the same, and knows under which id to send again."""
        steps = carry_out(
            PROTOCOL, Operation("a", Call("POST", "/", b"{}", idempotent_id="order-42"), as_it_came), HOST, Deadline(60)
        )
        next(steps)
        thrown = TransportError("no answer")
        with pytest.raises(TransportError) as raised:
            steps.throw(thrown)
        assert raised.value is thrown
        assert str(thrown) == "no answer (idempotent_id order-42)"

    def test_flaw(self) -> None:
        """A result that is not as documented is an answer that cannot be trusted; what it failed on is not shown."""

        def flawed(data: dict[str, Any], _: Answer) -> None:
            raise FlawError(f"it has {len(data)} keys")

        steps = carry_out(
            PROTOCOL, Operation("a", Call("POST", "/", b"{}", idempotent_id="order-42"), flawed), HOST, Deadline(60)
        )
        next(steps)
        with pytest.raises(ResponseVerificationError) as raised:
            steps.send(trusted(b'{"a": 1}'))
        assert str(raised.value) == (
            "the answer of status 200 cannot be trusted: it has 1 keys"
            f" (Request-ID {REQUEST_ID}, idempotent_id order-42)"
        )
        assert raised.value.__suppress_context__

    @pytest.mark.parametrize(
        "result",
        [lambda data, _: data["log_id"], lambda data, _: data["a"] + "", lambda data, _: data["a"][0]],
        ids=["KeyError", "TypeError", "IndexError"],
    )
    def test_stumbled(self, result: Callable[[dict[str, Any], Answer], Any], request: pytest.FixtureRequest) -> None:
        """A result that stumbles over what it did not expect says so as one that did: with the id, and the cause."""
        steps = carry_out(
            PROTOCOL, Operation("a", Call("POST", "/", b"{}", idempotent_id="order-42"), result), HOST, Deadline(60)
        )
        next(steps)
        with pytest.raises(ResponseVerificationError) as raised:
            steps.send(trusted(b'{"a": []}'))
        name = type(raised.value.__cause__).__name__
        assert name in request.node.name
        assert str(raised.value) == (
            f"the answer of status 200 cannot be trusted: it is not as documented ({name})"
            f" (Request-ID {REQUEST_ID}, idempotent_id order-42)"
        )

    def test_nothing_shared(self) -> None:
        """An operation that is carried out twice, or at once with itself, is signed anew each time."""
        operation = Operation("a", Call("POST", "/", b"{}"), as_it_came)
        requests: list[Request] = [made(carry_out(PROTOCOL, operation, HOST, Deadline(60))) for _ in range(2)]
        assert requests[0].headers is not requests[1].headers
        assert requests[0].headers["Authorization"] != requests[1].headers["Authorization"]
