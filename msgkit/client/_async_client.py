"""`AsyncClient`: the same endpoints for programs that do other things while they wait, under asyncio or trio."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from datetime import date, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import anyio

from msgkit import _endpoints, _pictures
from msgkit._apiv3.calls import Answer, Operation, Request, Wait
from msgkit._apiv3.exchange import Steps
from msgkit._endpoints import Decision
from msgkit._receipt import Receipt
from msgkit.client import _flows
from msgkit.client._async_many import InTasks, Replies, Tasks, cancelled, settled
from msgkit.client._async_transport import AsyncTransport
from msgkit.client._base import ClientBase, id_of
from msgkit.client._calling import Calling
from msgkit.client._client import Client
from msgkit.client._flows import Flow, Listing
from msgkit.client._many import SendResult, complaint_id_in, parts_of, require_workers
from msgkit.complaints import Complaint, HistoryEntry, Picture
from msgkit.errors import SendError, TransportError
from msgkit.message import Message
from msgkit.reply import Reply

T = TypeVar("T")
C = TypeVar("C", bound=type)


def documented_by(twin: type) -> Callable[[C], C]:
    """Take the words of a class's methods, where it has none of its own, from another that has the same methods."""

    def document(cls: C) -> C:
        for name, method in vars(cls).items():
            if callable(method) and not method.__doc__ and hasattr(twin, name):
                method.__doc__ = getattr(twin, name).__doc__
        return cls

    return document


