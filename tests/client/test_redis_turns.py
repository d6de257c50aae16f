"""`RedisTurns` against a real server: one pace for all, and what happens where the server is away."""

from __future__ import annotations

import itertools
import logging
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import redis
from hypothesis import given, settings, strategies as st

from msgkit import ConfigurationError, Pace
from msgkit.client import RedisTurns, _redis_turns
from msgkit.sandbox import Sandbox
from tests.client.turns import in_redis, local
from tests.network import IMMEDIATE, MESSAGE, client_for
from tests.redis_server import serving

_numbers = itertools.count()
ROOT = __file__.rpartition("/tests/")[0]


@pytest.fixture
def turns(redis_url: str) -> Iterator[RedisTurns]:
    """Turns under a prefix of their own."""
    made = RedisTurns(redis_url, prefix=f"real-{next(_numbers)}:")
    yield made
    made.close()


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the log has been told of Redis."""
    caplog.set_level(logging.INFO, "msgkit")
    return lambda: [message for message in caplog.messages if message.startswith("Redis at ")]


def wait_until(holds: Callable[[], bool]) -> None:
    """Fail unless something holds soon."""
    for _ in range(500):
        if holds():
            return
        time.sleep(0.01)
    assert holds()


def nowhere() -> str:
    """The URL of a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"redis://127.0.0.1:{free.getsockname()[1]}"


