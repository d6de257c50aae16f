"""`Template`: a message with variables, written once and rendered often.

Placeholders are those of `string.Template`: ``${name}`` or ``$name`` in any text of a message, and ``$$`` for a dollar.
"""

from __future__ import annotations

import difflib
import string
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Self

import attrs

from msgkit import rules, wire
from msgkit.errors import Problem, TemplateError, ValidationError
from msgkit.message import Message

_Values = Mapping[str, str]
_Fill = Callable[[_Values, list[Problem]], Any]
"""Makes a field or a part of a rendered message; adds to the list what breaks a rule."""
_Set = Callable[[Any, Any], None]
"""Sets a field of a new part."""

# The shortest text, which no limit can be too small for; a text that is there; and what a URL may begin with.
_STAND_INS = ("", "0", "https://shop.example", "https://shop.example/")

_MOST_FLAWS = 20
# Looking for the nearest name costs so much that only a person's slips get one.
_MOST_SUGGESTIONS = 5
_MOST_NEIGHBOURS = 1000
_LONGEST_NAME = 64

_LONGEST_DECLARED_NAME = 256


@attrs.frozen
class Variable:
    """What a template says of one of its variables.

    Attributes:
        description: What belongs there, for the people who use the template.
        example: A value to check and to preview with.
    """

    description: str | None = attrs.field(default=None, validator=rules.string(optional=True))
    example: str | None = attrs.field(default=None, validator=rules.string(optional=True), repr=rules.masked)


