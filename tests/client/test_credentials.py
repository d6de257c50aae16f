"""What a client is given to sign with and to believe, how it must fit together, and how the environment says it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, load_pem_private_key, pkcs12

from msgkit import AsyncClient, Client, ConfigurationError, ResponseVerificationError
from msgkit.client._certificate_file import CertificateFile
from msgkit.client._credentials import folder_of
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, MCHID, MESSAGE, client_for, merchant_key, platform_key, private_pem, public_pem

pytestmark = pytest.mark.usefixtures("both", "at_once")

SEND = "response-immediate-service"


@pytest.fixture
def environ(sandbox: Sandbox) -> dict[str, str]:
    """The variables of the sandbox's merchant."""
    return sandbox.credentials.environ


@pytest.fixture
def from_env(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
    """Make the kind of client that the test is about from variables."""
    from tests import network  # noqa: PLC0415 - whichever kind the fixture before chose

    def make(variables: dict[str, str], **settings: Any) -> Any:
        if not network.Kind.awaits:
            return Client.from_env(variables, **settings)
        from tests import twins  # noqa: PLC0415 - few tests await

        with monkeypatch.context() as patched:
            patched.setattr(twins, "AsyncClient", lambda **given: AsyncClient.from_env(variables, **given))
            return twins.Awaited(**settings)

    return make


def own_key(sandbox: Sandbox) -> RSAPrivateKey:
    """The merchant's key."""
    found = load_pem_private_key(sandbox.credentials.private_key.encode(), None)
    assert isinstance(found, RSAPrivateKey)
    return found


def p12_of(sandbox: Sandbox, key: RSAPrivateKey | None = None, mchid: str = MCHID) -> bytes:
    """The merchant's apiclient_cert.p12, which may hold another key."""
    certificate = x509.load_pem_x509_certificate(sandbox.certificate.encode())
    lock = BestAvailableEncryption(mchid.encode())
    return pkcs12.serialize_key_and_certificates(None, key or own_key(sandbox), certificate, None, lock)


def expired(key: RSAPrivateKey) -> str:
    """A certificate that was good once."""
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, MCHID)]), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.not_valid_before(now - timedelta(days=9)).not_valid_after(now - timedelta(days=1))
    return builder.serial_number(1).sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


def refused(sandbox: Sandbox, **changes: Any) -> str:
    """Why a client is not made; no key is shown."""
    with pytest.raises(ConfigurationError) as caught:
        client_for(sandbox, **changes)
    said = str(caught.value)
    for pem in (sandbox.credentials.private_key, private_pem(merchant_key()), sandbox.credentials.apiv3_key):
        assert not any(line in said for line in pem.splitlines() if "-----" not in line)
    return said


