"""Each row of the grammar of entries: what it means, and which finding its violation is, in its place."""

from typing import Any

import pytest

from msgkit import (
    Button,
    ButtonGroup,
    Faq,
    JumpMiniProgram,
    JumpUrl,
    Message,
    SendMessage,
    ValidationError,
)
from msgkit.templates import Template

URL = "https://shop.example/"


def rendered(*blocks: Any, **around: Any) -> Message:
    return Template.from_dict({"blocks": list(blocks), **around}).render()


def found(data: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(ValidationError) as error:
        Template.from_dict(data)
    return [(problem.pointer, problem.rule) for problem in error.value.problems]


class TestEntries:
    """What each entry stands for."""

    @pytest.mark.parametrize(
        ("entry", "message"),
        [
            ({"text": "好", "color": "Secondary", "bold": True}, Message().text("好", color="SECONDARY", bold=True)),
            (
                {"text": "好", "color": "SECONDARY", "is_bold": False},
                Message().text("好", color="secondary", bold=False),
            ),
            ({"image": "m", "style": "wide"}, Message().image("m", style="WIDE")),
            ({"image": "m", "image_style_type": "IMAGE_STYLE_TYPE_WIDE"}, Message().image("m", style="WIDE")),
            ({"link": "看", "url": URL, "action_id": "a"}, Message().link("看", JumpUrl(URL, action_id="a"))),
            ({"link": "看", "send": "看"}, Message().link("看", SendMessage("看"))),
            (
                {"link": "看", "mini_program": "wx1", "multi_clickable": False},
                Message().link("看", JumpMiniProgram("wx1"), multi_clickable=False),
            ),
            (
                {"button": "好", "mini_program": {"appid": "wx1", "path": "p", "text": "t"}},
                Message().button("好", JumpMiniProgram("wx1", "p", text="t")),
            ),
            ({"button": "好"}, Message().button("好")),
            (
                {"button": "好", "action_id": "a", "custom_data": "d"},
                Message().button("好", SendMessage("好", action_id="a", custom_data="d")),
            ),
            (
                {"button": "好", "send": "行", "custom_data": "d"},
                Message().button("好", SendMessage("行", custom_data="d")),
            ),
            (
                {"faq": ["问", {"text": "答", "faq_id": "f", "url": URL}, {"faq_title": "再问"}]},
                Message().faq("问", Faq("答", JumpUrl(URL), faq_id="f"), "再问"),
            ),
            ({"buttons": ["一"], "layout": "vertical"}, Message().button_group("一", layout="VERTICAL")),
            (
                {
                    "buttons": ["一", {"text": "二", "send": "2", "multi_clickable": True}],
                    "button_layout": "HORIZONTAL",
                },
                Message((ButtonGroup(("一", Button("二", SendMessage("2"))), "HORIZONTAL"),)),
            ),
            ({"type": "TEXT", "text": {"text": "好"}}, Message().text("好")),
            ({"blocks": [{"text": "一"}, {"blocks": [{"text": "二"}]}]}, Message().text("一").text("二")),
            ({"text": "$$ 1"}, Message().text("$ 1")),
        ],
    )
    def test_means(self, entry: Any, message: Message) -> None:
        """It is what the fluent method of the same name makes."""
        made = rendered(entry)
        if isinstance(made.blocks[0], ButtonGroup) and len(made.blocks[0].buttons) > 1:
            assert made.blocks[0].button_layout == message.find(ButtonGroup)[0].button_layout
            assert made.actions() == message.actions()
        else:
            assert made == message

    @pytest.mark.parametrize(
        ("entry", "pointer", "rule"),
        [
            ({"text": 5}, "/text", "not-quoted"),
            ({"text": None}, "/text", "empty"),
            ({"text": True}, "/text", "not-quoted"),
            ({"text": {"a": "b"}}, "/text", "not-a-text"),
            ({"text": ["a"]}, "/text", "not-a-text"),
            ({"text": ""}, "/text", "empty"),
            ({"text": "a\U0001f600"}, "/text", "four-byte-character"),
            ({"text": "a", "colour": "red"}, "/colour", "unknown-key"),
            ({"text": "a", "color": "red"}, "/color", "unknown-value"),
            ({"text": "a", "color": 5}, "/color", "not-a-word"),
            ({"text": "a", "bold": "yes"}, "/bold", "not-a-truth"),
            ({"text": "a", "is_bold": "yes"}, "/is_bold", "not-a-truth"),
            ({"text": "a", "bold": True, "is_bold": True}, "/is_bold", "both-spellings"),
            ({"text": "a", "style": "wide"}, "/style", "unknown-key"),
            ({"text": "a", "send": "b"}, "/send", "unknown-key"),
            ({"text": "a", "expires": "1h"}, "/expires", "unknown-key"),
            ({"image": ""}, "/image", "empty"),
            ({"image": 1}, "/image", "not-quoted"),
            ({"image": "m", "style": "huge"}, "/style", "unknown-value"),
            ({"image": "m", "image_style_type": "huge"}, "/image_style_type", "unknown-value"),
            ({"image": "m", "color": "secondary"}, "/color", "unknown-key"),
            ({"link": "a"}, "", "no-action"),
            ({"link": "a", "action_id": "b"}, "", "no-action"),
            ({"link": "a", "url": "http://a"}, "/url", "not-https"),
            ({"link": "a", "url": "https://a b"}, "/url", "blank-in-url"),
            ({"link": "a", "url": 5}, "/url", "not-quoted"),
            ({"link": "a", "url": URL, "send": "b"}, "/url", "several-actions"),
            ({"link": "a", "url": URL, "custom_data": "b"}, "/custom_data", "data-without-sending"),
            ({"link": "a", "url": URL, "action_id": 5}, "/action_id", "not-quoted"),
            ({"link": "a", "url": URL, "layout": "vertical"}, "/layout", "unknown-key"),
            ({"link": 5, "url": URL}, "/link", "not-quoted"),
            ({"button": "a", "mini_program": ""}, "/mini_program", "empty"),
            ({"button": "a", "mini_program": {"path": "p"}}, "/mini_program/appid", "missing"),
            ({"button": "a", "mini_program": {"appid": ""}}, "/mini_program/appid", "empty"),
            ({"button": "a", "mini_program": {"appid": "w", "paht": "p"}}, "/mini_program/paht", "unknown-key"),
            ({"button": "a", "mini_program": {"appid": "w", "path": 5}}, "/mini_program/path", "not-quoted"),
            ({"button": "a", "send": ""}, "/send", "empty"),
            ({"button": "a", "send": 5}, "/send", "not-quoted"),
            ({"button": "a", "mini_program": "w", "custom_data": "c"}, "/custom_data", "data-without-sending"),
            ({"button": "a", "multi_clickable": "no"}, "/multi_clickable", "not-a-truth"),
            ({"button": "a", "multi_clickable": None}, "/multi_clickable", "not-a-truth"),
            ({"button": "a", "bold": True}, "/bold", "unknown-key"),
            ({"button": ["a"]}, "/button", "not-a-text"),
            *(
                ({"button": "a", "expires": bad}, "/expires", "bad-expiry")
                for bad in ("0h", "1w", "24", 24, None, "24 h")
            ),
            *(({"button": "a", "expires": bad}, "/expires", "bad-expiry") for bad in ("100000m", "1.5h", "２h", "-1h")),
            ({"button": "a", "expires": "2026-11-28T18:00:00"}, "/expires", "not-a-time"),
            ({"button": "a", "expired_time": "2026-11-28"}, "/expired_time", "not-a-time"),
            ({"button": "a", "expires": "1h", "expired_time": "1h"}, "/expired_time", "both-spellings"),
            ({"faq": "a"}, "/faq", "list-of-texts"),
            ({"faq": None}, "/faq", "list-of-texts"),
            ({"faq": []}, "/faq", "empty-list"),
            ({"faq": ["a", 5]}, "/faq/1", "not-quoted"),
            ({"faq": [""]}, "/faq/0", "empty"),
            ({"faq": [["a"]]}, "/faq/0", "not-a-text"),
            ({"faq": [{"text": ""}]}, "/faq/0/text", "empty"),
            ({"faq": [{"faq_title": 5}]}, "/faq/0/faq_title", "not-quoted"),
            ({"faq": [{"text": "a", "expires": "1h"}]}, "/faq/0/expires", "unknown-key"),
            ({"faq": [{"faq_id": "f"}]}, "/faq/0/text", "missing"),
            ({"faq": ["a"], "expires": "1h"}, "/expires", "unknown-key"),
            ({"faq": ["a"], "for": "x in l"}, "/for", "list-without-for"),
            ({"buttons": "a"}, "/buttons", "list-of-texts"),
            ({"buttons": []}, "/buttons", "empty-list"),
            ({"buttons": [None]}, "/buttons/0", "empty"),
            ({"buttons": ["a"], "layout": "diagonal"}, "/layout", "unknown-value"),
            ({"buttons": ["a"], "button_layout": "diagonal"}, "/button_layout", "unknown-value"),
            ({"buttons": ["a"], "for": "x in l"}, "/for", "list-without-for"),
            ({"buttons": [{"text": "a", "layout": "vertical"}]}, "/buttons/0/layout", "unknown-key"),
            ({"buttons": [{"text": "a", "url": "x"}]}, "/buttons/0/url", "not-https"),
            ({"buttons": ["a"], "send": "b"}, "/send", "unknown-key"),
            ({"include": "a"}, "/include", "no-library"),
            ({"include": 5}, "/include", "not-quoted"),
            ({"blocks": []}, "/blocks", "empty-list"),
            ({"blocks": "a"}, "/blocks", "no-blocks"),
            ({"blocks": [{"text": 5}]}, "/blocks/0/text", "not-quoted"),
            ({"blocks": [{"text": "a"}], "bold": True}, "/bold", "unknown-key"),
            ({"type": "TEXT"}, "/text", "missing"),
            ({"type": "TXT"}, "/type", "unknown-value"),
            ({"type": "TEXT", "text": {"text": "a", "bold": True}}, "/text/bold", "unknown-key"),
            ({"type": "TEXT", "text": "a"}, "/text", "wrong-type"),
            ({"text": "a", "link": "b"}, "/link", "several-main-keys"),
            ({"txt": "a"}, "", "no-main-key"),
            ({}, "", "no-main-key"),
            ("a", "", "not-an-entry"),
            (["a"], "", "not-an-entry"),
            (None, "", "not-an-entry"),
            ({"text": "a", 5: "b"}, "/5", "key-not-a-string"),
            ({"text": "$"}, "/text", "lone-dollar"),
            ({"text": "${1}"}, "/text", "lone-dollar"),
            ({"text": "${not}"}, "/text", "lone-dollar"),
            ({"text": "$" + "a" * 257}, "/text", "lone-dollar"),
            ({"text": "a", "when": "x and y"}, "/when", "bad-condition"),
            ({"text": "a", "when": True}, "/when", "bad-condition"),
            ({"text": "a", "for": "x"}, "/for", "bad-loop"),
            ({"text": "a", "for": "not in l"}, "/for", "bad-loop"),
            ({"text": "a", "for": ["x"]}, "/for", "bad-loop"),
            ({"text": "a", "at_most": 3}, "/at_most", "limit-without-for"),
            ({"text": "a", "for": "x in l", "at_most": 0}, "/at_most", "bad-limit"),
            ({"text": "a", "for": "x in l", "at_most": True}, "/at_most", "bad-limit"),
            ({"faq": ["a"], "at_most": 3}, "/at_most", "unknown-key"),
        ],
    )
    def test_violations(self, entry: Any, pointer: str, rule: str) -> None:
        """Each is one finding, in its place, by the name that the file has it."""
        assert found({"blocks": [{"text": "a"}, entry]}) == [(f"/blocks/1{pointer}", rule)]

    def test_nearest(self) -> None:
        """An unknown key is told with the nearest that there is."""
        with pytest.raises(ValidationError, match="did you mean color"):
            Template.from_dict({"blocks": [{"text": "a", "colour": "secondary"}]})
        with pytest.raises(ValidationError, match="did you mean button"):
            Template.from_dict({"blocks": [{"按钮": "a"}]})


class TestFile:
    """What a file has beside its entries."""

    @pytest.mark.parametrize(
        ("change", "pointer", "rule"),
        [
            ({"description": 5}, "/description", "not-quoted"),
            ({"description": None}, "/description", "empty"),
            ({"sent_by": "robot"}, "/sent_by", "unknown-value"),
            ({"sent_by": None}, "/sent_by", "not-a-word"),
            ({"sender_identity": "robot"}, "/sender_identity", "unknown-value"),
            ({"sent_by": "machine", "sender_identity": "MACHINE"}, "/sender_identity", "both-spellings"),
            ({"custom_data": 5}, "/custom_data", "not-quoted"),
            ({"custom_data": None}, "/custom_data", "empty"),
            ({"custom_data": "a" * 4097}, "/custom_data", "too-long"),
            ({"custom_data": "$"}, "/custom_data", "lone-dollar"),
            ({"variables": None}, "/variables", "not-variables"),
            ({"variables": {"x": 5}}, "/variables/x", "not-a-declaration"),
            ({"block": []}, "/block", "unknown-key"),
            ({"variants": []}, "/variants", "one-content"),
            ({"message": {}}, "/message", "one-content"),
        ],
    )
    def test_violations(self, change: dict[str, Any], pointer: str, rule: str) -> None:
        """Each is a finding in its place."""
        assert found({"blocks": [{"text": "a"}], **change}) == [(pointer, rule)]

    @pytest.mark.parametrize("data", [{}, {"description": "a"}, None, [], "a", 5])
    def test_no_content(self, data: Any) -> None:
        """A file has one content, and is an object."""
        assert [pointer for pointer, _ in found(data)] == [""]

    def test_wire_names(self) -> None:
        """The wire's names and envelope say the same."""
        short = Template.from_dict({"blocks": [{"text": "a"}], "sent_by": "machine", "custom_data": "d"})
        named = Template.from_dict({"blocks": [{"text": "a"}], "sender_identity": "MACHINE", "custom_data": "d"})
        wire = Template.from_dict({"message": Message().text("a").sent_by("machine").with_custom_data("d").to_dict()})
        assert short == named == wire
        assert short.fingerprint == named.fingerprint == wire.fingerprint

    def test_a_name_beside_the_envelope(self) -> None:
        """What belongs to the message stands in its envelope, not beside it."""
        wire = Message().text("a").to_dict()
        assert found({"message": wire, "sender_identity": "MACHINE"}) == [("/sender_identity", "unknown-key")]


class TestVariants:
    """A file may hold several messages."""

    LAST: dict[str, Any] = {"blocks": [{"text": "b"}]}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("variants", "problems"),
        [
            ([], [("/variants", "empty-list")]),
            ("a", [("/variants", "no-blocks")]),
            (["a", LAST], [("/variants/0", "not-a-file")]),
            ([{"blocks": [{"text": "a"}]}, LAST], [("/variants/0", "variant-without-when")]),
            ([{"when": "x", "blocks": [{"text": "a"}]}], [("/variants/0/when", "last-variant")]),
            ([{"when": "x"}, LAST], [("/variants/0/blocks", "missing")]),
            ([{"when": "x", "blocks": []}, LAST], [("/variants/0/blocks", "empty-list")]),
            ([{"when": "x ==", **LAST}, LAST], [("/variants/0/when", "bad-condition")]),
            ([{"when": "x == 5", **LAST}, LAST], [("/variants/0/when", "unfit-comparison")]),
            ([{"when": "x", **LAST, "sent_by": "a"}, LAST], [("/variants/0/sent_by", "unknown-value")]),
            ([{"when": "x", **LAST, "sender_identity": "a"}, LAST], [("/variants/0/sender_identity", "unknown-value")]),
            ([{"when": "x", **LAST, "custom_data": "$"}, LAST], [("/variants/0/custom_data", "lone-dollar")]),
            ([{"when": "x", **LAST, "description": "a"}, LAST], [("/variants/0/description", "unknown-key")]),
        ],
    )
    def test_violations(self, variants: Any, problems: list[tuple[str, str]]) -> None:
        """Each is a finding in its place."""
        assert found({"variants": variants}) == problems

    def test_said_around(self) -> None:
        """Who sends and the data may be said once for all of them; what is wrong with it is told once."""
        variants = [{"when": "x", **self.LAST, "custom_data": "own"}, self.LAST]
        template = Template.from_dict({"variants": variants, "sent_by": "manual", "custom_data": "d"})
        assert [each.message.custom_data for each in template.variants] == ["own", "d"]
        assert {each.message.sender_identity for each in template.variants} == {"MANUAL"}
        assert found({"variants": variants, "sent_by": "nobody"}) == [("/sent_by", "unknown-value")]
