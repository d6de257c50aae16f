"""One router for many merchants: each notification reaches its own, and each reply is sent by its own client."""

from __future__ import annotations

import io
import json
import logging
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import anyio
import attrs
import pytest

from msgkit import AsyncClient, Client, Merchants, Message, Router
from msgkit._apiv3.verification import HEADERS
from msgkit.errors import ConfigurationError
from msgkit.routing import SQLiteInbox
from msgkit.sandbox import Sandbox, credentials as sandbox_credentials, watched as sandbox_watched
from tests.notices import Platform
from tests.routing.desk import Clock, reply_text, until

A, B = "1900012181", "1900012182"


@attrs.define
class Fleet:
    """Two merchants, each with a platform of its own, and one router for both."""

    sandboxes: dict[str, Sandbox]
    inbox: SQLiteInbox
    clock: Clock
    router: Router[Client]
    merchants: Merchants[Client]
    folder: Path

    def notice(self, mchid: str, complaint_id: str) -> tuple[dict[str, str], bytes]:
        """The notification of a complaint."""
        headers, body = self.sandboxes[mchid].customer(complaint_id).notification()
        return dict(headers), body

    def sent(self, mchid: str) -> list[str]:
        """What the customers of a merchant were sent."""
        return [reply_text(reply.body) for reply in self.sandboxes[mchid].replies]


