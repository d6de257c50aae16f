"""Where things stand in a message: paths, and the one way through its parts."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from msgkit._wire.shape import Array, Field, Kind, Table, Tagged, shape_of

Path: TypeAlias = "tuple[Path, object] | None"
"""Where something stands: the way to what it stands in, and its own key or number; shown only where it must be."""


def pointer(path: Path) -> str:
    """Return a path as a JSON Pointer (RFC 6901)."""
    keys: list[object] = []
    while path is not None:
        path, key = path
        keys.append(key)
    return "".join("/" + _as_text(key).replace("~", "~0").replace("/", "~1") for key in reversed(keys))


def path_of(*keys: object) -> Path:
    """Return the path that goes through these keys."""
    path: Path = None
    for key in keys:
        path = (path, key)
    return path


def _as_text(key: object) -> str:
    """Return a key as text, whatever it is."""
    try:
        return str(key)
    except ValueError:  # a number of more digits than Python writes
        return f"<{type(key).__name__}>"


class Place(NamedTuple):
    """A part, and where it stands.

    Attributes:
        part: The part.
        path: Where the part stands itself.
        home: Where its fields stand: for a part that names its type, that is its payload.
    """

    part: Any
    path: Path
    home: Path

    def field(self, name: str) -> Path:
        """Return where a field of the part stands."""
        beside = any(each.beside for each in shape_of(self.part.__class__).fields if each.name == name)
        return (self.path if beside else self.home, name)

    def within(self, field: Field) -> list[Place]:
        """Return the parts that one of its fields holds directly."""
        return [standing(field.entry, each, path) for path, each in entries(field, self.part, self.home)]

    def inner(self, name: str) -> list[Place]:
        """Return the parts that the field of this name holds directly."""
        return [
            place
            for field in shape_of(self.part.__class__).nested
            if field.name == name
            for place in self.within(field)
        ]


def entries(field: Field, part: Any, home: Path) -> list[tuple[Path, Any]]:
    """Return the parts that a field of a part holds directly, each after its path: the one way into what is nested.

    Args:
        field: The field, which holds parts.
        part: The part.
        home: Where its fields stand.
    """
    value, path = field.get(part), (home, field.name)
    if value is None:
        return []
    if isinstance(field.kind, Array):
        return [((path, index), each) for index, each in enumerate(value)]
    if isinstance(field.kind, Table):
        return [((path, key), each) for key, each in value.items()]
    return [(path, value)]


def standing(kind: Kind, part: Any, path: Path) -> Place:
    """Return a part with where it stands."""
    return Place(part, path, home_of(kind, part, path))


def home_of(kind: Kind, part: Any, path: Path) -> Path:
    """Return where the fields of a part stand, of which its class alone says nothing: a grouped button has no payload.

    Args:
        kind: What stands at its place.
        part: The part.
        path: Where it stands itself.
    """
    key = shape_of(part.__class__).payload_key if kind.__class__ is Tagged else None
    return path if key is None else (path, key)


def parts(part: Any) -> list[Any]:
    """Return all parts in a document, in its order, without their places."""
    found: list[Any] = []
    _parts(part, found)
    return found


def _parts(part: Any, found: list[Any]) -> None:
    for field in shape_of(part.__class__).nested:
        for _, each in entries(field, part, None):
            found.append(each)
            _parts(each, found)


def walk(part: Any) -> list[Place]:
    """Return a document and everything in it, in document order."""
    found: list[Place] = []
    _walk(Place(part, None, None), found)
    return found


def _walk(place: Place, found: list[Place]) -> None:
    found.append(place)
    for field in shape_of(place.part.__class__).nested:
        for each in place.within(field):
            _walk(each, found)
