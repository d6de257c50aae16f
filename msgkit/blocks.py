"""What a message is made of: `Text`, `Image`, `Link`, `FaqList`, `Button`, `ButtonGroup`; `Block` is their union.

The classes carry the wire's own field names, so that WeChat Pay's documentation reads on them.

Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``blocks``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

import attrs

from msgkit import rules
from msgkit.actions import Action, JumpMiniProgram, JumpUrl, SendMessage, UnknownAction
from msgkit.enums import BlockType, ButtonLayout, ImageStyle, TextColor

_action = rules.instance_of(
    SendMessage,
    JumpUrl,
    JumpMiniProgram,
    UnknownAction,
    hint='; a URL goes into JumpUrl("https://…")',
)
_coerce_color = rules.coerced(TextColor)
_coerce_style = rules.coerced(ImageStyle)
_coerce_layout = rules.coerced(ButtonLayout)


def _color(value: TextColor | str | None) -> TextColor | str | None:
    return _coerce_color(value)  # type: ignore[no-any-return]


def _style(value: ImageStyle | str | None) -> ImageStyle | str | None:
    return _coerce_style(value)  # type: ignore[no-any-return]


def _layout(value: ButtonLayout | str | None) -> ButtonLayout | str | None:
    return _coerce_layout(value)  # type: ignore[no-any-return]


def _moment(value: datetime | None) -> datetime | None:
    return rules.as_moment(value)  # type: ignore[no-any-return]


@attrs.frozen
class InvalidInfo:
    """When something that can be tapped stops working.

    Attributes:
        expired_time: From when on; a datetime with a time zone. Kept in whole seconds and as a fixed offset, which is
            what the wire can say (RFC 3339).
        multi_clickable: Whether it can be tapped more than once.

    Raises:
        ValidationError: The datetime has no time zone, or a field is of another type.
    """

    expired_time: datetime | None = attrs.field(default=None, converter=_moment, validator=rules.moment)
    multi_clickable: bool | None = attrs.field(default=None, validator=rules.flag)


_invalid_info = rules.instance_of(InvalidInfo, optional=True)


@attrs.frozen
class Text:
    """A paragraph.

    Attributes:
        text: What it says.
        color: A `TextColor`. A string that is none appears only in what the platform sent.
        is_bold: Whether it is bold.

    Raises:
        ValidationError: The text has a character outside one to three bytes, the colour is none, or a type is wrong.
    """

    type: ClassVar[BlockType] = BlockType.TEXT

    text: str = attrs.field(validator=rules.string(), repr=rules.masked)
    color: TextColor | str | None = attrs.field(default=None, converter=_color, validator=rules.member(TextColor))
    is_bold: bool | None = attrs.field(default=None, validator=rules.flag)


@attrs.frozen
class Image:
    """A picture that was uploaded before.

    Attributes:
        media_id: The id that the upload gave.
        image_style_type: An `ImageStyle`. A string that is none appears only in what the platform sent.

    Raises:
        ValidationError: A field is of another type or the style is none.
    """

    type: ClassVar[BlockType] = BlockType.IMAGE

    media_id: str = attrs.field(validator=rules.string())
    image_style_type: ImageStyle | str | None = attrs.field(
        default=None, converter=_style, validator=rules.member(ImageStyle)
    )


@attrs.frozen
class Link:
    """A line of text that can be tapped.

    Attributes:
        text: What it says.
        action: What a tap does.
        invalid_info: When it stops working.

    Raises:
        ValidationError: The text has a character outside one to three bytes, or a field is of another type.
    """

    type: ClassVar[BlockType] = BlockType.LINK

    text: str = attrs.field(validator=rules.string(), repr=rules.masked)
    action: Action = attrs.field(validator=_action)
    invalid_info: InvalidInfo | None = attrs.field(default=None, validator=_invalid_info)


_slots: Any = SendMessage
_set_content = _slots.content.__set__
_set_custom_data = _slots.custom_data.__set__
_set_action_id = _slots.action_id.__set__


def _send(content: str) -> SendMessage:
    """Make the action of a part that sends its own text, which the part's own rule is about to check."""
    action = object.__new__(SendMessage)
    _set_content(action, content)
    _set_custom_data(action, None)
    _set_action_id(action, None)
    return action


