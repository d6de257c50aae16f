"""The two kinds of client are one: the same methods, the same arguments, the same words."""

import inspect
import typing
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from msgkit import AsyncClient, Client

PUBLIC = sorted(name for name in dir(Client) if not name.startswith("_"))
CALLING = [name for name in PUBLIC if name in vars(Client)]


def test_methods() -> None:
    """Neither has a method that the other lacks."""
    assert sorted(name for name in dir(AsyncClient) if not name.startswith("_")) == PUBLIC
    assert {"send", "reply", "complaints", "history", "echo", "decrypt", "from_env", "close"} <= set(PUBLIC)


def test_constructor() -> None:
    """They are made of the same arguments."""
    assert AsyncClient.__init__ is Client.__init__
    assert AsyncClient.from_env.__func__ is Client.from_env.__func__  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", CALLING)
def test_signature(name: str) -> None:
    """A method takes the same and gives the same: at once, when it is awaited, or one after the other."""
    ours, theirs = getattr(Client, name), getattr(AsyncClient, name)
    assert inspect.signature(ours).parameters == inspect.signature(theirs).parameters
    given: Any = typing.get_type_hints(ours)["return"]
    if typing.get_origin(given) is Iterator:
        assert not inspect.iscoroutinefunction(theirs)
        given = AsyncIterator[typing.get_args(given)]  # type: ignore[misc]
    else:
        assert inspect.iscoroutinefunction(theirs)
    assert typing.get_type_hints(theirs)["return"] == given


@pytest.mark.parametrize("name", PUBLIC)
def test_words(name: str) -> None:
    """A method is explained, and by the same words."""
    ours, theirs = getattr(Client, name), getattr(AsyncClient, name)
    assert ours.__doc__
    assert theirs.__doc__ == ours.__doc__
