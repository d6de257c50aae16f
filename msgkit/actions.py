"""What a tap does: `SendMessage`, `JumpUrl`, `JumpMiniProgram`; `Action` is their union.

Three classes, not one with three optional payloads, so that an action with two targets or none cannot be built.

Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``action``).
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import attrs

from msgkit import rules
from msgkit.enums import ActionType


@attrs.frozen
class SendMessage:
    """A tap sends a text as the customer's own reply.

    Attributes:
        content: The text that is sent. The click record shows up to 1,024 characters of it.
        custom_data: The merchant's own data, handed back untouched with the click.
        action_id: The merchant's name for this action, which comes back in the click record.

    Raises:
        ValidationError: A field is no string, or has a character outside one to three bytes in UTF-8.
    """

    action_type: ClassVar[ActionType] = ActionType.SEND_MESSAGE

    content: str = attrs.field(validator=rules.string(), repr=rules.masked)
    custom_data: str | None = attrs.field(default=None, validator=rules.string(optional=True), repr=rules.masked)
    action_id: str | None = attrs.field(default=None, validator=rules.string(optional=True), kw_only=True)


@attrs.frozen
class JumpUrl:
    """A tap opens a web page.

    Attributes:
        jump_url: The page's address; https only.
        action_id: The merchant's name for this action, which comes back in the click record.

    Raises:
        ValidationError: The address is not an https URL, or a field has a character outside one to three bytes.
    """

    action_type: ClassVar[ActionType] = ActionType.JUMP_URL

    jump_url: str = attrs.field(validator=rules.string(https=True, rendered=True), repr=rules.masked)
    action_id: str | None = attrs.field(default=None, validator=rules.string(optional=True), kw_only=True)


@attrs.frozen
class JumpMiniProgram:
    """A tap opens a page of a mini program.

    Attributes:
        appid: The mini program's APPID, e.g. ``"wx8888888888888888"``.
        path: The page in it, with its query, e.g. ``"pages/order?id=42"``.
        text: The page's name; not in the official example, sent only where given.
        action_id: The merchant's name for this action, which comes back in the click record.

    Raises:
        ValidationError: A field is no string, or has a character outside one to three bytes in UTF-8.
    """

    action_type: ClassVar[ActionType] = ActionType.JUMP_MINI_PROGRAM

    appid: str = attrs.field(validator=rules.string())
    path: str = attrs.field(validator=rules.string(), repr=rules.masked)
    text: str | None = attrs.field(default=None, validator=rules.string(optional=True), repr=rules.masked)
    action_id: str | None = attrs.field(default=None, validator=rules.string(optional=True), kw_only=True)


@attrs.frozen
class UnknownAction:
    """An action of a type that this version does not know, as the platform sent it; never sent by us.

    Attributes:
        action_type: The wire's name of it.
        json: The whole action as JSON text.
    """

    action_type: str
    json: str = attrs.field(validator=rules.json_text, repr=rules.masked)


Action: TypeAlias = SendMessage | JumpUrl | JumpMiniProgram | UnknownAction
