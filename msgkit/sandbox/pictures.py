"""Pictures: those that the merchant uploads, and those that the platform shows it."""

import secrets
from collections.abc import Mapping

from attrs import evolve, field, frozen

from msgkit.sandbox.errors import SandboxError

#: How many pictures keep their bytes; of older ones all else stays known. A guard for the sandbox.
KEPT_PICTURES = 100

#: How many pictures are shown at once; the oldest goes first. A guard, too.
SHOWN_PICTURES = 200

#: Where signed pictures are, and where pre-signed ones.
SIGNED, PRESIGNED = "/v3/merchant-service/images/", "/complaint-images/"

#: How the files begin whose names end so (商户上传反馈图片: jpg, png, bmp), and what they are.
IMAGE_SIGNATURES = {
    ".jpg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".bmp": b"BM",
}
_MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".bmp": "image/bmp"}


@frozen
class Upload:
    """A picture that was accepted.

    Attributes:
        media_id: The id it was given.
        filename: Its name, as its ``meta`` says.
        sha256: The SHA-256 digest of its bytes, 64 hexadecimal digits in lower case.
        size: Their number.
    """

    media_id: str
    filename: str
    sha256: str
    size: int
    _content: bytes | None = field(repr=False, eq=False)

    @property
    def content(self) -> bytes:
        """Its bytes, as long as it is one of the last 100 pictures.

        Raises:
            SandboxError: It is an older one, whose bytes are no longer kept. A snapshot of `Sandbox.uploads` that was
                taken while they were still has them.
        """
        if self._content is None:
            raise SandboxError(
                f"the bytes of {self.media_id} are gone: those of the last {KEPT_PICTURES} pictures are kept;"
                " its name, size and sha256 are still known"
            )
        return self._content

    @property
    def is_kept(self) -> bool:
        """Whether it still has its bytes."""
        return self._content is not None

    def without_content(self) -> "Upload":
        """All of it but its bytes."""
        return evolve(self, content=None)


@frozen
class Shown:
    """A picture that the platform shows.

    Attributes:
        content: Its bytes.
        sign: What a pre-signed address ends with; None where the merchant signs.
    """

    content: bytes = field(repr=False)
    sign: str | None = field(default=None, repr=False)

    @property
    def media_type(self) -> str:
        """What its bytes are, by how they begin."""
        return next(
            (_MEDIA_TYPES[end] for end, start in IMAGE_SIGNATURES.items() if self.content.startswith(start)),
            "application/octet-stream",
        )


def signed_path() -> str:
    """A new path as the platform makes them: what percent signs stand for must not be put in their place."""
    return f"{SIGNED}ChsyMDAw{secrets.token_hex(8)}%2B{secrets.token_hex(4)}/{secrets.token_hex(8)}%3D%3D"


def presigned_path() -> str:
    """A new path on another host."""
    return f"{PRESIGNED}{secrets.token_hex(16)}.png"


def found(pictures: Mapping[str, Shown], path: str, sign: str | None) -> Shown | None:
    """Look a picture up by its path, percent signs and all, and by the sign of a pre-signed address."""
    picture = pictures.get(path)
    if picture is None or picture.sign != sign:
        return None
    return picture
