"""The variables that a template is given: which are missing, unknown or no texts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set as AbstractSet
from typing import cast

from msgkit import rules
from msgkit._language import in_a_line, kind
from msgkit.errors import Problem, TemplateError

_MOST_FLAWS = 20
# Looking for the nearest name costs so much that only a person's slips get one.
_MOST_SUGGESTIONS = 5
_MOST_NEIGHBOURS = 1000
_LONGEST_NAME = 64
_TEXTS_ALONE = frozenset({str})


def require(values: Mapping[str, object], variables: AbstractSet[str], *, complete: bool) -> Mapping[str, str]:
    """Make sure that values fit a template, and return them as `plain` texts.

    Args:
        values: The values, by the names of their variables.
        variables: The names that the template knows.
        complete: Whether there must be a value for each.

    Raises:
        TemplateError: A variable is missing, unknown or no text; it names each, up to twenty of each kind.
    """
    if values.keys() == variables and _TEXTS_ALONE.issuperset(map(type, values.values())):
        return cast("Mapping[str, str]", values)
    unknown = [name for name in values if name not in variables]
    wrong = [name for name, value in values.items() if name in variables and not issubclass(type(value), str)]
    missing = sorted(variables - values.keys()) if complete else []
    flaws = [_unknown(name, variables, number) for number, name in enumerate(unknown[:_MOST_FLAWS])]
    flaws += [
        Problem("", rules.NO_TEXT_FOR_VARIABLE, **_shown(name), given=kind(values[name]))
        for name in wrong[:_MOST_FLAWS]
    ]
    flaws += [Problem("", rules.MISSING_VARIABLE, **_shown(name)) for name in missing[:_MOST_FLAWS]]
    if flaws:
        raise TemplateError(in_a_line(flaws, len(unknown) + len(wrong) + len(missing) - len(flaws)))
    return {name: plain(value) for name, value in cast("Mapping[str, str]", values).items()}


def plain(text: str) -> str:
    """Return the characters that a text has, whatever its class says of itself.

    A text may be of a class of its own, as a member of an enum is. What is checked are its characters; what is put into
    a message must be those too, and not what its ``__str__`` returns.
    """
    return str.__str__(text)


def _unknown(name: str, known: Collection[str], number: int) -> Problem:
    """Return what is said of an unknown name, and for the first few the nearest one there is."""
    if number >= _MOST_SUGGESTIONS:
        return Problem("", rules.UNKNOWN_VARIABLE, **_shown(name))
    if not known:
        return Problem("", rules.NO_VARIABLES, **_shown(name))
    near = ""
    if len(name) <= _LONGEST_NAME and len(known) <= _MOST_NEIGHBOURS:
        import difflib  # noqa: PLC0415 - nearly nobody asks for a name that is not there

        (near,) = difflib.get_close_matches(name, known, n=1, cutoff=0)
    return Problem("", rules.UNKNOWN_VARIABLE, **_shown(name), near=near if len(near) <= _LONGEST_NAME else "")


def _shown(name: str) -> dict[str, object]:
    """Show what looks like a variable's name; anything else may be a customer's text."""
    return {"name": name} if name.isidentifier() and len(name) <= _LONGEST_NAME else {"length": str(len(name))}
