"""`Ledger`: what is to be delivered and what became of it, in Redis, for any number of machines."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from msgkit.client._redis_client import joined, opened, place_of
from msgkit.delivery._delivery import Delivery
from msgkit.delivery._held import Held, LeaseLostError, Mark, held_of, pair_of
from msgkit.delivery._outcome import Outcome, State
from msgkit.delivery._steps import STEPS
from msgkit.errors import ConfigurationError, MsgkitError

_PATIENCE = 5.0  # seconds to connect, and again for an answer
_IDLE = 30  # seconds after which a connection is tried before it is used
_BATCH = 1000  # deliveries in one step, since nobody else is served meanwhile
_QUEUE_AGAIN = 60.0  # seconds after which what was queued and not taken up is queued again


CANCELLED = "cancelled before it was sent"
"""The error of a delivery that somebody cancelled."""


class OtherDeliveryError(MsgkitError):
    """The id belongs to another reply, or to the same one with other words."""


class Ledger:
    """What is to be delivered and what became of it, in Redis from version 6 on, by the server's clock.

    A delivery is written here first and queued then, so that a queue which loses it, or a worker which dies, loses
    nothing: `due` says what is to be queued once more. Each method is one step, as a script that the server runs. A
    cluster is not supported.

    Redis must keep what it is told: ``appendonly yes`` (with ``appendfsync everysec`` the last second may be lost when
    its machine fails) and ``maxmemory-policy noeviction``. A delivery takes about 1,100 bytes and its JSON until
    it was sent, and 600 bytes from then on.

    What goes wrong with the server is raised as redis-py's own errors. It is waited for 5 seconds to connect, and 5 for
    an answer; other figures may stand in the URL: ``?socket_connect_timeout=1&socket_timeout=1``.

    Args:
        url: Where it is, as redis-py reads it: ``redis://``, ``rediss://`` (TLS) or ``unix://``.
        prefix: What all its keys begin with. Those with different ones share a database and nothing else.
        keep: How long outcomes are kept, and with them the knowledge that an id was used.

    Raises:
        ConfigurationError: The URL is none of Redis, or `keep` no time.
        MissingExtraError: The extra ``msgkit-wechatpay[redis]`` is not installed.
    """

    def __init__(self, url: str, prefix: str = "msgkit:", keep: timedelta = timedelta(days=30)) -> None:
        if not isinstance(keep, timedelta) or keep <= timedelta():
            raise ConfigurationError("keep must be a timedelta of more than nothing")
        self._prefix, self._keep = prefix, keep.total_seconds()
        self._redis = opened(url, "ledger", _PATIENCE, idle=_IDLE)
        self._steps = {name: self._redis.register_script(step) for name, step in STEPS.items()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.place}>"

    @property
    def place(self) -> str:
        """Where it is, without the password."""
        return f"{place_of(self._redis)} prefix {self._prefix!r}"

    # For whoever has something to deliver

    def queue(self, delivery: Delivery) -> None:
        """Write down what is to be delivered; call it again where it failed, with the same delivery.

        Raises:
            OtherDeliveryError: Its id belongs to another one.
        """
        name = joined(delivery.mchid, delivery.id)
        if not self._do("queue", name, delivery.to_json(), delivery.digest, _QUEUE_AGAIN):
            raise OtherDeliveryError(
                "this id belongs to another reply, or to the same one with other words: make an id from the complaint, "
                "the purpose and what it says"
            )

    def outcome(self, mchid: str, id: str) -> Outcome | None:  # noqa: A002 - the wire's word ends in it
        """Return what became of a delivery; None where nobody knows of it (any more)."""
        return self.outcomes(mchid, [id])[0]

    def outcomes(self, mchid: str, ids: Sequence[str]) -> list[Outcome | None]:
        """Return what became of many, in their order."""
        names = [joined(mchid, each) for each in ids]
        return [
            _outcome(*row)
            for at in range(0, len(names), _BATCH)
            for row in self._do("outcomes", *names[at : at + _BATCH])
        ]

    # For whoever looks after it

    def failed(self, *, most: int = 1000) -> list[tuple[str, str]]:
        """Return the mchid and the id of those that failed, the oldest first."""
        return self._ended(State.FAILED, most)

    def unclear(self, *, most: int = 1000) -> list[tuple[str, str]]:
        """Return the mchid and the id of the plain replies of which nobody knows whether they were sent."""
        return self._ended(State.UNCLEAR, most)

    def retry(self, deliveries: Iterable[tuple[str, str]]) -> int:
        """Have deliveries that failed, or are unclear, sent once more; return how many.

        A plain reply that is unclear may arrive twice by that.

        Args:
            deliveries: The mchid and the id of each.
        """
        names = [joined(*each) for each in deliveries]
        return sum(int(self._do("retry", *names[at : at + _BATCH])) for at in range(0, len(names), _BATCH))

    def cancel(self, beginning: str) -> int:
        """Have deliveries not sent that wait and whose id begins so; return how many.

        They end as failed, and `retry` takes them up again. What a worker has just now is not among them, and no plain
        reply that may have arrived.

        Args:
            beginning: How the ids begin, at least one character.
        """
        if not beginning:
            raise ConfigurationError("beginning must have at least one character: how the ids begin")
        outcome = Outcome(state=State.FAILED, error=CANCELLED).to_json()
        found: Any = self._redis.zscan_iter(f"{self._prefix}due", count=_BATCH)
        names = [name.decode() for name, _ in found if pair_of(name)[1].startswith(beginning)]
        return sum(
            int(self._do("cancel", self._keep, outcome, *names[at : at + _BATCH]))
            for at in range(0, len(names), _BATCH)
        )

    def counts(self) -> dict[State, int]:
        """Return how many deliveries wait, failed, and are unclear."""
        keys = {State.QUEUED: "due", State.FAILED: State.FAILED, State.UNCLEAR: State.UNCLEAR}
        return {state: int(self._redis.zcard(f"{self._prefix}{key}")) for state, key in keys.items()}

    def waiting(self) -> int:
        """Return how many deliveries have no end yet."""
        return int(self._redis.zcard(f"{self._prefix}due"))

    # For whoever works

    def due(self, *, most: int = 100) -> list[tuple[str, str]]:
        """Return the mchid and the id of what is to be queued now, and have nobody else told for a minute.

        That is what waits for its next attempt, what a worker had that died, and what the queue lost. Call it every
        second or so, and queue what it returns.
        """
        return [pair_of(name) for name in self._do("due", _QUEUE_AGAIN, most)]

    def take(self, mchid: str, id: str, lease: float) -> Held | Outcome | None:  # noqa: A002 - likewise
        """Take a delivery up, so that nobody else does for a while.

        Args:
            mchid: The merchant.
            id: The delivery.
            lease: For how many seconds, unless `renew` makes it longer.

        Returns:
            The delivery; or what became of it, where it has ended or another worker has it; None where there is none.
            One that nobody can read, since somebody else uses the ledger's keys, ends by that.
        """
        name, token = joined(mchid, id), secrets.token_hex(16)
        kind, *rest = self._do("take", name, token, lease)
        if kind == b"unknown":
            return None
        if kind == b"held":
            return Outcome()
        if kind == b"end":
            return Outcome.from_json(rest[0])
        try:
            return held_of(name, token, *rest)
        except ConfigurationError as error:  # tried again it would be the same, time and again
            state = State.UNCLEAR if rest[1] else State.FAILED  # what has a mark may have been sent
            outcome = Outcome(state=state, error=f"{type(error).__name__}: {error}")
            self._do("finish", name, token, state, outcome.to_json(), "", self._keep)
            return outcome

    def renew(self, held: Held, lease: float) -> float:
        """Make a lease last for so many seconds from now on, and return the time by the ledger's clock.

        Raises:
            LeaseLostError: Another worker has it.
        """
        now = self._do("renew", held.name, held.token, lease)
        if now is None:
            raise LeaseLostError("another worker has this delivery now: what was done here is left to it")
        return float(now)

    def enter(self, held: Held) -> bool:
        """Keep other plain replies to its complaint away until this one is given back or has ended.

        Returns:
            Whether none is on its way.

        Raises:
            LeaseLostError: Another worker has it.
        """
        found = int(self._do("enter", held.name, held.token, held.complaint))
        self._require(found)
        return found == 1

    def mark(self, held: Held, mark: Mark) -> None:
        """Write down that a plain reply is being sent.

        Raises:
            LeaseLostError: Another worker has it.
        """
        self._require(self._do("mark", held.name, held.token, mark.to_json()))

    def later(self, held: Held, after: float, outcome: Outcome, mark: Mark | None = None) -> None:
        """Give a delivery back, to be taken up again after so many seconds.

        Raises:
            LeaseLostError: Another worker has it.
        """
        left = "" if mark is None else mark.to_json()
        self._require(
            self._do("later", held.name, held.token, after, outcome.to_json(), held.complaint, left),
        )

    def finish(self, held: Held, outcome: Outcome) -> None:
        """Write down a delivery's end.

        Raises:
            LeaseLostError: Another worker has it.
        """
        self._require(
            self._do("finish", held.name, held.token, outcome.state, outcome.to_json(), held.complaint, self._keep)
        )

    def close(self) -> None:
        """Close the connections; a later call opens others."""
        self._redis.connection_pool.disconnect(inuse_connections=False)

    def _ended(self, state: State, most: int) -> list[tuple[str, str]]:
        names: Any = self._redis.zrange(f"{self._prefix}{state}", 0, most - 1)
        return [pair_of(name) for name in names]

    def _require(self, is_held: Any) -> None:
        if not is_held:
            raise LeaseLostError("another worker has this delivery now: what was done here is left to it")

    def _do(self, step: str, *arguments: str | float) -> Any:
        return self._steps[step](args=[self._prefix, *arguments])


def _outcome(outcome: bytes, digest: bytes, attempts: bytes) -> Outcome | None:
    if outcome:
        return Outcome.from_json(outcome)
    return Outcome(attempts=int(attempts)) if digest else None
