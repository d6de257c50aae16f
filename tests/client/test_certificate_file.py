"""Certificates that are kept on disk: private, whole, and believed no more than what the network says."""

import base64
import json
import logging
import os
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from msgkit import Client, ResponseVerificationError
from msgkit._apiv3.calls import Answer
from msgkit.client._certificate_file import CertificateFile, write_private
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, MCHID, MESSAGE, client_for

pytestmark = pytest.mark.usefixtures("both", "at_once")

NAME = f"platform_certificates_{MCHID}.json"
HEADERS = {
    "Wechatpay-Timestamp": "1",
    "Wechatpay-Nonce": "n",
    "Wechatpay-Signature": "s",
    "Wechatpay-Serial": "A1",
}

Spoil = Callable[[Path], object]


@pytest.fixture(autouse=True)
def certificate(sandbox: Sandbox) -> str:
    """The platform has a certificate."""
    return sandbox.rotate_certificate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where certificates are to be kept; it is not there yet."""
    return tmp_path / "数据" / "kept"


@pytest.fixture
def path(sandbox: Sandbox, folder: Path) -> Path:
    """The file of a client that ran before."""
    send(sandbox, folder)
    assert sandbox.counts["certificates"] == 1
    return folder / NAME


def keeping(sandbox: Sandbox, folder: Path, **changes: Any) -> Client:
    """A client that keeps certificates, and believes nothing else."""
    settings: dict[str, Any] = {"public_key_id": None, "public_key": None, "platform_certificates": folder}
    return client_for(sandbox, **(settings | changes))


def send(sandbox: Sandbox, folder: Path, times: int = 1, **changes: Any) -> None:
    """Send with a new client."""
    with keeping(sandbox, folder, **changes) as client:
        for _ in range(times):
            assert client.send(IMMEDIATE, MESSAGE).log_id


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


class TestKept:
    """What is written, and read again."""

    def test_again(self, sandbox: Sandbox, path: Path) -> None:
        """A client that starts later reads it and asks for nothing."""
        send(sandbox, path.parent, times=2)
        send(sandbox, path.parent)
        assert sandbox.counts["certificates"] == 1

    def test_private(self, path: Path) -> None:
        """The file is its owner's alone, and so is the folder that is made for it; nothing else lies there."""
        assert mode(path) == 0o600
        assert mode(path.parent) == 0o700
        assert list(path.parent.iterdir()) == [path]

    def test_content(self, sandbox: Sandbox, path: Path) -> None:
        """It holds the answer as it came: no key, and no certificate in clear."""
        raw = path.read_bytes()
        content = json.loads(raw)
        body = base64.b64decode(content["body"])
        assert set(content) == {"headers", "body"}
        assert set(content["headers"]) == set(HEADERS)
        assert json.loads(body)["data"]
        for secret in (sandbox.credentials.apiv3_key, sandbox.credentials.private_key, sandbox.certificates[0].pem):
            for line in secret.splitlines():
                assert line.encode() not in raw + body

    def test_renewed(self, sandbox: Sandbox, path: Path) -> None:
        """What is brought later takes its place, also for the next client."""
        before = path.read_bytes()
        sandbox.rotate_certificate()
        send(sandbox, path.parent)
        assert path.read_bytes() != before
        assert mode(path) == 0o600
        assert sandbox.counts["certificates"] == 2
        send(sandbox, path.parent)
        assert sandbox.counts["certificates"] == 2

    def test_old(self, sandbox: Sandbox, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is good for as long as its certificates are, not for the minutes that an answer is."""
        saved = CertificateFile.save

        def aged(self: CertificateFile, answer: Answer) -> None:
            """Keep what the platform said a month ago."""
            headers = {name: answer.header(name) or "" for name in HEADERS}
            headers["Wechatpay-Timestamp"] = str(int(headers["Wechatpay-Timestamp"]) - 30 * 24 * 3600)
            lines = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + answer.body + b"\n"
            signed = base64.b64encode(signer(sandbox).sign(lines, PKCS1v15(), SHA256())).decode()
            saved(self, Answer(200, headers | {"Wechatpay-Signature": signed}, answer.body))

        with monkeypatch.context() as patched:
            patched.setattr(CertificateFile, "save", aged)
            send(sandbox, folder)
        send(sandbox, folder)
        assert sandbox.counts["certificates"] == 1

    def test_folder_there(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """A folder that is there already is left as it is."""
        tmp_path.chmod(0o755)
        (tmp_path / "other").touch()
        send(sandbox, tmp_path)
        assert mode(tmp_path) == 0o755
        assert {each.name for each in tmp_path.iterdir()} == {"other", NAME}

    def test_migrating(self, sandbox: Sandbox, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
        """What a public key signed is believed by who has that key; who has it no more asks again."""
        keys = {name: getattr(sandbox.credentials, name) for name in ("public_key_id", "public_key")}
        with keeping(sandbox, folder, **keys) as client:
            sandbox.fail_next("UNKNOWN_SERIAL", endpoint="response-immediate-service")
            with pytest.raises(ResponseVerificationError):
                client.send(IMMEDIATE, MESSAGE)
        sandbox.sign_with(sandbox.certificates[0].serial_no)
        send(sandbox, folder, **keys)
        assert sandbox.counts["certificates"] == 1
        sandbox.sign_with(None)
        assert json.loads((folder / NAME).read_bytes())["headers"]["Wechatpay-Serial"] == keys["public_key_id"]
        assert warnings(caplog) == []
        send(sandbox, folder)
        assert sandbox.counts["certificates"] == 2
        (said,) = warnings(caplog)
        assert "a key that it does not bring" in said

    def test_merchants(self, folder: Path) -> None:
        """Each merchant has a file of its own."""
        answer = Answer(200, HEADERS, b"{}")
        CertificateFile(folder, MCHID).save(answer)
        assert CertificateFile(folder, "1900012182").load() is None
        found = CertificateFile(folder, MCHID).load()
        assert found is not None
        assert (found.headers, found.body) == (HEADERS, b"{}")

    def test_no_folder(self, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where no folder is named nothing is written."""
        monkeypatch.chdir(tmp_path)
        with client_for(sandbox, platform_certificates=True, public_key_id=None, public_key=None) as client:
            client.send(IMMEDIATE, MESSAGE)
        assert list(tmp_path.iterdir()) == []


class TestAtomic:
    """Writing."""

    def test_broken_off(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What cannot be written to its end leaves the file of before, and nothing beside it."""
        path = tmp_path / "file"
        write_private(path, b"before")

        def fail(_: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", fail)
            with pytest.raises(OSError, match="space"):
                write_private(path, b"after")
        assert path.read_bytes() == b"before"
        assert list(tmp_path.iterdir()) == [path]

    def test_link(self, tmp_path: Path) -> None:
        """A link that lies in its place is replaced, and what it points at is left alone."""
        other, path = tmp_path / "other", tmp_path / "file"
        other.write_bytes(b"other")
        path.symlink_to(other)
        write_private(path, b"new")
        assert not path.is_symlink()
        assert (other.read_bytes(), path.read_bytes(), mode(path)) == (b"other", b"new", 0o600)

    def test_umask(self, tmp_path: Path) -> None:
        """It is private from its first moment, whatever the process allows others."""
        before = os.umask(0)
        try:
            write_private(tmp_path / "file", b"new")
            CertificateFile(tmp_path / "folder", MCHID).save(Answer(200, HEADERS, b"{}"))
        finally:
            os.umask(before)
        assert mode(tmp_path / "file") == 0o600
        assert mode(tmp_path / "folder") == 0o700


def signer(sandbox: Sandbox) -> RSAPrivateKey:
    """What the sandbox signs with now."""
    return sandbox._keyring.signer(None).key


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a file holds."""
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content))


