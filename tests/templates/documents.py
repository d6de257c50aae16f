"""Template files, right and wrong, for every row of the grammar's tables; and what is wrong that no schema can say."""

from typing import Any

from tests.helpers import EMOJI

TEXT = {"text": "您好"}
WIRE_TEXT = {"type": "TEXT", "text": {"text": "您好 ${name}"}}
SENDS = {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "好"}}
LISTS = {"variables": {"items": {"type": "list"}}}


def of(*entries: Any, **file: Any) -> dict[str, Any]:
    """Return a file with these entries, and these keys beside them."""
    return {"blocks": list(entries), **file}


def about(**said: Any) -> dict[str, Any]:
    """Return a file that says this of its only variable."""
    return of({"text": "${x}"}, variables={"x": said})


def unseen(**said: Any) -> dict[str, Any]:
    """Return a file that says this of a variable that stands in no text."""
    return of({"text": "a", "when": "x"}, variables={"x": said})


def asked(condition: Any, type_: str = "text") -> dict[str, Any]:
    """Return a file with a condition on a variable of this type."""
    return of({"text": "a", "when": condition}, variables={"x": {"type": type_}})


RIGHT: list[dict[str, Any]] = [
    # a file
    of(TEXT, description="d", sent_by="manual", custom_data="k=${v}"),
    of(TEXT, sent_by="MACHINE"),
    of(TEXT, sender_identity="Manual"),
    of(TEXT, description=EMOJI),
    of(TEXT, description="5 $"),
    {"variants": [{"when": "x", "blocks": [TEXT]}, {"blocks": [TEXT], "sent_by": "manual", "custom_data": "c"}]},
    {"variants": [{"blocks": [TEXT], "sender_identity": "MANUAL"}], "sent_by": "machine", "custom_data": "x"},
    {"message": {"blocks": [WIRE_TEXT], "sender_identity": "MACHINE"}, "variables": {"name": {"example": "张"}}},
    of(WIRE_TEXT, sender_identity="MACHINE", custom_data="c"),
    # an entry: text, image
    of(TEXT),
    of({"text": "a", "color": "secondary", "bold": True}),
    of({"text": "a", "color": "SECONDARY", "is_bold": False}),
    of({"text": "$$ ${订单号} $x ${nothing}"}),
    of({"image": "m"}, {"image": "${m}", "style": "wide"}, {"image": "m", "style": "IMAGE_STYLE_TYPE_NARROW"}),
    of({"image": "m", "image_style_type": "Wide"}),
    # link, button
    of({"link": "a", "url": "https://shop.example/1"}, {"link": "a", "url": "${base}/x"}),
    of({"link": "a", "mini_program": "wx1"}, {"link": "a", "mini_program": {"appid": "1", "path": "p", "text": "t"}}),
    of({"link": "a", "send": "b", "action_id": "i", "custom_data": "d", "expires": "24h", "multi_clickable": False}),
    of({"link": "a", "url": "https://a", "action_id": "d"}),
    of({"button": "a"}, {"button": "a", "custom_data": "d"}, {"button": "a", "url": "https://a"}),
    of({"button": "a", "expires": " 7d "}, {"button": "a", "expired_time": "2030-01-01T00:00:00+08:00"}),
    of({"button": "a", "expires": "${t}"}, variables={"t": {"type": "datetime"}}),
    # faq, buttons
    of({"faq": ["a", {"text": "b", "faq_id": "1", "url": "https://a"}, {"faq_title": "c", "send": "d"}]}),
    of({"faq": "${items}", "when": "items"}, {"faq": ["a", "${items}"]}, **LISTS),
    of({"buttons": ["a", "b"], "layout": "horizontal", "expires": "1h", "multi_clickable": True}),
    of({"buttons": [{"text": "a", "send": "b", "custom_data": "d", "expires": "1h"}], "button_layout": "vertical"}),
    of({"buttons": "${items}"}, **LISTS),
    # blocks, type; when and for
    of({"blocks": [TEXT, {"blocks": [TEXT]}], "when": "not x"}),
    of({"blocks": [{"text": "${item}"}], "for": "item in items", "at_most": 3}, **LISTS),
    of({"text": "${item}", "for": "item in items"}, {"button": "${i}", "for": "i in items", "when": "i"}, **LISTS),
    of({**WIRE_TEXT, "for": "name in items", "when": 'name == "a"', "at_most": 2}, **LISTS),
    of({"type": "BUTTON_GROUP", "button_group": {"buttons": [{"text": "好", "action": SENDS}]}, "when": "x"}),
    *[asked(text) for text in ("x", " x ", "not x", 'x == "a"', 'x=="\\n"', 'x in ["a", "b"]', 'x in["a"]')],
    *[asked("x == -1", "int"), asked("x in [0, 10]", "money"), asked("x == true", "bool")],
    # variables
    of({"text": "${x}"}, variables={"x": None}),
    of({"text": "${订单}"}, variables={"订单": {}}),
    *[about(), about(description="d", example="1"), about(type="text"), about(type="TEXT"), about(required=True)],
    *[about(default="x"), about(at_most=3, default="x"), about(required=False, default="x")],
    *[about(emoji="drop", example=EMOJI), about(description=EMOJI)],
    *[about(type="money", example=12800), about(type="money", unit="yuan", example="128.00")],
    *[about(type="money", unit="fen", example=" 12800 "), about(type="money", unit="FEN", at_most=100)],
    *[about(type="int", example=3), about(type="int", example="-3", at_most=9)],
    *[about(type="date", example="2026-11-28"), about(type="date", format="long")],
    *[about(type="datetime", example="2026-11-28T12:00:00+08:00"), about(type="datetime", example="2026-11-28 12:00Z")],
    *[about(type="url", example="https://a.b"), about(type="media", example="m")],
    *[unseen(type="bool", default=False), unseen(type="bool", example="是"), unseen(type="bool", example="TRUE")],
    *[unseen(type="list", example=["a", "b"], at_most=3), unseen(type="list", example=[EMOJI], emoji="drop")],
]

