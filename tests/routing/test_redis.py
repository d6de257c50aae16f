"""Tests of `RedisInbox` against a real server."""

from __future__ import annotations

import functools
import itertools
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from msgkit import ConfigurationError
from msgkit.routing import Inbox, RedisInbox, State
from msgkit.routing._redis import _BATCH
from msgkit.testing.inbox import InboxContract
from msgkit.testing.inbox._base import claimed, entry
from tests.redis_server import program, serving

_numbers = itertools.count()


class TestContract(InboxContract):
    """It does what every inbox does."""

    @pytest.fixture
    def fresh(self, redis_url: str) -> Callable[[], Inbox]:
        """An inbox with a prefix of its own."""
        return lambda: RedisInbox(redis_url, prefix=f"test-{next(_numbers)}:")

    def elsewhere(self, inbox: Inbox) -> Callable[[], Inbox] | None:
        """The same, by URL and prefix."""
        assert isinstance(inbox, RedisInbox)
        options = inbox._redis.connection_pool.connection_kwargs
        return functools.partial(RedisInbox, f"redis://127.0.0.1:{options['port']}/0", inbox._prefix)

    @pytest.mark.slow
    def test_processes(self, inbox: Inbox) -> None:
        """Several processes share it."""
        super().test_processes(inbox)


@pytest.fixture
def inbox(redis_url: str) -> Iterator[RedisInbox]:
    """An inbox with a prefix of its own."""
    made = RedisInbox(redis_url, prefix=f"test-{next(_numbers)}:")
    yield made
    made.close()


class TestUrl:
    """Where it is."""

    @pytest.mark.parametrize(
        "url",
        [
            "http://h",
            "redis://:s3cret@h:port/0",
            "redis://:s3cret@h:99999/0",
            "redis://:s3cret@[h/0",
            "redis://:s3cret@h/?db=s3cret",
            "redis://h/?s3cret=1",
        ],
    )
    def test_none_of_redis(self, url: str) -> None:
        """What is no URL of Redis is refused at once; neither the error nor what led to it shows a password."""
        with pytest.raises(ConfigurationError, match=r"^inbox: should be a URL of Redis") as caught:
            RedisInbox(url)
        assert "s3cret" not in "".join(traceback.format_exception(caught.value, chain=True)).replace(url, "")

    def test_shows_no_password(self, redis_url: str) -> None:
        """Neither how it is shown nor the error of a password that is wrong has the password."""
        inbox = RedisInbox(redis_url.replace("://", "://user:s3cret@"))
        assert repr(inbox) == f"<RedisInbox {redis_url[8:-2]} database 0 prefix 'msgkit:'>"
        with pytest.raises(redis.RedisError) as caught:
            inbox.now()
        assert "s3cret" not in str(caught.value)

    def test_options(self, redis_url: str) -> None:
        """Options of the URL hold, except that answers stay bytes."""
        inbox = RedisInbox(f"{redis_url}?decode_responses=True&socket_timeout=1.5", prefix=f"test-{next(_numbers)}:")
        inbox.notify("1", "2")
        assert inbox.open("1") == ("2",)
        assert inbox._redis.connection_pool.connection_kwargs["socket_timeout"] == 1.5
        inbox.close()

    def test_local_socket(self, tmp_path: Path) -> None:
        """It is reached by a local socket too."""
        place = Path(tempfile.mkdtemp(), "s")  # pytest's folders may be too long for one
        with serving(tmp_path, "--unixsocket", str(place)):
            inbox = RedisInbox(f"unix://{place}?db=1")
            inbox.notify("1", "2")
            assert inbox.open("1") == ("2",)
            assert repr(inbox) == f"<RedisInbox {place} database 1 prefix 'msgkit:'>"
            inbox.close()

    def test_prefix(self, redis_url: str) -> None:
        """All that it writes begins with its prefix; inboxes with different ones have nothing in common."""
        one, other = (RedisInbox(redis_url.replace("/0", "/1"), prefix=prefix) for prefix in ("a:", "b:"))
        one.notify("1", "2", "3")
        assert other.notify("1", "3", "3")
        assert (one.open("1"), other.open("1")) == (("2",), ("3",))
        names: Any = one._redis.keys()
        assert {name[:2] for name in names} == {b"a:", b"b:"}
        one.close()
        other.close()


