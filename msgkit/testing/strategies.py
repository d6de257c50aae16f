"""Hypothesis strategies: everything that can be built, with every field and its edges.

`messages`, `blocks`, `actions` and `replies` make what can be sent, for tests of code that takes any. They are derived
from the classes: what a field holds from its type, and what it may hold from its rule.

They need Hypothesis, which comes with the extra ``msgkit-wechatpay[testing]``.
"""

from __future__ import annotations

import functools
from collections import ChainMap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import Any, TypeVar, assert_never

import attrs

from msgkit._extras import need
from msgkit._fields import Limits, limits
from msgkit._wire import shape_of
from msgkit._wire.shape import Array, Kind, Leaf, Member, Part, Table, Tagged, kind_of
from msgkit.actions import Action
from msgkit.blocks import Block, Button, Faq, InvalidInfo
from msgkit.message import Message
from msgkit.reply import Reply

with need("testing"):
    from hypothesis import strategies as st
    from hypothesis.strategies import DrawFn, SearchStrategy

_T = TypeVar("_T")
_LONGEST_LIST = 4
"""Most entries of a list whose rule has no bound."""
_LONGEST_URL = 2000


class Shifting(tzinfo):
    """A zone whose offset depends on `fold`, as in the hour that clocks repeat in autumn."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Two hours ahead the first time, one hour the second."""
        return timedelta(hours=1 if moment and moment.fold else 2)

    def dst(self, moment: datetime | None) -> timedelta:
        """One hour of it the first time."""
        return timedelta(hours=0 if moment and moment.fold else 1)

    def tzname(self, _moment: datetime | None) -> str:
        """Return a name, which nothing may depend on."""
        return "Shifting/Zone"


# Values

_CHARACTERS = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
_EDGES = ("", "\x00", "\uffff", "\ud7ff\ue000", "\u2028", "\x7f", '"\\/', " ", "\n", "a" * 600, "数" * 5000)


def texts(at_least: int = 0, at_most: int | None = None, *, blank: bool = True) -> SearchStrategy[str]:
    """Texts that APIv3 takes: empty, long, and with the first and the last character that is allowed.

    Args:
        at_least: Fewest characters.
        at_most: Most characters.
        blank: Whether some are empty, or white space alone.
    """
    edges = [edge for edge in _EDGES if at_least <= len(edge) <= (len(edge) if at_most is None else at_most)]
    full = [] if at_most is None else ["复" * at_most]
    found = st.one_of(
        st.text(_CHARACTERS, min_size=at_least, max_size=min(20, at_most or 20)), st.sampled_from([*edges, *full])
    )
    return found if blank else found.filter(str.strip)


flags: SearchStrategy[bool | None] = st.sampled_from([None, False, True])


def spellings(enum: type[StrEnum]) -> SearchStrategy[Any]:
    """All that may be given for a member of an enum, and None."""
    forms = [each for m in enum for each in (m, m.value, m.name, m.value.lower(), m.name.title())]
    return st.sampled_from([None, *forms])


_BLANKS = "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_URL_CHARACTERS = st.characters(
    min_codepoint=0x21, max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc"], exclude_characters=_BLANKS
)


@st.composite
def urls(draw: DrawFn, at_most: int = _LONGEST_URL) -> str:
    """Https URLs, with and without user, port, path, query and fragment, up to a length."""
    scheme = draw(st.sampled_from(["https://", "HTTPS://", "hTTpS://"]))
    user = draw(st.sampled_from(["", "u@", "u:p@", "@"]))
    host = draw(st.sampled_from(["h", "shop.example", "例子.cn", "127.0.0.1", "[::1]", "a:443"]))
    rest = draw(st.sampled_from(["", "/", "?", "#", "/a", "?q=@&c=:"]))
    if rest:
        rest += draw(st.text(_URL_CHARACTERS, max_size=20))
        if draw(st.booleans()):
            rest = rest.ljust(at_most, "a")
    return (scheme + user + host + rest)[:at_most]


