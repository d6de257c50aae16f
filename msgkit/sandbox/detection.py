"""Which string a caller signed whose signature is not the one of the string that the platform rebuilt."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_to_bytes

from attrs import evolve, field, frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from msgkit.sandbox.mistakes import MISTAKES, Mistake
from msgkit.sandbox.signatures import SignedString

#: The largest body, in bytes, with which two mistakes at once are looked for: each pair is hashed.
PAIRS_UP_TO = 16 * 1024

#: The largest body, in bytes, that is written in other ways.
WRITTEN_UP_TO = 64 * 1024

#: What clients send where they have nothing to send.
_NOTHING = (b"{}", b"null")


@frozen
class Spelling:
    """A string that may have been signed.

    Attributes:
        method: Its first line, and so on.
        newline: What ends each line.
        missing: How many line breaks are missing at the end.
    """

    method: bytes
    target: bytes
    timestamp: bytes
    nonce: bytes
    body: bytes
    newline: bytes = b"\n"
    missing: int = 0

    @classmethod
    def of(cls, string: SignedString) -> Spelling:
        """The right one."""
        head = (string.method, string.target, string.timestamp, string.nonce)
        method, target, timestamp, nonce = (line.encode("latin-1") for line in head)
        return cls(method, target, timestamp, nonce, string.body)

    @property
    def lines(self) -> tuple[bytes, ...]:
        """Its five lines, without what ends them."""
        return self.method, self.target, self.timestamp, self.nonce, self.body

    @property
    def digest(self) -> bytes:
        """The SHA-256 digest of it."""
        string = b"".join(line + self.newline for line in self.lines)
        return hashlib.sha256(string[: len(string) - self.missing * len(self.newline)]).digest()


@frozen
class Finding:
    """What was found out of a signature that was refused.

    Attributes:
        lines: The five lines that were signed; None where that was not found out.
        mistakes: What is wrong with them, one or two; none where they are right, and where they are not known and the
            key is right.
    """

    lines: tuple[bytes, ...] | None = field(repr=False)
    mistakes: tuple[Mistake, ...] = ()


def found_out(string: SignedString, signature: str, key: rsa.RSAPublicKey, host: str, sent: bytes) -> Finding:
    """Find out which string a signature is for, trying the usual mistakes and each two of them.

    The signature gives away the digest of what was signed, so that each try is only a hash.

    Args:
        string: The string as the platform rebuilt it.
        signature: The signature, in base64.
        key: The merchant's public key.
        host: The request's ``Host``.
        sent: The whole body of the request.
    """
    try:
        digest = key.recover_data_from_signature(
            base64.b64decode(signature, validate=True), padding.PKCS1v15(), SHA256()
        )
    except (InvalidSignature, ValueError):
        return Finding(None, (MISTAKES["another-key"],))
    right = Spelling.of(string)
    for names, spelling in _spellings(right, host, sent):
        if spelling.digest == digest:
            return Finding(spelling.lines, tuple(MISTAKES[name] for name in names))
    return Finding(None)


_Change = tuple[str, dict[str, Any]]


def _spellings(right: Spelling, host: str, sent: bytes) -> Iterator[tuple[tuple[str, ...], Spelling]]:
    yield (), right
    changes = [*_of_head(right, host), *_of_body(right, sent), *_of_lines(right)]
    for name, change in changes:
        yield (name,), evolve(right, **change)
    if len(sent) <= PAIRS_UP_TO:
        for (name, change), (other_name, other) in itertools.combinations(changes, 2):
            if change.keys().isdisjoint(other):
                yield (name, other_name), evolve(right, **change, **other)


def _of_head(right: Spelling, host: str) -> Iterator[_Change]:
    path, _, query = right.target.partition(b"?")
    if query:
        yield "without-query", {"target": path}
    decoded = unquote_to_bytes(right.target)
    for target in dict.fromkeys((decoded, unquote_to_bytes(path) + right.target[len(path) :])):
        if target != right.target:
            yield "decoded-path", {"target": target}
    for scheme in (b"https://", b"http://", b""):
        yield "with-host", {"target": scheme + host.encode("latin-1", "replace") + right.target}
    yield "lower-case-method", {"method": right.method.lower()}
    yield "swapped", {"timestamp": right.nonce, "nonce": right.timestamp}


def _of_body(right: Spelling, sent: bytes) -> Iterator[_Change]:
    body = right.body
    if not body:
        for nothing in filter(None, (sent, *_NOTHING)):
            yield "body-not-signed-for", {"body": nothing}
        return
    yield "empty-body", {"body": b""}
    if sent != body:
        yield "whole-form", {"body": sent}
    for ending in (b"\n", b"\r\n"):
        yield "newline-in-body", {"body": body.removesuffix(ending) if body.endswith(ending) else body + ending}
    if len(body) <= WRITTEN_UP_TO:
        for text in _written_again(body):
            yield "serialized-again", {"body": text}


def _written_again(body: bytes) -> Iterator[bytes]:
    """The JSON of a body as the usual libraries write it, which differ in blanks, escapes and the order of keys."""
    try:
        document = json.loads(body)
        for ascii_only, separators, ordered in itertools.product(
            (False, True), ((",", ":"), (", ", ": ")), (False, True)
        ):
            text = json.dumps(document, ensure_ascii=ascii_only, separators=separators, sort_keys=ordered)
            # PHP escapes slashes unless it is told not to.
            for written in dict.fromkeys((text, text.replace("/", "\\/"))):
                if (again := written.encode()) != body:
                    yield again
    except (ValueError, TypeError, RecursionError):
        return


def _of_lines(right: Spelling) -> Iterator[_Change]:
    # An empty body's line break may be missing with the one before it.
    for missing in (1,) if right.body else (1, 2):
        yield "no-last-newline", {"missing": missing}
    yield "carriage-returns", {"newline": b"\r\n"}
