"""Hypothesis strategies: everything that can be built, with every field and its edges.

`messages`, `blocks`, `actions` and `replies` make what can be sent, for tests of code that takes any. They need
Hypothesis, which comes with the extra ``msgkit-wechatpay[testing]``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, TypeVar

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from msgkit import (
    Action,
    Block,
    Button,
    ButtonGroup,
    ButtonLayout,
    Faq,
    FaqList,
    Image,
    ImageStyle,
    InvalidInfo,
    JumpMiniProgram,
    JumpUrl,
    Link,
    Message,
    MiniProgramJumpInfo,
    Reply,
    SenderIdentity,
    SendMessage,
    Text,
    TextColor,
)
from msgkit.enums import WireEnum

_T = TypeVar("_T")


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


# What can be built

_CHARACTERS = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
_EDGES = ("", "\x00", "\uffff", "\ud7ff\ue000", "\u2028", "\x7f", '"\\/', " ", "\n", "a" * 600, "数" * 5000)


def texts(at_least: int = 0, at_most: int | None = None) -> SearchStrategy[str]:
    """Texts that APIv3 takes: empty, long, and with the first and the last character that is allowed."""
    edges = [edge for edge in _EDGES if at_least <= len(edge) <= (len(edge) if at_most is None else at_most)]
    full = [] if at_most is None else ["复" * at_most]
    return st.one_of(
        st.text(_CHARACTERS, min_size=at_least, max_size=min(20, at_most or 20)), st.sampled_from([*edges, *full])
    )


def _optional(strategy: SearchStrategy[_T]) -> SearchStrategy[_T | None]:
    return st.one_of(st.none(), strategy)


flags: SearchStrategy[bool | None] = st.sampled_from([None, False, True])


def spellings(enum: type[WireEnum]) -> SearchStrategy[Any]:
    """All that may be given for a member of an enum, and None."""
    forms = [each for m in enum for each in (m, m.value, m.name, m.value.lower(), m.name.title())]
    return st.sampled_from([None, *forms])


_BLANKS = "\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_URL_CHARACTERS = st.characters(
    min_codepoint=0x21, max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc"], exclude_characters=_BLANKS
)


@st.composite
def urls(draw: DrawFn, at_most: int = 2000) -> str:
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


def invalid_infos() -> SearchStrategy[InvalidInfo]:
    """`InvalidInfo` with everything, something and nothing set."""
    return st.builds(InvalidInfo, _optional(moments()), flags)


def actions() -> SearchStrategy[Action]:
    """Actions of all types, the mini program's `text` included."""
    action_id = _optional(texts())
    return st.one_of(
        st.builds(SendMessage, texts(), _optional(texts()), action_id=action_id),
        st.builds(JumpUrl, urls(), action_id=action_id),
        st.builds(JumpMiniProgram, texts(), texts(), _optional(texts()), action_id=action_id),
    )


def buttons() -> SearchStrategy[Button]:
    """Buttons, some of which send themselves; each may have its own `invalid_info`."""
    return st.one_of(
        st.builds(Button, texts(), invalid_info=_optional(invalid_infos())),
        st.builds(Button, texts(), actions(), _optional(invalid_infos())),
    )


def faqs() -> SearchStrategy[Faq]:
    """Questions, some of which send themselves."""
    return st.one_of(
        st.builds(Faq, texts(), faq_id=_optional(texts())), st.builds(Faq, texts(), actions(), _optional(texts()))
    )


def blocks() -> SearchStrategy[Block]:
    """Blocks of all six types, empty lists included."""
    return st.one_of(
        st.builds(Text, texts(), spellings(TextColor), flags),
        st.builds(Image, texts(), spellings(ImageStyle)),
        st.builds(Link, texts(), actions(), _optional(invalid_infos())),
        st.builds(FaqList, st.lists(st.one_of(faqs(), texts()), max_size=3)),
        buttons(),
        st.builds(
            ButtonGroup,
            st.lists(st.one_of(buttons(), texts()), max_size=3),
            spellings(ButtonLayout),
            _optional(invalid_infos()),
        ),
    )


def messages() -> SearchStrategy[Message]:
    """Messages that can be sent."""
    return st.builds(
        Message,
        st.lists(blocks(), min_size=1, max_size=5),
        spellings(SenderIdentity),
        _optional(texts(at_most=4096)),
    )


@st.composite
def replies(draw: DrawFn) -> Reply:
    """Plain replies that can be sent."""
    reply = draw(_PLAIN)
    if draw(st.booleans()):
        reply = reply.link(*draw(_PAGES))
    if draw(st.booleans()):
        reply = attrs.evolve(reply, mini_program_jump_info=draw(_PROGRAMS))
    return reply


# Made once: a strategy that is made anew for each draw is checked anew for each draw.
_PLAIN = st.builds(Reply, texts(1, 500), st.lists(texts(), max_size=4))
_PAGES = st.tuples(texts(at_most=10), urls(512))
_PROGRAMS = st.builds(MiniProgramJumpInfo, texts(), texts(), texts())
