"""Faults on demand: what can go wrong between a merchant and the platform, so that a test can have it."""

import math
import re
from enum import StrEnum
from http import HTTPStatus

from attrs import frozen

from msgkit.sandbox.answers import Refusal
from msgkit.sandbox.names import ENDPOINT_NAMES


class Fault(StrEnum):
    """A way in which a call goes wrong.

    The first group are errors: the call is not carried out and gets the error. In the second the call is carried out,
    and what is wrong is the answer.
    """

    PARAM_ERROR = "PARAM_ERROR"
    INVALID_REQUEST = "INVALID_REQUEST"
    RESOURCE_NOT_EXISTS = "RESOURCE_NOT_EXISTS"
    SIGN_ERROR = "SIGN_ERROR"
    NO_AUTH = "NO_AUTH"
    FREQUENCY_LIMITED = "FREQUENCY_LIMITED"
    RATELIMIT_EXCEEDED = "RATELIMIT_EXCEEDED"
    SYSTEM_ERROR = "SYSTEM_ERROR"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    BAD_GATEWAY = "BAD_GATEWAY"
    """A proxy on the way answers 502, in HTML and without a signature."""

    NO_ANSWER = "NO_ANSWER"
    """The connection breaks before anything of the answer arrives."""
    UNSIGNED = "UNSIGNED"
    """The answer has no signature."""
    WRONG_SIGNATURE = "WRONG_SIGNATURE"
    """The answer has the signature of another one."""
    STALE = "STALE"
    """The answer is rightly signed, with a time ten minutes ago."""
    PROBE = "PROBE"
    """The signature is one that the platform makes wrong on purpose: it starts with ``WECHATPAY/SIGNTEST/``."""
    UNKNOWN_SERIAL = "UNKNOWN_SERIAL"
    """The answer is signed with a key that nobody can get."""
    NOT_JSON = "NOT_JSON"
    """The answer is 200, rightly signed, and its body is no JSON."""
    TRUNCATED = "TRUNCATED"
    """The connection breaks in the middle of the body."""
    SLOW = "SLOW"
    """The answer comes after a while."""
    DRIP = "DRIP"
    """The answer comes byte by byte, so that none of them keeps a reader waiting long, and all of them do."""


#: The statuses of the first group.
STATUS = {
    Fault.PARAM_ERROR: 400,
    Fault.INVALID_REQUEST: 400,
    Fault.RESOURCE_NOT_EXISTS: 400,  # as documented for a notification URL that was never set
    Fault.SIGN_ERROR: 401,
    Fault.NO_AUTH: 403,
    Fault.FREQUENCY_LIMITED: 429,
    Fault.RATELIMIT_EXCEEDED: 429,
    Fault.SYSTEM_ERROR: 500,
    Fault.SERVICE_UNAVAILABLE: 503,
    Fault.BAD_GATEWAY: 502,
}

#: Faults that take their time.
TIMED = frozenset({Fault.SLOW, Fault.DRIP})

#: How long those take where nothing is said, in seconds, and at most.
SECONDS, MOST_SECONDS = 1.0, 3600.0


@frozen
class PlannedFault:
    """A fault that waits for its call.

    Attributes:
        fault: What goes wrong.
        processed: Whether the call is carried out all the same.
        times: How many calls it still waits for.
        endpoint: The endpoint whose calls it waits for; None for any.
        seconds: How long the answer takes.
        retry_after: The ``Retry-After`` header of the error; None for none.
    """

    fault: Fault
    processed: bool
    times: int = 1
    endpoint: str | None = None
    seconds: float = SECONDS
    retry_after: str | None = None

    def __str__(self) -> str:
        where = "" if self.endpoint is None else f" for {self.endpoint}"
        return f"{self.fault}{where} ({self.times} {'call' if self.times == 1 else 'calls'} left)"

    @property
    def refusal(self) -> Refusal | None:
        """The error that is answered, if it is one."""
        if self.fault not in STATUS:
            return None
        return Refusal(STATUS[self.fault], self.fault, "a fault that was asked for")


def plan(  # noqa: PLR0913 - each by its name
    fault: str,
    *,
    processed: bool | None = None,
    times: int = 1,
    endpoint: str | None = None,
    seconds: float | None = None,
    retry_after: int | str | None = None,
) -> PlannedFault:
    """Return a fault by its name.

    Raises:
        ValueError: There is no such fault, the text names those there are; it is to happen less than once; or it does
            not have what it is given.
    """
    if not isinstance(fault, str) or fault not in set(Fault):
        raise ValueError(f"no such fault: {fault}; there are {', '.join(Fault)}")
    if processed is not None and not isinstance(processed, bool):
        raise ValueError(f"processed must be True or False, not {processed!r}")
    if not is_count(times) or times < 1:
        raise ValueError(f"times must be a whole number of at least 1, not {times!r}")
    kind = Fault(fault)
    return PlannedFault(
        kind,
        kind not in STATUS if processed is None else processed,
        times,
        checked_endpoint(endpoint),
        _checked_seconds(kind, seconds),
        _checked_retry_after(kind, retry_after),
    )


def checked_endpoint(endpoint: str | None) -> str | None:
    """Return the name of an endpoint, if it is one.

    Raises:
        ValueError: There is none of that name, the text names those there are.
    """
    if endpoint is not None and endpoint not in ENDPOINT_NAMES:
        raise ValueError(f"no such endpoint: {endpoint}; there are {', '.join(ENDPOINT_NAMES)}")
    return endpoint


def _checked_seconds(fault: Fault, seconds: float | None) -> float:
    if seconds is None:
        return SECONDS
    if fault not in TIMED:
        raise ValueError(f"{fault} takes no seconds; what does: {', '.join(sorted(TIMED))}")
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not is_number or not math.isfinite(seconds) or not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"seconds must be a number up to {MOST_SECONDS:g}, not {seconds!r}")
    return float(seconds)


def _checked_retry_after(fault: Fault, value: int | str | None) -> str | None:
    if value is None:
        return None
    if not is_for_later(fault):
        raise ValueError(f"{fault} has no Retry-After: only 429 and 5xx have")
    if isinstance(value, str) and re.fullmatch(r"[!-~](?:[ -~]*[!-~])?", value):
        return value
    if is_count(value) and isinstance(value, int) and value >= 0:
        return str(value)
    raise ValueError(f"retry_after must be seconds, or a date as HTTP writes it, not {value!r}")


def is_for_later(fault: str) -> bool:
    """Whether a fault is an error that can say when to try again: a 429 or a 5xx."""
    return fault in set(Fault) and STATUS.get(Fault(fault), 0) >= HTTPStatus.TOO_MANY_REQUESTS


def is_count(value: object) -> bool:
    """Whether a value is a whole number, which True and False are not."""
    return isinstance(value, int) and not isinstance(value, bool)
