"""Where the host of a URL ends that a template fills: where the template's own text says, whatever the values are.

A value stands before the end of the host, at it, or after it. Before it, a value may hold nothing that any reader of
URLs takes for an end, which leaves letters, digits, ``-``, ``.`` and ``_``. At it, where the template's own text is a
host and a placeholder follows, the value must end the host itself, with ``/``, ``?`` or ``#``, or be empty. After it, a
value may be anything.

Whose a host is its last names say. So where the template's own text stops in the middle of a name, and no ``.`` of its
own follows in the host, as in ``https://shop.example-${id}``, a value may go on with that name and begin no other: it
has no ``.``. Where that text stops at a ``.``, as in ``https://www.${domain}``, it leaves the end of the host to the
value, which is trusted with it.

A URL that begins with a placeholder has in the value of that placeholder what it would otherwise have in the template's
own text: whoever gives the address of the shop is trusted with it, and what follows cannot lead away from it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

_SCHEME = "https://"
_find_end = re.compile(r"[/?#]").search
_is_plain = re.compile(r"[A-Za-z0-9_-]*").fullmatch
_begins_after = ("/", "?", "#")
# What a value in a host has beside letters and digits, and one that only goes on with a name in it.
_IN_HOST = (".", "-", "_")
_IN_NAME = ("-", "_")
# After one of these a host, a port, or the user's name before the host goes on; after some, with a name of its own.
_GOES_ON = frozenset(".-_:@/")
_BEGINS_ANEW = frozenset({".", "@", "/", ""})


class Moved(NamedTuple):
    """How a value moves a host.

    Attributes:
        variable: Whose value it is.
        marks: What it may hold beside letters and digits, where it stands in the host.
        begins: What it must begin with, where it stands right behind it.
    """

    variable: str
    marks: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()


def can_move(literals: Sequence[str]) -> bool:
    """Tell whether any value can move the host: none can where the template's own text ends it before all of them."""
    first = literals[0]
    return first[: len(_SCHEME)].lower() != _SCHEME or not _find_end(first, len(_SCHEME))


def moved_host(literals: Sequence[str], names: Sequence[str], values: Mapping[str, str]) -> Moved | None:
    """Return which value moves the end of the host, and what it might be instead; None where none does.

    Args:
        literals: The template's own text: what stands before, between and behind its placeholders.
        names: Its placeholders.
        values: What fills them.
    """
    own, index = literals[0], 0
    while index < len(names) and len(own) < len(_SCHEME):
        own += values[names[index]] + literals[index + 1]
        index += 1
    if own[: len(_SCHEME)].lower() != _SCHEME:
        return None  # the rule for URLs says what is wrong with it
    host = own[len(_SCHEME) :]
    while not _find_end(host) and index < len(names):
        run = _run(literals, index)
        before = host[-1:]
        if _is_last(literals, run) and before and before not in _GOES_ON:
            return _first_beyond(names[index:run], values)
        marks = _IN_HOST if before in _BEGINS_ANEW or _has_names(literals[run:]) else _IN_NAME
        for name in names[index:run]:
            if not _is_host_safe(values[name], marks):
                return Moved(name, marks=marks)
        host, index = literals[run] or host, run
    return None


def _run(literals: Sequence[str], index: int) -> int:
    """Return the number of the literal that follows a placeholder and those that stand right behind it."""
    return index + 1 + len(list(takewhile(lambda literal: not literal, literals[index + 1 : -1])))


def _is_last(literals: Sequence[str], run: int) -> bool:
    """Tell whether the template's own text adds nothing to the host from here on."""
    return not literals[run] or literals[run].startswith(_begins_after)


def _has_names(literals: Sequence[str]) -> bool:
    """Tell whether the rest of the template's own text says whose the host is: a ``.``, or a whole host after ``@``."""
    rest = "".join(literals)
    end = _find_end(rest)
    return any(char in ".@" for char in rest[: end.start() if end else None])


def _first_beyond(names: Sequence[str], values: Mapping[str, str]) -> Moved | None:
    """Return the first variable that is not empty, unless it begins what comes after a host."""
    for name in names:
        if value := values[name]:
            return None if value.startswith(_begins_after) else Moved(name, begins=_begins_after)
    return None


def _is_host_safe(value: str, marks: Sequence[str]) -> bool:
    """Tell whether a value is letters, digits and these marks, also in the form that readers may bring it into."""
    if _is_plain(value):
        return True
    return all(char.isalnum() or char in marks for char in value + unicodedata.normalize("NFKC", value))
