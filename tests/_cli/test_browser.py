"""Tests of the browser that takes a picture of a page: which one, what of, and what is said where it takes none."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import pytest

from msgkit import Message
from msgkit._cli import _browser
from msgkit._cli._errors import SaidError
from msgkit.preview import as_page
from tests import browser

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs of these tests are shell scripts")


def script(folder: Path, name: str, text: str) -> Path:
    """Write a program, and return where it is."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return path


def size(picture: bytes) -> tuple[int, int]:
    """Return how wide and how tall a PNG is, in pixels."""
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


class TestFound:
    """Which browser it is."""

    def test_on_the_path(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One that is installed under a usual name is found, Chromium first."""
        chrome, chromium = (script(tmp_path, name, "") for name in ("google-chrome", "chromium"))
        monkeypatch.delenv(_browser.VARIABLE, raising=False)
        monkeypatch.setenv("PATH", str(tmp_path))
        assert _browser.found("en") == str(chromium)
        chromium.unlink()
        assert _browser.found("en") == str(chrome)

    @pytest.mark.parametrize("by", ["path", "name"])
    def test_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
        """The one that the environment names goes before, by its path or by its name."""
        script(tmp_path, "chromium", "")
        mine = script(tmp_path, "mine", "")
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv(_browser.VARIABLE, str(mine) if by == "path" else "mine")
        assert _browser.found("en") == str(mine)

    def test_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where there is none, or none where the environment says, the cure is told in either language."""
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setattr(_browser, "_ON_MACOS", ())
        monkeypatch.delenv(_browser.VARIABLE, raising=False)
        with pytest.raises(SaidError, match=r"install one, name it in MSGKIT_BROWSER, or use -o page\.html"):
            _browser.found("en")
        with pytest.raises(SaidError, match="--png 需要 Chromium、Chrome 或 Edge，没有找到。请安装其中一个"):
            _browser.found("zh")
        monkeypatch.setenv(_browser.VARIABLE, "gone\x1b")
        with pytest.raises(SaidError, match="MSGKIT_BROWSER names gone□, which is no program"):
            _browser.found("en")


class TestFailed:
    """A browser that takes no picture."""

    @pytest.mark.parametrize(
        "text",
        [
            "exit 1",
            "echo hello",
            "echo '<html data-tall=\"100\">'",
            'echo \'<html data-tall="100">\'; for o; do case $o in --screenshot=*) echo x > "${o#*=}";; esac; done',
        ],
        ids=["fails", "measures nothing", "no picture", "another picture"],
    )
    def test_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        """Whatever it does instead, that there is no picture is told in a line, with the cure."""
        monkeypatch.setenv(_browser.VARIABLE, str(script(tmp_path, "odd", text)))
        with pytest.raises(SaidError, match="odd took no picture; name another browser in MSGKIT_BROWSER, or use -o"):
            _browser.screenshot("", "en")

    def test_hangs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One that does not end is ended, with what it has started."""
        ended = tmp_path / "ended"
        monkeypatch.setattr(_browser, "_PATIENCE", 0.2)
        monkeypatch.setenv(_browser.VARIABLE, str(script(tmp_path, "odd", f"sleep 3; touch {ended}")))
        with pytest.raises(SaidError, match="took no picture"):
            _browser.screenshot("", "en")
        assert not ended.exists()

    def test_too_tall(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A page that no picture can hold is told, with how tall it is."""
        monkeypatch.setenv(_browser.VARIABLE, str(script(tmp_path, "tall", "echo '<html data-tall=\"9001\">'")))
        with pytest.raises(SaidError, match=r"9001 pixels of at most 8000; use -o page\.html"):
            _browser.screenshot("", "en")


@pytest.mark.slow
class TestChromium:
    """What Chromium takes."""

    @pytest.fixture(autouse=True)
    def chromium(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take the pictures with it."""
        monkeypatch.setenv(_browser.VARIABLE, browser.program())

    def test_as_tall_as_the_page(self) -> None:
        """The picture is as tall as the page, at twice the resolution."""
        short, long = (size(_browser.screenshot(as_page(Message().text("长\n" * lines)), "en")) for lines in (1, 21))
        assert short[0] == long[0] == 1000
        assert long[1] - short[1] == 20 * 24 * 2

    def test_dark(self) -> None:
        """A dark page has another picture, and so has one with a style that the page did not take."""
        message = Message().text("您好").image("m1").button("好")
        light, dark = (_browser.screenshot(as_page(message, dark=dark), "en") for dark in (False, True))
        assert size(light) == size(dark)
        assert light != dark

    def test_styled(self) -> None:
        """The page's policy lets its own style through: without it the page is laid out in another way."""
        page = as_page(Message().text("您好").button_group("好", "不好", layout="HORIZONTAL"))
        bare = page.replace("'sha256-", "'sha256-A")
        assert size(_browser.screenshot(page, "en")) != size(_browser.screenshot(bare, "en"))
