"""The variables that a template is given: which are missing, unknown or no texts."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Set as AbstractSet

from msgkit.errors import TemplateError

_MOST_FLAWS = 20
# Looking for the nearest name costs so much that only a person's slips get one.
_MOST_SUGGESTIONS = 5
_MOST_NEIGHBOURS = 1000
_LONGEST_NAME = 64


def require(values: Mapping[str, object], variables: AbstractSet[str], *, complete: bool) -> None:
    """Make sure that values fit a template.

    Args:
        values: The values, by the names of their variables.
        variables: The names that the template knows.
        complete: Whether there must be a value for each.

    Raises:
        TemplateError: A variable is missing, unknown or no text; it names each, up to twenty of each kind.
    """
    if values.keys() == variables and all(value.__class__ is str for value in values.values()):
        return
    unknown = [name for name in values if name not in variables]
    flaws = [
        f"{_shown(name)} is unknown" + (_nearest(name, variables) if number < _MOST_SUGGESTIONS else "")
        for number, name in enumerate(unknown[:_MOST_FLAWS])
    ]
    wrong = [name for name, value in values.items() if name in variables and not isinstance(value, str)]
    flaws += [f"{_shown(name)} must be a text, not {type(values[name]).__name__}" for name in wrong[:_MOST_FLAWS]]
    missing = sorted(variables - values.keys()) if complete else []
    flaws += [f"{_shown(name)} is missing" for name in missing[:_MOST_FLAWS]]
    if flaws:
        more = len(unknown) + len(wrong) + len(missing) - len(flaws)
        raise TemplateError("; ".join(flaws) + (f"; and {more} more" if more else ""))


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
