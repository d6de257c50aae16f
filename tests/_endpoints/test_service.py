"""Pictures, the notification URL and the echo: what is asked, what the answers become, and what is refused before."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA1

from msgkit._apiv3.calls import Answer, FlawError, Operation, Upload
from msgkit._endpoints import (
    delete_notification_url,
    download_image,
    echo,
    notification_url,
    set_notification_url,
    upload_image,
)
from msgkit._endpoints.service import ECHO, LARGEST_PICTURE, NOTIFICATIONS, UPLOAD
from msgkit._pictures import read
from msgkit.complaints import Picture
from tests._endpoints.given import answered, refused
from tests.network import PNG, PUBLIC_KEY_ID, platform_key

HOST = "https://pay.example"
DOCUMENTED = ("https://real.example", "https://real2.example")


class TestUploadImage:
    """The call of an upload."""

    def test_call(self) -> None:
        """What is signed says the file's name and digest; the file goes with it."""
        upload = Upload("a.png", PNG, "image/png")
        call = upload_image(upload).call
        assert (call.method, call.path, call.idempotent_id) == ("POST", UPLOAD, None)
        assert json.loads(call.body) == {"filename": "a.png", "sha256": hashlib.sha256(PNG).hexdigest()}
        assert call.upload == upload

    def test_long_name(self) -> None:
        """A name of 128 characters passes, the ending counted; a longer one is refused."""
        assert upload_image(read(PNG, "名" * 124 + ".png"))
        assert "at most 128" in refused(upload_image, read(PNG, "名" * 125 + ".png"))["/meta/filename"]

    @pytest.mark.parametrize("filename", ["", "\U0001f600.png", "a\udcff.png"])
    def test_unsendable_name(self, filename: str) -> None:
        """A name that is empty or has a character the platform does not take is refused in the platform's pointer."""
        assert list(refused(upload_image, Upload(filename, PNG, "image/png"))) == ["/meta/filename"]

    def test_repr(self) -> None:
        """Neither the picture nor the body is shown."""
        shown = repr(upload_image(read(PNG, "a.png")))
        assert "PNG" not in shown
        assert "sha256" not in shown

    def test_result(self) -> None:
        """Its result is the media_id, which is at most 512 characters long."""
        operation = upload_image(read(PNG, "a.png"))
        assert operation.result({"media_id": "m" * 512}, answered()) == "m" * 512
        for wrong in (None, 5, "", "m" * 513, "m\n"):
            with pytest.raises(FlawError, match="media_id"):
                operation.result({"media_id": wrong}, answered())

    def test_once(self) -> None:
        """Sent again, it would be there twice."""
        assert not upload_image(read(PNG, "a.png")).is_repeatable


def image(url: Any, *, allow_http: bool = False, hosts: tuple[str, ...] = (HOST,)) -> Operation[Picture]:
    """The operation that fetches a picture."""
    return download_image(url, hosts, DOCUMENTED, allow_http=allow_http)


class TestDownloadImage:
    """The call of a download."""

    def test_ours(self) -> None:
        """On a host of the client's it is a signed call that begins there."""
        operation = image(f"{HOST}/v3/merchant-service/images/a%2B%3d/b?c#d")
        assert (operation.call.method, operation.call.path) == ("GET", "/v3/merchant-service/images/a%2B%3d/b?c")
        assert (operation.host, operation.is_foreign) == (HOST, False)
        assert operation.is_picture
        assert operation.is_repeatable
        assert operation.largest == LARGEST_PICTURE

    def test_foreign(self) -> None:
        """On any other it is not signed, and nothing else than that host is asked."""
        operation = image("HTTPS://Pictures.Example:8443/a?sign=%2b")
        assert operation.call.path == "/a?sign=%2b"
        assert (operation.host, operation.is_foreign) == ("https://pictures.example:8443", True)

    @pytest.mark.parametrize(
        "url",
        ["https://pay.example.evil.example/a", "https://evil.example/pay.example", "https://xpay.example/a"],
    )
    def test_alike(self, url: str) -> None:
        """A host that only looks like one's own gets no signature."""
        assert image(url).is_foreign

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example\\@pay.example",
            "pay.example\\.evil.example",
            "127.0.0.1\\.pay.example",
            "127.0.0.1%2f.pay.example",
            "pay.example%00",
            "[fe80::1%25eth0]",
            "[::1]evil.example",
            "pay.example;evil.example",
            "pay.example:443:80",
            "pay.example:-1",
        ],
    )
    def test_two_readings(self, host: str) -> None:
        """One that libraries may read in two ways is none."""
        assert list(refused(image, f"https://{host}/a")) == ["/url"]

    @pytest.mark.parametrize(
        "host", [*DOCUMENTED, "HTTPS://REAL.EXAMPLE", "https://real.example:443", "http://real.example"]
    )
    def test_documented(self, host: str) -> None:
        """The real platform is not asked by whoever does not speak to it."""
        assert list(refused(image, f"{host}/a", allow_http=True)) == ["/url"]
        assert HOST in refused(image, f"{host}/a", allow_http=True)["/url"]
        assert not image(f"{DOCUMENTED[0]}/a", hosts=DOCUMENTED).is_foreign

    def test_http(self) -> None:
        """In clear it is taken where that is said."""
        assert list(refused(image, "http://pictures.example/a")) == ["/url"]
        assert image("http://pictures.example/a", allow_http=True).is_foreign
        assert image("http://127.0.0.1:8080/a", hosts=("http://127.0.0.1:8080",)).host == "http://127.0.0.1:8080"

    def test_result(self) -> None:
        """Its result is what the body holds."""
        assert image(f"{HOST}/a").result({}, Answer(200, {}, PNG)) == Picture(PNG, "image/png")


