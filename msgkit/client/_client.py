"""`Client`: the endpoints, one short method each."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from msgkit import _endpoints, _pictures
from msgkit._apiv3.calls import Answer, Operation, Request
from msgkit._apiv3.exchange import Protocol, Steps, carry_out
from msgkit._apiv3.keys import PrivateKey, PublicKey, load_private_key, load_public_key
from msgkit._apiv3.signing import Signer
from msgkit._apiv3.verification import Verifier
from msgkit._receipt import Receipt
from msgkit.client._transport import Transport
from msgkit.errors import ConfigurationError, TransportError
from msgkit.message import Message
from msgkit.reply import Reply

T = TypeVar("T")

PRIMARY = "https://api.mch.weixin.qq.com"

_APIV3_KEY_BYTES = 32


class Client:
    """Answers complaints: signs, sends and verifies.

    One client serves many threads and keeps its connections alive; a process that was forked opens its own. It is a
    context manager; leaving it closes the connections.

    Args:
        mchid: The merchant's number, digits.
        serial_no: The serial number of the merchant's API certificate, in hexadecimal digits.
        private_key: That certificate's key (``apiclient_key.pem``): a path, PEM text or bytes, or a loaded key.
        public_key_id: The id of WeChat Pay's public key, ``PUB_KEY_ID_…``.
        public_key: WeChat Pay's public key (``pub_key.pem``): a path, PEM text or bytes, or a loaded key.
        apiv3_key: The APIv3 key, 32 bytes; not needed for replies.
        base_url: The host; ``http://`` only for a sandbox on this machine.
        timeout: Seconds to connect (all addresses of the host and TLS together), and seconds to wait for the next byte
            of an answer; one number for both.
        total: Seconds for a whole call, whatever the server does meanwhile. Looking up the host's name counts, but
            cannot be cut off.

    Raises:
        ConfigurationError: An argument cannot be what it should; the text names it and never shows a key.

    Every method that calls the platform raises:
        ValidationError: Before anything is sent, where an argument breaks a rule.
        ApiError: The platform answered with an error; there is a subclass for each documented code.
        ResponseVerificationError: A success that WeChat Pay did not sign.
        TransportError: No answer came.
    """

    def __init__(  # noqa: PLR0913 - the credentials are what they are
        self,
        *,
        mchid: str,
        serial_no: str,
        private_key: PrivateKey,
        public_key_id: str,
        public_key: PublicKey,
        apiv3_key: str | bytes | None = None,
        base_url: str = PRIMARY,
        timeout: float | tuple[float, float] = (5.0, 30.0),
        total: float = 60.0,
    ) -> None:
        if not (isinstance(public_key_id, str) and re.fullmatch(r"PUB_KEY_ID_[0-9A-Za-z_-]{1,64}", public_key_id)):
            raise ConfigurationError("public_key_id must be the id of WeChat Pay's public key, PUB_KEY_ID_…")
        _require_apiv3_key(apiv3_key)
        ours, theirs = load_private_key(private_key), load_public_key(public_key)
        if theirs.public_numbers() == ours.public_key().public_numbers():
            raise ConfigurationError(
                "public_key is the merchant's own, of private_key; it must be WeChat Pay's public key, pub_key.pem"
            )
        self._protocol = Protocol(Signer(mchid, serial_no, ours), Verifier({public_key_id: theirs}), public_key_id)
        self.mchid = mchid
        self._transport = Transport(base_url, timeout=timeout, total=total)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **settings: Any) -> Self:
        """Make a client from the environment.

        Reads ``WECHATPAY_MCHID``, ``_SERIAL_NO``, ``_PRIVATE_KEY``, ``_PUBLIC_KEY_ID`` and ``_PUBLIC_KEY``, which must
        be set, and ``_APIV3_KEY`` and ``_BASE_URL``. Keys are PEM text or paths.

        Args:
            environ: Where to look instead of the environment of this process.
            settings: Arguments of `Client`, e.g. ``timeout=10``; what is given here is not looked for.

        Raises:
            ConfigurationError: Variables are not set, all of which it names; or one is not what it should be.
            TypeError: A setting is no argument of `Client`.
        """
        environ = os.environ if environ is None else environ
        required = ("mchid", "serial_no", "private_key", "public_key_id", "public_key")
        variables = {name: f"WECHATPAY_{name.upper()}" for name in (*required, "apiv3_key", "base_url")}
        found: dict[str, Any] = {
            name: value for name, variable in variables.items() if (value := environ.get(variable))
        } | settings
        missing = [variables[name] for name in required if name not in found]
        if missing:
            raise ConfigurationError(f"not set in the environment: {', '.join(missing)}")
        return cls(**found)

    def __repr__(self) -> str:
        return f"Client(mchid={self.mchid!r}, base_url={self._transport.base_url!r})"

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
        """Close the connections that are kept alive."""
        self._transport.close()

    def send(
        self,
        complaint_id: str,
        message: Message | Reply,
        *,
        idempotent_id: str | None = None,
        complainted_mchid: str | None = None,
        allow_placeholders: bool = False,
    ) -> Receipt:
        """Answer a complaint.

        Args:
            complaint_id: The complaint's id, 1 to 64 characters.
            message: A `Message` for a complaint that needs immediate service, a `Reply` for any.
            idempotent_id: What makes a rich reply one and the same however often it is sent, 1 to 128 characters; a
                new UUID where none is given. It belongs to this one reply: the platform swallows another complaint's
                reply, or another text, that comes with an id it knows. A plain reply has none.
            complainted_mchid: The merchant complained about, where that is not the caller but its sub-merchant.
            allow_placeholders: Send texts that hold ``${…}`` as they are. Without it they are taken for a template that
                was not filled, and nothing is sent.

        Returns:
            The receipt, with the ``log_id`` of a rich reply.
        """
        operation = _endpoints.send(
            complaint_id,
            message,
            complainted_mchid=self.mchid if complainted_mchid is None else complainted_mchid,
            idempotent_id=idempotent_id,
            allow_placeholders=allow_placeholders,
        )
        return self._carry_out(operation)

    def upload_image(self, picture: _pictures.Picture, filename: str | None = None) -> str:
        """Upload an image for a reply.

        Args:
            picture: A path, the bytes, or a file opened for reading bytes; jpg, png or bmp, at most 2 MiB.
            filename: The name to send, at most 128 characters; needed for bytes, and for a file that has none.

        Returns:
            The ``media_id``, at most 512 characters.

        Raises:
            OSError: The file cannot be read.
        """
        return self._carry_out(_endpoints.upload_image(_pictures.read(picture, filename)))

    def _carry_out(self, operation: Operation[T]) -> T:
        return drive(carry_out(self._protocol, operation), self._transport.send)


def drive(steps: Steps[T], send: Callable[[Request], Answer]) -> T:
    """Carry each request that the steps yield, until they have a result."""
    step: Callable[[], Request] = partial(next, steps)
    while True:
        try:
            request = step()
        except StopIteration as done:  # the steps' own: one from `send` is an error as any other
            result: T = done.value
            return result
        finally:
            del step  # it may hold an error, whose traceback holds this frame
        try:
            answer = send(request)
        except TransportError as error:
            step = partial(steps.throw, error)
        else:
            step = partial(steps.send, answer)


def _require_apiv3_key(key: object) -> None:
    if key is None:
        return
    size = len(key.encode() if isinstance(key, str) else key) if isinstance(key, (str, bytes)) else 0
    if size != _APIV3_KEY_BYTES:
        raise ConfigurationError(f"apiv3_key must have {_APIV3_KEY_BYTES} bytes")
