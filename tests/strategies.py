"""Hypothesis strategies: everything that can be built, what the platform may send, and what nobody should.

`messages`, `blocks`, `actions` and `replies` cover every field and its edges; all that they make can be sent.
`platform_documents` is JSON that only a generous reader takes. `mutated` damages valid JSON a little; `arbitrary` is
JSON at random, with the wire's own words in it.
"""

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

from .helpers import ABSENT, changed, fresh, places, resolve

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


# What comes from outside

WORDS = (
    *("blocks", "type", "text", "image", "link", "faq_list", "faqs", "button", "button_group", "buttons"),
    *("action", "action_type", "action_id", "message_info", "jump_url", "mini_program_jump_info", "content"),
    *("custom_data", "sender_identity", "appid", "path", "invalid_info", "expired_time", "multi_clickable"),
    *("color", "is_bold", "media_id", "image_style_type", "faq_id", "faq_title", "button_layout"),
    *("response_content", "response_images", "jump_url_text"),
)
"""The keys of the wire."""

_ODD_KEYS = ("", "~", "/", "a/b~c", "~1", "action_id_x", "action_identity", "jump_url_x", "blocks/0", "0", "\x00", "键")

_ENUMS = (
    *("machine", "Machine", "WIDE", "HORIZONTAL", "secondary", "ſECONDARY", "UN\u212aNOWN", "DEFAULT ", "text"),
    *("TEXT", "IMAGE", "BUTTON", "VIDEO", "LAYOUT_UNKNOWN", "UNKNOWN", "IMAGE_STYLE_TYPE_WIDE", "SEND_MESSAGE"),
    *("ACTION_TYPE_SEND_MESSAGE", "ACTION_TYPE_JUMP_URL", "ACTION_TYPE_CALL", "MACHINE", "SECONDARY", ""),
)
_URLS = (
    *("http://a", "https://", "https:///a", "http\u017f://a", "HTTPS://A", "https://u@:1", "https://a\n", "//a", ""),
    *(
        "https://a b",
        "https://@a",
        "https://a@b@c",
        "https://a/\x7f",
        "https://a/\u180e",
        "https://a/\u3000",
        "https:a",
    ),
    *("$base", "${base}/x?${y}", "${ba se}", "${", "$1", "$ſ", "x$base", "https://$host/", "$base\n"),
)
_MOMENTS = (
    *("2015-05-20T13:29:35+08:00", "2015-05-20t13:29:35.123456789z", "2015-02-29T00:00:00Z", "2015-05-20T13:29:35"),
    *("2015-05-20T13:29:35+08:60", "2015-05-20T13:29:35-00:99", "2015-05-20T24:00:00Z", "0000-01-01T00:00:00Z"),
    *("2015-05-20T13:29:60Z", "2015-05-20 13:29:35Z", "２015-05-20T13:29:35Z", "2015-W20-3T13:29:35Z", "tomorrow"),
)
_TEXTS = ("", "a\U0001f600", "\ud83d", "\udc00a", "\uffff", "数" * 4097, "复" * 501, "一二三四五六七八九十一")
_LOOK_ALIKES = (*_ENUMS, *_URLS, *_MOMENTS, *_TEXTS)
"""Texts that are right in one place and wrong in another, or nearly right."""

_NEARLY = {"jump_url": _URLS, "expired_time": _MOMENTS} | dict.fromkeys(
    ("type", "action_type", "color", "image_style_type", "button_layout", "sender_identity"), _ENUMS
)
"""What is nearly right under which key."""

leaves: SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, False, True, 0, 1, -1, 10**30, 0.0, 1.0, 1e300]),
    st.builds(list),
    st.builds(dict),
    st.sampled_from(_LOOK_ALIKES),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
)
keys: SearchStrategy[str] = st.one_of(st.sampled_from(WORDS), st.sampled_from(_ODD_KEYS), st.text(max_size=3))


def arbitrary(extra: SearchStrategy[Any] | None = None) -> SearchStrategy[Any]:
    """JSON at random, in which the wire's own words turn up.

    Args:
        extra: What else may stand where a leaf stands.
    """
    return st.recursive(
        leaves if extra is None else st.one_of(leaves, extra),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)),
        max_leaves=12,
    )


_LETTERS = " \n\t\x00\x85\u180e\u200b\u2028\u3000\U0001f600\ud800ſ\u212a@:/?#%.+-0９Zz"


@st.composite
def mutated(draw: DrawFn, documents: SearchStrategy[Any]) -> Any:
    """Valid JSON with one to three flaws, or with changes that happen to be none."""
    document = fresh(draw(documents))
    for _ in range(draw(st.integers(1, 3))):
        document = _mutate(draw, document)
    return document


def _mutate(draw: DrawFn, document: Any) -> Any:
    every = list(places(document))
    pointer = draw(st.sampled_from(every))
    value = resolve(document, pointer)
    last = pointer.rpartition("/")[2]
    ways = ["replace", "graft", "delete"]
    ways += ["add"] * isinstance(value, (dict, list)) * 2 + ["edit"] * isinstance(value, str) * 2
    new: Any
    match draw(st.sampled_from(ways + ["nearly"] * (last in _NEARLY) * 4)):
        case "delete" if pointer:
            new = ABSENT
        case "graft":
            new = fresh(resolve(document, draw(st.sampled_from(every))))
        case "add" if isinstance(value, dict):
            new = value | {draw(keys): draw(leaves)}
        case "add":
            new = [*value, draw(leaves)]
        case "edit":
            new = _edited(draw, value)
        case "nearly":
            new = draw(st.sampled_from(_NEARLY[last]))
        case _:
            new = draw(leaves)
    return changed(document, pointer, new)


def _edited(draw: DrawFn, text: str) -> str:
    start = draw(st.integers(0, min(len(text), 60)))
    letter: str = draw(st.sampled_from([*_LETTERS, ""]))
    return text[:start] + letter + text[start + draw(st.integers(0, 1)) :]


@st.composite
def platform_documents(draw: DrawFn) -> dict[str, Any]:
    """NormalMessages as a newer platform may send them: other types, values and keys, and null for what is not set."""
    document: dict[str, Any] = draw(_MESSAGES).to_dict()
    new_key, new_value = draw(st.sampled_from(["new", "", "a/b~c", "action_id_x"])), draw(leaves)
    newer = draw(st.dictionaries(st.sampled_from(list(_NEWER)), st.booleans()))
    for pointer in reversed(list(places(document))):
        inner = resolve(document, pointer)
        if isinstance(inner, dict):
            inner |= {key: _NEWER[key] for key in inner if newer.get(key)}
            if len(pointer) % 3 == 0:
                inner[new_key] = new_value
    video = {"type": "VIDEO", "video": draw(_ANYTHING)}
    document["blocks"].insert(draw(st.integers(0, len(document["blocks"]))), video)
    document["sender_identity"] = draw(st.sampled_from([None, "UNKNOWN", "ROBOT", "机器"]))
    document["custom_data"] = draw(st.sampled_from([None, "", "数" * 9000]))
    return document


_MESSAGES = messages()
_ANYTHING = arbitrary()
_NEWER = {
    "action_type": "ACTION_TYPE_CALL",
    "color": "RED",
    "is_bold": None,
    "image_style_type": None,
    "button_layout": "GRID",
    "jump_url": "weixin://dl/business",
    "invalid_info": None,
}
