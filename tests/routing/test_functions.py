"""Functions that are given what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from msgkit.errors import ConfigurationError
from msgkit.routing._functions import Chain, Function

GIVEN = {"event": 1, "text": "二"}


def called(function: Callable[..., Any], **more: Any) -> Any:
    """Call a function with what there is to ask for."""
    return Chain((Function.of(function),), {**GIVEN, **more}).call()


class TestByName:
    """What functions are given."""

    def test_what_it_asks_for(self) -> None:
        """A function is given the values of the names that it has, in whatever order, and no others."""
        assert called(lambda text, event: (text, event)) == ("二", 1)
        assert called(lambda: "nothing") == "nothing"
        assert called(lambda *, text: text) == "二"

    def test_defaults(self) -> None:
        """What is not there keeps its default."""
        assert called(lambda event, user=None: (event, user)) == (1, None)

    def test_all(self) -> None:
        """One that takes others is given all."""
        assert called(lambda **all_: all_) == GIVEN

    def test_what_there_is_not(self) -> None:
        """One that asks for what there is not is told what there is."""
        told = "asks for user; there are event, text, and what a middleware adds"
        with pytest.raises(ConfigurationError, match=told):
            called(lambda user: user)

    def test_a_method(self) -> None:
        """A method and a callable object are functions too."""

        class Shop:
            def answer(self, text: str) -> str:
                return text

            def __call__(self, event: int) -> int:
                return event

        assert (called(Shop().answer), called(Shop())) == ("二", 1)

    def test_an_argument_of_its_own(self) -> None:
        """An error of the function itself is its own."""

        def broken(text: str) -> None:
            raise KeyError(text)

        with pytest.raises(KeyError):
            called(broken)


class TestRefused:
    """What cannot be called."""

    @pytest.mark.parametrize("wrong", ["text", None, 3, int])
    def test_no_function(self, wrong: Any) -> None:
        """What is no function is refused where it is registered."""
        with pytest.raises(ConfigurationError, match="a handler must be a function"):
            Function.of(wrong)

    def test_only_by_place(self) -> None:
        """A parameter that cannot be given by name is refused."""
        with pytest.raises(ConfigurationError, match="given by name, and event cannot be"):
            Function.of(lambda event, /: event)


class TestChain:
    """Functions around functions."""

    def test_middlewares(self) -> None:
        """Middlewares run around the handler, the outermost first, and see what it returned."""
        seen: list[str] = []

        def outer(next: Callable[[], Any]) -> Any:  # noqa: A002 - its name
            seen.append("outer")
            return [next(), "outer"]

        def inner(next: Callable[..., Any], event: int) -> Any:  # noqa: A002
            seen.append(f"inner {event}")
            return next(user="张三")

        def handler(user: str, text: str) -> tuple[str, str]:
            return user, text

        chain = Chain((Function.of(outer), Function.of(inner), Function.of(handler)), GIVEN)
        assert chain.call() == [("张三", "二"), "outer"]
        assert seen == ["outer", "inner 1"]

    def test_without_next(self) -> None:
        """A middleware that does not go on keeps the handler from running."""
        chain = Chain((Function.of(lambda: "no"), Function.of(lambda: pytest.fail("ran"))), GIVEN)
        assert chain.call() == "no"

    def test_is_async(self) -> None:
        """An async function is known as one, also as a method of an object."""

        async def handler() -> None: ...

        class Shop:
            async def __call__(self) -> None: ...

        assert Function.of(handler).is_async
        assert Function.of(Shop()).is_async
        assert not Function.of(lambda: None).is_async
