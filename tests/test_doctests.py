"""The examples in the docstrings; those of the pages are run by test_docs."""

import doctest
import importlib

import pytest

MODULES = ["", "._extras", ".enums", ".rules", ".errors", ".actions", ".blocks", ".message", ".reply"]
MODULES += [".preview.terminal", ".testing.differences"]
MODULES += [".wire", ".wire._reading", ".wire._fast", ".wire._shape", ".wire._text", ".wire._writing"]


class TestDocstrings:
    """Every example runs and says what it says."""

    @pytest.mark.parametrize("name", MODULES)
    def test_module(self, name: str) -> None:
        """Each example of a module, where it has any, gives the result that stands below it."""
        assert doctest.testmod(importlib.import_module(f"msgkit{name}")).failed == 0

    @pytest.mark.parametrize("name", ["", ".message", ".reply", ".testing.differences"])
    def test_has_examples(self, name: str) -> None:
        """The modules that people read first show examples."""
        assert doctest.testmod(importlib.import_module(f"msgkit{name}")).attempted > 0
