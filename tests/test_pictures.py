"""Pictures: from wherever they are kept, under a name that says what they are."""

import io
import os
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from msgkit._apiv3.calls import Upload
from msgkit._pictures import LARGEST, read
from tests import helpers
from tests.network import PNG

JPG = b"\xff\xd8\xff\xe0" + b"\0" * 20
BMP = b"BM" + b"\0" * 20


def refused(picture: Any, filename: Any = None) -> dict[str, str]:
    """The problems of a picture that is refused, by their pointers."""
    return {each.pointer: each.message for each in helpers.refused(read, picture, filename).problems}


def parts(upload: Upload) -> tuple[str, bytes, str]:
    """Name, content and type of what was read."""
    return upload.filename, upload.content, upload.media_type


class TestRead:
    """What is taken, and what it is taken for."""

    def test_sources(self, tmp_path: Path) -> None:
        """A path, an open file and bytes with a name are the same upload."""
        path = tmp_path / "收据 1.png"
        path.write_bytes(PNG)
        expected = ("收据 1.png", PNG, "image/png")
        assert parts(read(path)) == expected
        assert parts(read(str(path))) == expected
        assert parts(read(PNG, "收据 1.png")) == expected
        assert parts(read(io.BytesIO(PNG), "收据 1.png")) == expected
        with path.open("rb") as file:
            assert parts(read(file)) == expected
            assert not file.closed

    def test_name_given(self, tmp_path: Path) -> None:
        """A name that is given counts for more than that of the path."""
        path = tmp_path / "tmp_8f3a"
        path.write_bytes(PNG)
        assert parts(read(path, "a.png"))[0] == "a.png"

    @pytest.mark.parametrize(
        ("filename", "content", "sent", "media_type"),
        [
            ("a.jpg", JPG, "a.jpg", "image/jpeg"),
            ("a.JPG", JPG, "a.JPG", "image/jpeg"),
            ("a.jpeg", JPG, "a.jpg", "image/jpeg"),
            ("a.b.JPEG", JPG, "a.b.jpg", "image/jpeg"),
            ("a.bmp", BMP, "a.bmp", "image/bmp"),
            ("a.PNG", PNG, "a.PNG", "image/png"),
            ('a"b\\c\r\nd\x00\x7f.png', PNG, "a_b_c__d__.png", "image/png"),
            ("收据%22 '&;=.png", PNG, "收据%22 '&;=.png", "image/png"),
            ("../../etc/a.png", PNG, "a.png", "image/png"),
        ],
    )
    def test_names(self, filename: str, content: bytes, sent: str, media_type: str) -> None:
        """Names keep their characters but those that no form can hold; .jpeg is sent as .jpg."""
        assert parts(read(content, filename)) == (sent, content, media_type)

    @pytest.mark.parametrize("filename", ["a.gif", "a.webp", "a", "png", "a.png.gz", "a.svg", "a.png ", ".jpeg"])
    def test_wrong_name(self, filename: str) -> None:
        """A name that ends in another type is refused, whatever the content."""
        assert ".jpg, .png, .bmp" in refused(PNG, filename)["/meta/filename"]

    @pytest.mark.parametrize(("filename", "content"), [("a.png", JPG), ("a.jpg", PNG), ("a.jpeg", PNG), ("a.bmp", PNG)])
    def test_wrong_content(self, filename: str, content: bytes) -> None:
        """A content that does not begin as its name says is refused."""
        assert "does not begin" in refused(content, filename)["/file"]

    @pytest.mark.parametrize("filename", ["", "."])
    def test_empty_name(self, filename: str) -> None:
        """A name that is empty says no type."""
        assert list(refused(PNG, filename)) == ["/meta/filename"]

    def test_no_name(self) -> None:
        """Bytes, and files without a name, need one."""
        end, write = os.pipe()
        os.close(write)
        with os.fdopen(end, "rb") as pipe:
            for source in (PNG, io.BytesIO(PNG), pipe):
                assert "filename=" in refused(source)["/meta/filename"]

    @pytest.mark.parametrize("picture", [None, 5, object(), ["a.png"], bytearray(PNG), io.StringIO("text")])
    def test_no_picture(self, picture: Any) -> None:
        """What is neither path nor bytes nor a file of bytes is refused."""
        assert list(refused(picture, "a.png")) == ["/file"]

    @pytest.mark.parametrize("filename", [5, b"a.png"])
    def test_name_of_other_type(self, filename: Any) -> None:
        """A name that is no text is refused."""
        assert list(refused(PNG, filename)) == ["/meta/filename"]

    def test_pipe(self) -> None:
        """A file that gives a little at each read is read to its end."""
        content = PNG * 1000
        end, write = os.pipe()

        def fill() -> None:
            with os.fdopen(write, "wb", buffering=0) as pipe:
                for start in range(0, len(content), 10_000):
                    pipe.write(content[start : start + 10_000])

        filling = threading.Thread(target=fill)
        filling.start()
        with os.fdopen(end, "rb", buffering=0) as pipe:
            upload = read(pipe, "a.png")
        filling.join()
        assert upload.content == content

    def test_socket(self) -> None:
        """So is an unbuffered socket."""
        content = PNG * 1000
        here, there = socket.socketpair()

        def fill() -> None:
            with there:
                there.sendall(content)

        sending = threading.Thread(target=fill)
        sending.start()
        with here, here.makefile("rb", buffering=0) as file:
            unbuffered: Any = file
            upload = read(unbuffered, "a.png")
        sending.join()
        assert upload.content == content

    def test_nothing_yet(self) -> None:
        """A file that does not wait for its bytes is refused, rather than cut off where none are there yet."""
        end, write = os.pipe()
        os.set_blocking(end, False)
        os.write(write, PNG)
        with os.fdopen(end, "rb", buffering=0) as pipe:
            assert "waits" in refused(pipe, "a.png")["/file"]
        os.close(write)

    def test_empty(self, tmp_path: Path) -> None:
        """An empty picture is said to be empty, wherever it comes from."""
        path = tmp_path / "a.png"
        path.touch()
        for source in (b"", path, io.BytesIO()):
            assert "is empty" in refused(source, "a.png")["/file"]

    def test_largest(self, tmp_path: Path) -> None:
        """Exactly 2 MiB pass; one byte more is refused, wherever it comes from."""
        content = PNG + bytes(LARGEST - len(PNG))
        path = tmp_path / "a.png"
        path.write_bytes(content)
        for source in (content, path, io.BytesIO(content)):
            assert parts(read(source, "a.png"))[1] == content
        path.write_bytes(content + b"\0")
        for source in (content + b"\0", path, io.BytesIO(content + b"\0")):
            assert "2 MiB" in refused(source, "a.png")["/file"]

    def test_not_to_be_read(self, tmp_path: Path) -> None:
        """A file that cannot be read is the error of the system that it is."""
        with pytest.raises(FileNotFoundError):
            read(tmp_path / "a.png")
        with pytest.raises(IsADirectoryError):
            read(tmp_path, "a.png")

    def test_repr(self) -> None:
        """The picture is not shown."""
        assert "PNG" not in repr(read(PNG, "a.png"))
