"""How texts are looked for in lists: by words, all of which must be found, in one form and whatever their case."""

from __future__ import annotations

import unicodedata

from msgkit.studio.doors import Asked

#: Longest text that is looked for, in characters.
_LONGEST_SEARCH = 200


def folded(text: str) -> str:
    """Return a text as it is looked for."""
    # Folding case may leave a form that is none of the normal ones.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def search_of(asked: Asked, name: str = "search") -> list[str]:
    """Return the words that a page looks for.

    Args:
        asked: What the page asks for.
        name: The parameter of its address that has them.
    """
    return folded(asked.query.get(name, "")[:_LONGEST_SEARCH]).split()
