"""Every method of the client against the sandbox, for a merchant and for a service provider of two."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1

from msgkit import (
    Client,
    Complaint,
    InvalidRequestError,
    Message,
    NoAuthError,
    NotFoundError,
    PlatformError,
    Reply,
    ResponseVerificationError,
    Retry,
    TransportError,
    ValidationError,
)
from msgkit.complaints import ComplaintState, OperateType
from msgkit.sandbox import Sandbox
from msgkit.sandbox.journal import RecordedCall
from tests.network import (
    IMMEDIATE,
    MESSAGE,
    ORDINARY,
    PNG,
    Received,
    Server,
    client_for,
    client_of,
    merchant_key,
    platform_key,
    signed,
)

pytestmark = pytest.mark.usefixtures("both", "at_once")

OAEP_SHA1 = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)  # noqa: S303 - the platform's choice
URL = "https://shop.example/notify"
OTHER_URL = "https://shop.example/other"
NOW = datetime(2025, 3, 10, 12, tzinfo=timezone(timedelta(hours=8)))


def asked(sandbox: Sandbox) -> list[str]:
    """The endpoints that were asked, in order."""
    return [str(call.endpoint) for call in sandbox.calls]


def refused(call: Callable[..., Any], *args: Any, **kwargs: Any) -> list[tuple[str, str | None]]:
    """The places and rules of a call that is refused in both languages."""
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    for problem in caught.value.problems:
        assert problem.text("en") != problem.text("zh")
        assert not problem.text("zh").isascii()
    return [(problem.pointer, problem.rule) for problem in caught.value.problems]


class TestComplaint:
    """One complaint."""

    def test_read(self, sandbox: Sandbox, client: Client) -> None:
        """It is read as it is now, by its id or by what it was."""
        there = sandbox.complaint("1", payer_phone="13800138000", complaint_time=NOW, apply_refund_amount=1280)
        complaint = client.complaint("1")
        assert complaint.complaint_id == "1"
        assert complaint.complaint_state is ComplaintState.PENDING
        assert complaint.complainted_mchid == sandbox.credentials.mchid
        assert (complaint.complaint_time, complaint.apply_refund_amount) == (NOW, 1280)
        assert complaint.payer_openid == there.payer_openid
        assert complaint.need_immediate_service
        client.send("1", MESSAGE)
        assert client.complaint(complaint).complaint_state is ComplaintState.PROCESSING

    @pytest.mark.parametrize("complaint_id", ["a/b", "中文投诉", "a%2Fb", "a?b=c&d", "..."])
    def test_odd_id(self, sandbox: Sandbox, client: Client, complaint_id: str) -> None:
        """An id is one step of each path, whatever is in it."""
        sandbox.complaint(complaint_id)
        assert client.complaint(complaint_id).complaint_id == complaint_id
        assert len(list(client.history(complaint_id))) == 1
        assert client.reply(complaint_id, MESSAGE).log_id
        client.approve_refund(complaint_id)
        client.complete(complaint_id)
        assert sandbox.complaints[complaint_id].complaint_state == "PROCESSED"

    def test_none(self, client: Client) -> None:
        """One that is not there is not found."""
        for call in (client.complaint, client.complete, client.approve_refund):
            with pytest.raises(NotFoundError):
                call("1")

    def test_in_a_list(self, sandbox: Sandbox, client: Client) -> None:
        """One of a list does for every other call."""
        sandbox.complaint("1", complaint_time=NOW)
        (complaint,) = client.complaints(NOW, NOW)
        assert complaint.payer_openid is None
        client.send(complaint, MESSAGE)
        client.reply(complaint, MESSAGE)
        client.reject_refund(complaint, reason="已发货")
        client.complete(complaint)
        assert [entry.operate_type for entry in client.history(complaint)] == [
            OperateType.MERCHANT_REFUSE_RERUND,
            OperateType.MERCHANT_RESPONSE,
            OperateType.MERCHANT_RESPONSE,
            OperateType.USER_CREATE_COMPLAINT,
        ]


class TestHistory:
    """What happened to a complaint."""

    def test_message_and_tap(self, sandbox: Sandbox, client: Client) -> None:
        """A rich reply comes back as the message that it was, under its receipt's log_id; so does the tap on it."""
        receipt = client.send(IMMEDIATE, MESSAGE)
        click = {"message_content": "转人工", "action_id": "agent", "clicked_log_id": receipt.log_id}
        sandbox.entry(IMMEDIATE, "USER_CLICK_RESPONSE", details="转人工", click_message=click)
        tap, sent, _ = client.history(IMMEDIATE)
        assert (sent.message, sent.log_id) == (MESSAGE, receipt.log_id)
        assert tap.operate_type is OperateType.USER_CLICK_RESPONSE
        assert tap.click is not None
        assert (tap.click.action_id, tap.click.clicked_log_id) == ("agent", receipt.log_id)

    def test_new_type(self, sandbox: Sandbox, client: Client) -> None:
        """A type that nobody knows yet is the platform's word."""
        sandbox.entry(IMMEDIATE, "SOMETHING_NEW", details="新")
        assert next(client.history(IMMEDIATE)).operate_type == "SOMETHING_NEW"


