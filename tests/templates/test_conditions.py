"""Conditions: what can be said, when it holds, and which variants are never reached."""

import itertools
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from msgkit import Message, ValidationError
from msgkit.templates import Template, Variable
from msgkit.templates._conditions import NOT_GIVEN, Condition, parse, unreachable

NAMES = st.sampled_from(["x", "订单号", "_a1", "notes", "inn"])
LITERALS = st.one_of(st.text(max_size=5), st.integers(-(10**17), 10**17), st.booleans())
CONDITIONS = st.one_of(
    st.builds(Condition, NAMES, st.none(), st.booleans()),
    st.builds(Condition, NAMES, st.lists(LITERALS, min_size=1, max_size=3).map(tuple)),
)
PIECES = st.sampled_from([*'x "\\=[],!<>()\n\t0１9-', "not", " in ", "==", "true", '"a"', "\ud800", "\\u0041", "　"])


class TestParse:
    """A text is a condition or none."""

    @given(CONDITIONS)
    def test_there_and_back(self, condition: Condition) -> None:
        """What is written down is read back equal."""
        again = parse(condition.text)
        assert again
        assert again == condition
        assert [*map(type, again.values or ())] == [*map(type, condition.values or ())]

    @given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
    @settings(max_examples=500)
    def test_any_text(self, text: str) -> None:
        """Any text is read without an error, and what comes of it says itself again."""
        condition = parse(text)
        assert condition is None or parse(condition.text) == condition

    @pytest.mark.parametrize(
        ("text", "condition"),
        [
            (" x ", Condition("x")),
            ("not  x", Condition("x", negated=True)),
            ("x==\n5", Condition("x", (5,))),
            ('x in ["a","b" ]', Condition("x", ("a", "b"))),
            ('ｘ == "，]"', Condition("x", ("，]",))),
            (r'x == "\"A"', Condition("x", ('"A',))),
            ("x in[true, -1]", Condition("x", (True, -1))),
        ],
    )
    def test_is_one(self, text: str, condition: Condition) -> None:
        """Blanks are free, names are NFKC, texts are JSON's."""
        assert parse(text) == condition

    @pytest.mark.parametrize(
        "text",
        [
            *("", "not", "not not x", "x y", "x and y", "x == y", "x == 'a'", "x = 5", "x != 5", "x == 1.5", "x in []"),
            *('x == "a", "b"', 'x == "a",', 'x in ["a",]', 'x in ["a"', 'x in "a"', "x == １", "x == 01", "x == null"),
            *('"a" == x', "true", "1x", "x == True", "not x == 5", "x == " + "1" * 19, "x in [5 6]"),
        ],
    )
    def test_is_none(self, text: str) -> None:
        """All else is none."""
        assert parse(text) is None

    @pytest.mark.parametrize(
        "text",
        ['x == "a"' + " " * 200_000 + "b", "x" + " " * 200_000 + "!", "x in [" + '"a", ' * 50_000, "x" * 200_000],
    )
    def test_hostile(self, text: str) -> None:
        """A long text is read in a time linear in its length."""
        started = time.monotonic()
        parse(text)
        assert time.monotonic() - started < 2


VALUES: dict[str, list[Any]] = {
    "text": ["", "a", "0", "false"],
    "int": [0, 1, -1],
    "money": [0, 1],
    "bool": [True, False],
    "date": [date(1, 1, 1)],
    "list": [(), ("",)],
}


class TestHolds:
    """Whether a condition holds."""

    @pytest.mark.parametrize(("type_", "value"), [(t, v) for t, values in VALUES.items() for v in values])
    def test_bare(self, type_: str, value: Any) -> None:
        """It holds for what is given and neither empty nor false; 0 holds."""
        holds = value not in ("", ()) and value is not False
        blocks = [{"text": "yes", "when": "x"}, {"text": "no", "when": "not x"}]
        template = Template.from_dict({"variables": {"x": {"type": type_}}, "blocks": blocks})
        assert template.render(x=value) == Message().text("yes" if holds else "no")

    @pytest.mark.parametrize("type_", [*VALUES, "datetime", "url", "media"])
    def test_not_given(self, type_: str) -> None:
        """What is not given does not hold, and equals nothing."""
        blocks = [{"text": "yes", "when": "x"}, {"text": "no", "when": "not x"}]
        template = Template.from_dict({"variables": {"x": {"type": type_, "required": False}}, "blocks": blocks})
        assert template.render() == template.render(x=None) == Message().text("no")
        assert not Condition("x", ("",)).holds({})

    @pytest.mark.parametrize(
        ("value", "literal"), list(itertools.product([0, 1, False, True, "1", "true", ""], repeat=2))
    )
    def test_equal(self, value: Any, literal: Any) -> None:
        """A whole number is no truth, and a text neither."""
        same = value == literal and type(value) is type(literal)
        assert Condition("x", (literal,)).holds_for(value) is same
        assert Condition("x", ("other", literal)).holds_for(value) is same

    @pytest.mark.parametrize(
        ("type_", "fitting"),
        [
            *((each, '"a"') for each in ("text", "url", "media")),
            *((each, "5") for each in ("int", "money")),
            *((each, None) for each in ("date", "datetime", "list")),
            ("bool", "true"),
        ],
    )
    def test_types(self, type_: str, fitting: str | None) -> None:
        """A comparison with what no value of the type is, is a finding."""
        for literal in ('"a"', "5", "true"):
            for text in (f"x == {literal}", f"x in [{literal}]"):
                data = {"variables": {"x": {"type": type_}}, "blocks": [{"text": "a", "when": text}]}
                if literal == fitting:
                    assert Template.from_dict(data).variables == {"x"}
                    continue
                with pytest.raises(ValidationError) as error:
                    Template.from_dict(data)
                assert [(p.pointer, p.rule) for p in error.value.problems] == [("/blocks/0/when", "unfit-comparison")]

    def test_of_an_item(self) -> None:
        """What a list holds are texts: compared with anything else they are a finding."""
        entry = {"text": "${x}", "for": "x in l", "when": "x == 5"}
        with pytest.raises(ValidationError) as error:
            Template.from_dict({"variables": {"l": {"type": "list"}}, "blocks": [entry]})
        assert [problem.pointer for problem in error.value.problems] == ["/blocks/0/when"]


