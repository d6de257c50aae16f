"""A notification as it goes over the wire, read with nothing but `cryptography`, and by a stranger's client."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from wechatpayv3 import WeChatPay, WeChatPayType

from msgkit.sandbox import Sandbox, SandboxError

from .merchant import IMMEDIATE
from .receiver import Received


def received(sandbox: Sandbox, complaint_id: str = IMMEDIATE) -> Received:
    """The last notification of a complaint, as its customer gives it."""
    headers, body = sandbox.customer(complaint_id).notification()
    return Received(headers, body)


class TestEnvelope:
    """What it says, and who says it."""

    def test_fields(self, sandbox: Sandbox) -> None:
        """It has the fields of the documentation, within their lengths, and nothing of what was said."""
        complaint_id = sandbox.complaint().complaint_id
        read = received(sandbox, complaint_id).read(sandbox.credentials)
        assert len(read["id"]) == 36
        assert datetime.fromisoformat(read["create_time"]).utcoffset() == timedelta(hours=8)
        assert len(read["create_time"]) <= 32
        assert len(read["summary"]) <= 64
        assert (read["event_type"], read["resource_type"]) == ("COMPLAINT.CREATE", "encrypt-resource")
        resource = read["resource"]
        assert (resource["original_type"], resource["algorithm"]) == ("complaint", "AEAD_AES_256_GCM")
        assert resource["opened"] == {"complaint_id": complaint_id, "action_type": "CREATE_COMPLAINT"}

    def test_same_and_anew(self, sandbox: Sandbox) -> None:
        """It is the same one each time, by its id and time, and sealed and signed anew."""
        customer = sandbox.customer(IMMEDIATE)
        customer.says("还没到账")
        first, second = received(sandbox), received(sandbox)
        one, other = first.read(sandbox.credentials), second.read(sandbox.credentials)
        assert (one["id"], one["create_time"]) == (other["id"], other["create_time"])
        assert first.headers["Wechatpay-Nonce"] != second.headers["Wechatpay-Nonce"]
        assert one["resource"]["ciphertext"] != other["resource"]["ciphertext"]
        assert one["id"] == sandbox.pushes[-1].id

    def test_last(self, sandbox: Sandbox) -> None:
        """It is the last one of its own complaint; where there was none, the one that tells of the complaint."""
        created = received(sandbox).read(sandbox.credentials)
        assert created["resource"]["opened"]["action_type"] == "CREATE_COMPLAINT"
        assert received(sandbox).read(sandbox.credentials)["id"] == created["id"]
        sandbox.customer(IMMEDIATE).continues_complaint("还是没到账")
        sandbox.complaint()
        read = received(sandbox).read(sandbox.credentials)
        assert read["resource"]["opened"] == {"complaint_id": IMMEDIATE, "action_type": "CONTINUE_COMPLAINT"}

    def test_key_in_use(self, sandbox: Sandbox) -> None:
        """It is signed with the key in use: the newest certificate, or the one that signs everything."""
        serial = sandbox.rotate_certificate()
        certificate = x509.load_pem_x509_certificate(sandbox.certificates[0].pem.encode())
        pem = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        received(sandbox).read(sandbox.credentials, serial=serial, pem=pem)
        sandbox.sign_with(sandbox.credentials.public_key_id)
        received(sandbox).read(sandbox.credentials)

    def test_moved_clock(self, sandbox: Sandbox) -> None:
        """Its time is the sandbox's, its signature's is the machine's."""
        sandbox.advance(timedelta(days=3))
        sandbox.customer(IMMEDIATE).says("三天了")
        read = received(sandbox).read(sandbox.credentials)
        assert datetime.fromisoformat(read["create_time"]) > datetime.now().astimezone() + timedelta(days=2)

    def test_repr(self, sandbox: Sandbox) -> None:
        """Nothing of it is in its ``repr``: neither signature nor body."""
        shown = repr(sandbox.customer(IMMEDIATE).notification())
        assert shown.startswith("<SignedNotification of ")
        assert len(shown) < 60

    def test_before_it_runs(self) -> None:
        """A sandbox that never ran has no keys to sign it with, and makes none."""
        sandbox = Sandbox()
        with pytest.raises(SandboxError, match="with statement"):
            sandbox.customer(IMMEDIATE).notification()
        assert sandbox.pushes == ()


class TestStranger:
    """The client of the PyPI project wechatpayv3."""

    def test_callback(self, sandbox: Sandbox) -> None:
        """It verifies and decrypts it, and refuses one whose body was changed."""
        issued = sandbox.credentials
        client = WeChatPay(
            wechatpay_type=WeChatPayType.MINIPROG,
            mchid=issued.mchid,
            private_key=issued.private_key,
            cert_serial_no=issued.serial_no,
            appid="wx0000000000000000",
            apiv3_key=issued.apiv3_key,
            public_key=issued.public_key,
            public_key_id=issued.public_key_id,
        )
        sandbox.customer(IMMEDIATE).says("还没到账")
        headers, body = sandbox.customer(IMMEDIATE).notification()
        read: Any = client.callback(headers, body)
        assert read["event_type"] == "COMPLAINT.STATE_CHANGE"
        assert read["resource"] == {"complaint_id": IMMEDIATE, "action_type": "USER_RESPONSE"}
        assert not client.callback(headers, body.replace(b"CHANGE", b"CREATE"))
