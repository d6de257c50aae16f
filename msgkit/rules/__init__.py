"""Every rule that msgkit checks, as data: what it says in English and Chinese, the cure, and who states it.

A rule is found by its code, as ``msgkit explain`` does: ``RULES["four-byte-character"]``. A `Problem` has the code and
what fills the text. Rules whose source is ``msgkit`` are stated nowhere by WeChat Pay: breaking one gives a reply that
the platform may take and that cannot be meant.

In a text, ``{name}`` is a parameter of the problem, and what stands in brackets is said where its parameters are given.
"""

from collections.abc import Iterable

from msgkit.rules._advice import *  # noqa: F403 - the catalogue is one, its files are by subject
from msgkit.rules._content import *  # noqa: F403
from msgkit.rules._json import *  # noqa: F403
from msgkit.rules._miswritten import *  # noqa: F403
from msgkit.rules._rule import MSGKIT, Rule
from msgkit.rules._sending import *  # noqa: F403
from msgkit.rules._short import *  # noqa: F403
from msgkit.rules._structure import *  # noqa: F403
from msgkit.rules._templates import *  # noqa: F403
from msgkit.rules._yaml import *  # noqa: F403

__all__ = ["MSGKIT", "RULES", "Rule"]


def by_code(rules: Iterable[Rule]) -> dict[str, Rule]:
    """Return rules by their codes.

    Raises:
        ValueError: Two have the same.
    """
    found: dict[str, Rule] = {}
    for rule in rules:
        if found.setdefault(rule.code, rule) is not rule:
            raise ValueError(f"two rules have the code {rule.code}")
    return found


RULES = by_code([value for value in globals().values() if isinstance(value, Rule)])
"""The catalogue, by code."""
