"""Many merchants: clients are made when they are needed, lent, and kept within a bound."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import attrs
import pytest

import msgkit
from msgkit import AsyncClient, Client, Merchants, Message
from msgkit.client import UnknownMerchantError
from msgkit.errors import ConfigurationError
from msgkit.sandbox import Sandbox
from tests.client.merchants import FIRST, SECOND, THIRD, arguments, write
from tests.network import IMMEDIATE


def made_by(sandbox: Sandbox, asked: list[str] | None = None) -> Any:
    """A secret store that has every merchant, and notes who was asked for."""

    def function(mchid: str) -> dict[str, Any]:
        if asked is not None:
            asked.append(mchid)
        return arguments(sandbox, mchid)

    return function


class TestFolder:
    """Merchants in a folder."""

    def test_what_a_sandbox_writes(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """The state folder of a sandbox, named by its mchid, is a merchant that can send."""
        mchid = sandbox.credentials.mchid
        sandbox.credentials.write(tmp_path / mchid)
        with Merchants(tmp_path) as merchants, merchants.client(mchid) as client:
            assert client.send(IMMEDIATE, Message().text("您好")).log_id
        assert list(merchants) == [mchid]

    def test_exports_and_usual_names(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """Where there is env.sh alone, it is read; keys that it does not name are found by their usual names."""
        mchid = sandbox.credentials.mchid
        folder = tmp_path / mchid
        sandbox.credentials.write(folder)
        (folder / "credentials.json").unlink()
        lines = (folder / "env.sh").read_text().splitlines()
        kept = [each for each in lines if "_KEY=" not in each or "APIV3" in each]
        assert len(kept) == len(lines) - 2
        (folder / "env.sh").write_text("\n".join(kept))
        with Merchants(tmp_path).client(mchid) as client:
            assert client.echo("hello") == "hello"

    def test_relative_paths(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """Paths go from the merchant's own folder on."""
        folder = write(tmp_path, sandbox, FIRST, private_key="keys/mine.pem", public_key="theirs.pem")
        (folder / "keys").mkdir()
        (folder / "keys" / "mine.pem").write_text(sandbox.credentials.private_key)
        (folder / "theirs.pem").write_text(sandbox.credentials.public_key)
        with Merchants(str(tmp_path)).client(FIRST) as client:
            assert client.mchid == FIRST

    def test_new_ones_are_seen(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """A merchant whose folder is made later is there from then on; what is no merchant's folder is none."""
        merchants = Merchants(tmp_path)
        (tmp_path / "notes").mkdir()
        (tmp_path / THIRD).write_text("no folder")
        assert list(merchants) == []
        write(tmp_path, sandbox, SECOND)
        write(tmp_path, sandbox, FIRST)
        assert (list(merchants), len(merchants)) == ([FIRST, SECOND], 2)
        assert FIRST in merchants
        assert THIRD not in merchants
        assert 7 not in merchants

    @pytest.mark.parametrize("mchid", ["", "..", "../1900012181", "1900012181/..", "１２", "1\0", "1" * 33])
    def test_none_leads_out(self, sandbox: Sandbox, tmp_path: Path, mchid: str) -> None:
        """What is not digits is no merchant, so that no path leads out of the folder."""
        write(tmp_path, sandbox, FIRST)
        (tmp_path / "in").mkdir()
        merchants = Merchants(tmp_path / "in")
        assert mchid not in merchants
        with pytest.raises(UnknownMerchantError), merchants.client(mchid):
            pass

    def test_an_unknown_one(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """An unknown merchant is told by its number, with what to do about it."""
        write(tmp_path, sandbox, FIRST)
        with pytest.raises(UnknownMerchantError, match=rf"no merchant {SECOND}: make .*/MCHID") as caught:
            Merchants(tmp_path).client(SECOND).__enter__()
        assert isinstance(caught.value, LookupError)
        assert caught.value.mchid == SECOND

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
    @pytest.mark.timeout(20)
    def test_a_pipe(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """A pipe in the place of credentials, which nobody may ever write, is refused, and nobody waits for it."""
        path = write(tmp_path, sandbox, FIRST) / "credentials.json"
        path.unlink()
        os.mkfifo(path)
        with pytest.raises(ConfigurationError, match="no regular file"), Merchants(tmp_path).client(FIRST):
            pass

    @pytest.mark.parametrize("mchid", [1900012181, None, b"1900012181"])
    def test_no_text(self, sandbox: Sandbox, tmp_path: Path, mchid: Any) -> None:
        """A merchant's number that is no text is told as such."""
        write(tmp_path, sandbox, FIRST)
        with pytest.raises(ConfigurationError, match="a text of digits"), Merchants(tmp_path).client(mchid):
            pass

    @pytest.mark.parametrize(
        ("text", "match"),
        [
            ("{", "no JSON"),
            ("[]", "object"),
            ('{"mchid": "1900012189"}', "another mchid"),
            ('{"privat_key": "SECRET4711"}', "privat_key"),
            ("[" * 200_000, "no JSON"),
            ('{"apiv3_key": "SECRET4711"}', "missing"),
            ('{"private_key": "SECRET4711\\ud800", "serial_no": "1"}', "merchant"),
        ],
    )
    def test_broken(self, sandbox: Sandbox, tmp_path: Path, text: str, match: str) -> None:
        """A merchant whose credentials are broken says so each time, shows no key, and hurts no other."""
        write(tmp_path, sandbox, FIRST)
        (write(tmp_path, sandbox, SECOND) / "credentials.json").write_text(text)
        merchants = Merchants(tmp_path)
        for _ in range(2):
            with pytest.raises(ConfigurationError, match=match) as caught, merchants.client(SECOND):
                pass
            assert SECOND in str(caught.value)
            assert "4711" not in str(caught.value)
            with merchants.client(FIRST) as client:
                assert client.mchid == FIRST
        write(tmp_path, sandbox, SECOND)
        with merchants.client(SECOND) as client:
            assert client.mchid == SECOND

    def test_a_key_that_was_replaced(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """A change of a key's file is taken up without a restart; the client that is in use is finished with."""
        sandbox.credentials.write(tmp_path / sandbox.credentials.mchid)
        merchants, mchid = Merchants(tmp_path), sandbox.credentials.mchid
        with merchants.client(mchid) as first:
            with merchants.client(mchid) as same:
                assert same is first
            key = tmp_path / mchid / "apiclient_key.pem"
            key.write_text("no key")
            with pytest.raises(ConfigurationError, match="private_key"), merchants.client(mchid):
                pass
            assert first.echo("hello") == "hello"
            key.write_text(sandbox.credentials.private_key)
            with merchants.client(mchid) as second:
                assert second is not first


class TestEnvironment:
    """Merchants in the environment."""

    def environ(self, sandbox: Sandbox) -> dict[str, str]:
        """The variables of two merchants, and what they share."""
        own = {
            name.removeprefix("WECHATPAY_"): value
            for name, value in sandbox.credentials.environ.items()
            if name not in {"WECHATPAY_MCHID", "WECHATPAY_BASE_URL"}
        }
        each = {f"WECHATPAY_{mchid}_{name}": value for mchid in (FIRST, SECOND) for name, value in own.items()}
        return {**each, "WECHATPAY_MCHIDS": f"{FIRST}, {SECOND}", "WECHATPAY_BASE_URL": sandbox.credentials.base_url}

    def test_read(self, sandbox: Sandbox) -> None:
        """Each has its own keys, and all the same host."""
        merchants = Merchants.from_env(self.environ(sandbox), timeout=7)
        assert list(merchants) == [FIRST, SECOND]
        with merchants.client(SECOND) as client:
            assert client.mchid == SECOND
            assert sandbox.credentials.base_url in repr(client)

    def test_a_key_is_nobody_elses(self, sandbox: Sandbox) -> None:
        """The key of a single client is not taken for a merchant that lacks one, which is told by the name it has."""
        environ = {**sandbox.credentials.environ, "WECHATPAY_MCHIDS": FIRST}
        with pytest.raises(ConfigurationError, match=f"WECHATPAY_{FIRST}_PRIVATE_KEY"):
            Merchants.from_env(environ).client(FIRST).__enter__()

    @pytest.mark.parametrize("mchids", ["", " , ", "19a", "1;2"])
    def test_no_mchids(self, mchids: str) -> None:
        """Without mchids there is nobody."""
        with pytest.raises(ConfigurationError, match="WECHATPAY_MCHIDS"):
            Merchants.from_env({"WECHATPAY_MCHIDS": mchids})

    def test_an_unknown_one(self, sandbox: Sandbox) -> None:
        """Whoever is not named is unknown."""
        merchants = Merchants.from_env(self.environ(sandbox))
        assert THIRD not in merchants
        with pytest.raises(UnknownMerchantError, match="WECHATPAY_MCHIDS"), merchants.client(THIRD):
            pass


class TestFunction:
    """Merchants of a function."""

    def test_known_by_asking(self, sandbox: Sandbox) -> None:
        """A function is asked about each merchant; which there are is known where that is said beside it."""
        assert FIRST in Merchants(made_by(sandbox))
        with pytest.raises(ConfigurationError, match="mchids="):
            list(Merchants(made_by(sandbox)))
        merchants = Merchants(made_by(sandbox), mchids=[FIRST])
        assert list(merchants) == [FIRST]
        assert SECOND not in merchants
        with pytest.raises(UnknownMerchantError, match=SECOND), merchants.client(SECOND):
            pass

    def test_none(self) -> None:
        """None is for a merchant that is unknown."""
        with pytest.raises(UnknownMerchantError, match=FIRST), Merchants(lambda _: None).client(FIRST):
            pass

    @pytest.mark.parametrize("given", [7, "SECRET4711", ["SECRET4711"]])
    def test_no_mapping(self, given: Any) -> None:
        """What is no mapping is refused, and not shown."""
        with pytest.raises(ConfigurationError, match="mapping") as caught, Merchants(lambda _: given).client(FIRST):
            pass
        assert "4711" not in str(caught.value)

    def test_forgetting(self, sandbox: Sandbox) -> None:
        """A client is made once, and anew once it was forgotten; the one in use goes on."""
        asked: list[str] = []
        with Merchants(made_by(sandbox, asked)) as merchants:
            with merchants.client(FIRST) as first:
                merchants.forget(FIRST)
                merchants.forget(SECOND)
                assert first.mchid == FIRST
            for _ in range(3):
                with merchants.client(FIRST) as second:
                    assert second is not first
        assert asked == [FIRST, FIRST]


class TestKept:
    """Which clients are kept."""

    @pytest.mark.slow
    def test_within_a_bound(self, sandbox: Sandbox) -> None:
        """Beyond the bound the one that was not used for longest is closed; one in use never is."""
        asked: list[str] = []
        merchants = Merchants(made_by(sandbox, asked), most=2)
        with merchants.client(FIRST) as held:
            for mchid in (SECOND, THIRD, "1900012184", THIRD):
                with merchants.client(mchid):
                    pass
            with merchants.client(FIRST) as again:
                assert again is held
        assert asked == [FIRST, SECOND, THIRD, "1900012184", THIRD]
        assert len(merchants._pool._all) == 2

    def test_closed(self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each client is closed once, and none while somebody has it."""
        closed: list[str] = []
        monkeypatch.setattr(Client, "close", lambda client: closed.append(client.mchid))
        with Merchants(made_by(sandbox), most=1) as merchants:
            with merchants.client(FIRST), merchants.client(SECOND):
                assert closed == []
            assert closed == [SECOND]
            with merchants.client(THIRD):
                assert closed == [SECOND, FIRST]
                merchants.close()
                assert closed == [SECOND, FIRST]
            assert closed == [SECOND, FIRST, THIRD]
        assert closed == [SECOND, FIRST, THIRD]

    def test_threads_make_one(self, sandbox: Sandbox) -> None:
        """Threads that ask at once for one merchant are lent the same client."""
        asked: list[str] = []
        merchants, gate = Merchants(made_by(sandbox, asked)), threading.Barrier(8)

        def borrow(_: int) -> Client:
            gate.wait()
            with merchants.client(FIRST) as client:
                gate.wait()
                return client

        with ThreadPoolExecutor(8) as threads:
            assert len(set(map(id, threads.map(borrow, range(8))))) == 1
        assert asked == [FIRST]

    @pytest.mark.slow
    def test_many_threads(self, sandbox: Sandbox) -> None:
        """However many threads ask for whomever, each has the right client, and the bound holds in the end."""
        key = attrs.evolve(sandbox.credentials)
        loaded = Client(**attrs.asdict(key))._credentials.private_key
        merchants = Merchants(lambda mchid: arguments(sandbox, mchid, private_key=loaded), most=3)

        def borrow(n: int) -> bool:
            mchid = str(1900012181 + n * 7 % 10)
            if n % 11 == 0:
                merchants.forget(mchid)
            with merchants.client(mchid) as client:
                return client.mchid == mchid

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(borrow, range(300)))
        assert len(merchants._pool._all) <= 3
        assert all(kept.users == 0 for kept in merchants._pool._all.values())

    def test_a_fork(self, sandbox: Sandbox) -> None:
        """A process that was forked while a client was being made makes its own."""
        made, go = threading.Event(), threading.Event()

        def function(mchid: str) -> dict[str, Any]:
            if threading.current_thread() is not threading.main_thread():
                made.set()
                go.wait(20)
            return arguments(sandbox, mchid)

        merchants = Merchants(function)
        thread = threading.Thread(target=lambda: merchants.client(FIRST).__enter__())
        thread.start()
        assert made.wait(20)
        child = os.fork()
        if child == 0:
            with merchants.client(FIRST) as client:
                os._exit(0 if client.mchid == FIRST else 1)
        go.set()
        thread.join()
        assert os.waitpid(child, 0)[1] == 0


class TestAsync:
    """Clients that are awaited."""

    def test_lent(self, sandbox: Sandbox) -> None:
        """They are lent by ``async with``, and tasks that ask at once are lent the same."""

        async def play() -> None:
            seen: list[AsyncClient] = []
            merchants = Merchants(made_by(sandbox), kind=AsyncClient, most=1)

            async def borrow(mchid: str) -> None:
                async with merchants.client(mchid) as client:
                    seen.append(client)
                    assert await client.echo("hello") == "hello"

            mchid = sandbox.credentials.mchid
            async with merchants, anyio.create_task_group() as tasks:
                for _ in range(3):
                    tasks.start_soon(borrow, mchid)
            assert len(seen) == 3
            assert len(set(map(id, seen))) == 1

        anyio.run(play)

    def test_cancelled(self, sandbox: Sandbox) -> None:
        """Whoever is cancelled while a client is made holds none."""
        go = threading.Event()

        def function(mchid: str) -> dict[str, Any]:
            go.wait(20)
            return arguments(sandbox, mchid)

        merchants = Merchants(function, kind=AsyncClient)

        async def play() -> None:
            with anyio.move_on_after(0.05) as scope:
                threading.Timer(0.1, go.set).start()
                async with merchants.client(FIRST):
                    await anyio.sleep(10)
            assert scope.cancelled_caught
            async with merchants.client(FIRST):
                pass
            assert [kept.users for kept in merchants._pool._all.values()] == [0]

        anyio.run(play)


class TestArguments:
    """What merchants are made from."""

    @pytest.mark.parametrize("where", [7, None, b"a\0", "no/such/folder", ""])
    def test_no_source(self, where: Any) -> None:
        """They come from a folder that is there, or a function."""
        with pytest.raises(ConfigurationError, match="merchants"):
            Merchants(where)

    @pytest.mark.parametrize(
        "more",
        [{"most": 0}, {"most": True}, {"kind": str}, {"settings": 7}, {"settings": {"mchid": FIRST}}, {"mchids": "1"}],
    )
    def test_no_such_argument(self, sandbox: Sandbox, more: dict[str, Any]) -> None:
        """Arguments that cannot be what they should are refused at once."""
        with pytest.raises(ConfigurationError):
            Merchants(made_by(sandbox), **more)

    def test_settings(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """Settings reach each client, before what it says itself; one that is none is refused at once."""
        write(tmp_path, sandbox, FIRST, total=5)
        with Merchants(tmp_path, settings={"total": 7.0}).client(FIRST) as client:
            assert client._platform.total == 7.0
        with pytest.raises(TypeError, match="tiemout"):
            Merchants(tmp_path, settings={"tiemout": 1})
        with pytest.raises(ConfigurationError, match="mchids"):
            Merchants(tmp_path, mchids=[FIRST])

    def test_repr(self, tmp_path: Path) -> None:
        """Neither keys nor variables are shown."""
        secret = "SECRET4711"
        shown = repr(Merchants.from_env({"WECHATPAY_MCHIDS": "1", "WECHATPAY_1_APIV3_KEY": secret}))
        assert secret not in shown + repr(Merchants(tmp_path))
        assert msgkit.Merchants is Merchants
