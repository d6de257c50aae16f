"""What a template file says: a bare message, or a message and something of its variables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from msgkit import _fields, _wire, rules
from msgkit._language import kind
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message

LONGEST_NAME = 256
_MESSAGE = "message"


@attrs.frozen
class Variable:
    """What a template says of one of its variables.

    Attributes:
        description: What belongs there, for the people who use the template.
        example: A value to check and to preview with.
    """

    description: str | None = attrs.field(default=None, validator=_fields.text(optional=True))
    example: str | None = attrs.field(default=None, validator=_fields.text(optional=True), repr=_fields.masked)


def _check_variables(_instance: object, field: attrs.Attribute[Any], value: Any) -> None:
    """Hold what is said of variables, by whoever says it, to the rules for it."""
    around = _wire.path_of(field.name)
    if not isinstance(value, Mapping):
        flaw = Problem(_wire.pointer(around), rules.WRONG_TYPE, value, expected="object", given=kind(value))
        raise ValidationError([flaw], "Template")
    _require_short_names(value)
    flaws: list[Problem] = []
    for name, said in value.items():
        place = _wire.pointer((around, name))
        if not isinstance(name, str):
            flaws.append(Problem(place, rules.KEY_NOT_A_STRING))
        elif not (said is _fields.UNREAD or isinstance(said, Variable)):
            flaws.append(Problem(place, rules.WRONG_PART, said, expected=("Variable",), given=kind(said)))
    if flaws:
        raise ValidationError(flaws, "Template")


@_wire.derive
@attrs.frozen
class TemplateFile:
    """What stands in a template file.

    Attributes:
        message: The message with its placeholders.
        description: What the template is for.
        variables: What is said of its variables, by name.
    """

    message: Message
    description: str | None = attrs.field(default=None, validator=_fields.text(optional=True))
    variables: Mapping[str, Variable] = attrs.field(default=MappingProxyType({}), validator=_check_variables)

    def unused(self, names: Collection[str]) -> list[Problem]:
        """Return a problem for each variable that the file speaks of and the message does not use."""
        unused = sorted(self.variables.keys() - names)
        return [Problem(variable_pointer(name), rules.UNUSED_VARIABLE) for name in unused]


_BESIDE_THE_MESSAGE = {field.name for field in attrs.fields(TemplateFile)} - {_MESSAGE}


def in_file(problem: Problem, place: str) -> Problem:
    """Return a problem of a template as one of the file that it stands in.

    Args:
        problem: The problem: of the message, from there, or of what stands beside it.
        place: JSON Pointer to the message in the file.
    """
    key = problem.pointer.removeprefix("/").partition("/")[0]
    return problem if key in _BESIDE_THE_MESSAGE else problem.under(place)


def variable_pointer(name: str) -> str:
    """Return the JSON Pointer to what a file says of a variable."""
    return _wire.pointer(_wire.path_of("variables", name))


def of(message: Message, description: str | None, variables: Mapping[str, Variable]) -> TemplateFile:
    """Return the file that would say this of a message.

    Raises:
        ValidationError: No file could.
    """
    try:
        return TemplateFile(message, description, variables)
    except ValidationError as error:
        raise ValidationError(error.problems, "Template") from None


def read(data: object) -> tuple[TemplateFile, str]:
    """Return what a template file says, and the JSON Pointer to the message in it.

    Raises:
        ValidationError: With all problems at once, each with its JSON Pointer.
    """
    if not (isinstance(data, Mapping) and _MESSAGE in data):
        return TemplateFile(_wire.read(Message, data, strict=True)), ""
    _require_short_names(data.get("variables"))
    return _wire.read(TemplateFile, data, strict=True), f"/{_MESSAGE}"


def _require_short_names(variables: object) -> None:
    """Refuse names that would make the pointers of what is wrong below them cost more than the file itself."""
    names = variables if isinstance(variables, Mapping) else ()
    lengths = [len(name) for name in names if isinstance(name, str) and len(name) > LONGEST_NAME]
    if lengths:
        flaw = Problem("/variables", rules.LONG_NAME, length=lengths[0], most=LONGEST_NAME)
        raise ValidationError([flaw], "Template")