def started(running: ExitStack, mchid: str) -> Sandbox:
    """A sandbox of its own, with its own keys, for a merchant of this number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox_credentials, "MCHID", mchid)
        patch.setattr(sandbox_watched, "MCHID", mchid)
        return running.enter_context(Sandbox())


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, Sandbox]]:
    """Two platforms, with a merchant each."""
    with ExitStack() as running:
        yield {mchid: started(running, mchid) for mchid in (A, B)}


@pytest.fixture
def fleet(tmp_path: Path, sandboxes: dict[str, Sandbox]) -> Iterator[Fleet]:
    """Two merchants and a router."""
    for mchid, sandbox in sandboxes.items():
        sandbox.reset()
        sandbox.credentials.write(tmp_path / mchid)
    with Merchants(tmp_path, settings={"retry": None}) as merchants:
        clock = Clock()
        inbox = SQLiteInbox(":memory:", clock)
        router = Router(merchants, inbox=inbox)
        router.on_complaint(lambda client, complaint: Message().text(f"{client.mchid}/{complaint.complainted_mchid}"))
        yield Fleet(sandboxes, inbox, clock, router, merchants, tmp_path)


def by_wsgi(router: Router[Any], notice: tuple[dict[str, str], bytes], path: str, mounted_at: str = "") -> int:
    """Post to the WSGI application; return the status."""
    headers, body = notice
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    asked: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "SCRIPT_NAME": mounted_at}
    asked |= {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), **environ}
    said: list[Any] = []
    list(router.wsgi(asked, lambda *given: said.extend(given)))  # type: ignore[arg-type]
    return int(said[0].split()[0])


def by_asgi(router: Router[Any], notice: tuple[dict[str, str], bytes], path: str, mounted_at: str = "") -> int:
    """Post to the ASGI application; return the status."""
    headers, body = notice
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "headers": pairs, "path": path, "root_path": mounted_at}
    said: list[Any] = []

    async def hear() -> Any:
        return {"type": "http.request", "body": body}

    async def say(message: Any) -> None:
        said.append(message)

    anyio.run(router.asgi, scope, hear, say)
    found: int = said[0]["status"]
    return found


class TestReceiving:
    """Whom a notification is for."""

    def test_by_serial(self, fleet: Fleet) -> None:
        """Each notification reaches the merchant whose key it is signed with, and is answered by its client."""
        for mchid in (A, B):
            complaint = fleet.sandboxes[mchid].complaint()
            assert fleet.router.receive(*fleet.notice(mchid, complaint.complaint_id)) == (200, b"")
        assert fleet.router.work() == 2
        assert [fleet.sent(mchid) for mchid in (A, B)] == [[f"{A}/{A}"], [f"{B}/{B}"]]
        assert fleet.router.work() == 0

    def test_of_a_sub_merchant(self, fleet: Fleet) -> None:
        """A service provider answers for the merchant that the complaint is about."""
        complaint = fleet.sandboxes[B].complaint(complainted_mchid="1900099999")
        assert fleet.router.receive(*fleet.notice(B, complaint.complaint_id))[0] == 200
        assert fleet.router.work() == 1
        (reply,) = fleet.sandboxes[B].replies
        assert reply.body["complainted_mchid"] == "1900099999"
        assert fleet.sent(B) == [f"{B}/1900099999"]

    def test_by_decryption(self, fleet: Fleet) -> None:
        """Where several merchants share a serial, it is that one whose APIv3 key decrypts it."""
        credentials = fleet.sandboxes[A].credentials
        shared = [str(1900020000 + n) for n in range(5)]
        for n, mchid in enumerate(shared):
            own = {**attrs.asdict(credentials), "mchid": mchid, "apiv3_key": f"{n:032d}"}
            (fleet.folder / mchid).mkdir()
            (fleet.folder / mchid / "credentials.json").write_text(json.dumps(own))
        platform = attrs.evolve(Platform.of(fleet.sandboxes[A]), apiv3_key=f"{3:032d}".encode())
        assert fleet.router.receive(*platform.notice({"complaint_id": "1"}))[0] == 200
        assert [fleet.inbox.open(mchid) for mchid in shared] == [(), (), (), ("1",), ()]
        assert fleet.inbox.open(A) == ()

    def test_none_decrypts(self, fleet: Fleet, caplog: pytest.LogCaptureFixture) -> None:
        """What none can decrypt is refused, told by how far it came."""
        platform = attrs.evolve(Platform.of(fleet.sandboxes[A]), apiv3_key=b"0" * 32)
        status, answer = fleet.router.receive(*platform.notice())
        assert 400 <= status < 500
        assert json.loads(answer)["code"] == "FAIL"
        assert "decrypted" in caplog.text
        assert fleet.router.work() == 0

    def test_a_new_merchant(self, fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A merchant that is new is heard without a restart: all are looked at again, at most every few seconds."""
        monkeypatch.setattr("msgkit.client._listening.BETWEEN_LOOKS", 0.0)
        with ExitStack() as running:
            sandbox = started(running, "1900012183")
            notice = sandbox.customer(sandbox.complaint()).notification()
            assert fleet.router.receive(*notice)[0] == 401
            sandbox.credentials.write(tmp_path / "1900012183")
            assert fleet.router.receive(*notice)[0] == 200

    def test_another_apiv3_key(self, fleet: Fleet) -> None:
        """An APIv3 key that was replaced counts at once."""
        complaint = fleet.sandboxes[A].complaint()
        notice = fleet.notice(A, complaint.complaint_id)
        assert fleet.router.receive(*notice)[0] == 200
        path = fleet.folder / A / "credentials.json"
        given = json.loads(path.read_text())
        path.write_text(json.dumps({**given, "apiv3_key": "1" * 32}))
        assert 400 <= fleet.router.receive(*notice)[0] < 500
        path.write_text(json.dumps(given))
        assert fleet.router.receive(*notice)[0] == 200

    def test_a_broken_one(self, fleet: Fleet, caplog: pytest.LogCaptureFixture) -> None:
        """A merchant whose credentials are broken is told, and hurts no other."""
        (fleet.folder / B / "credentials.json").write_text("{")
        assert fleet.router.receive(*fleet.notice(A, fleet.sandboxes[A].complaint().complaint_id))[0] == 200
        notice = fleet.notice(B, fleet.sandboxes[B].complaint().complaint_id)
        assert fleet.router.receive(*notice)[0] == 401
        assert fleet.router.receive(*notice, mchid=B)[0] == 503
        assert f"merchant {B}" in caplog.text
        assert fleet.router.work() == 1

    @pytest.mark.slow
    def test_random_headers(self, fleet: Fleet) -> None:
        """Thousands of requests that nobody signed are refused, whatever they name, and ask for nothing."""
        chance = random.Random(4711)  # noqa: S311 - nothing secret
        headers, body = fleet.notice(A, fleet.sandboxes[A].complaint().complaint_id)
        for _ in range(2000):
            forged = dict(headers)
            for name in chance.sample(HEADERS, chance.randint(1, 3)):
                forged[name] = "".join(chance.choices("0123456789ABCDEFPUB_KEY_ID_/\n\u00ff", k=chance.randint(0, 40)))
            if forged != headers:
                assert 400 <= fleet.router.receive(forged, body)[0] < 500
        assert fleet.router.work() == 0

    @pytest.mark.slow
    def test_a_thousand(self, tmp_path: Path, sandboxes: dict[str, Sandbox]) -> None:
        """Of a thousand merchants that share a serial, the right one is found, and no private key is loaded."""
        credentials = attrs.asdict(sandboxes[A].credentials)
        for n in range(1000):
            own = {**credentials, "mchid": str(1900020000 + n), "apiv3_key": f"{n:032d}", "private_key": "no.pem"}
            (tmp_path / own["mchid"]).mkdir()
            (tmp_path / own["mchid"] / "credentials.json").write_text(json.dumps(own))
        router = Router(Merchants(tmp_path))
        platform = attrs.evolve(Platform.of(sandboxes[A]), apiv3_key=f"{999:032d}".encode())
        assert router.receive(*platform.notice({"complaint_id": "1"}))[0] == 200
        assert router.inbox.open("1900020999") == ("1",)


