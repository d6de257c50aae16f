"""Hypothesis strategies for what the platform may send, and what nobody should.

`platform_documents` is JSON that only a lenient reader takes. `mutated` damages valid JSON a little; `arbitrary` is
JSON at random, with the wire's own words in it.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from msgkit.testing.strategies import messages

from .helpers import ABSENT, changed, fresh, places, resolve

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
