"""``msgkit studio`` in a terminal: its first lines, its end, and what it refuses."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .command import invoke, run

SECONDS = 30

ON_POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@contextmanager
def started(*arguments: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """Run the command until the block ends, and then let it end by itself."""
    command = [sys.executable, "-W", "error", "-m", "msgkit", "studio", *map(str, arguments)]
    environment = {**os.environ, "MSGKIT_LANG": "en"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(SECONDS)


@contextmanager
def asked(url: str, path: str = "") -> Iterator[HTTPResponse]:
    """Ask for what is at an address."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    connection.request("GET", parts.path + path)
    yield connection.getresponse()
    connection.close()


def addresses(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """Return where the page is, and the sandbox, as the first two lines say it."""
    assert process.stdout
    page = re.fullmatch(r"studio on (http://127\.0\.0\.1:\d+/(?:[\w-]+/)?)\n", process.stdout.readline())
    sandbox = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
    assert page
    assert sandbox
    return page[1], sandbox[1]


@ON_POSIX
@pytest.mark.slow
class TestRunning:
    """While it runs."""

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_to_the_end(self, tmp_path: Path, number: signal.Signals) -> None:
        """It says where the page is, where the sandbox is, and each call; a signal ends it, though pages listen."""
        (tmp_path / "a.yaml").write_text("blocks: [{text: 您好呀}]", encoding="utf-8")
        with started(tmp_path, "--port", "0") as process:
            page, sandbox = addresses(process)
            with asked(page, "zh/") as answer:
                assert "您好呀" in answer.read().decode()
            with asked(sandbox, "/nothing") as answer:
                assert answer.status == 404
            assert process.stdout
            assert process.stdout.readline().endswith(" GET /nothing 404 RESOURCE_NOT_EXISTS\n")
            with asked(page, "events") as stream:
                stream.readline()
                process.send_signal(number)
                stream.read()
            assert process.communicate(timeout=SECONDS) == ("", "")
        assert process.returncode == 0

    def test_elsewhere(self) -> None:
        """Where other machines can reach it, its address holds a token, and a warning says what that means."""
        with started("--host", "0.0.0.0", "--token", "a-secret-of-mine-1") as process:
            page, sandbox = addresses(process)
            assert urlsplit(page).path == "/a-secret-of-mine-1/"
            assert urlsplit(sandbox).hostname == "127.0.0.1"
            assert process.stderr
            assert process.stderr.readline().startswith("Warning: other machines can reach this page.")

    def test_usual_port(self, tmp_path: Path) -> None:
        """Without being told a port it takes the usual one, and another where somebody has that."""
        with started(tmp_path) as first, started(tmp_path) as second:
            assert addresses(first)[0] != addresses(second)[0]

    def test_open(self, tmp_path: Path) -> None:
        """It opens the page in the browser that the system names."""
        seen = tmp_path / "seen"
        browser = tmp_path / "browser"
        browser.write_text(f'#!/bin/sh\necho "$1" > {seen}.part\nmv {seen}.part {seen}\n')
        browser.chmod(0o755)
        command = [sys.executable, "-m", "msgkit", "studio", "--open"]
        environment = {**os.environ, "BROWSER": f"{browser} %s"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            page, _ = addresses(process)
            for _ in range(SECONDS * 10):
                if seen.exists():
                    break
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
        assert seen.read_text().strip() == page

    def test_missing_extra(self, tmp_path: Path) -> None:
        """Where the extra is not installed, it says which one to install."""
        (tmp_path / "jinja2.py").write_text("raise ModuleNotFoundError(\"No module named 'jinja2'\", name='jinja2')")
        for lang, said in (
            ("en", "Error: no module jinja2; the studio needs an extra: install msgkit-wechatpay[studio]"),
            ("zh", "错误：缺少模块 jinja2，工作台要先安装 msgkit-wechatpay[studio]"),
        ):
            done = run("studio", "--lang", lang, cwd=tmp_path, shadow=tmp_path)
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr.startswith(said)


@ON_POSIX
class TestRefused:
    """What it refuses before it begins."""

    @pytest.mark.parametrize(
        ("arguments", "english", "chinese"),
        [
            (("missing",), "there is no folder missing: create it", "没有文件夹 missing：请新建，或换一个文件夹"),
            (("--token", "short"), "a token has 16 to 200 letters", "token 要有 16 到 200 个字母"),
            (("--notify", "http://shop.example/"), "notifications go to this machine only", "通知只能发到本机的地址"),
        ],
    )
    def test_arguments(self, arguments: tuple[str, ...], english: str, chinese: str) -> None:
        """A wrong argument is said in a line, in the language of the command, and ends it with 2."""
        for lang, said in (("en", f"Error: {english}"), ("zh", f"错误：{chinese}")):
            done = invoke("studio", *arguments, "--lang", lang)
            assert (done.code, done.out) == (2, "")
            assert done.err.startswith(said)
            assert done.err.count("\n") == 1

    def test_address(self) -> None:
        """An address that cannot be had ends it with 1."""
        done = invoke("studio", "--host", "192.0.2.1", "--port", "1", "--lang", "zh")
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("错误：不能监听 192.0.2.1:1：")

    def test_port(self) -> None:
        """A port is one."""
        assert invoke("studio", "--port", "65536").code == 2
