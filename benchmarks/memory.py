"""How much memory messages take that a program holds on to."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Mapping

from benchmarks.measure import Effort, Timings, in_fresh_process
from benchmarks.messages import compose, compose_dict, compose_pydantic, order_no, require_same

COMPOSERS: Mapping[str, Callable[[str], object]] = {
    "msgkit": compose,
    "pydantic": compose_pydantic,
    "dict": compose_dict,
}
"""Who composes the messages that are weighed, by name."""


def measure(effort: Effort) -> Timings:
    """Weigh the messages of each contender in a process of its own; one round of bytes a message."""
    require_same()
    return Timings({name: [in_fresh_process(weigh, name, effort.messages)] for name in COMPOSERS})


def weigh(name: str, messages: int) -> float:
    """Return how many bytes tracemalloc finds for each of so many messages, all of them with other texts."""
    composer = COMPOSERS[name]
    composer(order_no(0))
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    held = [composer(order_no(number)) for number in range(messages)]
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / len(held)
