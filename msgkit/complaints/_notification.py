"""`Notification`: word from the platform that something happened to a complaint."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Self, TypeGuard, final

import attrs

from msgkit import _fields
from msgkit.complaints._answer import Answer, readable
from msgkit.complaints._enums import EventType, NotificationAction

LARGEST_NOTIFICATION: Final = 64 * 1024
"""Most bytes of a notification's body; no documented one comes near it. A larger one is refused unread."""

_LONGEST_ID = 64

# As the wire has also spelt them.
_MISSPELT: Final = {"USER_APPLY_PLATFORM_SERIVCE": NotificationAction.USER_APPLY_PLATFORM_SERVICE}


@final
@readable
@attrs.frozen(kw_only=True)
class Notification(Answer):
    """A notification: it says which complaint to look at, and not what was said there.

    It is made by `Client.parse_notification`, which proves that it comes from WeChat Pay. The same one may come more
    than once, each time with the same `id`; none is certain to come. ``raw`` has what was encrypted and what came in
    clear beside it as one object, without the ciphertext; of a name that both have, what came in clear. What is
    optional is None where the platform did not send it.

    Attributes:
        id: The notification's own id, 36 characters on paper, at most 64.
        event_type: What it is about; an `EventType`, or the platform's word where that is a new one.
        create_time: When it was made.
        summary: A remark of the platform's, at most 64 characters.
        resource_type: How it was encrypted: ``encrypt-resource``.
        original_type: What was encrypted: ``complaint``, or ``security`` where the platform tests keys.
        complaint_id: The complaint, 1 to 64 characters; None where it is about none. Those whose `event_type` begins
            with ``COMPLAINT.`` have one.
        action_type: What was done to it; a `NotificationAction`, or the platform's word where that is a new one. A tap
            on a button comes as ``USER_RESPONSE``; which button is in the history.

    Source: WeChat Pay documentation, 消费者投诉: 投诉通知回调; 签名和加解密测试 (``SECURITY_ECHO.SUCCESS``).
    """

    id: str
    event_type: EventType | str
    create_time: datetime | None = None
    summary: str | None = attrs.field(default=None, repr=_fields.masked)
    resource_type: str | None = None
    original_type: str | None = None
    complaint_id: str | None = None
    action_type: NotificationAction | str | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from what `raw` gives; nothing is proven by that.

        A ``complaint_id`` that cannot be one reads as if it were not there; ``USER_APPLY_PLATFORM_SERIVCE``, which has
        come, reads as what it means.

        Args:
            data: The fields of the envelope and those that were encrypted, in one object; see `Answer.from_dict`.

        Raises:
            ValidationError: ``id`` or ``event_type`` is missing or of another type, by JSON Pointer.
        """
        found = super().from_dict(data)
        action = found.action_type
        return attrs.evolve(
            found,
            complaint_id=found.complaint_id if is_id(found.complaint_id) else None,
            action_type=None if action is None else _MISSPELT.get(action, action),
        )


def is_id(value: object) -> TypeGuard[str]:
    """Tell whether a value can be an id: 1 to 64 characters that can be shown, not all of them blank."""
    return isinstance(value, str) and len(value) <= _LONGEST_ID and value.isprintable() and bool(value.strip())
