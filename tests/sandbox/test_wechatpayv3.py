"""A client of another project, sync and async, so that the sandbox is not right by our own lights only."""

import asyncio
import inspect
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.async_ import AsyncWeChatPay
from wechatpayv3.core import Core

from msgkit.sandbox import Sandbox

from .merchant import IMMEDIATE

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"\r\n--\r\n"
URL = "https://shop.example/notify"


@frozen
class Stranger:
    """One of the two clients, its gateway the sandbox.

    Attributes:
        sandbox: What it calls.
        is_async: Which one.
        certificates: Whether it verifies by platform certificates, which it fetches, or by the public key.
        replaced: Arguments other than those of the sandbox's credentials.
    """

    sandbox: Sandbox
    is_async: bool
    certificates: bool = False
    replaced: dict[str, Any] = field(factory=dict)

    def call(self, name: str, *arguments: Any, **named: Any) -> tuple[int, Any]:
        """Call a method of a client that was just made."""
        if self.is_async:
            return asyncio.run(self._call(name, *arguments, **named))
        answered: tuple[int, Any] = getattr(self._sync(), name)(*arguments, **named)
        return answered

    async def _call(self, name: str, *arguments: Any, **named: Any) -> tuple[int, Any]:
        made = AsyncWeChatPay(**self._arguments())
        made._core._gate_way = self.sandbox.base_url
        try:
            client = await made.__aenter__()
            answered = await getattr(client, name)(*arguments, **named)
            # Its upload hands on, as an answer, what has not been sent yet.
            status, text = await answered if inspect.isawaitable(answered) else answered
            return status, text
        finally:
            # What fails while it is entered it leaves open.
            await made.__aexit__(None, None, None)

    def _sync(self) -> WeChatPay:
        # It fetches certificates while it is made, when it still has the real platform's address.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Core, "_init_certificates", lambda _: None)
            made = WeChatPay(**self._arguments())
        made._core._gate_way = self.sandbox.base_url
        if self.certificates:
            made._core._init_certificates()
        return made

    def _arguments(self) -> dict[str, Any]:
        issued = self.sandbox.credentials
        own = {} if self.certificates else {"public_key": issued.public_key, "public_key_id": issued.public_key_id}
        return {
            "wechatpay_type": WeChatPayType.MINIPROG,
            "mchid": issued.mchid,
            "private_key": issued.private_key,
            "cert_serial_no": issued.serial_no,
            "appid": "wx0000000000000000",
            "apiv3_key": issued.apiv3_key,
            "timeout": 10,
            **own,
            **self.replaced,
        }


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def is_async(request: pytest.FixtureRequest) -> bool:
    """Which of the two clients."""
    return bool(request.param)


@pytest.fixture(params=[False, True], ids=["public key", "certificates"])
def stranger(request: pytest.FixtureRequest, sandbox: Sandbox, is_async: bool) -> Stranger:
    """A client of a new sandbox, which has platform certificates if that is what it verifies by."""
    if request.param:
        sandbox.rotate_certificate()
        sandbox.rotate_certificate()
    return Stranger(sandbox, is_async, request.param)


