"""What a tap does: `SendMessage`, `JumpUrl`, `JumpMiniProgram`; `Action` is their union.

Three classes, not one with three optional payloads, so that an action with two targets or none cannot be built.

Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``action``).
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import attrs

from msgkit import _fields
from msgkit._action_data import ActionData
from msgkit.enums import ActionType
from msgkit.errors import ValidationError


def _packed(value: str | ActionData | None) -> str | None:
    """Pack what an action's id is made of; leave all else to the rule."""
    if not isinstance(value, ActionData):
        return value
    try:
        return value.pack()
    except ValidationError as error:
        raise ValidationError(problem.under("/action_id") for problem in error.problems) from None


@attrs.frozen
class SendMessage:
    """A tap sends a text as the customer's own reply.

    Attributes:
        content: The text that is sent; not blank. The click record shows up to 1,024 characters of it.
        custom_data: The merchant's own data, handed back untouched with the click.
        action_id: The merchant's name for this action, up to 4,096 characters of which come back in the click record;
            an `ActionData` is packed into one.

    Raises:
        ValidationError: A field is no string, or has a character outside one to three bytes in UTF-8; the content is
            empty; or an `ActionData` cannot be packed.
    """

    action_type: ClassVar[ActionType] = ActionType.SEND_MESSAGE
    payload_key: ClassVar[str | None] = "message_info"

    content: str = attrs.field(validator=_fields.text(blank=False), metadata=_fields.STATED, repr=_fields.masked)
    custom_data: str | None = attrs.field(
        default=None, validator=_fields.text(optional=True), metadata=_fields.OWN, repr=_fields.masked
    )
    action_id: str | None = attrs.field(
        default=None,
        converter=_packed,
        validator=_fields.text(optional=True),
        kw_only=True,
        metadata=_fields.BESIDE | _fields.OWN,
    )


@attrs.frozen
class JumpUrl:
    """A tap opens a web page.

    Attributes:
        jump_url: The page's address; https only. While a message is composed it may begin with a template's
            placeholder instead; no message is sent with one.
        action_id: The merchant's name for this action, up to 4,096 characters of which come back in the click record;
            an `ActionData` is packed into one.

    Raises:
        ValidationError: The address is not an https URL, a field has a character outside one to three bytes, or an
            `ActionData` cannot be packed.

    WeChat Pay states "https only" for the plain reply (提交回复) and says nothing of rich ones. The rule is kept here
    on purpose: nobody can change the page on its way to the customer, and one message can be sent as either kind.
    """

    action_type: ClassVar[ActionType] = ActionType.JUMP_URL
    payload_key: ClassVar[str | None] = None

    jump_url: str = attrs.field(
        validator=_fields.url(template=True), metadata=_fields.when_filled(_fields.url()), repr=_fields.masked
    )
    action_id: str | None = attrs.field(
        default=None,
        converter=_packed,
        validator=_fields.text(optional=True),
        kw_only=True,
        metadata=_fields.BESIDE | _fields.OWN,
    )


@attrs.frozen
class JumpMiniProgram:
    """A tap opens a mini program.

    Attributes:
        appid: The mini program's APPID, e.g. ``"wx8888888888888888"``.
        path: The page in it, with its query, e.g. ``"pages/order?id=42"``; without one, its front page.
        text: The page's name; not in the official example, sent only where given.
        action_id: The merchant's name for this action, up to 4,096 characters of which come back in the click record;
            an `ActionData` is packed into one.

    Raises:
        ValidationError: A field is no string, or has a character outside one to three bytes in UTF-8; the APPID is
            empty; or an `ActionData` cannot be packed.
    """

    action_type: ClassVar[ActionType] = ActionType.JUMP_MINI_PROGRAM
    payload_key: ClassVar[str | None] = "mini_program_jump_info"

    appid: str = attrs.field(validator=_fields.text(blank=False), metadata=_fields.STATED)
    path: str | None = attrs.field(default=None, validator=_fields.text(optional=True), repr=_fields.masked)
    text: str | None = attrs.field(default=None, validator=_fields.text(optional=True), repr=_fields.masked)
    action_id: str | None = attrs.field(
        default=None,
        converter=_packed,
        validator=_fields.text(optional=True),
        kw_only=True,
        metadata=_fields.BESIDE | _fields.OWN,
    )


@attrs.frozen
class UnknownAction:
    """An action that this version cannot make anything of, as the platform sent it; never sent by us.

    It is of a type that this version does not know, or lacks what its type needs.

    Attributes:
        action_type: The wire's name of its type; the empty string where it names none.
        json: The whole action as JSON text: letter by letter as it came where text was read.

    Raises:
        ValidationError: The text is not that of a JSON object with this type.
    """

    action_type: str = attrs.field(validator=_fields.word)
    json: str = attrs.field(validator=_fields.json_of("action_type", "action"), repr=_fields.masked)


Action: TypeAlias = SendMessage | JumpUrl | JumpMiniProgram | UnknownAction
