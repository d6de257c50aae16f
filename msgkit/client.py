"""`Client`: the endpoints, one short method each."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import attrs

from msgkit import endpoints
from msgkit.apiv3.keys import PrivateKey, PublicKey, load_private_key, load_public_key
from msgkit.apiv3.protocol import Answer, Call, Protocol
from msgkit.apiv3.signing import Signer
from msgkit.apiv3.transport import Transport
from msgkit.apiv3.verification import Verifier
from msgkit.errors import ConfigurationError, Problem, ValidationError
from msgkit.message import Message
from msgkit.reply import Reply

PRIMARY = "https://api.mch.weixin.qq.com"

_APIV3_KEY_BYTES = 32


@attrs.frozen
class Receipt:
    """What the platform said to a reply.

    Attributes:
        log_id: The operation's serial number, as the negotiation history shows it; None for a plain reply.
        idempotent_id: The id under which a rich reply was sent; None for a plain reply.
        request_id: The platform's ``Request-ID``, which its support asks for.
    """

    log_id: str | None
    idempotent_id: str | None
    request_id: str | None


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
        protocol = Protocol(Signer(mchid, serial_no, ours), Verifier({public_key_id: theirs}), public_key_id)
        self.mchid = mchid
        self._transport = Transport(protocol, base_url, timeout=timeout, total=total)

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
        merchant = self.mchid if complainted_mchid is None else complainted_mchid
        if isinstance(message, Message):
            call = endpoints.send_message(
                complaint_id,
                message,
                complainted_mchid=merchant,
                idempotent_id=idempotent_id,
                allow_placeholders=allow_placeholders,
            )
            data, answer = self._transport.send(call)
            log_id = self._id(data, "log_id", 64, call, answer)
            return Receipt(log_id, call.idempotent_id, answer.request_id)
        if not isinstance(message, Reply):
            raise ValidationError(
                [Problem("/message", f"must be a Message or a Reply, not {type(message).__name__}")], "send"
            )
        if idempotent_id is not None:
            raise ValidationError(
                [Problem("/idempotent_id", "does not go with a plain reply, which the platform cannot tell apart")],
                "send",
            )
        call = endpoints.send_reply(
            complaint_id, message, complainted_mchid=merchant, allow_placeholders=allow_placeholders
        )
        _, answer = self._transport.send(call)
        return Receipt(None, None, answer.request_id)

    def upload_image(self, picture: endpoints.Picture, filename: str | None = None) -> str:
        """Upload an image for a reply.

        Args:
            picture: A path, the bytes, or a file opened for reading bytes; jpg, png or bmp, at most 2 MiB.
            filename: The name to send, at most 128 characters; needed for bytes, and for a file that has none.

        Returns:
            The ``media_id``, at most 512 characters.

        Raises:
            OSError: The file cannot be read.
        """
        call = endpoints.upload_image(picture, filename)
        data, answer = self._transport.send(call)
        return self._id(data, "media_id", 512, call, answer)

    @staticmethod
    def _id(data: Mapping[str, Any], key: str, at_most: int, call: Call, answer: Answer) -> str:
        """Return an id from an answer, which goes into logs and databases as it is."""
        value = data.get(key)
        if not isinstance(value, str) or not value:
            raise Protocol.distrust(f"it has no {key}", call, answer)
        if len(value) > at_most or not value.isprintable():
            raise Protocol.distrust(
                f"its {key} has more than {at_most} characters, or some that cannot be shown", call, answer
            )
        return value


def _require_apiv3_key(key: object) -> None:
    if key is None:
        return
    size = len(key.encode() if isinstance(key, str) else key) if isinstance(key, (str, bytes)) else 0
    if size != _APIV3_KEY_BYTES:
        raise ConfigurationError(f"apiv3_key must have {_APIV3_KEY_BYTES} bytes")
