"""`Outcome`: what became of a delivery."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Self

import attrs
from attrs.validators import instance_of, optional

from msgkit.errors import ConfigurationError

_is_text = optional(instance_of(str))


class State(StrEnum):
    """How far a delivery is.

    ``QUEUED`` waits to be sent, for the first time or again. The others are ends: ``SENT``; ``FAILED``, with its error;
    ``UNCLEAR``, where nobody knows whether a plain reply was sent.
    """

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNCLEAR = "unclear"


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of a delivery, or how far it is.

    Attributes:
        state: How far it is.
        log_id: The entry that a rich reply made in its complaint's history.
        media_id: What an uploaded picture is called.
        endpoint: Where it was sent: ``response-immediate-service`` (rich), ``response`` (plain) or ``upload``.
        request_id: What WeChat Pay's support asks for.
        error: What the last attempt ended in; None where nothing went wrong.
        retryable: Whether the same may succeed later, where it failed.
        attempts: How often it was taken up.
    """

    state: State = attrs.field(default=State.QUEUED, converter=State)
    log_id: str | None = attrs.field(default=None, validator=_is_text)
    media_id: str | None = attrs.field(default=None, validator=_is_text)
    endpoint: str | None = attrs.field(default=None, validator=_is_text)
    request_id: str | None = attrs.field(default=None, validator=_is_text)
    error: str | None = attrs.field(default=None, validator=_is_text)
    retryable: bool = attrs.field(default=False, validator=instance_of(bool))
    attempts: int = attrs.field(default=0, validator=instance_of(int))

    @property
    def is_end(self) -> bool:
        """Whether nothing more comes of it by itself."""
        return self.state is not State.QUEUED

    def to_json(self) -> str:
        """Return it as JSON text, for the ledger to keep."""
        return json.dumps(attrs.asdict(self, filter=lambda field, value: value != field.default))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what `to_json` wrote; what a later version wrote beside is passed over.

        Raises:
            ConfigurationError: It is something else. Its text quotes nothing.
        """
        known = attrs.fields_dict(cls)
        try:
            return cls(**{name: value for name, value in json.loads(text).items() if name in known})
        except (AttributeError, TypeError, ValueError, RecursionError):  # their texts may have anybody's words
            raise ConfigurationError("what the ledger holds is no outcome: does anybody else use its keys?") from None
