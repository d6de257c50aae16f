"""What the platform makes of the keys, asked by its echo endpoint, which has no effect."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import attrs

from msgkit import _endpoints
from msgkit._apiv3.calls import Answer, Deadline, Operation, Request, is_success
from msgkit._cli._doctor import _words
from msgkit._cli._doctor._keys import SOON, Settings, days_left, until
from msgkit._cli._doctor._report import Finding, Status
from msgkit._endpoints import Echoed
from msgkit._endpoints.service import ECHO
from msgkit._language import Words
from msgkit.client import Client
from msgkit.client._client import drive
from msgkit.client._transport import Transport
from msgkit.errors import (
    ApiError,
    ConfigurationError,
    ResponseVerificationError,
    SendError,
    ValidationError,
)

TIMEOUT, TOTAL = (5.0, 10.0), 20.0
"""Seconds for connecting, for the next byte, and for one call."""

_MESSAGE = "msgkit doctor"
_OFF, _TOO_FAR_OFF = 60, 300  # seconds
_MOST_PROBES = 3
_UNAUTHORIZED, _FORBIDDEN, _SERVER_ERRORS = 401, 403, 500

_KINDS = {
    "proxy": r"proxy",
    "tls": r"certificate|ssl|tls",
    "name": r"name or service|nodename|getaddrinfo|name resolution|no address",
    "refused": r"refused",
    "time": r"timed out|longer than",
}

_ANSWER_CURES = {
    "probe": _words.PROBE_CURE,
    "clock": _words.CLOCK_CURE,
    "the platform certificate ": _words.CERTIFICATE_MODE_CURE,
}
"""What to do about an answer, by what the library says against it."""


@attrs.frozen
class Seen:
    """An answer as it came, whether or not it can be believed.

    Attributes:
        path: What was asked.
        answer: What came.
        at: When, in seconds since the epoch.
    """

    path: str
    answer: Answer
    at: float

    @property
    def ahead(self) -> float | None:
        """How many seconds our clock is ahead of the one that wrote the answer; None where it tells no time."""
        stamp, date = self.answer.header("Wechatpay-Timestamp") or "", self.answer.header("Date") or ""
        if re.fullmatch("[0-9]{1,12}", stamp):
            return self.at - int(stamp)
        try:
            return self.at - parsedate_to_datetime(date).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None


class _Watched(Transport):
    """Keeps what came."""

    def __init__(self, host: str) -> None:
        super().__init__((host,), timeout=TIMEOUT)
        self.seen: list[Seen] = []

    def send(self, request: Request) -> Answer:
        """Send a request, and keep its answer."""
        answer = super().send(request)
        self.seen.append(Seen(request.path, answer, time.time()))
        return answer


class _Asking(Client):
    """A client of one host that shows what came."""

    def _open(self) -> None:
        self._transport = self.watched = _Watched(self._platform.hosts.all[0])

    def echo_of(self, operation: Operation[Echoed]) -> Echoed:
        """Ask for an echo; where the answer is signed wrongly on purpose, again."""
        for _ in range(_MOST_PROBES - 1):
            try:
                return self._carry_out(operation)
            except ResponseVerificationError as error:
                if "probe" not in str(error):
                    raise
        return self._carry_out(operation)

    def fetch_certificates(self) -> str:
        """Ask for the platform's certificates; return what went wrong."""
        renewal = self._platform.certificates
        assert renewal is not None  # noqa: S101 - for the type checkers: whoever asks has an APIv3 key
        # No certificate has this number, so they are asked for in any case.
        return drive(renewal.bring("0", Deadline(TOTAL)), self._transport.send)

    @property
    def platform_certificates(self) -> Mapping[str, Any]:
        """The platform's certificates by their serial numbers, once they were fetched."""
        return self._platform.keys.certificates


@attrs.frozen
class Outcome:
    """What came of asking one host.

    Attributes:
        host: Scheme and host.
        client: Who asked; None where the keys cannot be used.
        seen: The answers.
        error: What it ended in; None where the echo came back, signed.
        seconds: How long it took.
    """

    host: str
    client: _Asking | None
    seen: tuple[Seen, ...]
    error: SendError | None
    seconds: float

    @property
    def is_reached(self) -> bool:
        """Whether anything came."""
        return bool(self.seen)

    @property
    def statuses(self) -> list[int]:
        """The statuses of the answers."""
        return [each.answer.status for each in self.seen]

    @property
    def is_refused(self) -> bool:
        """Whether our signature was refused."""
        return _UNAUTHORIZED in self.statuses

    @property
    def was_echo_asked(self) -> bool:
        """Whether an echo was answered at all: without certificates that its answer needs, it is not asked for."""
        return any(each.path == ECHO for each in self.seen)

    @property
    def is_good(self) -> bool:
        """Whether what came is the platform's own, and no failure of its."""
        return self.is_reached and self.seen[-1].answer.status < _SERVER_ERRORS


