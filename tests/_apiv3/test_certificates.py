"""Platform certificates: what is read as one, what proves an answer that brings them, and which of them count."""

import base64
import functools
import json
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from msgkit._apiv3.calls import FlawError
from msgkit._apiv3.certificates import KeyRing, PlatformCertificate, SelfProving, decrypt, read
from msgkit._apiv3.verification import Flaw
from tests.network import PUBLIC_KEY_ID, merchant_key, platform_key, public_pem

APIV3_KEY = b"0123456789abcdef0123456789ABCDEF"
NONCE = "0c0ffee0beef"
SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
OTHER_SERIAL = "6257F09EFDC096DE15EBE81A47057A7232F1B8E1"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2031, 1, 1, tzinfo=UTC)
NOW = BEGIN.timestamp() + 3600
CONTENT = "mchid-1900012181-secret"


@functools.cache
def certificate(serial: str = SERIAL, key: Any = None) -> str:
    """A platform certificate, PEM text."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Tenpay.com sign")])
    key = key or platform_key()
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int(serial, 16))
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .sign(key, SHA256())
    )
    return built.public_bytes(Encoding.PEM).decode()


def sealed(text: str | bytes, key: bytes = APIV3_KEY, extra: str = "certificate", **changed: Any) -> dict[str, Any]:
    """A text as the platform encrypts it, but for what is changed; what is None is left out."""
    content = text.encode() if isinstance(text, str) else text
    found: dict[str, Any] = {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": NONCE,
        "associated_data": extra,
        "ciphertext": base64.b64encode(AESGCM(key).encrypt(NONCE.encode(), content, extra.encode())).decode(),
    }
    return {name: value for name, value in (found | changed).items() if value is not None}


def entry(pem: str | bytes | None = None, serial: Any = SERIAL, **changed: Any) -> dict[str, Any]:
    """One entry of the list."""
    encrypted = sealed(certificate() if pem is None else pem, **changed)
    return {
        "serial_no": serial,
        "effective_time": "2026-01-01T08:00:00+08:00",
        "expire_time": "2031-01-01T08:00:00+08:00",
        "encrypt_certificate": encrypted,
    }


def listed(*entries: object) -> bytes:
    """The body that lists entries."""
    return json.dumps({"data": entries}).encode()


def flaw(body: bytes, key: bytes = APIV3_KEY) -> str:
    """What is wrong with a body; the error shows nothing of what it holds."""
    with pytest.raises(FlawError) as caught:
        read(body, key)
    shown = "".join(traceback.format_exception(caught.value))
    for secret in (CONTENT, NONCE, "-----BEGIN", certificate().splitlines()[3], key.decode(errors="replace")):
        assert secret not in shown
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 200
    return said


class TestRead:
    """The answer that lists certificates."""

    def test_good(self) -> None:
        """Each certificate is found under its serial number, with its key and its times."""
        found = read(listed(entry(), entry(certificate(OTHER_SERIAL), OTHER_SERIAL)), APIV3_KEY)
        assert list(found) == [SERIAL, OTHER_SERIAL]
        each = found[SERIAL]
        assert each.serial_no == SERIAL
        assert each.key.public_numbers() == platform_key().public_key().public_numbers()
        assert (each.effective, each.expires) == (BEGIN.timestamp(), END.timestamp())
        assert "RSA" not in repr(each)

    @pytest.mark.parametrize("extra", [{"associated_data": None}, {"associated_data": ""}])
    def test_associated_data(self, extra: dict[str, Any]) -> None:
        """The associated data may be missing or empty, where nothing was authenticated with it."""
        assert list(read(listed(entry(extra="", **extra)), APIV3_KEY)) == [SERIAL]

    def test_serial_written_otherwise(self) -> None:
        """A serial number counts in any case and with zeros in front; it is known as the platform writes it."""
        short = SERIAL[4:]
        for serial in (short, short.lower(), f"0000{short}"):
            assert list(read(listed(entry(certificate(short), serial)), APIV3_KEY)) == [serial]

    def test_new_fields(self) -> None:
        """Fields that are not documented yet do no harm."""
        body = json.dumps({"data": [entry() | {"new": [1]}], "more": {}}).encode()
        assert list(read(body, APIV3_KEY)) == [SERIAL]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{}",
            b"[]",
            b"null",
            b"\xff",
            b'{"data":null}',
            b'{"data":[]}',
            b'{"data":{}}',
            b'{"data":"secret"}',
            b'{"data":1}',
            b"[" * 100_000,
            b'{"data":' + b"[" * 100_000,
            b'{"data":' + b"9" * 100_000 + b"}",
        ],
        ids=lambda body: repr(body[:20]),
    )
    def test_no_list(self, body: bytes) -> None:
        """What lists nothing is no answer with certificates."""
        assert flaw(body) == "it brings no certificates"

    @pytest.mark.parametrize(
        "found", [None, 1, "secret", [], {}, {"serial_no": SERIAL}, entry() | {"encrypt_certificate": None}]
    )
    def test_no_certificate(self, found: object) -> None:
        """An entry without a certificate makes the whole answer one that is not believed."""
        assert "holds no certificate" in flaw(listed(entry(), found))

    @pytest.mark.parametrize("algorithm", [None, "", "AEAD_SM4_GCM", "aead_aes_256_gcm", 1, ["AEAD_AES_256_GCM"], {}])
    def test_algorithm(self, algorithm: object) -> None:
        """Another algorithm than the documented one is not tried."""
        found = entry()
        found["encrypt_certificate"]["algorithm"] = algorithm
        assert "AEAD_AES_256_GCM" in flaw(listed(found))

    @pytest.mark.parametrize("name", ["nonce", "ciphertext"])
    def test_missing(self, name: str) -> None:
        """A nonce or a text that is missing, or is none, is said to be."""
        wrongs: tuple[object, ...] = (None, 1, [], {})
        for wrong in wrongs:
            found = entry()
            found["encrypt_certificate"][name] = wrong
            assert "lacks" in flaw(listed(found))
        without = entry()
        del without["encrypt_certificate"][name]
        assert "lacks" in flaw(listed(without))

    @pytest.mark.parametrize("nonce", ["", "x", NONCE + "x", "密" * 12, "x" * 100_000])
    def test_nonce(self, nonce: str) -> None:
        """A nonce of another length than the documented one is refused."""
        assert "12 bytes" in flaw(listed(entry(nonce=nonce)))

    @pytest.mark.parametrize("name", ["nonce", "ciphertext", "associated_data"])
    def test_no_character(self, name: str) -> None:
        """Half a character, as JSON can write it, makes it one that cannot be decrypted."""
        flaw(listed(entry(**{name: "\ud800" * 4})))

    @pytest.mark.parametrize(
        "changed",
        [
            {"nonce": NONCE[::-1]},
            {"ciphertext": ""},
            {"ciphertext": "AAAA"},
            {"ciphertext": CONTENT},
            {"ciphertext": "密文"},
            {"ciphertext": "=" * 10},
            {"ciphertext": sealed(certificate())["ciphertext"] + "\n"},
            {"ciphertext": "A" + sealed(certificate())["ciphertext"][1:]},
            {"ciphertext": "A" * 1_000_000},
            {"associated_data": "other"},
            {"associated_data": ""},
            {"associated_data": None},
        ],
        ids=lambda changed: repr(changed)[:40],
    )
    def test_not_to_be_decrypted(self, changed: dict[str, Any]) -> None:
        """What was not encrypted so is not decrypted."""
        assert "cannot be decrypted" in flaw(listed(entry() | {"encrypt_certificate": sealed("x") | changed}))

    def test_other_key(self) -> None:
        """Under another APIv3 key the error asks whether it is this merchant's."""
        assert "apiv3_key" in flaw(listed(entry()), APIV3_KEY[::-1])

    @pytest.mark.parametrize(
        "content",
        [
            "",
            CONTENT,
            b"\xff\x00",
            certificate()[:300],
            certificate().replace("M", "N", 3),
            public_pem(platform_key()),
            "-----BEGIN CERTIFICATE-----\n"
            + base64.b64encode(CONTENT.encode()).decode()
            + "\n-----END CERTIFICATE-----",
        ],
        ids=lambda content: repr(content[:30]),
    )
    def test_no_pem(self, content: str | bytes) -> None:
        """What decrypts to no certificate is none, and is not shown."""
        assert "no certificate" in flaw(listed(entry(content)))

    def test_not_rsa(self) -> None:
        """A certificate for another kind of key is refused."""
        pem = certificate(SERIAL, ec.generate_private_key(ec.SECP256R1()))
        assert "RSA" in flaw(listed(entry(pem)))

    def test_other_serial(self) -> None:
        """A certificate under another one's serial number is refused, and so is one under none."""
        deep: object = None
        for _ in range(300):
            deep = [deep]
        for serial in (OTHER_SERIAL, SERIAL[:-1], "", "x", None, 1, int(SERIAL, 16), [SERIAL], {}, True, deep):
            assert "serial_no" in flaw(listed(entry(serial=serial)))
        without = entry()
        del without["serial_no"]
        assert "serial_no" in flaw(listed(without))

    def test_decrypt(self) -> None:
        """Whatever is encrypted so can be decrypted, also nothing."""
        assert decrypt(sealed("通知"), APIV3_KEY).decode() == "通知"
        assert decrypt(sealed(""), APIV3_KEY) == b""


