"""Tests of the state in which a message is shown."""

from datetime import datetime
from typing import Any

import pytest

from msgkit.preview import Look


class TestSource:
    """Where a page takes pictures from."""

    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"\x89PNG\r\n\x1a\n", "png"),
            (b"\xff\xd8\xff\xe0", "jpeg"),
            (b"GIF89a", "gif"),
            (b"GIF87a", "gif"),
            (b"BM....", "bmp"),
        ],
    )
    def test_bytes(self, content: bytes, kind: str) -> None:
        """Bytes that begin as a picture does are shown."""
        source = Look(images=lambda _: content).source("m")
        assert source
        assert source.startswith(f"data:image/{kind};base64,")

    @pytest.mark.parametrize(
        "url",
        ["https://a.example/b.png?c=1", "http://127.0.0.1/a", "/pictures/m1", "data:image/png;base64,iVBORw0KGgo="],
    )
    def test_urls(self, url: str) -> None:
        """So is what a URL leads to that a page may load."""
        assert Look(images=lambda _: url).source("m") == url

    @pytest.mark.parametrize(
        "found",
        [
            None,
            b"",
            b"<svg onload=alert(1)>",
            b"hello",
            "",
            "javascript:alert(1)",
            " javascript:alert(1)",
            "//evil.example/a.png",
            "/\\evil.example/a.png",
            "a.png",
            "data:image/svg+xml;base64,AAAA",
            "data:image/png,AAAA",
            "data:text/html;base64,AAAA",
            "https://a b",
            "ftp://a",
            "file:///etc/passwd",
        ],
    )
    def test_nothing_else(self, found: bytes | str | None) -> None:
        """Nothing else is shown, whatever it is."""
        assert Look(images=lambda _: found).source("m") is None

    def test_media_id(self) -> None:
        """It is asked by the media id, as that stands in the message."""
        assert Look(images={"m\n1": "/a"}.get).source("m\n1") == "/a"


class TestRefused:
    """What is no look."""

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"now": datetime(2026, 1, 1)}, "now: should know its time zone"),  # noqa: DTZ001 - that is the point
            ({"state": "over"}, "state: should be None, 'expired' or 'used'"),
        ],
    )
    def test_values(self, wrong: dict[str, Any], said: str) -> None:
        """A moment without a zone and an unknown state are refused, with what would be right."""
        with pytest.raises(ValueError, match=said):
            Look(**wrong)

    def test_a_text(self) -> None:
        """A single pointer, whose letters would be taken for pointers, is refused too."""
        with pytest.raises(TypeError, match="used: should be a set of JSON Pointers"):
            Look(used="/blocks/0/button")