def look_at(settings: Settings) -> Iterator[Finding]:
    """Ask each host, and then the first that answers for all else."""
    try:
        hosts = settings.hosts
    except ConfigurationError:  # which was told before
        return
    outcomes = []
    for host in hosts:
        outcome = _ask(settings, host)
        outcomes.append(outcome)
        yield _reach(settings, outcome)
    best = next(
        (each for each in outcomes if each.is_good), next((each for each in outcomes if each.is_reached), outcomes[0])
    )
    try:
        yield _clock(settings, best)
        yield from _protocol(settings, best)
    finally:
        for each in outcomes:
            if each.client is not None:
                each.client.close()


def _ask(settings: Settings, host: str) -> Outcome:
    """Ask one host for an echo; where the keys cannot be used, for anything at all, unsigned."""
    client = _client(settings, host)
    watched = _Watched(host) if client is None else client.watched
    began, error = time.monotonic(), None
    try:
        if client is None:
            watched.send(Request(host, "GET", "/", {"Accept": "*/*", "User-Agent": _MESSAGE}, b"", Deadline(TOTAL)))
        else:
            # In clear first: with a wrong public key, what is encrypted would hide what else there is to see.
            client.echo_of(attrs.evolve(_endpoints.echo(_MESSAGE), seal=None))
    except SendError as raised:
        error = raised
    finally:
        if client is None:
            watched.close()
    return Outcome(host, client, tuple(watched.seen), error, time.monotonic() - began)


def _client(settings: Settings, host: str, *, certificates: bool = False) -> _Asking | None:
    given = {**settings.given, "base_url": host, "backup_url": None}
    # Where they are kept for the next start is nothing to the doctor, who leaves nothing behind.
    given["platform_certificates"] = settings.uses_certificates or certificates
    try:
        return _Asking(**given, timeout=TIMEOUT, total=TOTAL, retry=None)
    except (ConfigurationError, TypeError):
        return None


def _reach(settings: Settings, outcome: Outcome) -> Finding:
    host = outcome.host
    if outcome.is_good:
        said = settings.say(_words.REACHED, host=host, ms=round(outcome.seconds * 1000))
        return Finding("host", Status.OK, said, host=host)
    if outcome.is_reached:
        said = settings.say(_words.ANSWERS_BADLY, host=host, reason=settings.reason(outcome.error or ""))
        return Finding("host", Status.ERROR, said, settings.say(_words.BUSY_CURE), host)
    reason = str(outcome.error).removeprefix(f"no answer from {host}: ")
    kind = next((kind for kind, words in _KINDS.items() if re.search(words, reason, re.IGNORECASE)), "other")
    said = settings.say(_words.NOT_REACHED[kind], host=host, reason=settings.reason(reason))
    return Finding("host", Status.ERROR, said, settings.say(_words.REACH_CURE[kind]), host)


def _clock(settings: Settings, outcome: Outcome) -> Finding:
    ahead = next((each.ahead for each in reversed(outcome.seen) if each.ahead is not None), None)
    if ahead is None:
        return Finding("clock", Status.NOTE, settings.say(_words.NO_CLOCK))
    off = abs(ahead)
    if off <= _OFF:
        return Finding("clock", Status.OK, settings.say(_words.CLOCK, seconds=round(off)))
    way = settings.say(_words.FAST if ahead > 0 else _words.SLOW)
    status = Status.ERROR if off > _TOO_FAR_OFF else Status.WARNING
    said = settings.say(_words.CLOCK_OFF, seconds=round(off), way=way)
    return Finding("clock", status, said, settings.say(_words.CLOCK_CURE))