class TestServer:
    """What the server does."""

    def test_none_there(self) -> None:
        """Where no server answers, redis-py's own error says so; making the inbox asks for none."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        inbox = RedisInbox(f"redis://127.0.0.1:{port}")
        with pytest.raises(redis.ConnectionError):
            inbox.notify("1", "2")

    def test_silent(self) -> None:
        """A server that does not answer is not waited for longer than is said."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            inbox = RedisInbox(f"redis://127.0.0.1:{silent.getsockname()[1]}?socket_timeout=0.05")
            with pytest.raises(redis.TimeoutError):
                inbox.notify("1", "2")

    def test_patience(self) -> None:
        """Connecting and one answer are waited for less than the five seconds that the platform waits."""
        options = RedisInbox("redis://localhost")._redis.connection_pool.connection_kwargs
        assert options["socket_connect_timeout"] + options["socket_timeout"] < 5

    def test_knows_nothing_of_us(self, inbox: RedisInbox) -> None:
        """A server that has closed all connections and forgotten the scripts, as after a restart, is no error."""
        inbox.notify("1", "2")
        with redis.Redis(port=inbox._redis.connection_pool.connection_kwargs["port"]) as other:
            other.script_flush()
            other.client_kill_filter(_type="normal", skipme=True)
        assert inbox.claim(60.0) is not None

    def test_full(self, inbox: RedisInbox) -> None:
        """A server without memory refuses, and redis-py's error says so; nothing is half written."""
        with redis.Redis(port=inbox._redis.connection_pool.connection_kwargs["port"]) as other:
            other.config_set("maxmemory", "1")
            try:
                with pytest.raises(redis.ResponseError):
                    inbox.notify("1", "2", "3")
            finally:
                other.config_set("maxmemory", "0")
        assert inbox.open("1") == ()
        assert inbox.notify("1", "2", "3")

    def test_fork(self, inbox: RedisInbox) -> None:
        """A process that was forked has connections of its own."""
        options = inbox._redis.connection_pool.connection_kwargs
        code = (
            "import os; from msgkit.routing import RedisInbox;"
            f"inbox = RedisInbox('redis://127.0.0.1:{options['port']}', '{inbox._prefix}'); inbox.notify('1', 'a');"
            "child = os.fork(); name = 'b' if child else 'c';"
            "[inbox.notify('1', name) for _ in range(100)];"
            "child and os.waitpid(child, 0)"
        )
        subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
        wanted = {claim.complaint_id: claim.wanted for claim in iter(lambda: inbox.claim(60.0), None)}
        assert wanted == {"a": 1, "b": 100, "c": 100}


class TestProgram:
    """These tests' own server."""

    def test_none_in_ci(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """CI fails where there is none, and says what to install."""
        monkeypatch.setenv("PATH", "")
        monkeypatch.setenv("CI", "true")
        with pytest.raises(
            pytest.fail.Exception, match=r"^no redis-server on this machine: apt-get install redis-server$"
        ):
            program()

    def test_none_elsewhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Others skip what needs it."""
        monkeypatch.setenv("PATH", "")
        monkeypatch.delenv("CI", raising=False)
        with pytest.raises(pytest.skip.Exception, match=r"^no redis-server"):
            program()


class TestMany:
    """What there is much of."""

    def test_prune_in_steps(self, inbox: RedisInbox) -> None:
        """What ended is forgotten in several steps; of it nothing is left but that the complaint is known."""
        count = 2 * _BATCH + 1
        inbox.notify("1", "2")
        claim = claimed(inbox)
        inbox.looked(claim, (entry(each, State.DONE, claim=claim) for each in range(count)), is_open=False)
        inbox.release(claim, None)
        assert inbox.prune(inbox.now() + 1) == count
        names: Any = inbox._redis.keys(f"{inbox._prefix}*")
        assert [name.decode() for name in names] == [f"{inbox._prefix}complaint:1:2"]

    def test_retry_meets_a_writer(self, inbox: RedisInbox, monkeypatch: pytest.MonkeyPatch) -> None:
        """A record that is written between reading and writing is read again, and not written over."""
        inbox.notify("1", "2")
        claim = claimed(inbox)
        inbox.update(claim, entry(0, State.FAILED, claim=claim))
        inbox.update(claim, entry(1, State.FAILED, claim=claim))
        done: Any = inbox._do
        others = iter([lambda: inbox.update(claim, entry(0, State.DONE, claim=claim))])

        def interrupted(step: str, *arguments: Any) -> Any:
            if step == "retry":
                next(others, lambda: None)()
            return done(step, *arguments)

        monkeypatch.setattr(inbox, "_do", interrupted)
        assert inbox.retry() == 1
        assert [each.state for each in inbox.records(claim)] == [State.DONE, State.NEW]
