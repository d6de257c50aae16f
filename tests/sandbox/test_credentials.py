"""The merchant's credentials: their form, their files, their silence."""

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from msgkit.sandbox import Credentials, Sandbox

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes and shells of POSIX")
NAMES = (
    "MCHID",
    "SERIAL_NO",
    "PRIVATE_KEY",
    "PUBLIC_KEY_ID",
    "PUBLIC_KEY",
    "APIV3_KEY",
    "BASE_URL",
)


@pytest.fixture
def credentials(running: Sandbox) -> Credentials:
    """The running sandbox's credentials."""
    return running.credentials


class TestValues:
    """What a merchant is given."""

    def test_environ(self, sandbox: Sandbox) -> None:
        """The variables of the environment are those that env.sh sets, with the keys themselves."""
        issued = sandbox.credentials
        environ = issued.environ
        assert environ["WECHATPAY_PRIVATE_KEY"] == issued.private_key
        assert environ["WECHATPAY_BASE_URL"] == sandbox.base_url
        assert set(environ) == {f"WECHATPAY_{name}" for name in NAMES}

    def test_form(self, credentials: Credentials) -> None:
        """Each value looks as WeChat Pay's own."""
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", credentials.base_url)
        assert re.fullmatch(r"[0-9]{10}", credentials.mchid)
        assert re.fullmatch(r"[0-9A-F]{40}", credentials.serial_no)
        assert re.fullmatch(r"PUB_KEY_ID_01[0-9]+", credentials.public_key_id)
        assert re.fullmatch(r"[0-9a-zA-Z]{32}", credentials.apiv3_key)

    def test_keys(self, credentials: Credentials) -> None:
        """The keys are RSA keys of 2048 bits, the merchant's and the platform's no pair."""
        private = serialization.load_pem_private_key(credentials.private_key.encode(), None)
        public = serialization.load_pem_public_key(credentials.public_key.encode())
        assert isinstance(private, rsa.RSAPrivateKey)
        assert isinstance(public, rsa.RSAPublicKey)
        assert private.key_size == public.key_size == 2048
        assert private.public_key() != public

    def test_repr(self, credentials: Credentials) -> None:
        """No secret is in the repr."""
        shown = repr(credentials)
        assert credentials.mchid in shown
        assert credentials.apiv3_key not in shown
        assert "PRIVATE" not in shown


class TestFiles:
    """What `Credentials.write` leaves in a directory."""

    def test_json(self, credentials: Credentials, tmp_path: Path) -> None:
        """credentials.json holds every value, the keys as absolute paths of PEM files."""
        credentials.write(tmp_path)
        values = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
        for name in ("private_key", "public_key"):
            path = Path(values[name])
            assert path.is_absolute()
            assert path.parent == tmp_path
            assert path.read_text("ascii") == getattr(credentials, name)
        for name in ("base_url", "mchid", "serial_no", "public_key_id", "apiv3_key"):
            assert values[name] == getattr(credentials, name)
        assert len(values) == 7

    @POSIX
    def test_env(self, credentials: Credentials, tmp_path: Path) -> None:
        """env.sh can be sourced, whatever the directory is called."""
        folder = tmp_path / "it's $(here); now"
        credentials.write(folder)
        values = json.loads((folder / "credentials.json").read_text("utf-8"))
        variables = " ".join(f'"$WECHATPAY_{name}"' for name in NAMES)
        script = f'. "$1"; printf "%s\\n" {variables}'
        printed = subprocess.run(
            ["/bin/sh", "-c", script, "sh", str(folder / "env.sh")],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert printed.splitlines() == [values[name.lower()] for name in NAMES]

    @POSIX
    def test_modes(self, credentials: Credentials, tmp_path: Path) -> None:
        """The directory and the files are for their owner alone, and no other file is left."""
        folder = tmp_path / "state"
        credentials.write(folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        names = {path.name for path in folder.iterdir()}
        assert names == {"credentials.json", "env.sh", "apiclient_key.pem", "pub_key.pem"}
        for path in folder.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @POSIX
    def test_replaced(self, credentials: Credentials, tmp_path: Path) -> None:
        """A file of before is replaced, made private, and not followed where it is a link."""
        elsewhere = tmp_path / "elsewhere"
        elsewhere.write_text("mine")
        folder = tmp_path / "state"
        folder.mkdir()
        (folder / "credentials.json").symlink_to(elsewhere)
        (folder / "env.sh").write_text("old")
        (folder / "env.sh").chmod(0o644)
        credentials.write(folder)
        assert elsewhere.read_text() == "mine"
        assert stat.S_IMODE((folder / "env.sh").stat().st_mode) == 0o600

    def test_relative(self, credentials: Credentials, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A relative directory gives absolute paths all the same."""
        monkeypatch.chdir(tmp_path)
        credentials.write("state")
        values = json.loads((tmp_path / "state" / "credentials.json").read_text("utf-8"))
        assert Path(values["private_key"]).is_absolute()
