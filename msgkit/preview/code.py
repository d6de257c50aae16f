"""A message as the Python that builds it, as a person would write it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import attrs

from msgkit import _wire
from msgkit._columns import columns
from msgkit.actions import JumpUrl
from msgkit.blocks import Block, Button, ButtonGroup, Faq, FaqList, Image, InvalidInfo, Link, Text
from msgkit.errors import ValidationError
from msgkit.message import Message
from msgkit.preview._source import INDENT, WIDTH, Node, call, group, imports, literal

_OURS = "msgkit"


def as_code(message: Message) -> str:
    """Return a module of Python whose ``message`` equals a message: what to begin with in a program.

    It is written with the fluent methods of `Message`; what they have no words for, with the classes; and what only the
    platform can say, such as a colour that this version does not know, is read from its JSON. ``ruff format`` leaves it
    as it is. A text of the message is a text in it, whatever it holds.

    Args:
        message: The message, whether or not it can be sent.

    >>> print(as_code(Message().text("您好", bold=True).button("转人工客服")), end="")
    from msgkit import Message
    <BLANKLINE>
    message = Message().text("您好", bold=True).button("转人工客服")
    """
    body, used = assignment(message)
    # As isort has it: what comes with Python first.
    modules = sorted(used.items(), key=lambda item: item[0] == _OURS)
    return "\n\n".join("\n".join(section) for section in [*(imports(*each) for each in modules), body]) + "\n"


def assignment(message: Message, name: str = "message", indent: str = "") -> tuple[list[str], dict[str, set[str]]]:
    """Return the statement that gives a message a name, as `as_code` writes it.

    Args:
        message: The message.
        name: Its name.
        indent: The spaces that the statement begins with.

    Returns:
        Its lines, and the names that it needs, by their module.
    """
    writer = _Writer()
    return list(_laid_out(*writer.chain(message), name, indent)), writer.used


def _laid_out(base: Node, calls: Sequence[Node], name: str, indent: str) -> Iterator[str]:
    """Yield the assignment: on one line where that is short enough, and else each of several methods on its own."""
    *others, last = [base.after(f"{name} = "), *calls]
    whole = last.after("".join(each.flat for each in others))
    if len(calls) <= 1 or columns(indent + whole.flat) <= WIDTH:
        yield from whole.lines(indent)
        return
    yield f"{indent}{name} = ("
    for each in (base, *calls):
        yield from each.lines(indent + INDENT)
    yield f"{indent})"


class _Writer:
    """Writes the parts of a message, and keeps what must be imported.

    Attributes:
        used: The names, by their module.
    """

    def __init__(self) -> None:
        self.used: dict[str, set[str]] = {_OURS: {Message.__name__}}

    def chain(self, message: Message) -> tuple[Node, list[Node]]:
        """Return what the methods are called on, and the methods."""
        calls = [self._block(block) for block in message]
        header = {name: value for name, value in message.to_dict().items() if name != "blocks"}
        if not _can_be_built(Message.from_dict(header, strict=False)):
            return _read(_wire.dumps(header)), calls
        if message.sender_identity is not None:
            calls.append(call(".sent_by", [self._value(message.sender_identity)]))
        if message.custom_data is not None:
            calls.append(call(".with_custom_data", [literal(message.custom_data)]))
        return call(Message.__name__, []), calls

    def _block(self, block: Block) -> Node:
        if not _can_be_built(block):
            return call(".add", [_read(Message().add(block).to_json()).after("*")])
        # A block of another class, and limits that say nothing, are what no method has words for.
        method = _METHODS.get(type(block))
        if method is None or getattr(block, "invalid_info", None) == InvalidInfo():
            return call(".add", [self._built(block)])
        return method(self, block)

    def text(self, block: Text) -> Node:
        return call(".text", [literal(block.text), *self._named(bold=block.is_bold, color=block.color)])

    def image(self, block: Image) -> Node:
        return call(".image", [literal(block.media_id), *self._named(style=block.image_style_type)])

    def link(self, block: Link) -> Node:
        action = block.action
        plain = isinstance(action, JumpUrl) and action.action_id is None
        target = literal(action.jump_url) if isinstance(action, JumpUrl) and plain else self._built(action)
        return call(".link", [literal(block.text), target, *self._limits(block.invalid_info)])

    def faq(self, block: FaqList) -> Node:
        return call(".faq", [self._value(faq) for faq in block.faqs])

    def button(self, block: Button) -> Node:
        sends_itself = block.action == Button(block.text).action
        action = [] if sends_itself else [self._built(block.action)]
        return call(".button", [literal(block.text), *action, *self._limits(block.invalid_info)])

    def button_group(self, block: ButtonGroup) -> Node:
        buttons = [self._value(button) for button in block.buttons]
        layout = self._named(layout=block.button_layout)
        return call(".button_group", [*buttons, *layout, *self._limits(block.invalid_info)])

    def _limits(self, info: InvalidInfo | None) -> list[Node]:
        return [] if info is None else self._named(expires=info.expired_time, multi_clickable=info.multi_clickable)

    def _named(self, **values: object) -> list[Node]:
        return [self._value(value).after(f"{name}=") for name, value in values.items() if value is not None]

    def _value(self, value: Any) -> Node:  # noqa: PLR0911 - one for each kind of value
        match value:
            case Enum():
                return literal(value.name)  # which every enum of ours is found by
            case str():
                return literal(value)
            case datetime():
                return self._moment(value)
            case tuple():
                return group([self._value(item) for item in value])
            case Faq(faq_title=text) | Button(text=text) if value == type(value)(text):
                return literal(text)
            case _ if attrs.has(type(value)):
                return self._built(value)
        return Node(repr(value))

    def _built(self, part: Any) -> Node:
        """Return the call of a part's class: by position what it needs and what lies in it, by name all else."""
        self.used[_OURS].add(type(part).__name__)
        items: list[Node] = []
        by_position = True
        for field in attrs.fields(type(part)):
            value = getattr(part, field.name)
            is_needed = field.default is attrs.NOTHING
            if not is_needed and value == _default(field, part):
                by_position = False
                continue
            by_position = by_position and not field.kw_only and (is_needed or attrs.has(type(value)))
            items.append(self._value(value) if by_position else self._value(value).after(f"{field.name}="))
        return call(type(part).__name__, items)

    def _moment(self, moment: datetime) -> Node:
        used = self.used.setdefault("datetime", set())
        used.add("datetime")
        minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
        used |= {"timedelta", "timezone"} if minutes else {"UTC"}
        parts = [
            moment.year,
            moment.month,
            moment.day,
            moment.hour,
            moment.minute,
            *([moment.second] * (moment.second > 0)),
        ]
        return call("datetime", [*map(Node, map(str, parts)), _zone(minutes).after("tzinfo=")])


