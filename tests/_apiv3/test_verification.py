"""Verifying: what proves that WeChat Pay said something, and what does not."""

import base64
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from requests.structures import CaseInsensitiveDict

from msgkit._apiv3.verification import HEADERS as NAMES, Flaw, Verifier
from tests.network import PUBLIC_KEY_ID, merchant_key, platform_key

NOW = 1_700_000_000
BODY = '{"log_id":"300285320210322170000071077","text":"中文"}'.encode()

VERIFIER = Verifier({PUBLIC_KEY_ID: platform_key().public_key()}, clock=lambda: NOW)


def headers(body: bytes = BODY, timestamp: str = str(NOW), nonce: str = "593BEC0C", **replaced: str) -> dict[str, str]:
    """The headers of a body, rightly signed but for what is replaced."""
    lines = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    signature = base64.b64encode(platform_key().sign(lines, PKCS1v15(), SHA256())).decode()
    made = dict(zip(NAMES, (timestamp, nonce, signature, PUBLIC_KEY_ID), strict=True))
    return made | {f"Wechatpay-{name.title()}": value for name, value in replaced.items()}


def found(given: Mapping[str, str], body: bytes = BODY, verifier: Verifier = VERIFIER) -> Flaw:
    """What is wrong; something must be, and the text is of one printable line that shows nothing of the body."""
    flaw = verifier.flaw(given, body)
    assert flaw
    assert flaw.text.isprintable()
    assert len(flaw.text) < 300
    assert "30028532" not in flaw.text
    assert (flaw.serial is not None) == (flaw.check == "serial")
    return flaw


def flaw(check: str, given: Mapping[str, str], body: bytes = BODY) -> str:
    """What is wrong, which must be what a check finds."""
    flaw = found(given, body)
    assert flaw.check == check
    return flaw.text


class TestRight:
    """Signatures that hold."""

    @pytest.mark.parametrize("change", [str, str.lower, str.upper, str.swapcase])
    def test_names(self, change: type[str]) -> None:
        """Header names count in any case."""
        assert VERIFIER.flaw({change(name): value for name, value in headers().items()}, BODY) is None

    def test_mapping(self) -> None:
        """The headers can be any mapping, other headers among them."""
        given = CaseInsensitiveDict(headers() | {"Request-ID": "1", "X": ""})
        assert VERIFIER.flaw(given, BODY) is None

    @pytest.mark.parametrize("body", [b"", b"\n", b"\xff\x00", b"x" * 100_000])
    def test_body(self, body: bytes) -> None:
        """The very bytes are verified, an empty body as an empty line."""
        assert VERIFIER.flaw(headers(body), body) is None

    @pytest.mark.parametrize("off", [-300, -1, 0, 300])
    def test_clock(self, off: int) -> None:
        """A clock at most 300 seconds off passes."""
        assert VERIFIER.flaw(headers(timestamp=str(NOW + off)), BODY) is None

    def test_clock_of_now(self) -> None:
        """Without a clock given, the time is that of this machine."""
        assert "clock" in str(Verifier(VERIFIER.keys).flaw(headers(), BODY))


