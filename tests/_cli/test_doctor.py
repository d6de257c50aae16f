"""Tests of ``msgkit doctor``: each thing that can be wrong is found, told with its cure, and hides no other."""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from msgkit._endpoints import OAEP_SHA1
from msgkit.sandbox import Sandbox
from tests import network
from tests._cli.command import ROOT, Done, invoke, read, settings_for
from tests.network import Received, Server

pytestmark = pytest.mark.slow  # each asks a sandbox as many questions as the command has


@pytest.fixture
def environ(sandbox: Sandbox) -> dict[str, str]:
    """The settings of the merchant whom the sandbox knows."""
    return sandbox.credentials.environ


@pytest.fixture(scope="module")
def stranger() -> RSAPrivateKey:
    """A key of somebody else."""
    return generate_private_key(65537, 2048)


def doctor(environ: dict[str, str], *arguments: str) -> Done:
    """Run the command with these settings."""
    return invoke("doctor", *arguments, **environ)


def found(environ: dict[str, str], *arguments: str) -> dict[str, dict[str, Any]]:
    """Return what each check found, by its name; of several hosts the last."""
    done = doctor(environ, "--json", *arguments)
    assert done.err == ""
    return {check["check"]: check for check in json.loads(done.out)["checks"]}


def statuses(environ: dict[str, str]) -> dict[str, str]:
    """Return how each check ended that did not end well."""
    return {name: check["status"] for name, check in found(environ).items() if check["status"] != "ok"}


def certificate(key: RSAPrivateKey, *, days: float, serial: int = 0, since: float = 400) -> str:
    """Return a merchant's certificate that ends in so many days."""
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, network.MCHID)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now - timedelta(days=since))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def private_pem(key: Any, protection: Any = None) -> str:
    """Return a private key of any kind, as a file has it."""
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection or NoEncryption())
    return pem.decode()


