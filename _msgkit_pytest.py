"""The pytest plugin: ``wechatpay_sandbox``, its clients, and comparisons that say what differs.

It lies outside the package, and imports nothing of it before a test asks for it: other test suites pay for nothing, and
what measures the coverage of msgkit sees it from its first line.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from msgkit import AsyncClient, Client
    from msgkit.sandbox import Sandbox


_SANDBOX = pytest.StashKey["Sandbox"]()
_PASSED = pytest.StashKey[bool]()
_SHOWN = pytest.StashKey[bool]()

#: How many conversations a failing test shows.
_MOST_SHOWN = 5


@pytest.fixture(scope="session")
def _wechatpay_server() -> Iterator[Sandbox]:
    from msgkit._extras import MissingExtraError, need  # noqa: PLC0415

    try:
        with need("sandbox"):
            from msgkit.sandbox import Sandbox  # noqa: PLC0415
    except MissingExtraError as error:
        pytest.fail(str(error), pytrace=False)

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def wechatpay_sandbox(_wechatpay_server: Sandbox, request: pytest.FixtureRequest) -> Sandbox:
    """A local WeChat Pay over real HTTP: one server a session, clean for each test.

    A fault that a test, or a fixture of it, planned with ``fail_next`` and that no call met fails the test.
    """
    _wechatpay_server.reset()
    request.node.stash[_SANDBOX] = _wechatpay_server
    return _wechatpay_server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose planned faults were not met; one that fails or skips by itself is read as it is."""
    item.stash[_PASSED] = False
    outcome = yield
    _fail_for_unmet(item)
    item.stash[_PASSED] = True
    return outcome


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Say the same of what was planned after a test that passed, while its fixtures were torn down."""
    outcome = yield
    if item.stash.get(_PASSED, False):
        _fail_for_unmet(item)
    return outcome


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show, with the first failure of a test, what the customers of its sandbox see."""
    report = yield
    sandbox = item.stash.get(_SANDBOX, None)
    if report.failed and sandbox is not None and not item.stash.get(_SHOWN, False):
        item.stash[_SHOWN] = True
        customers = sandbox.customers
        shown = [customer.sees() for customer in customers[:_MOST_SHOWN]]
        if len(customers) > _MOST_SHOWN:
            shown.append(f"({len(customers) - _MOST_SHOWN} more)")
        if shown:
            report.sections.append(("WeChat Pay conversation", "\n\n".join(shown)))
    return report


def _fail_for_unmet(item: pytest.Item) -> None:
    sandbox = item.stash.get(_SANDBOX, None)
    if sandbox is not None and sandbox.faults:
        pytest.fail(
            f"planned with fail_next, and met by no call: {', '.join(map(str, sandbox.faults))}."
            " What was to be tested did not happen; plan fewer, or end with wechatpay_sandbox.reset()",
            pytrace=False,
        )


@pytest.fixture
def wechatpay_client(wechatpay_sandbox: Sandbox) -> Iterator[Client]:
    """A `Client` that talks to ``wechatpay_sandbox``."""
    from msgkit import Client  # noqa: PLC0415

    with Client.from_env(wechatpay_sandbox.credentials.environ) as client:
        yield client


@pytest.fixture
def wechatpay_async_client(wechatpay_sandbox: Sandbox) -> AsyncClient:
    """An `AsyncClient` that talks to ``wechatpay_sandbox``.

    It belongs to no event loop until it is used; a test that uses it closes it: ``async with wechatpay_async_client:``.
    """
    from msgkit import AsyncClient  # noqa: PLC0415

    return AsyncClient.from_env(wechatpay_sandbox.credentials.environ)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say by JSON Pointer in what two messages, parts of them, or lists of these differ that should be equal."""
    if op != "==" or "msgkit" not in sys.modules:  # nobody can have made anything of it then
        return None
    from msgkit.testing.differences import explained  # noqa: PLC0415

    return explained(left, right)