class TestNotificationUrl:
    """The calls about where notifications go."""

    def test_calls(self) -> None:
        """Each is its method of one path."""
        operations = (
            notification_url(),
            set_notification_url("https://a.example/n", "POST"),
            set_notification_url("https://a.example/n", "PUT"),
            delete_notification_url(),
        )
        assert [operation.call.method for operation in operations] == ["GET", "POST", "PUT", "DELETE"]
        assert {operation.call.path for operation in operations} == {NOTIFICATIONS}
        assert [operation.call.body for operation in operations] == [
            b"",
            b'{"url":"https://a.example/n"}',
            b'{"url":"https://a.example/n"}',
            b"",
        ]

    def test_again(self) -> None:
        """All but the first setting can be sent again; reading changes nothing."""
        assert notification_url().is_harmless
        assert set_notification_url("https://a.example/n", "PUT").is_repeatable
        assert delete_notification_url().is_repeatable
        assert not set_notification_url("https://a.example/n", "POST").is_repeatable

    def test_results(self) -> None:
        """The result is the URL that was answered; of a deletion there is none."""
        data = {"mchid": "1", "url": "https://b.example/n"}
        assert notification_url().result(data, answered()) == "https://b.example/n"
        assert set_notification_url("https://a.example/n", "PUT").result(data, answered()) == "https://b.example/n"
        nothing: object = delete_notification_url().result({}, answered())
        assert nothing is None
        with pytest.raises(FlawError, match="url"):
            notification_url().result({"mchid": "1"}, answered())

    @pytest.mark.parametrize("url", ["http://a.example/n", "https://", "", "https://a.example/" + "n" * 238, None])
    def test_refused(self, url: Any) -> None:
        """A URL that breaks a rule is refused by either method."""
        assert list(refused(set_notification_url, url, "POST")) == ["/url"]
        assert list(refused(set_notification_url, url, "PUT")) == ["/url"]


class TestEcho:
    """The call of an echo."""

    OAEP = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)  # noqa: S303 - the platform's choice

    def test_in_clear(self) -> None:
        """Before there is a key it says the message in clear; it changes nothing."""
        operation = echo("您好")
        assert (operation.call.method, operation.call.path, operation.call.serial) == ("POST", ECHO, None)
        assert json.loads(operation.call.body) == {"echo_message": "您好"}
        assert operation.is_harmless
        assert operation.result({"echo_message": "您好"}, answered()).encrypted is None

    def test_sealed(self) -> None:
        """With one it says it encrypted too, and which key that is."""
        operation = echo("您好").sealed((PUBLIC_KEY_ID, platform_key().public_key()))
        body = json.loads(operation.call.body)
        assert operation.call.serial == PUBLIC_KEY_ID
        assert platform_key().decrypt(base64.b64decode(body["encrypted_echo_message"]), self.OAEP) == "您好".encode()
        with pytest.raises(FlawError, match="encrypted_echo_message"):
            operation.result({"echo_message": "您好"}, answered())
        assert operation.result({"echo_message": "您好", "encrypted_echo_message": "x"}, answered()).encrypted == "x"

    def test_longest(self) -> None:
        """The longest message can be encrypted, whatever it is made of."""
        assert echo("￿" * 71).sealed((PUBLIC_KEY_ID, platform_key().public_key())).call.serial
        assert list(refused(echo, "a" * 72)) == ["/echo_message"]

    @pytest.mark.parametrize("data", [{}, {"echo_message": "再见"}, {"echo_message": None}, {"echo_message": ["您好"]}])
    def test_other_message(self, data: dict[str, Any]) -> None:
        """What is not the message is a flaw, and is not shown."""
        with pytest.raises(FlawError) as caught:
            echo("您好").result(data, answered())
        assert "再见" not in str(caught.value)

    def test_repr(self) -> None:
        """Neither the message nor what it was encrypted to is shown."""
        found = echo("hunter2").result({"echo_message": "hunter2", "encrypted_echo_message": "xyz"}, answered())
        assert "hunter2" not in repr(found) + repr(echo("hunter2"))
        assert "xyz" not in repr(found)
