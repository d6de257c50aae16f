"""The examples in the docstrings; those of the pages are run by test_docs."""

import doctest
import importlib
import pkgutil

import pytest

import msgkit

MODULES = sorted(
    {"_msgkit_pytest", "msgkit", *(each.name for each in pkgutil.walk_packages(msgkit.__path__, "msgkit."))}
)


class TestDocstrings:
    """Every example runs and says what it says."""

    @pytest.mark.parametrize("name", MODULES)
    def test_module(self, name: str) -> None:
        """Each module, private or not, can be imported, and each of its examples gives what stands below it."""
        assert doctest.testmod(importlib.import_module(name)).failed == 0

    @pytest.mark.parametrize("name", ["msgkit", "msgkit.message", "msgkit.reply", "msgkit.testing.differences"])
    def test_has_examples(self, name: str) -> None:
        """The modules that people read first show examples."""
        assert doctest.testmod(importlib.import_module(name)).attempted > 0

    def test_all_are_found(self) -> None:
        """Whatever is a module of the package is among them."""
        assert {"msgkit.__main__", "msgkit._wire.shape", "msgkit.testing.strategies", "msgkit.sandbox.app"} <= {
            *MODULES
        }
        assert len(MODULES) == len({*MODULES})
