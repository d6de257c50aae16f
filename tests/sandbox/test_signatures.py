"""Requests that were not rightly signed, and the signatures of answers."""

import base64
import json
import secrets
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from msgkit.sandbox import Sandbox

from .merchant import COMPLAINTS, HEADERS, IMMEDIATE, Answered, Merchant

TARGET = f"{COMPLAINTS}/{IMMEDIATE}/complete"
BODY = b'{"complainted_mchid": "1900012181"}'
SCHEME = "WECHATPAY2-SHA256-RSA2048"


def sent(merchant: Merchant, authorization: str | None, target: str = TARGET) -> Answered:
    """What the sandbox answers to this header."""
    return merchant.send("POST", target, BODY, HEADERS | {"Authorization": authorization})


def signed(merchant: Merchant, **replaced: str) -> Answered:
    """What the sandbox answers to a request whose signature parameters were replaced."""
    return sent(merchant, merchant.authorization("POST", TARGET, BODY, **replaced))


def assert_unproven(answered: Answered) -> None:
    """The answer is a SIGN_ERROR, and proves nothing to whoever asked."""
    assert (answered.status, answered.code) == (401, "SIGN_ERROR")
    assert answered.headers["Request-ID"]
    assert answered.headers["Wechatpay-Signature"] is None


@pytest.mark.usefixtures("sandbox")
class TestRequests:
    """Signatures that the sandbox verifies."""

    def test_accepted(self, merchant: Merchant) -> None:
        """A rightly signed request passes."""
        assert signed(merchant).status == 204

    def test_order_and_blanks(self, merchant: Merchant) -> None:
        """The header's parameters may come in any order, with blanks around the commas."""
        header = merchant.authorization("POST", TARGET, BODY)
        parameters = header.removeprefix(SCHEME).strip().split(",")
        assert sent(merchant, f"{SCHEME}  {' , '.join(reversed(parameters))} ").status == 204

    @pytest.mark.parametrize(
        "header",
        [
            None,
            "",
            SCHEME,
            f"{SCHEME} ",
            f"{SCHEME} mchid",
            f'{SCHEME} mchid="1900012181"',
            f'{SCHEME} mchid="1900012181',
            f'{SCHEME} mchid="1",mchid="2"',
            f"{SCHEME} {'a' * 9000}",
            f"{SCHEME} " + 'a="' * 3000,
            "Basic YTpi",
            "\xff\xfe",
        ],
    )
    def test_malformed(self, merchant: Merchant, header: str | None) -> None:
        """A header that is missing or cannot be read is refused, without a rebuilt string."""
        answered = sent(merchant, header)
        assert_unproven(answered)
        assert "sign_information" not in answered.detail

    def test_scheme(self, merchant: Merchant) -> None:
        """Another scheme is refused."""
        header = merchant.authorization("POST", TARGET, BODY)
        assert_unproven(sent(merchant, header.replace(SCHEME, "WECHATPAY2-SM2-WITH-SM3")))

    @pytest.mark.parametrize(
        "replaced",
        [
            {"mchid": "1900000000"},
            {"serial_no": "0" * 40},
            {"signature": ""},
            {"signature": "?"},
            {"signature": "\xe9"},
            {"signature": "WECHATPAY/SIGNTEST/" + "A" * 300},
            {"signature": base64.b64encode(b"\0" * 256).decode()},
            {"nonce_str": "another"},
            {"nonce_str": "\xe9"},
            {"timestamp": "0"},
            {"timestamp": "-1"},
            {"timestamp": "now"},
            {"timestamp": "9" * 5000},
            {"timestamp": "\xb2"},
        ],
    )
    def test_wrong_parameter(self, merchant: Merchant, replaced: dict[str, str]) -> None:
        """A parameter that does not belong to the signature is refused, the string shown."""
        answered = signed(merchant, **replaced)
        assert_unproven(answered)
        information = answered.detail["sign_information"]
        assert (information["method"], information["url"]) == ("POST", TARGET)

    @pytest.mark.parametrize("skew", [-310, 310])
    def test_clock(self, merchant: Merchant, skew: int) -> None:
        """A clock more than five minutes off is refused even though the signature is right."""
        assert_unproven(signed(merchant, timestamp=str(int(time.time()) + skew)))

    @pytest.mark.parametrize("skew", [-290, 290])
    def test_clock_within(self, merchant: Merchant, skew: int) -> None:
        """A clock less than five minutes off passes."""
        assert signed(merchant, timestamp=str(int(time.time()) + skew)).status == 204

    def test_body_changed(self, merchant: Merchant) -> None:
        """A body that differs from the signed one by one blank is refused, the string shown."""
        nonce, timestamp = secrets.token_hex(16), str(int(time.time()))
        header = merchant.authorization("POST", TARGET, BODY.replace(b" ", b""), nonce=nonce, timestamp=timestamp)
        answered = sent(merchant, header)
        assert_unproven(answered)
        string = f"POST\n{TARGET}\n{timestamp}\n{nonce}\n{BODY.decode()}\n"
        assert answered.detail["sign_information"] == {
            "method": "POST",
            "url": TARGET,
            "sign_message_length": len(string),
            "truncated_sign_message": string,
        }

    def test_string_truncated(self, merchant: Merchant) -> None:
        """Of a long string the beginning is shown, and its length in bytes."""
        body = merchant.plain(response_content="长" * 2000)
        answered = merchant.post(f"{COMPLAINTS}/{IMMEDIATE}/response", body, signed=b"")
        information = answered.detail["sign_information"]
        assert len(information["truncated_sign_message"]) == 1024
        assert information["sign_message_length"] > 6000

    @pytest.mark.parametrize(
        ("method", "target"),
        [("GET", TARGET), ("POST", TARGET.replace("complete", "response")), ("POST", "/")],
    )
    def test_other_request(self, merchant: Merchant, method: str, target: str) -> None:
        """A signature made for another method or path is refused."""
        assert_unproven(sent(merchant, merchant.authorization(method, target, BODY)))

    def test_query(self, merchant: Merchant) -> None:
        """The query string is part of what is signed, as it was sent."""
        target = f"{TARGET}?b=%E4%B8%AD&a=1"
        right = merchant.authorization("POST", target, BODY)
        assert sent(merchant, right, target).status == 204
        assert_unproven(sent(merchant, merchant.authorization("POST", TARGET, BODY), target))

    def test_stranger(self, merchant: Merchant) -> None:
        """A signature by another key is refused."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        assert_unproven(signed(Merchant(merchant.credentials, key)))

    def test_nothing_happens(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A request whose signature fails leaves no trace."""
        merchant.post(f"{COMPLAINTS}/{IMMEDIATE}/response", merchant.plain(), signed=b"")
        assert sandbox.replies == ()
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PENDING"


