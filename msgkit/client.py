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

    One client serves many threads and keeps its connections alive. It is a context manager; leaving it closes them.

    Args:
        mchid: The merchant's number.
        serial_no: The serial number of the merchant's API certificate, in hexadecimal digits.
        private_key: That certificate's key (``apiclient_key.pem``): a path, PEM text or bytes, or a loaded key.
        public_key_id: The id of WeChat Pay's public key, ``PUB_KEY_ID_…``.
        public_key: WeChat Pay's public key (``pub_key.pem``): a path, PEM text or bytes, or a loaded key.
        apiv3_key: The APIv3 key, 32 bytes; not needed for replies.
        base_url: The host; ``http://`` only for a sandbox on this machine.
        timeout: Seconds to connect, and seconds to wait between two bytes of an answer.

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
        timeout: tuple[float, float] = (5.0, 30.0),
    ) -> None:
        if not (isinstance(public_key_id, str) and re.fullmatch(r"PUB_KEY_ID_[0-9A-Za-z_-]{1,64}", public_key_id)):
            raise ConfigurationError("public_key_id must be the id of WeChat Pay's public key, PUB_KEY_ID_…")
        _require_apiv3_key(apiv3_key)
        signer = Signer(mchid, serial_no, load_private_key(private_key))
        verifier = Verifier({public_key_id: load_public_key(public_key)})
        self.mchid = mchid
        self._transport = Transport(Protocol(signer, verifier, public_key_id), base_url, timeout=timeout)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Make a client from the environment.

        Reads ``WECHATPAY_MCHID``, ``_SERIAL_NO``, ``_PRIVATE_KEY``, ``_PUBLIC_KEY_ID`` and ``_PUBLIC_KEY``, which must
        be set, and ``_APIV3_KEY`` and ``_BASE_URL``. Keys are PEM text or paths.

        Raises:
            ConfigurationError: Variables are not set, all of which it names; or one is not what it should be.
        """
        required = ("mchid", "serial_no", "private_key", "public_key_id", "public_key")
        given = {name: environ.get(f"WECHATPAY_{name.upper()}") for name in (*required, "apiv3_key", "base_url")}
        missing = [f"WECHATPAY_{name.upper()}" for name in required if not given[name]]
        if missing:
            raise ConfigurationError(f"not set in the environment: {', '.join(missing)}")
        settings: dict[str, Any] = {name: value for name, value in given.items() if value}
        return cls(**settings)

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
    ) -> Receipt:
        """Answer a complaint.

        Args:
            complaint_id: The complaint's id, 1 to 64 characters.
            message: A `Message` for a complaint that needs immediate service, a `Reply` for any.
            idempotent_id: What makes a rich reply one and the same however often it is sent, 1 to 128 characters; a
                new UUID where none is given. A plain reply has none.
            complainted_mchid: The merchant complained about, where that is not the caller but its sub-merchant.

        Returns:
            The receipt, with the ``log_id`` of a rich reply.
        """
        merchant = self.mchid if complainted_mchid is None else complainted_mchid
        if isinstance(message, Message):
            call = endpoints.send_message(
                complaint_id, message, complainted_mchid=merchant, idempotent_id=idempotent_id
            )
            data, answer = self._transport.send(call)
            log_id = self._string(data, "log_id", call, answer)
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
        _, answer = self._transport.send(endpoints.send_reply(complaint_id, message, complainted_mchid=merchant))
        return Receipt(None, None, answer.request_id)

    def upload_image(self, picture: endpoints.Picture, filename: str | None = None) -> str:
        """Upload an image for a reply.

        Args:
            picture: A path, the bytes, or a file opened for reading bytes; jpg, png or bmp, at most 2 MiB.
            filename: The name to send, at most 128 characters; needed for bytes.

        Returns:
            The ``media_id``, at most 512 characters.

        Raises:
            OSError: The file cannot be read.
        """
        call = endpoints.upload_image(picture, filename)
        data, answer = self._transport.send(call)
        return self._string(data, "media_id", call, answer)

    @staticmethod
    def _string(data: Mapping[str, Any], key: str, call: Call, answer: Answer) -> str:
        value = data.get(key)
        if not isinstance(value, str) or not value:
            raise Protocol.distrust(f"it has no {key}", call, answer)
        return value


def _require_apiv3_key(key: object) -> None:
    if key is None:
        return
    size = len(key.encode() if isinstance(key, str) else key) if isinstance(key, (str, bytes)) else 0
    if size != _APIV3_KEY_BYTES:
        raise ConfigurationError(f"apiv3_key must have {_APIV3_KEY_BYTES} bytes")