def edit_body(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the answer that a file holds, whose signature does not hold any more then."""

    def both_ways(content: dict[str, Any]) -> None:
        body = json.loads(base64.b64decode(content["body"]))
        change(body)
        content["body"] = base64.b64encode(json.dumps(body).encode()).decode()

    edit(path, both_ways)


def header(name: str, value: Any) -> Spoil:
    """Give an answer another header."""
    return lambda path: edit(path, lambda content: content["headers"].update({name: value}))


def become_folder(path: Path) -> None:
    """Put a folder in a file's place."""
    path.unlink()
    path.mkdir()


def become_link(path: Path) -> None:
    """Put a link in a file's place, to the very same content."""
    path.rename(path.with_name("real"))
    path.symlink_to(path.with_name("real"))


def become_link_to_nothing(path: Path) -> None:
    """Put a link in a file's place that leads to itself."""
    path.unlink()
    path.symlink_to(path)


def become_pipe(path: Path) -> None:
    """Put a pipe in a file's place, into which nobody writes."""
    path.unlink()
    os.mkfifo(path)


def become_device(path: Path) -> None:
    """Put a link to a device in a file's place, which has no end."""
    path.unlink()
    path.symlink_to("/dev/zero")


def deep(body: dict[str, Any]) -> None:
    """Nest a serial number so deep that it can hardly be looked at."""
    found: list[Any] = []
    for _ in range(900):
        found = [found]
    body["data"][0]["serial_no"] = found


SPOILT: dict[str, Spoil] = {
    "empty": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-40]),
    "not JSON": lambda path: path.write_bytes(b"\xff\xfe not json"),
    "other JSON": lambda path: path.write_bytes(b"[1]"),
    "text": lambda path: path.write_bytes(b'"headers body"'),
    "number": lambda path: path.write_bytes(b"9" * 100_000),
    "deep": lambda path: path.write_bytes(b"[" * 100_000),
    "huge": lambda path: path.write_bytes(b" " * 2_000_000 + path.read_bytes()),
    "no headers": lambda path: edit(path, lambda content: content.pop("headers")),
    "headers": lambda path: edit(path, lambda content: content.update(headers=list(content["headers"]))),
    "no body": lambda path: edit(path, lambda content: content.pop("body")),
    "body": lambda path: edit(path, lambda content: content.update(body="密文")),
    "body of number": lambda path: edit(path, lambda content: content.update(body=1)),
    "no signature": lambda path: edit(path, lambda content: content["headers"].pop("Wechatpay-Signature")),
    "signature": header("Wechatpay-Signature", base64.b64encode(b"\0" * 256).decode()),
    "signature of number": header("Wechatpay-Signature", 1),
    "empty signature": header("Wechatpay-Signature", ""),
    "half a character": header("Wechatpay-Nonce", "\ud800"),
    "nonce": header("Wechatpay-Nonce", "other"),
    "timestamp": header("Wechatpay-Timestamp", "1700000000"),
    "odd digit": header("Wechatpay-Timestamp", "²"),
    "long timestamp": header("Wechatpay-Timestamp", "9" * 5000),
    "serial": header("Wechatpay-Serial", "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"),
    "key id": header("Wechatpay-Serial", "PUB_KEY_ID_01"),
    "tampered": lambda path: edit_body(path, lambda body: body["data"][0].update(expire_time="2099-01-01")),
    "other serial": lambda path: edit_body(path, lambda body: body["data"][0].update(serial_no="A" * 40)),
    "deep serial": lambda path: edit_body(path, deep),
    "no nonce": lambda path: edit_body(
        path, lambda body: body["data"][0]["encrypt_certificate"].update(nonce="\ud800" * 4)
    ),
    "no certificates": lambda path: edit_body(path, lambda body: body.update(data=[])),
    "folder": become_folder,
    "link": become_link,
    "link to itself": become_link_to_nothing,
    "pipe": become_pipe,
    "device": become_device,
}


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of certificates that are kept."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == "msgkit" and record.levelno == logging.WARNING
    ]