@pytest.mark.parametrize("post", [by_wsgi, by_asgi])
class TestAddresses:
    """Addresses that name a merchant."""

    @pytest.mark.parametrize(
        ("path", "mounted_at"),
        [
            (f"/notify/{A}", ""),
            (f"/{A}/", ""),
            (f"/{A}", "/wechatpay"),
            (f"/wechatpay/{A}", "/wechatpay"),
            ("", f"/wechatpay/{A}"),
            ("/", f"/wechatpay/{A}"),
        ],
    )
    def test_it_counts_alone(self, fleet: Fleet, post: Any, path: str, mounted_at: str) -> None:
        """Only the merchant that an address names counts, wherever the application is mounted."""
        mine = fleet.notice(A, fleet.sandboxes[A].complaint().complaint_id)
        others = fleet.notice(B, fleet.sandboxes[B].complaint().complaint_id)
        assert post(fleet.router, mine, path, mounted_at) == 200
        assert post(fleet.router, others, path, mounted_at) == 401
        assert fleet.router.work() == 1

    def test_unknown(self, fleet: Fleet, post: Any) -> None:
        """An address of a merchant that there is none of is not found; any other path is as before."""
        notice = fleet.notice(A, fleet.sandboxes[A].complaint().complaint_id)
        assert post(fleet.router, notice, "/notify/1900099999") == 404
        for path in ("/notify", "/", "", "/v3/2024", f"/{A}/notify", "/x1900012182"):
            assert post(fleet.router, notice, path) == 200

    def test_of_one_client(self, fleet: Fleet, post: Any) -> None:
        """A router of one client knows one merchant, and answers as that of many."""
        notice = fleet.notice(A, fleet.sandboxes[A].complaint().complaint_id)
        with fleet.merchants.client(A) as client:
            assert [post(Router(client), notice, f"/notify/{mchid}") for mchid in (A, B)] == [200, 404]


class TestSecretStore:
    """Merchants of a function."""

    def test_by_address(self, sandboxes: dict[str, Sandbox]) -> None:
        """Where nobody says which there are, an address does; the function is asked about it and no more."""
        asked: list[str] = []

        def function(mchid: str) -> dict[str, Any] | None:
            asked.append(mchid)
            return attrs.asdict(sandboxes[mchid].credentials) if mchid in sandboxes else None

        router = Router(Merchants(function))
        notice = sandboxes[A].customer(sandboxes[A].complaint()).notification()
        assert router.receive(*notice)[0] == 401
        assert asked == []
        assert router.receive(*notice, mchid="1900099999")[0] == 404
        assert router.receive(*notice, mchid=A)[0] == 200
        assert router.receive(*notice)[0] == 200
        assert set(asked) == {A, "1900099999"}

    def test_away(self, caplog: pytest.LogCaptureFixture) -> None:
        """Where it cannot answer, the platform is asked to come again, and nothing that it says is told."""

        def function(_: str) -> dict[str, Any]:
            raise OSError("SECRET4711")

        assert Router(Merchants(function)).receive({}, b"", mchid=A)[0] == 503
        assert "4711" not in caplog.text


