"""What a message is made of: `Text`, `Image`, `Link`, `FaqList`, `Button`, `ButtonGroup`; `Block` is their union.

The classes carry the wire's own field names, so that WeChat Pay's documentation reads on them.

Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``blocks``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, TypeAlias

import attrs

from msgkit import _fields, rules
from msgkit.actions import Action, SendMessage
from msgkit.enums import BlockType, ButtonLayout, ImageStyle, TextColor

_action = _fields.part(Action, rule=rules.NOT_AN_ACTION)
_coerce_color = _fields.coerced(TextColor)
_coerce_style = _fields.coerced(ImageStyle)
_coerce_layout = _fields.coerced(ButtonLayout)
_send = _fields.unchecked(SendMessage)


def _color(value: TextColor | str | None) -> TextColor | str | None:
    return _coerce_color(value)  # type: ignore[no-any-return]


def _style(value: ImageStyle | str | None) -> ImageStyle | str | None:
    return _coerce_style(value)  # type: ignore[no-any-return]


def _layout(value: ButtonLayout | str | None) -> ButtonLayout | str | None:
    return _coerce_layout(value)  # type: ignore[no-any-return]


def _moment(value: datetime | None) -> datetime | None:
    return _fields.as_moment(value)  # type: ignore[no-any-return]


@attrs.frozen
class InvalidInfo:
    """When something that can be tapped stops working.

    Attributes:
        expired_time: From when on; a datetime with a time zone. Kept in whole seconds and as a fixed offset, which is
            what the wire can say (RFC 3339).
        multi_clickable: Whether it can be tapped more than once.

    Two are equal where they are written alike; the same moment in another zone is not.

    Raises:
        ValidationError: The datetime has no time zone, or a field is of another type.
    """

    expired_time: datetime | None = attrs.field(
        default=None, converter=_moment, validator=_fields.moment, eq=_fields.written
    )
    multi_clickable: bool | None = attrs.field(default=None, validator=_fields.flag)


_invalid_info = _fields.part(InvalidInfo, optional=True)


@attrs.frozen
class Text:
    """A paragraph.

    Attributes:
        text: What it says; not blank.
        color: A `TextColor`. A string that is none appears only in what the platform sent.
        is_bold: Whether it is bold.

    Raises:
        ValidationError: The text is empty or has a character outside one to three bytes, the colour is none, or a type
            is wrong.
    """

    type: ClassVar[BlockType] = BlockType.TEXT
    payload_key: ClassVar[str] = "text"

    text: str = attrs.field(validator=_fields.text(blank=False), repr=_fields.masked)
    color: TextColor | str | None = attrs.field(default=None, converter=_color, validator=_fields.member(TextColor))
    is_bold: bool | None = attrs.field(default=None, validator=_fields.flag)


@attrs.frozen
class Image:
    """A picture that was uploaded before.

    Attributes:
        media_id: The id that the upload gave.
        image_style_type: An `ImageStyle`. A string that is none appears only in what the platform sent.

    Raises:
        ValidationError: The id is empty, a field is of another type, or the style is none.
    """

    type: ClassVar[BlockType] = BlockType.IMAGE
    payload_key: ClassVar[str] = "image"

    media_id: str = attrs.field(validator=_fields.text(blank=False))
    image_style_type: ImageStyle | str | None = attrs.field(
        default=None, converter=_style, validator=_fields.member(ImageStyle)
    )


@attrs.frozen
class Link:
    """A line of text that can be tapped.

    Attributes:
        text: What it says.
        action: What a tap does.
        invalid_info: When it stops working.

    Raises:
        ValidationError: The text is empty or has a character outside one to three bytes, or a field is of another type.
    """

    type: ClassVar[BlockType] = BlockType.LINK
    payload_key: ClassVar[str] = "link"

    text: str = attrs.field(validator=_fields.text(blank=False), repr=_fields.masked)
    action: Action = attrs.field(validator=_action)
    invalid_info: InvalidInfo | None = attrs.field(default=None, validator=_invalid_info)


@attrs.frozen
class Faq:
    """A suggested question.

    Attributes:
        faq_title: The question.
        action: What a tap does; without one, it sends the question.
        faq_id: The merchant's name for this question.

    Raises:
        ValidationError: The question is empty, a text has a character outside one to three bytes, or a field is of
            another type.
    """

    faq_title: str = attrs.field(validator=_fields.text(blank=False), repr=_fields.masked)
    action: Action = attrs.field(
        default=attrs.Factory(lambda self: _send(self.faq_title, None, None), takes_self=True),
        validator=_action,
        metadata=_fields.ALWAYS_SENT,
    )
    faq_id: str | None = attrs.field(default=None, validator=_fields.text(optional=True), metadata=_fields.OWN)


@attrs.frozen
class Button:
    """A button, alone or in a `ButtonGroup`.

    Attributes:
        text: What is on it.
        action: What a tap does; without one, it sends the button's text.
        invalid_info: When it stops working. Buttons of a group share the group's; one of their own is not in the
            official example, and is sent only where given.

    Raises:
        ValidationError: The text is empty or has a character outside one to three bytes, or a field is of another type.
    """

    type: ClassVar[BlockType] = BlockType.BUTTON
    payload_key: ClassVar[str] = "button"

    text: str = attrs.field(validator=_fields.text(blank=False), repr=_fields.masked)
    action: Action = attrs.field(
        default=attrs.Factory(lambda self: _send(self.text, None, None), takes_self=True),
        validator=_action,
        metadata=_fields.ALWAYS_SENT,
    )
    invalid_info: InvalidInfo | None = attrs.field(default=None, validator=_invalid_info)


def _faqs(value: Iterable[Faq | str]) -> tuple[Faq, ...]:
    return _parts(value, Faq)  # type: ignore[no-any-return]


def _buttons(value: Iterable[Button | str]) -> tuple[Button, ...]:
    return _parts(value, Button)  # type: ignore[no-any-return]


def _parts(value: Any, cls: type) -> Any:
    """Make parts of the texts in an iterable, each of which sends itself."""
    items = _fields.as_tuple(value)
    if items.__class__ is not tuple:
        return items
    return tuple([cls(item) if isinstance(item, str) else item for item in items])


@attrs.frozen
class FaqList:
    """A list of suggested questions.

    Attributes:
        faqs: The questions; a ``str`` is a question that sends itself.

    Raises:
        ValidationError: There is no question, or an entry is neither a `Faq` nor a text.
    """

    type: ClassVar[BlockType] = BlockType.FAQ_LIST
    payload_key: ClassVar[str] = "faq_list"

    faqs: tuple[Faq, ...] = attrs.field(converter=_faqs, validator=_fields.parts(Faq, one="question", text=True))


@attrs.frozen
class ButtonGroup:
    """Buttons side by side or one below the other.

    Attributes:
        buttons: The buttons; a ``str`` is a button that sends itself.
        button_layout: A `ButtonLayout`. A string that is none appears only in what the platform sent.
        invalid_info: When the whole group stops working.

    Raises:
        ValidationError: There is no button, an entry is neither a `Button` nor a text, the layout is none, or a type is
            wrong.
    """

    type: ClassVar[BlockType] = BlockType.BUTTON_GROUP
    payload_key: ClassVar[str] = "button_group"

    buttons: tuple[Button, ...] = attrs.field(
        converter=_buttons, validator=_fields.parts(Button, one="button", text=True)
    )
    button_layout: ButtonLayout | str | None = attrs.field(
        default=None, converter=_layout, validator=_fields.member(ButtonLayout)
    )
    invalid_info: InvalidInfo | None = attrs.field(default=None, validator=_invalid_info)


@attrs.frozen
class UnknownBlock:
    """A block that this version cannot make anything of, as the platform sent it; never sent by us.

    It is of a type that this version does not know, or lacks what its type needs.

    Attributes:
        type: The wire's name of its type; the empty string where it names none.
        json: The whole block as JSON text: letter by letter as it came where text was read.

    Raises:
        ValidationError: The text is not that of a JSON object with this type.
    """

    type: str = attrs.field(validator=_fields.word)
    json: str = attrs.field(validator=_fields.json_of("type", "block"), repr=_fields.masked)


Block: TypeAlias = Text | Image | Link | FaqList | Button | ButtonGroup | UnknownBlock