class TestComplete:
    """That a complaint is handled."""

    def test_complete(self, sandbox: Sandbox, client: Client) -> None:
        """The complaint is processed then, and nothing comes back; also a second time."""
        complaint = client.complaint(IMMEDIATE)
        for given in (IMMEDIATE, complaint):
            found: object = client.complete(given)  # type: ignore[func-returns-value]
            assert found is None
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PROCESSED"

    def test_unclear(self, sandbox: Sandbox) -> None:
        """Whether it was carried out is said where the answer is lost; it is not sent again by itself."""
        sandbox.fail_next("NO_ANSWER", endpoint="complete")
        with client_for(sandbox, retry=Retry()) as client, pytest.raises(TransportError) as caught:
            client.complete(IMMEDIATE)
        assert caught.value.maybe_processed
        assert asked(sandbox) == ["complete"]


class TestRefund:
    """Decisions on a refund."""

    @staticmethod
    def body(do: Callable[[Client], object]) -> Any:
        """What a decision sends."""
        with Server(signed(204)) as server, client_of(server.base_url) as client:
            do(client)
        (received,) = server.received
        assert received.target.endswith("/1/update-refund-progress")
        return received.json

    def test_bodies(self) -> None:
        """What was not said is not sent; what was, is, and so is a day that is 0."""
        assert self.body(lambda client: client.approve_refund("1")) == {"action": "APPROVE"}
        assert self.body(lambda client: client.approve_refund("1", launch_refund_day=0, remark="已核实")) == {
            "action": "APPROVE",
            "launch_refund_day": 0,
            "remark": "已核实",
        }
        assert self.body(lambda client: client.reject_refund("1", reason="已发货")) == {
            "action": "REJECT",
            "reject_reason": "已发货",
        }
        assert self.body(
            lambda client: client.reject_refund("1", reason="长" * 200, images=["m1", "m2"], remark="长" * 200)
        ) == {
            "action": "REJECT",
            "reject_reason": "长" * 200,
            "reject_media_list": ["m1", "m2"],
            "remark": "长" * 200,
        }

    def test_approve(self, sandbox: Sandbox, client: Client) -> None:
        """An approved refund is noted, and does not end the complaint."""
        client.approve_refund(client.complaint(IMMEDIATE), launch_refund_day=3, remark="已核实")
        assert sandbox.history(IMMEDIATE)[-1].operate_type == "MERCHANT_APPROVE_REFUND"
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PENDING"
        assert sandbox.warnings == ()

    def test_reject(self, sandbox: Sandbox, client: Client) -> None:
        """A rejected one ends it, with the reason and its pictures in the history."""
        media_id = client.upload_image(PNG, "a.png")
        client.reject_refund(IMMEDIATE, reason="商品已签收", images=[media_id] * 4)
        (entry, _) = client.history(IMMEDIATE)
        assert (entry.operate_type, entry.operate_details) == (OperateType.MERCHANT_REFUSE_RERUND, "商品已签收")
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PROCESSED"
        assert client.download_image(entry.image_list[0]).content == PNG

    def test_second(self, client: Client) -> None:
        """A second decision is refused, and says that the first may have been carried out."""
        client.approve_refund(IMMEDIATE)
        with pytest.raises(InvalidRequestError) as caught:
            client.reject_refund(IMMEDIATE, reason="已发货")
        assert caught.value.maybe_processed