class TestCertificates:
    """Merchants whose platform signs with certificates."""

    def test_shared(self, tmp_path: Path, sandboxes: dict[str, Sandbox]) -> None:
        """An unknown certificate is fetched once, by one merchant; all that share it are told apart by decryption."""
        sandbox = sandboxes[A]
        sandbox.reset()
        sandbox.rotate_certificate()
        credentials = attrs.asdict(sandbox.credentials)
        for n, mchid in enumerate((A, "1900020001")):
            own = {**credentials, "mchid": mchid, "platform_certificates": True}
            own |= {"apiv3_key": f"{n:032d}"} if n else {}
            (tmp_path / mchid).mkdir()
            (tmp_path / mchid / "credentials.json").write_text(json.dumps(own))
        router = Router(Merchants(tmp_path))
        notice = sandbox.customer(sandbox.complaint()).notification()
        assert router.receive(*notice)[0] == 401
        until(lambda: router.receive(*notice)[0] == 200)
        assert sandbox.counts["certificates"] == 1
        headers, body = notice
        forged = {**headers, "Wechatpay-Serial": sandbox.credentials.base_url}
        assert router.receive(forged, body)[0] == 401
        assert list(router._lender.readers(None, sandbox.credentials.base_url)) == []  # type: ignore[union-attr]
        platform = attrs.evolve(Platform.of(sandbox), apiv3_key=f"{1:032d}".encode())
        assert router.receive(*platform.notice({"complaint_id": "1"}))[0] == 200
        assert router.inbox.open("1900020001") == ("1",)


class TestWork:
    """What workers do for many merchants."""

    def test_poll(self, fleet: Fleet, caplog: pytest.LogCaptureFixture) -> None:
        """All merchants are asked; one that cannot be is raised once all others were."""
        for sandbox in fleet.sandboxes.values():
            sandbox.complaint()
        listed = sum(len(sandbox.complaints) for sandbox in fleet.sandboxes.values())
        assert fleet.router.poll() == listed
        assert fleet.router.work() == listed
        for mchid in ("1900012180", "1900012189"):
            (fleet.folder / mchid).mkdir()
        with pytest.raises(ConfigurationError, match="1900012180"), caplog.at_level(logging.ERROR, "msgkit"):
            fleet.router.poll()
        assert "merchant 1900012189" in caplog.text
        assert fleet.router.work() == listed

    def test_a_merchant_that_is_gone(self, fleet: Fleet) -> None:
        """A complaint whose merchant has no client is tried again, told, and handled once it has one."""
        notice = fleet.notice(A, fleet.sandboxes[A].complaint().complaint_id)
        assert fleet.router.receive(*notice)[0] == 200
        path = fleet.folder / A / "apiclient_key.pem"
        key, heard = path.read_text(), list[Any]()
        path.write_text("no key")
        fleet.router.on_error(lambda error, client: heard.append((type(error), client)))
        fleet.router.work()
        assert heard == [(ConfigurationError, None)]
        path.write_text(key)
        fleet.clock.now += 5
        fleet.router.work()
        assert fleet.sent(A) == [f"{A}/{A}"]

    def test_running(self, fleet: Fleet) -> None:
        """Threads work for all of them at once."""
        with fleet.router.running(workers=2):
            for mchid in (A, B) * 3:
                fleet.router.receive(*fleet.notice(mchid, fleet.sandboxes[mchid].complaint().complaint_id))
            until(lambda: [len(fleet.sent(mchid)) for mchid in (A, B)] == [3, 3])

    def test_async(self, fleet: Fleet) -> None:
        """So do tasks, with clients that are awaited."""

        async def play() -> None:
            async with Merchants(fleet.folder, kind=AsyncClient) as merchants:
                router = Router(merchants)

                @router.on_complaint
                async def greet(client: AsyncClient) -> Message:
                    return Message().text(client.mchid)

                for mchid in (A, B):
                    complaint = fleet.sandboxes[mchid].complaint()
                    assert router.receive(*fleet.notice(mchid, complaint.complaint_id))[0] == 200
                assert await router.work() == 2
                assert await router.poll() == sum(len(each.complaints) for each in fleet.sandboxes.values())

        anyio.run(play)
        assert [fleet.sent(mchid) for mchid in (A, B)] == [[A], [B]]

    def test_an_async_handler(self, fleet: Fleet) -> None:
        """Handlers that are awaited need clients that are."""

        async def handler() -> None: ...

        with pytest.raises(ConfigurationError, match="AsyncClient"):
            fleet.router.on_complaint(handler)

    def test_repr(self, fleet: Fleet) -> None:
        """It says whose they are, and shows no key."""
        assert "Merchants(" in repr(fleet.router)
        assert fleet.sandboxes[A].credentials.apiv3_key not in repr(fleet.router)