@pytest.mark.usefixtures("sandbox")
class TestAnswers:
    """Signatures that the sandbox makes."""

    def test_success(self, merchant: Merchant) -> None:
        """Answers of success are signed over the very bytes sent, an empty body included."""
        rich = merchant.reply_richly(merchant.rich())
        plain = merchant.reply(merchant.plain())
        assert (rich.status, plain.status) == (200, 204)
        assert plain.body == b""
        assert plain.headers["Content-Type"] is None
        for answered in (rich, plain):
            merchant.verify(answered)
            assert answered.headers["Request-ID"]

    def test_error(self, merchant: Merchant) -> None:
        """Errors of a caller who proved who it is are signed as well, in UTF-8."""
        answered = merchant.reply(merchant.plain(response_content="长" * 501))
        assert answered.status == 400
        assert "长" in answered.body.decode()
        merchant.verify(answered)

    def test_request_ids(self, merchant: Merchant) -> None:
        """No two answers have the same Request-ID or nonce."""
        answers = [merchant.complete() for _ in range(5)]
        for name in ("Request-ID", "Wechatpay-Nonce"):
            assert len({answered.headers[name] for answered in answers}) == 5

    def test_public_key_id(self, merchant: Merchant) -> None:
        """A request that asks for the platform's key passes; one that asks for another does not."""
        target, body = f"{COMPLAINTS}/{IMMEDIATE}/response", merchant.plain()
        own = {"Wechatpay-Serial": merchant.credentials.public_key_id}
        other = {"Wechatpay-Serial": "PUB_KEY_ID_0000000000000000000000000000"}
        assert merchant.post(target, body, headers=own).status == 204
        refused = merchant.post(target, body, headers=other)
        assert (refused.status, refused.code) == (400, "INVALID_REQUEST")

    def test_content_type(self, merchant: Merchant) -> None:
        """Bodies are JSON and say so."""
        answered = merchant.reply_richly(merchant.rich())
        assert answered.headers["Content-Type"] == "application/json; charset=utf-8"
        assert json.loads(answered.body).keys() == {"log_id"}