class Template:
    """A message with placeholders, prepared once and rendered often; safe for many threads.

    Values are put in as they are: a ``$`` in a value is a dollar, and nothing in it is looked up or run.

    Args:
        message: The message; any of its texts may hold placeholders, and a URL may begin with one.
        description: What the template is for.
        declared: What is said of its variables, by name.

    Attributes:
        message: The message with its placeholders.
        description: What the template is for.
        declared: What is said of its variables, by name.
        variables: The names of the variables that `render` asks for, as a frozenset.

    Raises:
        ValidationError: A ``$`` in a text begins no placeholder, the message has no blocks, or it was read with
            ``strict=False`` and cannot be sent.

    >>> refund = Template(Message().text("${name}，订单 ${order_no} 的退款已受理"))
    >>> sorted(refund.variables)
    ['name', 'order_no']
    >>> refund.render(name="张三", order_no="42") == Message().text("张三，订单 42 的退款已受理")
    True
    """

    __slots__ = ("_bound", "_render", "declared", "description", "message", "variables")

    message: Message
    description: str | None
    declared: Mapping[str, Variable]
    variables: frozenset[str]

    def __init__(
        self,
        message: Message,
        *,
        description: str | None = None,
        declared: Mapping[str, Variable] = MappingProxyType({}),
    ) -> None:
        message.check(filled=False)
        compiler = _Compiler()
        render = compiler.part(message, "")
        if compiler.flaws:
            raise ValidationError(compiler.flaws, "Template")
        self.message = message
        self.description = description
        self.declared = MappingProxyType(dict(declared))
        self.variables = frozenset(compiler.names)
        self._render = render or _always(message)
        self._bound: _Values = {}

    def render(self, /, **values: str) -> Message:
        """Return the message with its placeholders filled.

        Args:
            values: A text for each of `variables`.

        Raises:
            TemplateError: A variable is missing, unknown or no text; it names each.
            ValidationError: The rendered message breaks a rule, with pointers into the rendered message.
        """
        self._require(values, complete=True)
        problems: list[Problem] = []
        message = self._filled(values, problems)
        if problems:
            raise ValidationError(problems, "rendered template")
        return message

    def partial(self, /, **values: str) -> Self:
        """Return a template with some variables filled and the others left.

        Raises:
            TemplateError: A variable is unknown or no text; it names each.
        """
        self._require(values, complete=False)
        clone = object.__new__(type(self))
        for name in Template.__slots__:
            setattr(clone, name, getattr(self, name))
        clone.variables = self.variables - values.keys()
        clone._bound = {**self._bound, **values}
        return clone

    def sample(self) -> Message:
        """Return the message filled with its examples, to be looked at; it may break rules, so it is not for sending.

        A variable without an example stays the placeholder that it is, as ``${name}``.
        """
        return self._filled({name: f"${{{name}}}" for name in self.variables} | self.examples, [])

    def trial(self) -> tuple[Problem, ...]:
        """Return which rules the message breaks when it is filled with its examples.

        For a variable without an example, stand-ins of several kinds are tried. A problem that one of them avoids is
        the stand-in's own and not told; one that stands with each of them has nothing to do with that variable.

        Returns:
            The problems, with pointers into the rendered message.
        """
        examples = self.examples
        lacking = self.variables - examples.keys()
        found: list[Problem] = []
        for number, stand_in in enumerate(_STAND_INS):
            problems: list[Problem] = []
            self._filled({**dict.fromkeys(lacking, stand_in), **examples}, problems)
            places = {problem.pointer for problem in problems}
            found = [problem for problem in found if problem.pointer in places] if number else problems
            if not (lacking and found):
                break
        return tuple(found)

    def _filled(self, values: _Values, problems: list[Problem]) -> Message:
        with rules.filled():
            message: Message = self._render({**self._bound, **values} if self._bound else values, problems)
        return message

    @property
    def examples(self) -> dict[str, str]:
        """The examples of its variables, by name, of those that have one."""
        found = {name: self.declared[name].example for name in self.variables & self.declared.keys()}
        return {name: example for name, example in found.items() if example is not None}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Template):
            return NotImplemented
        return (self.message, self._bound) == (other.message, other._bound)

    def __hash__(self) -> int:
        return hash((self.message, frozenset(self._bound.items())))

    def __repr__(self) -> str:
        return f"Template(variables={sorted(self.variables)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.message, self.description, dict(self.declared), self._bound)

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Make a template from the content of a template file.

        Args:
            data: A bare NormalMessage; or an object with ``message`` and, where wanted, ``description`` and
                ``variables``, which gives each variable a ``description`` and an ``example``.

        Raises:
            ValidationError: With all problems at once, each with its JSON Pointer.
        """
        if not (isinstance(data, Mapping) and "message" in data):
            return cls(wire.read(Message, data, strict=True))
        _require_short_names(data.get("variables"))
        file = wire.read(TemplateFile, data, strict=True)
        compiler = _Compiler()
        compiler.part(file.message, "")
        unused = sorted(file.variables.keys() - compiler.names)
        flaws = [problem.under("/message") for problem in compiler.flaws]
        flaws += [Problem(wire.pointer("variables", name), "is used nowhere in the message") for name in unused]
        if flaws:
            raise ValidationError(flaws, "Template")
        return cls(file.message, description=file.description, declared=file.variables)

    def _require(self, values: Mapping[str, object], *, complete: bool) -> None:
        if values.keys() == self.variables and all(value.__class__ is str for value in values.values()):
            return
        unknown = [name for name in values if name not in self.variables]
        flaws = [
            f"{_shown(name)} is unknown" + (_nearest(name, self.variables) if number < _MOST_SUGGESTIONS else "")
            for number, name in enumerate(unknown[:_MOST_FLAWS])
        ]
        wrong = [name for name, value in values.items() if name in self.variables and not isinstance(value, str)]
        flaws += [f"{_shown(name)} must be a text, not {type(values[name]).__name__}" for name in wrong[:_MOST_FLAWS]]
        missing = sorted(self.variables - values.keys()) if complete else []
        flaws += [f"{_shown(name)} is missing" for name in missing[:_MOST_FLAWS]]
        if flaws:
            more = len(unknown) + len(wrong) + len(missing) - len(flaws)
            raise TemplateError("; ".join(flaws) + (f"; and {more} more" if more else ""))


@attrs.frozen
class TemplateFile:
    """A template file that says more than its message."""

    message: Message
    description: str | None = attrs.field(default=None, validator=rules.string(optional=True))
    variables: Mapping[str, Variable] = attrs.field(factory=dict)


class _Compiler:
    """Finds out once what of a message changes when it is rendered.

    Attributes:
        names: The variables that were found.
        flaws: The places where a ``$`` begins no placeholder.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.flaws: list[Problem] = []

    def part(self, part: Any, pointer: str) -> _Fill | None:
        """Return what makes a part anew, or None where nothing in it changes."""
        cls = type(part)
        same: list[tuple[_Set, Any]] = []
        changing: list[tuple[_Set, _Fill, attrs.Attribute[Any] | None]] = []
        for field in attrs.fields(cls):
            value = getattr(part, field.name)
            change = self._field(value, wire.field_pointer(cls, pointer, field.name))
            place = getattr(cls, field.name).__set__
            if change is None:
                same.append((place, value))
            else:
                changing.append((place, change, field if isinstance(value, str) else None))
        return _filler(cls, pointer, same, changing) if changing else None

    def _field(self, value: Any, pointer: str) -> _Fill | None:
        if isinstance(value, str):
            return self._text(value, pointer) if "$" in value else None
        if isinstance(value, tuple):
            return self._items(value, pointer)
        return self.part(value, pointer) if attrs.has(type(value)) else None

    def _items(self, items: tuple[Any, ...], pointer: str) -> _Fill | None:
        changing = {
            index: change
            for index, item in enumerate(items)
            if (change := self.part(item, wire.item_pointer(item, pointer, index)))
        }
        if not changing:
            return None

        def fill(values: _Values, problems: list[Problem]) -> tuple[Any, ...]:
            filled = list(items)
            for index, make in changing.items():
                filled[index] = make(values, problems)
            return tuple(filled)

        return fill

    def _text(self, text: str, pointer: str) -> _Fill:
        """Cut a text at its placeholders, once: what stands between them, and their names."""
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
        if lone:
            self.flaws.append(_lone_dollars(pointer, lone))
        self.names.update(names)
        pattern = "%s".join(literal.replace("%", "%%") for literal in literals)
        return lambda values, _: pattern % tuple(map(values.__getitem__, names))