class TestHostile:
    """Files that somebody else wrote, or broke."""

    @pytest.mark.parametrize("name", SPOILT)
    def test_not_used(self, sandbox: Sandbox, path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
        """It is not used and nothing fails: the log says so once, and certificates are asked for."""
        SPOILT[name](path)
        send(sandbox, path.parent, times=3)
        assert sandbox.counts["certificates"] == 2
        (said, *others) = warnings(caplog)
        assert others == ([f"{path} cannot be written: Is a directory"] if name == "folder" else [])
        assert said.isprintable()
        assert len(said) < 500
        for secret in (sandbox.credentials.apiv3_key, sandbox.certificates[0].pem[100:140]):
            assert secret not in said
        if name != "folder":
            send(sandbox, path.parent)
            assert sandbox.counts["certificates"] == 2
            assert (path.is_symlink(), mode(path)) == (False, 0o600)

    def test_other_apiv3_key(self, sandbox: Sandbox, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        """One that is encrypted with another key is not used; the log asks for the key and does not show it."""
        before = path.read_bytes()
        with keeping(sandbox, path.parent, apiv3_key="x" * 32):
            pass
        (said,) = warnings(caplog)
        assert "apiv3_key" in said
        assert "xxx" not in said
        assert path.read_bytes() == before

    def test_other_merchant(self, sandbox: Sandbox, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        """What another merchant was told is not used under this one's name."""
        with Sandbox() as other:
            other.rotate_certificate()
            send(other, path.parent)
            sandbox_counts = sandbox.counts["certificates"]
        send(sandbox, path.parent)
        assert sandbox.counts["certificates"] == sandbox_counts + 1
        assert all("not used" in said for said in warnings(caplog))
        assert len(warnings(caplog)) == 2

    def test_forged(self, sandbox: Sandbox, path: Path, caplog: pytest.LogCaptureFixture) -> None:
        """One that somebody made with a key of their own, and signed with it, is not used."""
        own = load_pem_private_key(sandbox.credentials.private_key.encode(), None)
        assert isinstance(own, RSAPrivateKey)
        pem = x509.load_pem_x509_certificate(sandbox.certificate.encode()).public_bytes(Encoding.PEM)

        def forge(content: dict[str, Any]) -> None:
            text = AESGCM(b"x" * 32).encrypt(b"0" * 12, pem, b"")
            sealed = {
                "algorithm": "AEAD_AES_256_GCM",
                "nonce": "0" * 12,
                "ciphertext": base64.b64encode(text).decode(),
            }
            entry = {"serial_no": sandbox.credentials.serial_no, "encrypt_certificate": sealed}
            body, head = json.dumps({"data": [entry]}).encode(), content["headers"]
            lines = f"{head['Wechatpay-Timestamp']}\n{head['Wechatpay-Nonce']}\n".encode() + body + b"\n"
            head["Wechatpay-Signature"] = base64.b64encode(own.sign(lines, PKCS1v15(), SHA256())).decode()
            head["Wechatpay-Serial"] = sandbox.credentials.serial_no
            content["body"] = base64.b64encode(body).decode()

        edit(path, forge)
        send(sandbox, path.parent)
        assert sandbox.counts["certificates"] == 2
        assert len(warnings(caplog)) == 1

    def test_expired(self, sandbox: Sandbox, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
        """Certificates whose time has come to an end meanwhile are not used, which is nothing to warn of."""
        (old,) = sandbox.certificates
        sandbox.retire_certificate(old.serial_no)
        ends = timedelta(hours=1, seconds=-305)
        past = sandbox._keyring
        past_serial = past.rotate_certificate(valid_for=ends, since=timedelta(hours=1))
        (expired,) = sandbox.certificates
        body = json.dumps({"data": [past._entry(expired)]}).encode()
        lines = b"1700000000\nn\n" + body + b"\n"
        signed = base64.b64encode(past.named(past_serial).key.sign(lines, PKCS1v15(), SHA256())).decode()
        headers = {"Wechatpay-Timestamp": "1700000000", "Wechatpay-Signature": signed, "Wechatpay-Serial": past_serial}
        CertificateFile(folder, MCHID).save(Answer(200, HEADERS | headers, body))
        sandbox.rotate_certificate()
        send(sandbox, folder)
        assert sandbox.counts["certificates"] == 1
        assert warnings(caplog) == []

    def test_unreadable(
        self, sandbox: Sandbox, path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One that may not be read is as none, but for a warning."""
        path.chmod(0)
        opened = os.open

        def denied(name: Any, *args: Any, **kwargs: Any) -> int:
            if os.fspath(name) == str(path):  # whoever runs the tests may be allowed all
                raise PermissionError(13, "Permission denied")
            return opened(name, *args, **kwargs)

        monkeypatch.setattr(os, "open", denied)
        send(sandbox, path.parent)
        assert sandbox.counts["certificates"] == 2
        assert warnings(caplog) == [f"{path} cannot be read: Permission denied"]


class TestUnwritable:
    """Folders that cannot be written."""

    @pytest.mark.parametrize("kind", ["file", "in a file", "link to nothing", "too long"])
    def test_in_the_way(self, sandbox: Sandbox, tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture) -> None:
        """Calls go on, and the log says why nothing is kept."""
        there = tmp_path / "there"
        if kind == "link to nothing":
            there.symlink_to(tmp_path / "no" / "where")
        else:
            there.touch()
        folder = {"in a file": there / "folder", "too long": tmp_path / ("x" * 300)}.get(kind, there)
        send(sandbox, folder, times=2)
        assert sandbox.counts["certificates"] == 1
        assert f"{folder / NAME} cannot be written: " in warnings(caplog)[-1]
        assert len(warnings(caplog)) <= 2

    def test_denied(
        self, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """So it is with one that may not be written, or has no room."""

        def full(*_: Any, **__: Any) -> Any:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("msgkit.client._certificate_file.tempfile.mkstemp", full)
        send(sandbox, tmp_path, times=2)
        assert sandbox.counts["certificates"] == 1
        assert warnings(caplog) == [f"{tmp_path / NAME} cannot be written: No space left on device"]
        assert list(tmp_path.iterdir()) == []
