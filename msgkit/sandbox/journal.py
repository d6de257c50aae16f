"""What happened: a record of each request, without anybody's words or secrets."""

import threading
from collections import Counter, deque

from attrs import field, frozen

#: How many requests are remembered.
KEPT_CALLS = 10_000


@frozen
class RecordedCall:
    """A request, and what became of it.

    Attributes:
        endpoint: The endpoint's name; None where there is none.
        method: The HTTP method.
        path: The path as sent, without the query.
        query: The query as sent.
        status: The status that was answered; None if the connection was cut instead.
        fault: The fault that was planned for it, if one was.
        idempotent_id: The id that a rich reply came with.
        request_id: The ``Request-ID`` of the answer.
        code: The error code that was answered; None for a success.
        wechatpay_serial: The key that it asked to be answered with.
        headers: The names of its headers, in lower case and as they came.
        time: When it came, by `time.monotonic`.
    """

    endpoint: str | None
    method: str
    path: str
    query: str = field(repr=False)
    status: int | None
    fault: str | None
    idempotent_id: str | None
    request_id: str
    code: str | None
    wechatpay_serial: str | None
    headers: tuple[str, ...] = field(repr=False)
    time: float


class Journal:
    """The records of one sandbox."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[RecordedCall] = deque(maxlen=KEPT_CALLS)
        self._counts: Counter[str] = Counter()

    def add(self, call: RecordedCall) -> None:
        """Record a request."""
        with self._lock:
            self._calls.append(call)
            if call.endpoint is not None:
                self._counts[call.endpoint] += 1

    @property
    def calls(self) -> tuple[RecordedCall, ...]:
        """The last requests, in the order in which they were answered."""
        with self._lock:
            return tuple(self._calls)

    @property
    def counts(self) -> Counter[str]:
        """How many calls each endpoint had."""
        with self._lock:
            return Counter(self._counts)

    def reset(self) -> None:
        """Forget them."""
        with self._lock:
            self._calls.clear()
            self._counts.clear()
