"""`Replies`: replies and pictures sent by Celery workers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import stamina

from msgkit import _pictures
from msgkit._extras import need
from msgkit.celery._settings import TASK, is_redis, prepare
from msgkit.celery._ticker import Ticker
from msgkit.client import Client, Merchants
from msgkit.delivery import Delivery, Ledger, Outcome, deliver, put_off
from msgkit.delivery._deliver import GIVE_UP
from msgkit.errors import ConfigurationError
from msgkit.message import Message
from msgkit.reply import Reply
from msgkit.routing._lenders import Lender, Many, One

with need("celery"):
    from celery import Celery
    from kombu.exceptions import OperationalError
    from redis import ConnectionError as LostConnectionError, TimeoutError as LateError

DELIVER = "msgkit.deliver"
"""The name of the task that sends."""

_TICK = 1.0  # seconds between two looks at what is due
_MOST = 500  # deliveries that are queued again at a time

logger = logging.getLogger("msgkit")


class Replies:
    """Sends replies and uploads pictures by Celery workers, each of them once, whoever dies when.

    What is to be sent is written into a `Ledger` in Redis first, and queued then: a task has a mchid and an id for
    arguments, no text and no key. A queue that loses messages, a worker that is killed, and a Redis that is started
    again lose nothing; a task that comes twice sends nothing twice. `msgkit.delivery.deliver` says what is promised.

    It sets, for its own task: ``acks_late``, ``reject_on_worker_lost``, ``ignore_result``, JSON; for the app:
    ``worker_prefetch_multiplier`` to 1 and ``broker_connection_max_retries`` to None, unless they were set, and the
    visibility timeout of Redis to the `total` of the client × 2 + 10 seconds (Celery's own is an hour).
    All else is left alone.

    Each worker of the app also looks at what is due, every second, in a thread of its main process.

    Args:
        app: The Celery app, with its broker.
        merchants: Who sends: `Merchants`, a `Client`, or a function that gives one of these, which is called in the
            process that sends. None for a process that only queues.
        ledger: A `Ledger`, or the URL of the Redis that it is in; by default the app's broker, where that is Redis.
        give_up: For how long a reply is tried.
        queue: The queue of Celery's; by default the app's.

    Raises:
        ConfigurationError: An argument cannot be what it should, or the app's visibility timeout is too short.
        MissingExtraError: The extra ``msgkit-wechatpay[celery]`` is not installed.
    """

    def __init__(
        self,
        app: Celery,
        merchants: Merchants | Client | Callable[[], Merchants | Client] | None = None,
        *,
        ledger: Ledger | str | None = None,
        give_up: timedelta = GIVE_UP,
        queue: str | None = None,
    ) -> None:
        self.app, self.ledger = app, _ledger(app, ledger)
        self._merchants, self._give_up, self._queue = merchants, give_up, queue
        self._lender: Lender[Client] | None = None
        if merchants is not None:
            is_here = isinstance(merchants, (Client, Merchants))
            prepare(app, self._lend().total if is_here else _TOTAL)

        def run(mchid: str, id: str) -> None:  # noqa: A002 - the wire's word ends in it; a method is no task to Celery
            self._deliver(mchid, id)

        self._task: Any = app.task(run, name=DELIVER, **TASK)
        Ticker(app, "queueing what is due", self.queue_due, _TICK)

    def send(  # noqa: PLR0913 - what `Client.send` takes, and who sends
        self,
        complaint_id: str,
        message: Message | Reply,
        *,
        mchid: str | None = None,
        idempotent_id: str | None = None,
        complainted_mchid: str | None = None,
        plain_too: bool = False,
        allow_placeholders: bool = False,
    ) -> str:
        """Queue a reply, and return its id.

        Args:
            complaint_id: The complaint, 1 to 64 characters.
            message: A `Message` or a `Reply`.
            mchid: Who sends; by default the merchant of the client.
            idempotent_id: What makes it one and the same, of a plain reply too, 1 to 128 characters; a new UUID where
                none is given. Give one that you can make again: what fails here can then be queued again.
            complainted_mchid: The merchant complained about; by default the one who sends.
            plain_too: Send a `Message` as a plain reply to a complaint that takes no rich one.
            allow_placeholders: Send texts that hold ``${…}`` as they are.

        Raises:
            ValidationError: An argument breaks its rule; nothing is queued.
            OtherDeliveryError: The id belongs to another reply.
            redis.RedisError: The ledger cannot be asked, for half a minute.
        """
        delivery = Delivery.of(
            self._mchid(mchid),
            complaint_id,
            message,
            idempotent_id=idempotent_id,
            complainted_mchid=complainted_mchid,
            plain_too=plain_too,
            allow_placeholders=allow_placeholders,
        )
        return self.queue(delivery)

    def upload(
        self,
        picture: _pictures.Picture,
        filename: str | None = None,
        *,
        mchid: str | None = None,
        id: str | None = None,  # noqa: A002 - the wire's word ends in it
    ) -> str:
        """Queue a picture, and return its id; the outcome has its ``media_id``.

        Args:
            picture: As `Client.upload_image` takes it, at most 2 MiB.
            filename: Likewise.
            mchid: Who uploads it; by default the merchant of the client.
            id: What the ledger calls it; a new UUID where none is given.

        Raises:
            ValidationError: The picture breaks a rule; nothing is queued.
        """
        return self.queue(Delivery.of_picture(self._mchid(mchid), picture, filename, id=id))

    def queue(self, delivery: Delivery) -> str:
        """Write a delivery down and queue it; return its id. Queued again, it is still one.

        Raises:
            OtherDeliveryError: Its id belongs to another one.
            redis.RedisError: The ledger cannot be asked, for half a minute.
        """
        for attempt in stamina.retry_context(on=(LostConnectionError, LateError), timeout=30.0, attempts=None):
            with attempt:
                self.ledger.queue(delivery)
        self._publish([(delivery.mchid, delivery.id)])
        return delivery.id

    def outcome(self, id: str, *, mchid: str | None = None) -> Outcome | None:  # noqa: A002 - likewise
        """Return what became of a delivery; None where nobody knows of it (any more)."""
        return self.ledger.outcome(self._mchid(mchid), id)

    def outcomes(self, ids: Sequence[str], *, mchid: str | None = None) -> list[Outcome | None]:
        """Return what became of many, in their order."""
        return self.ledger.outcomes(self._mchid(mchid), ids)

    def queue_due(self) -> int:
        """Queue once more what waits for its next attempt, or was lost; return how many; workers do it every second.

        While the queue is long nothing is: what nobody has come to is most likely in it still, and a queue of tens of
        thousands that go at 10 a second would else grow by each of them every minute.
        """
        if self._is_long():
            return 0
        found = self.ledger.due(most=_MOST)
        self._publish(found)
        return len(found)

    def _is_long(self) -> bool:
        """Tell whether there is much in the queue; a broker that cannot be reached takes nothing either."""
        name = self._queue or self.app.conf.task_default_queue
        with self.app.connection_or_acquire() as connection:
            try:
                connection.ensure_connection(max_retries=1, interval_start=0)
                with connection.channel() as channel:
                    return bool(channel.queue_declare(name, passive=True).message_count > _MOST)
            except connection.channel_errors:  # there is no such queue yet
                return False
            except (OperationalError, *connection.connection_errors):
                return True

    def _publish(self, deliveries: Iterable[tuple[str, str]]) -> None:
        try:
            for mchid, delivery_id in deliveries:
                self._task.apply_async((mchid, delivery_id), queue=self._queue)
        except OperationalError:  # whose text may have the password
            logger.warning("the broker cannot be reached; what is in the ledger is queued when it can")

    def _deliver(self, mchid: str, id: str) -> None:  # noqa: A002 - likewise
        try:
            lent = self._lend().client(mchid)
            with lent as client:
                deliver(self.ledger, id, client, give_up=self._give_up)
        except ConfigurationError as error:  # of this merchant, who may be mended before it is given up
            put_off(self.ledger, mchid, id, error, give_up=self._give_up)

    def _lend(self) -> Lender[Client]:
        if self._lender is None:
            found = self._merchants() if callable(self._merchants) else self._merchants
            if found is None:
                raise ConfigurationError("Replies needs a client, or Merchants, to send; without one it only queues")
            self._lender = Many(found) if isinstance(found, Merchants) else One(found)
        return self._lender

    def _mchid(self, mchid: str | None) -> str:
        if mchid is not None:
            return mchid
        if isinstance(self._merchants, Client):
            return self._merchants.mchid
        raise ConfigurationError("mchid must be given: there are several merchants, or none here")


_TOTAL = 60.0  # seconds, as clients have it by default


def _ledger(app: Celery, given: Ledger | str | None) -> Ledger:
    if isinstance(given, Ledger):
        return given
    url = app.conf.broker_url if given is None else given
    if given is None and not is_redis(url):
        raise ConfigurationError("ledger must be the URL of a Redis: the app's broker is none")
    return Ledger(url)
