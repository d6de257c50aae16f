"""Tests of ``--env-file``: a file of exports is read as a shell would, and nothing in it is executed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests._cli.command import invoke


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a path for a file of exports."""
    return tmp_path / "env.sh"


class TestRefused:
    """What is no such file."""

    @pytest.mark.parametrize(
        "content",
        ["A=b\n\ntouch secret-4711", "A=b\n\nB='secret-4711", "A=b\n\nB=c&secret-4711 x", "A=b\n\n1A=secret-4711"],
    )
    def test_something_else(self, file: Path, content: str) -> None:
        """Anything else is refused by its line, of which nothing is shown, and ends with 2."""
        file.write_text(content)
        done = invoke("doctor", "--env-file", file)
        assert done.code == 2
        assert done.err.splitlines()[-1].endswith("env.sh: line 3 is not export NAME='value'")
        assert "4711" not in done.out + done.err
