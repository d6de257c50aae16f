"""`parse_notification` of both clients, and getting the certificate that a notification names."""

import json
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import anyio
import anyio.to_thread
import pytest
from attrs import asdict

from msgkit import AsyncClient, Client, ConfigurationError, NotificationVerificationError
from msgkit.complaints import EventType
from msgkit.sandbox import Sandbox
from tests.helpers import SECRET
from tests.network import IMMEDIATE, MESSAGE, Server, client_for, forward
from tests.notices import Notice, Platform

both = pytest.mark.usefixtures("both", "at_once")


def migrating(sandbox: Sandbox, **changes: Any) -> Client:
    """A client that believes the public key and the certificates too."""
    return client_for(sandbox, platform_certificates=True, **changes)


def refused(client: Client, notice: Notice) -> NotificationVerificationError:
    """The error of a notification that must be refused."""
    with pytest.raises(NotificationVerificationError) as caught:
        client.parse_notification(*notice)
    return caught.value


@both
class TestParse:
    """What a client reads."""

    def test_read(self, sandbox: Sandbox, client: Client) -> None:
        """A notification of the platform is read at once, by either kind of client, and the platform asked nothing."""
        found = client.parse_notification(*Platform.of(sandbox).notice())
        assert (found.event_type, found.complaint_id) == (EventType.COMPLAINT_CREATE, IMMEDIATE)
        assert sandbox.counts == {}

    def test_refused(self, sandbox: Sandbox, client: Client) -> None:
        """One that was changed is refused, and what to answer is told."""
        headers, body = Platform.of(sandbox).notice(summary=SECRET)
        error = refused(client, (headers, body.replace(b"CREATE", b"CHANGE")))
        status, answer = error.answer
        assert (error.check, status, json.loads(answer)["code"]) == ("signature", 401, "FAIL")
        assert SECRET not in str(error)

    def test_other_apiv3_key(self, sandbox: Sandbox) -> None:
        """With the APIv3 key of another merchant the error asks for it, and shows none."""
        with client_for(sandbox, apiv3_key="x" * 32) as client:
            error = refused(client, Platform.of(sandbox).notice())
        assert (error.check, error.answer[0]) == ("decryption", 400)
        assert "is apiv3_key that of this merchant?" in str(error)
        assert "xxx" not in str(error)

    def test_no_apiv3_key(self, sandbox: Sandbox) -> None:
        """A client without the APIv3 key says which argument and which variable it lacks, whatever came."""
        with client_for(sandbox, apiv3_key=None) as client:
            for notice in (Platform.of(sandbox).notice(), ({}, b"")):
                with pytest.raises(ConfigurationError, match=r"apiv3_key.*WECHATPAY_APIV3_KEY"):
                    client.parse_notification(*notice)

    def test_parsed_body(self, sandbox: Sandbox, client: Client) -> None:
        """A body that was parsed already is a mistake that the error helps with."""
        headers, body = Platform.of(sandbox).notice()
        parsed: Any = json.loads(body)
        with pytest.raises(TypeError, match=r"request\.get_data\(\)"):
            client.parse_notification(headers, parsed)


