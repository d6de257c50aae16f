"""The enums of the wire, as `enum.StrEnum`.

Each can be looked up by its wire value or by its short name, in any case: ``ImageStyle("wide")`` and
``ImageStyle("IMAGE_STYLE_TYPE_WIDE")`` are both `ImageStyle.WIDE`.

Source of the values: WeChat Pay documentation, 回复需要即时服务的投诉单 (NormalMessage).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class WireEnum(StrEnum):
    """A `StrEnum` whose members are also found by short name and in any case."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or not value.isascii():
            return None
        name = value.upper()
        return next((member for member in cls if name in (member.value, member.name)), None)


class BlockType(WireEnum):
    """What a block is; names the payload that it carries."""

    TEXT = "TEXT"
    IMAGE = "IMAGE"
    LINK = "LINK"
    FAQ_LIST = "FAQ_LIST"
    BUTTON = "BUTTON"
    BUTTON_GROUP = "BUTTON_GROUP"


class ActionType(WireEnum):
    """What a tap does; names the payload that the action carries."""

    SEND_MESSAGE = "ACTION_TYPE_SEND_MESSAGE"
    JUMP_URL = "ACTION_TYPE_JUMP_URL"
    JUMP_MINI_PROGRAM = "ACTION_TYPE_JUMP_MINI_PROGRAM"


class TextColor(WireEnum):
    """The colour of a text block."""

    DEFAULT = "DEFAULT"
    SECONDARY = "SECONDARY"


class ImageStyle(WireEnum):
    """How wide an image is shown."""

    NARROW = "IMAGE_STYLE_TYPE_NARROW"
    WIDE = "IMAGE_STYLE_TYPE_WIDE"


class ButtonLayout(WireEnum):
    """How the buttons of a group are laid out."""

    UNKNOWN = "LAYOUT_UNKNOWN"
    HORIZONTAL = "LAYOUT_HORIZONTAL"
    VERTICAL = "LAYOUT_VERTICAL"


class SenderIdentity(WireEnum):
    """Who wrote the message: a person or a machine."""

    UNKNOWN = "UNKNOWN"
    MANUAL = "MANUAL"
    MACHINE = "MACHINE"
