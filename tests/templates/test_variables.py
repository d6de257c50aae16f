"""Declared variables: what may be said of them, which must be given, and by which names."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from msgkit import Button, Message, TemplateError, ValidationError
from msgkit.templates import Template, Variable

NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - what is refused
EVERY = ["text", "money", "int", "date", "datetime", "url", "media", "list", "bool"]


def refused(variables: Any, *blocks: Any) -> list[tuple[str, str | None]]:
    """Return what is wrong with a file."""
    with pytest.raises(ValidationError) as error:
        Template.from_dict({"variables": variables, "blocks": [{"text": "。"}, *blocks]})
    return [(problem.pointer, problem.rule) for problem in error.value.problems]


class TestDeclaration:
    """What a file says of a variable."""

    @pytest.mark.parametrize(
        ("said", "pointer", "rule"),
        [
            ("a", "", "not-a-declaration"),
            ([], "", "not-a-declaration"),
            ({"exmaple": "a"}, "/exmaple", "unknown-key"),
            ({"type": "string"}, "/type", "unknown-value"),
            ({"type": 5}, "/type", "not-a-word"),
            ({"type": None}, "/type", "null"),
            ({"description": 5}, "/description", "not-quoted"),
            ({"required": "yes"}, "/required", "not-a-truth"),
            ({"required": True, "default": "a"}, "/required", "required-with-default"),
            ({"example": 5}, "/example", "not-quoted"),
            ({"example": "\U0001f600"}, "/example", "four-byte-character"),
            ({"type": "list", "example": ["a", "\U0001f600"]}, "/example", "four-byte-character"),
            ({"type": "list", "default": "a"}, "/default", "unfit-text"),
            ({"type": "int", "default": "x"}, "/default", "unfit-text"),
            ({"type": "money", "example": "1.00"}, "/example", "money-unit"),
            ({"type": "money", "example": 1.5}, "/example", "money-float"),
            ({"type": "url", "example": "http://a"}, "/example", "not-https"),
            ({"at_most": 2, "default": "abc"}, "/default", "most-length"),
            *(({"at_most": bad}, "/at_most", "bad-limit") for bad in (0, -1, True, "5", 1.5)),
        ],
    )
    def test_violations(self, said: Any, pointer: str, rule: str) -> None:
        """Each is a finding in its place."""
        assert refused({"x": said}) == [(f"/variables/x{pointer}", rule)]

    @pytest.mark.parametrize(
        ("key", "value", "fitting"),
        [
            ("at_most", 5, {"text", "list", "int", "money"}),
            ("unit", "yuan", {"money"}),
            ("format", "long", {"date", "datetime"}),
            ("emoji", "drop", {"text", "list"}),
        ],
    )
    @pytest.mark.parametrize("type_", EVERY)
    def test_keys_of_types(self, key: str, value: Any, fitting: set[str], type_: str) -> None:
        """What goes with some types only is refused beside the others, in files and in code."""
        said = {"type": type_, key: value}
        if type_ in fitting:
            assert Template.from_dict({"variables": {"x": said}, "blocks": [{"text": "。"}]}).declared
            return
        assert refused({"x": said}) == [(f"/variables/x/{key}", "misfit-key")]
        with pytest.raises(ValidationError) as error:
            Template(Message().text("。"), declared={"x": Variable(**said)})
        assert [problem.pointer for problem in error.value.problems] == [f"/variables/x/{key}"]

    @pytest.mark.parametrize(
        ("said", "rule"),
        [(Variable(at_most=0), "bad-limit"), (Variable(required=True, default="a"), "required-with-default")],
    )
    def test_in_code(self, said: Variable, rule: str) -> None:
        """What a file may not say, code may not either: it could not be written down."""
        with pytest.raises(ValidationError) as error:
            Template(Message().text("${x}"), declared={"x": said})
        assert [problem.rule for problem in error.value.problems] == [rule]

    def test_types_in_texts(self) -> None:
        """A list and a truth stand in no text."""
        variables = {"l": {"type": "list"}, "b": {"type": "bool"}}
        assert refused(variables, {"text": "${l}"}, {"text": "${b}"}) == [
            ("/blocks/1/text", "list-in-text"),
            ("/blocks/2/text", "bool-in-text"),
        ]


class TestNames:
    """What a variable may be called."""

    @pytest.mark.parametrize("name", ["class", "self", "values", "__class__", "__init__", "订单号", "a" * 256, "None"])
    def test_any_identifier(self, name: str) -> None:
        """Whatever Python takes as an identifier, its keywords and our own arguments too."""
        template = Template.from_dict(
            {"variables": {name: {}}, "blocks": [{"text": f"${{{name}}}", "when": name}, {"text": "。"}]}
        )
        assert template.variables == {name}
        assert template.render(**{name: "a"}) == Message().text("a").text("。")
        assert template.partial(**{name: "a"}).render() == Message().text("a").text("。")

    @pytest.mark.parametrize("name", ["not", "in", "true", "false", "1a", "a b", "", "a-b", "{", "$"])
    def test_none(self, name: str) -> None:
        """All else is none."""
        assert refused({name: {}})[0][1] == "bad-name"

    def test_too_long(self) -> None:
        """A name has 256 characters at most."""
        assert refused({"a" * 257: {}}) == [("/variables", "long-name")]
        assert refused({}, {"text": f"${{{'a' * 257}}}"}) == [("/blocks/1/text", "lone-dollar")]

    def test_one_after_all(self) -> None:
        """Names are compared as Python does: two that are one are a finding."""
        assert refused({"ﬁ": {}, "fi": {}})[0][1] == "both-spellings"
        with pytest.raises(ValidationError) as error:
            Template(Message().text("${fi}"), declared={"ﬁ": Variable(), "fi": Variable()})
        assert [problem.rule for problem in error.value.problems] == ["both-spellings"]
        template = Template.from_dict(
            {"variables": {"ｎａｍｅ": {}}, "blocks": [{"text": "${ｎame}", "when": "nａme"}]}
        )
        assert template.variables == {"name"}


class TestRequired:
    """Which must be given."""

    @pytest.mark.parametrize(
        ("said", "required"),
        [({}, True), ({"required": True}, True), ({"required": False}, False), ({"default": "a"}, False)],
    )
    def test_required(self, said: dict[str, Any], required: bool) -> None:
        """All are, but those that say otherwise or have a default."""
        template = Template.from_dict(
            {"variables": {"x": said}, "blocks": [{"text": "a", "when": "x"}, {"text": "。"}]}
        )
        assert template.required == ({"x"} if required else set())
        if required:
            with pytest.raises(TemplateError, match="x is missing"):
                template.render(x=None)

    @pytest.mark.parametrize(
        "block",
        [
            {"text": "${x}", "when": "x"},
            {"text": "${x}", "when": 'x == "a"'},
            {"text": "${x}", "when": 'x in ["a"]'},
            {"blocks": [{"blocks": [{"button": "${x}"}]}], "when": "x"},
            {"for": "y in l", "blocks": [{"text": "${x}${y}"}], "when": "x"},
        ],
    )
    def test_guarded(self, block: Any) -> None:
        """What need not be given stands where a condition holds it."""
        variables = {"x": {"required": False}, "l": {"type": "list"}}
        template = Template.from_dict({"variables": variables, "blocks": [{"text": "。"}, block]})
        values = {"l": ["b"]} if "l" in template.variables else {}
        assert template.render(**values) == Message().text("。")
        assert len(template.render(x="a", **values)) == 2

    @pytest.mark.parametrize(
        "block",
        [
            {"text": "${x}"},
            {"text": "${x}", "when": "not x"},
            {"text": "${x}", "when": "other"},
            {"blocks": [{"text": "a", "when": "x"}, {"text": "${x}"}]},
            {"faq": ["a", "${x}"]},
        ],
    )
    def test_unguarded(self, block: Any) -> None:
        """Elsewhere it is a finding."""
        assert [rule for _, rule in refused({"x": {"required": False}}, block)] == ["unguarded"]

    @pytest.mark.parametrize(
        ("type_", "block", "place"),
        [
            ("list", {"text": "${y}", "for": "y in x"}, "/blocks/1/for"),
            ("list", {"faq": "${x}"}, "/blocks/1/faq"),
            ("datetime", {"button": "a", "expires": "${x}"}, "/blocks/1/expires"),
        ],
    )
    def test_unguarded_elsewhere(self, type_: str, block: Any, place: str) -> None:
        """So it is for a list, and for an expiry."""
        assert refused({"x": {"type": type_, "required": False}}, block) == [(place, "unguarded")]


class TestPartial:
    """Some variables filled."""

    def test_is_filled_once(self) -> None:
        """What is filled is no variable any more, whether it was declared or not."""
        declared: list[dict[str, Any]] = [{}, {"x": {}}]
        for variables in declared:
            template = Template.from_dict({"variables": variables, "blocks": [{"text": "${x}${y}"}]}).partial(x="1")
            assert template.variables == {"y"}
            with pytest.raises(TemplateError, match="x is unknown"):
                template.render(x="2", y="3")

    def test_conditions_and_lists(self) -> None:
        """Conditions and lists see what is filled."""
        variables = {"l": {"type": "list"}, "b": {"type": "bool", "default": True}}
        blocks = [{"text": "${x}", "for": "x in l"}, {"faq": "${l}", "when": "b"}]
        template = Template.from_dict({"variables": variables, "blocks": blocks}).partial(l=["1"], b=False)
        assert template.render() == Message().text("1")

    def test_of_a_variant(self) -> None:
        """A variant keeps what is filled of what it uses."""
        data = {
            "variables": {"n": {"required": False}, "m": {}},
            "variants": [{"when": "n", "blocks": [{"text": "${n}"}]}, {"blocks": [{"text": "${m}"}]}],
        }
        template = Template.from_dict(data)
        first, last = template.variants
        assert [set(each.required) for each in (first, last)] == [{"n"}, {"m"}]
        with pytest.raises(TemplateError, match="n is missing"):
            first.render()
        assert template.partial(n="a", m="b").variants[0].render() == Message().text("a")


class Signed(Template):
    """A template with an attribute, and an ``__init__`` of its own."""

    sign: str

    def __init__(self, message: Message, **said: Any) -> None:
        super().__init__(message, **said)
        self.sign = "。"


class TestSubclass:
    """A class of one's own is made of any file."""

    def test_any_file(self) -> None:
        """Also of one that its skeleton alone would not say: with conditions, lists, expiries and variants."""
        data = {
            "variables": {"n": {"required": False}, "l": {"type": "list"}},
            "variants": [
                {"when": "n", "blocks": [{"text": "${n}"}]},
                {"blocks": [{"text": "${n}", "when": "n"}, {"button": "${x}", "for": "x in l", "expires": "1h"}]},
            ],
        }
        signed, plain = Signed.from_dict(data), Template.from_dict(data)
        noon = datetime(2026, 11, 28, 12, tzinfo=UTC)
        assert (signed, signed.sign) == (plain, "。")
        assert signed.at(noon).render(l=["a"]) == plain.at(noon).render(l=["a"])
        assert [each.sign for each in (*signed.variants, signed.partial(n="a"), signed.at(noon))] == ["。"] * 4

    def test_stays_as_it_is(self) -> None:
        """It is made once, as any template."""
        signed = Signed.from_dict({"blocks": [{"text": "a"}]})
        with pytest.raises(AttributeError):
            signed.__init__(Message().text("b"))  # type: ignore[misc]


