"""Tests of ending early."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from msgkit._cli._many.stopping import stopped_by_signals
from tests._cli._many.test_hints import Gone

ALL = [each for each in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, each)]


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Have the signals handled, and put back whatever did before."""
    before = {name: signal.getsignal(getattr(signal, name)) for name in ALL}
    for name in ALL:  # whoever runs the tests may have ignored some, as nohup does
        signal.signal(getattr(signal, name), signal.default_int_handler)
    yield
    for name, handler in before.items():
        signal.signal(getattr(signal, name), handler)


@pytest.mark.parametrize("name", ALL)
def test_asked_to_end(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A signal to end sets the event, also where its words cannot be written any more."""
    monkeypatch.setattr(sys, "stderr", Gone())
    stop = threading.Event()
    with stopped_by_signals(stop, "en"):
        signal.raise_signal(getattr(signal, name))
    assert stop.is_set()


@pytest.mark.parametrize("name", ALL)
def test_ignored_before(name: str) -> None:
    """What whoever began the process had ignored, as nohup and ``&`` do, stays ignored, also afterwards."""
    number = getattr(signal, name)
    signal.signal(number, signal.SIG_IGN)
    stop = threading.Event()
    with stopped_by_signals(stop, "en"):
        signal.raise_signal(number)
    assert not stop.is_set()
    assert signal.getsignal(number) is signal.SIG_IGN