class TestNotificationUrl:
    """Where notifications go."""

    def test_life(self, sandbox: Sandbox, client: Client) -> None:
        """It is nowhere, is set, changed and taken away, each by its method."""
        assert client.notification_url() is None
        assert client.set_notification_url(URL) == URL
        assert client.notification_url() == URL
        assert client.set_notification_url(OTHER_URL) == OTHER_URL
        client.delete_notification_url()
        assert client.notification_url() is None
        assert sandbox.notification_url is None
        assert [call.method for call in sandbox.calls] == ["GET", "GET", "POST", "GET", "GET", "PUT", "DELETE", "GET"]

    def test_never_set(self, sandbox: Sandbox, client: Client) -> None:
        """What was never set cannot be taken away."""
        with pytest.raises(NotFoundError) as caught:
            client.delete_notification_url()
        assert not caught.value.maybe_processed
        assert [call.method for call in sandbox.calls] == ["DELETE"]

    @pytest.mark.parametrize("fault", ["NO_ANSWER", "TRUNCATED", "WRONG_SIGNATURE", "UNKNOWN_SERIAL"])
    def test_deleted_before(self, sandbox: Sandbox, fault: str) -> None:
        """Where an earlier attempt took it away and its answer was lost, it is gone, and that was wanted."""
        with client_for(sandbox, retry=Retry()) as client:
            client.set_notification_url(URL)
            sandbox.fail_next(fault, processed=True, endpoint="complaint-notifications")
            client.delete_notification_url()
        assert [call.method for call in sandbox.calls][2:] == ["DELETE", "DELETE"]
        assert sandbox.notification_url is None

    def test_not_deleted_before(self, sandbox: Sandbox) -> None:
        """Where the earlier attempt was refused before it was carried out, it was never set."""
        sandbox.fail_next("FREQUENCY_LIMITED", endpoint="complaint-notifications")
        with client_for(sandbox, retry=Retry()) as client, pytest.raises(NotFoundError):
            client.delete_notification_url()
        assert [call.method for call in sandbox.calls] == ["DELETE", "DELETE"]

    @pytest.mark.parametrize("fault", ["NO_ANSWER", "SYSTEM_ERROR"])
    def test_set_unclear(self, sandbox: Sandbox, fault: str) -> None:
        """A first address whose answer is lost is not set again, as it may be there; the change of one is."""

        def fail(call: RecordedCall) -> None:
            if call.method == "GET":
                sandbox.fail_next(fault, processed=True, endpoint="complaint-notifications")

        sandbox.watch(fail)
        try:
            with client_for(sandbox, retry=Retry()) as client:
                with pytest.raises((TransportError, PlatformError)) as caught:
                    client.set_notification_url(URL)
                assert client.set_notification_url(OTHER_URL) == OTHER_URL
        finally:
            sandbox.watch(None)
        assert caught.value.maybe_processed
        assert [call.method for call in sandbox.calls] == ["GET", "POST", "GET", "PUT", "PUT"]
        assert sandbox.notification_url == OTHER_URL

    def test_read_fails(self, sandbox: Sandbox, client: Client) -> None:
        """Where it cannot be read, nothing is set."""
        sandbox.fail_next("SYSTEM_ERROR", endpoint="complaint-notifications")
        with pytest.raises(PlatformError):
            client.set_notification_url(URL)
        assert [call.method for call in sandbox.calls] == ["GET"]

    @pytest.mark.parametrize("body", [b"{}", b'{"url":""}', b'{"url":5}', b'{"url":"https://a\\u001b[31m"}'])
    def test_no_url(self, body: bytes) -> None:
        """An answer without a URL, or with one that cannot be shown, cannot be trusted."""
        with Server(signed(200, body)) as server, client_of(server.base_url) as client:
            with pytest.raises(ResponseVerificationError, match=r"its url|no url") as caught:
                client.notification_url()
            assert str(caught.value).isprintable()

    @pytest.mark.parametrize(
        ("url", "rule"),
        [
            ("http://shop.example/notify", "not-https"),
            ("shop.example", "not-https"),
            ("", "not-https"),
            ("https:///notify", "no-host"),
            ("https://shop.example/a b", "blank-in-url"),
            ("https://shop.example/" + "n" * 235, "too-long"),
            ("https://shop.example/\U0001f600", "four-byte-character"),
            (None, "wrong-type"),
        ],
    )
    def test_refused(self, sandbox: Sandbox, client: Client, url: Any, rule: str) -> None:
        """A URL that breaks a rule is refused before it is sent."""
        assert refused(client.set_notification_url, url) == [("/url", rule)]
        assert {call.method for call in sandbox.calls} <= {"GET"}

    def test_longest(self, client: Client) -> None:
        """One of 255 characters is taken."""
        url = "https://shop.example/" + "n" * 234
        assert client.set_notification_url(url) == url


class TestDecrypt:
    """What was encrypted for the merchant."""

    def test_phone(self, sandbox: Sandbox, client: Client) -> None:
        """The customer's number is the one that it was, in a list too, and nothing is asked for it."""
        sandbox.complaint("1", payer_phone="13812345678", complaint_time=NOW)
        (listed,) = client.complaints(NOW, NOW)
        encrypted = [client.complaint("1").payer_phone, listed.payer_phone]
        before = len(sandbox.calls)
        for text in encrypted:
            assert text
            assert "13812345678" not in text
            assert client.decrypt(text) == "13812345678"
        assert len(sandbox.calls) == before

    @pytest.mark.parametrize(
        "text",
        ["", "13812345678", "AAAA", "A" * 344, "中文", "====", "AAAA\n", None, 5, "\ud800", "\U0001f600"],
    )
    def test_garbage(self, sandbox: Sandbox, client: Client, text: Any) -> None:
        """What is not encrypted is refused, and what it says is not shown."""
        assert refused(client.decrypt, text) == [("/text", "not-for-this-key")]
        with pytest.raises(ValidationError) as caught:
            client.decrypt(text)
        assert "138" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert sandbox.calls == ()

    def test_other_key(self, client: Client) -> None:
        """So is what is encrypted for another key, and what this one decrypts to no text."""
        text = base64.b64encode(merchant_key().public_key().encrypt(b"13812345678", OAEP_SHA1)).decode()
        assert refused(client.decrypt, text) == [("/text", "not-for-this-key")]
        own = client._credentials.private_key.public_key()
        text = base64.b64encode(own.encrypt(b"\xff\xfe", OAEP_SHA1)).decode()
        assert refused(client.decrypt, text) == [("/text", "not-for-this-key")]