class TestCertificate:
    """`certificate`, the merchant's own."""

    def test_serial_no(self, sandbox: Sandbox) -> None:
        """It gives the serial number; the platform knows the signature by that."""
        with client_for(sandbox, serial_no=None, certificate=sandbox.certificate) as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id

    def test_p12(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """A .p12 gives the private key too, as bytes and as a path."""
        path = tmp_path / "apiclient_cert.p12"
        path.write_bytes(p12_of(sandbox))
        for certificate in (path, str(path), path.read_bytes()):
            with client_for(sandbox, serial_no=None, private_key=None, certificate=certificate) as client:
                assert client.send(IMMEDIATE, MESSAGE).log_id

    def test_beside(self, sandbox: Sandbox) -> None:
        """Serial number and key may be given beside it, where they are the same, however they are written."""
        serial = sandbox.credentials.serial_no.lower()
        with client_for(sandbox, certificate=p12_of(sandbox)) as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id
        client_for(sandbox, serial_no=f"000{serial}", certificate=sandbox.certificate)

    def test_other_serial_no(self, sandbox: Sandbox) -> None:
        """A serial number that is not the certificate's is refused, and so is what is none."""
        said = refused(sandbox, certificate=sandbox.certificate, serial_no="A" * 40)
        assert said.startswith("serial_no is not that of certificate")
        for wrong in ("", "x", 5, "PUB_KEY_ID_01"):
            assert refused(sandbox, certificate=sandbox.certificate, serial_no=wrong).startswith("serial_no")

    def test_other_private_key(self, sandbox: Sandbox) -> None:
        """A key that is not the certificate's is refused, be it given beside it or in its file."""
        said = refused(sandbox, certificate=sandbox.certificate, private_key=merchant_key())
        assert said.startswith("certificate is not that of private_key")
        said = refused(sandbox, certificate=p12_of(sandbox), private_key=merchant_key())
        assert said.startswith("certificate is not that of private_key")

    def test_other_mchid(self, sandbox: Sandbox) -> None:
        """A .p12 of another merchant is refused, and says that the mchid is its password."""
        said = refused(sandbox, private_key=None, certificate=p12_of(sandbox, mchid="1900012182"))
        assert said.startswith("certificate ")
        assert "mchid" in said

    def test_expired(self, sandbox: Sandbox) -> None:
        """One whose time is over is refused before the platform does it."""
        assert "certificate expired" in refused(sandbox, serial_no=None, certificate=expired(own_key(sandbox)))

    def test_repr(self, sandbox: Sandbox) -> None:
        """What a client was given to sign, believe and decrypt with shows no key."""
        with client_for(sandbox, certificate=p12_of(sandbox), platform_certificates=True) as client:
            shown = f"{client!r} {client._credentials!r} {client._platform!r}"
        assert sandbox.credentials.serial_no in shown
        for secret in (sandbox.credentials.apiv3_key, "RSAPrivateKey", "_RSA", "BEGIN"):
            assert secret not in shown

    def test_missing(self, sandbox: Sandbox) -> None:
        """Without serial number or key, where the certificate does not give them, what is missing is named."""
        assert "serial_no or certificate is missing" in refused(sandbox, serial_no=None)
        assert "private_key is missing" in refused(sandbox, private_key=None, certificate=sandbox.certificate)
        assert "private_key is missing" in refused(sandbox, private_key=None)

    @pytest.mark.parametrize("mchid", ["", "x", 1900012181, None, "\udcff"])
    def test_mchid(self, sandbox: Sandbox, mchid: Any) -> None:
        """A number that is none is refused beside a certificate as it is without one."""
        assert refused(sandbox, mchid=mchid, certificate=sandbox.certificate).startswith("mchid")
        assert refused(sandbox, mchid=mchid, certificate=p12_of(sandbox)).startswith(("mchid", "certificate"))


class TestBelieved:
    """What answers are verified with."""

    def test_no_apiv3_key(self, sandbox: Sandbox) -> None:
        """Platform certificates need the key that they are encrypted with."""
        for wanted in (True, "folder", Path("folder")):
            said = refused(sandbox, platform_certificates=wanted, apiv3_key=None)
            assert said.startswith("platform_certificates needs apiv3_key")

    @pytest.mark.parametrize(
        "key", ["", "x" * 31, "x" * 33, "密" * 32, b"", b"x" * 31, 5, bytearray(32), "\udcff" * 31]
    )
    def test_apiv3_key(self, sandbox: Sandbox, key: Any) -> None:
        """A key that has not 32 bytes is none, also where it is not needed."""
        for wanted in (True, False):
            assert refused(sandbox, platform_certificates=wanted, apiv3_key=key).startswith("apiv3_key must have 32")

    def test_nothing(self, sandbox: Sandbox) -> None:
        """With nothing to verify with there is no client, and what may be given is named."""
        for switch in (False, "", None, 0):
            said = refused(sandbox, public_key_id=None, public_key=None, platform_certificates=switch)
            assert "public_key_id and public_key" in said
            assert "platform_certificates=True and apiv3_key" in said

    @pytest.mark.parametrize("missing", ["public_key", "public_key_id"])
    def test_half(self, sandbox: Sandbox, missing: str) -> None:
        """A public key and its id go together, also beside certificates."""
        for wanted in (True, False):
            said = refused(sandbox, platform_certificates=wanted, **{missing: None})
            assert said.startswith(f"{missing} is missing")

    @pytest.mark.parametrize("wrong", [5, [1], object(), "a\0b", Path("a\0b")])
    def test_no_folder(self, sandbox: Sandbox, wrong: Any) -> None:
        """What is neither a folder nor a yes or no is refused."""
        said = refused(sandbox, platform_certificates=wrong)
        assert said.startswith("platform_certificates must be True, False, or a folder")

    def test_folder(self, tmp_path: Path) -> None:
        """A folder is taken as text, as a path, and as a path that says its bytes."""

        class Raw:
            def __fspath__(self) -> bytes:
                return bytes(tmp_path)

        raw: Any = Raw()
        assert {folder_of(each) for each in (str(tmp_path), tmp_path, raw)} == {tmp_path}
        assert {folder_of(each) for each in (True, False)} == {None}
        assert CertificateFile(tmp_path, MCHID).load() is None


class TestPublicKeys:
    """`public_key`, one or several by their ids."""

    def test_named(self, sandbox: Sandbox) -> None:
        """The key that `public_key_id` names is asked for; an answer that is signed with the other is believed."""
        old = sandbox.credentials.public_key_id
        new, pem = sandbox.rotate_public_key()
        keys = {old: sandbox.credentials.public_key, new: pem}
        for asked, signs in ((old, old), (old, new), (new, new), (new, old)):
            sandbox.sign_with(signs)
            with client_for(sandbox, public_key_id=asked, public_key=keys) as client:
                assert client.send(IMMEDIATE, MESSAGE).log_id
            assert sandbox.calls[-1].wechatpay_serial == asked

    def test_echo(self, sandbox: Sandbox) -> None:
        """What is encrypted for the platform is encrypted with the key that `public_key_id` names."""
        new, pem = sandbox.rotate_public_key()
        keys = {sandbox.credentials.public_key_id: sandbox.credentials.public_key, new: pem}
        with client_for(sandbox, public_key_id=new, public_key=keys) as client:
            assert client.echo("你好") == "你好"
        assert sandbox.calls[-1].wechatpay_serial == new

    def test_one(self, sandbox: Sandbox) -> None:
        """Of whoever gave one key alone, the other is not believed."""
        new, _ = sandbox.rotate_public_key()
        sandbox.sign_with(new)
        with client_for(sandbox) as client, pytest.raises(ResponseVerificationError, match=new) as caught:
            client.send(IMMEDIATE, MESSAGE)
        assert caught.value.maybe_processed

    def test_not_among_them(self, sandbox: Sandbox) -> None:
        """The one that is asked for must be among them, each under an id that is one."""
        pem = sandbox.credentials.public_key
        assert "has no key for public_key_id" in refused(sandbox, public_key={"PUB_KEY_ID_01": pem})
        assert "has no key for public_key_id" in refused(sandbox, public_key={})
        own = {sandbox.credentials.public_key_id: pem}
        for name in ("A1", "", 5, "PUB_KEY_ID_", "PUB_KEY_ID_ä"):
            assert "PUB_KEY_ID_…" in refused(sandbox, public_key=own | {name: pem})

    def test_each_is_a_key(self, sandbox: Sandbox) -> None:
        """Each must be a public key, and none the merchant's own."""
        own = {sandbox.credentials.public_key_id: sandbox.credentials.public_key}
        wrongs: tuple[object, ...] = (sandbox.credentials.private_key, sandbox.certificate, None, "nowhere.pem", {})
        for wrong in wrongs:
            assert refused(sandbox, public_key=own | {"PUB_KEY_ID_01": wrong}).startswith("public_key ")
        merchants = public_pem(own_key(sandbox))
        assert "merchant's own" in refused(sandbox, public_key=own | {"PUB_KEY_ID_01": merchants})
        client_for(sandbox, public_key=own | {"PUB_KEY_ID_01": platform_key().public_key()})


class TestFromEnv:
    """`Client.from_env`, variable by variable."""

    def test_certificate(self, sandbox: Sandbox, environ: dict[str, str], from_env: Any, tmp_path: Path) -> None:
        """WECHATPAY_CERTIFICATE stands in for the serial number, as PEM and as a path; a .p12 for the key as well."""
        del environ["WECHATPAY_SERIAL_NO"]
        pem, p12 = tmp_path / "apiclient_cert.pem", tmp_path / "apiclient_cert.p12"
        pem.write_text(sandbox.certificate)
        p12.write_bytes(p12_of(sandbox))
        for value in (sandbox.certificate, sandbox.certificate.replace("\n", "\\n"), str(pem), str(p12)):
            if value == str(p12):
                del environ["WECHATPAY_PRIVATE_KEY"]
            with from_env(environ | {"WECHATPAY_CERTIFICATE": value}) as client:
                assert client.send(IMMEDIATE, MESSAGE).log_id

    @pytest.mark.parametrize("value", ["1", "true", "TRUE", "yes", " on "])
    def test_certificates(self, sandbox: Sandbox, environ: dict[str, str], from_env: Any, value: str) -> None:
        """WECHATPAY_PLATFORM_CERTIFICATES says yes in several ways; no public key is needed then."""
        sandbox.rotate_certificate()
        del environ["WECHATPAY_PUBLIC_KEY"], environ["WECHATPAY_PUBLIC_KEY_ID"]
        with from_env(environ | {"WECHATPAY_PLATFORM_CERTIFICATES": value}) as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id
        assert sandbox.calls[-1].wechatpay_serial is None
        assert sandbox.counts == {"certificates": 1, SEND: 1}

    @pytest.mark.parametrize("value", ["0", "false", "False", "no", "off", ""])
    def test_no_certificates(self, sandbox: Sandbox, environ: dict[str, str], from_env: Any, value: str) -> None:
        """It says no in as many, and then they are not asked for."""
        sandbox.sign_with(sandbox.rotate_certificate())
        environ["WECHATPAY_PLATFORM_CERTIFICATES"] = value
        with from_env(environ, retry=None) as client, pytest.raises(ResponseVerificationError):
            client.send(IMMEDIATE, MESSAGE)
        assert sandbox.counts == {SEND: 1}
        del environ["WECHATPAY_PUBLIC_KEY"], environ["WECHATPAY_PUBLIC_KEY_ID"]
        with pytest.raises(ConfigurationError, match=r"environment: WECHATPAY_PUBLIC_KEY_ID, WECHATPAY_PUBLIC_KEY$"):
            from_env(environ)

    def test_folder(self, sandbox: Sandbox, environ: dict[str, str], from_env: Any, tmp_path: Path) -> None:
        """Any other value is the folder that keeps them."""
        sandbox.rotate_certificate()
        del environ["WECHATPAY_PUBLIC_KEY"], environ["WECHATPAY_PUBLIC_KEY_ID"]
        environ["WECHATPAY_PLATFORM_CERTIFICATES"] = str(tmp_path / "kept")
        for _ in range(2):
            with from_env(environ) as client:
                assert client.send(IMMEDIATE, MESSAGE).log_id
        assert len(list((tmp_path / "kept").iterdir())) == 1
        assert sandbox.counts == {"certificates": 1, SEND: 2}

    def test_backup_url(self, sandbox: Sandbox, environ: dict[str, str], from_env: Any) -> None:
        """WECHATPAY_BACKUP_URL is asked where the first host fails; one that is none is refused by its name."""
        with sandbox.another_host() as backup:
            environ |= {"WECHATPAY_BASE_URL": "http://127.0.0.1:1", "WECHATPAY_BACKUP_URL": backup}
            with from_env(environ) as client:
                assert client.send(IMMEDIATE, MESSAGE).log_id
        with pytest.raises(ConfigurationError, match=r"^backup_url "):
            from_env(environ | {"WECHATPAY_BACKUP_URL": "http://shop.example"})
        real = {"WECHATPAY_BASE_URL": "https://api.mch.weixin.qq.com", "WECHATPAY_BACKUP_URL": "none"}
        with from_env(environ | real) as alone:
            assert alone._platform.hosts.all == ("https://api.mch.weixin.qq.com",)

    def test_missing(self, environ: dict[str, str], from_env: Any) -> None:
        """All that is missing is named at once, as what is set otherwise asks for; set to nothing is not set."""
        keys = ["PUBLIC_KEY_ID", "PUBLIC_KEY"]
        named = {
            (): ["MCHID", "SERIAL_NO", "PRIVATE_KEY", *keys],
            ("CERTIFICATE",): ["MCHID", *keys],
            ("PLATFORM_CERTIFICATES",): ["MCHID", "SERIAL_NO", "PRIVATE_KEY", "APIV3_KEY"],
            ("CERTIFICATE", "PLATFORM_CERTIFICATES"): ["MCHID", "APIV3_KEY"],
        }
        for there, missing in named.items():
            values = dict.fromkeys(environ, "") | {f"WECHATPAY_{name}": "1" for name in there}
            expected = ", ".join(f"WECHATPAY_{name}" for name in missing)
            with pytest.raises(ConfigurationError) as caught:
                from_env(values)
            assert str(caught.value) == f"not set in the environment: {expected}"

    def test_nothing(self, environ: dict[str, str], from_env: Any) -> None:
        """Variables that are set to nothing change nothing."""
        names = ("CERTIFICATE", "PLATFORM_CERTIFICATES", "APIV3_KEY", "BACKUP_URL")
        with from_env(environ | {f"WECHATPAY_{name}": "" for name in names}) as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id

    def test_apiv3_key(self, sandbox: Sandbox, environ: dict[str, str], from_env: Any) -> None:
        """WECHATPAY_APIV3_KEY must have 32 bytes, and is not shown where it has not."""
        environ["WECHATPAY_APIV3_KEY"] = sandbox.credentials.apiv3_key[:-1]
        with pytest.raises(ConfigurationError, match=r"^apiv3_key must have 32 bytes$"):
            from_env(environ)

    def test_settings(self, sandbox: Sandbox, environ: dict[str, str], from_env: Any) -> None:
        """What is given is not looked for, and comes before what is set."""
        sandbox.rotate_certificate()
        for name in ("SERIAL_NO", "PUBLIC_KEY", "PUBLIC_KEY_ID"):
            del environ[f"WECHATPAY_{name}"]
        environ["WECHATPAY_PLATFORM_CERTIFICATES"] = "0"
        with from_env(environ, certificate=sandbox.certificate, platform_certificates=True) as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id
