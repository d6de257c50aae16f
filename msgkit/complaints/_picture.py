"""`Picture`: an image that was downloaded."""

from __future__ import annotations

from typing import Final, Self, final

import attrs

# How an image of a type begins: what stands at the start, and what eight bytes further on.
_BEGINNINGS: Final = (
    ("image/jpeg", b"\xff\xd8\xff", b""),
    ("image/png", b"\x89PNG\r\n\x1a\n", b""),
    ("image/bmp", b"BM", b""),
    ("image/gif", b"GIF87a", b""),
    ("image/gif", b"GIF89a", b""),
    ("image/webp", b"RIFF", b"WEBP"),
)


@final
@attrs.frozen
class Picture:
    """An image that was downloaded from an answer's URL.

    Attributes:
        content: Its bytes.
        media_type: What they are, e.g. ``"image/png"``.

    Source: WeChat Pay documentation, 消费者投诉: 图片请求接口.
    """

    content: bytes = attrs.field(repr=lambda content: f"<{len(content)} bytes>")
    media_type: str

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Make one of bytes, whose beginning tells the type: JPEG, PNG, BMP, GIF or WebP.

        Of anything else the type is ``application/octet-stream``.

        >>> Picture.of(b"GIF89a")
        Picture(content=<6 bytes>, media_type='image/gif')
        """
        for media_type, start, further in _BEGINNINGS:
            if content.startswith(start) and content[8:12].startswith(further):
                return cls(content, media_type)
        return cls(content, "application/octet-stream")
