"""How the placeholders of templates are written: ``${name}``, or ``$name`` in ASCII; ``$$`` is a dollar."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 256
"""Most characters of a variable's name."""

RESERVED = frozenset({"not", "in", "true", "false"})
"""What no variable may be called: conditions are made of these words."""

find_dollars = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<named>[A-Za-z_][A-Za-z0-9_]{0,255}(?![A-Za-z0-9_]))|\{(?P<braced>[^\s{}$]{1,256})\}|)"
).finditer
"""Find each dollar of a text with what it begins: a dollar that is meant, a name, or nothing."""

_is_plain = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,255}").fullmatch


def as_name(text: str) -> str | None:
    """Return the name of a variable as Python has it (NFKC); None where it is no name.

    >>> as_name("订单号"), as_name("1st"), as_name("not")
    ('订单号', None, None)
    """
    name = text if _is_plain(text) else unicodedata.normalize("NFKC", text)
    return name if name.isidentifier() and name not in RESERVED and len(name) <= LONGEST_NAME else None


def begins_with_one(text: str) -> bool:
    """Tell whether a text begins with a placeholder."""
    match = next(find_dollars(text), None)
    written = match and match.start() == 0 and (match["named"] or match["braced"])
    return bool(written and as_name(written))


def unescaped(text: str) -> str:
    """Return what a text says in which no variable stands."""
    return text.replace("$$", "$")


def escaped(text: str) -> str:
    """Return a text that says in a template what this one says."""
    return text.replace("$", "$$")
