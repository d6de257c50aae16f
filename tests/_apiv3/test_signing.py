"""Signing: the five lines, the header, and what is said when the platform rebuilt others."""

import base64
import json
import time
from typing import Any

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from msgkit import ConfigurationError, Reply, SignError
from msgkit._apiv3.calls import Call
from msgkit._apiv3.signing import Signer, difference, is_public_key_id
from msgkit.sandbox import Sandbox
from tests.network import (
    AUTHORIZATION,
    COMPLAINTS,
    IMMEDIATE,
    MCHID,
    MESSAGE,
    PNG,
    REQUEST_ID,
    SERIAL_NO,
    Received,
    Server,
    answer,
    ask,
    client_for,
    forward,
    merchant_key,
    signed,
    talking,
)

PATH = "/v3/merchant-service/complaints-v2/1/response?a=1&b=%E4%B8%AD"
BODY = '{"response_content":"已处理"}'.encode()


class TestSigner:
    """One signature."""

    def test_lines(self) -> None:
        """Five lines are signed, each ended by a line break, with the time of the clock."""
        signer = Signer(MCHID, SERIAL_NO, merchant_key(), clock=lambda: 1554208460.9)
        call = signer.sign("POST", PATH, BODY)
        found = AUTHORIZATION.fullmatch(call.authorization)
        assert found
        mchid, nonce, signature, timestamp, serial_no = found.groups()
        assert (mchid, timestamp, serial_no) == (MCHID, "1554208460", SERIAL_NO)
        assert call.message == f"POST\n{PATH}\n1554208460\n{nonce}\n".encode() + BODY + b"\n"
        merchant_key().public_key().verify(base64.b64decode(signature), call.message, PKCS1v15(), SHA256())

    def test_no_body(self) -> None:
        """A call without a body signs an empty fifth line."""
        assert Signer(MCHID, SERIAL_NO, merchant_key()).sign("GET", "/v3/certificates", b"").message.endswith(b"\n\n")

    def test_nonce(self) -> None:
        """No nonce comes twice, and each is of 32 letters and digits."""
        signer = Signer(MCHID, SERIAL_NO, merchant_key())
        nonces = {signer.sign("GET", "/", b"").message.split(b"\n")[3] for _ in range(50)}
        assert len(nonces) == 50
        assert all(len(nonce) == 32 and nonce.isalnum() for nonce in nonces)

    @pytest.mark.parametrize(
        "mchid", ["", "1" * 65, '1900"', "1900\r\nX: y", "1900012181\n", "19 00", "一九", None, 1900012181]
    )
    def test_mchid(self, mchid: Any) -> None:
        """A number that cannot stand in the header is refused by its name."""
        with pytest.raises(ConfigurationError, match=r"^mchid "):
            Signer(mchid, SERIAL_NO, merchant_key())

    @pytest.mark.parametrize(
        "serial_no",
        ["", "A" * 65, '5157"', "5157\r\nX: y", f"{SERIAL_NO}\n", "51:57", "XYZ", "０１", None, 5157],
    )
    def test_serial_no(self, serial_no: Any) -> None:
        """A serial number that is not of hexadecimal digits is refused by its name."""
        with pytest.raises(ConfigurationError, match=r"^serial_no .*hexadecimal"):
            Signer(MCHID, serial_no, merchant_key())

    def test_public_key_id(self) -> None:
        """A public key id in place of a serial number is called by its name."""
        with pytest.raises(ConfigurationError, match=r"^serial_no is a public key id"):
            Signer(MCHID, "PUB_KEY_ID_0114232134912410000000000000", merchant_key())
        assert not is_public_key_id(SERIAL_NO)

    def test_repr(self) -> None:
        """Neither key nor signature is shown."""
        signer = Signer(MCHID, SERIAL_NO, merchant_key())
        assert repr(signer) == f"Signer(mchid={MCHID!r}, serial_no={SERIAL_NO!r})"
        assert repr(signer.sign("GET", "/", b"")) == "SignedCall()"


