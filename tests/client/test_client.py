"""`Client`: replies and pictures that reach the sandbox, what is refused before, and where its settings come from."""

import io
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from msgkit import Client, ConfigurationError, Message, NotFoundError, Receipt, Reply, SendMessage, ValidationError
from msgkit._pictures import LARGEST
from msgkit.sandbox import Sandbox
from tests.network import (
    IMMEDIATE,
    MESSAGE,
    ORDINARY,
    PNG,
    Server,
    client_for,
    forward,
    signed,
    talking,
)

pytestmark = pytest.mark.usefixtures("both")

REQUIRED = ("MCHID", "SERIAL_NO", "PRIVATE_KEY", "PUBLIC_KEY_ID", "PUBLIC_KEY")

SEND = """
import msgkit
with msgkit.Client.from_env() as client:
    print(client.send("200201820200101080076610000", msgkit.Message().text("来自环境变量")).log_id)
"""


@pytest.fixture(scope="module")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sandbox leaves its credentials."""
    return tmp_path_factory.mktemp("state 目录")


@pytest.fixture(scope="module")
def running(state_dir: Path) -> Iterator[Sandbox]:
    """A sandbox that runs as long as these tests do."""
    with Sandbox(state_dir=state_dir) as sandbox:
        yield sandbox


class TestSendMessage:
    """Rich replies."""

    def test_receipt(self, sandbox: Sandbox, client: Client) -> None:
        """The receipt names what the sandbox stored, and what it stored is the message as it is written."""
        message = (
            Message()
            .text("您的退款申请已受理", bold=True)
            .image("media-1", style="WIDE")
            .faq("退款多久到账？")
            .button("转人工客服", SendMessage("转人工", custom_data="queue=vip", action_id="agent"))
            .button_group("满意", "不满意", layout="HORIZONTAL", multi_clickable=False)
            .sent_by("MACHINE")
            .with_custom_data("ticket=8812")
        )
        receipt = client.send(IMMEDIATE, message)
        (reply,) = sandbox.replies
        assert reply.body["message"] == message.to_dict()
        assert reply.body["complainted_mchid"] == sandbox.credentials.mchid
        assert (receipt.log_id, receipt.idempotent_id) == (reply.log_id, reply.idempotent_id)
        assert str(uuid.UUID(receipt.idempotent_id)) == receipt.idempotent_id
        assert receipt.request_id
        assert sandbox.complaints[IMMEDIATE].complaint_state == "PROCESSING"

    def test_same_id(self, sandbox: Sandbox, client: Client) -> None:
        """Sent twice under one id, a reply is processed once and has one log_id."""
        first = client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42-refund")
        second = client.send(IMMEDIATE, MESSAGE, idempotent_id="order-42-refund")
        assert first.idempotent_id == second.idempotent_id == "order-42-refund"
        assert first.log_id == second.log_id
        assert first.request_id != second.request_id
        assert len(sandbox.replies) == 1

    def test_new_ids(self, sandbox: Sandbox, client: Client) -> None:
        """Sent twice without an id, a reply is sent twice."""
        assert client.send(IMMEDIATE, MESSAGE).log_id != client.send(IMMEDIATE, MESSAGE).log_id
        assert len(sandbox.replies) == 2

    def test_sub_merchant(self, sandbox: Sandbox, client: Client) -> None:
        """A service provider answers for the merchant complained about."""
        complaint = sandbox.complaint(complainted_mchid="1900013511")
        client.send(complaint.complaint_id, MESSAGE, complainted_mchid="1900013511")
        client.send(complaint.complaint_id, Reply("好"), complainted_mchid="1900013511")
        assert {reply.body["complainted_mchid"] for reply in sandbox.replies} == {"1900013511"}

    @pytest.mark.parametrize(
        "complaint_id",
        [
            "a b",
            "100%",
            "a/b",
            "/",
            "a?b=c",
            "a#b",
            "中文投诉",
            "a%2Fb",
            "%",
            "%2e%2e",
            "...",
            "a+b&c=d;e",
            "~",
            "é",
        ],
    )
    def test_odd_id(self, sandbox: Sandbox, client: Client, complaint_id: str) -> None:
        """A complaint id arrives as itself, whatever is in it, for both kinds of reply."""
        sandbox.complaint(complaint_id)
        client.send(complaint_id, MESSAGE)
        client.send(complaint_id, Reply("好"))
        assert [reply.complaint_id for reply in sandbox.replies] == [complaint_id, complaint_id]

    def test_unlike_ids(self, sandbox: Sandbox, client: Client) -> None:
        """An id that is an escaped form of another is another."""
        sandbox.complaint("a/b")
        with pytest.raises(NotFoundError):
            client.send("a%2Fb", MESSAGE)
        assert sandbox.replies == ()


class TestSendReply:
    """Plain replies."""

    def test_receipt(self, sandbox: Sandbox, client: Client) -> None:
        """A plain reply is stored as written; its receipt has a Request-ID and nothing else."""
        reply = Reply("已与用户沟通解决").image("m1").link("查看订单", "https://shop.example/o/42")
        receipt = client.send(ORDINARY, reply)
        assert receipt == Receipt(None, None, receipt.request_id, "response", sandbox.base_url)
        assert receipt.request_id
        (stored,) = sandbox.replies
        assert stored.kind == "response"
        assert stored.body == {"complainted_mchid": sandbox.credentials.mchid, **reply.to_dict()}


class TestUploadImage:
    """Pictures."""

    @pytest.mark.parametrize(
        ("filename", "stored"),
        [
            ("receipt.png", "receipt.png"),
            ("收据 第1页.png", "收据 第1页.png"),
            ('a"b\\c\r\n.png', "a_b_c__.png"),
            ("a%22;=&'.PNG", "a%22;=&'.PNG"),
            ("é.png", "é.png"),
            ("名" * 124 + ".png", "名" * 124 + ".png"),
        ],
    )
    def test_bytes(self, sandbox: Sandbox, client: Client, filename: str, stored: str) -> None:
        """Bytes arrive unchanged under their name, whatever is in it."""
        media_id = client.upload_image(PNG, filename)
        (upload,) = sandbox.uploads
        assert (upload.media_id, upload.filename, upload.content) == (media_id, stored, PNG)

    def test_path_and_file(self, sandbox: Sandbox, client: Client, tmp_path: Path) -> None:
        """A path and an open file arrive under the file's name, .jpeg as .jpg."""
        path = tmp_path / "收据.jpeg"
        path.write_bytes(b"\xff\xd8\xff\xe0\r\n--\r\n")
        client.upload_image(path)
        client.upload_image(str(path))
        with path.open("rb") as file:
            client.upload_image(file)
        client.upload_image(io.BytesIO(path.read_bytes()), "收据.jpeg")
        assert {(upload.filename, upload.content) for upload in sandbox.uploads} == {("收据.jpg", path.read_bytes())}
        assert len(sandbox.uploads) == 4

    def test_largest(self, sandbox: Sandbox, client: Client) -> None:
        """A picture of exactly 2 MiB is accepted."""
        content = PNG + bytes(LARGEST - len(PNG))
        client.upload_image(content, "a.png")
        assert sandbox.uploads[0].content == content

    def test_used(self, sandbox: Sandbox, client: Client) -> None:
        """The media_id goes into a message."""
        media_id = client.upload_image(PNG, "a.png")
        client.send(IMMEDIATE, Message().image(media_id))
        assert sandbox.replies[0].body["message"]["blocks"][0]["image"]["media_id"] == media_id


