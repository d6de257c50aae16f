"""Uploads: the form, its signature, and the picture in it."""

import hashlib
import json

import pytest
from hypothesis import given, settings, strategies as st

from msgkit.sandbox import Sandbox, SandboxError

from .merchant import UPLOAD, Answered, Merchant

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"\r\n--\r\n"
JPG = b"\xff\xd8\xff\xe0"
BMP = b"BM\0\0"
LIMIT = 2 * 1024 * 1024
BOUNDARY = "msgkit-boundary"


def part(name: str, content: bytes, *, filename: str | None = None) -> bytes:
    """One part of a form."""
    suffix = "" if filename is None else f'; filename="{filename}"'
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{suffix}\r\n'
    return f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n"


def meta_of(content: bytes, filename: object = "a.png", **changes: object) -> bytes:
    """The `meta` of a picture."""
    values = {"filename": filename, "sha256": hashlib.sha256(content).hexdigest()} | changes
    return json.dumps(values, ensure_ascii=False).encode()


def post(
    merchant: Merchant,
    *parts: bytes,
    signed: bytes,
    end: bytes = f"--{BOUNDARY}--\r\n".encode(),
    content_type: str = f"multipart/form-data; boundary={BOUNDARY}",
) -> Answered:
    """Post a form."""
    headers = {"Content-Type": content_type}
    return merchant.post(UPLOAD, b"".join(parts) + end, signed=signed, headers=headers)


def upload(
    merchant: Merchant,
    content: bytes = PNG,
    filename: str = "a.png",
    meta: bytes | None = None,
) -> Answered:
    """Upload a picture."""
    meta = meta_of(content, filename) if meta is None else meta
    file = part("file", content, filename=filename)
    return post(merchant, part("meta", meta), file, signed=meta)