class TestEcho:
    """The platform's own test of keys."""

    @pytest.mark.parametrize("message", ["hello", "您好，世界", "长" * 71, " a ", "\x00"])
    def test_public_key(self, sandbox: Sandbox, client: Client, message: str) -> None:
        """What is said comes back, by the public key."""
        assert client.echo(message) == message
        assert [call.wechatpay_serial for call in sandbox.calls] == [sandbox.credentials.public_key_id]

    def test_certificate(self, sandbox: Sandbox) -> None:
        """And by a certificate of the platform's, which is fetched first."""
        serial = sandbox.rotate_certificate()
        settings = {"public_key_id": None, "public_key": None, "platform_certificates": True}
        with client_for(sandbox, **settings) as client:
            assert client.echo("您好") == "您好"
        assert asked(sandbox) == ["certificates", "echo"]
        assert sandbox.calls[-1].wechatpay_serial == serial

    def test_tried_again(self, sandbox: Sandbox) -> None:
        """It changes nothing, so it is tried again, and never says that it may have been carried out."""
        sandbox.fail_next("NO_ANSWER", endpoint="echo")
        with client_for(sandbox, retry=Retry()) as client:
            assert client.echo("hello") == "hello"
        sandbox.fail_next("SYSTEM_ERROR", endpoint="echo")
        with client_for(sandbox) as client, pytest.raises(PlatformError) as caught:
            client.echo("hello")
        assert not caught.value.maybe_processed

    @staticmethod
    def answered(answer: Callable[[Received], dict[str, Any]]) -> str:
        """What an echo makes of an answer."""
        with (
            Server(lambda received: signed(200, json.dumps(answer(received)).encode())) as server,
            client_of(server.base_url) as client,
        ):
            return client.echo("您好")

    @staticmethod
    def sealed(text: bytes) -> str:
        """A text that is encrypted for the merchant."""
        return base64.b64encode(merchant_key().public_key().encrypt(text, OAEP_SHA1)).decode()

    def test_body(self) -> None:
        """The message goes out in clear and encrypted for the platform."""

        def answer(received: Received) -> dict[str, Any]:
            body = received.json
            assert body["echo_message"] == "您好"
            opened = platform_key().decrypt(base64.b64decode(body["encrypted_echo_message"]), OAEP_SHA1)
            assert opened.decode() == "您好"
            return {"echo_message": "您好", "encrypted_echo_message": self.sealed("您好".encode())}

        assert self.answered(answer) == "您好"

    @pytest.mark.parametrize("case", ["clear", "encrypted", "garbage", "other key", "no text", "nothing"])
    def test_tampered(self, case: str) -> None:
        """An answer that is not what was said, in clear or encrypted, cannot be trusted, and none of it is shown."""
        other = base64.b64encode(platform_key().public_key().encrypt("您好".encode(), OAEP_SHA1)).decode()
        answers: dict[str, dict[str, Any]] = {
            "clear": {"echo_message": "再见", "encrypted_echo_message": self.sealed("您好".encode())},
            "encrypted": {"echo_message": "您好", "encrypted_echo_message": self.sealed("再见".encode())},
            "garbage": {"echo_message": "您好", "encrypted_echo_message": "garbage"},
            "other key": {"echo_message": "您好", "encrypted_echo_message": other},
            "no text": {"echo_message": "您好", "encrypted_echo_message": self.sealed(b"\xff")},
            "nothing": {},
        }
        with pytest.raises(ResponseVerificationError) as caught:
            self.answered(lambda _: answers[case])
        assert not {"您好", "再见", "garbage"} & set(str(caught.value).split())
        assert not caught.value.maybe_processed

    @pytest.mark.parametrize(
        "answer", [{"echo_message": "您好"}, {"echo_message": "您好", "encrypted_echo_message": 5}]
    )
    def test_not_encrypted(self, answer: dict[str, Any]) -> None:
        """An answer that brings nothing encrypted back has not shown what it was asked to."""
        with pytest.raises(ResponseVerificationError):
            self.answered(lambda _: answer)

    @pytest.mark.parametrize(
        ("message", "rule"),
        [
            ("", "empty"),
            (" ", "empty"),
            ("长" * 72, "too-long"),
            ("\U0001f600", "four-byte-character"),
            ("\ud800", "four-byte-character"),
            (None, "wrong-type"),
            (b"hello", "wrong-type"),
        ],
    )
    def test_refused(self, sandbox: Sandbox, client: Client, message: Any, rule: str) -> None:
        """A message that breaks a rule, or is longer than what a key encrypts, is refused before it is sent."""
        assert refused(client.echo, message) == [("/echo_message", rule)]
        assert sandbox.calls == ()


