"""Composing a message, checking it and writing its JSON."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measure import Contest
from benchmarks.messages import ALIKE, SAME, order_no, require_same


@contextmanager
def contest() -> Iterator[Contest]:
    """All composers, each from an order number to JSON."""
    require_same()
    yield Contest({**SAME, **ALIKE}, order_no)
