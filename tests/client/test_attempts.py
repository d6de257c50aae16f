"""Who hears of attempts, and what they hear."""

import logging
from typing import Any

import pytest

from msgkit import Attempt, ConfigurationError, PlatformError, Reply, Retry, SendError
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, MESSAGE, ORDINARY, PNG, client_for

pytestmark = pytest.mark.usefixtures("both", "at_once")


def test_each(sandbox: Sandbox) -> None:
    """Each attempt is told when it is over: which call, where, the how-manieth, how it ended, and how long it took."""
    heard: list[Attempt] = []
    sandbox.fail_next("SYSTEM_ERROR")
    sandbox.fail_next("NO_ANSWER")
    sandbox.fail_next("UNSIGNED")
    with client_for(sandbox, retry=Retry(), on_attempt=heard.append) as client:
        receipt = client.send(IMMEDIATE, MESSAGE)
    assert [(each.number, each.status, each.error) for each in heard] == [
        (1, 500, "PlatformError"),
        (2, None, "TransportError"),
        (3, None, "ResponseVerificationError"),
        (4, 200, None),
    ]
    assert {(each.operation, each.host) for each in heard} == {("response-immediate-service", sandbox.base_url)}
    assert [each.request_id for each in heard] == [call.request_id if call.status else None for call in sandbox.calls]
    assert heard[-1].request_id == receipt.request_id
    assert all(0 < each.seconds < 5 for each in heard)


def test_every_endpoint(sandbox: Sandbox) -> None:
    """Every call is told by its endpoint, those for certificates too."""
    heard: list[Attempt] = []
    sandbox.rotate_certificate()
    credentials = sandbox.credentials
    settings: dict[str, Any] = {"public_key": None, "public_key_id": None, "platform_certificates": True}
    with client_for(sandbox, on_attempt=heard.append, **settings) as client:
        client.send(ORDINARY, Reply("好"))
        client.upload_image(PNG, "a.png")
        client.complaint(IMMEDIATE)
        list(client.history(IMMEDIATE))
        client.complete(IMMEDIATE, complainted_mchid=credentials.mchid)
        client.approve_refund(IMMEDIATE)
        client.set_notification_url("https://shop.example/notify")
        client.download_image(sandbox.picture(PNG))
        client.download_image(sandbox.picture(PNG, presigned=True))
        client.echo("hello")
    assert [each.operation for each in heard] == [
        "certificates",
        "response",
        "upload",
        "complaint",
        "negotiation-historys",
        "complete",
        "update-refund-progress",
        "complaint-notifications",
        "complaint-notifications",
        "image",
        "image",
        "echo",
    ]
    assert heard[0].number == 1


def test_nothing_of_the_call(sandbox: Sandbox) -> None:
    """What is told holds no id of a complaint, no word of a customer, no signature and no key."""
    heard: list[Attempt] = []
    with client_for(sandbox, on_attempt=heard.append) as client:
        client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42")
        client.download_image(sandbox.picture(PNG, presigned=True))
    told = repr(heard)
    for secret in (IMMEDIATE, "您好", "order-42", "sign", "PUB_KEY", sandbox.credentials.serial_no):
        assert secret not in told


class TestRaises:
    """Whoever listens is a guest."""

    def test_logged(self, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        """What a listener raises is logged by its name alone, and the call goes on."""

        def listener(_: Attempt) -> None:
            raise ValueError("您好")

        sandbox.fail_next("SYSTEM_ERROR")
        with client_for(sandbox, retry=Retry(), on_attempt=listener) as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id
        said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert said == ["on_attempt raised ValueError"] * 2

    def test_error_remains(self, sandbox: Sandbox) -> None:
        """The error of the call is raised, and not that of the listener."""

        def listener(_: Attempt) -> None:
            raise SendError("mine")

        sandbox.fail_next("SYSTEM_ERROR")
        with client_for(sandbox, on_attempt=listener) as client, pytest.raises(PlatformError):
            client.send(IMMEDIATE, MESSAGE)

    @pytest.mark.parametrize("listener", ["print", 5, []])
    def test_no_function(self, sandbox: Sandbox, listener: Any) -> None:
        """A listener is a function."""
        with pytest.raises(ConfigurationError, match=r"^on_attempt "):
            client_for(sandbox, on_attempt=listener)