class TestReply:
    """The reply that a complaint takes."""

    def test_rich(self, sandbox: Sandbox, client: Client) -> None:
        """A complaint that needs immediate service gets the message."""
        receipt = client.reply(client.complaint(IMMEDIATE), MESSAGE, idempotent_id="order-42")
        assert (receipt.endpoint, receipt.idempotent_id) == ("response-immediate-service", "order-42")
        assert (receipt.dropped, receipt.log_id) == ((), sandbox.replies[0].log_id)
        assert sandbox.replies[0].message == MESSAGE
        assert asked(sandbox) == ["complaint", "response-immediate-service"]

    def test_plain(self, sandbox: Sandbox, client: Client) -> None:
        """Any other gets as much of it as fits, and the receipt says what did not."""
        receipt = client.reply(client.complaint(ORDINARY), MESSAGE, idempotent_id="order-42")
        assert (receipt.endpoint, receipt.idempotent_id, receipt.log_id) == ("response", None, None)
        assert [problem.pointer.partition("/button")[0] for problem in receipt.dropped] == ["/blocks/1"]
        reply, dropped = MESSAGE.to_reply()
        assert sandbox.replies[0].reply == reply
        assert receipt.dropped == dropped
        assert asked(sandbox) == ["complaint", "response"]

    def test_by_id(self, sandbox: Sandbox, client: Client) -> None:
        """One that is given by its id is read first."""
        assert client.reply(IMMEDIATE, MESSAGE).endpoint == "response-immediate-service"
        assert client.reply(ORDINARY, MESSAGE).endpoint == "response"
        assert asked(sandbox) == ["complaint", "response-immediate-service", "complaint", "response"]

    def test_given(self, sandbox: Sandbox, client: Client) -> None:
        """One that is given by itself is not read again."""
        complaint = client.complaint(IMMEDIATE)
        client.reply(complaint, MESSAGE)
        assert asked(sandbox) == ["complaint", "response-immediate-service"]

    @pytest.mark.parametrize("fault", ["INVALID_REQUEST", "NO_AUTH", "SYSTEM_ERROR", "NO_ANSWER", "UNSIGNED"])
    @pytest.mark.parametrize("complaint_id", [IMMEDIATE, ORDINARY])
    def test_never_the_other(self, sandbox: Sandbox, client: Client, complaint_id: str, fault: str) -> None:
        """Where it goes wrong, the other endpoint is not asked."""
        complaint = client.complaint(complaint_id)
        endpoint = "response-immediate-service" if complaint_id == IMMEDIATE else "response"
        sandbox.fail_next(fault, endpoint=endpoint)
        with pytest.raises(
            (InvalidRequestError, NoAuthError, PlatformError, TransportError, ResponseVerificationError)
        ):
            client.reply(complaint, MESSAGE)
        assert asked(sandbox) == ["complaint", endpoint]

    def test_refused_state(self, sandbox: Sandbox, client: Client) -> None:
        """Nor is it where the complaint is not what it was."""
        complaint = client.complaint(ORDINARY)
        stale = Complaint.from_dict(complaint.raw | {"need_immediate_service": True})
        with pytest.raises(InvalidRequestError):
            client.reply(stale, MESSAGE)
        assert asked(sandbox) == ["complaint", "response-immediate-service"]
        assert sandbox.replies == ()

    def test_unread(self, sandbox: Sandbox, client: Client) -> None:
        """A complaint that cannot be read is not answered."""
        with pytest.raises(NotFoundError):
            client.reply("1", MESSAGE)
        assert asked(sandbox) == ["complaint"]

    def test_tried_again(self, sandbox: Sandbox) -> None:
        """A rich one is sent again under its id; a plain one whose answer is lost is not."""
        with client_for(sandbox, retry=Retry()) as client:
            sandbox.fail_next("NO_ANSWER", endpoint="response-immediate-service")
            client.reply(IMMEDIATE, MESSAGE)
            assert len(sandbox.replies) == 1
            sandbox.fail_next("NO_ANSWER", endpoint="response")
            with pytest.raises(TransportError) as caught:
                client.reply(ORDINARY, MESSAGE)
        assert caught.value.maybe_processed
        assert sandbox.counts["response"] == 1

    def test_shorten(self, sandbox: Sandbox, client: Client) -> None:
        """A text that does not fit is cut, at the end of a sentence where that is asked for, and that is told."""
        message = Message().text("这一句话。" * 99 + "最后一句话到这里才完")
        for shorten, length in ((False, 500), (True, 495)):
            receipt = client.reply(ORDINARY, message, shorten=shorten)
            assert [problem.pointer for problem in receipt.dropped] == ["/blocks/0/text"]
            assert len(sandbox.replies[-1].body["response_content"]) == length

    def test_nothing_fits(self, sandbox: Sandbox, client: Client) -> None:
        """A message of which nothing fits into a plain reply is refused, where the complaint takes no other."""
        with pytest.raises(ValidationError):
            client.reply(ORDINARY, Message().image("m1"))
        assert asked(sandbox) == ["complaint"]

    def test_placeholders(self, sandbox: Sandbox, client: Client) -> None:
        """A placeholder that is left is refused in both kinds, unless it may be sent."""
        message = Message().text("您好 ${name}")
        for complaint_id in (IMMEDIATE, ORDINARY):
            ((_, rule),) = refused(client.reply, complaint_id, message)
            assert rule == "placeholder-left"
            assert client.reply(complaint_id, message, allow_placeholders=True)
        assert len(sandbox.replies) == 2

    @pytest.mark.parametrize(
        ("message", "rule"),
        [(Reply("好"), "not-a-message"), ("您好", "text-as-message"), (None, "not-a-message"), ({}, "not-a-message")],
    )
    def test_no_message(self, sandbox: Sandbox, client: Client, message: Any, rule: str) -> None:
        """What is no message is refused before anything is read."""
        assert refused(client.reply, IMMEDIATE, message) == [("/message", rule)]
        assert sandbox.calls == ()