NO_ITEMS: list[Any] = [[], "a", [1], [{}], {"text": "a"}, None, [{"text": "a", "expires": "1h"}]]
NO_VARIABLES: list[Any] = [[], None, {"a b": {}}, {"not": {}}, {"1a": {}}, {"a" * 257: {}}]

WRONG: list[Any] = [
    # a file
    *[{}, [], None, "x", {"description": "d"}, {"block": [TEXT]}, of(), {"blocks": None}, {"blocks": "x"}],
    *[of(TEXT, extra=1), of(TEXT, description=1), of(TEXT, description=None), of(TEXT, sent_by="robot")],
    *[of(TEXT, sent_by=1), of(TEXT, sent_by="manual", sender_identity="MANUAL"), of(TEXT, custom_data=1)],
    *[of(TEXT, custom_data="$"), of(TEXT, message={"blocks": [WIRE_TEXT]})],
    *[{"variants": []}, {"variants": ["x"]}, {"variants": [{"blocks": [TEXT], "extra": 1}]}],
    *[{"variants": [{"sent_by": "manual"}]}, {"variants": [{"blocks": [TEXT]}], "blocks": [TEXT]}],
    *[{"message": None}, {"message": {"blocks": []}}, {"message": {"blocks": [TEXT]}}],
    {"message": {"blocks": [WIRE_TEXT]}, "sent_by": "manual"},
    {"message": {"blocks": [{"type": "TEXT", "text": {"text": "100$"}}]}},
    # an entry
    *[of("text"), of({}), of({"txt": "a"}), of({"when": "x"}), of({"text": "a", "image": "b"}), of(None)],
    # text, image
    *[of({"text": each}) for each in (42, None, True, "", "  ", EMOJI, "$", "100$", "$$$", "$ ", "${", "${}", ["a"])],
    *[of({"text": f"${{{name}}}"}) for name in ("a b", "a-b", "1a", "not", "in", "true", "false", "a，b")],
    *[of({"text": "a", "color": "red"}), of({"text": "a", "colour": "secondary"}), of({"text": "a", "bold": "yes"})],
    *[of({"text": "a", "bold": True, "is_bold": True}), of({"text": "$not"})],
    *[of({"image": ""}), of({"image": "m", "style": "broad"}), of({"image": "m", "color": "default"})],
    # link, button
    *[of({"link": "a"}), of({"link": "a", "url": "http://a.b"}), of({"link": "a", "url": "${base} /x"})],
    *[of({"link": "a", "url": "https://a/$"}), of({"link": "a", "send": "b", "url": "https://a"})],
    *[of({"link": "a", "mini_program": each}) for each in (3, "", {}, {"path": "p"}, {"appid": "1", "query": "q"})],
    *[of({"link": "a", "url": "https://a", "custom_data": "d"}), of({"link": "a", "mini_program": "x"} | LISTS)],
    of({"link": "a", "mini_program": "x", "custom_data": "d"}),
    *[of({"button": "a", "expires": each}) for each in ("7w", "0h", "2030-01-01T00:00:00", 24, None, "${a} ${b}")],
    *[of({"button": "a", "expired_time": "24h", "expires": "1h"}), of({"button": "a", "multi_clickable": "no"})],
    *[of({"button": "a", "color": "default"}), of({"button": "a", "action": SENDS}), of({"button": 1})],
    # faq, buttons
    *[of({"faq": each}) for each in NO_ITEMS],
    *[of({"faq": [{"faq_title": "b", "text": "c"}]}), of({"faq": ["a"], "expires": "1h"})],
    of({"faq": ["${item}"], "for": "item in items"}, **LISTS),
    *[of({"buttons": ["a"], key: value}) for key, value in {"layout": "diagonal", "send": "x", "url": "y"}.items()],
    *[of({"buttons": [{"text": "a", "layout": "vertical"}]}), of({"buttons": [{"send": "a"}]}), of({"buttons": []})],
    # include, blocks, type; when and for
    *[of({"include": each}) for each in ("", "/a", "../a", "a//b", "a\\b", "a/.b", 3)],
    of({"include": "a", "for": "item in items"}, **LISTS),
    *[of({"blocks": []}), of({"blocks": [TEXT], "color": "default"}), of({"blocks": TEXT})],
    *[of({"type": "TEXT", "text": "a"}), of({"type": "text", "text": {"text": "a"}}), of({"type": "X"})],
    *[of({"type": "TEXT", "image": {"media_id": "a"}}), of({"type": "BUTTON", "button": {"text": "a"}})],
    *[of({**WIRE_TEXT, "color": "default"}), of({**WIRE_TEXT, "when": 1})],
    *[of({"text": "a", "at_most": 2}), of({"text": "${i}", "for": "i of items"}, **LISTS)],
    *[of({"text": "${i}", "for": "i in items", "at_most": each}, **LISTS) for each in (0, "3", True, None)],
    *[
        asked(text)
        for text in ("x and y", "not", "x = 1", "x == 'a'", 'x in ["a",]', 'x == "\\q"', "x in []", "x ==", "", True)
    ],
    *[asked("x == 01", "int"), asked("x == 1.5", "int")],
    # variables
    *[of(TEXT, variables=each) for each in NO_VARIABLES],
    *[of({"text": "${x}"}, variables={"x": "a"}), about(description=3), about(sample="x"), about(required="yes")],
    *[about(type="nope"), about(type="Text"), about(type=None), about(example=1), about(example=None)],
    *[about(example=EMOJI), about(emoji="refuse", example=EMOJI), about(default=[]), about(required=True, default="x")],
    *[about(at_most=0), about(at_most="3"), about(at_most=True), about(format="long"), about(unit="fen")],
    *[about(type="money", example=each) for each in ("128.00", -1, 128.5, True)],
    *[about(type="money", unit="yuan", example="128.001"), about(type="money", unit="fen", example="128.00")],
    *[about(type="money", unit="jiao"), about(type="int", unit="fen"), about(type="int", emoji="drop")],
    *[about(type="int", example=each) for each in ("x", "01", 3.5, True)],
    *[about(type="date", example="11月28日"), about(type="date", format="wide"), about(type="date", at_most=3)],
    *[about(type="datetime", example="2026-11-28T12:00:00"), about(type="url", example="http://a.b")],
    *[about(type="media", example=" "), unseen(type="bool", example="maybe"), unseen(type="bool", example=1)],
    *[unseen(type="list", example="a"), unseen(type="list", example=[1]), unseen(type="list", example=[EMOJI])],
]

ONLY_CHECK: dict[str, dict[str, Any]] = {
    "what stands for a list is no list": of({"faq": "${items}"}),
    "a list in a text": of({"text": "${items}"}, **LISTS),
    "a variable that may be missing": of({"text": "${x}"}, variables={"x": {"required": False}}),
    "compared with another type": asked("x == 1"),
    "a loop over what is no list": of({"text": "${i}", "for": "i in x"}),
    "a loop's name that is a variable's": of({"text": "${x}", "for": "x in items"}, variables={"x": {}}),
    "a condition of the last variant": {"variants": [{"when": "x", "blocks": [TEXT]}]},
    "no condition of another variant": {"variants": [{"blocks": [TEXT]}, {"blocks": [TEXT]}]},
    "a day that does not exist": about(type="date", example="2026-02-30"),
    "a whole number of yuan with a point": about(type="money", example=128.0),
    "an example longer than at_most": about(at_most=1, example="abc"),
    "what is no name for Python": of({"text": "${x→}"}),
    "an included file that is not there": of({"include": "parts/footer"}),
}
"""What no schema can say: names that refer to each other, the last of a list, a calendar, other files."""