class TestWechatpayv3:
    """Both clients of the PyPI project wechatpayv3, which verify each answer in either way."""

    def test_reply(self, sandbox: Sandbox, stranger: Stranger) -> None:
        """Its plain reply is taken, and it accepts the signature of the answer."""
        status, _ = stranger.call(
            "complaint_response",
            IMMEDIATE,
            "已与用户沟通解决",
            response_images=["media"],
            jump_url="https://shop.example/notify",
            jump_url_text="查看订单详情",
        )
        assert status == 204
        assert sandbox.replies[-1].body["response_content"] == "已与用户沟通解决"

    def test_complete(self, sandbox: Sandbox, stranger: Stranger) -> None:
        """It can report a complaint as handled."""
        assert stranger.call("complaint_complete", IMMEDIATE)[0] == 204
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PROCESSED"

    def test_refund(self, sandbox: Sandbox, stranger: Stranger) -> None:
        """It can approve a refund, and hears of a second decision."""
        approve = ("complaint_update_refund", IMMEDIATE, "APPROVE", 0)
        assert stranger.call(*approve)[0] == 204
        status, text = stranger.call(*approve)
        assert (status, json.loads(text)["message"][:12]) == (400, "当前单据状态不支持操作,")
        assert len(sandbox.history(IMMEDIATE)) == 2

    def test_list(self, sandbox: Sandbox, stranger: Stranger) -> None:
        """It reads the list, and one complaint, and decrypts the customer's telephone number."""
        today = datetime.now(timezone(timedelta(hours=8))).date().isoformat()
        sandbox.complaint("mine", payer_phone="18500000000")
        status, text = stranger.call("complaint_list_query", today, today, 2)
        listed = json.loads(text)
        assert (status, listed["total_count"], listed["data"][0]["complaint_id"]) == (200, 3, "mine")
        status, text = stranger.call("complaint_detail_query", "mine")
        assert status == 200
        assert stranger._sync().decrypt(json.loads(text)["payer_phone"]) == "18500000000"

    def test_history(self, sandbox: Sandbox, stranger: Stranger) -> None:
        """It reads the history."""
        entry = sandbox.entry(IMMEDIATE, "USER_RESPONSE", details="还没收到")
        status, text = stranger.call("complaint_history_query", IMMEDIATE, 1)
        (read,) = json.loads(text)["data"]
        assert (status, read["log_id"], read["operate_details"]) == (200, entry.log_id, "还没收到")

    def test_notification_url(self, sandbox: Sandbox, stranger: Stranger) -> None:
        """It sets, reads, changes and takes away the notification URL; what is not set is a 400."""
        assert stranger.call("complaint_notification_query")[0] == 400
        assert stranger.call("complaint_notification_create", URL)[0] == 200
        assert json.loads(stranger.call("complaint_notification_query")[1])["url"] == URL
        assert stranger.call("complaint_notification_update", f"{URL}/2")[0] == 200
        assert sandbox.notification_url == f"{URL}/2"
        assert stranger.call("complaint_notification_delete")[0] == 204
        assert sandbox.notification_url is None

    def test_download(self, sandbox: Sandbox, stranger: Stranger) -> None:
        """It fetches a picture at the address as it came."""
        status, content = stranger.call("complaint_image_download", sandbox.picture(PICTURE))
        assert (status, content) == (200, PICTURE)

    def test_upload(self, sandbox: Sandbox, stranger: Stranger, tmp_path: Path) -> None:
        """Its upload is taken, though its Content-Type does not say what divides the form; that is noted."""
        (tmp_path / "receipt.png").write_bytes(PICTURE)
        status, text = stranger.call("complaint_image_upload", str(tmp_path / "receipt.png"))
        (upload,) = sandbox.uploads
        assert (status, json.loads(text)) == (200, {"media_id": upload.media_id})
        assert (upload.filename, upload.content) == ("receipt.png", PICTURE)
        assert [warning.text[:38] for warning in sandbox.warnings] == ["has a Content-Type without the boundar"]

    def test_migration(self, sandbox: Sandbox, is_async: bool) -> None:
        """In the way of the public key it asks for it, and gets it while there are certificates too."""
        sandbox.rotate_certificate()
        assert Stranger(sandbox, is_async).call("complaint_complete", IMMEDIATE)[0] == 204
        assert sandbox.calls[-1].wechatpay_serial == sandbox.credentials.public_key_id

    def test_rotation(self, sandbox: Sandbox) -> None:
        """A client that has been running for long fetches the certificate that it does not know."""
        sandbox.rotate_certificate()
        running = Stranger(sandbox, is_async=False, certificates=True)._sync()
        sandbox.rotate_certificate()
        assert running.complaint_complete(IMMEDIATE)[0] == 204
        assert sandbox.counts == {"certificates": 2, "complete": 1}

    def test_other_kind(self, sandbox: Sandbox, is_async: bool) -> None:
        """In the way of certificates it takes the id of a public key for a number, as merchants who migrate report."""
        sandbox.rotate_certificate()
        sandbox.sign_with(sandbox.credentials.public_key_id)
        with pytest.raises(ValueError, match="invalid literal for int"):
            Stranger(sandbox, is_async, certificates=True).call("complaint_complete", IMMEDIATE)

    def test_no_certificates(self, sandbox: Sandbox, is_async: bool) -> None:
        """Without platform certificates it says that there are none."""
        with pytest.raises(Exception, match="No wechatpay platform certificate"):
            Stranger(sandbox, is_async, certificates=True).call("complaint_complete", IMMEDIATE)

    def test_refused(self, stranger: Stranger) -> None:
        """It gets the platform's error where its own checks let a mistake through."""
        status, text = stranger.call("complaint_response", IMMEDIATE, "好😀")
        assert (status, json.loads(text)["detail"]["field"]) == (400, "/response_content")

    def test_stranger(self, sandbox: Sandbox, is_async: bool) -> None:
        """With a stranger's key it gets a 401, and nothing happens."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        stranger = Stranger(sandbox, is_async, replaced={"private_key": key.decode()})
        status, text = stranger.call("complaint_response", IMMEDIATE, "好")
        assert (status, json.loads(text)["code"]) == (401, "SIGN_ERROR")
        assert sandbox.replies == ()

    def test_stranger_platform(self, sandbox: Sandbox, is_async: bool) -> None:
        """It refuses an answer that is not signed by the platform whose key it was given."""
        pem = sandbox.rotate_public_key()[1]
        mixed = Stranger(sandbox, is_async, replaced={"public_key": pem})
        with pytest.raises(Exception, match="verify"):
            mixed.call("complaint_response", IMMEDIATE, "好")