def _protocol(settings: Settings, outcome: Outcome) -> Iterator[Finding]:
    """Tell of signatures, encryption and certificates."""
    client = outcome.client
    if client is None or not outcome.is_reached:
        why = _words.NO_USABLE_KEY if client is None else _words.NO_ANSWER
        for check in ("signature", "answer", "encryption", "platform_certificates"):
            yield _skipped(settings, check, why)
        return
    answer = _answer(settings, outcome)
    yield _signature(settings, outcome)
    yield answer
    if answer.status is Status.OK:
        yield _encryption(settings, client)
    else:
        yield _skipped(settings, "encryption", _words.AFTER_THAT)
    if "apiv3_key" not in settings.given:
        yield Finding("platform_certificates", Status.NOTE, settings.say(_words.NO_APIV3_KEY))
    elif outcome.is_refused:
        yield _skipped(settings, "platform_certificates", _words.AFTER_THAT)
    else:
        yield _certificates(settings, outcome.host)


def _signature(settings: Settings, outcome: Outcome) -> Finding:
    if outcome.is_refused:
        reason = settings.reason(outcome.error or "")
        return Finding("signature", Status.ERROR, reason, settings.say(_words.SIGNATURE_CURE))
    if any(map(is_success, outcome.statuses)):
        return Finding("signature", Status.OK, settings.say(_words.SIGNATURE))
    if not outcome.was_echo_asked:
        return _skipped(settings, "signature", _words.AFTER_CERTIFICATES)
    said = settings.say(_words.REFUSED, reason=settings.reason(outcome.error or ""))
    cure = _words.BUSY_CURE if not outcome.is_good else _words.REFUSED_CURE
    return Finding("signature", Status.ERROR, said, settings.say(cure))


def _answer(settings: Settings, outcome: Outcome) -> Finding:
    last, error = outcome.seen[-1], outcome.error
    if error is None:
        serial = last.answer.header("Wechatpay-Serial") or ""
        return Finding("answer", Status.OK, settings.say(_words.ANSWER, serial=serial))
    if not outcome.was_echo_asked:
        return _skipped(settings, "answer", _words.AFTER_CERTIFICATES)
    if not isinstance(error, ResponseVerificationError):
        return _skipped(settings, "answer", _words.AFTER_THAT)
    said = str(error)
    cure = next((cure for part, cure in _ANSWER_CURES.items() if part in said), _words.ANSWER_CURE)
    return Finding("answer", Status.ERROR, settings.reason(error), settings.say(cure))


def _encryption(settings: Settings, client: _Asking) -> Finding:
    cure = settings.say(_words.PUBLIC_KEY_CURE)
    try:
        echoed = client.echo_of(_endpoints.echo(_MESSAGE))
    except SendError as error:
        words = _words.NOT_READ if isinstance(error, ApiError) and not error.retryable else _words.REFUSED
        return Finding("encryption", Status.ERROR, settings.say(words, reason=settings.reason(error)), cure)
    try:
        is_same = client.decrypt(echoed.encrypted or "") == _MESSAGE
    except ValidationError:
        is_same = False
    if not is_same:
        cure = settings.say(_words.NOT_FOR_US_CURE)
        return Finding("encryption", Status.ERROR, settings.say(_words.NOT_FOR_US), cure)
    return Finding("encryption", Status.OK, settings.say(_words.ENCRYPTION))


def _certificates(settings: Settings, host: str) -> Finding:
    name = "platform_certificates"
    client = _client(settings, host, certificates=True)
    assert client is not None  # noqa: S101 - for the type checkers: one was made with these settings before
    with client:
        reason = client.fetch_certificates()
    known = client.platform_certificates.values()
    if not known:
        status = client.watched.seen[-1].answer.status if client.watched.seen else 0
        if status == _FORBIDDEN:
            said = settings.say(_words.NONE_FOR_US)
            if settings.uses_public_key:
                return Finding(name, Status.NOTE, said)
            return Finding(name, Status.ERROR, said, settings.say(_words.NONE_CURE))
        cure = _words.APIV3_KEY_CURE if is_success(status) else _words.LATER_CURE
        return Finding(name, Status.ERROR, settings.reason(reason), settings.say(cure))
    newest_last = sorted(known, key=lambda each: each.expires)
    each_said = (
        settings.say(_words.ONE_CERTIFICATE, serial=each.serial_no, **until(each.expires)) for each in newest_last
    )
    is_soon = days_left(newest_last[-1].expires) < SOON
    return Finding(name, Status.WARNING if is_soon else Status.OK, "; ".join(each_said))


def _skipped(settings: Settings, check: str, why: Words) -> Finding:
    return Finding(check, Status.NOTE, settings.say(_words.SKIPPED, why=settings.say(why)))
