"""The pytest plugin: ``wechatpay_sandbox``, ``wechatpay_client``, and comparisons that say what differs.

Nothing of msgkit is imported before a test asks for it, so that the plugin costs other test suites nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from msgkit import Client
    from msgkit.sandbox import Sandbox


_SANDBOX = pytest.StashKey["Sandbox"]()


@pytest.fixture(scope="session")
def _wechatpay_server() -> Iterator[Sandbox]:
    try:
        from msgkit.sandbox import Sandbox  # noqa: PLC0415
    except ModuleNotFoundError as error:
        from msgkit._extras import hint  # noqa: PLC0415

        pytest.fail(f"no module {error.name}; the sandbox needs {hint('testing')}", pytrace=False)

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def wechatpay_sandbox(_wechatpay_server: Sandbox, request: pytest.FixtureRequest) -> Sandbox:
    """A local WeChat Pay over real HTTP: one server a session, clean for each test.

    A fault that a test planned with ``fail_next`` and that no call met fails the test.
    """
    _wechatpay_server.reset()
    request.node.stash[_SANDBOX] = _wechatpay_server
    return _wechatpay_server


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test whose planned faults were not met; one that fails or skips by itself is read as it is."""
    outcome = yield
    sandbox = item.stash.get(_SANDBOX, None)
    if sandbox is not None and sandbox.faults:
        pytest.fail(
            f"planned with fail_next, and met by no call: {', '.join(map(str, sandbox.faults))}."
            " What was to be tested did not happen; plan fewer, or end with wechatpay_sandbox.reset()",
            pytrace=False,
        )
    return outcome


@pytest.fixture
def wechatpay_client(wechatpay_sandbox: Sandbox) -> Iterator[Client]:
    """A `Client` that talks to ``wechatpay_sandbox``."""
    from msgkit import Client  # noqa: PLC0415

    with Client.from_env(wechatpay_sandbox.credentials.environ) as client:
        yield client


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say by JSON Pointer in what two messages, parts of them, or lists of these differ that should be equal."""
    if op != "==" or "msgkit.actions" not in sys.modules:  # which comes with every class that can be compared
        return None
    from msgkit.testing.differences import explained  # noqa: PLC0415

    return explained(left, right)
