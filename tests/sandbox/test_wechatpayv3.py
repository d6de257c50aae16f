"""A client of another project, so that the sandbox is not right by our own lights only."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from wechatpayv3 import WeChatPay, WeChatPayType

from msgkit.sandbox import Sandbox

from .merchant import IMMEDIATE


def client(sandbox: Sandbox, private_key: str | None = None) -> WeChatPay:
    """A wechatpayv3 client in public-key mode whose gateway is the sandbox."""
    credentials = sandbox.credentials
    made = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=credentials.mchid,
        private_key=private_key or credentials.private_key,
        cert_serial_no=credentials.serial_no,
        appid="wx0000000000000000",
        apiv3_key=credentials.apiv3_key,
        public_key=credentials.public_key,
        public_key_id=credentials.public_key_id,
        timeout=10,
    )
    made._core._gate_way = credentials.base_url
    return made


class TestWechatpayv3:
    """The client of the PyPI project wechatpayv3."""

    def test_reply(self, sandbox: Sandbox) -> None:
        """Its plain reply is taken, and it accepts the signature of the answer."""
        status, _ = client(sandbox).complaint_response(
            IMMEDIATE,
            "已与用户沟通解决",
            response_images=["media"],
            jump_url="https://shop.example/notify",
            jump_url_text="查看订单详情",
        )
        assert status == 204
        assert sandbox.replies[-1].body["response_content"] == "已与用户沟通解决"

    def test_complete(self, sandbox: Sandbox) -> None:
        """It can report a complaint as handled."""
        assert client(sandbox).complaint_complete(IMMEDIATE)[0] == 204
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PROCESSED"

    def test_refused(self, sandbox: Sandbox) -> None:
        """It gets the platform's error where its own checks let a mistake through."""
        status, text = client(sandbox).complaint_response(IMMEDIATE, "好😀")
        assert (status, json.loads(text)["detail"]["field"]) == (400, "/response_content")

    def test_stranger(self, sandbox: Sandbox) -> None:
        """With a stranger's key it gets a 401, and nothing happens."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        status, text = client(sandbox, key.decode()).complaint_response(IMMEDIATE, "好")
        assert (status, json.loads(text)["code"]) == (401, "SIGN_ERROR")
        assert sandbox.replies == ()

    def test_stranger_platform(self, sandbox: Sandbox) -> None:
        """It refuses an answer that is not signed by the platform whose key it was given."""
        with Sandbox() as other:
            mixed = client(sandbox)
            mixed._core._public_key = client(other)._core._public_key
            with pytest.raises(Exception, match="verify"):
                mixed.complaint_response(IMMEDIATE, "好")
