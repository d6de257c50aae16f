"""Certificates and keys: the merchant's, the platform's as they come and go, and the echo that tries them."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import pkcs12

from msgkit.sandbox import Sandbox, SandboxError, rsa_keys

from .merchant import COMPLAINTS, IMMEDIATE, OAEP, Answered, Merchant, public_key

CERTIFICATES = "/v3/certificates"
DETAIL = f"{COMPLAINTS}/{IMMEDIATE}"


def loaded(pem: str) -> x509.Certificate:
    """A certificate from its PEM text."""
    return x509.load_pem_x509_certificate(pem.encode())


def key_of(certificate: x509.Certificate) -> rsa.RSAPublicKey:
    """The key that a certificate is for."""
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def platform_keys(sandbox: Sandbox) -> dict[str, rsa.RSAPublicKey]:
    """The keys of the platform's certificates."""
    return {one.serial_no: key_of(loaded(one.pem)) for one in sandbox.certificates}


def downloaded(merchant: Merchant, answered: Answered) -> dict[str, x509.Certificate]:
    """The certificates of an answer, decrypted as the documentation says."""
    found = {}
    for entry in answered.json["data"]:
        sealed = entry["encrypt_certificate"]
        assert sealed["algorithm"] == "AEAD_AES_256_GCM"
        opened = AESGCM(merchant.credentials.apiv3_key.encode()).decrypt(
            sealed["nonce"].encode(), base64.b64decode(sealed["ciphertext"]), sealed["associated_data"].encode()
        )
        found[entry["serial_no"]] = x509.load_pem_x509_certificate(opened)
    return found


class TestMerchant:
    """The merchant's API certificate."""

    def test_certificate(self, running: Sandbox, merchant: Merchant) -> None:
        """It is one: with the issued serial number, for the merchant's key, in the merchant's name, and valid now."""
        certificate = loaded(running.certificate)
        assert f"{certificate.serial_number:X}" == running.credentials.serial_no
        assert certificate.public_key() == merchant.key.public_key()
        assert running.credentials.mchid in certificate.subject.rfc4514_string()
        assert certificate.not_valid_before_utc <= datetime.now(UTC) < certificate.not_valid_after_utc
        key = public_key(running.credentials.public_key)
        assert certificate.signature_hash_algorithm is not None
        key.verify(
            certificate.signature,
            certificate.tbs_certificate_bytes,
            padding.PKCS1v15(),
            certificate.signature_hash_algorithm,
        )

    def test_files(self, tmp_path: Path) -> None:
        """The directory has it twice, and both stay byte for byte at the next start."""
        with Sandbox(state_dir=tmp_path) as first:
            assert (tmp_path / "apiclient_cert.pem").read_text() == first.certificate
        bundle = (tmp_path / "apiclient_cert.p12").read_bytes()
        key, certificate, _ = pkcs12.load_key_and_certificates(bundle, first.credentials.mchid.encode())
        assert isinstance(key, rsa.RSAPrivateKey)
        assert certificate == loaded(first.certificate)
        assert key.public_key() == key_of(loaded(first.certificate))
        with Sandbox(state_dir=tmp_path) as second:
            assert second.certificate == first.certificate
        assert (tmp_path / "apiclient_cert.p12").read_bytes() == bundle
        values = json.loads((tmp_path / "credentials.json").read_text())
        assert len(values) == 7

    @pytest.mark.parametrize("names", [("pem",), ("p12",), ("pem", "p12")], ids=" ".join)
    def test_earlier_directory(self, tmp_path: Path, names: tuple[str, ...]) -> None:
        """A directory without it gets it; what one of the files still has is what the other gets."""
        with Sandbox(state_dir=tmp_path) as first:
            pass
        for name in names:
            (tmp_path / f"apiclient_cert.{name}").unlink()
        with Sandbox(state_dir=tmp_path) as second:
            assert second.credentials.private_key == first.credentials.private_key
            if len(names) == 1:
                assert second.certificate == first.certificate
            certificate = loaded(second.certificate)
            assert f"{certificate.serial_number:X}" == first.credentials.serial_no
            assert certificate.public_key() == Merchant.of(first).key.public_key()
        assert (tmp_path / "apiclient_cert.pem").read_text() == second.certificate
        bundle = (tmp_path / "apiclient_cert.p12").read_bytes()
        assert pkcs12.load_key_and_certificates(bundle, b"1900012181")[1] == loaded(second.certificate)

    def test_serial_too_large(self, tmp_path: Path) -> None:
        """A serial number of before that no certificate can have goes on without one, and says so when asked."""
        with Sandbox(state_dir=tmp_path):
            pass
        for name in ("pem", "p12"):
            (tmp_path / f"apiclient_cert.{name}").unlink()
        path = tmp_path / "credentials.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"serial_no": "F" * 40}))
        with Sandbox(state_dir=tmp_path) as sandbox:
            assert Merchant.of(sandbox).complete().status == 204
            with pytest.raises(SandboxError, match="too large for a certificate"):
                _ = sandbox.certificate
        assert not (tmp_path / "apiclient_cert.pem").exists()

    @pytest.mark.parametrize("name", ["apiclient_cert.pem", "apiclient_cert.p12"])
    @pytest.mark.parametrize("broken", ["empty", "foreign", "large"])
    def test_broken(self, tmp_path: Path, name: str, broken: str) -> None:
        """A certificate that is broken or another merchant's is one clear error, and nothing is replaced."""
        with Sandbox(state_dir=tmp_path / "mine"), Sandbox(state_dir=tmp_path / "other"):
            pass
        content = {"empty": b"", "large": b" " * 70_000, "foreign": (tmp_path / "other" / name).read_bytes()}[broken]
        (tmp_path / "mine" / name).write_bytes(content)
        with pytest.raises(SandboxError, match="Nothing was changed") as caught, Sandbox(state_dir=tmp_path / "mine"):
            pass
        assert name in str(caught.value)
        assert (tmp_path / "mine" / name).read_bytes() == content

    @pytest.mark.parametrize("name", ["apiclient_cert.pem", "apiclient_cert.p12"])
    def test_alone(self, tmp_path: Path, name: str) -> None:
        """One that lies there alone, such as a merchant's real one, is never written over."""
        (tmp_path / name).write_text("mine")
        with pytest.raises(SandboxError, match="Nothing was changed"), Sandbox(state_dir=tmp_path):
            pass
        assert (tmp_path / name).read_text() == "mine"

    def test_not_running(self) -> None:
        """A sandbox that never ran has no keys."""
        sandbox = Sandbox()
        with pytest.raises(SandboxError, match="with statement"):
            _ = sandbox.certificate
        with pytest.raises(SandboxError, match="with statement"):
            sandbox.rotate_certificate()


