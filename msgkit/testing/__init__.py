"""Testing replies: a pytest plugin, Hypothesis strategies, and what differs between two messages."""

from msgkit.testing.differences import Difference, differences

__all__ = ["Difference", "differences"]
