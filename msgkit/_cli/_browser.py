"""A page's picture, taken by a browser that is installed: Chromium, Chrome or Edge.

Nothing but options of the command line is needed of it, which all of them have on all systems; its DevTools would need
a WebSocket, or pipes that Windows does not inherit. So it runs twice: it measures the page in a frame, for which the
page itself needs no script, and then takes the picture in a window of that height.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from msgkit._cli._errors import SaidError
from msgkit._language import Words
from msgkit._printable import printable

VARIABLE = "MSGKIT_BROWSER"
"""Names the browser, by its path or by its name on the PATH."""

_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
_ON_MACOS = ("Google Chrome", "Chromium", "Microsoft Edge")
_ON_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
_OPTIONS = (
    *("--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"),
    *("--hide-scrollbars", "--force-device-scale-factor=2"),
)
_WIDTH = 500  # CSS pixels; a window is never narrower
_TALLEST = 8000  # CSS pixels; at twice the resolution, a picture of twice as many is still drawn
_PATIENCE = 60.0  # seconds for each run
_PNG = b"\x89PNG\r\n\x1a\n"

_MEASURING = """<!doctype html>
<meta charset="utf-8">
<iframe srcdoc="{page}" style="width: {width}px; height: 100px; border: 0"></iframe>
<script>
onload = () => {{
  const {{ body }} = document.querySelector("iframe").contentDocument;
  document.documentElement.dataset.tall = Math.ceil(body.getBoundingClientRect().height);
}};
</script>
"""

_find_height = re.compile(rb'<html data-tall="(\d+)"').search  # the first is ours: it stands before the page

_NOT_FOUND = Words(
    "no Chromium, Chrome or Edge was found, which --png needs; install one, name it in {variable}, or use -o page.html",
    "--png 需要 Chromium、Chrome 或 Edge，没有找到。请安装其中一个，或在环境变量 {variable} 里写上它的路径，"
    "也可以改用 -o page.html。",
)
_NOT_THERE = Words(
    "{variable} names {name}, which is no program; write the path of Chromium, Chrome or Edge",
    "环境变量 {variable} 写的是 {name}，没有这个程序。请写 Chromium、Chrome 或 Edge 的路径。",
)
_FAILED = Words(
    "{name} took no picture; name another browser in {variable}, or use -o page.html",
    "{name} 没有截到图。请在环境变量 {variable} 里换一个浏览器，或改用 -o page.html。",
)
_TOO_TALL = Words(
    "the page is too tall for a picture, {tall} pixels of at most {most}; use -o page.html",
    "页面太高，截不了图：{tall} 像素，最多 {most} 像素。请改用 -o page.html。",
)


def found(lang: str) -> str:
    """Return the path of a browser: the one that the environment names, or any that is installed.

    Raises:
        SaidError: There is none.
    """
    if asked := os.environ.get(VARIABLE):
        if (path := shutil.which(asked)) is None:
            raise SaidError(_NOT_THERE.text(lang, variable=VARIABLE, name=printable(asked)), lang)
        return path
    path = next(filter(None, map(shutil.which, _usual())), None)
    if path is None:
        raise SaidError(_NOT_FOUND.text(lang, variable=VARIABLE), lang)
    return path


def _usual() -> Iterator[str]:
    """Yield where a browser may be."""
    yield from _NAMES
    if sys.platform == "darwin":
        yield from (f"/Applications/{name}.app/Contents/MacOS/{name}" for name in _ON_MACOS)
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if folder := os.environ.get(variable):
            yield from (os.path.join(folder, name) for name in _ON_WINDOWS)  # noqa: PTH118 - for `which`, a text


def screenshot(page: str, lang: str) -> bytes:
    """Return a picture of a page, as PNG: as tall as the page is, at twice the resolution.

    Args:
        page: The page, which has no script.
        lang: The language of what went wrong.

    Raises:
        SaidError: There is no browser, it took no picture, or the page is too tall for one.
    """
    browser = found(lang)
    failed = SaidError(_FAILED.text(lang, name=printable(browser), variable=VARIABLE), lang)
    # A browser that was stopped may still be writing into its profile.
    with tempfile.TemporaryDirectory(prefix="msgkit-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        frame, file, picture = folder / "frame.html", folder / "page.html", folder / "page.png"
        frame.write_text(_MEASURING.format(page=escape(page), width=_WIDTH), "utf-8")
        file.write_text(page, "utf-8")
        try:
            measured = _find_height(_run(browser, folder, "--dump-dom", frame.as_uri()))
            if measured is None:
                raise failed
            if (tall := int(measured[1])) > _TALLEST:
                raise SaidError(_TOO_TALL.text(lang, tall=tall, most=_TALLEST), lang)
            _run(browser, folder, f"--screenshot={picture}", f"--window-size={_WIDTH},{tall}", file.as_uri())
            content = picture.read_bytes()
        except (OSError, subprocess.TimeoutExpired):
            raise failed from None
    if not content.startswith(_PNG):
        raise failed
    return content


def _run(browser: str, folder: Path, *options: str) -> bytes:
    """Run a browser to its end, with a profile of its own, and return what it prints."""
    # As root its own sandbox does not work; the page has no script, and its content policy allows none.
    rootly = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    command = [browser, *_OPTIONS, *rootly, f"--user-data-dir={folder / 'profile'}", *options]
    printed = folder / "printed"
    # What it prints goes into a file: its helpers may keep a pipe open when it has ended.
    with (
        printed.open("wb") as out,
        subprocess.Popen(  # noqa: S603 - found on the PATH, or named by whoever runs us
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, start_new_session=True
        ) as running,
    ):
        try:
            running.wait(_PATIENCE)
        except BaseException:
            _stop(running)
            raise
    return printed.read_bytes()


def _stop(running: subprocess.Popen[bytes]) -> None:
    """End a browser, and its helpers where the system has process groups."""
    if hasattr(os, "killpg"):
        os.killpg(running.pid, signal.SIGKILL)
    else:
        running.kill()