class TestNothingSent:
    """What is refused before anything is sent."""

    @pytest.mark.parametrize(
        ("args", "kwargs", "pointer"),
        [
            (("", MESSAGE), {}, "/complaint_id"),
            ((".", MESSAGE), {}, "/complaint_id"),
            (("..", MESSAGE), {}, "/complaint_id"),
            (("1" * 65, MESSAGE), {}, "/complaint_id"),
            (("", Reply("好")), {}, "/complaint_id"),
            (("..", Reply("好")), {}, "/complaint_id"),
            (("1", Message()), {}, "/message/blocks"),
            (("1", MESSAGE), {"idempotent_id": ""}, "/idempotent_id"),
            (("1", MESSAGE), {"idempotent_id": "i" * 129}, "/idempotent_id"),
            (("1", MESSAGE), {"complainted_mchid": ""}, "/complainted_mchid"),
            (("1", Reply("好")), {"complainted_mchid": "1" * 65}, "/complainted_mchid"),
            (("1", Reply("好")), {"idempotent_id": "a"}, "/idempotent_id"),
            (("1", "您好"), {}, "/message"),
            (("1", None), {}, "/message"),
            (("1", MESSAGE.to_dict()), {}, "/message"),
            (("1", MESSAGE.blocks[0]), {}, "/message"),
        ],
    )
    def test_send(self, args: Any, kwargs: Any, pointer: str) -> None:
        """A reply that breaks a rule is refused by the place, and the server hears nothing of it."""
        with talking(signed(204)) as (client, server):
            with pytest.raises(ValidationError) as caught:
                client.send(*args, **kwargs)
            assert server.connections == 0
        assert [problem.pointer for problem in caught.value.problems] == [pointer]
        assert "您好" not in str(caught.value)

    @pytest.mark.parametrize(
        ("picture", "filename"),
        [
            (PNG + bytes(LARGEST + 1 - len(PNG)), "a.png"),
            (PNG, "a.gif"),
            (PNG, "a.jpg"),
            (PNG, None),
            (PNG, "n" * 125 + ".png"),
            (b"", "a.png"),
        ],
        ids=["too large", "other name", "other content", "no name", "long name", "empty"],
    )
    def test_upload(self, picture: bytes, filename: str | None) -> None:
        """So is a picture that breaks a rule."""
        with talking(signed(200, b'{"media_id": "m"}')) as (client, server):
            with pytest.raises(ValidationError):
                client.upload_image(picture, filename)
            assert server.connections == 0


