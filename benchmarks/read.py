"""Reading a message's JSON and checking it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import pydantic_models
from benchmarks.measure import Contest
from benchmarks.messages import SAME, UnequalWorkError, compose, compose_dict, compose_pydantic, order_no, require_same
from msgkit import Message


@contextmanager
def contest() -> Iterator[Contest]:
    """Readers of the JSON that msgkit wrote."""
    require_same()
    order = order_no(42)
    text = _json(42)
    if Message.from_json(text) != compose(order):
        raise UnequalWorkError("msgkit reads another message than it wrote")
    if pydantic_models.Message.model_validate_json(text) != compose_pydantic(order):
        raise UnequalWorkError("pydantic reads another message than it would compose")
    if json.loads(text) != compose_dict(order):
        raise UnequalWorkError("json reads another message than the dict")
    yield Contest(
        {
            "msgkit": Message.from_json,
            "pydantic": pydantic_models.Message.model_validate_json,
            "json.loads": json.loads,
        },
        _json,
    )


def _json(number: int) -> str:
    return SAME["msgkit"](order_no(number))
