"""Signing mistakes: which string was signed is found out by the signature alone, and each mistake says its cure."""

import base64
import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, strategies as st

from msgkit.sandbox.detection import PAIRS_UP_TO, Finding, found_out
from msgkit.sandbox.mistakes import MISTAKES
from msgkit.sandbox.signatures import SignedString

HOST = "127.0.0.1:8080"
TIMESTAMP, NONCE = "1600000000", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
POST = ("POST", "/v3/a%2Fb?c=%E6%82%A8&d=1", TIMESTAMP, NONCE)
BODY = '{"text": "您好/a", "b": 1}'.encode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """A merchant's key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def told(key: rsa.RSAPrivateKey, signed: bytes, right: SignedString, sent: bytes | None = None) -> Finding:
    """What is found out of a string that was signed instead of the right one."""
    signature = base64.b64encode(key.sign(signed, padding.PKCS1v15(), SHA256())).decode()
    return found_out(right, signature, key.public_key(), HOST, right.body if sent is None else sent)


def string(*lines: str | bytes, newline: bytes = b"\n") -> bytes:
    """A string of these lines."""
    return b"".join((line.encode() if isinstance(line, str) else line) + newline for line in lines)


def names(finding: Finding) -> list[str]:
    """The names of what is wrong."""
    return [mistake.name for mistake in finding.mistakes]


class TestMistakes:
    """Each is found."""

    @pytest.mark.parametrize(
        ("line", "wrong", "name"),
        [
            (1, "/v3/a%2Fb", "without-query"),
            (1, "/v3/a/b?c=您&d=1", "decoded-path"),
            (1, "/v3/a/b?c=%E6%82%A8&d=1", "decoded-path"),
            (1, f"http://{HOST}{POST[1]}", "with-host"),
            (1, f"https://{HOST}{POST[1]}", "with-host"),
            (1, HOST + POST[1], "with-host"),
            (0, "post", "lower-case-method"),
            (4, b"", "empty-body"),
            (4, BODY + b"\n", "newline-in-body"),
            (4, BODY + b"\r\n", "newline-in-body"),
            (4, json.dumps(json.loads(BODY)), "serialized-again"),
            (4, json.dumps(json.loads(BODY), separators=(",", ":")), "serialized-again"),
            (4, json.dumps(json.loads(BODY), ensure_ascii=False, separators=(",", ":")), "serialized-again"),
            (4, json.dumps(json.loads(BODY), ensure_ascii=False, sort_keys=True), "serialized-again"),
            (4, '{"text":"\\u60a8\\u597d\\/a","b":1}', "serialized-again"),
        ],
    )
    def test_line(self, key: rsa.RSAPrivateKey, line: int, wrong: str | bytes, name: str) -> None:
        """A line that is another one is found, and shown as it was signed."""
        lines: list[str | bytes] = [*POST, BODY]
        lines[line] = wrong
        finding = told(key, string(*lines), SignedString(*POST, BODY))
        assert names(finding) == [name]
        assert finding.lines is not None
        assert b"\n".join(finding.lines) + b"\n" == string(*lines)

    def test_swapped(self, key: rsa.RSAPrivateKey) -> None:
        """Timestamp and random string in each other's place are found."""
        finding = told(key, string(*POST[:2], NONCE, TIMESTAMP, BODY), SignedString(*POST, BODY))
        assert names(finding) == ["swapped"]

    def test_newlines(self, key: rsa.RSAPrivateKey) -> None:
        """A line break that is missing at the end, and those of another system, are found."""
        right = SignedString(*POST, BODY)
        assert names(told(key, string(*POST, BODY)[:-1], right)) == ["no-last-newline"]
        assert names(told(key, string(*POST, BODY, newline=b"\r\n"), right)) == ["carriage-returns"]

    def test_newline_sent(self, key: rsa.RSAPrivateKey) -> None:
        """A line break that was sent and not signed is found."""
        finding = told(key, string(*POST, BODY), SignedString(*POST, BODY + b"\n"))
        assert names(finding) == ["newline-in-body"]

    @pytest.mark.parametrize("body", [b"{}", b"null", BODY])
    def test_get_with_body(self, key: rsa.RSAPrivateKey, body: bytes) -> None:
        """A body that was signed where none belongs is found, whether or not it was sent."""
        get = ("GET", *POST[1:])
        finding = told(key, string(*get, body), SignedString(*get, b""), BODY)
        assert names(finding) == ["body-not-signed-for"]

    @pytest.mark.parametrize("missing", [1, 2])
    def test_get_too_short(self, key: rsa.RSAPrivateKey, missing: int) -> None:
        """The empty line at the end of a GET's string that was left out is found."""
        get = ("GET", *POST[1:])
        finding = told(key, string(*get, b"")[:-missing], SignedString(*get, b""))
        assert names(finding) == ["no-last-newline"]

    def test_whole_form(self, key: rsa.RSAPrivateKey) -> None:
        """A form that was signed as a whole is found, large as it may be."""
        form = b"--b\r\n" + bytes(3_000_000)
        assert names(told(key, string(*POST, form), SignedString(*POST, BODY), form)) == ["whole-form"]

    def test_two(self, key: rsa.RSAPrivateKey) -> None:
        """Two mistakes at once are found."""
        signed = string("POST", "/v3/a%2Fb", TIMESTAMP, NONCE, json.dumps(json.loads(BODY)))[:-1]
        assert names(told(key, signed + b"\n", SignedString(*POST, BODY))) == ["without-query", "serialized-again"]
        assert names(told(key, signed, SignedString(*POST, BODY))) == []

    def test_two_of_a_large_body(self, key: rsa.RSAPrivateKey) -> None:
        """With a large body one mistake is found, and two are not looked for."""
        body = json.dumps({"text": "a" * PAIRS_UP_TO}).encode()
        right = SignedString(*POST, body)
        assert names(told(key, string(*POST, b""), right)) == ["empty-body"]
        assert names(told(key, string("POST", "/v3/a%2Fb", TIMESTAMP, NONCE, b""), right)) == []


