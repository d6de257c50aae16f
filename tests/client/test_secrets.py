"""Keys, signatures and what customers write: in no log, no repr, no text of an error."""

import logging
import traceback
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from msgkit import ApiError, Client, Message, MsgkitError, Reply, _endpoints
from msgkit._apiv3.calls import Answer, Request, Upload
from msgkit._apiv3.exchange import Protocol
from msgkit._apiv3.signing import Signer
from msgkit._apiv3.verification import Verifier
from msgkit.sandbox import Sandbox
from tests import network
from tests.network import (
    IMMEDIATE,
    MCHID,
    ORDINARY,
    PNG,
    PUBLIC_KEY_ID,
    SERIAL_NO,
    Answering,
    Ending,
    Received,
    Server,
    answer,
    client_for,
    forward,
    merchant_key,
    platform_key,
    private_pem,
    refusal,
    signed,
)

pytestmark = pytest.mark.usefixtures("both")

TEXT = "张三的电话是13800138000"
MESSAGE = Message().text(TEXT).with_custom_data(TEXT)

FORMATTER = logging.Formatter("%(name)s %(message)s")


def lines_of(pem: str) -> list[str]:
    """The lines of a key that are its own."""
    return [line for line in pem.splitlines() if "-----" not in line]


def secrets_of(sandbox: Sandbox, *servers: Server) -> Iterator[str]:
    """Everything that must not be seen."""
    yield "13800138000"
    yield "张三"
    yield "\\u5f20"
    yield sandbox.credentials.apiv3_key
    yield from lines_of(sandbox.credentials.private_key)
    yield from lines_of(private_pem(merchant_key()))
    for server in servers:
        for received in server.received:
            yield received.parameters["signature"]


def shown(error: BaseException) -> str:
    """Everything that an error shows of itself."""
    return f"{error} {error!r} {''.join(traceback.format_exception(error))}"


class TestLogs:
    """What is logged at the finest level, by msgkit and by what it stands on."""

    @pytest.mark.parametrize(
        ("change", "ending", "key"),
        [
            (lambda raw: raw, "keep", None),
            (lambda raw: raw.replace(b"Wechatpay-Signature: ", b"Wechatpay-Signature: AAAA"), "keep", None),
            (lambda raw: raw[:-5], "close", None),
            (lambda _: b"", "reset", None),
            (lambda _: refusal(400, "PARAM_ERROR", "m", {"field": "/a", "issue": "i", "value": TEXT}), "keep", None),
            (lambda _: answer(502, b"<html>"), "keep", None),
            (lambda _: signed(200, b"{}"), "keep", None),
            (lambda raw: raw, "keep", generate_private_key(65537, 2048)),
        ],
        ids=["success", "unsigned", "half", "none", "parameter", "gateway", "unknown key", "stranger"],
    )
    def test_sends(
        self,
        sandbox: Sandbox,
        caplog: pytest.LogCaptureFixture,
        change: Callable[[bytes], bytes],
        ending: Ending,
        key: object,
    ) -> None:
        """Sends that succeed and sends that fail leave neither key nor signature nor a word of a customer."""
        caplog.set_level(logging.DEBUG)
        ask = forward(sandbox)
        settings = {"private_key": key} if key else {}
        changed: Answering = lambda received: change(ask(received))  # noqa: E731
        errors = ""
        with Server(changed, ending) as server, client_for(sandbox, base_url=server.base_url, **settings) as client:
            sends: tuple[Callable[[], object], ...] = (
                partial(client.send, IMMEDIATE, MESSAGE),
                partial(client.send, ORDINARY, Reply(TEXT)),
                partial(client.upload_image, PNG, "a.png"),
            )
            for send in sends:
                try:
                    send()
                except MsgkitError as error:
                    errors += shown(error)
        assert len(server.received) == 3
        logged = "\n".join(FORMATTER.format(record) for record in caplog.records)
        assert "msgkit POST /v3/merchant-service/" in logged
        assert ("httpcore2" if network.Kind.awaits else "urllib3.connectionpool") in logged
        for secret in secrets_of(sandbox, server):
            assert secret not in logged
            assert secret not in errors

    def test_one_line(self, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        """A call is one line at INFO: the path, the status, the time and the Request-ID."""
        caplog.set_level(logging.INFO)
        receipt = client.send(IMMEDIATE, MESSAGE)
        (record,) = (record for record in caplog.records if record.name == "msgkit")
        assert record.levelname == "INFO"
        line = record.getMessage()
        assert line.startswith(
            f"POST /v3/merchant-service/complaints-v2/{IMMEDIATE}/response-immediate-service: 200 in "
        )
        assert line.endswith(f"Request-ID {receipt.request_id}, attempt 1 at {receipt.host}")

    def test_forged_line(self, client: Client, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        """Neither a complaint id nor a Request-ID can forge a line of the log."""
        caplog.set_level(logging.INFO)
        sandbox.complaint("a\nERROR forged")
        client.send("a\nERROR forged", MESSAGE)
        changed = forward(sandbox)
        evil: Answering = lambda received: changed(received).replace(b"Request-ID: ", b"Request-ID: \x1b[31m")  # noqa: E731
        with Server(evil) as server, client_for(sandbox, base_url=server.base_url) as other:
            other.send(IMMEDIATE, MESSAGE)
        for record in caplog.records:
            if record.name == "msgkit":
                assert record.getMessage().isprintable()


class TestReprs:
    """What things show of themselves."""

    def test_nothing(self, sandbox: Sandbox, client: Client) -> None:
        """No repr of what takes part in a call shows a secret."""
        operation = _endpoints.reply_richly(IMMEDIATE, MESSAGE, complainted_mchid=MCHID)
        signer = Signer(MCHID, SERIAL_NO, merchant_key())
        verifier = Verifier({PUBLIC_KEY_ID: platform_key().public_key()})
        protocol = Protocol(signer, verifier, PUBLIC_KEY_ID)
        signed_call, headers, body = protocol.sign(operation.call)
        request = Request("https://pay.example", "POST", "/", headers, body)
        found = Answer(400, {"Wechatpay-Signature": "s" * 344}, TEXT.encode())
        with_file = evolve(operation.call, upload=Upload("a.png", TEXT.encode(), "image/png"))
        parts = (client, vars(client), operation, signer, verifier, protocol, signed_call, request, found, with_file)
        text = " ".join(map(repr, parts))
        signature = headers["Authorization"].split('signature="')[1].split('"')[0]
        for secret in (*secrets_of(sandbox), signature, "s" * 16, "blocks", "\\xe5"):
            assert secret not in text

    def test_error(self, sandbox: Sandbox) -> None:
        """An error keeps the value that the platform named, and shows it nowhere."""

        def refuse(_: Received) -> bytes:
            return refusal(400, "PARAM_ERROR", "m", {"field": "/message", "issue": "i", "value": {"text": TEXT}})

        with (
            Server(refuse) as server,
            client_for(sandbox, base_url=server.base_url) as client,
            pytest.raises(ApiError) as caught,
        ):
            client.send(IMMEDIATE, MESSAGE)
        assert caught.value.problem
        assert caught.value.problem.value == {"text": TEXT}
        for secret in secrets_of(sandbox, server):
            assert secret not in shown(caught.value)
