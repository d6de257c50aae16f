"""The variables of a template as the fields of a form, and what is given in it as their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from msgkit.errors import TemplateError
from msgkit.message import Message
from msgkit.studio.variables import parsed, unit_of, written
from msgkit.templates import Template, Variable
from msgkit.templates._variables import VariableType

#: What the names of a form's fields begin with that are variables.
PREFIX = "v."


@frozen
class Field:
    """A variable as a field of a form.

    Attributes:
        name: The variable's name.
        variable: What the template says of it.
    """

    name: str
    variable: Variable

    @property
    def control(self) -> str:
        """What it is filled in with."""
        match self.variable.type:
            case VariableType.LIST:
                return "list"
            case VariableType.BOOL:
                return "bool"
            case VariableType.DATE:
                return "date"
            case VariableType.DATETIME:
                return "datetime-local"
            case _:
                return "text"

    @property
    def keyboard(self) -> str:
        """Which keys a phone shows for it."""
        match self.variable.type:
            case VariableType.INT:
                return "numeric"
            case VariableType.MONEY:
                return "decimal"
            case VariableType.URL:
                return "url"
            case _:
                return "text"

    @property
    def unit(self) -> str:
        """What money is counted in; empty for anything else."""
        return unit_of(self.variable)

    @property
    def example(self) -> str:
        """Its example, as one would fill it in; empty where it has none."""
        return written(self.variable, self.variable.example)


def fields(template: Template) -> list[Field]:
    """Return the fields of a template's form: those that must be filled first, in the order in which they stand."""
    places = list(template.places)
    order = {name: number for number, name in enumerate(places)}
    found = [Field(name, template.declared.get(name, Variable())) for name in template.variables]
    return sorted(found, key=lambda each: (not each.variable.is_required, order.get(each.name, len(order)), each.name))


def values(template: Template, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form gives for the variables of a template; a field that is left empty gives nothing."""
    found: dict[str, Any] = {}
    for name in template.variables:
        text = form.get(PREFIX + name, "")
        if text.strip():
            found[name] = parsed(template.declared.get(name, Variable()), text)
    return found


def as_far_as_it_goes(template: Template, given: Mapping[str, Any]) -> Message:
    """Return a template filled with those values that fit, and with its examples for all others: to be looked at."""
    known: dict[str, Any] = {}
    for name, value in given.items():
        try:
            template.partial(**{name: value})
        except TemplateError:
            continue
        known[name] = value
    return template.partial(**known).sample()
