"""Reading what a template file says of its variables."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import attrs

from msgkit import _short, _wire, rules
from msgkit._fields import is_sendable, unsendable
from msgkit._language import kind
from msgkit._placeholders import LONGEST_NAME, RESERVED, as_name
from msgkit._wire.places import Path
from msgkit._wire.read import Reading
from msgkit.errors import ValidationError
from msgkit.templates._values import UnfitError, take
from msgkit.templates._variables import FITS, Emoji, Format, Unit, Variable, VariableType

KEYS: Final = tuple(field.name for field in attrs.fields(Variable))
_ENUMS: Final[Mapping[str, type[StrEnum]]] = {"type": VariableType, "unit": Unit, "format": Format, "emoji": Emoji}


def read(value: Any, path: Path, reading: Reading) -> dict[str, Variable]:
    """Return what is said of variables, by their names."""
    if not isinstance(value, Mapping):
        reading.note(path, rules.NOT_VARIABLES, value, given=_short.kind_in_file(value))
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
            _note_name(written, at, reading)
        elif name in found:
            reading.note(at, rules.BOTH_SPELLINGS, key=written, other=name)
        else:
            found[name] = _variable(name, said, at, reading)
    return found


def _note_name(written: Any, path: Path, reading: Reading) -> None:
    """Note what is wrong with a name, and which was meant where that can be told."""
    text = written if isinstance(written, str) else ""
    name, colon, _ = text.partition("：")
    if colon and as_name(name):
        reading.note(path, rules.YAML_WIDE_COLON, key=name)
    else:
        near = as_name(re.sub(r"[\s.-]+", "_", text)) or ""
        reading.note(path, rules.BAD_NAME, words=tuple(sorted(RESERVED)), near=near)


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
            elif proper in found:
                reading.note(at, rules.BOTH_SPELLINGS, key=name, other=proper)
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
    if said.at_most is not None:
        _limit(said.at_most, (path, "at_most"), reading)
    _note_required(said, path, reading)
    values = {key: given[key] for key in _VALUES if given[key] is not None}
    return _with_values(attrs.evolve(said, example=None, default=None), values, name, path, reading)


def _variable(name: str, said: Any, path: Path, reading: Reading) -> Variable:
    if said is None:  # a name with nothing behind it
        return Variable()
    if not isinstance(said, Mapping):
        reading.note(path, rules.NOT_A_DECLARATION, said, given=_short.kind_in_file(said))
        return Variable()
    _short.note_unknown(said, KEYS, path, reading, owner="Variable")
    for key in KEYS:
        if key in said and said[key] is None:
            reading.note((path, key), rules.NULL)
    said = {key: value for key, value in said.items() if value is not None}
    found = {key: read_one(said[key], (path, key), reading) for key, read_one in _READERS.items() if key in said}
    if any(found.get(key, key) is None for key in _ENUMS):
        return Variable(**found)  # what its values should be is not known
    _note_misfits(said, found.get("type", VariableType.TEXT), path, reading)
    variable = _with_values(Variable(**found), said, name, path, reading)
    _note_required(variable, path, reading)
    return variable


def _note_required(variable: Variable, path: Path, reading: Reading) -> None:
    if variable.required and variable.default is not None:
        reading.note((path, "required"), rules.REQUIRED_WITH_DEFAULT)


def _word(enum: type[StrEnum], value: Any, path: Path, reading: Reading) -> Any:
    found = _short.word_of(enum, value, path, reading, [member.value for member in enum])
    return enum(found) if isinstance(found, str) else None


def _note_misfits(said: Mapping[str, Any], type_: VariableType, path: Path, reading: Reading) -> None:
    for key, types in FITS.items():
        if key in said and type_ not in types:
            allowed = tuple(each.value for each in types)
            reading.note((path, key), rules.MISFIT_KEY, given=type_.value, allowed=allowed)


def _with_values(variable: Variable, said: Mapping[str, Any], name: str, path: Path, reading: Reading) -> Variable:
    """Return what is said of a variable with the values that are given of it, as code would have them."""
    found = {}
    for key in _VALUES:
        if key in said:
            try:
                given = take(variable, said[key]).given
            except UnfitError as error:
                _note_unfit(error, said[key], variable, (path, key), reading, name=name)
                continue
            if not _note_unsendable(given, (path, key), reading):
                found[key] = given
    return attrs.evolve(variable, **found)


def _note_unfit(  # noqa: PLR0913
    error: UnfitError, value: Any, variable: Variable, path: Path, reading: Reading, *, name: str
) -> None:
    is_bare = variable.type is VariableType.TEXT and not isinstance(value, (list, tuple, dict))
    if is_bare and error.rule is rules.NO_TEXT_FOR_VARIABLE:
        reading.note(path, rules.NOT_QUOTED, value, given=kind(value))
    else:
        reading.found.append(error.about(name, _wire.pointer(path), value))


def _note_unsendable(given: Any, path: Path, reading: Reading) -> bool:
    for text in given if isinstance(given, tuple) else (given,):
        if isinstance(text, str) and not is_sendable(text):
            reading.note(path, rules.FOUR_BYTE_CHARACTER, text, **unsendable(text))
            return True
    return False


def _text(value: Any, path: Path, reading: Reading) -> str | None:
    text = _short.text_of(value, path, reading)
    return text if isinstance(text, str) else None


def _flag(value: Any, path: Path, reading: Reading) -> bool | None:
    found = _short.truth_of(value, path, reading)
    return found if isinstance(found, bool) else None


def _limit(value: Any, path: Path, reading: Reading) -> int | None:
    if not (type(value) is int and value > 0):
        reading.note(path, rules.BAD_LIMIT)
        return None
    return value


_VALUES = ("default", "example")
_READERS: Final[Mapping[str, Callable[[Any, Path, Reading], Any]]] = {
    "description": _text,
    "required": _flag,
    "at_most": _limit,
    **{key: functools.partial(_word, enum) for key, enum in _ENUMS.items()},
}
