"""Functions that are given what they ask for, by the names of their parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs

from msgkit.errors import ConfigurationError


@attrs.frozen
class Function:
    """A handler, or a middleware, and what it asks for.

    Attributes:
        call: The function itself.
        names: The names of its parameters.
        required: Those of them that have no default.
        takes_all: Whether it takes what it has no parameter for: ``**others``.
        is_async: Whether what it returns is awaited.
    """

    call: Callable[..., Any]
    names: frozenset[str]
    required: frozenset[str]
    takes_all: bool
    is_async: bool

    @classmethod
    def of(cls, call: Callable[..., Any]) -> Function:
        """Read what a function asks for.

        Raises:
            ConfigurationError: It is no function, or cannot be called by name.
        """
        if not callable(call) or isinstance(call, type):
            raise ConfigurationError(f"a handler must be a function, not {type(call).__name__}")
        parameters = inspect.signature(call).parameters.values()
        only_by_place = [each.name for each in parameters if each.kind is each.POSITIONAL_ONLY]
        if only_by_place:
            raise ConfigurationError(
                f"{name_of(call)}: arguments are given by name, and {', '.join(only_by_place)} cannot be"
            )
        named = [each for each in parameters if each.kind in {each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY}]
        return cls(
            call,
            frozenset(each.name for each in named),
            frozenset(each.name for each in named if each.default is each.empty),
            any(each.kind is each.VAR_KEYWORD for each in parameters),
            inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(getattr(call, "__call__", None)),  # noqa: B004
        )

    def given(self, values: Mapping[str, Any]) -> Callable[[], Any]:
        """Return a call of it with what it asks for.

        Raises:
            ConfigurationError: It asks for what there is not. The text, which names no value, is kept and logged.
        """
        missing = sorted(self.required - values.keys())
        if missing:
            raise ConfigurationError(
                f"{name_of(self.call)} asks for {', '.join(missing)}; there are {', '.join(sorted(values))},"
                " and what a middleware adds: next(name=value)"
            )
        return partial(
            self.call, **{name: value for name, value in values.items() if self.takes_all or name in self.names}
        )


@attrs.frozen
class Chain:
    """A handler with the middlewares around it, and what they are given.

    Attributes:
        functions: The middlewares, the outermost first, and the handler.
        given: What there is to ask for.
    """

    functions: tuple[Function, ...]
    given: Mapping[str, Any] = attrs.field(repr=False)

    def call(self) -> Any:
        """Run it in this thread, and return what the outermost function returned."""
        return self._call(0, self.given)

    def _call(self, at: int, given: Mapping[str, Any]) -> Any:
        def inner(**added: Any) -> Any:
            return self._call(at + 1, {**given, **added})

        return self.functions[at].given(given if self.is_last(at) else {**given, "next": inner})()

    def is_last(self, at: int) -> bool:
        """Tell whether a function is the handler."""
        return at == len(self.functions) - 1


def name_of(call: Callable[..., Any]) -> str:
    """Return the name that a person knows a function by."""
    return getattr(call, "__qualname__", None) or type(call).__qualname__