def public_pem(key: Any) -> str:
    """Return the public half of a key of any kind, as a file has it."""
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def key_of(sandbox: Sandbox) -> RSAPrivateKey:
    """Return the key of the merchant whom the sandbox knows."""
    key = load_pem_private_key(sandbox.credentials.private_key.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    return key


def certified(sandbox: Sandbox, *, days: float, **changes: Any) -> dict[str, str]:
    """Return settings with a certificate that ends in so many days."""
    serial = int(sandbox.credentials.serial_no, 16)
    pem = certificate(key_of(sandbox), **{"days": days, "serial": serial, **changes})
    return {**sandbox.credentials.environ, "WECHATPAY_CERTIFICATE": pem}


def by_certificates(environ: dict[str, str], **more: str) -> dict[str, str]:
    """Return settings of a merchant who has platform certificates and no public key."""
    kept = {name: value for name, value in environ.items() if "PUBLIC_KEY" not in name}
    return {**kept, "WECHATPAY_PLATFORM_CERTIFICATES": "1", **more}


def echoing(received: Received, *, off: int = 0, key: RSAPrivateKey | None = None, sealed: bool = True) -> bytes:
    """Answer an echo as the platform does, whose clock is off, or which encrypts for another key."""
    body = {"echo_message": received.json["echo_message"]}
    if "encrypted_echo_message" in received.json and sealed:
        text = network.platform_key().decrypt(base64.b64decode(received.json["encrypted_echo_message"]), OAEP_SHA1)
        cipher = (key or network.merchant_key()).public_key().encrypt(text, OAEP_SHA1)
        body["encrypted_echo_message"] = base64.b64encode(cipher).decode()
    content = json.dumps(body).encode()
    stamp = str(int(time.time()) + off)
    return network.answer(200, content, **network.signature(content, network.platform_key(), timestamp=stamp))


class TestAllIsWell:
    """A merchant for whom all is right."""

    def test_english(self, environ: dict[str, str]) -> None:
        """Each check is a line with its mark, a summary follows, and it ends with 0."""
        done = doctor(environ)
        assert (done.code, done.err) == (0, "")
        assert [line[:20].rstrip() for line in done.lines] == [
            "✓ settings",
            "✓ merchant key",
            "– merchant certifica",
            "✓ platform public ke",
            "✓ connection",
            "✓ clock",
            "✓ our signature",
            "✓ the answer's signa",
            "✓ encryption",
            "– platform certifica",
            "",
            "All is well.",
        ]

    def test_chinese(self, environ: dict[str, str]) -> None:
        """In Chinese it says the same, and what stands beside the titles stands in one column."""
        done = doctor(environ, "--lang", "zh")
        assert (done.code, done.lines[0]) == (0, "✓ 配置          商户号 1900012181，用微信支付公钥验签")
        assert done.lines[3].startswith("✓ 微信支付公钥  PUB_KEY_ID_")
        assert done.lines[-1] == "一切正常。"

    def test_the_environment_chooses(self, environ: dict[str, str]) -> None:
        """Without --lang it speaks as MSGKIT_LANG says."""
        assert "一切正常。" in doctor({**environ, "MSGKIT_LANG": "zh"}).out

    def test_json(self, environ: dict[str, str]) -> None:
        """As JSON it is one document, with each check under its name."""
        done = doctor(environ, "--json")
        document = json.loads(done.out)
        assert (done.code, document["ok"]) == (0, True)
        assert [set(check) for check in document["checks"]] == [{"check", "status", "message", "cure", "host"}] * 10

    def test_has_no_effect(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """It asks for echoes and certificates, and nothing else."""
        doctor(environ)
        assert set(sandbox.counts) == {"echo", "certificates"}

    def test_by_certificates(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """So it is for a merchant who has platform certificates and no public key, and their dates are told."""
        serial = sandbox.rotate_certificate()
        checks = found(by_certificates(environ))
        assert {name for name, check in checks.items() if check["status"] != "ok"} == {"certificate", "public_key"}
        until = (datetime.now(UTC) + timedelta(days=5 * 365)).date().isoformat()
        assert checks["platform_certificates"]["message"] == f"{serial} until {until} (1824 days)"
        assert serial in checks["answer"]["message"]

    def test_both(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """And for one who migrates and has both."""
        sandbox.rotate_certificate()
        done = doctor({**environ, "WECHATPAY_PLATFORM_CERTIFICATES": "1"})
        assert (done.code, done.lines[-1]) == (0, "All is well.")
        assert "WeChat Pay's public key and platform certificates" in done.lines[0]

    def test_leaves_nothing_behind(self, sandbox: Sandbox, environ: dict[str, str], tmp_path: Path) -> None:
        """A folder for platform certificates is not written to."""
        sandbox.rotate_certificate()
        folder = tmp_path / "certificates"
        assert doctor(by_certificates(environ, WECHATPAY_PLATFORM_CERTIFICATES=str(folder))).code == 0
        assert not folder.exists()


class TestSettings:
    """Variables that are missing or cannot be."""

    def test_missing(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """What is missing is named and ends it with 2; whether the host is there is told all the same."""
        del environ["WECHATPAY_MCHID"], environ["WECHATPAY_PUBLIC_KEY"]
        done = doctor(environ)
        assert done.code == 2
        assert done.lines[0].endswith("not set: WECHATPAY_MCHID, WECHATPAY_PUBLIC_KEY")
        assert f"{sandbox.base_url} answers" in done.out
        assert "not checked: that needs usable keys" in done.out

    def test_none_at_all(self) -> None:
        """Where nothing but the host is set, all is named."""
        with Server(network.answer(404)) as server:
            done = doctor({"WECHATPAY_BASE_URL": server.base_url}, "--lang", "zh")
        assert done.code == 2
        names = "MCHID", "SERIAL_NO", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY"
        assert done.lines[0].endswith(f"缺少 {'、'.join(f'WECHATPAY_{name}' for name in names)}")
        assert [header for each in server.received for header, _ in each.headers if header == "Authorization"] == []

    def test_a_slip(self, environ: dict[str, str]) -> None:
        """A variable that nobody reads, and is like one that is missing, is named."""
        environ["WECHATPAY_SERIALNO"] = environ.pop("WECHATPAY_SERIAL_NO")
        cure = found(environ)["settings"]["cure"]
        assert cure.endswith("nothing reads WECHATPAY_SERIALNO, did you mean WECHATPAY_SERIAL_NO?")

    @pytest.mark.parametrize(
        ("name", "value", "english", "chinese"),
        [
            ("MCHID", "shop", "mchid must be the merchant's number", "WECHATPAY_MCHID 要填商户号"),
            ("SERIAL_NO", "PUB_KEY_ID_01", "serial_no is a public key id", "填成了微信支付公钥 ID"),
            ("SERIAL_NO", "xyz", "serial_no must be the serial number", "证书的序列号（十六进制）"),
            ("APIV3_KEY", "short", "apiv3_key must have 32 bytes", "要有 32 个字符"),
            ("BASE_URL", "http://pay.example", "base_url must start with https://", "要以 https:// 开头"),
            ("BACKUP_URL", "https://pay.example/v3", "backup_url must be a scheme", "只能写协议和域名"),
        ],
    )
    def test_wrong(self, environ: dict[str, str], name: str, value: str, english: str, chinese: str) -> None:
        """A value that cannot be is told, in both languages, and ends it with 1."""
        environ[f"WECHATPAY_{name}"] = value
        assert doctor(environ).code == 1
        check = "certificate" if name == "SERIAL_NO" else "settings"
        said = found(environ)[check]
        assert (said["status"], english in said["message"]) == ("error", True)
        assert chinese in found(environ, "--lang", "zh")[check]["message"]


class TestMerchantKey:
    """The merchant's key and certificate."""

    @pytest.mark.parametrize(
        ("value", "english", "chinese"),
        [
            ("/no/such/key.pem", "/no/such/key.pem (No such file or directory)", "读不到文件 /no/such/key.pem"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no private key in PEM", "不是 PEM 格式"),
            (network.public_pem(network.merchant_key()), "no private key but a public one", "这是公钥或证书，不是私钥"),
        ],
        ids=["path", "garbage", "public"],
    )
    def test_no_key(self, environ: dict[str, str], value: str, english: str, chinese: str) -> None:
        """What is no key is told with the cure; the host and the public key are looked at all the same."""
        environ["WECHATPAY_PRIVATE_KEY"] = value
        checks = found(environ)
        assert doctor(environ).code == 1
        assert (checks["private_key"]["status"], english in checks["private_key"]["message"]) == ("error", True)
        assert "apiclient_key.pem" in checks["private_key"]["cure"]
        assert (checks["host"]["status"], checks["public_key"]["status"]) == ("ok", "ok")
        assert chinese in found(environ, "--lang", "zh")["private_key"]["message"]

    def test_not_that_of_the_serial_number(self, environ: dict[str, str], stranger: RSAPrivateKey) -> None:
        """A key of somebody else is found by the platform, whose refusal is told with the library's hint."""
        environ["WECHATPAY_PRIVATE_KEY"] = network.private_pem(stranger)
        checks = found(environ)
        assert doctor(environ).code == 1
        assert checks["signature"]["message"].startswith("401 SIGN_ERROR")
        assert "the private key is not that of serial_no" in checks["signature"]["message"]
        assert {checks[name]["status"] for name in ("answer", "encryption")} == {"note"}
        chinese = found(environ, "--lang", "zh")["signature"]
        assert "多半是私钥与 serial_no 不配套" in chinese["message"]
        assert "逐项核对" in chinese["cure"]

    def test_a_rebuilt_string_that_differs(self) -> None:
        """Where the platform rebuilt another string than we signed, the first line that differs is told."""
        detail = {"sign_information": {"truncated_sign_message": "POST\n/v3/other\n"}}
        with Server(network.refusal(401, "SIGN_ERROR", "签名错误", detail)) as server:
            english, chinese = (
                found(settings_for(server), "--lang", lang)["signature"]["message"] for lang in ("en", "zh")
            )
        assert "differ first in line 2 (path): we signed '/v3/security/echo'" in english
        assert "签名串从第 2 行（path）开始不同：本机签的是 '/v3/security/echo'，平台还原的是 '/v3/other'" in chinese

    def test_a_certificate(self, sandbox: Sandbox) -> None:
        """Of a certificate the number, the end and the days that are left are told."""
        environ = certified(sandbox, days=100.5)
        del environ["WECHATPAY_SERIAL_NO"]
        said = found(environ)["certificate"]
        assert said["status"] == "ok"
        assert said["message"].startswith(f"{sandbox.credentials.serial_no}, fits the key, valid until ")
        assert said["message"].endswith("(100 days)")
        assert found(environ, "--lang", "zh")["certificate"]["message"].endswith("到期，还有 100 天")

    @pytest.mark.parametrize(("days", "status"), [(30.5, "ok"), (29.5, "warning"), (0.5, "warning")])
    def test_that_ends_soon(self, sandbox: Sandbox, days: float, status: str) -> None:
        """One that ends within 30 days is a warning, after which it still ends with 0."""
        environ = certified(sandbox, days=days)
        assert (found(environ)["certificate"]["status"], doctor(environ).code) == (status, 0)
        assert (doctor(environ).lines[-1] == "It works; warnings: 1.") is (status == "warning")

    def test_that_expired(self, sandbox: Sandbox) -> None:
        """One whose time is over is told with its day, and what to do."""
        environ = certified(sandbox, days=-2)
        day = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
        assert doctor(environ).code == 1
        assert f"expired on {day}" in found(environ)["certificate"]["message"]
        chinese = found(environ, "--lang", "zh")
        assert chinese["certificate"]["message"] == f"证书已于 {day} 过期"
        assert chinese["private_key"]["status"] == "ok"

    def test_of_another_key(self, environ: dict[str, str], stranger: RSAPrivateKey) -> None:
        """One of another key is told."""
        environ["WECHATPAY_CERTIFICATE"] = certificate(stranger, days=100)
        del environ["WECHATPAY_SERIAL_NO"]
        said = found(environ)["certificate"]
        assert (said["status"], "is not that of private_key" in said["message"]) == ("error", True)

    def test_of_another_number(self, sandbox: Sandbox) -> None:
        """One of another serial number is told."""
        said = found(certified(sandbox, days=100, serial=7), "--lang", "zh")["certificate"]
        assert said["message"].startswith("WECHATPAY_SERIAL_NO 不是这张证书的序列号")


class TestPublicKey:
    """WeChat Pay's public key."""

    def test_another(self, environ: dict[str, str], stranger: RSAPrivateKey) -> None:
        """Another key is found by the answer, which it does not verify; the signature of ours was taken."""
        environ["WECHATPAY_PUBLIC_KEY"] = network.public_pem(stranger)
        checks = found(environ)
        assert doctor(environ).code == 1
        assert statuses(environ)["answer"] == "error"
        assert (checks["signature"]["status"], checks["encryption"]["status"]) == ("ok", "note")
        assert "its signature is wrong" in checks["answer"]["message"]
        assert "签名不对" in found(environ, "--lang", "zh")["answer"]["message"]

    def test_another_id(self, environ: dict[str, str]) -> None:
        """An id that the platform does not know is refused by it, and the cure names the variable."""
        environ["WECHATPAY_PUBLIC_KEY_ID"] = network.PUBLIC_KEY_ID
        said = found(environ)["signature"]
        assert said["status"] == "error"
        assert "WECHATPAY_PUBLIC_KEY_ID" in said["cure"]

    def test_our_own(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """The merchant's own public key in its place is told."""
        environ["WECHATPAY_PUBLIC_KEY"] = network.public_pem(key_of(sandbox))
        assert found(environ, "--lang", "zh")["public_key"]["message"] == (
            "这是商户自己的公钥；应为微信支付公钥 pub_key.pem"
        )

    @pytest.mark.parametrize("fault", ["UNSIGNED", "WRONG_SIGNATURE", "UNKNOWN_SERIAL", "NOT_JSON"])
    def test_what_cannot_be_trusted(self, sandbox: Sandbox, environ: dict[str, str], fault: str) -> None:
        """An answer that cannot be trusted is an error, whatever it is that speaks against it."""
        sandbox.fail_next(fault, times=1, endpoint="echo")
        assert statuses(environ)["answer"] == "error"

    def test_signed_with_a_certificate(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """Where the platform signs with a certificate and the client takes none, the cure is to take them."""
        sandbox.sign_with(sandbox.rotate_certificate())
        said = found(environ, "--lang", "zh")["answer"]
        assert (said["status"], "本机只有 PUB_KEY_ID_" in said["message"]) == ("error", True)
        assert "WECHATPAY_PLATFORM_CERTIFICATES=1" in said["cure"]
        assert doctor({**environ, "WECHATPAY_PLATFORM_CERTIFICATES": "1"}).code == 0

    def test_a_probe(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """A signature that is wrong on purpose is none: the echo is asked for again."""
        sandbox.fail_next("PROBE", endpoint="echo")
        assert doctor(environ).code == 0

    def test_nothing_but_probes(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """Where only such come, that is told."""
        sandbox.fail_next("PROBE", times=3, endpoint="echo")
        assert "run this again" in found(environ)["answer"]["cure"]


class TestConnection:
    """Hosts that are not reached."""

    @pytest.fixture
    def tls(self, tmp_path: Path) -> ssl.SSLContext:
        """A certificate that nobody trusts."""
        return network.serving_tls(network.write_certificate(tmp_path))

    def test_refused(self, environ: dict[str, str]) -> None:
        """A host where nobody listens refuses; what needs an answer is not checked."""
        with Server(b"") as server:
            pass
        environ["WECHATPAY_BASE_URL"] = server.base_url
        done = doctor(environ)
        assert done.code == 1
        assert f"{server.base_url}: the connection was refused" in done.out
        assert done.out.count("not checked: no answer") == 4
        assert "拒绝连接" in doctor(environ, "--lang", "zh").out

    def test_no_such_name(self, environ: dict[str, str]) -> None:
        """A name that is not found is told as that."""
        environ["WECHATPAY_BASE_URL"] = "https://pay.invalid"
        assert "the name was not found" in found(environ)["host"]["message"]
        assert "域名解析失败" in found(environ, "--lang", "zh")["host"]["message"]

    def test_tls(self, tls: ssl.SSLContext, environ: dict[str, str]) -> None:
        """A certificate that is not trusted is told as that."""
        with Server(b"", tls=tls) as server:
            environ["WECHATPAY_BASE_URL"] = server.base_url
            said = found(environ)["host"]
        assert "could not be secured" in said["message"]
        assert "REQUESTS_CA_BUNDLE" in said["cure"]

    def test_a_proxy(self, environ: dict[str, str]) -> None:
        """A proxy that does not lead there is told as that."""
        with Server(b"") as server:
            pass
        environ["WECHATPAY_BASE_URL"] = "https://pay.example"
        environ["HTTPS_PROXY"] = server.base_url
        assert "the proxy does not lead there" in found(environ)["host"]["message"]

    def test_the_backup_host(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """Each host is asked by itself: one that is down is an error, and the other tells the rest."""
        with Server(b"") as server:
            pass
        for down, up in (("BACKUP_URL", "BASE_URL"), ("BASE_URL", "BACKUP_URL")):
            environ |= {f"WECHATPAY_{down}": server.base_url, f"WECHATPAY_{up}": sandbox.base_url}
            done = doctor(environ)
            assert done.code == 1
            assert [line[0] for line in done.lines if "connection" in line.split("  ")[0]] in (["✓", "✗"], ["✗", "✓"])
            assert "verified" in done.out
            assert "both ways" in done.out

    def test_both_hosts(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """Where both are there, both are told."""
        with sandbox.another_host() as other:
            done = doctor({**environ, "WECHATPAY_BACKUP_URL": other})
        assert (done.code, done.out.count("connection ")) == (0, 2)

    def test_no_answer(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """A connection that breaks is told."""
        sandbox.fail_next("NO_ANSWER", endpoint="echo")
        said = found(environ)["host"]
        assert (said["status"], "no answer" in said["message"]) == ("error", True)

    @pytest.mark.parametrize("fault", ["BAD_GATEWAY", "SYSTEM_ERROR"])
    def test_an_error_of_its_own(self, sandbox: Sandbox, environ: dict[str, str], fault: str) -> None:
        """A host that answers with a failure of its own is told as that."""
        sandbox.fail_next(fault, endpoint="echo")
        said = found(environ)["host"]
        assert (said["status"], "but with an error: 50" in said["message"]) == ("error", True)


class TestClock:
    """The clock, held against the platform's."""

    @pytest.mark.parametrize(
        ("off", "status", "code"),
        [
            (0, "ok", 0),
            (-55, "ok", 0),
            (-100, "warning", 0),
            (100, "warning", 0),
            (-600, "error", 1),
            (600, "error", 1),
        ],
    )
    def test_off(self, off: int, status: str, code: int) -> None:
        """More than 60 s off is a warning, more than 300 an error."""
        with Server(lambda received: echoing(received, off=off)) as server:
            environ = settings_for(server)
            said, done = found(environ)["clock"], doctor(environ)
            chinese = found(environ, "--lang", "zh")["clock"]
        assert (said["status"], done.code) == (status, code)
        if status != "ok":
            assert ("ahead" if off < 0 else "behind") in said["message"]
            assert ("比平台快" if off < 0 else "比平台慢") in chinese["message"]
            assert "NTP" in said["cure"]

    def test_by_the_date(self) -> None:
        """Where an answer is not signed, its Date tells the time, also where the keys cannot be used."""
        with Server(network.answer(404, Date="Wed, 01 Jan 2020 00:00:00 GMT")) as server:
            assert statuses(settings_for(server))["clock"] == "error"
            assert statuses(settings_for(server, WECHATPAY_PRIVATE_KEY="/no/key.pem"))["clock"] == "error"

    @pytest.mark.parametrize("date", [None, "yesterday"])
    def test_no_time(self, date: str | None) -> None:
        """Where nothing tells it, that is said."""
        with Server(network.answer(404, Date=date)) as server:
            assert statuses(settings_for(server))["clock"] == "note"


class TestEncryption:
    """Encryption both ways."""

    def test_for_another_key(self, stranger: RSAPrivateKey) -> None:
        """What the platform encrypts for another key than ours is told."""
        with Server(lambda received: echoing(received, key=stranger)) as server:
            environ = settings_for(server)
            said = found(environ)["encryption"]
            assert "用这个商户私钥解不开" in found(environ, "--lang", "zh")["encryption"]["message"]
        assert (said["status"], "is not for this key" in said["message"]) == ("error", True)

    def test_nothing_encrypted(self) -> None:
        """So is an answer that holds nothing encrypted."""
        with Server(lambda received: echoing(received, sealed=False)) as server:
            assert "has no encrypted_echo_message" in found(settings_for(server))["encryption"]["message"]

    def test_refused(self) -> None:
        """So is that the platform cannot read what we encrypted."""

        def answer(received: Received) -> bytes:
            if "encrypted_echo_message" in received.json:
                return network.refusal(400, "PARAM_ERROR")
            return echoing(received)

        with Server(answer) as server:
            assert "could not read what we encrypted: 400" in found(settings_for(server))["encryption"]["message"]


class TestPlatformCertificates:
    """The platform certificates, and the APIv3 key that they are encrypted with."""

    @pytest.mark.parametrize("mode", ["only", "both", "key"])
    def test_a_wrong_key(self, sandbox: Sandbox, environ: dict[str, str], mode: str) -> None:
        """An APIv3 key that does not decrypt them is told, however the merchant verifies."""
        sandbox.rotate_certificate()
        environ["WECHATPAY_APIV3_KEY"] = "0" * 32
        if mode == "both":
            environ["WECHATPAY_PLATFORM_CERTIFICATES"] = "1"
        environ = by_certificates(environ) if mode == "only" else environ
        said = found(environ)["platform_certificates"]
        assert doctor(environ).code == 1
        assert (said["status"], "cannot be decrypted" in said["message"]) == ("error", True)
        chinese = found(environ, "--lang", "zh")
        assert "APIv3 密钥不是该商户的" in chinese["platform_certificates"]["message"]
        assert chinese["signature"]["status"] == "ok"
        assert chinese["answer"]["status"] == ("note" if mode == "only" else "ok")

    def test_none(self, environ: dict[str, str]) -> None:
        """That a merchant has none is no fault beside a public key."""
        said = found(environ, "--lang", "zh")["platform_certificates"]
        assert (said["status"], said["message"]) == ("note", "该商户没有平台证书（403），平台用微信支付公钥签名")

    def test_none_and_no_other_way(self, environ: dict[str, str]) -> None:
        """It is one where there is no public key, and the cure says to take that."""
        said = found(by_certificates(environ))["platform_certificates"]
        assert (said["status"], "set WECHATPAY_PUBLIC_KEY_ID" in said["cure"]) == ("error", True)
        assert statuses(by_certificates(environ))["signature"] == "note"

    def test_without_a_key(self, environ: dict[str, str]) -> None:
        """Without an APIv3 key nothing is asked."""
        del environ["WECHATPAY_APIV3_KEY"]
        assert "is not set" in found(environ)["platform_certificates"]["message"]
        assert doctor(environ).code == 0

    def test_not_to_be_had(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """Where they are not to be had just now, that is told as something else than a wrong key."""
        sandbox.rotate_certificate()
        sandbox.fail_next("SYSTEM_ERROR", times=2, endpoint="certificates")
        said = found(environ)["platform_certificates"]
        assert (said["status"], said["cure"]) == ("error", "try again later")

    def test_that_end_soon(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """The last one's end within 30 days is a warning."""
        sandbox.rotate_certificate(valid_for=timedelta(days=20))
        assert found(environ)["platform_certificates"]["status"] == "warning"


class TestOutput:
    """What is printed, and what is not."""

    def scenarios(self, sandbox: Sandbox) -> Iterator[dict[str, str]]:
        """Yield settings, some of them wrong in one way."""
        environ = sandbox.credentials.environ
        yield environ
        for name in ("PRIVATE_KEY", "PUBLIC_KEY", "APIV3_KEY", "SERIAL_NO", "CERTIFICATE", "MCHID"):
            yield {**environ, f"WECHATPAY_{name}": environ["WECHATPAY_PRIVATE_KEY"].replace("-", "")}
            yield {**environ, f"WECHATPAY_{name}": "gibberish-4711-secret"}

    def test_no_secrets(self, sandbox: Sandbox) -> None:
        """No key, no part of one and no value that may be one is printed, whatever is wrong."""
        key = sandbox.credentials.private_key.splitlines()[3]
        for environ in self.scenarios(sandbox):
            for arguments in ((), ("--json",)):
                done = doctor(environ, *arguments)
                said = done.out + done.err
                assert done.code in {0, 1}
                assert [
                    text for text in (key, sandbox.credentials.apiv3_key, "4711", "signature=") if text in said
                ] == []

    def test_all_chinese(self, sandbox: Sandbox, stranger: RSAPrivateKey) -> None:
        """In Chinese no English sentence is left, whatever is wrong."""
        environ, own = sandbox.credentials.environ, key_of(sandbox)
        private = sandbox.credentials.private_key
        of_no_use = {
            "elliptic": ec.generate_private_key(ec.SECP256R1()),
            "small": generate_private_key(65537, 1024),  # noqa: S505 - it is to be refused
        }
        flawed = [
            {"PRIVATE_KEY": private_pem(stranger, BestAvailableEncryption(b"secret"))},
            *({"PRIVATE_KEY": private_pem(key)} for key in of_no_use.values()),
            *({"PUBLIC_KEY": public_pem(key)} for key in of_no_use.values()),
            {"PUBLIC_KEY": private},
            {"PUBLIC_KEY": certificate(own, days=9)},
            {"PUBLIC_KEY": ""},
            {"PUBLIC_KEY_ID": ""},
            {"CERTIFICATE": private},
            {"CERTIFICATE": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"},
            {"CERTIFICATE": certificate(own, days=90, since=-9), "SERIAL_NO": ""},
            {"CERTIFICATE": certificate(stranger, days=90), "SERIAL_NO": ""},
            {"CERTIFICATE": __file__, "SERIAL_NO": ""},
        ]
        changed = [{**environ, **{f"WECHATPAY_{name}": value for name, value in change.items()}} for change in flawed]
        for environ in [*self.scenarios(sandbox), *changed]:
            said = doctor(environ, "--lang", "zh").out
            # Why the system takes a key's own text for no file depends on where the slashes are in it.
            said = re.sub("No such file or directory|File name too long", "", said)
            assert re.findall(r"[A-Za-z_]+ [a-z]+ [a-z]+.*", said) == []

    def test_control_characters(self) -> None:
        """What the platform says steers no terminal."""
        with Server(network.refusal(401, "SIGN_ERROR", "\x1b[2J\x9b31m签名错误\r\n✓ all")) as server:
            done = doctor(settings_for(server))
        assert [char for char in done.out.replace("\n", "") if not char.isprintable()] == []
        assert "✓ all" not in done.lines

    @pytest.mark.parametrize(("encoding", "mark"), [("utf-8", "✓"), ("gbk", "√"), ("latin-1", "+")])
    def test_any_encoding(self, environ: dict[str, str], encoding: str, mark: str) -> None:
        """A terminal of another encoding gets marks that it has, and in GBK nothing is escaped."""
        lang = "en" if encoding == "latin-1" else "zh"
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "msgkit", "doctor", "--lang", lang],
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, **environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
        )
        assert (done.returncode, done.stderr) == (0, b"")
        shown = done.stdout.decode(encoding)
        assert shown.startswith(mark)
        assert "\\u" not in shown

    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_a_terminal(self, environ: dict[str, str], lang: str, stranger: RSAPrivateKey) -> None:
        """On a terminal lines are wrapped at words and under each other, and marks are in colour."""
        ours, theirs = pty.openpty()
        environ["WECHATPAY_PRIVATE_KEY"] = network.private_pem(stranger)
        kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "MSGKIT_LANG"}}
        command = [sys.executable, "-W", "error", "-m", "msgkit", "doctor", "--lang", lang]
        env = {**kept, **environ, "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
        with subprocess.Popen(command, stdout=theirs, env=env) as process:
            os.close(theirs)
            shown = b""
            while chunk := read(ours):
                shown += chunk
        os.close(ours)
        assert process.returncode == 1
        text = shown.decode().replace("\r\n", "\n")
        assert "\x1b[31m✗\x1b[0m " in text
        lines = re.sub("\x1b\\[[0-9]*m", "", text).splitlines()
        assert [line for line in lines if sum(1 if char.isascii() else 2 for char in line) > 82] == []
        assert len([line for line in lines if line.startswith("            ")]) >= 4

    def test_env_file(self, sandbox: Sandbox, environ: dict[str, str], tmp_path: Path) -> None:
        """The file of a sandbox stands in for the environment, of which nothing counts then."""
        sandbox.credentials.write(tmp_path)
        elsewhere = {"WECHATPAY_MCHID": "1", "WECHATPAY_BACKUP_URL": "https://pay.invalid"}
        done = invoke("doctor", "--env-file", tmp_path / "env.sh", **elsewhere)
        assert (done.code, environ["WECHATPAY_MCHID"] in done.lines[0]) == (0, True)

    def test_help(self) -> None:
        """Help has an example, and says what the exit codes mean."""
        out = invoke("doctor", "--help").out
        assert "msgkit doctor --env-file" in out
        assert "2  settings are missing" in out