class TestOnTheWire:
    """What a server sees of a signature."""

    def test_sent_is_signed(self) -> None:
        """The signature verifies with the very bytes and the very target that arrived."""
        with talking(signed(204)) as (client, server):
            for complaint_id in ("1", "a b/c?d#e%2F中"):
                client.send(complaint_id, Reply("已处理"))
        for received in server.received:
            received.verify(merchant_key().public_key())
        first, second = (received.parameters for received in server.received)
        assert first["nonce_str"] != second["nonce_str"]
        assert (first["mchid"], first["serial_no"]) == (MCHID, SERIAL_NO)

    def test_upload(self) -> None:
        """An upload is signed over the bytes of its meta part as they arrived."""
        with talking(signed(200, b'{"media_id": "m"}')) as (client, server):
            client.upload_image(PNG, "a.png")
        (received,) = server.received
        _, meta = received.part("meta")
        received.verify(merchant_key().public_key(), meta)


def ours(body: str = '{"a":1}') -> bytes:
    """A signed string."""
    return f"POST\n/v3/a\n1554208460\n593BEC0C930BF1AF\n{body}\n".encode()


class TestDifference:
    """The first line in which two strings differ."""

    @pytest.mark.parametrize(
        ("line", "name", "rebuilt"),
        [
            (1, "method", "GET\n/v3/a\n1554208460\n593BEC0C930BF1AF\n{}\n"),
            (2, "path", "POST\n/v3/b\n1554208460\n593BEC0C930BF1AF\n{}\n"),
            (3, "timestamp", "POST\n/v3/a\n1554208461\n593BEC0C930BF1AF\n{}\n"),
            (4, "nonce", "POST\n/v3/a\n1554208460\n593BEC0C930BF1AE\n{}\n"),
        ],
    )
    def test_line(self, line: int, name: str, rebuilt: str) -> None:
        """Of the first four lines, the first that differs is named and shown, both as signed and as rebuilt."""
        text = difference(ours(), rebuilt)
        assert f"line {line} ({name})" in text
        assert repr(ours().decode().split("\n")[line - 1]) in text
        assert repr(rebuilt.split("\n")[line - 1]) in text

    @pytest.mark.parametrize(
        ("body", "rebuilt", "at"),
        [
            ('{"text":"张三"}', '{"text":"李四"}\n', 9),
            ('{"text":"张三"}', '{"text": "张三"}\n', 8),
            ("{}", "\n", 0),
            ("{}", "{}\n\n", 3),
            ("{}", "{}\nmore", 3),
            ("", "{}\n", 0),
        ],
    )
    def test_body(self, body: str, rebuilt: str, at: int) -> None:
        """Of a body, nothing but the place is told."""
        text = difference(ours(body), f"POST\n/v3/a\n1554208460\n593BEC0C930BF1AF\n{rebuilt}")
        assert "line 5 (body)" in text
        assert f"character {at} " in text
        assert "张三" not in text
        assert "李四" not in text

    def test_equal(self) -> None:
        """Where nothing differs, the key is not that of the serial number."""
        text = difference(ours(), ours().decode())
        assert "rebuilt the string that we signed" in text
        assert "key is not that of serial_no" in text

    @pytest.mark.parametrize("kept", [2, 8, 20, 30, 40])
    def test_truncated(self, kept: int) -> None:
        """A beginning that agrees is no difference; where it does not agree, the line is named."""
        beginning = ours().decode()[:kept]
        assert "differ" not in difference(ours(), beginning)
        assert "differ" in difference(ours(), beginning[:-1] + "?")

    @pytest.mark.parametrize("kept", [0, 8, 40])
    def test_truncated_is_not_all(self, kept: int) -> None:
        """A beginning that agrees does not prove that the rest does, and the text says so."""
        text = difference(ours(), ours().decode()[:kept])
        assert f"first {kept} characters" in text
        assert "key is not that of serial_no" in text

    @pytest.mark.parametrize(
        "rebuilt",
        [
            '{"text":"张三"}\n',
            'POST\n{"text":"张三"}\n',
            'POST\n/v3/a\n{"text":"张三"}\n',
            'POST\n/v3/a\n1554208460\n{"text":"张三"}\n',
            "POST\n/v3/a\n1554208460\ntext 13800138000\n",
        ],
    )
    def test_body_elsewhere(self, rebuilt: str) -> None:
        """A body that was rebuilt into another line is not shown either."""
        text = difference(ours('{"text":"张三"}'), rebuilt)
        assert "differ first in line" in text
        assert "text" not in text.replace("a text of", "")
        assert "\\u5f20" not in text
        assert "13800138000" not in text

    def test_harmless(self) -> None:
        """What is shown is short, and nothing in it can forge a line or steer a terminal."""
        text = difference(ours(), f"\x1b[31m{'x' * 5000}\r\u2028\n")
        assert text.isprintable()
        assert len(text) < 600

    def test_bytes(self) -> None:
        """A body that is no UTF-8 is compared all the same."""
        signed_bytes = b"POST\n/v3/a\n1\n2\n\xff\xfe\n"
        assert "differ" not in difference(signed_bytes, "POST\n/v3/a\n1\n2\n\ufffd\ufffd\n")