class TestFromEnv:
    """Settings from the environment."""

    @pytest.fixture
    def environ(self, sandbox: Sandbox) -> dict[str, str]:
        """All variables, the keys as PEM."""
        return {f"WECHATPAY_{name.upper()}": value for name, value in asdict(sandbox.credentials).items()}

    @staticmethod
    def works(sandbox: Sandbox, environ: Mapping[str, str]) -> bool:
        """Whether a client of these variables can send."""
        with Client.from_env(environ) as client:
            return client.send(IMMEDIATE, MESSAGE).log_id == sandbox.replies[-1].log_id

    def test_pem(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """Keys are taken as PEM text."""
        assert self.works(sandbox, environ)

    def test_escaped_pem(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """Keys are taken as PEM text whose line breaks are a backslash and an n."""
        assert self.works(sandbox, {name: value.replace("\n", "\\n") for name, value in environ.items()})

    def test_paths(self, sandbox: Sandbox, environ: dict[str, str], state_dir: Path) -> None:
        """Keys are taken as paths."""
        environ["WECHATPAY_PRIVATE_KEY"] = str(state_dir / "apiclient_key.pem")
        environ["WECHATPAY_PUBLIC_KEY"] = str(state_dir / "pub_key.pem")
        assert self.works(sandbox, environ)

    def test_environment(self, sandbox: Sandbox, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a mapping given, the environment is that of the process, as it is now."""
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        with Client.from_env() as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id == sandbox.replies[0].log_id

    def test_settings(self, environ: dict[str, str]) -> None:
        """Any argument of a client may be given beside the environment, and then counts instead of it."""
        silent = "http://127.0.0.1:1"
        del environ["WECHATPAY_MCHID"]
        with Client.from_env(environ, mchid="1900000001", base_url=silent, timeout=10, total=20) as client:
            assert repr(client).removeprefix("Async") == f"Client(mchid='1900000001', base_url='{silent}')"
        with pytest.raises(ConfigurationError, match=r"^total "):
            Client.from_env(environ, mchid="1900000001", total=None)
        with pytest.raises(TypeError, match="wait"):
            Client.from_env(environ, mchid="1900000001", wait=10)

    def test_crlf_pem(self, sandbox: Sandbox, environ: dict[str, str]) -> None:
        """Keys are taken as PEM text whose line breaks are spelt out as on Windows."""
        assert self.works(sandbox, {name: value.replace("\n", "\\r\\n") for name, value in environ.items()})

    def test_all_missing(self) -> None:
        """All missing variables are named at once."""
        with pytest.raises(ConfigurationError) as caught:
            Client.from_env({"WECHATPAY_APIV3_KEY": "k" * 32})
        assert str(caught.value).endswith(": " + ", ".join(f"WECHATPAY_{name}" for name in REQUIRED))

    @pytest.mark.parametrize("name", REQUIRED)
    def test_one_missing(self, environ: dict[str, str], name: str) -> None:
        """A variable that is not set, or empty, is the one named."""
        variable = f"WECHATPAY_{name}"
        for wrong in ({**environ, variable: ""}, {each: environ[each] for each in environ if each != variable}):
            with pytest.raises(ConfigurationError) as caught:
                Client.from_env(wrong)
            assert str(caught.value).endswith(f": {variable}")

    def test_optional(self, environ: dict[str, str]) -> None:
        """Without a base URL it is WeChat Pay itself that is called; the APIv3 key may be left out."""
        for wanting in ({}, {"WECHATPAY_BASE_URL": "", "WECHATPAY_APIV3_KEY": ""}):
            given = {name: value for name, value in environ.items() if name.endswith(REQUIRED)} | wanting
            with Client.from_env(given) as client:
                assert "https://api.mch.weixin.qq.com" in repr(client)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("mchid", '19"'),
            ("mchid", "abc"),
            ("serial_no", "PUB_KEY_ID_01"),
            ("private_key", "nowhere.pem"),
            ("public_key_id", "5157F09E"),
            ("public_key", "nowhere.pem"),
            ("apiv3_key", "short"),
            ("base_url", "http://shop.example"),
        ],
    )
    def test_wrong(self, environ: dict[str, str], name: str, value: str) -> None:
        """A variable that is not what it should be is named by its argument."""
        with pytest.raises(ConfigurationError, match=f"^{name} "):
            Client.from_env(environ | {f"WECHATPAY_{name.upper()}": value})

    @pytest.mark.skipif(os.name != "posix", reason="env.sh is for a POSIX shell")
    def test_sourced(self, sandbox: Sandbox, state_dir: Path) -> None:
        """The env.sh of a sandbox, sourced by a shell, is all that a program needs."""
        done = subprocess.run(
            ["/bin/sh", "-c", '. "$1" && exec "$2" -W error -c "$3"', "sh", state_dir / "env.sh", sys.executable, SEND],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        (reply,) = sandbox.replies
        assert done.stdout.strip() == reply.log_id
        assert reply.body["message"]["blocks"][0]["text"]["text"] == "来自环境变量"


class TestPublicKey:
    """The platform's public key."""

    def test_own(self, sandbox: Sandbox) -> None:
        """The merchant's own public key in its place is refused: no answer would ever be verified."""
        own = load_pem_private_key(sandbox.credentials.private_key.encode(), None).public_key()
        pem = own.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        for key in (pem, own):
            with pytest.raises(ConfigurationError, match=r"^public_key is the merchant's own"):
                client_for(sandbox, public_key=key)


class TestPlaceholders:
    """Texts that a template left open."""

    def test_refused(self) -> None:
        """A message or reply with placeholders is refused by the place, and the server hears nothing of it."""
        with talking(signed(204)) as (client, server):
            for reply, pointer in (
                (Message().text("您好 ${name}"), "/message/blocks/0/text/text"),
                (Reply("您好 ${name}"), "/response_content"),
            ):
                with pytest.raises(ValidationError) as caught:
                    client.send(IMMEDIATE, reply)
                assert [problem.pointer for problem in caught.value.problems] == [pointer]
            assert server.connections == 0

    def test_meant(self, sandbox: Sandbox, client: Client) -> None:
        """Whoever means them sends them."""
        client.send(IMMEDIATE, Message().text("模板写作 ${name}"), allow_placeholders=True)
        client.send(ORDINARY, Reply("模板写作 ${name}"), allow_placeholders=True)
        assert len(sandbox.replies) == 2


class TestApiv3Key:
    """The APIv3 key."""

    @pytest.mark.parametrize("key", ["", "k" * 31, "k" * 33, "密" * 32, b"k" * 16, 5])
    def test_refused(self, sandbox: Sandbox, key: Any) -> None:
        """What has not 32 bytes is refused and not shown."""
        with pytest.raises(ConfigurationError, match=r"^apiv3_key ") as caught:
            client_for(sandbox, apiv3_key=key)
        assert "kkk" not in str(caught.value)

    @pytest.mark.parametrize("key", ["k" * 32, b"k" * 32, None])
    def test_taken(self, sandbox: Sandbox, key: str | bytes | None) -> None:
        """Text and bytes pass; so does none, which replies do not need."""
        with client_for(sandbox, apiv3_key=key) as client:
            assert client.send(IMMEDIATE, MESSAGE).log_id


class TestClient:
    """The client itself."""

    def test_repr(self, sandbox: Sandbox, client: Client) -> None:
        """It shows whom it calls for and whom it calls."""
        assert repr(client).removeprefix("Async") == f"Client(mchid='1900012181', base_url='{sandbox.base_url}')"

    def test_closed(self, sandbox: Sandbox) -> None:
        """A client closes its connections, also when the block ends in an error, and as often as it is told."""
        with Server(forward(sandbox)) as server:
            client = client_for(sandbox, base_url=server.base_url)
            with pytest.raises(ZeroDivisionError), client:
                raise ZeroDivisionError(client.send(IMMEDIATE, MESSAGE))
            assert server.closed.acquire(timeout=5)
            client.close()
