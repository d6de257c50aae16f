"""What is asked of the platform, what goes over the wire for it, and what comes back: values only."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import attrs
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from msgkit._printable import printable

T = TypeVar("T")

LARGEST_ANSWER = 8 * 1024 * 1024
"""Most bytes of an answer that are read; no documented answer comes near it."""

_LONGEST_SHOWN = 500


class FlawError(Exception):
    """An answer of success that cannot be trusted, or is not in the documented form; the text says why.

    It does not leave the exchange, which knows of which call and answer to speak.
    """


@attrs.frozen
class Upload:
    """A file that goes out as a form, beside the JSON that describes it.

    Attributes:
        filename: The file's name, as the JSON says it.
        content: Its bytes.
        media_type: Its type, e.g. ``image/png``.
    """

    filename: str
    content: bytes = attrs.field(repr=False)
    media_type: str


@attrs.frozen
class Call:
    """One call of an endpoint.

    Attributes:
        method: ``GET``, ``POST`` …
        path: Path and query string, percent-encoded.
        body: The JSON as bytes, none for a GET. It is what is signed; it is sent as it is, or as the ``meta`` part of
            an upload.
        upload: The file that goes with it.
        idempotent_id: The id that makes it safe to send again, where it has one.
        serial: The key that the call itself speaks of, which the platform is to answer with; None where any will do.
    """

    method: str
    path: str
    body: bytes = attrs.field(default=b"", repr=False)
    upload: Upload | None = None
    idempotent_id: str | None = None
    serial: str | None = None


class Deadline:
    """When a whole call must be over: its attempts, what stands between them, and the waiting.

    Args:
        seconds: How long it may take from now.
    """

    def __init__(self, seconds: float) -> None:
        self.total = seconds
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds that are left; none or fewer where the time is up."""
        return self._end - time.monotonic()


@attrs.frozen
class Request:
    """What is sent, to the letter: whoever carries it adds nothing that is signed, and changes nothing.

    Attributes:
        host: Scheme and host, e.g. ``https://api.mch.weixin.qq.com``.
        method: ``GET``, ``POST`` …
        path: Path and query string, percent-encoded.
        headers: The headers; it is this request's own, and no other's.
        body: The bytes; empty where there are none.
        deadline: When the call that it belongs to must be over.
        largest: Most bytes of an answer that are read.
        is_foreign: The host is none of the platform's, but one that an answer named: it must not be this machine or
            one of its neighbours, and no connection to it is kept.
    """

    host: str
    method: str
    path: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    deadline: Deadline = attrs.field(factory=lambda: Deadline(60.0), repr=False)
    largest: int = LARGEST_ANSWER
    is_foreign: bool = False


@attrs.frozen
class Wait:
    """Time that must pass before the next request.

    Attributes:
        seconds: How much.
    """

    seconds: float


@attrs.frozen
class Answer:
    """What came back.

    Attributes:
        status: The HTTP status.
        headers: The headers, their names in any case.
        body: The bytes.
        host: Who served it, as the request named it.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    host: str = ""

    def header(self, name: str) -> str | None:
        """Return a header, whatever the case of its name."""
        return next((value for each, value in self.headers.items() if each.lower() == name.lower()), None)

    @property
    def request_id(self) -> str | None:
        """The platform's ``Request-ID``, fit for a log."""
        found = self.header("Request-ID")
        return None if found is None else fit_for_a_log(found)


Kind: TypeAlias = Literal["reply", "read", "write"]
"""What an endpoint does: answers a complaint, reads, or changes something else."""


@attrs.frozen
class Operation(Generic[T]):
    """One thing that the platform is asked, and what is made of its answer.

    Attributes:
        name: The endpoint, by the last word of its path: ``response``, ``negotiation-historys`` …
        call: What is asked.
        result: Makes the result of the JSON of a success that WeChat Pay signed, an empty dict where it has no body,
            and of the answer itself. It raises `FlawError` where that is not what the documentation says;
            anything else that it raises is taken for the same, without what it says.
        kind: What it does.
        is_harmless: It changes nothing, however often it is carried out.
        is_picture: Its success is a file, which nobody need have signed.
        doubt: What a refusal says that may mean “this was done before”; empty where none does.
        seal: Makes the call anew, encrypted with a key of the platform's, of which the serial is given too.
        host: The host to begin with, or the foreign one; None for any.
        is_foreign: The host is none of the platform's, and gets no signature.
        largest: Most bytes of an answer that are read.
    """

    name: str
    call: Call
    result: Callable[[dict[str, Any], Answer], T]
    kind: Kind = attrs.field(default=attrs.Factory(lambda self: _kind(self.call), takes_self=True))
    is_harmless: bool = attrs.field(default=attrs.Factory(lambda self: self.call.method == "GET", takes_self=True))
    is_picture: bool = False
    doubt: str = ""
    seal: Callable[[str, RSAPublicKey], Call] | None = None
    host: str | None = None
    is_foreign: bool = False
    largest: int = LARGEST_ANSWER

    @property
    def is_repeatable(self) -> bool:
        """Whether sending it again cannot do it twice."""
        call = self.call
        return self.is_harmless or call.idempotent_id is not None or call.method in {"PUT", "DELETE"}

    def sealed(self, key: tuple[str, RSAPublicKey] | None) -> Operation[T]:
        """Return the operation with its call encrypted, where it holds something for the platform's eyes alone."""
        if self.seal is None or key is None:
            return self
        return attrs.evolve(self, call=self.seal(*key), seal=None)


def _kind(call: Call) -> Kind:
    return "read" if call.method == "GET" else "write"


def is_success(status: int) -> bool:
    """Tell whether an HTTP status says that a call was carried out."""
    return 200 <= status < 300  # noqa: PLR2004


def fit_for_a_log(text: str) -> str:
    """Cut a foreign text to a bearable length and take out what could forge a line or steer a terminal."""
    return printable(text[:_LONGEST_SHOWN])
