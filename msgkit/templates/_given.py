"""What a template is given for its variables: which are missing, unknown or no values of their type."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import attrs

from msgkit import rules
from msgkit._language import in_a_line
from msgkit._near import nearest
from msgkit.errors import Problem, TemplateError
from msgkit.templates._values import Taken, UnfitError, is_plain, take, taker
from msgkit.templates._variables import Variable

_MOST_FLAWS = 20
# Looking for the nearest name costs so much that only a person's slips get one.
_MOST_SUGGESTIONS = 5
_LONGEST_NAME = 64
_UNDECLARED = Variable()


@attrs.frozen(eq=False)
class Given:
    """What a template takes for its variables.

    Attributes:
        variables: The names that it asks for.
        required: The names of those that must be given.
        takers: What takes a value, by the names of all variables that are known; those too of which something is said
            and which are not used.
        defaults: What stands for those that are not given.
        plain: The names of those of which any text is a value, and taken as it is.
    """

    variables: frozenset[str]
    required: frozenset[str]
    takers: Mapping[str, Callable[[object], tuple[Any, str | None]]]
    defaults: Mapping[str, Taken]
    plain: frozenset[str]

    @classmethod
    def of(cls, variables: Iterable[str], declared: Mapping[str, Variable], filled: Collection[str] = ()) -> Given:
        """Return what a template takes that asks for these variables, and of which some others are filled."""
        names = frozenset(variables)
        said = {name: declared.get(name, _UNDECLARED) for name in names}
        return cls(
            names,
            frozenset(name for name, variable in said.items() if variable.is_required),
            {name: taker(variable) for name, variable in {**said, **declared}.items() if name not in filled},
            {name: take(each, each.default) for name, each in said.items() if each.default is not None},
            frozenset(name for name, variable in said.items() if is_plain(variable)),
        )

    def take(self, values: Mapping[str, object], *, complete: bool) -> tuple[dict[str, str], dict[str, Any]]:
        """Return what stands in texts for each variable, and what conditions and lists see.

        Args:
            values: The values, by the names of their variables; None stands for "not given".
            complete: Whether there must be a value for each that is required.

        Raises:
            TemplateError: A variable is missing, unknown or of another type; it names each, up to twenty.
        """
        texts: dict[str, str] = {}
        given: dict[str, Any] = {}
        flaws: list[Problem] = []
        unknown: list[str] = []
        if complete and self.defaults:
            given |= {name: taken.given for name, taken in self.defaults.items()}
            texts |= {name: taken.said for name, taken in self.defaults.items() if taken.said is not None}
        takers, plain = self.takers, self.plain
        for name, value in values.items():
            if name in plain and type(value) is str:
                texts[name] = given[name] = value
            elif name not in takers:
                unknown.append(name)
            elif value is not None:
                try:
                    given[name], said = takers[name](value)
                except UnfitError as error:
                    flaws.append(error.about(name))
                else:
                    if said is not None:
                        texts[name] = said
        if unknown or flaws or (complete and not self.required <= given.keys()):
            missing = sorted(self.required - given.keys() - _wrong(flaws)) if complete else []
            raise self._refusal(unknown, flaws, missing)
        return texts, given

    def _refusal(self, unknown: list[str], wrong: list[Problem], missing: list[str]) -> TemplateError:
        told = [_unknown(name, self.variables, number) for number, name in enumerate(unknown[:_MOST_FLAWS])]
        told += wrong[:_MOST_FLAWS]
        told += [Problem("", rules.MISSING_VARIABLE, **_shown(name)) for name in missing[:_MOST_FLAWS]]
        more = len(unknown) + len(wrong) + len(missing) - len(told)
        return TemplateError(in_a_line(told, more), told)


def _wrong(flaws: Iterable[Problem]) -> set[object]:
    return {problem.params.get("variable", problem.params.get("name")) for problem in flaws}


def _unknown(name: str, known: Collection[str], number: int) -> Problem:
    """Return what is said of an unknown name, and for the first few the nearest one there is."""
    if number >= _MOST_SUGGESTIONS:
        return Problem("", rules.UNKNOWN_VARIABLE, **_shown(name))
    if not known:
        return Problem("", rules.NO_VARIABLES, **_shown(name))
    near = nearest(name, known, always=True)
    return Problem("", rules.UNKNOWN_VARIABLE, **_shown(name), near=near if len(near) <= _LONGEST_NAME else "")


def _shown(name: str) -> dict[str, object]:
    """Show what looks like a variable's name; anything else may be a customer's text."""
    return {"name": name} if name.isidentifier() and len(name) <= _LONGEST_NAME else {"length": str(len(name))}
