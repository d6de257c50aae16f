"""`Reply`: the plain reply, which every complaint takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import attrs

from msgkit import _fields, _wire
from msgkit.errors import Problem, ValidationError

LONGEST_CONTENT = 500
"""Most characters of ``response_content`` (500 since 2025-09; 200 before)."""

MOST_IMAGES = 4
LONGEST_URL = 512
LONGEST_URL_TEXT = 10


def _images(value: Iterable[str]) -> tuple[str, ...]:
    return _fields.as_tuple(value)  # type: ignore[no-any-return]


@attrs.frozen
class MiniProgramJumpInfo:
    """The mini program that a plain reply opens.

    Attributes:
        appid: The mini program's APPID.
        path: The page in it, with its query.
        text: The page's name, which the customer taps.

    Raises:
        ValidationError: A field is no string, is empty, or has a character outside one to three bytes in UTF-8.
    """

    appid: str = attrs.field(validator=_fields.text(blank=False), metadata=_fields.STATED)
    path: str = attrs.field(validator=_fields.text(blank=False), metadata=_fields.STATED, repr=_fields.masked)
    text: str = attrs.field(validator=_fields.text(blank=False), metadata=_fields.STATED, repr=_fields.masked)


@_wire.derive
@attrs.frozen
class Reply(_wire.Document):
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

    response_content: str = attrs.field(
        validator=_fields.text(blank=False, at_most=LONGEST_CONTENT), metadata=_fields.STATED, repr=_fields.masked
    )
    response_images: tuple[str, ...] = attrs.field(
        default=(), converter=_images, validator=_fields.texts(at_most=MOST_IMAGES)
    )
    jump_url: str | None = attrs.field(
        default=None,
        validator=_fields.together("jump_url_text", _fields.url(optional=True, at_most=LONGEST_URL)),
        repr=_fields.masked,
    )
    jump_url_text: str | None = attrs.field(
        default=None,
        validator=_fields.together("jump_url", _fields.text(optional=True, blank=False, at_most=LONGEST_URL_TEXT)),
        repr=_fields.masked,
    )
    mini_program_jump_info: MiniProgramJumpInfo | None = attrs.field(
        default=None, validator=_fields.part(MiniProgramJumpInfo, optional=True)
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
        findings: list[Problem] = []
        _wire.check(self, None, findings)
        if findings:
            raise ValidationError(findings, "Reply")
