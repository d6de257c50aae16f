"""Exchanges: requests and their answers in full, kept where a test or a page asks for them, and nowhere else."""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterable
from datetime import datetime

from attrs import field, frozen

from msgkit.sandbox.journal import RecordedCall
from msgkit.sandbox.mistakes import Mistake

#: How much of a body is kept, in bytes.
KEPT_BODY = 64 * 1024

#: How much of a signature is kept, in characters.
KEPT_SIGNATURE = 8

Headers = tuple[tuple[str, str], ...]

_SCHEME = re.compile(r"WECHATPAY2-[A-Za-z0-9-]*(?=[ \t])", re.IGNORECASE)
_SIGNATURE = re.compile(r'(signature[ \t]*=[ \t]*"?)([^",]*)', re.IGNORECASE)
# Whatever it is called, what is as long as a signature may be one.
_LONG = re.compile(r"[A-Za-z0-9+/=_%-]{64,}")
# Gateways and proxies have headers of their own for what lets somebody in.
_is_secret = re.compile("authorization|cookie|token|secret|passw|credential|api-?key").search


@frozen
class SignedStrings:
    """The strings that the signatures of an exchange are for, each as its lines, without what ends them.

    Of a body its first 64 KiB are shown, as text.

    Attributes:
        rebuilt: What the platform rebuilt of the request: method, path and query, timestamp, random string, body (of an
            upload its ``meta``). None where ``Authorization`` is missing or cannot be read, or the request was refused
            before.
        by_caller: What the caller signed, where its signature was refused and that could be found out; None otherwise.
        mistakes: What is wrong with it, one or two. ``another-key`` alone where it is the key that is wrong.
        answer: What the answer's signature is for: timestamp, random string, body. None where it has none.
    """

    rebuilt: tuple[str, ...] | None = field(default=None, repr=False)
    by_caller: tuple[str, ...] | None = field(default=None, repr=False)
    mistakes: tuple[Mistake, ...] = ()
    answer: tuple[str, ...] | None = field(default=None, repr=False)


@frozen
class Exchange:
    """A request and its answer in full: they hold people's words.

    What proves something is not in it: of signatures there are 8 characters, of cookies, tokens, keys and of an
    ``Authorization`` that is not the platform's nothing. In headers, whatever is as long as a signature is shortened.

    Attributes:
        call: The record of it, as in `Sandbox.calls`.
        complaint_id: The complaint that the path names, whether or not there is one.
        log_id: Of a reply that was taken, the ``log_id`` of its entry; the same reply again has the same one.
        moment: When the request came, by the clock of the sandbox, as the times of entries are; +08:00.
        duration: How long it took until the answer was ready, in seconds of the machine's time; what ``SLOW`` and
            ``DRIP`` add is not in it.
        request_headers: The request's headers, names in lower case, in the order in which they came.
        request_body: The first 64 KiB of its body; of one that broke off, what came.
        request_size: How many bytes of the body came.
        answer_headers: The answer's headers, but for the date and what concerns the connection.
        answer_body: The first 64 KiB of the answer's body, whole even where a fault lets only a part go out; empty
            where the connection was cut.
        answer_size: How many bytes the body has.
        refusal: Why the request was refused, in the sandbox's words; None where it was not.
        signed: The strings that were signed.
    """

    call: RecordedCall
    complaint_id: str | None
    log_id: str | None
    moment: datetime
    duration: float
    request_headers: Headers = field(repr=False)
    request_body: bytes = field(repr=False)
    request_size: int
    answer_headers: Headers = field(repr=False)
    answer_body: bytes = field(repr=False)
    answer_size: int
    refusal: str | None = field(repr=False)
    signed: SignedStrings = field(repr=False)

    @property
    def request_id(self) -> str:
        """The ``Request-ID`` of the answer."""
        return self.call.request_id


class Exchanges:
    """The last exchanges of one sandbox.

    Args:
        limit: How many are kept; 0 for none.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._kept: deque[Exchange] = deque(maxlen=limit)

    def keep(self, exchange: Exchange) -> None:
        """Keep one, and forget the oldest where there are too many."""
        with self._lock:
            self._kept.append(exchange)

    @property
    def all(self) -> tuple[Exchange, ...]:
        """Those that are kept, in the order in which they were answered."""
        with self._lock:
            return tuple(self._kept)

    def reset(self) -> None:
        """Forget them."""
        with self._lock:
            self._kept.clear()


def lines_of(parts: Iterable[bytes]) -> tuple[str, ...]:
    """The lines of a signed string, to be looked at."""
    return tuple(part[:KEPT_BODY].decode("utf-8", "replace") for part in parts)


def shown_headers(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Headers without what proves something."""
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)
    return tuple((name, _masked(name.lower(), value)) for name, value in pairs)


def _masked(name: str, value: str) -> str:
    if name == "wechatpay-signature":
        return _shortened(value)
    scheme = _SCHEME.match(value) if name == "authorization" else None
    if scheme is not None:
        rest = _SIGNATURE.sub(lambda found: found[1] + _shortened(found[2]), value[scheme.end() :])
        return scheme[0] + _without_long(rest)
    return "…" if _is_secret(name) else _without_long(value)


def _without_long(value: str) -> str:
    return _LONG.sub(lambda found: _shortened(found[0]), value)


def _shortened(value: str) -> str:
    return value[:KEPT_SIGNATURE] + "…" if len(value) > KEPT_SIGNATURE else value
