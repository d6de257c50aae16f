"""The studio as a server."""

from __future__ import annotations

import socket
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from msgkit.sandbox import SandboxError
from msgkit.studio import Studio
from msgkit.studio.server import USUAL_PORT, StudioError


def status(url: str, path: str = "") -> int:
    """Return the status of what is at an address."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", parts.path + path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


class TestStudio:
    """Its address, and how it ends."""

    @pytest.mark.slow
    def test_runs(self, folder: Path) -> None:
        """It answers between the beginning and the end of the block, beside a sandbox of its own, and can run again."""
        studio = Studio(folder)
        with pytest.raises(StudioError, match="has no address before it runs"):
            _ = studio.url
        for _ in range(2):
            with studio as running:
                assert status(running.url, "zh/") == 200
                assert status(f"{running.sandbox.base_url}/v3/certificates") != 404
                assert not running.is_open
            with pytest.raises(OSError, match="refused"):
                status(running.url)

    def test_ends_soon(self, folder: Path) -> None:
        """Pages that listen do not keep it from ending: their streams end first."""
        heard = threading.Event()
        ended = threading.Event()

        def listen(url: str) -> None:
            parts = urlsplit(url)
            connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
            connection.request("GET", "/events")
            answer = connection.getresponse()
            answer.readline()
            heard.set()
            answer.read()  # to the end, which comes in good order
            connection.close()
            ended.set()

        before = {*threading.enumerate()}
        with Studio(folder) as running:
            thread = threading.Thread(target=listen, args=(running.url,))
            thread.start()
            assert heard.wait(30)
        assert ended.wait(30)
        thread.join()
        assert not [each for each in {*threading.enumerate()} - before if each.name.startswith("msgkit")]

    @pytest.mark.slow
    def test_watches(self, folder: Path) -> None:
        """It finds a file that has come."""
        with Studio(folder) as running:
            (folder / "new.yaml").write_text("blocks: [{text: 您好呀}]", encoding="utf-8")
            parts = urlsplit(running.url)
            for _ in range(100):
                connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
                connection.request("GET", "/zh/gallery/list")
                text = connection.getresponse().read().decode()
                connection.close()
                if "您好呀" in text:
                    return
                time.sleep(0.1)
        pytest.fail("the file was not found")


class TestArguments:
    """What it is given."""

    def test_no_folder(self, tmp_path: Path) -> None:
        """A folder that is not there is refused."""
        with pytest.raises(StudioError, match="there is no folder"):
            Studio(tmp_path / "missing")

    @pytest.mark.parametrize("token", ["", "short", "a" * 201, "a" * 15 + "/", "a" * 15 + "é", "a" * 16 + "\n"])
    def test_token(self, token: str) -> None:
        """A token that somebody could guess, or that is none of a URL, is refused."""
        with pytest.raises(ValueError, match="a token has 16 to 200"):
            Studio(token=token)

    def test_lang(self) -> None:
        """A language that it does not speak is refused."""
        with pytest.raises(ValueError, match="fr"):
            Studio(lang="fr")

    @pytest.mark.slow
    def test_port(self) -> None:
        """A port that somebody has is refused; the usual one is another then."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(SandboxError, match="cannot listen"), Studio(port=port):
                pass
        with Studio(port=None) as first, Studio(port=None) as second:
            assert first.url != second.url
            assert f":{USUAL_PORT}/" not in second.url

    def test_open(self) -> None:
        """Where other machines can reach it, its address holds a token, and the sandbox stays where it is."""
        with Studio(host="0.0.0.0") as running:
            assert running.is_open
            parts = urlsplit(running.url)
            assert parts.hostname == "127.0.0.1"
            assert len(parts.path.strip("/")) >= 22
            assert status(running.url, "zh/") == 200
            assert status(f"http://127.0.0.1:{parts.port}/zh/") == 404
            assert urlsplit(running.sandbox.base_url).hostname == "127.0.0.1"

    def test_given_token(self) -> None:
        """A token that was given is the one that is taken, on this machine alone too."""
        with Studio(token="a-secret-of-mine-1") as running:
            assert running.url.endswith("/a-secret-of-mine-1/")
            assert status(running.url, "zh/") == 200