class TestSignError:
    """What a refused signature says."""

    def test_path(self) -> None:
        """The line in which the platform's string differs stands in the error."""

        def refuse(received: Received) -> bytes:
            given = received.parameters
            string = f"POST\n/proxied{received.target}\n{given['timestamp']}\n{given['nonce_str']}\n"
            string += received.body.decode() + "\n"
            information = {
                "method": "POST",
                "url": f"/proxied{received.target}",
                "sign_message_length": len(string.encode()),
                "truncated_sign_message": string,
            }
            detail = {"issue": "sign not match", "location": "authorization", "sign_information": information}
            document = {"code": "SIGN_ERROR", "message": "签名错误", "detail": detail}
            return answer(401, json.dumps(document, ensure_ascii=False).encode())

        with talking(refuse) as (client, _), pytest.raises(SignError) as caught:
            client.send(IMMEDIATE, MESSAGE)
        text = str(caught.value)
        assert "line 2 (path)" in text
        assert "'/proxied/v3/merchant-service" in text
        assert (caught.value.status, caught.value.request_id) == (401, REQUEST_ID)
        assert caught.value.idempotent_id

    @pytest.mark.parametrize(
        "detail", [None, [], {}, {"sign_information": 5}, {"sign_information": {"truncated_sign_message": [1]}}]
    )
    def test_no_information(self, detail: object) -> None:
        """A refusal that shows no string is one all the same."""
        body = json.dumps({"code": "SIGN_ERROR", "message": "bad", "detail": detail}).encode()
        with talking(answer(401, body)) as (client, _), pytest.raises(SignError, match="401 SIGN_ERROR bad"):
            client.send(IMMEDIATE, MESSAGE)

    def test_stranger(self, sandbox: Sandbox) -> None:
        """A stranger's key is told from a string that differs."""
        stranger = generate_private_key(65537, 2048)
        with client_for(sandbox, private_key=stranger) as client, pytest.raises(SignError) as caught:
            client.send(IMMEDIATE, MESSAGE)
        assert "key is not that of serial_no" in str(caught.value)
        assert "differ" not in str(caught.value)
        assert sandbox.replies == ()

    def test_changed_on_the_way(self, sandbox: Sandbox) -> None:
        """A body that was changed between here and the platform is told by its first other character."""
        ask = forward(sandbox)

        def meddle(received: Received) -> bytes:
            body = received.body.replace(b'"complainted_mchid":', b'"complainted_mchid": ')
            headers = tuple(
                (name, str(len(body)) if name == "Content-Length" else value) for name, value in received.headers
            )
            return ask(Received(received.method, received.target, headers, body))

        with (
            Server(meddle) as server,
            client_for(sandbox, base_url=server.base_url) as client,
            pytest.raises(SignError, match=r"line 5 \(body\), from character 21 "),
        ):
            client.send(IMMEDIATE, MESSAGE)

    def test_clock(self, sandbox: Sandbox) -> None:
        """Where it is our clock that is off, the error does not put it on the key alone."""
        with client_for(sandbox) as client:
            protocol = client._platform.protocol
            late = evolve(protocol, signer=evolve(protocol.signer, clock=lambda: time.time() - 3600))
            client._platform = evolve(client._platform, protocol=late)
            with pytest.raises(SignError) as caught:
                ask(client, Call("POST", f"{COMPLAINTS}/{IMMEDIATE}/complete", b"{}"))
        assert "the timestamp is more than 300 seconds off" in str(caught.value)
        assert "clock" in str(caught.value)
