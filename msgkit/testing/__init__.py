"""Testing replies: Hypothesis strategies, and what differs between two messages.

The pytest plugin lies outside the package, in `_msgkit_pytest`.
"""

from msgkit.testing.differences import Difference, differences

__all__ = ["Difference", "differences"]