class TestUrl:
    """Where it is."""

    @pytest.mark.parametrize(
        "url",
        [
            "http://h",
            "",
            None,
            "redis://:s3cret@h:port/0",
            "redis://:s3cret@h:99999/0",
            "redis://:s3cret@[h/0",
            "redis://:s3cret@h/?db=s3cret",
            "redis://h/?s3cret=1",
        ],
    )
    def test_none_of_redis(self, url: Any) -> None:
        """What is no URL of Redis is refused at once; neither the error nor what led to it shows a password."""
        with pytest.raises(ConfigurationError, match=r"^turns: should be a URL of Redis") as caught:
            RedisTurns(url)
        assert "s3cret" not in "".join(traceback.format_exception(caught.value, chain=True)).replace(url or "-", "")

    def test_shows_no_password(self, told: Callable[[], list[str]]) -> None:
        """Neither how it is shown nor what the log is told has the password."""
        turns = RedisTurns(nowhere().replace("://", "://user:s3cret@") + "/3")
        assert "s3cret" not in repr(turns)
        assert repr(turns).endswith(" database 3 prefix 'msgkit:'>")
        assert turns.take("a", 1, 60) == 0
        (said,) = told()
        assert "s3cret" not in said
        assert "ConnectionError" in said

    def test_extra(self) -> None:
        """Who lacks the extra is told how to get it, and misses nothing else."""
        code = (
            "import sys; sys.modules['redis'] = None; from msgkit.client import *; import msgkit.client as room;"
            "print('RedisTurns' in dir(room), Pace.__name__); room.RedisTurns"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
        assert done.stdout.split() == ["True", "Pace"]
        assert "what is kept in Redis needs an extra: install msgkit-wechatpay[redis]" in done.stderr


class TestScripts:
    """What the server does; its cases are those of `test_pace`, too."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.one_of(st.floats(0, 5), st.just("429")), max_size=40), st.floats(0.5, 50), st.floats(0, 20))
    def test_as_local_ones(self, redis_url: str, events: list[Any], rate: float, at_most: float) -> None:
        """Whatever comes when, the answers are those of `LocalTurns`."""
        (ours, clock), (theirs, their_clock) = in_redis(redis_url), local()
        for event in events:
            if event == "429":
                ours.slow_down("a")
                theirs.slow_down("a")
                continue
            clock.now += event
            their_clock.now += event
            assert ours.take("a", rate, at_most) == pytest.approx(theirs.take("a", rate, at_most), abs=1e-6)
        ours.close()

    def test_clock_set_back(self, redis_url: str) -> None:
        """Where the server's clock is set back, turns go on as if it had not been, and not hours later."""
        turns, clock = in_redis(redis_url)
        turns.slow_down("a")
        assert turns.take("a", 10, 60) == 0
        clock.now -= 500
        assert [turns.take("a", 10, 60) for _ in range(2)] == pytest.approx([0.2, 0.4])
        clock.now += 2
        assert [turns.take("a", 10, 60) for _ in range(2)] == pytest.approx([0, 0.1])
        turns.close()

    def test_keys_expire(self, turns: RedisTurns) -> None:
        """What is kept goes by itself, after the last turn and when the pace is what was asked for."""
        server = turns._of_this_process().redis
        for _ in range(3):
            turns.take("a", 0.1, 60)
        turns.slow_down("b")
        assert 20 < server.ttl(turns._name("a")) <= 40
        assert 8 < server.ttl(turns._name("b")) <= 10

    def test_forgotten(self, turns: RedisTurns) -> None:
        """A server that has closed all connections and forgotten the scripts is no error."""
        turns.take("a", 10, 60)
        server = turns._of_this_process().redis
        with redis.Redis(port=server.connection_pool.connection_kwargs["port"]) as other:
            other.script_flush()
            other.client_kill_filter(_type="normal", skipme=True)
        assert (turns.take("a", 1, 60) or 0) > 0
        assert not turns._of_this_process().is_away

    def test_options(self, redis_url: str) -> None:
        """Options of the URL hold, also where they have answers come as text."""
        turns = RedisTurns(f"{redis_url}?decode_responses=True&socket_timeout=1.5", prefix=f"real-{next(_numbers)}:")
        assert turns.take("a", 1, 60) == 0
        turns.slow_down("a")
        assert turns._of_this_process().redis.connection_pool.connection_kwargs["socket_timeout"] == 1.5
        turns.close()


class TestShared:
    """Who has the pace together."""

    def test_clients(self, sandbox: Sandbox, redis_url: str) -> None:
        """Clients of one merchant that have nothing else in common send at one pace."""
        prefix = f"real-{next(_numbers)}:"
        made = [RedisTurns(redis_url, prefix) for _ in range(2)]
        with ThreadPoolExecutor(4) as pool:
            for turns in made:
                client = client_for(sandbox, pace=Pace(reply=20, turns=turns))
                for _ in range(5):
                    pool.submit(client.send, IMMEDIATE, MESSAGE)
        times = sorted(call.time for call in sandbox.calls)
        assert len(times) == 10
        assert times[-1] - times[0] >= 0.3  # with a pace for each, it were 0.2
        for turns in made:
            turns.close()

    def test_prefix(self, redis_url: str) -> None:
        """Those with different prefixes have nothing in common."""
        one, other = (RedisTurns(redis_url, prefix=f"real-{next(_numbers)}:") for _ in range(2))
        assert (one.take("a", 1, 60), other.take("a", 1, 60)) == (0, 0)
        one.close()
        other.close()

    @pytest.mark.slow
    def test_processes(self, redis_url: str) -> None:
        """Two processes with four threads each have one pace: no more than it allows, and nearly all of it."""
        rate, seconds, prefix = 50, 4, f"real-{next(_numbers)}:"
        command = [sys.executable, "-m", "tests.client.pacing", redis_url, prefix, str(rate), "4", str(seconds)]
        running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        said = [process.communicate(timeout=60)[0].split() for process in running]
        assert min(map(len, said)) > 0
        times = sorted(float(each) for lines in said for each in lines)
        # A turn may be told late, where the machine is busy: what counts is how many there are in all.
        span = times[-1] - times[0]
        assert len(times) <= rate * span + 1 + rate * 0.2
        assert len(times) >= 0.8 * rate * span

    @pytest.mark.slow
    def test_fork(self, turns: RedisTurns) -> None:
        """A process that was forked has connections and locks of its own, and the same pace."""
        turns.take("a", 1, 60)
        port = turns._of_this_process().redis.connection_pool.connection_kwargs["port"]
        code = (
            "import os; from msgkit.client import RedisTurns;"
            f"turns = RedisTurns('redis://127.0.0.1:{port}/0', '{turns._prefix}');"
            "turns.take('a', 1000, 60); turns._of_this_process().lock.acquire(); child = os.fork();"
            "child or [turns.take('a', 10, 60) for _ in range(50)];"
            "child and turns._of_this_process().lock.release();"
            "child and [turns.take('a', 10, 60) for _ in range(50)];"
            "child and os.waitpid(child, 0)"
        )
        subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
        assert turns.take("a", 10, 60) == pytest.approx(11, abs=2)


class TestAway:
    """A server that cannot be asked."""

    def test_nobody_there(self, told: Callable[[], list[str]]) -> None:
        """Turns are those of this process meanwhile, at the rate asked for, slowed down by a 429; it is said once."""
        turns = RedisTurns(nowhere())
        assert [turns.take("a", 0.5, 60) for _ in range(3)] == pytest.approx([0, 2, 4], abs=0.5)
        turns.slow_down("b")
        assert [turns.take("b", 0.5, 60) for _ in range(2)] == pytest.approx([0, 4], abs=0.5)
        assert turns.take("a", 0.5, 1) is None
        assert len(told()) == 1

    def test_silent(self) -> None:
        """A server that does not answer holds up nobody but who asks first, and not for long."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            turns = RedisTurns(f"redis://127.0.0.1:{silent.getsockname()[1]}")
            options = turns._of_this_process().redis.connection_pool.connection_kwargs
            assert options["socket_connect_timeout"] + options["socket_timeout"] <= 0.5
            with ThreadPoolExecutor(8) as pool:
                assert len(list(pool.map(lambda _: turns.take("a", 100, 60), range(100)))) == 100
            turns.close()

    @pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"+OK\r\n" * 20, b"\xff\x00"])
    def test_no_redis(self, answer: bytes) -> None:
        """Whatever it is that answers there, no turn fails for it."""
        with socket.create_server(("127.0.0.1", 0)) as other:

            def serve() -> None:
                while True:
                    try:
                        connection, _ = other.accept()
                    except OSError:
                        return
                    with connection:
                        connection.recv(1000)
                        connection.sendall(answer)

            serving = threading.Thread(target=serve)
            serving.start()
            turns = RedisTurns(f"redis://127.0.0.1:{other.getsockname()[1]}")
            assert turns.take("a", 100, 60) == 0
            turns.slow_down("a")
            turns.close()
            other.shutdown(socket.SHUT_RDWR)
            serving.join(10)

    # The lowest redis-py leaves a socket open that could not be connected.
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    def test_back(self, tmp_path: Path, told: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
        """A server that was stopped and is started again is asked again, and each is said once."""
        monkeypatch.setattr(_redis_turns, "_ASKED_AGAIN", 0.05)
        place = Path(tempfile.mkdtemp(), "s")  # a port may be another's by then; pytest's folders may be too long
        turns = RedisTurns(f"unix://{place}")
        with serving(tmp_path, "--unixsocket", str(place)):
            assert turns.take("a", 10, 60) == 0
        for _ in range(20):
            assert turns.take("a", 1000, 60) is not None
            time.sleep(0.01)
        assert len(told()) == 1
        with serving(tmp_path, "--unixsocket", str(place)):
            wait_until(lambda: turns.take("b", 1000, 60) is not None and len(told()) == 2)
            turns.take("c", 1000, 60)
            assert turns._of_this_process().redis.exists(turns._name("c"))
            turns.close()
        assert "cannot be asked" in told()[0]
        assert "can be asked again" in told()[1]

    def test_refuses(self, tmp_path: Path, told: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
        """A server that answers but takes nothing, being full, is away too, and that is said once."""
        monkeypatch.setattr(_redis_turns, "_ASKED_AGAIN", 0.02)
        with serving(tmp_path) as url, redis.Redis.from_url(url) as other:
            other.config_set("maxmemory", "1")
            turns = RedisTurns(url)
            for _ in range(10):
                assert turns.take("a", 1000, 60) is not None
                time.sleep(0.01)
            assert [said.split("(")[1].split(")")[0] for said in told()] == ["OutOfMemoryError"]
            other.config_set("maxmemory", "0")
            wait_until(lambda: turns.take("a", 1000, 60) is not None and len(told()) == 2)
            turns.close()
