"""Which call goes wrong: the faults that wait for one, and those that happen by chance."""

import collections
import random
import threading
from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

from msgkit.sandbox.faults import TIMED, PlannedFault, checked_endpoint, is_for_later, plan


@frozen
class Chance:
    """Faults that happen to some calls.

    Attributes:
        faults: What can happen, and how likely each is beside the others.
        share: The part of the calls that it happens to, from 0 to 1.
        endpoint: The endpoint whose calls those are; None for all.
    """

    faults: tuple[tuple[PlannedFault, float], ...]
    share: float
    endpoint: str | None
    # What decides; the same seed decides the same.
    _generator: random.Random = field(repr=False, eq=False)

    def drawn(self) -> PlannedFault | None:
        """Draw for one call. It draws twice whatever comes of it, so that each call's luck is its own."""
        luck, which = self._generator.random(), self._generator.random()
        if luck >= self.share:
            return None
        left = which * sum(weight for _, weight in self.faults)
        for fault, weight in self.faults:
            left -= weight
            if left < 0:
                return fault
        return self.faults[-1][0]


def chance(  # noqa: PLR0913 - each by its name
    faults: Mapping[str, float] | Sequence[str],
    *,
    share: float,
    seed: int,
    endpoint: str | None = None,
    processed: bool | None = None,
    seconds: float | None = None,
    retry_after: int | str | None = None,
) -> Chance:
    """Return faults that happen by chance; see `Sandbox.fail_some`.

    Raises:
        ValueError: An argument is wrong.
    """
    if isinstance(faults, str) or not faults:
        raise ValueError(f"faults must name one fault or more, not {faults!r}")
    weights = dict(faults) if isinstance(faults, Mapping) else dict.fromkeys(faults, 1.0)
    if not all(_is_number(weight) and weight > 0 for weight in weights.values()):
        raise ValueError("each fault must have a weight larger than 0")
    if not _is_number(share) or not 0 <= share <= 1:
        raise ValueError(f"share must be a number from 0 to 1, not {share!r}")
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise ValueError(f"seed must be a whole number, not {seed!r}")  # noqa: TRY004 - one error for all
    planned = tuple(
        (
            plan(
                fault,
                processed=processed,
                seconds=seconds if fault in TIMED else None,
                retry_after=retry_after if is_for_later(fault) else None,
            ),
            weight,
        )
        for fault, weight in weights.items()
    )
    generator = random.Random(seed)  # noqa: S311 - nothing is secret in a fault
    return Chance(planned, share, checked_endpoint(endpoint), generator)


class FaultPlan:
    """The faults of one sandbox."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget them all."""
        with self._lock:
            self._waiting: collections.deque[PlannedFault] = collections.deque()
            self._chances: list[Chance] = []

    @property
    def waiting(self) -> tuple[PlannedFault, ...]:
        """The faults that wait for a call, in order."""
        with self._lock:
            return tuple(self._waiting)

    @property
    def chances(self) -> tuple[Chance, ...]:
        """The faults that happen by chance, in order."""
        with self._lock:
            return tuple(self._chances)

    def add(self, fault: PlannedFault) -> None:
        """Let the next calls go wrong."""
        with self._lock:
            self._waiting.append(fault)

    def add_chance(self, chance: Chance) -> None:
        """Let some of the calls go wrong from now on."""
        with self._lock:
            self._chances.append(chance)

    def take(self, endpoint: str) -> PlannedFault | None:
        """Take the fault of this call: one that waits for it, or else one that it has the bad luck to meet."""
        with self._lock:
            drawn = [one.drawn() for one in self._chances if one.endpoint in (None, endpoint)]
            for index, fault in enumerate(self._waiting):
                if fault.endpoint in (None, endpoint):
                    if fault.times > 1:
                        self._waiting[index] = evolve(fault, times=fault.times - 1)
                    else:
                        del self._waiting[index]
                    return fault
            return next((fault for fault in drawn if fault is not None), None)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
