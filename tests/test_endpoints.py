"""Calls: what each endpoint is sent, and what is refused before anything is."""

import hashlib
import io
import json
import os
import socket
import threading
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from msgkit import Faq, JumpMiniProgram, JumpUrl, Message, Reply, SendMessage, ValidationError
from msgkit.apiv3.protocol import Call
from msgkit.endpoints import LARGEST_IMAGE, UPLOAD, send_message, send_reply, upload_image
from tests.network import COMPLAINTS, IMMEDIATE, MCHID, MESSAGE, ORDINARY, PNG

JPG = b"\xff\xd8\xff\xe0" + b"\0" * 20
BMP = b"BM" + b"\0" * 20

ODD_IDS = (
    " ",
    "a b",
    "100%",
    "a/b",
    "a?b=c",
    "a#b",
    "中文投诉",
    "a%2Fb",
    "a%252Fb",
    "...",
    ".a",
    "a+b&c=d;e",
    "~-_.",
    "\n",
)

WRONG_IDS = (
    ("", "empty"),
    (".", "must not be"),
    ("..", "must not be"),
    ("1" * 65, "at most 64"),
    ("1\U0001f600", "U\\+1F600 at position 1"),
    ("\ud800", "U\\+D800"),
    (None, "must be a string"),
    (5, "must be a string"),
    (b"1", "must be a string"),
)


