"""A client in another language: wechatpay-axios-plugin from npm, at the version that the lockfile names."""

import base64
import json
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest

from msgkit.sandbox import Sandbox
from tests import node

from .merchant import IMMEDIATE, ORDINARY

FILES = Path(__file__).parent / "axios"
URL = "https://shop.example/notify"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"\r\n--\r\n"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the plugin is installed, exactly as locked, and no script of any package was run."""
    return node.install(FILES, tmp_path_factory.mktemp("axios"))


def send(
    sandbox: Sandbox, folder: Path, filename: str = "receipt.png", *, whole: bool = False
) -> subprocess.CompletedProcess[str]:
    """Upload and send with the plugin.

    Args:
        sandbox: Where to.
        folder: Where it is installed.
        filename: How its caller names the part `file`; `meta` says receipt.png.
        whole: Hand it the form as bytes. Otherwise axios writes the form anew, and leaves the name out.
    """
    given: dict[str, Any] = {
        "credentials": attrs.asdict(sandbox.credentials),
        "complaint": IMMEDIATE,
        "picture": base64.b64encode(PICTURE).decode(),
        "filename": filename,
        "whole": whole,
    }
    return node.run(folder, "node", "send.cjs", given=json.dumps(given))


class TestPlugin:
    """Its users' way."""

    @pytest.mark.parametrize(
        ("filename", "whole", "odd"),
        [
            ("receipt.png", False, ["has no filename"]),
            ("photo.png", True, ["has another filename than meta"]),
            ("receipt.png", True, []),
        ],
        ids=["as its page shows", "other name", "same name"],
    )
    def test_picture_and_reply(
        self, sandbox: Sandbox, installed: Path, filename: str, whole: bool, odd: list[str]
    ) -> None:
        """Its upload is taken whatever becomes of the part's name, its reply too, and it believes both answers."""
        done = send(sandbox, installed, filename, whole=whole)
        assert (done.returncode, done.stderr) == (0, "")
        (upload,), (reply,) = sandbox.uploads, sandbox.replies
        assert json.loads(done.stdout) == {"media_id": upload.media_id, "log_id": reply.log_id}
        assert (upload.filename, upload.content) == ("receipt.png", PICTURE)
        assert reply.body["message"]["blocks"][1]["image"] == {"media_id": upload.media_id}
        assert reply.idempotent_id == f"axios/{IMMEDIATE}"
        assert [warning.text.partition(";")[0] for warning in sandbox.warnings] == odd

    def test_stranger_platform(self, sandbox: Sandbox, installed: Path) -> None:
        """It verifies: an answer with the signature of another one it does not believe."""
        sandbox.fail_next("WRONG_SIGNATURE")
        done = send(sandbox, installed)
        assert done.returncode == 1
        assert done.stderr.startswith("Verify the response's data")

    def test_whole_way(self, sandbox: Sandbox, installed: Path) -> None:
        """It uploads, replies, lists, reads, fetches certificates and sets the notification URL, by certificate."""
        first, second = sandbox.rotate_certificate(), sandbox.rotate_certificate()
        certificates = {one.serial_no: one.pem for one in sandbox.certificates}
        given: dict[str, Any] = {
            "credentials": attrs.asdict(sandbox.credentials),
            "certs": certificates,
            "complaint": IMMEDIATE,
            "day": datetime.now(timezone(timedelta(hours=8))).date().isoformat(),
            "picture": base64.b64encode(PICTURE).decode(),
            "url": URL,
        }
        sandbox.complaint("mine")
        done = node.run(installed, "node", "whole.cjs", given=json.dumps(given))
        assert (done.returncode, done.stderr) == (0, "")
        told = {"mchid": sandbox.credentials.mchid, "url": URL}
        assert json.loads(done.stdout) == {
            "replied": 204,
            "listed": ["mine", ORDINARY, IMMEDIATE],
            "phone": sandbox.complaints[IMMEDIATE].payer_phone,
            "said": ["已退款"],
            "certificates": certificates,
            "notifications": [told, told, told | {"url": f"{URL}/2"}, 204, "RESOURCE_NOT_EXISTS"],
        }
        assert [*certificates] == [first, second]
        (upload,) = sandbox.uploads
        assert sandbox.replies[0].body["response_images"] == [upload.media_id]
        assert sandbox.warnings == ()

    def test_version(self, installed: Path) -> None:
        """What is installed is what the lockfile names."""
        name = "wechatpay-axios-plugin"
        assert node.installed(installed, name) == node.asked(FILES, name)


def test_lockfile_names_no_registry() -> None:
    """Where packages come from is the matter of whoever installs them; what they are is pinned by digest."""
    node.check_lockfile(FILES)