class TestNone:
    """What is no mistake of these."""

    def test_right(self, key: rsa.RSAPrivateKey) -> None:
        """The right string has no mistake."""
        finding = told(key, string(*POST, BODY), SignedString(*POST, BODY))
        assert finding.lines == (b"POST", POST[1].encode(), TIMESTAMP.encode(), NONCE.encode(), BODY)
        assert finding.mistakes == ()

    @pytest.mark.parametrize("signature", ["", "?", "AAAA", "A" * 344, "é", base64.b64encode(b"\xff" * 256).decode()])
    def test_another_key(self, key: rsa.RSAPrivateKey, signature: str) -> None:
        """A signature by another key, or that is none, tells no string, and that it is the key."""
        finding = found_out(SignedString(*POST, BODY), signature, key.public_key(), HOST, BODY)
        assert (finding.lines, names(finding)) == (None, ["another-key"])

    def test_stranger(self, key: rsa.RSAPrivateKey) -> None:
        """The right string signed by somebody else is not the merchant's."""
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        signature = base64.b64encode(other.sign(string(*POST, BODY), padding.PKCS1v15(), SHA256())).decode()
        assert names(found_out(SignedString(*POST, BODY), signature, key.public_key(), HOST, BODY)) == ["another-key"]

    @given(
        st.text(st.characters(max_codepoint=255), max_size=20),
        st.binary(max_size=60),
        st.binary(),
    )
    def test_anything(self, key: rsa.RSAPrivateKey, target: str, body: bytes, sent: bytes) -> None:
        """Whatever came, a string that nobody would sign is not found out, and nothing fails."""
        assert told(key, b"another", SignedString("POST", target, "\xff", "", body), sent) == Finding(None)

    @pytest.mark.parametrize("body", [b"[" * 60_000, b"1" * 6000, b'"\\ud800"', b"\xff", b"NaN"])
    def test_odd_bodies(self, key: rsa.RSAPrivateKey, body: bytes) -> None:
        """A body that cannot be written again is passed over."""
        assert names(told(key, string(*POST, b""), SignedString(*POST, body))) == ["empty-body"]


class TestWords:
    """What is said of each."""

    def test_both_languages(self) -> None:
        """Each mistake has a name and a cure in both languages, the Chinese one in Chinese."""
        for name, mistake in MISTAKES.items():
            assert mistake.name == name
            assert re.fullmatch(r"[ -~]+\.", mistake.text("en"))
            assert re.search(r"[一-鿿].*。$", mistake.text("zh"))
            assert not re.search(r"[一-鿿][A-Za-z0-9(,;:!?]|[A-Za-z0-9][一-鿿]", mistake.text("zh"))
            assert mistake.text() not in repr(mistake)
