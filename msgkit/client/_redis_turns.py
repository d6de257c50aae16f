"""`RedisTurns`: one pace for any number of processes and machines, kept in Redis."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any

import attrs

from msgkit._extras import need
from msgkit.client._pace import BETWEEN_HALVINGS, SLOWEST, UNTIL_DOUBLED, LocalTurns
from msgkit.client._redis_client import opened, place_of

with need("redis"):
    from redis import Redis

logger = logging.getLogger("msgkit")

_PATIENCE = 0.25  # seconds to connect, and again for an answer: whoever asks may be an event loop
_ASKED_AGAIN = 1.0  # seconds after which a server that was away is asked again

# What `LocalTurns` does, with the server's clock. A lane is a hash; a time that it lacks is long past. Where the clock
# was set back, or belongs to another server now, the lane's times go with it, lest the next turn be hours away.
_COMMON = f"""
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local lane = redis.call('HMGET', KEYS[1], 'next', 'share', 'halved', 'changed', 'written')
local back = math.max(0, (tonumber(lane[5]) or 0) - now)
local turn, share = (tonumber(lane[1]) or 0) - back, tonumber(lane[2]) or 1
local halved, changed = (tonumber(lane[3]) or 0) - back, (tonumber(lane[4]) or 0) - back

local function text(number) return string.format('%.17g', number) end

local function write()
    redis.call('HSET', KEYS[1], 'next', text(turn), 'share', text(share), 'halved', text(halved),
        'changed', text(changed), 'written', text(now))
    -- As long as it differs from a new one: until its last turn, and until the pace is what was asked for.
    local recovering = {UNTIL_DOUBLED} * (1 + math.ceil(math.log(1 / {SLOWEST}) / math.log(2)))
    redis.call('PEXPIRE', KEYS[1], string.format('%.0f', (math.max(turn - now, 0) + recovering) * 1000))
end
"""

_TAKE = f"""
local rate, at_most = tonumber(ARGV[1]), tonumber(ARGV[2])
while share < 1 and now - changed >= {UNTIL_DOUBLED} do
    share = math.min(1, share * 2)
    changed = changed + {UNTIL_DOUBLED}
end
local begin = math.max(now, turn)
if begin - now > at_most then return false end
turn = begin + 1 / (rate * share)
write()
return text(begin - now)
"""

_SLOW_DOWN = f"""
changed = now
if now - halved >= {BETWEEN_HALVINGS} then
    halved = now
    share = math.max({SLOWEST}, share / 2)
