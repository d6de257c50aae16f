"""Template files at random, with values for them: conditions, lists, variants, expiries and variables of all types."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

DECLARED: dict[str, dict[str, Any]] = {
    "text": {"at_most": 9},
    "留言": {"required": False, "emoji": "drop", "description": "$"},
    "amount": {"type": "money", "unit": "yuan", "example": "128.00", "at_most": 10**9},
    "count": {"type": "int", "default": 0},
    "day": {"type": "date", "format": "long", "default": "2026-11-28"},
    "until": {"type": "datetime", "required": False, "example": "2026-11-28T18:00:00+08:00"},
    "base": {"type": "url", "default": "https://shop.example/"},
    "picture": {"type": "media", "required": False},
    "items": {"type": "list", "example": ["一", "$二"]},
    "more": {"type": "list", "required": False, "at_most": 3},
    "paid": {"type": "bool", "default": True},
}
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.sampled_from(["", "$x", "${text}", "好"]),
    "留言": st.sampled_from([None, "", "您好"]),
    "amount": st.integers(0, 10**9),
    "count": st.sampled_from([None, 0, 5]),
    "day": st.sampled_from([None, date(1, 1, 1)]),
    "until": st.sampled_from([None, datetime(2026, 11, 28, 10, tzinfo=UTC)]),
    "base": st.sampled_from([None, "https://a.example/b"]),
    "picture": st.sampled_from([None, "m1"]),
    "items": st.lists(st.sampled_from(["一", "$$", "${x}"]), max_size=3),
    "more": st.one_of(st.none(), st.lists(st.sampled_from(["甲", "乙"]), max_size=3)),
    "paid": st.sampled_from([None, True, False]),
}
GIVEN = st.fixed_dictionaries(VALUES)

CONDITIONS = st.sampled_from(
    [
        *("留言", "not 留言", "paid", "not paid", "more", "items", "count == 0", "count in [ 1,5 ]", 'text == "$x"'),
        *("paid==true", 'text in ["好", "\\u0024x"]', "until", "other", 'other == "\\""'),
    ]
)
TEXTS = st.sampled_from(
    ["您好", "a${text}", "$text 元", "${amount}元", "$$", "${count}个 $${day}", "${day}", "100%s", "a\nb"]
)
ACTIONS = st.sampled_from(
    [
        *({"send": "好$${x}"}, {"send": "${amount}", "custom_data": "$count", "action_id": "a$$"}, {"url": "${base}"}),
        *(
            {"url": "https://shop.example/${count}"},
            {"mini_program": "wx1"},
            {"url": "https://a.example", "action_id": "b"},
        ),
        {"mini_program": {"appid": "wx1", "path": "p?n=${count}", "text": "看"}},
    ]
)
LIMITS = st.sampled_from(
    [{}, {"expires": "24h"}, {"expires": " 7d "}, {"expires": "2026-11-28T18:00:00Z", "multi_clickable": False}]
)
WIRE = {"type": "TEXT", "text": {"text": "a${count}", "is_bold": True}}


def merged(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects that have the keys of several."""
    return st.tuples(*parts).map(lambda each: {key: value for part in each for key, value in part.items()})


ITEMS = st.one_of(
    TEXTS,
    st.just("${items}"),
    merged(st.fixed_dictionaries({"text": TEXTS}), ACTIONS),
    merged(st.fixed_dictionaries({"text": TEXTS}), st.sampled_from([{"action_id": "c"}, {"faq_id": "${count}"}])),
)
BUTTONS = st.one_of(TEXTS, st.just("$items"), merged(st.fixed_dictionaries({"text": TEXTS}), ACTIONS, LIMITS))
PLAIN = st.one_of(
    merged(st.fixed_dictionaries({"text": TEXTS}), st.sampled_from([{}, {"color": "Secondary"}, {"is_bold": True}])),
    st.just({"image": "m1", "style": "wide"}),
    merged(st.fixed_dictionaries({"link": TEXTS}), ACTIONS, LIMITS),
    merged(st.fixed_dictionaries({"button": TEXTS}), st.one_of(st.just({}), ACTIONS), LIMITS),
    st.just(WIRE),
)
LISTS = st.one_of(
    st.fixed_dictionaries({"faq": st.one_of(st.just("${items}"), st.lists(ITEMS, min_size=1, max_size=3))}),
    merged(
        st.fixed_dictionaries({"buttons": st.one_of(st.just("${items}"), st.lists(BUTTONS, min_size=1, max_size=3))}),
        st.sampled_from([{}, {"layout": "vertical"}, {"expires": "30m"}]),
    ),
)
GUARDED: list[dict[str, Any]] = [
    {"text": "${留言}", "when": "留言"},
    {"image": "${picture}", "when": "picture"},
    {"button": "好", "expires": "${until}", "when": "until"},
    {"faq": "${more}", "when": "more"},
    {"text": "${x}", "for": "x in more", "when": "more", "at_most": 3},
    {"blocks": [{"blocks": [{"text": "${留言}${amount}"}]}, {"text": "b"}], "when": "留言"},
]
LOOPED: list[dict[str, Any]] = [
    {"text": "${x}", "for": "x in items"},
    {"button": "${x}", "expires": "1h", "for": "x in items", "when": 'x in ["一"]'},
    {"for": "x in items", "blocks": [{"text": "${x}${text}"}, {"faq": ["${x}", "${items}"]}, WIRE]},
    {"for": "ｙ in items", "blocks": [{"for": "x in items", "at_most": 3, "text": "${x}$y"}]},
    {**WIRE, "for": "x in items"},
]


@st.composite
def entries(draw: DrawFn, depth: int = 2) -> list[dict[str, Any]]:
    """Entries of a file, some within others."""
    found: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 3))):
        kinds = [PLAIN, LISTS, st.sampled_from(GUARDED), st.sampled_from(LOOPED)]
        if depth:
            kinds.append(st.fixed_dictionaries({"blocks": entries(depth - 1)}))
        entry = draw(st.one_of(kinds))
        if "when" not in entry and draw(st.booleans()):
            entry = {**entry, "when": draw(CONDITIONS)} if "for" not in entry else entry
        found.append(entry)
    return found


AROUND = st.fixed_dictionaries({}, optional={"sent_by": st.just("machine"), "custom_data": st.just("n=${count}$$")})


@st.composite
def files(draw: DrawFn) -> dict[str, Any]:
    """Template files in the short form."""
    variables = {**DECLARED, "other": {"required": False}}
    found: dict[str, Any] = {"description": draw(st.sampled_from(["", "说明"])), "variables": variables}
    if draw(st.booleans()):
        return {**found, **draw(AROUND), "blocks": draw(entries())}
    variants = [
        {"when": draw(CONDITIONS), **draw(AROUND), "blocks": draw(entries(1))} for _ in range(draw(st.integers(0, 2)))
    ]
    return {**found, **draw(AROUND), "variants": [*variants, {**draw(AROUND), "blocks": draw(entries(1))}]}
