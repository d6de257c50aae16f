"""How texts are looked for in lists: by words, all of which must be found, in one form and whatever their case."""

from __future__ import annotations

import unicodedata

from msgkit.studio.doors import Asked

#: Longest text that is looked for, in characters.
_LONGEST_SEARCH = 200


def folded(text: str) -> str:
    """Return a text as it is looked for."""
    return unicodedata.normalize("NFKC", text).casefold()


def search_of(asked: Asked) -> list[str]:
    """Return the words that a page looks for."""
    return folded(asked.query.get("search", "")[:_LONGEST_SEARCH]).split()
