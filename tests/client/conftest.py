"""A client of the sandbox, servers of other kinds, and no proxy between them."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from msgkit.client import Client
from msgkit.sandbox import Sandbox
from tests import network


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    """The client of the merchant whom the sandbox knows."""
    with network.client_for(sandbox) as client:
        yield client


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine, its key beside it."""
    return network.write_certificate(tmp_path)


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    """What a server wraps connections in."""
    return network.serving_tls(certificate)


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no proxy of this machine stand between a client and its server."""
    for name in network.PROXIES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(params=["blocking", "awaiting"])
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test with either kind of client: what is promised of one is promised of the other."""
    monkeypatch.setattr(network.Kind, "awaits", request.param == "awaiting")


@pytest.fixture
def at_once() -> Iterator[None]:
    """Let nobody wait between two attempts."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield
