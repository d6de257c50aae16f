"""Composing longer and longer messages with the fluent methods, one block at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.measure import Contest
from benchmarks.messages import UnequalWorkError, order_no
from msgkit import Message

SIZES = (10, 100, 1000)


def composer(size: int) -> Callable[[str], Message]:
    """Return a function that composes a message of so many blocks; they are not written, which would hide the cost."""

    def compose(order: str) -> Message:
        message = Message()
        for number in range(size // 2):
            message = message.text(f"订单 {order} 的第 {number} 条").button(f"第 {number} 条")
        return message

    return compose


@contextmanager
def contest() -> Iterator[Contest]:
    """One contender for each size."""
    composers = {str(size): composer(size) for size in SIZES}
    for size, compose in composers.items():
        if len(compose(order_no(42))) != int(size):
            raise UnequalWorkError(f"the message of {size} blocks has another number of blocks")
    yield Contest(composers, order_no)
