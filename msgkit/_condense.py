"""How a rich message becomes a plain reply: as much of it as fits, and a word for everything that does not."""

from __future__ import annotations

import re
from typing import assert_never

import attrs

from msgkit import _wire, rules
from msgkit._wire import Document, Place
from msgkit.actions import JumpMiniProgram, JumpUrl, SendMessage, UnknownAction
from msgkit.blocks import Block, Button, ButtonGroup, FaqList, Image, InvalidInfo, Link, Text, UnknownBlock
from msgkit.enums import ButtonLayout, SenderIdentity, TextColor
from msgkit.errors import Problem, ValidationError
from msgkit.reply import LONGEST_CONTENT, MOST_IMAGES, MiniProgramJumpInfo, Reply
from msgkit.rules import Rule

# In Latin letters, a mark ends a sentence where a space follows; within a URL or a number it does not.
_find_sentence_ends = re.compile(r"[。！？；…]+[”’」』）)]*|\n|[.!?;](?=\s|$)").finditer

# What says no more than nothing does, by field. To be tapped more than once is what a plain reply's link can.
_USUAL = {
    "is_bold": False,
    "multi_clickable": True,
    "color": TextColor.DEFAULT,
    "button_layout": ButtonLayout.UNKNOWN,
    "sender_identity": SenderIdentity.UNKNOWN,
}


def condense(message: Document, *, shorten: bool) -> tuple[Reply, tuple[Problem, ...]]:
    """Put as much of a `Message` as it takes into a plain reply; see `Message.to_reply`."""
    condenser = _Condenser(shorten)
    whole = Place(message, None, None)
    for place in whole.inner("blocks"):
        condenser.add(place, place.part)
    condenser.tell_rest(whole, {"blocks"})
    if not condenser.lines:
        nothing = Problem("/response_content", rules.NO_TEXT_LEFT)
        raise ValidationError([nothing, *condenser.dropped], "Reply")
    return condenser.reply(), tuple(condenser.dropped)


@attrs.define
class _Condenser:
    """What a plain reply holds so far, and what it could not take."""

    shorten: bool
    lines: list[str] = attrs.field(factory=list)
    images: list[str] = attrs.field(factory=list)
    page: tuple[str, str] | None = None
    program: MiniProgramJumpInfo | None = None
    dropped: list[Problem] = attrs.field(factory=list)

    def reply(self) -> Reply:
        reply = Reply("\n".join(self.lines), self.images, mini_program_jump_info=self.program)
        return reply.link(*self.page) if self.page else reply

    def add(self, place: Place, block: Block) -> None:
        """Take what a block says."""
        match block:
            case Text(text=text):
                self._add_text(place, text)
            case Image(media_id=media_id):
                self._add_image(place, media_id)
            case Link() | Button():
                self._add_tap(place, block)
            case FaqList():
                for question in place.inner("faqs"):
                    self._drop(question, rules.NO_COUNTERPART)
            case ButtonGroup():
                for button in place.inner("buttons"):
                    self._add_tap(button, button.part)
                self.tell_rest(place, {"buttons"})
            case UnknownBlock():
                self._drop(place, rules.NO_COUNTERPART)
            case _:
                assert_never(block)

    def tell_rest(self, place: Place, taken: set[str]) -> None:
        """Say of each field that is set, and was not taken, that it is lost."""
        for field in _wire.shape_of(place.part.__class__).fields:
            value = field.get(place.part)
            if field.name in taken or value is None or value == _USUAL.get(field.name):
                continue
            if isinstance(value, InvalidInfo):
                (inner,) = place.within(field)
                self.tell_rest(inner, set())
            else:
                self.dropped.append(Problem(_wire.pointer(place.field(field.name)), rules.CANNOT_BE_SAID, value))

    def _drop(self, place: Place, rule: Rule, **params: object) -> None:
        self.dropped.append(Problem(_wire.pointer(place.home), rule, place.part, **params))

    def _drop_unfit(self, place: Place, error: ValidationError) -> None:
        for problem in error.problems:
            self._drop(place, rules.UNFIT, field=problem.pointer.removeprefix("/"), why=problem)

    def _add_text(self, place: Place, text: str) -> None:
        """Add a line while there is room, counting the line breaks."""
        try:
            Text(text)
        except ValidationError as error:
            self._drop_unfit(place, error)
            return
        room = LONGEST_CONTENT - sum(len(line) + 1 for line in self.lines)
        if len(text) > room:
            kept = _shortened(text, room, at_sentence=self.shorten)
            if not kept:
                self._drop(place, rules.NO_ROOM, most=LONGEST_CONTENT)
                return
            self._drop(place, rules.CUT, most=LONGEST_CONTENT, length=len(text), kept=len(kept))
            text = kept
        self.lines.append(text)
        self.tell_rest(place, {"text"})

    def _add_image(self, place: Place, media_id: str) -> None:
        if len(self.images) == MOST_IMAGES:
            self._drop(place, rules.MOST_IMAGES, most=MOST_IMAGES)
            return
        try:
            Image(media_id)
        except ValidationError as error:
            self._drop_unfit(place, error)
            return
        self.images.append(media_id)
        self.tell_rest(place, {"media_id"})

    def _add_tap(self, place: Place, part: Link | Button) -> None:
        """Take a link or a button that leads somewhere."""
        action = part.action
        match action:
            case JumpUrl():
                taken = self._set_page(place, part.text, action)
            case JumpMiniProgram():
                taken = self._set_program(place, part.text, action)
            case SendMessage() | UnknownAction():
                self._drop(place, rules.NO_COUNTERPART)
                return
            case _:
                assert_never(action)
        if taken is not None:
            self.tell_rest(place, {*taken, "action"})
            for inner in place.inner("action"):
                self.tell_rest(inner, {"jump_url", "appid", "path", "text"})

    def _set_page(self, place: Place, text: str, action: JumpUrl) -> set[str] | None:
        """Make a page the reply's own; return which fields it took, None where it could not."""
        if self.page:
            self._drop(place, rules.ONE_LINK)
            return None
        try:
            Reply("…").link(text, action.jump_url)
        except ValidationError as error:
            self._drop_unfit(place, error)
            return None
        self.page = (text, action.jump_url)
        return {"text"}

    def _set_program(self, place: Place, text: str, action: JumpMiniProgram) -> set[str] | None:
        """Make a mini program the reply's own; return which fields it took, None where it could not."""
        if self.program:
            self._drop(place, rules.ONE_MINI_PROGRAM)
            return None
        if action.path is None:
            self._drop(place, rules.UNFIT, field="path", why=Problem("/path", rules.MISSING))
            return None
        try:
            self.program = MiniProgramJumpInfo(action.appid, action.path, action.text or text)
        except ValidationError as error:
            self._drop_unfit(place, error)
            return None
        return {"text"} if self.program.text == text else set()


def _shortened(text: str, room: int, *, at_sentence: bool) -> str:
    """Return as much of a text as there is room for, with a sign that there was more; nothing if that is too little."""
    if room < 2:  # noqa: PLR2004 - one character and the sign
        return ""
    if at_sentence:
        ends = [match.end() for match in _find_sentence_ends(text[: room + 1]) if match.end() <= room]
        if ends and text[: ends[-1]].strip():
            return text[: ends[-1]].rstrip()
    return text[: room - 1] + "…"
