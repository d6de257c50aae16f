"""A message as lines of text, for terminals, logs of tests and reviews.

All characters of our own are in GBK, which is what many terminals in China show.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgkit._columns import columns, wrapped
from msgkit.actions import Action, JumpMiniProgram, JumpUrl, SendMessage, UnknownAction
from msgkit.blocks import Block, Button, ButtonGroup, FaqList, Image, InvalidInfo, Link, Text, UnknownBlock
from msgkit.enums import ButtonLayout, TextColor
from msgkit.message import Message
from msgkit.preview._said import (
    QUESTIONS,
    Sampled,
    content_of,
    line as _line,
    paragraph,
    picture_kind,
    sender_of,
    unknown_action,
    unknown_block,
)
from msgkit.reply import Reply

_NARROWEST = 20  # columns
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def as_text(message: Message | Reply | Sampled, *, ansi: bool = False, width: int | None = None) -> str:
    """Return a message as lines of text: what the customer reads, and what each tap does.

    A template is filled with its examples; a variable without one stays the placeholder that it is, as ``${name}``.

    Control characters are taken out, so that no text of a message can steer a terminal.

    Args:
        message: The message, the plain reply or the template.
        ansi: Show bold and secondary texts as such, for a terminal that can.
        width: How many columns a line may take, a Chinese character two; None for lines as long as they are.

    >>> print(as_text(Message().text("您好").button("转人工客服").sent_by("MACHINE")))
    商家 · 自动回复
    │ 您好
    │ [ 转人工客服 ]  → 发送“转人工客服”
    """
    content = content_of(message)
    if isinstance(content, Reply):
        lines = ((line, "") for line in _plain(content))
    else:
        lines = ((line, _style(block) if ansi else "") for block in content for line in _lines(block))
    parts = ((part, style) for line, style in lines for part in _fitted(line, width))
    return "\n".join(
        [sender_of(content), *(f"│ {style}{part}{_RESET}" if style else f"│ {part}" for part, style in parts)]
    )


def _fitted(line: str, width: int | None) -> list[str]:
    """Return a line in parts that stand beside the bar of the chat."""
    room = width and max(width - columns("│ "), _NARROWEST)
    if room is None or columns(line) <= room:
        return [line]
    indent = " " * (len(line) - len(line.lstrip(" ")))
    return [indent + part for part in wrapped(line.strip(), room - len(indent))]


def _plain(reply: Reply) -> Iterator[str]:
    yield from _paragraph(reply.response_content)
    yield from (_image(media_id, None) for media_id in reply.response_images)
    if reply.jump_url is not None:
        yield f"{_line(reply.jump_url_text or '')} >  {_to(reply.jump_url)}"
    if (program := reply.mini_program_jump_info) is not None:
        yield f"{_line(program.text)} >  {_to_program(program.appid, program.path)}"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield from _paragraph(text)
        case Image(media_id=media_id, image_style_type=style):
            yield _image(media_id, style)
        case Link(text=text, action=action):
            yield f"{_line(text)} >  {_effect(action)}{_limits(block.invalid_info)}"
        case FaqList(faqs=faqs):
            yield QUESTIONS
            yield from (f"  · {_line(faq.faq_title)}  {_effect(faq.action)}" for faq in faqs)
        case Button():
            yield _button(block)
        case ButtonGroup():
            yield from _group(block)
        case UnknownBlock():
            yield _unknown(block)
        case _:
            assert_never(block)


def _group(group: ButtonGroup) -> Iterator[str]:
    if group.button_layout is ButtonLayout.HORIZONTAL:
        yield " ".join(f"[ {_line(button.text)} ]" for button in group.buttons) + _limits(group.invalid_info)
        yield from (
            f"    {_line(button.text)}  {_effect(button.action)}{_limits(button.invalid_info)}"
            for button in group.buttons
        )
    else:
        yield from (_button(button) for button in group.buttons)
        if group.invalid_info is not None:
            yield f"   {_limits(group.invalid_info)}"


def _button(button: Button) -> str:
    return f"[ {_line(button.text)} ]  {_effect(button.action)}{_limits(button.invalid_info)}"


def _effect(action: Action) -> str:
    match action:
        case SendMessage(content=content):
            return f"→ 发送“{_line(content)}”"
        case JumpUrl(jump_url=url):
            return _to(url)
        case JumpMiniProgram(appid=appid, path=path):
            return _to_program(appid, path)
        case UnknownAction():
            return f"→ {unknown_action(action)}"
        case _:
            assert_never(action)


def _to(url: str) -> str:
    return f"→ {_line(url)}"


def _to_program(appid: str, path: str | None) -> str:
    return f"→ 小程序 {_line(appid)} {_line(path)}" if path else f"→ 小程序 {_line(appid)}"


def _unknown(block: UnknownBlock) -> str:
    kind, said = unknown_block(block)
    return " ".join([f"[{kind}]", *([" · ".join(said)] if said else [])])


def _image(media_id: str, style: str | None) -> str:
    return f"[{picture_kind(style)}] {_line(media_id)}"


def _limits(info: InvalidInfo | None) -> str:
    if info is None:
        return ""
    once = "只能点击一次" if info.multi_clickable is False else ""
    until = f"{info.expired_time.isoformat(' ', 'minutes')} 失效" if info.expired_time else ""
    notes = "，".join(note for note in (until, once) if note)
    return f"（{notes}）" if notes else ""


def _style(block: Block) -> str:
    """Return what a terminal needs to show a text as it is shown."""
    if not isinstance(block, Text):
        return ""
    return (_BOLD if block.is_bold else "") + (_DIM if block.color is TextColor.SECONDARY else "")


def _paragraph(text: str) -> list[str]:
    return paragraph(text).split("\n")