class TestWrong:
    """Signatures that do not hold."""

    @pytest.mark.parametrize("name", NAMES)
    def test_missing(self, name: str) -> None:
        """A header that is missing or empty is named, and nothing is said of a clock."""
        given = headers()
        for wrong in ({**given, name: ""}, {each: given[each] for each in NAMES if each != name}):
            text = flaw("headers", wrong)
            assert "not signed" in text
            assert name in text
            assert "clock" not in text

    def test_unsigned(self) -> None:
        """Of an answer without any of the headers, all are named."""
        assert all(name in flaw("headers", {}) for name in NAMES)

    @pytest.mark.parametrize("body", [b"", BODY + b"\n", BODY.replace(b"3", b"4", 1), BODY[:-1]])
    def test_other_body(self, body: bytes) -> None:
        """The signature of one body does not hold for another."""
        assert "signature is wrong" in flaw("signature", headers(), body)

    @pytest.mark.parametrize(
        "signature",
        [
            "A",
            "AAAA",
            "!" * 344,
            "é",
            "中",
            "\ud800",
            " ",
            base64.b64encode(b"\0" * 256).decode(),
            base64.b64encode(b"\xff" * 256).decode(),
            base64.b64encode(b"\0" * 5000).decode(),
            base64.b64encode(merchant_key().sign(b"x", PKCS1v15(), SHA256())).decode(),
        ],
    )
    def test_signature(self, signature: str) -> None:
        """A signature of something else, by someone else, or none at all is wrong."""
        assert "signature is wrong" in flaw("signature", headers(signature=signature))

    def test_signature_changed(self) -> None:
        """A right signature with blanks or line breaks in it is not taken."""
        right = headers()["Wechatpay-Signature"]
        for wrong in (f" {right}", f"{right}\n", right[:76] + "\r\n" + right[76:], right + right, right[:-2]):
            assert "signature is wrong" in flaw("signature", headers(signature=wrong))

    def test_nonce(self) -> None:
        """Another nonce, or one that has no bytes, makes the signature wrong."""
        for wrong in ("other", "é", "中", "a\nb", "\ud800"):
            assert "signature is wrong" in flaw("signature", headers() | {"Wechatpay-Nonce": wrong})

    def test_probe(self) -> None:
        """A probe is called by its name: it is wrong on purpose."""
        right = headers()["Wechatpay-Signature"]
        assert "probe" in flaw("probe", headers(signature=f"WECHATPAY/SIGNTEST/{right}"))

    @pytest.mark.parametrize(
        "serial", ["PUB_KEY_ID_9999", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "pub_key", "中文", "\x1b[31m"]
    )
    def test_unknown(self, serial: str) -> None:
        """A key that is not known is told by its serial, so that it can be got."""
        assert found(headers(serial=serial)).serial == serial

    def test_unknown_public_key(self) -> None:
        """An unknown public key is told from a certificate, beside the keys that are known."""
        text = flaw("serial", headers(serial="PUB_KEY_ID_9999"))
        assert "public key 'PUB_KEY_ID_9999'" in text
        assert PUBLIC_KEY_ID in text
        assert "certificate" not in text

    @pytest.mark.parametrize("serial", ["5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "pub_key", "中文", "\x1b[31m"])
    def test_unknown_certificate(self, serial: str) -> None:
        """Any other serial is a certificate's."""
        assert "platform certificate" in flaw("serial", headers(serial=serial))

    def test_long_serial(self) -> None:
        """A serial without end is not repeated."""
        assert "A" * 65 not in flaw("serial", headers(serial="A" * 100_000))

    def test_no_keys(self) -> None:
        """A client that knows no key trusts nothing."""
        nobody = found(headers(), verifier=Verifier({}, clock=lambda: NOW))
        assert (nobody.check, nobody.serial) == ("serial", PUBLIC_KEY_ID)
        assert "no key" in nobody.text

    def test_order(self) -> None:
        """What costs little is looked at first: the headers, the clock, the key, and then the signature."""
        wrong = {"signature": "AAAA", "serial": "A1", "timestamp": "1", "nonce": ""}
        expected = ("signature", "serial", "timestamp", "headers")
        for number, check in enumerate(expected, 1):
            given = dict(list(wrong.items())[:number])
            changed = headers() | {f"Wechatpay-{name.title()}": value for name, value in given.items()}
            assert found(changed).check == check

    @pytest.mark.parametrize("off", [-301, 301, -NOW, 10**11])
    def test_clock(self, off: int) -> None:
        """A clock more than 300 seconds off fails though the signature is right, and the text tells by how much."""
        assert f"{off:+d} seconds" in flaw("timestamp", headers(timestamp=str(NOW + off)))

    @pytest.mark.parametrize(
        "timestamp",
        [
            "now",
            "-1",
            "+1700000000",
            "1700000000.0",
            "1_700_000_000",
            " 1700000000",
            "²",
            "１７",
            "9" * 5000,
            "1e9",
            "中",
        ],
    )
    def test_no_time(self, timestamp: str) -> None:
        """A timestamp that is no number of seconds fails, however long."""
        assert "no time in seconds" in flaw("timestamp", headers(timestamp=timestamp))


class TestVerifier:
    """The verifier itself."""

    def test_repr(self) -> None:
        """It shows which keys it knows, and no key."""
        assert repr(VERIFIER) == f"Verifier(keys=['{PUBLIC_KEY_ID}'])"
