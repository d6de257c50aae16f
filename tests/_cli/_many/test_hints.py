"""Tests of what is said beside the work."""

from __future__ import annotations

import io
import sys

import pytest

from msgkit._cli._many.hints import Hints, hint, is_terminal


class Gone(io.StringIO):
    """A terminal that was closed."""

    def write(self, _text: str) -> int:
        raise OSError(5, "Input/output error")

    def flush(self) -> None:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("stream", [Gone(), None])
def test_nobody_reads(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None) -> None:
    """Where nobody can read what is said, nothing is said, and nothing is raised."""
    monkeypatch.setattr(sys, "stderr", stream)
    hint("text")
    assert not is_terminal()


def test_a_bar_goes_on() -> None:
    """A bar whose terminal goes away is drawn no further, and ends nothing."""
    hints = Hints(Gone())
    assert hints.write("text") == 4
    hints.flush()
