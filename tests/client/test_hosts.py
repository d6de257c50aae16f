"""Two hosts: which is asked, which is left alone, and for how long."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest

from msgkit import (
    ApiError,
    AsyncClient,
    ConfigurationError,
    NoAuthError,
    PlatformError,
    RateLimitError,
    Reply,
    ResponseVerificationError,
    Retry,
    TransportError,
)
from msgkit.client._hosts import BACKUP, DOCUMENTED, PRIMARY, REST, Hosts, is_the_hosts
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, MESSAGE, ORDINARY, client_for, client_of

A, B = "https://a.example", "https://b.example"


class TestChoice:
    """The policy alone."""

    def test_first(self) -> None:
        """While all is well, it is the first."""
        hosts = Hosts(A, B)
        assert [hosts.choose() for _ in range(3)] == [A, A, A]

    def test_failed(self) -> None:
        """A host that failed is left for the other, and tried again after a while."""
        now = [0.0]
        hosts = Hosts(A, B, lambda: now[0])
        hosts.failed(A)
        assert hosts.choose() == B
        now[0] = REST - 1
        assert hosts.choose() == B
        now[0] = REST
        assert hosts.choose() == A

    def test_both(self) -> None:
        """Where both failed, it is the one whose failure is older."""
        now = [0.0]
        hosts = Hosts(A, B, lambda: now[0])
        hosts.failed(A)
        now[0] = 1
        hosts.failed(B)
        assert hosts.choose() == A
        now[0] = 2
        hosts.failed(A)
        assert hosts.choose() == B

    def test_served(self) -> None:
        """A host that answers is there again."""
        hosts = Hosts(A, B)
        hosts.failed(A)
        hosts.served(A)
        assert hosts.choose() == A

    def test_preferred(self) -> None:
        """Where an answer named one of them, it is that one, unless it failed."""
        hosts = Hosts(A, B)
        assert hosts.choose(B) == B
        hosts.failed(B)
        assert hosts.choose(B) == A
        assert hosts.choose("https://other.example") == A

    def test_alone(self) -> None:
        """A host without another is asked on and on."""
        hosts = Hosts(A, None)
        hosts.failed(A)
        assert hosts.choose() == A
        assert Hosts(A, A).all == (A,)

    def test_strangers(self) -> None:
        """What is no host of theirs is nothing to them."""
        hosts = Hosts(A, B)
        hosts.failed("https://other.example")
        hosts.served("https://other.example")
        assert hosts.choose() == A

    @pytest.mark.parametrize(
        ("error", "changes"),
        [
            (TransportError("m"), True),
            (ResponseVerificationError("m"), True),
            (PlatformError("m", status=500), True),
            (ApiError("m", status=599), True),
            (RateLimitError("m", status=429), False),
            (NoAuthError("m", status=403), False),
            (ApiError("m", status=302), False),
        ],
    )
    def test_whose(self, error: Any, *, changes: bool) -> None:
        """5xx, lost and untrusted answers speak against a host; 429 and 4xx do not."""
        assert is_the_hosts(error) is changes


@pytest.mark.usefixtures("both")
class TestArguments:
    """Which hosts a client has."""

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ({"base_url": PRIMARY}, (PRIMARY, BACKUP)),
            ({"base_url": f"{PRIMARY}/"}, (PRIMARY, BACKUP)),
            ({"base_url": PRIMARY, "backup_url": None}, (PRIMARY,)),
            ({"base_url": BACKUP}, (BACKUP,)),
            ({"base_url": "http://127.0.0.1:9"}, ("http://127.0.0.1:9",)),
            ({"base_url": A}, (A,)),
            ({"base_url": A, "backup_url": B}, (A, B)),
            ({"base_url": A, "backup_url": f"{B}/"}, (A, B)),
        ],
    )
    def test_hosts(self, settings: dict[str, Any], expected: tuple[str, ...]) -> None:
        """The documented backup stands beside the documented first one, and beside no other: least of all a sandbox."""
        with client_of(**settings) as client:
            assert client._platform.hosts.all == expected

    @pytest.mark.parametrize("backup_url", ["http://pay.example", "pay.example", "", 5, "https://a.example/v3"])
    def test_refused(self, backup_url: Any) -> None:
        """A backup is held to the same rules, and the error names it."""
        with pytest.raises(ConfigurationError, match=r"^backup_url "):
            client_of(A, backup_url=backup_url)

    def test_default(self) -> None:
        """By default it is left to msgkit, which is said by a value of its own and not by None."""
        assert DOCUMENTED is not None
        assert repr(DOCUMENTED)


@pytest.mark.usefixtures("both", "at_once")
class TestCalls:
    """Real hosts that fail."""

    @pytest.fixture
    def backup(self, sandbox: Sandbox) -> Iterator[str]:
        """Another host of the same platform."""
        with sandbox.another_host() as base_url:
            yield base_url

    @pytest.mark.parametrize("fault", ["SYSTEM_ERROR", "NO_ANSWER", "UNSIGNED", "TRUNCATED", "BAD_GATEWAY"])
    def test_changes(self, sandbox: Sandbox, backup: str, fault: str) -> None:
        """After a failure that speaks against it, the other host is asked, and the next call goes there too."""
        heard: list[Any] = []
        sandbox.fail_next(fault)
        with client_for(sandbox, backup_url=backup, retry=Retry(), on_attempt=heard.append) as client:
            receipt = client.send(IMMEDIATE, MESSAGE)
            again = client.send(IMMEDIATE, MESSAGE)
        assert receipt.host == again.host == backup
        assert [attempt.host for attempt in heard] == [sandbox.base_url, backup, backup]

    @pytest.mark.parametrize("fault", ["FREQUENCY_LIMITED", "INVALID_REQUEST", "SIGN_ERROR"])
    def test_stays(self, sandbox: Sandbox, backup: str, fault: str) -> None:
        """After a refusal, the same host is asked."""
        sandbox.fail_next(fault)
        with client_for(sandbox, backup_url=backup) as client:
            with pytest.raises(ApiError):
                client.send(IMMEDIATE, MESSAGE)
            assert client.send(IMMEDIATE, MESSAGE).host == sandbox.base_url

    def test_without_retry(self, sandbox: Sandbox, backup: str) -> None:
        """A reply that is not sent again leaves the host all the same: the next one goes to the other."""
        sandbox.fail_next("SYSTEM_ERROR")
        with client_for(sandbox, backup_url=backup) as client:
            with pytest.raises(PlatformError):
                client.send(ORDINARY, Reply("好"))
            assert client.send(ORDINARY, Reply("好")).host == backup

    def test_log(self, sandbox: Sandbox, backup: str, caplog: pytest.LogCaptureFixture) -> None:
        """The log says which host was asked."""
        caplog.set_level("INFO", "msgkit")
        sandbox.fail_next("SYSTEM_ERROR")
        with client_for(sandbox, backup_url=backup, retry=Retry()) as client:
            client.send(IMMEDIATE, MESSAGE)
        lines = [record.getMessage() for record in caplog.records if record.name == "msgkit"]
        assert [line.rpartition(" ")[2] for line in lines] == [sandbox.base_url, backup]
        assert "attempt 2 at" in lines[1]


@pytest.mark.slow
class TestKilled:
    """The first host dies in the middle of everything."""

    def test_threads(self, sandbox: Sandbox) -> None:
        """Of 200 sends of 16 threads none fails, and each is there once."""
        with contextlib.ExitStack() as alive:
            primary = alive.enter_context(sandbox.another_host())
            halfway, count = threading.Event(), iter(range(200))

            def send(number: int) -> str:
                if next(count) == 100:
                    halfway.set()
                return client.send(IMMEDIATE, MESSAGE, idempotent_id=f"send-{number}").host

            with (
                client_for(sandbox, base_url=primary, backup_url=sandbox.base_url, retry=Retry()) as client,
                ThreadPoolExecutor(16) as pool,
            ):
                sent = [pool.submit(send, number) for number in range(200)]
                halfway.wait(30)
                alive.close()
                hosts = [each.result() for each in sent]
        assert hosts.count(primary) > 0
        assert hosts.count(sandbox.base_url) > 0
        assert sorted(reply.idempotent_id or "" for reply in sandbox.replies) == sorted(f"send-{n}" for n in range(200))

    def test_tasks(self, sandbox: Sandbox) -> None:
        """Of 200 sends of as many tasks none fails either."""

        async def main() -> list[str]:
            with contextlib.ExitStack() as alive:
                primary = alive.enter_context(sandbox.another_host())
                settings: dict[str, Any] = {**attrs.asdict(sandbox.credentials), "base_url": primary}
                count = iter(range(200))

                async def send(number: int) -> str:
                    receipt = await client.send(IMMEDIATE, MESSAGE, idempotent_id=f"send-{number}")
                    if next(count) == 50:
                        await asyncio.to_thread(alive.close)
                    return receipt.host

                async with AsyncClient(**settings, backup_url=sandbox.base_url) as client:
                    return await asyncio.gather(*(send(number) for number in range(200)))

        hosts = asyncio.run(main())
        assert hosts.count(sandbox.base_url) > 0
        assert len(set(hosts)) == 2
        assert sorted(reply.idempotent_id or "" for reply in sandbox.replies) == sorted(f"send-{n}" for n in range(200))
