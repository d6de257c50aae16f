"""`Held`: a delivery that a worker has, as the ledger keeps it, and what its parts are called there."""

from __future__ import annotations

import json
import math
from typing import Self

import attrs

from msgkit.client._redis_client import joined, parted
from msgkit.delivery._delivery import Delivery
from msgkit.delivery._outcome import Outcome
from msgkit.errors import ConfigurationError, MsgkitError

_FOREIGN = "what the ledger holds was not written by one: does anybody else use its keys?"


class LeaseLostError(MsgkitError):
    """Another worker has the delivery now."""


@attrs.frozen
class Mark:
    """That a plain reply is being sent.

    Attributes:
        begun: Since when, in seconds by the ledger's clock.
        shown: How many plain replies with its text the history has once it has arrived.
    """

    begun: float
    shown: int

    def to_json(self) -> str:
        """Return it as JSON text."""
        return json.dumps(attrs.asdict(self))

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read what `to_json` wrote.

        Raises:
            TypeError: It is something else.
            ValueError: Likewise.
        """
        found = cls(**json.loads(text))
        if not math.isfinite(found.begun):
            raise ValueError
        return cls(float(found.begun), int(found.shown))


@attrs.frozen(kw_only=True)
class Held:
    """A delivery that this worker has, for as long as its lease lasts.

    Attributes:
        name: What the ledger calls it.
        token: What tells this worker from others.
        delivery: What is to be sent.
        mark: What an earlier attempt at a plain reply left behind.
        attempts: How often it was taken up, this time included.
        first: When for the first time, in seconds by the ledger's clock.
        now: When it was taken, likewise.
        last: What the last attempt came to; None where there was none, or it ended with its worker.
    """

    name: str
    token: str
    delivery: Delivery
    mark: Mark | None
    attempts: int
    first: float
    now: float
    last: Outcome | None

    @property
    def complaint(self) -> str:
        """The complaint's name; empty for a picture."""
        complaint_id = self.delivery.complaint_id
        return "" if complaint_id is None else joined(self.delivery.mchid, complaint_id)


def held_of(  # noqa: PLR0913, PLR0917 - as the step answers
    name: str, token: str, document: bytes, mark: bytes, attempts: int, first: bytes, now: bytes, last: bytes
) -> Held:
    """Read what a ledger's step to take a delivery answers, and take nothing on trust.

    Raises:
        ConfigurationError: It was not written by a ledger. Its text quotes nothing.
    """
    delivery = Delivery.from_json(document)
    if joined(delivery.mchid, delivery.id) != name:
        raise ConfigurationError(_FOREIGN)
    try:
        return Held(
            name=name,
            token=token,
            delivery=delivery,
            mark=Mark.from_json(mark) if mark else None,
            attempts=attempts,
            first=float(first),
            now=float(now),
            last=Outcome.from_json(last) if last else None,
        )
    except (TypeError, ValueError, RecursionError):  # their texts may have anybody's words
        raise ConfigurationError(_FOREIGN) from None


def pair_of(name: bytes) -> tuple[str, str]:
    """Return the mchid and the id of a name.

    Raises:
        ConfigurationError: It is none. Its text does not quote it.
    """
    try:
        mchid, found = parted(name)
    except ValueError:  # whose text has the name
        raise ConfigurationError(_FOREIGN) from None
    return mchid, found
