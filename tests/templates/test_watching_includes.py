"""Tests of libraries whose files include others, which are edited, broken and taken away meanwhile."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from msgkit import Library, Text, ValidationError

DEADLINE = 60
"""Seconds after which something that should come about is taken not to."""

REPLY = "blocks:\n  - include: common/greeting\n  - text: 已受理\n"


def write(folder: Path, name: str, content: str) -> None:
    """Write a file that looks as if nobody had changed it for a while, each time another."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    then = time.time() - 1000 + time.monotonic() % 500
    os.utime(path, (then, then))


def greeting(text: str) -> str:
    """A file that others include."""
    return f"blocks:\n  - text: {text}\n"


def said(library: Library) -> list[str]:
    """What the template says now."""
    return [block.text for block in library["a"].render().find(Text)]


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library with a template that includes a greeting."""
    write(tmp_path, "common/greeting.yaml", greeting("您好"))
    write(tmp_path, "a.yaml", REPLY)
    return tmp_path


class TestIncludes:
    """A template is as fresh as all that it is made of."""

    def test_watched(self, folder: Path) -> None:
        """An edit of what is included is live, and gives the template another fingerprint."""
        library = Library(folder, watch=True)
        assert said(library) == ["您好", "已受理"]
        before = library["a"].fingerprint
        write(folder, "common/greeting.yaml", greeting("早上好"))
        until(lambda: said(library) == ["早上好", "已受理"])
        assert library["a"].fingerprint != before

    @pytest.mark.slow
    def test_broken(self, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
        """A broken edit of it keeps the last good template, which the log says; mending it is noticed."""
        caplog.set_level(logging.WARNING, "msgkit")
        library = Library(folder, watch=True)
        assert said(library) == ["您好", "已受理"]
        write(folder, "common/greeting.yaml", "blocks:\n  - txt: SECRET\n")
        until(lambda: said(library) == ["您好", "已受理"] and "include-broken" in caplog.text)
        assert "SECRET" not in caplog.text
        write(folder, "common/greeting.yaml", greeting("您好！"))
        until(lambda: said(library) == ["您好！", "已受理"])

    def test_missing(self, folder: Path) -> None:
        """What is not there when the template is first read is found as soon as it is."""
        (folder / "common/greeting.yaml").unlink()
        library = Library(folder, watch=True)
        with pytest.raises(ValidationError):
            library["a"]
        write(folder, "common/greeting.yaml", greeting("您好"))

        def is_there() -> bool:
            try:
                return said(library) == ["您好", "已受理"]
            except ValidationError:
                return False

        until(is_there)

    def test_reload(self, folder: Path) -> None:
        """Without watching, `reload` takes in what changed below."""
        library = Library(folder)
        assert said(library) == ["您好", "已受理"]
        write(folder, "common/greeting.yaml", greeting("早上好"))
        assert said(library) == ["您好", "已受理"]
        library.reload()
        assert said(library) == ["早上好", "已受理"]
