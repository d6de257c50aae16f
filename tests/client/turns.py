"""Turns of either kind, by a clock that is given."""

from __future__ import annotations

import itertools
from typing import Any

from msgkit.client import LocalTurns, RedisTurns
from msgkit.client._redis_turns import _STEPS

_numbers = itertools.count()


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Tell it."""
        return self.now


class RedisClock:
    """The same, for scripts that Redis runs."""

    def __init__(self, redis: Any, key: str) -> None:
        self._redis, self._key = redis, key
        self.now = 1000.0

    @property
    def now(self) -> float:
        """Tell it."""
        return self._now

    @now.setter
    def now(self, now: float) -> None:
        self._now = now
        self._redis.set(self._key, repr(now))


def local() -> tuple[LocalTurns, Clock]:
    """Turns of this process."""
    clock = Clock()
    return LocalTurns(clock), clock


def in_redis(url: str) -> tuple[RedisTurns, RedisClock]:
    """Turns in Redis, under a prefix of their own: the scripts are the real ones, but for where they read the time."""
    turns = RedisTurns(url, prefix=f"test-{next(_numbers)}:")
    server = turns._of_this_process()
    told = f"{{redis.call('GET', '{turns._prefix}clock'), 0}}"
    for name, step in _STEPS.items():
        assert step.count("redis.call('TIME')") == 1
        server.steps[name] = server.redis.register_script(step.replace("redis.call('TIME')", told))
    return turns, RedisClock(server.redis, f"{turns._prefix}clock")