@both
class TestRenewal:
    """A notification that names a certificate which is not known."""

    def test_renewed(self, sandbox: Sandbox) -> None:
        """Once the certificates are renewed the notification is believed, and they are asked for no more."""
        serial = sandbox.rotate_certificate()
        notice = Platform.of(sandbox).notice()
        with migrating(sandbox) as client:
            error = refused(client, notice)
            assert (error.check, error.unknown_serial, error.answer[0]) == ("serial", serial, 401)
            for _ in range(2):
                client._renew_certificates(serial)
                assert client.parse_notification(*notice).complaint_id == IMMEDIATE
            assert client.send(IMMEDIATE, MESSAGE).log_id
        assert sandbox.counts == {"certificates": 1, "response-immediate-service": 1}

    def test_many_threads(self, sandbox: Sandbox) -> None:
        """Threads that renew at once share one request."""
        serial = sandbox.rotate_certificate()
        barrier = threading.Barrier(8)

        def renew(_: int) -> str | None:
            barrier.wait(10)
            client._renew_certificates(serial)
            return client.parse_notification(*Platform.of(sandbox).notice()).complaint_id

        with migrating(sandbox) as client, ThreadPoolExecutor(8) as pool:
            assert set(pool.map(renew, range(8))) == {IMMEDIATE}
        assert sandbox.counts == {"certificates": 1}

    def test_expired(self, sandbox: Sandbox) -> None:
        """A certificate whose time is over proves nothing, though it was known."""
        serial = sandbox.rotate_certificate(valid_for=timedelta(days=2), since=timedelta(days=1))
        with migrating(sandbox) as client:
            client._renew_certificates(serial)
            notice = Platform.of(sandbox).notice()
            assert client.parse_notification(*notice).complaint_id == IMMEDIATE
            keys: Any = client._platform.keys
            known = keys._clock
            keys._clock = lambda: known() + 2 * 24 * 3600
            assert refused(client, notice).unknown_serial == serial

    def test_without_certificates(self, sandbox: Sandbox, client: Client) -> None:
        """A client that has the public key alone asks for nothing."""
        client._renew_certificates(sandbox.rotate_certificate())
        assert sandbox.counts == {}

    @pytest.mark.parametrize("fault", ["SYSTEM_ERROR", "UNSIGNED", "NOT_JSON"])
    def test_not_to_be_had(self, sandbox: Sandbox, fault: str, caplog: pytest.LogCaptureFixture) -> None:
        """Where they are not to be had that is told in the log, and nothing is raised."""
        serial = sandbox.rotate_certificate()
        sandbox.fail_next(fault, endpoint="certificates")
        with migrating(sandbox) as client, caplog.at_level(logging.WARNING, "msgkit"):
            client._renew_certificates(serial)
            (record,) = [record for record in caplog.records if record.levelno == logging.WARNING]
            assert record.name == "msgkit"
            assert f"the platform certificate {serial} is not to be had" in record.getMessage()
            client._renew_certificates(serial)
            assert client.parse_notification(*Platform.of(sandbox).notice()).id

    def test_nobody_there(self, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        """Nor is it where nobody answers."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        with migrating(sandbox, base_url=f"http://127.0.0.1:{port}") as client:
            client._renew_certificates("A1\x1b[2J")
        assert "were not to be had" in caplog.text
        assert "\x1b" not in caplog.text

    def test_another(self, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        """For one that the platform does not list it is asked once a minute at most."""
        sandbox.rotate_certificate()
        with migrating(sandbox) as client:
            for _ in range(3):
                client._renew_certificates("A1")
        assert "the platform's certificates are others" in caplog.text
        assert sandbox.counts == {"certificates": 1}


class TestAwaiting:
    """The client that awaits, whose `_renew_certificates` blocks a thread and not its event loop."""

    def test_connections(self, sandbox: Sandbox) -> None:
        """The connection that was opened for it is closed again: its event loop is there no more."""
        serial = sandbox.rotate_certificate()
        with Server(forward(sandbox)) as server:
            given: dict[str, Any] = asdict(sandbox.credentials) | {"base_url": server.base_url}
            client = AsyncClient(**given, platform_certificates=True, retry=None)
            client._renew_certificates(serial)
            assert server.closed.acquire(timeout=10)
            assert server.connections == 1

    @pytest.mark.parametrize("backend", ["asyncio", "trio"])
    def test_while_it_runs(self, sandbox: Sandbox, backend: str) -> None:
        """A thread renews beside a running event loop, whose own connections stay as they are."""
        serial = sandbox.rotate_certificate()

        async def main() -> None:
            async with AsyncClient(**asdict(sandbox.credentials), platform_certificates=True, retry=None) as client:
                assert (await client.send(IMMEDIATE, MESSAGE, idempotent_id="a")).log_id
                await anyio.to_thread.run_sync(client._renew_certificates, serial)
                assert client.parse_notification(*Platform.of(sandbox).notice()).complaint_id == IMMEDIATE
                assert (await client.send(IMMEDIATE, MESSAGE, idempotent_id="b")).log_id

        anyio.run(main, backend=backend)
        assert sandbox.counts == {"certificates": 1, "response-immediate-service": 2}