class TestNothingSent:
    """What is refused before anything is sent, and why."""

    @pytest.mark.parametrize(
        ("complaint_id", "rule"),
        [
            ("1" * 65, "too-long"),
            ("", "empty"),
            (" ", "empty"),
            (".", "path-step"),
            ("..", "path-step"),
            ("\U0001f600", "four-byte-character"),
            ("\ud800", "four-byte-character"),
            (5, "wrong-type"),
            (None, "wrong-type"),
            (b"1", "wrong-type"),
        ],
    )
    def test_id(self, sandbox: Sandbox, client: Client, complaint_id: Any, rule: str) -> None:
        """An id that cannot be one, by every call that takes one."""
        calls: list[Callable[[], object]] = [
            lambda: client.complaint(complaint_id),
            lambda: client.history(complaint_id),
            lambda: client.complete(complaint_id),
            lambda: client.approve_refund(complaint_id),
            lambda: client.reject_refund(complaint_id, reason="已发货"),
            lambda: client.reply(complaint_id, MESSAGE),
            lambda: client.send(complaint_id, MESSAGE),
            lambda: client.send(complaint_id, Reply("好")),
        ]
        for call in calls:
            assert refused(call) == [("/complaint_id", rule)]
        assert sandbox.calls == ()

    @pytest.mark.parametrize(
        ("arguments", "found"),
        [
            ({"launch_refund_day": -1}, ("/launch_refund_day", "out-of-range")),
            ({"launch_refund_day": True}, ("/launch_refund_day", "wrong-type")),
            ({"launch_refund_day": 1.0}, ("/launch_refund_day", "wrong-type")),
            ({"launch_refund_day": "1"}, ("/launch_refund_day", "wrong-type")),
            ({"remark": "长" * 201}, ("/remark", "too-long")),
            ({"remark": "\U0001f600"}, ("/remark", "four-byte-character")),
            ({"remark": 5}, ("/remark", "wrong-type")),
        ],
    )
    def test_approve(self, sandbox: Sandbox, client: Client, arguments: Any, found: tuple[str, str]) -> None:
        """An approval that breaks a rule."""
        assert refused(client.approve_refund, IMMEDIATE, **arguments) == [found]
        assert sandbox.calls == ()

    @pytest.mark.parametrize(
        ("arguments", "found"),
        [
            ({"reason": ""}, ("/reject_reason", "empty")),
            ({"reason": "\n"}, ("/reject_reason", "empty")),
            ({"reason": "长" * 201}, ("/reject_reason", "too-long")),
            ({"reason": "好\U0001f600"}, ("/reject_reason", "four-byte-character")),
            ({"reason": None}, ("/reject_reason", "wrong-type")),
            ({"reason": 5}, ("/reject_reason", "wrong-type")),
            ({"images": ["m"] * 5}, ("/reject_media_list", "too-many")),
            ({"images": ["m", ""]}, ("/reject_media_list/1", "empty")),
            ({"images": ["m", 5]}, ("/reject_media_list/1", "wrong-type")),
            ({"images": "m"}, ("/reject_media_list", "not-a-list")),
            ({"images": None}, ("/reject_media_list", "not-a-list")),
            ({"remark": "长" * 201}, ("/remark", "too-long")),
            ({"reason": "退 ${amount} 元"}, ("/reject_reason", "placeholder-left")),
        ],
    )
    def test_reject(self, sandbox: Sandbox, client: Client, arguments: Any, found: tuple[str, str]) -> None:
        """A rejection that breaks a rule."""
        assert refused(client.reject_refund, IMMEDIATE, **({"reason": "已发货"} | arguments)) == [found]
        assert sandbox.calls == ()

    @pytest.mark.parametrize(
        ("complainted_mchid", "rule"),
        [("", "empty"), ("1" * 65, "too-long"), (5, "wrong-type"), (["1"], "wrong-type")],
    )
    def test_merchant(self, sandbox: Sandbox, client: Client, complainted_mchid: Any, rule: str) -> None:
        """A merchant that there cannot be."""
        given = {"complainted_mchid": complainted_mchid}
        assert refused(client.complete, IMMEDIATE, **given) == [("/complainted_mchid", rule)]
        assert refused(client.send, IMMEDIATE, MESSAGE, **given) == [("/complainted_mchid", rule)]
        assert sandbox.calls == ()

    @pytest.mark.parametrize("complainted_mchid", ["1900000009", "", 5, ["1"]])
    def test_other_merchant(self, sandbox: Sandbox, client: Client, complainted_mchid: Any) -> None:
        """A merchant that differs from a complaint's own."""
        complaint = client.complaint(IMMEDIATE)
        given = {"complainted_mchid": complainted_mchid}
        for call in (lambda: client.complete(complaint, **given), lambda: client.send(complaint, MESSAGE, **given)):
            assert refused(call) == [("/complainted_mchid", "other-merchant")]
        assert asked(sandbox) == ["complaint"]
        client.complete(complaint, complainted_mchid=complaint.complainted_mchid)


