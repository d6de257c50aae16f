"""Functions that make a part of a message anew: generated once for each shape that a part can have, then called."""

from __future__ import annotations

import functools
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, TypeAlias

import attrs

from msgkit._fields import is_plain_url
from msgkit.templates._filling import Filling

Fill: TypeAlias = Callable[[Filling], Any]
"""Makes a value for a rendering."""

MOST_NAMES = 8
"""Most placeholders of a text whose shape counts; with more it is put together by a function of its own."""

MOST_ITEMS = 8
"""Most entries of a tuple whose shape counts, likewise."""


class How(Enum):
    """How something comes to its value, unless that is a text, a part or a tuple."""

    KEPT = auto()
    MADE = auto()


class When(Enum):
    """When the rule of a field is asked, because its value might break it.

    Attributes:
        FOUL: Where a value is blank or cannot be sent, or the text is too long.
        NOT_PLAIN: Where a URL is none of those that need no second look.
        ALWAYS: Each time.
    """

    FOUL = "not fine or len({value}) > {most}"
    NOT_PLAIN = "not is_plain_url({value})"
    ALWAYS = "True"


@attrs.frozen
class Shape:
    """What a function that makes a part depends on.

    Attributes:
        cls: The class of the part, which is built without converting and checking.
        hows: How each field comes to its value.
        whens: When the rules of which fields are asked, by their numbers.
    """

    cls: type
    hows: tuple[Way, ...]
    whens: tuple[tuple[int, When], ...]


Way: TypeAlias = "How | int | Shape | tuple[Way, ...]"
"""How a value is come by: kept or made; a text with so many placeholders; a part; or a tuple of such."""


@functools.cache
def maker(shape: Shape) -> Callable[[Any], Fill]:
    """Return what takes what is special to a part, and returns the function that makes it.

    What it takes is a list of the sources of all fields, and then the check and the greatest length for each rule that
    is asked. A source is a value; a function; literals and names by turns; again such a list for a
    part; or a list of sources for a tuple.
    """
    scope: dict[str, Any] = {"new": object.__new__, "is_plain_url": is_plain_url}
    lines: list[str] = []
    taken = _part(shape, "made", lines, scope)
    body = "".join(f"        {line}\n" for line in lines)
    source = (
        f"def make(special):\n    {taken} = special\n"
        "    def fill(filling):\n        texts = filling.texts\n        fine = filling.is_fine\n"
        f"{body}        return made\n    return fill\n"
    )
    exec(source, scope)  # noqa: S102 - made of names that stand in our own classes
    return scope["make"]  # type: ignore[no-any-return]


def _part(shape: Shape, made: str, lines: list[str], scope: dict[str, Any]) -> str:
    """Write the lines that make a part under a name; return what its sources and checks are unpacked into."""
    cls = shape.cls
    asked = dict(shape.whens)
    scope[cls.__name__] = cls
    taken, checks = [], []
    sets = [f"{made} = new({cls.__name__})"]
    for index, (field, how) in enumerate(zip(attrs.fields(cls), shape.hows, strict=True)):
        at = f"{made}_{index}"
        setter = f"set_{cls.__name__}_{field.name}"
        scope[setter] = getattr(cls, field.name).__set__
        head, value = _source(at, how, lines, scope)
        taken.append(head)
        if index in asked:
            sets.append(f"{at} = {value}")
            value = at
            condition = asked[index].value.format(value=at, most=f"{at}_most")
            checks.append(f"if {condition}: {at}_check({made}, {at}, filling)")
        sets.append(f"{setter}({made}, {value})")
    lines += sets + checks
    taken += [f"{made}_{index}_{what}" for index in asked for what in ("check", "most")]
    return f"[{', '.join(taken)}]"


def _source(at: str, how: Way, lines: list[str], scope: dict[str, Any]) -> tuple[str, str]:
    """Return what a source is unpacked into, and what makes the value of it; write the lines that come before."""
    if isinstance(how, Shape):
        return _part(how, at, lines, scope), at
    if isinstance(how, tuple):
        sources = [_source(f"{at}_{number}", each, lines, scope) for number, each in enumerate(how)]
        return f"[{', '.join(head for head, _ in sources)}]", f"({', '.join(value for _, value in sources)},)"
    name = f"{at}_from"
    if isinstance(how, How):
        return name, name if how is How.KEPT else f"{name}(filling)"
    heads = [f"{name}_{number}" for number in range(2 * how + 1)]
    pieces = (f"{{texts[{head}]}}" if number % 2 else f"{{{head}}}" for number, head in enumerate(heads))
    return f"[{', '.join(heads)}]", f'f"{"".join(pieces)}"'
