"""Whether to try again, and after how long.

The waiting, its exponential growth and its jitter are stamina's; here it is said of which errors, and how far.
"""

from __future__ import annotations

from typing import Any

import attrs
import stamina

from msgkit._apiv3.calls import Deadline, Operation
from msgkit.errors import ConfigurationError, SendError

MOST_ATTEMPTS = 100

# stamina's own, said once more because the longest wait must be known before it is begun.
_FIRST = 0.1  # seconds
_JITTER = 1.0  # seconds
_LONGEST = 5.0  # seconds
_BASE = 2


def _attempts(_instance: object, _field: object, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_ATTEMPTS:
        raise ConfigurationError(f"Retry.attempts must be a whole number from 1 to {MOST_ATTEMPTS}")


@attrs.frozen
class Retry:
    """How often a call is tried.

    A call goes again where that may help and cannot do it twice: a rich reply (its ``idempotent_id`` makes it one and
    the same) and whatever only reads, after 5xx, 429, a lost or late answer, and an answer that cannot be trusted; any
    other (a plain reply, an upload, a decision) only where the platform cannot have carried it out: it was not reached,
    or said 429. Between two attempts lies stamina's exponential backoff, 0.1 s and doubling, with up to 1 s of jitter,
    5 s at most; or what the answer's ``Retry-After`` asked for. The client's ``total`` bounds all of it.

    Args:
        attempts: Most attempts, the first one included; 1 to 100.

    Raises:
        ConfigurationError: It is no such number.
    """

    attempts: int = attrs.field(default=5, validator=_attempts)


def again(error: SendError, operation: Operation[Any]) -> bool | float:
    """Say whether an operation that ended in an error is tried again: no, yes, or after how many seconds.

    Args:
        error: What this attempt, taken alone, ended in.
        operation: What was tried.
    """
    if not error.retryable or (error.maybe_processed and not operation.is_repeatable):
        return False
    return True if error.retry_after is None else error.retry_after


def attempts(retry: Retry | None, operation: Operation[Any], deadline: Deadline) -> Any:
    """Return the attempts of a call, for a ``for`` loop and for an ``async for`` loop: each is entered with ``with``.

    No wait is begun that could pass the deadline.
    """
    failed = 0

    def decide(error: Exception) -> bool | float:
        nonlocal failed
        failed += 1
        found = again(error, operation) if isinstance(error, SendError) else False
        longest = found if not isinstance(found, bool) else min(_LONGEST, _FIRST * _BASE ** (failed - 1) + _JITTER)
        return found if found is not False and longest < deadline.left else False

    return stamina.retry_context(
        decide,
        attempts=1 if retry is None else retry.attempts,
        timeout=None,
        wait_initial=_FIRST,
        wait_max=_LONGEST,
        wait_jitter=_JITTER,
        wait_exp_base=_BASE,
    )