@documented_by(Client)
class AsyncClient(ClientBase):
    """Answers complaints as `Client` does, with the same arguments and the same methods, which are awaited.

    What lists is an asynchronous iterator: ``async for complaint in client.complaints(…)``. One client serves many
    tasks; each event loop, and a process that was forked, opens its own connections. It is an asynchronous context
    manager; leaving it waits for what `send_many` has under way and closes the connections of this event loop. A call
    that is cancelled leaves no connection behind; whether it was carried out nobody knows, so give a rich reply an
    ``idempotent_id`` that you keep.

    `on_attempt` is called by the event loop, and so must not block. Files are read and written in place: they are
    small.

    Args: as `Client` has them.
    """

    def _open(self) -> None:
        self._transport = AsyncTransport(self._platform.hosts.all, timeout=self._timeout)
        self._tasks = Tasks()

    def _drive(self, steps: Steps[T]) -> T:
        async def in_a_loop_of_its_own() -> T:
            try:
                return await drive(steps, self._transport.send)
            finally:
                await self._transport.close()

        return anyio.run(in_a_loop_of_its_own)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc, anyio.get_cancelled_exc_class()):
            await cancelled(self._tasks.here)
        await self.close()

    async def close(self) -> None:
        try:
            await settled(self._tasks.here)
        finally:
            await self._transport.close()

    async def send(
        self,
        complaint: str | Complaint,
        message: Message | Reply,
        *,
        idempotent_id: str | None = None,
        complainted_mchid: str | None = None,
        allow_placeholders: bool = False,
    ) -> Receipt:
        complaint_id, merchant = self._merchant(complaint, complainted_mchid)
        return await self._carry_out(
            _endpoints.send(
                complaint_id,
                message,
                complainted_mchid=merchant,
                idempotent_id=idempotent_id,
                allow_placeholders=allow_placeholders,
            )
        )

    async def reply(
        self,
        complaint: str | Complaint,
        message: Message,
        *,
        idempotent_id: str | None = None,
        allow_placeholders: bool = False,
        shorten: bool = False,
    ) -> Receipt:
        return await self._follow(
            _flows.reply(
                complaint,
                message,
                idempotent_id=idempotent_id,
                allow_placeholders=allow_placeholders,
                shorten=shorten,
            )
        )

    def send_many(self, replies: Replies, *, workers: int = 4) -> AsyncIterator[SendResult]:
        require_workers(workers)
        rows = aiter(replies) if isinstance(replies, AsyncIterable) else iter(replies)
        return InTasks(rows, self._send_row, workers, self._tasks)

    async def _send_row(self, index: int, row: Any) -> SendResult:
        complaint_id = complaint_id_in(row)
        try:
            complaint, message, idempotent_id = parts_of(index, row)
            receipt = await self.send(complaint, message, idempotent_id=idempotent_id)
        except Exception as error:  # noqa: BLE001 - one row's error is its own
            return SendResult(index, complaint_id, None, error)
        return SendResult(index, complaint_id, receipt, None)

    async def complaint(self, complaint: str | Complaint) -> Complaint:
        return await self._carry_out(_endpoints.complaint(id_of(complaint)))

    def complaints(
        self, begin: date | datetime, end: date | datetime, *, complainted_mchid: str | None = None
    ) -> AsyncIterator[Complaint]:
        return self._iterate(_flows.complaints(begin, end, complainted_mchid))

    def history(self, complaint: str | Complaint) -> AsyncIterator[HistoryEntry]:
        return self._iterate(_flows.history(id_of(complaint)))

    async def complete(self, complaint: str | Complaint, *, complainted_mchid: str | None = None) -> None:
        complaint_id, merchant = self._merchant(complaint, complainted_mchid)
        await self._carry_out(_endpoints.complete(complaint_id, complainted_mchid=merchant))

    async def approve_refund(
        self, complaint: str | Complaint, *, launch_refund_day: int | None = None, remark: str | None = None
    ) -> None:
        decision = Decision("APPROVE", launch_refund_day=launch_refund_day, remark=remark)
        await self._carry_out(_endpoints.decide_refund(id_of(complaint), decision))

    async def reject_refund(
        self,
        complaint: str | Complaint,
        *,
        reason: str,
        images: tuple[str, ...] | list[str] = (),
        remark: str | None = None,
    ) -> None:
        decision = Decision("REJECT", reject_reason=reason, reject_media_list=images, remark=remark)
        await self._carry_out(_endpoints.decide_refund(id_of(complaint), decision))

    async def upload_image(self, picture: _pictures.Picture, filename: str | None = None) -> str:
        upload = _pictures.read(picture, filename)
        return self._keep(await self._carry_out(_endpoints.upload_image(upload)), upload)

    async def download_image(self, url: str, *, allow_http: bool = False) -> Picture:
        return await self._carry_out(self._download(url, allow_http=allow_http))

    async def notification_url(self) -> str | None:
        return await self._follow(_flows.notification_url())

    async def set_notification_url(self, url: str) -> str:
        return await self._follow(_flows.set_notification_url(url))

    async def delete_notification_url(self) -> None:
        await self._follow(_flows.delete_notification_url())

    async def echo(self, message: str) -> str:
        return await self._carry_out(self._echo(message))

    async def _carry_out(self, operation: Operation[T]) -> T:
        calling = Calling(self._platform, operation)
        async for attempt in calling.attempts():
            with attempt:
                return await drive(calling.attempt(), self._transport.send)
        raise AssertionError  # the last attempt returns or raises

    async def _follow(self, flow: Flow[T]) -> T:
        step: Callable[[], Operation[Any]] = partial(next, flow)
        while True:
            try:
                operation = step()
            except StopIteration as done:
                result: T = done.value
                return result
            step = await self._done(flow, operation)

    async def _iterate(self, listing: Listing[T]) -> AsyncIterator[T]:
        step: Callable[[], Operation[Any] | list[T]] = partial(next, listing)
        while True:
            try:
                found = step()
            except StopIteration:
                return
            if isinstance(found, Operation):
                step = await self._done(listing, found)
            else:
                for each in found:
                    yield each
                step = partial(next, listing)

    async def _done(self, flow: Any, operation: Operation[Any]) -> Callable[[], Any]:
        try:
            return partial(flow.send, await self._carry_out(operation))
        except SendError as error:
            return partial(flow.throw, error)


async def drive(steps: Steps[T], send: Callable[[Request], Awaitable[Answer]]) -> T:
    """Carry each request that the steps yield, and wait as long as they say, until they have a result."""
    step: Callable[[], Request | Wait] = partial(next, steps)
    try:
        while True:
            try:
                found = step()
            except StopIteration as done:
                result: T = done.value
                return result
            finally:
                del step  # it may hold an error, whose traceback holds this frame
            if isinstance(found, Wait):
                await anyio.sleep(found.seconds)
                step = partial(steps.send, None)
                continue
            try:
                answer = await send(found)
            except TransportError as error:
                step = partial(steps.throw, error)
            else:
                step = partial(steps.send, answer)
    finally:
        steps.close()  # where the task was cancelled, what the steps had begun is given up now and not some time later
