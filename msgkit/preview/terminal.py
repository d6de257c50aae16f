"""A message as lines of text, for terminals, logs of tests and reviews."""

from __future__ import annotations

from collections.abc import Iterator

from msgkit._printable import printable
from msgkit.actions import Action, JumpMiniProgram, JumpUrl, SendMessage
from msgkit.blocks import Block, Button, ButtonGroup, FaqList, Image, InvalidInfo, Link, Text, UnknownBlock
from msgkit.enums import ButtonLayout, ImageStyle, SenderIdentity, TextColor
from msgkit.message import Message

_SENDERS: dict[str, str] = {SenderIdentity.MANUAL: "商家 · 人工", SenderIdentity.MACHINE: "商家 · 自动回复"}
_STYLES: dict[str, str] = {ImageStyle.NARROW: "窄图", ImageStyle.WIDE: "宽图"}
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def as_text(message: Message, *, ansi: bool = False) -> str:
    """Return a message as lines of text: what the customer reads, and what each tap does.

    Control characters are taken out, so that no text of a message can steer a terminal.

    Args:
        message: The message.
        ansi: Show bold and secondary texts as such, for a terminal that can.

    >>> print(as_text(Message().text("您好").button("转人工客服").sent_by("MACHINE")))
    商家 · 自动回复
    │ 您好
    │ [ 转人工客服 ]  → 发送“转人工客服”
    """
    sender = _SENDERS.get(message.sender_identity or "", "商家")
    return "\n".join([sender, *(f"│ {line}" for block in message for line in _lines(block, ansi=ansi))])


def _lines(block: Block, *, ansi: bool) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield from (_styled(line, block, ansi=ansi) for line in printable(text, keep="\n").split("\n"))
        case Image(media_id=media_id, image_style_type=style):
            yield f"[{_STYLES.get(style or '', '图片')}] {_line(media_id)}"
        case Link(text=text, action=action):
            yield f"{_line(text)} ›  {_effect(action)}{_limits(block.invalid_info)}"
        case FaqList(faqs=faqs):
            yield "猜你想问"
            yield from (f"  · {_line(faq.faq_title)}  {_effect(faq.action)}" for faq in faqs)
        case Button():
            yield _button(block)
        case ButtonGroup():
            yield from _group(block)
        case UnknownBlock(type=kind):
            yield f"[{_line(kind)}]"


def _group(group: ButtonGroup) -> Iterator[str]:
    if group.button_layout is ButtonLayout.HORIZONTAL:
        yield " ".join(f"[ {_line(button.text)} ]" for button in group.buttons) + _limits(group.invalid_info)
        yield from (f"    {_line(button.text)}  {_effect(button.action)}" for button in group.buttons)
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
            return f"→ {_line(url)}"
        case JumpMiniProgram(appid=appid, path=path):
            return f"→ 小程序 {_line(appid)} {_line(path)}"
    return f"→ {_line(action.action_type)}"


def _limits(info: InvalidInfo | None) -> str:
    if info is None:
        return ""
    once = "只能点击一次" if info.multi_clickable is False else ""
    until = f"{info.expired_time.isoformat(' ', 'minutes')} 失效" if info.expired_time else ""
    notes = "，".join(note for note in (until, once) if note)
    return f"（{notes}）" if notes else ""


def _styled(line: str, text: Text, *, ansi: bool) -> str:
    codes = (_BOLD if text.is_bold else "") + (_DIM if text.color is TextColor.SECONDARY else "")
    return f"{codes}{line}{_RESET}" if ansi and codes else line


def _line(text: str) -> str:
    return printable(text.replace("\n", " "))
