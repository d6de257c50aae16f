"""Where notifications may go: to this machine, and nowhere else."""

from typing import Any

import pytest

from msgkit.sandbox import Sandbox
from msgkit.sandbox.loopback import Address


class TestAddress:
    """Which addresses are this machine."""

    @pytest.mark.parametrize(
        ("url", "host", "port", "path"),
        [
            ("http://127.0.0.1:8000/notify", "127.0.0.1", 8000, "/notify"),
            ("http://localhost", "localhost", 80, "/"),
            ("HTTP://LOCALHOST:1/a/b%20c", "localhost", 1, "/a/b%20c"),
            ("http://[::1]:8000/", "::1", 8000, "/"),
        ],
    )
    def test_taken(self, url: str, host: str, port: int, path: str) -> None:
        """The three names of this machine are taken apart, with a port and a path where there are any."""
        address = Address.parse(url)
        assert (address.host, address.port, address.path, address.url) == (host, port, path, url)

    @pytest.mark.parametrize(
        "url",
        [
            "https://shop.example/notify",
            "http://shop.example/notify",
            "https://127.0.0.1/notify",
            "http://127.0.0.1.shop.example/",
            "http://localhost.shop.example/",
            "http://localhost@shop.example/",
            "http://shop.example@localhost/",
            "http://localhost:80:80/",
            "http://localhost:port/",
            "http://localhost:65536/",
            "http://127.0.0.2/",
            "http://0.0.0.0/",
            "http://[::]/",
            "http://[::ffff:8.8.8.8]/",
            "http://2130706433/",
            "http:///notify",
            "http:localhost",
            "//localhost/",
            "localhost:8000",
            "ftp://localhost/",
            "http://localhost/?a=1",
            "http://localhost/#a",
            "http://localhost/a b",
            "http://localhost/\r\nX: 1",
            "http://localhost/通知",
            "",
            None,
            80,
            b"http://localhost/",
        ],
    )
    def test_refused(self, sandbox: Sandbox, url: Any) -> None:
        """Whatever else it is, is refused, wherever it is said."""
        with pytest.raises(ValueError, match="this machine only"):
            Address.parse(url)
        if url is not None:
            with pytest.raises(ValueError, match="this machine only"):
                Sandbox(notify=url)
            with pytest.raises(ValueError, match="this machine only"):
                sandbox.notify_to(url)
