"""Pictures that the platform shows: at the API's own host, and at another one."""

from urllib.parse import unquote, urlsplit

import pytest

from msgkit.sandbox import Sandbox, SandboxError

from .merchant import HEADERS, Answered, Merchant

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def target(url: str) -> str:
    """The path and the query of an address, as they stand there."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def fetched(merchant: Merchant, url: str, **headers: str | None) -> Answered:
    """A picture, asked for without a signature."""
    return merchant.send("GET", target(url), b"", {"Host": urlsplit(url).netloc} | headers)


class TestSigned:
    """Pictures that the merchant signs for."""

    @pytest.fixture
    def url(self, sandbox: Sandbox) -> str:
        """The address of a picture."""
        return sandbox.picture(PNG)

    def test_address(self, sandbox: Sandbox, url: str) -> None:
        """The address is on the API's host, and full of what must not be written otherwise."""
        start = f"{sandbox.base_url}/v3/merchant-service/images/"
        assert url.startswith(start)
        last = url.removeprefix(start)
        assert [part in last for part in ("%2B", "%3D", "/")] == [True] * 3

    def test_served(self, merchant: Merchant, url: str) -> None:
        """Its bytes are answered as they are, and without a signature."""
        answered = merchant.get(target(url))
        assert (answered.status, answered.body) == (200, PNG)
        assert answered.headers["Content-Type"] == "image/png"
        assert answered.headers["Wechatpay-Signature"] is None

    @pytest.mark.parametrize("accept", ["*/*", "image/*", "application/json"])
    def test_accept(self, merchant: Merchant, url: str, accept: str) -> None:
        """A client may ask for pictures."""
        assert merchant.get(target(url), {"Accept": accept}).status == 200

    def test_unsigned(self, merchant: Merchant, url: str) -> None:
        """Nobody gets it without a signature."""
        answered = merchant.send("GET", target(url), b"", HEADERS)
        assert (answered.status, answered.code) == (401, "SIGN_ERROR")

    def test_rewritten(self, merchant: Merchant, url: str) -> None:
        """A path that was rewritten is another one: signed as sent it is not found, else the signature is wrong."""
        path = target(url)
        rewritten = unquote(path)
        assert rewritten != path
        assert merchant.get(rewritten).status == 404
        headers = HEADERS | {"Authorization": merchant.authorization("GET", path, b"")}
        assert merchant.send("GET", rewritten, b"", headers).status == 401

    def test_own_upload(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What the merchant uploaded cannot be fetched back by its id."""
        upload = sandbox._state.add_upload("a.png", PNG)
        answered = merchant.get(f"/v3/merchant-service/images/{upload.media_id}")
        assert (answered.status, answered.code) == (404, "RESOURCE_NOT_EXISTS")

    def test_query(self, merchant: Merchant, url: str) -> None:
        """The path is all there is."""
        assert merchant.get(f"{target(url)}?a=1").code == "PARAM_ERROR"

    def test_method(self, merchant: Merchant, url: str) -> None:
        """A picture is read, and with nothing but GET."""
        answered = merchant.call("DELETE", target(url))
        assert (answered.status, answered.headers["Allow"]) == (405, "GET")

    @pytest.mark.parametrize(
        ("content", "kind"),
        [(b"\xff\xd8\xff", "image/jpeg"), (b"BM", "image/bmp"), (b"GIF89a", "application/octet-stream")],
    )
    def test_kinds(self, sandbox: Sandbox, merchant: Merchant, content: bytes, kind: str) -> None:
        """What a picture is, its first bytes say."""
        assert merchant.get(target(sandbox.picture(content))).headers["Content-Type"] == kind


class TestPresigned:
    """Pictures whose address is signed."""

    @pytest.fixture
    def url(self, sandbox: Sandbox) -> str:
        """The address of a picture."""
        return sandbox.picture(PNG, presigned=True)

    def test_address(self, sandbox: Sandbox, url: str) -> None:
        """The address is on another host, over http, with its signature in the query."""
        parts = urlsplit(url)
        assert (parts.scheme, parts.hostname, parts.port) == ("http", "localhost", urlsplit(sandbox.base_url).port)
        assert "sign=" in parts.query

    def test_served(self, merchant: Merchant, url: str) -> None:
        """Whoever has the address gets the bytes."""
        answered = fetched(merchant, url)
        assert (answered.status, answered.body, answered.headers["Content-Type"]) == (200, PNG, "image/png")

    def test_authorization(self, sandbox: Sandbox, merchant: Merchant, url: str) -> None:
        """A signature for the API does not belong there: it is refused, and the record shows that it came."""
        answered = fetched(merchant, url, Authorization=merchant.authorization("GET", target(url), b""))
        assert answered.status == 400
        assert "authorization" in sandbox.calls[-1].headers
        fetched(merchant, url)
        assert sandbox.calls[-1].headers == ("host",)

    def test_sign(self, merchant: Merchant, url: str) -> None:
        """Without its signature, with another one, or on the API's host there is no picture."""
        path = urlsplit(url).path
        assert fetched(merchant, url.partition("?")[0]).status == 404
        assert fetched(merchant, url + "0").status == 404
        assert merchant.send("GET", target(url), b"", {"Host": "127.0.0.1"}).status == 404
        assert merchant.get(path).status == 404

    def test_method(self, merchant: Merchant, url: str) -> None:
        """It is read, and with nothing but GET."""
        assert merchant.send("POST", target(url), b"", {"Host": "localhost"}).status == 405


class TestPicture:
    """How a test shows one."""

    @pytest.mark.parametrize("presigned", [False, True])
    def test_reset(self, sandbox: Sandbox, merchant: Merchant, presigned: bool) -> None:
        """A reset forgets it."""
        url = sandbox.picture(PNG, presigned=presigned)
        sandbox.reset()
        answered = fetched(merchant, url) if presigned else merchant.get(target(url))
        assert answered.status == 404

    def test_many(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The last two hundred are shown."""
        urls = [sandbox.picture(b"BM" + bytes([number])) for number in range(201)]
        assert [merchant.get(target(urls[number])).status for number in (0, 1, 200)] == [404, 200, 200]

    def test_content(self, sandbox: Sandbox) -> None:
        """A picture is bytes."""
        with pytest.raises(ValueError, match="content must be bytes, not str"):
            sandbox.picture("a.png")  # type: ignore[arg-type]

    @pytest.mark.parametrize("presigned", [False, True])
    def test_at(self, sandbox: Sandbox, presigned: bool) -> None:
        """It is found by its address, without a call; by no other, and not after a reset."""
        url = sandbox.picture(PNG, presigned=presigned)
        called = len(sandbox.calls)
        assert sandbox.picture_at(url) == PNG
        for wrong in (f"{url}x", f"{url}?x=1", "", "http://[", "https://shop.example/a.png"):
            assert sandbox.picture_at(wrong) is None
        assert len(sandbox.calls) == called
        sandbox.reset()
        assert sandbox.picture_at(url) is None

    def test_not_running(self) -> None:
        """A sandbox that never ran has no address for it."""
        with pytest.raises(SandboxError, match="with statement"):
            Sandbox().picture(PNG)
