"""One sandbox for all tests, as new for each."""

from collections.abc import Iterator

import pytest

from msgkit.sandbox import Sandbox

from .merchant import Merchant


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    """A sandbox that runs as long as the tests do."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """The running sandbox with its two initial complaints and nothing else."""
    running.reset()
    return running


@pytest.fixture(scope="session")
def merchant(running: Sandbox) -> Merchant:
    """The merchant whom the sandbox knows."""
    return Merchant.of(running)
