"""`RedisInbox`: an inbox in Redis, for any number of machines."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import attrs

from msgkit.client._redis_client import joined, opened, parted, place_of
from msgkit.routing._inbox import Claim, Inbox
from msgkit.routing._records import PENDING, RETRYABLE, Record, State
from msgkit.routing._redis_steps import STEPS

_PATIENCE = 2.0  # seconds to connect, and again for an answer; the platform waits for five
_IDLE = 30  # seconds after which a connection is tried before it is used
_BATCH = 1000  # entries that are forgotten, or taken up, in one step, since nobody else is served meanwhile
_ENDS = tuple(state for state in State if state not in PENDING)


class RedisInbox(Inbox):
    """An inbox in Redis, from version 6 on; its clock is the server's.

    Any number of threads, processes and machines share it. Each method is one step, as a script that the server runs;
    only `prune` and `take_up` take a step for each thousand entries. A cluster is not supported: the keys of a step
    are not all named beforehand.

    Redis forgets by itself what it is not told to keep. Have it write down what it is told (``appendonly yes``; with
    ``appendfsync everysec`` the last second may be lost when the machine fails), and have it refuse what it has no
    memory for, rather than drop what it has (``maxmemory-policy noeviction``).

    A complaint takes about 250 bytes of memory as long as the inbox lives, and 300 more while something is to be done
    about it; until they are pruned, an entry takes about 700, with its replies' JSON while that is to be sent, and a
    notification 170.

    What goes wrong with the server is raised as redis-py's own errors. It is waited for 2 seconds to connect, and 2
    seconds for an answer; other figures may stand in the URL: ``?socket_connect_timeout=1&socket_timeout=1``.

    Args:
        url: Where it is, as redis-py reads it: ``redis://``, ``rediss://`` (TLS) or ``unix://``, with user name,
            password and number of the database where there are any.
        prefix: What all its keys begin with. Inboxes with different ones share a database and nothing else.

    Raises:
        ConfigurationError: The URL is none of Redis.
        MissingExtraError: The extra ``msgkit-wechatpay[redis]`` is not installed.
    """

    def __init__(self, url: str, prefix: str = "msgkit:") -> None:
        self._prefix = prefix
        self._redis = opened(url, "inbox", _PATIENCE, idle=_IDLE)
        self._steps = {name: self._redis.register_script(step) for name, step in STEPS.items()}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {place_of(self._redis)} prefix {self._prefix!r}>"

    def now(self) -> float:
        seconds, microseconds = self._redis.time()
        return float(seconds + microseconds / 1_000_000)

    def notify(self, mchid: str, complaint_id: str | None, notification_id: str | None = None) -> bool:
        complaint = "" if complaint_id is None else joined(mchid, complaint_id)
        notification = "" if notification_id is None else joined(mchid, notification_id)
        return bool(self._do("notify", complaint, notification))

    def claim(self, lease: float, mchid: str | None = None) -> Claim | None:
        token = secrets.token_hex(16)
        found = self._do("claim", "due" if mchid is None else f"due:{joined(mchid)}", lease, token)
        if found is None:
            return None
        complaint, wanted, is_known = found
        owner, complaint_id = parted(complaint)
        return Claim(owner, complaint_id, token, int(wanted), bool(is_known))

    def renew(self, claim: Claim, lease: float) -> bool:
        return bool(self._do("renew", *_held(claim), lease))

    def looked(self, claim: Claim, records: Iterable[Record], *, is_open: bool) -> None:
        rows = (part for record in records for part in _row(record))
        self._check(claim, self._do("looked", *_held(claim), int(is_open), *rows))

    def records(self, claim: Claim) -> tuple[Record, ...]:
        values: Any = self._redis.hvals(f"{self._prefix}records:{joined(claim.mchid, claim.complaint_id)}")
        found = map(_record, values)
        return tuple(sorted(found, key=lambda each: (each.log_id is not None, each.order, each.log_id)))

    def update(self, claim: Claim, record: Record) -> None:
        self._check(claim, self._do("update", *_held(claim), *_row(record)))

    def release(self, claim: Claim, due: float | None) -> None:
        self._do("release", *_held(claim), claim.wanted, "" if due is None else due)

    def find(self, *states: State) -> tuple[Record, ...]:
        found = map(_record, self._do("find", *dict.fromkeys(states)))
        return tuple(sorted(found, key=lambda each: (each.updated, each.order)))

    def take_up(self, records: Iterable[Record]) -> int:
        names = list(dict.fromkeys(joined(each.mchid, each.complaint_id, each.log_id or "") for each in records))
        return sum(self._take_up(names[at : at + _BATCH]) for at in range(0, len(names), _BATCH))

    def _take_up(self, names: list[str]) -> int:
        while True:
            values = self._do("read", *names)
            read = [(value, record) for value in values if value and (record := _record(value)).state in RETRYABLE]
            rows = ((joined(each.mchid, each.complaint_id), value, *_row(each.again())) for value, each in read)
            if self._do("retry", *(part for row in rows for part in row)):
                return len(read)

    def open(self, mchid: str) -> tuple[str, ...]:
        found: Any = self._redis.smembers(f"{self._prefix}open:{joined(mchid)}")
        return tuple(sorted(unquote(complaint.decode()) for complaint in found))

    def prune(self, before: float) -> int:
        count = 0
        while step := int(self._do("prune", before, _BATCH, *_ENDS)):
            count += step
        return count

    def close(self) -> None:
        self._redis.connection_pool.disconnect(inuse_connections=False)

    def _do(self, step: str, *arguments: str | bytes | float) -> Any:
        return self._steps[step](args=[self._prefix, *arguments])

    def _check(self, claim: Claim, is_held: int) -> None:
        if not is_held:
            raise claim.lost()


def _held(claim: Claim) -> tuple[str, str]:
    return joined(claim.mchid, claim.complaint_id), claim.token


def _row(record: Record) -> tuple[str | float, ...]:
    return (joined(record.log_id or ""), record.state, *record.order, record.to_json())


def _record(value: bytes) -> Record:
    _state, updated, _time, _place, document = value.split(b" ", 4)
    return attrs.evolve(Record.from_json(document), updated=float(updated))