def never(*texts: str, **declared: Variable) -> list[int]:
    """Return which variants are never reached, by their conditions."""
    return unreachable([*map(parse, texts), None], declared)


class TestUnreachable:
    """Which variants the ones before leave nothing to."""

    OPTIONAL = {"x": Variable(required=False)}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("texts", "variable", "found"),
        [
            (["x", "not x"], Variable(), [2]),
            (["x", "x"], Variable(), [1]),
            (["x", 'x == "a"'], Variable(), [1]),
            (['x == "a"', "x"], Variable(), []),
            (['x in ["a", "b"]', 'x == "b"'], Variable(), [1]),
            (['x == "b"', 'x in ["a", "b"]'], Variable(), []),
            (['x == "b"', 'x == "a"', 'x in ["a", "b"]'], Variable(), [2]),
            (['x == ""', "not x"], Variable(), [1]),
            (['x == ""', "not x"], Variable(required=False), []),
            (["not x", 'x == ""'], Variable(), [1]),
            (["x"], Variable(), []),
            (["x"], Variable(type="url"), [1]),
            (["x"], Variable(type="url", required=False), []),
            (["x"], Variable(type="int"), [1]),
            (["x"], Variable(type="int", default=0), [1]),
            (["x"], Variable(type="list"), []),
            (["x == 0"], Variable(type="int"), []),
            (["x == 0", "x == 0"], Variable(type="int"), [1]),
            (["x == true", "x == false"], Variable(type="bool"), [2]),
            (["x == true", "x == false"], Variable(type="bool", required=False), []),
            (["x == true", "x"], Variable(type="bool"), [1]),
            (["x == true", "not x"], Variable(type="bool"), [2]),
            (["x in [true, false]"], Variable(type="bool"), [1]),
            (["x == false", "not x"], Variable(type="bool", required=False), []),
        ],
    )
    def test_one_variable(self, texts: list[str], variable: Variable, found: list[int]) -> None:
        """It is so where all values are taken, those that it may not have left out."""
        assert never(*texts, x=variable) == found

    def test_several_variables(self) -> None:
        """Conditions of two variables take nothing from each other."""
        assert never("x", "y", "not y") == [3]
        assert never("x", "y", 'x == "a"', 'y == "b"') == [2, 3]

    @given(
        st.lists(
            st.one_of(
                st.builds(Condition, st.just("x"), st.none(), st.booleans()),
                st.builds(
                    Condition,
                    st.just("x"),
                    st.lists(st.sampled_from(["", "a", "b"]), min_size=1, max_size=3).map(tuple),
                ),
            ),
            max_size=5,
        ),
        st.booleans(),
    )
    def test_no_false_alarm(self, conditions: list[Condition], required: bool) -> None:
        """It is exactly what trying all values comes to."""
        values = ["", "a", "b", "else", *([] if required else [NOT_GIVEN])]
        chain = [*conditions, None]
        reached = {next(i for i, each in enumerate(chain) if each is None or each.holds_for(value)) for value in values}
        asked = {0} if conditions else {0, len(conditions)}  # the first is reached, as far as those before it tell
        expected = sorted(set(range(len(chain))) - reached - asked)
        assert unreachable(chain, {"x": Variable(required=required)}) == expected

    def test_many(self) -> None:
        """Thousands of variants are told apart in no time."""
        started = time.monotonic()
        assert never(*(f"x == {number}" for number in range(20_000)), x=Variable(type="int")) == []
        assert time.monotonic() - started < 2
