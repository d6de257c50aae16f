"""The NormalMessage as a good user of pydantic v2 would write it, with the rules that msgkit has.

Unions are told apart by their discriminator and every rule is one that pydantic's core checks without calling Python,
but for the whole seconds of a datetime, which it has no rule for.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

_BLANK = r"\s\x00-\x20\x7f-\xa0"
_SENDABLE = r"^[\x{0}-\x{FFFF}]*$"
_HTTPS = (
    r"^(?i:https)://(?:[^/?#@BLANK\x{10000}-\x{10FFFF}]*@)?[^/?#@:BLANK\x{10000}-\x{10FFFF}]"
    r"[^/?#@BLANK\x{10000}-\x{10FFFF}]*(?:[/?#][^BLANK\x{10000}-\x{10FFFF}]*)?$"
).replace("BLANK", _BLANK)


def _whole_seconds(value: datetime) -> datetime:
    offset = value.utcoffset() or timedelta()
    if offset % timedelta(minutes=1):
        raise ValueError("has a zone whose offset is not in whole minutes")
    return value.replace(microsecond=0, tzinfo=timezone(offset), fold=0)


Sendable = Annotated[str, Field(pattern=_SENDABLE)]
CustomData = Annotated[str, Field(pattern=_SENDABLE, max_length=4096)]
HttpsUrl = Annotated[str, Field(pattern=_HTTPS)]
Moment = Annotated[AwareDatetime, AfterValidator(_whole_seconds)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MessageInfo(_Model):
    """What a tap sends."""

    content: Sendable
    custom_data: Sendable | None = None


class MiniProgram(_Model):
    """Where a tap leads in a mini program."""

    appid: Sendable
    path: Sendable
    text: Sendable | None = None


class SendMessage(_Model):
    """A tap sends a text."""

    action_type: Literal["ACTION_TYPE_SEND_MESSAGE"] = "ACTION_TYPE_SEND_MESSAGE"
    message_info: MessageInfo
    action_id: Sendable | None = None


class JumpUrl(_Model):
    """A tap opens a web page."""

    action_type: Literal["ACTION_TYPE_JUMP_URL"] = "ACTION_TYPE_JUMP_URL"
    jump_url: HttpsUrl
    action_id: Sendable | None = None


class JumpMiniProgram(_Model):
    """A tap opens a mini program."""

    action_type: Literal["ACTION_TYPE_JUMP_MINI_PROGRAM"] = "ACTION_TYPE_JUMP_MINI_PROGRAM"
    mini_program_jump_info: MiniProgram
    action_id: Sendable | None = None


Action = Annotated[SendMessage | JumpUrl | JumpMiniProgram, Field(discriminator="action_type")]


class InvalidInfo(_Model):
    """When something stops working."""

    expired_time: Moment | None = None
    multi_clickable: bool | None = None


class Text(_Model):
    """A paragraph."""

    text: Sendable
    color: Literal["DEFAULT", "SECONDARY"] | None = None
    is_bold: bool | None = None


class Image(_Model):
    """A picture."""

    media_id: Sendable
    image_style_type: Literal["IMAGE_STYLE_TYPE_NARROW", "IMAGE_STYLE_TYPE_WIDE"] | None = None


class Link(_Model):
    """A line of text that can be tapped."""

    text: Sendable
    action: Action
    invalid_info: InvalidInfo | None = None


class Faq(_Model):
    """A suggested question."""

    faq_title: Sendable
    action: Action
    faq_id: Sendable | None = None


class FaqList(_Model):
    """Suggested questions."""

    faqs: tuple[Faq, ...]


class Button(_Model):
    """A button."""

    text: Sendable
    action: Action
    invalid_info: InvalidInfo | None = None


class ButtonGroup(_Model):
    """Buttons that belong together."""

    buttons: tuple[Button, ...]
    button_layout: Literal["LAYOUT_UNKNOWN", "LAYOUT_HORIZONTAL", "LAYOUT_VERTICAL"] | None = None
    invalid_info: InvalidInfo | None = None


class TextBlock(_Model):
    """A block that is a paragraph."""

    type: Literal["TEXT"] = "TEXT"
    text: Text


class ImageBlock(_Model):
    """A block that is a picture."""

    type: Literal["IMAGE"] = "IMAGE"
    image: Image


class LinkBlock(_Model):
    """A block that is a link."""

    type: Literal["LINK"] = "LINK"
    link: Link


class FaqListBlock(_Model):
    """A block of suggested questions."""

    type: Literal["FAQ_LIST"] = "FAQ_LIST"
    faq_list: FaqList


class ButtonBlock(_Model):
    """A block that is a button."""

    type: Literal["BUTTON"] = "BUTTON"
    button: Button


class ButtonGroupBlock(_Model):
    """A block of buttons."""

    type: Literal["BUTTON_GROUP"] = "BUTTON_GROUP"
    button_group: ButtonGroup


Block = Annotated[
    TextBlock | ImageBlock | LinkBlock | FaqListBlock | ButtonBlock | ButtonGroupBlock, Field(discriminator="type")
]


class Message(_Model):
    """The NormalMessage."""

    blocks: tuple[Block, ...] = Field(min_length=1)
    sender_identity: Literal["UNKNOWN", "MANUAL", "MACHINE"] | None = None
    custom_data: CustomData | None = None
