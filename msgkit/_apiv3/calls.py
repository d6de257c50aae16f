"""What is asked of the platform, what goes over the wire for it, and what comes back: values only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from msgkit._printable import printable

T = TypeVar("T")

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
    """

    method: str
    path: str
    body: bytes = attrs.field(default=b"", repr=False)
    upload: Upload | None = None
    idempotent_id: str | None = None


@attrs.frozen
class Request:
    """What is sent, to the letter: whoever carries it adds nothing that is signed, and changes nothing.

    Attributes:
        method: ``GET``, ``POST`` …
        path: Path and query string, percent-encoded.
        headers: The headers; it is this request's own, and no other's.
        body: The bytes; empty where there are none.
    """

    method: str
    path: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(default=b"", repr=False)


@attrs.frozen
class Answer:
    """What came back.

    Attributes:
        status: The HTTP status.
        headers: The headers, their names in any case.
        body: The bytes.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    @property
    def request_id(self) -> str | None:
        """The platform's ``Request-ID``, fit for a log."""
        found = next((value for name, value in self.headers.items() if name.lower() == "request-id"), None)
        return None if found is None else fit_for_a_log(found)


@attrs.frozen
class Operation(Generic[T]):
    """One thing that the platform is asked, and what is made of its answer.

    Attributes:
        call: What is asked.
        result: Makes the result of the JSON of a success that WeChat Pay signed, an empty dict where it has no body,
            and of the answer itself. It raises `FlawError` where that is not what the documentation says;
            anything else that it raises is taken for the same, without what it says.
    """

    call: Call
    result: Callable[[dict[str, Any], Answer], T]


def is_success(status: int) -> bool:
    """Tell whether an HTTP status says that a call was carried out."""
    return 200 <= status < 300  # noqa: PLR2004


def fit_for_a_log(text: str) -> str:
    """Cut a foreign text to a bearable length and take out what could forge a line or steer a terminal."""
    return printable(text[:_LONGEST_SHOWN])
