"""What makes a template: what it says, how that is rendered, and which of its variables are filled already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from msgkit.message import Message
from msgkit.templates import _written
from msgkit.templates._compile import Compiled, compiled
from msgkit.templates._entries import Variant
from msgkit.templates._filling import Filling
from msgkit.templates._given import Given
from msgkit.templates._values import Taken
from msgkit.templates._variables import Variable


@attrs.frozen(eq=False)
class Content:
    """What makes a template, in one piece.

    Attributes:
        variants: What it says, and when.
        description: What it is for.
        declared: What is said of its variables, by name.
        is_several: Whether it holds several messages under ``variants``.
        compiled: How it is rendered.
        takes: What it takes for the variables that are not filled yet.
        bound: The values of those that are, by name.
        moment: For when it is rendered; None for now.
    """

    variants: tuple[Variant, ...]
    description: str | None
    declared: dict[str, Variable]
    is_several: bool
    compiled: Compiled
    takes: Given
    bound: dict[str, Any] = attrs.field(factory=dict)
    moment: datetime | None = None

    @classmethod
    def of(
        cls,
        variants: tuple[Variant, ...],
        description: str | None,
        declared: Mapping[str, Variable],
        *,
        is_several: bool = False,
    ) -> Content:
        made = compiled(variants, declared)
        return cls(variants, description, dict(declared), is_several, made, Given.of(made.names, declared))

    def filling(self, texts: dict[str, str], given: dict[str, Any]) -> Filling:
        """Return a rendering with these values, which become its own, and those that are bound."""
        if self.bound:
            given |= {name: taken.given for name, taken in self.bound.items()}
            texts |= {name: taken.said for name, taken in self.bound.items() if taken.said is not None}
        return Filling(texts, given, self.moment)

    def binding(self, values: Mapping[str, Taken]) -> Content:
        """Return the same with some variables filled."""
        bound = {**self.bound, **values}
        takes = Given.of(self.compiled.names.keys() - bound.keys(), self.declared, bound)
        return attrs.evolve(self, takes=takes, bound=bound)

    def narrowed(self, variant: Variant) -> Content:
        """Return one variant of it without its condition, as all there is."""
        when, variant = variant.when, attrs.evolve(variant, when=None)
        made = compiled((variant,), self.declared)
        declared = {name: said for name, said in self.declared.items() if name in made.names}
        if when is not None and when.asks_for_it and when.name in declared:
            declared[when.name] = attrs.evolve(declared[when.name], required=None)  # as its condition saw to
            made = compiled((variant,), declared)
        alone = Content((variant,), self.description, declared, False, made, Given.of(made.names, declared))  # noqa: FBT003
        bound = {name: taken for name, taken in self.bound.items() if name in made.names}
        return attrs.evolve(alone.binding(bound), moment=self.moment)

    @property
    def value(self) -> tuple[Any, ...]:
        """What makes two templates equal."""
        return self.variants, _written.bare(self.declared), self.bound, self.moment

    def __deepcopy__(self, memo: object) -> Content:
        return self  # nothing in it can change

    def __reduce__(self) -> tuple[Any, ...]:
        # How it is rendered is found out anew: it is made of functions.
        source = (self.variants, self.description, self.declared, self.is_several)
        return _restored, (*source, self.bound, self.moment)


@attrs.frozen(eq=False)
class Read:
    """What a file says, for a subclass whose own ``__init__`` knows a message only.

    Attributes:
        content: What makes the template.
        message: The message that stands for it.
    """

    content: Content
    message: Message


def _restored(  # noqa: PLR0913, PLR0917
    variants: tuple[Variant, ...],
    description: str | None,
    declared: dict[str, Variable],
    is_several: bool,
    bound: dict[str, Taken],
    moment: datetime | None,
) -> Content:
    content = Content.of(variants, description, declared, is_several=is_several)
    return attrs.evolve(content.binding(bound), moment=moment)
