"""The script that makes the pictures of the docs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import browser

ROOT = Path(__file__).parent.parent.parent
IMAGES = ROOT / "docs" / "images"


@pytest.mark.slow
def test_makes_the_pictures_of_the_docs(tmp_path: Path) -> None:
    """It runs, and makes those that are there, no more and no fewer, each a PNG with something on it."""
    browser.program()
    script = [sys.executable, str(ROOT / "docs" / "make_screenshots.py"), str(tmp_path)]
    subprocess.run(script, check=True, timeout=200, capture_output=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made.keys() == {path.name for path in IMAGES.iterdir()}
    assert [name for name, content in made.items() if not content.startswith(b"\x89PNG") or len(content) < 10_000] == []