class TestAccepted:
    """Pictures that are kept."""

    @pytest.mark.parametrize(
        ("filename", "content"),
        [
            ("a.png", PNG),
            ("a.jpg", JPG),
            ("a.bmp", BMP),
            ("收据 1.PNG", PNG),
            ('a\\"b.png', PNG),
            ("a.png", PNG + b"\0" * (LIMIT - len(PNG))),
        ],
        ids=["png", "jpg", "bmp", "unicode", "quoted", "largest"],
    )
    def test_picture(self, sandbox: Sandbox, merchant: Merchant, filename: str, content: bytes) -> None:
        """A picture is kept byte for byte under the media_id that the answer tells."""
        plain_name = filename.replace('\\"', '"')
        meta = meta_of(content, plain_name)
        answered = upload(merchant, content, filename, meta)
        assert answered.status == 200
        merchant.verify(answered)
        (kept,) = sandbox.uploads
        assert kept.media_id == answered.json["media_id"]
        assert len(kept.media_id) <= 512
        assert (kept.filename, kept.content) == (plain_name, content)
        assert kept.sha256 == hashlib.sha256(content).hexdigest()

    def test_media_ids(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The same picture twice is two uploads with two ids."""
        assert upload(merchant).json != upload(merchant).json
        assert len(sandbox.uploads) == 2

    def test_order(self, merchant: Merchant) -> None:
        """The parts may come in either order."""
        meta = meta_of(PNG)
        parts = (part("file", PNG, filename="a.png"), part("meta", meta))
        assert post(merchant, *parts, signed=meta).status == 200

    def test_upper_case_digest(self, merchant: Merchant) -> None:
        """The digest may be written in capitals."""
        meta = meta_of(PNG, sha256=hashlib.sha256(PNG).hexdigest().upper())
        assert upload(merchant, meta=meta).status == 200

    def test_exact_meta(self, merchant: Merchant) -> None:
        """The signature is for the bytes of `meta` as sent, blanks and line ends included."""
        meta = b" \r\n" + meta_of(PNG).replace(b",", b" ,\r\n") + b"\r\n"
        assert upload(merchant, meta=meta).status == 200


class TestOddities:
    """Uploads that are taken and thought odd."""

    @pytest.mark.parametrize("filename", ["b.png", "a.PNG", "upload", "C:\\\\a.gif", ""])
    def test_other_name(self, sandbox: Sandbox, merchant: Merchant, filename: str) -> None:
        """The part may have another name than `meta`, as on the official page: it is taken, and noted."""
        assert upload(merchant, PNG, filename, meta_of(PNG, "a.png")).status == 200
        assert [kept.filename for kept in sandbox.uploads] == ["a.png"]
        (warning,) = sandbox.warnings
        assert (warning.call, warning.pointer) == (f"POST {UPLOAD}", "/file")
        assert "has another filename than meta" in warning.text

    def test_no_name(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The part may have no name at all."""
        meta = meta_of(PNG)
        assert post(merchant, part("meta", meta), part("file", PNG), signed=meta).status == 200
        assert [kept.content for kept in sandbox.uploads] == [PNG]
        assert [str(warning) for warning in sandbox.warnings] == [
            f"POST {UPLOAD}: /file: has no filename; usual is the one that meta has."
        ]

    def test_nothing_odd(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """An upload as usual is not noted, nor is one that is refused."""
        upload(merchant)
        upload(merchant, b"GIF89a", "b.png", meta_of(b"GIF89a"))
        assert sandbox.warnings == ()

    def test_reset(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A reset forgets the warnings; a snapshot of before keeps them."""
        upload(merchant, PNG, "b.png", meta_of(PNG, "a.png"))
        before = sandbox.warnings
        sandbox.reset()
        assert (len(before), sandbox.warnings) == (1, ())


class TestMemory:
    """How much of the pictures is kept."""

    def test_hundred(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The last hundred keep their bytes; an older one says that they are gone, and the rest of it stays."""
        pictures = [PNG + str(number).encode() for number in range(103)]
        for picture in pictures:
            assert upload(merchant, picture).status == 200
        kept = sandbox.uploads
        assert [one.content for one in kept[3:]] == pictures[3:]
        for one, picture in zip(kept, pictures, strict=True):
            assert (one.sha256, one.size) == (hashlib.sha256(picture).hexdigest(), len(picture))
        for one in kept[:3]:
            with pytest.raises(SandboxError, match=f"{one.media_id} are gone: those of the last 100 pictures are kept"):
                _ = one.content

    def test_snapshot(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A picture that a test holds in its hand keeps its bytes, and stays equal to the one that lost them."""
        upload(merchant)
        (held,) = sandbox.uploads
        for _ in range(100):
            upload(merchant)
        assert held.content == PNG
        assert sandbox.uploads[0] == held


class TestRefused:
    """Pictures and forms that are not."""

    def test_signed_form(self, merchant: Merchant) -> None:
        """A signature for the whole form is refused, the string over `meta` shown."""
        meta = meta_of(PNG)
        parts = (part("meta", meta), part("file", PNG, filename="a.png"))
        answered = post(merchant, *parts, signed=b"".join(parts))
        assert (answered.status, answered.code) == (401, "SIGN_ERROR")
        shown = answered.detail["sign_information"]["truncated_sign_message"]
        assert shown.endswith(f"\n{meta.decode()}\n")

    @pytest.mark.parametrize(
        ("content", "filename", "meta", "pointer"),
        [
            (PNG, "a.png", meta_of(PNG, sha256="0" * 64), "/meta/sha256"),
            (PNG, "a.png", meta_of(PNG, sha256="0" * 63), "/meta/sha256"),
            (PNG, "a.png", meta_of(PNG, 1), "/meta/filename"),
            (PNG, "a.png", meta_of(PNG, extra=1), "/meta/extra"),
            (PNG, "a.png", b'{"filename": "a.png"}', "/meta/sha256"),
            (PNG, "a.png", b"{", "/meta"),
            (PNG, "a.png", b"\xff", "/meta"),
            (PNG, "a.png", b"[]", "/meta"),
            (PNG, "a.gif", None, "/meta/filename"),
            (PNG, "png", None, "/meta/filename"),
            (JPG, "a.jpeg", None, "/meta/filename"),
            (PNG, "a" * 125 + ".png", None, "/meta/filename"),
            (b"GIF89a", "a.png", None, "/file"),
            (JPG, "a.png", None, "/file"),
            (b"", "a.png", None, "/file"),
            (PNG + b"\0" * (LIMIT - len(PNG) + 1), "a.png", None, "/file"),
        ],
    )
    def test_field(  # noqa: PLR0913, PLR0917
        self,
        sandbox: Sandbox,
        merchant: Merchant,
        content: bytes,
        filename: str,
        meta: bytes | None,
        pointer: str,
    ) -> None:
        """What does not fit is named by its pointer, and nothing is kept."""
        answered = upload(merchant, content, filename, meta)
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert answered.detail["field"] == pointer
        assert sandbox.uploads == ()

    @pytest.mark.parametrize(
        ("parts", "pointer"),
        [
            ((), "/meta"),
            ((part("file", PNG, filename="a.png"),), "/meta"),
            ((part("meta", meta_of(PNG)),), "/file"),
            ((part("meta", meta_of(PNG)), part("meta", meta_of(PNG))), "/meta"),
            ((part("meta", meta_of(PNG)), part("a/b", b"")), "/a~1b"),
        ],
    )
    def test_parts(self, merchant: Merchant, parts: tuple[bytes, ...], pointer: str) -> None:
        """The form has the parts `meta` and `file`, each once, and no other."""
        answered = post(merchant, *parts, signed=meta_of(PNG))
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert answered.detail["field"] == pointer

    @pytest.mark.parametrize(
        "content_type",
        [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=other",
            f"multipart/form-data; boundary={'b' * 5000}",
        ],
    )
    def test_boundary(self, merchant: Merchant, content_type: str) -> None:
        """A form without its boundary cannot be read."""
        meta = meta_of(PNG)
        answered = post(merchant, part("meta", meta), signed=meta, content_type=content_type)
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")

    def test_truncated(self, merchant: Merchant) -> None:
        """A form that breaks off is refused."""
        meta = meta_of(PNG)
        file = part("file", PNG, filename="a.png")
        answered = post(merchant, part("meta", meta), file, signed=meta, end=b"")
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")

    def test_nameless(self, merchant: Merchant) -> None:
        """A part without a name is refused."""
        nameless = f"--{BOUNDARY}\r\n\r\na\r\n".encode()
        assert post(merchant, nameless, signed=b"").code == "PARAM_ERROR"

    def test_json(self, merchant: Merchant) -> None:
        """An upload that is no form is refused."""
        answered = merchant.post(UPLOAD, meta_of(PNG))
        assert (answered.status, answered.code) == (400, "INVALID_REQUEST")

    @settings(deadline=None, max_examples=50)
    @given(st.binary(max_size=300), st.binary(max_size=60))
    def test_arbitrary(self, merchant: Merchant, body: bytes, meta: bytes) -> None:
        """No bytes in place of a form or of `meta` make the sandbox fail."""
        assert post(merchant, body, signed=b"", end=b"").status == 400
        assert post(merchant, part("meta", meta), signed=meta).status == 400