def known(serial: str, begin: float, end: float) -> PlatformCertificate:
    """A certificate that is valid for a time."""
    return PlatformCertificate(serial, platform_key().public_key(), begin, end)


class TestKeyRing:
    """The keys that count now."""

    @pytest.mark.parametrize(
        ("now", "counts"),
        [
            (999_699, False),
            (999_700, True),
            (1_000_000, True),
            (2_000_000, True),
            (2_000_300, True),
            (2_000_301, False),
        ],
    )
    def test_times(self, now: float, counts: bool) -> None:
        """A certificate counts from its beginning to its end, and 300 seconds on either side, as clocks may be off."""
        ring = KeyRing({PUBLIC_KEY_ID: merchant_key().public_key()}, lambda: now)
        found = known("A1", 1_000_000, 2_000_000)
        ring.certificates = {"A1": found}
        assert found.is_valid(now) is counts
        assert ("A1" in ring) is counts
        assert (ring.get("A1") is not None) is counts
        assert list(ring) == ([PUBLIC_KEY_ID, "A1"] if counts else [PUBLIC_KEY_ID])
        assert len(ring) == 1 + counts
        assert ring.newest == (found if counts else None)
        assert (ring.sealing(None) is not None) is counts

    def test_mapping(self) -> None:
        """It gives public keys and certificates by their serials, and knows no other."""
        ring = KeyRing({PUBLIC_KEY_ID: merchant_key().public_key()}, lambda: 15)
        ring.add({"A1": known("A1", 10, 20)})
        assert ring[PUBLIC_KEY_ID] == merchant_key().public_key()
        assert ring["A1"] == platform_key().public_key()
        assert dict(ring) == {PUBLIC_KEY_ID: ring[PUBLIC_KEY_ID], "A1": ring["A1"]}
        for serial in ("a1", "B2", ""):
            assert serial not in ring
            with pytest.raises(KeyError):
                ring[serial]

    def test_public_keys_are_its_own(self) -> None:
        """What becomes of the mapping that it was made of does not concern it."""
        given = {PUBLIC_KEY_ID: merchant_key().public_key()}
        ring = KeyRing(given)
        given.clear()
        assert list(ring) == [PUBLIC_KEY_ID]

    def test_add(self) -> None:
        """New certificates come beside those that still count, and those whose time is over go."""
        now = 1000.0
        ring = KeyRing({}, lambda: now)
        ring.add({"A1": known("A1", 0, 2000), "B2": known("B2", 0, 1500), "C3": known("C3", 0, 100)})
        assert set(ring.certificates) == {"A1", "B2"}
        now = 1900.0
        ring.add({"A1": known("A1", 0, 9000), "D4": known("D4", 5000, 9000)})
        assert set(ring.certificates) == {"A1", "D4"}
        assert ring.certificates["A1"].expires == 9000
        assert list(ring) == ["A1"]

    def test_replaced_at_once(self) -> None:
        """Who looks at the keys while certificates are replaced goes on with the old ones."""
        now = 15.0
        ring = KeyRing({}, lambda: now)
        ring.add({"A1": known("A1", 10, 20), "B2": known("B2", 10, 20)})
        before, seen = ring.certificates, iter(ring)
        assert next(seen) == "A1"
        now = 1000.0
        ring.add({"C3": known("C3", 900, 2000)})
        assert list(seen) == ["B2"]
        assert set(before) == {"A1", "B2"}
        assert set(ring.certificates) == {"C3"}

    def test_newest(self) -> None:
        """The newest is the one that will be valid for longest of those that are valid now."""
        ring = KeyRing({}, lambda: 1000)
        assert ring.newest is None
        ring.add({"A1": known("A1", 0, 2000), "B2": known("B2", 0, 3000), "C3": known("C3", 5000, 9000)})
        assert ring.newest is not None
        assert ring.newest.serial_no == "B2"

    def test_sealing(self) -> None:
        """Texts are encrypted with the public key that is named, or else with the newest certificate."""
        ring = KeyRing({PUBLIC_KEY_ID: merchant_key().public_key()}, lambda: 15)
        assert ring.sealing(None) is None
        ring.add({"A1": known("A1", 10, 20)})
        assert ring.sealing(None) == ("A1", platform_key().public_key())
        assert ring.sealing(PUBLIC_KEY_ID) == (PUBLIC_KEY_ID, merchant_key().public_key())


