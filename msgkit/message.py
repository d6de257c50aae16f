"""`Message`: the NormalMessage, its blocks and the fluent methods that put them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, final

import attrs

from msgkit import rules, wire
from msgkit.actions import Action, JumpMiniProgram, JumpUrl, SendMessage, UnknownAction
from msgkit.blocks import (
    Block,
    Button,
    ButtonGroup,
    Faq,
    FaqList,
    Image,
    InvalidInfo,
    Link,
    Text,
    UnknownBlock,
)
from msgkit.enums import ButtonLayout, ImageStyle, SenderIdentity, TextColor
from msgkit.errors import Problem, ValidationError

if TYPE_CHECKING:
    from msgkit.reply import Reply

_Part = TypeVar("_Part")
_KINDS = (Text, Image, Link, FaqList, Button, ButtonGroup, UnknownBlock)
_ALLOWED = frozenset(_KINDS)
_coerce_identity = rules.coerced(SenderIdentity)


def _blocks(value: Iterable[Block]) -> tuple[Block, ...]:
    return rules.as_tuple(value)  # type: ignore[no-any-return]


def _identity(value: SenderIdentity | str | None) -> SenderIdentity | str | None:
    return _coerce_identity(value)  # type: ignore[no-any-return]


@final
@wire.generate
@attrs.frozen
class Message(wire.Document):
    """A rich message: blocks in order, who wrote it, and the merchant's own data.

    Every method returns a new message and leaves this one as it was, so that a message can be a module constant,
    shared by threads and templates. Messages equal by value, hash and pickle.

    Attributes:
        blocks: The content, in order. A message without blocks is where composing starts; it cannot be written.
        sender_identity: A `SenderIdentity`. A string that is none appears only in what the platform sent.
        custom_data: The merchant's own data, at most 4,096 characters, handed back untouched.

    Raises:
        ValidationError: A block is none, the identity is none, the data is too long or has a character outside one to
            three bytes in UTF-8.

    Source: WeChat Pay documentation, 回复需要即时服务的投诉单 (``message``).

    >>> Message().text("您的退款申请已受理", bold=True).button("转人工客服").to_json()
    '{"blocks":[{"type":"TEXT","text":{"text":"您的退款申请已受理","is_bold":true}},{"type":"BUTTON",\
"button":{"text":"转人工客服","action":{"action_type":"ACTION_TYPE_SEND_MESSAGE",\
"message_info":{"content":"转人工客服"}}}}]}'
    """

    blocks: tuple[Block, ...] = attrs.field(
        default=(),
        converter=_blocks,
        validator=rules.tuple_of(*_KINDS),
        metadata=rules.ALWAYS_SENT,
    )
    sender_identity: SenderIdentity | str | None = attrs.field(
        default=None, converter=_identity, validator=rules.member(SenderIdentity)
    )
    custom_data: str | None = attrs.field(
        default=None, validator=rules.string(optional=True, at_most=4096), repr=rules.masked
    )

    # Composing

    def text(self, text: str, *, color: TextColor | str | None = None, bold: bool | None = None) -> Message:
        """Add a paragraph.

        Args:
            text: What it says.
            color: ``DEFAULT`` or ``SECONDARY``.
            bold: Whether it is bold.
        """
        return self._with((Text(text, color, bold),))

    def image(self, media_id: str, *, style: ImageStyle | str | None = None) -> Message:
        """Add a picture.

        Args:
            media_id: The id that `Client.upload_image` gave.
            style: ``NARROW`` or ``WIDE``.
        """
        return self._with((Image(media_id, style),))

    def link(
        self,
        text: str,
        action: Action,
        *,
        expires: datetime | timedelta | None = None,
        multi_clickable: bool | None = None,
    ) -> Message:
        """Add a line of text that can be tapped.

        Args:
            text: What it says.
            action: What a tap does.
            expires: When it stops working: an aware datetime, or a timedelta from now.
            multi_clickable: Whether it can be tapped more than once.
        """
        return self._with((Link(text, action, _invalid_info(expires, multi_clickable)),))

    def faq(self, *faqs: Faq | str) -> Message:
        """Add a list of suggested questions; a ``str`` is a question that sends itself."""
        return self._with((FaqList(faqs),))

    def button(
        self,
        text: str,
        action: Action | None = None,
        *,
        expires: datetime | timedelta | None = None,
        multi_clickable: bool | None = None,
    ) -> Message:
        """Add a button.

        Args:
            text: What is on it.
            action: What a tap does; without one, it sends the button's text.
            expires: When it stops working: an aware datetime, or a timedelta from now.
            multi_clickable: Whether it can be tapped more than once.
        """
        invalid_info = _invalid_info(expires, multi_clickable)
        if action is None:
            return self._with((Button(text, invalid_info=invalid_info),))
        return self._with((Button(text, action, invalid_info),))

    def button_group(
        self,
        *buttons: Button | str,
        layout: ButtonLayout | str | None = None,
        expires: datetime | timedelta | None = None,
        multi_clickable: bool | None = None,
    ) -> Message:
        """Add buttons that belong together; a ``str`` is a button that sends its own text.

        Args:
            buttons: The buttons, in order.
            layout: ``HORIZONTAL`` or ``VERTICAL``.
            expires: When the whole group stops working: an aware datetime, or a timedelta from now.
            multi_clickable: Whether the group can be tapped more than once.
        """
        return self._with((ButtonGroup(buttons, layout, _invalid_info(expires, multi_clickable)),))

    def add(self, *blocks: Block) -> Message:
        """Add blocks that were made by their classes."""
        if not _ALLOWED.issuperset(map(type, blocks)):
            return Message(self.blocks + blocks)  # says which is none
        return self._with(blocks)

    def _with(self, blocks: tuple[Block, ...]) -> Message:
        """Add what is known to be blocks; what this message holds was checked when it was made."""
        message = object.__new__(Message)
        _set_blocks(message, self.blocks + blocks)
        _set_sender_identity(message, self.sender_identity)
        _set_custom_data(message, self.custom_data)
        return message

    def sent_by(self, identity: SenderIdentity | str) -> Message:
        """Say who wrote the message: ``MANUAL`` (a person), ``MACHINE`` or ``UNKNOWN``."""
        return self._changed("sender_identity", _identity(identity))

    def with_custom_data(self, custom_data: str) -> Message:
        """Attach the merchant's own data, at most 4,096 characters."""
        return self._changed("custom_data", custom_data)

    def _changed(self, name: str, value: object) -> Message:
        """Set another field than the blocks, by its rule."""
        message = self._with(())
        _SETTERS[name](message, value)
        if found := rules.problems(message, Message, (name,)):
            raise ValidationError(found, "Message")
        return message

    def when(self, condition: object, change: Callable[[Message], Message]) -> Message:
        """Return what `change` makes of this message where `condition` is true, and this message where it is not."""
        return change(self) if condition else self

    def __add__(self, other: Message) -> Message:
        """Join two messages: the blocks of both, and what either says of its sender and data.

        Raises:
            ValidationError: Both say it and differ, so that one would be lost.
        """
        if not isinstance(other, Message):
            return NotImplemented
        return Message(
            self.blocks + other.blocks,
            _one_of(self, other, "sender_identity"),
            _one_of(self, other, "custom_data"),
        )

    # Looking

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)

    def __len__(self) -> int:
        return len(self.blocks)

    def find(self, kind: type[_Part]) -> tuple[_Part, ...]:
        """Return all parts of a class, in document order: blocks, questions, actions, and buttons inside groups too.

        >>> [b.text for b in Message().button_group("满意", "不满意").find(Button)]
        ['满意', '不满意']
        """
        return tuple(part for _, part in wire.walk(self.blocks) if isinstance(part, kind))

    def actions(self) -> tuple[tuple[str, Action], ...]:
        """Return all actions in document order, each with its JSON Pointer.

        >>> [pointer for pointer, _ in Message().button("好").actions()]
        ['/blocks/0/button/action']
        """
        kinds = (SendMessage, JumpUrl, JumpMiniProgram, UnknownAction)
        return tuple((pointer, part) for pointer, part in wire.walk(self.blocks) if isinstance(part, kinds))

    # Leaving

    def check(self, *, filled: bool = True) -> None:
        """Make sure that this message can be sent.

        What was composed in code passes unless it has no blocks. What was read with ``strict=False`` may hold things
        that the platform can say and we cannot.

        Args:
            filled: Where this is False, a URL may begin with a template's placeholder.

        Raises:
            ValidationError: With all problems, each with its JSON Pointer.
        """
        with rules.filled() if filled else nullcontext():
            if self.blocks and rules.kept(self) and all(map(wire.is_sound, self.blocks)):
                return
            found = wire.problems(self)
            for pointer, part in wire.walk(self.blocks):
                found += (problem.under(pointer) for problem in wire.problems(part))
        if not self.blocks:
            found.append(_empty())
        if found:
            raise ValidationError(found, "Message")

    def to_dict(self) -> dict[str, Any]:
        """Return the NormalMessage as dicts, lists, strings and booleans, without what was not set.

        Raises:
            ValidationError: The message has no blocks.
        """
        if not self.blocks:
            raise ValidationError([_empty()], "Message")
        return wire.dump(self)

    def to_reply(self) -> tuple[Reply, tuple[Problem, ...]]:
        """Put as much of this message as it takes into a plain reply, for a complaint that takes no rich message.

        Texts become lines of `Reply.response_content`, as many as fit; the first four images are kept; the first link
        or button to a web page with a text of at most 10 characters and the first to a mini program become the
        reply's own.

        Returns:
            The reply, and what did not fit: a `Problem` for each part that was dropped or cut short.

        Raises:
            ValidationError: There is no text, which a plain reply needs.
        """
        from msgkit.reply import condense  # noqa: PLC0415 - most programs send messages as they are

        return condense(self.blocks)


_slots: Any = Message
_set_blocks = _slots.blocks.__set__
_set_sender_identity = _slots.sender_identity.__set__
_set_custom_data = _slots.custom_data.__set__
_SETTERS = {"sender_identity": _set_sender_identity, "custom_data": _set_custom_data}


def _empty() -> Problem:
    return Problem("/blocks", "must hold at least one block")


def _invalid_info(expires: datetime | timedelta | None, multi_clickable: bool | None) -> InvalidInfo | None:
    if expires is None and multi_clickable is None:
        return None
    if isinstance(expires, timedelta):
        try:
            expires = datetime.now(UTC).astimezone() + expires
        except OverflowError:
            problem = Problem("/expired_time", "is further away than a date can be", expires)
            raise ValidationError([problem], "InvalidInfo") from None
    return InvalidInfo(expires, multi_clickable)


def _one_of(first: Message, second: Message, name: str) -> Any:
    mine, theirs = getattr(first, name), getattr(second, name)
    if mine is not None and theirs is not None and mine != theirs:
        raise ValidationError(
            [
                Problem(
                    f"/{name}",
                    "differs between the two messages; one of them must leave it out",
                    theirs,
                )
            ],
            "Message",
        )
    return theirs if mine is None else mine
