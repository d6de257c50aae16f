"""What endpoints are given: ids of all sorts, answers, and what they refuse."""

from typing import Any

import pytest

from msgkit import ValidationError
from msgkit._apiv3.calls import Answer

ODD_IDS = (
    "a b",
    "100%",
    "a/b",
    "a?b=c",
    "a#b",
    "中文投诉",
    "a%2Fb",
    "a%252Fb",
    "...",
    ".a",
    "a+b&c=d;e",
    "~-_.",
)

WRONG_IDS = (
    ("", "empty"),
    (" ", "empty"),
    ("\n", "empty"),
    (".", "must not be"),
    ("..", "must not be"),
    ("1" * 65, "at most 64"),
    ("1\U0001f600", "U\\+1F600 at position 1"),
    ("\ud800", "U\\+D800"),
    (None, "must be a string"),
    (5, "must be a string"),
    (b"1", "must be a string"),
)


def refused(call: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
    """The problems of a call that is refused, by their pointers."""
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    return {problem.pointer: problem.message for problem in caught.value.problems}


def answered(**headers: str) -> Answer:
    """An answer that was verified; what it said is given beside it."""
    return Answer(200, headers, b"")
