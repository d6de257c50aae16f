"""The directory of a sandbox: keys that stay, one user at a time, and nothing lost of what was there."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from msgkit.sandbox import Sandbox, SandboxError

from .merchant import Merchant

pytestmark = pytest.mark.slow  # most start a process

POSIX = pytest.mark.skipif(os.name != "posix", reason="file modes and signals of POSIX")
KEYS = ("apiclient_key.pem", "pub_key.pem", "platform_key.pem")
SERVE = "import sys; from msgkit.sandbox import serve; serve(0, sys.argv[1])"


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """The directory of a sandbox that has stopped."""
    folder = tmp_path / "state"
    with Sandbox(state_dir=folder):
        pass
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of each file in a directory."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b"") -> bytes:
    """A private key as a file has it."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption(),
    )


class TestKept:
    """The next start."""

    def test_keys(self, tmp_path: Path) -> None:
        """A sandbox takes up the keys of the one before: who was given them can go on, at the new address."""
        with Sandbox(state_dir=tmp_path) as first:
            merchant = Merchant.of(first)
        with Sandbox(state_dir=tmp_path) as second:
            before, now = first.credentials, second.credentials
            for name in ("mchid", "serial_no", "private_key", "public_key_id", "public_key", "apiv3_key"):
                assert getattr(now, name) == getattr(before, name)
            again = Merchant(now, merchant.key)
            answered = again.reply(again.plain())
            assert answered.status == 204
            again.verify(answered)
            assert json.loads((tmp_path / "credentials.json").read_text())["base_url"] == second.base_url

    def test_moved(self, used: Path, tmp_path: Path) -> None:
        """A directory that was moved still has its keys, and then names its files where they are."""
        before = contents(used)
        moved = used.rename(tmp_path / "elsewhere")
        with Sandbox(state_dir=moved):
            pass
        after = contents(moved)
        assert [after[name] for name in KEYS] == [before[name] for name in KEYS]
        assert json.loads(after["credentials.json"])["private_key"] == str(moved / "apiclient_key.pem")

    def test_without_env(self, used: Path) -> None:
        """What can be written anew is no reason to stop."""
        before = contents(used)
        (used / "env.sh").unlink()
        with Sandbox(state_dir=used):
            pass
        assert [contents(used)[name] for name in KEYS] == [before[name] for name in KEYS]

    @POSIX
    def test_modes(self, used: Path) -> None:
        """Everything is for its owner alone."""
        assert {path.stat().st_mode & 0o777 for path in used.iterdir()} == {0o600}
        assert used.stat().st_mode & 0o777 == 0o700


def write(name: str, content: bytes) -> Callable[[Path], object]:
    """A change that replaces a file."""
    return lambda folder: (folder / name).write_bytes(content)


def without(name: str) -> Callable[[Path], object]:
    """A change that takes a file away."""
    return lambda folder: (folder / name).unlink()


def half(name: str) -> Callable[[Path], object]:
    """A change that cuts a file off."""
    return lambda folder: os.truncate(folder / name, 100)


def edit(**changes: object) -> Callable[[Path], object]:
    """A change of values in credentials.json."""

    def change(folder: Path) -> None:
        path = folder / "credentials.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def into_folder(folder: Path) -> None:
    """Put a directory where a file should be."""
    (folder / "pub_key.pem").unlink()
    (folder / "pub_key.pem").mkdir()


OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    **{f"no {name}": (without(name), name) for name in (*KEYS, "credentials.json")},
    **{f"empty {name}": (write(name, b""), name) for name in (*KEYS, "credentials.json")},
    **{f"half {name}": (half(name), name) for name in (*KEYS, "credentials.json")},
    "not UTF-8": (write("credentials.json", b"\xff\xfe"), "credentials.json is not UTF-8"),
    "no object": (write("credentials.json", b"[]"), "credentials.json is no object"),
    "deep": (write("credentials.json", b"[" * 60_000), "credentials.json is not JSON"),
    "large": (write("credentials.json", b" " * 70_000), "credentials.json is too large"),
    "no serial": (edit(serial_no=None), "no serial_no"),
    "odd serial": (edit(serial_no="x\n"), "no serial_no"),
    "other merchant": (edit(mchid="1230000109"), "no mchid"),
    "short key": (edit(apiv3_key="short"), "no apiv3_key"),
    "other platform": (write("platform_key.pem", pem(OTHER)), "does not belong to platform_key.pem"),
    "other kind": (write("apiclient_key.pem", pem(ec.generate_private_key(ec.SECP256R1()))), "apiclient_key.pem"),
    "encrypted": (write("apiclient_key.pem", pem(OTHER, b"secret")), "apiclient_key.pem"),
    "a folder": (into_folder, "pub_key.pem"),
}


class TestBroken:
    """What cannot be taken up."""

    @pytest.mark.parametrize("name", BROKEN)
    def test_sentence(self, used: Path, name: str) -> None:
        """Broken or missing files are one clear error that names them, and nothing is replaced."""
        change, named = BROKEN[name]
        change(used)
        before = contents(used)
        with pytest.raises(SandboxError) as caught, Sandbox(state_dir=used):
            pass
        assert named in str(caught.value)
        assert "Nothing was changed" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
        assert "PRIVATE KEY" not in str(caught.value)
        assert contents(used) == before

    @pytest.mark.parametrize("name", ["apiclient_key.pem", "pub_key.pem", "env.sh", "credentials.json"])
    def test_foreign(self, tmp_path: Path, name: str) -> None:
        """A file of that name that is no sandbox's, such as a merchant's real key, is never written over."""
        (tmp_path / name).write_text("mine")
        with pytest.raises(SandboxError, match="Nothing was changed"), Sandbox(state_dir=tmp_path):
            pass
        assert (tmp_path / name).read_text() == "mine"

    def test_others_files(self, tmp_path: Path) -> None:
        """Files of other names are no hindrance, and stay."""
        (tmp_path / "notes.txt").write_text("mine")
        with Sandbox(state_dir=tmp_path) as sandbox:
            assert sandbox.base_url
        assert (tmp_path / "notes.txt").read_text() == "mine"


class TestInUse:
    """One sandbox at a time."""

    def test_second(self, tmp_path: Path) -> None:
        """A second sandbox on the directory is refused and changes nothing; after the first it is taken."""
        with Sandbox(state_dir=tmp_path):
            before = contents(tmp_path)
            with pytest.raises(SandboxError, match="another sandbox uses"), Sandbox(state_dir=tmp_path):
                pass
            assert contents(tmp_path) == before
        with Sandbox(state_dir=tmp_path) as third:
            assert third.base_url

    @POSIX
    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
    def test_other_process(self, tmp_path: Path, number: signal.Signals) -> None:
        """The same goes between processes, and a lock ends with its process, however that ends."""
        with subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)], stdout=subprocess.PIPE) as process:
            try:
                assert process.stdout
                assert process.stdout.readline()
                with pytest.raises(SandboxError, match="another sandbox uses"), Sandbox(state_dir=tmp_path):
                    pass
            finally:
                process.send_signal(number)
                process.wait(10)
        key = (tmp_path / "apiclient_key.pem").read_text()
        with Sandbox(state_dir=tmp_path) as sandbox:
            assert sandbox.credentials.private_key == key

    def test_failed_start(self, running: Sandbox, tmp_path: Path) -> None:
        """A start that fails leaves no lock."""
        port = int(running.base_url.rpartition(":")[2])
        (tmp_path / "env.sh").write_text("mine")
        for arguments in ((port, tmp_path), (0, tmp_path)):
            with pytest.raises(SandboxError), Sandbox(*arguments):
                pass
        (tmp_path / "env.sh").unlink()
        with Sandbox(state_dir=tmp_path) as sandbox:
            assert sandbox.base_url
