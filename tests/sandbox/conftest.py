"""The merchant of the sandbox."""

import pytest

from msgkit.sandbox import Sandbox

from .merchant import Merchant


@pytest.fixture(scope="session")
def merchant(running: Sandbox) -> Merchant:
    """The merchant whom the sandbox knows."""
    return Merchant.of(running)
