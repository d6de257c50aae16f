"""Rendering a message from a template against composing it anew."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measure import Contest
from benchmarks.messages import UnequalWorkError, compose, order_no
from msgkit import Message, Template

TEMPLATE = Template(compose("${order}"))


def render(order: str) -> Message:
    """Render the message from its template."""
    return TEMPLATE.render(order=order)


@contextmanager
def contest() -> Iterator[Contest]:
    """The two ways to a message."""
    if render(order_no(42)) != compose(order_no(42)):
        raise UnequalWorkError("the template renders another message than is composed")
    yield Contest({"render": render, "compose": compose}, order_no)
