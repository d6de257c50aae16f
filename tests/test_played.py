"""The pages that show a support lead's work: what they say is printed is printed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def maker() -> ModuleType:
    """The program that writes the pages."""
    spec = importlib.util.spec_from_file_location("make_played", DOCS / "make_played.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestPages:
    """Writing, looking, breaking, mending, comparing, sending a table, as the pages have them."""

    @pytest.mark.slow
    @pytest.mark.parametrize("name", ["morning.md", "many.md"])
    def test_is_what_is_printed(self, maker: ModuleType, tmp_path: Path, name: str) -> None:
        """Run from top to bottom in an empty folder, each command prints what stands under it."""
        (path,) = (each for each in maker.PAGES if each.name == name)
        text = path.read_text(encoding="utf-8")
        assert maker.page(text, tmp_path) == text

    def test_notices(self, maker: ModuleType, tmp_path: Path) -> None:
        """A page on which something else stands is written anew, so that the test above can fail."""
        assert maker.page("```console\n$ echo 好\n坏\n```\n", tmp_path) == "```console\n$ echo 好\n好\n```\n"