def headers(body: bytes, key: RSAPrivateKey, serial: str) -> Mapping[str, str]:
    """The headers that sign a body."""
    stamp = str(int(NOW))
    lines = f"{stamp}\nnonce\n".encode() + body + b"\n"
    return {
        "Wechatpay-Timestamp": stamp,
        "Wechatpay-Nonce": "nonce",
        "Wechatpay-Signature": base64.b64encode(key.sign(lines, PKCS1v15(), SHA256())).decode(),
        "Wechatpay-Serial": serial,
    }


class TestSelfProving:
    """Who signed the answer that brings certificates."""

    BODY = listed(entry())
    WRONG = Flaw("signature", "its signature is wrong")

    @pytest.fixture
    def verifier(self) -> SelfProving:
        """One that knows a public key from before."""
        return SelfProving(KeyRing({PUBLIC_KEY_ID: merchant_key().public_key()}), APIV3_KEY, lambda: NOW)

    def test_by_what_it_brings(self, verifier: SelfProving) -> None:
        """A certificate that it brings may have signed it; nothing is remembered of that."""
        assert verifier.flaw(headers(self.BODY, platform_key(), SERIAL), self.BODY) is None
        assert list(verifier.keys) == [PUBLIC_KEY_ID]

    def test_by_what_is_known(self, verifier: SelfProving) -> None:
        """A public key that is known may have signed it, and so may a certificate that is."""
        assert verifier.flaw(headers(self.BODY, merchant_key(), PUBLIC_KEY_ID), self.BODY) is None
        ring = KeyRing({}, lambda: NOW)
        ring.add({"A1": PlatformCertificate("A1", merchant_key().public_key(), NOW - 10, NOW + 10)})
        assert (
            SelfProving(ring, APIV3_KEY, lambda: NOW).flaw(headers(self.BODY, merchant_key(), "A1"), self.BODY) is None
        )

    def test_by_another(self, verifier: SelfProving) -> None:
        """A certificate that is neither known nor brought proves nothing."""
        flaw = verifier.flaw(headers(self.BODY, platform_key(), OTHER_SERIAL), self.BODY)
        assert flaw is not None
        assert (flaw.check, flaw.serial) == ("serial", OTHER_SERIAL)
        assert verifier.flaw(headers(self.BODY, merchant_key(), SERIAL), self.BODY) == self.WRONG

    def test_tampered(self, verifier: SelfProving) -> None:
        """A body that was changed after it was signed, were it only by a field that means nothing, is not whole."""
        changed = self.BODY.replace(b"2031-01-01", b"2032-01-01")
        assert changed != self.BODY
        assert verifier.flaw(headers(self.BODY, platform_key(), SERIAL), changed) == self.WRONG

    def test_late(self, verifier: SelfProving) -> None:
        """It is held against the clock as any answer is."""
        late = SelfProving(verifier.keys, APIV3_KEY, lambda: NOW + 301)
        assert "clock" in str(late.flaw(headers(self.BODY, platform_key(), SERIAL), self.BODY))

    def test_unsigned(self, verifier: SelfProving) -> None:
        """That it can be decrypted is not enough."""
        assert "not signed" in str(verifier.flaw({}, self.BODY))

    @pytest.mark.parametrize("body", [b"", b"{}", listed(entry(key=APIV3_KEY[::-1]))])
    def test_no_certificates(self, verifier: SelfProving, body: bytes) -> None:
        """What brings no certificates that can be read is flawed, whoever signed it."""
        with pytest.raises(FlawError):
            verifier.flaw(headers(body, merchant_key(), PUBLIC_KEY_ID), body)

    def test_repr(self, verifier: SelfProving) -> None:
        """It shows which keys it knows, and no key."""
        assert repr(verifier) == f"SelfProving(keys=['{PUBLIC_KEY_ID}'])"

    def test_changing_keys(self) -> None:
        """A certificate whose time ends while it is looked at is as one that is not known."""
        times = iter([NOW, *[NOW + timedelta(days=1).total_seconds()] * 9])
        ring = KeyRing({}, lambda: next(times))
        ring.certificates = {"A1": PlatformCertificate("A1", merchant_key().public_key(), NOW - 10, NOW + 10)}
        proving = SelfProving(ring, APIV3_KEY, lambda: NOW)
        assert proving.flaw(headers(self.BODY, platform_key(), SERIAL), self.BODY) is None