def _filler(
    cls: type,
    pointer: str,
    same: list[tuple[_Set, Any]],
    changing: list[tuple[_Set, _Fill, attrs.Attribute[Any] | None]],
) -> _Fill:
    """Return what makes a part anew.

    Args:
        cls: The part's class.
        pointer: JSON Pointer under which its fields stand.
        same: The fields that stay, which were checked when the template was composed.
        changing: The fields that change; with those that are texts comes the field, whose rule is then run.
    """

    def fill(values: _Values, problems: list[Problem]) -> Any:
        part: Any = object.__new__(cls)
        for place, value in same:
            place(part, value)
        for place, make, field in changing:
            value = make(values, problems)
            place(part, value)
            if field is not None and field.validator is not None:
                try:
                    field.validator(part, field, value)
                except ValidationError as error:
                    problems += wire.place(error.problems, cls, pointer)
        return part

    return fill


def _lone_dollars(pointer: str, positions: list[int]) -> Problem:
    more = f" and {len(positions) - 1} more like it" if len(positions) > 1 else ""
    return Problem(
        pointer,
        f"has a $ at position {positions[0]} (counted from 0){more} that begins no placeholder; "
        "write ${name} for a variable and $$ for a dollar",
    )


def _always(message: Message) -> _Fill:
    return lambda _values, _problems: message


def _require_short_names(variables: object) -> None:
    """Refuse names that would make the pointers of what is wrong below them cost more than the file itself."""
    names = variables if isinstance(variables, Mapping) else ()
    lengths = [len(name) for name in names if isinstance(name, str) and len(name) > _LONGEST_DECLARED_NAME]
    if lengths:
        flaw = f"has a name of {lengths[0]} characters; at most {_LONGEST_DECLARED_NAME} are allowed"
        raise ValidationError([Problem("/variables", flaw)], "Template")


def _shown(name: str) -> str:
    """Show what looks like a variable's name; anything else may be a customer's text."""
    return name if name.isidentifier() and len(name) <= _LONGEST_NAME else f"a name of {len(name)} characters"


def _nearest(name: str, known: Collection[str]) -> str:
    if not known:
        return "; there are no variables"
    if len(name) > _LONGEST_NAME or len(known) > _MOST_NEIGHBOURS:
        return ""
    (found,) = difflib.get_close_matches(name, known, n=1, cutoff=0)
    return f"; did you mean {_shown(found)}?"


def _restore(
    message: Message, description: str | None, declared: Mapping[str, Variable], bound: Mapping[str, str]
) -> Template:
    template = Template(message, description=description, declared=declared)
    return template.partial(**bound) if bound else template
