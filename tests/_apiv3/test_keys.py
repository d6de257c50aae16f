"""Keys: wherever they are kept, and whatever is taken for one."""

import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)

from msgkit import Client, ConfigurationError
from msgkit._apiv3.keys import Identity, load_certificate, load_private_key, load_public_key
from tests.network import merchant_key, platform_key, private_pem, public_pem

PRIVATE = private_pem(merchant_key())
PUBLIC = public_pem(platform_key())
PIECE = 16

Load = Callable[..., Any]


def refused(load: Load, source: Any, *material: str | bytes) -> str:
    """The text of the error that a source gets, which shows no piece of any key."""
    with pytest.raises(ConfigurationError) as caught:
        load(source, "the_argument")
    error = caught.value
    assert str(error).startswith("the_argument ")
    shown = str(error) + repr(error) + "".join(traceback.format_exception(error))
    for each in material:
        text = each if isinstance(each, str) else each.decode("latin-1")
        body = "".join(line for line in text.splitlines() if "-----" not in line)
        for start in range(max(1, len(body) - PIECE + 1)):
            assert body[start : start + PIECE] not in shown
    return str(error)


def certificate() -> str:
    """The certificate of the merchant's key."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "1900012181")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(merchant_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(merchant_key(), SHA256())
    )
    return built.public_bytes(Encoding.PEM).decode()


def small() -> rsa.RSAPrivateKey:
    """A key that was big enough once."""
    return rsa.generate_private_key(65537, 1024)  # noqa: S505 - the point


def foreign_pems(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> tuple[str, str]:
    """The PEM of a key of another kind, private and public."""
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


class TestPrivateKey:
    """The merchant's key, apiclient_key.pem."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        """Where it is kept."""
        path = tmp_path / "密钥 apiclient_key.pem"
        path.write_text(PRIVATE, "utf-8")
        return path

    def test_path(self, path: Path) -> None:
        """A path can be a string or a Path."""
        expected = merchant_key().private_numbers()
        assert load_private_key(str(path)).private_numbers() == expected
        assert load_private_key(path).private_numbers() == expected

    @pytest.mark.parametrize(
        "source",
        [
            PRIVATE,
            PRIVATE.encode(),
            PRIVATE.replace("\n", "\\n"),
            PRIVATE.replace("\n", "\\r\\n"),
            PRIVATE.replace("\n", "\r\n"),
            f"\n  \n{PRIVATE}\n",
            merchant_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        ],
        ids=["text", "bytes", "escaped line breaks", "escaped crlf", "crlf", "blanks around", "pkcs1"],
    )
    def test_pem(self, source: str | bytes) -> None:
        """PEM is taken as text and as bytes, its line breaks as a variable of the environment may hold them."""
        assert load_private_key(source).private_numbers() == merchant_key().private_numbers()

    def test_with_certificate(self) -> None:
        """A PEM with the certificate beside the key is taken for the key that it holds."""
        for bundle in (PRIVATE + certificate(), certificate() + PRIVATE):
            assert load_private_key(bundle).private_numbers() == merchant_key().private_numbers()
            assert "private key" in refused(load_public_key, bundle, PRIVATE)

    def test_path_of_bytes(self, path: Path) -> None:
        """A path may say its bytes, as PathLike allows."""

        class Raw:
            def __fspath__(self) -> bytes:
                return bytes(path)

        source: Any = Raw()
        assert load_private_key(source).private_numbers() == merchant_key().private_numbers()

    def test_loaded(self) -> None:
        """A loaded key is taken as it is."""
        assert load_private_key(merchant_key()) is merchant_key()

    def test_missing_file(self, tmp_path: Path) -> None:
        """A file that is not there is named."""
        assert "nowhere.pem" in refused(load_private_key, str(tmp_path / "nowhere.pem"))
        assert "nowhere.pem" in refused(load_private_key, tmp_path / "nowhere.pem")

    @pytest.mark.parametrize("source", ["", ".", "a\0b", "x" * 5000, "/dev/null"])
    def test_no_file(self, source: str) -> None:
        """A directory, an empty file and what is no path at all are refused."""
        refused(load_private_key, source)
        refused(load_private_key, Path(source))

    @pytest.mark.parametrize("source", [None, 5, object(), [PRIVATE], bytearray(b"x"), merchant_key().public_key()])
    def test_other_type(self, source: Any) -> None:
        """What is neither path nor text nor key is refused."""
        refused(load_private_key, source, PRIVATE)

    def test_public(self) -> None:
        """A public key, or a certificate, in its place is called by its name."""
        for pem in (PUBLIC, certificate()):
            assert "public" in refused(load_private_key, pem, pem)
            assert "public" in refused(load_private_key, pem.encode(), pem)

    def test_frame_lost(self) -> None:
        """A key without its PEM frame is not taken for a path that may be shown."""
        bare = "".join(PRIVATE.splitlines()[1:-1])
        for source in (bare, bare[:200], "\n".join(PRIVATE.splitlines()[1:-1]), bare[:40]):
            refused(load_private_key, source, PRIVATE)
            refused(load_private_key, Path(source), PRIVATE)
            refused(load_private_key, source.encode(), PRIVATE)

    def test_broken(self) -> None:
        """A damaged key is refused, its pieces not shown."""
        half = PRIVATE[: len(PRIVATE) // 2]
        for source in (half, PRIVATE[:100] + "!" + PRIVATE[101:], PRIVATE.replace("M", "N"), half.encode() + b"\xff"):
            refused(load_private_key, source, PRIVATE)

    def test_broken_character(self) -> None:
        """A character that has no bytes, as the environment may hold one, makes it no key."""
        refused(load_private_key, PRIVATE[:60] + "\udcff" + PRIVATE[60:], PRIVATE)

    def test_wrong_file(self, tmp_path: Path) -> None:
        """A file that holds something else is refused, its content not shown."""
        content = "".join(str(number) for number in range(1000))
        path = tmp_path / "apiclient_key.p12"
        path.write_text(content)
        refused(load_private_key, path, content)

    def test_password(self) -> None:
        """A key under a password is refused with that reason."""
        for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
            pem = merchant_key().private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"password"))
            assert "password" in refused(load_private_key, pem, pem)

    @pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()])
    def test_not_rsa(self, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> None:
        """Keys of other kinds are refused, as PEM and loaded."""
        pem, _ = foreign_pems(key)
        assert "RSA" in refused(load_private_key, pem, pem)
        refused(load_private_key, key, pem)

    def test_small(self) -> None:
        """A key under 2048 bits is refused, as PEM and loaded."""
        key = small()
        for source in (private_pem(key), key):
            assert "1024 bits" in refused(load_private_key, source, private_pem(key))


class TestPublicKey:
    """The platform's key, pub_key.pem."""

    def test_sources(self, tmp_path: Path) -> None:
        """It is taken as path, text, bytes and loaded."""
        path = tmp_path / "pub_key.pem"
        path.write_text(PUBLIC)
        expected = platform_key().public_key()
        sources = (str(path), path, PUBLIC, PUBLIC.encode(), PUBLIC.replace("\n", "\\n"), expected)
        for source in sources:
            assert load_public_key(source).public_numbers() == expected.public_numbers()

    def test_private(self) -> None:
        """A private key in its place is called by its name, and not shown."""
        for source in (PRIVATE, PRIVATE.encode()):
            assert "private key" in refused(load_public_key, source, PRIVATE)
        refused(load_public_key, merchant_key(), PRIVATE)

    def test_not_one(self, tmp_path: Path) -> None:
        """Missing files, directories, certificates, broken PEM and other types are refused."""
        bare = "".join(PUBLIC.splitlines()[1:-1])
        for source in (tmp_path / "nowhere.pem", tmp_path, "", certificate(), PUBLIC[:200], bare, b"", None, 5):
            refused(load_public_key, source, PUBLIC, certificate())

    @pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), ed25519.Ed25519PrivateKey.generate()])
    def test_not_rsa(self, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> None:
        """Keys of other kinds are refused, as PEM and loaded."""
        _, pem = foreign_pems(key)
        assert "RSA" in refused(load_public_key, pem, pem)
        refused(load_public_key, key.public_key(), pem)

    def test_small(self) -> None:
        """A key under 2048 bits is refused, as PEM and loaded."""
        key = small()
        for source in (public_pem(key), key.public_key()):
            assert "1024 bits" in refused(load_public_key, source, public_pem(key))

    def test_certificate(self) -> None:
        """A certificate in its place is called by its name."""
        assert "certificate" in refused(load_public_key, certificate(), certificate())


MCHID = "1900012181"
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, MCHID)])
ISSUED_SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"


