"""`Reply`: the plain reply, for complaints that take no rich message, and how a rich one is condensed into it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import attrs

from msgkit import rules, wire
from msgkit.actions import JumpMiniProgram, JumpUrl
from msgkit.blocks import Block, Button, Faq, Image, Link, Text, UnknownBlock
from msgkit.errors import Problem, ValidationError

LONGEST_CONTENT = 500
"""Most characters of ``response_content`` (500 since 2025-09; 200 before)."""

MOST_IMAGES = 4
LONGEST_URL = 512
LONGEST_URL_TEXT = 10


def _images(value: Iterable[str]) -> tuple[str, ...]:
    return rules.as_tuple(value)  # type: ignore[no-any-return]


@attrs.frozen
class MiniProgramJumpInfo:
    """The mini program that a plain reply opens.

    Attributes:
        appid: The mini program's APPID.
        path: The page in it, with its query.
        text: The page's name, which the customer taps.

    Raises:
        ValidationError: A field is no string, or has a character outside one to three bytes in UTF-8.
    """

    appid: str = attrs.field(validator=rules.string())
    path: str = attrs.field(validator=rules.string(), repr=rules.masked)
    text: str = attrs.field(validator=rules.string(), repr=rules.masked)


@wire.generate
@attrs.frozen
class Reply(wire.Document):
    """A plain reply: a text, pictures, one link and one mini program.

    Every method returns a new reply and leaves this one as it was.

    Attributes:
        response_content: The text, 1 to 500 characters.
        response_images: Ids of uploaded images, at most 4.
        jump_url: A web page, https only, at most 512 characters; goes together with `jump_url_text`.
        jump_url_text: What the customer taps to open it, at most 10 characters.
        mini_program_jump_info: A mini program's page.

    Raises:
        ValidationError: A field breaks its rule, or only one of `jump_url` and `jump_url_text` is set.

    Source: WeChat Pay documentation, 提交回复.

    >>> Reply("已与用户沟通解决").link("查看订单详情", "https://shop.example/o/42").to_dict()["jump_url_text"]
    '查看订单详情'
    """

    response_content: str = attrs.field(validator=rules.string(at_least=1, at_most=LONGEST_CONTENT), repr=rules.masked)
    response_images: tuple[str, ...] = attrs.field(
        default=(), converter=_images, validator=rules.strings(at_most=MOST_IMAGES)
    )
    jump_url: str | None = attrs.field(
        default=None,
        validator=[
            rules.goes_with("jump_url_text"),
            rules.string(optional=True, at_most=LONGEST_URL, https=True),
        ],
        repr=rules.masked,
    )
    jump_url_text: str | None = attrs.field(
        default=None,
        validator=[
            rules.goes_with("jump_url"),
            rules.string(optional=True, at_most=LONGEST_URL_TEXT),
        ],
        repr=rules.masked,
    )
    mini_program_jump_info: MiniProgramJumpInfo | None = attrs.field(
        default=None, validator=rules.instance_of(MiniProgramJumpInfo, optional=True)
    )

    def image(self, media_id: str) -> Self:
        """Add a picture; `media_id` is the id that `Client.upload_image` gave. At most 4."""
        return attrs.evolve(self, response_images=(*self.response_images, media_id))

    def link(self, text: str, url: str) -> Self:
        """Set the link: its text, at most 10 characters, and an https URL of at most 512."""
        return attrs.evolve(self, jump_url=url, jump_url_text=text)

    def mini_program(self, appid: str, path: str, text: str) -> Self:
        """Set the mini program's page: APPID, path and the text to tap."""
        return attrs.evolve(self, mini_program_jump_info=MiniProgramJumpInfo(appid, path, text))

    def check(self) -> None:
        """Make sure that this reply can be sent; one that was composed in code always can.

        Raises:
            ValidationError: It was read with ``strict=False`` and breaks a rule; with all problems.
        """
        found = wire.problems(self)
        if self.mini_program_jump_info is not None:
            found += (p.under("/mini_program_jump_info") for p in wire.problems(self.mini_program_jump_info))
        if found:
            raise ValidationError(found, "Reply")


def condense(blocks: Iterable[Block]) -> tuple[Reply, tuple[Problem, ...]]:
    """Put as much of a rich message as it takes into a plain reply; see `Message.to_reply`."""
    lines: list[str] = []
    images: list[str] = []
    page: tuple[str, str] = ("", "")
    program: MiniProgramJumpInfo | None = None
    dropped: list[Problem] = []
    for pointer, part in wire.walk(blocks):
        flaw = None
        match part:
            case Text(text=text):
                flaw = _add_line(lines, text)
            case Image(media_id=media_id):
                flaw = _add_image(images, media_id)
            case Link(text=text, action=JumpUrl(jump_url=url)) | Button(text=text, action=JumpUrl(jump_url=url)):
                flaw = "a plain reply takes one link" if page[1] else _flaw_of_page(text, url)
                page = page if flaw else (text, url)
            case (
                Link(text=text, action=JumpMiniProgram() as jump) | Button(text=text, action=JumpMiniProgram() as jump)
            ):
                flaw = "a plain reply takes one mini program" if program else None
                program = program or MiniProgramJumpInfo(jump.appid, jump.path, jump.text or text)
            case Link() | Button() | Faq() | UnknownBlock():
                flaw = "a plain reply has nothing that does this"
        if flaw:
            dropped.append(Problem(pointer, flaw, part))
        elif isinstance(part, (Link, Button)) and part.invalid_info is not None:
            dropped.append(
                Problem(f"{pointer}/invalid_info", "a plain reply's link does not expire", part.invalid_info)
            )
    reply = Reply("\n".join(lines), tuple(images), mini_program_jump_info=program)
    return (reply.link(*page) if page[1] else reply), tuple(dropped)


def _add_line(lines: list[str], text: str) -> str | None:
    """Add a line while there is room, counting the line breaks; return what was lost."""
    room = LONGEST_CONTENT - sum(len(line) + 1 for line in lines)
    if len(text) <= room:
        lines.append(text)
        return None
    full = f"a plain reply holds {LONGEST_CONTENT} characters"
    if room < 2:  # noqa: PLR2004 - one character and the sign that there was more
        return f"{full} and has no room left"
    lines.append(text[: room - 1] + "…")
    return f"{full}, so this text of {len(text)} was cut to {room}"


def _add_image(images: list[str], media_id: str) -> str | None:
    if len(images) == MOST_IMAGES:
        return f"a plain reply takes at most {MOST_IMAGES} images"
    images.append(media_id)
    return None


def _flaw_of_page(text: str, url: str) -> str | None:
    try:
        Reply("…").link(text, url)
    except ValidationError as error:
        return "; ".join(f"{p.pointer[1:]} {p.message}" for p in error.problems)
    return None
