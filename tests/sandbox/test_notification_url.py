"""The address of notifications: set once, read, changed, taken away."""

from typing import Any

import pytest

from msgkit.sandbox import Sandbox

from .merchant import Merchant

PATH = "/v3/merchant-service/complaint-notifications"
URL = "https://shop.example/notify"


@pytest.mark.usefixtures("sandbox")
class TestUrl:
    """The four methods of the one path."""

    def test_life(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """It is set, read, changed and taken away, and each answer but the last tells it."""
        told = {"mchid": merchant.credentials.mchid, "url": URL}
        made = merchant.call("POST", PATH, {"url": URL})
        assert (made.status, made.json) == (200, told)
        merchant.verify(made)
        assert merchant.get(PATH).json == told
        changed = merchant.call("PUT", PATH, {"url": f"{URL}/2"})
        assert (changed.status, changed.json["url"], sandbox.notification_url) == (200, f"{URL}/2", f"{URL}/2")
        deleted = merchant.call("DELETE", PATH)
        assert (deleted.status, deleted.body, sandbox.notification_url) == (204, b"", None)
        assert merchant.call("POST", PATH, {"url": URL}).status == 200

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    def test_never_set(self, sandbox: Sandbox, merchant: Merchant, method: str) -> None:
        """What was never set is not there: 400 and not 404, as the documentation has it."""
        answered = merchant.call(method, PATH, {"url": URL} if method == "PUT" else None)
        assert (answered.status, answered.code) == (400, "RESOURCE_NOT_EXISTS")
        assert sandbox.notification_url is None

    def test_set_twice(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What is set already is changed with PUT, and not set again."""
        merchant.call("POST", PATH, {"url": URL})
        answered = merchant.call("POST", PATH, {"url": f"{URL}/2"})
        assert (answered.status, answered.code) == (400, "INVALID_REQUEST")
        assert sandbox.notification_url == URL

    def test_reset(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A reset forgets it."""
        merchant.call("POST", PATH, {"url": URL})
        sandbox.reset()
        assert sandbox.notification_url is None

    @pytest.mark.parametrize(
        "url",
        [
            "",
            " ",
            "http://shop.example/notify",
            "shop.example",
            "https://",
            "https://shop.example/notify?a=1",
            "https://shop.example?a",
            "https://商店.cn/notify",
            "https://shop.example/a b",
            "https://shop.example/😀",
            "https://shop.example/" + "a" * 235,
            None,
            1,
        ],
    )
    @pytest.mark.parametrize("method", ["POST", "PUT"])
    def test_wrong(self, merchant: Merchant, method: str, url: Any) -> None:
        """An address that is not https, too long, with a query or a domain in Chinese is refused by either method."""
        answered = merchant.call(method, PATH, {"url": url})
        assert (answered.status, answered.code, answered.detail["field"]) == (400, "PARAM_ERROR", "/url")

    @pytest.mark.parametrize("url", ["https://shop.example", "HTTPS://h:8443/a/b", "https://shop.example/" + "a" * 234])
    def test_right(self, merchant: Merchant, url: str) -> None:
        """Other addresses are taken, up to 255 characters."""
        assert merchant.call("POST", PATH, {"url": url}).status == 200

    @pytest.mark.parametrize("body", [{}, {"url": URL, "mchid": "1"}], ids=str)
    def test_body(self, merchant: Merchant, body: Any) -> None:
        """The body has the address and nothing else."""
        assert merchant.call("POST", PATH, body).code == "PARAM_ERROR"

    @pytest.mark.parametrize("method", ["GET", "DELETE"])
    def test_query(self, merchant: Merchant, method: str) -> None:
        """There is nothing to ask for."""
        assert merchant.call(method, f"{PATH}?mchid=1").code == "PARAM_ERROR"