def issued(
    key: Any = None, *, begins: float = -1.0, ends: float = 1.0, serial: str = ISSUED_SERIAL, signer: Any = None
) -> x509.Certificate:
    """A certificate of the merchant's, valid from so many days from now on to so many."""
    key, now = key or merchant_key(), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(NAME).issuer_name(NAME).public_key(key.public_key())
    builder = builder.not_valid_before(now + timedelta(days=begins)).not_valid_after(now + timedelta(days=ends))
    return builder.serial_number(int(serial, 16)).sign(signer or key, SHA256())


def pem_of(found: x509.Certificate) -> str:
    """A certificate as apiclient_cert.pem holds it."""
    return found.public_bytes(Encoding.PEM).decode()


def p12(key: Any, found: x509.Certificate | None, password: bytes | None = MCHID.encode()) -> bytes:
    """A key and its certificate as apiclient_cert.p12 holds them."""
    lock = NoEncryption() if password is None else BestAvailableEncryption(password)
    return pkcs12.serialize_key_and_certificates(b"Tenpay Certificate", key, found, None, lock)


def load(source: Any, argument: str = "certificate") -> Identity:
    """The merchant's certificate, of this merchant."""
    return load_certificate(source, MCHID, argument)


class TestCertificate:
    """The merchant's certificate, apiclient_cert.pem or apiclient_cert.p12."""

    def assert_right(self, found: Identity) -> None:
        """It is the certificate of the merchant's key."""
        assert found.serial_no == ISSUED_SERIAL
        assert found.public_key.public_numbers() == merchant_key().public_key().public_numbers()

    def test_pem(self, tmp_path: Path) -> None:
        """It is taken as path, text, bytes and loaded; its key is not in it."""
        certificate = issued()
        pem = pem_of(certificate)
        path = tmp_path / "证书 apiclient_cert.pem"
        path.write_text(pem)
        escaped = pem.replace("\n", "\\n")
        for source in (path, str(path), pem, pem.encode(), pem.replace("\n", "\r\n"), escaped, certificate):
            found = load(source)
            self.assert_right(found)
            assert found.private_key is None
            assert found.effective == certificate.not_valid_before_utc.timestamp()
            assert found.expires == certificate.not_valid_after_utc.timestamp()

    def test_p12(self, tmp_path: Path) -> None:
        """It is taken with its key, as path and bytes; the mchid is the password."""
        content = p12(merchant_key(), issued())
        path = tmp_path / "apiclient_cert.p12"
        path.write_bytes(content)
        for source in (path, str(path), content):
            found = load(source)
            self.assert_right(found)
            assert found.private_key is not None
            assert found.private_key.private_numbers() == merchant_key().private_numbers()

    def test_short_serial(self) -> None:
        """A serial number has 40 digits, as the merchant platform shows it."""
        assert load(issued(serial="A1")).serial_no == "A1".rjust(40, "0")

    def test_repr(self) -> None:
        """Neither half of the key is shown."""
        shown = repr(load(p12(merchant_key(), issued())))
        assert "key" not in shown
        assert ISSUED_SERIAL in shown

    def test_first_of_several(self) -> None:
        """Of a chain the first counts, also where the key stands before it."""
        authority = rsa.generate_private_key(65537, 2048)
        chain = pem_of(issued(signer=authority)) + pem_of(issued(authority, serial="A1"))
        for source in (chain, PRIVATE + chain):
            self.assert_right(load(source))

    @pytest.mark.parametrize("password", [b"1900012182", b"password", None])
    def test_other_password(self, password: bytes | None) -> None:
        """A file of another merchant, or under another password or none, is refused and says what the password is."""
        content = p12(merchant_key(), issued(), password)
        for mchid in (MCHID, "1900012183", "\udcff"):
            with pytest.raises(ConfigurationError, match=r"^certificate .*whose password is the mchid") as caught:
                load_certificate(content, mchid)
            assert MCHID not in str(caught.value)

    def test_p12_without(self) -> None:
        """A file without the key, or without the certificate, or with a key of another kind is not enough."""
        foreign = ec.generate_private_key(ec.SECP256R1())
        for content in (p12(None, issued()), p12(merchant_key(), None), p12(foreign, issued(foreign))):
            assert "lacks" in refused(load, content, PRIVATE)

    def test_times(self) -> None:
        """One that has expired, or is not valid yet, is refused with its date."""
        said = refused(load, issued(begins=-10, ends=-1))
        assert f"expired on {datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}" in said
        said = refused(load, issued(begins=2, ends=3))
        assert f"not valid before {datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}" in said
        assert "expired" in refused(load, p12(merchant_key(), issued(begins=-10, ends=-1)), PRIVATE)

    @pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP521R1())])
    def test_not_rsa(self, key: ec.EllipticCurvePrivateKey) -> None:
        """A certificate for another kind of key is refused, as PEM and loaded."""
        certificate = issued(key)
        for source in (pem_of(certificate), certificate):
            assert "RSA" in refused(load, source, foreign_pems(key)[0])

    def test_strange_key(self) -> None:
        """A certificate for a key that nobody here has heard of is refused."""
        raw = issued(ec.generate_private_key(ec.SECP256R1())).public_bytes(Encoding.DER)
        curve = bytes.fromhex("06082a8648ce3d030107")
        unheard = x509.load_der_x509_certificate(raw.replace(curve, curve[:-1] + b"\x7f"))
        for source in (unheard, pem_of(unheard)):
            assert "RSA" in refused(load, source)

    def test_small(self) -> None:
        """One for a key under 2048 bits is refused, also where its file brings the key."""
        key = small()
        for source in (issued(key), p12(key, issued(key))):
            assert "1024 bits" in refused(load, source, private_pem(key))

    def test_key_instead(self, tmp_path: Path) -> None:
        """A key in its place is called by its name and not shown."""
        path = tmp_path / "apiclient_key.pem"
        path.write_text(PRIVATE)
        for source in (PRIVATE, PRIVATE.encode(), path, str(path), PUBLIC):
            assert "no certificate" in refused(load, source, PRIVATE, PUBLIC)

    def test_broken(self, tmp_path: Path) -> None:
        """What is neither is refused, its pieces not shown."""
        pem, content = pem_of(issued()), p12(merchant_key(), issued())
        der = issued().public_bytes(Encoding.DER)
        path = tmp_path / "apiclient_cert.pem"
        path.write_bytes(content[:500])
        bare = "".join(PRIVATE.splitlines()[1:-1])
        request = pem.replace("CERTIFICATE", "CERTIFICATE REQUEST")
        sources = (pem[:300], pem.replace("M", "N", 9), request, der, content[:-1], content[:100], path, "")
        for source in (*sources, b"", b"\x30", b"\x30" * 9999, b"\x30\x84" * 999, bare, bare[:40], bare.encode()):
            refused(load, source, PRIVATE, pem)

    @pytest.mark.parametrize("source", [5, object(), [1], bytearray(b"x"), merchant_key(), merchant_key().public_key()])
    def test_other_type(self, source: Any) -> None:
        """What is neither path nor text nor certificate is refused."""
        refused(load, source, PRIVATE)

    def test_missing_file(self, tmp_path: Path) -> None:
        """A file that is not there is named."""
        assert "nowhere.p12" in refused(load, tmp_path / "nowhere.p12")


class TestArguments:
    """What a client says of its keys."""

    @pytest.mark.parametrize("argument", ["private_key", "public_key", "certificate"])
    def test_named(self, argument: str, tmp_path: Path) -> None:
        """The argument that holds no key is the one named."""
        keys: dict[str, Any] = {"private_key": PRIVATE, "public_key": PUBLIC, argument: tmp_path / "nowhere.pem"}
        with pytest.raises(ConfigurationError, match=f"^{argument} "):
            Client(mchid="1900012181", serial_no="A1", public_key_id="PUB_KEY_ID_01", **keys)
