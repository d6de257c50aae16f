"""Sending without blocking, over TLS to a server in another process, one call at a time and 200 at once.

The floor is httpx2 alone: a client of the same connections, ready bytes, one signature and one verification.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from benchmarks.measure import Contest
from benchmarks.messages import UnequalWorkError, compose, order_no, require_same
from benchmarks.send import Floor, body_of, path_of, settings_of, trusting
from benchmarks.server import running
from msgkit import AsyncClient
from msgkit.sandbox.credentials import Credentials

_OK = 200
_CONNECTIONS = 100  # as msgkit's own client has them

Sender = Callable[[str], Awaitable[object]]
"""Sends the message for the complaint of an id."""


@contextmanager
def one_task() -> Iterator[Contest]:
    """The senders, one call after the other."""
    with _contest(1) as contest:
        yield contest


@contextmanager
def many_tasks() -> Iterator[Contest]:
    """The senders, 200 calls at once: a call of the contest is 200 of them."""
    with _contest(200) as contest:
        yield contest


@contextmanager
def _contest(tasks: int) -> Iterator[Contest]:
    require_same()
    with running() as (credentials, certificate), trusting(certificate) as bundle, asyncio.Runner() as runner:
        ours, floor = AsyncClient(**settings_of(credentials)), _Floor(credentials, bundle)

        def contender(send: Sender) -> Callable[[list[str]], object]:
            async def send_all(ids: list[str]) -> None:
                await asyncio.gather(*map(send, ids))

            return lambda ids: runner.run(send_all(ids))

        message = compose(order_no(42))
        try:
            yield Contest(
                {
                    "msgkit": contender(lambda complaint_id: ours.send(complaint_id, message)),
                    "httpx2": contender(floor),
                },
                lambda call: [order_no(call * tasks + task) for task in range(tasks)],
            )
        finally:
            runner.run(ours.close())
            runner.run(floor.aclose())


class _Floor:
    """httpx2, one signature and one verification."""

    def __init__(self, credentials: Credentials, bundle: Path) -> None:
        self._keys = Floor(credentials, bundle)
        self._base_url = credentials.base_url
        self._body = json.dumps(body_of(credentials), ensure_ascii=False, separators=(",", ":")).encode()
        self._client = httpx2.AsyncClient(
            verify=ssl.create_default_context(cafile=bundle),
            limits=httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS),
            timeout=30,
            trust_env=False,
        )

    async def __call__(self, complaint_id: str) -> bytes:
        path = path_of(complaint_id)
        response = await self._client.post(
            f"{self._base_url}{path}", content=self._body, headers=self._keys.headers(path)
        )
        if response.status_code != _OK:
            raise UnequalWorkError(f"the floor was answered {response.status_code}")
        self._keys.verify(response.headers, response.content)
        return response.content

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()
