"""What every form of the preview says alike: who writes, what a picture is called, what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from msgkit._printable import printable
from msgkit._wire.text import parse
from msgkit.actions import UnknownAction
from msgkit.blocks import UnknownBlock
from msgkit.enums import ImageStyle, SenderIdentity
from msgkit.message import Message
from msgkit.reply import Reply

SENDER = "商家"
QUESTIONS = "猜你想问"
_SENDERS: dict[str, str] = {SenderIdentity.MANUAL: f"{SENDER} · 人工", SenderIdentity.MACHINE: f"{SENDER} · 自动回复"}
_STYLES: dict[str, str] = {ImageStyle.NARROW: "窄图", ImageStyle.WIDE: "宽图"}


class Sampled(Protocol):
    """What can be filled with examples: a `Template`."""

    def sample(self) -> Message:
        """Return the message filled with its examples."""
        ...


def content_of(content: Message | Reply | Sampled) -> Message | Reply:
    """Return what is shown: a template filled with its examples, and all else as it is."""
    return content if isinstance(content, (Message, Reply)) else content.sample()


def sender_of(content: Message | Reply) -> str:
    """Return who writes, as the customer is told."""
    identity = content.sender_identity if isinstance(content, Message) else None
    return _SENDERS.get(identity or "", SENDER)


def picture_kind(style: str | None) -> str:
    """Return what a picture of a style is called."""
    return _STYLES.get(style or "", "图片")


def unknown_block(block: UnknownBlock) -> tuple[str, list[str]]:
    """Return what a customer may see of a block that nothing could be made of: its type, and what it says."""
    return line(block.type) or "未知内容", list(map(line, _texts(parse(block.json))))


def unknown_action(action: UnknownAction) -> str:
    """Return what can be said of an action that nothing could be made of: its type."""
    return line(action.action_type) or "未知动作"


# What a customer reads stands under these keys, in every block that there is.
_READ = ("text", "faq_title")


def _texts(data: Any) -> Iterator[str]:
    """Yield what is said in JSON under the keys of texts, in document order."""
    waiting: list[tuple[Any, Any]] = [("", data)]
    while waiting:
        key, value = waiting.pop()
        if key in _READ and isinstance(value, str) and value.strip():
            yield value
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += reversed(list(inner))


def paragraph(text: str) -> str:
    """Return a text with its line breaks, and without what could steer whoever shows it."""
    return printable(text, keep="\n")


def line(text: str) -> str:
    """Return a text as one line, without what could steer whoever shows it."""
    return printable(text.replace("\n", " "))
