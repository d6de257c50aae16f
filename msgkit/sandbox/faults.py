"""Faults on demand: what can go wrong between a merchant and the platform, so that a test can have it."""

from enum import StrEnum

from attrs import frozen

from msgkit.sandbox.answers import Refusal


class Fault(StrEnum):
    """A way in which a call goes wrong.

    The first group are the platform's error codes: the call is not carried out and gets the error. In the second the
    call is carried out, and what is wrong is the answer.
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

    NO_ANSWER = "NO_ANSWER"
    """The connection breaks before the answer arrives."""
    UNSIGNED = "UNSIGNED"
    """The answer has no signature."""
    WRONG_SIGNATURE = "WRONG_SIGNATURE"
    """The answer has the signature of another one."""


_STATUS = {
    Fault.PARAM_ERROR: 400,
    Fault.INVALID_REQUEST: 400,
    Fault.RESOURCE_NOT_EXISTS: 400,  # as documented for a notification URL that was never set
    Fault.SIGN_ERROR: 401,
    Fault.NO_AUTH: 403,
    Fault.FREQUENCY_LIMITED: 429,
    Fault.RATELIMIT_EXCEEDED: 429,
    Fault.SYSTEM_ERROR: 500,
    Fault.SERVICE_UNAVAILABLE: 503,
}


@frozen
class PlannedFault:
    """A fault that waits for its call.

    Attributes:
        fault: What goes wrong.
        processed: Whether the call is carried out all the same.
        times: How many calls it still waits for.
    """

    fault: Fault
    processed: bool
    times: int

    def __str__(self) -> str:
        return f"{self.fault} ({self.times} {'call' if self.times == 1 else 'calls'} left)"

    @property
    def refusal(self) -> Refusal | None:
        """The error that is answered, if it is one."""
        if self.fault not in _STATUS:
            return None
        return Refusal(_STATUS[self.fault], self.fault, "a fault that was asked for")


def plan(fault: str, *, processed: bool, times: int) -> PlannedFault:
    """Return a fault by its name.

    Raises:
        ValueError: There is no such fault, the text names those there are; or it is to happen less than once.
    """
    if not isinstance(fault, str) or fault not in set(Fault):
        raise ValueError(f"no such fault: {fault}; there are {', '.join(Fault)}")
    if not isinstance(processed, bool):
        raise ValueError(f"processed must be True or False, not {processed!r}")  # noqa: TRY004 - one error for all
    if not is_count(times) or times < 1:
        raise ValueError(f"times must be a whole number of at least 1, not {times!r}")
    kind = Fault(fault)
    return PlannedFault(kind, processed or kind not in _STATUS, times)


def is_count(value: object) -> bool:
    """Whether a value is a whole number, which True and False are not."""
    return isinstance(value, int) and not isinstance(value, bool)
