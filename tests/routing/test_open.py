"""Tests of which inbox is meant."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from msgkit import ConfigurationError
from msgkit.routing import Inbox, RedisInbox, SQLiteInbox
from msgkit.routing._open import open_inbox


class Duck:
    """Has the methods of an inbox, and is none by birth."""

    def __getattr__(self, name: str) -> Any:
        if name not in vars(Inbox):
            raise AttributeError(name)
        return lambda *_: None


def test_in_memory() -> None:
    """Without any it is in memory, and each has its own."""
    one, other = open_inbox(), open_inbox(None)
    one.notify("1", "2")
    assert (one.open("1"), other.open("1")) == (("2",), ())


def test_path(tmp_path: Path) -> None:
    """A path, as text or as an object, is that of a file."""
    path = tmp_path / "in.db"
    for given in (path, str(path)):
        inbox = open_inbox(given)
        assert isinstance(inbox, SQLiteInbox)
        inbox.close()
    assert path.exists()


@pytest.mark.parametrize("url", ["redis://localhost", "rediss://user:password@h:1/2", "unix:///run/redis.sock?db=1"])
def test_redis(url: str) -> None:
    """A URL is that of Redis; nothing is connected to yet."""
    inbox = open_inbox(url)
    assert isinstance(inbox, RedisInbox)
    assert "password" not in repr(inbox)


def test_object() -> None:
    """An object that has the methods is an inbox, whatever its class."""
    duck: Any = Duck()
    inbox = SQLiteInbox(":memory:")
    assert open_inbox(duck) is duck
    assert open_inbox(inbox) is inbox


@pytest.mark.parametrize(
    "given",
    [
        "",
        "postgres://u:s3cret@h/db",
        "REDIS://:s3cret@h",
        "sqlite:///in.db",
        "redis://:s3cret@h:port",
        3,
        b"in.db",
        object(),
    ],
)
def test_nothing_of_these(given: Any) -> None:
    """All else is refused: the error names the argument and shows no URL, and no file is made."""
    with pytest.raises(ConfigurationError, match=r"^inbox: should be a") as caught:
        open_inbox(given)
    assert "s3cret" not in str(caught.value)
    assert not Path("postgres:").exists()


def test_missing_method() -> None:
    """What lacks a method is told which."""
    given: Any = type("Half", (), dict.fromkeys(set(vars(Inbox)) - {"prune"}, lambda *_: None))()
    with pytest.raises(ConfigurationError, match=r"Half has no prune\(\)"):
        open_inbox(given)


def test_redis_comes_when_it_is_asked_for() -> None:
    """Neither the room nor another inbox loads redis-py."""
    code = (
        "import json, sys, msgkit.routing; from msgkit.routing._open import open_inbox; open_inbox().notify('1', '2');"
        "before = 'redis' in sys.modules; open_inbox('redis://localhost');"
        "print(json.dumps([before, 'redis' in sys.modules, 'RedisInbox' in dir(msgkit.routing)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, True, True]


def test_cannot_be_opened(tmp_path: Path) -> None:
    """A path where no file can be is refused where it is named, with what it says and why."""
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file" / "in.db"):
        with pytest.raises(ConfigurationError, match=f"^inbox: {re.escape(str(path))} cannot be opened: "):
            open_inbox(path)
