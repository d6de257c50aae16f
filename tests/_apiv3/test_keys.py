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
)

from msgkit import Client, ConfigurationError
from msgkit._apiv3.keys import load_private_key, load_public_key
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


class TestArguments:
    """What a client says of its keys."""

    @pytest.mark.parametrize("argument", ["private_key", "public_key"])
    def test_named(self, argument: str, tmp_path: Path) -> None:
        """The argument that holds no key is the one named."""
        keys: dict[str, Any] = {"private_key": PRIVATE, "public_key": PUBLIC, argument: tmp_path / "nowhere.pem"}
        with pytest.raises(ConfigurationError, match=f"^{argument} "):
            Client(mchid="1900012181", serial_no="A1", public_key_id="PUB_KEY_ID_01", **keys)
