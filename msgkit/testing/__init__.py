"""Testing replies: a pytest plugin, Hypothesis strategies, and what differs between two messages."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msgkit.testing.differences import Difference, differences

__all__ = ["Difference", "differences"]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is first used: the plugin lies in this package too, and must cost nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # By its full name: `differences` is the module as well as the function in it.
    from importlib import import_module  # noqa: PLC0415

    module = import_module("msgkit.testing.differences")
    globals().update({each: getattr(module, each) for each in __all__})
    return globals()[name]
