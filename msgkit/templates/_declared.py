"""Reading what a template file says of its variables."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from msgkit import _short, _wire, rules
from msgkit._fields import coerced, is_sendable, shown, unsendable
from msgkit._language import kind
from msgkit._near import nearest
from msgkit._placeholders import LONGEST_NAME, RESERVED, as_name
from msgkit._wire.places import Path
from msgkit._wire.read import Reading
from msgkit.errors import Problem, ValidationError
from msgkit.templates._values import UnfitError, take
from msgkit.templates._variables import FITS, Emoji, Format, Unit, Variable, VariableType

KEYS: Final = tuple(field.name for field in attrs.fields(Variable))
_ENUMS: Final[Mapping[str, type[StrEnum]]] = {"type": VariableType, "unit": Unit, "format": Format, "emoji": Emoji}


def read(value: Any, path: Path, reading: Reading) -> dict[str, Variable]:
    """Return what is said of variables, by their names."""
    if not isinstance(value, Mapping):
        reading.note(path, rules.WRONG_TYPE, value, expected="object", given=kind(value))
        return {}
    # The pointers of what is wrong below a longer name would cost more than the file itself.
    lengths = [len(name) for name in value if isinstance(name, str) and len(name) > LONGEST_NAME]
    if lengths:
        reading.note(path, rules.LONG_NAME, length=lengths[0], most=LONGEST_NAME)
        return {}
    found: dict[str, Variable] = {}
    for written, said in value.items():
        at = (path, written)
        name = as_name(written) if isinstance(written, str) else None
        if name is None:
            reading.note(at, rules.BAD_NAME, words=tuple(sorted(RESERVED)))
        elif name in found:
            reading.note(at, rules.BOTH_SPELLINGS, key=written, other=name)
        else:
            found[name] = _variable(name, said, at, reading)
    return found


def checked(description: object, declared: object) -> dict[str, Variable]:
    """Return what code says of variables, its values as they are kept.

    Raises:
        ValidationError: It is no description, no mapping, or what is said is no `Variable` or does not fit its type.
    """
    reading = Reading(strict=True)
    if not (description is None or isinstance(description, str)):
        reading.note((None, "description"), rules.WRONG_TYPE, description, expected="string", given=kind(description))
    found: dict[str, Variable] = {}
    around: Path = (None, "variables")
    if isinstance(declared, Mapping):
        lengths = [len(name) for name in declared if isinstance(name, str) and len(name) > LONGEST_NAME]
        if lengths:
            reading.note(around, rules.LONG_NAME, length=lengths[0], most=LONGEST_NAME)
        for name, said in () if lengths else declared.items():
            at = (around, name)
            if not isinstance(name, str):
                reading.note(at, rules.KEY_NOT_A_STRING)
            elif not isinstance(said, Variable):
                reading.note(at, rules.WRONG_PART, said, expected=("Variable",), given=kind(said))
            elif (proper := as_name(name)) is None:
                reading.note(at, rules.BAD_NAME, words=tuple(sorted(RESERVED)))
            else:
                found[proper] = _kept(proper, said, at, reading)
    else:
        reading.note(around, rules.WRONG_TYPE, declared, expected="object", given=kind(declared))
    if reading.found:
        raise ValidationError(reading.found, "Template")
    return found


def _kept(name: str, said: Variable, path: Path, reading: Reading) -> Variable:
    given = {field.name: getattr(said, field.name) for field in attrs.fields(Variable)}
    _note_misfits({key: each for key, each in given.items() if each is not None}, said.type, path, reading)
    variable = attrs.evolve(said, example=None, default=None)
    for key in ("default", "example"):
        if given[key] is not None:
            variable = _with(variable, key, given[key], name, path, reading)
    return variable


def _variable(name: str, said: Any, path: Path, reading: Reading) -> Variable:
    if said is None:  # a name with nothing behind it
        return Variable()
    if not isinstance(said, Mapping):
        reading.note(path, rules.NOT_A_DECLARATION, said, given=kind(said))
        return Variable()
    _short.note_unknown(said, KEYS, path, reading, owner="Variable")
    for key in KEYS:
        if key in said and said[key] is None:
            reading.note((path, key), rules.NULL)
    said = {key: value for key, value in said.items() if value is not None}
    found: dict[str, Any] = {}
    for key, enum in _ENUMS.items():
        if key in said:
            found[key] = _word(said[key], enum, (path, key), reading)
    if "description" in said:
        text = _short.text_of(said["description"], (path, "description"), reading)
        found["description"] = text if isinstance(text, str) else None
    if "required" in said and not isinstance(said["required"], bool):
        given = kind(said["required"])
        reading.note((path, "required"), rules.WRONG_TYPE, expected="true or false", given=given)
    elif "required" in said:
        found["required"] = said["required"]
    if "at_most" in said and not (type(said["at_most"]) is int and said["at_most"] > 0):
        reading.note((path, "at_most"), rules.BAD_LIMIT)
    elif "at_most" in said:
        found["at_most"] = said["at_most"]
    _note_misfits(said, found.get("type") or VariableType.TEXT, path, reading)
    variable = Variable(**found)
    for key in ("default", "example"):
        if key in said:
            variable = _with(variable, key, said[key], name, path, reading)
    if variable.required and variable.default is not None:
        reading.note((path, "required"), rules.REQUIRED_WITH_DEFAULT)
    return variable


def _word(value: Any, enum: type[StrEnum], path: Path, reading: Reading) -> Any:
    found = coerced(enum)(value) if isinstance(value, str) else None
    if isinstance(found, enum):
        return found
    words = tuple(member.value for member in enum)
    if isinstance(value, str):
        reading.note(path, rules.UNKNOWN_VALUE, value, **shown(value), allowed=words, near=nearest(value, words))
    else:
        reading.note(path, rules.WRONG_PART, value, expected=words, given=kind(value))
    return None


def _note_misfits(said: Mapping[str, Any], type_: VariableType, path: Path, reading: Reading) -> None:
    for key, types in FITS.items():
        if key in said and type_ not in types:
            allowed = tuple(each.value for each in types)
            reading.note((path, key), rules.MISFIT_KEY, given=type_.value, allowed=allowed)


def _with(variable: Variable, key: str, value: Any, name: str, path: Path, reading: Reading) -> Variable:
    """Return what is said of a variable with a value that stands in the file, as code would have it."""
    at = (path, key)
    try:
        given = take(variable, value).given
    except UnfitError as error:
        is_bare = variable.type is VariableType.TEXT and not isinstance(value, (list, dict))
        if is_bare and error.rule is rules.NO_TEXT_FOR_VARIABLE:
            reading.note(at, rules.NOT_QUOTED, value, given=kind(value))
        else:
            problem = Problem(_wire.pointer(at), error.rule, value, **error.params, **_named(error, name))
            reading.found.append(problem)
        return variable
    texts = given if isinstance(given, tuple) else (given,)
    for text in texts:
        if isinstance(text, str) and not is_sendable(text):
            reading.note(at, rules.FOUR_BYTE_CHARACTER, value, **unsendable(text))
            return variable
    return attrs.evolve(variable, **{key: given})


def _named(error: UnfitError, name: str) -> dict[str, object]:
    """Return a variable's name as its rule calls it."""
    return {"name": name} if error.rule is rules.NO_TEXT_FOR_VARIABLE else {"variable": name}
