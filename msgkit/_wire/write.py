"""From classes to JSON: what cattrs needs to know to write them, derived from their shape.

Two converters write the same but for what was kept as it came: one gives the values that it holds, the other its text,
letter by letter.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias, assert_never

from cattrs import Converter
from cattrs.fns import identity
from cattrs.gen import make_dict_unstructure_fn, override

from msgkit._wire.shape import Array, Kind, Leaf, Member, Part, Shape, Table, Tagged, kind_of, shape_of
from msgkit._wire.text import Verbatim, parse

Writer = Callable[[Any], Any]


def _values(unknown: Any) -> Any:
    return parse(unknown.json)


def _letters(unknown: Any) -> Verbatim:
    return Verbatim(unknown.json)


_WRITERS: dict[tuple[Any, bool], Writer] = {}


def writer(cls: type, *, verbatim: bool) -> Writer:
    """Return what writes an attrs class.

    Args:
        cls: The class.
        verbatim: Give what was kept as it came as `Verbatim`, for JSON text; otherwise as the values that it holds.
    """
    if (cls, verbatim) not in _WRITERS:
        _WRITERS[cls, verbatim] = _converter(_letters if verbatim else _values).get_unstructure_hook(cls)
    return _WRITERS[cls, verbatim]


@functools.cache
def _converter(keep: Writer) -> Converter:
    converter = Converter(omit_if_default=True)
    converter.register_unstructure_hook_factory(_is_ours, lambda t: _hook(kind_of(t), converter, keep))
    return converter


def _is_ours(annotation: Any) -> bool:
    try:
        kind_of(annotation)
    except TypeError:
        return False
    return True


def _hook(kind: Kind, converter: Converter, keep: Writer) -> Writer:
    """Return what writes values of a kind; None is left out before it comes here."""
    match kind:
        case Leaf(type=type_):
            return datetime.isoformat if type_ is datetime else identity
        case Member():
            return str  # a member's value, as a plain string
        case Part(cls=cls):
            return _part_writer(shape_of(cls), converter)
        case Tagged():
            return _tagged_writer(kind, converter, keep)
        case Array(item=item):
            write = _hook(item, converter, keep)
            return list if write is identity else lambda items: [write(each) for each in items]
        case Table(item=item):
            write = _hook(item, converter, keep)
            return lambda table: {key: write(each) for key, each in table.items()}
        case _:
            assert_never(kind)


def _part_writer(shape: Shape, converter: Converter, **more: Any) -> Writer:
    """Return a function that writes a part's own fields with cattrs, leaving out what was not set."""
    overrides: dict[str, Any] = {field.name: override(omit_if_default=not field.required) for field in shape.fields}
    return make_dict_unstructure_fn(shape.cls, converter, **(overrides | more))


def _tagged_writer(kind: Tagged, converter: Converter, keep: Writer) -> Writer:
    """Return what writes a part with its type: its payload under its key, where it has one, and the rest beside it."""
    tag = kind.tag
    plans = {cls: _plan(shape_of(cls), converter) for cls in kind.words.values()}

    def write(part: Any) -> Any:
        plan = plans.get(part.__class__)
        if plan is None:
            return keep(part)
        word, key, payload, beside = plan
        written = {tag: word, **payload(part)} if key is None else {tag: word, key: payload(part)}
        for name, get in beside:
            if (value := get(part)) is not None:
                written[name] = value
        return written

    return write


_Plan: TypeAlias = tuple[str, str | None, Writer, list[tuple[str, Writer]]]
"""The word for a part's type, the key of its payload, what writes that, and what gets each field beside it."""


def _plan(shape: Shape, converter: Converter) -> _Plan:
    beside = [field for field in shape.fields if field.beside]
    payload = _part_writer(shape, converter, **{field.name: override(omit=True) for field in beside})
    return shape.word, shape.payload_key, payload, [(field.name, field.get) for field in beside]