end
write()
return text(share)
"""

_STEPS = {"take": _COMMON + _TAKE, "slow_down": _COMMON + _SLOW_DOWN}


class RedisTurns:
    """Turns that any number of threads, processes and machines share, in Redis from version 6 on.

    ``Pace(reply=20, turns=RedisTurns("redis://…"))``: a merchant sends 20 replies a second, however many send them. All
    of them should ask for the same rate. It does as `LocalTurns` does, by the server's clock: each turn is one script
    that the server runs, and what it keeps (some 200 bytes for each merchant and kind of call) goes by itself.

    Where Redis cannot be asked, no call fails for it: each process keeps the pace by itself meanwhile, at the rate
    asked for, so that together they may be faster. The log says so once, and once more when the pace is shared again;
    it is asked again after a second, by a thread in the background. It is waited for 0.25 seconds to connect, and 0.25
    seconds for an answer; other figures may stand in the URL: ``?socket_connect_timeout=1&socket_timeout=1``. Looking
    up the host's name counts, but cannot be cut off. A cluster is not supported.

    Args:
        url: Where it is, as redis-py reads it: ``redis://``, ``rediss://`` (TLS) or ``unix://``, with user name,
            password and number of the database where there are any.
        prefix: What all its keys begin with. Those with different ones share a database and nothing else.

    Raises:
        ConfigurationError: The URL is none of Redis.
        MissingExtraError: The extra ``msgkit-wechatpay[redis]`` is not installed.
    """

    def __init__(self, url: str, prefix: str = "msgkit:") -> None:
        self._url, self._prefix = url, prefix
        self._meanwhile = LocalTurns()
        self._here = {os.getpid(): _Server.of(url)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._of_this_process().place} prefix {self._prefix!r}>"

    def take(self, key: str, rate: float, at_most: float) -> float | None:
        """Take the next turn; see `Turns.take`."""
        try:
            return self._of_this_process().ask("take", self._name(key), rate, at_most)
        except _AwayError:
            return self._meanwhile.take(key, rate, at_most)

    def slow_down(self, key: str) -> None:
        """Halve the pace; see `Turns.slow_down`."""
        try:
            self._of_this_process().ask("slow_down", self._name(key))
        except _AwayError:
            self._meanwhile.slow_down(key)

    def close(self) -> None:
        """Close the connections of this process; a later turn opens others."""
        self._of_this_process().close()

    def _name(self, key: str) -> str:
        return f"{self._prefix}pace:{key}"

    def _of_this_process(self) -> _Server:
        # After a fork, connections are still in use by the parent, and locks may be held by threads that are not here.
        process = os.getpid()
        return self._here.get(process) or self._here.setdefault(process, _Server.of(self._url))


class _AwayError(Exception):
    """The server cannot be asked now."""


@attrs.define(eq=False)
class _Server:
    """The server as one process knows it."""

    redis: Redis
    steps: dict[str, Any]
    lock: threading.Lock = attrs.field(factory=threading.Lock)
    is_away: bool = False
    asked_again: float = 0.0

    @classmethod
    def of(cls, url: str) -> _Server:
        redis = opened(url, "turns", _PATIENCE)
        return cls(redis, {name: redis.register_script(step) for name, step in _STEPS.items()})

    @property
    def place(self) -> str:
        return place_of(self.redis)

    def ask(self, step: str, key: str, *arguments: float) -> float | None:
        """Have the server do a step, and return its answer.

        Raises:
            _AwayError: It cannot be asked now.
        """
        with self.lock:  # one at a time: where it does not answer, it is one thread that waits to learn it
            if self.is_away:
                self._look_again(key)
                raise _AwayError
            try:
                return self._do(step, key, *arguments)
            except Exception as error:  # whatever it is: no reply stays unsent for it
                self.is_away, self.asked_again = True, time.monotonic() + _ASKED_AGAIN
                # Its text may be anything, and so hold anything.
                reason = type(error).__name__
                logger.warning(
                    "Redis at %s cannot be asked (%s): each process keeps the pace itself", self.place, reason
                )
                raise _AwayError from error

    def close(self) -> None:
        self.redis.connection_pool.disconnect(inuse_connections=False)

    def _do(self, step: str, key: str, *arguments: float) -> float | None:
        found = self.steps[step](keys=[key], args=arguments)
        return None if found is None else float(found)

    def _look_again(self, key: str) -> None:
        """Ask a server that was away in a thread of its own, if it is time: who takes a turn does not wait for that."""
        if time.monotonic() < self.asked_again:
            return
        self.asked_again = float("inf")  # until that thread has come to its end
        try:
            threading.Thread(target=self._look, args=(key,), name="msgkit-turns", daemon=True).start()
        except RuntimeError:  # there can be no more threads now
            self.asked_again = time.monotonic() + _ASKED_AGAIN

    def _look(self, key: str) -> None:
        try:
            self._do("take", f"{key}/look", 1.0, 0.0)  # a server that answers may still refuse what is written
        except Exception:  # noqa: BLE001 - it is away still
            with self.lock:
                self.asked_again = time.monotonic() + _ASKED_AGAIN
            return
        with self.lock:
            self.is_away = False
        logger.info("Redis at %s can be asked again: the pace is shared", self.place)