def refused(call: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
    """The problems of a call that is refused, by their pointers."""
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    return {problem.pointer: problem.message for problem in caught.value.problems}


class TestSendMessage:
    """The call of a rich reply."""

    def test_call(self) -> None:
        """The body is the message as it is written, beside whom and under which id."""
        call = send_message(IMMEDIATE, MESSAGE, complainted_mchid=MCHID, idempotent_id="order-42")
        assert (call.method, call.path) == ("POST", f"{COMPLAINTS}/{IMMEDIATE}/response-immediate-service")
        assert json.loads(call.body) == {
            "complainted_mchid": MCHID,
            "message": MESSAGE.to_dict(),
            "idempotent_id": "order-42",
        }
        assert "您好".encode() in call.body
        assert (call.idempotent_id, call.upload) == ("order-42", None)

    def test_new_id(self) -> None:
        """Each call without an idempotent_id gets a UUID of its own, which stands in the body."""
        calls = [send_message("1", MESSAGE, complainted_mchid=MCHID) for _ in range(2)]
        assert calls[0].idempotent_id != calls[1].idempotent_id
        for call in calls:
            assert call.idempotent_id == json.loads(call.body)["idempotent_id"]
            assert str(uuid.UUID(call.idempotent_id)) == call.idempotent_id

    @pytest.mark.parametrize("complaint_id", ODD_IDS)
    def test_odd_id(self, complaint_id: str) -> None:
        """A complaint id is one step of the path, whatever is in it."""
        path = send_message(complaint_id, MESSAGE, complainted_mchid=MCHID).path
        start, step, end = path.rpartition("/")[0].rpartition("/")[0], path.split("/")[-2], path.rpartition("/")[2]
        assert (start, unquote(step), end) == (COMPLAINTS, complaint_id, "response-immediate-service")
        assert path.isascii()
        assert not set(path) & set(" ?#\n")

    @pytest.mark.parametrize(("complaint_id", "reason"), WRONG_IDS)
    def test_wrong_id(self, complaint_id: Any, reason: str) -> None:
        """A complaint id that cannot be one is refused, of either kind of reply."""
        with pytest.raises(ValidationError, match=reason):
            send_message(complaint_id, MESSAGE, complainted_mchid=MCHID)
        assert list(refused(send_reply, complaint_id, Reply("好"), complainted_mchid=MCHID)) == ["/complaint_id"]

    def test_lengths(self) -> None:
        """Ids of the greatest length pass, longer and empty ones do not."""
        longest = "1" * 64
        assert send_message(longest, MESSAGE, complainted_mchid=longest, idempotent_id="i" * 128)
        assert "/complainted_mchid" in refused(send_message, "1", MESSAGE, complainted_mchid="1" * 65)
        assert "/complainted_mchid" in refused(send_message, "1", MESSAGE, complainted_mchid="")
        for wrong in ("i" * 129, "", "\U0001f600", 5):
            found = refused(send_message, "1", MESSAGE, complainted_mchid=MCHID, idempotent_id=wrong)
            assert list(found) == ["/idempotent_id"]

    def test_wrong_message(self) -> None:
        """The message's problems have the pointers of the whole body."""
        assert list(refused(send_message, "1", Message(), complainted_mchid=MCHID)) == ["/message/blocks"]
        generous = {"blocks": [{"type": "TEXT", "text": {"text": "\U0001f600"}}], "custom_data": "x" * 5000}
        message = Message.from_dict(generous, strict=False)
        found = refused(send_message, "1", message, complainted_mchid=MCHID)
        assert set(found) == {"/message/blocks/0/text/text", "/message/custom_data"}


class TestSendReply:
    """The call of a plain reply."""

    def test_call(self) -> None:
        """The body is the reply as it is written, beside whom; there is no idempotent_id."""
        reply = (
            Reply("已处理").image("m1").link("查看", "https://shop.example/o/42").mini_program("wx1", "pages/o", "看")
        )
        call = send_reply(IMMEDIATE, reply, complainted_mchid=MCHID)
        assert (call.method, call.path) == ("POST", f"{COMPLAINTS}/{IMMEDIATE}/response")
        assert json.loads(call.body) == {"complainted_mchid": MCHID, **reply.to_dict()}
        assert call.idempotent_id is None

    def test_wrong_reply(self) -> None:
        """A reply that was read generously and breaks a rule is refused."""
        reply = Reply.from_dict({"response_content": "长" * 501}, strict=False)
        assert list(refused(send_reply, "1", reply, complainted_mchid=MCHID)) == ["/response_content"]


def file_part(call: Call) -> tuple[str, bytes, str]:
    """Name, content and type of the file that a call uploads."""
    assert call.upload
    return call.upload.filename, call.upload.content, call.upload.media_type


class TestUploadImage:
    """The call of an upload."""

    def test_call(self) -> None:
        """What is signed says the file's name and digest."""
        call = upload_image(PNG, "a.png")
        assert (call.method, call.path, call.idempotent_id) == ("POST", UPLOAD, None)
        assert json.loads(call.body) == {"filename": "a.png", "sha256": hashlib.sha256(PNG).hexdigest()}
        assert file_part(call) == ("a.png", PNG, "image/png")

    def test_sources(self, tmp_path: Path) -> None:
        """A path, an open file and bytes with a name make the same call."""
        path = tmp_path / "收据 1.png"
        path.write_bytes(PNG)
        expected = ("收据 1.png", PNG, "image/png")
        assert file_part(upload_image(path)) == expected
        assert file_part(upload_image(str(path))) == expected
        assert file_part(upload_image(PNG, "收据 1.png")) == expected
        assert file_part(upload_image(io.BytesIO(PNG), "收据 1.png")) == expected
        with path.open("rb") as file:
            assert file_part(upload_image(file)) == expected
            assert not file.closed

    def test_name_given(self, tmp_path: Path) -> None:
        """A name that is given counts for more than that of the path."""
        path = tmp_path / "tmp_8f3a"
        path.write_bytes(PNG)
        assert file_part(upload_image(path, "a.png"))[0] == "a.png"

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
        call = upload_image(content, filename)
        assert file_part(call) == (sent, content, media_type)
        assert json.loads(call.body)["filename"] == sent

    @pytest.mark.parametrize("filename", ["a.gif", "a.webp", "a", "png", "a.png.gz", "a.svg", "a.png ", ".jpeg"])
    def test_wrong_name(self, filename: str) -> None:
        """A name that ends in another type is refused, whatever the content."""
        assert ".jpg, .png, .bmp" in refused(upload_image, PNG, filename)["/meta/filename"]

    @pytest.mark.parametrize(("filename", "content"), [("a.png", JPG), ("a.jpg", PNG), ("a.jpeg", PNG), ("a.bmp", PNG)])
    def test_wrong_content(self, filename: str, content: bytes) -> None:
        """A content that does not begin as its name says is refused."""
        assert "does not begin" in refused(upload_image, content, filename)["/file"]

    def test_long_name(self) -> None:
        """A name of 128 characters passes, the ending counted; a longer one is refused."""
        assert upload_image(PNG, "名" * 124 + ".png")
        assert "at most 128" in refused(upload_image, PNG, "名" * 125 + ".png")["/meta/filename"]

    @pytest.mark.parametrize("filename", ["", "\U0001f600.png", "a\udcff.png"])
    def test_unsendable_name(self, filename: str) -> None:
        """A name that is empty or has a character the platform does not take is refused in the platform's pointer."""
        assert list(refused(upload_image, PNG, filename)) == ["/meta/filename"]

    def test_no_name(self) -> None:
        """Bytes, and files without a name, need one."""
        read, write = os.pipe()
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            for source in (PNG, io.BytesIO(PNG), pipe):
                assert "filename=" in refused(upload_image, source)["/meta/filename"]

    @pytest.mark.parametrize("picture", [None, 5, object(), ["a.png"], bytearray(PNG), io.StringIO("text")])
    def test_no_picture(self, picture: Any) -> None:
        """What is neither path nor bytes nor a file of bytes is refused."""
        assert list(refused(upload_image, picture, "a.png")) == ["/file"]

    @pytest.mark.parametrize("filename", [5, b"a.png"])
    def test_name_of_other_type(self, filename: Any) -> None:
        """A name that is no text is refused."""
        assert list(refused(upload_image, PNG, filename)) == ["/meta/filename"]

    def test_pipe(self) -> None:
        """A file that gives a little at each read is read to its end."""
        content = PNG * 1000
        read, write = os.pipe()

        def fill() -> None:
            with os.fdopen(write, "wb", buffering=0) as end:
                for start in range(0, len(content), 10_000):
                    end.write(content[start : start + 10_000])

        filling = threading.Thread(target=fill)
        filling.start()
        with os.fdopen(read, "rb", buffering=0) as pipe:
            call = upload_image(pipe, "a.png")
        filling.join()
        assert file_part(call)[1] == content
        assert json.loads(call.body)["sha256"] == hashlib.sha256(content).hexdigest()

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
            call = upload_image(unbuffered, "a.png")
        sending.join()
        assert file_part(call)[1] == content

    def test_nothing_yet(self) -> None:
        """A file that does not wait for its bytes is refused, rather than cut off where none are there yet."""
        read, write = os.pipe()
        os.set_blocking(read, False)
        os.write(write, PNG)
        with os.fdopen(read, "rb", buffering=0) as pipe:
            assert "waits" in refused(upload_image, pipe, "a.png")["/file"]
        os.close(write)

    def test_empty(self, tmp_path: Path) -> None:
        """An empty picture is said to be empty, wherever it comes from."""
        path = tmp_path / "a.png"
        path.touch()
        for source in (b"", path, io.BytesIO()):
            assert "is empty" in refused(upload_image, source, "a.png")["/file"]

    def test_largest(self, tmp_path: Path) -> None:
        """Exactly 2 MiB pass; one byte more is refused, wherever it comes from."""
        content = PNG + bytes(LARGEST_IMAGE - len(PNG))
        path = tmp_path / "a.png"
        path.write_bytes(content)
        for source in (content, path, io.BytesIO(content)):
            assert file_part(upload_image(source, "a.png"))[1] == content
        path.write_bytes(content + b"\0")
        for source in (content + b"\0", path, io.BytesIO(content + b"\0")):
            assert "2 MiB" in refused(upload_image, source, "a.png")["/file"]

    def test_not_to_be_read(self, tmp_path: Path) -> None:
        """A file that cannot be read is the error of the system that it is."""
        with pytest.raises(FileNotFoundError):
            upload_image(tmp_path / "a.png")
        with pytest.raises(IsADirectoryError):
            upload_image(tmp_path, "a.png")

    def test_repr(self) -> None:
        """Neither the picture nor the body is shown."""
        shown = repr(upload_image(PNG, "a.png"))
        assert "PNG" not in shown
        assert "sha256" not in shown


def unfilled(call: Any, *args: Any, **kwargs: Any) -> list[str]:
    """The places where a call that is refused holds placeholders; those who may send them can."""
    found = refused(call, *args, **kwargs)
    assert all("allow_placeholders=True" in message and "position" in message for message in found.values())
    assert isinstance(call(*args, **kwargs, allow_placeholders=True), Call)
    return list(found)


class TestPlaceholders:
    """What a template left open is not sent."""

    def test_message(self) -> None:
        """Each string of a message that holds a placeholder is named, and the custom data too."""
        message = (
            Message()
            .text("您好 ${name}")
            .image("${picture}")
            .link("查看 ${order}", JumpUrl("https://shop.example/${order}", action_id="${a}"))
            .faq(Faq("${q}？", SendMessage("好", custom_data="${c}"), faq_id="${f}"), "好")
            .button("打开", JumpMiniProgram("wx${id}", "p?${q}", "${t}"))
            .button_group("好", "${b}")
            .with_custom_data("ticket=${ticket}")
        )
        blocks = "/message/blocks"
        assert unfilled(send_message, IMMEDIATE, message, complainted_mchid=MCHID) == [
            f"{blocks}/0/text/text",
            f"{blocks}/1/image/media_id",
            f"{blocks}/2/link/text",
            f"{blocks}/2/link/action/jump_url",
            f"{blocks}/2/link/action/action_id",
            f"{blocks}/3/faq_list/faqs/0/faq_title",
            f"{blocks}/3/faq_list/faqs/0/action/message_info/custom_data",
            f"{blocks}/3/faq_list/faqs/0/faq_id",
            f"{blocks}/4/button/action/mini_program_jump_info/appid",
            f"{blocks}/4/button/action/mini_program_jump_info/path",
            f"{blocks}/4/button/action/mini_program_jump_info/text",
            f"{blocks}/5/button_group/buttons/1/text",
            f"{blocks}/5/button_group/buttons/1/action/message_info/content",
            "/message/custom_data",
        ]

    def test_ids(self) -> None:
        """So are the ids beside the message: one that was not filled would be that of every reply."""
        found = unfilled(
            send_message, "${complaint}", MESSAGE, complainted_mchid="${mchid}", idempotent_id="refund/${complaint}"
        )
        assert sorted(found) == ["/complaint_id", "/complainted_mchid", "/idempotent_id"]

    def test_reply(self) -> None:
        """So is each string of a plain reply."""
        reply = Reply("您好 ${name}", ("${m}",)).link("${t}", "https://h/${o}").mini_program("wx", "${p}", "好")
        assert unfilled(send_reply, ORDINARY, reply, complainted_mchid=MCHID) == [
            "/response_content",
            "/response_images/0",
            "/jump_url",
            "/jump_url_text",
            "/mini_program_jump_info/path",
        ]

    @pytest.mark.parametrize("text", ["请付 $USD", "$name", "$$", "$ {a}", "{a}", "a}", "${", "${a", "$"])
    def test_meant(self, text: str) -> None:
        """Only a dollar with braces is one: the rest may be meant."""
        assert send_message(IMMEDIATE, Message().text(text), complainted_mchid=MCHID).body

    @pytest.mark.parametrize("text", ["${}", "${订单号}", "${a b}", "a$${b}"])
    def test_odd(self, text: str) -> None:
        """A dollar with braces is one whatever stands in them."""
        assert unfilled(send_message, IMMEDIATE, Message().text(text), complainted_mchid=MCHID)

    def test_url(self) -> None:
        """A URL that begins with a placeholder is no URL, and cannot be sent at all."""
        message = Message().link("查看", JumpUrl("${shop}/orders"))
        found = refused(send_message, IMMEDIATE, message, complainted_mchid=MCHID, allow_placeholders=True)
        assert list(found) == ["/message/blocks/0/link/action/jump_url"]
