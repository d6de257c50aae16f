"""`Client`: the endpoints, one short method each, for programs that wait for answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from msgkit import _endpoints, _pictures
from msgkit._apiv3.calls import Answer, Operation, Request, Wait
from msgkit._apiv3.exchange import Steps
from msgkit._endpoints import Decision
from msgkit._receipt import Receipt
from msgkit.client import _flows
from msgkit.client._base import ClientBase, id_of
from msgkit.client._calling import Calling
from msgkit.client._flows import Flow, Listing
from msgkit.client._many import Replies, SendResult, complaint_id_in, in_threads, parts_of, require_workers
from msgkit.client._transport import Transport
from msgkit.complaints import Complaint, HistoryEntry, Picture
from msgkit.errors import SendError, TransportError
from msgkit.message import Message
from msgkit.reply import Reply

T = TypeVar("T")


class Client(ClientBase):
    """Answers complaints: signs, sends and verifies, and tries again where that cannot do anything twice.

    One client serves many threads and keeps its connections alive; a process that was forked opens its own. It is a
    context manager; leaving it closes the connections.

    Args:
        mchid: The merchant's number, digits.
        serial_no: The serial number of the merchant's API certificate, in hexadecimal digits; not needed beside
            `certificate`.
        private_key: That certificate's key (``apiclient_key.pem``): a path, PEM text or bytes, or a loaded key; not
            needed where `certificate` is a ``.p12``.
        certificate: The certificate itself: ``apiclient_cert.pem`` or ``apiclient_cert.p12`` as a path or bytes, PEM
            text, or a loaded one. It gives the serial number and is checked against the key and its dates; a ``.p12``
            is opened with the mchid and gives the key too.
        public_key_id: The id of WeChat Pay's public key that the platform is asked to sign with, ``PUB_KEY_ID_…``.
        public_key: WeChat Pay's public key (``pub_key.pem``): a path, PEM text or bytes, or a loaded key; or a mapping
            of several by their ids, while one replaces another.
        apiv3_key: The APIv3 key, 32 bytes; needed for platform certificates.
        platform_certificates: The platform signs with its certificates (too): they are fetched, kept in memory, and
            renewed in time. A folder keeps them for the next start as well, encrypted as they came (0600).
        base_url: The host; ``http://`` only for a sandbox on this machine.
        backup_url: The host that is asked where the first fails; by default the documented one beside the documented
            first, and none beside any other. None for none.
        timeout: Seconds to connect (all addresses of the host and TLS together), and seconds to wait for the next byte
            of an answer; one number for both.
        total: Seconds for a whole call, attempts and waiting included, whatever the server does meanwhile. Looking up
            the host's name counts, but cannot be cut off.
        retry: How often a call is tried, see `Retry`; None for once.
        pace: How many calls a second, see `Pace`; None for no limit.
        pictures: A folder that keeps what was uploaded, by its media id; the platform does not give it back.
        on_attempt: A function that hears of each `Attempt`. It is called by whoever calls; what it raises is logged
            and ends nothing.

    Raises:
        ConfigurationError: An argument cannot be what it should; the text names it and never shows a key.

    Every method that calls the platform raises:
        ValidationError: Before anything is sent, where an argument breaks a rule.
        ApiError: The platform answered with an error; there is a subclass for each documented code.
        ResponseVerificationError: A success that WeChat Pay did not sign.
        TransportError: No answer came.

    Of all but the first, `maybe_processed` says whether the call may have been carried out.
    """

    def _open(self) -> None:
        self._transport = Transport(self._platform.hosts.all, timeout=self._timeout)

    def _drive(self, steps: Steps[T]) -> T:
        return drive(steps, self._transport.send)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept alive; a later call opens others."""
        self._transport.close()

    def send(
        self,
        complaint: str | Complaint,
        message: Message | Reply,
        *,
        idempotent_id: str | None = None,
        complainted_mchid: str | None = None,
        allow_placeholders: bool = False,
    ) -> Receipt:
        """Answer a complaint.

        A rich reply that is lost on the way, or whose answer is, is sent again under the same `idempotent_id`, which
        the platform processes once. A plain reply is sent again only where it cannot have been processed.

        Args:
            complaint: The complaint, or its id, 1 to 64 characters.
            message: A `Message` for a complaint that needs immediate service, a `Reply` for any.
            idempotent_id: What makes a rich reply one and the same however often it is sent, 1 to 128 characters; a
                new UUID where none is given. It belongs to this one reply: the platform swallows another complaint's
                reply, or another text, that comes with an id it knows. A plain reply has none.
            complainted_mchid: The merchant complained about; by default that of a `Complaint`, or the caller.
            allow_placeholders: Send texts that hold ``${…}`` as they are. Without it they are taken for a template that
                was not filled, and nothing is sent.

        Returns:
            The receipt, with the ``log_id`` of a rich reply.
        """
        complaint_id, merchant = self._merchant(complaint, complainted_mchid)
        return self._carry_out(
            _endpoints.send(
                complaint_id,
                message,
                complainted_mchid=merchant,
                idempotent_id=idempotent_id,
                allow_placeholders=allow_placeholders,
            )
        )

    def reply(
        self,
        complaint: str | Complaint,
        message: Message,
        *,
        idempotent_id: str | None = None,
        allow_placeholders: bool = False,
        shorten: bool = False,
    ) -> Receipt:
        """Answer a complaint richly where it takes that, and plainly where it does not.

        It goes by `Complaint.need_immediate_service`, to one of the two endpoints and never to the other afterwards.

        Args:
            complaint: The complaint; one that is given by its id is read first.
            message: What to say; plainly, as much of it as fits (`Message.to_reply`).
            idempotent_id: As `send` has it, for a rich reply; a plain one has none.
            allow_placeholders: As `send` has it.
            shorten: Plainly, cut a text that does not fit at the end of a sentence.

        Returns:
            The receipt; its ``endpoint`` says which reply it was, and ``dropped`` what did not fit.
        """
        return self._follow(
            _flows.reply(
                complaint,
                message,
                idempotent_id=idempotent_id,
                allow_placeholders=allow_placeholders,
                shorten=shorten,
            )
        )

    def send_many(self, replies: Replies, *, workers: int = 4) -> Iterator[SendResult]:
        """Answer many complaints, several at a time, and say of each what came of it as soon as that is known.

        ``for result in client.send_many(replies): …``. What goes wrong with one reply is its result's ``error``, and
        the others go on. Replies are taken from the iterable when there is somebody free to send them, by whoever asks
        for results; at most twice as many as `workers` are taken and not yet handed out, so there may be any number of
        them. They are sent no faster than the client's `pace`.

        Where the loop is left in its middle, or the program is interrupted, no other reply is begun. What is under way
        comes to its end, within the client's `total`; leaving waits for that. An `AsyncClient` takes an asynchronous
        iterable too; leaving its loop does not wait, but closing the client does; and cancelling whoever waits for a
        result cancels what is under way.

        Args:
            replies: Tuples ``(complaint, message)`` or ``(complaint, message, idempotent_id)``, as `send` takes them.
                Give ids that you keep where the same replies may be sent once more after a crash.
            workers: How many are under way at a time, each in a thread, or a task, of its own; at least 1.

        Returns:
            The results, in the order in which they are known; ``index`` says which reply each belongs to.

        Raises:
            ConfigurationError: At once, where `workers` is no such number.
            TypeError: At once, where `replies` cannot be iterated over.

        While iterating it raises what the iterable itself raises, after the results of what was taken before, and
        nothing else.
        """
        require_workers(workers)
        return in_threads(enumerate(replies), self._send_row, workers)

    def _send_row(self, numbered: tuple[int, Any]) -> SendResult:
        index, row = numbered
        complaint_id = complaint_id_in(row)
        try:
            complaint, message, idempotent_id = parts_of(index, row)
            receipt = self.send(complaint, message, idempotent_id=idempotent_id)
        except Exception as error:  # noqa: BLE001 - one row's error is its own
            return SendResult(index, complaint_id, None, error)
        return SendResult(index, complaint_id, receipt, None)

    def complaint(self, complaint: str | Complaint) -> Complaint:
        """Read one complaint, as it is now.

        Args:
            complaint: Its id, or the complaint as it was.
        """
        return self._carry_out(_endpoints.complaint(id_of(complaint)))

    def complaints(
        self, begin: date | datetime, end: date | datetime, *, complainted_mchid: str | None = None
    ) -> Iterator[Complaint]:
        """List the complaints of some days.

        Pages are fetched when they are needed. A longer time is asked for in parts of 30 days, the earliest first;
        within a part the order is the platform's. No complaint comes twice, and those that are made meanwhile are not
        lost.

        Args:
            begin: The first day, of Beijing (UTC+8); a datetime that knows its zone is the day it is there.
            end: The last day, which counts too.
            complainted_mchid: Those about one merchant; by default about all that the caller answers for.
        """
        return self._iterate(_flows.complaints(begin, end, complainted_mchid))

    def history(self, complaint: str | Complaint) -> Iterator[HistoryEntry]:
        """List what happened to a complaint, in the platform's order.

        Pages are fetched when they are needed. No entry comes twice, and those that appear meanwhile are not lost.

        Args:
            complaint: The complaint, or its id.
        """
        return self._iterate(_flows.history(id_of(complaint)))

    def complete(self, complaint: str | Complaint, *, complainted_mchid: str | None = None) -> None:
        """Report a complaint as handled; the customer is then asked how satisfied they are.

        Args:
            complaint: The complaint, or its id.
            complainted_mchid: The merchant complained about; by default that of a `Complaint`, or the caller.
        """
        complaint_id, merchant = self._merchant(complaint, complainted_mchid)
        self._carry_out(_endpoints.complete(complaint_id, complainted_mchid=merchant))

    def approve_refund(
        self, complaint: str | Complaint, *, launch_refund_day: int | None = None, remark: str | None = None
    ) -> None:
        """Approve the refund that a customer asked for. It refunds nothing: the refund API does, which you call.

        Args:
            complaint: The complaint, or its id.
            launch_refund_day: Working days until the refund starts; 0 is today.
            remark: At most 200 characters.
        """
        decision = Decision("APPROVE", launch_refund_day=launch_refund_day, remark=remark)
        self._carry_out(_endpoints.decide_refund(id_of(complaint), decision))

    def reject_refund(
        self,
        complaint: str | Complaint,
        *,
        reason: str,
        images: tuple[str, ...] | list[str] = (),
        remark: str | None = None,
    ) -> None:
        """Reject the refund that a customer asked for.

        Args:
            complaint: The complaint, or its id.
            reason: Why, at most 200 characters; the customer reads it.
            images: At most 4 media ids.
            remark: At most 200 characters.
        """
        decision = Decision("REJECT", reject_reason=reason, reject_media_list=images, remark=remark)
        self._carry_out(_endpoints.decide_refund(id_of(complaint), decision))

    def upload_image(self, picture: _pictures.Picture, filename: str | None = None) -> str:
        """Upload an image for a reply.

        Args:
            picture: A path, the bytes, or a file opened for reading bytes; jpg, png or bmp, at most 2 MiB.
            filename: The name to send, at most 128 characters; needed for bytes, and for a file that has none.

        Returns:
            The ``media_id``, at most 512 characters. The picture is kept where the client has `pictures`.

        Raises:
            OSError: The file cannot be read.
        """
        upload = _pictures.read(picture, filename)
        return self._keep(self._carry_out(_endpoints.upload_image(upload)), upload)

    def download_image(self, url: str, *, allow_http: bool = False) -> Picture:
        """Fetch a picture that an answer named, at most 10 MiB.

        What lies on the platform's hosts is asked for with a signature; any other host gets none, must be public, and
        is not followed elsewhere.

        Args:
            url: The URL to the letter, from `ComplaintMedia.media_url` or `HistoryEntry.image_list`.
            allow_http: Take one that begins with ``http://`` from another host, as some of ``image_list`` do.
        """
        return self._carry_out(self._download(url, allow_http=allow_http))

    def notification_url(self) -> str | None:
        """Read where notifications go; None where that was never set."""
        return self._follow(_flows.notification_url())

    def set_notification_url(self, url: str) -> str:
        """Say where notifications go, whether or not that was said before.

        Args:
            url: ``https://``, at most 255 characters, without a query.

        Returns:
            The URL, as the platform has it.
        """
        return self._follow(_flows.set_notification_url(url))

    def delete_notification_url(self) -> None:
        """Have no notifications any more.

        Raises:
            NotFoundError: Where they should go was never set.
        """
        self._follow(_flows.delete_notification_url())

    def echo(self, message: str) -> str:
        """Have the platform say something back: its own test of keys, without any other effect.

        The message goes in clear and encrypted for the platform; what comes back encrypted must decrypt to the same.

        Args:
            message: 1 to 71 characters, so that it can be encrypted.

        Returns:
            The message.

        Raises:
            ResponseVerificationError: Also where what came back encrypted is not the message.
        """
        return self._carry_out(self._echo(message))

    def _carry_out(self, operation: Operation[T]) -> T:
        calling = Calling(self._platform, operation)
        for attempt in calling.attempts():
            with attempt:
                return self._drive(calling.attempt())
        raise AssertionError  # the last attempt returns or raises

    def _follow(self, flow: Flow[T]) -> T:
        """Do what a flow asks for, and return its result."""
        step: Callable[[], Operation[Any]] = partial(next, flow)
        while True:
            try:
                operation = step()
            except StopIteration as done:
                result: T = done.value
                return result
            step = self._done(flow, operation)

    def _iterate(self, listing: Listing[T]) -> Iterator[T]:
        """Do what a listing asks for when it is needed, and yield what it lists."""
        step: Callable[[], Operation[Any] | list[T]] = partial(next, listing)
        while True:
            try:
                found = step()
            except StopIteration:
                return
            if isinstance(found, Operation):
                step = self._done(listing, found)
            else:
                yield from found
                step = partial(next, listing)

    def _done(self, flow: Any, operation: Operation[Any]) -> Callable[[], Any]:
        """Do what a flow asks for, and return how to tell it what came of that."""
        try:
            return partial(flow.send, self._carry_out(operation))
        except SendError as error:
            return partial(flow.throw, error)


def drive(steps: Steps[T], send: Callable[[Request], Answer]) -> T:
    """Carry each request that the steps yield, and wait as long as they say, until they have a result."""
    step: Callable[[], Request | Wait] = partial(next, steps)
    try:
        while True:
            try:
                found = step()
            except StopIteration as done:  # the steps' own: one from `send` is an error as any other
                result: T = done.value
                return result
            finally:
                del step  # it may hold an error, whose traceback holds this frame
            if isinstance(found, Wait):
                time.sleep(found.seconds)
                step = partial(steps.send, None)
                continue
            try:
                answer = send(found)
            except TransportError as error:
                step = partial(steps.throw, error)
            else:
                step = partial(steps.send, answer)
    finally:
        steps.close()  # where it was interrupted, what the steps had begun is given up now and not some time later