@attrs.frozen
class Faq:
    """A suggested question.

    Attributes:
        faq_title: The question.
        action: What a tap does; without one, it sends the question.
        faq_id: The merchant's name for this question.

    Raises:
        ValidationError: A text has a character outside one to three bytes, or a field is of another type.
    """

    faq_title: str = attrs.field(validator=rules.string(), repr=rules.masked)
    action: Action = attrs.field(
        default=attrs.Factory(lambda self: _send(self.faq_title), takes_self=True),
        validator=_action,
        metadata=rules.ALWAYS_SENT,
    )
    faq_id: str | None = attrs.field(default=None, validator=rules.string(optional=True))


@attrs.frozen
class Button:
    """A button, alone or in a `ButtonGroup`.

    Attributes:
        text: What is on it.
        action: What a tap does; without one, it sends the button's text.
        invalid_info: When it stops working. Buttons of a group share the group's; one of their own is not in the
            official example, and is sent only where given.

    Raises:
        ValidationError: The text has a character outside one to three bytes, or a field is of another type.
    """

    type: ClassVar[BlockType] = BlockType.BUTTON

    text: str = attrs.field(validator=rules.string(), repr=rules.masked)
    action: Action = attrs.field(
        default=attrs.Factory(lambda self: _send(self.text), takes_self=True),
        validator=_action,
        metadata=rules.ALWAYS_SENT,
    )
    invalid_info: InvalidInfo | None = attrs.field(default=None, validator=_invalid_info)


def _faqs(value: Iterable[Faq | str]) -> tuple[Faq, ...]:
    return _parts(value, Faq)  # type: ignore[no-any-return]


def _buttons(value: Iterable[Button | str]) -> tuple[Button, ...]:
    return _parts(value, Button)  # type: ignore[no-any-return]


def _parts(value: Any, cls: type) -> Any:
    """Make parts of the texts in an iterable, each of which sends itself."""
    items = rules.as_tuple(value)
    if items.__class__ is not tuple:
        return items
    return tuple([cls(item) if isinstance(item, str) else item for item in items])


@attrs.frozen
class FaqList:
    """A list of suggested questions.

    Attributes:
        faqs: The questions; a ``str`` is a question that sends itself.

    Raises:
        ValidationError: An entry is neither a `Faq` nor a text.
    """

    type: ClassVar[BlockType] = BlockType.FAQ_LIST

    faqs: tuple[Faq, ...] = attrs.field(converter=_faqs, validator=rules.tuple_of(Faq))


@attrs.frozen
class ButtonGroup:
    """Buttons side by side or one below the other.

    Attributes:
        buttons: The buttons; a ``str`` is a button that sends itself.
        button_layout: A `ButtonLayout`. A string that is none appears only in what the platform sent.
        invalid_info: When the whole group stops working.

    Raises:
        ValidationError: An entry is neither a `Button` nor a text, the layout is none, or a type is wrong.
    """

    type: ClassVar[BlockType] = BlockType.BUTTON_GROUP

    buttons: tuple[Button, ...] = attrs.field(converter=_buttons, validator=rules.tuple_of(Button))
    button_layout: ButtonLayout | str | None = attrs.field(
        default=None, converter=_layout, validator=rules.member(ButtonLayout)
    )
    invalid_info: InvalidInfo | None = attrs.field(default=None, validator=_invalid_info)


@attrs.frozen
class UnknownBlock:
    """A block of a type that this version does not know, as the platform sent it; never sent by us.

    Attributes:
        type: The wire's name of it.
        json: The whole block as JSON text.
    """

    type: str
    json: str = attrs.field(validator=rules.json_text, repr=rules.masked)


Block: TypeAlias = Text | Image | Link | FaqList | Button | ButtonGroup | UnknownBlock
