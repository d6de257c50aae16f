"""`Message`: the NormalMessage, its blocks and the fluent methods that put them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Never, TypeVar, final

import attrs

from msgkit import _fields, _wire, rules
from msgkit._fluent import invalid_info, refuse
from msgkit._language import kind
from msgkit.actions import Action, JumpUrl
from msgkit.blocks import Block, Button, ButtonGroup, Faq, FaqList, Image, Link, Text
from msgkit.enums import ButtonLayout, ImageStyle, SenderIdentity, TextColor
from msgkit.errors import Problem, ValidationError

if TYPE_CHECKING:
    from msgkit.preview import Images
    from msgkit.reply import Reply

_Part = TypeVar("_Part")
_BLOCKS = frozenset(_fields.classes(Block))
_coerce_identity = _fields.coerced(SenderIdentity)


def _blocks(value: Iterable[Block]) -> tuple[Block, ...]:
    return _fields.as_tuple(value)  # type: ignore[no-any-return]


def _identity(value: SenderIdentity | str | None) -> SenderIdentity | str | None:
    return _coerce_identity(value)  # type: ignore[no-any-return]


@final
@_wire.derive
@attrs.frozen
class Message(_wire.Document):
    """A rich message: blocks in order, who wrote it, and the merchant's own data.

    Every method returns a new message and leaves this one as it was, so that a message can be a module constant,
    shared by threads and templates. Messages equal by value, hash and pickle.

    Attributes:
        blocks: The content, in order. A message without blocks is where composing starts; it cannot be sent.
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
        validator=_fields.parts(Block, text_rule=rules.TEXT_AS_MESSAGE),
        metadata=_fields.when_checked(_fields.parts(Block, one="block")),
    )
    sender_identity: SenderIdentity | str | None = attrs.field(
        default=None, converter=_identity, validator=_fields.member(SenderIdentity)
    )
    custom_data: str | None = attrs.field(
        default=None,
        validator=_fields.text(optional=True, at_most=4096),
        metadata=_fields.OWN,
        repr=_fields.masked,
    )

    # Composing

    def text(
        self, text: str, *, color: TextColor | str | None = None, bold: bool | None = None, **others: Never
    ) -> Message:
        """Add a paragraph.

        Args:
            text: What it says.
            color: ``DEFAULT`` or ``SECONDARY``.
            bold: Whether it is bold.
            others: None; there to say what another argument is called here.
        """
        if others:
            refuse("text", others)
        return self._with((Text(text, color, bold),))

    def image(self, media_id: str, *, style: ImageStyle | str | None = None, **others: Never) -> Message:
        """Add a picture.

        Args:
            media_id: The id that `Client.upload_image` gave.
            style: ``NARROW`` or ``WIDE``.
            others: None; there to say what another argument is called here.
        """
        if others:
            refuse("image", others)
        return self._with((Image(media_id, style),))

    def link(
        self,
        text: str,
        action: Action | str,
        *,
        expires: datetime | timedelta | None = None,
        multi_clickable: bool | None = None,
        **others: Never,
    ) -> Message:
        """Add a line of text that can be tapped.

        Args:
            text: What it says.
            action: What a tap does; a ``str`` is an https URL that it opens.
            expires: When it stops working: an aware datetime, or a timedelta from now.
            multi_clickable: Whether it can be tapped more than once.
            others: None; there to say what another argument is called here.
        """
        if others:
            refuse("link", others)
        action = JumpUrl(action) if isinstance(action, str) else action
        return self._with((Link(text, action, invalid_info(expires, multi_clickable)),))

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
        **others: Never,
    ) -> Message:
        """Add a button.

        Args:
            text: What is on it.
            action: What a tap does; without one, it sends the button's text.
            expires: When it stops working: an aware datetime, or a timedelta from now.
            multi_clickable: Whether it can be tapped more than once.
            others: None; there to say what another argument is called here.
        """
        if others:
            refuse("button", others)
        limits = invalid_info(expires, multi_clickable)
        if action is None:
            return self._with((Button(text, invalid_info=limits),))
        return self._with((Button(text, action, limits),))

    def button_group(
        self,
        *buttons: Button | str,
        layout: ButtonLayout | str | None = None,
        expires: datetime | timedelta | None = None,
        multi_clickable: bool | None = None,
        **others: Never,
    ) -> Message:
        """Add buttons that belong together; a ``str`` is a button that sends its own text.

        Args:
            buttons: The buttons, in order.
            layout: ``HORIZONTAL`` or ``VERTICAL``.
            expires: When the whole group stops working: an aware datetime, or a timedelta from now.
            multi_clickable: Whether the group can be tapped more than once.
            others: None; there to say what another argument is called here.
        """
        if others:
            refuse("button_group", others)
        return self._with((ButtonGroup(buttons, layout, invalid_info(expires, multi_clickable)),))

    def add(self, *blocks: Block) -> Message:
        """Add blocks that were made by their classes."""
        if not _BLOCKS.issuperset(map(type, blocks)):
            return Message(self.blocks + blocks)  # says which is none
        return self._with(blocks)

    def _with(self, blocks: tuple[Block, ...]) -> Message:
        """Add what is known to be blocks; what this message holds was checked when it was made."""
        return _build(self.blocks + blocks, self.sender_identity, self.custom_data)  # type: ignore[no-any-return]

    def sent_by(self, identity: SenderIdentity | str) -> Message:
        """Say who wrote the message: ``MANUAL`` (a person), ``MACHINE`` or ``UNKNOWN``."""
        identity_ = _identity(identity)
        return _ruled(_build(self.blocks, identity_, self.custom_data), "sender_identity", identity_)

    def with_custom_data(self, custom_data: str) -> Message:
        """Attach the merchant's own data, at most 4,096 characters."""
        return _ruled(_build(self.blocks, self.sender_identity, custom_data), "custom_data", custom_data)

    def when(self, condition: object, change: Callable[[Message], Message]) -> Message:
        """Return what `change` makes of this message where `condition` is true, and this message where it is not.

        Raises:
            ValidationError: `change` is no function, or returned no message.
        """
        if not condition:
            return self
        if not callable(change):
            raise ValidationError([Problem("", rules.NOT_A_FUNCTION, change, given=kind(change))], "when")
        changed: object = change(self)
        if not isinstance(changed, Message):
            raise ValidationError([Problem("", rules.NOTHING_CHANGED, changed, given=kind(changed))], "when")
        return changed

    def __add__(self, other: Message) -> Message:
        """Join two messages: the blocks of both, and what either says of its sender and data.

        Raises:
            ValidationError: Both say it and differ, so that one would be lost.
        """
        if not isinstance(other, Message):
            return NotImplemented
        return _build(  # type: ignore[no-any-return]
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
        return tuple(part for part in _wire.parts(self) if isinstance(part, kind))

    def actions(self) -> tuple[tuple[str, Action], ...]:
        """Return all actions in document order, each with its JSON Pointer.

        >>> [pointer for pointer, _ in Message().button("好").actions()]
        ['/blocks/0/button/action']
        """
        return tuple((_wire.pointer(path), part) for part, path, _ in _wire.walk(self) if isinstance(part, Action))

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
        findings: list[Problem] = []
        _wire.check(self, None, findings, filled=filled)
        if findings:
            raise ValidationError(findings, "Message")

    def advice(self) -> tuple[Problem, ...]:
        """Return what is allowed and looks like a mistake, in document order.

        An expiry in the past, a media id that looks like a file's name, an APPID without ``wx``, leftovers such as
        ``{{name}}``, ``{amount}`` and ``%s``, Markdown or HTML in a text, two buttons that read the same.

        >>> [problem.rule for problem in Message().text("{{name}}，您好").advice()]
        ['leftover']
        """
        from msgkit._advice import advice  # noqa: PLC0415 - most programs ask for none

        return advice(self)

    def to_short(self) -> dict[str, Any]:
        """Return the short form of this message, as dicts and lists: what a template file holds.

        `from_short` reads it back equal. A ``$`` is doubled, so that no text of it is a placeholder; what the short
        form has no words for stands in it in the wire's form.
        """
        from msgkit._short import shorten_message  # noqa: PLC0415 - most programs send messages

        return shorten_message(self.to_dict())

    def to_short_yaml(self) -> str:
        """Return the short form of this message as YAML, as a person would write it.

        Raises:
            MissingExtraError: The extra ``msgkit-wechatpay[yaml]`` is not installed.
        """
        from msgkit._short.as_yaml import as_yaml  # noqa: PLC0415 - an extra

        return as_yaml(self.to_short())

    @classmethod
    def from_short(cls, data: Mapping[str, Any], *, strict: bool = True) -> Message:
        """Make a message from the short form, as `to_short` gives it, or as a template file without variables holds it.

        Args:
            data: The JSON object. ``expires: 24h`` counts from now.
            strict: Refuse what cannot be sent. False is for what `to_short` made of a message that the platform sent,
                as in `from_dict`; it takes none of what only templates have.

        Raises:
            ValidationError: With all problems at once, each with its JSON Pointer.
            TemplateError: There are variables in it, which a template is for.

        >>> Message.from_short({"blocks": [{"text": "您好"}]}) == Message().text("您好")
        True
        """
        from msgkit._short import lengthen_message  # noqa: PLC0415 - most programs send messages
        from msgkit.templates import Template  # noqa: PLC0415 - stands above, and is needed when this is called

        if strict:
            return Template.from_dict(data).render()
        return cls.from_dict(lengthen_message(data), strict=False)

    def to_text(self) -> str:
        """Return this message as lines of text: what the customer reads, and what each tap does.

        >>> print(Message().text("您好").button("转人工客服").to_text())
        商家
        │ 您好
        │ [ 转人工客服 ]  → 发送“转人工客服”
        """
        from msgkit.preview import as_text  # noqa: PLC0415 - stands above, and most programs send messages

        return as_text(self)

    def to_html(self, *, dark: bool = False, images: Images | None = None) -> str:
        """Return this message as a page of its own, as WeChat shows it; `msgkit.preview` has more to choose.

        Args:
            dark: Whether as on a phone that is set to dark.
            images: Takes a media id and gives the picture's bytes, a URL to load it from, or None; a picture that is
                not given is drawn as a placeholder.

        Raises:
            MissingExtraError: The extra ``msgkit-wechatpay[preview]`` is not installed.

        >>> Message().text("您好").to_html().splitlines()[0]
        '<!doctype html>'
        """
        from msgkit.preview import as_page  # noqa: PLC0415 - stands above, and needs an extra

        return as_page(self, dark=dark, images=images)

    def to_code(self) -> str:
        """Return a module of Python whose ``message`` equals this one, as a person would write it.

        >>> print(Message().text("您好").to_code(), end="")
        from msgkit import Message
        <BLANKLINE>
        message = Message().text("您好")
        """
        from msgkit.preview import as_code  # noqa: PLC0415 - stands above, and most programs send messages

        return as_code(self)

    def _repr_html_(self) -> str | None:
        """Return what a notebook shows: the message as WeChat shows it; None, so its repr, without the extra."""
        from msgkit._extras import MissingExtraError  # noqa: PLC0415 - only notebooks ask
        from msgkit.preview import as_fragment, style  # noqa: PLC0415 - stands above, and needs an extra

        try:
            return f"<style>{style()}</style>{as_fragment(self)}"
        except MissingExtraError:
            return None

    def to_reply(self, *, shorten: bool = False) -> tuple[Reply, tuple[Problem, ...]]:
        """Put as much of this message as it takes into a plain reply, for a complaint that takes no rich message.

        Texts become lines of `Reply.response_content`, as many as fit; the first four images are kept; the first link
        or button to a web page with a text of at most 10 characters and the first to a mini program become the
        reply's own.

        Args:
            shorten: Cut a text that does not fit at the end of a sentence, rather than at the last character.

        Returns:
            The reply, and what did not fit: a `Problem` for each thing that was dropped or cut short.

        Raises:
            ValidationError: No text could be kept, which a plain reply needs; its problems say what was dropped too.
        """
        from msgkit._condense import condense  # noqa: PLC0415 - most programs send messages as they are

        return condense(self, shorten=shorten)


_build = _fields.unchecked(Message)
_FIELDS = attrs.fields_dict(Message)


def _ruled(message: Message, name: str, value: object) -> Message:
    """Hold a message to the rule of the one field that is new in it."""
    field = _FIELDS[name]
    field.validator(message, field, value)  # type: ignore[misc]
    return message


def _one_of(first: Message, second: Message, name: str) -> Any:
    mine, theirs = getattr(first, name), getattr(second, name)
    if mine is not None and theirs is not None and mine != theirs:
        raise ValidationError([Problem(f"/{name}", rules.DIFFERS, theirs)], "Message")
    return theirs if mine is None else mine