class TestAt:
    """A template that is rendered for a moment."""

    TEMPLATE = Template.from_dict(
        {
            "variables": {"u": {"type": "datetime", "required": False}},
            "blocks": [{"button": "a", "expires": "24h"}, {"button": "b", "expires": "${u}", "when": "u"}],
        }
    )

    def test_expiries(self) -> None:
        """What lasts counts from it; that and a variable's moment are written in Beijing's time."""
        noon = datetime(2026, 11, 28, 12, 0, 0, 5, tzinfo=UTC)
        buttons = self.TEMPLATE.at(noon).render(u=noon).find(Button)
        assert [
            each.invalid_info.expired_time.isoformat()
            for each in buttons
            if each.invalid_info and each.invalid_info.expired_time
        ] == [
            "2026-11-29T20:00:00+08:00",
            "2026-11-28T20:00:00+08:00",
        ]

    def test_too_far(self) -> None:
        """What would end after the last year is a problem in its place."""
        with pytest.raises(ValidationError) as error:
            self.TEMPLATE.at(datetime.max.replace(tzinfo=UTC)).render()
        assert [(p.pointer, p.rule) for p in error.value.problems] == [
            ("/blocks/0/button/invalid_info/expired_time", "too-far")
        ]

    @pytest.mark.parametrize(
        "moment", [None, "now", 5, NAIVE, datetime(2026, 1, 1, tzinfo=timezone(timedelta(seconds=30)))]
    )
    def test_no_moment(self, moment: Any) -> None:
        """What no expiry could be counted from is refused."""
        with pytest.raises(ValidationError) as error:
            self.TEMPLATE.at(moment)
        assert [problem.pointer for problem in error.value.problems] == ["/moment"]


def test_threads() -> None:
    """Many threads fill one template, and none sees another's values."""
    data = {
        "variables": {"l": {"type": "list"}},
        "blocks": [{"text": "${x}${n}", "for": "x in l"}, {"faq": ["a", "${l}"]}, {"text": "${n}", "when": 'n == "1"'}],
    }
    template = Template.from_dict(data)
    wrong: list[str] = []

    def fill(number: int) -> None:
        texts = [str(number)] * (number + 1)
        expected = template.render(l=texts, n=str(number)).to_json()
        made = {template.render(l=texts, n=str(number)).to_json() for _ in range(200)}
        if made != {expected} or expected.count(f'"{number}{number}"') != number + 1:
            wrong.append(expected)

    threads = [threading.Thread(target=fill, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