offsets: SearchStrategy[tzinfo] = st.one_of(
    st.sampled_from([UTC, Shifting(), timezone(timedelta(hours=8)), timezone(timedelta(hours=5, minutes=45))]),
    st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


def moments() -> SearchStrategy[datetime]:
    """Aware datetimes of all years and in odd zones, microseconds and `fold` included."""
    return st.builds(lambda moment, fold: moment.replace(fold=fold), st.datetimes(timezones=offsets), st.integers(0, 1))


# What can be built


def messages() -> SearchStrategy[Message]:
    """Messages that can be sent."""
    return parts(Message)


def replies() -> SearchStrategy[Reply]:
    """Plain replies that can be sent."""
    return parts(Reply)


def blocks() -> SearchStrategy[Block]:
    """Blocks of all types."""
    return _values(kind_of(Block), Limits())


def actions() -> SearchStrategy[Action]:
    """Actions of all types, the mini program's `text` included."""
    return _values(kind_of(Action), Limits())


def buttons() -> SearchStrategy[Button]:
    """Buttons, some of which send themselves; each may have its own `invalid_info`."""
    return parts(Button)


def faqs() -> SearchStrategy[Faq]:
    """Questions, some of which send themselves."""
    return parts(Faq)


def invalid_infos() -> SearchStrategy[InvalidInfo]:
    """`InvalidInfo` with everything, something and nothing set."""
    return parts(InvalidInfo)


def parts(cls: type[_T]) -> SearchStrategy[_T]:
    """Instances of one of msgkit's own classes, with every field set and not set.

    Args:
        cls: A class of messages or replies, or one that is made as they are.
    """
    return _values(Part(cls), Limits())


@st.composite
def _instances(draw: DrawFn, part: Part) -> Any:
    return part.cls(**ChainMap(*draw(_arguments(part))))


@functools.cache  # a strategy that is made anew for each draw is checked anew for each draw
def _arguments(part: Part) -> SearchStrategy[tuple[dict[str, Any], ...]]:
    """Return what a class is made of: the fields that it needs, and then each other one, or two that go together."""
    needed: dict[str, SearchStrategy[Any]] = {}
    optional: dict[frozenset[str], dict[str, SearchStrategy[Any]]] = {}
    for field in shape_of(part.cls).fields:
        limit = limits(field.filled)
        # An empty list is where composing starts; it cannot be sent.
        if field.attribute.default is attrs.NOTHING or limit.at_least_one:
            group = needed
        else:
            group = optional.setdefault(frozenset({field.name, limit.together or field.name}), {})
        group[field.name] = _values(field.kind, limit)
    given = [st.fixed_dictionaries(needed)]
    given += (st.one_of(st.just({}), st.fixed_dictionaries(group)) for group in optional.values())
    return st.tuples(*given)


def _values(kind: Kind, limit: Limits) -> SearchStrategy[Any]:
    """Return what a field of this kind may be given under this rule."""
    match kind:
        case Leaf(type=type_):
            return _LEAVES[type_](limit)
        case Member(enum=enum):
            return spellings(enum)
        case Part():
            return _instances(kind)
        case Tagged(words=words):
            return st.one_of([_instances(Part(cls)) for cls in words.values()])
        case Array(item=item):
            # A rule of texts bounds their number, and says of each whether it may be blank.
            entries = _values(item, Limits(blank=limit.blank))
            if limit.from_text:
                entries = st.one_of(entries, texts(blank=False))
            return st.lists(entries, min_size=int(limit.at_least_one), max_size=limit.at_most or _LONGEST_LIST)
        case Table(item=item):
            return st.dictionaries(texts(), _values(item, Limits()), max_size=_LONGEST_LIST)
    assert_never(kind)


def _texts_within(limit: Limits) -> SearchStrategy[str]:
    return urls(limit.at_most or _LONGEST_URL) if limit.https else texts(at_most=limit.at_most, blank=limit.blank)


_LEAVES: dict[type, Callable[[Limits], SearchStrategy[Any]]] = {
    str: _texts_within,
    bool: lambda _: st.booleans(),
    int: lambda _: st.integers(),
    datetime: lambda _: moments(),
}