class TestCertificates:
    """Platform certificates and the endpoint that lists them."""

    def test_none(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A merchant who has only the public key is told so by a signed 403."""
        answered = merchant.get(CERTIFICATES)
        assert (answered.status, answered.code, sandbox.certificates) == (403, "NO_AUTH", ())
        merchant.verify(answered)

    def test_one(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A new certificate is listed, encrypted with the APIv3 key, and signs what names no other key."""
        serial = sandbox.rotate_certificate()
        answered = merchant.get(CERTIFICATES)
        assert answered.status == 200
        certificate = downloaded(merchant, answered)[serial]
        assert f"{certificate.serial_number:X}" == serial
        assert len(serial) == 40
        merchant.verify(answered, serial, key_of(certificate))
        (entry,) = answered.json["data"]
        for name, moment in (
            ("effective_time", certificate.not_valid_before_utc),
            ("expire_time", certificate.not_valid_after_utc),
        ):
            assert datetime.fromisoformat(entry[name]) == moment
            assert entry[name].endswith("+08:00")
        assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=5 * 365)
        (told,) = sandbox.certificates
        assert (told.serial_no, loaded(told.pem)) == (serial, certificate)

    def test_rotation(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A second one has another key and signs from then on; the first stays until it is retired."""
        first, second = sandbox.rotate_certificate(), sandbox.rotate_certificate()
        keys = platform_keys(sandbox)
        assert keys[first] != keys[second]
        answered = merchant.get(CERTIFICATES)
        merchant.verify(answered, second, keys[second])
        assert [*downloaded(merchant, answered)] == [first, second]
        sandbox.retire_certificate(first)
        assert [*downloaded(merchant, merchant.get(CERTIFICATES))] == [second]
        assert merchant.get(DETAIL, {"Wechatpay-Serial": first}).code == "INVALID_REQUEST"
        sandbox.retire_certificate(second)
        merchant.verify(merchant.get(DETAIL))

    def test_expired(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """One whose time is over is listed no longer and signs nothing by itself; it can still be made to."""
        valid = sandbox.rotate_certificate()
        expired = sandbox.rotate_certificate(valid_for=timedelta(hours=1), since=timedelta(hours=2))
        keys = platform_keys(sandbox)
        answered = merchant.get(CERTIFICATES)
        merchant.verify(answered, valid, keys[valid])
        assert [*downloaded(merchant, answered)] == [valid]
        sandbox.sign_with(expired)
        merchant.verify(merchant.get(DETAIL), expired, keys[expired])

    @pytest.mark.parametrize(
        "arguments",
        [
            {"valid_for": timedelta(0)},
            {"valid_for": 5},
            {"since": None},
            {"valid_for": timedelta(days=999_999_999)},
            {"since": timedelta(days=365 * 200)},
        ],
        ids=str,
    )
    def test_times_that_are_none(self, sandbox: Sandbox, arguments: Any) -> None:
        """A certificate has times that can be written into one; with others none is made."""
        with pytest.raises(ValueError, match=r"valid|since"):
            sandbox.rotate_certificate(**arguments)
        assert sandbox.certificates == ()

    def test_unknown(self, sandbox: Sandbox) -> None:
        """What is not there cannot be retired or signed with."""
        with pytest.raises(ValueError, match="there is no platform certificate '1'"):
            sandbox.retire_certificate("1")
        with pytest.raises(ValueError, match="there is no key '1'"):
            sandbox.sign_with("1")

    def test_reset(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A reset goes back to the public key alone."""
        sandbox.sign_with(sandbox.rotate_certificate())
        sandbox.rotate_public_key()
        sandbox.reset()
        assert sandbox.certificates == ()
        assert merchant.get(CERTIFICATES).status == 403
        merchant.verify(merchant.get(DETAIL))

    @pytest.mark.parametrize("kept", [False, True], ids=["in memory", "in a directory"])
    def test_kept_over_a_stop(self, tmp_path: Path, kept: bool) -> None:
        """A sandbox that is started again still has its certificates."""
        sandbox = Sandbox(state_dir=tmp_path if kept else None)
        with sandbox:
            serial = sandbox.rotate_certificate()
        with sandbox:
            assert [one.serial_no for one in sandbox.certificates] == [serial]


class TestChoice:
    """Which key signs an answer."""

    def test_asked(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The one that the request names, public key or certificate, also while there are newer ones."""
        own = merchant.credentials.public_key_id
        first, _ = sandbox.rotate_certificate(), sandbox.rotate_certificate()
        merchant.verify(merchant.get(DETAIL, {"Wechatpay-Serial": own}))
        named = merchant.get(DETAIL, {"Wechatpay-Serial": first})
        merchant.verify(named, first, platform_keys(sandbox)[first])

    def test_public_keys(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A new public key signs where nothing is named, and the old id stays valid."""
        new, pem = sandbox.rotate_public_key()
        assert new.startswith("PUB_KEY_ID_01")
        assert new != merchant.credentials.public_key_id
        merchant.verify(merchant.get(DETAIL), new, public_key(pem))
        merchant.verify(merchant.get(DETAIL, {"Wechatpay-Serial": new}), new, public_key(pem))
        merchant.verify(merchant.get(DETAIL, {"Wechatpay-Serial": merchant.credentials.public_key_id}))

    def test_forced(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """One can be made to sign all answers, whatever is asked for, and let go again."""
        own = merchant.credentials.public_key_id
        serial = sandbox.rotate_certificate()
        key = platform_keys(sandbox)[serial]
        sandbox.sign_with(serial)
        merchant.verify(merchant.get(DETAIL, {"Wechatpay-Serial": own}), serial, key)
        sandbox.sign_with(own)
        merchant.verify(merchant.get(DETAIL))
        sandbox.sign_with(None)
        merchant.verify(merchant.get(DETAIL), serial, key)

    def test_forced_and_retired(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """One that is retired signs no longer, though it was made to."""
        serial = sandbox.rotate_certificate()
        sandbox.sign_with(serial)
        sandbox.retire_certificate(serial)
        merchant.verify(merchant.get(DETAIL))

    def test_unknown_while_forced(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A name that the platform does not have is refused all the same."""
        sandbox.sign_with(merchant.credentials.public_key_id)
        assert merchant.get(DETAIL, {"Wechatpay-Serial": "0" * 40}).code == "INVALID_REQUEST"


class TestEcho:
    """The official test of keys."""

    def echoed(self, merchant: Merchant, serial: str | None, **body: Any) -> Answered:
        """What the platform says again."""
        return merchant.post("/v3/security/echo", body, headers={"Wechatpay-Serial": serial})

    def test_plain(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A message comes back; the address is taken and not called."""
        answered = self.echoed(merchant, None, echo_message="您好", notify_url="https://shop.example/")
        assert (answered.status, answered.json) == (200, {"echo_message": "您好"})
        merchant.verify(answered)
        assert sandbox.counts == {"echo": 1}

    @pytest.mark.parametrize("kind", ["public key", "new public key", "certificate"])
    def test_encrypted(self, sandbox: Sandbox, merchant: Merchant, kind: str) -> None:
        """What is encrypted with the named key comes back encrypted for the merchant."""
        serial, key = merchant.credentials.public_key_id, public_key(merchant.credentials.public_key)
        if kind == "certificate":
            serial = sandbox.rotate_certificate()
            key = platform_keys(sandbox)[serial]
        if kind == "new public key":
            serial, pem = sandbox.rotate_public_key()
            key = public_key(pem)
        encrypted = base64.b64encode(key.encrypt("秘密".encode(), OAEP)).decode()
        answered = self.echoed(merchant, serial, echo_message="a", encrypted_echo_message=encrypted)
        assert answered.status == 200
        merchant.verify(answered, serial, key)
        assert merchant.decrypted(answered.json["encrypted_echo_message"]) == "秘密"

    @pytest.mark.parametrize("wrong", ["", "AAAA", "AAA", "other key", "no text"])
    def test_wrong(self, sandbox: Sandbox, merchant: Merchant, wrong: str) -> None:
        """What the named key does not open, or is no text, is refused at its place."""
        own = public_key(merchant.credentials.public_key)
        other = public_key(sandbox.rotate_public_key()[1])
        sealed = {"other key": other.encrypt(b"a", OAEP), "no text": own.encrypt(b"\xff", OAEP)}
        encrypted = base64.b64encode(sealed[wrong]).decode() if wrong in sealed else wrong
        serial = merchant.credentials.public_key_id
        answered = self.echoed(merchant, serial, echo_message="a", encrypted_echo_message=encrypted)
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert answered.detail["field"] == "/encrypted_echo_message"

    def test_no_serial(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Whoever encrypts says with which key."""
        assert sandbox.base_url
        answered = self.echoed(merchant, None, echo_message="a", encrypted_echo_message="AAAA")
        assert (answered.code, answered.detail["field"]) == ("PARAM_ERROR", "/encrypted_echo_message")


class TestSpareKeys:
    """Keys that are kept for the next certificate."""

    def test_no_two(self, sandbox: Sandbox) -> None:
        """Two certificates of one sandbox never share a key, however often it was reset."""
        for _ in range(2):
            serials = [sandbox.rotate_certificate() for _ in range(3)]
            keys = platform_keys(sandbox)
            assert len({keys[serial].public_numbers().n for serial in serials}) == 3
            sandbox.reset()

    def test_taken_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A spare key is given to one, and then there is a new one."""
        monkeypatch.setattr(rsa_keys, "_spare", [])
        key = rsa_keys.new_key()
        rsa_keys.give_back([key])
        assert rsa_keys.take_key() is key
        assert rsa_keys.take_key() is not key

    def test_few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A few are kept, and no more."""
        spare: list[rsa.RSAPrivateKey] = []
        monkeypatch.setattr(rsa_keys, "_spare", spare)
        rsa_keys.give_back([rsa_keys.new_key()] * 50)
        assert len(spare) == rsa_keys.SPARE_LIMIT
