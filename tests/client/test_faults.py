"""The table of faults: each against each kind of call, by both clients."""

import contextlib
import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from msgkit import Client, Retry, SendError
from msgkit.sandbox import Sandbox
from tests.client.fault_matrix import CALLS, COLUMNS, ON_THE_WAY, PICTURE, PLAIN, ROWS, Call, Outcome, Row
from tests.network import PNG, Server, answer, client_for

pytestmark = [pytest.mark.usefixtures("both", "at_once"), pytest.mark.slow]  # each fault takes real seconds

SILENT = {"DRIP", "SLOW", "deaf"}
DOCS = Path(__file__).parents[2] / "docs"


def picture(sandbox: Sandbox) -> Call:
    """The call that fetches a picture of this sandbox."""
    url = sandbox.picture(PNG)
    return Call("download_image", "image", PICTURE, lambda client: client.download_image(url))


def outcome(client: Client, call: Call, sandbox: Sandbox) -> Outcome:
    """What a call ends in."""
    before = sandbox.counts[call.endpoint]
    try:
        call.do(client)
    except SendError as error:
        return Outcome(type(error).__name__, sandbox.counts[call.endpoint] - before, error.maybe_processed)
    return Outcome(None, sandbox.counts[call.endpoint] - before)


def prepare(sandbox: Sandbox, call: Call) -> None:
    """Make it possible that a call succeeds."""
    if call.endpoint == "complaint-notifications" and call.column != PLAIN:
        with Client.from_env(sandbox.credentials.environ) as client:
            client.set_notification_url("https://shop.example/notify")


def fits(call: Call, row: Row) -> bool:
    """Whether a fault can meet a call at all."""
    # That a URL was never set is what reading it is for: there it is an answer.
    return not (call.name == "notification_url" and row.name == "RESOURCE_NOT_EXISTS")


def rows(table: tuple[Row, ...]) -> list[Any]:
    """The rows as parameters; those that take their time, since somebody is silent in them, are slow."""
    return [
        pytest.param(row, id=f"{row.name}-{row.en}", marks=[pytest.mark.slow] if row.name in SILENT else [])
        for row in table
    ]


@pytest.mark.parametrize("row", rows(ROWS))
def test_fault(sandbox: Sandbox, row: Row) -> None:
    """Each kind of call that meets a fault once ends as the table says."""
    sandbox_calls = [*CALLS, picture(sandbox)]
    total = 1.0 if row.name == "DRIP" else 30.0
    found = {}
    with client_for(sandbox, retry=Retry(), timeout=(5, 0.3), total=total) as client:
        for call in sandbox_calls:
            if not fits(call, row):
                continue
            sandbox.reset()
            if call.column == PICTURE:
                call = picture(sandbox)  # noqa: PLW2901 - the one before was forgotten
            prepare(sandbox, call)
            sandbox.fail_next(row.name, endpoint=call.endpoint, **row.settings)
            found[call.name] = outcome(client, call, sandbox)
            assert sandbox.faults == ()
    assert found == {call.name: row.outcomes[call.column] for call in sandbox_calls if fits(call, row)}
    sandbox.reset()


@contextlib.contextmanager
def broken_way(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A host to which there is no way."""
    if name == "407":
        with Server(answer(407)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
            yield "https://pay.example"
    elif name == "no TLS":
        with Server(answer(400)) as server:
            yield server.base_url.replace("http:", "https:")
    elif name == "no name":
        yield "https://no-such-host.invalid"
    else:
        with socket.socket() as taken, contextlib.ExitStack() as held:
            taken.bind(("127.0.0.1", 0))
            if name == "deaf":
                taken.listen(0)
                for _ in range(4):
                    each = held.enter_context(socket.socket())
                    each.settimeout(0)
                    each.connect_ex(taken.getsockname())
            yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("row", rows(ON_THE_WAY))
def test_on_the_way(sandbox: Sandbox, row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot have reached the platform is sent again whatever it is, to the other host."""
    for call in (*CALLS, picture(sandbox)):
        if call.column == PICTURE:
            continue  # it names its host itself
        sandbox.reset()
        prepare(sandbox, call)
        heard: list[Any] = []
        with broken_way(row.name, monkeypatch) as base_url:
            settings: dict[str, Any] = {"base_url": base_url, "backup_url": sandbox.base_url, "timeout": (0.3, 5)}
            with client_for(sandbox, retry=Retry(), on_attempt=heard.append, **settings) as client:
                found = outcome(client, call, sandbox)
        assert found.error is None, call.name
        assert [attempt.error for attempt in heard if attempt.host == base_url] == ["TransportError"], call.name
        assert row.outcomes[call.column].attempts == 2


def test_all_kinds() -> None:
    """Every kind of call is in the table, and every fault of the sandbox."""
    from msgkit.sandbox.faults import Fault  # noqa: PLC0415 - the sandbox's own list

    assert {call.column for call in CALLS} | {PICTURE} == set(COLUMNS)
    assert {row.name for row in ROWS} == set(Fault)
    for row in (*ROWS, *ON_THE_WAY):
        assert row.outcomes.keys() == COLUMNS.keys()


def test_page() -> None:
    """The page of the documentation is made of the table."""
    spec = importlib.util.spec_from_file_location("make_faults", DOCS / "make_faults.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (DOCS / "faults.md").read_text(encoding="utf-8") == module.page()
