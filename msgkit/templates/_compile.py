"""What of a message changes when it is rendered: found out once, then followed.

A plan holds what stays as it is, and for each text with placeholders its pieces, its rule and its place.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from msgkit import _wire, rules
from msgkit._fields import Check, limits, unchecked
from msgkit._wire.places import Path, Place, standing
from msgkit._wire.shape import Array, Field, Kind, Leaf, Part as PartKind, Tagged, shape_of
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.templates._hosts import Moved, can_move, moved_host

Values: TypeAlias = Mapping[str, str]


@attrs.frozen(eq=False, repr=False)
class Pieces:
    """A text cut at its placeholders.

    Attributes:
        literals: What stands between them, one more than there are names.
        names: The variables, in order, each as often as it stands there.
        pattern: The same for the ``%`` operator, which is the fastest way to put a text together.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...]
    pattern: str

    def fill(self, values: Values, _: list[Problem]) -> str:
        """Return the text with its placeholders filled."""
        return self.pattern % tuple(map(values.__getitem__, self.names))

    def mover(self, values: Values) -> Moved | None:
        """Return the value that moves the host of a URL away from where the template's own text puts it, if any."""
        return moved_host(self.literals, self.names, values)


@attrs.frozen(eq=False, repr=False)
class Items:
    """A tuple of which some entries change.

    Attributes:
        items: The entries, as they stand in the template.
        changing: Those that change, by their number.
    """

    items: tuple[Any, ...]
    changing: tuple[tuple[int, Change], ...]

    def fill(self, values: Values, problems: list[Problem]) -> tuple[Any, ...]:
        """Return the tuple with its placeholders filled."""
        filled = list(self.items)
        for index, change in self.changing:
            filled[index] = change.fill(values, problems)
        return tuple(filled)


@attrs.frozen(eq=False, repr=False)
class Ruled:
    """A field that is checked anew because what it holds has changed.

    Attributes:
        index: Its number in its class.
        attribute: What attrs says of it.
        rule: What holds for it once it is filled.
        around: JSON Pointer to what it stands in.
        url: Its pieces, where it is a URL whose host a value could move.
    """

    index: int
    attribute: attrs.Attribute[Any]
    rule: Check
    around: str
    url: Pieces | None

    def check(self, part: Any, value: Any, values: Values, problems: list[Problem]) -> None:
        """Note what is wrong with a value; of a URL that leads elsewhere, that alone, which names the variable."""
        if self.url is not None and (moved := self.url.mover(values)) is not None:
            pointer = f"{self.around}/{self.attribute.name}"
            problems.append(Problem(pointer, rules.MOVED_HOST, value, **moved._asdict()))
            return
        try:
            self.rule(part, self.attribute, value)
        except ValidationError as error:
            problems += (problem.under(self.around) for problem in error.problems)


@attrs.frozen(eq=False, repr=False)
class Part:
    """An instance of one of our classes of which some fields change.

    Attributes:
        build: Builds the class without converting and checking.
        values: The value of each field, as it stands in the template.
        changing: What changes, by the number of its field.
        ruled: The fields that are checked anew; all others were checked when the template was composed.
    """

    build: Callable[..., Any]
    values: tuple[Any, ...]
    changing: tuple[tuple[int, Change], ...]
    ruled: tuple[Ruled, ...]

    def fill(self, values: Values, problems: list[Problem]) -> Any:
        """Return the part with its placeholders filled; what is wrong with it is added to the problems."""
        filled = list(self.values)
        for index, change in self.changing:
            filled[index] = change.fill(values, problems)
        part = self.build(*filled)
        for field in self.ruled:
            field.check(part, filled[field.index], values, problems)
        return part


Change: TypeAlias = Pieces | Items | Part


@attrs.frozen(eq=False, repr=False)
class Plan:
    """How a message is rendered.

    Attributes:
        message: The message with its placeholders.
        names: Its variables, each with the JSON Pointer to where it first stands.
        flaws: The texts in which a ``$`` begins no placeholder.
        change: What changes; None where nothing does.
    """

    message: Message
    names: dict[str, str]
    flaws: tuple[Problem, ...]
    change: Part | None

    def fill(self, values: Values, problems: list[Problem]) -> Message:
        """Return the message with its placeholders filled; what is wrong with it is added to the problems."""
        return self.message if self.change is None else self.change.fill(values, problems)

    def __deepcopy__(self, memo: object) -> Plan:
        return self  # nothing in it can change

    def __reduce__(self) -> tuple[Any, ...]:
        return plan, (self.message,)


def plan(message: Message) -> Plan:
    """Find out what of a message changes when it is rendered."""
    compiler = _Compiler()
    change = compiler.part(Place(message, None, None))
    return Plan(message, compiler.names, tuple(compiler.flaws), change)


class _Compiler:
    """Goes through a message once.

    Attributes:
        names: The variables that were found, each with where it was found first.
        flaws: The texts in which a ``$`` begins no placeholder.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.flaws: list[Problem] = []

    def part(self, place: Place) -> Part | None:
        """Return what makes a part anew; None where nothing in it changes."""
        cls: type = type(place.part)
        shape = shape_of(cls)
        values = tuple(field.get(place.part) for field in shape.fields)
        changing: list[tuple[int, Change]] = []
        ruled: list[Ruled] = []
        for index, field in enumerate(shape.fields):
            path = place.field(field.name)
            if change := self._change(field.kind, values[index], path):
                changing.append((index, change))
                ruled += _ruled(index, field, path, change)
        return Part(unchecked(shape.cls), values, tuple(changing), tuple(ruled)) if changing else None

    def _change(self, kind: Kind, value: Any, path: Path) -> Change | None:
        """Return what makes a value anew; None where nothing in it changes."""
        if value is None:
            return None
        match kind:
            case Leaf(type=type_) if type_ is str:
                return self._text(value, path) if "$" in value else None
            case Array(item=item):
                changes = enumerate(self._change(item, each, (path, index)) for index, each in enumerate(value))
                changing = tuple((index, change) for index, change in changes if change)
                return Items(value, changing) if changing else None
            case PartKind() | Tagged():
                return self.part(standing(kind, value, path))
        return None

    def _text(self, text: str, path: Path) -> Pieces:
        """Cut a text at its placeholders."""
        literals: list[str] = []
        names: list[str] = []
        lone: list[int] = []
        since: list[str] = []
        end = 0
        for match in string.Template.pattern.finditer(text):
            since.append(text[end : match.start()])
            end = match.end()
            if match["escaped"] is not None:
                since.append("$")
            elif match["invalid"] is not None:
                lone.append(match.start())
            else:
                names.append(match["named"] or match["braced"])
                literals.append("".join(since))
                since = []
        literals.append("".join([*since, text[end:]]))
        pointer = _wire.pointer(path)
        if lone:
            self.flaws.append(Problem(pointer, rules.LONE_DOLLAR, position=lone[0], more=len(lone) - 1))
        for name in names:
            self.names.setdefault(name, pointer)
        return Pieces(tuple(literals), tuple(names), "%s".join(literal.replace("%", "%%") for literal in literals))


def _ruled(index: int, field: Field, path: Path, change: Change) -> Iterable[Ruled]:
    """Return how a field that changes is checked anew; what lies in it checks itself."""
    if field.filled is None or field.holds_parts or path is None:
        return
    url = None
    if isinstance(change, Pieces) and limits(field.filled).https and can_move(change.literals):
        url = change
    yield Ruled(index, field.attribute, field.filled, _wire.pointer(path[0]), url)
