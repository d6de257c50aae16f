"""What is shown of a message on a page, and in what state: decided here, so that templates only lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeAlias, assert_never

import attrs

from msgkit._beijing import BEIJING
from msgkit.actions import Action, JumpMiniProgram, JumpUrl, SendMessage, UnknownAction
from msgkit.blocks import Block, Button, ButtonGroup, Faq, FaqList, Image, InvalidInfo, Link, Text, UnknownBlock
from msgkit.enums import ButtonLayout, ImageStyle, TextColor
from msgkit.message import Message
from msgkit.preview._parts import Buttons, LinkLine, Paragraph, Part, Picture, Questions, Tap, Unknown, View
from msgkit.preview._said import line, paragraph, picture_kind, sender_of, unknown_action, unknown_block
from msgkit.preview.look import Look
from msgkit.reply import Reply

_Does: TypeAlias = tuple[str, str]
"""What a tap does, and what marks it beside its text."""


def view(content: Message | Reply, look: Look) -> View:
    """Return what a page shows of a message or a plain reply."""
    if isinstance(content, Reply):
        return View(sender_of(content), tuple(_plain(content, look)))
    parts = (_part(block, f"/blocks/{number}", look) for number, block in enumerate(content))
    return View(sender_of(content), tuple(parts))


def _plain(reply: Reply, look: Look) -> Iterator[Part]:
    """Yield the parts of a plain reply; their pointers lead into its own JSON, and nothing of it ends."""
    yield Paragraph(pointer="/response_content", text=paragraph(reply.response_content))
    for number, media_id in enumerate(reply.response_images):
        yield _picture(media_id, None, f"/response_images/{number}", look)
    if reply.jump_url is not None:
        yield _plain_link("/jump_url", reply.jump_url_text or "", _to(reply.jump_url), look)
    if (program := reply.mini_program_jump_info) is not None:
        does = _to_program(program.appid, program.path)
        yield _plain_link("/mini_program_jump_info", program.text, does, look)


def _plain_link(pointer: str, text: str, does: _Does, look: Look) -> LinkLine:
    return LinkLine(pointer=pointer, taps=(_tap(pointer, text, does, _limit(None, {pointer: text}, look)),))


def _part(block: Block, pointer: str, look: Look) -> Part:  # noqa: PLR0911 - one for each block
    match block:
        case Text(text=text, color=color, is_bold=bold):
            secondary = color is TextColor.SECONDARY
            return Paragraph(pointer=pointer, text=paragraph(text), bold=bool(bold), secondary=secondary)
        case Image(media_id=media_id, image_style_type=style):
            return _picture(media_id, style, pointer, look)
        case Link():
            return LinkLine(pointer=pointer, taps=(_alone(block, pointer, look),))
        case FaqList(faqs=faqs):
            return Questions(pointer=pointer, taps=_questions(faqs, f"{pointer}/{block.payload_key}/faqs", look))
        case Button():
            return Buttons(pointer=pointer, taps=(_alone(block, pointer, look),))
        case ButtonGroup():
            return _group(block, pointer, look)
        case UnknownBlock():
            kind, texts = unknown_block(block)
            return Unknown(pointer=pointer, kind=kind, texts=texts)
        case _:
            assert_never(block)


_WIDTHS: dict[str, str] = {ImageStyle.WIDE: "wide", ImageStyle.NARROW: "narrow"}


def _picture(media_id: str, style: str | None, pointer: str, look: Look) -> Picture:
    kind, width = picture_kind(style), _WIDTHS.get(style or "", "plain")
    return Picture(pointer=pointer, kind=kind, media_id=line(media_id), width=width, source=look.source(media_id))


def _alone(block: Link | Button, pointer: str, look: Look) -> Tap:
    place = f"{pointer}/{block.payload_key}"
    return _tap(place, block.text, _does(block.action), _limit(block.invalid_info, {place: block.text}, look))


def _questions(faqs: Sequence[Faq], pointer: str, look: Look) -> tuple[Tap, ...]:
    texts = {f"{pointer}/{number}": faq.faq_title for number, faq in enumerate(faqs)}
    free = _limit(None, texts, look)
    return tuple(_tap(place, faq.faq_title, _does(faq.action), free) for place, faq in zip(texts, faqs, strict=True))


def _group(group: ButtonGroup, pointer: str, look: Look) -> Buttons:
    inside = f"{pointer}/{group.payload_key}/buttons"
    buttons = {f"{inside}/{number}": button for number, button in enumerate(group.buttons)}
    shared = _limit(group.invalid_info, {place: button.text for place, button in buttons.items()}, look)
    taps = tuple(
        _tap(place, button.text, _does(button.action), _limit(button.invalid_info, {place: button.text}, look), shared)
        for place, button in buttons.items()
    )
    across = group.button_layout is ButtonLayout.HORIZONTAL
    return Buttons(pointer=pointer, taps=taps, note=shared.note, across=across)


@attrs.frozen
class _Limit:
    """What an `InvalidInfo` means for what it holds for: what of it was tapped, whether it is off, and its words."""

    tapped: frozenset[str]
    off: bool
    note: str


_FREE = _Limit(frozenset(), off=False, note="")


def _tap(pointer: str, text: str, does: _Does, own: _Limit, shared: _Limit = _FREE) -> Tap:
    tapped = pointer in own.tapped | shared.tapped
    return Tap(pointer, line(text), *does, tapped, own.off or shared.off, own.note)


def _limit(info: InvalidInfo | None, texts: dict[str, str], look: Look) -> _Limit:
    """Return what a limit means now.

    Args:
        info: The limit.
        texts: What it holds for: the texts by the pointers.
        look: In what state it is shown.
    """
    once = info is not None and info.multi_clickable is False
    until = None if info is None else info.expired_time
    tapped = [pointer for pointer in texts if pointer in look.used]
    if look.state == "used" and once:
        tapped = tapped or list(texts)[:1]
    over = until is not None and look.is_over(until)
    notes = [f"已点击“{line(texts[pointer])}”" for pointer in tapped if once]
    if until is not None and (over or not notes):
        notes.append(f"已失效（{_clock(until)}）" if over else f"{_clock(until)} 前有效")
    if once and not tapped and not over:
        notes.append("仅可点击一次")
    return _Limit(frozenset(tapped), over or bool(once and tapped), " · ".join(notes))


def _clock(moment: datetime) -> str:
    """Return a time as the customer's clock shows it; in the first and the last hours of time, as it is written."""
    try:
        return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}".zfill(len("2026-11-25 21:02"))
    except OverflowError:
        return moment.isoformat(" ", "minutes")


def _does(action: Action) -> _Does:
    match action:
        case SendMessage(content=content):
            return f"发送“{line(content)}”", ""
        case JumpUrl(jump_url=url):
            return _to(url)
        case JumpMiniProgram(appid=appid, path=path):
            return _to_program(appid, path)
        case UnknownAction():
            return (kind := unknown_action(action)), kind
        case _:
            assert_never(action)


def _to(url: str) -> _Does:
    return f"打开 {line(url)}", ""


def _to_program(appid: str, path: str | None) -> _Does:
    return " ".join(["打开小程序", line(appid), *([line(path)] if path else [])]), "小程序"