SUBS = ("1900013511", "1900013512")


@pytest.fixture
def sub_merchants(sandbox: Sandbox) -> dict[str, str]:
    """A complaint about each of two sub-merchants, by whom it is about."""
    return {
        mchid: sandbox.complaint(
            complainted_mchid=mchid, complaint_time=NOW, payer_phone=f"1380013{mchid[-4:]}"
        ).complaint_id
        for mchid in SUBS
    }


@pytest.fixture
def provider(sandbox: Sandbox) -> Iterator[Client]:
    """The client of a service provider, whose own number no complaint is about."""
    with client_for(sandbox) as client:
        yield client


class TestServiceProvider:
    """A service provider who answers for two sub-merchants."""

    def test_lists(self, sub_merchants: dict[str, str], provider: Client) -> None:
        """Both merchants' complaints are listed, or one's."""
        day = date(2025, 3, 10)
        assert {each.complainted_mchid for each in provider.complaints(day, day)} == set(SUBS)
        for mchid, complaint_id in sub_merchants.items():
            (complaint,) = provider.complaints(day, day, complainted_mchid=mchid)
            assert (complaint.complaint_id, complaint.complainted_mchid) == (complaint_id, mchid)
        assert list(provider.complaints(day, day, complainted_mchid="1900000009")) == []

    def test_by_complaint(self, sandbox: Sandbox, sub_merchants: dict[str, str], provider: Client) -> None:
        """A complaint brings its merchant along to every call."""
        for mchid, complaint_id in sub_merchants.items():
            complaint = provider.complaint(complaint_id)
            assert provider.decrypt(complaint.payer_phone or "") == f"1380013{mchid[-4:]}"
            provider.send(complaint, MESSAGE)
            provider.send(complaint, Reply("好"))
            provider.reply(complaint, MESSAGE)
            provider.send(complaint, MESSAGE, complainted_mchid=mchid)
            provider.approve_refund(complaint)
            provider.complete(complaint)
            assert len(list(provider.history(complaint))) == 7
            assert {reply.body["complainted_mchid"] for reply in sandbox.replies[-4:]} == {mchid}
        assert {sandbox.complaints[each].complaint_state for each in sub_merchants.values()} == {"PROCESSED"}

    def test_by_id(self, sandbox: Sandbox, sub_merchants: dict[str, str], provider: Client) -> None:
        """An id needs the merchant to be named, but where the call does not say it or reads first."""
        for mchid, complaint_id in sub_merchants.items():
            provider.send(complaint_id, MESSAGE, complainted_mchid=mchid)
            provider.send(complaint_id, Reply("好"), complainted_mchid=mchid)
            provider.reply(complaint_id, MESSAGE)
            provider.reject_refund(complaint_id, reason="已发货")
            provider.complete(complaint_id, complainted_mchid=mchid)
            assert {reply.body["complainted_mchid"] for reply in sandbox.replies[-3:]} == {mchid}

    def test_wrong_merchant(self, sandbox: Sandbox, sub_merchants: dict[str, str], provider: Client) -> None:
        """Without the merchant, or with the other one, an id is refused by the platform."""
        first, second = SUBS
        complaint_id = sub_merchants[first]
        for mchid in (None, second):
            calls = (
                partial(provider.send, complaint_id, MESSAGE, complainted_mchid=mchid),
                partial(provider.send, complaint_id, Reply("好"), complainted_mchid=mchid),
                partial(provider.complete, complaint_id, complainted_mchid=mchid),
            )
            for call in calls:
                with pytest.raises(NoAuthError) as caught:
                    call()
                assert caught.value.problem is not None
                assert caught.value.problem.pointer == "/complainted_mchid"
        assert sandbox.replies == ()