def _zone(minutes: int) -> Node:
    """Return a zone that is so many minutes ahead of UTC."""
    if not minutes:
        return Node("UTC")
    sign = -1 if minutes < 0 else 1
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{name}={sign * number}" for name, number in (("hours", hours), ("minutes", rest)) if number]
    return call("timezone", [call("timedelta", [*map(Node, parts)])])


_METHODS: dict[type, Callable[[_Writer, Any], Node]] = {
    Text: _Writer.text,
    Image: _Writer.image,
    Link: _Writer.link,
    FaqList: _Writer.faq,
    Button: _Writer.button,
    ButtonGroup: _Writer.button_group,
}
"""What has a method of its own; any other block is added by its class."""


def _default(field: attrs.Attribute[Any], part: Any) -> Any:
    """Return what a field of a part is where it is not given."""
    default: Any = field.default
    return default.factory(part) if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]


def _can_be_built(part: Message | Block) -> bool:
    """Tell whether the classes make just this of what it holds: what was read need not keep their rules.

    Nor need it be in their form: a lenient reader takes ``machine`` for no member, and a class takes it for one.
    """
    try:
        return all(attrs.evolve(each) == each for each in (part, *_wire.parts(part)))
    except ValidationError:
        return False


def _read(text: str) -> Node:
    """Return what reads a message of which the classes would refuse something."""
    return call("Message.from_json", [literal(text), Node("strict=False")])
