"""`Answer`: what the classes of this room have in common."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Self, TypeVar

import attrs

from msgkit.complaints._read import KEPT, plan, read

_T = TypeVar("_T")


@attrs.frozen
class Answer:
    """Something that the platform answered: superclass of the classes of this module.

    They are made by `from_dict`; their constructors check nothing. They equal and hash by value, ``raw`` apart.
    """

    _raw: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True, eq=False, repr=False, metadata=KEPT)

    @property
    def raw(self) -> dict[str, Any]:
        """The JSON object that this was read from, with what this version does not know: a copy each time.

        Raises:
            RecursionError: It is nested as deeply as no answer is.
        """
        return copy.deepcopy(dict(self._raw))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from the JSON that the platform answered, as dicts and lists.

        What need not be there and is of another type, or a time that is none, reads as if it were not there; an entry
        of a list likewise. All of it stays in ``raw``.

        Args:
            data: The JSON object. It is kept, not copied: whoever changes it later changes what is in ``raw``.

        Raises:
            ValidationError: Something that is always there is missing or of another type, by JSON Pointer.
        """
        return read(cls, data)  # type: ignore[no-any-return]


def readable(cls: type[_T]) -> type[_T]:
    """Class decorator: derive how a class is read, so that a field that cannot be fails where it is declared.

    Raises:
        TypeError: A field has a type that nobody can read, or could be missing and has no value for that.
    """
    described: type = cls
    plan(described)
    return cls
