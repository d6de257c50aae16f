"""The variables of a draft as a form: what stands in each field, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from msgkit._language import Words
from msgkit.studio.doors import RefusedError
from msgkit.studio.variables import parsed, unit_of, written
from msgkit.studio.words import WORDS
from msgkit.templates import Template, Variable
from msgkit.templates._declared import KEYS
from msgkit.templates._values import Taken, UnfitError, take
from msgkit.templates._variables import Unit, VariableType

_MOST = 500
_LONGEST = 20_000
_UNDECLARED = Variable()
_SHOWN: Final = tuple(key for key in KEYS if key in {"description", "at_most"})


@attrs.frozen
class Slot:
    """A variable with what was given for it.

    Attributes:
        name: Its name.
        variable: What is said of it.
        text: What stands in its field.
        taken: The value; None where there is none.
        error: What is wrong with what was given.
        is_own: Whether somebody gave it, and it is not the example.
    """

    name: str
    variable: Variable
    text: str
    taken: Taken | None
    error: Words | str | None
    is_own: bool

    def as_dict(self, lang: str) -> dict[str, Any]:
        """Return it as JSON, in a language."""
        error = self.error.text(lang) if isinstance(self.error, Words) else self.error
        said = {key: getattr(self.variable, key) for key in _SHOWN}
        return {
            "name": self.name,
            "type": self.variable.type.value,
            **said,
            "unit": unit_of(self.variable) or None,
            "required": self.variable.is_required,
            "example": written(self.variable, self.variable.example),
            "default": written(self.variable, self.variable.default),
            "text": self.text,
            "error": error,
            "is_own": self.is_own,
        }


def values_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return the values that a form holds under ``values``: a JSON object of texts.

    Raises:
        RefusedError: It is none.
    """
    try:
        values = json.loads(form.get("values") or "{}")
    except (ValueError, RecursionError):
        raise RefusedError(WORDS["composer.bad_form"]) from None
    if not isinstance(values, dict) or len(values) > _MOST:
        raise RefusedError(WORDS["composer.bad_form"])
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in values.values()):
        raise RefusedError(WORDS["composer.bad_form"])
    return values


def slots(template: Template, values: Mapping[str, str], lang: str) -> tuple[Slot, ...]:
    """Return the variables of a template, in the order in which it declares them, with what was given.

    What was not given has its example, and else its default; a field that was emptied is not given.
    """
    return tuple(_slots(template, values, lang))


def _slots(template: Template, values: Mapping[str, str], lang: str) -> Iterator[Slot]:
    declared = template.declared
    used = template.variables
    names = [*(name for name in declared if name in used), *sorted(used - declared.keys())]
    for name in names:
        variable = declared.get(name, _UNDECLARED)
        if name in values:
            yield _given(name, variable, values[name], lang)
        else:
            example = variable.default if variable.example is None else variable.example
            taken = None if example is None else take(variable, example)
            missing = WORDS["composer.needed"] if taken is None and variable.is_required else None
            yield Slot(name, variable, written(variable, example), taken, missing, is_own=False)


def _given(name: str, variable: Variable, text: str, lang: str) -> Slot:
    if not text.strip():
        default = None if variable.default is None else take(variable, variable.default)
        missing = WORDS["composer.needed"] if variable.is_required else None
        return Slot(name, variable, text, default, missing, is_own=True)
    try:
        taken = take(_in_form(variable), parsed(variable, text))
    except UnfitError as error:
        return Slot(name, variable, text, None, error.about(name).said(lang), is_own=True)
    return Slot(name, variable, text, taken, None, is_own=True)


def _in_form(variable: Variable) -> Variable:
    """Return a variable as a form asks for it: money in yuan, where nothing is said."""
    is_bare = variable.type is VariableType.MONEY and variable.unit is None
    return attrs.evolve(variable, unit=Unit.YUAN) if is_bare else variable
