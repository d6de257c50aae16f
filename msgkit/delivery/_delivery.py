"""`Delivery`: what is to be sent, made and checked before it is queued."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any, Self

import attrs

from msgkit import _endpoints, _fields, _pictures
from msgkit._apiv3.calls import Operation
from msgkit._endpoints import ComplaintId
from msgkit._receipt import Receipt
from msgkit.errors import ConfigurationError
from msgkit.message import Message
from msgkit.reply import Reply

UPLOAD = "upload"
"""Where a picture is sent: the last word of the endpoint's path, as those of replies are."""


@attrs.frozen(kw_only=True)
class Delivery:
    """A reply, or a picture, as what is to be sent, to the byte. It holds no key.

    `Delivery.of` makes that of a reply, `Delivery.of_picture` that of a picture.

    Attributes:
        mchid: The merchant who sends it, digits.
        id: What makes it one and the same, 1 to 128 characters: the ``idempotent_id`` of a rich reply, and the ledger's
            name for any.
        complaint_id: The complaint; None for a picture.
        rich: The JSON of a rich reply; None where there is none.
        plain: The JSON of a plain reply. Where there is a rich one too, the complaint is read first, and says which.
        picture: The bytes of a picture in base64.
        filename: The picture's name.
    """

    mchid: str = attrs.field(validator=_fields.text(blank=False, at_most=64))
    id: str = attrs.field(validator=_fields.text(blank=False, at_most=128))
    complaint_id: str | None = None
    rich: str | None = attrs.field(default=None, repr=False)
    plain: str | None = attrs.field(default=None, repr=False)
    picture: str | None = attrs.field(default=None, repr=False)
    filename: str | None = attrs.field(default=None, repr=False)

    @classmethod
    def of(  # noqa: PLR0913 - what `Client.send` takes
        cls,
        mchid: str,
        complaint_id: str,
        message: Message | Reply,
        *,
        idempotent_id: str | None = None,
        complainted_mchid: str | None = None,
        plain_too: bool = False,
        allow_placeholders: bool = False,
    ) -> Self:
        """Return the delivery of a reply.

        Args:
            mchid: The merchant who sends it.
            complaint_id: The complaint, 1 to 64 characters.
            message: A `Message` or a `Reply`.
            idempotent_id: What makes it one and the same, of a plain reply too; a new UUID where none is given.
            complainted_mchid: The merchant complained about; by default the one who sends.
            plain_too: Send a `Message` as a plain reply to a complaint that takes no rich one.
            allow_placeholders: Take texts that hold ``${…}``.

        Raises:
            ValidationError: An argument breaks its rule.
        """
        key = str(uuid.uuid4()) if idempotent_id is None else idempotent_id
        given: dict[str, Any] = {
            "complainted_mchid": mchid if complainted_mchid is None else complainted_mchid,
            "allow_placeholders": allow_placeholders,
        }
        rich = plain = None
        if not isinstance(message, Reply):
            rich = _body(_endpoints.send(complaint_id, message, idempotent_id=key, **given))
        if isinstance(message, Reply) or plain_too:
            reply = message if isinstance(message, Reply) else message.to_reply()[0]
            plain = _body(_endpoints.reply_plainly(complaint_id, reply, **given))
        return cls(mchid=mchid, id=key, complaint_id=complaint_id, rich=rich, plain=plain)

    @classmethod
    def of_picture(
        cls,
        mchid: str,
        picture: _pictures.Picture,
        filename: str | None = None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> Self:
        """Return the delivery of a picture.

        Args:
            mchid: The merchant who uploads it.
            picture: As `Client.upload_image` takes it, at most 2 MiB.
            filename: Likewise.
            id: What the ledger calls it; a new UUID where none is given.

        Raises:
            ValidationError: The picture breaks a rule.
        """
        upload = _pictures.read(picture, filename)
        _endpoints.upload_image(upload)  # whose rules hold before it is queued
        content = base64.b64encode(upload.content).decode("ascii")
        return cls(mchid=mchid, id=str(uuid.uuid4()) if id is None else id, picture=content, filename=upload.filename)

    def to_json(self) -> str:
        """Return it as JSON text, always the same for the same delivery."""
        return json.dumps(attrs.asdict(self, filter=lambda _, value: value is not None), sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote, and take nothing on trust.

        Raises:
            ConfigurationError: It is something else. Its text quotes nothing.
        """
        try:
            found = cls(**json.loads(text))
            found._check()
        except (TypeError, ValueError, KeyError, RecursionError):  # their texts may have anybody's words
            raise ConfigurationError("what the ledger holds is no delivery: does anybody else use its keys?") from None
        return found

    @property
    def digest(self) -> str:
        """What tells it from others, without holding it."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @property
    def plain_text(self) -> str:
        """The text of the plain reply."""
        return str(json.loads(self.plain or "{}").get("response_content", ""))

    @property
    def picture_bytes(self) -> bytes:
        """The picture."""
        return base64.b64decode(self.picture or "", validate=True)

    def richly(self) -> Operation[Receipt]:
        """Return the call that sends the rich reply."""
        return _endpoints.reply_again(self.complaint_id or "", _endpoints.RICH, (self.rich or "").encode(), self.id)

    def plainly(self) -> Operation[Receipt]:
        """Return the call that sends the plain reply."""
        return _endpoints.reply_again(self.complaint_id or "", _endpoints.PLAIN, (self.plain or "").encode(), None)

    def _check(self) -> None:
        given = [value for value in attrs.astuple(self) if value is not None]
        if not all(isinstance(value, str) for value in given):
            raise TypeError
        for value in given:
            value.encode()  # which half a character cannot be
        bodies = {
            name: json.loads(body) for name, body in (("rich", self.rich), ("plain", self.plain)) if body is not None
        }
        if not all(isinstance(body, Mapping) for body in bodies.values()) or bool(bodies) == (self.picture is not None):
            raise ValueError
        if bodies:
            ComplaintId(self.complaint_id or "")
        if "rich" in bodies and bodies["rich"]["idempotent_id"] != self.id:
            raise ValueError
        if "plain" in bodies and not isinstance(bodies["plain"]["response_content"], str):
            raise TypeError
        if self.picture is not None:
            _endpoints.upload_image(_pictures.read(self.picture_bytes, self.filename))


def _body(operation: Operation[Any]) -> str:
    return operation.call.body.decode()
